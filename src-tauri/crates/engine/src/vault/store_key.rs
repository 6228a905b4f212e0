//! The key of the encrypted store: 32 random bytes that the vault keeps, never made beside a database.

use std::path::Path;

use purser_store::StoreKey;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::kdf::{equal_constant_time, random};
use super::recovery::{RECOVERY_FILE, RecoveryCode, read_recovery_envelope};
use super::{Vault, VaultError, VaultKind};

/// The vault's name for the store's key.
pub const STORE_KEY_NAME: &str = "store-key";

/// The key of a folder's store: the vault's, or a new one where neither a key nor a database exists.
///
/// A vault that fails is an error, never a reason to make a key; and a new key counts only once the
/// vault gives it back, because a store whose key was not kept is lost.
pub fn key_for(folder: &Path, database_exists: bool, vault: &dyn Vault) -> Result<StoreKey, VaultError> {
    if let Some(kept) = vault.get(STORE_KEY_NAME)? {
        return key_from_hex(&kept);
    }
    if database_exists {
        let vault = vault_words(vault.kind());
        return Err(VaultError::MissingKeyBesideDatabase { folder: folder.to_owned(), vault });
    }
    let key = new_key()?;
    keep_store_key(vault, &key)?;
    Ok(key)
}

/// Puts a key into the vault, which must not hold another one, and checks that it reads back.
pub fn keep_store_key(vault: &dyn Vault, key: &StoreKey) -> Result<(), VaultError> {
    if let Some(kept) = vault.get(STORE_KEY_NAME)? {
        return match key_from_hex(&kept) {
            Ok(kept) if same_key(&kept, key) => Ok(()),
            Ok(_) => Err(VaultError::OtherKeyKept),
            // What is there opens nothing; the right key may take its place.
            Err(_) => write_and_read_back(vault, key),
        };
    }
    write_and_read_back(vault, key)
}

/// Unwraps the folder's recovery envelope with the code and puts the key back into the vault.
pub fn recover_key(folder: &Path, code: &RecoveryCode, vault: &dyn Vault) -> Result<StoreKey, VaultError> {
    let path = folder.join(RECOVERY_FILE);
    let envelope = read_recovery_envelope(&path)?.ok_or(VaultError::NoRecoveryEnvelope { path })?;
    let key = envelope.unwrap(code)?;
    keep_store_key(vault, &key)?;
    Ok(key)
}

fn write_and_read_back(vault: &dyn Vault, key: &StoreKey) -> Result<(), VaultError> {
    vault.set(STORE_KEY_NAME, &key_to_hex(key))?;
    let kept = vault.get(STORE_KEY_NAME)?.ok_or(VaultError::KeyNotKept)?;
    match key_from_hex(&kept) {
        Ok(kept) if same_key(&kept, key) => Ok(()),
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

fn new_key() -> Result<StoreKey, VaultError> {
    let bytes = Zeroizing::new(random::<32>()?);
    Ok(StoreKey::from_bytes(*bytes))
}

fn key_to_hex(key: &StoreKey) -> SecretString {
    SecretString::from(hex::encode(key.as_bytes()))
}

fn key_from_hex(text: &SecretString) -> Result<StoreKey, VaultError> {
    let mut bytes = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text.expose_secret(), bytes.as_mut_slice()).map_err(|_| VaultError::KeyDamaged)?;
    Ok(StoreKey::from_bytes(*bytes))
}

fn same_key(one: &StoreKey, other: &StoreKey) -> bool {
    equal_constant_time(one.as_bytes(), other.as_bytes())
}
