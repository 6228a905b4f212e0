//! The recovery code and the envelope that it opens.

use super::*;

#[test]
fn a_recovery_code_reads_back_however_people_type_it() {
    for _ in 0..50 {
        let code = RecoveryCode::generate().unwrap();
        let shown = code.display();
        assert_eq!(shown.len(), 34, "seven groups of four: {}", shown.len());
        assert!(shown.split('-').all(|group| group.len() == 4));
        let typed = [
            shown.to_lowercase(),
            shown.replace('-', ""),
            shown.replace('-', "  "),
            shown.replace('-', "\u{2013}"),
            format!("\t{}\n", shown.replace('0', "O").replace('1', "l")),
            shown.replace('0', "o").replace('1', "I"),
        ];
        for typed in typed {
            let read = RecoveryCode::parse(&typed).unwrap();
            assert_eq!(*read.display(), *shown);
        }
    }
}

#[test]
fn a_recovery_code_is_random_and_never_printed() {
    let codes: std::collections::BTreeSet<_> =
        (0..200).map(|_| RecoveryCode::generate().unwrap().display().to_string()).collect();
    assert_eq!(codes.len(), 200);
    let letters: std::collections::BTreeSet<_> = codes.iter().flat_map(|code| code.chars()).collect();
    assert_eq!(letters.len(), 33, "all 32 signs and the dash are used");
    assert_eq!(format!("{:?}", RecoveryCode::generate().unwrap()), "RecoveryCode([redacted])");
}

#[test]
fn a_mistyped_recovery_code_is_told_from_a_code_of_another_store() {
    let (code, other) = (RecoveryCode::generate().unwrap(), RecoveryCode::generate().unwrap());
    let key = StoreKey::generate().unwrap();
    let envelope = RecoveryEnvelope::wrap(&code, &key, "store-1").unwrap();
    let wrong = envelope.unwrap(&other).unwrap_err();
    assert!(matches!(wrong, VaultError::WrongRecoveryCode { .. }), "{wrong:?}");

    let shown = code.display().to_string();
    let first = if shown.starts_with('7') { '8' } else { '7' };
    let mistyped = format!("{first}{}", &shown[1..]);
    let short = &shown[..33];
    let foreign = shown.replacen(&shown[5..6], "U", 1);
    for (text, word) in [(mistyped.as_str(), "check letters"), (short, "27"), (&foreign, "group"), ("", "0")]
    {
        let typo = RecoveryCode::parse(text).unwrap_err();
        assert_eq!(typo.code(), "recovery_code_typo");
        assert!(typo.to_string().contains(word), "{typo}");
        assert!(text.is_empty() || !typo.to_string().contains(text), "the code is not repeated");
    }
    assert!(RecoveryCode::parse(&"0".repeat(1_000_000)).is_err(), "a long text is refused");
}

#[test]
fn the_recovery_envelope_gives_the_key_back_through_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(RECOVERY_FILE);
    assert_eq!(read_recovery_envelope(&path).unwrap(), None);
    let (code, key) = (RecoveryCode::generate().unwrap(), StoreKey::generate().unwrap());
    let envelope = RecoveryEnvelope::wrap(&code, &key, "store-1").unwrap();
    write_recovery_envelope(&path, &envelope).unwrap();
    let read = read_recovery_envelope(&path).unwrap().unwrap();
    assert_eq!(read, envelope);
    assert_eq!(read.store_id(), "store-1");
    let typed = RecoveryCode::parse(&code.display()).unwrap();
    assert_eq!(read.unwrap(&typed).unwrap().as_bytes(), key.as_bytes());
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains(&hex::encode(key.as_bytes())), "the key is not in clear");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    }
}

#[test]
fn an_envelope_with_any_field_changed_opens_nothing() {
    let (code, key) = (RecoveryCode::generate().unwrap(), StoreKey::generate().unwrap());
    let envelope = RecoveryEnvelope::wrap(&code, &key, "store-1").unwrap();
    let good = serde_json::to_value(&envelope).unwrap();
    for field in ["format", "store_id", "salt", "nonce", "wrapped"] {
        let text = good[field].as_str().unwrap();
        let first = if text.starts_with('0') { '1' } else { '0' };
        let changed: String = std::iter::once(first).chain(text.chars().skip(1)).collect();
        for value in [changed, String::new()] {
            let mut bad = good.clone();
            bad[field] = serde_json::Value::from(value.clone());
            let bad: RecoveryEnvelope = serde_json::from_value(bad).unwrap();
            assert!(bad.unwrap(&code).is_err(), "{field} = {value}");
        }
    }
    let mut newer = good.clone();
    newer["version"] = serde_json::Value::from(2);
    let newer: RecoveryEnvelope = serde_json::from_value(newer).unwrap();
    assert!(matches!(newer.unwrap(&code), Err(VaultError::TooNew { .. })));
}

#[test]
fn two_envelopes_of_one_key_share_no_bytes() {
    let (code, key) = (RecoveryCode::generate().unwrap(), StoreKey::generate().unwrap());
    let wrap = || serde_json::to_value(RecoveryEnvelope::wrap(&code, &key, "store-1").unwrap()).unwrap();
    let (one, other) = (wrap(), wrap());
    for field in ["salt", "nonce", "wrapped"] {
        assert_ne!(one[field], other[field], "{field}");
    }
}
