//! The store's raw key.

use std::fmt;
use std::path::Path;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::error::StoreError;

/// The 32 random bytes that encrypt the store and its backups.
///
/// The caller wraps them (by the OS keychain and by the recovery code); the store never writes them anywhere.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct StoreKey([u8; 32]);

impl StoreKey {
    /// A new key from the operating system's randomness.
    pub fn generate() -> Result<Self, StoreError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|cause| StoreError::Io {
            what: "reading randomness from",
            path: "the operating system".into(),
            why: cause.to_string(),
        })?;
        Ok(Self(bytes))
    }

    /// A new key for a store that does not exist yet.
    ///
    /// No key is ever made where a database file exists: a founder whose keychain lost the key must come to
    /// the recovery code, not to a fresh key that opens nothing.
    pub fn generate_for_new_store(path: &Path) -> Result<Self, StoreError> {
        if path.symlink_metadata().is_ok() {
            return Err(StoreError::Exists(path.to_owned()));
        }
        Self::generate()
    }

    /// A key that was unwrapped from the keychain or by the recovery code.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for wrapping.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// `PRAGMA key` in raw form. Raw bytes skip the passphrase derivation of 200 ms per connection.
    pub(crate) fn pragma(&self) -> Zeroizing<String> {
        let hex = Zeroizing::new(hex::encode(self.0));
        Zeroizing::new(format!("PRAGMA key = \"x'{}'\";", hex.as_str()))
    }
}

impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreKey(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_never_shows_its_bytes_in_debug_output() {
        let shown = format!("{:?}", StoreKey::from_bytes([0xab; 32]));
        assert_eq!(shown, "StoreKey(redacted)");
    }

    #[test]
    fn two_generated_keys_differ() {
        let (one, other) = (StoreKey::generate().unwrap(), StoreKey::generate().unwrap());
        assert_ne!(one.as_bytes(), other.as_bytes());
        assert_ne!(one.as_bytes(), &[0; 32]);
    }

    #[test]
    fn no_key_is_made_where_a_database_file_exists() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        assert!(StoreKey::generate_for_new_store(&path).is_ok());
        std::fs::write(&path, b"anything").unwrap();
        assert_eq!(StoreKey::generate_for_new_store(&path).unwrap_err().code(), "store_exists");
    }
}
