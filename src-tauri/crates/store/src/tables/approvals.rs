//! Approvals: which revision of a batch the founder let go, bound to the digest of what was shown.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row};

use super::Conn;
use super::times::{instant, time};
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// Where an approval stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalState {
    /// Inside its undo window, which its process holds.
    Window,
    /// The window is over: its effects may be sent.
    Released,
    /// Everything that it covered has ended.
    Used,
    /// Taken back by the founder.
    Undone,
    /// Voided: something changed, it expired, or its process ended.
    Void,
}

impl ApprovalState {
    /// Every state with the name the store keeps.
    pub const ALL: [(ApprovalState, &'static str); 5] = [
        (ApprovalState::Window, "window"),
        (ApprovalState::Released, "released"),
        (ApprovalState::Used, "used"),
        (ApprovalState::Undone, "undone"),
        (ApprovalState::Void, "void"),
    ];

    /// The name the store keeps.
    pub fn as_str(self) -> &'static str {
        ApprovalState::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }

    /// The state of a stored name.
    pub fn parse(name: &str) -> Option<ApprovalState> {
        ApprovalState::ALL.iter().find(|(_, stored)| *stored == name).map(|(state, _)| *state)
    }
}

/// An approval to be recorded.
#[derive(Debug, Clone)]
pub struct NewApproval {
    /// Key of the batch.
    pub batch: i64,
    /// The revision that was shown.
    pub revision: u32,
    /// The digest over what was shown.
    pub digest: String,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// The process that holds the undo window.
    pub process: String,
    /// The end of that window.
    pub undo_until: DateTime<Utc>,
}

/// An approval as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Approval {
    /// Row key.
    pub key: i64,
    /// Key of the batch.
    pub batch: i64,
    /// The revision.
    pub revision: u32,
    /// The digest over what was shown.
    pub digest: String,
    /// When.
    pub approved_at: DateTime<Utc>,
    /// By whom.
    pub approved_by: String,
    /// The process that holds the undo window.
    pub process: String,
    /// The end of that window.
    pub undo_until: DateTime<Utc>,
    /// Where it stands.
    pub state: ApprovalState,
    /// Why it is void.
    pub void_reason: Option<String>,
}

const COLUMNS: &str =
    "key, batch, revision, digest, approved_at, approved_by, process, undo_until, state, void_reason";

/// Records an approval. A second one for the same revision breaks a rule of the schema: it is single-use.
pub fn insert(tx: &WriteTx<'_>, new: &NewApproval) -> Result<i64, StoreError> {
    tx.prepare_cached(
        "INSERT INTO approval (batch, revision, digest, approved_at, approved_by, process, undo_until, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'window')",
    )?
    .execute((
        new.batch,
        new.revision,
        &new.digest,
        time(new.at),
        &new.by,
        &new.process,
        time(new.undo_until),
    ))?;
    Ok(tx.last_insert_rowid())
}

/// The newest approval of a batch.
pub fn newest(conn: &Conn, batch: i64) -> Result<Option<Approval>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM approval WHERE batch = ?1 ORDER BY revision DESC LIMIT 1");
    conn.prepare_cached(&sql)?.query_row([batch], |row| Ok(read(row))).optional()?.transpose()
}

/// Approvals inside their undo window, in the order of the windows' ends.
pub fn in_window(conn: &Conn) -> Result<Vec<Approval>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM approval WHERE state = 'window' ORDER BY undo_until, key");
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([])?;
    let mut approvals = Vec::new();
    while let Some(row) = rows.next()? {
        approvals.push(read(row)?);
    }
    Ok(approvals)
}

/// Moves an approval from one state to another; false where it was not in the first one.
pub fn change(
    tx: &WriteTx<'_>,
    key: i64,
    from: ApprovalState,
    to: ApprovalState,
    at: DateTime<Utc>,
    why: Option<&str>,
) -> Result<bool, StoreError> {
    let ended = (to != ApprovalState::Released).then(|| time(at));
    Ok(tx
        .prepare_cached(
            "UPDATE approval SET state = ?3, ended_at = ?4, void_reason = ?5 WHERE key = ?1 AND state = ?2",
        )?
        .execute((key, from.as_str(), to.as_str(), ended, why))?
        == 1)
}

fn read(row: &Row<'_>) -> Result<Approval, StoreError> {
    let state: String = row.get(8)?;
    Ok(Approval {
        key: row.get(0)?,
        batch: row.get(1)?,
        revision: row.get(2)?,
        digest: row.get(3)?,
        approved_at: instant(&row.get::<_, String>(4)?)?,
        approved_by: row.get(5)?,
        process: row.get(6)?,
        undo_until: instant(&row.get::<_, String>(7)?)?,
        state: ApprovalState::parse(&state)
            .ok_or_else(|| StoreError::Damaged(format!("an approval has the unknown state {state}")))?,
        void_reason: row.get(9)?,
    })
}
