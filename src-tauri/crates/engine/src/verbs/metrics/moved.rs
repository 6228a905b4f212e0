//! What changed recurring revenue between two days: each customer, and the sums from start to end.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use purser_core::metrics::{Change, ChangeKind, Left, Mrr, Part, Ratio};
use purser_core::money::MoneyError;
use purser_core::{Currency, Money};
use purser_store::ReadTx;

use super::ratios::percent;
use super::recurring::Recurring;
use super::{Customers, plan, why};
use crate::api::types::*;
use crate::error::ApiError;

/// Plans that are named in one sentence.
const PLANS_NAMED: usize = 2;

/// The name of a kind, as the interface has it.
fn kind_name(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::New => "new",
        ChangeKind::Reactivation => "reactivation",
        ChangeKind::Expansion => "expansion",
        ChangeKind::Contraction => "contraction",
        ChangeKind::Churn => "churn",
    }
}

/// Everything that changed, and its sums by currency and kind.
pub(super) fn between(
    tx: &ReadTx<'_>,
    start: &Recurring,
    end: &Recurring,
    found: &[Change],
    customers: &mut Customers,
) -> Result<(Vec<RecurringFlow>, Vec<RecurringChange>), ApiError> {
    let flows = flows(&start.sums, &end.sums, found)?;
    let mut shown = Vec::with_capacity(found.len());
    for change in found {
        let (was, is) = (parts(&start.sums, change), parts(&end.sums, change));
        let (customer_id, customer_name) = customers.of(tx, &change.customer)?;
        shown.push(RecurringChange {
            kind: kind_name(change.kind).to_owned(),
            on: on(change, start, end).map(crate::books::stamp),
            text: words(change, &was, &is),
            before: change.before.into(),
            after: change.after.into(),
            amount: change.amount()?.into(),
            customer: change.customer.clone(),
            customer_id,
            customer_name,
        });
    }
    Ok((flows, shown))
}

fn flows(start: &[Mrr], end: &[Mrr], changes: &[Change]) -> Result<Vec<RecurringFlow>, ApiError> {
    let mut sums: BTreeMap<Currency, (Money, Money)> = BTreeMap::new();
    for (sum, is_end) in start.iter().map(|sum| (sum, false)).chain(end.iter().map(|sum| (sum, true))) {
        let currency = sum.amount.currency();
        let both = sums.entry(currency).or_insert((Money::zero(currency), Money::zero(currency)));
        *(if is_end { &mut both.1 } else { &mut both.0 }) = sum.amount;
    }
    let mut flows = Vec::new();
    for (currency, (start, end)) in sums {
        let mut steps: BTreeMap<ChangeKind, (Money, u32)> = BTreeMap::new();
        for change in changes.iter().filter(|change| change.before.currency() == currency) {
            let step = steps.entry(change.kind).or_insert((Money::zero(currency), 0));
            *step = (step.0.add(change.amount()?)?, step.1 + 1);
        }
        // The running height after each step, so that a picture of it needs no arithmetic.
        let mut reached = start;
        let mut shown = Vec::new();
        for (kind, (amount, count)) in steps {
            let from = reached;
            reached = reached.add(amount)?;
            shown.push(RecurringStep {
                kind: kind_name(kind).to_owned(),
                amount: amount.into(),
                count,
                from: from.into(),
                to: reached.into(),
            });
        }
        let change = end.sub(start)?;
        flows.push(RecurringFlow {
            start: start.into(),
            steps: shown,
            end: end.into(),
            change: change.into(),
            percent: tenths_of_percent(change, start)?,
        });
    }
    Ok(flows)
}

/// `+3.6`; nothing where there was nothing before.
fn tenths_of_percent(change: Money, start: Money) -> Result<Option<String>, MoneyError> {
    let text = percent(Ratio::new(change.minor(), start.minor()))?;
    Ok(text.map(|text| if text.starts_with('\u{2212}') { text } else { format!("+{text}") }))
}

/// The parts of a customer that count, in the currency of the change.
fn parts<'a>(sums: &'a [Mrr], change: &Change) -> Vec<&'a Part> {
    let of_currency = sums.iter().filter(|sum| sum.amount.currency() == change.before.currency());
    of_currency.flat_map(|sum| &sum.parts).filter(|part| part.customer == change.customer).collect()
}

/// The day of it, where a subscription began or ended; other changes are known by when they were seen alone.
fn on(change: &Change, start: &Recurring, end: &Recurring) -> Option<DateTime<Utc>> {
    let of_customer = |recurring: &Recurring, part_of: &dyn Fn(&str) -> bool| {
        let mine = recurring.subscriptions.iter().filter(|one| one.customer == change.customer);
        mine.filter(|one| part_of(&one.id)).cloned().collect::<Vec<_>>()
    };
    let counted = |sums: &[Mrr], id: &str| {
        parts(sums, change).iter().any(|part| part.subscription == id && part.left.is_none())
    };
    match change.kind {
        ChangeKind::New | ChangeKind::Reactivation => {
            let begun = of_customer(end, &|id| counted(&end.sums, id));
            begun.iter().map(|one| one.trial_end.unwrap_or(one.started).max(one.started)).min()
        }
        ChangeKind::Churn => {
            let over = of_customer(end, &|id| counted(&start.sums, id));
            over.iter().filter_map(|one| one.ended.or(one.canceled)).max()
        }
        ChangeKind::Expansion | ChangeKind::Contraction => None,
    }
}

fn words(change: &Change, was: &[&Part], is: &[&Part]) -> String {
    let (before, after) = (plans(was), plans(is));
    match change.kind {
        ChangeKind::New | ChangeKind::Reactivation => after,
        ChangeKind::Churn => {
            let why = is.iter().find_map(|part| part.left).map_or("is not told of any more", left_words);
            format!("{before}: {why}")
        }
        _ if before == after => format!("{after}: another price or discount"),
        _ => format!("{before} \u{2192} {after}"),
    }
}

fn left_words(left: Left) -> &'static str {
    match left {
        Left::Ended => "ended",
        other => why(other),
    }
}

/// `4 × Team, every month`; the first ones, and how many more there are.
fn plans(parts: &[&Part]) -> String {
    let counted: Vec<&&Part> = parts.iter().filter(|part| part.left.is_none()).collect();
    let named = counted.iter().take(PLANS_NAMED).map(|part| plan(part));
    let text = named.collect::<Vec<_>>().join(" and ");
    match counted.len().saturating_sub(PLANS_NAMED) {
        0 => text,
        more => format!("{text} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_in_percent_is_rounded_to_a_tenth() {
        let usd = |minor| Money::new(minor, Currency::USD);
        for (change, start, text) in
            [(144_400, 3_984_200, "+3.6"), (-5, 1_000, "\u{2212}0.5"), (0, 100, "+0.0"), (100, 100, "+100.0")]
        {
            assert_eq!(tenths_of_percent(usd(change), usd(start)).unwrap().as_deref(), Some(text));
        }
        assert_eq!(tenths_of_percent(usd(5), usd(0)).unwrap(), None);
    }
}
