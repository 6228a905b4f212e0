//! A connected source is read until nothing more waits, and its connection's health says how it went.

use std::sync::Arc;

use chrono::Duration;
use purser_connectors::provider::{Problem, Secrets};
use purser_connectors::{RateSeen, Source};
use purser_store::tables::attention;
use purser_store::tables::connections::Connection;
use purser_store::tables::provider;
use serde_json::json;

use super::balance::{DIFFERS, check_balance};
use super::{Difference, SyncError, Synced, source_of, sync_while};
use crate::books::Books;
use crate::connections;
use crate::error::ApiError;
use crate::vault::Vault;

/// That a quiet source worked is written down again only after this time.
const QUIET_MINUTES: i64 = 60;

/// When the books are compared with the balance that the provider says it keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// Each time.
    Always,
    /// When something came in.
    AfterNews,
    /// When something came in while the founder is asked about a difference: it may be gone.
    WhileAsked,
}

/// Events are told of for thirty days; a stretch that is to be read again ends well within them (C-1).
const AGAIN_HOURS_MAX: u32 = 28 * 24;

/// Sets back where reading of a source stands, so that its next reading tells of so many last hours once more, or (0) of
/// everything (JS-10). What is known enters once.
fn set_back(books: &Books, actor: &str, source: &Arc<dyn Source>, hours: u32) -> Result<(), ApiError> {
    if hours > AGAIN_HOURS_MAX {
        return Err(ApiError::usage(
            "hours",
            format!("{} tells of {AGAIN_HOURS_MAX} hours at most; --full reads everything.", source.title()),
        ));
    }
    let source = Arc::clone(source);
    books.decide(actor, move |tx, moment| {
        let Some(feed) = provider::feed(tx, source.name())? else { return Ok(()) };
        let since = (hours > 0).then(|| moment.at - Duration::hours(i64::from(hours)));
        let cursor = source.again(&feed.cursor, since, moment.at);
        provider::set_feed(tx, source.name(), &provider::Feed { cursor, ..feed })?;
        let subject = format!("source:{}", source.name());
        tx.audit(moment.audit("sync.again", subject, json!({ "hours": hours })))?;
        Ok(())
    })
}

/// What reading a connection brought.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// What came in. Pages before a problem are in the books and not counted here.
    pub synced: Synced,
    /// Currencies in which the books and the provider differ, where they were compared.
    pub differences: Vec<Difference>,
    /// Why it was not read to the end; the connection's health has it too.
    pub problem: Option<Problem>,
}

/// Reads one connection; `None` where its provider tells nothing. A provider that cannot be asked is told in the
/// answer: only books that cannot be read or written are an error, or `go_on`'s own. With `again_hours` (0: all of them) it
/// reads those once more.
pub fn read(
    books: &Books,
    vault: &dyn Vault,
    actor: &str,
    row: &Connection,
    compare: Compare,
    again_hours: Option<u32>,
    go_on: &dyn Fn() -> Result<(), ApiError>,
) -> Result<Option<Reading>, ApiError> {
    let usable = match connections::usable(vault, row)? {
        Ok(usable) => usable,
        Err(problem) => return failed(books, actor, row, problem, Secrets::default(), None).map(Some),
    };
    let Some(source) = source_of(&usable) else { return Ok(None) };
    let source = match source {
        Ok(source) => source,
        Err(error) => return failed(books, actor, row, error.problem(), usable.secrets, None).map(Some),
    };
    if let Some(hours) = again_hours {
        set_back(books, actor, &source, hours)?;
    }
    let read = sync_while(books, actor, &source, go_on).and_then(|synced| {
        let differences = compared(books, actor, &source, &synced, compare)?;
        Ok(Reading { synced, differences, problem: None })
    });
    let rate = source.rate();
    let reading = match read {
        Ok(reading) => reading,
        Err(SyncError::Books(error)) => return Err(error),
        Err(SyncError::Source(error)) => {
            return failed(books, actor, row, error.problem(), usable.secrets, rate).map(Some);
        }
    };
    let long_ago = |at| books.clock.now() - at >= Duration::minutes(QUIET_MINUTES);
    let slowed = rate.is_some_and(|rate| rate.slowed > 0);
    if row.trouble.is_some() || row.last_ok.is_none_or(long_ago) || reading.synced.came() > 0 || slowed {
        let id = row.id.clone();
        books.decide(actor, move |tx, moment| {
            connections::worked(tx, moment, &id)?;
            rate.map_or(Ok(()), |rate| connections::note_rate(tx, moment, &id, rate))
        })?;
    }
    Ok(Some(reading))
}

fn compared(
    books: &Books,
    actor: &str,
    source: &Arc<dyn Source>,
    synced: &Synced,
    compare: Compare,
) -> Result<Vec<Difference>, SyncError> {
    let asked = || books.read(|tx| Ok(attention::any(tx, DIFFERS)?));
    let wanted = match compare {
        Compare::Always => true,
        Compare::AfterNews => synced.came() > 0,
        Compare::WhileAsked => synced.came() > 0 && asked()?,
    };
    if wanted { check_balance(books, actor, source) } else { Ok(Vec::new()) }
}

fn failed(
    books: &Books,
    actor: &str,
    row: &Connection,
    problem: Problem,
    secrets: Secrets,
    rate: Option<RateSeen>,
) -> Result<Reading, ApiError> {
    let (id, told) = (row.id.clone(), problem.clone());
    // A poll that reached nobody says nothing of the allowance.
    let rate = rate.filter(|rate| rate.slowed > 0);
    books.decide(actor, move |tx, moment| {
        connections::failed(tx, moment, &id, &told, &secrets)?;
        rate.map_or(Ok(()), |rate| connections::note_rate(tx, moment, &id, rate))
    })?;
    Ok(Reading { problem: Some(problem), ..Reading::default() })
}
