//! Secrets of providers, each kept together with the address that it was given for.
//!
//! A secret is given out again only for that address: who changes an address in the store, or asks for a secret
//! with another one, gets nothing (security.md 6). The names are `provider/<connection>/<secret>`.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Vault, VaultError};

/// What the vault keeps.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    address: String,
    secret: String,
}

/// The secrets of one connection, such as `smtp:main`.
pub struct ProviderSecrets<'a> {
    vault: &'a dyn Vault,
    connection: &'a str,
}

impl<'a> ProviderSecrets<'a> {
    /// The secrets of a connection.
    pub fn new(vault: &'a dyn Vault, connection: &'a str) -> Self {
        Self { vault, connection }
    }

    /// Keeps a secret for an address, replacing an earlier one.
    pub fn set(&self, name: &str, address: &str, secret: &SecretString) -> Result<(), VaultError> {
        let kept = Kept { address: address.to_owned(), secret: secret.expose_secret().to_owned() };
        let json = serde_json::to_string(&kept).map(Zeroizing::new);
        drop(Zeroizing::new(kept.secret));
        let json = json.map_err(|error| VaultError::System { detail: format!("json: {error}") })?;
        self.vault.set(&self.key(name), &SecretString::from(json.as_str()))
    }

    /// The secret that was given for exactly this address; `None` where there is none, or one for another address.
    pub fn get(&self, name: &str, address: &str) -> Result<Option<SecretString>, VaultError> {
        let Some(json) = self.vault.get(&self.key(name))? else { return Ok(None) };
        // Something that is no secret of ours is worth as much as none: the founder enters it again.
        let Ok(kept) = serde_json::from_str::<Kept>(json.expose_secret()) else { return Ok(None) };
        let secret = SecretString::from(kept.secret);
        Ok((kept.address == address).then_some(secret))
    }

    /// Forgets a secret. Forgetting what is not there is no error.
    pub fn delete(&self, name: &str) -> Result<(), VaultError> {
        self.vault.delete(&self.key(name))
    }

    fn key(&self, name: &str) -> String {
        format!("provider/{}/{name}", self.connection)
    }
}
