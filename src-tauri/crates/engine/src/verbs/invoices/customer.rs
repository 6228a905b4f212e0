//! One customer opened: address, what is open, what came, and what happened in which order.

use purser_core::text::one_line;
use purser_store::tables::customers::{self, Customer};
use purser_store::tables::{Conn, allocations, effects, invoices, lines, payments as recorded};

use super::{list, row};
use crate::api::Caller;
use crate::api::types::*;
use crate::books::stamp;
use crate::error::ApiError;
use crate::profile::Profile;
use crate::verbs::payments;

/// Most payments in the pane.
const PAYMENTS_MAX: i64 = 20;
/// Most rows of each table that the history reads.
const READ_MAX: i64 = 40;
/// Most events of the history.
const EVENTS_MAX: usize = 60;

/// `customer`.
pub fn customer(caller: &Caller<'_>, input: ById) -> Result<CustomerDetail, ApiError> {
    let books = caller.books()?;
    let now = books.clock.now();
    books.read(|tx| {
        let profile = Profile::load(tx)?;
        let (base, today) = (profile.currency, profile.day(now));
        let customer =
            customers::by_id(tx, &input.id)?.ok_or_else(|| ApiError::unknown("customer", &input.id))?;
        let open = invoices::open_of(tx, customer.key, base)?;
        Ok(CustomerDetail {
            row: row(tx, &customer, base)?,
            address: customer.address.clone(),
            country: customer.country.clone(),
            names: customers::aliases_of(tx, customer.key)?,
            open: open.iter().map(|invoice| list::row(invoice, today)).collect(),
            payments: recorded::latest_of(tx, customer.key, PAYMENTS_MAX)?
                .iter()
                .map(payments::row)
                .collect(),
            events: events(tx, &customer)?,
        })
    })
}

/// Invoices, money and mails, newest first.
fn events(conn: &Conn, customer: &Customer) -> Result<Vec<CustomerEvent>, ApiError> {
    let mut events = issued(conn, customer)?;
    events.extend(paid(conn, customer)?);
    events.extend(transfers(conn, customer)?);
    // Days sort before the moments of the same day, as text does; that is the order in which they are known.
    events.sort_by(|one, other| other.at.cmp(&one.at));
    events.truncate(EVENTS_MAX);
    Ok(events)
}

fn issued(conn: &Conn, customer: &Customer) -> Result<Vec<CustomerEvent>, ApiError> {
    let invoices = invoices::latest_of(conn, customer.key, READ_MAX)?;
    Ok(invoices
        .iter()
        .map(|invoice| {
            let name = invoice.number.as_deref().unwrap_or(&invoice.id);
            let text = match invoice.stage {
                purser_core::invoice::Stage::Draft => "Draft of an invoice".to_owned(),
                purser_core::invoice::Stage::Issued => format!("{name} issued"),
                purser_core::invoice::Stage::Void => format!("{name} issued, now void"),
            };
            CustomerEvent {
                at: invoice.issued.to_string(),
                kind: "invoice".to_owned(),
                text,
                amount: Some(invoice.total.into()),
                route: format!("/money-in/invoices/{name}"),
            }
        })
        .collect())
}

/// Payments recorded by hand, each with the mail of its receipt.
fn paid(conn: &Conn, customer: &Customer) -> Result<Vec<CustomerEvent>, ApiError> {
    let mut events = Vec::new();
    for payment in recorded::latest_of(conn, customer.key, READ_MAX)? {
        let how = payment.method.replace('_', " ");
        let undone = if payment.state == "undone" { ", taken back" } else { "" };
        events.push(CustomerEvent {
            at: payment.received_on.to_string(),
            kind: "payment".to_owned(),
            text: format!("{} by {how}{undone}", payment.number),
            amount: Some(payment.amount.into()),
            route: format!("/money-in/payments/{}", payment.number),
        });
        if let Some(mail) = effects::by_idempotency_key(conn, &payments::mail_key(&payment.receipt))? {
            events.push(CustomerEvent {
                at: stamp(mail.ended_at.unwrap_or(mail.created_at)),
                kind: "mail".to_owned(),
                text: format!("Receipt {} by email: {}", payment.receipt, mail.state.as_str()),
                amount: None,
                route: "/automations/outbox".to_owned(),
            });
        }
    }
    Ok(events)
}

/// Bank lines that settled their invoices or became their credit, each once.
fn transfers(conn: &Conn, customer: &Customer) -> Result<Vec<CustomerEvent>, ApiError> {
    let mut events: Vec<CustomerEvent> = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for allocation in allocations::latest_of(conn, customer.key, READ_MAX)? {
        if allocation.funds_kind != "line" || seen.contains(&allocation.funds_id) {
            continue;
        }
        let Some(line) = lines::by_id(conn, &allocation.funds_id)? else { continue };
        let booked = one_line(&line.booked_as, 120);
        events.push(CustomerEvent {
            at: line.occurred_on.to_string(),
            kind: "transfer".to_owned(),
            text: if booked.is_empty() { "Bank transfer".to_owned() } else { booked },
            amount: Some(line.amount.into()),
            route: format!("/money-in/match/{}", line.id),
        });
        seen.push(allocation.funds_id);
    }
    Ok(events)
}
