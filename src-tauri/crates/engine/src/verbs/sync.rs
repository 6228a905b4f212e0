//! `sync`: one poll of each connected source until nothing more waits.

use purser_core::text::grouped;
use purser_store::tables::connections::Connection;

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;
use crate::ingest::{self, Compare, Synced, is_source};

/// `sync`: of the providers named, or of all sources. That one of them cannot be reached is told in its row and stops
/// no other.
pub fn sync(caller: &Caller<'_>, input: SyncInput) -> Result<SyncReport, ApiError> {
    let books = caller.books()?;
    caller.program.start_demo()?;
    let mut rows = Vec::new();
    for provider in &input.providers {
        if !is_source(provider) {
            return Err(ApiError::unknown("source", provider));
        }
    }
    let all = books.read(|tx| Ok(purser_store::tables::connections::all(tx)?))?;
    let named = |row: &Connection| {
        is_source(&row.provider) && (input.providers.is_empty() || input.providers.contains(&row.provider))
    };
    for row in all.iter().filter(|row| named(row)) {
        caller.check_cancelled()?;
        rows.push(one(caller, row, input.again_hours)?);
    }
    if rows.is_empty() {
        return Err(ApiError::failed(
            "nothing_connected",
            "Nothing was read: no source is connected. purser connect stripe connects one.",
        ));
    }
    let new: u64 = rows.iter().flat_map(|row| &row.kinds).map(|kind| kind.new).sum();
    let failed = rows.iter().filter(|row| row.error.is_some()).count();
    let new = grouped(new);
    let say = match failed {
        0 => format!("{new} new."),
        _ => format!("{new} new; {failed} could not be read to the end."),
    };
    Ok(SyncReport { sources: rows, sequence: books.store.sequence(), say })
}

fn one(caller: &Caller<'_>, row: &Connection, again_hours: Option<u32>) -> Result<SyncedSource, ApiError> {
    let (books, vault) = (caller.books()?, caller.program.vault()?);
    let go_on = || caller.check_cancelled();
    let compare = if again_hours.is_some() { Compare::Always } else { Compare::AfterNews };
    let read = ingest::read(&books, vault.as_ref(), &caller.actor, row, compare, again_hours, &go_on)?;
    let reading = read.unwrap_or_default();
    Ok(SyncedSource {
        id: row.id.clone(),
        kinds: kinds(&reading.synced),
        error: reading.problem.map(|problem| problem.sentence),
        differences: reading
            .differences
            .iter()
            .map(|apart| format!("{} there, {} in the books", apart.provider, apart.books))
            .collect(),
    })
}

fn kinds(synced: &Synced) -> Vec<SyncedKind> {
    let row = |(kind, count): (&purser_core::fact::FactKind, &ingest::Count)| SyncedKind {
        kind: kind.as_str().to_owned(),
        new: count.new,
        known: count.known,
        unreadable: count.unreadable,
    };
    synced.counts.iter().map(row).collect()
}
