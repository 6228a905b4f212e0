//! What providers tell comes in: page by page, each in one transaction with its bookings and the cursor.
//!
//! A fact enters once. A newer state of an object changes what its older state led to; the same state again changes
//! nothing. What cannot be read is kept, shown and read again after an upgrade, and never stops the rest.

mod balance;
mod billing;
mod changed;
pub(crate) mod collection;
mod earned;
mod money;
mod notices;
mod page;
mod poll;
mod sources;
mod takeback;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use purser_connectors::{Observation, Source, SourceError, Unreadable};
use purser_core::fact::{Fact, FactKind, MovementKind, Observed};
use purser_store::Writing;
use purser_store::tables::facts::{self, Payload};
use purser_store::tables::provider::{self, Feed};

pub use balance::{Difference, check_balance};
pub(crate) use billing::after_credit_notes;
pub use billing::ours_of;
pub use earned::recognise;
pub use poll::{Compare, Reading, read};
pub(crate) use sources::unread;
pub use sources::{is_source, observed, source_of, title_of};

use crate::books::Books;
use crate::error::ApiError;
use page::Page;

/// Pages of one sync at most: ten million facts.
const PAGES_MAX: u32 = 100_000;
/// Pages that may wait for the books while the next one is asked for.
const PAGES_AHEAD: usize = 32;
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

/// How many came in, by kind.
pub(crate) type Counts = BTreeMap<FactKind, Count>;

/// What a sync brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Synced {
    /// By kind.
    pub counts: Counts,
}

impl Synced {
    /// How many facts were not seen before.
    pub fn came(&self) -> u64 {
        self.counts.values().map(|count| count.new).sum()
    }

    /// Adds what another page or source brought.
    pub(crate) fn add(&mut self, other: &Counts) {
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
    while !read_on(books, actor, source, go_on, &mut synced)? {}
    recognise(books, actor)?;
    Ok(synced)
}

/// A page on its way into the books: what it brought, or nothing where reading stood elsewhere by then.
type Taking = Writing<Option<Counts>, ApiError>;

/// Reads on from where reading stands until nothing more waits, and returns when all of it is in the books. False
/// where another reading of the same source went on at the same time: what is left is read from there.
fn read_on(
    books: &Books,
    actor: &str,
    source: &Arc<dyn Source>,
    go_on: &dyn Fn() -> Result<(), ApiError>,
    synced: &mut Synced,
) -> Result<bool, SyncError> {
    let mut ahead = VecDeque::new();
    let mut outcome = ask(books, actor, source, go_on, &mut ahead, synced);
    for page in ahead {
        match page.wait() {
            Ok(Some(counts)) => synced.add(&counts),
            Ok(None) => outcome = outcome.map(|_| false),
            // The first page that failed says why; those after it found nothing to go on from.
            Err(error) if !matches!(outcome, Err(SyncError::Books(_))) => outcome = Err(error.into()),
            Err(_) => {}
        }
    }
    outcome
}

/// Asks page by page; those that are not in the books yet are `ahead`, in their order.
fn ask(
    books: &Books,
    actor: &str,
    source: &Arc<dyn Source>,
    go_on: &dyn Fn() -> Result<(), ApiError>,
    ahead: &mut VecDeque<Taking>,
    synced: &mut Synced,
) -> Result<bool, SyncError> {
    let feed = books.read(|tx| Ok(provider::feed(tx, source.name())?))?;
    let mut cursor = feed.map(|feed| feed.cursor);
    for _ in 0..PAGES_MAX {
        go_on()?;
        let polled = source.poll(cursor.as_deref(), books.clock.now())?;
        let next = polled.next_cursor;
        if !polled.facts.is_empty() || cursor.as_ref() != Some(&next) {
            crash_point!("ingest.polled");
            if ahead.len() == PAGES_AHEAD
                && let Some(first) = ahead.pop_front()
            {
                match first.wait()? {
                    Some(counts) => synced.add(&counts),
                    None => return Ok(false),
                }
            }
            let step = Step { from: cursor, to: next.clone() };
            ahead.push_back(take(books, actor, source, polled.facts, Some(step))?);
        }
        cursor = Some(next);
        if !polled.has_more {
            break;
        }
    }
    Ok(true)
}

/// From which page to which one. It is taken only while reading stands where it began: a page is never passed over
/// because the one before it was not kept.
struct Step {
    from: Option<String>,
    to: String,
}

/// Takes one page in: facts, bookings, attention and cursor together or not at all.
fn take(
    books: &Books,
    actor: &str,
    source: &Arc<dyn Source>,
    mut observations: Vec<Observation>,
    step: Option<Step>,
) -> Result<Taking, ApiError> {
    let source = Arc::clone(source);
    // Lists tell the newest first: money that came back would be taken in before it left.
    observations.sort_by_key(|seen| (seen.kind, moved_at(&seen.read)));
    let payloads: Vec<Payload> =
        observations.iter().map(|seen| Payload::of(&seen.payload)).collect::<Result<_, _>>()?;
    books.ingest_later(actor, move |tx, moment| {
        if let Some(Step { from, to: cursor }) = step {
            let stands = provider::feed(tx, source.name())?.map(|feed| feed.cursor);
            if stands != from {
                return Ok(None);
            }
            let feed = Feed { cursor, translation: source.translation(), polled_at: moment.stamp() };
            provider::set_feed(tx, source.name(), &feed)?;
        }
        let mut page = Page::begin(tx, moment, source.as_ref())?;
        for (observation, payload) in observations.iter().zip(&payloads) {
            page.take(observation, payload)?;
        }
        page.finish("ingest.page").map(Some)
    })
}

/// When a movement took place, of one second those that came back last; nothing of what is no movement.
fn moved_at(read: &Result<Fact, Unreadable>) -> Option<(DateTime<Utc>, bool)> {
    use MovementKind::{DisputeReturned, PayoutReturned, RefundReturned, SaleReturned};
    match &read.as_ref().ok()?.observed {
        Observed::Movement(movement) => {
            let back =
                matches!(movement.kind, SaleReturned | RefundReturned | DisputeReturned | PayoutReturned);
            Some((movement.created, back))
        }
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
    let keys = in_their_order(books, source)?;
    let mut left = keys.len();
    for some in keys.chunks(AGAIN_FACTS as usize) {
        left -= some.len();
        let (source, some) = (Arc::clone(source), some.to_vec());
        let counts = books.ingest(actor, move |tx, moment| {
            // With the last of them this version has tried them all.
            if left == 0
                && let Some(feed) = provider::feed(tx, source.name())?
            {
                provider::set_feed(tx, source.name(), &Feed { translation, ..feed })?;
            }
            let mut page = Page::begin(tx, moment, source.as_ref())?;
            for key in some {
                page.take_again(key)?;
            }
            page.finish("ingest.read_again")
        })?;
        synced.add(&counts);
    }
    Ok(())
}

/// Keys of what could not be read, in the order of a page, over all of it: what is owed before the money that pays it.
fn in_their_order(books: &Books, source: &Arc<dyn Source>) -> Result<Vec<i64>, ApiError> {
    let mut found = Vec::new();
    let mut after = 0;
    loop {
        let some = books.read(|tx| {
            let mut some = Vec::new();
            for (key, kind) in facts::unreadable(tx, source.name(), after, AGAIN_FACTS)? {
                some.push((key, kind, facts::payload(tx, key)?.unwrap_or_default()));
            }
            Ok(some)
        })?;
        let Some((last, _, _)) = some.last() else { break };
        after = *last;
        for (key, kind, payload) in some {
            let Some(kind) = FactKind::parse(&kind) else { continue };
            found.push((kind, moved_at(&source.translate(kind, &payload)), key));
        }
    }
    found.sort_unstable();
    Ok(found.into_iter().map(|(_, _, key)| key).collect())
}
