//! Slack: messages through an incoming webhook, whose URL is itself the secret (C-16).

mod channel;
mod text;

use crate::provider::{Field, Provider, SecretField, Secrets, Settings};

pub use channel::Slack;
pub use text::{freeze, plain};

/// The one secret: the whole URL of the webhook.
pub const WEBHOOK: &str = "webhook";

/// What Purser knows of Slack.
pub const PROVIDER: Provider = Provider {
    name: "slack",
    title: "Slack",
    purpose: "Alerts as messages in a channel of yours.",
    several: true,
    base_url: Some("https://hooks.slack.com"),
    options: &[Field {
        name: "name",
        label: "Name",
        help: "Tells several webhooks apart.",
        required: false,
        default: "main",
        choices: &[],
    }],
    secrets: &[SecretField {
        name: WEBHOOK,
        label: "Webhook URL",
        help: "The incoming webhook's URL as Slack shows it. Whoever has it can post into your channel.",
        required: true,
    }],
    settle: |_| Ok(()),
    shapes,
    address: |settings| settings.base_url.clone(),
    check: Some(channel::check),
};

fn shapes(settings: &Settings, secrets: &Secrets) -> Result<(), String> {
    let Some(webhook) = secrets.get(WEBHOOK) else { return Ok(()) };
    let base = format!("{}/", settings.base_url);
    if webhook.len() <= base.len() || !webhook.starts_with(&base) || webhook.contains(['?', '#', ' ', '@']) {
        return Err(format!(
            "The webhook's URL must begin with {base} and go on as Slack shows it. For another host give its base URL."
        ));
    }
    Ok(())
}
