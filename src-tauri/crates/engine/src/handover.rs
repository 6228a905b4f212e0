//! Giving a data folder up to another process that asks for it.
//!
//! The owner takes no new decisions, lets those that run end, writes down that it leaves, and ends; its lock goes
//! with it. It refuses while an approval is inside its undo window: that window would die with it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use purser_store::tables::approvals;
use serde_json::json;

use crate::api::Kind;
use crate::error::ApiError;
use crate::program::Program;

/// How long the owner waits for decisions that run.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);

/// What the owner of a folder knows of leaving it.
#[derive(Debug, Default)]
pub(crate) struct Handover {
    asked: AtomicBool,
    leaving: AtomicBool,
    deciding: AtomicUsize,
}

/// A decision that runs; the folder is not handed over before it has ended.
pub(crate) struct Deciding<'a>(&'a Handover);

impl Drop for Deciding<'_> {
    fn drop(&mut self) {
        self.0.deciding.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Handover {
    /// Begins a call. Reading goes on until the end; nothing new is decided once somebody asked for the folder.
    pub fn begin(&self, kind: Kind) -> Result<Option<Deciding<'_>>, ApiError> {
        if kind == Kind::Query {
            return Ok(None);
        }
        // Counted first, so that whoever waits for the count sees it or it sees the one who waits.
        self.deciding.fetch_add(1, Ordering::SeqCst);
        let deciding = Deciding(self);
        if self.asked.load(Ordering::SeqCst) {
            return Err(ApiError::failed(
                "handing_over",
                "This Purser is handing the folder over to another one. Nothing was changed; try again there.",
            ));
        }
        Ok(Some(deciding))
    }
}

impl Program {
    /// Whether this process gave the folder up and has to end now.
    pub fn is_leaving(&self) -> bool {
        self.handover.leaving.load(Ordering::SeqCst)
    }

    /// Gives the folder up. The caller's own call is among those that run.
    pub(crate) fn hand_over(&self, actor: &str) -> Result<(), ApiError> {
        self.no_window_runs()?;
        if self.handover.asked.swap(true, Ordering::SeqCst) {
            return Err(ApiError::failed("handing_over", "Another Purser asked for this folder before."));
        }
        let handed = self.wait_and_leave(actor);
        if handed.is_err() {
            self.handover.asked.store(false, Ordering::SeqCst);
        }
        handed
    }

    fn wait_and_leave(&self, actor: &str) -> Result<(), ApiError> {
        let begun = Instant::now();
        while self.handover.deciding.load(Ordering::SeqCst) > 1 {
            if begun.elapsed() > PATIENCE {
                return Err(ApiError::failed(
                    "handover_busy",
                    "Something long is running on this folder. Nothing was handed over; try again when it is done.",
                ));
            }
            std::thread::sleep(PAUSE);
        }
        // One of those that ran may have been an approval.
        self.no_window_runs()?;
        if let Ok(books) = self.books_unseen() {
            books.decide(actor, |tx, moment| {
                tx.audit(moment.audit("host.handover", "host", json!({})))?;
                Ok(())
            })?;
        }
        self.handover.leaving.store(true, Ordering::SeqCst);
        Ok(())
    }

    fn no_window_runs(&self) -> Result<(), ApiError> {
        let Ok(books) = self.books_unseen() else { return Ok(()) };
        let ends = books.read(|tx| {
            let open = approvals::in_window(tx)?;
            Ok(open.iter().filter(|one| one.process == *books.process).map(|one| one.undo_until).max())
        })?;
        let Some(ends) = ends else { return Ok(()) };
        let seconds = (ends - books.clock.now()).num_seconds().max(0) + 1;
        Err(ApiError::failed(
            "undo_window",
            format!(
                "A payment was just approved and can be taken back for {seconds} more seconds. The folder was not \
                 handed over; try again then."
            ),
        ))
    }
}
