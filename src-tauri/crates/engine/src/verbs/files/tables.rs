//! Customers and invoices from CSV: every row once, all or nothing.

use std::collections::HashMap;

use chrono::Duration;
use purser_core::account::{Account, INCOME};
use purser_core::text::{grouped, one_line};
use purser_core::{Money, booking};
use purser_documents::statement::RejectedRow;
use purser_documents::tables::{CustomerRow, InvoiceRow, TableError, parse_customers, parse_invoices};
use purser_store::WriteTx;
use purser_store::tables::customers::{self, Customer};
use purser_store::tables::imports;
use purser_store::tables::invoices::{self, Invoice, InvoiceLine, NewInvoice};
use purser_store::tables::ledger::NewEntry;
use serde_json::json;

use super::{refusal, rejected_line};
use crate::api::Caller;
use crate::api::types::{Done, Imported, RejectedLine};
use crate::books::{Books, Moment};
use crate::error::ApiError;

/// What an import did.
struct Outcome {
    new: u64,
    known: u64,
    rejected: Vec<RejectedLine>,
    import: Option<String>,
    undo: Option<String>,
}

/// Imports customers.
pub(crate) fn customers_bytes(
    caller: &Caller<'_>,
    books: &Books,
    file: &str,
    bytes: &[u8],
    skip_bad: bool,
) -> Result<Imported, ApiError> {
    let table = parse_customers(bytes).map_err(|error| unreadable(file, &error))?;
    let rows = table.rows;
    let parsed = Parsed {
        read: rows.len() as u64 + u64::from(table.rejected_count),
        rejected: table.rejected,
        ignored: table.ignored_columns,
    };
    run(caller, books, file, "customers", skip_bad, parsed, move |import| import.customers(&rows))
}

/// Imports invoices, with the customers that they name.
pub(crate) fn invoices_bytes(
    caller: &Caller<'_>,
    books: &Books,
    file: &str,
    bytes: &[u8],
    skip_bad: bool,
) -> Result<Imported, ApiError> {
    let table = parse_invoices(bytes).map_err(|error| unreadable(file, &error))?;
    let rows = table.rows;
    let parsed = Parsed {
        read: rows.len() as u64 + u64::from(table.rejected_count),
        rejected: table.rejected,
        ignored: table.ignored_columns,
    };
    run(caller, books, file, "invoices", skip_bad, parsed, move |import| import.invoices(&rows))
}

fn unreadable(file: &str, error: &TableError) -> ApiError {
    ApiError::failed(
        "table_unreadable",
        format!("{file} was not imported. {error}. Your books are as they were."),
    )
}

struct Parsed {
    read: u64,
    rejected: Vec<RejectedRow>,
    ignored: Vec<String>,
}

fn run(
    caller: &Caller<'_>,
    books: &Books,
    file: &str,
    kind: &'static str,
    skip_bad: bool,
    parsed: Parsed,
    work: impl FnOnce(&mut TableImport<'_, '_>) -> Result<(), ApiError> + Send + 'static,
) -> Result<Imported, ApiError> {
    let rejected: Vec<RejectedLine> = parsed.rejected.iter().map(rejected_line).collect();
    let mut imported = Imported {
        format: "csv".to_owned(),
        read: parsed.read,
        new: 0,
        known: 0,
        rejected,
        import: None,
        ignored_columns: parsed.ignored,
        booked: 0,
        done: Done { sequence: books.store.sequence(), say: String::new(), undo: None },
    };
    if !imported.rejected.is_empty() && !skip_bad {
        imported.done.say = refusal::sentence(file, &imported.rejected, imported.rejected.len());
        return Ok(imported);
    }
    let (name, read) = (file.to_owned(), parsed.read);
    let outcome = books.ingest(&caller.actor, move |tx, moment| {
        let mut import = TableImport::new(tx, moment, &name, kind);
        work(&mut import)?;
        import.finish(skip_bad, read)
    });
    match outcome {
        Err(error) => return refusal::told(imported, file, error),
        Ok(outcome) => {
            imported.new = outcome.new;
            imported.known = outcome.known;
            imported.rejected.extend(outcome.rejected);
            imported.import = outcome.import;
            let say = format!("{file}: {} new, {} known.", grouped(outcome.new), grouped(outcome.known));
            imported.done = Done { sequence: books.store.sequence(), say, undo: outcome.undo };
        }
    }
    Ok(imported)
}

struct TableImport<'a, 't> {
    tx: &'a WriteTx<'t>,
    moment: &'a Moment,
    file: &'a str,
    kind: &'static str,
    id: String,
    key: Option<i64>,
    new: u64,
    known: u64,
    rejected: Vec<RejectedLine>,
    entries: Vec<NewEntry>,
}

impl<'a, 't> TableImport<'a, 't> {
    fn new(tx: &'a WriteTx<'t>, moment: &'a Moment, file: &'a str, kind: &'static str) -> Self {
        let id = moment.id();
        TableImport {
            tx,
            moment,
            file,
            kind,
            id,
            key: None,
            new: 0,
            known: 0,
            rejected: Vec::new(),
            entries: Vec::new(),
        }
    }

    /// The import's row, made when the first new thing comes.
    fn key(&mut self) -> Result<i64, ApiError> {
        if let Some(key) = self.key {
            return Ok(key);
        }
        let key = imports::begin(self.tx, &self.id, self.kind, self.file, None, &self.moment.stamp())?;
        self.key = Some(key);
        Ok(key)
    }

    fn reject(&mut self, line: u32, reason: String) {
        self.rejected.push(RejectedLine { line, reason });
    }

    fn finish(self, skip_bad: bool, read: u64) -> Result<Outcome, ApiError> {
        if !self.rejected.is_empty() && !skip_bad {
            return Err(refusal::refuse(&self.rejected));
        }
        let mut undo = None;
        if let Some(key) = self.key {
            let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
            imports::finish(self.tx, key, count(read), count(self.new), count(self.known))?;
            let action = format!("import.{}", self.kind);
            let detail = json!({"file": self.file, "read": read, "new": self.new, "known": self.known});
            self.moment.book(self.tx, &action, format!("import:{}", self.id), detail, &self.entries)?;
            let say = format!("Import of {}", self.file);
            undo = Some(self.moment.offer_undo(self.tx, &json!({"kind": "import", "id": self.id}), &say)?);
        }
        Ok(Outcome {
            new: self.new,
            known: self.known,
            rejected: self.rejected,
            import: self.key.map(|_| self.id),
            undo,
        })
    }

    fn customers(&mut self, rows: &[CustomerRow]) -> Result<(), ApiError> {
        for row in rows {
            let name = row.external_id.as_deref().or(row.email.as_deref()).unwrap_or(&row.name);
            let found = customers::named(self.tx, name)?;
            if !found.is_empty() {
                self.known += 1;
                continue;
            }
            let customer = Customer {
                id: self.moment.id(),
                name: row.name.clone(),
                email: row.email.clone().unwrap_or_default(),
                external_id: row.external_id.clone(),
                country: row.country.clone().unwrap_or_default(),
                plan: row.plan.clone().unwrap_or_default(),
                signed_up: row.signed_up.map(|day| day.to_string()),
                ..Customer::default()
            };
            let import = self.key()?;
            customers::add(self.tx, &customer, Some(import))?;
            self.new += 1;
        }
        Ok(())
    }

    fn invoices(&mut self, rows: &[InvoiceRow]) -> Result<(), ApiError> {
        let mut by_name: HashMap<String, i64> = HashMap::new();
        for row in rows {
            if let Some(earlier) = invoices::by_number(self.tx, &row.number)? {
                self.earlier(row, &earlier)?;
                continue;
            }
            let cached = format!("{}\u{0}{}", row.customer, row.email.as_deref().unwrap_or_default());
            let customer = match by_name.get(&cached) {
                Some(key) => *key,
                None => match self.customer_of(row)? {
                    Some(key) => {
                        by_name.insert(cached, key);
                        key
                    }
                    None => continue,
                },
            };
            self.add(row, customer)?;
        }
        Ok(())
    }

    /// A number that is in the books: the same invoice is known, another one is refused.
    fn earlier(&mut self, row: &InvoiceRow, earlier: &Invoice) -> Result<(), ApiError> {
        let due = row.due.unwrap_or(earlier.due);
        let same = earlier.total == row.amount && earlier.issued == row.issued && earlier.due == due;
        if !self.is_customer_of(row, earlier)? {
            self.reject(
                row.line,
                format!(
                    "Line {}: invoice {} is in the books for {}, here it is {}'s: correct the row, or give it another number",
                    row.line, one_line(&row.number, 60), one_line(&earlier.customer_name, 60), one_line(&row.customer, 60)
                ),
            );
        } else if !same {
            self.reject(
                row.line,
                format!(
                    "Line {}: invoice {} is in the books with {}, issued {}: correct the row, or give it another number",
                    row.line, one_line(&row.number, 60), earlier.total, earlier.issued
                ),
            );
        } else if earlier.stage == purser_core::invoice::Stage::Void {
            let import = self.key()?;
            invoices::revive(self.tx, earlier.key, import)?;
            let entry = self.entry(&earlier.id, &row.number, &earlier.customer_name, row)?;
            self.entries.push(entry);
            self.new += 1;
        } else {
            self.known += 1;
        }
        Ok(())
    }

    /// Whether a row's customer is the one whose invoice is in the books.
    fn is_customer_of(&self, row: &InvoiceRow, earlier: &Invoice) -> Result<bool, ApiError> {
        if purser_core::text::folded(&row.customer) == purser_core::text::folded(&earlier.customer_name) {
            return Ok(true);
        }
        for name in row.email.iter().chain([&row.customer]) {
            if customers::named(self.tx, name)?.iter().any(|customer| customer.key == earlier.customer) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn customer_of(&mut self, row: &InvoiceRow) -> Result<Option<i64>, ApiError> {
        let mut found = match &row.email {
            Some(email) => customers::named(self.tx, email)?,
            None => Vec::new(),
        };
        if found.is_empty() {
            found = customers::named(self.tx, &row.customer)?;
            // The same name with another address is another customer.
            if let Some(email) = &row.email {
                found.retain(|customer| customer.email.is_empty() || customer.email == *email);
            }
        }
        match found.as_slice() {
            [only] => Ok(Some(only.key)),
            [] => {
                let customer = Customer {
                    id: self.moment.id(),
                    name: row.customer.clone(),
                    email: row.email.clone().unwrap_or_default(),
                    ..Customer::default()
                };
                let import = self.key()?;
                Ok(Some(customers::add(self.tx, &customer, Some(import))?))
            }
            several => {
                let count = several.len();
                self.reject(
                    row.line,
                    format!(
                        "Line {}: {count} customers are called “{}”: give the email of the right one",
                        row.line,
                        one_line(&row.customer, 60)
                    ),
                );
                Ok(None)
            }
        }
    }

    fn add(&mut self, row: &InvoiceRow, customer: i64) -> Result<(), ApiError> {
        let id = self.moment.id();
        let zero = Money::zero(row.amount.currency());
        let due =
            row.due.unwrap_or_else(|| row.issued + Duration::days(i64::from(self.moment.profile.terms_days)));
        let line = InvoiceLine {
            text: format!("Invoice {}", row.number),
            quantity: 1,
            price: row.amount,
            amount: row.amount,
            tax_percent: String::new(),
            tax: zero,
            account: INCOME.to_owned(),
        };
        let import = self.key()?;
        let stamp = self.moment.stamp();
        invoices::add(
            self.tx,
            &NewInvoice {
                id: &id,
                number: Some(&row.number),
                reference: row.reference.as_deref().unwrap_or_default(),
                customer,
                net: row.amount,
                tax: zero,
                issued: row.issued,
                due,
                created_at: &stamp,
                import: Some(import),
                lines: &[line],
            },
        )?;
        let entry = self.entry(&id, &row.number, &row.customer, row)?;
        self.entries.push(entry);
        self.new += 1;
        Ok(())
    }

    /// An invoice from before the books' start is an opening receivable, any other one is income.
    fn entry(&self, id: &str, number: &str, customer: &str, row: &InvoiceRow) -> Result<NewEntry, ApiError> {
        let (number, customer) = (one_line(number, 60), one_line(customer, 160));
        let start = self.moment.profile.books_start;
        let entry = if row.issued < start {
            booking::opening_receivable(id, &number, &customer, row.amount, start)?
        } else {
            booking::invoice_issued(&booking::IssuedInvoice {
                id,
                number: &number,
                customer: &customer,
                issued: row.issued,
                income: &[(Account::known(INCOME), row.amount)],
                tax: Money::zero(row.amount.currency()),
            })?
        };
        Ok(entry.into())
    }
}
