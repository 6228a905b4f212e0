//! Payments and the balance that they move.

use super::{address, with_nulls};
use crate::stripe::list::envelope;
use crate::world::World;
use crate::world::objects::{Charge, Customer, Dispute, Intent, Movement, Payout, Refund};
use serde_json::{Value, json};

pub(crate) fn intent(world: &World, row: &Intent) -> Value {
    let customer = &world.customers[row.customer];
    let error = (row.status == "requires_payment_method").then(|| {
        if row.unconfirmed {
            return json!({
                "code": "payment_intent_authentication_failure",
                "message": "The provided PaymentMethod has failed authentication.",
                "type": "invalid_request_error",
            });
        }
        json!({
            "code": "card_declined",
            "decline_code": customer.card.decline_code,
            "message": "Your card was declined.",
            "type": "card_error",
        })
    });
    let to_confirm = (row.status == "requires_action").then(
        || json!({ "type": "use_stripe_sdk", "use_stripe_sdk": { "type": "three_d_secure_redirect" } }),
    );
    let object = json!({
        "id": row.id,
        "object": "payment_intent",
        "amount": row.amount,
        "amount_capturable": 0,
        "amount_details": { "tip": {} },
        "amount_received": if row.status == "succeeded" { row.amount } else { 0 },
        "canceled_at": row.canceled_at,
        "cancellation_reason": row.canceled_at.map(|_| "void_invoice"),
        "capture_method": "automatic",
        "client_secret": format!("{}_secret_sandbox", row.id),
        "confirmation_method": "automatic",
        "created": row.created,
        "currency": row.currency,
        "customer": customer.id,
        "description": row.description,
        "last_payment_error": error,
        "latest_charge": row.latest_charge.map(|at| world.charges[at].id.as_str()),
        "livemode": false,
        "metadata": {},
        "next_action": to_confirm,
        "payment_method": customer.card.payment_method,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "status": row.status,
    });
    with_nulls(
        object,
        &[
            "application",
            "application_fee_amount",
            "automatic_payment_methods",
            "customer_account",
            "excluded_payment_method_types",
            "managed_payments",
            "on_behalf_of",
            "payment_method_configuration_details",
            "processing",
            "receipt_email",
            "review",
            "setup_future_usage",
            "shipping",
            "source",
            "statement_descriptor",
            "statement_descriptor_suffix",
            "transfer_data",
            "transfer_group",
        ],
    )
}

pub(crate) fn charge(world: &World, row: &Charge) -> Value {
    let customer = &world.customers[row.customer];
    let position = world.charges.position(&row.id);
    let refunds = world.refunds.rows().iter().filter(|each| Some(each.charge) == position);
    let refunds: Vec<Value> = refunds.map(|each| refund(world, each)).collect();
    let object = json!({
        "id": row.id,
        "object": "charge",
        "amount": row.amount,
        "amount_captured": if row.decline_code.is_none() { row.amount } else { 0 },
        "amount_refunded": row.refunded,
        "balance_transaction": row.movement.map(|at| world.movements[at].id.as_str()),
        "billing_details": {
            "address": address(Some(customer.country), None),
            "email": customer.email,
            "name": customer.name,
            "phone": null,
            "tax_id": null,
        },
        "calculated_statement_descriptor": "SANDBOX COMPANY",
        "captured": row.decline_code.is_none(),
        "created": row.created,
        "currency": row.currency,
        "customer": customer.id,
        "description": row.description,
        "disputed": row.dispute.is_some(),
        "failure_balance_transaction": row.returned.map(|at| world.movements[at].id.as_str()),
        "failure_code": failure(row).map(|(code, _)| code),
        "failure_message": failure(row).map(|(_, message)| message),
        "fraud_details": {},
        "livemode": false,
        "metadata": {},
        "outcome": outcome(row),
        "paid": row.succeeded,
        "payment_intent": world.intents[row.intent].id,
        "payment_method": customer.card.payment_method,
        "payment_method_details": paid_with(customer, row),
        "refunded": row.succeeded && row.refunded == row.amount,
        "refunds": envelope(&format!("/v1/charges/{}/refunds", row.id), refunds, false),
        "status": if row.succeeded { "succeeded" } else { "failed" },
    });
    with_nulls(
        object,
        &[
            "application",
            "application_fee",
            "application_fee_amount",
            "on_behalf_of",
            "receipt_email",
            "receipt_number",
            "receipt_url",
            "review",
            "shipping",
            "source",
            "source_transfer",
            "statement_descriptor",
            "statement_descriptor_suffix",
            "transfer_data",
            "transfer_group",
        ],
    )
}

/// Code and words of what went wrong with a payment, at once or later.
fn failure(row: &Charge) -> Option<(&'static str, &'static str)> {
    let declined = row.decline_code.map(|_| ("card_declined", "Your card was declined."));
    let returned =
        ("insufficient_funds", "The customer's account has insufficient funds to cover this payment.");
    declined.or(row.returned.map(|_| returned))
}

fn paid_with(customer: &Customer, row: &Charge) -> Value {
    if !row.is_debit {
        return json!({ "card": card(customer), "type": "card" });
    }
    let account = json!({
        "account_holder_type": "company",
        "account_type": "checking",
        "bank_name": "STRIPE TEST BANK",
        "fingerprint": customer.card.fingerprint,
        "last4": customer.card.last4,
        "routing_number": "110000000",
    });
    let account = with_nulls(account, &["expected_debit_date", "mandate", "payment_reference"]);
    json!({ "type": "us_bank_account", "us_bank_account": account })
}

fn outcome(row: &Charge) -> Value {
    json!({
        "advice_code": null,
        "network_advice_code": null,
        "network_decline_code": null,
        "network_status": if row.succeeded { "approved_by_network" } else { "declined_by_network" },
        "reason": row.decline_code,
        "seller_message": if row.succeeded { "Payment complete." } else { "The bank declined this charge." },
        "type": if row.succeeded { "authorized" } else { "issuer_declined" },
    })
}

fn card(customer: &Customer) -> Value {
    let card = &customer.card;
    let object = json!({
        "brand": card.brand,
        "checks": { "address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass" },
        "country": customer.country,
        "exp_month": 8,
        "exp_year": 2030,
        "extended_authorization": { "status": "disabled" },
        "fingerprint": card.fingerprint,
        "funding": "credit",
        "incremental_authorization": { "status": "unavailable" },
        "last4": card.last4,
        "multicapture": { "status": "unavailable" },
        "network": card.brand,
        "network_token": { "used": false },
        "overcapture": { "maximum_amount_capturable": 0, "status": "unavailable" },
    });
    with_nulls(
        object,
        &[
            "amount_authorized",
            "authorization_code",
            "installments",
            "mandate",
            "network_transaction_id",
            "regulated_status",
            "three_d_secure",
            "transaction_link_id",
            "wallet",
        ],
    )
}

pub(crate) fn refund(world: &World, row: &Refund) -> Value {
    let charge = &world.charges[row.charge];
    let customer = &world.customers[charge.customer];
    let mut object = json!({
        "id": row.id,
        "object": "refund",
        "amount": row.amount,
        "balance_transaction": world.movements[row.movement].id,
        "charge": charge.id,
        "created": row.created,
        "currency": row.currency,
        "customer": customer.id,
        "customer_account": null,
        "destination_details": { "card": { "type": "refund" }, "type": "card" },
        "metadata": row.metadata,
        "payment_intent": world.intents[charge.intent].id,
        "payment_method": customer.card.payment_method,
        "reason": row.reason,
        "receipt_number": null,
        "source_transfer_reversal": null,
        "status": row.status,
        "transfer_reversal": null,
    });
    if let Some(failure) = row.failure_movement {
        object["failure_balance_transaction"] = world.movements[failure].id.as_str().into();
        object["failure_reason"] = row.failure_reason.into();
    }
    object
}

const EVIDENCE: [&str; 27] = [
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
];

pub(crate) fn dispute(world: &World, row: &Dispute) -> Value {
    let charge = &world.charges[row.charge];
    let brand = world.customers[charge.customer].card.brand;
    let movements: Vec<Value> =
        row.movements.iter().map(|at| movement(world, &world.movements[*at])).collect();
    let code = match row.reason {
        "fraudulent" => "10.4",
        "product_not_received" => "13.1",
        "subscription_canceled" => "13.2",
        _ => "12.6.1",
    };
    json!({
        "id": row.id,
        "object": "dispute",
        "amount": row.amount,
        "balance_transactions": movements,
        "charge": charge.id,
        "created": row.created,
        "currency": row.currency,
        "enhanced_eligibility_types": [],
        "evidence": with_nulls(json!({ "enhanced_evidence": {} }), &EVIDENCE),
        "evidence_details": {
            "due_by": row.due_by,
            "enhanced_eligibility": {},
            "has_evidence": false,
            "past_due": false,
            "submission_count": 0,
        },
        "is_charge_refundable": false,
        "livemode": false,
        "metadata": {},
        "payment_intent": world.intents[charge.intent].id,
        "payment_method_details": {
            "card": { "brand": brand, "case_type": "chargeback", "network": brand, "network_reason_code": code },
            "type": "card",
        },
        "reason": row.reason,
        "status": row.status,
    })
}

/// A balance transaction: pending until its day has come.
pub(crate) fn movement(world: &World, row: &Movement) -> Value {
    let fees = if row.fee == 0 {
        json!([])
    } else {
        json!([{
            "amount": row.fee,
            "application": null,
            "currency": row.currency,
            "description": if row.kind == "charge" { "Stripe processing fees" } else { "Dispute fee" },
            "type": "stripe_fee",
        }])
    };
    json!({
        "id": row.id,
        "object": "balance_transaction",
        "amount": row.amount,
        "available_on": row.available_on,
        "balance_type": "payments",
        "created": row.created,
        "currency": row.currency,
        "description": row.description,
        "exchange_rate": null,
        "fee": row.fee,
        "fee_details": fees,
        "net": row.net(),
        "reporting_category": row.category,
        "source": row.source,
        "status": if row.available_on <= world.now { "available" } else { "pending" },
        "type": row.kind,
    })
}

pub(crate) fn balance(world: &World) -> Value {
    let sums = world.processor_balance();
    let amounts = |pick: fn(&(&'static str, i64, i64)) -> i64| -> Vec<Value> {
        let each = sums.iter().map(|sum| {
            let amount = pick(sum);
            json!({ "amount": amount, "currency": sum.0, "source_types": { "card": amount } })
        });
        each.collect()
    };
    let reserved: Vec<Value> = sums.iter().map(|sum| json!({ "amount": 0, "currency": sum.0 })).collect();
    json!({
        "object": "balance",
        "available": amounts(|sum| sum.1),
        "connect_reserved": reserved,
        "livemode": false,
        "pending": amounts(|sum| sum.2),
    })
}

pub(crate) fn payout(world: &World, row: &Payout) -> Value {
    let failed = row.status == "failed";
    let object = json!({
        "id": row.id,
        "object": "payout",
        "amount": row.amount,
        "arrival_date": row.arrives,
        "automatic": true,
        "balance_transaction": world.movements[row.movement].id,
        "created": row.created,
        "currency": row.currency,
        "description": "STRIPE PAYOUT",
        "destination": format!("ba_sandbox_{}", row.currency),
        "failure_balance_transaction": row.failure_movement.map(|at| world.movements[at].id.as_str()),
        "failure_code": failed.then_some("account_closed"),
        "failure_message": failed.then_some("The bank account has been closed."),
        "livemode": false,
        "metadata": {},
        "method": "standard",
        "reconciliation_status": "completed",
        "source_type": "card",
        "status": row.status,
        "trace_id": { "status": "supported", "value": row.trace },
        "type": "bank_account",
    });
    with_nulls(
        object,
        &[
            "application_fee",
            "application_fee_amount",
            "original_payout",
            "payout_method",
            "reversed_by",
            "statement_descriptor",
        ],
    )
}
