//! What was billed ahead is earned month by month, by days, to the cent.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::money::Money;

/// A line that pays for more days than this is earned month by month; a shorter one when it is billed. A month
/// billed ahead is earned at once: a founder's month-end would otherwise hold half of every plan.
pub const EARNED_AT_ONCE_DAYS: i64 = 31;

/// Months of one line at most: a period beyond a century is a mistake of its writer.
const MONTHS_MAX: usize = 1_200;

/// What one month earns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Share {
    /// The first day of the month.
    pub month: NaiveDate,
    /// Days of the period in it.
    pub days: u32,
    /// What it earns.
    pub amount: Money,
}

impl Share {
    /// The day it is booked on: the month's last.
    pub fn earned_on(&self) -> NaiveDate {
        next_month(self.month).pred_opt().unwrap_or(self.month)
    }
}

/// Whether a line of this period is earned month by month. `to` is not part of the period.
pub fn is_deferred(from: NaiveDate, to: NaiveDate) -> bool {
    (to - from).num_days() > EARNED_AT_ONCE_DAYS
}

/// Spreads an amount over the months of a period by days; the odd cents go to the largest remainders, so that the
/// shares add up to the amount. `to` is not part of the period. An empty period earns all in the month of `from`.
pub fn schedule(amount: Money, from: NaiveDate, to: NaiveDate) -> Vec<Share> {
    let mut months = Vec::new();
    let mut at = from;
    while at < to && months.len() < MONTHS_MAX {
        let month = first_of(at);
        let next = next_month(month);
        let until = next.min(to);
        months.push((month, (until - at).num_days().unsigned_abs() as u32));
        if next <= at {
            break;
        }
        at = next;
    }
    if months.is_empty() {
        months.push((first_of(from), 1));
    }
    spread(amount, &months)
}

/// Spreads another amount over shares that are still to come, by their days: after a refund took a part of it.
pub fn respread(shares: &[Share], amount: Money) -> Vec<Share> {
    let months: Vec<(NaiveDate, u32)> = shares.iter().map(|share| (share.month, share.days)).collect();
    spread(amount, &months)
}

fn spread(amount: Money, months: &[(NaiveDate, u32)]) -> Vec<Share> {
    let weights: Vec<u64> = months.iter().map(|(_, days)| u64::from(*days)).collect();
    let amounts = amount.split(&weights);
    months
        .iter()
        .zip(amounts)
        .map(|((month, days), amount)| Share { month: *month, days: *days, amount })
        .collect()
}

/// The first day of a day's month.
pub fn first_of(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(u64::from(day.day0()))).unwrap_or(day)
}

fn next_month(first: NaiveDate) -> NaiveDate {
    first.checked_add_months(Months::new(1)).unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::currency::Currency;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn usd(minor: i128) -> Money {
        Money::new(minor, Currency::USD)
    }

    #[test]
    fn a_year_from_the_middle_of_a_month_is_earned_by_days() {
        let shares = schedule(usd(36_500), day(2026, 1, 15), day(2027, 1, 15));
        assert_eq!(shares.len(), 13);
        assert_eq!((shares[0].days, shares[0].amount), (17, usd(1_700)));
        assert_eq!((shares[1].days, shares[1].amount), (28, usd(2_800)));
        assert_eq!((shares[12].days, shares[12].amount), (14, usd(1_400)));
        assert_eq!(shares[1].earned_on(), day(2026, 2, 28));
    }

    #[test]
    fn odd_cents_go_to_the_largest_remainders() {
        let shares = schedule(usd(100), day(2026, 1, 1), day(2026, 4, 1));
        let amounts: Vec<i128> = shares.iter().map(|share| share.amount.minor()).collect();
        assert_eq!(amounts, [35, 31, 34], "31, 28 and 31 of 90 days are 34.4, 31.1 and 34.4");
    }

    #[test]
    fn a_month_is_earned_at_once_and_a_quarter_is_not() {
        assert!(!is_deferred(day(2026, 1, 15), day(2026, 2, 15)));
        assert!(!is_deferred(day(2026, 5, 5), day(2026, 5, 5)));
        assert!(is_deferred(day(2026, 1, 1), day(2026, 4, 1)));
    }

    #[test]
    fn an_empty_or_backward_period_still_earns_everything() {
        for to in [day(2026, 5, 5), day(2025, 1, 1)] {
            let shares = schedule(usd(99), day(2026, 5, 5), to);
            assert_eq!(shares.len(), 1);
            assert_eq!((shares[0].month, shares[0].amount), (day(2026, 5, 1), usd(99)));
        }
    }

    #[test]
    fn a_refund_leaves_less_to_each_month_that_is_to_come() {
        let shares = schedule(usd(12_000), day(2026, 1, 1), day(2027, 1, 1));
        let left = respread(&shares[6..], usd(1_840));
        assert_eq!(left.len(), 6);
        assert_eq!(Money::sum(left.iter().map(|share| share.amount), Currency::USD).unwrap(), usd(1_840));
        assert_eq!(left[0].amount, usd(310), "July's 31 of 184 days");
    }

    proptest! {
        #[test]
        fn recognition_sums_to_the_line(minor in -10_000_000i128..10_000_000, start in 0i64..20_000, length in 0i64..2_000) {
            let from = day(1990, 1, 1) + chrono::Duration::days(start);
            let to = from + chrono::Duration::days(length);
            let shares = schedule(usd(minor), from, to);
            prop_assert_eq!(Money::sum(shares.iter().map(|s| s.amount), Currency::USD).unwrap(), usd(minor));
            let days: u32 = shares.iter().map(|s| s.days).sum();
            prop_assert_eq!(i64::from(days), length.max(1));
            prop_assert!(shares.windows(2).all(|pair| pair[0].month < pair[1].month));
        }
    }
}
