//! What the palette looks up: records by the beginning of their number, by an amount, by a bank's words.

use purser_core::{Item, ItemKind, Money};

use super::contains;
use crate::error::StoreError;
use crate::tables::{Conn, minor, money};

/// Lines of one state whose words are compared, newest first.
const LINES_READ_MAX: usize = 5_000;

/// Items that postings of an amount are about, newest day first, each once.
pub fn items_of_amount(conn: &Conn, amounts: &[Money], limit: usize) -> Result<Vec<Item>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT item_kind, item_id FROM posting WHERE amount = ?1 AND currency = ?2 AND item_id IS NOT NULL
         ORDER BY day DESC, entry DESC LIMIT 200",
    )?;
    let mut items: Vec<Item> = Vec::new();
    for amount in amounts {
        for signed in [*amount, -*amount] {
            let mut rows = statement.query((minor(signed)?, amount.currency().code()))?;
            while let Some(row) = rows.next()? {
                let Some(kind) = ItemKind::parse(&row.get::<_, String>(0)?) else { continue };
                let item = Item::new(kind, row.get::<_, String>(1)?);
                if items.len() < limit && !items.contains(&item) {
                    items.push(item);
                }
            }
        }
    }
    Ok(items)
}

/// Ids of the invoices whose number or reference begins so, newest number first.
pub fn numbers_beginning(conn: &Conn, text: &str, limit: usize) -> Result<Vec<String>, StoreError> {
    let upper = text.to_uppercase();
    let mut ids: Vec<String> = Vec::new();
    for sql in [
        "SELECT id FROM invoice WHERE number >= ?1 AND number < ?1 || char(1114111) ORDER BY number DESC LIMIT ?2",
        "SELECT id FROM invoice WHERE reference >= ?1 AND reference < ?1 || char(1114111)
         ORDER BY reference DESC LIMIT ?2",
    ] {
        let mut statement = conn.prepare_cached(sql)?;
        let mut rows = statement.query((&upper, limit as i64))?;
        while let Some(row) = rows.next()? {
            let id: String = row.get(0)?;
            if ids.len() < limit && !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    Ok(ids)
}

/// Numbers of the payments whose number begins so, newest number first.
pub fn payments_beginning(conn: &Conn, text: &str, limit: usize) -> Result<Vec<String>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT number FROM payment WHERE number >= ?1 AND number < ?1 || char(1114111)
         ORDER BY number DESC LIMIT ?2",
    )?;
    let rows = statement.query_map((text.to_uppercase(), limit as i64), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Numbers of a customer's latest payments.
pub fn latest_payments_of(conn: &Conn, customer: i64, limit: usize) -> Result<Vec<String>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT number FROM payment WHERE customer = ?1 ORDER BY received_on DESC, key DESC LIMIT ?2",
    )?;
    let rows = statement.query_map((customer, limit as i64), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A bank line that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct LineFound {
    /// Transaction id.
    pub id: String,
    /// ISO date.
    pub occurred_on: String,
    /// As the bank wrote it.
    pub payer: String,
    /// As the bank wrote it.
    pub description: String,
    /// Signed.
    pub amount: Money,
}

/// Lines whose payer or memo holds the words: those that wait first, then the newest booked ones.
pub fn lines_with(conn: &Conn, text: &str, limit: usize) -> Result<Vec<LineFound>, StoreError> {
    let words = text.to_lowercase();
    let mut statement = conn.prepare_cached(
        "SELECT id, occurred_on, payer, description, amount, currency FROM bank_line
         WHERE state = ?1 ORDER BY occurred_on DESC, key DESC",
    )?;
    let mut found = Vec::new();
    for state in ["open", "ready", "matched", "filed", "transfer"] {
        let mut rows = statement.query([state])?;
        let mut read = 0;
        while let Some(row) = rows.next()? {
            let said = |column| -> Result<bool, StoreError> {
                Ok(contains(row.get_ref(column)?.as_str().unwrap_or_default(), &words))
            };
            if said(2)? || said(3)? {
                found.push(LineFound {
                    id: row.get(0)?,
                    occurred_on: row.get(1)?,
                    payer: row.get(2)?,
                    description: row.get(3)?,
                    amount: money(row.get(4)?, &row.get::<_, String>(5)?)?,
                });
            }
            read += 1;
            if found.len() == limit || read == LINES_READ_MAX {
                break;
            }
        }
        if found.len() == limit {
            break;
        }
    }
    Ok(found)
}
