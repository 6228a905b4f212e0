//! The founder's own application: it is told what was settled, in signed posts (MI-02).

mod rail;

use crate::provider::{Problem, Provider, SecretField, Secrets, Settings};

pub use rail::{SIGNATURE_HEADER, WebhookRail};

/// The stable name of provider and rail.
pub const NAME: &str = "webhook";
/// The name on screen.
pub const TITLE: &str = "Your application";
/// The secret that posts are signed with.
pub const SECRET: &str = "secret";
/// A shorter secret can be guessed.
const SECRET_BYTES_MIN: usize = 16;

/// What Purser knows of it.
pub const PROVIDER: Provider = Provider {
    name: NAME,
    title: TITLE,
    purpose: "Is told when an invoice is settled by bank, cash or check, so that it can activate what was bought.",
    several: false,
    base_url: Some(""),
    options: &[],
    secrets: &[SecretField {
        name: SECRET,
        label: "Signing secret",
        help: "At least 16 characters that your application knows too. Every post is signed with it.",
        required: true,
    }],
    settle,
    shapes,
    address: |settings| settings.base_url.clone(),
    check: Some(check),
};

fn settle(settings: &mut Settings) -> Result<(), String> {
    if settings.base_url.is_empty() {
        return Err(
            "Give the address that is posted to as the base URL, such as https://app.example.com/purser."
                .to_owned(),
        );
    }
    Ok(())
}

fn shapes(_settings: &Settings, secrets: &Secrets) -> Result<(), String> {
    match secrets.get(SECRET) {
        Some(secret) if secret.len() < SECRET_BYTES_MIN => {
            Err(format!("The signing secret must have at least {SECRET_BYTES_MIN} characters."))
        }
        _ => Ok(()),
    }
}

/// Posts a signed `ping`, which an application answers with any 2xx.
fn check(settings: &Settings, secrets: &Secrets, _once: &str) -> Result<(), Problem> {
    let rail = WebhookRail::new(settings, secrets)?;
    rail.ping()
        .map_err(|(cause, why)| Problem::said(cause, "Your application did not take a signed ping.", &why))
}
