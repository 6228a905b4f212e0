//! The signature of a webhook, as `stripe listen` and relays pass it on (rules C-2, TS-40).

use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// A message older or newer than this is refused: it may be somebody's recording.
pub const TOLERANCE_SECONDS: i64 = 300;
/// Signatures looked at in one header: several stand there while a secret is exchanged.
const SIGNATURES_MAX: usize = 16;

/// Why a message was not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSignature {
    /// The header is not `t=…,v1=…`.
    #[error("the message carries no signature that can be read")]
    Malformed,
    /// Signed too long ago, or in the future.
    #[error(
        "the message was signed more than {TOLERANCE_SECONDS} seconds from now; check this computer's clock"
    )]
    Old,
    /// None of the signatures is right.
    #[error("the signature is not that of this webhook's secret; copy the secret once more")]
    Wrong,
}

/// Checks the header `Stripe-Signature` of a raw body: `t=` seconds, then `v1=` HMAC-SHA256 over `t.body`, in constant
/// time. Any of several secrets and any of several signatures will do. Replays within the tolerance are the caller's
/// business: the event's id enters once.
pub fn verify_signature(
    header: &str,
    body: &[u8],
    secrets: &[SecretString],
    now: DateTime<Utc>,
) -> Result<(), BadSignature> {
    let mut signed_at = None;
    let mut signatures = Vec::new();
    for part in header.split(',') {
        match part.trim().split_once('=') {
            Some(("t", seconds)) => signed_at = Some(seconds.parse().map_err(|_| BadSignature::Malformed)?),
            Some(("v1", digits)) if signatures.len() < SIGNATURES_MAX => {
                signatures.extend(hex::decode(digits).ok());
            }
            _ => {}
        }
    }
    let signed_at: i64 = signed_at.ok_or(BadSignature::Malformed)?;
    if signatures.is_empty() {
        return Err(BadSignature::Malformed);
    }
    // A time-stamp at the end of the calendar must not overflow into a valid one.
    if now.timestamp().checked_sub(signed_at).is_none_or(|age| age.abs() > TOLERANCE_SECONDS) {
        return Err(BadSignature::Old);
    }
    for secret in secrets {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) else { continue };
        mac.update(signed_at.to_string().as_bytes());
        mac.update(b".");
        mac.update(body);
        if signatures.iter().any(|signature| mac.clone().verify_slice(signature).is_ok()) {
            return Ok(());
        }
    }
    Err(BadSignature::Wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"id":"evt_1","object":"event"}"#;
    const SIGNED: i64 = 1_800_000_000;

    fn secrets(all: &[&str]) -> Vec<SecretString> {
        all.iter().map(|secret| SecretString::from(*secret)).collect()
    }

    fn sign(secret: &str, at: i64, body: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{at}.").as_bytes());
        mac.update(body);
        hex::encode(mac.finalize().into_bytes())
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn a_known_signature_is_accepted() {
        // Computed with Python: hmac.new(b"whsec_test", b'1800000000.{"id":"evt_1","object":"event"}', sha256).
        let known = "0f1bebceb66c16b38bee6c528eb2e1e8a8b464a6d5ba72f4befa95635b543b07";
        assert_eq!(sign("whsec_test", SIGNED, BODY), known);
        let header = format!("t={SIGNED},v1={known},v0=00");
        assert_eq!(verify_signature(&header, BODY, &secrets(&["whsec_test"]), at(SIGNED)), Ok(()));
    }

    #[test]
    fn one_of_several_signatures_or_secrets_is_enough() {
        let header = format!("t={SIGNED},v1={},v1={}", "00".repeat(32), sign("new", SIGNED, BODY));
        assert_eq!(verify_signature(&header, BODY, &secrets(&["old", "new"]), at(SIGNED)), Ok(()));
        assert_eq!(verify_signature(&header, BODY, &secrets(&["old"]), at(SIGNED)), Err(BadSignature::Wrong));
        assert_eq!(verify_signature(&header, BODY, &[], at(SIGNED)), Err(BadSignature::Wrong));
    }

    #[test]
    fn a_changed_body_or_time_is_refused() {
        let signature = sign("s", SIGNED, BODY);
        let check =
            |header: String, body: &[u8]| verify_signature(&header, body, &secrets(&["s"]), at(SIGNED));
        assert_eq!(check(format!("t={SIGNED},v1={signature}"), b"{}"), Err(BadSignature::Wrong));
        assert_eq!(check(format!("t={},v1={signature}", SIGNED + 1), BODY), Err(BadSignature::Wrong));
        assert_eq!(check(format!("t={SIGNED},v1={}", &signature[..62]), BODY), Err(BadSignature::Wrong));
        assert_eq!(check(format!("t={SIGNED},v0={signature}"), BODY), Err(BadSignature::Malformed));
        assert_eq!(check(String::new(), BODY), Err(BadSignature::Malformed));
        assert_eq!(check("t=x,v1=00".into(), BODY), Err(BadSignature::Malformed));
    }

    #[test]
    fn the_tolerance_is_five_minutes_both_ways() {
        let header = format!("t={SIGNED},v1={}", sign("s", SIGNED, BODY));
        let check = |now| verify_signature(&header, BODY, &secrets(&["s"]), at(now));
        for now in [SIGNED - 300, SIGNED, SIGNED + 300] {
            assert_eq!(check(now), Ok(()));
        }
        for now in [SIGNED - 301, SIGNED + 301] {
            assert_eq!(check(now), Err(BadSignature::Old));
        }
        let header = format!("t={},v1=00", i64::MIN);
        assert_eq!(verify_signature(&header, BODY, &secrets(&["s"]), at(SIGNED)), Err(BadSignature::Old));
    }
}
