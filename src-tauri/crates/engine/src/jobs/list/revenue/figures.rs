//! The figures of a day, from one picture of the books.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use purser_core::entry::EntryKind;
use purser_core::metrics::Mrr;
use purser_core::{Currency, Money};
use purser_store::ReadTx;
use purser_store::tables::revenue::{self, AtProvider, ByWay};
use purser_store::tables::{invoices, provider};

use crate::error::ApiError;
use crate::ingest::title_of;
use crate::profile::Profile;
use crate::verbs::metrics::{Reader, Recurring};

/// The figures of a day.
pub(super) struct Figures {
    /// Payments recorded by hand, by method.
    pub recorded: Vec<ByWay>,
    /// Bank lines that pay something, by account.
    pub transferred: Vec<ByWay>,
    /// What changed at each provider of payments: its name on screen, and what it was.
    pub providers: Vec<(String, Vec<AtProvider>)>,
    /// Income as it was booked.
    pub income: Vec<ByWay>,
    /// Open invoices, by currency.
    pub open: Vec<(Money, usize)>,
    /// Those of them that are overdue.
    pub overdue: Vec<(Money, usize)>,
    /// Subscriptions; nothing where no provider tells of any.
    pub plans: Option<Plans>,
}

/// Subscriptions of a day.
pub(super) struct Plans {
    /// Begun on the day, with what they add a month, by currency.
    pub begun: Vec<(Money, usize)>,
    /// Called off on the day, with what they added a month, by currency.
    pub cancelled: Vec<(Money, usize)>,
    /// Recurring revenue at the end of the day and of the day before, by currency.
    pub recurring: Vec<(Money, Money)>,
    /// When the provider was last asked.
    pub told_at: String,
}

impl Figures {
    pub fn read(tx: &ReadTx<'_>, profile: &Profile, day: NaiveDate) -> Result<Figures, ApiError> {
        let open = invoices::open(tx)?;
        let today = day + TimeDelta::days(1);
        let owed = |overdue: bool| {
            let some = open.iter().filter(|invoice| !overdue || invoice.due < today);
            let mut sums = counted(some.map(|invoice| invoice.open))?;
            if sums.is_empty() {
                sums.push((Money::zero(profile.currency), 0));
            }
            Ok::<_, ApiError>(sums)
        };
        let mut providers = Vec::new();
        for (source, _) in provider::feeds(tx)? {
            let title = title_of(&source).to_owned();
            let changes = revenue::at_provider_on(tx, &format!("Assets:{title}:"), day)?;
            // What was there before the books began was earned before them too.
            let changes = changes.into_iter().filter(|change| change.kind != EntryKind::Opening).collect();
            providers.push((title, changes));
        }
        Ok(Figures {
            recorded: revenue::recorded_on(tx, day)?,
            transferred: revenue::transferred_on(tx, day)?,
            providers,
            income: revenue::income_on(tx, day)?,
            open: owed(false)?,
            overdue: owed(true)?,
            plans: plans(tx, profile, day)?,
        })
    }

    /// What customers paid through providers, by provider and currency, before fees.
    pub fn charged(&self) -> Result<Vec<(&str, Money, i64)>, ApiError> {
        let mut all = Vec::new();
        for (title, changes) in &self.providers {
            for change in changes.iter().filter(|change| change.kind == EntryKind::Charge) {
                all.push((title.as_str(), change.net.add(change.fees)?, change.count));
            }
        }
        Ok(all)
    }

    /// How many payments came in.
    pub fn payments(&self) -> i64 {
        let charges = self.providers.iter().flat_map(|(_, changes)| changes);
        let charges = charges.filter(|change| change.kind == EntryKind::Charge).map(|change| change.count);
        self.recorded.iter().chain(&self.transferred).map(|way| way.count).sum::<i64>() + charges.sum::<i64>()
    }

    /// All that came in, by currency.
    pub fn came(&self) -> Result<BTreeMap<Currency, Money>, ApiError> {
        let ways = self.recorded.iter().chain(&self.transferred).map(|way| way.amount);
        totals(ways.chain(self.charged()?.into_iter().map(|(_, amount, _)| amount)))
    }
}

/// Sums by currency.
pub(super) fn totals(amounts: impl Iterator<Item = Money>) -> Result<BTreeMap<Currency, Money>, ApiError> {
    let mut sums = BTreeMap::new();
    for amount in amounts {
        let sum = sums.entry(amount.currency()).or_insert(Money::zero(amount.currency()));
        *sum = sum.add(amount)?;
    }
    Ok(sums)
}

/// Sums by currency with how many there were.
fn counted(amounts: impl Iterator<Item = Money>) -> Result<Vec<(Money, usize)>, ApiError> {
    let mut sums: BTreeMap<Currency, (Money, usize)> = BTreeMap::new();
    for amount in amounts {
        let (sum, count) = sums.entry(amount.currency()).or_insert((Money::zero(amount.currency()), 0));
        (*sum, *count) = (sum.add(amount)?, *count + 1);
    }
    Ok(sums.into_values().collect())
}

fn plans(tx: &ReadTx<'_>, profile: &Profile, day: NaiveDate) -> Result<Option<Plans>, ApiError> {
    let Some(told_at) = provider::feeds(tx)?.into_iter().map(|(_, feed)| feed.polled_at).max() else {
        return Ok(None);
    };
    let mut reader = Reader::new(tx, profile);
    let (end, start) = (reader.at_end_of(day)?, reader.at_end_of(day - TimeDelta::days(1))?);
    let is_today = |at: Option<DateTime<Utc>>| at.is_some_and(|at| profile.day(at) == day);
    let begun = ids(&end, |one| is_today(Some(one.started)));
    let cancelled = ids(&end, |one| is_today(one.canceled.or(one.ended)));
    Ok(Some(Plans {
        begun: worth(&end.sums, &begun)?,
        cancelled: worth(&start.sums, &cancelled)?,
        recurring: recurring(&start.sums, &end.sums),
        told_at,
    }))
}

fn ids(recurring: &Recurring, of_day: impl Fn(&purser_core::fact::Subscription) -> bool) -> Vec<&str> {
    recurring.subscriptions.iter().filter(|one| of_day(one)).map(|one| one.id.as_str()).collect()
}

/// What subscriptions add a month, each counted once in every currency that it is billed in.
fn worth(sums: &[Mrr], ids: &[&str]) -> Result<Vec<(Money, usize)>, ApiError> {
    let mut worth = Vec::new();
    for sum in sums {
        let currency = sum.amount.currency();
        let of = |id: &&&str| sum.parts.iter().filter(|part| part.subscription == **id).collect::<Vec<_>>();
        let found: Vec<_> = ids.iter().map(|id| of(&id)).filter(|parts| !parts.is_empty()).collect();
        if !found.is_empty() {
            let amounts = found.iter().flatten().map(|part| part.amount);
            worth.push((Money::sum(amounts, currency)?, found.len()));
        }
    }
    Ok(worth)
}

fn recurring(start: &[Mrr], end: &[Mrr]) -> Vec<(Money, Money)> {
    let before = |currency| {
        let found = start.iter().find(|sum| sum.amount.currency() == currency);
        found.map_or(Money::zero(currency), |sum| sum.amount)
    };
    end.iter().map(|sum| (sum.amount, before(sum.amount.currency()))).collect()
}
