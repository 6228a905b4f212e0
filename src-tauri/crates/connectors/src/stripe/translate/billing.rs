//! Customers, invoices and what paid them.

use purser_core::Money;
use purser_core::fact::{Customer, Invoice, InvoiceLine, InvoicePayment, InvoiceStatus, PaidBy};
use serde::Deserialize;

use super::collection::{WireAttempt, WireCollection, collection};
use super::{Inner, Ref, id_of, text, time, time_of};
use crate::source::Unreadable;
use crate::stripe::money::money;

#[derive(Deserialize)]
pub(super) struct WireCustomer {
    id: String,
    name: Option<String>,
    email: Option<String>,
    address: Option<WireAddress>,
    created: Option<i64>,
    #[serde(default)]
    deleted: bool,
}

#[derive(Deserialize)]
struct WireAddress {
    line1: Option<String>,
    line2: Option<String>,
    postal_code: Option<String>,
    city: Option<String>,
    state: Option<String>,
    country: Option<String>,
}

pub(super) fn customer(wire: WireCustomer) -> Result<Customer, Unreadable> {
    let mut lines = Vec::new();
    let mut country = String::new();
    if let Some(address) = wire.address {
        let town = [address.postal_code, address.city].into_iter().flatten().collect::<Vec<_>>().join(" ");
        lines.extend([address.line1, address.line2, Some(town), address.state].into_iter().flatten());
        lines.retain(|line| !line.is_empty());
        country = text(address.country);
    }
    Ok(Customer {
        id: wire.id,
        name: text(wire.name),
        email: text(wire.email),
        address: lines.join("\n"),
        country,
        created: time_of(wire.created)?,
        deleted: wire.deleted,
    })
}

#[derive(Deserialize)]
pub(super) struct WireInvoice {
    id: String,
    number: Option<String>,
    customer: Option<Ref>,
    customer_name: Option<String>,
    customer_email: Option<String>,
    status: String,
    currency: String,
    total: i64,
    total_excluding_tax: Option<i64>,
    total_taxes: Option<Vec<WireTax>>,
    /// Before 2025-03-31 the tax stood here.
    tax: Option<i64>,
    amount_due: i64,
    #[serde(default)]
    pre_payment_credit_notes_amount: i64,
    #[serde(default)]
    post_payment_credit_notes_amount: i64,
    starting_balance: Option<i64>,
    ending_balance: Option<i64>,
    #[serde(default)]
    lines: Inner<WireLine>,
    parent: Option<WireParent>,
    subscription: Option<Ref>,
    created: i64,
    effective_at: Option<i64>,
    due_date: Option<i64>,
    hosted_invoice_url: Option<String>,
    collection_method: Option<String>,
    #[serde(default)]
    attempted: bool,
    #[serde(default)]
    attempt_count: u32,
    next_payment_attempt: Option<i64>,
    /// Only where the source asked for them.
    #[serde(default)]
    payments: Inner<WireAttempt>,
    #[serde(default)]
    status_transitions: WireTransitions,
}

#[derive(Deserialize, Default)]
struct WireTransitions {
    finalized_at: Option<i64>,
    paid_at: Option<i64>,
    voided_at: Option<i64>,
    marked_uncollectible_at: Option<i64>,
}

#[derive(Deserialize)]
struct WireTax {
    amount: i64,
    tax_behavior: Option<String>,
}

#[derive(Deserialize)]
struct WireParent {
    subscription_details: Option<WireOfSubscription>,
    subscription_item_details: Option<WireOfSubscription>,
    invoice_item_details: Option<WireOfSubscription>,
}

#[derive(Deserialize)]
struct WireOfSubscription {
    subscription: Option<Ref>,
}

impl WireParent {
    fn subscription(self) -> Option<String> {
        [self.subscription_details, self.subscription_item_details, self.invoice_item_details]
            .into_iter()
            .flatten()
            .find_map(|details| id_of(details.subscription))
    }
}

#[derive(Deserialize)]
struct WireLine {
    id: String,
    description: Option<String>,
    amount: i64,
    currency: String,
    period: Option<WirePeriod>,
    quantity: Option<u64>,
    discount_amounts: Option<Vec<WireAmount>>,
    pretax_credit_amounts: Option<Vec<WireCredit>>,
    taxes: Option<Vec<WireTax>>,
    /// Before 2025-03-31 the taxes stood here.
    tax_amounts: Option<Vec<WireOldTax>>,
    parent: Option<WireParent>,
    subscription: Option<Ref>,
    pricing: Option<WirePricing>,
    price: Option<Ref>,
}

#[derive(Deserialize)]
struct WirePeriod {
    start: i64,
    end: i64,
}

#[derive(Deserialize)]
struct WireAmount {
    amount: i64,
}

#[derive(Deserialize)]
struct WireCredit {
    amount: i64,
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Deserialize)]
struct WireOldTax {
    amount: i64,
    #[serde(default)]
    inclusive: bool,
}

#[derive(Deserialize)]
struct WirePricing {
    price_details: Option<WirePrice>,
}

#[derive(Deserialize)]
struct WirePrice {
    price: Option<Ref>,
}

pub(super) fn invoice(wire: WireInvoice) -> Result<Invoice, Unreadable> {
    let amount = |minor| money(minor, &wire.currency);
    let status = match wire.status.as_str() {
        "draft" => InvoiceStatus::Draft,
        "open" => InvoiceStatus::Open,
        "paid" => InvoiceStatus::Paid,
        "void" => InvoiceStatus::Void,
        "uncollectible" => InvoiceStatus::Uncollectible,
        other => return Err(Unreadable::new(format!("the invoice has the unknown status {other}"))),
    };
    let total = amount(wire.total)?;
    let tax = match (&wire.total_taxes, wire.total_excluding_tax, wire.tax) {
        (Some(taxes), _, _) => amount(taxes.iter().map(|tax| tax.amount).sum())?,
        (None, Some(net), _) => amount(wire.total - net)?,
        (None, None, tax) => amount(tax.unwrap_or(0))?,
    };
    let net = sub(total, tax)?;
    let from_balance = match (wire.starting_balance, wire.ending_balance) {
        (start, Some(end)) => amount(end - start.unwrap_or(0))?,
        (_, None) => amount(0)?,
    };
    let due_amount = amount(wire.amount_due)?;
    let credited = amount(wire.pre_payment_credit_notes_amount)?;
    let credited_after = amount(wire.post_payment_credit_notes_amount)?;
    let lines_complete = !wire.lines.has_more;
    let mut lines = wire.lines.data.into_iter().map(line).collect::<Result<Vec<_>, _>>()?;
    if lines_complete {
        add_rest(&wire.id, net, tax, &mut lines)?;
    }
    let is_collected =
        status == InvoiceStatus::Open && wire.collection_method.as_deref() == Some("charge_automatically");
    let collection = if is_collected && wire.attempted {
        Some(Box::new(collection(WireCollection {
            attempt_count: wire.attempt_count,
            next_payment_attempt: wire.next_payment_attempt,
            payments: wire.payments.data,
            hosted_invoice_url: wire.hosted_invoice_url,
        })?))
    } else {
        None
    };
    let finalised = match wire.status_transitions.finalized_at {
        None if status != InvoiceStatus::Draft => wire.effective_at,
        at => at,
    };
    Ok(Invoice {
        number: wire.number,
        customer: id_of(wire.customer).unwrap_or_default(),
        customer_name: wire.customer_name.or(wire.customer_email).unwrap_or_default(),
        status,
        net,
        tax,
        total,
        from_balance,
        due_amount,
        credited,
        credited_after,
        lines,
        lines_complete,
        subscription: wire.parent.and_then(WireParent::subscription).or(id_of(wire.subscription)),
        collection,
        created: time(wire.created)?,
        finalised: time_of(finalised)?,
        due: time_of(wire.due_date)?,
        paid: time_of(wire.status_transitions.paid_at)?,
        voided: time_of(wire.status_transitions.voided_at)?,
        given_up: time_of(wire.status_transitions.marked_uncollectible_at)?,
        id: wire.id,
    })
}

fn line(wire: WireLine) -> Result<InvoiceLine, Unreadable> {
    let mut net = wire.amount;
    net -= wire.discount_amounts.iter().flatten().map(|discount| discount.amount).sum::<i64>();
    let credits = wire.pretax_credit_amounts.iter().flatten();
    net -= credits
        .filter(|credit| credit.kind.as_deref() == Some("credit_balance_transaction"))
        .map(|credit| credit.amount)
        .sum::<i64>();
    let mut tax = 0;
    for (amount, inclusive) in wire
        .taxes
        .iter()
        .flatten()
        .map(|tax| (tax.amount, tax.tax_behavior.as_deref() == Some("inclusive")))
        .chain(wire.tax_amounts.iter().flatten().map(|tax| (tax.amount, tax.inclusive)))
    {
        tax += amount;
        net -= if inclusive { amount } else { 0 };
    }
    let period = match wire.period {
        Some(period) => Some((time(period.start)?, time(period.end)?)),
        None => None,
    };
    let price = wire.pricing.and_then(|pricing| pricing.price_details).and_then(|details| details.price);
    Ok(InvoiceLine {
        id: wire.id,
        text: text(wire.description),
        net: money(net, &wire.currency)?,
        tax: money(tax, &wire.currency)?,
        period,
        quantity: wire.quantity.unwrap_or(1),
        subscription: wire.parent.and_then(WireParent::subscription).or(id_of(wire.subscription)),
        price: id_of(price.or(wire.price)),
    })
}

/// Shipping and rounding stand in no line: what the lines do not name is a line of its own, so that the lines always
/// add up to the invoice.
fn add_rest(invoice: &str, net: Money, tax: Money, lines: &mut Vec<InvoiceLine>) -> Result<(), Unreadable> {
    let sum = |part: fn(&InvoiceLine) -> Money| {
        Money::sum(lines.iter().map(part), net.currency()).map_err(|error| Unreadable::new(error.to_string()))
    };
    let (net_rest, tax_rest) = (sub(net, sum(|line| line.net)?)?, sub(tax, sum(|line| line.tax)?)?);
    if !net_rest.is_zero() || (!tax_rest.is_zero() && lines.is_empty()) {
        lines.push(InvoiceLine {
            id: format!("{invoice}-rest"),
            text: "What the lines do not name".to_owned(),
            net: net_rest,
            tax: tax_rest,
            period: None,
            quantity: 1,
            subscription: None,
            price: None,
        });
    }
    Ok(())
}

fn sub(a: Money, b: Money) -> Result<Money, Unreadable> {
    a.sub(b).map_err(|error| Unreadable::new(error.to_string()))
}

#[derive(Deserialize)]
pub(super) struct WireInvoicePayment {
    id: String,
    invoice: Ref,
    amount_paid: Option<i64>,
    currency: String,
    status: String,
    payment: WirePayment,
    #[serde(default)]
    status_transitions: WirePaymentTransitions,
    created: Option<i64>,
}

#[derive(Deserialize)]
struct WirePayment {
    #[serde(rename = "type")]
    kind: String,
    charge: Option<Ref>,
    payment_intent: Option<Ref>,
}

#[derive(Deserialize, Default)]
struct WirePaymentTransitions {
    paid_at: Option<i64>,
}

pub(super) fn invoice_payment(wire: WireInvoicePayment) -> Result<InvoicePayment, Unreadable> {
    let by = match wire.payment.kind.as_str() {
        "charge" => PaidBy::Charge(named(wire.payment.charge, "charge")?),
        "payment_intent" => PaidBy::Intent(named(wire.payment.payment_intent, "payment intent")?),
        // A payment that was made elsewhere and only reported.
        "payment_record" | "out_of_band_payment" => PaidBy::OutOfBand,
        other => return Err(Unreadable::new(format!("an invoice was paid by the unknown {other}"))),
    };
    let paid = match wire.status.as_str() {
        "paid" => Some(wire.amount_paid.ok_or_else(|| Unreadable::new("a paid payment has no amount"))?),
        "open" | "canceled" => None,
        other => return Err(Unreadable::new(format!("the payment has the unknown status {other}"))),
    };
    Ok(InvoicePayment {
        id: wire.id,
        invoice: wire.invoice.id(),
        by,
        paid: paid.map(|minor| money(minor, &wire.currency)).transpose()?,
        paid_at: time_of(wire.status_transitions.paid_at.or(wire.created))?,
        cancelled: wire.status == "canceled",
    })
}

fn named(reference: Option<Ref>, what: &str) -> Result<String, Unreadable> {
    id_of(reference).ok_or_else(|| Unreadable::new(format!("the payment names no {what}")))
}
