//! How recurring revenue fared from the start to the end, in ratios, one row a currency (C-15).

use chrono::NaiveDate;
use purser_core::metrics::{Change, Flow, Mrr, Ratio, gross_margin, months_between};
use purser_core::money::MoneyError;
use purser_core::{Currency, Money};
use purser_store::ReadTx;
use purser_store::tables::revenue;

use super::recurring::Recurring;
use crate::api::types::*;
use crate::error::ApiError;

/// The ratios of every currency, from the end of one day to the end of another.
pub(super) fn between(
    tx: &ReadTx<'_>,
    (from, start): (NaiveDate, &Recurring),
    (to, end): (NaiveDate, &Recurring),
    changes: &[Change],
) -> Result<Vec<RecurringRatios>, ApiError> {
    // What was booked on the days that follow the end of the first one.
    let first = from.succ_opt().unwrap_or(from);
    let income = revenue::income_between(tx, first, to)?;
    let fees = revenue::fees_between(tx, first, to)?;
    let mut rows = Vec::new();
    for currency in currencies(&start.sums, &end.sums) {
        let flow = Flow::between(start.of(currency), end.of(currency), changes)?;
        let (income, fees) = (of_currency(&income, currency), of_currency(&fees, currency));
        let margin = gross_margin(income, fees)?;
        let value = flow.lifetime_value(margin, months_between(from, to))?;
        rows.push(RecurringRatios {
            currency: currency.code().to_owned(),
            customers_at_start: count(flow.customers_at_start),
            customers_left: count(flow.customers_left),
            logo_churn: percent(flow.logo_churn())?,
            gross_churn: percent(flow.gross_churn())?,
            net_retention: percent(flow.net_retention())?,
            gross_retention: percent(flow.gross_retention())?,
            quick_ratio: flow.quick_ratio().map(tenths).transpose()?,
            revenue_per_customer: money(flow.revenue_per_customer(), currency)?,
            income: income.into(),
            fees: fees.into(),
            gross_margin: percent(margin)?,
            lifetime_value: money(value, currency)?,
        });
    }
    Ok(rows)
}

/// The one of several sums that is in a currency; nothing of it where there is none.
pub(super) fn of_currency(sums: &[Money], currency: Currency) -> Money {
    sums.iter().copied().find(|sum| sum.currency() == currency).unwrap_or(Money::zero(currency))
}

/// The currencies of both, by code.
fn currencies(start: &[Mrr], end: &[Mrr]) -> Vec<Currency> {
    let mut all: Vec<Currency> = start.iter().chain(end).map(|sum| sum.amount.currency()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn count(customers: i128) -> u64 {
    u64::try_from(customers).unwrap_or_default()
}

/// A ratio in percent, to a tenth: `97.3`.
pub(super) fn percent(ratio: Option<Ratio>) -> Result<Option<String>, MoneyError> {
    ratio.map(|ratio| Ok(decimal(ratio.rounded(1_000)?))).transpose()
}

/// A ratio to a tenth: `1.7`.
fn tenths(ratio: Ratio) -> Result<String, MoneyError> {
    Ok(decimal(ratio.rounded(10)?))
}

/// A number of tenths as a decimal.
fn decimal(tenths: i128) -> String {
    let sign = if tenths < 0 { "\u{2212}" } else { "" };
    format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)
}

/// A ratio of minor units as money.
fn money(ratio: Option<Ratio>, currency: Currency) -> Result<Option<Amount>, MoneyError> {
    ratio.map(|ratio| Ok(Money::new(ratio.rounded(1)?, currency).into())).transpose()
}
