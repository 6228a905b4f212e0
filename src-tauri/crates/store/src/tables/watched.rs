//! Files of the watched folder that were looked at.

use rusqlite::OptionalExtension;

use super::Conn;
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// A file that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedFile {
    /// Its path.
    pub path: String,
    /// Its size in bytes.
    pub bytes: i64,
    /// When it was changed, as the file system has it.
    pub modified: String,
    /// SHA-256 of its content, hex.
    pub digest: String,
    /// Why it was refused; none for one that was imported.
    pub refused: Option<String>,
}

/// What is known of a file.
pub fn by_path(conn: &Conn, path: &str) -> Result<Option<WatchedFile>, StoreError> {
    Ok(conn
        .prepare_cached(
            "SELECT path, bytes, modified, digest, state, reason FROM watched_file WHERE path = ?1",
        )?
        .query_row([path], |row| {
            let refused = row.get::<_, String>(4)? == "refused";
            Ok(WatchedFile {
                path: row.get(0)?,
                bytes: row.get(1)?,
                modified: row.get(2)?,
                digest: row.get(3)?,
                refused: if refused { Some(row.get(5)?) } else { None },
            })
        })
        .optional()?)
}

/// Paths of the files that were refused.
pub fn refused(conn: &Conn) -> Result<Vec<String>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT path FROM watched_file WHERE state = 'refused'")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Keeps what was found of a file.
pub fn keep(tx: &WriteTx<'_>, file: &WatchedFile, at: &str) -> Result<(), StoreError> {
    let state = if file.refused.is_some() { "refused" } else { "imported" };
    tx.prepare_cached(
        "INSERT INTO watched_file (path, bytes, modified, digest, state, reason, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (path) DO UPDATE SET bytes = excluded.bytes, modified = excluded.modified,
           digest = excluded.digest, state = excluded.state, reason = excluded.reason, at = excluded.at",
    )?
    .execute((
        &file.path,
        file.bytes,
        &file.modified,
        &file.digest,
        state,
        file.refused.as_deref().unwrap_or_default(),
        at,
    ))?;
    Ok(())
}

/// Forgets a file that is gone.
pub fn forget(tx: &WriteTx<'_>, path: &str) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM watched_file WHERE path = ?1")?.execute([path])?;
    Ok(())
}
