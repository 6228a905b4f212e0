//! Remembered payees: where lines of a payee are filed.

use rusqlite::{OptionalExtension, Row};

use super::Conn;
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// A remembered payee.
#[derive(Debug, Clone, PartialEq)]
pub struct PayeeRule {
    /// Its id.
    pub id: String,
    /// The payee as the bank writes it.
    pub payee: String,
    /// The payee as it is compared.
    pub folded: String,
    /// Whether it is about money out.
    pub outgoing: bool,
    /// Category.
    pub account: String,
    /// How many lines it filed.
    pub used: i64,
}

fn read(row: &Row<'_>) -> rusqlite::Result<PayeeRule> {
    Ok(PayeeRule {
        id: row.get(0)?,
        payee: row.get(1)?,
        folded: row.get(2)?,
        outgoing: row.get(3)?,
        account: row.get(4)?,
        used: row.get(5)?,
    })
}

const SELECT: &str = "SELECT id, payee, folded, outgoing, account, used FROM payee_rule";

/// Remembers a payee, or changes where it goes.
pub fn remember(
    tx: &WriteTx<'_>,
    id: &str,
    payee: &str,
    outgoing: bool,
    account: &str,
    since: &str,
) -> Result<(), StoreError> {
    let folded = purser_core::text::folded(payee);
    if folded.is_empty() {
        return Ok(());
    }
    tx.prepare_cached(
        "INSERT INTO payee_rule (id, payee, folded, outgoing, account, since) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (folded, outgoing) DO UPDATE SET account = excluded.account",
    )?
    .execute((id, payee, folded, outgoing, account, since))?;
    Ok(())
}

/// The rule of a payee.
pub fn find(conn: &Conn, payee: &str, outgoing: bool) -> Result<Option<PayeeRule>, StoreError> {
    Ok(conn
        .prepare_cached(&format!("{SELECT} WHERE folded = ?1 AND outgoing = ?2"))?
        .query_row((purser_core::text::folded(payee), outgoing), read)
        .optional()?)
}

/// All rules by payee.
pub fn all(conn: &Conn) -> Result<Vec<PayeeRule>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("{SELECT} ORDER BY payee"))?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Counts lines that a rule filed.
pub fn count_use(tx: &WriteTx<'_>, id: &str, lines: i64) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE payee_rule SET used = used + ?2 WHERE id = ?1")?.execute((id, lines))?;
    Ok(())
}

/// Forgets a payee; whether it was known.
pub fn remove(tx: &WriteTx<'_>, id: &str) -> Result<bool, StoreError> {
    Ok(tx.prepare_cached("DELETE FROM payee_rule WHERE id = ?1")?.execute([id])? == 1)
}
