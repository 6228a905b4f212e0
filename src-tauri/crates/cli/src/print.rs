//! Printing: one JSON document or people's text on stdout.

use std::io::Write;

use purser_engine::api::types::Amount;
use purser_engine::error::ApiError;

fn failed(error: &std::io::Error) -> ApiError {
    ApiError::failed("stdout", format!("The answer could not be printed: {error}."))
}

/// One JSON document on a line of its own.
pub fn json<T: serde::Serialize>(value: &T) -> Result<(), ApiError> {
    let text = serde_json::to_string(value)
        .map_err(|error| ApiError::failed("output", format!("The answer cannot be written: {error}.")))?;
    text_line(&text)
}

/// People's text; nothing for an empty one.
pub fn text(text: &str) -> Result<(), ApiError> {
    if text.is_empty() { Ok(()) } else { text_line(text) }
}

fn text_line(text: &str) -> Result<(), ApiError> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        // The reader of a pipe may stop whenever it wants.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(failed(&error)),
        Ok(()) => Ok(()),
    }
}

/// `-1234.50 USD`.
pub fn amount(amount: &Amount) -> String {
    format!("{} {}", amount.amount, amount.currency)
}

/// Rows with columns of equal width; the last of `right` many columns are numbers.
pub fn table(rows: &[Vec<String>], right: usize) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row
            .iter()
            .enumerate()
            .map(|(column, cell)| {
                let pad = " ".repeat(widths[column].saturating_sub(cell.chars().count()));
                if column + right >= columns { format!("{pad}{cell}") } else { format!("{cell}{pad}") }
            })
            .collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
