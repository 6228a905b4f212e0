//! The audit chain: one hashed row per decision and per ingest page, each hash covering the one before.

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{Connection, Row};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::StoreError;
use crate::meta;
use crate::store::Store;
use crate::transaction::{ReadTx, WriteTx};

/// The hash before the first row.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

const NAME_LIMIT_BYTES: usize = 300;
const DETAIL_LIMIT_BYTES: usize = 256 * 1024;

/// What a write closure says about its change.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditDraft {
    /// When it was decided.
    pub at: DateTime<Utc>,
    /// Who decided: `founder`, `policy:…`, `job:…`, `source:…`.
    pub actor: String,
    /// What was done, for example `payout.approve`.
    pub action: String,
    /// To what, for example `batch:018f…`.
    pub subject: String,
    /// The particulars; for an ingest page the digest over its facts.
    pub detail: serde_json::Value,
}

/// One row of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditRow {
    /// 1, 2, 3, … without gaps.
    pub seq: i64,
    /// When, RFC 3339 in UTC with microseconds.
    pub at: String,
    /// Who.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub subject: String,
    /// Particulars as JSON text.
    pub detail: String,
    /// The hash of the row before.
    pub prev_hash: String,
    /// The hash of this row.
    pub hash: String,
}

/// The newest row of the chain. Written into every backup and export, so that a shortened chain shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditHead {
    /// The row's number; 0 for an empty chain.
    pub seq: i64,
    /// The row's hash; [`GENESIS`] for an empty chain.
    pub hash: String,
}

impl AuditHead {
    fn empty() -> Self {
        Self { seq: 0, hash: GENESIS.to_owned() }
    }

    fn to_meta(&self) -> String {
        format!("{} {}", self.seq, self.hash)
    }

    fn from_meta(text: &str) -> Result<Self, StoreError> {
        let damaged = || StoreError::Damaged("the audit head in meta cannot be read".to_owned());
        let (seq, hash) = text.split_once(' ').ok_or_else(damaged)?;
        Ok(Self { seq: seq.parse().map_err(|_| damaged())?, hash: hash.to_owned() })
    }
}

impl AuditRow {
    /// SHA-256 in hex over every field, each with its length in front, so that no two rows encode alike.
    pub fn computed_hash(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(b"purser audit 1");
        hasher.update(self.seq.to_be_bytes());
        for field in [&self.at, &self.actor, &self.action, &self.subject, &self.detail, &self.prev_hash] {
            hasher.update((field.len() as u64).to_be_bytes());
            hasher.update(field.as_bytes());
        }
        hex::encode(hasher.finalize())
    }

    pub(crate) fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get("seq")?,
            at: row.get("at")?,
            actor: row.get("actor")?,
            action: row.get("action")?,
            subject: row.get("subject")?,
            detail: row.get("detail")?,
            prev_hash: row.get("prev_hash")?,
            hash: row.get("hash")?,
        })
    }
}

/// The head as `meta` has it.
pub(crate) fn head(conn: &Connection) -> Result<AuditHead, StoreError> {
    meta::get(conn, meta::AUDIT_HEAD)?
        .map_or_else(|| Ok(AuditHead::empty()), |text| AuditHead::from_meta(&text))
}

/// Appends a row and moves the head, both in the caller's transaction.
pub(crate) fn append(conn: &Connection, draft: AuditDraft) -> Result<i64, StoreError> {
    let detail = draft.detail.to_string();
    for (field, text, limit) in [
        ("actor", &draft.actor, NAME_LIMIT_BYTES),
        ("action", &draft.action, NAME_LIMIT_BYTES),
        ("subject", &draft.subject, NAME_LIMIT_BYTES),
        ("detail", &detail, DETAIL_LIMIT_BYTES),
    ] {
        if text.is_empty() || text.len() > limit {
            return Err(StoreError::AuditText { field, limit });
        }
    }
    let before = head(conn)?;
    let mut row = AuditRow {
        seq: before.seq + 1,
        at: draft.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        actor: draft.actor,
        action: draft.action,
        subject: draft.subject,
        detail,
        prev_hash: before.hash,
        hash: String::new(),
    };
    row.hash = row.computed_hash();
    let mut statement = conn.prepare_cached(
        "INSERT INTO audit (seq, at, actor, action, subject, detail, prev_hash, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    statement.execute((
        row.seq,
        &row.at,
        &row.actor,
        &row.action,
        &row.subject,
        &row.detail,
        &row.prev_hash,
        &row.hash,
    ))?;
    let head = AuditHead { seq: row.seq, hash: row.hash };
    meta::set(conn, meta::AUDIT_HEAD, &head.to_meta())?;
    Ok(head.seq)
}

impl WriteTx<'_> {
    /// Writes the audit row of this change and returns its number.
    ///
    /// Every closure that changes a row has to call this; the writer refuses the change otherwise.
    pub fn audit(&self, draft: AuditDraft) -> Result<i64, StoreError> {
        self.phase().enter_audit()?;
        let outcome = append(self, draft);
        self.phase().enter_closure();
        outcome
    }
}

impl ReadTx<'_> {
    /// The newest row of the chain in this snapshot.
    pub fn audit_head(&self) -> Result<AuditHead, StoreError> {
        head(self)
    }

    /// The rows before `before_seq` (or the newest ones), newest first, at most `limit`.
    pub fn audit_page(&self, before_seq: Option<i64>, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        let mut statement = self.prepare_cached(
            "SELECT seq, at, actor, action, subject, detail, prev_hash, hash
             FROM audit WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2",
        )?;
        let rows = statement.query_map((before_seq.unwrap_or(i64::MAX), limit), AuditRow::from_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What happened to one subject, newest first, at most `limit`.
    pub fn audit_of(&self, subject: &str, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        let mut statement = self.prepare_cached(
            "SELECT seq, at, actor, action, subject, detail, prev_hash, hash
             FROM audit WHERE subject = ?1 ORDER BY seq DESC LIMIT ?2",
        )?;
        let rows = statement.query_map((subject, limit), AuditRow::from_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Store {
    /// The newest row of the audit chain, for backups and exports.
    pub fn audit_head(&self) -> Result<AuditHead, StoreError> {
        self.read(|tx| tx.audit_head())
    }

    /// A page of the audit chain; see [`ReadTx::audit_page`].
    pub fn audit_page(&self, before_seq: Option<i64>, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        self.read(|tx| tx.audit_page(before_seq, limit))
    }
}
