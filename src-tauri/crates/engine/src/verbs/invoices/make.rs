//! Making, issuing and voiding invoices. A number is given at issue, inside the transaction (rule C-14).

use chrono::{Duration, NaiveDate};
use purser_core::account::{Account, INCOME};
use purser_core::booking::{self, IssuedInvoice};
use purser_core::invoice::{Stage, document_number, reference};
use purser_core::text::one_line;
use purser_core::{Currency, Item, ItemKind, Money};
use purser_store::WriteTx;
use purser_store::tables::customers;
use purser_store::tables::invoices::{self, Invoice, InvoiceLine, NewInvoice};
use purser_store::tables::{allocations, ledger, provider, series};
use serde_json::json;

use crate::api::Caller;
use crate::api::types::*;
use crate::books::Moment;
use crate::error::ApiError;
use crate::ingest::title_of;

/// Most lines of one invoice.
const LINES_MAX: usize = 200;

/// `invoice_create`.
pub fn create(caller: &Caller<'_>, input: InvoiceForm) -> Result<InvoiceMade, ApiError> {
    let books = caller.books()?;
    let mut made = books.decide(&caller.actor, move |tx, moment| {
        let made = create_in(tx, moment, &input)?;
        moment.keep_reply(tx, &made)?;
        Ok(made)
    })?;
    made.done.sequence = books.store.sequence();
    Ok(made)
}

fn form_error(field: &str, say: impl std::fmt::Display) -> ApiError {
    ApiError::usage(&format!("form_{field}"), format!("No invoice was made. {say}"))
}

fn day_or(text: &str, field: &str, otherwise: NaiveDate) -> Result<NaiveDate, ApiError> {
    match text.trim() {
        "" => Ok(otherwise),
        text => text.parse().map_err(|_| {
            form_error(field, format!("“{}” is not a day such as 2026-11-16.", one_line(text, 40)))
        }),
    }
}

fn create_in(tx: &WriteTx<'_>, moment: &Moment, form: &InvoiceForm) -> Result<InvoiceMade, ApiError> {
    let found = customers::named(tx, &form.customer)?;
    let [customer] = found.as_slice() else {
        let name = one_line(&form.customer, 80);
        return Err(form_error(
            "customer",
            match found.len() {
                0 => super::no_customer(tx, &form.customer)?,
                count => format!("{count} customers are called “{name}”. Use the email or the id."),
            },
        ));
    };
    let currency = match form.currency.trim() {
        "" => moment.profile.currency,
        code => Currency::from_code(code)?,
    };
    let issued = day_or(&form.issued, "issued", moment.today())?;
    let terms = Duration::days(i64::from(moment.profile.terms_days));
    let due = day_or(&form.due, "due", issued + terms)?;
    if due < issued {
        return Err(form_error("due", format!("It would be due on {due}, before it is issued on {issued}.")));
    }
    if issued < moment.profile.books_start {
        return Err(form_error(
            "issued",
            format!("{issued} is before the books begin on {}.", moment.profile.books_start),
        ));
    }
    let lines = lines_of(form, currency)?;
    let net = Money::sum(lines.iter().map(|line| line.amount), currency)?;
    let tax = Money::sum(lines.iter().map(|line| line.tax), currency)?;
    if !net.add(tax)?.is_positive() {
        return Err(form_error("lines", "Its total must be more than zero."));
    }
    let (id, stamp) = (moment.id(), moment.stamp());
    let key = invoices::add(
        tx,
        &NewInvoice {
            id: &id,
            number: None,
            reference: "",
            customer: customer.key,
            net,
            tax,
            issued,
            due,
            created_at: &stamp,
            import: None,
            lines: &lines,
        },
    )?;
    if form.issue {
        return issue_in(tx, moment, &id);
    }
    let say = format!("Draft for {} kept.", one_line(&customer.name, 80));
    tx.audit(moment.audit(
        "invoice.draft",
        format!("invoice:{id}"),
        json!({"key": key, "total": net.add(tax)?}),
    ))?;
    Ok(InvoiceMade { number: id, done: Done { sequence: 0, say, undo: None } })
}

fn lines_of(form: &InvoiceForm, currency: Currency) -> Result<Vec<InvoiceLine>, ApiError> {
    if form.lines.is_empty() || form.lines.len() > LINES_MAX {
        return Err(form_error("lines", format!("An invoice has 1 to {LINES_MAX} lines.")));
    }
    form.lines
        .iter()
        .enumerate()
        .map(|(place, line)| {
            let here = format!("lines.{place}");
            let price = Money::parse(&line.price, currency).map_err(|error| form_error(&here, error))?;
            if line.quantity == 0 {
                return Err(form_error(&here, "A quantity must be at least 1."));
            }
            let amount = Money::new(price.minor() * i128::from(line.quantity), currency);
            Ok(InvoiceLine {
                text: one_line(&line.text, 300),
                quantity: line.quantity,
                price,
                amount,
                tax: tax_of(amount, &line.tax_percent).map_err(|say| form_error(&here, say))?,
                tax_percent: line.tax_percent.trim().to_owned(),
                account: INCOME.to_owned(),
            })
        })
        .collect()
}

/// Tax of a line, rounded half to even once. The percentage has at most four decimals.
fn tax_of(amount: Money, percent: &str) -> Result<Money, String> {
    let percent = percent.trim();
    if percent.is_empty() {
        return Ok(Money::zero(amount.currency()));
    }
    let bad = || format!("“{}” is not a tax rate such as 8.875.", one_line(percent, 20));
    let (whole, fraction) = percent.split_once('.').unwrap_or((percent, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if fraction.len() > 4 || whole.len() > 3 || whole.is_empty() || !digits(whole) || !digits(fraction) {
        return Err(bad());
    }
    let scaled: i128 = format!("{whole}{fraction:0<4}").parse().map_err(|_| bad())?;
    if scaled > 1_000_000 {
        return Err(bad());
    }
    let product = amount.minor() * scaled;
    let (quotient, remainder) = (product / 1_000_000, product % 1_000_000);
    let round_up = remainder.abs() > 500_000 || (remainder.abs() == 500_000 && quotient % 2 != 0);
    Ok(Money::new(quotient + if round_up { product.signum() } else { 0 }, amount.currency()))
}

/// `invoice_issue`.
pub fn issue(caller: &Caller<'_>, input: ByNumber) -> Result<InvoiceMade, ApiError> {
    let books = caller.books()?;
    let mut made = books.decide(&caller.actor, move |tx, moment| issue_in(tx, moment, &input.number))?;
    made.done.sequence = books.store.sequence();
    Ok(made)
}

fn issue_in(tx: &WriteTx<'_>, moment: &Moment, id: &str) -> Result<InvoiceMade, ApiError> {
    let draft = invoices::by_number(tx, id)?.ok_or_else(|| ApiError::unknown("invoice", id))?;
    if draft.stage != Stage::Draft {
        return Err(ApiError::failed(
            "invoice_stage",
            format!("{} was issued already. Nothing was changed.", draft.shown()),
        ));
    }
    let prefix = &moment.profile.invoice_prefix;
    let number = free_number(tx, prefix, draft.issued)?;
    // References count from 1,000,001, so that they never begin with a row of zeros.
    let serial = 1_000_000 + series::next(tx, "reference")?;
    let reference = reference(prefix, serial);
    let mut income: Vec<(Account, Money)> = Vec::new();
    for line in invoices::lines(tx, &draft)? {
        let account = Account::new(&line.account)?;
        match income.iter_mut().find(|(known, _)| *known == account) {
            Some((_, sum)) => *sum = sum.add(line.amount)?,
            None => income.push((account, line.amount)),
        }
    }
    let customer = one_line(&draft.customer_name, 160);
    let entry = booking::invoice_issued(&IssuedInvoice {
        id: &draft.id,
        number: &number,
        customer: &customer,
        issued: draft.issued,
        income: &income,
        tax: draft.tax,
    })?;
    invoices::issue(tx, draft.key, &number, &reference)?;
    let detail =
        json!({"number": number, "customer": customer, "total": draft.total, "reference": reference});
    moment.book(tx, "invoice.issue", format!("invoice:{number}"), detail, &[entry.into()])?;
    let say = format!("Issued {number} to {customer}, {}.", draft.total);
    Ok(InvoiceMade { number, done: Done { sequence: 0, say, undo: None } })
}

/// The next number of a month that no imported invoice has taken.
fn free_number(tx: &WriteTx<'_>, prefix: &str, month: NaiveDate) -> Result<String, ApiError> {
    loop {
        let count = series::next(tx, &format!("invoice:{prefix}:{}", month.format("%Y%m")))?;
        let number = document_number(prefix, month, count);
        if invoices::by_number(tx, &number)?.is_none() {
            return Ok(number);
        }
    }
}

/// `invoice_void`: an issued invoice is reversed, a draft is removed.
pub fn void(caller: &Caller<'_>, input: ByNumber) -> Result<Done, ApiError> {
    let books = caller.books()?;
    let say = books.decide(&caller.actor, move |tx, moment| {
        let invoice = invoices::by_number(tx, &input.number)?
            .ok_or_else(|| ApiError::unknown("invoice", &input.number))?;
        void_in(tx, moment, &invoice)
    })?;
    Ok(Done { sequence: books.store.sequence(), say, undo: None })
}

fn void_in(tx: &WriteTx<'_>, moment: &Moment, invoice: &Invoice) -> Result<String, ApiError> {
    if invoice.stage == Stage::Draft {
        invoices::remove_draft(tx, invoice.key)?;
        tx.audit(moment.audit("invoice.remove_draft", format!("invoice:{}", invoice.id), json!({})))?;
        return Ok("The draft was removed.".to_owned());
    }
    if let Some((source, _)) = provider::of_invoice(tx, invoice.key)? {
        let title = title_of(&source);
        return Err(ApiError::failed(
            "invoice_of_provider",
            format!(
                "{} is an invoice of {title}. Void it there, and Purser follows; nothing was changed.",
                invoice.shown()
            ),
        ));
    }
    if invoice.written_off {
        return Err(ApiError::failed(
            "invoice_written_off",
            format!("{} is written off. Undo that first; nothing was changed.", invoice.shown()),
        ));
    }
    let paid = allocations::of_invoice(tx, invoice.key)?;
    if paid.iter().any(|allocation| allocation.undone_by.is_none()) {
        return Err(ApiError::failed(
            "invoice_paid",
            format!("{} has a payment. Undo or refund that first; nothing was changed.", invoice.shown()),
        ));
    }
    let mut entries = Vec::new();
    for number in ledger::entries_of_item(tx, &Item::new(ItemKind::Invoice, &invoice.id))? {
        let is_reversal = ledger::entry(tx, number)?.is_some_and(|entry| entry.reverses.is_some());
        if !is_reversal && ledger::reversed_by(tx, number)?.is_none() {
            entries.push(ledger::reversal(tx, number, moment.today(), "invoice void")?);
        }
    }
    invoices::void(tx, invoice.key)?;
    let number = invoice.shown();
    moment.book(
        tx,
        "invoice.void",
        format!("invoice:{number}"),
        json!({"total": invoice.total}),
        &entries,
    )?;
    Ok(format!("{number} is void."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tax_is_rounded_once_half_to_even() {
        let usd = |minor| Money::new(minor, Currency::USD);
        for (amount, percent, tax) in [
            (10_000, "20", 2_000),
            (10_000, "8.875", 888),
            (10, "5", 0),
            (30, "5", 2),
            (50, "5", 2),
            (70, "5", 4),
            (-50, "5", -2),
            (100, "", 0),
        ] {
            assert_eq!(tax_of(usd(amount), percent).unwrap(), usd(tax), "{amount} at {percent} %");
        }
        for bad in ["x", "1.23456", "-5", "1000", "200"] {
            assert!(tax_of(usd(100), bad).is_err(), "{bad}");
        }
    }
}
