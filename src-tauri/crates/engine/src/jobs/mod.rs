//! Jobs: work that runs by itself, on a schedule (C-18, JS-01 to JS-13).
//!
//! A job is one file in `list/` and one line in [`all`]. The scheduler keeps when each is due, runs one of a job at a
//! time, tries again what failed, and says what was missed. A job reads and writes like any other caller, through
//! [`Books`]; each must be harmless when it runs twice.

mod attempt;
mod decide;
mod effective;
mod ending;
mod list;
mod look;
pub(crate) mod rest;
mod runbook;
mod scheduler;
mod work;
mod worker;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use purser_core::attention::Severity;
use purser_core::schedule::{CatchUp, Retry};
use purser_store::tables::Conn;
use serde_json::{Map, Value};

use crate::books::Books;
use crate::error::ApiError;
use crate::outbox::Dispatcher;
use crate::vault::Vault;

pub(crate) use decide::{
    cancel, decide_missed, pause, read_catch_up, reschedule, resume, run_after, run_now, take_back,
};
pub(crate) use effective::Effective;
pub use list::all;
pub(crate) use list::{WATCHED_SETTING, Watched};
pub(crate) use runbook::when;
pub use runbook::{markdown, markers};
pub use scheduler::{Scheduler, Step};
pub use work::Work;
pub use worker::JobWorker;

/// What jobs work with.
#[derive(Clone)]
pub struct Services {
    /// The open company.
    pub books: Books,
    /// Its secrets: keys of connections.
    pub vault: Arc<dyn Vault>,
    /// Its outbox.
    pub dispatcher: Arc<Dispatcher>,
}

/// What a job does.
pub type Act = Box<dyn Fn(&Work) -> Result<Outcome, Trouble> + Send + Sync>;

/// A job: what it does, when, and what the founder should know of it.
pub struct Job {
    /// Its name for ever: `backup`.
    pub name: &'static str,
    /// Its name on screen.
    pub title: &'static str,
    /// When it runs, as [`purser_core::schedule::Schedule::parse`] reads it.
    pub schedule: &'static str,
    /// What happens with times that were missed.
    pub catch_up: CatchUp,
    /// How often a failed run is tried again.
    pub retry: Retry,
    /// How long one attempt may take.
    pub time_out: Duration,
    /// A run begins up to so many seconds after its time, so that not everything begins at once.
    pub jitter_seconds: i64,
    /// Whether it sends something to somebody: it rests while everything is paused.
    pub sends: bool,
    /// Jobs after whose news it runs too.
    pub after: &'static [&'static str],
    /// How bad it is when it fails.
    pub severity: Severity,
    /// What it still needs of the founder before it can run; `None` when nothing.
    pub needs: fn(&Conn) -> Result<Option<String>, ApiError>,
    /// What it does.
    pub act: Act,
    /// What the founder should know of it (JS-07).
    pub runbook: Runbook,
}

/// A job that needs nothing.
pub(crate) fn nothing_needed(_conn: &Conn) -> Result<Option<String>, ApiError> {
    Ok(None)
}

/// What is shown with a job and printed in the README (JS-07). When it runs is the job's schedule.
#[derive(Debug, Clone, Copy)]
pub struct Runbook {
    /// What it does.
    pub what: &'static str,
    /// What it changes.
    pub affects: &'static str,
    /// What to do when it fails.
    pub troubleshoot: &'static str,
    /// How to do the same by hand.
    pub manual: &'static str,
    /// How to take back what it did.
    pub rollback: &'static str,
}

/// What a run that succeeded says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// One sentence.
    pub say: String,
    /// What it counted.
    pub counts: Map<String, Value>,
    /// Whether it found something that other jobs wait for.
    pub news: bool,
}

impl Outcome {
    /// A sentence and nothing else.
    pub fn say(say: impl Into<String>) -> Outcome {
        Outcome { say: say.into(), ..Outcome::default() }
    }

    /// With a count.
    pub fn count(mut self, what: &str, count: impl Into<Value>) -> Outcome {
        self.counts.insert(what.to_owned(), count.into());
        self
    }

    /// There is something new, if so.
    pub fn news(mut self, news: bool) -> Outcome {
        self.news = news;
        self
    }
}

/// Why a run failed, and what is to be done about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Trouble {
    /// What went wrong.
    pub error: ApiError,
    /// Whether another attempt can help.
    pub again: bool,
    /// Whether the founder was asked already, by a decision of its own.
    pub asked: bool,
}

impl Trouble {
    /// A failure that no further attempt mends.
    pub fn for_good(error: ApiError) -> Trouble {
        Trouble { error, again: false, asked: false }
    }

    /// A failure that is in the queue as a decision of its own.
    pub fn asked(error: ApiError) -> Trouble {
        Trouble { error, again: false, asked: true }
    }
}

impl From<ApiError> for Trouble {
    /// Another attempt may help, unless the founder has to do something first.
    fn from(error: ApiError) -> Trouble {
        let again = error.exit == crate::error::EXIT_FAILED;
        Trouble { error, again, asked: false }
    }
}

impl From<purser_store::StoreError> for Trouble {
    fn from(error: purser_store::StoreError) -> Trouble {
        ApiError::from(error).into()
    }
}
