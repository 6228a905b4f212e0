//! Where secrets live: the system's keychain, or a passphrase-encrypted file where there is none.
//!
//! A [`Vault`] keeps short named texts: the key of the store, provider keys, the founder's approval
//! passphrase (as a verifier). Names are scoped by the folder's id, so that two data folders on one
//! machine never see each other's secrets: the keychain's service is `purser`, its account
//! `<scope>/<name>`.
//!
//! Every call may block for as long as a person needs to unlock a keychain: keep it off an async
//! runtime's worker threads (`tokio::task::spawn_blocking`).

mod error;
mod files;
mod kdf;
mod keychain;
mod memory;
mod passphrase;
mod presence;
mod provider;
mod recovery;
mod scope;
mod store_key;

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

pub use error::VaultError;
pub use kdf::KdfCost;
pub use keychain::{KEYCHAIN_SERVICE, KeychainVault};
pub use memory::MemoryVault;
pub use passphrase::PassphraseVault;
pub use presence::ApprovalLock;
pub use provider::ProviderSecrets;
pub use recovery::{
    RECOVERY_FILE, RecoveryCode, RecoveryEnvelope, read_recovery_envelope, write_recovery_envelope,
};
pub use scope::{SCOPE_FILE, folder_scope};
pub use store_key::{STORE_KEY_NAME, keep_store_key, key_for, recover_key};

/// The passphrase vault's file inside a data folder.
pub const VAULT_FILE: &str = "vault.json";

/// A secret longer than this is refused: keychains are for keys, not for files.
const SECRET_BYTES_MAX: usize = 64 * 1024;

/// A longer name is refused by some keychains.
const NAME_BYTES_MAX: usize = 200;

/// What kind of place keeps the secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VaultKind {
    /// The operating system's keychain.
    Keychain,
    /// A file in the data folder, encrypted with a passphrase.
    PassphraseFile,
    /// This process's memory, for tests and demonstrations.
    Memory,
}

/// A place that keeps secrets by name. All calls block.
pub trait Vault: Send + Sync {
    /// The secret of this name, or `None` where there is none. A vault that cannot be asked is an
    /// error, never `None`: a key taken for missing would be replaced.
    fn get(&self, name: &str) -> Result<Option<SecretString>, VaultError>;

    /// Keeps the secret under this name, replacing an earlier one.
    fn set(&self, name: &str, secret: &SecretString) -> Result<(), VaultError>;

    /// Forgets the secret of this name. Forgetting what is not there is no error.
    fn delete(&self, name: &str) -> Result<(), VaultError>;

    /// What kind of place this is.
    fn kind(&self) -> VaultKind;

    /// Checks a passphrase against the vault's own, or `None` for a vault that has none.
    fn check_passphrase(&self, _passphrase: &SecretString) -> Option<Result<(), VaultError>> {
        None
    }
}

/// Opens the vault of a data folder: its passphrase file where it has one, a new passphrase file
/// where a passphrase is given, the system's keychain otherwise.
///
/// The folder must exist. A wrong passphrase fails here, before anything is read or written.
pub fn choose_vault(folder: &Path, passphrase: Option<SecretString>) -> Result<Box<dyn Vault>, VaultError> {
    let file = vault_file(folder);
    let file_exists = file.try_exists().map_err(|source| VaultError::io("look for", &file, source))?;
    match (file_exists, passphrase) {
        (true, Some(passphrase)) => Ok(Box::new(PassphraseVault::open(&file, &passphrase)?)),
        (true, None) => Err(VaultError::PassphraseNeeded { path: file }),
        (false, Some(passphrase)) => Ok(Box::new(PassphraseVault::create(&file, &passphrase)?)),
        (false, None) => Ok(Box::new(KeychainVault::new(&folder_scope(folder)?)?)),
    }
}

/// The passphrase vault's path in a data folder.
pub fn vault_file(folder: &Path) -> PathBuf {
    folder.join(VAULT_FILE)
}

/// Refuses names that some keychain would change or cut: they must read back byte for byte.
fn check_name(name: &str) -> Result<(), VaultError> {
    let printable = name.bytes().all(|byte| byte.is_ascii_graphic());
    if name.is_empty() || name.len() > NAME_BYTES_MAX || !printable {
        return Err(VaultError::BadName { name: name.escape_default().take(NAME_BYTES_MAX).collect() });
    }
    Ok(())
}

/// Refuses secrets that are empty (some keychains take that for absent) or too long for a keychain.
fn check_secret(name: &str, secret: &SecretString) -> Result<(), VaultError> {
    match secret.expose_secret().len() {
        0 => Err(VaultError::EmptySecret { name: name.to_owned() }),
        length if length > SECRET_BYTES_MAX => {
            Err(VaultError::SecretTooLong { name: name.to_owned(), bytes_max: SECRET_BYTES_MAX })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
