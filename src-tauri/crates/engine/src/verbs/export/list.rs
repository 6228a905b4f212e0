//! A list as it is on screen: the same keys, order and rows, as CSV with decimal amounts beside their currency.

use purser_core::text::counted;
use std::fs::{self, File};
use std::io::BufWriter;

use purser_documents::export::ListCell::{Plain, Text};
use purser_documents::export::{ListCell, list_head, list_row};
use serde_json::json;

use super::{target, write_whole};
use crate::api::Caller;
use crate::api::types::*;
use crate::books::Books;
use crate::error::ApiError;
use crate::verbs::{PAGE_ROWS, invoices, matching, payments};

/// The lists that can be written.
#[derive(Clone, Copy)]
enum List {
    Invoices,
    Payments,
    Lines,
    Customers,
}

impl List {
    fn named(name: &str) -> Result<List, ApiError> {
        Ok(match name {
            "invoices" => List::Invoices,
            "payments" => List::Payments,
            "lines" => List::Lines,
            "customers" => List::Customers,
            other => {
                let shown = purser_core::text::one_line(other, 30);
                return Err(ApiError::usage(
                    "export_list",
                    format!("“{shown}” is no list. Choose invoices, payments, lines or customers."),
                ));
            }
        })
    }

    fn columns(self) -> &'static [&'static str] {
        match self {
            List::Invoices => {
                &["number", "customer", "issued", "due", "state", "days_overdue", "currency", "total", "open"]
            }
            List::Payments => {
                &["number", "customer", "method", "reference", "received_on", "state", "currency", "amount"]
            }
            List::Lines => {
                &["id", "date", "account", "payer", "memo", "state", "about", "currency", "amount"]
            }
            List::Customers => &["id", "name", "email", "open_invoices", "currency", "open", "credit"],
        }
    }
}

/// `export_list`.
pub(crate) fn list(caller: &Caller<'_>, input: &ExportList) -> Result<Written, ApiError> {
    let list = List::named(input.list.trim())?;
    let books = caller.books()?;
    let name = input.list.trim().to_owned();
    let path = target(&books, input.path.trim(), &name, "csv")?;
    let keys = keys(caller, list, input)?;
    let rows = keys.len();
    write_whole(&path, |out| write_rows(caller, &books, list, &name, &keys, out))?;
    let bytes = fs::metadata(&path).map(|about| about.len()).unwrap_or_default();
    let place = path.display().to_string();
    let detail =
        json!({ "list": name, "state": input.state, "text": input.text, "path": place, "rows": rows });
    books.decide(&caller.actor, move |tx, moment| {
        tx.audit(moment.audit("list.export", "books", detail))?;
        Ok(())
    })?;
    let count = counted(rows, "row was", "rows were");
    let say = format!("{count} written as CSV. The file is in clear: whoever has it can read it.");
    Ok(Written { path: place, bytes, say })
}

/// What is to be written.
fn keys(caller: &Caller<'_>, list: List, input: &ExportList) -> Result<Vec<i64>, ApiError> {
    let (state, text, sort) = (input.state.clone(), input.text.clone(), input.sort.clone());
    Ok(match list {
        List::Invoices => invoices::index(caller, InvoicesFilter { state, text, sort })?.keys,
        List::Payments => payments::index(caller, PaymentsFilter { state, text, sort })?.keys,
        List::Lines => {
            let index = matching::index(caller, ByText { text })?;
            [index.needs_you, index.ready, index.booked].concat()
        }
        List::Customers => invoices::customers_index(caller, ByText { text })?.keys,
    })
}

fn write_rows(
    caller: &Caller<'_>,
    books: &Books,
    list: List,
    name: &str,
    keys: &[i64],
    out: &mut BufWriter<File>,
) -> Result<(), ApiError> {
    let task = books.ids.next(books.clock.now());
    let report = |done: usize, finished: bool| {
        (caller.progress)(Progress {
            task: task.clone(),
            what: format!("Export of {name}"),
            done: done as u64,
            total: keys.len() as u64,
            unit: "rows".to_owned(),
            finished,
        });
    };
    list_head(out, list.columns()).map_err(stopped)?;
    let mut done = 0;
    for page in keys.chunks(PAGE_ROWS) {
        caller.check_cancelled()?;
        write_page(caller, list, page, out)?;
        done += page.len();
        report(done, false);
    }
    report(keys.len(), true);
    Ok(())
}

fn write_page(
    caller: &Caller<'_>,
    list: List,
    keys: &[i64],
    out: &mut BufWriter<File>,
) -> Result<(), ApiError> {
    let keys = ByKeys { keys: keys.to_vec() };
    match list {
        List::Invoices => invoices::rows(caller, keys)?.iter().try_for_each(|row| invoice(out, row)),
        List::Payments => payments::rows(caller, keys)?.iter().try_for_each(|row| payment(out, row)),
        List::Lines => matching::rows(caller, keys)?.iter().try_for_each(|row| line(out, row)),
        List::Customers => {
            invoices::customers_rows(caller, keys)?.iter().try_for_each(|row| customer(out, row))
        }
    }
}

fn invoice(out: &mut BufWriter<File>, row: &InvoiceRow) -> Result<(), ApiError> {
    // A draft has no number; its id would be taken for one.
    let number = if row.state == "draft" { "" } else { &row.number };
    let late = row.days_overdue.to_string();
    write(
        out,
        &[
            Text(number),
            Text(&row.customer),
            Plain(&row.issued),
            Plain(&row.due),
            Plain(&row.state),
            Plain(&late),
            Plain(&row.total.currency),
            Plain(&row.total.amount),
            Plain(&row.open.amount),
        ],
    )
}

fn payment(out: &mut BufWriter<File>, row: &PaymentRow) -> Result<(), ApiError> {
    write(
        out,
        &[
            Text(&row.number),
            Text(&row.customer),
            Plain(&row.method),
            Text(&row.reference),
            Plain(&row.received_on),
            Plain(&row.state),
            Plain(&row.amount.currency),
            Plain(&row.amount.amount),
        ],
    )
}

fn line(out: &mut BufWriter<File>, row: &LineRow) -> Result<(), ApiError> {
    write(
        out,
        &[
            Text(&row.id),
            Plain(&row.date),
            Text(&row.account),
            Text(&row.payer),
            Text(&row.description),
            Plain(&row.state),
            Text(&row.headline),
            Plain(&row.amount.currency),
            Plain(&row.amount.amount),
        ],
    )
}

fn customer(out: &mut BufWriter<File>, row: &CustomerRow) -> Result<(), ApiError> {
    let count = row.open_count.to_string();
    write(
        out,
        &[
            Text(&row.id),
            Text(&row.name),
            Text(&row.email),
            Plain(&count),
            Plain(&row.open.currency),
            Plain(&row.open.amount),
            Plain(&row.credit.amount),
        ],
    )
}

fn write(out: &mut BufWriter<File>, cells: &[ListCell<'_>]) -> Result<(), ApiError> {
    list_row(out, cells).map_err(stopped)
}

fn stopped(error: std::io::Error) -> ApiError {
    ApiError::failed(
        "export_stopped",
        format!("Nothing was exported: {error}. Free some space or choose another place."),
    )
}
