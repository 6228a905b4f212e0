//! Payments recorded by hand, with the paper that was made for them.

use chrono::NaiveDate;
use purser_core::Money;
use rusqlite::{OptionalExtension, Row};

use super::{Conn, Sort, day, minor, money, placeholders};
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// A payment.
#[derive(Debug, Clone, PartialEq)]
pub struct Payment {
    /// Its key.
    pub key: i64,
    /// Its id.
    pub id: String,
    /// Its number.
    pub number: String,
    /// Customer's key.
    pub customer: i64,
    /// Customer's id.
    pub customer_id: String,
    /// Customer's name.
    pub customer_name: String,
    /// Amount.
    pub amount: Money,
    /// Method.
    pub method: String,
    /// The day it came.
    pub received_on: NaiveDate,
    /// Reference.
    pub reference: String,
    /// Note.
    pub note: String,
    /// Hash of its proof.
    pub proof: Option<String>,
    /// Name that the proof's file had.
    pub proof_name: String,
    /// Receipt number.
    pub receipt: String,
    /// The paper, JSON.
    pub paper: String,
    /// Hash of the receipt PDF.
    pub pdf: String,
    /// `undeposited`, `deposited`, `undone`.
    pub state: String,
    /// Who.
    pub recorded_by: String,
    /// RFC 3339.
    pub recorded_at: String,
}

/// Keeps a payment (its `key`, customer id and name are ignored) and returns its key.
pub fn add(tx: &WriteTx<'_>, payment: &Payment) -> Result<i64, StoreError> {
    tx.prepare_cached(
        "INSERT INTO payment (id, number, customer, amount, currency, method, received_on, reference, note, proof, proof_name,
                              receipt, paper, pdf, state, recorded_by, recorded_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
    )?
    .execute(rusqlite::params![
        payment.id,
        payment.number,
        payment.customer,
        minor(payment.amount)?,
        payment.amount.currency().code(),
        payment.method,
        payment.received_on.to_string(),
        payment.reference,
        payment.note,
        payment.proof,
        payment.proof_name,
        payment.receipt,
        payment.paper,
        payment.pdf,
        payment.state,
        payment.recorded_by,
        payment.recorded_at,
    ])?;
    Ok(tx.last_insert_rowid())
}

/// Moves a payment from one state to another; an error when it is not in the first.
pub fn set_state(tx: &WriteTx<'_>, id: &str, from: &str, to: &str) -> Result<(), StoreError> {
    let changed = tx
        .prepare_cached("UPDATE payment SET state = ?3 WHERE id = ?1 AND state = ?2")?
        .execute((id, from, to))?;
    if changed == 1 { Ok(()) } else { Err(StoreError::RowMissing) }
}

const SELECT: &str = "SELECT p.key, p.id, p.number, p.customer, c.id, c.name, p.amount, p.currency, p.method, p.received_on,
    p.reference, p.note, p.proof, p.proof_name, p.receipt, p.paper, p.pdf, p.state, p.recorded_by, p.recorded_at
    FROM payment p JOIN customer c ON c.key = p.customer";

fn read(row: &Row<'_>) -> Result<Payment, StoreError> {
    Ok(Payment {
        key: row.get(0)?,
        id: row.get(1)?,
        number: row.get(2)?,
        customer: row.get(3)?,
        customer_id: row.get(4)?,
        customer_name: row.get(5)?,
        amount: money(row.get(6)?, &row.get::<_, String>(7)?)?,
        method: row.get(8)?,
        received_on: day(&row.get::<_, String>(9)?)?,
        reference: row.get(10)?,
        note: row.get(11)?,
        proof: row.get(12)?,
        proof_name: row.get(13)?,
        receipt: row.get(14)?,
        paper: row.get(15)?,
        pdf: row.get(16)?,
        state: row.get(17)?,
        recorded_by: row.get(18)?,
        recorded_at: row.get(19)?,
    })
}

fn collect(conn: &Conn, sql: &str, params: impl rusqlite::Params) -> Result<Vec<Payment>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut payments = Vec::new();
    while let Some(row) = rows.next()? {
        payments.push(read(row)?);
    }
    Ok(payments)
}

/// One payment by its number, or by its id.
pub fn by_number(conn: &Conn, number: &str) -> Result<Option<Payment>, StoreError> {
    if let Some(found) = collect(conn, &format!("{SELECT} WHERE p.number = ?1"), [number])?.pop() {
        return Ok(Some(found));
    }
    Ok(collect(conn, &format!("{SELECT} WHERE p.id = ?1"), [number])?.pop())
}

/// Payments by their keys, in the order of the keys.
pub fn by_keys(conn: &Conn, keys: &[i64]) -> Result<Vec<Payment>, StoreError> {
    let sql = format!("{SELECT} WHERE p.key IN ({})", placeholders(keys.len()));
    let mut payments = collect(conn, &sql, rusqlite::params_from_iter(keys))?;
    payments.sort_by_key(|payment| keys.iter().position(|key| *key == payment.key));
    Ok(payments)
}

/// Payments whose bank line has not been seen, oldest first.
pub fn undeposited(conn: &Conn) -> Result<Vec<Payment>, StoreError> {
    collect(conn, &format!("{SELECT} WHERE p.state = 'undeposited' ORDER BY p.received_on, p.key"), [])
}

/// Receipts of payments received since a day, each with the hash of its paper.
pub fn receipts_since(conn: &Conn, since: chrono::NaiveDate) -> Result<Vec<(String, String)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT receipt, pdf FROM payment WHERE received_on >= ?1 AND state <> 'undone' ORDER BY received_on, key",
    )?;
    let rows = statement.query_map([since.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A customer's latest payments, newest first.
pub fn latest_of(conn: &Conn, customer: i64, limit: i64) -> Result<Vec<Payment>, StoreError> {
    let sql = format!("{SELECT} WHERE p.customer = ?1 ORDER BY p.received_on DESC, p.key DESC LIMIT ?2");
    collect(conn, &sql, (customer, limit))
}

/// Keys of the list in an order, of one state (or all for `None`) whose number, reference or customer holds `text`.
pub fn index(conn: &Conn, state: Option<&str>, text: &str, sort: Sort) -> Result<Vec<i64>, StoreError> {
    let lower = text.trim().to_lowercase();
    let mut statement = conn.prepare_cached(&format!(
        "SELECT p.key FROM payment p JOIN customer c ON c.key = p.customer
         WHERE (?1 IS NULL OR p.state = ?1)
           AND (?2 = '' OR instr(c.folded, ?3) > 0 OR instr(lower(p.number), ?2) > 0 OR instr(lower(p.reference), ?2) > 0)
         ORDER BY {}",
        sort.sql("p", "received_on")
    ))?;
    let folded = purser_core::text::folded(text);
    let rows = statement
        .query_map((state, &lower, if folded.is_empty() { &lower } else { &folded }), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Sum and number of undeposited payments by currency.
pub fn undeposited_sums(conn: &Conn) -> Result<Vec<(Money, i64)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT currency, sum(amount), count(*) FROM payment WHERE state = 'undeposited' GROUP BY currency",
    )?;
    let rows = statement
        .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)))?;
    rows.map(|row| {
        let (currency, amount, count) = row?;
        Ok((money(amount, &currency)?, count))
    })
    .collect()
}

/// Whether a payment has an id's row at all; used before a draft number is shown.
pub fn exists(conn: &Conn, id: &str) -> Result<bool, StoreError> {
    Ok(conn
        .prepare_cached("SELECT 1 FROM payment WHERE id = ?1")?
        .query_row([id], |_| Ok(()))
        .optional()?
        .is_some())
}
