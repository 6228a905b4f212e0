//! Numbers of documents: counted up inside the transaction that uses them, so without gaps (rule C-14).

use rusqlite::OptionalExtension;

use super::Conn;
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// Takes the next number of a series; the first is 1.
pub fn next(tx: &WriteTx<'_>, name: &str) -> Result<u32, StoreError> {
    let last: i64 = tx
        .prepare_cached(
            "INSERT INTO series (name, last) VALUES (?1, 1)
             ON CONFLICT (name) DO UPDATE SET last = last + 1 RETURNING last",
        )?
        .query_row([name], |row| row.get(0))?;
    u32::try_from(last).map_err(|_| StoreError::Amount(format!("the series {name} is full")))
}

/// The number that the next call would take, without taking it.
pub fn peek(conn: &Conn, name: &str) -> Result<u32, StoreError> {
    let last: Option<i64> = conn
        .prepare_cached("SELECT last FROM series WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    u32::try_from(last.unwrap_or(0) + 1).map_err(|_| StoreError::Amount(format!("the series {name} is full")))
}
