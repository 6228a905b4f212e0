//! What customers paid ahead for and is not earned: what takes it back, and what brings it back.

use chrono::NaiveDate;
use purser_core::account::{DEFERRED, INCOME};
use purser_core::booking::billed::recognise;
use purser_core::deferral::{Share, first_of, respread};
use purser_core::{Account, Money, Posting};
use purser_store::WriteTx;
use purser_store::tables::deferrals::{self, Deferral};
use purser_store::tables::ledger::NewEntry;

use crate::error::ApiError;

/// What still waits by line on a day, of months that are not earned: those that were over by then are, though nobody has
/// booked it yet.
pub(crate) fn waiting(months: &[Deferral], on: NaiveDate) -> Result<Vec<(String, Money)>, ApiError> {
    let mut lines: Vec<(String, Money)> = Vec::new();
    for month in months.iter().filter(|month| month.share.month >= first_of(on)) {
        match lines.last_mut().filter(|(line, _)| *line == month.line) {
            Some((_, sum)) => *sum = sum.add(month.share.amount)?,
            None => lines.push((month.line.clone(), month.share.amount)),
        }
    }
    Ok(lines)
}

/// What was taken back unearned on a day will not be earned: the months to come share what is left.
pub(crate) fn take(tx: &WriteTx<'_>, lines: &[(String, Money)], on: NaiveDate) -> Result<(), ApiError> {
    for (line, amount) in lines {
        if !share_again(tx, line, -*amount, on)? {
            return Err(ApiError::failed(
                "deferral_gone",
                format!("Nothing was booked: {line} has no month left that {amount} could be taken of."),
            ));
        }
    }
    Ok(())
}

/// What was taken unearned will be earned after all: in the months to come, and where all of them are over at once. The
/// entries are to be booked.
pub(crate) fn bring_back(
    tx: &WriteTx<'_>,
    lines: &[(String, Money)],
    on: NaiveDate,
) -> Result<Vec<NewEntry>, ApiError> {
    let mut entries = Vec::new();
    for (line, amount) in lines {
        if share_again(tx, line, *amount, on)? {
            continue;
        }
        let income = deferrals::income_of(tx, line)?.unwrap_or_else(|| INCOME.to_owned());
        let text = "Earned at once: it came back after its months";
        entries.push(recognise(line, &Account::known(&income), *amount, on, text)?.into());
    }
    Ok(entries)
}

/// What an entry of these postings took unearned, by line.
pub(crate) fn taken_by(postings: &[Posting]) -> Vec<(String, Money)> {
    let of_line = |posting: &Posting| {
        let item = posting.item.as_ref().filter(|_| posting.account.as_str() == DEFERRED)?;
        Some((item.id.clone(), posting.amount))
    };
    postings.iter().filter_map(of_line).collect()
}

/// The months of a line from a day on share what waits after a change; false where there is none left.
fn share_again(tx: &WriteTx<'_>, line: &str, change: Money, on: NaiveDate) -> Result<bool, ApiError> {
    let mut months = deferrals::to_come_of_line(tx, line)?;
    months.retain(|month| month.share.month >= first_of(on));
    let shares: Vec<Share> = months.iter().map(|month| month.share).collect();
    let waits = Money::sum(shares.iter().map(|share| share.amount), change.currency())?;
    for share in respread(&shares, waits.add(change)?) {
        deferrals::set_amount(tx, line, &share)?;
    }
    Ok(!shares.is_empty())
}
