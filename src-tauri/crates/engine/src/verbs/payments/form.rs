//! The record form, checked: who, how much, when, and what it pays.

use chrono::{DateTime, NaiveDate, Utc};
use purser_core::account::{CUSTOMER_CREDIT, RECEIVABLE, UNDEPOSITED};
use purser_core::allocation::{self, Payable, Spread};
use purser_core::matching::money_text;
use purser_core::text::{MEMO_CHARS, bounded, one_line};
use purser_core::{Currency, Money};
use purser_store::tables::Conn;
use purser_store::tables::customers::{self, Customer};
use purser_store::tables::invoices::{self, Invoice};

use super::paper;
use crate::api::types::*;
use crate::error::ApiError;
use crate::profile::Profile;

/// The methods and their words on screen and paper.
const METHODS: [(&str, &str); 6] = [
    ("cash", "cash"),
    ("check", "check"),
    ("wire", "wire"),
    ("ach", "ACH"),
    ("money_order", "money order"),
    ("bank_transfer", "bank transfer"),
];

/// A form that can be booked.
pub(super) struct Checked {
    pub customer: Customer,
    pub amount: Money,
    pub method: String,
    pub received_on: NaiveDate,
    pub reference: String,
    pub note: String,
    pub open: Vec<Invoice>,
    pub spread: Spread,
}

/// A form as far as it can be understood, and what is wrong with it.
struct Reading {
    customer: Option<Customer>,
    amount: Option<Money>,
    currency: Currency,
    received_on: NaiveDate,
    open: Vec<Invoice>,
    spread: Option<Spread>,
    problems: Vec<FormProblem>,
}

/// The method's word, for papers and journal lines.
pub(crate) fn method_word(method: &str) -> &'static str {
    METHODS.iter().find(|(name, _)| *name == method).map_or("payment", |(_, word)| word)
}

fn read(conn: &Conn, today: NaiveDate, profile: &Profile, form: &PaymentForm) -> Result<Reading, ApiError> {
    let mut problems = Vec::new();
    let mut problem = |field: &str, say: String| problems.push(FormProblem { field: field.to_owned(), say });
    let currency = match form.currency.trim() {
        "" => profile.currency,
        code => Currency::from_code(code).unwrap_or_else(|error| {
            problem("currency", error.to_string());
            profile.currency
        }),
    };
    let customer = match customers::named(conn, &form.customer)?.as_slice() {
        _ if form.customer.trim().is_empty() => {
            problem("customer", "Choose who paid.".to_owned());
            None
        }
        [only] => Some(only.clone()),
        [] => {
            problem("customer", crate::verbs::invoices::no_customer(conn, &form.customer)?);
            None
        }
        several => {
            let count = several.len();
            let name = one_line(&form.customer, 80);
            problem("customer", format!("{count} customers are called “{name}”. Use the email or the id."));
            None
        }
    };
    let amount = match Money::parse(&form.amount, currency) {
        Ok(amount) if amount.is_positive() && amount.minor_i64().is_ok() => Some(amount),
        Ok(amount) if amount.is_positive() => {
            problem("amount", format!("{} is too large to be booked.", money_text(amount)));
            None
        }
        Ok(_) => {
            problem("amount", "The amount must be more than zero.".to_owned());
            None
        }
        Err(_) if form.amount.trim().is_empty() => {
            problem("amount", "Say how much came.".to_owned());
            None
        }
        Err(error) => {
            problem("amount", error.to_string());
            None
        }
    };
    if !METHODS.iter().any(|(name, _)| *name == form.method) {
        let known: Vec<&str> = METHODS.iter().map(|(name, _)| *name).collect();
        let asked = one_line(&form.method, 40);
        problem("method", format!("“{asked}” is not a way to pay. Choose one of {}.", known.join(", ")));
    }
    let received_on = match form.received_on.trim() {
        "" => today,
        text => match text.parse::<NaiveDate>() {
            Ok(day) if day > today => {
                problem("received_on", format!("{day} is in the future."));
                today
            }
            Ok(day) if day < profile.books_start => {
                problem(
                    "received_on",
                    format!("{day} is before the books begin on {}.", profile.books_start),
                );
                today
            }
            Ok(day) => day,
            Err(_) => {
                problem("received_on", format!("“{}” is not a day such as 2026-11-16.", one_line(text, 40)));
                today
            }
        },
    };
    let open = match &customer {
        Some(customer) => invoices::open_of(conn, customer.key, currency)?,
        None => Vec::new(),
    };
    let spread = match amount {
        Some(amount) => match spread_of(amount, &open, &form.allocations) {
            Ok(spread) => Some(spread),
            Err(error) => {
                problem("allocations", error.message);
                None
            }
        },
        None => None,
    };
    Ok(Reading { customer, amount, currency, received_on, open, spread, problems })
}

fn spread_of(amount: Money, open: &[Invoice], chosen: &[AllocationForm]) -> Result<Spread, ApiError> {
    let payables: Vec<Payable> = open
        .iter()
        .map(|invoice| Payable { invoice: invoice.shown().to_owned(), due: invoice.due, open: invoice.open })
        .collect();
    if chosen.is_empty() {
        return Ok(allocation::oldest_first(amount, &payables)?);
    }
    // An invoice that is named without an amount takes what is left when its turn comes.
    let mut amounts = Vec::with_capacity(chosen.len());
    let mut left = amount;
    for row in chosen {
        let part = if row.amount.trim().is_empty() {
            let open = payables.iter().find(|payable| payable.invoice == row.invoice).map(|p| p.open);
            left.lesser(open.unwrap_or(Money::zero(amount.currency())))?
        } else {
            Money::parse(&row.amount, amount.currency())?
        };
        left = left.sub(part)?;
        amounts.push((row.invoice.clone(), part));
    }
    Ok(allocation::chosen(amount, &payables, &amounts)?)
}

/// Checks a form that is to be booked; the first problem is the error.
pub(super) fn check(
    conn: &Conn,
    today: NaiveDate,
    profile: &Profile,
    form: &PaymentForm,
) -> Result<Checked, ApiError> {
    let reading = read(conn, today, profile, form)?;
    if let Some(problem) = reading.problems.into_iter().next() {
        return Err(ApiError::usage(
            &format!("form_{}", problem.field),
            format!("Nothing was recorded. {}", problem.say),
        ));
    }
    let (Some(customer), Some(amount), Some(spread)) = (reading.customer, reading.amount, reading.spread)
    else {
        return Err(ApiError::usage("form", "Nothing was recorded: the form is not complete."));
    };
    Ok(Checked {
        customer,
        amount,
        method: form.method.clone(),
        received_on: reading.received_on,
        reference: one_line(&form.reference, 120),
        note: bounded(&form.note, MEMO_CHARS),
        open: reading.open,
        spread,
    })
}

/// What recording the form would do.
pub(super) fn preview(
    conn: &Conn,
    now: DateTime<Utc>,
    form: &PaymentForm,
) -> Result<PaymentPreview, ApiError> {
    let profile = Profile::load(conn)?;
    let today = profile.day(now);
    let reading = read(conn, today, &profile, form)?;
    let zero = Money::zero(reading.currency);
    let applied_to = |number: &str| {
        let found =
            reading.spread.as_ref().and_then(|s| s.applied.iter().find(|(invoice, _)| invoice == number));
        found.map_or(zero, |(_, amount)| *amount)
    };
    let mut rows = Vec::with_capacity(reading.open.len());
    for invoice in &reading.open {
        let apply = applied_to(invoice.shown());
        rows.push(AllocationRow {
            invoice: invoice.shown().to_owned(),
            due: invoice.due.to_string(),
            days_late: u32::try_from((today - invoice.due).num_days()).unwrap_or(0),
            total: invoice.total.into(),
            open: invoice.open.into(),
            apply: apply.into(),
            left: invoice.open.sub(apply)?.into(),
        });
    }
    let (mut applied, mut credit) = (zero, zero);
    let mut postings = Vec::new();
    let mut paper = None;
    if let (Some(customer), Some(amount), Some(spread)) = (&reading.customer, reading.amount, &reading.spread)
    {
        applied = Money::sum(spread.applied.iter().map(|(_, part)| *part), reading.currency)?;
        credit = spread.rest;
        postings = posting_lines(customer, &form.method, amount, spread);
        let number = paper::next_receipt_number(conn, reading.received_on)?;
        let filled = paper::Filled {
            profile: &profile,
            customer,
            number: &number,
            amount,
            method: &form.method,
            reference: &form.reference,
            received_on: reading.received_on,
            open: &reading.open,
            spread,
        };
        paper = Some(paper::compose(&filled)?);
    }
    let email = reading.customer.as_ref().map(|c| c.email.clone()).filter(|email| !email.is_empty());
    Ok(PaymentPreview {
        rows,
        applied: applied.into(),
        credit: credit.into(),
        postings,
        paper,
        email,
        problems: reading.problems,
    })
}

fn posting_lines(customer: &Customer, method: &str, amount: Money, spread: &Spread) -> Vec<PostingLine> {
    let line = |account: &str, note: String, amount: Money| PostingLine {
        account: account.to_owned(),
        note,
        amount: amount.into(),
    };
    let until = match method {
        "check" | "money_order" => "until it is deposited",
        "cash" => "until it is put into a cash account or the bank",
        _ => "until its bank line arrives",
    };
    let mut lines = vec![line(UNDEPOSITED, until.to_owned(), amount)];
    for (invoice, part) in &spread.applied {
        lines.push(line(RECEIVABLE, invoice.clone(), -*part));
    }
    if spread.rest.is_positive() {
        lines.push(line(CUSTOMER_CREDIT, customer.name.clone(), -spread.rest));
    }
    lines
}
