//! The founder's queue. One open item per subject and kind.

use chrono::{DateTime, SecondsFormat, Utc};
use purser_core::attention::{Attention, Severity};
use rusqlite::Row;

use super::{Conn, minor, money};
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// An item of the queue with its id.
#[derive(Debug, Clone, PartialEq)]
pub struct Queued {
    /// Its id.
    pub id: String,
    /// The item.
    pub item: Attention,
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Puts an item into the queue, or brings the one of the same subject and kind up to date,
/// which keeps its id, its age and its snooze.
pub fn raise(tx: &WriteTx<'_>, id: &str, item: &Attention) -> Result<(), StoreError> {
    let amount = item.amount.map(minor).transpose()?;
    let currency = item.amount.map(|m| m.currency().code().to_owned());
    let actions = serde_json::Value::from(item.actions.clone()).to_string();
    tx.prepare_cached(
        "INSERT INTO attention (id, kind, subject, severity, title, reason, amount, currency, since, due, actions, route)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
         ON CONFLICT (subject, kind) WHERE resolved_at IS NULL DO UPDATE SET
           severity = excluded.severity, title = excluded.title, reason = excluded.reason, amount = excluded.amount,
           currency = excluded.currency, due = excluded.due, actions = excluded.actions, route = excluded.route",
    )?
    .execute((
        id,
        &item.kind,
        &item.subject,
        item.severity.as_str(),
        &item.title,
        &item.reason,
        amount,
        currency,
        time(item.since),
        item.due.map(time),
        actions,
        &item.route,
    ))?;
    Ok(())
}

/// Takes every open item of a subject out of the queue, of one kind or (`None`) of all.
pub fn resolve(
    tx: &WriteTx<'_>,
    subject: &str,
    kind: Option<&str>,
    at: DateTime<Utc>,
) -> Result<usize, StoreError> {
    Ok(tx
        .prepare_cached(
            "UPDATE attention SET resolved_at = ?3
             WHERE subject = ?1 AND (?2 IS NULL OR kind = ?2) AND resolved_at IS NULL",
        )?
        .execute((subject, kind, time(at)))?)
}

/// Takes an open item out of the queue by its id; whether there was one.
pub fn close(tx: &WriteTx<'_>, id: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
    Ok(tx
        .prepare_cached("UPDATE attention SET resolved_at = ?2 WHERE id = ?1 AND resolved_at IS NULL")?
        .execute((id, time(at)))?
        == 1)
}

/// Puts an item that was taken out back into the queue. Where it was asked again meanwhile, that one stays alone.
pub fn open_again(tx: &WriteTx<'_>, id: &str) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE attention AS closed SET resolved_at = NULL, snoozed_until = NULL
         WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM attention o
           WHERE o.subject = closed.subject AND o.kind = closed.kind AND o.resolved_at IS NULL)",
    )?
    .execute([id])?;
    Ok(())
}

/// An open item by its id.
pub fn by_id(conn: &Conn, id: &str) -> Result<Option<Queued>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT id, kind, subject, severity, title, reason, amount, currency, since, due, actions, route
         FROM attention WHERE id = ?1 AND resolved_at IS NULL",
    )?;
    let mut rows = statement.query([id])?;
    rows.next()?.map(read).transpose()
}

/// Puts an item away until a time; whether there was one.
pub fn snooze(tx: &WriteTx<'_>, id: &str, until: DateTime<Utc>) -> Result<bool, StoreError> {
    Ok(tx
        .prepare_cached("UPDATE attention SET snoozed_until = ?2 WHERE id = ?1 AND resolved_at IS NULL")?
        .execute((id, time(until)))?
        == 1)
}

/// The queue: everything open that is not put away, unordered.
pub fn queue(conn: &Conn, now: DateTime<Utc>) -> Result<Vec<Queued>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT id, kind, subject, severity, title, reason, amount, currency, since, due, actions, route
         FROM attention WHERE resolved_at IS NULL AND (snoozed_until IS NULL OR snoozed_until <= ?1)",
    )?;
    let mut rows = statement.query([time(now)])?;
    let mut queue = Vec::new();
    while let Some(row) = rows.next()? {
        queue.push(read(row)?);
    }
    Ok(queue)
}

fn read(row: &Row<'_>) -> Result<Queued, StoreError> {
    let damaged = |what: &str| StoreError::Damaged(format!("an attention item has no readable {what}"));
    let parse = |text: String, what: &str| {
        DateTime::parse_from_rfc3339(&text).map(|t| t.with_timezone(&Utc)).map_err(|_| damaged(what))
    };
    let severity: String = row.get(3)?;
    let amount = match (row.get::<_, Option<i64>>(6)?, row.get::<_, Option<String>>(7)?) {
        (Some(amount), Some(currency)) => Some(money(amount, &currency)?),
        _ => None,
    };
    let actions: String = row.get(10)?;
    Ok(Queued {
        id: row.get(0)?,
        item: Attention {
            kind: row.get(1)?,
            subject: row.get(2)?,
            severity: Severity::parse(&severity).ok_or_else(|| damaged("severity"))?,
            title: row.get(4)?,
            reason: row.get(5)?,
            amount,
            since: parse(row.get(8)?, "since")?,
            due: row.get::<_, Option<String>>(9)?.map(|t| parse(t, "due")).transpose()?,
            actions: serde_json::from_str(&actions).map_err(|_| damaged("actions"))?,
            route: row.get(11)?,
        },
    })
}

/// Whether a subject has an open item.
pub fn has(conn: &Conn, subject: &str) -> Result<bool, StoreError> {
    Ok(conn
        .prepare_cached("SELECT 1 FROM attention WHERE subject = ?1 AND resolved_at IS NULL")?
        .exists([subject])?)
}

/// Whether anything of a kind is open.
pub fn any(conn: &Conn, kind: &str) -> Result<bool, StoreError> {
    Ok(conn
        .prepare_cached("SELECT 1 FROM attention WHERE kind = ?1 AND resolved_at IS NULL")?
        .exists([kind])?)
}

/// Subjects of the open items of a kind, put away or not.
pub fn subjects(conn: &Conn, kind: &str) -> Result<Vec<String>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT subject FROM attention WHERE kind = ?1 AND resolved_at IS NULL")?;
    let rows = statement.query_map([kind], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The title of a subject's open item of a kind.
pub fn title_of(conn: &Conn, subject: &str, kind: &str) -> Result<Option<String>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT title FROM attention WHERE subject = ?1 AND kind = ?2 AND resolved_at IS NULL",
    )?;
    let mut rows = statement.query((subject, kind))?;
    Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
}

/// An item that was in the queue or still is.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// The item.
    pub queued: Queued,
    /// When it left the queue; `None` while it is in it.
    pub resolved_at: Option<DateTime<Utc>>,
}

/// What was ever in the queue, newest first.
pub fn history(conn: &Conn, limit: u32) -> Result<Vec<Past>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT id, kind, subject, severity, title, reason, amount, currency, since, due, actions, route, resolved_at
         FROM attention WHERE since < '9999' ORDER BY since DESC, key DESC LIMIT ?1",
    )?;
    let mut rows = statement.query([limit])?;
    let mut history = Vec::new();
    while let Some(row) = rows.next()? {
        let resolved: Option<String> = row.get(12)?;
        let resolved_at = resolved.map(|text| super::times::instant(&text)).transpose()?;
        history.push(Past { queued: read(row)?, resolved_at });
    }
    Ok(history)
}
