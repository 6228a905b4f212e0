//! Stripe: two keys, so that what polls cannot move anything (security.md 7).

use super::{Cause, Field, Problem, Provider, SecretField, Secrets, Settings};
use crate::stripe::{Client, Config, check_permissions};

const NO_KEY_AT_ALL: &str = "is no key of Stripe. Keys begin with rk_live_, rk_test_, sk_live_ or sk_test_ and stand \
    in the Dashboard under Developers, API keys.";

/// The option of the listener's port.
pub const LISTEN_PORT: &str = "listen_port";
/// The secret of the listener.
pub const SIGNING_SECRET: &str = "signing_secret";
/// The secret that writes: without it Purser only reads.
pub const WRITE_KEY: &str = "write_key";
/// Lower ones belong to the system.
const PORT_AT_LEAST: u16 = 1024;

pub(super) const PROVIDER: Provider = Provider {
    name: "stripe",
    title: "Stripe",
    purpose: "Invoices, charges, refunds and payouts of your Stripe account.",
    several: false,
    base_url: Some("https://api.stripe.com"),
    options: &[Field {
        name: LISTEN_PORT,
        label: "Listen on port",
        help: "For `stripe listen --forward-to localhost:PORT`: what it passes on makes Purser read at once. Empty: not.",
        required: false,
        default: "",
        choices: &[],
    }],
    secrets: &[
        SecretField {
            name: "read_key",
            label: "Read key",
            help: "A restricted key (rk_…) that may read only. It is used for every poll.",
            required: true,
        },
        SecretField {
            name: WRITE_KEY,
            label: "Write key",
            help: "A restricted key (rk_…) that may write refunds and invoices. Without it Purser only reads.",
            required: false,
        },
        SecretField {
            name: SIGNING_SECRET,
            label: "Signing secret",
            help: "The secret (whsec_…) that `stripe listen` prints. Needed with a port to listen on, and only then.",
            required: false,
        },
    ],
    settle,
    shapes,
    address: |settings| settings.base_url.clone(),
    check: Some(check),
};

/// Tries every permission that the keys need; nothing is changed at Stripe.
fn check(settings: &Settings, secrets: &Secrets, once: &str) -> Result<(), Problem> {
    let mut config = Config::connected(settings, secrets).map_err(|error| error.problem())?;
    // Somebody waits for the answer.
    config.tries = 1;
    let client = Client::new(config).map_err(|error| error.problem())?;
    let tried = check_permissions(&client, once).map_err(|error| error.problem())?;
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

fn settle(settings: &mut Settings) -> Result<(), String> {
    let Some(port) = settings.options.get_mut(LISTEN_PORT) else { return Ok(()) };
    *port = port.trim().to_owned();
    let fits = port.is_empty() || port.parse::<u16>().is_ok_and(|port| port >= PORT_AT_LEAST);
    fits.then_some(()).ok_or_else(|| {
        format!("The port to listen on is a number from {PORT_AT_LEAST} to 65535, such as 4242, or empty.")
    })
}

fn shapes(settings: &Settings, secrets: &Secrets) -> Result<(), String> {
    match secrets.get(SIGNING_SECRET) {
        Some(secret) if !secret.strip_prefix("whsec_").is_some_and(is_plain) => {
            return Err("The signing secret begins with whsec_ and is printed by `stripe listen`.".to_owned());
        }
        None if !settings.option(LISTEN_PORT).is_empty() => {
            return Err(
                "A port to listen on needs the signing secret that `stripe listen` prints (whsec_…): \
                anybody on this computer could knock."
                    .to_owned(),
            );
        }
        _ => {}
    }
    let mut modes = Vec::new();
    for field in PROVIDER.secrets.iter().filter(|field| field.name != SIGNING_SECRET) {
        let Some(key) = secrets.get(field.name) else { continue };
        let label = field.label.to_lowercase();
        if key.starts_with("pk_") {
            return Err(format!("The {} is a publishable key, which can read nothing.", label));
        }
        if key.starts_with("whsec_") {
            return Err(format!("The {} is the secret of a webhook, not a key.", label));
        }
        let Some((mode, rest)) =
            [("live", "rk_live_"), ("test", "rk_test_"), ("live", "sk_live_"), ("test", "sk_test_")]
                .iter()
                .find_map(|(mode, prefix)| Some((*mode, key.strip_prefix(prefix)?)))
        else {
            return Err(format!("The {} {NO_KEY_AT_ALL}", label));
        };
        if !is_plain(rest) {
            return Err(format!("The {} {NO_KEY_AT_ALL}", label));
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

/// What follows the beginning of a key or secret.
fn is_plain(rest: &str) -> bool {
    !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
