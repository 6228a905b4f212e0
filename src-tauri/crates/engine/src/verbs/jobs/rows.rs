//! Jobs and runs as they are shown.

use chrono::{DateTime, Utc};
use purser_core::outbox::EffectState;
use purser_core::schedule::{Health, Past, RunState, clock_words, health};
use purser_store::ReadTx;
use purser_store::tables::job_runs::{self, Run};
use purser_store::tables::jobs::{self, JobPlan};
use purser_store::tables::{attention, effects};

use super::{NEXT_SHOWN, Settings, wire_state};
use crate::api::Caller;
use crate::api::types::*;
use crate::books::stamp;
use crate::error::ApiError;
use crate::jobs::rest::Hours;
use crate::jobs::{Effective, Job, Scheduler};
use crate::profile::Profile;
use crate::verbs::{page, who};

/// Runs shown as bars (ui.md 4).
const BARS: u32 = 20;
/// Runs shown with a job.
const RUNS_SHOWN: u32 = 50;
/// Runs in the list of all.
const RUNS_LISTED: u32 = 10_000;

/// One picture of everything that rows are made of.
struct Seen {
    settings: Settings,
    plans: std::collections::HashMap<String, JobPlan>,
    profile: Profile,
    hours: Hours,
    now: DateTime<Utc>,
}

impl Seen {
    fn read(tx: &ReadTx<'_>, now: DateTime<Utc>) -> Result<Seen, ApiError> {
        Ok(Seen {
            settings: jobs::settings(tx)?,
            plans: jobs::plans(tx)?,
            profile: Profile::load(tx)?,
            hours: Hours::load(tx, now)?,
            now,
        })
    }

    fn effective(&self, job: &Job) -> Result<Effective, ApiError> {
        let setting = self.settings.get(job.name).cloned().unwrap_or_default();
        Ok(Effective::of(job, &setting, self.profile.zone)?)
    }
}

/// `jobs`: those that fail first, those that are paused last.
pub fn list(caller: &Caller<'_>, _input: Nothing) -> Result<Jobs, ApiError> {
    let scheduler = caller.program.scheduler()?;
    let now = scheduler.books().clock.now();
    scheduler.books().read(|tx| {
        let seen = Seen::read(tx, now)?;
        let mut rows = Vec::new();
        for job in scheduler.jobs() {
            rows.push(row(tx, &seen, job)?);
        }
        rows.sort_by_key(|row| {
            (row.health != JobHealth::Error, row.state == "paused" || row.needs.is_some())
        });
        let failed = rows.iter().filter(|row| row.health == JobHealth::Error).count();
        let queue = attention::queue(tx, now)?;
        let waits = |kind: &str| queue.iter().filter(|queued| queued.item.kind == kind).count();
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let midnight = start_of_day(&seen.profile, now);
        Ok(Jobs {
            runs_today: u32::try_from(job_runs::count_since(tx, midnight)?).unwrap_or(u32::MAX),
            counters: JobCounters {
                failed_jobs: count(failed),
                pending_payouts: count(waits("approve_batch")),
                unknown_effects: effects::count(tx, EffectState::Unknown)?,
            },
            rest: seen.hours.shown(),
            rows,
        })
    })
}

/// When the company's day began.
pub(crate) fn start_of_day(profile: &Profile, now: DateTime<Utc>) -> DateTime<Utc> {
    let midnight = profile.day(now).and_time(chrono::NaiveTime::MIN);
    let local = midnight.and_local_timezone(profile.zone).earliest();
    // Where the clock skips midnight, the day began an hour later; a report may begin an hour early.
    local.map_or_else(|| midnight.and_utc(), |at| at.with_timezone(&Utc))
}

fn row(tx: &ReadTx<'_>, seen: &Seen, job: &Job) -> Result<JobRow, ApiError> {
    let effective = seen.effective(job)?;
    let runs = job_runs::newest_of(tx, job.name, BARS)?;
    let past: Vec<Past> = runs.iter().map(|run| Past { state: run.state, attempts: run.attempts }).collect();
    let last = runs.iter().find(|run| run.state.is_over());
    let told = runs.iter().find(|run| matches!(run.state, RunState::Succeeded | RunState::Failed));
    let open =
        runs.iter().filter(|run| !run.state.is_over()).max_by_key(|run| run.state == RunState::Running);
    let paused = effective.paused_at;
    let planned = seen.plans.get(job.name).and_then(|plan| plan.next_run);
    let waiting = open.filter(|run| run.state == RunState::Queued);
    let next = waiting.map(|run| seen.hours.begins(Some(job), run)).or(planned);
    Ok(JobRow {
        name: job.name.to_owned(),
        title: job.title.to_owned(),
        schedule: effective.schedule.to_string(),
        words: effective.schedule.words(effective.zone),
        time_zone: effective.zone.name().to_owned(),
        state: if paused.is_some() { "paused" } else { "active" }.to_owned(),
        paused_at: paused.map(stamp),
        needs: (job.needs)(tx)?,
        health: match health(&past) {
            Health::Healthy => JobHealth::Healthy,
            Health::Warning => JobHealth::Warning,
            Health::Error => JobHealth::Error,
        },
        last_run: last.and_then(|run| run.ended_at).map(stamp),
        last_status: last.map(|run| wire_state(run.state)),
        last_result: last.map(|run| run.result.clone()).unwrap_or_default(),
        last_error: told.filter(|run| run.state == RunState::Failed).map(|run| run.result.clone()),
        next_run: next.filter(|_| paused.is_none()).map(stamp),
        bars: runs.iter().rev().map(bar).collect(),
        open: open.map(|run| JobOpen {
            key: run.key,
            number: run.number,
            state: wire_state(run.state),
            due_at: stamp(seen.hours.begins(Some(job), run)),
        }),
    })
}

fn bar(run: &Run) -> RunBar {
    RunBar { number: run.number, state: wire_state(run.state), attempts: run.attempts, took_ms: run.took_ms }
}

/// `job`.
pub fn detail(caller: &Caller<'_>, input: ByName) -> Result<JobDetail, ApiError> {
    let scheduler = caller.program.scheduler()?;
    let job = scheduler.job(&input.name)?;
    let now = scheduler.books().clock.now();
    scheduler.books().read(|tx| {
        let seen = Seen::read(tx, now)?;
        let effective = seen.effective(job)?;
        let runs = job_runs::newest_of(tx, job.name, RUNS_SHOWN)?;
        let row = row(tx, &seen, job)?;
        let rests = effective.paused_at.is_some() || row.needs.is_some();
        let next = if rests {
            Vec::new()
        } else {
            effective.schedule.upcoming(seen.now, effective.zone, NEXT_SHOWN)
        };
        let seconds = i64::try_from(job.time_out.as_secs()).unwrap_or(i64::MAX);
        Ok(JobDetail {
            row,
            catch_up: effective.catch_up.as_str().to_owned(),
            catch_up_words: effective.catch_up.words().to_owned(),
            retries: job.retry.words(),
            time_out: clock_words(seconds),
            sends: job.sends,
            next: next.into_iter().map(stamp).collect(),
            changed: effective.changed,
            own_schedule: job.schedule.to_owned(),
            runs: runs.into_iter().map(|run| run_row(&scheduler, run)).collect(),
            runbook: JobRunbook {
                what: job.runbook.what.to_owned(),
                when: crate::jobs::when(job),
                affects: job.runbook.affects.to_owned(),
                troubleshoot: job.runbook.troubleshoot.to_owned(),
                manual: job.runbook.manual.to_owned(),
                rollback: job.runbook.rollback.to_owned(),
            },
        })
    })
}

/// A run as a row.
pub(super) fn run_row(scheduler: &Scheduler, run: Run) -> RunRow {
    let title = |name: &str| scheduler.job(name).map_or_else(|_| name.to_owned(), |job| job.title.to_owned());
    let cause = match run.cause.as_str() {
        "schedule" => "On schedule".to_owned(),
        "catch_up" => "Made up for a missed time".to_owned(),
        "after" => format!("After {}", title(&run.cause_of)),
        _ => format!("Started by {}", who(&run.cause_of)),
    };
    RunRow {
        key: run.key,
        title: title(&run.job),
        job: run.job,
        number: run.number,
        state: wire_state(run.state),
        cause,
        planned_for: stamp(run.planned_for),
        due_at: stamp(run.due_at),
        started_at: run.started_at.map(stamp),
        ended_at: run.ended_at.map(stamp),
        took_ms: run.took_ms,
        attempts: run.attempts,
        result: run.result,
        error_code: run.error_code,
    }
}

/// `runs_index`.
pub fn index(caller: &Caller<'_>, input: RunsFilter) -> Result<RunsIndex, ApiError> {
    let scheduler = caller.program.scheduler()?;
    let job = match input.job.trim() {
        "" => None,
        name => Some(scheduler.job(name)?.name),
    };
    Ok(RunsIndex { keys: scheduler.books().read(|tx| Ok(job_runs::keys(tx, job, RUNS_LISTED)?))? })
}

/// `runs_rows`.
pub fn rows(caller: &Caller<'_>, input: ByKeys) -> Result<Vec<RunRow>, ApiError> {
    let scheduler = caller.program.scheduler()?;
    let keys = page(&input.keys)?;
    let mut runs = scheduler.books().read(|tx| Ok(job_runs::by_keys(tx, keys)?))?;
    let place = |key: i64| keys.iter().position(|wanted| *wanted == key);
    runs.sort_by_key(|run| place(run.key));
    Ok(runs.into_iter().map(|run| run_row(&scheduler, run)).collect())
}

/// `run_log`.
pub fn log(caller: &Caller<'_>, input: RunLogInput) -> Result<RunLog, ApiError> {
    let scheduler = caller.program.scheduler()?;
    let job = scheduler.job(&input.name)?;
    let (run, lines) = scheduler.books().read(|tx| {
        let run = match input.number {
            0 => job_runs::newest_of(tx, job.name, 1)?.pop(),
            number => Some(
                job_runs::by_number(tx, job.name, number)?
                    .ok_or_else(|| ApiError::unknown("run", &number.to_string()))?,
            ),
        };
        let lines = match &run {
            Some(run) => job_runs::lines(tx, run.key, 0, job_runs::LINES_MAX)?,
            None => Vec::new(),
        };
        Ok::<_, ApiError>((run, lines))
    })?;
    let line =
        |line: job_runs::Line| LogLine { index: line.index, at: line.at, level: line.level, text: line.text };
    Ok(RunLog { run: run.map(|run| run_row(&scheduler, run)), lines: lines.into_iter().map(line).collect() })
}
