//! The things of the simulated company. Amounts are minor units of the object's currency; references to other
//! objects are positions in their tables.

use super::refunds::tax_share;
use super::table::Named;
use std::collections::BTreeMap;

/// What the company's one coupon takes off.
pub(crate) const DISCOUNT_BASIS_POINTS: i64 = 2000;

pub(crate) type Currency = &'static str;
pub(crate) type Metadata = BTreeMap<String, String>;

/// How a customer settles what is billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PaysBy {
    Card,
    Transfer,
    Cash,
    Check,
}

#[derive(Clone, Debug)]
pub(crate) struct Card {
    pub brand: &'static str,
    pub last4: &'static str,
    pub fingerprint: String,
    pub payment_method: String,
    /// Declines until then.
    pub declines_until: i64,
    pub decline_code: &'static str,
}

#[derive(Clone, Debug)]
pub(crate) struct Customer {
    pub id: String,
    pub created: i64,
    pub name: String,
    pub email: String,
    pub country: &'static str,
    pub city: &'static str,
    pub currency: Currency,
    pub tax_basis_points: i64,
    pub pays_by: PaysBy,
    pub card: Card,
    pub affiliate: Option<usize>,
    pub delinquent: bool,
    /// At the processor; credit is below zero.
    pub balance: i64,
    pub invoice_prefix: String,
    pub next_number: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct Product {
    pub id: String,
    pub created: i64,
    pub name: &'static str,
    pub description: &'static str,
    pub default_price: Option<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct Price {
    pub id: String,
    pub created: i64,
    pub product: usize,
    pub currency: Currency,
    /// `month` or `year`; `None` is sold once.
    pub interval: Option<&'static str>,
    pub unit_amount: i64,
    pub lookup_key: String,
    /// Which plan, 0 the smallest.
    pub tier: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct Subscription {
    pub id: String,
    pub item_id: String,
    pub created: i64,
    pub customer: usize,
    pub price: usize,
    pub quantity: i64,
    pub status: &'static str,
    pub trial_end: Option<i64>,
    pub period_start: i64,
    pub period_end: i64,
    pub anchor: i64,
    /// Periods since the anchor, so that the 31st stays the 31st.
    pub periods: u32,
    pub cancel_at_period_end: bool,
    pub canceled_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub cancel_reason: Option<&'static str>,
    pub feedback: Option<&'static str>,
    pub latest_invoice: Option<usize>,
    /// The id of its discount: [`DISCOUNT_BASIS_POINTS`] for ever.
    pub discount: Option<String>,
    /// A cheaper price from the next period on.
    pub next_price: Option<usize>,
}

impl Subscription {
    /// What a whole period costs after its discount, without tax.
    pub fn billed_each_period(&self, price: &Price) -> i64 {
        let whole = price.unit_amount * self.quantity;
        let off = if self.discount.is_some() { (whole * DISCOUNT_BASIS_POINTS + 5000) / 10_000 } else { 0 };
        whole - off
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub id: String,
    pub description: String,
    /// Without tax and before its discount; negative for the unused part of a replaced plan.
    pub amount: i64,
    /// What is taken off, with the sign of the amount.
    pub discount: i64,
    pub tax: i64,
    pub quantity: i64,
    pub price: usize,
    pub period_start: i64,
    pub period_end: i64,
    pub proration: bool,
    /// The position of the subscription, or `None` for an item billed once.
    pub subscription: Option<usize>,
    pub invoice_item: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Invoice {
    pub id: String,
    pub created: i64,
    pub number: Option<String>,
    pub customer: usize,
    pub subscription: Option<usize>,
    pub reason: &'static str,
    pub currency: Currency,
    pub lines: Vec<Line>,
    /// Before discounts and tax.
    pub subtotal: i64,
    pub discount: i64,
    pub tax: i64,
    pub total: i64,
    pub amount_paid: i64,
    pub status: &'static str,
    pub attempts: u32,
    pub next_attempt: Option<i64>,
    pub due: Option<i64>,
    pub finalized_at: Option<i64>,
    pub paid_at: Option<i64>,
    pub voided_at: Option<i64>,
    pub uncollectible_at: Option<i64>,
    /// The customer's balance at the processor before and after it paid a part.
    pub balance_before: i64,
    pub balance_after: i64,
    /// What a credit note took off before it was paid, the tax in it, and where the books' debit went.
    pub credited: i64,
    pub credited_tax: i64,
    pub credit: Vec<(crate::truth::Account, i64)>,
    /// Where the books' debit went when it was given up, so that it can be owed again.
    pub lost: Vec<(crate::truth::Account, i64)>,
    pub intent: Option<usize>,
    pub paid_off_stripe: i64,
}

impl Invoice {
    /// After discounts, without tax.
    pub fn net(&self) -> i64 {
        self.subtotal - self.discount
    }

    /// The tax in the first `returned` of what was paid. What a credit note took off counts before it, so that no cent is
    /// lost between them.
    pub fn tax_in(&self, returned: i64) -> i64 {
        tax_share(self.tax, self.credited + returned, self.total) - self.credited_tax
    }

    /// What is to be paid of it, now or before it was paid.
    pub fn to_pay(&self) -> i64 {
        self.total - self.credited - self.paid_by_balance()
    }

    /// What the customer's credit paid.
    pub fn paid_by_balance(&self) -> i64 {
        self.balance_after - self.balance_before
    }

    /// The tax in what is to be paid: the rest, once everything else took its share.
    pub fn tax_to_pay(&self) -> i64 {
        self.tax - tax_share(self.tax, self.total - self.to_pay(), self.total)
    }

    pub fn remaining(&self) -> i64 {
        if self.status == "draft" { self.total } else { self.to_pay() - self.amount_paid }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct InvoicePayment {
    pub id: String,
    pub created: i64,
    pub invoice: usize,
    pub amount: i64,
    pub amount_paid: Option<i64>,
    pub currency: Currency,
    pub status: &'static str,
    pub paid_at: Option<i64>,
    /// `None` was paid outside and has a payment record.
    pub intent: Option<usize>,
    pub record: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Intent {
    pub id: String,
    pub created: i64,
    pub customer: usize,
    pub amount: i64,
    pub currency: Currency,
    pub status: &'static str,
    pub latest_charge: Option<usize>,
    pub description: String,
    pub invoice: Option<usize>,
    /// Whether its customer was asked to confirm it and did not.
    pub unconfirmed: bool,
    pub canceled_at: Option<i64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Charge {
    pub id: String,
    pub created: i64,
    pub customer: usize,
    pub intent: usize,
    pub amount: i64,
    pub refunded: i64,
    pub currency: Currency,
    pub succeeded: bool,
    pub decline_code: Option<&'static str>,
    pub movement: Option<usize>,
    /// A debit of the customer's bank account instead of a card payment, and the movement by which that bank took it back.
    pub is_debit: bool,
    pub returned: Option<usize>,
    pub dispute: Option<usize>,
    pub description: String,
    /// Invoice and the part of the charge that is tax.
    pub invoice: Option<usize>,
    pub tax: i64,
    /// Tax that refunds and disputes have already taken back.
    pub tax_returned: i64,
}

#[derive(Clone, Debug)]
pub(crate) struct Refund {
    pub id: String,
    pub created: i64,
    pub charge: usize,
    pub amount: i64,
    pub tax: i64,
    pub currency: Currency,
    pub status: &'static str,
    pub reason: Option<String>,
    pub failure_reason: Option<&'static str>,
    pub movement: usize,
    pub failure_movement: Option<usize>,
    pub metadata: Metadata,
    /// Where the books' debit went, so that a failed refund gives it back.
    pub booked: Vec<(crate::truth::Account, i64)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Dispute {
    pub id: String,
    pub created: i64,
    pub charge: usize,
    pub amount: i64,
    pub currency: Currency,
    pub status: &'static str,
    pub reason: &'static str,
    pub movements: Vec<usize>,
    pub due_by: i64,
    /// The tax in it that was taken back when it was lost.
    pub tax_lost: i64,
}

/// A balance transaction: one movement of the card processor's balance.
#[derive(Clone, Debug)]
pub(crate) struct Movement {
    pub id: String,
    pub created: i64,
    /// Neither listed nor retrieved before then.
    pub visible_at: i64,
    pub amount: i64,
    pub fee: i64,
    pub currency: Currency,
    pub available_on: i64,
    pub kind: &'static str,
    pub category: &'static str,
    pub source: Option<String>,
    pub description: String,
    pub payout: Option<usize>,
}

impl Movement {
    pub fn net(&self) -> i64 {
        self.amount - self.fee
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Payout {
    pub id: String,
    pub created: i64,
    pub amount: i64,
    pub currency: Currency,
    pub arrives: i64,
    pub status: &'static str,
    pub movement: usize,
    pub failure_movement: Option<usize>,
    pub will_fail: bool,
    /// The bank's number for the deposit, on its statement too.
    pub trace: String,
}

macro_rules! named {
    ($($kind:ty),*) => { $(impl Named for $kind {
        fn id(&self) -> &str { &self.id }
        fn created(&self) -> i64 { self.created }
    })* };
}
named!(
    Customer,
    Product,
    Price,
    Subscription,
    Invoice,
    InvoicePayment,
    Intent,
    Charge,
    Refund,
    Dispute,
    Movement,
    Payout
);
