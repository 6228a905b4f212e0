//! How a company's account is reached.

use std::time::Duration;

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

use super::{BASE_URL, TITLE};
use crate::provider::{Secrets, Settings, WRITE_KEY, is_loopback};
use crate::source::SourceError;

/// A connection: an address and its keys. The read key can do nothing but read; the write key is only there where the
/// founder lets Purser refund and settle (security.md 7).
#[derive(Clone)]
pub struct Config {
    pub(super) base: Url,
    pub(super) read_key: SecretString,
    pub(super) write_key: Option<SecretString>,
    /// How long one request may take.
    pub timeout: Duration,
    /// How often a request is tried that failed at the provider or on the way.
    pub tries: usize,
    /// The pause before the second try; it doubles with each.
    pub first_pause: Duration,
    /// Requests a second to one kind of object at most (C-2).
    pub rate_per_second: u32,
    /// Requests a second to the whole account at most (C-2).
    pub allowance_per_second: u32,
}

/// C-2: 25 requests a second for one endpoint.
const RATE_PER_SECOND: u32 = 25;
/// C-2: 100 requests a second for an account in live mode, 25 in test mode.
const ALLOWANCE_LIVE: u32 = 100;
const ALLOWANCE_TEST: u32 = 25;
/// The pause before a second try.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// A stand-in on this computer has no limit to keep and nobody to spare by waiting.
const RATE_PER_SECOND_HERE: u32 = 10_000;
const FIRST_PAUSE_HERE: Duration = Duration::from_millis(5);
const TRIES: usize = 5;

impl Config {
    /// A connection to the provider itself, or to `base_url`: https, or http to this computer.
    pub fn new(base_url: Option<&str>, read_key: SecretString) -> Result<Config, SourceError> {
        let base = checked(base_url.unwrap_or(BASE_URL))?;
        let (first_pause, rate_per_second, allowance_per_second) = if is_here(&base) {
            (FIRST_PAUSE_HERE, RATE_PER_SECOND_HERE, RATE_PER_SECOND_HERE)
        } else {
            (FIRST_PAUSE, RATE_PER_SECOND, allowance(&read_key))
        };
        Ok(Config {
            base,
            read_key,
            write_key: None,
            timeout: Duration::from_secs(30),
            tries: TRIES,
            first_pause,
            rate_per_second,
            allowance_per_second,
        })
    }

    /// The settings and keys of a connection.
    pub fn connected(settings: &Settings, secrets: &Secrets) -> Result<Config, SourceError> {
        let base = Some(settings.base_url.as_str()).filter(|base| !base.is_empty());
        let config = Config::new(base, secrets.get("read_key").unwrap_or_default().to_owned().into())?;
        Ok(match secrets.get(WRITE_KEY) {
            Some(key) => config.with_write_key(key.to_owned().into()),
            None => config,
        })
    }

    /// The same connection with a key that may write.
    #[must_use]
    pub fn with_write_key(mut self, key: SecretString) -> Config {
        self.write_key = Some(key);
        self
    }

    /// The address.
    pub fn base_url(&self) -> &str {
        self.base.as_str()
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

/// What an account allows in the mode of its key.
fn allowance(key: &SecretString) -> u32 {
    let test = key.expose_secret().get(2..).is_some_and(|rest| rest.starts_with("_test_"));
    if test { ALLOWANCE_TEST } else { ALLOWANCE_LIVE }
}

/// Whether an address is this computer's own.
fn is_here(url: &Url) -> bool {
    url.host_str().is_some_and(is_loopback)
}

/// An address that a key may be sent to (security.md 6).
fn checked(text: &str) -> Result<Url, SourceError> {
    let wrong = |why: &str| SourceError::Setup { source_title: TITLE.to_owned(), why: why.to_owned() };
    let url =
        Url::parse(text.trim()).map_err(|_| wrong("the address is no web address such as https://…"))?;
    let safe = url.scheme() == "https" || (url.scheme() == "http" && is_here(&url));
    if !safe || url.host().is_none() {
        return Err(wrong("the address must begin with https://; http:// is only for this computer itself"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() {
        return Err(wrong("the address must hold neither a name, nor a password, nor a question mark"));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_provider_is_spared_and_a_stand_in_on_this_computer_is_not() {
        let config = |base| Config::new(base, SecretString::from("rk_canary")).unwrap();
        for far in [None, Some("https://api.stripe.com"), Some("https://relay.example")] {
            assert_eq!((config(far).rate_per_second, config(far).first_pause), (25, FIRST_PAUSE), "{far:?}");
        }
        assert_eq!(config(Some("http://127.0.0.1:8420")).first_pause, FIRST_PAUSE_HERE);
    }

    #[test]
    fn c_2_an_account_allows_less_in_test_mode() {
        for (key, allowed) in
            [("rk_live_x", 100), ("sk_live__test_", 100), ("rk_test_x", 25), ("sk_test_x", 25)]
        {
            let config = Config::new(None, SecretString::from(key)).unwrap();
            assert_eq!(config.allowance_per_second, allowed, "{key}");
        }
    }

    #[test]
    fn a_key_goes_to_https_or_to_this_computer_only() {
        let key = || SecretString::from("rk_canary");
        for good in
            ["https://api.stripe.com", "http://127.0.0.1:8420", "http://localhost:1/x/", "http://[::1]:9"]
        {
            assert!(Config::new(Some(good), key()).is_ok(), "{good}");
        }
        for bad in [
            "http://api.stripe.com",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "ftp://127.0.0.1",
            "https://user:pw@api.stripe.com",
            "api.stripe.com",
            "",
            "http://0.0.0.0:1",
            "http://10.0.0.1",
        ] {
            let error = Config::new(Some(bad), key()).expect_err(bad);
            assert!(!error.to_string().contains("canary"));
        }
        assert!(!format!("{:?}", Config::new(None, key()).unwrap()).contains("canary"));
    }
}
