//! What becomes of a run: recorded together with what the founder is asked and which jobs follow.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use purser_core::attention::Attention;
use purser_core::schedule::{RunState, clock_words, seed};
use purser_core::text::one_line;
use purser_store::tables::attention;
use purser_store::tables::job_runs::{self, Ending, Level, NewRun, Run};
use purser_store::{WriteClass, WriteTx};
use serde_json::{Value, json};

use super::attempt::Attempt;
use super::look::over;
use super::scheduler::Scheduler;
use super::work::Stopped;
use super::{Job, Outcome, Trouble};
use crate::books::Moment;
use crate::error::ApiError;

/// The kind of the decision that a failed job is.
pub(crate) const FAILED: &str = "job_failed";

/// What a decision about a job is about.
pub(crate) fn subject(job: &str) -> String {
    format!("job:{job}")
}

impl Scheduler {
    /// Records an attempt. Returns what the run is now.
    pub(super) fn ended(&self, job: &Arc<Job>, run: &Run, attempt: Attempt) -> RunState {
        let now = self.books().clock.now();
        let took = i64::try_from(attempt.took.as_millis()).unwrap_or(i64::MAX);
        let recorded = match (attempt.result, attempt.stopped) {
            (Ok(outcome), _) => self.succeeded(job, run, outcome, now, took),
            (Err(_), Some(Stopped::Founder)) => {
                let ending = Ending {
                    took_ms: Some(took),
                    ..over(RunState::Cancelled, now, "Stopped by you.".into())
                };
                self.finish_quietly(run.key, ending)
            }
            (Err(_), Some(Stopped::Closing)) => self.put_back(run, now, took),
            (Err(trouble), stopped) => self.failed(job, run, timed(job, trouble, stopped), now, took),
        };
        match recorded {
            Ok(state) => state,
            Err(error) => {
                tracing::error!(job = job.name, code = %error.code, "what became of a run could not be recorded");
                RunState::Running
            }
        }
    }

    fn succeeded(
        &self,
        job: &Arc<Job>,
        run: &Run,
        outcome: Outcome,
        now: DateTime<Utc>,
        took: i64,
    ) -> Result<RunState, ApiError> {
        let ending = Ending {
            state: RunState::Succeeded,
            at: now,
            took_ms: Some(took),
            result: outcome.say,
            counts: Value::Object(outcome.counts).to_string(),
            error_code: None,
        };
        let asked = self.books().read(|tx| Ok(attention::has(tx, &subject(job.name))?))?;
        let follow: Vec<&'static str> = if outcome.news {
            self.jobs.iter().filter(|next| next.after.contains(&job.name)).map(|next| next.name).collect()
        } else {
            Vec::new()
        };
        let key = run.key;
        if asked {
            // The founder's queue is part of the books: this ending is a change with an audit row.
            let (name, kept) = (job.name, ending.clone());
            let actor = format!("job:{name}");
            let mended = self.books().decide(&actor, move |tx, moment| {
                attention::resolve(tx, &subject(name), Some(FAILED), moment.at)?;
                tx.audit(moment.audit("job.mended", subject(name), json!({})))?;
                end(tx, key, &kept)
            });
            self.or_remember(job, key, ending, mended)?;
        } else {
            let kept = ending.clone();
            let ended = self.books().store.write(WriteClass::Diary, move |tx| end(tx, key, &kept));
            self.or_remember(job, key, ending, ended)?;
        }
        crash_point!("job.ended");
        self.queue_after(job.name, follow, now)?;
        Ok(RunState::Succeeded)
    }

    /// Jobs that wait for another's news, unless they wait for their turn already.
    fn queue_after(
        &self,
        of: &'static str,
        follow: Vec<&'static str>,
        now: DateTime<Utc>,
    ) -> Result<(), ApiError> {
        if follow.is_empty() {
            return Ok(());
        }
        let resting = self.books().read(|tx| Ok(purser_store::tables::jobs::settings(tx)?))?;
        self.books().store.write(WriteClass::Diary, move |tx| {
            let open = job_runs::open(tx)?;
            for name in follow {
                let paused = resting.get(name).is_some_and(|setting| setting.paused.is_some());
                let waits = open.iter().any(|run| run.job == name && run.state == RunState::Queued);
                if !paused && !waits {
                    job_runs::add(
                        tx,
                        &NewRun {
                            job: name.to_owned(),
                            cause: "after".to_owned(),
                            cause_of: of.to_owned(),
                            planned_for: now,
                            due_at: now,
                            queued_at: now,
                            skipped: None,
                        },
                    )?;
                }
            }
            Ok(())
        })
    }

    fn failed(
        &self,
        job: &Arc<Job>,
        run: &Run,
        trouble: Trouble,
        now: DateTime<Utc>,
        took: i64,
    ) -> Result<RunState, ApiError> {
        let ending = Ending {
            state: RunState::Failed,
            at: now,
            took_ms: Some(took),
            result: one_line(&trouble.error.message, 500),
            counts: "{}".to_owned(),
            error_code: Some(trouble.error.code.clone()),
        };
        let spread = seed(&[job.name, &run.number.to_string(), &run.attempts.to_string()]);
        let pause = job.retry.pause(run.attempts, spread).filter(|_| trouble.again);
        let Some(pause) = pause else {
            self.give_up(job, run.key, ending, trouble.asked)?;
            return Ok(RunState::Failed);
        };
        let key = run.key;
        self.books().store.write(WriteClass::Diary, move |tx| {
            let text = format!("{} Again in {}.", ending.result, clock_words(pause.num_seconds()));
            job_runs::log(tx, key, now, Level::Warning, &text)?;
            job_runs::requeue(tx, key, now + pause, &ending)?;
            Ok::<_, ApiError>(())
        })?;
        crash_point!("job.requeued");
        Ok(RunState::Queued)
    }

    /// A run has failed for good: the founder is asked, once, until the job succeeds.
    pub(super) fn give_up(
        &self,
        job: &Arc<Job>,
        key: i64,
        ending: Ending,
        asked: bool,
    ) -> Result<(), ApiError> {
        let (doing, kept) = (Arc::clone(job), ending.clone());
        let given_up = self.books().decide(&format!("job:{}", job.name), move |tx, moment| {
            let run = job_runs::by_key(tx, key)?.ok_or_else(|| ApiError::unknown("run", &key.to_string()))?;
            if !asked {
                raise(tx, moment, &doing, &run, &kept.result)?;
            }
            let said = match run.attempts {
                0 | 1 => kept.result.clone(),
                attempts => format!("{} Gave up after {attempts} attempts.", kept.result),
            };
            job_runs::log(tx, key, kept.at, Level::Error, &said)?;
            job_runs::finish(tx, key, &kept)?;
            let detail = json!({ "run": run.number, "attempts": run.attempts, "code": kept.error_code });
            tx.audit(moment.audit("job.failed", subject(doing.name), detail))?;
            Ok(())
        });
        self.or_remember(job, key, ending, given_up)?;
        crash_point!("job.failed");
        Ok(())
    }

    /// The program ends: the run goes on when it starts again.
    fn put_back(&self, run: &Run, now: DateTime<Utc>, took: i64) -> Result<RunState, ApiError> {
        let key = run.key;
        self.books().store.write(WriteClass::Diary, move |tx| {
            let result = "Purser was closed; it is tried again when it runs.".to_owned();
            job_runs::log(tx, key, now, Level::Warning, &result)?;
            let ending = Ending { took_ms: Some(took), ..over(RunState::Queued, now, result) };
            job_runs::requeue(tx, key, now, &ending)?;
            Ok::<_, ApiError>(())
        })?;
        Ok(RunState::Queued)
    }

    fn finish_quietly(&self, key: i64, ending: Ending) -> Result<RunState, ApiError> {
        let state = ending.state;
        self.books().store.write(WriteClass::Diary, move |tx| {
            job_runs::log(tx, key, ending.at, Level::Info, &ending.result)?;
            job_runs::finish(tx, key, &ending)?;
            Ok::<_, ApiError>(())
        })?;
        Ok(state)
    }

    /// An ending that the store did not take is kept and recorded at a later look.
    fn or_remember<T>(
        &self,
        job: &Arc<Job>,
        key: i64,
        ending: Ending,
        written: Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        if written.is_err() {
            let mut unrecorded = self.unrecorded.lock().unwrap_or_else(PoisonError::into_inner);
            unrecorded.push((Arc::clone(job), key, ending));
        }
        written
    }

    /// Records what the store did not take before.
    pub(super) fn record_again(&self) {
        let unrecorded = {
            let mut kept = self.unrecorded.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *kept)
        };
        for (job, key, ending) in unrecorded {
            let recorded = if ending.state == RunState::Failed {
                self.give_up(&job, key, ending, false)
            } else {
                let kept = ending.clone();
                let ended = self.books().store.write(WriteClass::Diary, move |tx| end(tx, key, &kept));
                self.or_remember(&job, key, ending, ended)
            };
            if let Err(error) = recorded {
                tracing::warn!(job = job.name, code = %error.code, "an ending still cannot be recorded");
            }
        }
    }
}

/// A run that took too long says so in its own words.
fn timed(job: &Job, trouble: Trouble, stopped: Option<Stopped>) -> Trouble {
    if stopped != Some(Stopped::TimeOut) || trouble.error.code == "did_not_stop" {
        return trouble;
    }
    let limit = Duration::from_secs(job.time_out.as_secs()).as_secs();
    let text = format!("It was not done within {}.", clock_words(i64::try_from(limit).unwrap_or(i64::MAX)));
    Trouble { error: ApiError::failed("time_out", text), again: true, asked: false }
}

fn end(tx: &WriteTx<'_>, key: i64, ending: &Ending) -> Result<(), ApiError> {
    if !ending.result.is_empty() {
        job_runs::log(tx, key, ending.at, Level::Info, &ending.result)?;
    }
    job_runs::finish(tx, key, ending)?;
    crash_point!("job.ending");
    Ok(())
}

fn raise(tx: &WriteTx<'_>, moment: &Moment, job: &Job, run: &Run, result: &str) -> Result<(), ApiError> {
    let how = if run.attempts > 1 { format!(" after {} attempts", run.attempts) } else { String::new() };
    let item = Attention {
        kind: FAILED.to_owned(),
        subject: subject(job.name),
        severity: job.severity,
        title: format!("{} failed{how}", job.title),
        reason: one_line(result, 300),
        amount: None,
        since: moment.at,
        due: None,
        actions: vec!["run".to_owned(), "open".to_owned()],
        route: format!("/automations/jobs/{}", job.name),
    };
    attention::raise(tx, &moment.id(), &item)?;
    Ok(())
}
