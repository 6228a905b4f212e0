//! `counters`: what goes on around the jobs (JS-04), as far as the books know it.

use purser_core::fact::SubscriptionStatus;
use purser_store::tables::batches::{self, BatchState};
use purser_store::tables::provider;

use crate::api::Caller;
use crate::api::types::*;
use crate::approvals::view;
use crate::error::ApiError;
use crate::profile::Profile;
use crate::verbs::metrics::Reader;

/// `counters`.
pub fn counters(caller: &Caller<'_>, _input: Nothing) -> Result<Counters, ApiError> {
    let books = caller.books()?;
    let today = books.today()?;
    books.read(|tx| {
        let profile = Profile::load(tx)?;
        let is_told = !provider::feeds(tx)?.is_empty();
        let failed_payments = match is_told {
            false => None,
            true => {
                let failing =
                    |status| matches!(status, SubscriptionStatus::PastDue | SubscriptionStatus::Unpaid);
                let all = Reader::new(tx, &profile).at_end_of(today)?.subscriptions;
                Some(count(all.iter().filter(|one| failing(one.status) && one.ended.is_none()).count()))
            }
        };
        let waiting: i64 = provider::unexplained(tx)?.iter().map(|(count, _)| count).sum();
        Ok(Counters {
            failed_payments,
            payouts_proposed: count(batches::in_state(tx, BatchState::Proposed)?.len()),
            payouts_underway: count(provider::underway(tx)?.len()),
            cards_waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
            outbox_waiting: view::waiting(tx)?,
        })
    })
}

fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
