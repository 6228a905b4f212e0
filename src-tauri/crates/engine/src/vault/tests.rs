//! The vault's behaviours, one sentence each.

mod keychain;
mod passphrase;
mod recovery;
mod store_key;

use purser_store::StoreKey;
use secrecy::{ExposeSecret, SecretString};

use super::*;

/// A secret from a literal.
fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

/// What a vault holds under a name, in clear.
fn held(vault: &dyn Vault, name: &str) -> Option<String> {
    vault.get(name).unwrap().map(|secret| secret.expose_secret().to_owned())
}

/// What every vault must do, whatever keeps the secrets.
fn check_a_vault_keeps_replaces_and_forgets(vault: &dyn Vault) {
    assert_eq!(held(vault, "stripe/read-key"), None, "a new vault is empty");
    vault.set("stripe/read-key", &secret("rk_test_1 \"quoted\" ü\n")).unwrap();
    vault.set("stripe/write-key", &secret("rk_test_2")).unwrap();
    assert_eq!(held(vault, "stripe/read-key").as_deref(), Some("rk_test_1 \"quoted\" ü\n"));
    vault.set("stripe/read-key", &secret("rk_test_3")).unwrap();
    assert_eq!(held(vault, "stripe/read-key").as_deref(), Some("rk_test_3"), "set replaces");
    vault.delete("stripe/read-key").unwrap();
    assert_eq!(held(vault, "stripe/read-key"), None, "delete forgets");
    vault.delete("stripe/read-key").expect("forgetting twice is no error");
    assert_eq!(held(vault, "stripe/write-key").as_deref(), Some("rk_test_2"), "others stay");
    for name in ["", "a b", "ü", "new\nline", &"x".repeat(201)] {
        let refused = vault.set(name, &secret("value"));
        assert!(matches!(refused, Err(VaultError::BadName { .. })), "{name:?}: {refused:?}");
        assert!(matches!(vault.get(name), Err(VaultError::BadName { .. })), "{name:?}");
    }
    assert!(matches!(vault.set("name", &secret("")), Err(VaultError::EmptySecret { .. })));
    let long = vault.set("name", &secret(&"x".repeat(64 * 1024 + 1)));
    assert!(matches!(long, Err(VaultError::SecretTooLong { .. })), "{long:?}");
    assert_eq!(held(vault, "name"), None, "what was refused was not kept");
}

/// What every vault must do with the secrets of providers.
fn check_a_provider_s_secret_is_given_out_for_one_address_only(vault: &dyn Vault) {
    let read = |connection: &str, address: &str| {
        let kept = ProviderSecrets::new(vault, connection).get("read_key", address).unwrap();
        kept.map(|secret| secret.expose_secret().to_owned())
    };
    let stripe = ProviderSecrets::new(vault, "stripe:main");
    assert_eq!(read("stripe:main", "https://api.stripe.com"), None);
    stripe.set("read_key", "https://api.stripe.com", &secret("rk_test_1")).unwrap();
    assert_eq!(read("stripe:main", "https://api.stripe.com").as_deref(), Some("rk_test_1"));
    assert_eq!(read("stripe:main", "http://127.0.0.1:1"), None, "another address gets nothing");
    assert_eq!(read("stripe:other", "https://api.stripe.com"), None, "another account gets nothing");
    stripe.set("read_key", "http://127.0.0.1:1", &secret("rk_test_2")).unwrap();
    assert_eq!(read("stripe:main", "https://api.stripe.com"), None, "the new address replaces the old one");
    vault.set("provider/stripe:main/read_key", &secret("rk_live_no_address")).unwrap();
    assert_eq!(read("stripe:main", ""), None, "a secret without an address is given to nobody");
    stripe.delete("read_key").unwrap();
    assert_eq!(held(vault, "provider/stripe:main/read_key"), None, "delete forgets");
}

#[test]
fn a_memory_vault_keeps_replaces_and_forgets() {
    let vault = MemoryVault::new();
    check_a_vault_keeps_replaces_and_forgets(&vault);
    check_a_provider_s_secret_is_given_out_for_one_address_only(&vault);
    vault.set("canary", &secret("sk_live_canary")).unwrap();
    assert!(!format!("{vault:?}").contains("sk_live_canary"), "no secret is printed");
    assert_eq!(vault.kind(), VaultKind::Memory);
}

#[test]
fn a_folder_keeps_its_id_and_takes_it_from_the_recovery_envelope_when_the_file_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let scope = folder_scope(folder.path()).unwrap();
    assert_eq!(folder_scope(folder.path()).unwrap(), scope);
    let other = tempfile::tempdir().unwrap();
    assert_ne!(folder_scope(other.path()).unwrap(), scope, "two folders never share secrets");

    let (code, key) = (RecoveryCode::generate().unwrap(), StoreKey::generate().unwrap());
    let envelope = RecoveryEnvelope::wrap(&code, &key, &scope).unwrap();
    write_recovery_envelope(&folder.path().join(RECOVERY_FILE), &envelope).unwrap();
    std::fs::remove_file(folder.path().join(SCOPE_FILE)).unwrap();
    assert_eq!(folder_scope(folder.path()).unwrap(), scope, "the keychain's entries are found again");
}

#[test]
fn an_edited_folder_id_that_reaches_into_another_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(SCOPE_FILE), "../other/stripe").unwrap();
    let refused = folder_scope(folder.path());
    assert!(matches!(refused, Err(VaultError::Damaged { .. })), "{refused:?}");
}
