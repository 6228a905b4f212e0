//! One attempt at a run: in a thread of its own, with a time limit, and whatever it does it ends.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use purser_core::schedule::RunState;
use purser_store::tables::job_runs::Run;

use super::scheduler::Scheduler;
use super::work::{Stop, Stopped, Work};
use super::{Job, Outcome, Trouble};
use crate::error::ApiError;

/// How long a run that was asked to stop has for it.
const STOP_GRACE: Duration = Duration::from_secs(10);
/// How long the end of a run is waited for before its stop is looked at.
const LISTEN_AT_A_TIME: Duration = Duration::from_millis(500);

/// What an attempt came to.
pub(super) struct Attempt {
    pub(super) result: Result<Outcome, Trouble>,
    pub(super) stopped: Option<Stopped>,
    pub(super) took: Duration,
}

impl Scheduler {
    /// Does a run that was taken in hand, and records what became of it.
    pub(super) fn attempt(&self, run: Run) -> RunState {
        let Some(job) = self.jobs.iter().find(|job| job.name == run.job).cloned() else {
            return run.state;
        };
        let stop = self.hold(run.key);
        let attempt = self.act(&job, &run, &stop);
        crash_point!("job.acted");
        let state = self.ended(&job, &run, attempt);
        self.let_go(run.key);
        state
    }

    fn act(&self, job: &Arc<Job>, run: &Run, stop: &Arc<Stop>) -> Attempt {
        let work = Work {
            services: self.services.clone(),
            job: job.name,
            run: run.key,
            planned_for: run.planned_for,
            stop: Arc::clone(stop),
        };
        let begun = Instant::now();
        let (tell, hear) = sync_channel(1);
        let acting = Arc::clone(job);
        let thread = std::thread::Builder::new().name(format!("purser-{}", job.name)).spawn(move || {
            crash_point!("job.acting");
            let result = catch_unwind(AssertUnwindSafe(|| (acting.act)(&work))).unwrap_or_else(|_| {
                let error = ApiError::failed("panicked", "The job stopped by a fault of the program.");
                Err(Trouble::for_good(error))
            });
            // Nobody listens any more to one that was given up.
            let _ = tell.send(result);
        });
        let result = match thread {
            Ok(_) => listen(&hear, job, stop),
            Err(error) => {
                Err(ApiError::failed("thread", format!("The job could not be started: {error}.")).into())
            }
        };
        Attempt { result, stopped: stop.why(), took: begun.elapsed() }
    }
}

/// Waits for the job; asks it to stop when its time is over, and gives it up when it does not.
fn listen(hear: &Receiver<Result<Outcome, Trouble>>, job: &Job, stop: &Stop) -> Result<Outcome, Trouble> {
    let until = Instant::now() + job.time_out;
    while stop.why().is_none() {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            stop.ask(Stopped::TimeOut);
            break;
        }
        // Somebody else may ask it to stop meanwhile, and then it has only its grace.
        match hear.recv_timeout(left.min(LISTEN_AT_A_TIME)) {
            Ok(result) => return result,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(vanished()),
        }
    }
    match hear.recv_timeout(STOP_GRACE) {
        Ok(result) => result,
        Err(RecvTimeoutError::Disconnected) => Err(vanished()),
        Err(RecvTimeoutError::Timeout) => {
            let text = "It did not stop when it was asked to; it is left alone until Purser ends.";
            Err(Trouble::for_good(ApiError::failed("did_not_stop", text)))
        }
    }
}

fn vanished() -> Trouble {
    Trouble::for_good(ApiError::failed("thread", "The job's thread ended without a word."))
}
