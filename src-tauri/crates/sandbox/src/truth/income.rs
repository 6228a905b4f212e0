//! Income that is earned over months. A line whose period is longer than 31 days is deferred and earned by days:
//! each calendar month's part, by largest remainder, once the month is over. Every other line is earned when billed.

use super::{Account, Truth};
use crate::time::{DAY, day_start, next_month};

/// By dates, the last day left out: no month is longer.
const EARNED_AT_ONCE_DAYS: i64 = 31;

/// A line of an invoice as it is billed.
pub(crate) struct LineInTruth {
    pub id: String,
    pub amount: i64,
    pub period_start: i64,
    pub period_end: i64,
    pub income: String,
}

#[derive(Debug)]
pub(super) struct Spread {
    line: String,
    currency: &'static str,
    income: String,
    amount: i64,
    /// End of the month, its days, its part; those before `next` are earned.
    months: Vec<(i64, i64, i64)>,
    next: usize,
    earned: i64,
    /// Given back before it was earned.
    released: i64,
}

impl Spread {
    fn unearned(&self) -> i64 {
        self.amount - self.earned - self.released
    }

    fn spread_again(&mut self) {
        let days: Vec<i64> = self.months[self.next..].iter().map(|(_, days, _)| *days).collect();
        let parts = by_days(self.unearned(), &days);
        for (month, part) in self.months[self.next..].iter_mut().zip(parts) {
            month.2 = part;
        }
    }
}

impl Truth {
    /// An invoice goes out: receivable against tax and income, earned or deferred.
    pub(crate) fn invoice_issued(
        &mut self,
        at: i64,
        currency: &'static str,
        invoice: &str,
        tax: i64,
        lines: Vec<LineInTruth>,
    ) {
        let net: i64 = lines.iter().map(|line| line.amount).sum();
        let mut postings =
            vec![(Account::Receivable(invoice.to_owned()), net + tax), (Account::SalesTax, -tax)];
        for line in lines {
            let deferred =
                day_start(line.period_end) - day_start(line.period_start) > EARNED_AT_ONCE_DAYS * DAY;
            let account = if deferred {
                Account::Deferred(line.id.clone())
            } else {
                Account::Income(line.income.clone())
            };
            postings.push((account, -line.amount));
            self.remember(invoice, currency, line, deferred, at);
        }
        self.post(at, currency, "invoice issued", invoice, &postings);
    }

    fn remember(
        &mut self,
        invoice: &str,
        currency: &'static str,
        line: LineInTruth,
        deferred: bool,
        at: i64,
    ) {
        let months = if deferred { months_of(line.period_start, line.period_end) } else { Vec::new() };
        let mut spread = Spread {
            line: line.id,
            currency,
            income: line.income,
            amount: line.amount,
            months,
            next: 0,
            earned: if deferred { 0 } else { line.amount },
            released: 0,
        };
        spread.spread_again();
        let number = self.lines.len();
        for (end, _, _) in &spread.months {
            // A month that was over before the invoice went out is earned at the next end of a month.
            self.due.entry((*end).max(next_month(at))).or_default().push(number);
        }
        self.lines.push(spread);
        self.lines_by_invoice.entry(invoice.to_owned()).or_default().push(number);
    }

    /// The month that ends at `at` is over: its part of every deferred line is earned.
    pub(crate) fn month_over(&mut self, at: i64) {
        let later = self.due.split_off(&(at + 1));
        for (_, numbers) in std::mem::replace(&mut self.due, later) {
            for number in numbers {
                let spread = &mut self.lines[number];
                let Some((_, _, part)) = spread.months.get(spread.next).copied() else { continue };
                spread.next += 1;
                spread.earned += part;
                let (line, income, currency) = (spread.line.clone(), spread.income.clone(), spread.currency);
                let postings = [(Account::Deferred(line.clone()), part), (Account::Income(income), -part)];
                self.post(at, currency, "income earned", &line, &postings);
            }
        }
    }

    /// Takes `net` of an invoice back: first what is not earned yet, in the order of its lines, the rest from `other`.
    pub(crate) fn take_back(
        &mut self,
        invoice: Option<&str>,
        net: i64,
        other: Account,
    ) -> Vec<(Account, i64)> {
        let mut left = net;
        let mut debits = Vec::new();
        let numbers = invoice.and_then(|id| self.lines_by_invoice.get(id)).cloned().unwrap_or_default();
        for number in numbers {
            let spread = &mut self.lines[number];
            let taken = spread.unearned().clamp(0, left.max(0));
            if taken > 0 {
                spread.released += taken;
                spread.spread_again();
                left -= taken;
                debits.push((Account::Deferred(spread.line.clone()), taken));
            }
        }
        debits.push((other, left));
        debits
    }

    /// Whether something of an invoice is earned over months.
    pub(crate) fn is_billed_ahead(&self, invoice: &str) -> bool {
        let numbers = self.lines_by_invoice.get(invoice).into_iter().flatten();
        numbers.copied().any(|number| !self.lines[number].months.is_empty())
    }

    /// Undoes `take_back`, for a refund that failed. What comes back after its months is earned at once.
    pub(crate) fn give_again(&mut self, at: i64, debits: &[(Account, i64)]) {
        for (account, amount) in debits {
            let Account::Deferred(line) = account else { continue };
            let Some(number) = self.lines.iter().position(|each| each.line == *line) else { continue };
            let spread = &mut self.lines[number];
            spread.released -= amount;
            if spread.next < spread.months.len() {
                spread.spread_again();
                continue;
            }
            spread.earned += amount;
            let (line, income, currency) = (line.clone(), spread.income.clone(), spread.currency);
            let postings = [(Account::Deferred(line.clone()), *amount), (Account::Income(income), -amount)];
            self.post(at, currency, "income earned", &line, &postings);
        }
    }

    /// Voids an invoice: its income, earned or not, its tax and its receivable are gone.
    pub(crate) fn invoice_voided(&mut self, at: i64, currency: &'static str, invoice: &str, tax: i64) {
        let mut postings = vec![(Account::SalesTax, tax)];
        let mut net = 0;
        for number in self.lines_by_invoice.get(invoice).cloned().unwrap_or_default() {
            let spread = &mut self.lines[number];
            let unearned = spread.unearned();
            spread.released += unearned;
            spread.spread_again();
            net += unearned + spread.earned;
            postings.push((Account::Deferred(spread.line.clone()), unearned));
            postings.push((Account::Income(spread.income.clone()), spread.earned));
        }
        postings.push((Account::Receivable(invoice.to_owned()), -(net + tax)));
        self.post(at, currency, "invoice voided", invoice, &postings);
    }

    pub(super) fn broken_spreads(&self) -> Vec<String> {
        self.lines
            .iter()
            .filter(|spread| !spread.months.is_empty())
            .filter(|spread| {
                let booked = self.balance(&Account::Deferred(spread.line.clone()), spread.currency);
                booked != -spread.unearned()
            })
            .map(|spread| format!("line {}: {} is not what is unearned", spread.line, spread.unearned()))
            .collect()
    }
}

/// The calendar months that a period touches: end, days of the period in it, part still to be set.
fn months_of(start: i64, end: i64) -> Vec<(i64, i64, i64)> {
    let (mut from, end) = (day_start(start), day_start(end));
    let mut months = Vec::new();
    while from < end {
        let month_end = next_month(from);
        months.push((month_end, (month_end.min(end) - from) / DAY, 0));
        from = month_end;
    }
    months
}

/// Splits an amount by days with the largest remainder; of equal remainders the earlier month gets the unit.
fn by_days(amount: i64, days: &[i64]) -> Vec<i64> {
    let total = i128::from(days.iter().sum::<i64>());
    if total == 0 {
        return vec![0; days.len()];
    }
    let sign = if amount < 0 { -1 } else { 1 };
    let whole = i128::from(amount.abs());
    let mut parts: Vec<(i128, i128)> = days
        .iter()
        .map(|each| (whole * i128::from(*each) / total, whole * i128::from(*each) % total))
        .collect();
    let mut left = whole - parts.iter().map(|(part, _)| part).sum::<i128>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(parts[*at].1));
    for at in order {
        if left == 0 {
            break;
        }
        parts[at].0 += 1;
        left -= 1;
    }
    parts.into_iter().map(|(part, _)| sign * i64::try_from(part).unwrap_or(i64::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_earned_by_days_and_adds_up() {
        let start = crate::time::seconds(chrono::NaiveDate::from_ymd_opt(2026, 1, 15).unwrap());
        let end = crate::time::add_months(start, 12);
        let months = months_of(start, end);
        assert_eq!(
            months.iter().map(|(_, days, _)| *days).collect::<Vec<_>>(),
            [17, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 14]
        );
        let days: Vec<i64> = months.iter().map(|(_, days, _)| *days).collect();
        let parts = by_days(100_000, &days);
        assert_eq!(parts.iter().sum::<i64>(), 100_000);
        assert_eq!(parts[0], 4658, "17 of 365 days of 100,000 are 4,657.53");
        assert_eq!(by_days(-100, &[1, 1, 1]), [-34, -33, -33]);
    }

    #[test]
    fn a_refund_takes_what_is_unearned_first_and_a_failed_one_gives_it_again() {
        let start = crate::time::seconds(chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap());
        let mut truth = Truth::default();
        let line = LineInTruth {
            id: "il_1".into(),
            amount: 1200,
            period_start: start,
            period_end: crate::time::add_months(start, 12),
            income: "team".into(),
        };
        truth.invoice_issued(start, "usd", "in_1", 240, vec![line]);
        truth.month_over(next_month(start));
        assert_eq!(truth.group_balance("income", "usd"), -102, "31 of 365 days");
        let debits = truth.take_back(Some("in_1"), 1150, Account::Refunds);
        assert_eq!(debits, [(Account::Deferred("il_1".into()), 1098), (Account::Refunds, 52)]);
        truth.give_again(start, &debits);
        for month in 1..12 {
            truth.month_over(next_month(crate::time::add_months(start, month)));
        }
        assert_eq!(truth.group_balance("income", "usd"), -1200);
        assert_eq!(truth.broken_identities(), Vec::<String>::new());
    }
}
