//! `glance`: what recurs and what was earned this month, beside the same days of the month before.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use purser_core::{Currency, Money};
use purser_store::ReadTx;
use purser_store::tables::{ledger, provider, revenue};

use super::{Reader, is_connected, told_at};
use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;
use crate::profile::Profile;

/// `glance`.
pub fn glance(caller: &Caller<'_>, _input: Nothing) -> Result<Glance, ApiError> {
    let books = caller.books()?;
    let today = books.today()?;
    books.read(|tx| {
        let profile = Profile::load(tx)?;
        let first = today.with_day(1).unwrap_or(today);
        let (before_from, before_to) = same_days_before(today);
        Ok(Glance {
            month: first.format("%Y-%m").to_string(),
            from: first.to_string(),
            to: today.to_string(),
            before_from: before_from.to_string(),
            before_to: before_to.to_string(),
            recurring: recurring(tx, &profile, today, first)?,
            earned: earned(tx, &profile, (first, today), (before_from, before_to))?,
            kept: kept(tx, profile.currency)?,
            told_at: told_at(tx)?,
            connected: is_connected(tx)?,
        })
    })
}

/// The same days of the month before: all of it, where this day of the month does not exist there.
fn same_days_before(today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let first = today.with_day(1).unwrap_or(today);
    let last_before = first.checked_sub_days(Days::new(1)).unwrap_or(first);
    let from = last_before.with_day(1).unwrap_or(last_before);
    (from, from.with_day(today.day()).unwrap_or(last_before))
}

/// What recurs now and how it changed since the month began; the company's currency first.
fn recurring(
    tx: &ReadTx<'_>,
    profile: &Profile,
    today: NaiveDate,
    first: NaiveDate,
) -> Result<Vec<GlanceRecurring>, ApiError> {
    let mut reader = Reader::new(tx, profile);
    let end = reader.at_end_of(today)?;
    let start = reader.at_end_of(first.checked_sub_days(Days::new(1)).unwrap_or(first))?;
    let mut rows = Vec::new();
    for sum in &end.sums {
        let currency = sum.amount.currency();
        let before = start.of(currency).map_or(Money::zero(currency), |before| before.amount);
        if sum.amount.is_zero() && before.is_zero() {
            continue;
        }
        rows.push(GlanceRecurring {
            mrr: sum.amount.into(),
            change: sum.amount.sub(before)?.into(),
            customers: sum.customers(),
        });
    }
    rows.sort_by_key(|row| (row.mrr.currency != profile.currency.code(), row.mrr.currency.clone()));
    Ok(rows)
}

/// Income as it was booked; the company's currency first, and always there.
fn earned(
    tx: &ReadTx<'_>,
    profile: &Profile,
    now: (NaiveDate, NaiveDate),
    before: (NaiveDate, NaiveDate),
) -> Result<Vec<GlanceEarned>, ApiError> {
    let base = profile.currency;
    let mut sums: BTreeMap<(bool, Currency), (Money, Money)> = BTreeMap::new();
    sums.insert((false, base), (Money::zero(base), Money::zero(base)));
    for (is_before, (from, to)) in [(false, now), (true, before)] {
        for sum in revenue::income_between(tx, from, to)? {
            let currency = sum.currency();
            let zero = Money::zero(currency);
            let both = sums.entry((currency != base, currency)).or_insert((zero, zero));
            *(if is_before { &mut both.1 } else { &mut both.0 }) = sum;
        }
    }
    Ok(sums
        .into_values()
        .map(|(now, before)| GlanceEarned { now: now.into(), before: before.into() })
        .collect())
}

/// What stands at providers of payments, and what is on its way from them to the bank, as the books have it; the company's
/// currency first.
fn kept(tx: &ReadTx<'_>, base: Currency) -> Result<Vec<GlanceKept>, ApiError> {
    let balances = ledger::balances(tx)?;
    let underway = provider::underway(tx)?;
    let mut rows = Vec::new();
    for (source, _) in provider::feeds(tx)? {
        let title = crate::ingest::title_of(&source);
        let prefix = format!("Assets:{title}:");
        for balance in &balances {
            let currency = balance.amount.currency();
            if balance.account != format!("{prefix}{currency}") {
                continue;
            }
            let coming =
                underway.iter().filter(|one| one.source == source && one.amount.currency() == currency);
            rows.push(GlanceKept {
                title: title.to_owned(),
                account: balance.account.clone(),
                balance: balance.amount.into(),
                underway: Money::sum(coming.map(|one| one.amount), currency)?.into(),
            });
        }
    }
    rows.sort_by_key(|row| row.balance.currency != base.code());
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_days_of_the_month_before_end_with_that_month() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (today, from, to) in [
            ("2026-11-17", "2026-10-01", "2026-10-17"),
            ("2026-03-31", "2026-02-01", "2026-02-28"),
            ("2024-03-30", "2024-02-01", "2024-02-29"),
            ("2026-01-01", "2025-12-01", "2025-12-01"),
        ] {
            assert_eq!(same_days_before(day(today)), (day(from), day(to)), "{today}");
        }
    }
}
