//! What the books need from whoever tells them what happened.

use std::time::Duration;

use chrono::{DateTime, Utc};
use purser_core::fact::{Fact, FactKind};
use purser_core::text::capitalised;

use crate::provider::{Cause, Problem};

/// Tells what happened at a provider. Each call may take as long as its requests do: call it from a thread that may
/// wait, and outside any transaction.
pub trait Source: Send + Sync {
    /// The stable name that facts and cursors are kept under.
    fn name(&self) -> &str;

    /// The name on screen.
    fn title(&self) -> &str;

    /// Version of the translation: a newer one may read what an older one could not.
    fn translation(&self) -> i64;

    /// Reads a kept payload once more.
    fn translate(&self, kind: FactKind, payload: &[u8]) -> Result<Fact, Unreadable>;

    /// The next page after `cursor`, from the very beginning without one. A page is at most some hundred facts; nothing
    /// is lost when a page is asked for twice.
    fn poll(&self, cursor: Option<&str>, now: DateTime<Utc>) -> Result<Polled, SourceError>;

    /// Where reading has to stand for what happened since a time to be read once more, or (`None`) everything (JS-10).
    /// While the past is still read for the first time a stretch of it changes nothing.
    fn again(&self, cursor: &str, since: Option<DateTime<Utc>>, now: DateTime<Utc>) -> String;

    /// The balance that is kept there now, to be compared with the books; `None` where there is none.
    fn balance(&self, now: DateTime<Utc>) -> Result<Option<Observation>, SourceError>;

    /// How much of the provider's allowance was used since this source was made; `None` where it has none, or where
    /// nothing was asked yet.
    fn rate(&self) -> Option<RateSeen> {
        None
    }
}

/// Requests against what a provider allows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RateSeen {
    /// Requests in the busiest stretch.
    pub used: u32,
    /// Requests allowed in a stretch.
    pub limit: u32,
    /// How long a stretch is.
    pub seconds: u32,
    /// How often the provider asked to slow down.
    pub slowed: u32,
}

/// One object as it was seen.
#[derive(Clone, PartialEq, Debug)]
pub struct Observation {
    /// What it is about.
    pub kind: FactKind,
    /// The provider's id.
    pub external_id: String,
    /// The raw payload.
    pub payload: Vec<u8>,
    /// What it says; an object that cannot be read is kept and shown, and never stops the rest.
    pub read: Result<Fact, Unreadable>,
}

/// A page.
#[derive(Clone, PartialEq, Debug)]
pub struct Polled {
    /// What was seen, in the order in which it should be taken in.
    pub facts: Vec<Observation>,
    /// Where the next page begins; kept in the transaction that takes the facts in.
    pub next_cursor: String,
    /// Whether more is waiting now.
    pub has_more: bool,
}

/// Why a payload could not be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Unreadable {
    /// What is wrong, in one bounded line.
    pub reason: String,
}

impl Unreadable {
    /// A reason, made one bounded line: a part of it may be a stranger's text.
    pub fn new(reason: impl AsRef<str>) -> Unreadable {
        Unreadable { reason: purser_core::text::one_line(reason.as_ref(), 240) }
    }
}

/// Why a source could not be asked. No message holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The key is wrong or was revoked.
    #[error("{source_title} does not accept the key any more. Make a new one there and connect again")]
    KeyRefused {
        /// The source's name on screen.
        source_title: String,
    },
    /// The key lacks a permission.
    #[error("the key may not read {what} at {source_title}{}. Give the key this permission, then try again", permission.as_ref().map(|name| format!(" (permission {name})")).unwrap_or_default())]
    NotAllowed {
        /// The source's name on screen.
        source_title: String,
        /// What was asked for.
        what: String,
        /// The permission's name there, where it said so.
        permission: Option<String>,
    },
    /// Too many requests.
    #[error("{source_title} asks us to slow down. Purser tries again by itself")]
    TooManyRequests {
        /// The source's name on screen.
        source_title: String,
        /// How long it asked us to wait.
        retry_after: Option<Duration>,
    },
    /// No connection, or no answer in time.
    #[error(
        "{source_title} cannot be reached: {why}. Purser tries again by itself; check the network if it stays so"
    )]
    Unreachable {
        /// The source's name on screen.
        source_title: String,
        /// What happened.
        why: String,
    },
    /// It answered with a fault of its own.
    #[error("{source_title} has a fault of its own (status {status}). Purser tries again by itself")]
    Faulty {
        /// The source's name on screen.
        source_title: String,
        /// HTTP status.
        status: u16,
    },
    /// It refused the request.
    #[error("{source_title} refused a request for {what} (status {status}): {why}")]
    Refused {
        /// The source's name on screen.
        source_title: String,
        /// What was asked for.
        what: String,
        /// HTTP status.
        status: u16,
        /// Its code of the error; may be empty.
        code: String,
        /// Its words.
        why: String,
    },
    /// The answer is not what was agreed.
    #[error(
        "{source_title} answered for {what} with something else: {why}. Check the address of the connection"
    )]
    Strange {
        /// The source's name on screen.
        source_title: String,
        /// What was asked for.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// The connection is set up wrongly.
    #[error("the connection to {source_title} is not right: {why}")]
    Setup {
        /// The source's name on screen.
        source_title: String,
        /// What is wrong, and what to do.
        why: String,
    },
}

impl SourceError {
    /// Whether trying again later may help by itself.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            SourceError::TooManyRequests { .. }
                | SourceError::Unreachable { .. }
                | SourceError::Faulty { .. }
        )
    }

    /// What it means for the health of its connection.
    pub fn problem(&self) -> Problem {
        let cause = match self {
            SourceError::KeyRefused { .. } => Cause::SecretRefused,
            SourceError::NotAllowed { .. } => Cause::PermissionMissing,
            SourceError::TooManyRequests { .. } => Cause::RateLimited,
            SourceError::Unreachable { .. } => Cause::Unreachable,
            SourceError::Faulty { .. } => Cause::ProviderFault,
            SourceError::Refused { .. } | SourceError::Strange { .. } | SourceError::Setup { .. } => {
                Cause::Refused
            }
        };
        let sentence = capitalised(&self.to_string());
        Problem::new(cause, format!("{}.", sentence.trim_end_matches('.')))
    }

    /// How long the provider asked us to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            SourceError::TooManyRequests { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// A stable code for the interface.
    pub fn code(&self) -> &'static str {
        match self {
            SourceError::KeyRefused { .. } => "key_refused",
            SourceError::NotAllowed { .. } => "not_allowed",
            SourceError::TooManyRequests { .. } => "too_many_requests",
            SourceError::Unreachable { .. } => "unreachable",
            SourceError::Faulty { .. } => "provider_fault",
            SourceError::Refused { .. } => "refused",
            SourceError::Strange { .. } => "strange_answer",
            SourceError::Setup { .. } => "setup",
        }
    }
}
