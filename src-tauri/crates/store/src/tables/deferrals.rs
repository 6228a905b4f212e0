//! What each month earns of lines that pay for a longer time.

use chrono::NaiveDate;
use purser_core::Money;
use purser_core::deferral::Share;
use rusqlite::{OptionalExtension, Row};

use super::{Conn, day, minor, money};
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// A month of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Deferral {
    /// The item in DeferredRevenue.
    pub line: String,
    /// The source of its invoice.
    pub source: String,
    /// The provider's id of the invoice.
    pub invoice: String,
    /// Month, days and amount.
    pub share: Share,
    /// Where it is earned.
    pub income: String,
}

/// Keeps the months of a line.
pub fn add(tx: &WriteTx<'_>, months: &[Deferral]) -> Result<(), StoreError> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO deferral (line, month, source, invoice, days, amount, currency, income)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for one in months {
        insert.execute((
            &one.line,
            one.share.month.to_string(),
            &one.source,
            &one.invoice,
            one.share.days,
            minor(one.share.amount)?,
            one.share.amount.currency().code(),
            &one.income,
        ))?;
    }
    Ok(())
}

const SELECT: &str = "SELECT line, source, invoice, month, days, amount, currency, income FROM deferral";

fn read(row: &Row<'_>) -> Result<Deferral, StoreError> {
    Ok(Deferral {
        line: row.get(0)?,
        source: row.get(1)?,
        invoice: row.get(2)?,
        share: Share {
            month: day(&row.get::<_, String>(3)?)?,
            days: row.get(4)?,
            amount: money(row.get(5)?, &row.get::<_, String>(6)?)?,
        },
        income: row.get(7)?,
    })
}

fn collect(conn: &Conn, sql: &str, params: impl rusqlite::Params) -> Result<Vec<Deferral>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

/// Months of an invoice that are to come, by line and month.
pub fn to_come(conn: &Conn, source: &str, invoice: &str) -> Result<Vec<Deferral>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE source = ?1 AND invoice = ?2 AND entry IS NULL AND dropped = 0 ORDER BY line, month"
    );
    collect(conn, &sql, (source, invoice))
}

/// Months of an invoice of ours that are to come, by line and month: the entry that booked it names its lines too.
pub fn to_come_of(conn: &Conn, invoice: &str) -> Result<Vec<Deferral>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE entry IS NULL AND dropped = 0 AND line IN
            (SELECT l.item_id FROM posting p JOIN posting l ON l.entry = p.entry AND l.item_kind = 'invoice_line'
             WHERE p.item_id = ?1 AND p.item_kind = 'invoice')
         ORDER BY line, month"
    );
    collect(conn, &sql, [invoice])
}

/// Every month of a line that is to come, in their order.
pub fn to_come_of_line(conn: &Conn, line: &str) -> Result<Vec<Deferral>, StoreError> {
    let sql = format!("{SELECT} WHERE line = ?1 AND entry IS NULL AND dropped = 0 ORDER BY month");
    collect(conn, &sql, [line])
}

/// Where a line is earned.
pub fn income_of(conn: &Conn, line: &str) -> Result<Option<String>, StoreError> {
    Ok(conn
        .prepare_cached("SELECT income FROM deferral WHERE line = ?1 LIMIT 1")?
        .query_row([line], |row| row.get(0))
        .optional()?)
}

/// Months that have passed before the month of `first` and were not earned, oldest first, at most `limit`.
pub fn due(conn: &Conn, first: NaiveDate, limit: u32) -> Result<Vec<Deferral>, StoreError> {
    let sql =
        format!("{SELECT} WHERE entry IS NULL AND dropped = 0 AND month < ?1 ORDER BY month, line LIMIT ?2");
    collect(conn, &sql, (first.to_string(), limit))
}

/// Changes what a month that is to come will earn.
pub fn set_amount(tx: &WriteTx<'_>, line: &str, share: &Share) -> Result<(), StoreError> {
    let changed = tx
        .prepare_cached("UPDATE deferral SET amount = ?3 WHERE line = ?1 AND month = ?2 AND entry IS NULL")?
        .execute((line, share.month.to_string(), minor(share.amount)?))?;
    if changed == 1 { Ok(()) } else { Err(StoreError::RowMissing) }
}

/// Notes that a month is earned, by an entry; a month of nothing is ended without one.
pub fn earned(tx: &WriteTx<'_>, line: &str, month: NaiveDate, entry: Option<i64>) -> Result<(), StoreError> {
    let changed = tx
        .prepare_cached(
            "UPDATE deferral SET entry = ?3, dropped = ?3 IS NULL
             WHERE line = ?1 AND month = ?2 AND entry IS NULL AND dropped = 0",
        )?
        .execute((line, month.to_string(), entry))?;
    if changed == 1 { Ok(()) } else { Err(StoreError::RowMissing) }
}

/// Drops what is to come of an invoice, and returns the entries that earned the rest.
pub fn drop_rest(tx: &WriteTx<'_>, source: &str, invoice: &str) -> Result<Vec<i64>, StoreError> {
    tx.prepare_cached(
        "UPDATE deferral SET dropped = 1 WHERE source = ?1 AND invoice = ?2 AND entry IS NULL",
    )?
    .execute((source, invoice))?;
    let mut statement = tx.prepare_cached(
        "SELECT entry FROM deferral WHERE source = ?1 AND invoice = ?2 AND entry IS NOT NULL ORDER BY entry",
    )?;
    let rows = statement.query_map((source, invoice), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The sum that months to come hold of a line, in a currency.
pub fn waiting(months: &[Deferral], line: &str) -> Option<Money> {
    let mut of_line = months.iter().filter(|one| one.line == line).map(|one| one.share.amount);
    let first = of_line.next()?;
    of_line.try_fold(first, |sum, amount| sum.add(amount)).ok()
}
