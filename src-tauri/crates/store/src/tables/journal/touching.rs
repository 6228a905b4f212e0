//! Entries that touch some accounts, newest day first, found through the sums of the days.
//!
//! An index by account has the order of booking, not of days. The sums of the days say how many postings the newest
//! days have; as soon as so many were met, walking back from the newest booking, no other entry can belong to them.

use std::collections::BTreeMap;

use super::index::{Dated, Span, day_of};
use crate::error::StoreError;
use crate::tables::Conn;

/// Postings that are looked at for one page, where each has to pass a test of its own.
const POSTINGS_READ_MAX: i64 = 200_000;

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
pub(super) fn newest(
    conn: &Conn,
    accounts: &[i64],
    span: &Span,
    most: usize,
    mut fits: impl FnMut(i64) -> Result<bool, StoreError>,
) -> Result<Vec<Dated>, StoreError> {
    let days = days_of(conn, accounts, span)?;
    let mut wanted = most as i64 + 1;
    loop {
        // An entry may have several postings there, or not fit: then more days are looked at.
        let (cut, complete) = cut(&days, wanted, span);
        let mut found = Vec::new();
        for account in accounts {
            let due = days.iter().filter(|((day, key), _)| key == account && *day >= cut);
            found.extend(of_account(conn, *account, &cut, due.map(|(_, n)| n).sum(), span)?);
        }
        found.sort_unstable();
        found.dedup();
        let mut fitting = Vec::with_capacity(found.len());
        for entry in found {
            if fits(entry.1)? {
                fitting.push(entry);
            }
        }
        if complete || fitting.len() > most || wanted >= POSTINGS_READ_MAX {
            return Ok(fitting);
        }
        wanted *= 4;
    }
}

/// Postings by day and account within a stretch.
type Days = BTreeMap<(String, i64), i64>;

fn days_of(conn: &Conn, accounts: &[i64], span: &Span) -> Result<Days, StoreError> {
    let mut currencies = conn.prepare_cached("SELECT currency FROM balance WHERE account = ?1")?;
    let mut sums = conn.prepare_cached(
        "SELECT day, postings FROM day_sum WHERE account = ?1 AND currency = ?2 AND day BETWEEN ?3 AND ?4",
    )?;
    let mut days = Days::new();
    for account in accounts {
        let codes = currencies.query_map([account], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
        for code in codes {
            let mut rows = sums.query((account, &code, &span.from, &span.to))?;
            while let Some(row) = rows.next()? {
                *days.entry((row.get(0)?, *account)).or_default() += row.get::<_, i64>(1)?;
            }
        }
    }
    Ok(days)
}

/// The day from which on there are so many postings, and whether that is all of them.
fn cut(days: &Days, wanted: i64, span: &Span) -> (String, bool) {
    let (mut left, mut current) = (wanted, "");
    for ((day, _), postings) in days.iter().rev() {
        if left <= 0 && day != current {
            return (current.to_owned(), false);
        }
        current = day;
        // Of a day that the stretch only begins, nobody knows how many are in it.
        if span.is_whole(day) {
            left -= postings;
        }
    }
    (current.to_owned(), true)
}

/// The entries of one account from a day on: walks back from the newest booking until so many postings of those
/// days were met.
fn of_account(conn: &Conn, account: i64, cut: &str, due: i64, span: &Span) -> Result<Vec<Dated>, StoreError> {
    let (first, last) = span.numbers(conn)?;
    let mut statement = conn.prepare_cached(
        "SELECT entry FROM posting WHERE account = ?1 AND entry BETWEEN ?2 AND ?3 ORDER BY entry DESC",
    )?;
    let mut rows = statement.query((account, first, last))?;
    let (mut met, mut found) = (0, Vec::new());
    while met < due
        && let Some(row) = rows.next()?
    {
        let number: i64 = row.get(0)?;
        let Some(day) = day_of(conn, number)? else { continue };
        if day.as_str() >= cut && day <= span.to {
            met += 1;
            found.push((day, number));
        }
    }
    found.retain(|entry| span.holds(entry));
    Ok(found)
}
