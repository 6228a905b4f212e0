//! Is it the founder? The re-check before money leaves, which an unlocked keychain does not answer.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::kdf::{DeriveError, KdfCost, SALT_BYTES, derive, equal_constant_time, random};
use super::{Vault, VaultError};

/// The vault's name for the approval passphrase's verifier.
const APPROVAL_NAME: &str = "approval-passphrase";

const APPROVAL_CHARACTERS_MIN: usize = 8;

/// The founder's passphrase for money out.
///
/// A passphrase vault has its passphrase already, and that one is asked for. In a keychain folder the
/// founder sets one, of which the vault keeps an argon2id verifier. Clones share the limit on attempts.
#[derive(Clone)]
pub struct ApprovalLock {
    vault: Arc<dyn Vault>,
    cost: KdfCost,
    attempts: Arc<Mutex<AttemptLimit>>,
}

/// What the vault keeps of an approval passphrase.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Verifier {
    kdf: String,
    cost: KdfCost,
    salt: String,
    verifier: String,
}

impl ApprovalLock {
    /// The approval lock of a vault. Make one a process: it carries the count of wrong attempts.
    pub fn new(vault: Arc<dyn Vault>) -> Self {
        Self { vault, cost: KdfCost::STANDARD, attempts: Arc::default() }
    }

    #[cfg(test)]
    pub(super) fn cheap(vault: Arc<dyn Vault>) -> Self {
        Self { cost: KdfCost::CHEAP, ..Self::new(vault) }
    }

    /// Whether there is a passphrase to ask for.
    pub fn is_set(&self) -> Result<bool, VaultError> {
        Ok(self.vault.kind() == super::VaultKind::PassphraseFile || self.stored()?.is_some())
    }

    /// Sets the first approval passphrase; an existing one is only [changed](Self::change) or [taken away](Self::clear).
    pub fn set(&self, passphrase: &SecretString) -> Result<(), VaultError> {
        if self.is_set()? {
            return Err(VaultError::ApprovalAlreadySet);
        }
        self.store(passphrase)
    }

    /// Replaces the approval passphrase by somebody who knows the present one. The passphrase of a
    /// passphrase vault is changed there ([`super::PassphraseVault::change_passphrase`]).
    pub fn change(&self, present: &SecretString, new: &SecretString) -> Result<(), VaultError> {
        if self.stored()?.is_none() {
            return Err(VaultError::ApprovalNotSet);
        }
        self.check(present)?;
        self.store(new)
    }

    /// Takes the approval passphrase away, for somebody who knows it.
    pub fn clear(&self, present: &SecretString) -> Result<(), VaultError> {
        if self.stored()?.is_none() {
            return Err(VaultError::ApprovalNotSet);
        }
        self.check(present)?;
        self.vault.delete(APPROVAL_NAME)
    }

    /// Checks the founder's passphrase: [`VaultError::PresenceRefused`] for a wrong one, and after
    /// several in a row [`VaultError::TooManyAttempts`] without looking.
    pub fn check(&self, passphrase: &SecretString) -> Result<(), VaultError> {
        if let Some(checked) = self.vault.check_passphrase(passphrase) {
            return checked;
        }
        let stored = self.stored()?.ok_or(VaultError::ApprovalNotSet)?;
        let (salt, verifier) = stored.decoded().ok_or(VaultError::ApprovalDamaged)?;
        let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        attempts.guard(|| {
            let derived = derive(passphrase, &salt, stored.cost).map_err(system_error)?;
            Ok(equal_constant_time(&derived.verifier, &verifier))
        })
    }

    fn stored(&self) -> Result<Option<Verifier>, VaultError> {
        let Some(json) = self.vault.get(APPROVAL_NAME)? else { return Ok(None) };
        serde_json::from_str(json.expose_secret()).map(Some).map_err(|_| VaultError::ApprovalDamaged)
    }

    fn store(&self, passphrase: &SecretString) -> Result<(), VaultError> {
        if passphrase.expose_secret().chars().count() < APPROVAL_CHARACTERS_MIN {
            return Err(VaultError::ApprovalTooShort { characters_min: APPROVAL_CHARACTERS_MIN });
        }
        let salt = random::<SALT_BYTES>()?;
        let derived = derive(passphrase, &salt, self.cost).map_err(system_error)?;
        let stored = Verifier {
            kdf: "argon2id".to_owned(),
            cost: self.cost,
            salt: hex::encode(salt),
            verifier: hex::encode(derived.verifier),
        };
        let json = serde_json::to_string(&stored)
            .map_err(|error| VaultError::System { detail: format!("json: {error}") })?;
        self.vault.set(APPROVAL_NAME, &SecretString::from(json))
    }
}

impl std::fmt::Debug for ApprovalLock {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ApprovalLock").field("vault", &self.vault.kind()).finish_non_exhaustive()
    }
}

impl Verifier {
    fn decoded(&self) -> Option<([u8; SALT_BYTES], [u8; 32])> {
        let (mut salt, mut verifier) = ([0; SALT_BYTES], [0; 32]);
        hex::decode_to_slice(&self.salt, &mut salt).ok()?;
        hex::decode_to_slice(&self.verifier, &mut verifier).ok()?;
        (self.kdf == "argon2id").then_some((salt, verifier))
    }
}

fn system_error(error: DeriveError) -> VaultError {
    match error {
        DeriveError::Cost(_) => VaultError::ApprovalDamaged,
        DeriveError::System(detail) => VaultError::System { detail },
    }
}

/// Wrong passphrases in a row, and how long they make the next one wait. It ends with the process:
/// whoever can restart Purser still pays argon2 for every guess.
#[derive(Debug, Default)]
pub(super) struct AttemptLimit {
    wrong_in_a_row: u32,
    last_wrong: Option<Instant>,
}

impl AttemptLimit {
    /// As many are free, because people mistype.
    const FREE: u32 = 5;
    const WAIT_MAX: Duration = Duration::from_secs(300);

    /// Runs one check unless it comes too early, and counts a wrong one.
    pub(super) fn guard(
        &mut self,
        check: impl FnOnce() -> Result<bool, VaultError>,
    ) -> Result<(), VaultError> {
        let wait = self.wait(Instant::now());
        if !wait.is_zero() {
            return Err(VaultError::TooManyAttempts { wait_seconds: wait.as_secs() + 1 });
        }
        if check()? {
            *self = Self::default();
            return Ok(());
        }
        self.wrong(Instant::now());
        Err(VaultError::PresenceRefused)
    }

    fn wrong(&mut self, now: Instant) {
        self.wrong_in_a_row = self.wrong_in_a_row.saturating_add(1);
        self.last_wrong = Some(now);
    }

    /// How long the next check must wait: nothing at first, then doubling from two seconds.
    fn wait(&self, now: Instant) -> Duration {
        let Some(last_wrong) = self.last_wrong else { return Duration::ZERO };
        let beyond = self.wrong_in_a_row.saturating_sub(Self::FREE - 1);
        if beyond == 0 {
            return Duration::ZERO;
        }
        let delay = Duration::from_secs(1 << beyond.min(9)).min(Self::WAIT_MAX);
        (last_wrong + delay).saturating_duration_since(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_wrong_passphrases_are_free_and_then_each_doubles_the_wait() {
        let (start, mut limit) = (Instant::now(), AttemptLimit::default());
        let mut waits = Vec::new();
        for _ in 0..16 {
            limit.wrong(start);
            waits.push(limit.wait(start).as_secs());
        }
        assert_eq!(waits, [0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]);
        assert_eq!(limit.wait(start + Duration::from_secs(299)).as_secs(), 1);
        assert!(limit.wait(start + Duration::from_secs(300)).is_zero());
    }

    #[test]
    fn the_right_passphrase_clears_the_count_and_a_failed_check_does_not_count() {
        let mut limit = AttemptLimit::default();
        for _ in 0..4 {
            assert!(matches!(limit.guard(|| Ok(false)), Err(VaultError::PresenceRefused)));
        }
        assert!(limit.guard(|| Err(VaultError::KeyDamaged)).is_err());
        limit.guard(|| Ok(true)).unwrap();
        assert_eq!(limit.wrong_in_a_row, 0);
    }

    #[test]
    fn an_early_attempt_is_not_even_looked_at() {
        let mut limit = AttemptLimit::default();
        for _ in 0..5 {
            assert!(limit.guard(|| Ok(false)).is_err());
        }
        let answer = limit.guard(|| panic!("the check must not run while it has to wait"));
        assert!(matches!(answer, Err(VaultError::TooManyAttempts { wait_seconds: 1..=3 })), "{answer:?}");
    }
}
