//! What an invoice pays for a longer time and has not earned: a write-off takes it, and its undo brings it back.

use chrono::NaiveDate;
use purser_core::account::DEFERRED;
use purser_core::booking::billed::recognise;
use purser_core::deferral::{Share, respread};
use purser_core::{Account, Money};
use purser_store::WriteTx;
use purser_store::tables::deferrals;
use purser_store::tables::ledger::{self, NewEntry};

use crate::error::ApiError;

/// What still waits of an invoice, by line.
pub(super) fn waiting(tx: &WriteTx<'_>, invoice: &str) -> Result<Vec<(String, Money)>, ApiError> {
    let months = deferrals::to_come_of(tx, invoice)?;
    let mut lines: Vec<(String, Money)> = Vec::new();
    for month in months {
        match lines.last_mut().filter(|(line, _)| *line == month.line) {
            Some((_, sum)) => *sum = sum.add(month.share.amount)?,
            None => lines.push((month.line, month.share.amount)),
        }
    }
    Ok(lines)
}

/// The months of a line that are to come share what waits after a change; false where there is none left.
pub(super) fn share_again(tx: &WriteTx<'_>, line: &str, change: Money) -> Result<bool, ApiError> {
    let months = deferrals::to_come_of_line(tx, line)?;
    let shares: Vec<Share> = months.iter().map(|month| month.share).collect();
    let waits = Money::sum(shares.iter().map(|share| share.amount), change.currency())?;
    for share in respread(&shares, waits.add(change)?) {
        deferrals::set_amount(tx, line, &share)?;
    }
    Ok(!shares.is_empty())
}

/// What a write-off took is earned after all: in the months to come, and where all of them have passed today.
pub(super) fn restore(tx: &WriteTx<'_>, entry: i64, today: NaiveDate) -> Result<Vec<NewEntry>, ApiError> {
    let mut earned = Vec::new();
    for posting in ledger::postings(tx, entry)? {
        let Some(line) = posting.item.filter(|_| posting.account.as_str() == DEFERRED) else { continue };
        if share_again(tx, &line.id, posting.amount)? {
            continue;
        }
        if let Some(income) = deferrals::income_of(tx, &line.id)? {
            let text = "Earned while it was written off";
            earned.push(recognise(&line.id, &Account::known(&income), posting.amount, today, text)?.into());
        }
    }
    Ok(earned)
}
