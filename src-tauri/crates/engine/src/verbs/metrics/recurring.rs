//! Subscriptions as they were at the end of a day, and what they add up to.

use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use purser_core::fact::{FactKind, Observed, Subscription, SubscriptionStatus};
use purser_core::metrics::{Mrr, Rules, mrr};
use purser_core::money::MoneyError;
use purser_core::{Currency, Money};
use purser_store::ReadTx;
use purser_store::tables::provider;

use super::counting::rules;
use crate::error::ApiError;
use crate::ingest::observed;
use crate::profile::Profile;

/// Reads subscriptions. Two days that lie near each other share most of their facts: each is read once.
pub(crate) struct Reader<'a> {
    tx: &'a ReadTx<'a>,
    profile: &'a Profile,
    read: HashMap<i64, Option<Subscription>>,
}

/// The subscriptions at the end of a day.
pub(crate) struct Recurring {
    /// The end of the day.
    pub at: DateTime<Utc>,
    /// Every one that was ever told of, as it was.
    pub subscriptions: Vec<Subscription>,
    /// What recurs, one sum a currency.
    pub sums: Vec<Mrr>,
}

impl Recurring {
    /// What recurs in one currency.
    pub fn of(&self, currency: Currency) -> Option<&Mrr> {
        self.sums.iter().find(|sum| sum.amount.currency() == currency)
    }

    /// What subscriptions that are past due add a month, or would add if they counted, one sum a currency.
    pub fn past_due(&self) -> Result<Vec<Money>, MoneyError> {
        let late = self.subscriptions.iter().filter(|one| one.status == SubscriptionStatus::PastDue);
        let late: Vec<Subscription> = late.cloned().collect();
        let sums = mrr(&late, self.at, Rules { past_due_counts: true })?;
        Ok(sums.into_iter().map(|sum| sum.amount).collect())
    }
}

impl<'a> Reader<'a> {
    pub fn new(tx: &'a ReadTx<'a>, profile: &'a Profile) -> Reader<'a> {
        Reader { tx, profile, read: HashMap::new() }
    }

    /// The subscriptions at the end of a day of the company. That one was called off or ended is believed as soon as it
    /// is known, whenever that was: a computer that slept over the weekend learns it late.
    pub fn at_end_of(&mut self, day: NaiveDate) -> Result<Recurring, ApiError> {
        let at = end_of(self.profile, day);
        let mut subscriptions: Vec<Subscription> = Vec::new();
        for found in provider::subscriptions_at(self.tx, &crate::books::stamp(at))? {
            let newest = self.subscription(&found.source, found.newest)?;
            let Some(mut then) = self.subscription(&found.source, found.fact)? else { continue };
            if let Some(newest) = newest {
                (then.canceled, then.ended) = (newest.canceled, newest.ended);
            }
            subscriptions.push(then);
        }
        let sums = mrr(&subscriptions, at, rules(self.tx)?)?;
        Ok(Recurring { at, subscriptions, sums })
    }

    fn subscription(&mut self, source: &str, fact: i64) -> Result<Option<Subscription>, ApiError> {
        if let Some(known) = self.read.get(&fact) {
            return Ok(known.clone());
        }
        let read = match observed(self.tx, source, FactKind::Subscription, fact)? {
            Some(Observed::Subscription(subscription)) => Some(subscription),
            _ => None,
        };
        self.read.insert(fact, read.clone());
        Ok(read)
    }
}

/// The end of a day for the company, which is the beginning of the next one.
fn end_of(profile: &Profile, day: NaiveDate) -> DateTime<Utc> {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day).and_time(NaiveTime::MIN);
    profile.zone.from_local_datetime(&next).earliest().map_or(next.and_utc(), |at| at.to_utc())
}
