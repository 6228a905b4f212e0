//! How recurring revenue of one currency fared between the ends of two days, as exact ratios (rule C-15). A formula that
//! would divide by nothing has no value: `None`, on screen "n/a". Amounts are minor units; nothing is rounded before it
//! is shown.

use chrono::{Months, NaiveDate};

use super::{Change, ChangeKind, Mrr, times};
use crate::money::{Money, MoneyError};

/// Months that a span is tried to be whole ones of: more than any report spans.
const WHOLE_MONTHS_MAX: u32 = 200;

/// A ratio of whole numbers. What it divides by is positive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ratio {
    numerator: i128,
    denominator: i128,
}

impl Ratio {
    /// The ratio, or nothing where it would divide by zero, or by less: a rate of less than nothing says nothing.
    pub fn new(numerator: i128, denominator: i128) -> Option<Ratio> {
        (denominator > 0).then_some(Ratio { numerator, denominator })
    }

    /// In units of which `each` make one, rounded half away from zero: 1,000 gives tenths of a percent.
    pub fn rounded(self, each: i128) -> Result<i128, MoneyError> {
        let twice = times(times(self.numerator, each)?, 2)? / self.denominator;
        Ok((twice + twice.signum()) / 2)
    }

    /// The product of two.
    pub fn times(self, other: Ratio) -> Result<Ratio, MoneyError> {
        Ok(Ratio {
            numerator: times(self.numerator, other.numerator)?,
            denominator: times(self.denominator, other.denominator)?,
        })
    }
}

/// What moved the recurring revenue of one currency, in minor units a month; every amount as what it is, none negative.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Flow {
    /// Recurring revenue at the start.
    pub start: i128,
    /// From customers who never paid before.
    pub new: i128,
    /// From customers who are back.
    pub reactivation: i128,
    /// From customers who pay more.
    pub expansion: i128,
    /// Lost from customers who pay less.
    pub contraction: i128,
    /// Lost from customers who left.
    pub churn: i128,
    /// Recurring revenue at the end.
    pub end: i128,
    /// Customers who paid at the start.
    pub customers_at_start: i128,
    /// How many of them left.
    pub customers_left: i128,
    /// Customers who pay at the end.
    pub customers_at_end: i128,
}

impl Flow {
    /// The way from one sum to another of the same currency; a sum that is absent is nothing. `changes` may hold other
    /// currencies too.
    pub fn between(start: Option<&Mrr>, end: Option<&Mrr>, changes: &[Change]) -> Result<Flow, MoneyError> {
        let amount = |sum: Option<&Mrr>| sum.map_or(0, |sum| sum.amount.minor());
        let customers = |sum: Option<&Mrr>| sum.map_or(0, |sum| i128::from(sum.customers()));
        let mut flow = Flow {
            start: amount(start),
            end: amount(end),
            customers_at_start: customers(start),
            customers_at_end: customers(end),
            ..Flow::default()
        };
        let currency = start.or(end).map(|sum| sum.amount.currency());
        for change in changes.iter().filter(|change| Some(change.before.currency()) == currency) {
            let by = change.amount()?.minor().abs();
            match change.kind {
                ChangeKind::New => flow.new += by,
                ChangeKind::Reactivation => flow.reactivation += by,
                ChangeKind::Expansion => flow.expansion += by,
                ChangeKind::Contraction => flow.contraction += by,
                ChangeKind::Churn => {
                    flow.churn += by;
                    flow.customers_left += 1;
                }
            }
        }
        Ok(flow)
    }

    /// Logo churn: customers who left / customers at the start.
    pub fn logo_churn(&self) -> Option<Ratio> {
        Ratio::new(self.customers_left, self.customers_at_start)
    }

    /// Gross MRR churn: (contraction + churn) / start.
    pub fn gross_churn(&self) -> Option<Ratio> {
        Ratio::new(self.contraction + self.churn, self.start)
    }

    /// Net revenue retention: (start + expansion − contraction − churn) / start. Who is back is not in it.
    pub fn net_retention(&self) -> Option<Ratio> {
        Ratio::new(self.start + self.expansion - self.contraction - self.churn, self.start)
    }

    /// Gross revenue retention: the net one without expansion.
    pub fn gross_retention(&self) -> Option<Ratio> {
        Ratio::new(self.start - self.contraction - self.churn, self.start)
    }

    /// Quick ratio: (new + expansion + reactivation) / (contraction + churn).
    pub fn quick_ratio(&self) -> Option<Ratio> {
        Ratio::new(self.new + self.expansion + self.reactivation, self.contraction + self.churn)
    }

    /// ARPA: recurring revenue / customers at the end, in minor units a month.
    pub fn revenue_per_customer(&self) -> Option<Ratio> {
        Ratio::new(self.end, self.customers_at_end)
    }

    /// LTV: ARPA × gross margin / churn, in minor units. The churn is logo churn a month: that of the span divided by its
    /// months ([`months_between`]), so that the figure of a week, a month and a year mean the same. Nobody left: no value.
    pub fn lifetime_value(
        &self,
        margin: Option<Ratio>,
        months: Option<Ratio>,
    ) -> Result<Option<Ratio>, MoneyError> {
        // 1 / churn a month: the months that a customer stays.
        let stays = Ratio::new(self.customers_at_start, self.customers_left);
        let (Some(arpa), Some(margin), Some(months), Some(stays)) =
            (self.revenue_per_customer(), margin, months, stays)
        else {
            return Ok(None);
        };
        Ok(Some(arpa.times(margin)?.times(stays)?.times(months)?))
    }
}

/// Gross margin: (income − fees) / income. The books tell no other cost of a sale than the fees of providers and banks.
pub fn gross_margin(income: Money, fees: Money) -> Result<Option<Ratio>, MoneyError> {
    Ok(Ratio::new(income.sub(fees)?.minor(), income.minor()))
}

/// The months between the ends of two days: whole ones where the days that follow them are the same day of two months,
/// else days × 12/365, as a price by the day is normalised. Nothing between a day and itself.
pub fn months_between(from: NaiveDate, to: NaiveDate) -> Option<Ratio> {
    let (first, after) = (from.succ_opt()?, to.succ_opt()?);
    let whole =
        (1..=WHOLE_MONTHS_MAX).find(|months| first.checked_add_months(Months::new(*months)) >= Some(after));
    match whole {
        Some(months) if first.checked_add_months(Months::new(months)) == Some(after) => {
            Ratio::new(i128::from(months), 1)
        }
        _ => match i128::from((to - from).num_days()) {
            days if days > 0 => Ratio::new(days * 12, 365),
            _ => None,
        },
    }
}

#[cfg(test)]
#[path = "ratios_tests.rs"]
mod tests;
