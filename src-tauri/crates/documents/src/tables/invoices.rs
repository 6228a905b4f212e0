//! `number,customer,email,amount,currency,issued,due,reference`

use std::collections::HashMap;

use chrono::NaiveDate;
use purser_core::Money;
use serde::Serialize;

use super::{Cells, Column, Table, TableError, read_table};
use crate::text::{NAME_CHARS_MAX, quoted};

/// One open invoice of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InvoiceRow {
    /// The line on which it stands.
    pub line: u32,
    /// Its number, unique in the file.
    pub number: String,
    /// The customer's name.
    pub customer: String,
    /// Where mail about it goes.
    pub email: Option<String>,
    /// What is to be paid; more than nothing.
    pub amount: Money,
    /// When it was issued.
    pub issued: NaiveDate,
    /// When it is due, on or after the day it was issued.
    pub due: Option<NaiveDate>,
    /// What the customer was asked to write on the transfer.
    pub reference: Option<String>,
}

const COLUMNS: [Column; 8] = [
    Column { name: "number", required: true },
    Column { name: "customer", required: true },
    Column { name: "email", required: false },
    Column { name: "amount", required: true },
    Column { name: "currency", required: true },
    Column { name: "issued", required: true },
    Column { name: "due", required: false },
    Column { name: "reference", required: false },
];

/// Longest invoice number; longer ones fit neither a bank's reference nor a line of a list.
const NUMBER_CHARS_MAX: usize = 60;

/// Reads a list of invoices.
pub fn parse_invoices(bytes: &[u8]) -> Result<Table<InvoiceRow>, TableError> {
    let mut numbers: HashMap<String, u32> = HashMap::new();
    read_table(bytes, &COLUMNS, |cells| {
        let row = invoice(cells)?;
        // Numbers that differ only in case would be one number to a bank and to most people.
        if let Some(first) = numbers.insert(row.number.to_uppercase(), row.line) {
            numbers.insert(row.number.to_uppercase(), first);
            return Err(format!(
                "Line {} has the number {} of line {first}: an invoice number may stand in the file once",
                row.line,
                quoted(&row.number, 60)
            ));
        }
        Ok(row)
    })
}

fn invoice(cells: &Cells<'_>) -> Result<InvoiceRow, String> {
    let line = cells.line();
    let number = cells.required("number", NUMBER_CHARS_MAX)?;
    let customer = cells.required("customer", NAME_CHARS_MAX)?;
    let email = cells.email("email")?;
    let currency = cells
        .currency("currency")?
        .ok_or_else(|| format!("Line {line} does not say its currency: write it there, such as USD"))?;
    let amount = cells.amount("amount", currency)?;
    if !amount.is_positive() {
        return Err(format!("The amount on line {line} is {amount}: an invoice needs more than zero"));
    }
    let issued = cells.date("issued")?.ok_or_else(|| format!("Line {line} has no issued date: write it"))?;
    let due = cells.date("due")?;
    if let Some(due) = due.filter(|due| *due < issued) {
        return Err(format!(
            "Line {line} is due on {due}, before it was issued on {issued}: correct one of them"
        ));
    }
    let reference = cells.text("reference", NAME_CHARS_MAX)?;
    Ok(InvoiceRow { line, number, customer, email, amount, issued, due, reference })
}
