//! What providers of payments tell of a customer: subscriptions, charges, refunds, disputes.

use chrono::{DateTime, Utc};
use purser_core::fact::{Charge, Dispute, DisputeStatus, FactKind, Observed, Refund, RefundStatus};
use purser_core::metrics::parts_of;
use purser_core::text::one_line;
use purser_store::tables::Conn;
use purser_store::tables::customers::Customer;
use purser_store::tables::provider::{self, Object};

use crate::api::types::*;
use crate::books::stamp;
use crate::error::ApiError;
use crate::ingest::{collection, observed, ours_of, title_of};
use crate::profile::Profile;
use crate::verbs::metrics;

/// A customer as one provider knows them.
pub(super) struct Told {
    source: String,
    external_id: String,
}

/// The customer's names at providers.
pub(super) fn told(conn: &Conn, customer: &Customer) -> Result<Vec<Told>, ApiError> {
    let kind = FactKind::Customer.as_str();
    let mut all: Vec<Told> = Vec::new();
    for (source, _) in provider::feeds(conn)? {
        let known = provider::owned(conn, &source, kind, &ours_of(&customer.id))?;
        let mut ids: Vec<String> = known.into_iter().map(|object| object.external_id).collect();
        // One that was told before names were kept is found by the id that it brought.
        if let Some(id) = customer.external_id.as_ref().filter(|id| !ids.contains(id))
            && provider::get(conn, &source, kind, id)?.is_some()
        {
            ids.push(id.clone());
        }
        all.extend(ids.into_iter().map(|external_id| Told { source: source.clone(), external_id }));
    }
    Ok(all)
}

fn read(conn: &Conn, source: &str, object: &Object) -> Result<Option<Observed>, ApiError> {
    let Some(kind) = FactKind::parse(&object.kind) else { return Ok(None) };
    observed(conn, source, kind, object.fact)
}

/// What recurs of them now.
pub(super) fn subscriptions(
    conn: &Conn,
    told: &[Told],
    now: DateTime<Utc>,
) -> Result<Vec<RecurringPart>, ApiError> {
    let rules = metrics::rules(conn)?;
    let mut parts = Vec::new();
    for Told { source, external_id } in told {
        let owner = format!("customer:{external_id}");
        for object in provider::owned(conn, source, FactKind::Subscription.as_str(), &owner)? {
            let Some(Observed::Subscription(subscription)) = read(conn, source, &object)? else { continue };
            for part in parts_of(&subscription, now, rules)? {
                parts.push(metrics::show(&part, None, String::new()));
            }
        }
    }
    Ok(parts)
}

/// Charges, and what became of each.
pub(super) fn events(conn: &Conn, profile: &Profile, told: &[Told]) -> Result<Vec<CustomerEvent>, ApiError> {
    let mut events = Vec::new();
    for Told { source, external_id } in told {
        let whole = format!("customer:{external_id}");
        for object in provider::parts(conn, source, FactKind::Charge.as_str(), &whole)? {
            if let Some(Observed::Charge(one)) = read(conn, source, &object)? {
                let next = next_attempt(conn, profile, source, &one)?;
                events.push(charge(profile, source, &object, &one, &next));
            }
            let of_charge = format!("charge:{}", object.external_id);
            for kind in [FactKind::Refund, FactKind::Dispute] {
                for object in provider::owned(conn, source, kind.as_str(), &of_charge)? {
                    match read(conn, source, &object)? {
                        Some(Observed::Refund(one)) => events.push(refund(conn, source, &one)?),
                        Some(Observed::Dispute(one)) => events.push(dispute(conn, source, &one)?),
                        _ => {}
                    }
                }
            }
        }
    }
    Ok(events)
}

/// Where an entry opens; nowhere without one.
fn route(entry: Option<i64>) -> String {
    entry.map(|number| format!("/ledger/journal/{number}")).unwrap_or_default()
}

/// What its provider does after the last declined attempt to collect an invoice; empty of any other charge.
fn next_attempt(conn: &Conn, profile: &Profile, source: &str, one: &Charge) -> Result<String, ApiError> {
    let (Some(intent), false) = (&one.intent, one.failure.is_empty()) else { return Ok(String::new()) };
    let of_intent = format!("intent:{intent}");
    for other in provider::owned(conn, source, FactKind::Charge.as_str(), &of_intent)? {
        if let Some(Observed::Charge(other)) = read(conn, source, &other)?
            && (other.created, &other.id) > (one.created, &one.id)
        {
            return Ok(String::new());
        }
    }
    for payment in provider::owned(conn, source, FactKind::InvoicePayment.as_str(), &of_intent)? {
        if let Some(invoice) = provider::get(conn, source, FactKind::Invoice.as_str(), &payment.part_of)?
            && let Some(collected) = collection::of_object(conn, source, &invoice)?
        {
            return Ok(collected.next(profile));
        }
    }
    Ok(String::new())
}

fn charge(profile: &Profile, source: &str, object: &Object, one: &Charge, next: &str) -> CustomerEvent {
    let title = title_of(source);
    let early = profile.day(one.created) < profile.books_start;
    let (kind, text, amount) = if !one.failure.is_empty() {
        let declined = format!("Card payment of {} declined: {}", one.amount, one.failure);
        let parts: Vec<&str> =
            [declined.trim_end_matches('.'), next].into_iter().filter(|part| !part.is_empty()).collect();
        ("declined", parts.join(". "), None)
    } else if !one.captured {
        ("charge", format!("Payment of {} through {title}, not taken yet", one.amount), None)
    } else if early {
        ("charge", format!("Card payment through {title}, before the books begin"), Some(one.amount))
    } else {
        ("charge", format!("Card payment through {title}"), Some(one.amount))
    };
    CustomerEvent {
        at: stamp(one.created),
        kind: kind.to_owned(),
        text: one_line(&text, 200),
        amount: amount.map(Amount::from),
        route: route(object.entry),
    }
}

/// The entry of the movement that an object made.
fn entry_of(conn: &Conn, source: &str, movement: Option<&String>) -> Result<Option<i64>, ApiError> {
    let Some(id) = movement else { return Ok(None) };
    let found = provider::get(conn, source, FactKind::Movement.as_str(), id)?;
    Ok(found.and_then(|object| object.entry))
}

fn refund(conn: &Conn, source: &str, one: &Refund) -> Result<CustomerEvent, ApiError> {
    let title = title_of(source);
    let (text, amount) = match one.status {
        RefundStatus::Pending => (format!("Refund through {title}, on its way"), Some(-one.amount)),
        RefundStatus::Succeeded => (format!("Refund through {title}"), Some(-one.amount)),
        RefundStatus::Failed => (format!("Refund of {} through {title} came back", one.amount), None),
        RefundStatus::Cancelled => (format!("Refund of {} through {title} called off", one.amount), None),
    };
    Ok(CustomerEvent {
        at: stamp(one.created),
        kind: "refund".to_owned(),
        text,
        amount: amount.map(Amount::from),
        route: route(entry_of(conn, source, one.movement.as_ref())?),
    })
}

fn dispute(conn: &Conn, source: &str, one: &Dispute) -> Result<CustomerEvent, ApiError> {
    let reason = one.reason.replace('_', " ");
    let (state, taken) = match one.status {
        DisputeStatus::Inquiry => ("a question of their bank", false),
        DisputeStatus::Open => ("evidence can be handed in", true),
        DisputeStatus::UnderReview => ("their bank decides", true),
        DisputeStatus::Won => ("won", false),
        DisputeStatus::Lost => ("lost", true),
        DisputeStatus::Closed => ("came to nothing", false),
    };
    Ok(CustomerEvent {
        at: stamp(one.created),
        kind: "dispute".to_owned(),
        text: one_line(&format!("Payment of {} contested, {reason}: {state}", one.amount), 200),
        amount: taken.then(|| (-one.amount).into()),
        route: route(entry_of(conn, source, one.movements.first())?),
    })
}
