//! The providers that Purser can be connected to: what each needs, and how it is asked whether it works.
//!
//! One list ([`PROVIDERS`]); a new provider is one line there and a value of [`Provider`] in its own folder.

mod address;
mod problem;
mod stripe;

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};

pub use address::{base_url, is_loopback};
pub use problem::{Cause, Fix, Problem};
pub use stripe::{LISTEN_PORT, SIGNING_SECRET, WRITE_KEY};

/// Every provider, in the order of the screen.
pub const PROVIDERS: &[&Provider] =
    &[&stripe::PROVIDER, &crate::smtp::PROVIDER, &crate::slack::PROVIDER, &crate::webhook::PROVIDER];

/// Longest value of an option, in characters.
const OPTION_CHARS: usize = 500;
/// Longest secret, in bytes.
const SECRET_BYTES: usize = 4096;

/// What Purser knows of a provider before it is connected.
pub struct Provider {
    /// The name on the command line: `smtp`.
    pub name: &'static str,
    /// The name on screen.
    pub title: &'static str,
    /// What it is for, in one sentence.
    pub purpose: &'static str,
    /// Whether several accounts can be connected, told apart by the option `name`.
    pub several: bool,
    /// The address of an HTTP provider where nothing else is said; `None` for what speaks no HTTP.
    pub base_url: Option<&'static str>,
    /// Settings that are no secrets.
    pub options: &'static [Field],
    /// Secrets; the first one is what is meant where only one is given.
    pub secrets: &'static [SecretField],
    /// Checks settings that are whole already, and brings them into their one form.
    pub settle: fn(&mut Settings) -> Result<(), String>,
    /// Checks what secrets look like, alone and beside the settings. Never repeats one.
    pub shapes: fn(&Settings, &Secrets) -> Result<(), String>,
    /// Where the secrets are sent to: they are given out again for exactly this address.
    pub address: fn(&Settings) -> String,
    /// Asks the provider whether it works; may take seconds. `None`: it cannot be asked yet.
    pub check: Option<Check>,
}

/// Asks a provider whether settings and secrets work. Nothing is changed there. The last is a word that no other check
/// has, for requests that a provider answers once.
pub type Check = fn(&Settings, &Secrets, &str) -> Result<(), Problem>;

/// A setting that is no secret.
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its label on screen.
    pub label: &'static str,
    /// One sentence of help.
    pub help: &'static str,
    /// Whether it must be given; others may stay empty.
    pub required: bool,
    /// What holds where nothing is given.
    pub default: &'static str,
    /// The only values it takes; empty for free text.
    pub choices: &'static [&'static str],
}

/// A secret of a provider.
pub struct SecretField {
    /// Its name.
    pub name: &'static str,
    /// Its label on screen.
    pub label: &'static str,
    /// One sentence of help.
    pub help: &'static str,
    /// Whether nothing works without it.
    pub required: bool,
}

/// A provider's settings without its secrets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The address of an HTTP provider, without a slash at its end; empty for others.
    pub base_url: String,
    /// Every option of the provider by name; empty where nothing was given and nothing is the default.
    pub options: BTreeMap<String, String>,
}

impl Settings {
    /// An option; empty where it was not given.
    pub fn option(&self, name: &str) -> &str {
        self.options.get(name).map_or("", String::as_str)
    }
}

/// A provider's secrets by name. Nothing prints them.
#[derive(Debug, Clone, Default)]
pub struct Secrets(BTreeMap<String, SecretString>);

impl Secrets {
    /// Adds a secret, replacing one of the same name.
    pub fn insert(&mut self, name: &str, secret: SecretString) {
        self.0.insert(name.to_owned(), secret);
    }

    /// A secret in clear; `None` where there is none.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(SecretString::expose_secret)
    }

    /// The names of what is there.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The secrets themselves.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &SecretString)> {
        self.0.iter().map(|(name, secret)| (name.as_str(), secret))
    }
}

/// The provider of a name.
pub fn find(name: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.name == name).copied()
}

impl Provider {
    /// Settings in their one form: every option there, defaults filled in, the address checked.
    ///
    /// Errors are sentences for the founder: an option that is unknown, missing, too long or not among the choices,
    /// an address that is neither https nor loopback (security.md 6).
    pub fn settings(&self, base: &str, given: &BTreeMap<String, String>) -> Result<Settings, String> {
        if let Some(unknown) =
            given.keys().find(|name| !self.options.iter().any(|field| field.name == **name))
        {
            let names: Vec<&str> = self.options.iter().map(|field| field.name).collect();
            let shown = purser_core::text::one_line(unknown, 60);
            return Err(format!("{} has no option “{shown}”. It has: {}.", self.title, names.join(", ")));
        }
        let mut options = BTreeMap::new();
        for field in self.options {
            let value = given.get(field.name).map_or("", |value| value.trim());
            let value = if value.is_empty() { field.default } else { value };
            options.insert(field.name.to_owned(), field.checked(self.title, value)?);
        }
        let base_url = match (self.base_url, base.trim()) {
            (None, "") => String::new(),
            (None, _) => return Err(format!("{} has no base URL; its options say where it is.", self.title)),
            (Some(default), "") => default.to_owned(),
            (Some(_), given) => base_url(given)?,
        };
        let mut settings = Settings { base_url, options };
        (self.settle)(&mut settings)?;
        Ok(settings)
    }

    /// Checks names, lengths and shapes of secrets. The sentence of a refusal never repeats one.
    pub fn check_secrets(&self, settings: &Settings, secrets: &Secrets) -> Result<(), String> {
        for (name, secret) in secrets.iter() {
            let known = self.secrets.iter().find(|field| field.name == name);
            let Some(field) = known else {
                return Err(format!("{} has no secret of this name.", self.title));
            };
            let text = secret.expose_secret();
            if text.is_empty() || text.len() > SECRET_BYTES || text.chars().any(char::is_control) {
                return Err(format!(
                    "{} of {} must be one line of 1 to {SECRET_BYTES} bytes.",
                    field.label, self.title
                ));
            }
        }
        (self.shapes)(settings, secrets)
    }
}

impl Field {
    fn checked(&self, title: &str, value: &str) -> Result<String, String> {
        if value.is_empty() && self.required {
            return Err(format!("{title} needs the option {}: {}", self.name, self.help));
        }
        if value.chars().count() > OPTION_CHARS || value.chars().any(char::is_control) {
            return Err(format!(
                "The option {} must be one line of at most {OPTION_CHARS} characters.",
                self.name
            ));
        }
        if !self.choices.is_empty() && !self.choices.contains(&value) {
            return Err(format!("The option {} is one of: {}.", self.name, self.choices.join(", ")));
        }
        Ok(value.to_owned())
    }
}

#[cfg(test)]
mod tests;
