//! Accounts at providers: what can be connected, what is, and how it does.

use std::collections::BTreeMap;

use super::*;

wire! {
    /// A setting of a provider that is no secret.
    pub struct ProviderOption {
        /// Its name, as in `--option name=value`.
        pub name: String,
        /// Its label.
        pub label: String,
        /// One sentence.
        pub help: String,
        /// Whether it must be given.
        pub required: bool,
        /// What holds where nothing is given.
        pub default: String,
        /// The only values it takes; empty for free text.
        pub choices: Vec<String>,
    }

    /// A secret of a provider: it can be written, never read.
    pub struct ProviderSecret {
        /// Its name.
        pub name: String,
        /// Its label.
        pub label: String,
        /// One sentence.
        pub help: String,
        /// Whether nothing works without it.
        pub required: bool,
    }

    /// A provider that can be connected.
    pub struct ProviderRow {
        /// `smtp`.
        pub name: String,
        /// The name on screen.
        pub title: String,
        /// What it is for.
        pub purpose: String,
        /// Whether several accounts can be connected.
        pub several: bool,
        /// The address of an HTTP provider where nothing else is said; absent for others.
        pub base_url: Option<String>,
        /// Its options.
        pub options: Vec<ProviderOption>,
        /// Its secrets.
        pub secrets: Vec<ProviderSecret>,
    }

    /// What is wrong with a connection.
    pub struct ConnectionTrouble {
        /// Stable code: `unreachable`, `timed_out`, `tls`, `secret_refused`, `permission_missing`, `refused`,
        /// `rate_limited`, `provider_fault`, `secret_missing`.
        pub code: String,
        /// One sentence.
        pub text: String,
        /// Since when, RFC 3339.
        pub since: String,
        /// What would help: `secret` (enter another), `settings` (change them), `again` (ask later).
        pub fix: String,
    }

    /// How much of a provider's limit was used when it was last seen.
    pub struct ConnectionRate {
        /// Requests in the busiest stretch.
        pub used: u32,
        /// Of so many.
        pub limit: u32,
        /// In so many seconds.
        pub seconds: u32,
        /// How often the provider asked to slow down.
        pub slowed: u32,
        /// When, RFC 3339.
        pub at: String,
    }

    /// What listens on this computer for a connection.
    pub struct ConnectionListener {
        /// Its port on 127.0.0.1.
        pub port: u16,
        /// `listening`, `failing`, or `asleep` where no process works on the books.
        pub state: String,
        /// That in a sentence, with what to do.
        pub text: String,
        /// Events that were believed, each counted once, since it listens.
        pub accepted: u64,
        /// Events that came again.
        pub repeated: u64,
        /// Messages that were not believed.
        pub refused: u64,
        /// Why the last one was refused.
        pub last_refused: Option<String>,
        /// When, RFC 3339.
        pub last_refused_at: Option<String>,
    }

    /// A connection and how it does.
    pub struct ConnectionRow {
        /// `smtp:main`.
        pub id: String,
        /// `smtp`.
        pub provider: String,
        /// The provider's name on screen.
        pub title: String,
        /// The account's name at Purser.
        pub name: String,
        /// The address of an HTTP provider; empty for others.
        pub base_url: String,
        /// Options by name; no secret is among them.
        #[ts(type = "Record<string, string>")]
        pub options: BTreeMap<String, String>,
        /// Names of the secrets that the vault keeps.
        pub secrets: Vec<String>,
        /// `unchecked`, `ok`, `failing`, `needs_secret`.
        pub state: String,
        /// When it was connected, RFC 3339.
        pub connected_at: String,
        /// When the provider was last asked, RFC 3339.
        pub checked_at: Option<String>,
        /// When it last worked, RFC 3339.
        pub last_ok: Option<String>,
        /// What is wrong, while something is.
        pub trouble: Option<ConnectionTrouble>,
        /// Use of the provider's limit, where it has one.
        pub rate: Option<ConnectionRate>,
        /// What listens for it, where it has a port to listen on.
        pub listener: Option<ConnectionListener>,
    }

    /// Everything on the page of connections.
    pub struct Connections {
        /// What is connected, oldest first.
        pub connections: Vec<ConnectionRow>,
        /// What can be connected.
        pub providers: Vec<ProviderRow>,
    }

    /// Connects an account, or changes one.
    pub struct Connect {
        /// `smtp`.
        pub provider: String,
        /// The address of an HTTP provider; empty for its own.
        pub base_url: String,
        /// Options by name.
        #[ts(type = "Record<string, string>")]
        pub options: BTreeMap<String, String>,
        /// Secrets by name. What is left out stays as it is, while the address stays.
        #[ts(type = "Record<string, string>")]
        pub secrets: SecretTexts,
    }

    /// What connecting gave.
    pub struct Connected {
        /// How it does now.
        pub connection: ConnectionRow,
        /// The store's sequence after it.
        pub sequence: u64,
        /// One sentence.
        pub say: String,
    }
}

/// Secrets on their way into the vault. Neither printing nor a reading error shows one.
#[derive(Clone, PartialEq, Default, Serialize)]
pub struct SecretTexts(pub BTreeMap<String, String>);

impl std::fmt::Debug for SecretTexts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

impl<'de> Deserialize<'de> for SecretTexts {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The library's own errors repeat the value that does not fit.
        let value = serde_json::Value::deserialize(deserializer)
            .map_err(|_| serde::de::Error::custom("secrets cannot be read"))?;
        serde_json::from_value(value)
            .map(SecretTexts)
            .map_err(|_| serde::de::Error::custom("secrets are texts by name"))
    }
}
