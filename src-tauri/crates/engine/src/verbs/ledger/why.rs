//! Why this amount: the parts that add up to an entry's amount, each with where it opens.

use chrono::NaiveDate;
use purser_core::entry::EntryKind;
use purser_core::{Item, ItemKind, Money, Posting};
use purser_store::ReadTx;
use purser_store::tables::ledger::StoredEntry;
use purser_store::tables::{allocations, customers, invoices};

use super::words::{item_words, short_account};
use crate::api::types::{JournalRow, WhyPart};
use crate::error::ApiError;

/// The parts of an entry's amount. They add up to `row.amount`, to the last digit.
pub(super) fn parts(
    tx: &ReadTx<'_>,
    head: &StoredEntry,
    postings: &[Posting],
    row: &JournalRow,
    today: NaiveDate,
) -> Result<Vec<WhyPart>, ApiError> {
    let whole = |text: String, route: String| vec![WhyPart { text, amount: row.amount.clone(), route }];
    if let Some(original) = head.reverses {
        return Ok(whole(format!("Takes back entry {original}"), format!("/ledger/journal/{original}")));
    }
    let special = match head.kind {
        EntryKind::Allocation => of_allocation(tx, head.number, postings, today)?,
        EntryKind::Invoice => of_invoice(tx, postings)?,
        EntryKind::BankLine | EntryKind::Filing => match item_of(postings, ItemKind::BankLine) {
            Some(item) => {
                let (text, route) = item_words(tx, item, today)?;
                whole(text, route)
            }
            None => Vec::new(),
        },
        EntryKind::Deposit => match item_of(postings, ItemKind::Payment) {
            Some(item) => {
                let (text, route) = item_words(tx, item, today)?;
                whole(format!("Recorded payment {text}"), route)
            }
            None => Vec::new(),
        },
        EntryKind::Opening => match item_of(postings, ItemKind::Invoice) {
            Some(item) => {
                let (text, route) = item_words(tx, item, today)?;
                whole(format!("Open on {text} when the books began"), route)
            }
            None => whole("The balance when the books began".to_owned(), "/settings/accounts".to_owned()),
        },
        _ => Vec::new(),
    };
    if adds_up(&special, row) {
        return Ok(special);
    }
    of_debits(tx, postings, row, today)
}

fn item_of(postings: &[Posting], kind: ItemKind) -> Option<&Item> {
    postings.iter().filter_map(|posting| posting.item.as_ref()).find(|item| item.kind == kind)
}

/// Whether the parts are the whole: a reason that leaves a rest is none.
fn adds_up(parts: &[WhyPart], row: &JournalRow) -> bool {
    let Ok(whole) = Money::try_from(&row.amount) else { return false };
    let amounts: Result<Vec<Money>, _> = parts.iter().map(|part| Money::try_from(&part.amount)).collect();
    amounts.is_ok_and(|amounts| Money::sum(amounts, whole.currency()).is_ok_and(|sum| sum == whole))
}

/// What was received, what a bank kept, what was left over.
fn of_allocation(
    tx: &ReadTx<'_>,
    entry: i64,
    postings: &[Posting],
    today: NaiveDate,
) -> Result<Vec<WhyPart>, ApiError> {
    let Some(allocation) = allocations::of_entry(tx, entry)? else { return Ok(Vec::new()) };
    let Some(invoice) = item_of(postings, ItemKind::Invoice) else { return Ok(Vec::new()) };
    let (funds, funds_route) = match funds_of(postings) {
        Some(item) => item_words(tx, item, today)?,
        None => Default::default(),
    };
    let (invoice, invoice_route) = item_words(tx, invoice, today)?;
    let received = allocation.amount.sub(allocation.fee)?;
    let from_credit = allocation.funds_kind == "credit";
    let mut parts = vec![WhyPart {
        text: if from_credit {
            format!("Credit of {funds} pays {invoice}")
        } else {
            format!("Received from {funds}, for {invoice}")
        },
        amount: received.into(),
        route: if from_credit { invoice_route } else { funds_route },
    }];
    if !allocation.fee.is_zero() {
        let text = "Kept by a bank on the way, counts as paid".to_owned();
        parts.push(WhyPart { text, amount: allocation.fee.into(), route: String::new() });
    }
    if !allocation.over.is_zero() {
        let name =
            customers::by_key(tx, allocation.customer)?.map(|customer| customer.name).unwrap_or_default();
        let text = format!("Too much, becomes the credit of {name}");
        parts.push(WhyPart { text, amount: allocation.over.into(), route: String::new() });
    }
    Ok(parts)
}

/// The item that the money of an allocation comes from: the debited one.
fn funds_of(postings: &[Posting]) -> Option<&Item> {
    postings.iter().filter(|posting| posting.amount.is_positive()).find_map(|posting| posting.item.as_ref())
}

/// The lines of an invoice, and its tax.
fn of_invoice(tx: &ReadTx<'_>, postings: &[Posting]) -> Result<Vec<WhyPart>, ApiError> {
    let Some(item) = item_of(postings, ItemKind::Invoice) else { return Ok(Vec::new()) };
    let Some(invoice) = invoices::by_id(tx, &item.id)? else { return Ok(Vec::new()) };
    let route = format!("/money-in/invoices/{}", invoice.shown());
    let mut parts = Vec::new();
    for line in invoices::lines(tx, &invoice)? {
        let many = if line.quantity == 1 { String::new() } else { format!("{} × ", line.quantity) };
        let text = format!("{many}{}", line.text);
        parts.push(WhyPart { text, amount: line.amount.into(), route: route.clone() });
    }
    if !invoice.tax.is_zero() {
        parts.push(WhyPart { text: "Sales tax".to_owned(), amount: invoice.tax.into(), route });
    }
    Ok(parts)
}

/// The debits in the first currency, which are what the amount sums.
fn of_debits(
    tx: &ReadTx<'_>,
    postings: &[Posting],
    row: &JournalRow,
    today: NaiveDate,
) -> Result<Vec<WhyPart>, ApiError> {
    let mut parts = Vec::new();
    for posting in postings {
        if !posting.amount.is_positive() || posting.amount.currency().code() != row.amount.currency {
            continue;
        }
        let account = short_account(posting.account.as_str());
        let (text, route) = match &posting.item {
            Some(item) => {
                let (words, route) = item_words(tx, item, today)?;
                (format!("{account}: {words}"), route)
            }
            None => (account.to_owned(), String::new()),
        };
        parts.push(WhyPart { text, amount: posting.amount.into(), route });
    }
    Ok(parts)
}
