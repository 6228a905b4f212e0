//! What happened with a customer, newest first: invoices, money both ways, credit, mails.

use purser_core::text::one_line;
use purser_store::tables::customers::Customer;
use purser_store::tables::{Conn, allocations, batches, effects, invoices, lines, payments as recorded};

use super::provider::{self, Told};
use crate::api::types::*;
use crate::books::stamp;
use crate::error::ApiError;
use crate::profile::Profile;
use crate::verbs::payments;

/// The newest events, at most so many, and whether there are older ones.
pub(super) fn events(
    conn: &Conn,
    profile: &Profile,
    customer: &Customer,
    told: &[Told],
    wanted: u32,
) -> Result<(Vec<CustomerEvent>, bool), ApiError> {
    // Each kind may be all of them; one more than is shown tells that there are older ones.
    let limit = i64::from(wanted) + 1;
    let mut events = issued(conn, customer, limit)?;
    events.extend(paid(conn, customer, limit)?);
    events.extend(allocated(conn, customer, limit)?);
    events.extend(provider::events(conn, profile, told)?);
    // Days sort before the moments of the same day, as text does; that is the order in which they are known.
    events.sort_by(|one, other| other.at.cmp(&one.at));
    let more = events.len() > wanted as usize;
    events.truncate(wanted as usize);
    Ok((events, more))
}

fn issued(conn: &Conn, customer: &Customer, limit: i64) -> Result<Vec<CustomerEvent>, ApiError> {
    let invoices = invoices::latest_of(conn, customer.key, limit)?;
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
fn paid(conn: &Conn, customer: &Customer, limit: i64) -> Result<Vec<CustomerEvent>, ApiError> {
    let mut events = Vec::new();
    for payment in recorded::latest_of(conn, customer.key, limit)? {
        let how = payment.method.replace('_', " ");
        let undone = if payment.state == "undone" { ", taken back" } else { "" };
        events.push(CustomerEvent {
            at: payment.received_on.to_string(),
            kind: "payment".to_owned(),
            text: format!("{} by {how}{undone}", payment.number),
            amount: Some(payment.amount.into()),
            route: format!("/money-in/payments/{}", payment.number),
        });
        events.extend(refunds(conn, &payment)?);
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

/// Bank lines that settled their invoices or became their credit, each once; and credit that paid an invoice.
fn allocated(conn: &Conn, customer: &Customer, limit: i64) -> Result<Vec<CustomerEvent>, ApiError> {
    let mut events: Vec<CustomerEvent> = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for allocation in allocations::latest_of(conn, customer.key, limit)? {
        match allocation.funds_kind.as_str() {
            "credit" => events.push(CustomerEvent {
                at: allocation.on.to_string(),
                kind: "credit".to_owned(),
                text: "Credit paid an invoice".to_owned(),
                amount: Some(allocation.amount.into()),
                route: format!("/ledger/journal/{}", allocation.entry),
            }),
            "line" if !seen.contains(&allocation.funds_id) => {
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
            _ => {}
        }
    }
    Ok(events)
}

/// Refunds of a payment that was recorded by hand, with where each stands.
fn refunds(conn: &Conn, payment: &recorded::Payment) -> Result<Vec<CustomerEvent>, ApiError> {
    let mut events = Vec::new();
    for item in batches::refund_items_of_payment(conn, &payment.id)? {
        let Some(batch) = batches::by_key(conn, item.batch)? else { continue };
        events.push(CustomerEvent {
            at: stamp(batch.frozen_at),
            kind: "refund".to_owned(),
            text: format!("Refund of {}: {}", payment.number, item.state.as_str()),
            amount: Some((-item.amount).into()),
            route: format!("/payouts/batches/{}", batch.id),
        });
    }
    Ok(events)
}
