//! Customers, their invoices, and what paid them.

use chrono::{DateTime, Utc};

use crate::currency::Currency;
use crate::money::Money;

/// Somebody who buys.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Customer {
    /// The provider's id.
    pub id: String,
    /// Name; may be empty.
    pub name: String,
    /// Email; may be empty.
    pub email: String,
    /// Address with line breaks; may be empty.
    pub address: String,
    /// ISO country; may be empty.
    pub country: String,
    /// When the provider first knew them.
    pub created: Option<DateTime<Utc>>,
    /// Removed at the provider: nothing but the id is known.
    pub deleted: bool,
}

/// Where an invoice stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InvoiceStatus {
    /// Not issued; may still change.
    Draft,
    /// Issued and owed.
    Open,
    /// Settled.
    Paid,
    /// Withdrawn.
    Void,
    /// Given up.
    Uncollectible,
}

/// One line of an invoice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InvoiceLine {
    /// The provider's id.
    pub id: String,
    /// What it is for.
    pub text: String,
    /// After discounts and without tax; negative for a credit.
    pub net: Money,
    /// Tax of it, in and on top.
    pub tax: Money,
    /// Start and end of what it pays for; the end is not part of it.
    pub period: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// How many.
    pub quantity: u64,
    /// The subscription that it bills.
    pub subscription: Option<String>,
    /// The price's id.
    pub price: Option<String>,
}

/// How far a provider has come that collects an open invoice by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Collection {
    /// Attempts so far, at least one.
    pub attempts: u32,
    /// What comes next.
    pub next: CollectionNext,
    /// Why the last attempt failed, a sentence without its full stop; empty where that is not told.
    pub failure: String,
    /// Address of the provider's page on which the customer can pay or confirm; empty without one.
    pub page: String,
}

/// What comes next of an invoice that a provider collects.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CollectionNext {
    /// Money that was asked for is on its way.
    Arrival,
    /// The provider tries again then.
    Retry(DateTime<Utc>),
    /// The customer has to confirm the payment with their bank.
    Confirmation,
    /// Nothing: the provider has given up collecting.
    Nothing,
}

/// A bill.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invoice {
    /// The provider's id.
    pub id: String,
    /// Its number, once it is issued.
    pub number: Option<String>,
    /// The customer's id.
    pub customer: String,
    /// The customer's name on it; may be empty.
    pub customer_name: String,
    /// Where it stands.
    pub status: InvoiceStatus,
    /// Without tax, after discounts.
    pub net: Money,
    /// Tax.
    pub tax: Money,
    /// `net + tax`.
    pub total: Money,
    /// What of the total was taken from the customer's balance: positive where credit paid a part, negative where
    /// the total became credit or an earlier debt is collected with it.
    pub from_balance: Money,
    /// What was left to be paid when it was issued.
    pub due_amount: Money,
    /// What credit notes took off it before it was paid: so much less is owed.
    pub credited: Money,
    /// What credit notes gave back after it was paid: as refunds, as the customer's balance, or elsewhere.
    pub credited_after: Money,
    /// The lines.
    pub lines: Vec<InvoiceLine>,
    /// Whether `lines` are all there are: a provider may hand out the first ones only.
    pub lines_complete: bool,
    /// The subscription that it bills.
    pub subscription: Option<String>,
    /// How far collecting it has come; nothing where it is not owed, was not tried yet, or is sent to be paid.
    pub collection: Option<Box<Collection>>,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When it was issued.
    pub finalised: Option<DateTime<Utc>>,
    /// When it is due, where it has a day.
    pub due: Option<DateTime<Utc>>,
    /// When it was paid.
    pub paid: Option<DateTime<Utc>>,
    /// When it was withdrawn.
    pub voided: Option<DateTime<Utc>>,
    /// When it was given up.
    pub given_up: Option<DateTime<Utc>>,
}

impl Invoice {
    /// Its currency.
    pub fn currency(&self) -> Currency {
        self.total.currency()
    }
}

/// What a payment of an invoice was made with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PaidBy {
    /// A charge, by its id.
    Charge(String),
    /// An intent whose charge carries the money, by its id.
    Intent(String),
    /// Outside of the provider: a transfer, cash, a check.
    OutOfBand,
}

/// Which money pays which invoice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InvoicePayment {
    /// The provider's id.
    pub id: String,
    /// The invoice's id.
    pub invoice: String,
    /// What paid.
    pub by: PaidBy,
    /// What it pays of the invoice; nothing while it is open or was cancelled.
    pub paid: Option<Money>,
    /// When.
    pub paid_at: Option<DateTime<Utc>>,
    /// Given up before it paid.
    pub cancelled: bool,
}
