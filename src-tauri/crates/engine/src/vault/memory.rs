//! A vault that ends with the process.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use secrecy::SecretString;

use super::{Vault, VaultError, VaultKind, check_name, check_secret};

/// Secrets in memory: for tests, and for the demonstration company that has none worth keeping.
#[derive(Debug, Default)]
pub struct MemoryVault {
    secrets: Mutex<BTreeMap<String, SecretString>>,
}

impl MemoryVault {
    /// An empty vault.
    pub fn new() -> Self {
        Self::default()
    }

    fn secrets(&self) -> MutexGuard<'_, BTreeMap<String, SecretString>> {
        // No code panics between two halves of a change, so a poisoned map is still whole.
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Vault for MemoryVault {
    fn get(&self, name: &str) -> Result<Option<SecretString>, VaultError> {
        check_name(name)?;
        Ok(self.secrets().get(name).cloned())
    }

    fn set(&self, name: &str, secret: &SecretString) -> Result<(), VaultError> {
        check_name(name)?;
        check_secret(name, secret)?;
        self.secrets().insert(name.to_owned(), secret.clone());
        Ok(())
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        check_name(name)?;
        self.secrets().remove(name);
        Ok(())
    }

    fn kind(&self) -> VaultKind {
        VaultKind::Memory
    }
}
