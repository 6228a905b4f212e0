//! Subscriptions, invoices and what pays them.

use super::people::{plan, price};
use super::{address, with, with_nulls};
use crate::random::fingerprint;
use crate::stripe::list::envelope;
use crate::world::World;
use crate::world::objects::{DISCOUNT_BASIS_POINTS, Invoice, InvoicePayment, Line, Subscription};
use serde_json::{Value, json};

pub(crate) const COUPON: &str = "FOUNDING20";

pub(crate) fn subscription(world: &World, row: &Subscription) -> Value {
    let customer = &world.customers[row.customer];
    let sent = customer.pays_by != crate::world::objects::PaysBy::Card;
    let trial_start = row.trial_end.map(|_| row.created);
    let item = json!({
        "id": row.item_id,
        "object": "subscription_item",
        "billing_thresholds": null,
        "created": row.created,
        "current_period_end": row.period_end,
        "current_period_start": row.period_start,
        "discounts": [],
        "metadata": {},
        "plan": plan(world, &world.prices[row.price]),
        "price": price(world, &world.prices[row.price]),
        "quantity": row.quantity,
        "subscription": row.id,
        "tax_rates": [],
    });
    let items = envelope(&format!("/v1/subscription_items?subscription={}", row.id), vec![item], false);
    let object = json!({
        "id": row.id,
        "object": "subscription",
        "automatic_tax": { "disabled_reason": null, "enabled": false, "liability": null },
        "billing_cycle_anchor": row.anchor,
        "billing_mode": { "flexible": null, "type": "classic" },
        "cancel_at": if row.cancel_at_period_end { Some(row.period_end) } else { None },
        "cancel_at_period_end": row.cancel_at_period_end,
        "canceled_at": row.canceled_at,
        "cancellation_details": { "comment": null, "feedback": row.feedback, "reason": row.cancel_reason },
        "collection_method": if sent { "send_invoice" } else { "charge_automatically" },
        "created": row.created,
        "currency": customer.currency,
        "customer": customer.id,
        "days_until_due": if sent { Some(30) } else { None },
        "default_payment_method": if sent { None } else { Some(&customer.card.payment_method) },
        "default_tax_rates": [],
        "discounts": row.discount.iter().collect::<Vec<_>>(),
        "ended_at": row.ended_at,
        "invoice_settings": {
            "account_tax_ids": null,
            "custom_fields": null,
            "description": null,
            "footer": null,
            "issuer": { "type": "self" },
        },
        "items": items,
        "latest_invoice": row.latest_invoice.map(|at| world.invoices[at].id.as_str()),
        "livemode": false,
        "metadata": {},
        "payment_settings": {
            "payment_method_options": null,
            "payment_method_types": null,
            "save_default_payment_method": "off",
        },
        "start_date": row.created,
        "status": row.status,
        "trial_end": row.trial_end,
        "trial_settings": { "end_behavior": { "missing_payment_method": "create_invoice" } },
        "trial_start": trial_start,
    });
    with_nulls(
        object,
        &[
            "application",
            "application_fee_percent",
            "billing_cycle_anchor_config",
            "billing_schedules",
            "billing_thresholds",
            "customer_account",
            "default_source",
            "description",
            "managed_payments",
            "next_pending_invoice_item_invoice",
            "on_behalf_of",
            "pause_collection",
            "pending_invoice_item_interval",
            "pending_setup_intent",
            "pending_update",
            "schedule",
            "test_clock",
            "transfer_data",
        ],
    )
}

pub(crate) fn invoice(world: &World, row: &Invoice) -> Value {
    let customer = &world.customers[row.customer];
    let lines = row.lines.iter().map(|each| line(world, row, each)).collect();
    let by_card = customer.pays_by == crate::world::objects::PaysBy::Card;
    let parent = row.subscription.map(|at| {
        let details = json!({ "metadata": {}, "subscription": world.subscriptions[at].id });
        json!({ "quote_details": null, "subscription_details": details, "type": "subscription_details" })
    });
    // Once it was tried, the processor goes on while it plans another attempt or waits for the customer.
    let waits = row.intent.is_some_and(|at| world.intents[at].status == "requires_action");
    let goes_on = row.attempts == 0 || row.next_attempt.is_some() || waits;
    let hosted = row.number.as_ref().map(|_| format!("https://invoice.stripe.example/i/{}", row.id));
    let period_start = row.lines.first().map_or(row.created, |line| line.period_start);
    let object = json!({
        "id": row.id,
        "object": "invoice",
        "account_country": "US",
        "account_name": "Sandbox Company",
        "attempt_count": row.attempts,
        "attempted": row.attempts > 0,
        "auto_advance": row.status == "draft" || (by_card && row.status == "open" && goes_on),
        "automatic_tax": {
            "disabled_reason": null, "enabled": false, "liability": null, "provider": null, "status": null,
        },
        "billing_reason": row.reason,
        "collection_method": if by_card { "charge_automatically" } else { "send_invoice" },
        "created": row.created,
        "currency": row.currency,
        "customer": customer.id,
        "customer_address": address(Some(customer.country), Some(customer.city)),
        "customer_email": customer.email,
        "customer_name": customer.name,
        "customer_tax_exempt": "none",
        "customer_tax_ids": [],
        "default_tax_rates": [],
        "discounts": discount_of(world, row.subscription).iter().collect::<Vec<_>>(),
        "due_date": row.due,
        "effective_at": row.finalized_at,
        "ending_balance": row.finalized_at.map(|_| row.balance_after),
        "hosted_invoice_url": hosted,
        "invoice_pdf": hosted.as_ref().map(|url| format!("{url}/pdf")),
    });
    let object = with(object, money_of(world, row));
    let object = with(
        object,
        json!({
            "issuer": { "type": "self" },
            "lines": envelope(&format!("/v1/invoices/{}/lines", row.id), lines, false),
            "livemode": false,
            "metadata": {},
            "next_payment_attempt": row.next_attempt,
            "number": row.number,
            "parent": parent,
            "payment_settings": {
                "default_mandate": null, "payment_method_options": null, "payment_method_types": null,
            },
            "period_end": row.created,
            "period_start": period_start.min(row.created),
            "status": row.status,
            "status_transitions": {
                "finalized_at": row.finalized_at,
                "marked_uncollectible_at": row.uncollectible_at,
                "paid_at": row.paid_at,
                "voided_at": row.voided_at,
            },
            "total_pretax_credit_amounts": [],
            "total_taxes": taxes(customer.tax_basis_points, row.net(), row.tax),
            "webhooks_delivered_at": row.created,
            "automatically_finalizes_at": if row.status == "draft" { Some(row.created + 3600) } else { None },
        }),
    );
    with_nulls(
        object,
        &[
            "account_tax_ids",
            "application",
            "custom_fields",
            "customer_account",
            "customer_phone",
            "customer_shipping",
            "default_payment_method",
            "default_source",
            "description",
            "footer",
            "from_invoice",
            "last_finalization_error",
            "latest_revision",
            "on_behalf_of",
            "receipt_number",
            "rendering",
            "shipping_cost",
            "shipping_details",
            "statement_descriptor",
            "test_clock",
        ],
    )
}

fn money_of(world: &World, row: &Invoice) -> Value {
    json!({
        "amount_due": row.to_pay(),
        "amount_overpaid": 0,
        "amount_paid": row.amount_paid,
        "amount_remaining": row.remaining(),
        "amount_shipping": 0,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": row.credited,
        "starting_balance": row.balance_before,
        "subtotal": row.subtotal,
        "subtotal_excluding_tax": row.subtotal,
        "total": row.total,
        "total_discount_amounts": taken_off(world, row.subscription, row.discount),
        "total_excluding_tax": row.net(),
    })
}

/// The discount's id of a subscription that has one.
fn discount_of(world: &World, subscription: Option<usize>) -> Option<&str> {
    subscription.and_then(|at| world.subscriptions[at].discount.as_deref())
}

fn taken_off(world: &World, subscription: Option<usize>, amount: i64) -> Value {
    match discount_of(world, subscription) {
        Some(discount) => json!([{ "amount": amount, "discount": discount }]),
        None => json!([]),
    }
}

/// What the subscription with the discount pays less.
pub(crate) fn discount(world: &World, row: &Subscription) -> Value {
    let object = json!({
        "id": row.discount,
        "object": "discount",
        "customer": world.customers[row.customer].id,
        "source": { "coupon": COUPON, "type": "coupon" },
        "start": row.created,
        "subscription": row.id,
    });
    with_nulls(
        object,
        &[
            "checkout_session",
            "customer_account",
            "end",
            "invoice",
            "invoice_item",
            "promotion_code",
            "subscription_item",
        ],
    )
}

/// The company's one coupon.
pub(crate) fn coupon(world: &World) -> Value {
    let object = json!({
        "id": COUPON,
        "object": "coupon",
        "created": crate::time::seconds(world.config.start),
        "duration": "forever",
        "livemode": false,
        "metadata": {},
        "name": "Founding customer",
        "percent_off": DISCOUNT_BASIS_POINTS / 100,
        "times_redeemed": world.subscriptions.rows().iter().filter(|each| each.discount.is_some()).count(),
        "valid": true,
    });
    with_nulls(object, &["amount_off", "currency", "duration_in_months", "max_redemptions", "redeem_by"])
}

fn taxes(basis_points: i64, taxable: i64, tax: i64) -> Value {
    if basis_points == 0 {
        return json!([]);
    }
    let rate =
        format!("txr_{}", crate::random::letters(fingerprint("rate") ^ basis_points.unsigned_abs(), 24));
    json!([{
        "amount": tax,
        "tax_behavior": "exclusive",
        "tax_rate_details": { "tax_rate": rate },
        "taxability_reason": "standard_rated",
        "taxable_amount": taxable,
        "type": "tax_rate_details",
    }])
}

pub(crate) fn line(world: &World, invoice: &Invoice, row: &Line) -> Value {
    let price = &world.prices[row.price];
    let parent = match row.subscription {
        Some(at) => json!({
            "invoice_item_details": null,
            "subscription_item_details": {
                "invoice_item": if row.proration { Some(&row.invoice_item) } else { None },
                "proration": row.proration,
                "proration_details": { "credited_items": null },
                "subscription": world.subscriptions[at].id,
                "subscription_item": world.subscriptions[at].item_id,
            },
            "type": "subscription_item_details",
        }),
        None => json!({
            "invoice_item_details": {
                "invoice_item": row.invoice_item,
                "proration": false,
                "proration_details": { "credited_items": null },
                "subscription": null,
            },
            "subscription_item_details": null,
            "type": "invoice_item_details",
        }),
    };
    let basis_points = world.customers[invoice.customer].tax_basis_points;
    json!({
        "id": row.id,
        "object": "line_item",
        "amount": row.amount,
        "currency": invoice.currency,
        "description": row.description,
        "discount_amounts": taken_off(world, row.subscription, row.discount),
        "discountable": !row.proration,
        "discounts": discount_of(world, row.subscription).iter().collect::<Vec<_>>(),
        "invoice": invoice.id,
        "livemode": false,
        "metadata": {},
        "parent": parent,
        "period": { "end": row.period_end, "start": row.period_start },
        "pretax_credit_amounts": [],
        "pricing": {
            "price_details": { "price": price.id, "product": world.products[price.product].id },
            "type": "price_details",
            "unit_amount_decimal": price.unit_amount.to_string(),
        },
        "quantity": row.quantity,
        "quantity_decimal": row.quantity.to_string(),
        "subscription": row.subscription.map(|at| world.subscriptions[at].id.as_str()),
        "subtotal": row.amount,
        "taxes": taxes(basis_points, row.amount - row.discount, row.tax),
    })
}

pub(crate) fn invoice_payment(world: &World, row: &InvoicePayment) -> Value {
    let payment = match row.intent {
        Some(at) => json!({ "payment_intent": world.intents[at].id, "type": "payment_intent" }),
        None => json!({ "payment_record": row.record, "type": "payment_record" }),
    };
    json!({
        "id": row.id,
        "object": "invoice_payment",
        "amount_paid": row.amount_paid,
        "amount_requested": row.amount,
        "created": row.created,
        "currency": row.currency,
        "invoice": world.invoices[row.invoice].id,
        "is_default": true,
        "livemode": false,
        "payment": payment,
        "status": row.status,
        "status_transitions": { "canceled_at": null, "paid_at": row.paid_at },
    })
}
