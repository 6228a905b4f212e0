//! The journal's index: entry numbers, newest day first, a page at a time. However large the books are, a page costs
//! about what stands on it.

use chrono::NaiveDate;
use purser_core::{Currency, Money};
use rusqlite::OptionalExtension;

use super::texts;
use super::touching::{self, accounts_beginning, accounts_with};
use crate::error::StoreError;
use crate::tables::{Conn, day, day_number, minor};

/// Most entries of one page.
pub const PAGE_KEYS: usize = 2_000;

/// Days between which every entry is.
const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(0, 1, 1).unwrap();
const LAST_DAY: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap();

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
        (Some(accounts), "") => touching::on_accounts(conn, accounts, &span, filter.limit(), |_| Ok(true))?,
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
    pub(super) from: NaiveDate,
    /// The last day, and of that day the entries with a lower number.
    pub(super) to: NaiveDate,
    pub(super) below: i64,
}

/// An entry's place in the journal: its day, in days since 1970-01-01, and its number.
pub(super) type Dated = (i64, i64);

impl Span {
    /// None where nothing can be in it.
    fn of(conn: &Conn, filter: &Filter<'_>) -> Result<Option<Span>, StoreError> {
        let mut span = Span {
            from: filter.from.unwrap_or(FIRST_DAY),
            to: filter.to.unwrap_or(LAST_DAY),
            below: i64::MAX,
        };
        if let Some(after) = filter.after {
            let Some(day) = day_of(conn, after)? else { return Ok(None) };
            if day <= span.to {
                (span.to, span.below) = (day, after);
            }
        }
        Ok((span.from <= span.to).then_some(span))
    }

    fn newest(&self, conn: &Conn, most: usize) -> Result<Keys, StoreError> {
        let mut statement = conn.prepare_cached(
            "SELECT number FROM entry WHERE occurred_on >= ?1 AND (occurred_on, number) < (?2, ?3)
             ORDER BY occurred_on DESC, number DESC LIMIT ?4",
        )?;
        let limit = most as i64 + 1;
        let found = statement
            .query_map((self.from.to_string(), self.to.to_string(), self.below, limit), |row| row.get(0))?;
        let mut keys = found.collect::<Result<Vec<i64>, _>>()?;
        let more = keys.len() > most;
        keys.truncate(most);
        Ok(Keys { keys, more })
    }

    /// The place of an entry, where it is in the stretch.
    fn dated(&self, conn: &Conn, number: i64) -> Result<Option<Dated>, StoreError> {
        let inside = |day: &NaiveDate| *day >= self.from && (*day, number) < (self.to, self.below);
        Ok(day_of(conn, number)?.filter(inside).map(|day| (day_number(day), number)))
    }
}

fn day_of(conn: &Conn, number: i64) -> Result<Option<NaiveDate>, StoreError> {
    let text: Option<String> = conn
        .prepare_cached("SELECT occurred_on FROM entry WHERE number = ?1")?
        .query_row([number], |row| row.get(0))
        .optional()?;
    text.map(|text| day(&text)).transpose()
}

/// Entries that the words may mean: by number, by amount, by the name of an account, by their line. A page of each
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
    if let Some(number) = filter.number
        && let Some(entry) = span.dated(conn, number)?
        && fits(number)?
    {
        found.push(entry);
    }
    let most = filter.limit();
    found.extend(touching::with_amounts(conn, &either_sign(filter.amounts)?, span, most, fits)?);
    let words = filter.text.to_lowercase();
    found.extend(touching::on_accounts(conn, &accounts_with(conn, &words)?, span, most, fits)?);
    found.extend(texts::newest(conn, &words, span, most, fits)?);
    Ok(found)
}

/// Amounts as postings have them, debit and credit.
fn either_sign(amounts: &[Money]) -> Result<Vec<(i64, Currency)>, StoreError> {
    let signed = amounts.iter().flat_map(|amount| [*amount, -*amount]);
    signed.map(|amount| Ok((minor(amount)?, amount.currency()))).collect()
}
