//! From Stripe's payloads to neutral facts. Pure: a payload gives the same fact today and after an upgrade.

mod billing;
mod collection;
mod movement;
mod subscription;

use chrono::{DateTime, Utc};
use purser_core::fact::{Fact, FactKind, Observed};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::source::Unreadable;

/// Version of what stands in this folder. Raise it when a payload is read differently than before.
pub const TRANSLATION: i64 = 2;

/// Reads one object, in the pinned version.
pub fn translate(kind: FactKind, payload: &[u8]) -> Result<Fact, Unreadable> {
    let (external_id, observed) = match kind {
        FactKind::Customer => {
            let customer = billing::customer(read(payload)?)?;
            (customer.id.clone(), Observed::Customer(customer))
        }
        FactKind::Subscription => {
            let subscription = subscription::subscription(read(payload)?)?;
            (subscription.id.clone(), Observed::Subscription(subscription))
        }
        FactKind::Invoice => {
            let invoice = billing::invoice(read(payload)?)?;
            (invoice.id.clone(), Observed::Invoice(invoice))
        }
        FactKind::InvoicePayment => {
            let payment = billing::invoice_payment(read(payload)?)?;
            (payment.id.clone(), Observed::InvoicePayment(payment))
        }
        FactKind::Charge => {
            let charge = movement::charge(read(payload)?)?;
            (charge.id.clone(), Observed::Charge(charge))
        }
        FactKind::Refund => {
            let refund = movement::refund(read(payload)?)?;
            (refund.id.clone(), Observed::Refund(refund))
        }
        FactKind::Dispute => {
            let dispute = movement::dispute(read(payload)?)?;
            (dispute.id.clone(), Observed::Dispute(dispute))
        }
        FactKind::Payout => {
            let payout = movement::payout(read(payload)?)?;
            (payout.id.clone(), Observed::Payout(payout))
        }
        FactKind::Movement => {
            let movement = movement::movement(read(payload)?)?;
            (movement.id.clone(), Observed::Movement(movement))
        }
        FactKind::Balance => {
            let balance = movement::balance(read(payload)?)?;
            ("balance".to_owned(), Observed::Balance(balance))
        }
    };
    Ok(Fact { external_id, observed })
}

fn read<T: DeserializeOwned>(payload: &[u8]) -> Result<T, Unreadable> {
    serde_json::from_slice(payload).map_err(|error| Unreadable::new(error.to_string()))
}

/// An object that stands there by its id, or whole where it was expanded.
#[derive(Deserialize)]
#[serde(untagged)]
enum Ref {
    Id(String),
    Whole { id: String },
}

impl Ref {
    fn id(self) -> String {
        match self {
            Ref::Id(id) | Ref::Whole { id } => id,
        }
    }
}

fn id_of(reference: Option<Ref>) -> Option<String> {
    reference.map(Ref::id)
}

/// A list inside an object.
#[derive(Deserialize)]
struct Inner<T> {
    #[serde(default = "Vec::new")]
    data: Vec<T>,
    #[serde(default)]
    has_more: bool,
}

impl<T> Default for Inner<T> {
    fn default() -> Inner<T> {
        Inner { data: Vec::new(), has_more: false }
    }
}

fn time(seconds: i64) -> Result<DateTime<Utc>, Unreadable> {
    DateTime::from_timestamp(seconds, 0)
        .ok_or_else(|| Unreadable::new(format!("{seconds} is no time that can be read")))
}

fn time_of(seconds: Option<i64>) -> Result<Option<DateTime<Utc>>, Unreadable> {
    seconds.map(time).transpose()
}

fn text(text: Option<String>) -> String {
    text.unwrap_or_default()
}

/// The names of the types of balance transaction that are known.
#[cfg(test)]
pub(super) fn movement_types() -> Vec<&'static str> {
    movement::TYPES.iter().map(|(name, _)| *name).collect()
}
