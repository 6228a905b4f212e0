//! Imports of files, each of which can be taken back as a whole.

use rusqlite::{OptionalExtension, Row};

use super::Conn;
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// One import.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// Its key.
    pub key: i64,
    /// Its id.
    pub id: String,
    /// `statement`, `customers`, `invoices`.
    pub kind: String,
    /// File name without its folder.
    pub file: String,
    /// Real account's name.
    pub account: Option<String>,
    /// RFC 3339.
    pub at: String,
    /// Rows read.
    pub rows_read: i64,
    /// Rows that were new.
    pub rows_new: i64,
    /// Rows that were known.
    pub rows_known: i64,
    /// RFC 3339, once taken back.
    pub undone_at: Option<String>,
}

/// Begins an import; its counts follow with [`finish`].
pub fn begin(
    tx: &WriteTx<'_>,
    id: &str,
    kind: &str,
    file: &str,
    account: Option<i64>,
    at: &str,
) -> Result<i64, StoreError> {
    tx.prepare_cached(
        "INSERT INTO import (id, kind, file, account, at, rows_read, rows_new, rows_known)
         VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0)",
    )?
    .execute((id, kind, file, account, at))?;
    Ok(tx.last_insert_rowid())
}

/// Writes the counts of an import.
pub fn finish(tx: &WriteTx<'_>, key: i64, read: i64, new: i64, known: i64) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE import SET rows_read = ?2, rows_new = ?3, rows_known = ?4 WHERE key = ?1")?
        .execute((key, read, new, known))?;
    Ok(())
}

/// Marks an import as taken back; false when it was already.
pub fn mark_undone(tx: &WriteTx<'_>, key: i64, at: &str) -> Result<bool, StoreError> {
    Ok(tx
        .prepare_cached("UPDATE import SET undone_at = ?2 WHERE key = ?1 AND undone_at IS NULL")?
        .execute((key, at))?
        == 1)
}

const COLUMNS: &str =
    "i.key, i.id, i.kind, i.file, a.real_name, i.at, i.rows_read, i.rows_new, i.rows_known, i.undone_at";

fn read(row: &Row<'_>) -> rusqlite::Result<Import> {
    Ok(Import {
        key: row.get(0)?,
        id: row.get(1)?,
        kind: row.get(2)?,
        file: row.get(3)?,
        account: row.get(4)?,
        at: row.get(5)?,
        rows_read: row.get(6)?,
        rows_new: row.get(7)?,
        rows_known: row.get(8)?,
        undone_at: row.get(9)?,
    })
}

/// The newest imports.
pub fn newest(conn: &Conn, limit: i64) -> Result<Vec<Import>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM import i LEFT JOIN account a ON a.key = i.account ORDER BY i.key DESC LIMIT ?1"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map([limit], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One import by its id.
pub fn by_id(conn: &Conn, id: &str) -> Result<Option<Import>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM import i LEFT JOIN account a ON a.key = i.account WHERE i.id = ?1");
    Ok(conn.prepare_cached(&sql)?.query_row([id], read).optional()?)
}

/// One import by its key.
pub fn by_key(conn: &Conn, key: i64) -> Result<Option<Import>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM import i LEFT JOIN account a ON a.key = i.account WHERE i.key = ?1");
    Ok(conn.prepare_cached(&sql)?.query_row([key], read).optional()?)
}
