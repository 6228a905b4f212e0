//! The passphrase file: what opens it, what does not, and what a hostile one cannot do.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::*;

const PASSPHRASE: &str = "correct horse battery";

/// A folder with a cheap vault file that holds one secret.
fn vault_with_a_secret() -> (tempfile::TempDir, PathBuf, PassphraseVault) {
    let folder = tempfile::tempdir().unwrap();
    let path = vault_file(folder.path());
    let vault = PassphraseVault::create_with_cost(&path, &secret(PASSPHRASE), KdfCost::CHEAP).unwrap();
    vault.set("stripe/read-key", &secret("rk_live_canary")).unwrap();
    (folder, path, vault)
}

/// Changes one field of the vault file, and its checksum so that only the encryption can notice.
fn edit(path: &Path, field: &str, value: Value) {
    use sha2::{Digest, Sha256};
    let mut file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let target = if field.starts_with('/') { field.to_owned() } else { format!("/{field}") };
    *file.pointer_mut(&target).unwrap() = value;
    let text = |field: &str| file[field].as_str().unwrap().to_owned();
    let cost = &file["cost"];
    let cost = format!("{},{},{}", cost["memory_kib"], cost["iterations"], cost["lanes"]);
    let fields = [
        text("format"),
        file["version"].to_string(),
        text("kdf"),
        cost,
        text("salt"),
        text("verifier"),
        text("nonce"),
        text("sealed"),
    ];
    file["checksum"] = Value::from(hex::encode(Sha256::digest(fields.join("\n"))));
    std::fs::write(path, serde_json::to_vec(&file).unwrap()).unwrap();
}

#[test]
fn a_passphrase_vault_keeps_replaces_and_forgets_also_after_it_was_closed() {
    let folder = tempfile::tempdir().unwrap();
    let path = vault_file(folder.path());
    let vault = PassphraseVault::create_with_cost(&path, &secret(PASSPHRASE), KdfCost::CHEAP).unwrap();
    check_a_vault_keeps_replaces_and_forgets(&vault);
    check_a_provider_s_secret_is_given_out_for_one_address_only(&vault);
    drop(vault);
    let vault = PassphraseVault::open(&path, &secret(PASSPHRASE)).unwrap();
    assert_eq!(held(&vault, "stripe/write-key").as_deref(), Some("rk_test_2"));
    assert_eq!(vault.kind(), VaultKind::PassphraseFile);
}

#[test]
fn the_vault_file_is_private_and_holds_neither_secret_nor_name_nor_passphrase_in_clear() {
    let (folder, path, vault) = vault_with_a_secret();
    let text = std::fs::read_to_string(&path).unwrap();
    for clear in ["rk_live_canary", &hex::encode("rk_live_canary"), "stripe/read-key", PASSPHRASE] {
        assert!(!text.contains(clear), "{clear} is in the file");
    }
    assert!(!format!("{vault:?}").contains("canary"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    }
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, [VAULT_FILE], "no temporary file is left");
}

#[test]
fn a_wrong_passphrase_is_told_from_a_damaged_file_and_changes_nothing() {
    let (_folder, path, _vault) = vault_with_a_secret();
    let before = std::fs::read(&path).unwrap();
    let wrong = PassphraseVault::open(&path, &secret("wrong horse")).unwrap_err();
    assert!(matches!(wrong, VaultError::WrongPassphrase { .. }), "{wrong:?}");
    assert!(wrong.to_string().contains("nothing was changed"), "{wrong}");
    assert!(!wrong.to_string().contains("wrong horse"));
    let empty = PassphraseVault::open(&path, &secret("")).unwrap_err();
    assert!(matches!(empty, VaultError::EmptyPassphrase), "{empty:?}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn every_flipped_byte_of_the_vault_file_is_noticed() {
    let (_folder, path, vault) = vault_with_a_secret();
    let good = std::fs::read(&path).unwrap();
    for place in 0..good.len() {
        let mut bad = good.clone();
        bad[place] ^= 1;
        if bad[place].is_ascii_whitespace() && good[place].is_ascii_whitespace() {
            continue;
        }
        std::fs::write(&path, &bad).unwrap();
        let read = vault.get("stripe/read-key");
        assert!(read.is_err(), "byte {place} ({:?})", char::from(good[place]));
    }
    for length in [0, 1, good.len() / 2, good.len() - 3] {
        std::fs::write(&path, &good[..length]).unwrap();
        let cut = PassphraseVault::open(&path, &secret(PASSPHRASE)).unwrap_err();
        assert!(matches!(cut, VaultError::Damaged { .. }), "{length}: {cut:?}");
    }
}

#[test]
fn a_vault_file_edited_with_a_fitting_checksum_is_still_refused() {
    let (_folder, path, vault) = vault_with_a_secret();
    let good: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let flipped = |field: &str| {
        let text = good[field].as_str().unwrap();
        let last = if text.ends_with('0') { '1' } else { '0' };
        Value::from(format!("{}{last}", &text[..text.len() - 1]))
    };
    for field in ["sealed", "nonce", "salt", "verifier"] {
        std::fs::write(&path, serde_json::to_vec(&good).unwrap()).unwrap();
        edit(&path, field, flipped(field));
        let opened = PassphraseVault::open(&path, &secret(PASSPHRASE));
        assert!(opened.is_err(), "{field} was changed");
        assert!(vault.get("stripe/read-key").is_err(), "{field}: an open vault notices too");
        assert!(vault.set("name", &secret("value")).is_err(), "{field}: and does not overwrite it");
    }
    std::fs::write(&path, serde_json::to_vec(&good).unwrap()).unwrap();
    edit(&path, "cost/iterations", Value::from(2));
    assert!(PassphraseVault::open(&path, &secret(PASSPHRASE)).is_err(), "the cost is part of the lock");
}

#[test]
fn a_hostile_vault_file_cannot_ask_for_more_memory_or_time_than_a_machine_has() {
    let (_folder, path, _vault) = vault_with_a_secret();
    let good = std::fs::read(&path).unwrap();
    let asks = [
        ("cost/memory_kib", 64 * 1024 * 1024_u32),
        ("cost/memory_kib", 2 * 1024 * 1024),
        ("cost/memory_kib", u32::MAX),
        ("cost/iterations", 1_000_000),
        ("cost/lanes", 1_000_000),
        ("cost/lanes", 0),
        ("cost/memory_kib", 0),
    ];
    for (field, value) in asks {
        std::fs::write(&path, &good).unwrap();
        edit(&path, field, Value::from(value));
        let refused = PassphraseVault::open(&path, &secret(PASSPHRASE)).unwrap_err();
        assert!(matches!(refused, VaultError::CostRefused { .. }), "{field} {value}: {refused:?}");
    }
    std::fs::write(&path, vec![b' '; 17 * 1024 * 1024]).unwrap();
    let large = PassphraseVault::open(&path, &secret(PASSPHRASE)).unwrap_err();
    assert!(matches!(large, VaultError::Damaged { .. }), "{large:?}");
}

#[test]
fn a_vault_file_of_a_newer_purser_says_so() {
    let (_folder, path, _vault) = vault_with_a_secret();
    edit(&path, "version", Value::from(2));
    let newer = PassphraseVault::open(&path, &secret(PASSPHRASE)).unwrap_err();
    assert!(matches!(newer, VaultError::TooNew { format: 2, .. }), "{newer:?}");
}

#[test]
fn a_vault_file_is_never_created_over_an_existing_one() {
    let (_folder, path, _vault) = vault_with_a_secret();
    let before = std::fs::read(&path).unwrap();
    let again = PassphraseVault::create_with_cost(&path, &secret("other"), KdfCost::CHEAP).unwrap_err();
    assert!(matches!(again, VaultError::VaultExists { .. }), "{again:?}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_leftover_of_a_write_that_was_cut_off_is_in_nobodys_way() {
    let (_folder, path, vault) = vault_with_a_secret();
    std::fs::write(path.with_extension("tmp"), b"half a fi").unwrap();
    vault.set("slack/token", &secret("xoxb")).unwrap();
    assert_eq!(held(&vault, "slack/token").as_deref(), Some("xoxb"));
    assert!(!path.with_extension("tmp").exists());
}

#[test]
#[ignore = "run by another test, which kills it"]
fn writes_secrets_until_it_is_killed() {
    let Some(path) = std::env::var_os("PURSER_TEST_VAULT") else {
        println!("skipped: this is the other half of another test");
        return;
    };
    let vault = PassphraseVault::open(Path::new(&path), &secret(PASSPHRASE)).unwrap();
    println!("ready");
    for round in 0_u64.. {
        vault.set("changing", &secret(&format!("{round}").repeat(200))).unwrap();
    }
}

#[test]
fn a_vault_whose_writer_is_killed_at_any_moment_is_whole() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    let (folder, path, vault) = vault_with_a_secret();
    vault.set("changing", &secret("first")).unwrap();
    for round in 0..12_u64 {
        let before = std::fs::read(&path).unwrap();
        let mut writer = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "vault::tests::passphrase::writes_secrets_until_it_is_killed",
                "--ignored",
                "--nocapture",
            ])
            .env("PURSER_TEST_VAULT", &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().ends_with("ready")));
        // Every other writer has replaced the file at least once before it dies somewhere in the next round.
        while round % 2 == 0 && std::fs::read(&path).unwrap() == before {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        std::thread::sleep(std::time::Duration::from_micros(round * 1_300));
        writer.kill().unwrap();
        writer.wait().unwrap();
        let opened = PassphraseVault::open(&path, &secret(PASSPHRASE)).unwrap();
        assert_eq!(held(&opened, "stripe/read-key").as_deref(), Some("rk_live_canary"), "round {round}");
        assert!(held(&opened, "changing").is_some(), "round {round}");
    }
    assert_ne!(held(&vault, "changing").as_deref(), Some("first"), "the writer did write");
    vault.set("changing", &secret("last")).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "its leftovers are gone");
}

#[test]
fn secrets_written_from_several_threads_are_all_kept() {
    let (_folder, _path, vault) = vault_with_a_secret();
    std::thread::scope(|threads| {
        for writer in 0..4 {
            let vault = &vault;
            threads.spawn(move || {
                for number in 0..5 {
                    vault.set(&format!("name-{writer}-{number}"), &secret("value")).unwrap();
                }
            });
        }
    });
    for writer in 0..4 {
        for number in 0..5 {
            assert!(held(&vault, &format!("name-{writer}-{number}")).is_some(), "{writer} {number}");
        }
    }
}

#[test]
fn a_changed_passphrase_opens_the_file_and_the_old_one_no_longer_does() {
    let (_folder, path, vault) = vault_with_a_secret();
    let refused = vault.change_passphrase(&secret("wrong"), &secret("new passphrase")).unwrap_err();
    assert!(matches!(refused, VaultError::PresenceRefused), "{refused:?}");
    vault.change_passphrase(&secret(PASSPHRASE), &secret("new passphrase")).unwrap();
    vault.set("slack/token", &secret("xoxb")).expect("the open vault goes on under the new key");
    assert!(PassphraseVault::open(&path, &secret(PASSPHRASE)).is_err());
    let opened = PassphraseVault::open(&path, &secret("new passphrase")).unwrap();
    assert_eq!(held(&opened, "stripe/read-key").as_deref(), Some("rk_live_canary"));
    assert_eq!(held(&opened, "slack/token").as_deref(), Some("xoxb"));
}

#[test]
fn the_folders_vault_is_chosen_by_its_file_then_by_the_passphrase() {
    let folder = tempfile::tempdir().unwrap();
    let made = choose_vault(folder.path(), Some(secret(PASSPHRASE))).unwrap();
    assert_eq!(made.kind(), VaultKind::PassphraseFile);
    made.set("stripe/read-key", &secret("rk")).unwrap();
    let again = choose_vault(folder.path(), Some(secret(PASSPHRASE))).unwrap();
    assert_eq!(held(again.as_ref(), "stripe/read-key").as_deref(), Some("rk"));
    let without = choose_vault(folder.path(), None).err().unwrap();
    assert!(matches!(without, VaultError::PassphraseNeeded { .. }), "{without:?}");
    assert!(without.to_string().contains("--passphrase-file"), "{without}");
    let wrong = choose_vault(folder.path(), Some(secret("wrong"))).err().unwrap();
    assert!(matches!(wrong, VaultError::WrongPassphrase { .. }), "{wrong:?}");
}

#[test]
fn the_approval_lock_of_a_passphrase_vault_asks_for_its_passphrase() {
    let (_folder, _path, vault) = vault_with_a_secret();
    let lock = ApprovalLock::cheap(std::sync::Arc::new(vault));
    assert!(lock.is_set().unwrap());
    lock.check(&secret(PASSPHRASE)).unwrap();
    assert!(matches!(lock.check(&secret("wrong")), Err(VaultError::PresenceRefused)));
    assert!(matches!(lock.set(&secret("another passphrase")), Err(VaultError::ApprovalAlreadySet)));
    for _ in 0..4 {
        assert!(lock.check(&secret("wrong")).is_err());
    }
    let early = lock.check(&secret(PASSPHRASE)).unwrap_err();
    assert!(matches!(early, VaultError::TooManyAttempts { .. }), "even the right one waits: {early:?}");
}

#[test]
fn the_approval_lock_of_another_vault_has_its_own_passphrase() {
    let vault = std::sync::Arc::new(MemoryVault::new());
    let lock = ApprovalLock::cheap(vault.clone());
    assert!(!lock.is_set().unwrap());
    assert!(matches!(lock.check(&secret("anything")), Err(VaultError::ApprovalNotSet)));
    assert!(matches!(lock.set(&secret("short")), Err(VaultError::ApprovalTooShort { .. })));
    lock.set(&secret("only the founder")).unwrap();
    assert!(lock.is_set().unwrap());
    lock.check(&secret("only the founder")).unwrap();
    assert!(matches!(lock.check(&secret("only a founder")), Err(VaultError::PresenceRefused)));
    assert!(matches!(lock.set(&secret("somebody else")), Err(VaultError::ApprovalAlreadySet)));
    let stored = held(vault.as_ref(), "approval-passphrase").unwrap();
    assert!(!stored.contains("founder"), "only a verifier is kept");

    assert!(lock.change(&secret("wrong one"), &secret("second passphrase")).is_err());
    lock.change(&secret("only the founder"), &secret("second passphrase")).unwrap();
    lock.check(&secret("second passphrase")).unwrap();
    assert!(lock.check(&secret("only the founder")).is_err());

    assert!(matches!(lock.clear(&secret("only the founder")), Err(VaultError::PresenceRefused)));
    assert!(lock.is_set().unwrap());
    lock.clear(&secret("second passphrase")).unwrap();
    assert!(!lock.is_set().unwrap());
    assert!(matches!(lock.clear(&secret("second passphrase")), Err(VaultError::ApprovalNotSet)));
}

#[test]
fn clones_of_the_approval_lock_share_the_limit_on_wrong_attempts() {
    let lock = ApprovalLock::cheap(std::sync::Arc::new(MemoryVault::new()));
    lock.set(&secret("only the founder")).unwrap();
    for _ in 0..5 {
        assert!(matches!(lock.clone().check(&secret("guess")), Err(VaultError::PresenceRefused)));
    }
    let early = lock.check(&secret("only the founder")).unwrap_err();
    assert!(matches!(early, VaultError::TooManyAttempts { .. }), "{early:?}");
}
