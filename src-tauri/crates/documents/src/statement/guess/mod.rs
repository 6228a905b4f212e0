//! A first layout for a bank's file that was never seen, for the founder to look at and confirm.

mod columns;

use purser_core::Currency;
use serde::Serialize;

use self::columns::{Body, Found, FoundAmount, by_content, by_headings};
use super::headings::{self, Kind};
use super::layout::most_even_separator;
use super::mapping::Mapping;
use super::{Defaults, StatementError, StatementRow, dates, parse_csv};
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
