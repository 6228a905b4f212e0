//! A look at the clock: what died, what is due, what was missed.

use std::sync::{Arc, PoisonError};

use chrono::{DateTime, Duration, Utc};
use purser_core::schedule::{CatchUp, Due, RunState, due, jitter, moved_back, seed};
use purser_store::tables::job_runs::{self, Ending, Level, NewRun, Run};
use purser_store::tables::jobs::{self, JobPlan, NewMissed};
use purser_store::{WriteClass, WriteTx};

use super::scheduler::Scheduler;
use super::{Effective, Job};
use crate::approvals::is_paused;
use crate::error::ApiError;
use crate::profile::Profile;

/// An absence that the founder is told of, in hours (ui.md 4).
pub(crate) const AWAY_HOURS: i64 = 4;
/// The clock is remembered this often while nothing else is written.
const HEARTBEAT_MINUTES: i64 = 10;
/// Accounts of absences are kept so long.
const MISSED_KEPT_DAYS: i64 = 30;

/// What a look decided about one job.
struct Planned {
    job: Arc<Job>,
    plan: JobPlan,
    due: Option<(Due, CatchUp)>,
}

impl Scheduler {
    /// Looks at the clock: finds what a dead process left, plans, and queues what is due.
    pub(super) fn look(&self) -> Result<(), ApiError> {
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        if !turn.recovered {
            self.recover()?;
            turn.recovered = true;
        }
        self.record_again();
        let now = self.books().clock.now();
        let kept = self.books().read(|tx| Ok(jobs::clock_seen(tx)?))?;
        let seen = turn.seen.max(kept);
        let planned = self.plan(seen, now)?;
        let is_late =
            kept.is_none_or(|kept| now - kept >= Duration::minutes(HEARTBEAT_MINUTES) || now < kept);
        if !planned.is_empty() || is_late {
            self.keep(planned, seen.unwrap_or(now), now)?;
        }
        turn.seen = Some(now);
        turn.looks += 1;
        Ok(())
    }

    /// What is to be changed about the jobs' plans; nothing for a job that simply waits.
    fn plan(&self, seen: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<Vec<Planned>, ApiError> {
        let was = seen.filter(|seen| *seen > now + Duration::seconds(1));
        self.books().read(|tx| {
            let (settings, plans) = (jobs::settings(tx)?, jobs::plans(tx)?);
            let company = Profile::load(tx)?.zone;
            let open = job_runs::open(tx)?;
            let mut planned = Vec::new();
            for job in &self.jobs {
                let setting = settings.get(job.name).cloned().unwrap_or_default();
                let effective = Effective::of(job, &setting, company)?;
                let rests = effective.paused_at.is_some() || (job.needs)(tx)?.is_some();
                let is_open = open.iter().any(|run| run.job == job.name);
                let look =
                    Look { job, effective: &effective, plan: plans.get(job.name), rests, is_open, was, now };
                planned.extend(look.planned());
            }
            Ok(planned)
        })
    }

    /// Writes the plans and queues what is due, together.
    fn keep(&self, planned: Vec<Planned>, seen: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), ApiError> {
        let store = self.books().store.store_id().to_string();
        let away = (now - seen > Duration::hours(AWAY_HOURS)).then_some((seen, now));
        if let Some((from, until)) = away {
            tracing::info!(%from, %until, "nothing ran for a while");
        }
        self.books().store.write(WriteClass::Diary, move |tx| {
            for Planned { job, plan, due } in planned {
                jobs::set_plan(tx, job.name, &plan)?;
                if let Some((due, policy)) = due {
                    queue(tx, &job, &due, policy, &store, now)?;
                    if let (Some(away), Some(between)) = (away, due.missed_between) {
                        let missed = due.missed;
                        let job = job.name.to_owned();
                        jobs::add_missed(tx, &NewMissed { job, away, missed, between, decided: policy })?;
                    }
                }
            }
            if away.is_some() {
                jobs::forget_missed(tx, now - Duration::days(MISSED_KEPT_DAYS))?;
            }
            jobs::see_clock(tx, now)?;
            crash_point!("job.queueing");
            Ok::<_, ApiError>(())
        })?;
        crash_point!("job.queued");
        Ok(())
    }

    /// Runs that were at work when their process died: they are tried once more, or given up.
    fn recover(&self) -> Result<(), ApiError> {
        let open = self.books().read(|tx| Ok(job_runs::open(tx)?))?;
        for run in open.into_iter().filter(|run| run.state == RunState::Running) {
            let process = &self.books().process;
            if run.process.as_deref() == Some(process) {
                continue;
            }
            tracing::warn!(job = %run.job, number = run.number, "a run was found whose process died");
            let now = self.books().clock.now();
            let job = self.jobs.iter().find(|job| job.name == run.job).cloned();
            let again = job.as_ref().is_some_and(|job| run.attempts <= job.retry.again.max(1));
            let ending = Ending {
                state: RunState::Failed,
                at: now,
                took_ms: None,
                result: format!("Purser ended while this ran (attempt {}).", run.attempts),
                counts: "{}".to_owned(),
                error_code: Some("process_died".to_owned()),
            };
            match job {
                Some(job) if !again => self.give_up(&job, run.key, ending, false)?,
                job => self.try_once_more(run, job.is_some(), ending)?,
            }
            crash_point!("job.recovered");
        }
        Ok(())
    }

    fn try_once_more(&self, run: Run, is_known: bool, ending: Ending) -> Result<(), ApiError> {
        self.books().store.write(WriteClass::Diary, move |tx| {
            let said = if is_known { "It is tried again now." } else { "This program has no such job." };
            let text = format!("{} {said}", ending.result);
            job_runs::log(tx, run.key, ending.at, Level::Warning, &text)?;
            if is_known {
                job_runs::requeue(tx, run.key, ending.at, &ending)?;
            } else {
                job_runs::finish(tx, run.key, &ending)?;
            }
            Ok(())
        })
    }

    /// Takes a run in hand, or skips it while everything that sends is paused.
    pub(super) fn claim(&self, run: &Run) -> Result<Option<Run>, ApiError> {
        let (key, job) = (run.key, run.job.clone());
        let Some(job) = self.jobs.iter().find(|known| known.name == job).cloned() else {
            self.end_unknown(key)?;
            return Ok(None);
        };
        let process = Arc::clone(&self.books().process);
        let now = self.books().clock.now();
        let claimed = self.books().store.write(WriteClass::Diary, move |tx| {
            if job.sends && is_paused(tx)? {
                let result = "Everything that sends is paused.".to_owned();
                job_runs::log(tx, key, now, Level::Info, &result)?;
                job_runs::finish(tx, key, &over(RunState::Skipped, now, result))?;
                return Ok(None);
            }
            if !job_runs::claim(tx, key, &process, now)? {
                return Ok(None);
            }
            Ok::<_, ApiError>(job_runs::by_key(tx, key)?)
        })?;
        crash_point!("job.claimed");
        Ok(claimed)
    }

    /// A run of a job that this program does not have: another version queued it.
    fn end_unknown(&self, key: i64) -> Result<(), ApiError> {
        let now = self.books().clock.now();
        let ending = over(RunState::Skipped, now, "This program has no such job.".to_owned());
        self.books().store.write(WriteClass::Diary, move |tx| {
            job_runs::finish(tx, key, &ending)?;
            Ok(())
        })
    }
}

/// An ending without an attempt.
pub(super) fn over(state: RunState, at: DateTime<Utc>, result: String) -> Ending {
    Ending { state, at, took_ms: None, result, counts: "{}".to_owned(), error_code: None }
}

/// One job at one look.
struct Look<'a> {
    job: &'a Arc<Job>,
    effective: &'a Effective,
    plan: Option<&'a JobPlan>,
    rests: bool,
    is_open: bool,
    was: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
}

impl Look<'_> {
    fn planned(&self) -> Option<Planned> {
        let Effective { schedule, zone, .. } = self.effective;
        let before = self.plan.and_then(|plan| plan.next_run);
        let same = self.plan.is_some_and(|plan| plan.planned_as == self.effective.planned_as());
        if self.rests {
            let settled = same && before.is_none();
            return (!settled).then(|| self.keep(None, None));
        }
        let Some(next) = before.filter(|_| same) else {
            // New, resumed or changed; also one that has no further time, which then stays as it is.
            let next = schedule.next_after(self.now, *zone);
            let settled = same && next.is_none();
            return (!settled).then(|| self.keep(next, None));
        };
        if let Some(was) = self.was {
            let next = moved_back(schedule, *zone, next, was, self.now);
            return Some(self.keep(next, None));
        }
        // One run of a job at a time: a time that comes meanwhile is looked at when that run is over.
        if self.is_open {
            return None;
        }
        let due = due(schedule, *zone, next, self.now, self.effective.catch_up)?;
        Some(self.keep(due.next, Some(due)))
    }

    fn keep(&self, next_run: Option<DateTime<Utc>>, due: Option<Due>) -> Planned {
        let planned_as = self.effective.planned_as();
        Planned {
            job: Arc::clone(self.job),
            plan: JobPlan { next_run, planned_as, planned_at: self.now },
            due: due.map(|due| (due, self.effective.catch_up)),
        }
    }
}

/// Queues what is due of a job; a run that only says that times were skipped is over at once.
fn queue(
    tx: &WriteTx<'_>,
    job: &Job,
    found: &Due,
    policy: CatchUp,
    store: &str,
    now: DateTime<Utc>,
) -> Result<(), ApiError> {
    for planned_for in &found.run {
        let is_late = found.missed_between.is_some_and(|(_, last)| *planned_for <= last);
        let at = planned_for.to_rfc3339();
        let wait = jitter(seed(&[store, job.name, &at]), Duration::seconds(job.jitter_seconds));
        let key = job_runs::add(
            tx,
            &NewRun {
                job: job.name.to_owned(),
                cause: if is_late { "catch_up" } else { "schedule" }.to_owned(),
                cause_of: String::new(),
                planned_for: *planned_for,
                due_at: if is_late { now } else { *planned_for + wait },
                queued_at: now,
                skipped: None,
            },
        )?;
        if is_late && policy == CatchUp::LatestOnce && found.missed > 1 {
            let text = format!("Makes up for {} missed times, once.", found.missed);
            job_runs::log(tx, key, now, Level::Info, &text)?;
        }
    }
    if let (true, Some((_, last))) = (policy == CatchUp::Skip, found.missed_between) {
        let times = if found.missed == 1 { "1 time".to_owned() } else { format!("{} times", found.missed) };
        job_runs::add(
            tx,
            &NewRun {
                job: job.name.to_owned(),
                cause: "catch_up".to_owned(),
                cause_of: String::new(),
                planned_for: last,
                due_at: last,
                queued_at: now,
                skipped: Some(format!("{times} missed and skipped by its own rule.")),
            },
        )?;
    }
    Ok(())
}
