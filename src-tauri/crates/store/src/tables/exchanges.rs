//! Exchanges that were booked, and the founder's table of rates.

use chrono::NaiveDate;
use purser_core::{Currency, Money, Rate};
use rusqlite::{OptionalExtension, Row};

use super::{Conn, day, minor, money};
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// An exchange that was booked.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    /// The entry that books it.
    pub entry: i64,
    /// What came.
    pub given: Money,
    /// What it was taken for.
    pub value: Money,
    /// What one unit given was worth, decimal.
    pub rate: String,
    /// Who said so.
    pub source: String,
    /// When it was said, RFC 3339.
    pub at: String,
}

/// Keeps an exchange with the entry that books it.
pub fn add(tx: &WriteTx<'_>, exchange: &Exchange) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO exchange (entry, given, given_currency, value, value_currency, rate, source, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute((
        exchange.entry,
        minor(exchange.given)?,
        exchange.given.currency().code(),
        minor(exchange.value)?,
        exchange.value.currency().code(),
        &exchange.rate,
        &exchange.source,
        &exchange.at,
    ))?;
    Ok(())
}

/// The exchange of an entry, if it is one.
pub fn of_entry(conn: &Conn, entry: i64) -> Result<Option<Exchange>, StoreError> {
    conn.prepare_cached(
        "SELECT entry, given, given_currency, value, value_currency, rate, source, at FROM exchange WHERE entry = ?1",
    )?
    .query_row([entry], |row| Ok(read(row)))
    .optional()?
    .transpose()
}

pub(super) fn read(row: &Row<'_>) -> Result<Exchange, StoreError> {
    Ok(Exchange {
        entry: row.get(0)?,
        given: money(row.get(1)?, &row.get::<_, String>(2)?)?,
        value: money(row.get(3)?, &row.get::<_, String>(4)?)?,
        rate: row.get(5)?,
        source: row.get(6)?,
        at: row.get(7)?,
    })
}

/// A rate of the founder's table.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRate {
    /// Its key.
    pub key: i64,
    /// The rate.
    pub rate: Rate,
    /// The day it holds for.
    pub on: NaiveDate,
    /// Where it comes from.
    pub source: String,
    /// When it was entered, RFC 3339.
    pub at: String,
}

/// Enters a rate; one of the same day is replaced.
pub fn set_rate(
    tx: &WriteTx<'_>,
    rate: Rate,
    on: NaiveDate,
    source: &str,
    at: &str,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO rate (base, quote, day, value, source, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (base, quote, day)
         DO UPDATE SET value = excluded.value, source = excluded.source, at = excluded.at",
    )?
    .execute((rate.from().code(), rate.to().code(), on.to_string(), rate.decimal(), source, at))?;
    Ok(())
}

/// Removes a rate; whether there was one.
pub fn remove_rate(tx: &WriteTx<'_>, key: i64) -> Result<bool, StoreError> {
    Ok(tx.prepare_cached("DELETE FROM rate WHERE key = ?1")?.execute([key])? == 1)
}

const RATE: &str = "SELECT key, base, quote, day, value, source, at FROM rate";

/// The newest rate between two currencies, either way round, of a day or before it but not before `since`.
pub fn rate_on(
    conn: &Conn,
    one: Currency,
    other: Currency,
    on: NaiveDate,
    since: NaiveDate,
) -> Result<Option<StoredRate>, StoreError> {
    let newest = |base: Currency, quote: Currency| -> Result<Option<StoredRate>, StoreError> {
        let sql = format!(
            "{RATE} WHERE base = ?1 AND quote = ?2 AND day BETWEEN ?3 AND ?4 ORDER BY day DESC LIMIT 1"
        );
        let wanted = (base.code(), quote.code(), since.to_string(), on.to_string());
        conn.prepare_cached(&sql)?.query_row(wanted, |row| Ok(read_rate(row))).optional()?.transpose()
    };
    let (there, back) = (newest(one, other)?, newest(other, one)?);
    Ok(match (there, back) {
        (Some(there), Some(back)) if back.on > there.on => Some(back),
        (Some(there), _) => Some(there),
        (None, back) => back,
    })
}

/// Every rate, newest day first, at most `limit`.
pub fn rates(conn: &Conn, limit: u32) -> Result<Vec<StoredRate>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("{RATE} ORDER BY day DESC, base, quote LIMIT ?1"))?;
    let mut rows = statement.query([limit])?;
    let mut rates = Vec::new();
    while let Some(row) = rows.next()? {
        rates.push(read_rate(row)?);
    }
    Ok(rates)
}

fn read_rate(row: &Row<'_>) -> Result<StoredRate, StoreError> {
    let (base, quote, value): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(4)?);
    let damaged = |_| StoreError::Damaged(format!("the rate {value} from {base} to {quote} cannot be read"));
    let currency = |code: &str| {
        Currency::from_code(code)
            .map_err(|_| StoreError::Damaged(format!("a rate names the unknown currency {code}")))
    };
    Ok(StoredRate {
        key: row.get(0)?,
        rate: Rate::parse(&value, currency(&base)?, currency(&quote)?).map_err(damaged)?,
        on: day(&row.get::<_, String>(3)?)?,
        source: row.get(5)?,
        at: row.get(6)?,
    })
}
