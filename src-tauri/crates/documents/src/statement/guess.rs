//! A first layout for a bank's file that was never seen, for the founder to look at and confirm.

use std::collections::HashMap;

use purser_core::Currency;
use serde::Serialize;

use super::headings::{self, Kind};
use super::layout::most_even_separator;
use super::mapping::{AmountColumns, ColumnRef, Columns, DateStyle, DecimalMark, Header, Mapping, Separator};
use super::{Defaults, StatementError, StatementRow, amounts, dates, parse_csv};
use crate::decode::{TextEncoding, decode};
use crate::sheet::{FILE_BYTES_MAX, Sheet};

/// Rows that are looked at.
const SAMPLE_ROWS: usize = 300;
/// Rows shown as a preview.
const PREVIEW_ROWS: usize = 8;

/// A guessed layout. It is shown and confirmed before anything is imported with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Guess {
    /// The layout; none where not even a date and an amount were found.
    pub mapping: Option<Mapping>,
    /// How sure each part is.
    pub confidence: Confidence,
    /// The file's columns: the header's names, or `Column 1` and so on.
    pub columns: Vec<String>,
    /// The first transactions as the mapping reads them.
    pub preview: Vec<StatementRow>,
    /// Sentences: what is open and has to be chosen by the founder.
    pub problems: Vec<String>,
}

/// How sure each part of a guess is, from 0 (not found) to 100.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Confidence {
    /// The characters.
    pub encoding: u8,
    /// The separator.
    pub separator: u8,
    /// The header.
    pub header: u8,
    /// The date column.
    pub date: u8,
    /// The amount column or columns.
    pub amount: u8,
    /// The currency.
    pub currency: u8,
    /// The payer column.
    pub payer: u8,
    /// The description column.
    pub description: u8,
    /// The id column.
    pub id: u8,
}

/// The first rows, read with one separator.
struct Sample {
    rows: Vec<(u32, Vec<String>)>,
}

/// Looks at a file and says how it seems to be laid out.
pub fn guess_mapping(bytes: &[u8], defaults: &Defaults) -> Result<Guess, StatementError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(StatementError::TooLarge { megabytes: bytes.len().div_ceil(1024 * 1024) });
    }
    let decoded = decode(bytes, &TextEncoding::Auto)?;
    let separator = most_even_separator(&decoded.text, 0);
    let sample = Sample::read(&decoded.text, separator);
    if sample.rows.is_empty() {
        return Err(StatementError::Empty);
    }
    let mut problems = Vec::new();
    if !decoded.certain {
        problems.push(format!(
            "The characters were read as {}. Check the names in the preview",
            decoded.encoding
        ));
    }
    let mut confidence = Confidence {
        encoding: if decoded.certain { 100 } else { 60 },
        separator: if sample.rows.iter().any(|(_, row)| row.len() > 1) { 90 } else { 10 },
        ..Confidence::default()
    };
    let header = sample.header();
    let body: Vec<&(u32, Vec<String>)> = match header {
        Some(index) => sample.rows[index + 1..].iter().collect(),
        None => sample.rows.iter().collect(),
    };
    let (columns, found) = match header {
        Some(index) => (sample.rows[index].1.clone(), by_headings(&sample.rows[index].1, &body)),
        None => (numbered(&body), by_content(&body)),
    };
    let Some(found) = found else {
        problems.push("No column was found that holds dates and one that holds amounts. Choose them".into());
        return Ok(Guess { mapping: None, confidence, columns, preview: Vec::new(), problems });
    };
    confidence.header = if header.is_some() { 95 } else { 60 };
    confidence.date = found.date.1;
    confidence.amount = found.amount.1;
    confidence.payer = found.payer.map_or(0, |(_, sureness)| sureness);
    confidence.description = found.description.first().map_or(0, |(_, sureness)| *sureness);
    confidence.id = found.id.map_or(0, |(_, sureness)| sureness);
    let mut mapping = found.mapping(separator, header.is_some(), &columns, decoded.certain, decoded.encoding);
    if header.is_none() {
        mapping.skip_lines = body.first().map_or(0, |(line, _)| line.saturating_sub(1));
        mapping.skip_lines = leading_junk(&body, &found).unwrap_or(mapping.skip_lines);
    }
    mapping.ragged = header.is_none() || has_ragged_rows(&columns, &body);
    mapping.continuation = has_continuations(&body, &found);
    confidence.currency = match (mapping.columns.currency.is_some(), mapping.currency, defaults.currency) {
        (true, _, _) | (false, Some(_), _) => 95,
        (false, None, Some(_)) => 60,
        (false, None, None) => 0,
    };
    if confidence.currency == 0 {
        problems.push("The file does not say its currency. Choose the account's currency".into());
    }
    let dateless = |after: u32| dateless_lines(&decoded.text, separator, found.date.0, after);
    let preview = preview(bytes, &mut mapping, defaults, &mut confidence, &mut problems, &dateless);
    Ok(Guess { mapping: Some(mapping), confidence, columns, preview, problems })
}

/// Reads the whole file with the guess, settles its footer, and turns what went wrong into problems.
fn preview(
    bytes: &[u8],
    mapping: &mut Mapping,
    defaults: &Defaults,
    confidence: &mut Confidence,
    problems: &mut Vec<String>,
    dateless_lines_after: &dyn Fn(u32) -> Vec<u32>,
) -> Vec<StatementRow> {
    // A preview needs some currency to show amounts; the problem list already asks for the right one.
    let shown_in = Defaults { currency: Some(defaults.currency.unwrap_or(Currency::USD)) };
    let mut statement = match parse_csv(bytes, Some(mapping), &shown_in) {
        Ok(statement) => statement,
        Err(error) => {
            match error {
                StatementError::AmbiguousDates { .. } | StatementError::MixedDates { .. } => {
                    confidence.date = 30
                }
                StatementError::AmbiguousAmounts { .. } | StatementError::MixedAmounts { .. } => {
                    confidence.amount = 30;
                }
                _ => {}
            }
            problems.push(error.to_string());
            return Vec::new();
        }
    };
    // Rows without a date below the last transaction are the file's footer. A row with a date never
    // is: it may be a transaction that cannot be read.
    let last_good = statement.rows.last().map_or(0, |row| row.line);
    let unread: Vec<u32> =
        statement.rejected.iter().map(|row| row.line).filter(|line| *line > last_good).collect();
    let footer = dateless_lines_after(last_good);
    let short_footer = !footer.is_empty() && footer.len() <= 5 && footer == unread;
    if last_good > 0 && short_footer {
        let rows = u32::try_from(footer.len()).unwrap_or(0);
        problems.push(format!(
            "The last {} from line {} on look like no transactions and are left out",
            if rows == 1 { "row".to_owned() } else { format!("{rows} rows") },
            footer[0]
        ));
        mapping.footer_rows = rows;
        if let Ok(again) = parse_csv(bytes, Some(mapping), &shown_in) {
            statement = again;
        }
    }
    if let Some(first) = statement.rejected.first() {
        problems
            .push(format!("{} rows cannot be read. The first: {}", statement.rejected_count, first.reason));
    }
    statement.rows.truncate(PREVIEW_ROWS);
    statement.rows
}

/// Lines of rows below `after` that have no date.
fn dateless_lines(text: &str, separator: u8, date: usize, after: u32) -> Vec<u32> {
    let mut sheet = Sheet::new(text, separator, 0);
    let mut lines = Vec::new();
    while let Some(row) = sheet.next_row() {
        if row.line > after && !row.is_blank() && !dates::looks_like_date(row.field(date)) {
            lines.push(row.line);
        }
    }
    lines
}

impl Sample {
    fn read(text: &str, separator: u8) -> Sample {
        let mut sheet = Sheet::new(text, separator, 0);
        let mut rows = Vec::new();
        while let Some(row) = sheet.next_row() {
            if row.is_blank() {
                continue;
            }
            rows.push((row.line, row.fields().map(|field| field.trim().to_owned()).collect()));
            if rows.len() == SAMPLE_ROWS {
                break;
            }
        }
        Sample { rows }
    }

    /// The row with a known word for a date and one for an amount.
    fn header(&self) -> Option<usize> {
        self.rows.iter().take(60).position(|(_, row)| {
            let kinds: Vec<Kind> =
                row.iter().filter_map(|field| headings::meaning(field)).map(|(kind, _)| kind).collect();
            let has = |kind| kinds.contains(&kind);
            has(Kind::Date) && (has(Kind::Amount) || has(Kind::Debit) || has(Kind::Credit))
        })
    }
}

/// Columns found, each with how sure it is.
struct Found {
    id: Option<(usize, u8)>,
    date: (usize, u8),
    amount: (FoundAmount, u8),
    currency: Option<usize>,
    currency_code: Option<Currency>,
    payer: Option<(usize, u8)>,
    description: Vec<(usize, u8)>,
}

enum FoundAmount {
    Signed(usize),
    DebitCredit(usize, usize),
    Flagged { amount: usize, flag: usize, out: Vec<String>, r#in: Vec<String> },
}

impl Found {
    fn mapping(
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

type Body<'a> = [&'a (u32, Vec<String>)];

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

fn by_headings(names: &[String], body: &Body<'_>) -> Option<Found> {
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
fn by_content(body: &Body<'_>) -> Option<Found> {
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
    let distinct: std::collections::HashSet<&str> = all.iter().copied().collect();
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

fn numbered(body: &Body<'_>) -> Vec<String> {
    let width = body.iter().map(|(_, row)| row.len()).max().unwrap_or(0);
    (1..=width).map(|number| format!("Column {number}")).collect()
}

fn has_ragged_rows(columns: &[String], body: &Body<'_>) -> bool {
    body.iter().any(|(_, row)| {
        let used = row.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        used > columns.len() || row.len() < columns.len()
    })
}

/// Rows above the first that has a date, in a file without a header.
fn leading_junk(body: &Body<'_>, found: &Found) -> Option<u32> {
    let (line, _) = body
        .iter()
        .find(|(_, row)| row.get(found.date.0).is_some_and(|cell| dates::looks_like_date(cell)))?;
    Some(line.saturating_sub(1))
}

/// Whether rows with neither date nor amount follow others.
fn has_continuations(body: &Body<'_>, found: &Found) -> bool {
    let amounts: Vec<usize> = match &found.amount.0 {
        FoundAmount::Signed(index) | FoundAmount::Flagged { amount: index, .. } => vec![*index],
        FoundAmount::DebitCredit(debit, credit) => vec![*debit, *credit],
    };
    let empty = |row: &[String], column: usize| row.get(column).is_none_or(|cell| cell.is_empty());
    let texts: Vec<usize> = found.description.iter().chain(&found.payer).map(|(column, _)| *column).collect();
    body.iter().skip(1).any(|(_, row)| {
        empty(row, found.date.0)
            && amounts.iter().all(|column| empty(row, *column))
            && texts.iter().any(|column| !empty(row, *column))
    })
}
