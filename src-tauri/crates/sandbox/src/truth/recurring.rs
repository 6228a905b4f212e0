//! Recurring revenue as the world knows it (C-15): active and past due subscriptions, after discounts, without tax,
//! trials and what is sold once.

use crate::world::World;
use serde_json::{Value, json};

/// The recurring revenue of one currency now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurring {
    /// Lower case.
    pub currency: &'static str,
    /// Active and past due.
    pub subscriptions: u64,
    /// On trial, not counted in the revenue.
    pub trials: u64,
    /// Minor units of a year: twelve times the monthly prices plus the yearly ones, so that nothing is rounded.
    pub annual_minor: i64,
}

impl World {
    /// One row per currency.
    pub(crate) fn recurring(&self) -> Vec<Recurring> {
        let row = |currency: &'static str| {
            let mut row = Recurring { currency, subscriptions: 0, trials: 0, annual_minor: 0 };
            for each in self.subscriptions.rows() {
                let price = &self.prices[each.price];
                match each.status {
                    _ if price.currency != currency => {}
                    "trialing" => row.trials += 1,
                    "active" | "past_due" => {
                        let times = if price.interval == Some("year") { 1 } else { 12 };
                        row.subscriptions += 1;
                        row.annual_minor += each.billed_each_period(price) * times;
                    }
                    _ => {}
                }
            }
            row
        };
        ["usd", "eur"].into_iter().map(row).collect()
    }

    /// The rows as JSON, with the month's part rounded down.
    pub(crate) fn recurring_json(&self) -> Value {
        let rows = self.recurring().into_iter().map(|row| {
            json!({
                "currency": row.currency,
                "subscriptions": row.subscriptions,
                "trials": row.trials,
                "annual_minor": row.annual_minor,
                "monthly_minor": row.annual_minor / 12,
            })
        });
        Value::Array(rows.collect())
    }
}
