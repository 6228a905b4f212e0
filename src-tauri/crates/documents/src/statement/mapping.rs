//! How a bank's export is laid out: which column is what, and how it writes dates and amounts.

use purser_core::Currency;
use serde::{Deserialize, Serialize};

use crate::decode::TextEncoding;

/// The layout of one bank's export. Kept per account, so that it is decided once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// How characters are written.
    #[serde(default)]
    pub encoding: TextEncoding,
    /// What stands between columns.
    #[serde(default)]
    pub separator: Separator,
    /// Lines at the top that belong to no table, not even as a header.
    #[serde(default)]
    pub skip_lines: u32,
    /// Where the header is.
    #[serde(default)]
    pub header: Header,
    /// Which column is what.
    pub columns: Columns,
    /// How dates are written.
    #[serde(default)]
    pub date: DateStyle,
    /// What stands before the decimals.
    #[serde(default)]
    pub decimal: DecimalMark,
    /// The bank writes money that came in as negative.
    #[serde(default)]
    pub inverted: bool,
    /// The currency where the file does not say it.
    #[serde(default)]
    pub currency: Option<Currency>,
    /// A row without date and amount continues the description of the row above it.
    #[serde(default)]
    pub continuation: bool,
    /// Rows may have more or fewer columns than the header, as long as the mapped ones are there.
    #[serde(default)]
    pub ragged: bool,
    /// Rows at the end of the file that are no transactions (totals, notes).
    #[serde(default)]
    pub footer_rows: u32,
}

/// What stands between columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Separator {
    /// The one of the others that cuts the rows most evenly.
    #[default]
    Auto,
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// The tabulator.
    Tab,
    /// `|`
    Pipe,
}

impl Separator {
    /// Every separator that can be found.
    pub const ALL: [Separator; 4] = [Separator::Comma, Separator::Semicolon, Separator::Tab, Separator::Pipe];

    /// The character; none for `Auto`.
    pub fn byte(self) -> Option<u8> {
        match self {
            Separator::Auto => None,
            Separator::Comma => Some(b','),
            Separator::Semicolon => Some(b';'),
            Separator::Tab => Some(b'\t'),
            Separator::Pipe => Some(b'|'),
        }
    }
}

/// Where the header is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Header {
    /// The first row that has every column mapped by name.
    #[default]
    Find,
    /// There is none: columns are mapped by number.
    None,
}

/// A column: by the name in the header (upper or lower case, surrounding spaces do not matter) or
/// by its number, the first being 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ColumnRef {
    /// By number, from 1.
    Number(u32),
    /// By name.
    Name(String),
}

/// Which column is what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// The bank's own id of the transaction, if it has one that never repeats.
    #[serde(default)]
    pub id: Option<ColumnRef>,
    /// The booking date.
    pub date: ColumnRef,
    /// The amount.
    pub amount: AmountColumns,
    /// The currency.
    #[serde(default)]
    pub currency: Option<ColumnRef>,
    /// Who paid or was paid; several columns are joined with a space.
    #[serde(default)]
    pub payer: Vec<ColumnRef>,
    /// What for; several columns are joined with a space.
    #[serde(default)]
    pub description: Vec<ColumnRef>,
}

/// The column or columns that make the amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum AmountColumns {
    /// One column; negative is money out.
    Signed {
        /// The column.
        column: ColumnRef,
    },
    /// Money out in one column, money in in another.
    DebitCredit {
        /// Money out.
        debit: ColumnRef,
        /// Money in.
        credit: ColumnRef,
    },
    /// One column without a sign, and another that says which way the money went.
    Flagged {
        /// The amount.
        column: ColumnRef,
        /// The flag.
        flag: ColumnRef,
        /// The flag's texts that mean money out, such as `D` or `Af`.
        out: Vec<String>,
        /// The flag's texts that mean money in, such as `C` or `Bij`.
        r#in: Vec<String>,
    },
}

/// Which part of a numeric date is which. Month names are understood in any style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateStyle {
    /// Found from all rows together; a file in which every date could be read two ways is refused.
    #[default]
    Auto,
    /// Only `2026-11-16`.
    Iso,
    /// Year, month, day: `2026/11/16`, `20261116`.
    Ymd,
    /// Day, month, year: `16.11.2026`, `16/11/26`.
    Dmy,
    /// Month, day, year: `11/16/2026`.
    Mdy,
}

/// What stands before the decimals; the other marks group thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DecimalMark {
    /// Found from all rows together; a file that could be read two ways is refused.
    #[default]
    Auto,
    /// A plain decimal such as `-1234.50`, without any grouping.
    Plain,
    /// `1,234.50`
    Point,
    /// `1.234,50`
    Comma,
}

impl Mapping {
    /// Purser's own columns: `id,date,amount,currency,payer,description`, of which only date and
    /// amount are required.
    pub fn purser() -> Mapping {
        let name = |name: &str| ColumnRef::Name(name.to_owned());
        Mapping {
            encoding: TextEncoding::Auto,
            separator: Separator::Auto,
            skip_lines: 0,
            header: Header::Find,
            columns: Columns {
                id: Some(name("id")),
                date: name("date"),
                amount: AmountColumns::Signed { column: name("amount") },
                currency: Some(name("currency")),
                payer: vec![name("payer")],
                description: vec![name("description")],
            },
            date: DateStyle::Iso,
            decimal: DecimalMark::Plain,
            inverted: false,
            currency: None,
            continuation: false,
            ragged: false,
            footer_rows: 0,
        }
    }
}
