//! The journal's index: entry numbers, newest first.

use chrono::NaiveDate;
use purser_core::Money;

use crate::error::StoreError;
use crate::tables::{Conn, minor};

/// Entries whose text is compared when somebody types words; older ones are found by account, amount,
/// number or day.
const TEXTS_READ_MAX: usize = 200_000;
/// Up to this many entries are put in order one by one; more of them by walking the days.
const FEW: usize = 4_096;

/// Which entries.
#[derive(Debug, Clone, Default)]
pub struct Filter<'a> {
    /// An account, the one above some accounts, or the beginning of a name; empty for all.
    pub account: &'a str,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// Words in the journal's line or in an account's name; empty for all.
    pub text: &'a str,
    /// What the words are as a number of an entry.
    pub number: Option<i64>,
    /// What the words are as amounts; either sign fits.
    pub amounts: &'a [Money],
}

/// Entries in the whole ledger. Their numbers have no gaps.
pub fn total(conn: &Conn) -> Result<i64, StoreError> {
    Ok(conn.prepare_cached("SELECT coalesce(max(number), 0) FROM entry")?.query_row([], |row| row.get(0))?)
}

/// Numbers of the entries that fit, newest day first.
pub fn index(conn: &Conn, filter: &Filter<'_>) -> Result<Vec<i64>, StoreError> {
    let days = Days::of(filter);
    let mut fitting: Option<Vec<i64>> = None;
    if !filter.account.is_empty() {
        let accounts = accounts_beginning(conn, filter.account)?;
        fitting = Some(entries_of(conn, &accounts, days.numbers(conn)?)?);
    }
    if !filter.text.is_empty() {
        let found = with_text(conn, filter, &days)?;
        fitting = Some(match fitting {
            Some(before) => before.into_iter().filter(|number| found.binary_search(number).is_ok()).collect(),
            None => found,
        });
    }
    match fitting {
        None => days.walk(conn, |_| true),
        Some(few) if few.len() <= FEW => days.order(conn, &few),
        Some(many) => {
            let members = Members::of(&many);
            days.walk(conn, |number| members.has(number))
        }
    }
}

/// A stretch of days, both ends included.
struct Days {
    from: String,
    to: String,
    bounded: bool,
}

impl Days {
    fn of(filter: &Filter<'_>) -> Days {
        let text = |day: Option<NaiveDate>, otherwise: &str| {
            day.map_or_else(|| otherwise.to_owned(), |day| day.to_string())
        };
        Days {
            from: text(filter.from, "0000-01-01"),
            to: text(filter.to, "9999-12-31"),
            bounded: filter.from.is_some() || filter.to.is_some(),
        }
    }

    /// The lowest and the highest number of an entry on these days.
    fn numbers(&self, conn: &Conn) -> Result<(i64, i64), StoreError> {
        if !self.bounded {
            return Ok((0, i64::MAX));
        }
        let range = conn
            .prepare_cached("SELECT min(number), max(number) FROM entry WHERE occurred_on BETWEEN ?1 AND ?2")?
            .query_row((&self.from, &self.to), |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(match range {
            (Some(first), Some(last)) => (first, last),
            _ => (0, -1),
        })
    }

    fn walk(&self, conn: &Conn, fits: impl Fn(i64) -> bool) -> Result<Vec<i64>, StoreError> {
        let mut statement = conn.prepare_cached(
            "SELECT number FROM entry WHERE occurred_on BETWEEN ?1 AND ?2 ORDER BY occurred_on DESC, number DESC",
        )?;
        let mut rows = statement.query((&self.from, &self.to))?;
        let mut numbers = Vec::new();
        while let Some(row) = rows.next()? {
            let number = row.get(0)?;
            if fits(number) {
                numbers.push(number);
            }
        }
        Ok(numbers)
    }

    fn order(&self, conn: &Conn, numbers: &[i64]) -> Result<Vec<i64>, StoreError> {
        let mut statement = conn.prepare_cached(
            "SELECT occurred_on FROM entry WHERE number = ?1 AND occurred_on BETWEEN ?2 AND ?3",
        )?;
        let mut dated: Vec<(String, i64)> = Vec::with_capacity(numbers.len());
        for number in numbers {
            let mut rows = statement.query((number, &self.from, &self.to))?;
            if let Some(row) = rows.next()? {
                dated.push((row.get(0)?, *number));
            }
        }
        dated.sort_unstable_by(|one, other| other.cmp(one));
        Ok(dated.into_iter().map(|(_, number)| number).collect())
    }
}

/// A set of entry numbers, one bit each.
struct Members(Vec<u64>);

impl Members {
    fn of(numbers: &[i64]) -> Members {
        let place = |number: i64| usize::try_from(number).unwrap_or(0);
        let last = numbers.last().map_or(0, |number| place(*number));
        let mut bits = vec![0; last / 64 + 1];
        for number in numbers {
            bits[place(*number) / 64] |= 1 << (place(*number) % 64);
        }
        Members(bits)
    }

    fn has(&self, number: i64) -> bool {
        let Ok(place) = usize::try_from(number) else { return false };
        self.0.get(place / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1)
    }
}

/// Keys of an account and the accounts below it; where there is none, of those whose name begins so.
fn accounts_beginning(conn: &Conn, name: &str) -> Result<Vec<i64>, StoreError> {
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

/// Entries with a posting on one of the accounts, in a range of numbers; sorted, each once.
fn entries_of(conn: &Conn, accounts: &[i64], (first, last): (i64, i64)) -> Result<Vec<i64>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT entry FROM posting WHERE account = ?1 AND entry BETWEEN ?2 AND ?3")?;
    let mut numbers: Vec<i64> = Vec::new();
    for account in accounts {
        let mut rows = statement.query((account, first, last))?;
        while let Some(row) = rows.next()? {
            numbers.push(row.get(0)?);
        }
    }
    sorted(&mut numbers);
    Ok(numbers)
}

fn sorted(numbers: &mut Vec<i64>) {
    numbers.sort_unstable();
    numbers.dedup();
}

/// Entries that the words may mean: by number, by amount, by the name of an account, by their line.
fn with_text(conn: &Conn, filter: &Filter<'_>, days: &Days) -> Result<Vec<i64>, StoreError> {
    let mut numbers: Vec<i64> = filter.number.into_iter().collect();
    let mut statement =
        conn.prepare_cached("SELECT entry FROM posting WHERE amount = ?1 AND currency = ?2")?;
    for amount in filter.amounts {
        for signed in [*amount, -*amount] {
            let found = statement.query_map((minor(signed)?, amount.currency().code()), |row| row.get(0))?;
            numbers.extend(found.collect::<Result<Vec<i64>, _>>()?);
        }
    }
    let words = filter.text.to_lowercase();
    let accounts = accounts_with(conn, &words)?;
    if !accounts.is_empty() {
        numbers.extend(entries_of(conn, &accounts, days.numbers(conn)?)?);
    }
    let mut statement = conn.prepare_cached(
        "SELECT number, text FROM entry WHERE occurred_on BETWEEN ?1 AND ?2 ORDER BY occurred_on DESC, number DESC",
    )?;
    let mut rows = statement.query((&days.from, &days.to))?;
    let mut read = 0;
    while let Some(row) = rows.next()? {
        let text = row.get_ref(1)?.as_str().unwrap_or_default();
        if text.to_lowercase().contains(&words) {
            numbers.push(row.get(0)?);
        }
        read += 1;
        if read == TEXTS_READ_MAX {
            break;
        }
    }
    sorted(&mut numbers);
    Ok(numbers)
}

/// Keys of accounts whose name holds the words. There are a few hundred accounts at most.
fn accounts_with(conn: &Conn, words: &str) -> Result<Vec<i64>, StoreError> {
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
