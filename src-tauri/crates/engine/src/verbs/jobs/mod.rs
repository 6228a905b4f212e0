//! Jobs: what the window and the command line may ask of them.

mod analytics;
mod counters;
mod missed;
mod rows;
mod watched;

use std::time::Duration;

use purser_core::schedule::{RunState, Schedule};
use purser_store::tables::{job_runs, jobs as settings};

use crate::api::Caller;
use crate::api::types::*;
use crate::books::stamp;
use crate::error::ApiError;
use crate::jobs;
use crate::verbs::settings::read_zone;

pub use analytics::analytics;
pub use counters::counters;
pub use missed::{away, away_seen, missed_decide};
pub use rows::{detail, index, list, log, rows};
pub use watched::{watched, watched_save};

/// Longest time that a caller waits for a run, in seconds.
const WAIT_MAX_SECONDS: u32 = 3600;
/// How many of the next times are shown (ui.md 4).
const NEXT_SHOWN: usize = 5;

/// `job_run`: queues a run. Who waits for it gets what became of it.
pub fn run(caller: &Caller<'_>, input: JobRun) -> Result<RunRow, ApiError> {
    let scheduler = caller.program.scheduler()?;
    caller.program.start_demo()?;
    let key = jobs::run_now(&scheduler, &caller.actor, &input.name)?;
    if input.wait_seconds > 0 {
        if caller.program.has_workers() {
            caller.program.ring();
            let wait = Duration::from_secs(u64::from(input.wait_seconds.min(WAIT_MAX_SECONDS)));
            scheduler.wait_for(key, wait)?;
        } else {
            scheduler.run_here(key)?;
        }
    } else {
        caller.program.ring();
    }
    let run = scheduler.books().read(|tx| Ok(job_runs::by_key(tx, key)?))?;
    let run = run.ok_or_else(|| ApiError::unknown("run", &key.to_string()))?;
    Ok(rows::run_row(&scheduler, run))
}

/// `job_pause`.
pub fn pause(caller: &Caller<'_>, input: ByName) -> Result<Done, ApiError> {
    then_ring(caller, jobs::pause(&*caller.program.scheduler()?, &caller.actor, &input.name))
}

/// `job_resume`.
pub fn resume(caller: &Caller<'_>, input: ByName) -> Result<Done, ApiError> {
    then_ring(caller, jobs::resume(&*caller.program.scheduler()?, &caller.actor, &input.name))
}

/// `job_schedule`.
pub fn schedule(caller: &Caller<'_>, input: JobSchedule) -> Result<Done, ApiError> {
    then_ring(caller, jobs::reschedule(&*caller.program.scheduler()?, &caller.actor, &input))
}

/// `job_cancel`.
pub fn cancel(caller: &Caller<'_>, input: ByName) -> Result<Done, ApiError> {
    then_ring(caller, jobs::cancel(&*caller.program.scheduler()?, &caller.actor, &input.name))
}

/// `jobs_rest` (JS-09).
pub fn rest(caller: &Caller<'_>, input: JobsRestSet) -> Result<Done, ApiError> {
    let scheduler = caller.program.scheduler()?;
    then_ring(caller, jobs::rest::set(&scheduler, &caller.actor, &input.from, &input.until))
}

fn then_ring(caller: &Caller<'_>, done: Result<Done, ApiError>) -> Result<Done, ApiError> {
    let done = done?;
    plan_anew(caller)?;
    Ok(done)
}

/// What was decided is planned by whoever looks at the clock next: the workers now, else this call.
pub(crate) fn plan_anew(caller: &Caller<'_>) -> Result<(), ApiError> {
    if caller.program.has_workers() {
        caller.program.ring();
        Ok(())
    } else {
        caller.program.scheduler()?.plan_only()
    }
}

/// `job_schedule_preview`: what a schedule would mean, before it is set.
pub fn schedule_preview(caller: &Caller<'_>, input: JobSchedule) -> Result<SchedulePreview, ApiError> {
    let scheduler = caller.program.scheduler()?;
    let job = scheduler.job(&input.name)?;
    let books = scheduler.books();
    let text = if input.schedule.trim().is_empty() { job.schedule } else { input.schedule.trim() };
    let zone = match input.zone.trim() {
        "" => Ok(books.profile()?.zone),
        name => read_zone(name),
    };
    let problem =
        |text: String| SchedulePreview { words: String::new(), next: Vec::new(), problem: Some(text) };
    let (schedule, zone) = match (Schedule::parse(text), zone) {
        (Ok(schedule), Ok(zone)) => (schedule, zone),
        (Err(error), _) => return Ok(problem(format!("{error}."))),
        (_, Err(error)) => return Ok(problem(error.message)),
    };
    let next = schedule.upcoming(books.clock.now(), zone, NEXT_SHOWN);
    Ok(SchedulePreview {
        words: schedule.words(zone),
        next: next.into_iter().map(stamp).collect(),
        problem: None,
    })
}

pub(crate) fn wire_state(state: RunState) -> JobRunState {
    match state {
        RunState::Queued => JobRunState::Queued,
        RunState::Running => JobRunState::Running,
        RunState::Succeeded => JobRunState::Succeeded,
        RunState::Failed => JobRunState::Failed,
        RunState::Skipped => JobRunState::Skipped,
        RunState::Cancelled => JobRunState::Cancelled,
    }
}

/// What the founder set of every job, for one picture of the books.
type Settings = std::collections::HashMap<String, settings::JobSetting>;
