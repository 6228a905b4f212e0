//! `metrics`: recurring revenue at the end of a day, opened into what makes it up and what changed it (C-15).
//! `glance`: the same and the income of the month, in a few lines.

mod counting;
mod glance;
mod moved;
mod ratios;
mod recurring;

use std::collections::HashMap;

use chrono::NaiveDate;
use purser_core::Money;
use purser_core::fact::CycleUnit;
use purser_core::matching::money_text;
use purser_core::metrics::{Left, Part, changes};
use purser_store::ReadTx;
use purser_store::tables::{connections, provider};

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;
use crate::ingest::is_source;
use crate::profile::Profile;

pub use counting::metrics_save;
pub(crate) use counting::{rules, take_back};
pub use glance::glance;
pub(crate) use recurring::{Reader, Recurring};

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
        let mut reader = Reader::new(tx, &profile);
        let mut customers = Customers::default();
        let end = reader.at_end_of(to)?;
        let start = from.map(|from| reader.at_end_of(from)).transpose()?;
        let (mut flows, mut ratios, mut changed) = (Vec::new(), Vec::new(), Vec::new());
        if let (Some(from), Some(start)) = (from, &start) {
            let found = changes(&start.sums, &end.sums)?;
            (flows, changed) = moved::between(tx, start, &end, &found, &mut customers)?;
            ratios = ratios::between(tx, (from, start), (to, &end), &found)?;
        }
        // The company's own currency comes first.
        flows.sort_by_key(|flow| flow.end.currency != profile.currency.code());
        ratios.sort_by_key(|row| row.currency != profile.currency.code());
        let mut show = |recurring: &Recurring| revenue(tx, recurring, &mut customers);
        Ok(Metrics {
            from: from.map(|day| day.to_string()),
            to: to.to_string(),
            start: start.as_ref().map(&mut show).transpose()?.unwrap_or_default(),
            end: show(&end)?,
            flows,
            ratios,
            changes: changed,
            past_due_counts: rules(tx)?.past_due_counts,
            told_at: told_at(tx)?,
            connected: is_connected(tx)?,
        })
    })
}

/// When a provider last told of subscriptions; nothing before the first time.
fn told_at(tx: &ReadTx<'_>) -> Result<Option<String>, ApiError> {
    Ok(provider::feeds(tx)?.into_iter().map(|(_, feed)| feed.polled_at).max())
}

/// Whether a provider is connected that tells of subscriptions.
fn is_connected(tx: &ReadTx<'_>) -> Result<bool, ApiError> {
    Ok(connections::all(tx)?.iter().any(|row| is_source(&row.provider)))
}

/// Our customers behind a provider's ids, each looked up once.
#[derive(Default)]
struct Customers {
    known: HashMap<String, (Option<String>, String)>,
}

impl Customers {
    /// Our id, where they are known, and their name or the provider's id.
    fn of(&mut self, tx: &ReadTx<'_>, external_id: &str) -> Result<(Option<String>, String), ApiError> {
        if let Some(known) = self.known.get(external_id) {
            return Ok(known.clone());
        }
        let found = match provider::customer_behind(tx, external_id)? {
            Some((id, name)) => (Some(id), name),
            None => (None, external_id.to_owned()),
        };
        self.known.insert(external_id.to_owned(), found.clone());
        Ok(found)
    }
}

fn revenue(
    tx: &ReadTx<'_>,
    recurring: &Recurring,
    customers: &mut Customers,
) -> Result<Vec<RecurringRevenue>, ApiError> {
    let past_due = recurring.past_due()?;
    let mut all = Vec::with_capacity(recurring.sums.len());
    for sum in &recurring.sums {
        let mut parts = Vec::with_capacity(sum.parts.len());
        for part in &sum.parts {
            let (customer_id, customer_name) = customers.of(tx, &part.customer)?;
            parts.push(show(part, customer_id, customer_name));
        }
        let currency = sum.amount.currency();
        all.push(RecurringRevenue {
            mrr: sum.amount.into(),
            arr: Money::new(sum.amount.minor() * 12, currency).into(),
            customers: sum.customers(),
            past_due: ratios::of_currency(&past_due, currency).into(),
            parts,
        });
    }
    Ok(all)
}

/// A part as the interface has it.
pub(crate) fn show(part: &Part, customer_id: Option<String>, customer_name: String) -> RecurringPart {
    RecurringPart {
        subscription: part.subscription.clone(),
        customer: part.customer.clone(),
        customer_id,
        customer_name,
        price: part.price.clone(),
        name: part.name.clone(),
        quantity: part.quantity,
        every: every(part),
        plan: plan(part),
        gross: part.gross.into(),
        discount: part.discount.into(),
        amount: part.amount.into(),
        left_out: part.left.map(why).map(str::to_owned),
        discount_unknown: part.discount_unknown,
        past_due: part.past_due && part.left.is_none(),
    }
}

/// `4 × Team, every month`; what it costs a month where the price has no name.
fn plan(part: &Part) -> String {
    if part.name.is_empty() {
        return match part.left {
            None => format!("{} a month", money_text(part.gross)),
            Some(_) => format!("A price without a name, every {}", every(part)),
        };
    }
    let times = if part.quantity == 1 { String::new() } else { format!("{} \u{d7} ", part.quantity) };
    format!("{times}{}, every {}", part.name, every(part))
}

/// `month`, `3 months`, `year`.
fn every(part: &Part) -> String {
    let unit = match part.cycle.unit {
        CycleUnit::Day => "day",
        CycleUnit::Week => "week",
        CycleUnit::Month => "month",
        CycleUnit::Year => "year",
    };
    if part.cycle.count == 1 { unit.to_owned() } else { format!("{} {unit}s", part.cycle.count) }
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
