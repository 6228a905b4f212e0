//! Invoices and their lines. What is open on one is its open item in Receivable, never a column.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use purser_core::invoice::{InvoiceState, Stage};
use purser_core::{Currency, Money};
use rusqlite::Row;

use super::{Conn, Sort, currency, day, minor, money, placeholders};
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// An invoice with what is open on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Invoice {
    /// Its key.
    pub key: i64,
    /// Its id.
    pub id: String,
    /// Its number; a draft has none.
    pub number: Option<String>,
    /// Payment reference.
    pub reference: String,
    /// Customer's key.
    pub customer: i64,
    /// Customer's id.
    pub customer_id: String,
    /// Customer's name.
    pub customer_name: String,
    /// Net.
    pub net: Money,
    /// Tax.
    pub tax: Money,
    /// Total.
    pub total: Money,
    /// Open now; zero for drafts and voids.
    pub open: Money,
    /// Day of issue.
    pub issued: NaiveDate,
    /// Due day.
    pub due: NaiveDate,
    /// Draft, issued or void.
    pub stage: Stage,
    /// The day of the last payment.
    pub paid_on: Option<NaiveDate>,
    /// Whether its rest was written off.
    pub written_off: bool,
    /// RFC 3339.
    pub created_at: String,
}

impl Invoice {
    /// Where it stands on a day.
    pub fn state(&self, today: NaiveDate) -> InvoiceState {
        if self.written_off && self.stage == Stage::Issued {
            return InvoiceState::WrittenOff;
        }
        InvoiceState::derive(self.stage, self.total, self.open, self.due, self.paid_on, today)
    }

    /// Its number, or `Draft`.
    pub fn shown(&self) -> &str {
        self.number.as_deref().unwrap_or("Draft")
    }
}

/// A line of an invoice.
#[derive(Debug, Clone, PartialEq)]
pub struct InvoiceLine {
    /// What.
    pub text: String,
    /// How many.
    pub quantity: u32,
    /// Price of one.
    pub price: Money,
    /// Net amount.
    pub amount: Money,
    /// Tax in percent, decimal; empty for none.
    pub tax_percent: String,
    /// Tax amount.
    pub tax: Money,
    /// Income account.
    pub account: String,
}

/// An invoice to be kept.
#[derive(Debug, Clone)]
pub struct NewInvoice<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its number; `None` for a draft.
    pub number: Option<&'a str>,
    /// Payment reference; may be empty for a draft.
    pub reference: &'a str,
    /// Customer's key.
    pub customer: i64,
    /// Net.
    pub net: Money,
    /// Tax.
    pub tax: Money,
    /// Day of issue.
    pub issued: NaiveDate,
    /// Due day.
    pub due: NaiveDate,
    /// RFC 3339.
    pub created_at: &'a str,
    /// Import it came with.
    pub import: Option<i64>,
    /// Its lines.
    pub lines: &'a [InvoiceLine],
}

fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Draft => "draft",
        Stage::Issued => "issued",
        Stage::Void => "void",
    }
}

/// Keeps an invoice with its lines; issued when it has a number.
pub fn add(tx: &WriteTx<'_>, invoice: &NewInvoice<'_>) -> Result<i64, StoreError> {
    let total = invoice.net.add(invoice.tax).map_err(|e| StoreError::Amount(e.to_string()))?;
    let stage = if invoice.number.is_some() { Stage::Issued } else { Stage::Draft };
    tx.prepare_cached(
        "INSERT INTO invoice (id, number, reference, customer, currency, net, tax, total, issued, due, stage, created_at, import)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?
    .execute((
        invoice.id,
        invoice.number,
        invoice.reference,
        invoice.customer,
        invoice.net.currency().code(),
        minor(invoice.net)?,
        minor(invoice.tax)?,
        minor(total)?,
        invoice.issued.to_string(),
        invoice.due.to_string(),
        stage_name(stage),
        invoice.created_at,
        invoice.import,
    ))?;
    let key = tx.last_insert_rowid();
    let mut insert = tx.prepare_cached(
        "INSERT INTO invoice_line (invoice, idx, text, quantity, price, amount, tax_percent, tax, account)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for (idx, line) in invoice.lines.iter().enumerate() {
        insert.execute((
            key,
            idx as i64,
            &line.text,
            line.quantity,
            minor(line.price)?,
            minor(line.amount)?,
            &line.tax_percent,
            minor(line.tax)?,
            &line.account,
        ))?;
    }
    Ok(key)
}

/// Issues a draft: from now on its number and reference are fixed.
pub fn issue(tx: &WriteTx<'_>, key: i64, number: &str, reference: &str) -> Result<(), StoreError> {
    let changed = tx
        .prepare_cached(
            "UPDATE invoice SET number = ?2, reference = ?3, stage = 'issued' WHERE key = ?1 AND stage = 'draft'",
        )?
        .execute((key, number, reference))?;
    if changed == 1 { Ok(()) } else { Err(StoreError::RowMissing) }
}

/// Withdraws an issued invoice.
pub fn void(tx: &WriteTx<'_>, key: i64) -> Result<(), StoreError> {
    let changed = tx
        .prepare_cached("UPDATE invoice SET stage = 'void' WHERE key = ?1 AND stage = 'issued'")?
        .execute([key])?;
    if changed == 1 { Ok(()) } else { Err(StoreError::RowMissing) }
}

/// Removes a draft.
pub fn remove_draft(tx: &WriteTx<'_>, key: i64) -> Result<bool, StoreError> {
    Ok(tx.prepare_cached("DELETE FROM invoice WHERE key = ?1 AND stage = 'draft'")?.execute([key])? == 1)
}

/// Brings an invoice of an undone import back under a new one.
pub fn revive(tx: &WriteTx<'_>, key: i64, import: i64) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE invoice SET stage = 'issued', import = ?2 WHERE key = ?1 AND stage = 'void'")?
        .execute((key, import))?;
    Ok(())
}

// Nearly every row has no `undone_by`: its unique index, which knows only that such a key is unique, must not be asked (+).
const SELECT: &str = "SELECT i.key, i.id, i.number, i.reference, i.customer, c.id, c.name, i.currency, i.net, i.tax, i.total,
    coalesce((SELECT o.amount FROM open_item o JOIN account a ON a.key = o.account
              WHERE o.item_id = i.id AND o.item_kind = 'invoice' AND a.name = 'Assets:Receivable' AND o.currency = i.currency), 0),
    i.issued, i.due, i.stage,
    (SELECT max(p.on_day) FROM allocation p WHERE p.invoice = i.key AND +p.undone_by IS NULL), i.created_at, i.import,
    EXISTS (SELECT 1 FROM write_off w WHERE w.invoice = i.key AND +w.undone_by IS NULL)
    FROM invoice i JOIN customer c ON c.key = i.customer";

fn read(row: &Row<'_>) -> Result<Invoice, StoreError> {
    let code: String = row.get(7)?;
    let stage_word: String = row.get(14)?;
    Ok(Invoice {
        key: row.get(0)?,
        id: row.get(1)?,
        number: row.get(2)?,
        reference: row.get(3)?,
        customer: row.get(4)?,
        customer_id: row.get(5)?,
        customer_name: row.get(6)?,
        net: money(row.get(8)?, &code)?,
        tax: money(row.get(9)?, &code)?,
        total: money(row.get(10)?, &code)?,
        open: money(row.get(11)?, &code)?,
        issued: day(&row.get::<_, String>(12)?)?,
        due: day(&row.get::<_, String>(13)?)?,
        stage: stage(&stage_word)?,
        paid_on: row.get::<_, Option<String>>(15)?.map(|text| day(&text)).transpose()?,
        created_at: row.get(16)?,
        written_off: row.get(18)?,
    })
}

fn stage(word: &str) -> Result<Stage, StoreError> {
    match word {
        "draft" => Ok(Stage::Draft),
        "issued" => Ok(Stage::Issued),
        "void" => Ok(Stage::Void),
        other => Err(StoreError::Damaged(format!("an invoice has the unknown stage {other}"))),
    }
}

fn collect(conn: &Conn, sql: &str, params: impl rusqlite::Params) -> Result<Vec<Invoice>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut invoices = Vec::new();
    while let Some(row) = rows.next()? {
        invoices.push(read(row)?);
    }
    Ok(invoices)
}

/// One invoice by its number, or by its id.
pub fn by_number(conn: &Conn, number: &str) -> Result<Option<Invoice>, StoreError> {
    if let Some(found) = collect(conn, &format!("{SELECT} WHERE i.number = ?1"), [number])?.pop() {
        return Ok(Some(found));
    }
    by_id(conn, number)
}

/// One invoice by its id.
pub fn by_id(conn: &Conn, id: &str) -> Result<Option<Invoice>, StoreError> {
    Ok(collect(conn, &format!("{SELECT} WHERE i.id = ?1"), [id])?.pop())
}

/// Invoices by their keys, in the order of the keys.
pub fn by_keys(conn: &Conn, keys: &[i64]) -> Result<Vec<Invoice>, StoreError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("{SELECT} WHERE i.key IN ({})", placeholders(keys.len()));
    let mut invoices = collect(conn, &sql, rusqlite::params_from_iter(keys))?;
    invoices.sort_by_key(|invoice| keys.iter().position(|key| *key == invoice.key));
    Ok(invoices)
}

/// Every invoice on which something is open, oldest due first.
pub fn open(conn: &Conn) -> Result<Vec<Invoice>, StoreError> {
    collect(
        conn,
        &format!(
            "{SELECT} WHERE i.id IN (SELECT o.item_id FROM open_item o JOIN account a ON a.key = o.account
                WHERE a.name = 'Assets:Receivable' AND o.item_kind = 'invoice' AND o.amount <> 0)
              AND i.stage = 'issued' ORDER BY i.due, i.number"
        ),
        [],
    )
}

/// A customer's latest invoices, drafts too, newest first.
pub fn latest_of(conn: &Conn, customer: i64, limit: i64) -> Result<Vec<Invoice>, StoreError> {
    let sql = format!("{SELECT} WHERE i.customer = ?1 ORDER BY i.issued DESC, i.key DESC LIMIT ?2");
    collect(conn, &sql, (customer, limit))
}

/// A customer's open invoices in a currency, oldest due first.
pub fn open_of(conn: &Conn, customer: i64, currency: Currency) -> Result<Vec<Invoice>, StoreError> {
    let all = collect(
        conn,
        &format!(
            "{SELECT} WHERE i.customer = ?1 AND i.stage = 'issued' AND i.currency = ?2 ORDER BY i.due, i.number"
        ),
        (customer, currency.code()),
    )?;
    Ok(all.into_iter().filter(|invoice| invoice.open.is_positive()).collect())
}

/// How many open invoices a customer has in a currency, and what is open on them together.
pub fn open_sum_of(conn: &Conn, customer: i64, currency: Currency) -> Result<(u32, Money), StoreError> {
    let (count, sum): (u32, i64) = conn
        .prepare_cached(
            "SELECT count(*), coalesce(sum(o.amount), 0)
             FROM invoice i CROSS JOIN open_item o ON o.item_id = i.id AND o.item_kind = 'invoice'
             WHERE i.customer = ?1 AND i.stage = 'issued' AND i.currency = ?2 AND o.currency = ?2 AND o.amount > 0
               AND o.account = (SELECT key FROM account WHERE name = 'Assets:Receivable')",
        )?
        .query_row((customer, currency.code()), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((count, Money::new(i128::from(sum), currency)))
}

/// Invoices settled since a day, newest first, at most `limit`: a second payment is recognised by them.
pub fn paid_since(conn: &Conn, since: NaiveDate, limit: i64) -> Result<Vec<Invoice>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE i.key IN (SELECT p.invoice FROM allocation p WHERE p.on_day >= ?1 AND +p.undone_by IS NULL)
           AND i.stage = 'issued' ORDER BY i.issued DESC, i.key DESC LIMIT ?2"
    );
    let all = collect(conn, &sql, (since.to_string(), limit))?;
    Ok(all.into_iter().filter(|invoice| !invoice.open.is_positive() && !invoice.written_off).collect())
}

/// Keys of the list in an order: every invoice whose number, reference or customer holds `text` (folded),
/// all for an empty text.
pub fn index(conn: &Conn, text: &str, sort: Sort) -> Result<Vec<IndexRow>, StoreError> {
    // Of nearly every invoice nothing is open: the few are read beforehand, not asked for with each one.
    let (open, written_off) = (amounts_open(conn)?, written_off(conn)?);
    let folded = purser_core::text::folded(text);
    let mut statement = conn.prepare_cached(&format!(
        "SELECT i.key, i.stage, i.due, i.currency
         FROM invoice i JOIN customer c ON c.key = i.customer
         WHERE ?1 = '' OR instr(c.folded, ?1) > 0 OR instr(lower(coalesce(i.number, '')), ?2) > 0
               OR instr(lower(i.reference), ?2) > 0
         ORDER BY {}",
        sort.sql("i", "issued")
    ))?;
    let lower = text.trim().to_lowercase();
    let filter = if lower.is_empty() {
        String::new()
    } else if folded.is_empty() {
        lower.clone()
    } else {
        folded
    };
    let mut rows = statement.query((filter, lower))?;
    let mut index = Vec::new();
    while let Some(row) = rows.next()? {
        let key = row.get(0)?;
        index.push(IndexRow {
            key,
            stage: stage(row.get_ref(1)?.as_str().unwrap_or_default())?,
            due: row.get(2)?,
            currency: currency(row.get_ref(3)?.as_str().unwrap_or_default())?,
            open: open.get(&key).copied().unwrap_or(0),
            written_off: written_off.contains(&key),
        });
    }
    Ok(index)
}

/// What is open on each invoice where anything is, in minor units of its currency. The join is crossed, so that SQLite
/// begins with what is open however many invoices it thinks there are.
fn amounts_open(conn: &Conn) -> Result<HashMap<i64, i64>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT i.key, o.amount FROM account a
         CROSS JOIN open_item o ON o.account = a.key AND o.item_kind = 'invoice' AND o.amount <> 0
         CROSS JOIN invoice i ON i.id = o.item_id AND i.currency = o.currency
         WHERE a.name = 'Assets:Receivable'",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The invoices whose rest was written off.
fn written_off(conn: &Conn) -> Result<HashSet<i64>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT w.invoice FROM write_off w WHERE w.undone_by IS NULL")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Issued invoices for a choice: those with something open first, of both the latest first, `limit` at most.
pub fn latest(conn: &Conn, limit: usize) -> Result<Vec<Invoice>, StoreError> {
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let read_keys = |sql: &str, most: i64| -> Result<Vec<i64>, StoreError> {
        let mut statement = conn.prepare_cached(sql)?;
        let rows = statement.query_map([most], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    let mut keys = read_keys(
        "SELECT i.key FROM account a
         CROSS JOIN open_item o ON o.account = a.key AND o.item_kind = 'invoice' AND o.amount <> 0
         CROSS JOIN invoice i ON i.id = o.item_id AND i.currency = o.currency
         WHERE a.name = 'Assets:Receivable' AND o.amount > 0 AND i.stage = 'issued'
         ORDER BY i.issued DESC, i.key DESC LIMIT ?1",
        most,
    )?;
    if keys.len() < limit {
        // As many as may be open are read in addition, so that enough others are among them.
        let newest = read_keys(
            "SELECT key FROM invoice WHERE stage = 'issued' ORDER BY issued DESC, key DESC LIMIT ?1",
            most.saturating_mul(2),
        )?;
        let others: Vec<i64> = newest.into_iter().filter(|key| !keys.contains(key)).collect();
        keys.extend(others);
        keys.truncate(limit);
    }
    by_keys(conn, &keys)
}

/// What the list's filters need of an invoice.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexRow {
    /// Its key.
    pub key: i64,
    /// Draft, issued or void.
    pub stage: Stage,
    /// ISO date.
    pub due: String,
    /// Its currency.
    pub currency: Currency,
    /// Minor units.
    pub open: i64,
    /// Whether its rest was written off.
    pub written_off: bool,
}

/// The lines of an invoice.
pub fn lines(conn: &Conn, invoice: &Invoice) -> Result<Vec<InvoiceLine>, StoreError> {
    let code = invoice.total.currency().code().to_owned();
    let mut statement = conn.prepare_cached(
        "SELECT text, quantity, price, amount, tax_percent, tax, account FROM invoice_line WHERE invoice = ?1 ORDER BY idx",
    )?;
    let mut rows = statement.query([invoice.key])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        lines.push(InvoiceLine {
            text: row.get(0)?,
            quantity: row.get(1)?,
            price: money(row.get(2)?, &code)?,
            amount: money(row.get(3)?, &code)?,
            tax_percent: row.get(4)?,
            tax: money(row.get(5)?, &code)?,
            account: row.get(6)?,
        });
    }
    Ok(lines)
}

/// Invoices of an import.
pub fn of_import(conn: &Conn, import: i64) -> Result<Vec<Invoice>, StoreError> {
    collect(conn, &format!("{SELECT} WHERE i.import = ?1 ORDER BY i.key"), [import])
}
