//! Attention items: what only the founder can decide (invariant 8).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::money::Money;

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// When there is time.
    Low,
    /// This week.
    Medium,
    /// Today.
    High,
    /// Money or data at risk now.
    Critical,
}

impl Severity {
    /// Every severity with the name the store keeps.
    pub const ALL: [(Severity, &'static str); 4] = [
        (Severity::Low, "low"),
        (Severity::Medium, "medium"),
        (Severity::High, "high"),
        (Severity::Critical, "critical"),
    ];

    /// The name the store keeps.
    pub fn as_str(self) -> &'static str {
        Severity::ALL.iter().find(|(s, _)| *s == self).map_or("", |(_, name)| name)
    }

    /// The severity of a stored name.
    pub fn parse(name: &str) -> Option<Severity> {
        Severity::ALL.iter().find(|(_, stored)| *stored == name).map(|(s, _)| *s)
    }
}

/// The action of an item that is settled outside of Purser: the founder says when.
pub const DONE: &str = "done";

/// An item to be put into the queue. One per subject and kind: asking again updates it.
#[derive(Clone, PartialEq, Debug)]
pub struct Attention {
    /// `unmatched_line`, `approve_batch`, `effect_unknown`, `verify_failed`…
    pub kind: String,
    /// What it is about, such as `line:<id>`.
    pub subject: String,
    /// How bad.
    pub severity: Severity,
    /// The situation.
    pub title: String,
    /// The cause.
    pub reason: String,
    /// Money at stake.
    pub amount: Option<Money>,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Until when.
    pub due: Option<DateTime<Utc>>,
    /// Actions that resolve it.
    pub actions: Vec<String>,
    /// Where it is decided.
    pub route: String,
}

/// The order of the queue: what is due within a day, then money, then the rest by deadline and age.
///
/// Amounts of other currencies than `base` count as no money: they cannot be compared.
pub fn order(items: &mut [Attention], now: DateTime<Utc>, base: crate::Currency) {
    items.sort_by_key(|item| {
        let due_soon = item.due.is_some_and(|due| due - now <= chrono::Duration::hours(24));
        let money = item.amount.filter(|m| m.currency() == base).map_or(0, |m| m.abs().minor());
        (
            !due_soon,
            std::cmp::Reverse(item.severity == Severity::Critical),
            std::cmp::Reverse(money),
            item.due.unwrap_or(DateTime::<Utc>::MAX_UTC),
            item.since,
            item.subject.clone(),
        )
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;

    #[test]
    fn the_queue_is_ordered_by_deadline_within_a_day_then_money_then_age() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let hours = |h| now + chrono::Duration::hours(h);
        let item = |subject: &str, due, minor: i128| Attention {
            kind: "k".into(),
            subject: subject.into(),
            severity: Severity::Medium,
            title: String::new(),
            reason: String::new(),
            amount: (minor > 0).then(|| Money::new(minor, Currency::USD)),
            since: now,
            due,
            actions: vec![],
            route: String::new(),
        };
        let mut items = vec![
            item("small", None, 10),
            item("later", Some(hours(72)), 0),
            item("none", None, 0),
            item("big", Some(hours(50)), 1_000),
            item("soon", Some(hours(5)), 1),
        ];
        order(&mut items, now, Currency::USD);
        let order: Vec<&str> = items.iter().map(|i| i.subject.as_str()).collect();
        assert_eq!(order, ["soon", "big", "small", "later", "none"]);
    }
}
