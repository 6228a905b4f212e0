//! How one file writes its dates and amounts, from all its rows together.

use purser_core::Currency;

use super::amounts::{self, AmountDoubt, AmountEvidence};
use super::dates::{DateDoubt, DateEvidence};
use super::layout::{AmountIndexes, Layout};
use super::mapping::{DateStyle, DecimalMark, Mapping};
use super::{Defaults, StatementError};
use crate::sheet::{Row, Sheet};

/// How dates and amounts of this file are written.
pub(super) struct Styles {
    pub(super) date: DateStyle,
    pub(super) decimal: DecimalMark,
    /// The debit column is written with minus signs.
    pub(super) debit_is_negative: bool,
    /// Rows that are read; the rest of the file is its footer.
    pub(super) rows: u32,
}

impl Styles {
    /// Looks through the whole file once.
    pub(super) fn find(
        text: &str,
        mapping: &Mapping,
        layout: &Layout,
        defaults: &Defaults,
    ) -> Result<Styles, StatementError> {
        let (mut dates, mut amounts) = (DateEvidence::default(), AmountEvidence::default());
        let (mut debits_positive, mut debits_negative) = (false, false);
        let mut rows = 0u32;
        each_row(text, layout, mapping, |row| {
            rows = rows.saturating_add(1);
            if mapping.date == DateStyle::Auto {
                dates.see(row.line, row.field(layout.date));
            }
            if mapping.decimal == DecimalMark::Auto {
                let currency = currency_of(row, layout, mapping, defaults);
                for column in layout.amount_columns().into_iter().flatten() {
                    amounts.see(row.line, row.field(column), currency);
                }
            }
            if let AmountIndexes::DebitCredit { debit, .. } = layout.amount {
                let text = row.field(debit);
                if text.bytes().any(|b| matches!(b, b'1'..=b'9')) {
                    let negative = amounts::is_negative(text);
                    debits_negative |= negative;
                    debits_positive |= !negative;
                }
            }
        });
        let date = if mapping.date == DateStyle::Auto { dates.style()? } else { mapping.date };
        let decimal = if mapping.decimal == DecimalMark::Auto { amounts.mark()? } else { mapping.decimal };
        let rows = rows.saturating_sub(mapping.footer_rows);
        Ok(Styles { date, decimal, debit_is_negative: debits_negative && !debits_positive, rows })
    }
}

/// Calls `see` with every row below the header that is not blank.
pub(super) fn each_row(text: &str, layout: &Layout, mapping: &Mapping, mut see: impl FnMut(&Row<'_>)) {
    let mut sheet = Sheet::new(text, layout.separator, mapping.skip_lines);
    while let Some(row) = sheet.next_row() {
        if row.line > layout.above_line && !row.is_blank() {
            see(&row);
        }
    }
}

pub(super) fn currency_of(
    row: &Row<'_>,
    layout: &Layout,
    mapping: &Mapping,
    defaults: &Defaults,
) -> Option<Currency> {
    let written = layout.currency.map_or("", |column| row.field(column));
    if written.is_empty() {
        mapping.currency.or(defaults.currency)
    } else {
        Currency::from_code(written).ok()
    }
}

impl From<DateDoubt> for StatementError {
    fn from(doubt: DateDoubt) -> StatementError {
        match doubt {
            DateDoubt::Ambiguous { line, text } => StatementError::AmbiguousDates { line, text },
            DateDoubt::Conflict { first_line, second_line } => {
                StatementError::MixedDates { first_line, second_line }
            }
        }
    }
}

impl From<AmountDoubt> for StatementError {
    fn from(doubt: AmountDoubt) -> StatementError {
        match doubt {
            AmountDoubt::Ambiguous { line, text } => StatementError::AmbiguousAmounts { line, text },
            AmountDoubt::Conflict { point_line, comma_line } => {
                StatementError::MixedAmounts { point_line, comma_line }
            }
        }
    }
}
