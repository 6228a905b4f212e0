//! From a connection to the source that reads it, and from what a source says to the connection's health.

use std::sync::Arc;

use purser_connectors::provider::{Cause, Problem};
use purser_connectors::stripe::{self, Client, Config, StripeSource};
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
    let key = usable.secrets.get("read_key").unwrap_or_default().to_owned();
    let base = Some(usable.settings.base_url.as_str()).filter(|base| !base.is_empty());
    let mut config = Config::new(base, key.into())?;
    if let Some(key) = usable.secrets.get("write_key") {
        config = config.with_write_key(key.to_owned().into());
    }
    Ok(Arc::new(StripeSource::new(Client::new(config)?)))
}

/// What a failed poll means for the health of its connection.
pub fn problem_of(error: &SourceError) -> Problem {
    let cause = match error {
        SourceError::KeyRefused { .. } => Cause::SecretRefused,
        SourceError::NotAllowed { .. } => Cause::PermissionMissing,
        SourceError::TooManyRequests { .. } => Cause::RateLimited,
        SourceError::Unreachable { .. } => Cause::Unreachable,
        SourceError::Faulty { .. } => Cause::ProviderFault,
        SourceError::Refused { .. } | SourceError::Strange { .. } | SourceError::Setup { .. } => {
            Cause::Refused
        }
    };
    let mut sentence = error.to_string();
    if let Some(first) = sentence.get(..1) {
        sentence = format!("{}{}.", first.to_uppercase(), sentence[1..].trim_end_matches('.'));
    }
    Problem::new(cause, sentence)
}
