//! The `meta` table: named values of the store itself.

use rusqlite::{Connection, OptionalExtension};

use crate::error::StoreError;
use crate::transaction::{ReadTx, WriteTx};

pub(crate) const STORE_ID: &str = "store_id";
pub(crate) const CREATED_AT: &str = "created_at";
pub(crate) const AUDIT_HEAD: &str = "audit_head";
pub(crate) const SCHEMA_DIGEST: &str = "schema_digest";
pub(crate) const FORK_OF: &str = "fork_of";
pub(crate) const FORK_AT: &str = "fork_at";
/// Set to `paused` by a restore; the engine changes it when the founder resumes.
pub const FORK_STATE: &str = "fork_state";

/// Names that only the store itself writes.
const RESERVED: [&str; 6] = [STORE_ID, CREATED_AT, AUDIT_HEAD, SCHEMA_DIGEST, FORK_OF, FORK_AT];

pub(crate) fn get(conn: &Connection, key: &str) -> Result<Option<String>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
    Ok(statement.query_row([key], |row| row.get(0)).optional()?)
}

/// A value that every store has.
pub(crate) fn require(conn: &Connection, key: &str) -> Result<String, StoreError> {
    get(conn, key)?.ok_or_else(|| StoreError::Damaged(format!("the entry {key} of meta is missing")))
}

pub(crate) fn set(conn: &Connection, key: &str, value: &str) -> Result<(), StoreError> {
    let mut statement = conn.prepare_cached(
        "INSERT INTO meta (key, value) VALUES (?1, ?2)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )?;
    statement.execute([key, value])?;
    Ok(())
}

impl ReadTx<'_> {
    /// A named value of the store.
    pub fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        get(self, key)
    }
}

impl WriteTx<'_> {
    /// A named value of the store.
    pub fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        get(self, key)
    }

    /// Writes a named value. The store's own names (identity, audit head, fork) are refused.
    pub fn set_meta(&self, key: &str, value: &str) -> Result<(), StoreError> {
        if RESERVED.contains(&key) {
            return Err(StoreError::Forbidden(format!("the name {key} in meta belongs to the store")));
        }
        set(self, key, value)
    }
}
