//! The scheduler: one deterministic step after the other, whoever calls it.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use purser_core::schedule::RunState;
use purser_store::tables::job_runs::{self, Ending, Run};
use purser_store::tables::jobs;

use super::rest::Hours;
use super::work::{Stop, Stopped};
use super::{Job, Services};
use crate::books::Books;
use crate::error::ApiError;

/// Runs that are at work at the same time at most.
pub(super) const AT_ONCE: usize = 4;

/// What a step did.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The run's key.
    pub run: i64,
    /// Its job.
    pub job: String,
    /// What became of it.
    pub state: RunState,
}

/// Runs the jobs of an open company.
pub struct Scheduler {
    pub(super) services: Services,
    pub(super) jobs: Vec<Arc<Job>>,
    pub(super) turn: Mutex<Turn>,
    hands: Mutex<HashMap<i64, Arc<Stop>>>,
    /// Endings that the store did not take yet.
    pub(super) unrecorded: Mutex<Vec<(Arc<Job>, i64, Ending)>>,
    ended: Mutex<u64>,
    rings: Condvar,
}

/// What only one look at the clock at a time may touch.
#[derive(Default)]
pub(super) struct Turn {
    pub(super) recovered: bool,
    /// When this process last looked at the clock.
    pub(super) seen: Option<DateTime<Utc>>,
    /// How often it looked.
    pub(super) looks: u64,
}

impl Scheduler {
    /// A scheduler for a company. Two jobs of one name, or one with a schedule that cannot be read, are a fault of
    /// the program that a test finds.
    pub fn new(services: Services, jobs: Vec<Job>) -> Scheduler {
        Scheduler {
            services,
            jobs: jobs.into_iter().map(Arc::new).collect(),
            turn: Mutex::default(),
            hands: Mutex::default(),
            unrecorded: Mutex::default(),
            ended: Mutex::default(),
            rings: Condvar::new(),
        }
    }

    /// The company.
    pub(crate) fn books(&self) -> &Books {
        &self.services.books
    }

    /// Every job, in the order of the list.
    pub(crate) fn jobs(&self) -> &[Arc<Job>] {
        &self.jobs
    }

    /// A job by its name.
    pub(crate) fn job(&self, name: &str) -> Result<&Arc<Job>, ApiError> {
        self.jobs.iter().find(|job| job.name == name).ok_or_else(|| {
            let names: Vec<&str> = self.jobs.iter().map(|job| job.name).collect();
            let shown = purser_core::text::one_line(name, 60);
            ApiError::usage(
                "job_unknown",
                format!("There is no job “{shown}”. There are: {}.", names.join(", ")),
            )
        })
    }

    /// Looks at the clock and does everything that is due, one run after the other, until nothing is. For tests, and
    /// for a process of one command; a long-lived one has a [`super::JobWorker`].
    pub fn step(&self) -> Result<Vec<Step>, ApiError> {
        let mut steps = Vec::new();
        loop {
            self.look()?;
            let Some(run) = self.take()? else { return Ok(steps) };
            let (key, job) = (run.key, run.job.clone());
            let state = self.attempt(run);
            steps.push(Step { run: key, job, state });
        }
    }

    /// Looks at the clock and plans, and runs nothing: for a process of one command that changed a plan.
    pub(crate) fn plan_only(&self) -> Result<(), ApiError> {
        self.look()
    }

    /// Does one queued run here and now, in a process without workers.
    pub(crate) fn run_here(&self, key: i64) -> Result<(), ApiError> {
        self.look()?;
        let run = self.books().read(|tx| Ok(job_runs::by_key(tx, key)?))?;
        let waiting = run.filter(|run| run.state == RunState::Queued);
        if let Some(run) = waiting.as_ref().map(|run| self.claim(run)).transpose()?.flatten() {
            self.attempt(run);
        }
        Ok(())
    }

    /// Takes the next run that is due in hand.
    pub(super) fn take(&self) -> Result<Option<Run>, ApiError> {
        let now = self.books().clock.now();
        let (open, hours) =
            self.books().read(|tx| Ok::<_, ApiError>((job_runs::open(tx)?, Hours::load(tx, now)?)))?;
        for run in open.iter().filter(|run| run.state == RunState::Queued && self.begins(&hours, run) <= now)
        {
            let busy = open.iter().any(|other| other.job == run.job && other.state == RunState::Running);
            if !busy && let Some(run) = self.claim(run)? {
                return Ok(Some(run));
            }
        }
        Ok(None)
    }

    /// Not before when a waiting run begins.
    fn begins(&self, hours: &Hours, run: &Run) -> DateTime<Utc> {
        hours.begins(self.job(&run.job).ok().map(Arc::as_ref), run)
    }

    /// When something becomes due; `None` while nothing can, until somebody rings.
    pub(super) fn next_due(&self) -> Result<Option<DateTime<Utc>>, ApiError> {
        let now = self.books().clock.now();
        self.books().read(|tx| {
            let (open, hours) = (job_runs::open(tx)?, Hours::load(tx, now)?);
            let at_work = |job: &str| open.iter().any(|run| run.job == job && run.state == RunState::Running);
            let waits = |job: &str| open.iter().any(|run| run.job == job);
            let queued = open
                .iter()
                .filter(|run| run.state == RunState::Queued && !at_work(&run.job))
                .map(|run| self.begins(&hours, run));
            let plans = jobs::plans(tx)?;
            let planned = plans.iter().filter(|(name, _)| !waits(name)).filter_map(|(_, plan)| plan.next_run);
            Ok(queued.chain(planned).min())
        })
    }

    /// Puts a hand on the shoulder of a run that is about to begin.
    pub(super) fn hold(&self, run: i64) -> Arc<Stop> {
        let stop = Arc::new(Stop::default());
        self.hands().insert(run, Arc::clone(&stop));
        stop
    }

    /// The run is over: whoever waits for it looks again.
    pub(super) fn let_go(&self, run: i64) {
        self.hands().remove(&run);
        *self.ended.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.rings.notify_all();
    }

    /// Asks a run of this process to stop; whether it is at work here.
    pub(super) fn stop(&self, run: i64, why: Stopped) -> bool {
        let hands = self.hands();
        let Some(stop) = hands.get(&run) else { return false };
        stop.ask(why);
        true
    }

    /// Asks every run to stop.
    pub(super) fn stop_all(&self, why: Stopped) {
        for stop in self.hands().values() {
            stop.ask(why);
        }
    }

    /// How often the clock was looked at.
    #[cfg(test)]
    pub(super) fn looks(&self) -> u64 {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner).looks
    }

    pub(super) fn at_work(&self) -> usize {
        self.hands().len()
    }

    fn hands(&self) -> MutexGuard<'_, HashMap<i64, Arc<Stop>>> {
        self.hands.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a run is over or waits for another attempt, at most a time.
    pub(crate) fn wait_for(&self, key: i64, at_most: Duration) -> Result<Run, ApiError> {
        let until = Instant::now() + at_most;
        loop {
            let seen = *self.ended.lock().unwrap_or_else(PoisonError::into_inner);
            let run = self
                .books()
                .read(|tx| Ok(job_runs::by_key(tx, key)?))?
                .ok_or_else(|| ApiError::unknown("run", &key.to_string()))?;
            let resting = run.state == RunState::Queued && run.attempts > 0;
            if run.state.is_over() || resting || Instant::now() >= until {
                return Ok(run);
            }
            let guard = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
            let left = until.saturating_duration_since(Instant::now());
            let waited = self.rings.wait_timeout_while(guard, left, |now| *now == seen);
            drop(waited.unwrap_or_else(PoisonError::into_inner));
        }
    }
}
