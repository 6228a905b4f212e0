//! Monthly recurring revenue, with everything that makes it up (rule C-15).
//!
//! The sum over subscriptions of the monthly-normalised price × quantity minus running discounts, without tax, one-off
//! amounts and trials; per currency, never mixed. A year is a twelfth, a week 52/12, a day 365/12. Rounded half to
//! even, once per item.

mod changes;
mod ratios;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

pub use changes::{Change, ChangeKind, changes};
pub use ratios::{Flow, Ratio, gross_margin, months_between};

use crate::currency::Currency;
use crate::fact::{
    Cycle, CycleUnit, Discount, DiscountAmount, PlanItem, Subscription, SubscriptionStatus, UnitPrice,
};
use crate::money::{Money, MoneyError};

/// What counts, where companies differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rules {
    /// Subscriptions whose last invoice is not paid still count.
    pub past_due_counts: bool,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules { past_due_counts: true }
    }
}

/// Why an item adds nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Left {
    /// It has not begun.
    NotBegun,
    /// It is over.
    Ended,
    /// The trial is running.
    Trial,
    /// Nobody pays for it: incomplete, unpaid, paused, or past due where that does not count.
    NotPaid,
    /// What was used is billed, nothing recurs.
    Metered,
    /// The price depends on the quantity, and its steps are not known.
    PriceUnknown,
}

/// What one item adds, and how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// The subscription's id.
    pub subscription: String,
    /// The customer's id.
    pub customer: String,
    /// The price's id.
    pub price: String,
    /// The price's name; may be empty.
    pub name: String,
    /// How many.
    pub quantity: u64,
    /// How often it is billed.
    pub cycle: Cycle,
    /// A month of it without discounts.
    pub gross: Money,
    /// What running discounts take off a month.
    pub discount: Money,
    /// What it adds: `gross − discount`, nothing where it was left out.
    pub amount: Money,
    /// Why it was left out.
    pub left: Option<Left>,
    /// A running discount is not known and was not taken off.
    pub discount_unknown: bool,
    /// The last invoice of the subscription is not paid.
    pub past_due: bool,
}

/// The recurring revenue of one currency.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mrr {
    /// The sum of the parts.
    pub amount: Money,
    /// Every item, also those that add nothing, by subscription and price.
    pub parts: Vec<Part>,
}

impl Mrr {
    /// Customers who pay: whose parts add up to something. One whose plan is free, or made free for ever, is none.
    pub fn customers(&self) -> u64 {
        let mut months: BTreeMap<&str, i128> = BTreeMap::new();
        for part in &self.parts {
            *months.entry(&part.customer).or_default() += part.amount.minor();
        }
        months.values().filter(|month| **month != 0).count() as u64
    }
}

/// Recurring revenue at a time, one sum a currency, by currency code. The order of the subscriptions does not matter.
pub fn mrr(subscriptions: &[Subscription], at: DateTime<Utc>, rules: Rules) -> Result<Vec<Mrr>, MoneyError> {
    let mut by_currency: BTreeMap<Currency, Mrr> = BTreeMap::new();
    for subscription in subscriptions {
        for part in parts_of(subscription, at, rules)? {
            let currency = part.amount.currency();
            let sum = by_currency
                .entry(currency)
                .or_insert_with(|| Mrr { amount: Money::zero(currency), parts: Vec::new() });
            sum.amount = sum.amount.add(part.amount)?;
            sum.parts.push(part);
        }
    }
    let mut all: Vec<Mrr> = by_currency.into_values().collect();
    for sum in &mut all {
        sum.parts.sort_by(|a, b| (&a.subscription, &a.price).cmp(&(&b.subscription, &b.price)));
    }
    Ok(all)
}

/// What the items of one subscription add.
pub fn parts_of(
    subscription: &Subscription,
    at: DateTime<Utc>,
    rules: Rules,
) -> Result<Vec<Part>, MoneyError> {
    let whole = left(subscription, at, rules);
    let mut sums: Vec<Sum<'_>> = Vec::with_capacity(subscription.items.len());
    for item in &subscription.items {
        let left = whole.or_else(|| item_left(item));
        let gross = if left.is_some() { 0 } else { monthly(item)? };
        let mut sum = Sum { item, left, gross, net: gross, discount_unknown: false };
        for discount in item.discounts.iter().filter(|discount| runs(discount, item.cycle, at)) {
            let mut off = 0;
            if let DiscountAmount::Off(money) = discount.amount {
                off = off_monthly(money, item.cycle)?;
            }
            sum.take_off(discount, &mut off)?;
        }
        sums.push(sum);
    }
    if let Some(first) = subscription.items.first() {
        for discount in subscription.discounts.iter().filter(|discount| runs(discount, first.cycle, at)) {
            let mut off = 0;
            if let DiscountAmount::Off(money) = discount.amount {
                off = off_monthly(money, first.cycle)?;
            }
            for sum in sums.iter_mut().filter(|sum| sum.left.is_none()) {
                sum.take_off(discount, &mut off)?;
            }
        }
    }
    Ok(sums.into_iter().map(|sum| sum.into_part(subscription)).collect())
}

/// An item on its way through its discounts, in picos a month.
struct Sum<'a> {
    item: &'a PlanItem,
    left: Option<Left>,
    gross: i128,
    net: i128,
    discount_unknown: bool,
}

impl Sum<'_> {
    /// Takes a discount off; of an amount off the invoice, `off` is what is left of it for the items that follow.
    fn take_off(&mut self, discount: &Discount, off: &mut i128) -> Result<(), MoneyError> {
        match discount.amount {
            DiscountAmount::Percent(percent) => {
                let stays = i128::from(1_000_000u32.saturating_sub(percent.millionths));
                self.net = divide(times(self.net, stays)?, 1_000_000);
            }
            DiscountAmount::Off(money) if money.currency() == self.item.currency => {
                let taken = self.net.min(*off);
                self.net -= taken;
                *off -= taken;
            }
            DiscountAmount::Off(_) | DiscountAmount::Unknown => self.discount_unknown = self.left.is_none(),
        }
        Ok(())
    }

    fn into_part(self, subscription: &Subscription) -> Part {
        let money = |picos| Money::new(divide(picos, UnitPrice::SCALE), self.item.currency);
        let (gross, amount) = (money(self.gross), money(self.net));
        Part {
            subscription: subscription.id.clone(),
            customer: subscription.customer.clone(),
            price: self.item.price.clone(),
            name: self.item.name.clone(),
            quantity: self.item.quantity,
            cycle: self.item.cycle,
            gross,
            discount: Money::new(gross.minor() - amount.minor(), self.item.currency),
            amount,
            left: self.left,
            discount_unknown: self.discount_unknown,
            past_due: subscription.status == SubscriptionStatus::PastDue,
        }
    }
}

/// Why a whole subscription adds nothing at a time.
fn left(subscription: &Subscription, at: DateTime<Utc>, rules: Rules) -> Option<Left> {
    if subscription.started > at {
        return Some(Left::NotBegun);
    }
    if let Some(ended) = subscription.ended {
        if ended <= at {
            return Some(Left::Ended);
        }
    } else if subscription.status == SubscriptionStatus::Ended {
        return Some(Left::Ended);
    }
    if subscription.trial_end.is_some_and(|end| end > at) {
        return Some(Left::Trial);
    }
    let paid = match subscription.status {
        SubscriptionStatus::Active | SubscriptionStatus::Ended => true,
        SubscriptionStatus::PastDue => rules.past_due_counts,
        SubscriptionStatus::Trialing => return Some(Left::Trial),
        SubscriptionStatus::Incomplete | SubscriptionStatus::Unpaid | SubscriptionStatus::Paused => false,
    };
    (!paid || subscription.collection_paused).then_some(Left::NotPaid)
}

fn item_left(item: &PlanItem) -> Option<Left> {
    if item.metered {
        Some(Left::Metered)
    } else if item.unit.is_none() {
        Some(Left::PriceUnknown)
    } else {
        None
    }
}

/// Whether a discount lowers what recurs: it has begun, is not over, and takes more than one invoice's worth. A free
/// month given to keep a customer is a gift, not lost revenue.
fn runs(discount: &Discount, cycle: Cycle, at: DateTime<Utc>) -> bool {
    if discount.once || discount.starts.is_some_and(|starts| starts > at) {
        return false;
    }
    let Some(ends) = discount.ends else { return true };
    let one_invoice = discount.starts.is_some_and(|starts| ends - starts <= longest(cycle));
    ends > at && !one_invoice
}

/// The longest that one cycle can be.
fn longest(cycle: Cycle) -> chrono::Duration {
    let days = match cycle.unit {
        CycleUnit::Day => 1,
        CycleUnit::Week => 7,
        CycleUnit::Month => 31,
        CycleUnit::Year => 366,
    };
    chrono::Duration::days(days * i64::from(cycle.count))
}

/// A month of an item in picos, before discounts.
fn monthly(item: &PlanItem) -> Result<i128, MoneyError> {
    let Some(unit) = item.unit else { return Ok(0) };
    let pieces = match item.package {
        None => item.quantity,
        Some(package) if package.round_up => item.quantity.div_ceil(package.size.max(1)),
        Some(package) => item.quantity / package.size.max(1),
    };
    normalised(times(unit.picos, i128::from(pieces))?, item.cycle)
}

fn off_monthly(off: Money, cycle: Cycle) -> Result<i128, MoneyError> {
    normalised(times(off.minor(), UnitPrice::SCALE)?, cycle)
}

/// An amount of each cycle as one of each month (C-15: year / 12, week × 52/12, day × 365/12).
fn normalised(picos: i128, cycle: Cycle) -> Result<i128, MoneyError> {
    let count = i128::from(cycle.count.max(1));
    let (times_, over) = match cycle.unit {
        CycleUnit::Day => (365, 12 * count),
        CycleUnit::Week => (52, 12 * count),
        CycleUnit::Month => (1, count),
        CycleUnit::Year => (1, 12 * count),
    };
    Ok(divide(times(picos, times_)?, over))
}

fn times(a: i128, b: i128) -> Result<i128, MoneyError> {
    a.checked_mul(b).ok_or_else(|| MoneyError::TooLarge(format!("{a} × {b}")))
}

/// Division that rounds half to even; `by` is positive.
fn divide(amount: i128, by: i128) -> i128 {
    let (quotient, rest) = (amount.div_euclid(by), amount.rem_euclid(by));
    let twice = rest * 2;
    if twice > by || (twice == by && quotient.rem_euclid(2) == 1) { quotient + 1 } else { quotient }
}

#[cfg(test)]
#[path = "metrics_tests.rs"]
mod tests;
