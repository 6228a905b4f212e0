//! Rows for spreadsheets: one per posting of the ledger, or one per record of a list on screen.

use std::io::{self, Write};

use super::ExportEntry;
use crate::text::escaped;

/// The header.
const COLUMNS: [&str; 9] = ["entry", "date", "text", "memo", "tags", "account", "amount", "currency", "item"];

pub(super) fn begin(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", COLUMNS.join(","))
}

pub(super) fn entry(out: &mut impl Write, entry: &ExportEntry) -> io::Result<()> {
    let tags: Vec<String> = entry.tags.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let (number, date) = (entry.number.to_string(), entry.date.to_string());
    let (text, tags) = (cell(&entry.text), cell(&tags.join("; ")));
    let memo = cell(entry.memo.as_deref().unwrap_or(""));
    for posting in &entry.postings {
        let (account, item) = (cell(&posting.account), cell(posting.item.as_deref().unwrap_or("")));
        // Amounts are numbers and stay numbers: a minus sign in front of digits is no formula.
        let (amount, currency) = (posting.amount.decimal(), posting.amount.currency());
        let fields = [&number, &date, &text, &memo, &tags, &account, &amount, currency.code(), &item];
        let quoted: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
        writeln!(out, "{}", quoted.join(","))?;
    }
    Ok(())
}

/// A cell of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListCell<'a> {
    /// Words, also a stranger's: made visible, and never a formula.
    Text(&'a str),
    /// A decimal amount, a day or a count of our own, written as it is.
    Plain(&'a str),
}

/// Writes the names of a list's columns.
pub fn list_head(out: &mut impl Write, columns: &[&str]) -> io::Result<()> {
    writeln!(out, "{}", columns.join(","))
}

/// Writes one record of a list.
pub fn list_row(out: &mut impl Write, cells: &[ListCell<'_>]) -> io::Result<()> {
    let fields: Vec<String> = cells
        .iter()
        .map(|each| match each {
            ListCell::Text(text) => quoted(&cell(text)),
            ListCell::Plain(text) => quoted(text),
        })
        .collect();
    writeln!(out, "{}", fields.join(","))
}

fn quoted(field: &str) -> String {
    if field.contains(['"', ',', ';', '\t', '\'']) || field.starts_with(' ') || field.ends_with(' ') {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

/// A text that no spreadsheet takes for a formula: one that begins like it gets an apostrophe in front.
fn cell(text: &str) -> String {
    let shown = escaped(text);
    let begins_a_formula = shown
        .trim_start()
        .starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}', '\u{2212}', '\\']);
    if begins_a_formula { format!("'{shown}") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_disarmed() {
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell(" =1+1"), "' =1+1");
        assert_eq!(cell("\t=1+1"), "'\\t=1+1");
        assert_eq!(cell("Rent"), "Rent");
    }

    #[test]
    fn a_row_of_a_list_keeps_amounts_as_they_are_and_disarms_words() {
        let mut out = Vec::new();
        let row =
            [ListCell::Text("=HYPERLINK(\"x\")"), ListCell::Text("Doe, J\nX"), ListCell::Plain("-15.00")];
        list_row(&mut out, &row).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "\"'=HYPERLINK(\"\"x\"\")\",\"Doe, J\\nX\",-15.00\n");
    }
}
