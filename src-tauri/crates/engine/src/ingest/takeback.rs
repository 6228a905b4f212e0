//! What is earned of a longer time until a day, and what a refund, a dispute or a bad debt takes of the rest.

use chrono::NaiveDate;
use purser_core::booking::billed::recognise;
use purser_core::deferral::first_of;
use purser_core::text::one_line;
use purser_core::{Account, Money};
use purser_store::tables::deferrals::{self, Deferral};

use super::page::Page;
use crate::deferred;
use crate::error::ApiError;

/// What still waits of an invoice on a day, by line, in the order of the lines' ids.
pub(super) fn unearned(
    page: &Page<'_>,
    invoice: &str,
    on: NaiveDate,
) -> Result<Vec<(String, Money)>, ApiError> {
    deferred::waiting(&deferrals::to_come(page.tx, page.source.name(), invoice)?, on)
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

    /// What an entry, perhaps of this page, took unearned, by line.
    pub(super) fn unearned_taken_by(&self, number: i64) -> Result<Vec<(String, Money)>, ApiError> {
        Ok(deferred::taken_by(&self.postings(number)?))
    }

    /// What came back will be earned after all.
    pub(super) fn restore(
        &mut self,
        invoice: &str,
        unearned: &[(String, Money)],
        on: NaiveDate,
    ) -> Result<(), ApiError> {
        self.earn_until(invoice, on)?;
        for entry in deferred::bring_back(self.tx, unearned, on.max(self.books_start()))? {
            self.book(entry);
        }
        Ok(())
    }
}
