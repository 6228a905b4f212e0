//! One row per posting, for spreadsheets.

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
}
