//! The thread that watches the clock for the scheduler: when it is told to, when something is due, and every 30 s.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use super::scheduler::{AT_ONCE, Scheduler};
use super::work::Stopped;
use crate::error::ApiError;
use crate::outbox::Bell;

/// Longest sleep: timers stop while a computer sleeps, so the wall clock is compared again and again.
const SLEEP_MAX: Duration = Duration::from_secs(30);
/// After trouble with the store it is left alone for a while.
const TROUBLE_PAUSE: Duration = Duration::from_secs(10);

/// A running scheduler. When it is dropped, runs at work are asked to stop and waited for.
pub struct JobWorker {
    bell: Arc<Bell>,
    scheduler: Arc<Scheduler>,
    thread: Option<JoinHandle<()>>,
}

impl JobWorker {
    /// Starts the thread, which looks for the first time after a pause, or when it is told to.
    pub fn start(scheduler: Arc<Scheduler>, pause: Duration) -> Result<JobWorker, ApiError> {
        let bell = Arc::new(Bell::default());
        let (ears, working) = (Arc::clone(&bell), Arc::clone(&scheduler));
        let thread = std::thread::Builder::new()
            .name("purser-jobs".to_owned())
            .spawn(move || watch(&working, &ears, pause))
            .map_err(|error| ApiError::failed("thread", format!("The jobs did not start: {error}.")))?;
        Ok(JobWorker { bell, scheduler, thread: Some(thread) })
    }

    /// What wakes the thread.
    pub(crate) fn bell(&self) -> Arc<Bell> {
        Arc::clone(&self.bell)
    }

    /// Something was decided: look now.
    pub fn notify(&self) {
        self.bell.ring_for_work();
    }
}

impl Drop for JobWorker {
    fn drop(&mut self) {
        self.bell.ring_to_stop();
        self.scheduler.stop_all(Stopped::Closing);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the jobs' thread ended by a panic");
        }
    }
}

fn watch(scheduler: &Arc<Scheduler>, bell: &Arc<Bell>, pause: Duration) {
    let mut runs: Vec<JoinHandle<()>> = Vec::new();
    let mut stopped = bell.wait(pause);
    while !stopped {
        runs.retain(|run| !run.is_finished());
        let nap = match begin_what_is_due(scheduler, bell, &mut runs) {
            Ok(nap) => nap,
            Err(error) => {
                tracing::warn!(code = %error.code, "the jobs could not go on; they are looked at again");
                TROUBLE_PAUSE
            }
        };
        stopped = bell.wait(nap);
    }
    // One that began while the bell rang is stopped too.
    scheduler.stop_all(Stopped::Closing);
    for run in runs {
        if run.join().is_err() {
            tracing::error!("a run's thread ended by a panic");
        }
    }
}

/// Starts a thread for each run that is due; returns how long nothing will be.
fn begin_what_is_due(
    scheduler: &Arc<Scheduler>,
    bell: &Arc<Bell>,
    runs: &mut Vec<JoinHandle<()>>,
) -> Result<Duration, ApiError> {
    scheduler.look()?;
    while runs.len() < AT_ONCE && scheduler.at_work() < AT_ONCE {
        let Some(run) = scheduler.take()? else { break };
        let (working, bell) = (Arc::clone(scheduler), Arc::clone(bell));
        let thread = std::thread::Builder::new().name("purser-run".to_owned()).spawn(move || {
            working.attempt(run);
            bell.ring_for_work();
        });
        match thread {
            Ok(thread) => runs.push(thread),
            // The run stays in hand without a thread until the next start finds it.
            Err(error) => tracing::error!(%error, "a run has no thread"),
        }
    }
    // With all hands full the next ring is a run that ended.
    if runs.len() >= AT_ONCE {
        return Ok(SLEEP_MAX);
    }
    let now = scheduler.books().clock.now();
    let due = scheduler.next_due()?;
    Ok(due.map_or(SLEEP_MAX, |due| (due - now).to_std().unwrap_or(Duration::from_millis(200)).min(SLEEP_MAX)))
}
