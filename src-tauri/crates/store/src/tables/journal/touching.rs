//! Entries by their postings, newest day first: those that touch some accounts, those that have an amount.

use std::collections::BinaryHeap;

use purser_core::Currency;
use rusqlite::Params;

use super::index::{Dated, Span};
use crate::error::StoreError;
use crate::tables::{Conn, day_number};

/// Entries that are looked at for one page, where each has to pass a test of its own.
const ENTRIES_READ_MAX: usize = 200_000;

/// Keys of an account and the accounts below it; where there is none, of those whose name begins so.
pub(super) fn accounts_beginning(conn: &Conn, name: &str) -> Result<Vec<i64>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT key FROM account WHERE name = ?1
         UNION SELECT key FROM account WHERE name >= ?1 || ':' AND name < ?1 || ';'",
    )?;
    let exact = statement.query_map([name], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    if !exact.is_empty() {
        return Ok(exact);
    }
    let mut statement =
        conn.prepare_cached("SELECT key FROM account WHERE name >= ?1 AND name < ?1 || char(1114111)")?;
    let rows = statement.query_map([name], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Keys of accounts whose name holds the words. There are a few hundred accounts at most.
pub(super) fn accounts_with(conn: &Conn, words: &str) -> Result<Vec<i64>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT key, name FROM account")?;
    let mut rows = statement.query([])?;
    let mut keys = Vec::new();
    while let Some(row) = rows.next()? {
        if row.get::<_, String>(1)?.to_lowercase().contains(words) {
            keys.push(row.get(0)?);
        }
    }
    Ok(keys)
}

/// Whether an entry has a posting on one of the accounts.
pub(super) fn touches(conn: &Conn, number: i64, accounts: &[i64]) -> Result<bool, StoreError> {
    let mut statement = conn.prepare_cached("SELECT account FROM posting WHERE entry = ?1")?;
    let mut rows = statement.query([number])?;
    while let Some(row) = rows.next()? {
        if accounts.contains(&row.get(0)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The newest entries of a stretch that touch one of the accounts and fit: more than `most`, or all there are.
pub(super) fn on_accounts(
    conn: &Conn,
    accounts: &[i64],
    span: &Span,
    most: usize,
    fits: impl FnMut(i64) -> Result<bool, StoreError>,
) -> Result<Vec<Dated>, StoreError> {
    let (from, to) = (day_number(span.from), day_number(span.to));
    let sql = "SELECT day, entry FROM posting WHERE account = ?1 AND day >= ?2 AND (day, entry) < (?3, ?4)
               ORDER BY day DESC, entry DESC";
    merged(conn, sql, accounts.iter().map(|account| (*account, from, to, span.below)), most, fits)
}

/// The same for entries with a posting of one of the amounts, in minor units of a currency.
pub(super) fn with_amounts(
    conn: &Conn,
    amounts: &[(i64, Currency)],
    span: &Span,
    most: usize,
    fits: impl FnMut(i64) -> Result<bool, StoreError>,
) -> Result<Vec<Dated>, StoreError> {
    let (from, to) = (day_number(span.from), day_number(span.to));
    let sql = "SELECT day, entry FROM posting
               WHERE amount = ?1 AND currency = ?2 AND day >= ?3 AND (day, entry) < (?4, ?5)
               ORDER BY day DESC, entry DESC";
    let each =
        amounts.iter().map(|(minor, currency)| (*minor, currency.code().to_owned(), from, to, span.below));
    merged(conn, sql, each, most, fits)
}

/// The entries that one statement gives for each of some parameters, newest first, as one list without repetitions.
fn merged<P: Params>(
    conn: &Conn,
    sql: &str,
    each: impl ExactSizeIterator<Item = P>,
    most: usize,
    mut fits: impl FnMut(i64) -> Result<bool, StoreError>,
) -> Result<Vec<Dated>, StoreError> {
    let mut statements = (0..each.len()).map(|_| conn.prepare_cached(sql)).collect::<Result<Vec<_>, _>>()?;
    let mut lists = Vec::with_capacity(statements.len());
    let mut heads = BinaryHeap::with_capacity(statements.len());
    for (statement, parameters) in statements.iter_mut().zip(each) {
        let mut rows = statement.query(parameters)?;
        heads.extend(next(&mut rows)?.map(|entry| (entry, lists.len())));
        lists.push(rows);
    }
    let (mut found, mut last, mut read) = (Vec::new(), None, 0);
    while found.len() <= most
        && read < ENTRIES_READ_MAX.max(most)
        && let Some((entry, list)) = heads.pop()
    {
        heads.extend(next(&mut lists[list])?.map(|entry| (entry, list)));
        if last.replace(entry) != Some(entry) {
            read += 1;
            if fits(entry.1)? {
                found.push(entry);
            }
        }
    }
    Ok(found)
}

fn next(rows: &mut rusqlite::Rows<'_>) -> Result<Option<Dated>, StoreError> {
    match rows.next()? {
        Some(row) => Ok(Some((row.get(0)?, row.get(1)?))),
        None => Ok(None),
    }
}
