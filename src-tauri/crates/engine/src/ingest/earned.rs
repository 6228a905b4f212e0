//! Months that have passed are earned (ledger.md: by days, largest remainder).

use purser_core::deferral::first_of;
use purser_core::text::one_line;
use purser_core::{Account, booking::billed};
use purser_store::tables::ledger::NewEntry;
use purser_store::tables::{Conn, deferrals};
use serde_json::json;

use crate::books::Books;
use crate::error::ApiError;
use crate::profile::Profile;

/// Months booked in one transaction.
const MONTHS_AT_ONCE: u32 = 500;

/// Earns every month that has passed; how many. Doing it again changes nothing.
pub fn recognise(books: &Books, actor: &str) -> Result<u64, ApiError> {
    let mut all = 0;
    loop {
        let now = books.clock.now();
        let due = move |conn: &Conn| {
            let today = Profile::load(conn)?.day(now);
            deferrals::due(conn, first_of(today), MONTHS_AT_ONCE)
        };
        if books.read(|tx| Ok(due(tx)?.is_empty()))? {
            return Ok(all);
        }
        all += books.ingest(actor, move |tx, moment| {
            // Looked up again where nobody else writes: a month may have been earned or changed since.
            let due = due(tx)?;
            if due.is_empty() {
                return Ok(0);
            }
            let mut entries: Vec<NewEntry> = Vec::new();
            let mut booked = Vec::with_capacity(due.len());
            for month in due.iter() {
                let share = month.share;
                if share.amount.is_zero() {
                    booked.push(None);
                    continue;
                }
                let text = one_line(&format!("Earned in {}", share.month.format("%B %Y")), 300);
                let on = share.earned_on().max(moment.profile.books_start);
                let income = Account::known(&month.income);
                entries.push(billed::recognise(&month.line, &income, share.amount, on, &text)?.into());
                booked.push(Some(entries.len() - 1));
            }
            let detail = json!({ "months": due.len() });
            let numbers = moment.book(tx, "ledger.recognise", "deferred", detail, &entries)?.numbers;
            for (month, place) in due.iter().zip(booked) {
                let number = place.and_then(|place| numbers.get(place).copied());
                deferrals::earned(tx, &month.line, month.share.month, number)?;
            }
            Ok(due.len() as u64)
        })?;
    }
}
