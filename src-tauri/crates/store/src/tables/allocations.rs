//! Allocations: which money settles which invoice by how much. Each owns exactly one entry.

use chrono::NaiveDate;
use purser_core::Money;
use rusqlite::Row;

use super::{Conn, day, minor, money};
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// One allocation.
#[derive(Debug, Clone, PartialEq)]
pub struct Allocation {
    /// Its key.
    pub key: i64,
    /// Invoice key; `None` where the money became credit.
    pub invoice: Option<i64>,
    /// Customer key.
    pub customer: i64,
    /// `line`, `payment`, `credit`.
    pub funds_kind: String,
    /// Line id, payment id or customer id.
    pub funds_id: String,
    /// What it settles of the invoice.
    pub amount: Money,
    /// Of that kept by a bank.
    pub fee: Money,
    /// What became credit.
    pub over: Money,
    /// The day.
    pub on: NaiveDate,
    /// Its entry.
    pub entry: i64,
    /// The entry that undid it.
    pub undone_by: Option<i64>,
}

/// Keeps an allocation (its key and `undone_by` are ignored).
pub fn add(tx: &WriteTx<'_>, allocation: &Allocation) -> Result<i64, StoreError> {
    tx.prepare_cached(
        "INSERT INTO allocation (invoice, customer, funds_kind, funds_id, amount, fee, over, currency, on_day, entry)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute((
        allocation.invoice,
        allocation.customer,
        &allocation.funds_kind,
        &allocation.funds_id,
        minor(allocation.amount)?,
        minor(allocation.fee)?,
        minor(allocation.over)?,
        allocation.amount.currency().code(),
        allocation.on.to_string(),
        allocation.entry,
    ))?;
    Ok(tx.last_insert_rowid())
}

/// Marks an allocation as undone by a reversal.
pub fn mark_undone(tx: &WriteTx<'_>, key: i64, by: i64) -> Result<(), StoreError> {
    let changed = tx
        .prepare_cached("UPDATE allocation SET undone_by = ?2 WHERE key = ?1 AND undone_by IS NULL")?
        .execute((key, by))?;
    if changed == 1 { Ok(()) } else { Err(StoreError::RowMissing) }
}

const SELECT: &str = "SELECT key, invoice, customer, funds_kind, funds_id, currency, amount, fee, over, on_day, entry, undone_by FROM allocation";

fn read(row: &Row<'_>) -> Result<Allocation, StoreError> {
    let code: String = row.get(5)?;
    Ok(Allocation {
        key: row.get(0)?,
        invoice: row.get(1)?,
        customer: row.get(2)?,
        funds_kind: row.get(3)?,
        funds_id: row.get(4)?,
        amount: money(row.get(6)?, &code)?,
        fee: money(row.get(7)?, &code)?,
        over: money(row.get(8)?, &code)?,
        on: day(&row.get::<_, String>(9)?)?,
        entry: row.get(10)?,
        undone_by: row.get(11)?,
    })
}

fn collect(conn: &Conn, sql: &str, params: impl rusqlite::Params) -> Result<Vec<Allocation>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut allocations = Vec::new();
    while let Some(row) = rows.next()? {
        allocations.push(read(row)?);
    }
    Ok(allocations)
}

/// What money of one source settled and was not undone, in the order it was booked.
pub fn of_funds(conn: &Conn, kind: &str, id: &str) -> Result<Vec<Allocation>, StoreError> {
    collect(
        conn,
        &format!("{SELECT} WHERE funds_kind = ?1 AND funds_id = ?2 AND +undone_by IS NULL ORDER BY key"),
        (kind, id),
    )
}

/// The allocation that owns an entry.
pub fn of_entry(conn: &Conn, entry: i64) -> Result<Option<Allocation>, StoreError> {
    Ok(collect(conn, &format!("{SELECT} WHERE entry = ?1"), [entry])?.pop())
}

/// What settled an invoice, undone ones too, in the order it was booked.
pub fn of_invoice(conn: &Conn, invoice: i64) -> Result<Vec<Allocation>, StoreError> {
    collect(conn, &format!("{SELECT} WHERE invoice = ?1 ORDER BY key"), [invoice])
}

/// A customer's latest allocations that were not undone, newest first.
pub fn latest_of(conn: &Conn, customer: i64, limit: i64) -> Result<Vec<Allocation>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE customer = ?1 AND +undone_by IS NULL ORDER BY on_day DESC, key DESC LIMIT ?2"
    );
    collect(conn, &sql, (customer, limit))
}

/// How a customer has paid since a day: allocations of bank lines with the invoice's due day.
pub fn habits(conn: &Conn, since: NaiveDate) -> Result<Vec<Habit>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT p.customer, p.currency, p.fee, p.on_day, i.due
         FROM allocation p CROSS JOIN invoice i ON i.key = p.invoice
         WHERE p.on_day >= ?1 AND +p.undone_by IS NULL ORDER BY p.on_day DESC LIMIT 20000",
    )?;
    let mut rows = statement.query([since.to_string()])?;
    let mut habits = Vec::new();
    while let Some(row) = rows.next()? {
        let paid_on = day(&row.get::<_, String>(3)?)?;
        let due = day(&row.get::<_, String>(4)?)?;
        habits.push(Habit {
            customer: row.get(0)?,
            fee: money(row.get(2)?, &row.get::<_, String>(1)?)?,
            days_late: i32::try_from((paid_on - due).num_days()).unwrap_or(i32::MAX),
        });
    }
    Ok(habits)
}

/// One earlier payment of a customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Habit {
    /// Customer key.
    pub customer: i64,
    /// What a bank kept.
    pub fee: Money,
    /// Days after the due day; negative is early.
    pub days_late: i32,
}
