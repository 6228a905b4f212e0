//! Answers of commands that create, and decisions that can be taken back.

use rusqlite::OptionalExtension;

use super::Conn;
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// An earlier answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Digest of the input it answered.
    pub digest: String,
    /// The reply, JSON.
    pub reply: String,
}

/// The answer that was given under a request id.
pub fn by_id(conn: &Conn, id: &str) -> Result<Option<Answer>, StoreError> {
    Ok(conn
        .prepare_cached("SELECT digest, reply FROM request WHERE id = ?1")?
        .query_row([id], |row| Ok(Answer { digest: row.get(0)?, reply: row.get(1)? }))
        .optional()?)
}

/// The answers to the same input since a time, newest first.
pub fn by_digest(conn: &Conn, digest: &str, since: &str) -> Result<Vec<Answer>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT digest, reply FROM request WHERE digest = ?1 AND at >= ?2 ORDER BY at DESC",
    )?;
    let rows =
        statement.query_map((digest, since), |row| Ok(Answer { digest: row.get(0)?, reply: row.get(1)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Keeps an answer, in the transaction of the command.
pub fn keep(
    tx: &WriteTx<'_>,
    id: &str,
    method: &str,
    digest: &str,
    reply: &str,
    at: &str,
) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT INTO request (id, method, digest, reply, at) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute((id, method, digest, reply, at))?;
    Ok(())
}

/// A decision that can be taken back.
#[derive(Debug, Clone, PartialEq)]
pub struct Undo {
    /// What to take back, JSON.
    pub what: String,
    /// In words.
    pub say: String,
    /// Whether it was taken back.
    pub used: bool,
}

/// Offers a decision to be taken back.
pub fn offer_undo(tx: &WriteTx<'_>, token: &str, what: &str, say: &str, at: &str) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT INTO undo (token, what, say, at) VALUES (?1, ?2, ?3, ?4)")?
        .execute((token, what, say, at))?;
    Ok(())
}

/// Looks an offer up.
pub fn undo(conn: &Conn, token: &str) -> Result<Option<Undo>, StoreError> {
    Ok(conn
        .prepare_cached("SELECT what, say, used_at IS NOT NULL FROM undo WHERE token = ?1")?
        .query_row([token], |row| Ok(Undo { what: row.get(0)?, say: row.get(1)?, used: row.get(2)? }))
        .optional()?)
}

/// Uses an offer up; false when it was used already.
pub fn use_undo(tx: &WriteTx<'_>, token: &str, at: &str) -> Result<bool, StoreError> {
    Ok(tx
        .prepare_cached("UPDATE undo SET used_at = ?2 WHERE token = ?1 AND used_at IS NULL")?
        .execute((token, at))?
        == 1)
}
