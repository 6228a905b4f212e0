//! Giving money at a provider its reason: an invoice, a customer's credit, or a category; and taking that back.

use purser_core::account::SUSPENSE;
use purser_core::booking::{self, Funds};
use purser_core::invoice::Stage;
use purser_core::matching::money_text;
use purser_core::text::one_line;
use purser_core::{Entry, Item, ItemKind, Money};
use purser_store::WriteTx;
use purser_store::tables::allocations::{self, Allocation};
use purser_store::tables::customers::{self, Customer};
use purser_store::tables::provider::{self, Waiting};
use purser_store::tables::{attention, invoices, ledger};
use serde_json::json;

use super::asked_as;
use crate::api::Caller;
use crate::api::types::*;
use crate::books::Moment;
use crate::error::ApiError;
use crate::settled;
use crate::verbs::{ledger as accounts, matching};

/// What is booked, and the allocation that owns it.
struct Reason {
    entry: Entry,
    allocation: Option<Allocation>,
    say: String,
}

/// `charge_resolve`.
pub fn resolve(caller: &Caller<'_>, input: ChargeResolve) -> Result<Done, ApiError> {
    let books = caller.books()?;
    let (say, undo) = books.decide(&caller.actor, move |tx, moment| {
        let found = find(tx, &input.id)?;
        let reason = match input.to.as_str() {
            "invoice" => to_invoice(tx, moment, &found, &input.target)?,
            "credit" => to_credit(tx, moment, &found, &input.target)?,
            "category" => to_category(tx, moment, &found, &input.target)?,
            other => {
                let shown = one_line(other, 30);
                let say = format!("“{shown}” is no reason. It can be invoice, credit or category.");
                return Err(ApiError::usage("charge_reason", say));
            }
        };
        let (subject, kind) = asked_as(&found.object);
        let detail = json!({"as": reason.say, "amount": found.amount});
        let booked = moment.book(tx, "charge.resolve", subject.as_str(), detail, &[reason.entry.into()])?;
        let number = booked.numbers.first().copied().unwrap_or_default();
        if let Some(allocation) = reason.allocation {
            let paid = allocation.invoice;
            allocations::add(tx, &Allocation { entry: number, ..allocation })?;
            settled::look(tx, moment, paid)?;
        }
        attention::resolve(tx, &subject, Some(kind), moment.at)?;
        let what = json!({"kind": "charge", "id": found.object.external_id, "entry": number});
        let undo = moment.offer_undo(tx, &what, &reason.say)?;
        Ok((format!("{}.", reason.say), undo))
    })?;
    matching::refresh(&books)?;
    Ok(Done { sequence: books.store.sequence(), say, undo: Some(undo) })
}

fn find(tx: &WriteTx<'_>, id: &str) -> Result<Waiting, ApiError> {
    provider::waiting_of(tx, id)?.ok_or_else(|| {
        let shown = one_line(id, 60);
        ApiError::failed("charge_settled", format!("{shown} does not wait for a reason (any more)."))
    })
}

/// Only money that came in can pay something.
fn came_in(found: &Waiting) -> Result<(), ApiError> {
    if found.amount.is_positive() {
        return Ok(());
    }
    Err(ApiError::usage("money_out", "Money that left pays no invoice. File it under a category."))
}

fn allocation(moment: &Moment, found: &Waiting, customer: i64) -> Allocation {
    let zero = Money::zero(found.amount.currency());
    Allocation {
        key: 0,
        invoice: None,
        customer,
        funds_kind: "charge".to_owned(),
        funds_id: found.object.external_id.clone(),
        amount: zero,
        fee: zero,
        over: zero,
        on: moment.today(),
        entry: 0,
        undone_by: None,
    }
}

/// The invoice takes what is open on it; what is left over becomes its customer's credit.
fn to_invoice(tx: &WriteTx<'_>, moment: &Moment, found: &Waiting, number: &str) -> Result<Reason, ApiError> {
    came_in(found)?;
    let invoice = invoices::by_number(tx, number)?.ok_or_else(|| ApiError::unknown("invoice", number))?;
    let refused = |say: String| Err(ApiError::usage("charge_invoice", say));
    if invoice.stage != Stage::Issued || !invoice.open.is_positive() {
        return refused(format!("Nothing is open on {}.", invoice.shown()));
    }
    if invoice.open.currency() != found.amount.currency() {
        return refused(format!(
            "{} is in {}, this payment in {}. Make it the customer's credit, or file it.",
            invoice.shown(),
            invoice.open.currency(),
            found.amount.currency()
        ));
    }
    let received = found.amount.lesser(invoice.open)?;
    let over = found.amount.sub(received)?;
    let entry = booking::allocate(&booking::Allocation {
        funds: Funds::Charge(found.object.external_id.clone()),
        invoice: &invoice.id,
        received,
        fee: Money::zero(received.currency()),
        over: over.is_positive().then_some((invoice.customer_id.as_str(), over)),
        on: moment.today(),
        text: one_line(&format!("Card payment of {}", invoice.shown()), 300),
    })?;
    let row = allocation(moment, found, invoice.customer);
    let allocation = Allocation { invoice: Some(invoice.key), amount: received, over, ..row };
    let rest = match over.is_positive() {
        true => format!(", {} became credit", money_text(over)),
        false => String::new(),
    };
    let say = format!("{} pays {}{rest}", money_text(found.amount), invoice.shown());
    Ok(Reason { entry, allocation: Some(allocation), say })
}

fn to_credit(tx: &WriteTx<'_>, moment: &Moment, found: &Waiting, name: &str) -> Result<Reason, ApiError> {
    came_in(found)?;
    let customer: Customer =
        customers::named(tx, name)?.pop().ok_or_else(|| ApiError::unknown("customer", name))?;
    let funds = Funds::Charge(found.object.external_id.clone());
    let text = format!("Credit of {}", one_line(&customer.name, 100));
    let entry = booking::to_credit(&funds, &customer.id, found.amount, moment.today(), &text)?;
    let row = allocation(moment, found, customer.key);
    let say = format!("{} is the credit of {}", money_text(found.amount), one_line(&customer.name, 100));
    Ok(Reason { entry, allocation: Some(Allocation { over: found.amount, ..row }), say })
}

fn to_category(
    tx: &WriteTx<'_>,
    moment: &Moment,
    found: &Waiting,
    account: &str,
) -> Result<Reason, ApiError> {
    let account = accounts::check_category(tx, account)?;
    let id = &found.object.external_id;
    let text = one_line(&format!("{}, {id}", crate::ingest::title_of(&found.source)), 300);
    let entry = booking::file_charge(id, &account, found.amount, moment.today(), &text)?;
    let say = format!("{} is filed under {account}", money_text(found.amount.abs()));
    Ok(Reason { entry, allocation: None, say })
}

/// Takes back the reason that one entry gave a charge: it waits again.
pub(crate) fn take_back(
    tx: &WriteTx<'_>,
    moment: &Moment,
    id: &str,
    number: i64,
) -> Result<String, ApiError> {
    let item = Item::new(ItemKind::Charge, id);
    let is_ours = ledger::postings(tx, number)?
        .iter()
        .any(|posting| posting.account.as_str() == SUSPENSE && posting.item.as_ref() == Some(&item));
    if !is_ours {
        return Err(ApiError::unknown("entry", &number.to_string()));
    }
    let paid: Vec<Allocation> =
        allocations::of_funds(tx, "charge", id)?.into_iter().filter(|row| row.entry == number).collect();
    matching::credit_is_there(tx, &paid)?;
    let on = ledger::entry(tx, number)?.map_or(moment.today(), |entry| entry.occurred_on);
    let reversal = ledger::reversal(tx, number, on, "taken back")?;
    let detail = json!({ "entry": number });
    let booked = moment.book(tx, "charge.resolve_undo", format!("charge:{id}"), detail, &[reversal])?;
    for (row, by) in paid.iter().zip(&booked.numbers) {
        allocations::mark_undone(tx, row.key, *by)?;
    }
    settled::look(tx, moment, paid.iter().filter_map(|row| row.invoice))?;
    Ok("The payment waits for its reason again.".to_owned())
}
