//! `sync`: one poll of each connected source until nothing more waits.

use purser_connectors::provider::Problem;
use purser_store::tables::connections::Connection;

use crate::api::Caller;
use crate::api::types::*;
use crate::connections as accounts;
use crate::error::ApiError;
use crate::ingest::{self, SyncError, Synced, is_source, problem_of, source_of};

/// `sync`: of the providers named, or of all sources. That one of them cannot be reached is told in its row and stops
/// no other.
pub fn sync(caller: &Caller<'_>, input: SyncInput) -> Result<SyncReport, ApiError> {
    let books = caller.books()?;
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
        rows.push(one(caller, row)?);
    }
    if rows.is_empty() {
        return Err(ApiError::failed(
            "nothing_connected",
            "Nothing was read: no source is connected. purser connect stripe connects one.",
        ));
    }
    let new: u64 = rows.iter().flat_map(|row| &row.kinds).map(|kind| kind.new).sum();
    let failed = rows.iter().filter(|row| row.error.is_some()).count();
    let say = match failed {
        0 => format!("{new} new."),
        _ => format!("{new} new; {failed} could not be read to the end."),
    };
    Ok(SyncReport { sources: rows, sequence: books.store.sequence(), say })
}

fn one(caller: &Caller<'_>, row: &Connection) -> Result<SyncedSource, ApiError> {
    let (books, vault) = (caller.books()?, caller.program.vault()?);
    let mut told =
        SyncedSource { id: row.id.clone(), kinds: Vec::new(), error: None, differences: Vec::new() };
    let usable = match accounts::usable(vault.as_ref(), row)? {
        Ok(usable) => usable,
        Err(problem) => return failed(caller, told, problem, Default::default()),
    };
    let source = match source_of(&usable) {
        Some(Ok(source)) => source,
        Some(Err(error)) => return failed(caller, told, problem_of(&error), usable.secrets),
        None => return Ok(told),
    };
    let synced = match ingest::sync(&books, &caller.actor, &source) {
        Ok(synced) => synced,
        Err(SyncError::Books(error)) => return Err(error),
        Err(SyncError::Source(error)) => return failed(caller, told, problem_of(&error), usable.secrets),
    };
    told.kinds = kinds(&synced);
    if told.kinds.iter().any(|kind| kind.new > 0) {
        match ingest::check_balance(&books, &caller.actor, &source) {
            Ok(differences) => {
                told.differences = differences
                    .iter()
                    .map(|apart| format!("{} there, {} in the books", apart.provider, apart.books))
                    .collect();
            }
            Err(SyncError::Books(error)) => return Err(error),
            Err(SyncError::Source(error)) => return failed(caller, told, problem_of(&error), usable.secrets),
        }
    }
    let id = row.id.clone();
    let fresh = row.trouble.is_some() || row.last_ok.is_none() || !told.kinds.is_empty();
    if fresh {
        books.decide(&caller.actor, move |tx, moment| accounts::worked(tx, moment, &id))?;
    }
    Ok(told)
}

fn failed(
    caller: &Caller<'_>,
    mut told: SyncedSource,
    problem: Problem,
    secrets: purser_connectors::provider::Secrets,
) -> Result<SyncedSource, ApiError> {
    told.error = Some(problem.sentence.clone());
    let id = told.id.clone();
    caller
        .books()?
        .decide(&caller.actor, move |tx, moment| accounts::failed(tx, moment, &id, &problem, &secrets))?;
    Ok(told)
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
