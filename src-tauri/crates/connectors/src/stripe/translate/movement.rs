//! Charges, refunds, disputes, payouts and balance transactions.

use std::collections::BTreeMap;

use purser_core::Money;
use purser_core::fact::{
    BalanceSnapshot, Charge, Dispute, DisputeStatus, Movement, MovementKind, Payout, PayoutStatus, Refund,
    RefundStatus,
};
use serde::Deserialize;

use super::{Ref, id_of, text, time, time_of};
use crate::source::Unreadable;
use crate::stripe::money::money;

#[derive(Deserialize)]
pub(super) struct WireCharge {
    id: String,
    amount: i64,
    amount_captured: Option<i64>,
    #[serde(default)]
    amount_refunded: i64,
    currency: String,
    #[serde(default)]
    captured: bool,
    status: String,
    customer: Option<Ref>,
    payment_intent: Option<Ref>,
    balance_transaction: Option<Ref>,
    failure_code: Option<String>,
    failure_message: Option<String>,
    description: Option<String>,
    #[serde(default)]
    disputed: bool,
    created: i64,
}

pub(super) fn charge(wire: WireCharge) -> Result<Charge, Unreadable> {
    let captured = wire.captured && wire.status == "succeeded";
    let taken = wire.amount_captured.filter(|amount| captured && *amount > 0).unwrap_or(wire.amount);
    Ok(Charge {
        id: wire.id,
        intent: id_of(wire.payment_intent),
        customer: id_of(wire.customer),
        amount: money(taken, &wire.currency)?,
        refunded: money(wire.amount_refunded, &wire.currency)?,
        captured,
        failure: text(wire.failure_message),
        failure_code: text(wire.failure_code),
        movement: id_of(wire.balance_transaction),
        created: time(wire.created)?,
        text: text(wire.description),
        disputed: wire.disputed,
    })
}

#[derive(Deserialize)]
pub(super) struct WireRefund {
    id: String,
    amount: i64,
    currency: String,
    charge: Option<Ref>,
    status: Option<String>,
    balance_transaction: Option<Ref>,
    failure_balance_transaction: Option<Ref>,
    failure_reason: Option<String>,
    reason: Option<String>,
    created: i64,
}

pub(super) fn refund(wire: WireRefund) -> Result<Refund, Unreadable> {
    let status = match wire.status.as_deref() {
        // Before refunds could fail they had no status.
        Some("succeeded") | None => RefundStatus::Succeeded,
        Some("pending" | "requires_action") => RefundStatus::Pending,
        Some("failed") => RefundStatus::Failed,
        Some("canceled") => RefundStatus::Cancelled,
        Some(other) => return Err(Unreadable::new(format!("the refund has the unknown status {other}"))),
    };
    Ok(Refund {
        id: wire.id,
        charge: id_of(wire.charge),
        amount: money(wire.amount, &wire.currency)?,
        status,
        movement: id_of(wire.balance_transaction),
        returned_by: id_of(wire.failure_balance_transaction),
        created: time(wire.created)?,
        reason: text(wire.reason),
        failure: text(wire.failure_reason).replace('_', " "),
    })
}

#[derive(Deserialize)]
pub(super) struct WireDispute {
    id: String,
    amount: i64,
    currency: String,
    charge: Option<Ref>,
    status: String,
    reason: Option<String>,
    evidence_details: Option<WireEvidence>,
    #[serde(default)]
    balance_transactions: Vec<Ref>,
    created: i64,
}

#[derive(Deserialize)]
struct WireEvidence {
    due_by: Option<i64>,
}

pub(super) fn dispute(wire: WireDispute) -> Result<Dispute, Unreadable> {
    let status = match wire.status.as_str() {
        "warning_needs_response" | "warning_under_review" => DisputeStatus::Inquiry,
        "warning_closed" | "prevented" => DisputeStatus::Closed,
        "needs_response" => DisputeStatus::Open,
        "under_review" => DisputeStatus::UnderReview,
        "won" => DisputeStatus::Won,
        "lost" => DisputeStatus::Lost,
        other => return Err(Unreadable::new(format!("the dispute has the unknown status {other}"))),
    };
    Ok(Dispute {
        id: wire.id,
        charge: id_of(wire.charge),
        amount: money(wire.amount, &wire.currency)?,
        status,
        reason: text(wire.reason),
        evidence_due: time_of(wire.evidence_details.and_then(|details| details.due_by))?,
        movements: wire.balance_transactions.into_iter().map(Ref::id).collect(),
        created: time(wire.created)?,
    })
}

#[derive(Deserialize)]
pub(super) struct WirePayout {
    id: String,
    amount: i64,
    currency: String,
    status: String,
    created: i64,
    arrival_date: i64,
    statement_descriptor: Option<String>,
    trace_id: Option<WireTrace>,
    balance_transaction: Option<Ref>,
    failure_balance_transaction: Option<Ref>,
    failure_message: Option<String>,
}

#[derive(Deserialize)]
struct WireTrace {
    value: Option<String>,
}

pub(super) fn payout(wire: WirePayout) -> Result<Payout, Unreadable> {
    let status = match wire.status.as_str() {
        "pending" => PayoutStatus::Pending,
        "in_transit" => PayoutStatus::InTransit,
        "paid" => PayoutStatus::Paid,
        "failed" => PayoutStatus::Failed,
        "canceled" => PayoutStatus::Cancelled,
        other => return Err(Unreadable::new(format!("the payout has the unknown status {other}"))),
    };
    let trace = wire.trace_id.and_then(|trace| trace.value);
    Ok(Payout {
        id: wire.id,
        amount: money(wire.amount, &wire.currency)?,
        status,
        created: time(wire.created)?,
        arrival: time(wire.arrival_date)?,
        traces: [trace, wire.statement_descriptor].into_iter().flatten().filter(|t| !t.is_empty()).collect(),
        movement: id_of(wire.balance_transaction),
        returned_by: id_of(wire.failure_balance_transaction),
        failure: text(wire.failure_message),
    })
}

#[derive(Deserialize)]
pub(super) struct WireMovement {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    reporting_category: Option<String>,
    amount: i64,
    fee: i64,
    net: i64,
    currency: String,
    source: Option<Ref>,
    created: i64,
    available_on: i64,
    exchange_rate: Option<serde_json::Number>,
    description: Option<String>,
}

pub(super) fn movement(wire: WireMovement) -> Result<Movement, Unreadable> {
    if wire.amount.checked_sub(wire.fee) != Some(wire.net) {
        let why = format!("the amount {} less the fee {} is not the net {}", wire.amount, wire.fee, wire.net);
        return Err(Unreadable::new(why));
    }
    let source = id_of(wire.source);
    let kind = movement_kind(&wire.kind, wire.reporting_category.as_deref(), source.as_deref(), wire.amount);
    Ok(Movement {
        kind,
        amount: money(wire.amount, &wire.currency)?,
        fee: money(wire.fee, &wire.currency)?,
        net: money(wire.net, &wire.currency)?,
        source,
        created: time(wire.created)?,
        available: time(wire.available_on)?,
        exchange_rate: wire.exchange_rate.map(|rate| rate.to_string()),
        text: text(wire.description),
        id: wire.id,
        word: wire.kind,
    })
}

/// Every type of balance transaction that Stripe documents, and what it is in the books. One that nobody can explain
/// from here goes to Suspense with the reason; so does one that is not in this list.
pub(super) const TYPES: [(&str, Type); 51] = [
    ("adjustment", Type::Adjustment),
    ("advance", Type::Why("Stripe lent money: file it under a loan")),
    ("advance_funding", Type::Why("Stripe lent money or took it back: file it under a loan")),
    ("anticipation_repayment", Type::Why("money lent on coming sales was paid back: file it under a loan")),
    ("application_fee", Type::Why("a fee from a connected account: file it under an income")),
    (
        "application_fee_refund",
        Type::Why("a fee of a connected account was given back: file it under that income"),
    ),
    ("charge", Type::Is(MovementKind::Sale)),
    ("climate_order_purchase", Type::Is(MovementKind::Donation)),
    ("climate_order_refund", Type::Is(MovementKind::Donation)),
    ("connect_collection_transfer", Type::Why("money was collected for a connected account")),
    ("contribution", Type::Is(MovementKind::Donation)),
    ("fee_credit_funding", Type::Is(MovementKind::Fee)),
    ("inbound_transfer", Type::Is(MovementKind::TopUp)),
    ("inbound_transfer_reversal", Type::Is(MovementKind::TopUp)),
    ("issuing_authorization_hold", Type::Why("a purchase with a card that Stripe issued is held")),
    (
        "issuing_authorization_release",
        Type::Why("a held purchase with a card that Stripe issued was released"),
    ),
    ("issuing_dispute", Type::Why("a purchase with a card that Stripe issued is contested")),
    ("issuing_transaction", Type::Why("a purchase with a card that Stripe issued: file it under an expense")),
    ("obligation_outbound", Type::Why("money owed for somebody else's account left")),
    ("obligation_reversal_inbound", Type::Why("money owed for somebody else's account came back")),
    ("payment", Type::Is(MovementKind::Sale)),
    ("payment_failure_refund", Type::Is(MovementKind::SaleReturned)),
    ("payment_network_reserve_hold", Type::Is(MovementKind::Reserve)),
    ("payment_network_reserve_release", Type::Is(MovementKind::Reserve)),
    ("payment_refund", Type::Is(MovementKind::Refund)),
    ("payment_reversal", Type::Is(MovementKind::SaleReturned)),
    ("payment_unreconciled", Type::Why("a customer's transfer came in that Stripe could not assign")),
    ("payout", Type::Is(MovementKind::Payout)),
    ("payout_cancel", Type::Is(MovementKind::PayoutReturned)),
    ("payout_failure", Type::Is(MovementKind::PayoutReturned)),
    ("payout_minimum_balance_hold", Type::Is(MovementKind::Reserve)),
    ("payout_minimum_balance_release", Type::Is(MovementKind::Reserve)),
    ("refund", Type::Is(MovementKind::Refund)),
    ("refund_failure", Type::Is(MovementKind::RefundReturned)),
    ("reserve_hold", Type::Is(MovementKind::Reserve)),
    ("reserve_release", Type::Is(MovementKind::Reserve)),
    ("reserve_transaction", Type::Is(MovementKind::Reserve)),
    ("reserved_funds", Type::Is(MovementKind::Reserve)),
    ("stripe_balance_payment_debit", Type::Why("the balance paid for something: file it under an expense")),
    ("stripe_balance_payment_debit_reversal", Type::Why("a payment from the balance came back")),
    ("stripe_fee", Type::Is(MovementKind::Fee)),
    ("stripe_fx_fee", Type::Is(MovementKind::Fee)),
    ("tax_fee", Type::Is(MovementKind::Fee)),
    ("tax_fund", Type::Why("money was set aside for tax")),
    ("topup", Type::Is(MovementKind::TopUp)),
    ("topup_reversal", Type::Is(MovementKind::TopUp)),
    ("transfer", Type::Why("money went to a connected account: file it under an expense")),
    ("transfer_cancel", Type::Why("a transfer to a connected account was called back")),
    ("transfer_failure", Type::Why("a transfer to a connected account failed")),
    ("transfer_refund", Type::Why("a transfer to a connected account came back")),
    ("network_cost", Type::Is(MovementKind::Fee)),
];

/// What a type of balance transaction is.
#[derive(Clone)]
pub(super) enum Type {
    Is(MovementKind),
    /// Its category says what it is.
    Adjustment,
    /// To Suspense, with the reason.
    Why(&'static str),
}

fn movement_kind(word: &str, category: Option<&str>, source: Option<&str>, amount: i64) -> MovementKind {
    match TYPES.iter().find(|(name, _)| *name == word).map(|(_, kind)| kind) {
        Some(Type::Is(kind)) => kind.clone(),
        Some(Type::Why(why)) => MovementKind::Unexplained((*why).to_owned()),
        Some(Type::Adjustment) => adjustment(category, source, amount),
        None => MovementKind::Unexplained(format!(
            "Stripe calls it “{}”, which this version of Purser does not know",
            purser_core::text::one_line(word, 60)
        )),
    }
}

fn adjustment(category: Option<&str>, source: Option<&str>, amount: i64) -> MovementKind {
    let of_dispute = source.is_some_and(|id| id.starts_with("dp_") || id.starts_with("du_"));
    match category {
        Some("dispute") => MovementKind::DisputeTaken,
        Some("dispute_reversal") => MovementKind::DisputeReturned,
        Some("refund_failure") => MovementKind::RefundReturned,
        Some("charge_failure" | "payment_failure") => MovementKind::SaleReturned,
        Some("fee") => MovementKind::Fee,
        Some("payout_reversal") => MovementKind::PayoutReturned,
        _ if of_dispute && amount < 0 => MovementKind::DisputeTaken,
        _ if of_dispute => MovementKind::DisputeReturned,
        _ => MovementKind::Unexplained("Stripe adjusted the balance and does not say for what".to_owned()),
    }
}

#[derive(Deserialize)]
pub(super) struct WireBalance {
    available: Vec<WireSum>,
    pending: Vec<WireSum>,
}

#[derive(Deserialize)]
struct WireSum {
    amount: i64,
    currency: String,
}

pub(super) fn balance(wire: WireBalance) -> Result<BalanceSnapshot, Unreadable> {
    let available = sums(&[&wire.available])?;
    Ok(BalanceSnapshot { total: sums(&[&wire.available, &wire.pending])?, available })
}

fn sums(lists: &[&Vec<WireSum>]) -> Result<Vec<Money>, Unreadable> {
    let mut by_currency: BTreeMap<&str, i64> = BTreeMap::new();
    for sum in lists.iter().flat_map(|list| list.iter()) {
        let total = by_currency.entry(&sum.currency).or_default();
        *total = total
            .checked_add(sum.amount)
            .ok_or_else(|| Unreadable::new("the balance is too large to be compared"))?;
    }
    by_currency.into_iter().map(|(code, amount)| money(amount, code)).collect()
}
