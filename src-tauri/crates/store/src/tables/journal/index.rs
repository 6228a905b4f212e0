//! The journal's index: entry numbers, newest day first, a page at a time. However large the books are, a page costs
//! about what stands on it.

use chrono::NaiveDate;
use purser_core::Money;
use rusqlite::OptionalExtension;

use super::contains;
use super::touching::{self, accounts_beginning, accounts_with};
use crate::error::StoreError;
use crate::tables::{Conn, minor};

/// Most entries of one page.
pub const PAGE_KEYS: usize = 2_000;
/// Entries whose text is compared for one page when somebody types words; older ones are found by account,
/// amount, number or day.
const TEXTS_READ_MAX: usize = 200_000;
/// Newest entries with one amount that are looked at.
const AMOUNTS_MAX: i64 = 5_000;

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
    /// The last entry of the page before; none for the first page.
    pub after: Option<i64>,
    /// All of them instead of a page, for whoever wants another order.
    pub whole: bool,
}

impl Filter<'_> {
    fn limit(&self) -> usize {
        if self.whole { usize::MAX >> 2 } else { PAGE_KEYS }
    }
}

/// A page of the index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys {
    /// Entry numbers, newest day first, at most [`PAGE_KEYS`] unless all were asked for.
    pub keys: Vec<i64>,
    /// Whether older ones fit too.
    pub more: bool,
}

/// Entries in the whole ledger. Their numbers have no gaps.
pub fn total(conn: &Conn) -> Result<i64, StoreError> {
    Ok(conn.prepare_cached("SELECT coalesce(max(number), 0) FROM entry")?.query_row([], |row| row.get(0))?)
}

/// A page of the entries that fit.
pub fn index(conn: &Conn, filter: &Filter<'_>) -> Result<Keys, StoreError> {
    let Some(span) = Span::of(conn, filter)? else { return Ok(Keys::default()) };
    let accounts = match filter.account {
        "" => None,
        name => Some(accounts_beginning(conn, name)?),
    };
    let mut found = match (&accounts, filter.text) {
        (None, "") => return span.newest(conn, filter.limit()),
        (Some(accounts), "") => touching::newest(conn, accounts, &span, filter.limit(), |_| Ok(true))?,
        (within, _) => with_text(conn, filter, &span, within.as_deref())?,
    };
    found.sort_unstable_by(|one, other| other.cmp(one));
    found.dedup();
    let more = found.len() > filter.limit();
    found.truncate(filter.limit());
    Ok(Keys { keys: found.into_iter().map(|(_, number)| number).collect(), more })
}

/// A stretch of the journal in its order: days from the first one up to a place, which is left out.
pub(super) struct Span {
    pub(super) from: String,
    /// The last day, and of that day the entries with a lower number.
    pub(super) to: String,
    below: i64,
    bounded: bool,
}

/// An entry with its day.
pub(super) type Dated = (String, i64);

impl Span {
    /// None where nothing can be in it.
    fn of(conn: &Conn, filter: &Filter<'_>) -> Result<Option<Span>, StoreError> {
        let text = |day: Option<NaiveDate>, otherwise: &str| {
            day.map_or_else(|| otherwise.to_owned(), |day| day.to_string())
        };
        let mut span = Span {
            from: text(filter.from, "0000-01-01"),
            to: text(filter.to, "9999-12-31"),
            below: i64::MAX,
            bounded: filter.from.is_some() && filter.to.is_some(),
        };
        if let Some(after) = filter.after {
            let Some(day) = day_of(conn, after)? else { return Ok(None) };
            if day <= span.to {
                (span.to, span.below) = (day, after);
            }
        }
        Ok((span.from <= span.to).then_some(span))
    }

    pub(super) fn holds(&self, (day, number): &Dated) -> bool {
        *day >= self.from && (day.as_str(), *number) < (self.to.as_str(), self.below)
    }

    /// Whether all of a day is in it.
    pub(super) fn is_whole(&self, day: &str) -> bool {
        self.below == i64::MAX || day != self.to
    }

    /// The lowest and the highest number of an entry in it, where that is quickly known.
    pub(super) fn numbers(&self, conn: &Conn) -> Result<(i64, i64), StoreError> {
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

    fn newest(&self, conn: &Conn, most: usize) -> Result<Keys, StoreError> {
        let mut statement = conn.prepare_cached(
            "SELECT number FROM entry WHERE occurred_on >= ?1 AND (occurred_on, number) < (?2, ?3)
             ORDER BY occurred_on DESC, number DESC LIMIT ?4",
        )?;
        let limit = most as i64 + 1;
        let found = statement.query_map((&self.from, &self.to, self.below, limit), |row| row.get(0))?;
        let mut keys = found.collect::<Result<Vec<i64>, _>>()?;
        let more = keys.len() > most;
        keys.truncate(most);
        Ok(Keys { keys, more })
    }

    /// Those of some entries that are in it, with their days.
    fn dated(&self, conn: &Conn, numbers: &[i64]) -> Result<Vec<Dated>, StoreError> {
        let mut dated = Vec::new();
        for number in numbers {
            if let Some(entry) = day_of(conn, *number)?.map(|day| (day, *number)).filter(|e| self.holds(e)) {
                dated.push(entry);
            }
        }
        Ok(dated)
    }
}

pub(super) fn day_of(conn: &Conn, number: i64) -> Result<Option<String>, StoreError> {
    Ok(conn
        .prepare_cached("SELECT occurred_on FROM entry WHERE number = ?1")?
        .query_row([number], |row| row.get(0))
        .optional()?)
}

/// Entries that the words may mean: by number, by amount, by the name of an account, by their line. A page of them
/// and one more, or all.
fn with_text(
    conn: &Conn,
    filter: &Filter<'_>,
    span: &Span,
    within: Option<&[i64]>,
) -> Result<Vec<Dated>, StoreError> {
    let fits = |number: i64| match within {
        Some(accounts) => touching::touches(conn, number, accounts),
        None => Ok(true),
    };
    let mut found = Vec::new();
    for entry in span.dated(conn, &with_amount(conn, filter)?)? {
        if fits(entry.1)? {
            found.push(entry);
        }
    }
    let words = filter.text.to_lowercase();
    let named = accounts_with(conn, &words)?;
    if !named.is_empty() {
        found.extend(touching::newest(conn, &named, span, filter.limit(), fits)?);
    }
    let mut statement = conn.prepare_cached(
        "SELECT occurred_on, number, text FROM entry WHERE occurred_on >= ?1 AND (occurred_on, number) < (?2, ?3)
         ORDER BY occurred_on DESC, number DESC LIMIT ?4",
    )?;
    let mut rows = statement.query((&span.from, &span.to, span.below, TEXTS_READ_MAX as i64))?;
    let mut said = 0;
    while let Some(row) = rows.next()? {
        let text = row.get_ref(2)?.as_str().unwrap_or_default();
        if contains(text, &words) && fits(row.get(1)?)? {
            found.push((row.get(0)?, row.get(1)?));
            said += 1;
        }
        if said > filter.limit() {
            break;
        }
    }
    Ok(found)
}

fn with_amount(conn: &Conn, filter: &Filter<'_>) -> Result<Vec<i64>, StoreError> {
    let mut numbers: Vec<i64> = filter.number.into_iter().collect();
    let mut statement = conn.prepare_cached(
        "SELECT entry FROM posting WHERE amount = ?1 AND currency = ?2 ORDER BY entry DESC LIMIT ?3",
    )?;
    for amount in filter.amounts {
        for signed in [*amount, -*amount] {
            let (minor, currency) = (minor(signed)?, amount.currency());
            let found = statement.query_map((minor, currency.code(), AMOUNTS_MAX), |row| row.get(0))?;
            numbers.extend(found.collect::<Result<Vec<i64>, _>>()?);
        }
    }
    Ok(numbers)
}
