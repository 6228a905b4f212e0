//! Purser's own tables as CSV: customers, invoices, and a reader for every further one.
//!
//! One style for all: a header is required, its order and case are free, unknown columns are
//! reported and ignored, and a bad row is told with its line and what to do.

mod customers;
mod invoices;

use chrono::NaiveDate;
use purser_core::{Currency, Money};
use serde::Serialize;

pub use customers::{CustomerRow, parse_customers};
pub use invoices::{InvoiceRow, parse_invoices};

use crate::decode::{DecodeError, TextEncoding, decode};
use crate::sheet::{FILE_BYTES_MAX, Row, Sheet};
use crate::statement::{REJECTED_MAX, RejectedRow, Separator};
use crate::text::{one_line, quoted};

/// Rows of a table, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table<R> {
    /// The rows that can be used, in the file's order.
    pub rows: Vec<R>,
    /// The rows that cannot, at most [`REJECTED_MAX`].
    pub rejected: Vec<RejectedRow>,
    /// How many rows cannot be used.
    pub rejected_count: u32,
    /// Columns of the file that mean nothing to Purser.
    pub ignored_columns: Vec<String>,
}

/// Why a whole table was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// There is nothing in it, not even a header.
    #[error("The file is empty. Its first line should be the header: {expected}")]
    Empty {
        /// The columns that belong in the header.
        expected: String,
    },
    /// It is larger than any table.
    #[error("The file has {megabytes} MB; {limit} MB is the most that is read. Split it", limit = FILE_BYTES_MAX / 1024 / 1024)]
    TooLarge {
        /// Its size.
        megabytes: usize,
    },
    /// Its characters cannot be read.
    #[error(transparent)]
    Characters(#[from] DecodeError),
    /// A required column is missing.
    #[error("The header on line {line} has no column {missing}. It has {found}; the columns are {expected}")]
    ColumnsMissing {
        /// The header's line.
        line: u32,
        /// What is missing, quoted.
        missing: String,
        /// What is there, quoted.
        found: String,
        /// What may be there.
        expected: String,
    },
    /// A column's name is there twice.
    #[error("The header on line {line} has the column “{name}” twice. Remove one of them")]
    ColumnTwice {
        /// The header's line.
        line: u32,
        /// The name.
        name: String,
    },
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name in the header, in lower case.
    pub name: &'static str,
    /// Whether the header must have it.
    pub required: bool,
}

/// Reads a table: `read_row` turns one row into a value, or says in one sentence why not.
pub fn read_table<R>(
    bytes: &[u8],
    columns: &[Column],
    mut read_row: impl FnMut(&Cells<'_>) -> Result<R, String>,
) -> Result<Table<R>, TableError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(TableError::TooLarge { megabytes: bytes.len().div_ceil(1024 * 1024) });
    }
    let decoded = decode(bytes, &TextEncoding::Auto)?;
    let (separator, header) = find_header(&decoded.text, columns)?;
    let mut table =
        Table { rows: Vec::new(), rejected: Vec::new(), rejected_count: 0, ignored_columns: header.ignored };
    let mut sheet = Sheet::new(&decoded.text, separator, 0);
    while let Some(row) = sheet.next_row() {
        if row.line <= header.line || row.is_blank() {
            continue;
        }
        let cells = Cells { row: &row, columns, places: &header.places };
        let read = match row.damage().or_else(|| wrong_width(&row, header.width)) {
            Some(damage) => Err(damage),
            None => read_row(&cells),
        };
        match read {
            Ok(value) => table.rows.push(value),
            Err(reason) => {
                table.rejected_count = table.rejected_count.saturating_add(1);
                if table.rejected.len() < REJECTED_MAX {
                    table.rejected.push(RejectedRow { line: row.line, reason });
                }
            }
        }
    }
    Ok(table)
}

struct FoundHeader {
    line: u32,
    width: usize,
    /// The column's place in the file, for each of the table's columns.
    places: Vec<Option<usize>>,
    ignored: Vec<String>,
}

fn find_header(text: &str, columns: &[Column]) -> Result<(u8, FoundHeader), TableError> {
    let expected = columns.iter().map(|column| column.name).collect::<Vec<_>>().join(",");
    let mut best: Option<(usize, u8)> = None;
    for separator in Separator::ALL.iter().filter_map(|separator| separator.byte()) {
        let mut sheet = Sheet::new(text, separator, 0);
        let Some(row) = sheet.next_row() else { break };
        let known = row.fields().filter(|field| place(columns, field).is_some()).count();
        if best.is_none_or(|(most, _)| known > most) {
            best = Some((known, separator));
        }
    }
    let Some((_, separator)) = best else { return Err(TableError::Empty { expected }) };
    let mut sheet = Sheet::new(text, separator, 0);
    let Some(row) = sheet.next_row() else { return Err(TableError::Empty { expected }) };
    let line = row.line;
    let mut places = vec![None; columns.len()];
    let mut ignored = Vec::new();
    for (index, field) in row.fields().enumerate() {
        match place(columns, field) {
            Some(column) if places[column].is_some() => {
                return Err(TableError::ColumnTwice { line, name: columns[column].name.to_owned() });
            }
            Some(column) => places[column] = Some(index),
            None if field.trim().is_empty() => {}
            None => ignored.push(crate::text::bounded(field.trim(), 60).0.to_owned()),
        }
    }
    let missing: Vec<String> = columns
        .iter()
        .zip(&places)
        .filter(|(column, place)| column.required && place.is_none())
        .map(|(column, _)| quoted(column.name, 40))
        .collect();
    if !missing.is_empty() {
        let found = row.fields().take(30).map(|field| quoted(field, 40)).collect::<Vec<_>>().join(", ");
        return Err(TableError::ColumnsMissing { line, missing: missing.join(", "), found, expected });
    }
    Ok((separator, FoundHeader { line: row.last_line, width: row.len(), places, ignored }))
}

fn place(columns: &[Column], field: &str) -> Option<usize> {
    let field = field.trim().trim_start_matches('\u{feff}');
    columns.iter().position(|column| column.name.eq_ignore_ascii_case(field))
}

fn wrong_width(row: &Row<'_>, width: usize) -> Option<String> {
    // Empty columns at the end are only a careless separator.
    if row.len() == width || (row.len() > width && row.len_used() <= width) {
        return None;
    }
    let has = if row.len() == 1 { "1 column".to_owned() } else { format!("{} columns", row.len()) };
    Some(format!(
        "Line {} has {has}, the header has {width}: put texts that contain the separator in quotation marks, or complete the row",
        row.line
    ))
}

/// The cells of one row, by the names of the table's columns.
pub struct Cells<'r> {
    row: &'r Row<'r>,
    columns: &'r [Column],
    places: &'r [Option<usize>],
}

impl Cells<'_> {
    /// The line on which the row begins.
    pub fn line(&self) -> u32 {
        self.row.line
    }

    /// A cell without surrounding white space; empty where the file has no such column.
    pub fn raw(&self, name: &str) -> &str {
        let index = self.columns.iter().position(|column| column.name == name);
        index.and_then(|index| self.places[index]).map_or("", |place| self.row.field(place))
    }

    /// A text on one line of at most `limit` characters; none where the cell is empty.
    ///
    /// Unlike a bank's text, a text of our own table is never cut: the row is rejected.
    pub fn text(&self, name: &str, limit: usize) -> Result<Option<String>, String> {
        let text = one_line(self.raw(name));
        let length = text.chars().count();
        if length > limit {
            return Err(format!(
                "The {name} on line {} has {length} characters: shorten it to {limit}",
                self.line()
            ));
        }
        Ok((!text.is_empty()).then_some(text))
    }

    /// A text that must be there.
    pub fn required(&self, name: &str, limit: usize) -> Result<String, String> {
        self.text(name, limit)?.ok_or_else(|| format!("Line {} has no {name}: write it", self.line()))
    }

    /// An ISO date; none where the cell is empty.
    pub fn date(&self, name: &str) -> Result<Option<NaiveDate>, String> {
        let text = self.raw(name);
        if text.is_empty() {
            return Ok(None);
        }
        match text.parse::<NaiveDate>() {
            Ok(date) if text.len() == 10 => Ok(Some(date)),
            _ => Err(format!(
                "{} on line {} is not a date for {name}: write it as 2026-11-16",
                quoted(text, 40),
                self.line()
            )),
        }
    }

    /// A currency; none where the cell is empty.
    pub fn currency(&self, name: &str) -> Result<Option<Currency>, String> {
        let text = self.raw(name);
        if text.is_empty() {
            return Ok(None);
        }
        let unknown = |_| {
            format!(
                "The currency {} on line {} is unknown: use a code such as USD, EUR or BTC",
                quoted(text, 12),
                self.line()
            )
        };
        Currency::from_code(text).map(Some).map_err(unknown)
    }

    /// A plain decimal amount that must be there.
    pub fn amount(&self, name: &str, currency: Currency) -> Result<Money, String> {
        let text = self.raw(name);
        if text.is_empty() {
            return Err(format!("Line {} has no {name}: write it", self.line()));
        }
        let amount = Money::parse(text, currency)
            .map_err(|error| format!("The {name} on line {}: {error}", self.line()))?;
        amount.minor_i64().map_err(|error| format!("The {name} on line {}: {error}", self.line()))?;
        Ok(amount)
    }

    /// An e-mail address; none where the cell is empty.
    pub fn email(&self, name: &str) -> Result<Option<String>, String> {
        let text = self.raw(name);
        if text.is_empty() {
            return Ok(None);
        }
        if is_email(text) {
            return Ok(Some(text.to_owned()));
        }
        Err(format!(
            "{} on line {} is not an e-mail address: write one such as name@company.example",
            quoted(text, 60),
            self.line()
        ))
    }
}

/// Whether a text is one plain e-mail address: something, an `@`, and a domain with a point, with
/// nothing in it that could end a mail header or add a second address.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with('.')
            && !part.contains("..")
            && part.chars().all(|c| {
                !c.is_whitespace()
                    && !crate::text::is_invisible(c)
                    && !matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';' | ':' | '"' | '\\' | '@')
            })
    };
    text.len() <= 254
        && local.len() <= 64
        && plain(local)
        && plain(domain)
        && domain.contains('.')
        && domain.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_plain_or_refused() {
        for good in ["a@b.co", "first.last+tag@sub.example.com", "o'neil@example.ie", "jörg@bücher.example"]
        {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "@b.co",
            "a@",
            "a@b",
            "a b@c.de",
            "a@b.co,c@d.ef",
            "<a@b.co>",
            "a@b.co\r\nBcc: x@y.zz",
            "a@@b.co",
            "a..b@c.de",
            "a@b..co",
            "a@.co",
            "a\u{202e}@b.co",
            "a@b_c.de",
        ] {
            assert!(!is_email(bad), "{bad:?}");
        }
    }
}
