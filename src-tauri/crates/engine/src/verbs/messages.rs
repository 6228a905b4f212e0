//! Messages to people: previews, who is told of what, the history of the queue.

use purser_connectors::smtp::MailRequest;
use purser_core::attention as core;
use purser_core::text::{NAME_CHARS, one_line, visible};
use purser_store::tables::connections::{self, Connection};
use purser_store::tables::{attention, effects, messages, settings};
use serde_json::json;

use crate::api::Caller;
use crate::api::types::*;
use crate::books::stamp;
use crate::error::ApiError;
use crate::outbox::alerts::{Notifications, SETTING};
use crate::outbox::via_of;

/// Rows of the history at most.
const HISTORY_MAX: u32 = 500;

/// Whether effects of a kind are messages that can be read.
pub(crate) fn is_message(kind: &str) -> bool {
    kind.starts_with("email.") || kind.starts_with("slack.")
}

/// `message_preview`.
pub fn preview(caller: &Caller<'_>, input: ById) -> Result<MessagePreview, ApiError> {
    let (effect, accounts) = caller.books()?.read(|tx| {
        let effect = effects::get(tx, &input.id)?.ok_or_else(|| ApiError::unknown("effect", &input.id))?;
        Ok((effect, connections::all(tx)?))
    })?;
    let unreadable =
        || ApiError::failed("no_preview", format!("“{}” holds no message to show.", effect.title));
    if !is_message(&effect.kind) {
        return Err(unreadable());
    }
    let mut shown = MessagePreview {
        id: effect.id.clone(),
        channel: effect.kind.split('.').next().unwrap_or_default().to_owned(),
        from: sender(&accounts, &effect.via),
        to: effect.via.clone(),
        subject: String::new(),
        html: String::new(),
        text: String::new(),
        attachments: Vec::new(),
    };
    if shown.channel == "email" {
        let request = MailRequest::from_bytes(&effect.request).map_err(|_| unreadable())?;
        let mail = request.shown();
        (shown.to, shown.subject) = (visible(&mail.to), visible(&mail.subject));
        (shown.html, shown.text, shown.attachments) = (mail.html, mail.text, mail.attachments);
    } else {
        let request: serde_json::Value = serde_json::from_slice(&effect.request).map_err(|_| unreadable())?;
        shown.text = request["text"].as_str().unwrap_or_default().to_owned();
    }
    Ok(shown)
}

fn sender(accounts: &[Connection], via: &str) -> String {
    let carries = |row: &&Connection| via_of(&row.provider, &row.name).as_deref() == Some(via);
    accounts.iter().find(carries).and_then(|row| row.options.get("from")).cloned().unwrap_or_default()
}

/// `notifications`.
pub fn notifications(caller: &Caller<'_>, _input: Nothing) -> Result<NotificationSettings, ApiError> {
    let books = caller.books()?;
    let company_email = books.profile()?.email;
    books.read(|tx| {
        let setting = Notifications::load(tx)?;
        let accounts = connections::all(tx)?;
        let of = |provider: &str| {
            accounts.iter().filter(|row| row.provider == provider).map(|row| row.name.clone()).collect()
        };
        Ok(NotificationSettings {
            email: setting.email.iter().map(|severity| (*severity).into()).collect(),
            email_to: setting.email_to,
            email_account: setting.email_account,
            slack: setting.slack.iter().map(|severity| (*severity).into()).collect(),
            slack_account: setting.slack_account,
            reports: setting.reports,
            email_accounts: of("smtp"),
            slack_accounts: of("slack"),
            company_email,
        })
    })
}

/// `notifications_save`.
pub fn notifications_save(caller: &Caller<'_>, input: NotificationSettings) -> Result<Done, ApiError> {
    let email_to = one_line(&input.email_to, NAME_CHARS);
    if !email_to.is_empty() && !crate::verbs::settings::looks_like_email(&email_to) {
        return Err(ApiError::usage("notifications", format!("“{email_to}” is not an email address.")));
    }
    let setting = Notifications {
        email: severities(&input.email),
        email_to,
        email_account: one_line(&input.email_account, 40),
        slack: severities(&input.slack),
        slack_account: one_line(&input.slack_account, 40),
        reports: input.reports,
    };
    let books = caller.books()?;
    books.decide(&caller.actor, move |tx, moment| {
        settings::set(tx, SETTING, &setting)?;
        tx.audit(moment.audit("notifications.save", "notifications", json!(setting)))?;
        Ok(())
    })?;
    Ok(Done { sequence: books.store.sequence(), say: "Saved.".to_owned(), undo: None })
}

fn severities(given: &[Severity]) -> Vec<core::Severity> {
    let mut all: Vec<core::Severity> = given.iter().map(|severity| (*severity).into()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// `alerts`: everything that was ever asked of the founder, newest first (MA-14).
pub fn alerts(caller: &Caller<'_>, _input: Nothing) -> Result<Alerts, ApiError> {
    caller.books()?.read(|tx| {
        let mut alerts = Vec::new();
        for past in attention::history(tx, HISTORY_MAX)? {
            let item = past.queued.item;
            alerts.push(AlertRow {
                told: messages::channels_of(tx, &past.queued.id)?,
                id: past.queued.id,
                kind: item.kind,
                severity: item.severity.into(),
                title: visible(&item.title),
                reason: visible(&item.reason),
                amount: item.amount.map(Amount::from),
                since: stamp(item.since),
                resolved_at: past.resolved_at.map(stamp),
                route: item.route,
            });
        }
        Ok(Alerts { alerts })
    })
}
