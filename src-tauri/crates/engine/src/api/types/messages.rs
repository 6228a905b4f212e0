//! Messages to people: what one says, who is told of what, and what was ever asked of the founder.

use super::*;

wire! {
    /// A message as the other side will read it, from the very bytes that are sent.
    pub struct MessagePreview {
        /// The effect.
        pub id: String,
        /// `email` or `slack`.
        pub channel: String,
        /// The sender, where an account is connected.
        pub from: String,
        /// The recipient.
        pub to: String,
        /// The subject; empty for chat.
        pub subject: String,
        /// An HTML page to be shown in a frame without scripts or remote content; empty for chat.
        pub html: String,
        /// The plain text.
        pub text: String,
        /// Names of the attachments.
        pub attachments: Vec<String>,
    }

    /// Which severities are told through which channel.
    pub struct NotificationSettings {
        /// Severities told by mail.
        pub email: Vec<Severity>,
        /// To whom; empty for the company's own address.
        pub email_to: String,
        /// The name of the mail account that carries it.
        pub email_account: String,
        /// Severities told in Slack.
        pub slack: Vec<Severity>,
        /// The name of the webhook.
        pub slack_account: String,
        /// Whether reports are mailed too.
        pub reports: bool,
        /// Mail accounts that are connected. Saving leaves it as it is.
        pub email_accounts: Vec<String>,
        /// Webhooks that are connected. Saving leaves it as it is.
        pub slack_accounts: Vec<String>,
        /// The company's own address. Saving leaves it as it is.
        pub company_email: String,
    }

    /// Something that was asked of the founder, or still is.
    pub struct AlertRow {
        /// Its id.
        pub id: String,
        /// Kind.
        pub kind: String,
        /// How bad.
        pub severity: Severity,
        /// The situation.
        pub title: String,
        /// The cause.
        pub reason: String,
        /// Money at stake.
        pub amount: Option<Amount>,
        /// Since when, RFC 3339.
        pub since: String,
        /// When it was resolved, RFC 3339.
        pub resolved_at: Option<String>,
        /// Through what the founder was told: `email`, `slack`.
        pub told: Vec<String>,
        /// Where it is decided.
        pub route: String,
    }

    /// The history of the queue, newest first.
    pub struct Alerts {
        /// At most 500.
        pub alerts: Vec<AlertRow>,
    }
}
