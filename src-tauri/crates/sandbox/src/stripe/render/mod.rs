//! The world's objects in Stripe's shapes of the pinned version. What the simulation knows nothing about is null,
//! never left out, so that a client meets every field.

mod billing;
mod money;
mod people;

pub(crate) use billing::{COUPON, coupon, discount, invoice, invoice_payment, line, subscription};
pub(crate) use money::{balance, charge, dispute, intent, movement, payout, refund};
pub(crate) use people::{customer, price, product};

use super::API_VERSION;
use crate::world::World;
use crate::world::events::{Event, Frozen};
use serde_json::{Value, json};

pub(crate) fn event(world: &World, event: &Event) -> Value {
    let (request, key) = event.request.as_ref().map_or((None, None), |(id, key)| (Some(id), key.as_ref()));
    json!({
        "id": event.id,
        "object": "event",
        "api_version": API_VERSION,
        "created": event.created,
        "data": { "object": frozen(world, &event.object) },
        "livemode": false,
        "pending_webhooks": 0,
        "request": { "id": request, "idempotency_key": key },
        "type": event.kind,
    })
}

fn frozen(world: &World, object: &Frozen) -> Value {
    match object {
        Frozen::Customer(row) => customer(row),
        Frozen::Product(at) => product(world, &world.products[*at]),
        Frozen::Price(at) => price(world, &world.prices[*at]),
        Frozen::Subscription(row) => subscription(world, row),
        Frozen::Invoice(row) => invoice(world, row),
        Frozen::InvoicePayment(row) => invoice_payment(world, row),
        Frozen::Intent(row) => intent(world, row),
        Frozen::Charge(row) => charge(world, row),
        Frozen::Refund(row) => refund(world, row),
        Frozen::Dispute(row) => dispute(world, row),
        Frozen::Payout(row) => payout(world, row),
    }
}

/// Adds the fields of another object.
fn with(mut object: Value, more: Value) -> Value {
    if let (Value::Object(object), Value::Object(more)) = (&mut object, more) {
        object.extend(more);
    }
    object
}

/// Adds fields that are null.
fn with_nulls(mut object: Value, names: &[&str]) -> Value {
    for name in names {
        object[*name] = Value::Null;
    }
    object
}

fn address(country: Option<&str>, city: Option<&str>) -> Value {
    json!({
        "city": city,
        "country": country,
        "line1": null,
        "line2": null,
        "postal_code": null,
        "state": null,
    })
}
