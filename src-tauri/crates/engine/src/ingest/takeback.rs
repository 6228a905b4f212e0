//! What is earned of a longer time until a day, and what a refund, a dispute or a bad debt takes of the rest.

use chrono::NaiveDate;
use purser_core::account::{DEFERRED, INCOME};
use purser_core::booking::billed::{TakenBack, recognise};
use purser_core::deferral::{Share, first_of, respread};
use purser_core::text::one_line;
use purser_core::{Account, Item, ItemKind, Money};
use purser_store::tables::deferrals::{self, Deferral};

use super::page::Page;
use crate::error::ApiError;

/// What still waits of an invoice, by line, in the order of the lines' ids.
pub(super) fn unearned(page: &Page<'_>, invoice: &str) -> Result<Vec<(String, Money)>, ApiError> {
    let months = deferrals::to_come(page.tx, page.source.name(), invoice)?;
    let mut lines: Vec<(String, Money)> = Vec::new();
    for month in months {
        if lines.last().is_some_and(|(line, _)| *line == month.line) {
            continue;
        }
        let item = Item::new(ItemKind::InvoiceLine, month.line.as_str());
        let waiting = -page.open(DEFERRED, &item, month.share.amount.currency())?;
        if waiting.is_positive() {
            lines.push((month.line, waiting));
        }
    }
    Ok(lines)
}

impl Page<'_> {
    /// Earns the months of an invoice that were over on a day, so that only what was unearned then can be taken back.
    pub(super) fn earn_until(&mut self, invoice: &str, day: NaiveDate) -> Result<(), ApiError> {
        let months = deferrals::to_come(self.tx, self.source.name(), invoice)?;
        for month in months.into_iter().filter(|month| month.share.month < first_of(day)) {
            self.earn(&month)?;
        }
        Ok(())
    }

    /// Earns one month; one of nothing is only ended.
    pub(super) fn earn(&mut self, month: &Deferral) -> Result<(), ApiError> {
        let share = month.share;
        let number = if share.amount.is_zero() {
            None
        } else {
            let text = one_line(&format!("Earned in {}", share.month.format("%B %Y")), 300);
            let income = Account::known(&month.income);
            let on = share.earned_on().max(self.books_start());
            Some(self.book(recognise(&month.line, &income, share.amount, on, &text)?))
        };
        Ok(deferrals::earned(self.tx, &month.line, share.month, number)?)
    }

    /// What was taken back unearned will not be earned: the months to come share what is left.
    pub(super) fn release(&mut self, invoice: &str, back: &TakenBack) -> Result<(), ApiError> {
        for (line, amount) in &back.unearned {
            self.share_again(invoice, line, -*amount)?;
        }
        Ok(())
    }

    /// What came back will be earned after all: in the months to come, or in that of its return where none is left.
    pub(super) fn restore(&mut self, invoice: &str, back: &TakenBack, on: NaiveDate) -> Result<(), ApiError> {
        self.earn_until(invoice, on)?;
        for (line, amount) in &back.unearned {
            let months = deferrals::to_come(self.tx, self.source.name(), invoice)?;
            if months.iter().any(|month| month.line == *line) {
                self.share_again(invoice, line, *amount)?;
                continue;
            }
            let month = Deferral {
                line: line.clone(),
                source: self.source.name().to_owned(),
                invoice: invoice.to_owned(),
                share: Share { month: first_of(on), days: 1, amount: *amount },
                income: INCOME.to_owned(),
            };
            deferrals::add(self.tx, &[month])?;
        }
        Ok(())
    }

    fn share_again(&mut self, invoice: &str, line: &str, change: Money) -> Result<(), ApiError> {
        let mut months = deferrals::to_come(self.tx, self.source.name(), invoice)?;
        months.retain(|month| month.line == line);
        let shares: Vec<Share> = months.iter().map(|month| month.share).collect();
        let waiting = Money::sum(shares.iter().map(|share| share.amount), change.currency())?;
        if shares.is_empty() {
            return Err(ApiError::failed(
                "deferral_gone",
                format!("Nothing was booked: {line} has no month left that {change} could be moved to."),
            ));
        }
        for share in respread(&shares, waiting.add(change)?) {
            deferrals::set_amount(self.tx, line, &share)?;
        }
        Ok(())
    }
}
