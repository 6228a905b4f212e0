//! Rows of the journal for the entries in sight, and whole entries by the page.

use chrono::NaiveDate;
use purser_core::{Money, Posting};

use super::KEYS_MAX;
use crate::error::StoreError;
use crate::tables::{Conn, day, ledger, money, placeholders};

/// An entry as the journal lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalRow {
    /// Its number.
    pub number: i64,
    /// The day it happened.
    pub occurred_on: NaiveDate,
    /// The journal's line.
    pub text: String,
    /// The entry that reverses it.
    pub reversed_by: Option<i64>,
    /// Accounts and amounts, debit positive.
    pub sides: Vec<(String, Money)>,
}

/// Rows of entries, in the order of the numbers; unknown ones are left out, no more than [`KEYS_MAX`] are read.
pub fn rows(conn: &Conn, numbers: &[i64]) -> Result<Vec<JournalRow>, StoreError> {
    let numbers = &numbers[..numbers.len().min(KEYS_MAX)];
    let places: std::collections::HashMap<i64, usize> =
        numbers.iter().enumerate().map(|(place, number)| (*number, place)).collect();
    let marks = placeholders(numbers.len());
    let mut rows: Vec<Option<JournalRow>> = vec![None; numbers.len()];
    let mut heads = conn.prepare_cached(&format!(
        "SELECT e.number, e.occurred_on, e.text, r.number FROM entry e LEFT JOIN entry r ON r.reverses = e.number
         WHERE e.number IN ({marks})"
    ))?;
    let mut found = heads.query(rusqlite::params_from_iter(numbers))?;
    while let Some(row) = found.next()? {
        let number: i64 = row.get(0)?;
        rows[places[&number]] = Some(JournalRow {
            number,
            occurred_on: day(&row.get::<_, String>(1)?)?,
            text: row.get(2)?,
            reversed_by: row.get(3)?,
            sides: Vec::new(),
        });
    }
    let mut sides = conn.prepare_cached(&format!(
        "SELECT p.entry, a.name, p.amount, p.currency FROM posting p JOIN account a ON a.key = p.account
         WHERE p.entry IN ({marks}) ORDER BY p.entry, p.idx"
    ))?;
    let mut found = sides.query(rusqlite::params_from_iter(numbers))?;
    while let Some(row) = found.next()? {
        if let Some(entry) = places.get(&row.get(0)?).and_then(|place| rows[*place].as_mut()) {
            entry.sides.push((row.get(1)?, money(row.get(2)?, &row.get::<_, String>(3)?)?));
        }
    }
    Ok(rows.into_iter().flatten().collect())
}

/// A whole entry of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct PageEntry {
    /// Its number.
    pub number: i64,
    /// The day it happened.
    pub occurred_on: NaiveDate,
    /// Its kind's name.
    pub kind: String,
    /// The journal's line.
    pub text: String,
    /// The entry that it negates.
    pub reverses: Option<i64>,
    /// Its sides.
    pub postings: Vec<Posting>,
}

/// The entries after a day and number, oldest day first, at most `limit`; those with a number above `last`
/// are left out, so that pages of one list agree while the books go on.
pub fn page(
    conn: &Conn,
    after: Option<(NaiveDate, i64)>,
    last: i64,
    limit: usize,
) -> Result<Vec<PageEntry>, StoreError> {
    let (day_before, number_before) =
        after.map_or_else(|| (String::new(), 0), |(day, number)| (day.to_string(), number));
    let mut heads = conn.prepare_cached(
        "SELECT number, occurred_on, kind, text, reverses FROM entry
         WHERE (occurred_on, number) > (?1, ?2) AND number <= ?3 ORDER BY occurred_on, number LIMIT ?4",
    )?;
    let limit = i64::try_from(limit.min(KEYS_MAX)).unwrap_or(i64::MAX);
    let mut found = heads.query((day_before, number_before, last, limit))?;
    let mut entries: Vec<PageEntry> = Vec::new();
    while let Some(row) = found.next()? {
        entries.push(PageEntry {
            number: row.get(0)?,
            occurred_on: day(&row.get::<_, String>(1)?)?,
            kind: row.get(2)?,
            text: row.get(3)?,
            reverses: row.get(4)?,
            postings: Vec::new(),
        });
    }
    if entries.is_empty() {
        return Ok(entries);
    }
    let places: std::collections::HashMap<i64, usize> =
        entries.iter().enumerate().map(|(place, entry)| (entry.number, place)).collect();
    let mut sides = conn.prepare_cached(&format!(
        "SELECT p.entry, a.name, p.currency, p.amount, p.item_kind, p.item_id
         FROM posting p JOIN account a ON a.key = p.account
         WHERE p.entry IN ({}) ORDER BY p.entry, p.idx",
        placeholders(entries.len())
    ))?;
    let numbers: Vec<i64> = entries.iter().map(|entry| entry.number).collect();
    let mut found = sides.query(rusqlite::params_from_iter(numbers))?;
    while let Some(row) = found.next()? {
        let kind: Option<String> = row.get(4)?;
        let posting = ledger::posting(
            &row.get::<_, String>(1)?,
            &row.get::<_, String>(2)?,
            row.get(3)?,
            kind.as_deref(),
            row.get(5)?,
        )?;
        if let Some(place) = places.get(&row.get(0)?) {
            entries[*place].postings.push(posting);
        }
    }
    Ok(entries)
}

/// The day of the oldest entry.
pub fn first_day(conn: &Conn) -> Result<Option<NaiveDate>, StoreError> {
    let first: Option<String> =
        conn.prepare_cached("SELECT min(occurred_on) FROM entry")?.query_row([], |row| row.get(0))?;
    first.map(|text| day(&text)).transpose()
}
