//! Customers and the catalogue.

use super::{address, with_nulls};
use crate::world::World;
use crate::world::objects::{Customer, Price, Product};
use serde_json::{Value, json};

pub(crate) fn customer(row: &Customer) -> Value {
    let object = json!({
        "id": row.id,
        "object": "customer",
        "address": address(Some(row.country), Some(row.city)),
        "balance": row.balance,
        "created": row.created,
        "currency": row.currency,
        "delinquent": row.delinquent,
        "email": row.email,
        "invoice_prefix": row.invoice_prefix,
        "invoice_settings": {
            "custom_fields": null,
            "default_payment_method": row.card.payment_method,
            "footer": null,
            "rendering_options": null,
        },
        "livemode": false,
        "metadata": {},
        "name": row.name,
        "next_invoice_sequence": row.next_number,
        "preferred_locales": [],
        "tax_exempt": "none",
    });
    let nulls = ["default_source", "description", "discount", "phone", "shipping", "test_clock"];
    with_nulls(object, &nulls)
}

pub(crate) fn product(world: &World, row: &Product) -> Value {
    let object = json!({
        "id": row.id,
        "object": "product",
        "active": true,
        "created": row.created,
        "default_price": row.default_price.map(|at| world.prices[at].id.as_str()),
        "description": row.description,
        "images": [],
        "livemode": false,
        "marketing_features": [],
        "metadata": {},
        "name": row.name,
        "type": "service",
        "updated": row.created,
    });
    let nulls = ["package_dimensions", "shippable", "statement_descriptor", "tax_code", "unit_label", "url"];
    with_nulls(object, &nulls)
}

pub(crate) fn price(world: &World, row: &Price) -> Value {
    let recurring = row.interval.map(|interval| {
        json!({
            "interval": interval,
            "interval_count": 1,
            "meter": null,
            "trial_period_days": null,
            "usage_type": "licensed",
        })
    });
    let object = json!({
        "id": row.id,
        "object": "price",
        "active": true,
        "billing_scheme": "per_unit",
        "created": row.created,
        "currency": row.currency,
        "livemode": false,
        "lookup_key": row.lookup_key,
        "metadata": {},
        "product": world.products[row.product].id,
        "recurring": recurring,
        "tax_behavior": "exclusive",
        "type": if row.interval.is_some() { "recurring" } else { "one_time" },
        "unit_amount": row.unit_amount,
        "unit_amount_decimal": row.unit_amount.to_string(),
    });
    with_nulls(object, &["custom_unit_amount", "nickname", "tiers_mode", "transform_quantity"])
}

/// The price in the older shape that subscription items still carry.
pub(super) fn plan(world: &World, row: &Price) -> Value {
    let object = json!({
        "id": row.id,
        "object": "plan",
        "active": true,
        "amount": row.unit_amount,
        "amount_decimal": row.unit_amount.to_string(),
        "billing_scheme": "per_unit",
        "created": row.created,
        "currency": row.currency,
        "interval": row.interval,
        "interval_count": 1,
        "livemode": false,
        "metadata": {},
        "product": world.products[row.product].id,
        "usage_type": "licensed",
    });
    with_nulls(object, &["meter", "nickname", "tiers_mode", "transform_usage", "trial_period_days"])
}
