//! The key of the encrypted store: 32 random bytes that the vault keeps, never made beside a database.

use std::path::Path;

use secrecy::{ExposeSecret, SecretBox, SecretString};
use zeroize::Zeroizing;

use super::kdf::{equal_constant_time, random};
use super::recovery::{RECOVERY_FILE, RecoveryCode, read_recovery_envelope};
use super::{Vault, VaultError, VaultKind};

/// The vault's name for the store's key.
pub const STORE_KEY_NAME: &str = "store-key";

/// The store's raw key. It is wiped when dropped and never printed.
pub struct StoreKeyBytes(SecretBox<[u8; 32]>);

impl StoreKeyBytes {
    /// Takes over 32 bytes as a key.
    pub fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(SecretBox::new(Box::new(*bytes)))
    }

    /// Makes a new random key.
    pub fn generate() -> Result<Self, VaultError> {
        random::<32>().map(|bytes| Self::new(Zeroizing::new(bytes)))
    }

    /// The bytes, for the one place that opens the database.
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }

    fn to_hex(&self) -> SecretString {
        SecretString::from(hex::encode(self.expose()))
    }

    fn from_hex(text: &SecretString) -> Result<Self, VaultError> {
        let mut bytes = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text.expose_secret(), bytes.as_mut_slice())
            .map_err(|_| VaultError::KeyDamaged)?;
        Ok(Self::new(bytes))
    }
}

impl Clone for StoreKeyBytes {
    fn clone(&self) -> Self {
        Self(SecretBox::new(Box::new(*self.expose())))
    }
}

impl PartialEq for StoreKeyBytes {
    fn eq(&self, other: &Self) -> bool {
        equal_constant_time(self.expose(), other.expose())
    }
}

impl Eq for StoreKeyBytes {}

impl std::fmt::Debug for StoreKeyBytes {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("StoreKeyBytes([redacted])")
    }
}

/// The key of a folder's store: the vault's, or a new one where neither a key nor a database exists.
///
/// A vault that fails is an error, never a reason to make a key; and a new key counts only once the
/// vault gives it back, because a store whose key was not kept is lost.
pub fn key_for(folder: &Path, database_exists: bool, vault: &dyn Vault) -> Result<StoreKeyBytes, VaultError> {
    if let Some(kept) = vault.get(STORE_KEY_NAME)? {
        return StoreKeyBytes::from_hex(&kept);
    }
    if database_exists {
        let vault = vault_words(vault.kind());
        return Err(VaultError::MissingKeyBesideDatabase { folder: folder.to_owned(), vault });
    }
    let key = StoreKeyBytes::generate()?;
    keep_store_key(vault, &key)?;
    Ok(key)
}

/// Puts a key into the vault, which must not hold another one, and checks that it reads back.
pub fn keep_store_key(vault: &dyn Vault, key: &StoreKeyBytes) -> Result<(), VaultError> {
    if let Some(kept) = vault.get(STORE_KEY_NAME)? {
        return match StoreKeyBytes::from_hex(&kept) {
            Ok(kept) if kept == *key => Ok(()),
            Ok(_) => Err(VaultError::OtherKeyKept),
            // What is there opens nothing; the right key may take its place.
            Err(_) => write_and_read_back(vault, key),
        };
    }
    write_and_read_back(vault, key)
}

/// Unwraps the folder's recovery envelope with the code and puts the key back into the vault.
pub fn recover_key(
    folder: &Path,
    code: &RecoveryCode,
    vault: &dyn Vault,
) -> Result<StoreKeyBytes, VaultError> {
    let path = folder.join(RECOVERY_FILE);
    let envelope = read_recovery_envelope(&path)?.ok_or(VaultError::NoRecoveryEnvelope { path })?;
    let key = envelope.unwrap(code)?;
    keep_store_key(vault, &key)?;
    Ok(key)
}

fn write_and_read_back(vault: &dyn Vault, key: &StoreKeyBytes) -> Result<(), VaultError> {
    vault.set(STORE_KEY_NAME, &key.to_hex())?;
    let kept = vault.get(STORE_KEY_NAME)?.ok_or(VaultError::KeyNotKept)?;
    match StoreKeyBytes::from_hex(&kept) {
        Ok(kept) if kept == *key => Ok(()),
        _ => Err(VaultError::KeyNotKept),
    }
}

fn vault_words(kind: VaultKind) -> &'static str {
    match kind {
        VaultKind::Keychain => "keychain",
        VaultKind::PassphraseFile => "vault file",
        VaultKind::Memory => "memory",
    }
}
