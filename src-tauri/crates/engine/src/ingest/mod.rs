//! What providers tell comes in: page by page, each in one transaction with its bookings and the cursor.
//!
//! A fact enters once. A newer state of an object changes what its older state led to; the same state again changes
//! nothing. What cannot be read is kept, shown and read again after an upgrade, and never stops the rest.

mod balance;
mod billing;
mod earned;
mod money;
mod notices;
mod page;
mod poll;
mod sources;
mod takeback;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use purser_connectors::{Observation, Source, SourceError};
use purser_core::fact::{FactKind, Observed};
use purser_store::tables::facts;
use purser_store::tables::provider::{self, Feed};

pub use balance::{Difference, check_balance};
pub use billing::ours_of;
pub use earned::recognise;
pub use poll::{Compare, Reading, read};
pub use sources::{is_source, observed, source_of, title_of};

use crate::books::Books;
use crate::error::ApiError;
use page::Page;

/// Pages of one sync at most: ten million facts.
const PAGES_MAX: u32 = 100_000;
/// Facts that are read again in one transaction.
const AGAIN_FACTS: u32 = 200;

/// How many facts of a kind came in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Not seen before in this state.
    pub new: u64,
    /// Seen before.
    pub known: u64,
    /// Kept, but not understood.
    pub unreadable: u64,
}

/// What a sync brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Synced {
    /// By kind.
    pub counts: BTreeMap<FactKind, Count>,
}

impl Synced {
    /// How many facts were not seen before.
    pub fn came(&self) -> u64 {
        self.counts.values().map(|count| count.new).sum()
    }

    /// Adds what another page or source brought.
    pub(crate) fn add(&mut self, other: &BTreeMap<FactKind, Count>) {
        for (kind, count) in other {
            let sum = self.counts.entry(*kind).or_default();
            sum.new += count.new;
            sum.known += count.known;
            sum.unreadable += count.unreadable;
        }
    }
}

/// Why a sync did not come to its end. What came in before is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyncError {
    /// The provider could not be asked.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The books could not be written.
    #[error(transparent)]
    Books(#[from] ApiError),
}

/// Polls a source until nothing more waits. Asking takes place outside of any transaction.
///
/// Facts that an older version could not read are read again first; months that have passed are earned at the end.
pub fn sync(books: &Books, actor: &str, source: &Arc<dyn Source>) -> Result<Synced, SyncError> {
    sync_while(books, actor, source, &|| Ok(()))
}

/// Like [`sync`]; `go_on` is asked before each page and ends it with its error. Pages before are kept.
pub fn sync_while(
    books: &Books,
    actor: &str,
    source: &Arc<dyn Source>,
    go_on: &dyn Fn() -> Result<(), ApiError>,
) -> Result<Synced, SyncError> {
    let mut synced = Synced::default();
    read_again(books, actor, source, &mut synced)?;
    for _ in 0..PAGES_MAX {
        go_on()?;
        let feed = books.read(|tx| Ok(provider::feed(tx, source.name())?))?;
        let cursor = feed.as_ref().map(|feed| feed.cursor.clone());
        let polled = source.poll(cursor.as_deref(), books.clock.now())?;
        if !polled.facts.is_empty() || cursor.as_ref() != Some(&polled.next_cursor) {
            crash_point!("ingest.polled");
            synced.add(&take(books, actor, source, polled.facts, Some(polled.next_cursor))?);
        }
        if !polled.has_more {
            break;
        }
    }
    recognise(books, actor)?;
    Ok(synced)
}

/// Takes one page in: facts, bookings, attention and cursor together or not at all.
pub fn take(
    books: &Books,
    actor: &str,
    source: &Arc<dyn Source>,
    mut observations: Vec<Observation>,
    cursor: Option<String>,
) -> Result<BTreeMap<FactKind, Count>, ApiError> {
    let source = Arc::clone(source);
    // Lists tell the newest first: money that came back would be taken in before it left.
    observations.sort_by_key(|seen| (seen.kind, moved_at(seen)));
    books.ingest(actor, move |tx, moment| {
        let mut page = Page::begin(tx, moment, source.as_ref())?;
        for observation in &observations {
            page.take(observation)?;
        }
        if let Some(cursor) = &cursor {
            let feed =
                Feed { cursor: cursor.clone(), translation: source.translation(), polled_at: moment.stamp() };
            provider::set_feed(tx, source.name(), &feed)?;
        }
        page.finish("ingest.page")
    })
}

/// When a movement took place; nothing of what is no movement.
fn moved_at(seen: &Observation) -> Option<DateTime<Utc>> {
    match &seen.read.as_ref().ok()?.observed {
        Observed::Movement(movement) => Some(movement.created),
        _ => None,
    }
}

/// Reads once more what an older translation could not read.
fn read_again(
    books: &Books,
    actor: &str,
    source: &Arc<dyn Source>,
    synced: &mut Synced,
) -> Result<(), ApiError> {
    let name = source.name().to_owned();
    let translation = source.translation();
    let upgraded =
        books.read(|tx| Ok(provider::feed(tx, &name)?.is_some_and(|feed| feed.translation < translation)))?;
    if !upgraded {
        return Ok(());
    }
    let mut after = 0;
    loop {
        let (name, from) = (name.clone(), after);
        let waiting = books.read(|tx| Ok(facts::unreadable(tx, &name, from, AGAIN_FACTS)?))?;
        let Some((last, _, _)) = waiting.last() else { break };
        after = *last;
        let source = Arc::clone(source);
        let counts = books.ingest(actor, move |tx, moment| {
            let mut page = Page::begin(tx, moment, source.as_ref())?;
            for (key, kind, id) in &waiting {
                page.take_again(*key, kind, id)?;
            }
            page.finish("ingest.read_again")
        })?;
        synced.add(&counts);
    }
    Ok(())
}
