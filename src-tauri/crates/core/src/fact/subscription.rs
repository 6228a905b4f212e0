//! Subscriptions: what is charged again and again, and what is taken off it.

use chrono::{DateTime, Utc};

use crate::currency::Currency;
use crate::money::Money;

/// Where a subscription stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SubscriptionStatus {
    /// The first payment has not been made.
    Incomplete,
    /// Free for now.
    Trialing,
    /// Paid.
    Active,
    /// The last invoice is not paid.
    PastDue,
    /// Not paid and given up, but not ended.
    Unpaid,
    /// Paused after a trial.
    Paused,
    /// Ended.
    Ended,
}

/// The unit of a billing cycle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CycleUnit {
    /// Days.
    Day,
    /// Weeks.
    Week,
    /// Months.
    Month,
    /// Years.
    Year,
}

/// How often something is billed: every `count` units.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cycle {
    /// The unit.
    pub unit: CycleUnit,
    /// How many of them; at least one.
    pub count: u32,
}

/// A price for one: 10⁻¹² of the currency's minor unit, so that a price below a cent is exact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnitPrice {
    /// 10⁻¹² minor units.
    pub picos: i128,
    /// The currency.
    pub currency: Currency,
}

impl UnitPrice {
    /// Picos in one minor unit.
    pub const SCALE: i128 = 1_000_000_000_000;

    /// A price of whole minor units.
    pub fn whole(money: Money) -> UnitPrice {
        UnitPrice { picos: money.minor() * UnitPrice::SCALE, currency: money.currency() }
    }
}

/// Quantities sold in packages: the price is for `size` pieces.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Package {
    /// Pieces in one package; at least one.
    pub size: u64,
    /// Whether a package that was begun counts as a whole one.
    pub round_up: bool,
}

/// A percentage in millionths: 25.5 % is 255,000.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Percent {
    /// Millionths, 0 to 1,000,000.
    pub millionths: u32,
}

/// How much a discount takes off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DiscountAmount {
    /// A part of the price.
    Percent(Percent),
    /// An amount off each invoice.
    Off(Money),
    /// It is not known how much: the provider named it without telling.
    Unknown,
}

/// Something taken off.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Discount {
    /// The provider's id.
    pub id: String,
    /// How much.
    pub amount: DiscountAmount,
    /// Only off one invoice.
    pub once: bool,
    /// Since when.
    pub starts: Option<DateTime<Utc>>,
    /// Until when, where it ends.
    pub ends: Option<DateTime<Utc>>,
}

/// One price of a subscription.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlanItem {
    /// The provider's id.
    pub id: String,
    /// The price's id.
    pub price: String,
    /// The price's name; may be empty.
    pub name: String,
    /// The price for one; nothing where it depends on the quantity or on usage.
    pub unit: Option<UnitPrice>,
    /// The currency.
    pub currency: Currency,
    /// How many.
    pub quantity: u64,
    /// Sold in packages.
    pub package: Option<Package>,
    /// Billed by what was used: not part of what recurs.
    pub metered: bool,
    /// How often it is billed.
    pub cycle: Cycle,
    /// Discounts of this item alone.
    pub discounts: Vec<Discount>,
}

/// A running plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subscription {
    /// The provider's id.
    pub id: String,
    /// The customer's id.
    pub customer: String,
    /// Where it stands.
    pub status: SubscriptionStatus,
    /// What is charged.
    pub items: Vec<PlanItem>,
    /// Whether `items` are all there are.
    pub items_complete: bool,
    /// Discounts of the whole.
    pub discounts: Vec<Discount>,
    /// When it began.
    pub started: DateTime<Utc>,
    /// When the trial ends or ended.
    pub trial_end: Option<DateTime<Utc>>,
    /// When the customer or the founder called it off; it may run on to the end of the period.
    pub canceled: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended: Option<DateTime<Utc>>,
    /// Nothing is collected for now.
    pub collection_paused: bool,
}
