//! Invoices whose rest will not be paid.

use purser_core::Money;
use rusqlite::OptionalExtension;

use super::{Conn, minor, money};
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// A write-off that was not undone.
#[derive(Debug, Clone, PartialEq)]
pub struct WriteOff {
    /// Its key.
    pub key: i64,
    /// What is lost, or not earned any more.
    pub net: Money,
    /// The tax that is no longer owed.
    pub tax: Money,
    /// Why.
    pub reason: String,
    /// When, RFC 3339.
    pub at: String,
    /// Its entry.
    pub entry: i64,
}

/// Keeps a write-off of an invoice (its key is ignored).
pub fn add(tx: &WriteTx<'_>, invoice: i64, write_off: &WriteOff) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO write_off (invoice, net, tax, reason, at, entry) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute((
        invoice,
        minor(write_off.net)?,
        minor(write_off.tax)?,
        &write_off.reason,
        &write_off.at,
        write_off.entry,
    ))?;
    Ok(())
}

/// The write-off of an invoice that stands.
pub fn of_invoice(conn: &Conn, invoice: i64) -> Result<Option<WriteOff>, StoreError> {
    conn.prepare_cached(
        "SELECT w.key, w.net, w.tax, i.currency, w.reason, w.at, w.entry
         FROM write_off w JOIN invoice i ON i.key = w.invoice WHERE w.invoice = ?1 AND +w.undone_by IS NULL",
    )?
    .query_row([invoice], |row| {
        let code: String = row.get(3)?;
        let amounts = (row.get(1)?, row.get(2)?);
        Ok((row.get(0)?, amounts, code, row.get(4)?, row.get(5)?, row.get(6)?))
    })
    .optional()?
    .map(|(key, (net, tax), code, reason, at, entry)| {
        Ok(WriteOff { key, net: money(net, &code)?, tax: money(tax, &code)?, reason, at, entry })
    })
    .transpose()
}

/// Marks a write-off as undone by a reversal.
pub fn mark_undone(tx: &WriteTx<'_>, key: i64, by: i64) -> Result<(), StoreError> {
    let changed = tx
        .prepare_cached("UPDATE write_off SET undone_by = ?2 WHERE key = ?1 AND undone_by IS NULL")?
        .execute((key, by))?;
    if changed == 1 { Ok(()) } else { Err(StoreError::RowMissing) }
}
