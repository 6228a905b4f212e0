//! Messages to people: what left once, and which attention items the founder was told of.

use chrono::{DateTime, Utc};
use rusqlite::OptionalExtension;

use super::Conn;
use super::times::{instant, time};
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// The effect that carries a message of this kind and subject to a recipient; `None` where none was ever decided.
pub fn effect_of(conn: &Conn, kind: &str, subject: &str, recipient: &str) -> Result<Option<i64>, StoreError> {
    Ok(conn
        .prepare_cached("SELECT effect FROM message WHERE kind = ?1 AND subject = ?2 AND recipient = ?3")?
        .query_row([kind, subject, recipient], |row| row.get(0))
        .optional()?)
}

/// Notes which effect carries a message, replacing one that was taken back.
pub fn put(
    tx: &WriteTx<'_>,
    kind: &str,
    subject: &str,
    recipient: &str,
    effect: i64,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO message (kind, subject, recipient, effect) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (kind, subject, recipient) DO UPDATE SET effect = excluded.effect",
    )?
    .execute((kind, subject, recipient, effect))?;
    Ok(())
}

/// The effects of a kind about a subject, whoever gets them.
pub fn about(conn: &Conn, kind: &str, subject: &str) -> Result<Vec<i64>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT effect FROM message WHERE kind = ?1 AND subject = ?2")?;
    let keys = statement.query_map([kind, subject], |row| row.get(0))?;
    Ok(keys.collect::<Result<_, _>>()?)
}

/// Whether the founder was told of an attention item through a channel.
pub fn was_told(conn: &Conn, attention: &str, channel: &str) -> Result<bool, StoreError> {
    Ok(conn
        .prepare_cached("SELECT 1 FROM alert WHERE attention = ?1 AND channel = ?2")?
        .exists([attention, channel])?)
}

/// Notes that the founder is told of an attention item through a channel.
pub fn tell(
    tx: &WriteTx<'_>,
    attention: &str,
    channel: &str,
    effect: i64,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT INTO alert (attention, channel, effect, at) VALUES (?1, ?2, ?3, ?4)")?
        .execute((attention, channel, effect, time(at)))?;
    Ok(())
}

/// When the founder was last told of an item of a kind through a channel.
pub fn last_told(conn: &Conn, kind: &str, channel: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
    let text: Option<String> = conn
        .prepare_cached(
            "SELECT alert.at FROM alert JOIN attention ON attention.id = alert.attention
             WHERE alert.channel = ?2 AND attention.kind = ?1 ORDER BY alert.at DESC LIMIT 1",
        )?
        .query_row([kind, channel], |row| row.get(0))
        .optional()?;
    text.map(|text| instant(&text)).transpose()
}

/// The channels through which the founder was told of an item.
pub fn channels_of(conn: &Conn, attention: &str) -> Result<Vec<String>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT channel FROM alert WHERE attention = ?1 ORDER BY channel")?;
    let channels = statement.query_map([attention], |row| row.get(0))?;
    Ok(channels.collect::<Result<_, _>>()?)
}
