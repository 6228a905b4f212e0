//! `name,email,external_id,plan,country,signed_up`

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::{Cells, Column, Table, TableError, read_table};
use crate::text::{NAME_CHARS_MAX, quoted};

/// One customer of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CustomerRow {
    /// The line on which it stands.
    pub line: u32,
    /// Name of the person or company.
    pub name: String,
    /// Where mail goes.
    pub email: Option<String>,
    /// The id in the system the list came from.
    pub external_id: Option<String>,
    /// The plan's name.
    pub plan: Option<String>,
    /// Two letters, ISO 3166-1, in upper case.
    pub country: Option<String>,
    /// When they signed up.
    pub signed_up: Option<NaiveDate>,
}

const COLUMNS: [Column; 6] = [
    Column { name: "name", required: true },
    Column { name: "email", required: false },
    Column { name: "external_id", required: false },
    Column { name: "plan", required: false },
    Column { name: "country", required: false },
    Column { name: "signed_up", required: false },
];

/// Reads a list of customers.
pub fn parse_customers(bytes: &[u8]) -> Result<Table<CustomerRow>, TableError> {
    let mut ids: HashMap<String, u32> = HashMap::new();
    read_table(bytes, &COLUMNS, |cells| {
        let row = customer(cells)?;
        if let Some(id) = &row.external_id {
            if let Some(first) = ids.get(id) {
                return Err(format!(
                    "Line {} has the external_id {} of line {first}: give each customer its own",
                    row.line,
                    quoted(id, 40)
                ));
            }
            ids.insert(id.clone(), row.line);
        }
        Ok(row)
    })
}

fn customer(cells: &Cells<'_>) -> Result<CustomerRow, String> {
    Ok(CustomerRow {
        line: cells.line(),
        name: cells.required("name", NAME_CHARS_MAX)?,
        email: cells.email("email")?,
        external_id: cells.text("external_id", NAME_CHARS_MAX)?,
        plan: cells.text("plan", NAME_CHARS_MAX)?,
        country: country(cells)?,
        signed_up: cells.date("signed_up")?,
    })
}

fn country(cells: &Cells<'_>) -> Result<Option<String>, String> {
    let text = cells.raw("country");
    if text.is_empty() {
        return Ok(None);
    }
    if text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic()) {
        return Ok(Some(text.to_ascii_uppercase()));
    }
    Err(format!(
        "The country {} on line {} is not a code of two letters: write US, DE, GB and so on",
        quoted(text, 40),
        cells.line()
    ))
}
