//! Proofs and papers by the SHA-256 of their bytes, never by the name a stranger gave them.

use purser_core::approval::sha256_hex;
use rusqlite::OptionalExtension;

use super::Conn;
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// Keeps bytes and returns their hash; the same bytes are kept once.
pub fn keep(tx: &WriteTx<'_>, media: &str, bytes: &[u8]) -> Result<String, StoreError> {
    let hash = sha256_hex(bytes);
    tx.prepare_cached(
        "INSERT INTO blob (hash, media, bytes) VALUES (?1, ?2, ?3) ON CONFLICT (hash) DO NOTHING",
    )?
    .execute((&hash, media, bytes))?;
    Ok(hash)
}

/// Media type and bytes.
pub fn get(conn: &Conn, hash: &str) -> Result<Option<(String, Vec<u8>)>, StoreError> {
    Ok(conn
        .prepare_cached("SELECT media, bytes FROM blob WHERE hash = ?1")?
        .query_row([hash], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

/// Size in bytes.
pub fn size(conn: &Conn, hash: &str) -> Result<Option<i64>, StoreError> {
    Ok(conn
        .prepare_cached("SELECT length(bytes) FROM blob WHERE hash = ?1")?
        .query_row([hash], |row| row.get(0))
        .optional()?)
}
