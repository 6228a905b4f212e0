//! `metrics`: recurring revenue at the end of a day, opened into what makes it up (C-15).

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, NaiveTime, TimeZone};
use purser_core::fact::{CycleUnit, FactKind, Observed, Subscription};
use purser_core::metrics::{Left, Part, Rules, mrr};
use purser_store::ReadTx;
use purser_store::tables::{facts, provider};

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;
use crate::ingest::translate;
use crate::profile::Profile;

/// Days that one report may span.
const DAYS_MAX: i64 = 3_700;

/// `metrics`.
pub fn metrics(caller: &Caller<'_>, input: MetricsInput) -> Result<Metrics, ApiError> {
    let books = caller.books()?;
    let today = books.today()?;
    let day = |text: &Option<String>, name: &str| match text {
        None => Ok(today),
        Some(text) => text
            .parse::<NaiveDate>()
            .map_err(|_| ApiError::usage("date", format!("--{name} is a day such as 2026-11-17."))),
    };
    let to = day(&input.to, "to")?;
    let from = input.from.as_ref().map(|_| day(&input.from, "from")).transpose()?;
    if from.is_some_and(|from| from > to || (to - from).num_days() > DAYS_MAX) {
        return Err(ApiError::usage("date", "--from must be before --to, at most ten years."));
    }
    books.read(|tx| {
        let profile = Profile::load(tx)?;
        let end = at(tx, &profile, to)?;
        let start = from.map(|from| at(tx, &profile, from)).transpose()?.unwrap_or_default();
        Ok(Metrics { from: from.map(|day| day.to_string()), to: to.to_string(), start, end })
    })
}

fn at(tx: &ReadTx<'_>, profile: &Profile, day: NaiveDate) -> Result<Vec<RecurringRevenue>, ApiError> {
    // The end of the day for the company, which is the beginning of the next one.
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day).and_time(NaiveTime::MIN);
    let at = profile.zone.from_local_datetime(&next).earliest().map_or(next.and_utc(), |at| at.to_utc());
    let mut subscriptions: Vec<Subscription> = Vec::new();
    for (source, fact) in provider::subscriptions_at(tx, &crate::books::stamp(at))? {
        let payload = facts::payload(tx, fact)?.unwrap_or_default();
        if let Some(Ok(read)) = translate(&source, FactKind::Subscription, &payload)
            && let Observed::Subscription(subscription) = read.observed
        {
            subscriptions.push(subscription);
        }
    }
    let sums = mrr(&subscriptions, at, Rules::default())?;
    Ok(sums
        .into_iter()
        .map(|sum| {
            let customers: BTreeMap<&str, bool> = sum
                .parts
                .iter()
                .filter(|part| part.left.is_none())
                .map(|part| (part.customer.as_str(), true))
                .collect();
            RecurringRevenue {
                mrr: sum.amount.into(),
                arr: purser_core::Money::new(sum.amount.minor() * 12, sum.amount.currency()).into(),
                customers: customers.len() as u64,
                parts: sum.parts.iter().map(show).collect(),
            }
        })
        .collect())
}

fn show(part: &Part) -> RecurringPart {
    let unit = match part.cycle.unit {
        CycleUnit::Day => "day",
        CycleUnit::Week => "week",
        CycleUnit::Month => "month",
        CycleUnit::Year => "year",
    };
    RecurringPart {
        subscription: part.subscription.clone(),
        customer: part.customer.clone(),
        price: part.price.clone(),
        name: part.name.clone(),
        quantity: part.quantity,
        every: if part.cycle.count == 1 { unit.to_owned() } else { format!("{} {unit}s", part.cycle.count) },
        gross: part.gross.into(),
        discount: part.discount.into(),
        amount: part.amount.into(),
        left_out: part.left.map(why).map(str::to_owned),
        discount_unknown: part.discount_unknown,
    }
}

fn why(left: Left) -> &'static str {
    match left {
        Left::NotBegun => "has not begun",
        Left::Ended => "has ended",
        Left::Trial => "trial",
        Left::NotPaid => "not paid",
        Left::Metered => "billed by use",
        Left::PriceUnknown => "price depends on the quantity",
    }
}
