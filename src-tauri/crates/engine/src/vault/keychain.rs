//! The operating system's keychain: Secret Service, macOS Keychain, Windows Credential Manager.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use keyring_core::{Entry, Error as KeyringError};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::scope::check_scope;
use super::{Vault, VaultError, VaultKind, check_name, check_secret};

/// The service name under which the keychain lists our secrets.
pub const KEYCHAIN_SERVICE: &str = "purser";

/// Long enough to find and answer the keychain's own password window.
const CALL_LIMIT: Duration = Duration::from_secs(60);

/// Secrets in the operating system's keychain, service `purser`, account `<scope>/<name>`.
///
/// The keychain's own calls have no time limit (a password window may be open, or the desktop's bus
/// hang), so each runs on a helper thread that is given up after a minute. While one that was given up
/// has still not come back, further calls fail at once instead of piling up behind it.
#[derive(Debug)]
pub struct KeychainVault {
    scope: String,
    call_limit: Duration,
    /// Calls that were given up and have not come back yet.
    given_up: Arc<AtomicUsize>,
}

const CALL_RUNNING: u8 = 0;
const CALL_GIVEN_UP: u8 = 1;
const CALL_RETURNED: u8 = 2;

/// Notes, also when the library panics, that a call has come back.
struct Returned {
    progress: Arc<AtomicU8>,
    given_up: Arc<AtomicUsize>,
}

impl Drop for Returned {
    fn drop(&mut self) {
        if self.progress.swap(CALL_RETURNED, Ordering::SeqCst) == CALL_GIVEN_UP {
            self.given_up.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

impl KeychainVault {
    /// The keychain for this scope (see [`super::folder_scope`]), which must answer.
    pub fn new(scope: &str) -> Result<Self, VaultError> {
        let vault = Self::unasked(scope, CALL_LIMIT)?;
        vault.within_limit(|| match keyring::Entry::store_status() {
            Ok(()) => Ok(()),
            Err(error) => Err(VaultError::NoKeychain { detail: no_keychain_detail(error) }),
        })?;
        Ok(vault)
    }

    fn unasked(scope: &str, call_limit: Duration) -> Result<Self, VaultError> {
        check_scope(scope).map_err(|_| VaultError::BadName { name: scope.escape_default().collect() })?;
        Ok(Self { scope: scope.to_owned(), call_limit, given_up: Arc::default() })
    }

    /// Runs one keychain call on a helper thread and waits for it no longer than the limit.
    fn within_limit<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let silent = || VaultError::KeychainSilent { seconds: self.call_limit.as_secs() };
        if self.given_up.load(Ordering::SeqCst) > 0 {
            return Err(silent());
        }
        let (answer, answered) = mpsc::sync_channel(1);
        let progress = Arc::new(AtomicU8::new(CALL_RUNNING));
        let returned = Returned { progress: Arc::clone(&progress), given_up: Arc::clone(&self.given_up) };
        std::thread::Builder::new()
            .name("purser-keychain".to_owned())
            .spawn(move || {
                let _returned = returned;
                // Nobody listens when the caller gave up; `Returned` then takes this call off the count.
                let _ = answer.send(call());
            })
            .map_err(|error| VaultError::System { detail: format!("thread: {error}") })?;
        let failed = || VaultError::System { detail: "the keychain library failed".to_owned() };
        match answered.recv_timeout(self.call_limit) {
            Ok(result) => result,
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(failed()),
            Err(mpsc::RecvTimeoutError::Timeout) => {
                self.given_up.fetch_add(1, Ordering::SeqCst);
                if progress.swap(CALL_GIVEN_UP, Ordering::SeqCst) == CALL_RUNNING {
                    return Err(silent());
                }
                // It came back in the last moment: its answer counts.
                self.given_up.fetch_sub(1, Ordering::SeqCst);
                answered.try_recv().unwrap_or_else(|_| Err(failed()))
            }
        }
    }

    fn with_entry<T: Send + 'static>(
        &self,
        action: &'static str,
        name: &str,
        call: impl FnOnce(&Entry) -> Result<T, KeyringError> + Send + 'static,
    ) -> Result<T, VaultError> {
        check_name(name)?;
        let (account, name) = (format!("{}/{name}", self.scope), name.to_owned());
        self.within_limit(move || {
            let called = Entry::new(KEYCHAIN_SERVICE, &account).and_then(|entry| call(&entry));
            called.map_err(|error| explain(action, &name, account, error))
        })
    }
}

impl Vault for KeychainVault {
    fn get(&self, name: &str) -> Result<Option<SecretString>, VaultError> {
        self.with_entry("read", name, |entry| match entry.get_password() {
            Ok(password) => Ok(Some(SecretString::from(password))),
            Err(KeyringError::NoEntry) => Ok(None),
            Err(error) => Err(error),
        })
    }

    fn set(&self, name: &str, secret: &SecretString) -> Result<(), VaultError> {
        check_secret(name, secret)?;
        let secret = secret.clone();
        self.with_entry("keep", name, move |entry| entry.set_password(secret.expose_secret()))
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        self.with_entry("forget", name, |entry| match entry.delete_credential() {
            Ok(()) | Err(KeyringError::NoEntry) => Ok(()),
            Err(error) => Err(error),
        })
    }

    fn kind(&self) -> VaultKind {
        VaultKind::Keychain
    }
}

/// Says what failed without ever repeating bytes that the keychain returned.
fn explain(action: &'static str, name: &str, account: String, error: KeyringError) -> VaultError {
    let failed = |detail: String| VaultError::KeychainFailed { action, name: name.to_owned(), detail };
    match error {
        KeyringError::NoStorageAccess(source) => VaultError::KeychainLocked { detail: source.to_string() },
        KeyringError::NoDefaultStore => VaultError::NoKeychain { detail: PLATFORM_KEYCHAIN.to_owned() },
        KeyringError::Ambiguous(entries) => VaultError::Ambiguous { account, count: entries.len() },
        KeyringError::BadEncoding(bytes) | KeyringError::BadDataFormat(bytes, _) => {
            drop(Zeroizing::new(bytes));
            VaultError::NotText { name: name.to_owned() }
        }
        other => failed(other.to_string()),
    }
}

#[cfg(target_os = "macos")]
const PLATFORM_KEYCHAIN: &str = "macOS Keychain";
#[cfg(windows)]
const PLATFORM_KEYCHAIN: &str = "Windows Credential Manager";
#[cfg(not(any(target_os = "macos", windows)))]
const PLATFORM_KEYCHAIN: &str = "secret service";

fn no_keychain_detail(error: &KeyringError) -> String {
    match error {
        KeyringError::PlatformFailure(source) | KeyringError::NoStorageAccess(source) => {
            format!("{PLATFORM_KEYCHAIN}: {source}")
        }
        other => format!("{PLATFORM_KEYCHAIN}: {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keychain_call_that_hangs_is_given_up_and_the_next_fails_at_once() {
        let vault = KeychainVault::unasked("scope", Duration::from_millis(500)).unwrap();
        let (release, released) = mpsc::channel::<()>();
        let hung = vault.within_limit(move || {
            let _ = released.recv();
            Ok(())
        });
        assert!(matches!(hung, Err(VaultError::KeychainSilent { .. })), "{hung:?}");
        let ran = Arc::new(AtomicUsize::new(0));
        let mark = Arc::clone(&ran);
        let next = vault.within_limit(move || {
            mark.store(1, Ordering::SeqCst);
            Ok(())
        });
        assert!(matches!(next, Err(VaultError::KeychainSilent { .. })), "{next:?}");
        assert_eq!(ran.load(Ordering::SeqCst), 0, "no call may pile up behind a stuck one");
        release.send(()).unwrap();
        let deadline = std::time::Instant::now() + Duration::from_secs(5);
        while vault.given_up.load(Ordering::SeqCst) > 0 {
            assert!(std::time::Instant::now() < deadline, "a call that came back must free the keychain");
            std::thread::sleep(Duration::from_millis(5));
        }
        vault.within_limit(|| Ok(())).expect("the keychain answers again");
    }

    #[test]
    fn keychain_errors_say_what_to_do_and_never_repeat_what_was_read() {
        let secret = "sk_live_canary".as_bytes().to_vec();
        let account = || "scope/name".to_owned();
        let not_text = explain("read", "name", account(), KeyringError::BadEncoding(secret));
        assert!(!format!("{not_text} {not_text:?}").contains("canary"), "{not_text:?}");
        let locked = explain("read", "name", account(), KeyringError::NoStorageAccess("locked".into()));
        assert_eq!(locked.code(), "vault_keychain_locked");
        assert!(locked.to_string().contains("Unlock it"), "{locked}");
        let none = explain("read", "name", account(), KeyringError::NoDefaultStore);
        assert!(none.to_string().contains("PURSER_PASSPHRASE"), "{none}");
    }

    #[test]
    fn a_scope_that_could_reach_another_folders_secrets_is_refused() {
        for scope in ["", "a/b", "a b", "ü", &"x".repeat(65)] {
            assert!(KeychainVault::unasked(scope, CALL_LIMIT).is_err(), "{scope:?}");
        }
    }
}
