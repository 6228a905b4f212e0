//! The rule that no key is ever made where a database exists.

use std::sync::Mutex;

use super::*;

/// A vault that fails or forgets, as real keychains do.
struct BadVault {
    forgets: bool,
    sets: Mutex<usize>,
}

impl BadVault {
    fn new(forgets: bool) -> Self {
        Self { forgets, sets: Mutex::new(0) }
    }
}

impl Vault for BadVault {
    fn get(&self, _name: &str) -> Result<Option<SecretString>, VaultError> {
        if self.forgets { Ok(None) } else { Err(VaultError::KeychainLocked { detail: "test".into() }) }
    }

    fn set(&self, _name: &str, _secret: &SecretString) -> Result<(), VaultError> {
        *self.sets.lock().unwrap() += 1;
        Ok(())
    }

    fn delete(&self, _name: &str) -> Result<(), VaultError> {
        Ok(())
    }

    fn kind(&self) -> VaultKind {
        VaultKind::Keychain
    }
}

#[test]
fn a_new_folder_gets_a_random_key_that_it_keeps() {
    let folder = tempfile::tempdir().unwrap();
    let (vault, other) = (MemoryVault::new(), MemoryVault::new());
    let key = key_for(folder.path(), false, &vault).unwrap();
    assert_eq!(
        key_for(folder.path(), true, &vault).unwrap().as_bytes(),
        key.as_bytes(),
        "the next start finds the same key"
    );
    assert_eq!(key_for(folder.path(), false, &vault).unwrap().as_bytes(), key.as_bytes());
    assert_ne!(key_for(folder.path(), false, &other).unwrap().as_bytes(), key.as_bytes());
    assert_eq!(held(&vault, STORE_KEY_NAME).unwrap(), hex::encode(key.as_bytes()));
}

#[test]
fn no_key_is_made_beside_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let vault = MemoryVault::new();
    let missing = key_for(folder.path(), true, &vault).unwrap_err();
    assert!(matches!(missing, VaultError::MissingKeyBesideDatabase { .. }), "{missing:?}");
    for words in ["recovery code", "purser restore", "Open with recovery code"] {
        assert!(missing.to_string().contains(words), "{missing}");
    }
    assert_eq!(held(&vault, STORE_KEY_NAME), None);
}

#[test]
fn a_locked_keychain_is_no_reason_to_make_a_key() {
    let vault = BadVault::new(false);
    let locked = key_for(std::path::Path::new("/nowhere"), false, &vault).unwrap_err();
    assert!(matches!(locked, VaultError::KeychainLocked { .. }), "{locked:?}");
    assert_eq!(*vault.sets.lock().unwrap(), 0);
}

#[test]
fn a_key_that_the_vault_does_not_give_back_is_not_used() {
    let vault = BadVault::new(true);
    let lost = key_for(std::path::Path::new("/nowhere"), false, &vault).unwrap_err();
    assert!(matches!(lost, VaultError::KeyNotKept), "{lost:?}");
}

#[test]
fn a_damaged_key_in_the_vault_is_told_and_not_replaced() {
    let vault = MemoryVault::new();
    for bad in ["zz", "00", &"0".repeat(63), &"0".repeat(66)] {
        vault.set(STORE_KEY_NAME, &secret(bad)).unwrap();
        let damaged = key_for(std::path::Path::new("/nowhere"), false, &vault).unwrap_err();
        assert!(matches!(damaged, VaultError::KeyDamaged), "{damaged:?}");
        assert_eq!(held(&vault, STORE_KEY_NAME).as_deref(), Some(bad));
    }
}

#[test]
fn the_recovery_code_puts_the_key_back_but_never_over_another_one() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (MemoryVault::new(), MemoryVault::new());
    let key = key_for(folder.path(), false, &first).unwrap();
    let code = RecoveryCode::generate().unwrap();
    let missing = recover_key(folder.path(), &code, &second).unwrap_err();
    assert!(matches!(missing, VaultError::NoRecoveryEnvelope { .. }), "{missing:?}");

    let envelope = RecoveryEnvelope::wrap(&code, &key, "store-1").unwrap();
    write_recovery_envelope(&folder.path().join(RECOVERY_FILE), &envelope).unwrap();
    assert_eq!(recover_key(folder.path(), &code, &second).unwrap().as_bytes(), key.as_bytes());
    assert_eq!(
        key_for(folder.path(), true, &second).unwrap().as_bytes(),
        key.as_bytes(),
        "the folder opens again"
    );
    recover_key(folder.path(), &code, &second).expect("doing it twice is harmless");

    let occupied = MemoryVault::new();
    let other = key_for(folder.path(), false, &occupied).unwrap();
    let refused = recover_key(folder.path(), &code, &occupied).unwrap_err();
    assert!(matches!(refused, VaultError::OtherKeyKept), "{refused:?}");
    assert_eq!(key_for(folder.path(), true, &occupied).unwrap().as_bytes(), other.as_bytes());

    occupied.set(STORE_KEY_NAME, &secret("damaged")).unwrap();
    assert_eq!(
        recover_key(folder.path(), &code, &occupied).unwrap().as_bytes(),
        key.as_bytes(),
        "a damaged key gives way"
    );
}
