//! A mapping applied to one file: the separator, the header's place and every column's number.

use std::collections::HashSet;

use super::mapping::{AmountColumns, ColumnRef, Header, Mapping, Separator};
use super::{StatementError, headings};
use crate::sheet::Sheet;

/// Rows searched for a header.
const HEADER_ROWS_MAX: usize = 200;

/// Column indexes from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AmountIndexes {
    Signed(usize),
    DebitCredit { debit: usize, credit: usize },
    Flagged { amount: usize, flag: usize },
}

/// Where everything is in this file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) separator: u8,
    /// Columns of the header; 0 where there is none.
    pub(super) width: usize,
    /// The header's line; 0 where there is none.
    pub(super) header_line: u32,
    /// The last line of the header, or of what is skipped above the rows.
    pub(super) above_line: u32,
    /// The last line of junk above the header.
    pub(super) junk_line: u32,
    pub(super) id: Option<usize>,
    pub(super) date: usize,
    pub(super) amount: AmountIndexes,
    pub(super) currency: Option<usize>,
    pub(super) payer: Vec<usize>,
    pub(super) description: Vec<usize>,
    pub(super) ignored: Vec<String>,
}

impl Layout {
    /// The highest column that a row must have.
    pub(super) fn needed_width(&self) -> usize {
        let amount = match self.amount {
            AmountIndexes::Signed(amount) => amount,
            // A row may end with whichever of the two is used.
            AmountIndexes::DebitCredit { debit, credit } => debit.min(credit),
            AmountIndexes::Flagged { amount, flag } => amount.max(flag),
        };
        self.date.max(amount) + 1
    }

    /// The columns that hold amounts.
    pub(super) fn amount_columns(&self) -> [Option<usize>; 2] {
        match self.amount {
            AmountIndexes::Signed(amount) | AmountIndexes::Flagged { amount, .. } => [Some(amount), None],
            AmountIndexes::DebitCredit { debit, credit } => [Some(debit), Some(credit)],
        }
    }
}

/// Finds the mapping's columns in a file. Columns that need not be there are left out silently only
/// for Purser's own layout, where they are optional by definition (`optional_columns`).
pub(super) fn find(text: &str, mapping: &Mapping, optional_columns: bool) -> Result<Layout, StatementError> {
    let candidates: Vec<u8> = match mapping.separator.byte() {
        Some(separator) => vec![separator],
        None => Separator::ALL.iter().filter_map(|separator| separator.byte()).collect(),
    };
    if mapping.header == Header::None {
        let separator = match candidates.as_slice() {
            [one] => *one,
            _ => most_even_separator(text, mapping.skip_lines),
        };
        return without_header(mapping, separator);
    }
    let mut nearest = None;
    for separator in candidates {
        match find_header(text, mapping, separator, optional_columns) {
            Ok(layout) => return Ok(layout),
            Err(Miss::Refused(error)) => return Err(error),
            Err(Miss::Missing { score, error }) => {
                if nearest.as_ref().is_none_or(|(best, _)| score > *best) {
                    nearest = Some((score, error));
                }
            }
            Err(Miss::NoRows) => {}
        }
    }
    Err(nearest.map_or(StatementError::Empty, |(_, error)| error))
}

enum Miss {
    NoRows,
    Missing { score: usize, error: StatementError },
    Refused(StatementError),
}

fn find_header(text: &str, mapping: &Mapping, separator: u8, optional: bool) -> Result<Layout, Miss> {
    let wanted = Wanted::of(mapping, optional);
    let mut sheet = Sheet::new(text, separator, mapping.skip_lines);
    let mut nearest: Option<(usize, StatementError)> = None;
    for _ in 0..HEADER_ROWS_MAX {
        let Some(row) = sheet.next_row() else { break };
        let names: Vec<String> = row.fields().map(headings::normalised).collect();
        let missing: Vec<&str> = wanted.required.iter().copied().filter(|name| !has(&names, name)).collect();
        if missing.is_empty() {
            let shown: Vec<String> = row.fields().map(|field| field.trim().to_owned()).collect();
            let (line, last_line) = (row.line, row.last_line);
            return with_header(mapping, separator, &names, &shown, line, last_line).map_err(Miss::Refused);
        }
        let found = wanted.required.len() - missing.len();
        // More columns make a likelier header when nothing else tells.
        let score = found * 1000 + names.len().min(999);
        if nearest.as_ref().is_none_or(|(best, _)| score > *best) {
            let quote = |name: &&str| crate::text::quoted(name, 40);
            let error = StatementError::ColumnsMissing {
                missing: missing.iter().map(quote).collect::<Vec<_>>().join(", "),
                line: row.line,
                found: row.fields().take(30).map(|name| quote(&name)).collect::<Vec<_>>().join(", "),
            };
            nearest = Some((score, error));
        }
    }
    Err(nearest.map_or(Miss::NoRows, |(score, error)| Miss::Missing { score, error }))
}

fn has(names: &[String], wanted: &str) -> bool {
    let wanted = headings::normalised(wanted);
    names.contains(&wanted)
}

/// The names that a header must have.
struct Wanted<'m> {
    required: Vec<&'m str>,
}

impl<'m> Wanted<'m> {
    fn of(mapping: &'m Mapping, optional: bool) -> Wanted<'m> {
        let columns = &mapping.columns;
        let mut all: Vec<&ColumnRef> = vec![&columns.date];
        match &columns.amount {
            AmountColumns::Signed { column } => all.push(column),
            AmountColumns::DebitCredit { debit, credit } => all.extend([debit, credit]),
            AmountColumns::Flagged { column, flag, .. } => all.extend([column, flag]),
        }
        if !optional {
            all.extend(columns.id.iter().chain(&columns.currency));
            all.extend(columns.payer.iter().chain(&columns.description));
        }
        let required = all
            .into_iter()
            .filter_map(|column| match column {
                ColumnRef::Name(name) => Some(name.as_str()),
                ColumnRef::Number(_) => None,
            })
            .collect();
        Wanted { required }
    }
}

fn with_header(
    mapping: &Mapping,
    separator: u8,
    names: &[String],
    shown: &[String],
    line: u32,
    last_line: u32,
) -> Result<Layout, StatementError> {
    let resolve = |column: &ColumnRef| -> Result<Option<usize>, StatementError> {
        match column {
            ColumnRef::Number(number) => number_to_index(*number).map(Some),
            ColumnRef::Name(name) => {
                let wanted = headings::normalised(name);
                let mut places = names.iter().enumerate().filter(|(_, other)| **other == wanted);
                let place = places.next().map(|(index, _)| index);
                if places.next().is_some() {
                    return Err(StatementError::ColumnTwice { line, name: name.clone() });
                }
                Ok(place)
            }
        }
    };
    let mut layout = resolved(mapping, separator, &resolve)?;
    layout.width = names.len();
    layout.header_line = line;
    layout.above_line = last_line;
    layout.junk_line = line.saturating_sub(1);
    let used = used_columns(&layout);
    layout.ignored = shown
        .iter()
        .enumerate()
        .filter(|(index, name)| !used.contains(index) && !name.is_empty())
        .map(|(_, name)| crate::text::bounded(name, 60).0.to_owned())
        .collect();
    Ok(layout)
}

fn without_header(mapping: &Mapping, separator: u8) -> Result<Layout, StatementError> {
    let resolve = |column: &ColumnRef| match column {
        ColumnRef::Number(number) => number_to_index(*number).map(Some),
        ColumnRef::Name(name) => {
            let why = format!("column “{name}” is given by name, but the file has no header");
            Err(StatementError::BadMapping(why))
        }
    };
    let mut layout = resolved(mapping, separator, &resolve)?;
    layout.above_line = mapping.skip_lines;
    layout.junk_line = mapping.skip_lines;
    Ok(layout)
}

fn number_to_index(number: u32) -> Result<usize, StatementError> {
    match number.checked_sub(1).and_then(|index| usize::try_from(index).ok()) {
        Some(index) if index < 10_000 => Ok(index),
        _ => Err(StatementError::BadMapping(format!("there is no column number {number}; the first is 1"))),
    }
}

fn resolved(
    mapping: &Mapping,
    separator: u8,
    resolve: &dyn Fn(&ColumnRef) -> Result<Option<usize>, StatementError>,
) -> Result<Layout, StatementError> {
    let required = |column: &ColumnRef| {
        resolve(column)?.ok_or_else(|| StatementError::BadMapping("a column is missing".into()))
    };
    let several = |columns: &[ColumnRef]| -> Result<Vec<usize>, StatementError> {
        columns.iter().filter_map(|column| resolve(column).transpose()).collect()
    };
    let optional = |column: &Option<ColumnRef>| match column {
        Some(column) => resolve(column),
        None => Ok(None),
    };
    let columns = &mapping.columns;
    let amount = match &columns.amount {
        AmountColumns::Signed { column } => AmountIndexes::Signed(required(column)?),
        AmountColumns::DebitCredit { debit, credit } => {
            AmountIndexes::DebitCredit { debit: required(debit)?, credit: required(credit)? }
        }
        AmountColumns::Flagged { column, flag, out, r#in } => {
            let overlap = out.iter().any(|text| r#in.iter().any(|other| other.eq_ignore_ascii_case(text)));
            if overlap {
                return Err(StatementError::BadMapping("the same flag means money in and money out".into()));
            }
            AmountIndexes::Flagged { amount: required(column)?, flag: required(flag)? }
        }
    };
    let layout = Layout {
        separator,
        width: 0,
        header_line: 0,
        above_line: 0,
        junk_line: 0,
        id: optional(&columns.id)?,
        date: required(&columns.date)?,
        amount,
        currency: optional(&columns.currency)?,
        payer: several(&columns.payer)?,
        description: several(&columns.description)?,
        ignored: Vec::new(),
    };
    if layout.amount_columns().contains(&Some(layout.date)) {
        return Err(StatementError::BadMapping("date and amount are the same column".into()));
    }
    Ok(layout)
}

fn used_columns(layout: &Layout) -> HashSet<usize> {
    let mut used: HashSet<usize> = layout.payer.iter().chain(&layout.description).copied().collect();
    used.insert(layout.date);
    used.extend(layout.id);
    used.extend(layout.currency);
    used.extend(layout.amount_columns().into_iter().flatten());
    if let AmountIndexes::Flagged { flag, .. } = layout.amount {
        used.insert(flag);
    }
    used
}

/// The separator that cuts most of the first rows into the same number of columns, above one.
pub(super) fn most_even_separator(text: &str, skip_lines: u32) -> u8 {
    let mut best = (0usize, b',');
    for separator in Separator::ALL.iter().filter_map(|separator| separator.byte()) {
        let mut sheet = Sheet::new(text, separator, skip_lines);
        let mut widths: Vec<usize> = Vec::new();
        while let Some(row) = sheet.next_row() {
            widths.push(row.len());
            if widths.len() == 60 {
                break;
            }
        }
        let evenness = widths
            .iter()
            .filter(|width| **width > 1)
            .map(|width| widths.iter().filter(|other| *other == width).count() * 100 + width.min(&50))
            .max()
            .unwrap_or(0);
        if evenness > best.0 {
            best = (evenness, separator);
        }
    }
    best.1
}
