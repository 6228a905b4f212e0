//! The index of the journal's lines: which entries have which three letters, in the order of the journal.
//!
//! Three letters in a row narrow the search; what they find is compared with the words themselves, since an entry may
//! have all of them and not in a row.

use chrono::NaiveDate;

use super::contains;
use super::index::{Dated, Span};
use crate::error::StoreError;
use crate::tables::{Conn, day_number};

/// An entry's place is its day times this, and its number.
const NUMBERS: i64 = 1 << 40;
/// Letters that the index knows together.
const LETTERS: usize = 3;
/// Most of them that one question names; the words themselves decide in any case.
const LETTERS_ASKED_MAX: usize = 40;
/// Entries whose line is compared for one page where nothing narrows the search: one or two letters.
const SHORT_READ_MAX: usize = 20_000;
/// The same where the index does, but lines or accounts turn out not to fit.
const TEXTS_READ_MAX: usize = 200_000;

/// A line of the journal for its index.
#[derive(Debug)]
pub(crate) struct JournalLine {
    place: i64,
    lower: String,
}

impl JournalLine {
    /// The line of an entry.
    pub(crate) fn of(day: NaiveDate, number: i64, text: &str) -> JournalLine {
        JournalLine { place: place(day_number(day), number), lower: text.to_lowercase() }
    }

    /// Where the index has it, and each three letters that it has, once.
    pub(crate) fn letters(&self) -> (i64, Vec<&str>) {
        let mut letters = letters(&self.lower);
        letters.sort_unstable();
        letters.dedup();
        (self.place, letters)
    }
}

/// A place in the journal as one number that sorts as the journal does.
fn place(day: i64, number: i64) -> i64 {
    day * NUMBERS + number
}

/// The number of the entry at a place.
pub(crate) fn number_at(place: i64) -> i64 {
    place.rem_euclid(NUMBERS)
}

/// Every three characters in a row.
fn letters(lower: &str) -> Vec<&str> {
    let starts: Vec<usize> = lower.char_indices().map(|(at, _)| at).chain([lower.len()]).collect();
    starts.windows(LETTERS + 1).map(|window| &lower[window[0]..window[LETTERS]]).collect()
}

/// Writes lines into the index, in the order of the journal.
pub(crate) fn write_lines(conn: &Conn, mut lines: Vec<JournalLine>) -> Result<(), StoreError> {
    if lines.is_empty() {
        return Ok(());
    }
    lines.sort_unstable_by_key(|line| line.place);
    let mut insert = conn.prepare_cached("INSERT INTO entry_text (rowid, text) VALUES (?1, ?2)")?;
    for line in lines {
        insert.execute((line.place, line.lower))?;
    }
    Ok(())
}

/// The newest entries of a stretch whose line holds the words, which are in lower case, and that fit: more than
/// `most`, or all there are.
pub(super) fn newest(
    conn: &Conn,
    words: &str,
    span: &Span,
    most: usize,
    mut fits: impl FnMut(i64) -> Result<bool, StoreError>,
) -> Result<Vec<Dated>, StoreError> {
    let mut asked = letters(words);
    asked.truncate(LETTERS_ASKED_MAX);
    let (from, to) = (day_number(span.from), day_number(span.to));
    let mut statement;
    let (mut rows, read_max) = if asked.is_empty() {
        statement = conn.prepare_cached(
            "SELECT unixepoch(occurred_on) / 86400, number, text FROM entry
             WHERE occurred_on >= ?1 AND (occurred_on, number) < (?2, ?3) ORDER BY occurred_on DESC, number DESC",
        )?;
        (statement.query((span.from.to_string(), span.to.to_string(), span.below))?, SHORT_READ_MAX)
    } else {
        let quoted: Vec<String> =
            asked.iter().map(|three| format!("\"{}\"", three.replace('"', "\"\""))).collect();
        statement = conn.prepare_cached(
            "SELECT (entry_text.rowid - e.number) / 1099511627776, e.number, e.text
             FROM entry_text CROSS JOIN entry e ON e.number = entry_text.rowid & 1099511627775
             WHERE entry_text MATCH ?1 AND entry_text.rowid >= ?2 AND entry_text.rowid < ?3
             ORDER BY entry_text.rowid DESC",
        )?;
        // Of the last day all that is below a number, which has no end where the day is whole.
        let end = place(to, span.below.min(NUMBERS - 1));
        (statement.query((quoted.join(" AND "), place(from, 0), end))?, TEXTS_READ_MAX)
    };
    let (mut found, mut read) = (Vec::new(), 0);
    while found.len() <= most
        && read < read_max
        && let Some(row) = rows.next()?
    {
        read += 1;
        let text = row.get_ref(2)?.as_str().unwrap_or_default();
        if contains(text, words) && fits(row.get(1)?)? {
            found.push((row.get(0)?, row.get(1)?));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_into_three_letters_of_any_alphabet() {
        assert_eq!(letters("łódź"), ["łód", "ódź"]);
        assert!(letters("ab").is_empty() && letters("").is_empty());
        let line = JournalLine::of(NaiveDate::from_ymd_opt(1970, 1, 2).unwrap(), 7, "AAAA");
        assert_eq!(line.letters(), (NUMBERS + 7, vec!["aaa"]));
    }

    #[test]
    fn places_sort_by_day_then_number_also_before_1970() {
        let places = [place(-2, 9), place(-1, 1), place(0, 5), place(0, 6), place(20_000, 1)];
        assert!(places.is_sorted());
    }
}
