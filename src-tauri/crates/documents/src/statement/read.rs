//! Reading a statement with a known layout.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use purser_core::{Currency, Money};

use super::layout::{self, AmountIndexes, Layout};
use super::mapping::{AmountColumns, DateStyle, Mapping};
use super::styles::{Styles, currency_of, each_row};
use super::{
    Defaults, Note, RAW_CHARS_MAX, REJECTED_MAX, RejectedRow, SkippedLines, Statement, StatementError,
    StatementRow, amounts, dates,
};
use crate::decode::decode;
use crate::sheet::{FILE_BYTES_MAX, Row};
use crate::text::{MEMO_CHARS_MAX, NAME_CHARS_MAX, bounded, one_line, quoted};

/// Longest id that is kept; a longer one is rejected, because a cut id would no longer be one.
const ID_CHARS_MAX: usize = 200;
/// Notes that are kept.
const NOTES_MAX: usize = 200;

/// Reads a statement: with Purser's own columns `id,date,amount,currency,payer,description` where
/// `mapping` is none, else with the bank's.
pub fn parse_csv(
    bytes: &[u8],
    mapping: Option<&Mapping>,
    defaults: &Defaults,
) -> Result<Statement, StatementError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(StatementError::TooLarge { megabytes: bytes.len().div_ceil(1024 * 1024) });
    }
    let own = Mapping::purser();
    let (mapping, is_own) = mapping.map_or((&own, true), |mapping| (mapping, false));
    let decoded = decode(bytes, &mapping.encoding)?;
    if decoded.text.trim().is_empty() {
        return Err(StatementError::Empty);
    }
    let layout = layout::find(&decoded.text, mapping, is_own)?;
    let styles = Styles::find(&decoded.text, mapping, &layout, defaults)?;
    let mut reading = Reading::new(mapping, &layout, styles, defaults);
    if !decoded.certain {
        let encoding = decoded.encoding;
        reading.note(
            0,
            format!("The characters were read as {encoding}. If names look wrong, choose the encoding"),
        );
    }
    reading.read_all(&decoded.text);
    reading.finish()
}

/// The work in progress.
struct Reading<'a> {
    mapping: &'a Mapping,
    layout: &'a Layout,
    styles: Styles,
    defaults: &'a Defaults,
    statement: Statement,
    /// Line and fingerprint of the row of each id seen.
    ids: HashMap<String, (u32, u64)>,
    currency_missing: bool,
    notes_dropped: u32,
}

impl<'a> Reading<'a> {
    fn new(mapping: &'a Mapping, layout: &'a Layout, styles: Styles, defaults: &'a Defaults) -> Reading<'a> {
        let mut skipped = Vec::new();
        if layout.junk_line > 0 {
            skipped.push(SkippedLines { line: 1, last_line: layout.junk_line, why: "above the header" });
        }
        let statement = Statement {
            format: "csv",
            rows: Vec::new(),
            rejected: Vec::new(),
            rejected_count: 0,
            ignored_columns: layout.ignored.clone(),
            skipped,
            notes: Vec::new(),
        };
        let (ids, currency_missing, notes_dropped) = (HashMap::new(), false, 0);
        Reading { mapping, layout, styles, defaults, statement, ids, currency_missing, notes_dropped }
    }

    fn read_all(&mut self, text: &str) {
        let mut seen = 0u32;
        each_row(text, self.layout, self.mapping, |row| {
            seen = seen.saturating_add(1);
            if seen > self.styles.rows {
                let (line, last_line) = (row.line, row.last_line);
                self.statement.skipped.push(SkippedLines { line, last_line, why: "footer" });
            } else if let Err(reason) = self.read_row(row) {
                self.reject(row.line, reason);
            }
        });
    }

    fn read_row(&mut self, row: &Row<'_>) -> Result<(), String> {
        if let Some(damage) = row.damage() {
            return Err(damage);
        }
        if self.continues(row) {
            return Ok(());
        }
        self.check_width(row)?;
        let date_text = row.field(self.layout.date);
        let date = dates::parse(date_text, self.styles.date)
            .ok_or_else(|| self.date_sentence(row.line, date_text))?;
        let Some(currency) = currency_of(row, self.layout, self.mapping, self.defaults) else {
            let written = self.layout.currency.map_or("", |column| row.field(column));
            if written.is_empty() {
                self.currency_missing = true;
                return Err(format!(
                    "Line {} does not say its currency: write it there, such as USD",
                    row.line
                ));
            }
            let shown = quoted(written, 12);
            return Err(format!(
                "The currency {shown} on line {} is unknown: use a code such as USD, EUR or BTC",
                row.line
            ));
        };
        let amount = self.amount(row, currency)?;
        let external_id = self.id(row)?;
        let payer = self.text(row, &self.layout.payer, NAME_CHARS_MAX, "payer");
        let description = self.text(row, &self.layout.description, MEMO_CHARS_MAX, "description");
        let raw = bounded(row.raw, RAW_CHARS_MAX).0.to_owned();
        if let Some(id) = &external_id {
            self.check_repeated(id, row)?;
        }
        let line = row.line;
        self.statement.rows.push(StatementRow { line, external_id, date, amount, payer, description, raw });
        Ok(())
    }

    /// Adds a row without date and amount to the description above it.
    fn continues(&mut self, row: &Row<'_>) -> bool {
        let empty = |column: usize| row.field(column).is_empty();
        let has_amount = self.layout.amount_columns().into_iter().flatten().any(|column| !empty(column));
        if !self.mapping.continuation || !empty(self.layout.date) || has_amount {
            return false;
        }
        let Some(above) = self.statement.rows.last_mut() else { return false };
        let columns = self.layout.payer.iter().chain(&self.layout.description);
        for text in columns.map(|column| one_line(row.field(*column))).filter(|text| !text.is_empty()) {
            let joined =
                if above.description.is_empty() { text } else { format!("{} {text}", above.description) };
            above.description = bounded(&joined, MEMO_CHARS_MAX).0.to_owned();
        }
        let raw = format!("{}\n{}", above.raw, row.raw);
        above.raw = bounded(&raw, RAW_CHARS_MAX).0.to_owned();
        true
    }

    fn check_width(&self, row: &Row<'_>) -> Result<(), String> {
        let (line, width, needed) = (row.line, self.layout.width, self.layout.needed_width());
        let has = if row.len() == 1 { "1 column".to_owned() } else { format!("{} columns", row.len()) };
        // Empty columns at the end are only a careless separator.
        let fits = row.len() == width || (row.len() > width && row.len_used() <= width);
        if width > 0 && !self.mapping.ragged && !fits {
            let over = match row.last_line {
                last if last > line => format!(" (it runs to line {last})"),
                _ => String::new(),
            };
            return Err(format!(
                "Line {line}{over} has {has}, the header has {width}: put texts that contain the separator in quotation marks, or complete the row"
            ));
        }
        if row.len() < needed {
            return Err(format!(
                "Line {line} has {has}, but its date and amount need {needed}: complete it, or delete it if it is no transaction"
            ));
        }
        Ok(())
    }

    fn date_sentence(&self, line: u32, text: &str) -> String {
        if text.is_empty() {
            return format!("Line {line} has no date: write it, or delete the line if it is no transaction");
        }
        let wanted = match self.styles.date {
            DateStyle::Iso => "write it as 2026-11-16",
            DateStyle::Dmy => "it should have day, month and year in this order",
            DateStyle::Mdy => "it should have month, day and year in this order",
            DateStyle::Ymd => "it should have year, month and day in this order",
            DateStyle::Auto => "write it as 2026-11-16, or choose the date order for this file",
        };
        format!("{} on line {line} is not a date: {wanted}", quoted(text, 40))
    }

    fn amount(&self, row: &Row<'_>, currency: Currency) -> Result<Money, String> {
        let line = row.line;
        let parse = |column: usize| {
            amounts::parse(row.field(column), self.styles.decimal, currency)
                .map_err(|bad| format!("The amount on line {line}: {}", bad.0))
        };
        let missing =
            || format!("Line {line} has no amount: write it, or delete the line if it is no transaction");
        let amount = match &self.layout.amount {
            AmountIndexes::Signed(column) => {
                if row.field(*column).is_empty() {
                    return Err(missing());
                }
                parse(*column)?
            }
            AmountIndexes::DebitCredit { debit, credit } => {
                let of = |column: usize| {
                    if row.field(column).is_empty() { Ok(Money::zero(currency)) } else { parse(column) }
                };
                if row.field(*debit).is_empty() && row.field(*credit).is_empty() {
                    return Err(missing());
                }
                let (out, came_in) = (of(*debit)?, of(*credit)?);
                if !out.is_zero() && !came_in.is_zero() {
                    return Err(format!(
                        "Line {line} has money out and money in at once: split it into two lines"
                    ));
                }
                if came_in.is_zero() {
                    if self.styles.debit_is_negative { out } else { -out }
                } else {
                    came_in
                }
            }
            AmountIndexes::Flagged { amount, flag } => {
                self.flagged(row, parse(*amount)?, row.field(*flag))?
            }
        };
        amount.minor_i64().map_err(|error| format!("The amount on line {line}: {error}"))?;
        Ok(if self.mapping.inverted { -amount } else { amount })
    }

    fn flagged(&self, row: &Row<'_>, amount: Money, flag: &str) -> Result<Money, String> {
        let AmountColumns::Flagged { out, r#in, .. } = &self.mapping.columns.amount else {
            return Ok(amount);
        };
        let is =
            |texts: &[String]| texts.iter().any(|text| text.trim().to_lowercase() == flag.to_lowercase());
        let line = row.line;
        match (is(out), is(r#in)) {
            // The sign may be written as well as the flag, as long as they agree.
            (true, _) => Ok(-amount.abs()),
            (false, true) if amount.is_negative() => Err(format!(
                "Line {line} says money in ({}) with a negative amount: correct the sign or the flag",
                quoted(flag, 20)
            )),
            (false, true) => Ok(amount),
            (false, false) => Err(format!(
                "{} on line {line} says neither money in nor money out: choose what it means",
                quoted(flag, 20)
            )),
        }
    }

    fn id(&self, row: &Row<'_>) -> Result<Option<String>, String> {
        let Some(column) = self.layout.id else { return Ok(None) };
        let text = row.field(column);
        if bounded(text, ID_CHARS_MAX).1 {
            return Err(format!(
                "The id on line {} is longer than {ID_CHARS_MAX} characters: shorten it",
                row.line
            ));
        }
        if text.chars().any(char::is_control) {
            return Err(format!(
                "The id on line {} holds a control character or line break: remove it",
                row.line
            ));
        }
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    /// An id may come twice only with the very same row: else one of two transactions would be lost.
    fn check_repeated(&mut self, id: &str, row: &Row<'_>) -> Result<(), String> {
        match self.ids.get(id) {
            None => {
                self.ids.insert(id.to_owned(), (row.line, fingerprint(row.raw)));
                Ok(())
            }
            Some((_, seen)) if *seen == fingerprint(row.raw) => Ok(()),
            Some((line, _)) => Err(format!(
                "Line {} has the id {} of line {line} but says something else: give it its own id, or read the file without the id column",
                row.line,
                quoted(id, 40)
            )),
        }
    }

    fn text(&mut self, row: &Row<'_>, columns: &[usize], limit: usize, what: &str) -> String {
        let mut joined = String::new();
        for column in columns {
            let part = one_line(row.field(*column));
            if !part.is_empty() && !joined.is_empty() {
                joined.push(' ');
            }
            joined.push_str(&part);
        }
        let (kept, cut) = bounded(&joined, limit);
        if !cut {
            return joined;
        }
        let length = joined.chars().count();
        let text =
            format!("The {what} on line {} has {length} characters; the first {limit} are kept", row.line);
        let kept = kept.trim_end().to_owned();
        self.note(row.line, text);
        kept
    }

    fn note(&mut self, line: u32, text: String) {
        if self.statement.notes.len() < NOTES_MAX {
            self.statement.notes.push(Note { line, text });
        } else {
            self.notes_dropped = self.notes_dropped.saturating_add(1);
        }
    }

    fn reject(&mut self, line: u32, reason: String) {
        self.statement.rejected_count = self.statement.rejected_count.saturating_add(1);
        if self.statement.rejected.len() < REJECTED_MAX {
            self.statement.rejected.push(RejectedRow { line, reason });
        }
    }

    fn finish(mut self) -> Result<Statement, StatementError> {
        if self.currency_missing && self.statement.rows.is_empty() {
            return Err(StatementError::NoCurrency);
        }
        if self.notes_dropped > 0 {
            let text = format!("{} more lines have texts that were shortened", self.notes_dropped);
            self.statement.notes.push(Note { line: 0, text });
        }
        Ok(self.statement)
    }
}

fn fingerprint(raw: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    raw.hash(&mut hasher);
    hasher.finish()
}
