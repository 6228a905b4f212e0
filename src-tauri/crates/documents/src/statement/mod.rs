//! Bank statements as delimited text: Purser's own columns, or any bank's export with a [`Mapping`].
//!
//! Nothing is guessed silently. A date or amount that can be read two ways refuses the file with a
//! question; a row that cannot be read is rejected with its line and what to do; a row that is left
//! out on purpose (a total, a note) is listed in [`Statement::skipped`].

mod amounts;
mod dates;
mod guess;
mod headings;
mod layout;
mod mapping;
mod read;
mod styles;

use chrono::NaiveDate;
use purser_core::{Currency, Money};
use serde::Serialize;

pub use guess::{Confidence, Guess, guess_mapping};
pub use mapping::{AmountColumns, ColumnRef, Columns, DateStyle, DecimalMark, Header, Mapping, Separator};
pub use read::parse_csv;

use crate::decode::DecodeError;

/// Rejected rows that are described; further ones are only counted.
pub const REJECTED_MAX: usize = 1000;

/// What is assumed where neither the file nor the mapping says it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Defaults {
    /// The account's currency.
    pub currency: Option<Currency>,
}

/// A statement that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// `csv`.
    pub format: &'static str,
    /// The transactions, in the file's order.
    pub rows: Vec<StatementRow>,
    /// Rows that could not be read, at most [`REJECTED_MAX`].
    pub rejected: Vec<RejectedRow>,
    /// How many rows could not be read.
    pub rejected_count: u32,
    /// Columns of the file that no field uses.
    pub ignored_columns: Vec<String>,
    /// Lines that are no transactions and were left out on purpose: above the header, footers.
    pub skipped: Vec<SkippedLines>,
    /// What a person should know although everything was read: texts cut, an encoding that is not certain.
    pub notes: Vec<Note>,
}

/// One transaction of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatementRow {
    /// The line on which it begins.
    pub line: u32,
    /// The bank's id for it.
    pub external_id: Option<String>,
    /// The booking date.
    pub date: NaiveDate,
    /// Positive is money that came in.
    pub amount: Money,
    /// Who paid or was paid, on one line, at most [`crate::text::NAME_CHARS_MAX`] characters.
    pub payer: String,
    /// What for, on one line, at most [`crate::text::MEMO_CHARS_MAX`] characters.
    pub description: String,
    /// The row as it stood in the file, at most [`RAW_CHARS_MAX`] characters.
    pub raw: String,
}

/// Longest raw row that is kept.
pub const RAW_CHARS_MAX: usize = 8000;

/// A row that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RejectedRow {
    /// The line on which it begins.
    pub line: u32,
    /// A sentence: what is wrong, and what to do.
    pub reason: String,
}

/// Lines that were left out on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SkippedLines {
    /// The first of them.
    pub line: u32,
    /// The last of them.
    pub last_line: u32,
    /// Why they are no transactions.
    pub why: &'static str,
}

/// Something worth knowing about a row or, at line 0, about the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The line, or 0.
    pub line: u32,
    /// A sentence.
    pub text: String,
}

/// Why a whole file was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// There is nothing in it.
    #[error("The file has no rows. Export the statement again, for a period with transactions")]
    Empty,
    /// It is larger than any statement.
    #[error("The file has {megabytes} MB; a statement may have {limit} MB. Export a shorter period", limit = crate::sheet::FILE_BYTES_MAX / 1024 / 1024)]
    TooLarge {
        /// Its size.
        megabytes: usize,
    },
    /// Its characters cannot be read.
    #[error(transparent)]
    Characters(#[from] DecodeError),
    /// No row has all the mapped columns.
    #[error(
        "The file has no column {missing}. The columns on line {line} are {found}. Choose the columns for this bank's files, or correct the header"
    )]
    ColumnsMissing {
        /// The missing column or columns, quoted.
        missing: String,
        /// The row that was nearest to a header.
        line: u32,
        /// Its columns, quoted.
        found: String,
    },
    /// A mapped name occurs twice in the header.
    #[error("The header on line {line} has the column “{name}” more than once. Choose it by its number")]
    ColumnTwice {
        /// The header's line.
        line: u32,
        /// The name.
        name: String,
    },
    /// A mapping that means nothing.
    #[error("The column layout is not usable: {0}. Choose the columns again")]
    BadMapping(String),
    /// Every date of the file can be read two ways.
    #[error(
        "“{text}” on line {line} can be read with the day or the month first, and no other date in the file tells which. Choose the date order for this file"
    )]
    AmbiguousDates {
        /// The first such line.
        line: u32,
        /// Its date.
        text: String,
    },
    /// The dates of two lines need different orders.
    #[error(
        "The dates on lines {first_line} and {second_line} are written in different orders. Choose the date order, or correct the file"
    )]
    MixedDates {
        /// One line.
        first_line: u32,
        /// A later line.
        second_line: u32,
    },
    /// Every amount with a mark can be read two ways.
    #[error(
        "“{text}” on line {line} can be read with a decimal mark or as thousands, and no other amount in the file tells which. Choose the decimal mark for this file"
    )]
    AmbiguousAmounts {
        /// The first such line.
        line: u32,
        /// Its amount.
        text: String,
    },
    /// The amounts of two lines need different decimal marks.
    #[error(
        "Line {point_line} writes decimals with a point and line {comma_line} with a comma. Choose the decimal mark, or correct the file"
    )]
    MixedAmounts {
        /// A line with a decimal point.
        point_line: u32,
        /// A line with a decimal comma.
        comma_line: u32,
    },
    /// Neither the file, nor the mapping, nor the account says the currency.
    #[error("The file does not say its currency. Add a column “currency”, or choose the account's currency")]
    NoCurrency,
}
