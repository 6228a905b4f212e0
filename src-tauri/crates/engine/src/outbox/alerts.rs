//! Telling the founder outside of the window what needs a decision: by mail, in Slack.
//!
//! Each item is told once a channel, however long it stays and however often it is raised anew while it stays. Items of
//! one kind that come together, or within an hour of each other, are one message (C-16).

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use purser_connectors::slack;
use purser_connectors::smtp::Letter;
use purser_core::attention::Severity;
use purser_core::text::{grouped, one_line};
use purser_documents::mail;
use purser_store::tables::attention::{self, Queued};
use purser_store::tables::connections as rows;
use purser_store::tables::{Conn, effects, messages, settings};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::lane::via_of;
use super::post::{Post, post};
use super::{ACTOR, EMAIL, SLACK};
use crate::books::{Books, Moment};
use crate::error::ApiError;

/// The setting's name.
pub const SETTING: &str = "notifications";
/// What is put right within this time is told to nobody.
const SETTLE: Duration = Duration::seconds(15);
/// The same kind is told again no sooner than this.
const QUIET: Duration = Duration::hours(1);
/// Items named in one message.
const NAMED_MAX: usize = 10;
/// The kinds of effects that tell of something.
const KINDS: [&str; 2] = ["email.alert", "slack.alert"];

/// Which severities are told through which channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notifications {
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
    /// Whether reports are mailed too, where a mail account is connected.
    #[serde(default = "yes")]
    pub reports: bool,
}

/// Settings that were kept before there were reports.
fn yes() -> bool {
    true
}

impl Default for Notifications {
    fn default() -> Self {
        let urgent = vec![Severity::Critical, Severity::High];
        Notifications {
            email: urgent.clone(),
            email_to: String::new(),
            email_account: crate::connections::MAIN.to_owned(),
            slack: urgent,
            slack_account: crate::connections::MAIN.to_owned(),
            reports: true,
        }
    }
}

/// Where mail to the founder goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mailbox {
    /// The account that carries it.
    pub via: String,
    /// The address.
    pub to: String,
}

impl Notifications {
    /// The setting, or what holds where nobody chose.
    pub fn load(conn: &Conn) -> Result<Notifications, ApiError> {
        Ok(settings::get(conn, SETTING)?.unwrap_or_default())
    }

    /// Where mail to the founder goes; nothing where the account is not connected or no address is known. `own` is the
    /// company's address.
    pub(crate) fn mailbox(&self, conn: &Conn, own: &str) -> Result<Option<Mailbox>, ApiError> {
        let to = if self.email_to.is_empty() { own } else { &self.email_to };
        let via = named(EMAIL, &self.email_account);
        let connected = !to.is_empty() && connected(conn)?.contains(&via);
        Ok(connected.then(|| Mailbox { via, to: to.to_owned() }))
    }
}

/// Accounts that can carry a message.
fn connected(conn: &Conn) -> Result<Vec<String>, ApiError> {
    Ok(rows::all(conn)?.iter().filter_map(|row| via_of(&row.provider, &row.name)).collect())
}

fn named(base: &str, account: &str) -> String {
    if account == crate::connections::MAIN { base.to_owned() } else { format!("{base}:{account}") }
}

/// One way to tell the founder, and what is told through it.
struct Way {
    via: String,
    kind: &'static str,
    to: String,
    severities: Vec<Severity>,
}

/// Items of one kind that are told together through one way.
struct Bundle {
    way: Way,
    items: Vec<Queued>,
}

/// Queues the messages that are due. Looks before it writes: most of the time nothing is.
pub(super) fn raise_due(books: &Books) -> Result<(), ApiError> {
    let now = books.clock.now();
    let own = books.profile()?.email;
    let bundles = books.read(|tx| due(tx, now, &own))?;
    for bundle in bundles {
        books.decide(ACTOR, move |tx, moment| tell(tx, moment, &bundle))?;
    }
    Ok(())
}

fn ways(conn: &Conn, own: &str) -> Result<Vec<Way>, ApiError> {
    let setting = Notifications::load(conn)?;
    let mut ways = Vec::new();
    let slack = named(SLACK, &setting.slack_account);
    if connected(conn)?.contains(&slack) {
        ways.push(Way { via: slack.clone(), kind: KINDS[1], to: slack, severities: setting.slack.clone() });
    }
    if let Some(Mailbox { via, to }) = setting.mailbox(conn, own)? {
        ways.push(Way { via, kind: KINDS[0], to, severities: setting.email });
    }
    ways.retain(|way| !way.severities.is_empty());
    Ok(ways)
}

fn due(conn: &Conn, now: DateTime<Utc>, own: &str) -> Result<Vec<Bundle>, ApiError> {
    let ways = ways(conn, own)?;
    if ways.is_empty() {
        return Ok(Vec::new());
    }
    let queue = attention::queue(conn, now)?;
    let mut bundles = Vec::new();
    for way in ways {
        let mut by_kind: BTreeMap<String, Vec<Queued>> = BTreeMap::new();
        for queued in queue.iter().filter(|queued| way.severities.contains(&queued.item.severity)) {
            let told = messages::was_told(conn, &queued.id, &way.via)?;
            if !told && queued.item.since + SETTLE <= now && !is_about_an_alert(conn, queued)? {
                by_kind.entry(queued.item.kind.clone()).or_default().push(queued.clone());
            }
        }
        for (kind, items) in by_kind {
            let quiet = messages::last_told(conn, &kind, &way.via)?.is_some_and(|at| at + QUIET > now);
            if !quiet {
                let Way { via, kind, to, severities } = &way;
                let way = Way { via: via.clone(), kind, to: to.clone(), severities: severities.clone() };
                bundles.push(Bundle { way, items });
            }
        }
    }
    Ok(bundles)
}

/// A message that could not be delivered is no reason for another one.
fn is_about_an_alert(conn: &Conn, queued: &Queued) -> Result<bool, ApiError> {
    let Some(id) = queued.item.subject.strip_prefix("effect:") else { return Ok(false) };
    Ok(effects::get(conn, id)?.is_some_and(|effect| KINDS.contains(&effect.kind.as_str())))
}

fn tell(tx: &purser_store::WriteTx<'_>, moment: &Moment, bundle: &Bundle) -> Result<(), ApiError> {
    let Bundle { way, items } = bundle;
    let Some(first) = items.first() else { return Ok(()) };
    let severity = items.iter().map(|queued| queued.item.severity).max().unwrap_or(Severity::High);
    let title = match items.len() {
        1 => first.item.title.clone(),
        count => format!("{} things need you: {}", grouped(count), words_of(&first.item.kind)),
    };
    let subject = format!("attention:{}", first.id);
    let queued = post(
        tx,
        moment,
        Post {
            kind: way.kind,
            subject: &subject,
            recipient: &way.to,
            via: &way.via,
            title: format!("Tell you: {}", one_line(&title, 120)),
            key: format!("alert:{}:{}", way.via, first.id),
        },
        |key| request(moment, way, severity, &title, items, key),
    )?;
    let Some(effect) = queued else { return Ok(()) };
    for queued in items {
        messages::tell(tx, &queued.id, &way.via, effect, moment.at)?;
    }
    let detail = json!({ "via": way.via, "kind": first.item.kind, "items": items.len() });
    tx.audit(moment.audit("alert.queue", subject, detail))?;
    Ok(())
}

fn request(
    moment: &Moment,
    way: &Way,
    severity: Severity,
    title: &str,
    items: &[Queued],
    key: &str,
) -> Result<Vec<u8>, ApiError> {
    let more = match items.len().saturating_sub(NAMED_MAX) {
        0 => String::new(),
        1 => "And 1 more.".to_owned(),
        count => format!("And {count} more."),
    };
    let named = items.iter().take(NAMED_MAX).map(|queued| {
        let amount = queued.item.amount.map(|money| format!(" ({money})")).unwrap_or_default();
        (format!("{}{amount}", queued.item.title), queued.item.reason.clone())
    });
    if way.kind == KINDS[1] {
        let mut lines: Vec<String> = named.map(|(title, reason)| format!("{title}: {reason}")).collect();
        lines.extend(Some(more).filter(|more| !more.is_empty()));
        let title = format!("{}: {title}", moment.profile.name);
        return Ok(slack::freeze(&title, &lines));
    }
    let words = mail::alert(&mail::Alert {
        company: moment.profile.name.clone(),
        severity: severity.as_str().to_owned(),
        title: title.to_owned(),
        items: named.map(|(title, reason)| mail::Line::new(&title, &reason)).collect(),
        more,
    })
    .map_err(|error| ApiError::failed("mail_template", error.to_string()))?;
    let letter = Letter {
        key,
        to: &way.to,
        to_name: "",
        reply_to: "",
        subject: &words.subject,
        html: &words.html,
        text: &words.text,
        attachments: Vec::new(),
        date: moment.at,
    };
    letter
        .freeze()
        .map_err(|sentence| ApiError::failed("mail", format!("An alert cannot be written: {sentence}")))
}

/// `unmatched_line` as people say it.
fn words_of(kind: &str) -> String {
    kind.replace('_', " ")
}
