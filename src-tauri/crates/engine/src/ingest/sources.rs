//! From a connection to the source that reads it.

use std::sync::Arc;

use purser_connectors::stripe::{self, Client, StripeSource};
use purser_connectors::{Source, SourceError, Unreadable};
use purser_core::fact::{Fact, FactKind};

use crate::connections::Usable;

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

/// A source's name on screen.
pub fn title_of(source: &str) -> &str {
    purser_connectors::provider::find(source).map_or(source, |provider| provider.title)
}

/// Reads a kept payload of a source by its name; `None` for a source that this version does not know.
pub fn translate(source: &str, kind: FactKind, payload: &[u8]) -> Option<Result<Fact, Unreadable>> {
    (source == stripe::NAME).then(|| stripe::translate(kind, payload))
}

fn stripe_source(usable: &Usable) -> Result<Arc<dyn Source>, SourceError> {
    Ok(Arc::new(StripeSource::new(Client::connected(&usable.settings, &usable.secrets)?)))
}
