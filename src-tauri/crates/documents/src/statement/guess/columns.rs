//! Which column is what: by the words above it, or by what it holds.

use std::collections::{HashMap, HashSet};

use purser_core::Currency;

use super::super::headings::{self, Kind};
use super::super::mapping::{
    AmountColumns, ColumnRef, Columns, DateStyle, DecimalMark, Header, Mapping, Separator,
};
use super::super::{amounts, dates};
use crate::decode::TextEncoding;

/// Rows below the header with their lines.
pub(super) type Body<'a> = [&'a (u32, Vec<String>)];

/// Columns found, each with how sure it is.
pub(super) struct Found {
    pub(super) id: Option<(usize, u8)>,
    pub(super) date: (usize, u8),
    pub(super) amount: (FoundAmount, u8),
    pub(super) currency: Option<usize>,
    pub(super) currency_code: Option<Currency>,
    pub(super) payer: Option<(usize, u8)>,
    pub(super) description: Vec<(usize, u8)>,
}

pub(super) enum FoundAmount {
    Signed(usize),
    DebitCredit(usize, usize),
    Flagged { amount: usize, flag: usize, out: Vec<String>, r#in: Vec<String> },
}

impl Found {
    pub(super) fn mapping(
        &self,
        separator: u8,
        has_header: bool,
        names: &[String],
        certain_encoding: bool,
        encoding: &str,
    ) -> Mapping {
        let column = |index: usize| {
            let unique =
                names.iter().filter(|name| headings::normalised(name) == headings::normalised(&names[index]));
            if has_header && unique.count() == 1 {
                ColumnRef::Name(names[index].clone())
            } else {
                ColumnRef::Number(u32::try_from(index + 1).unwrap_or(u32::MAX))
            }
        };
        let amount = match &self.amount.0 {
            FoundAmount::Signed(index) => AmountColumns::Signed { column: column(*index) },
            FoundAmount::DebitCredit(debit, credit) => {
                AmountColumns::DebitCredit { debit: column(*debit), credit: column(*credit) }
            }
            FoundAmount::Flagged { amount, flag, out, r#in } => AmountColumns::Flagged {
                column: column(*amount),
                flag: column(*flag),
                out: out.clone(),
                r#in: r#in.clone(),
            },
        };
        Mapping {
            // A certain encoding is found again by itself, and banks do change it.
            encoding: if certain_encoding {
                TextEncoding::Auto
            } else {
                TextEncoding::Named(encoding.to_owned())
            },
            separator: Separator::ALL
                .into_iter()
                .find(|candidate| candidate.byte() == Some(separator))
                .unwrap_or_default(),
            skip_lines: 0,
            header: if has_header { Header::Find } else { Header::None },
            columns: Columns {
                id: self.id.map(|(index, _)| column(index)),
                date: column(self.date.0),
                amount,
                currency: self.currency.map(column),
                payer: self.payer.iter().map(|(index, _)| column(*index)).collect(),
                description: self.description.iter().map(|(index, _)| column(*index)).collect(),
            },
            date: DateStyle::Auto,
            decimal: DecimalMark::Auto,
            inverted: false,
            currency: self.currency_code,
            continuation: false,
            ragged: false,
            footer_rows: 0,
        }
    }
}

fn cells<'a>(body: &'a Body<'_>, column: usize) -> impl Iterator<Item = &'a str> {
    body.iter()
        .map(move |(_, row)| row.get(column).map_or("", String::as_str))
        .filter(|cell| !cell.is_empty())
}

/// Whether nearly all (nine of ten) of a column's texts are what `is` says, and there is at least one.
fn mostly(body: &Body<'_>, column: usize, is: impl Fn(&str) -> bool) -> bool {
    share(body, column, 90, is)
}

/// The same for a column whose heading already says it: totals and notes below may be half of a short file.
fn as_headed(body: &Body<'_>, column: usize, is: impl Fn(&str) -> bool) -> bool {
    share(body, column, 50, is)
}

fn share(body: &Body<'_>, column: usize, percent: usize, is: impl Fn(&str) -> bool) -> bool {
    let (mut all, mut good) = (0usize, 0usize);
    for cell in cells(body, column) {
        all += 1;
        good += usize::from(is(cell));
    }
    good > 0 && good * 100 >= all * percent
}

pub(super) fn by_headings(names: &[String], body: &Body<'_>) -> Option<Found> {
    let mut best: HashMap<Kind, (usize, u8)> = HashMap::new();
    let mut descriptions = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let Some((kind, sureness)) = headings::meaning(name) else { continue };
        let empty = cells(body, index).next().is_none();
        let fits = match kind {
            Kind::Date => as_headed(body, index, dates::looks_like_date),
            Kind::Amount => as_headed(body, index, amounts::looks_like_amount),
            Kind::Debit | Kind::Credit => empty || as_headed(body, index, amounts::looks_like_amount),
            Kind::Currency => as_headed(body, index, |cell| Currency::from_code(cell).is_ok()),
            Kind::Id => never_repeats(body, index),
            Kind::Flag => flags(body, index).is_some(),
            Kind::Payer | Kind::Description => !empty,
        };
        if !fits {
            continue;
        }
        if kind == Kind::Description && sureness >= 75 {
            descriptions.push((index, sureness));
        }
        if best.get(&kind).is_none_or(|(_, other)| sureness > *other) {
            best.insert(kind, (index, sureness));
        }
    }
    let at = |kind| best.get(&kind).copied();
    let date = at(Kind::Date)?;
    let amount = match (at(Kind::Amount), at(Kind::Debit), at(Kind::Credit)) {
        (Some((index, sureness)), _, _) => {
            let unsigned = cells(body, index).all(|cell| !amounts::is_negative(cell));
            match at(Kind::Flag).filter(|_| unsigned) {
                Some((flag, _)) => {
                    let (out, r#in) = flags(body, flag)?;
                    (FoundAmount::Flagged { amount: index, flag, out, r#in }, sureness)
                }
                None => (FoundAmount::Signed(index), sureness),
            }
        }
        (None, Some((debit, sureness)), Some((credit, other))) => {
            (FoundAmount::DebitCredit(debit, credit), sureness.min(other))
        }
        _ => return None,
    };
    let amount_index = match &amount.0 {
        FoundAmount::Signed(index) | FoundAmount::Flagged { amount: index, .. } => *index,
        FoundAmount::DebitCredit(debit, _) => *debit,
    };
    if descriptions.is_empty() {
        descriptions.extend(at(Kind::Description));
    }
    let currency_code =
        headings::currency_in(&names[amount_index]).and_then(|code| Currency::from_code(&code).ok());
    Some(Found {
        id: at(Kind::Id),
        date,
        amount,
        currency: if currency_code.is_some() { None } else { at(Kind::Currency).map(|(index, _)| index) },
        currency_code,
        payer: at(Kind::Payer),
        description: descriptions,
    })
}

/// Without a header: columns by what they hold.
pub(super) fn by_content(body: &Body<'_>) -> Option<Found> {
    let width = body.iter().map(|(_, row)| row.len()).max()?.min(60);
    let full = |column: usize| cells(body, column).count() * 10 >= body.len() * 9;
    let is_date = |column: usize| mostly(body, column, dates::looks_like_date);
    let date = (0..width).find(|column| full(*column) && is_date(*column))?;
    // Amounts have a mark or a sign somewhere: whole numbers alone may be anything.
    let is_amount = |column: usize| {
        !is_date(column)
            && mostly(body, column, amounts::looks_like_amount)
            && cells(body, column).any(|cell| cell.contains(['.', ',', '-']))
    };
    let amount_columns: Vec<usize> = (0..width).filter(|column| is_amount(*column)).collect();
    let amount = match amount_columns.iter().find(|column| full(**column)) {
        Some(amount) => {
            let unsigned = cells(body, *amount).all(|cell| !amounts::is_negative(cell));
            let flag =
                (0..width).filter(|_| unsigned).find_map(|column| Some((column, flags(body, column)?)));
            match flag {
                Some((flag, (out, r#in))) => (FoundAmount::Flagged { amount: *amount, flag, out, r#in }, 60),
                None => (FoundAmount::Signed(*amount), if unsigned { 40 } else { 70 }),
            }
        }
        None => match amount_columns.as_slice() {
            // Two columns of which each row fills one: banks write what went out first.
            [debit, credit, ..] if exclusive(body, *debit, *credit) => {
                (FoundAmount::DebitCredit(*debit, *credit), 50)
            }
            _ => return None,
        },
    };
    let is_currency =
        |column: usize| mostly(body, column, |cell| cell.len() == 3 && Currency::from_code(cell).is_ok());
    let letters = |column: usize| -> usize {
        cells(body, column).map(|cell| cell.chars().filter(|c| c.is_alphabetic()).count()).sum()
    };
    let mut texts: Vec<usize> = (0..width)
        .filter(|column| !is_date(*column) && !amount_columns.contains(column) && !is_currency(*column))
        .filter(|column| letters(*column) > body.len() * 3)
        .collect();
    texts.sort_by_key(|column| std::cmp::Reverse(letters(*column)));
    Some(Found {
        id: None,
        date: (date, 70),
        amount,
        currency: (0..width).find(|column| is_currency(*column)),
        currency_code: None,
        payer: None,
        description: texts.into_iter().take(3).map(|column| (column, 50)).collect(),
    })
}

fn exclusive(body: &Body<'_>, one: usize, other: usize) -> bool {
    let filled = |row: &[String], column: usize| row.get(column).is_some_and(|cell| !cell.is_empty());
    let good = body.iter().filter(|(_, row)| filled(row, one) != filled(row, other)).count();
    good * 10 >= body.len() * 9
}

fn never_repeats(body: &Body<'_>, column: usize) -> bool {
    let all: Vec<&str> = cells(body, column).collect();
    let distinct: HashSet<&str> = all.iter().copied().collect();
    all.len() == body.len() && distinct.len() == all.len()
}

/// The texts of a column that say which way money went, if it holds hardly anything else: out, then in.
fn flags(body: &Body<'_>, column: usize) -> Option<(Vec<String>, Vec<String>)> {
    const OUT: [&str; 18] = [
        "d",
        "dr",
        "db",
        "dbit",
        "debit",
        "debet",
        "af",
        "s",
        "soll",
        "o",
        "out",
        "outgoing",
        "w",
        "withdrawal",
        "débit",
        "debito",
        "lastschrift",
        "-",
    ];
    const IN: [&str; 16] = [
        "c",
        "cr",
        "crdt",
        "credit",
        "bij",
        "h",
        "haben",
        "i",
        "in",
        "incoming",
        "deposit",
        "crédit",
        "credito",
        "gutschrift",
        "k",
        "+",
    ];
    let (mut out, mut r#in): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let mut known = 0;
    for cell in cells(body, column) {
        let lower = cell.to_lowercase();
        let side = match (OUT.contains(&lower.as_str()), IN.contains(&lower.as_str())) {
            (true, _) => &mut out,
            (_, true) => &mut r#in,
            _ => continue,
        };
        known += 1;
        if !side.iter().any(|text| text == cell) {
            side.push(cell.to_owned());
        }
    }
    (known * 10 >= body.len() * 9 && !out.is_empty()).then_some((out, r#in))
}
