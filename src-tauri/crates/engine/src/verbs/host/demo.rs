//! The demo company: made-up books of eleven weeks, made by the same verbs that a founder uses.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use purser_core::Currency;

use super::found::{Founding, found, profile};
use crate::api::Caller;
use crate::api::types::*;
use crate::books::Books;
use crate::demo;
use crate::error::ApiError;
use crate::profile::Profile;
use crate::verbs::files::{self, StatementImport};
use crate::verbs::settings::{self, NewAccount};
use crate::verbs::{approvals, matching, payments};

const CUSTOMERS: &str = include_str!("../../../../../../assets/demo/customers.csv");
const INVOICES: &str = include_str!("../../../../../../assets/demo/invoices.csv");
const CHECKING: &str = include_str!("../../../../../../assets/demo/mercury.csv");
const SAVINGS: &str = include_str!("../../../../../../assets/demo/savings.csv");

/// The company of the first look.
const SEED: u64 = 7;
/// The last day of the files, which becomes yesterday.
const LAST_DAY: &str = "2026-11-16";
/// The first day of the books in the calendar of the files.
const BOOKS_START: &str = "2026-09-01";

/// Lines that the founder has filed once, so that the later ones of these payees file themselves.
const FILED: [(&str, &str); 10] = [
    ("MRC-0901-01", "Expenses:Rent"),
    ("MRC-0902-01", "Expenses:Hosting"),
    ("MRC-0903-01", "Expenses:Software"),
    ("MRC-0907-01", "Income:Sales"),
    ("MRC-0908-01", "Expenses:Software"),
    ("MRC-0909-01", "Expenses:Software"),
    ("MRC-0915-02", "Expenses:Contractors"),
    ("MRC-0916-01", "Expenses:Insurance"),
    ("MRC-0930-02", "Expenses:Fees:Bank"),
    ("SAV-1030-01", "Income:Interest"),
];

/// Wires that came short by a bank's fee and were confirmed: the history that explains the next one.
const SHORT_WIRES: [(&str, &str); 2] = [("MRC-0929-01", "NB-202609-0087"), ("MRC-1020-01", "NB-202610-0105")];

/// `open_demo`. Its providers start with the next process that works, or with this one.
pub fn open_demo(caller: &Caller<'_>, input: OpenDemo) -> Result<Done, ApiError> {
    let program = caller.program;
    let zone = chrono_tz::America::New_York;
    let now = program.clock().now();
    let calendar = Calendar::ending_before(now.with_timezone(&zone).date_naive())?;
    let company = company(calendar.day(BOOKS_START)?, zone);
    let world = world(&input, company.books_start, now.date_naive())?;
    let account = |name, kind, opening| NewAccount::check(name, kind, opening, Currency::USD);
    let accounts = vec![
        account("Mercury", "bank", "42150.00")?,
        account("Savings", "bank", "12000.00")?,
        account("Cash", "cash", "120.00")?,
    ];
    // The code of made-up books is shown to nobody.
    found(program, &caller.actor, Founding { profile: company, accounts, passphrase: None })?;
    let filled = caller.books().and_then(|books| {
        fill(caller, &books, &calendar)?;
        demo::keep(program.folder(), world)?;
        if program.has_workers() {
            program.start_demo()?;
            program.read_for_the_first_time()?;
            program.ring();
        }
        Ok(())
    });
    if let Err(error) = filled {
        program.delete_demo()?;
        return Err(error);
    }
    let sequence = caller.books()?.store.sequence();
    Ok(Done { sequence, say: "The demo company is open. Nothing in it is real.".to_owned(), undo: None })
}

/// `delete_demo`.
pub fn delete_demo(caller: &Caller<'_>, _input: Nothing) -> Result<Done, ApiError> {
    caller.program.delete_demo()?;
    Ok(Done { sequence: 0, say: "The demo company was deleted.".to_owned(), undo: None })
}

/// The simulation behind the providers: by default as old as the books.
fn world(input: &OpenDemo, books_start: NaiveDate, today: NaiveDate) -> Result<demo::Settings, ApiError> {
    // A day in New York begins hours after that day in UTC, which is the simulation's: the first one would begin before
    // the books.
    let first = books_start + Days::new(1);
    let days = input.days.map_or((today - first).num_days(), i64::from);
    let start = today - chrono::Duration::days(days);
    if start < first || days < 1 {
        let most = (today - first).num_days();
        return Err(ApiError::usage("demo_days", format!("The demo can be 1 to {most} days old.")));
    }
    Ok(demo::Settings { seed: input.seed.map_or(SEED, u64::from), start, statements_from: today })
}

fn company(books_start: NaiveDate, zone: chrono_tz::Tz) -> Profile {
    Profile {
        address: "228 Harbor Street\nPortland, ME 04101".to_owned(),
        tax_id: "EIN 84-2231907".to_owned(),
        email: "billing@northbeam.example".to_owned(),
        invoice_prefix: "NB".to_owned(),
        terms_days: 14,
        demo: true,
        ..profile("Northbeam Analytics, Inc.".to_owned(), Currency::USD, books_start, zone)
    }
}

fn fill(caller: &Caller<'_>, books: &Books, calendar: &Calendar) -> Result<(), ApiError> {
    let customers = files::customers_bytes(caller, books, "customers.csv", CUSTOMERS.as_bytes(), false)?;
    complete("customers.csv", customers)?;
    let invoices = calendar.moved(INVOICES);
    complete(
        "invoices.csv",
        files::invoices_bytes(caller, books, "invoices.csv", invoices.as_bytes(), false)?,
    )?;
    let paid = calendar.day("2026-11-12")?;
    record(caller, paid, "cus_fathom", "1899.50", "check", "20417", &calendar.number("NB-202611-0136"))?;
    let cash = record(caller, paid, "cus_harrow", "348.00", "cash", "", &calendar.number("NB-202611-0139"))?;
    payments::deposit(caller, Deposit { payment: cash.clone(), account: "Cash".to_owned() })?;
    for (file, account, text) in [("savings.csv", "Savings", SAVINGS), ("mercury.csv", "Mercury", CHECKING)] {
        statement(caller, books, file, account, &calendar.moved(text))?;
    }
    decide(caller, calendar)?;
    approvals::propose_refund(caller, RefundPropose { payment: cash, amount: "89.00".to_owned() })?;
    settings::verify(caller, Nothing {})?;
    Ok(())
}

/// A file of the demo is read to its last row, or there is no demo.
fn complete(file: &str, imported: Imported) -> Result<(), ApiError> {
    if imported.rejected.is_empty() && imported.new == imported.read {
        return Ok(());
    }
    Err(ApiError::failed("demo_file", format!("{file} of the demo is not whole: {}", imported.done.say)))
}

fn record(
    caller: &Caller<'_>,
    on: NaiveDate,
    customer: &str,
    amount: &str,
    method: &str,
    reference: &str,
    invoice: &str,
) -> Result<String, ApiError> {
    let form = PaymentForm {
        customer: customer.to_owned(),
        amount: amount.to_owned(),
        currency: "USD".to_owned(),
        method: method.to_owned(),
        received_on: on.to_string(),
        reference: reference.to_owned(),
        note: String::new(),
        allocations: vec![AllocationForm { invoice: invoice.to_owned(), amount: amount.to_owned() }],
        proof: String::new(),
        email_receipt: false,
    };
    Ok(payments::record(caller, form)?.payment)
}

fn statement(
    caller: &Caller<'_>,
    books: &Books,
    file: &str,
    account: &str,
    text: &str,
) -> Result<(), ApiError> {
    let account = files::real_account(books, account)?;
    let import = StatementImport { file, bytes: text.as_bytes(), account, mapping: None, skip_bad: false };
    complete(file, files::statement_bytes(&caller.errand(), books, import)?)
}

/// What the founder of the demo has decided before you came.
fn decide(caller: &Caller<'_>, calendar: &Calendar) -> Result<(), ApiError> {
    for (line, account) in FILED {
        let form = FileLine { line: line.to_owned(), account: account.to_owned(), remember: true };
        matching::file(caller, form)?;
    }
    for (line, invoice) in SHORT_WIRES {
        let choice = MatchChoice {
            line: line.to_owned(),
            kind: "invoices".to_owned(),
            targets: vec![calendar.number(invoice)],
            amounts: Vec::new(),
            difference: Difference::Fee,
            exchange: None,
        };
        matching::confirm(caller, choice)?;
    }
    matching::run(caller, MatchRunInput { apply: true })?;
    Ok(())
}

/// The calendar of the files, moved so that their last day is yesterday.
struct Calendar {
    days: i64,
    /// Invoice numbers name their month, so they move along.
    numbers: BTreeMap<String, String>,
}

impl Calendar {
    fn ending_before(today: NaiveDate) -> Result<Calendar, ApiError> {
        let yesterday = today.checked_sub_days(Days::new(1)).unwrap_or(today);
        let days = (yesterday - read(LAST_DAY)?).num_days();
        let mut calendar = Calendar { days, numbers: BTreeMap::new() };
        for row in INVOICES.lines().skip(1) {
            let fields: Vec<&str> = row.split(',').collect();
            let (Some(number), Some(issued)) = (fields.first(), fields.get(5)) else { continue };
            let count = number.rsplit('-').next().and_then(|count| count.parse().ok()).unwrap_or(0);
            let moved = purser_core::invoice::document_number("NB", calendar.day(issued)?, count);
            calendar.numbers.insert((*number).to_owned(), moved);
        }
        Ok(calendar)
    }

    fn day(&self, text: &str) -> Result<NaiveDate, ApiError> {
        Ok(read(text)? + chrono::Duration::days(self.days))
    }

    fn number(&self, number: &str) -> String {
        self.numbers.get(number).cloned().unwrap_or_else(|| number.to_owned())
    }

    /// A file with every day and every invoice number moved.
    fn moved(&self, text: &str) -> String {
        let mut moved = String::with_capacity(text.len());
        for row in text.lines() {
            let fields: Vec<String> = row.split(',').map(|field| self.moved_field(field)).collect();
            moved.push_str(&fields.join(","));
            moved.push('\n');
        }
        moved
    }

    fn moved_field(&self, field: &str) -> String {
        match self.day(field) {
            Ok(day) => day.to_string(),
            Err(_) => {
                let words = field.split(' ').map(|word| self.number(word));
                words.collect::<Vec<String>>().join(" ")
            }
        }
    }
}

fn read(text: &str) -> Result<NaiveDate, ApiError> {
    text.parse().map_err(|_| ApiError::failed("demo_file", format!("“{text}” in the demo is not a day.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_end_yesterday_and_their_numbers_name_their_months() {
        let today: NaiveDate = "2027-03-02".parse().unwrap();
        let calendar = Calendar::ending_before(today).unwrap();
        assert_eq!(calendar.day(LAST_DAY).unwrap().to_string(), "2027-03-01");
        let last = CHECKING.lines().last().unwrap();
        assert!(calendar.moved_field(last.split(',').nth(1).unwrap()) == "2027-03-01", "{last}");
        assert_eq!(calendar.number("NB-202611-0136"), "NB-202702-0136");
        assert_eq!(calendar.moved_field("INVOICE NB-202611-0136"), "INVOICE NB-202702-0136");
        assert_eq!(calendar.moved_field("1176.00"), "1176.00");
    }

    #[test]
    fn every_reference_of_the_demo_has_its_check_digit() {
        for row in INVOICES.lines().skip(1) {
            let reference = row.rsplit(',').next().unwrap();
            assert!(purser_core::invoice::reference_is_valid(&reference[2..]), "{row}");
        }
    }
}
