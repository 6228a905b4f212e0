//! From a connection to the source that reads it.

use std::sync::Arc;

use purser_connectors::stripe::{self, Client, StripeSource};
use purser_connectors::{Source, SourceError};
use purser_core::fact::{FactKind, Observed};
use purser_store::tables::{Conn, connections, facts, provider};

use crate::books::Books;
use crate::connections::Usable;
use crate::error::ApiError;

/// The source behind a connection; `None` where the provider tells nothing.
pub fn source_of(usable: &Usable) -> Option<Result<Arc<dyn Source>, SourceError>> {
    match usable.provider.name {
        stripe::NAME => Some(stripe_source(usable)),
        _ => None,
    }
}

/// Whether a provider is a source.
pub fn is_source(provider: &str) -> bool {
    provider == stripe::NAME
}

/// Connected sources of which nothing was read yet.
pub(crate) fn unread(books: &Books) -> Result<Vec<String>, ApiError> {
    books.read(|tx| {
        let mut unread = Vec::new();
        for row in connections::all(tx)?.into_iter().filter(|row| is_source(&row.provider)) {
            if provider::feed(tx, &row.provider)?.is_none() {
                unread.push(row.provider);
            }
        }
        Ok(unread)
    })
}

/// A source's name on screen.
pub fn title_of(source: &str) -> &str {
    purser_connectors::provider::find(source).map_or(source, |provider| provider.title)
}

/// What a kept fact of a source says; `None` where this version cannot read it, or does not know the source.
pub fn observed(conn: &Conn, source: &str, kind: FactKind, fact: i64) -> Result<Option<Observed>, ApiError> {
    let Some(payload) = facts::payload(conn, fact)? else { return Ok(None) };
    let read = (source == stripe::NAME).then(|| stripe::translate(kind, &payload));
    Ok(read.and_then(Result::ok).map(|fact| fact.observed))
}

fn stripe_source(usable: &Usable) -> Result<Arc<dyn Source>, SourceError> {
    Ok(Arc::new(StripeSource::new(Client::connected(&usable.settings, &usable.secrets)?)))
}
