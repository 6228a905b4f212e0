//! Stripe: two keys, so that what polls cannot move anything (security.md 7).

use super::{Cause, Problem, Provider, SecretField, Secrets, Settings};
use crate::stripe::{Client, Config, check_permissions};

const NO_KEY_AT_ALL: &str = "is no key of Stripe. Keys begin with rk_live_, rk_test_, sk_live_ or sk_test_ and stand \
    in the Dashboard under Developers, API keys.";

pub(super) const PROVIDER: Provider = Provider {
    name: "stripe",
    title: "Stripe",
    purpose: "Invoices, charges, refunds and payouts of your Stripe account.",
    several: false,
    base_url: Some("https://api.stripe.com"),
    options: &[],
    secrets: &[
        SecretField {
            name: "read_key",
            label: "Read key",
            help: "A restricted key (rk_…) that may read only. It is used for every poll.",
            required: true,
        },
        SecretField {
            name: "write_key",
            label: "Write key",
            help: "A restricted key (rk_…) that may write refunds and invoices. Without it Purser only reads.",
            required: false,
        },
    ],
    settle: |_| Ok(()),
    shapes,
    address: |settings| settings.base_url.clone(),
    check: Some(check),
};

/// Tries every permission that the keys need; nothing is changed at Stripe.
fn check(settings: &Settings, secrets: &Secrets) -> Result<(), Problem> {
    let mut config = Config::connected(settings, secrets).map_err(|error| error.problem())?;
    // Somebody waits for the answer.
    config.tries = 1;
    let client = Client::new(config).map_err(|error| error.problem())?;
    let tried = check_permissions(&client).map_err(|error| error.problem())?;
    let missing = |write: bool| -> Vec<&str> {
        let of = tried.iter().filter(|one| one.missing.is_some() && one.need.write == write);
        of.map(|one| one.need.name).collect()
    };
    let sentences: Vec<String> = [("read", missing(false)), ("write", missing(true))]
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(key, names)| format!("The {key} key lacks: {}.", names.join(", ")))
        .collect();
    if sentences.is_empty() {
        return Ok(());
    }
    let sentence =
        format!("{} Give the key these permissions in the Dashboard, then check again.", sentences.join(" "));
    Err(Problem::new(Cause::PermissionMissing, sentence))
}

fn shapes(_settings: &Settings, secrets: &Secrets) -> Result<(), String> {
    let mut modes = Vec::new();
    for field in PROVIDER.secrets {
        let Some(key) = secrets.get(field.name) else { continue };
        if key.starts_with("pk_") {
            return Err(format!("The {} is a publishable key, which can read nothing.", lower(field.label)));
        }
        if key.starts_with("whsec_") {
            return Err(format!("The {} is the secret of a webhook, not a key.", lower(field.label)));
        }
        let Some((mode, rest)) =
            [("live", "rk_live_"), ("test", "rk_test_"), ("live", "sk_live_"), ("test", "sk_test_")]
                .iter()
                .find_map(|(mode, prefix)| Some((*mode, key.strip_prefix(prefix)?)))
        else {
            return Err(format!("The {} {NO_KEY_AT_ALL}", lower(field.label)));
        };
        if rest.is_empty() || !rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(format!("The {} {NO_KEY_AT_ALL}", lower(field.label)));
        }
        modes.push(mode);
    }
    if modes.windows(2).any(|pair| pair[0] != pair[1]) {
        return Err(
            "One key is for test mode and the other for live mode; both must be of the same.".to_owned()
        );
    }
    Ok(())
}

fn lower(label: &str) -> String {
    label.to_lowercase()
}
