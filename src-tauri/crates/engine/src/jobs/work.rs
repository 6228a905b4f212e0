//! What a job gets: the books, the time it runs for, a voice, and a hand on its shoulder when it is to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use chrono::{DateTime, Utc};
use purser_store::WriteClass;
use purser_store::tables::job_runs::{self, Level};

use super::Services;
use crate::api::Errand;
use crate::books::Books;
use crate::error::ApiError;

/// Why a run is to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stopped {
    /// The founder stopped it.
    Founder,
    /// It took too long.
    TimeOut,
    /// The program ends.
    Closing,
}

/// The hand on a run's shoulder. The flag is what long work looks at.
#[derive(Debug, Default)]
pub(super) struct Stop {
    flag: Arc<AtomicBool>,
    why: AtomicU8,
}

impl Stop {
    /// Asks the run to stop; the first reason holds.
    pub(super) fn ask(&self, why: Stopped) {
        let code = match why {
            Stopped::Founder => 1,
            Stopped::TimeOut => 2,
            Stopped::Closing => 3,
        };
        // Somebody asked before: that reason stays.
        let _ = self.why.compare_exchange(0, code, Ordering::AcqRel, Ordering::Acquire);
        self.flag.store(true, Ordering::Release);
    }

    /// Why it was asked to stop.
    pub(super) fn why(&self) -> Option<Stopped> {
        match self.why.load(Ordering::Acquire) {
            1 => Some(Stopped::Founder),
            2 => Some(Stopped::TimeOut),
            3 => Some(Stopped::Closing),
            _ => None,
        }
    }
}

/// One attempt at a run, as the job sees it.
pub struct Work {
    pub(super) services: Services,
    pub(super) job: &'static str,
    pub(super) run: i64,
    pub(super) planned_for: DateTime<Utc>,
    pub(super) stop: Arc<Stop>,
}

impl Work {
    /// What jobs work with.
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// The open company.
    pub fn books(&self) -> &Books {
        &self.services.books
    }

    /// The time of the schedule that this run is for; days ago when it makes up for a missed one.
    pub fn planned_for(&self) -> DateTime<Utc> {
        self.planned_for
    }

    /// Who the audit names: `job:backup`.
    pub fn actor(&self) -> String {
        format!("job:{}", self.job)
    }

    /// The job as the caller of a verb.
    pub fn errand(&self) -> Errand {
        Errand { actor: self.actor(), progress: Arc::new(|_| {}), cancelled: Arc::clone(&self.stop.flag) }
    }

    /// Ends the run with an error once it is to stop. Long work calls it in its loops.
    pub fn check(&self) -> Result<(), ApiError> {
        self.errand().check_cancelled()
    }

    /// Writes a line into the run's log.
    pub fn say(&self, text: impl Into<String>) {
        self.log(Level::Info, text.into());
    }

    /// Writes a line about something that went wrong and does not stop the run.
    pub fn warn(&self, text: impl Into<String>) {
        self.log(Level::Warning, text.into());
    }

    fn log(&self, level: Level, text: String) {
        let (at, run) = (self.books().clock.now(), self.run);
        let kept: Result<(), ApiError> = self
            .books()
            .store
            .write(WriteClass::Diary, move |tx| Ok(job_runs::log(tx, run, at, level, &text)?));
        if let Err(error) = kept {
            // The run goes on: what it does matters more than what it says.
            tracing::warn!(job = self.job, code = %error.code, "a line of a run was not kept");
        }
    }
}
