//! The list of invoices, and one invoice opened.

use chrono::NaiveDate;
use purser_core::invoice::Stage;
use purser_core::{Item, ItemKind, Money};
use purser_store::tables::Sort;
use purser_store::tables::allocations;
use purser_store::tables::customers;
use purser_store::tables::invoices::{self, IndexRow, Invoice};
use purser_store::tables::{ledger, provider};

use crate::api::Caller;
use crate::api::types::*;
use crate::approvals::charge;
use crate::books::write_private;
use crate::error::ApiError;
use crate::ingest::{collection, title_of};
use crate::profile::Profile;
use crate::settled;
use crate::verbs::papers;

/// Invoices that a choice offers at most.
const FOUND_MAX: usize = 50;

/// `invoices_index`.
pub fn index(caller: &Caller<'_>, input: InvoicesFilter) -> Result<InvoicesIndex, ApiError> {
    let books = caller.books()?;
    let now = books.clock.now();
    let sort = crate::verbs::sort(&input.sort, "issued")?;
    books.read(|tx| {
        let profile = Profile::load(tx)?;
        let (base, today) = (profile.currency, profile.day(now).to_string());
        let all = invoices::index(tx, &input.text, sort)?;
        let is_open = |row: &IndexRow| row.stage == Stage::Issued && row.open > 0;
        let is_overdue = |row: &IndexRow| is_open(row) && row.due < today;
        let wanted = |row: &&IndexRow| match input.state.as_str() {
            "open" => is_open(row),
            "overdue" => is_overdue(row),
            "paid" => row.stage == Stage::Issued && row.open <= 0 && !row.written_off,
            "written_off" => row.stage == Stage::Issued && row.written_off,
            "draft" => row.stage == Stage::Draft,
            "void" => row.stage == Stage::Void,
            _ => true,
        };
        let sum = |pick: &dyn Fn(&IndexRow) -> bool| {
            let minor: i128 =
                all.iter().filter(|r| pick(r) && r.currency == base).map(|r| i128::from(r.open)).sum();
            Amount::from(Money::new(minor, base))
        };
        Ok(InvoicesIndex {
            keys: all.iter().filter(wanted).map(|row| row.key).collect(),
            open_count: u32::try_from(all.iter().filter(|row| is_open(row)).count()).unwrap_or(u32::MAX),
            open_sum: sum(&is_open),
            overdue_sum: sum(&is_overdue),
            total: u32::try_from(all.len()).unwrap_or(u32::MAX),
        })
    })
}

/// An invoice as a row of a list.
pub(crate) fn row(invoice: &Invoice, today: NaiveDate) -> InvoiceRow {
    let state = invoice.state(today);
    let late = (today - invoice.due).num_days();
    let overdue = state == purser_core::invoice::InvoiceState::Overdue;
    InvoiceRow {
        key: invoice.key,
        number: invoice.shown().to_owned(),
        id: invoice.id.clone(),
        customer: invoice.customer_name.clone(),
        issued: invoice.issued.to_string(),
        due: invoice.due.to_string(),
        state: state.as_str().to_owned(),
        days_overdue: if overdue { u32::try_from(late).unwrap_or(0) } else { 0 },
        total: invoice.total.into(),
        open: invoice.open.into(),
    }
}

/// `invoices_rows`.
pub fn rows(caller: &Caller<'_>, input: ByKeys) -> Result<Vec<InvoiceRow>, ApiError> {
    let keys = crate::verbs::page(&input.keys)?;
    let books = caller.books()?;
    let today = books.today()?;
    books.read(|tx| Ok(invoices::by_keys(tx, keys)?.iter().map(|invoice| row(invoice, today)).collect()))
}

/// `find_invoices`: open ones first, for a line that fits none of its candidates.
pub fn find(caller: &Caller<'_>, input: ByText) -> Result<InvoicesFound, ApiError> {
    let books = caller.books()?;
    let today = books.today()?;
    books.read(|tx| {
        let found = if input.text.trim().is_empty() {
            invoices::latest(tx, FOUND_MAX)?
        } else {
            let mut index = invoices::index(tx, &input.text, Sort::default())?;
            index.retain(|row| row.stage == Stage::Issued);
            index.sort_by_key(|row| row.open <= 0);
            let keys: Vec<i64> = index.iter().take(FOUND_MAX).map(|row| row.key).collect();
            invoices::by_keys(tx, &keys)?
        };
        Ok(InvoicesFound { invoices: found.iter().map(|invoice| row(invoice, today)).collect() })
    })
}

/// `invoice`.
pub fn detail(caller: &Caller<'_>, input: ByNumber) -> Result<InvoiceDetail, ApiError> {
    let books = caller.books()?;
    let now = books.clock.now();
    books.read(|tx| {
        let profile = Profile::load(tx)?;
        let invoice = invoices::by_number(tx, &input.number)?
            .ok_or_else(|| ApiError::unknown("invoice", &input.number))?;
        let customer = customers::by_key(tx, invoice.customer)?.unwrap_or_default();
        let lines = invoices::lines(tx, &invoice)?
            .into_iter()
            .map(|line| InvoicePaperLine {
                text: line.text,
                quantity: line.quantity,
                price: line.price.into(),
                amount: line.amount.into(),
            })
            .collect();
        let mut customer_lines = vec![customer.name.clone()];
        customer_lines.extend(papers::lines(&customer.address));
        let mut company_lines = papers::lines(&profile.address);
        company_lines.extend(papers::lines(&profile.tax_id));
        let mut history: Vec<HistoryLine> = Vec::new();
        let entries = ledger::entries_of_item(tx, &Item::new(ItemKind::Invoice, &invoice.id))?;
        for number in &entries {
            if let Some(entry) = ledger::entry(tx, *number)? {
                let by = crate::verbs::who(&entry.actor);
                history.push(HistoryLine {
                    at: entry.booked_at,
                    text: format!("{}, booked by {by}", entry.text),
                });
            }
        }
        history.reverse();
        let collected =
            if invoice.open.is_positive() { collection::of_invoice(tx, invoice.key)? } else { None };
        let is_paid = invoice.stage == Stage::Issued && !invoice.open.is_positive() && !invoice.written_off;
        Ok(InvoiceDetail {
            row: row(&invoice, profile.day(now)),
            provider: provider::of_invoice(tx, invoice.key)?
                .map(|(source, _)| title_of(&source).to_owned())
                .unwrap_or_default(),
            reference: invoice.reference.clone(),
            company: profile.name.clone(),
            company_lines,
            customer_lines,
            email: customer.email,
            lines,
            net: invoice.net.into(),
            tax: invoice.tax.into(),
            instructions: instructions(tx, &profile, &invoice)?,
            history,
            entries,
            cards: cards(tx, &invoice)?,
            collection: collected.as_ref().map(|of| of.words(&profile)).unwrap_or_default(),
            pay_page: collected.map(|of| of.page().to_owned()).unwrap_or_default(),
            can_tell: is_paid && settled::has_application(tx)?,
        })
    })
}

/// The card payments that an invoice took, and what of them can be given back.
fn cards(conn: &purser_store::tables::Conn, invoice: &Invoice) -> Result<Vec<CardPayment>, ApiError> {
    let mut cards = Vec::new();
    let paid = allocations::of_invoice(conn, invoice.key)?;
    for row in paid.iter().filter(|row| row.funds_kind == "charge" && row.undone_by.is_none()) {
        if let Some(taken) = charge::find(conn, &row.funds_id)? {
            let refundable = charge::refundable(conn, &taken)?.into();
            cards.push(CardPayment { id: row.funds_id.clone(), refundable });
        }
    }
    Ok(cards)
}

/// How to pay by transfer (MI-31): the accounts in the invoice's currency, and the reference.
fn instructions(
    conn: &purser_store::tables::Conn,
    profile: &Profile,
    invoice: &Invoice,
) -> Result<Vec<Fact>, ApiError> {
    if invoice.stage != Stage::Draft && !invoice.open.is_positive() {
        return Ok(Vec::new());
    }
    let fact = |label: &str, value: String| Fact { label: label.to_owned(), value };
    let mut facts = vec![fact("Payee", profile.name.clone())];
    let text: Option<String> = purser_store::tables::settings::get(conn, "bank.instructions")?;
    for line in papers::lines(&text.unwrap_or_default()) {
        match line.split_once(':') {
            Some((label, value)) => facts.push(fact(label.trim(), value.trim().to_owned())),
            None => facts.push(fact("Bank", line)),
        }
    }
    let reference = if invoice.reference.is_empty() { invoice.shown() } else { &invoice.reference };
    facts.push(fact("Reference", reference.to_owned()));
    facts.push(fact("Amount", papers::shown(invoice.open)));
    Ok(facts)
}

/// `invoice_pdf`: writes the paper beside the receipts.
pub fn pdf(caller: &Caller<'_>, input: ByNumber) -> Result<Written, ApiError> {
    let books = caller.books()?;
    let folder = books.papers_folder();
    let detail = detail(caller, input)?;
    let rendered = papers::invoice(&detail)?;
    let name = detail.row.number.replace(|c: char| !c.is_ascii_alphanumeric() && c != '-', "_");
    let path = folder.join(format!("{name}.pdf"));
    write_private(&path, &rendered.pdf)?;
    Ok(Written {
        path: path.to_string_lossy().into_owned(),
        bytes: rendered.pdf.len() as u64,
        say: format!("{} as PDF, in clear.", detail.row.number),
    })
}
