//! What the founder decides about jobs: each a change with an audit row.

use chrono_tz::Tz;
use purser_core::schedule::{CatchUp, RunState, Schedule};
use purser_core::text::one_line;
use purser_store::WriteTx;
use purser_store::tables::job_runs::{self, NewRun};
use purser_store::tables::jobs::{self, JobSetting};
use serde_json::{Value, json};

use super::ending::subject;
use super::look::over;
use super::scheduler::Scheduler;
use super::work::Stopped;
use crate::api::types::{Done, JobSchedule};
use crate::books::Moment;
use crate::error::ApiError;

/// Queues a run now. One that waits is hastened; one that is at work is the one. Returns its key.
pub(crate) fn run_now(scheduler: &Scheduler, actor: &str, name: &str) -> Result<i64, ApiError> {
    let job = scheduler.job(name)?;
    if let Some(needs) = scheduler.books().read(|tx| (job.needs)(tx))? {
        return Err(ApiError::founder("job_needs", format!("{} did not run. {needs}", job.title)));
    }
    let (name, by) = (job.name, actor.to_owned());
    scheduler.books().decide(actor, move |tx, moment| Ok(queue(tx, moment, name, "founder", by)?.key))
}

/// A run that is open.
struct Open {
    key: i64,
    at_work: bool,
}

/// Queues a run now. One that waits is hastened; one that is at work is the one.
fn queue(
    tx: &WriteTx<'_>,
    moment: &Moment,
    name: &str,
    cause: &str,
    cause_of: String,
) -> Result<Open, ApiError> {
    let open = job_runs::open(tx)?;
    let mine: Vec<_> = open.iter().filter(|run| run.job == name).collect();
    if let Some(running) = mine.iter().find(|run| run.state == RunState::Running) {
        return Ok(Open { key: running.key, at_work: true });
    }
    let key = match mine.first() {
        Some(waiting) => {
            job_runs::hasten(tx, waiting.key, moment.at, cause, &cause_of)?;
            waiting.key
        }
        None => job_runs::add(
            tx,
            &NewRun {
                job: name.to_owned(),
                cause: cause.to_owned(),
                cause_of,
                planned_for: moment.at,
                due_at: moment.at,
                queued_at: moment.at,
                skipped: None,
            },
        )?,
    };
    tx.audit(moment.audit("job.run", subject(name), json!({})))?;
    Ok(Open { key, at_work: false })
}

/// Queues a run because of something that was heard; a paused job, or one that lacks something, has nothing to do.
/// False while a run is at work, which may have read past what was heard: it is to be asked again.
pub(crate) fn run_after(
    scheduler: &Scheduler,
    actor: &str,
    name: &str,
    what: &str,
) -> Result<bool, ApiError> {
    let job = scheduler.job(name)?;
    let (name, what) = (job.name, what.to_owned());
    let idle = scheduler.books().read(|tx| {
        let paused = jobs::settings(tx)?.get(name).is_some_and(|setting| setting.paused.is_some());
        Ok::<_, ApiError>(paused || (job.needs)(tx)?.is_some())
    })?;
    if idle {
        return Ok(true);
    }
    scheduler.books().decide(actor, move |tx, moment| Ok(!queue(tx, moment, name, "after", what)?.at_work))
}

/// Pauses a job: what waits is not run, what is at work goes on to its end.
pub(crate) fn pause(scheduler: &Scheduler, actor: &str, name: &str) -> Result<Done, ApiError> {
    change(scheduler, actor, name, "job.pause", |job, setting, moment| {
        if setting.paused.is_some() {
            return Ok(format!("{job} was paused already."));
        }
        setting.paused = Some((moment.at, moment.actor.clone()));
        Ok(format!("{job} is paused."))
    })
}

/// Lets a paused job run again, from its next time on.
pub(crate) fn resume(scheduler: &Scheduler, actor: &str, name: &str) -> Result<Done, ApiError> {
    change(scheduler, actor, name, "job.resume", |job, setting, _| {
        if setting.paused.is_none() {
            return Ok(format!("{job} was not paused."));
        }
        setting.paused = None;
        Ok(format!("{job} runs again."))
    })
}

/// Changes when a job runs. Empty fields go back to what the program has.
pub(crate) fn reschedule(scheduler: &Scheduler, actor: &str, input: &JobSchedule) -> Result<Done, ApiError> {
    let job = scheduler.job(&input.name)?;
    let schedule = match input.schedule.trim() {
        "" => None,
        text => Some(Schedule::parse(text).map_err(refused)?.to_string()),
    };
    let zone = match input.zone.trim() {
        "" => None,
        name => Some(crate::verbs::settings::read_zone(name)?.name().to_owned()),
    };
    let catch_up = match input.catch_up.trim() {
        "" => None,
        name => Some(read_catch_up(name)?),
    };
    let own = Schedule::parse(job.schedule).map_err(refused)?.to_string();
    let schedule = schedule.filter(|text| *text != own);
    let catch_up = catch_up.filter(|policy| *policy != job.catch_up);
    change(scheduler, actor, &input.name, "job.schedule", move |title, setting, moment| {
        setting.schedule = schedule;
        setting.zone = zone;
        setting.catch_up = catch_up;
        let text = setting.schedule.as_deref().unwrap_or(&own);
        let zone: Tz =
            setting.zone.as_deref().and_then(|zone| zone.parse().ok()).unwrap_or(moment.profile.zone);
        let words = Schedule::parse(text).map_err(refused)?.words(zone);
        let mut letters = words.chars();
        let words =
            letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect());
        Ok(format!("{title} runs {words}."))
    })
}

pub(crate) fn refused(error: purser_core::schedule::ScheduleError) -> ApiError {
    ApiError::usage("schedule", format!("{error}."))
}

pub(crate) fn read_catch_up(name: &str) -> Result<CatchUp, ApiError> {
    CatchUp::parse(name).ok_or_else(|| {
        let shown = one_line(name, 40);
        ApiError::usage("catch_up", format!("“{shown}” is not one of skip, latest_once and all."))
    })
}

/// Changes a job's setting, with its audit row and a way back.
fn change(
    scheduler: &Scheduler,
    actor: &str,
    name: &str,
    action: &'static str,
    how: impl FnOnce(&str, &mut JobSetting, &Moment) -> Result<String, ApiError> + Send + 'static,
) -> Result<Done, ApiError> {
    let job = scheduler.job(name)?;
    let (name, title) = (job.name, job.title);
    let books = scheduler.books();
    let (say, undo) = books.decide(actor, move |tx, moment| {
        let before = jobs::settings(tx)?.remove(name).unwrap_or_default();
        let mut setting = before.clone();
        let say = how(title, &mut setting, moment)?;
        if setting == before {
            return Ok((say, None));
        }
        keep(tx, moment, name, action, &setting)?;
        let undo = moment.offer_undo(tx, &remembered(name, &before), &say)?;
        Ok((say, Some(undo)))
    })?;
    Ok(Done { sequence: books.store.sequence(), say, undo })
}

fn keep(
    tx: &WriteTx<'_>,
    moment: &Moment,
    name: &str,
    action: &str,
    setting: &JobSetting,
) -> Result<(), ApiError> {
    jobs::set(tx, name, setting)?;
    if setting.paused.is_some() {
        let waiting = job_runs::open(tx)?.into_iter().filter(|run| run.job == name);
        for run in waiting.filter(|run| run.state == RunState::Queued) {
            job_runs::finish(
                tx,
                run.key,
                &over(RunState::Cancelled, moment.at, "The job was paused.".to_owned()),
            )?;
        }
    }
    tx.audit(moment.audit(action, subject(name), told(setting)))?;
    Ok(())
}

fn told(setting: &JobSetting) -> Value {
    json!({
        "schedule": setting.schedule, "zone": setting.zone, "catch_up": setting.catch_up.map(CatchUp::as_str),
        "paused": setting.paused.is_some(),
    })
}

/// What an undo needs to bring a setting back.
fn remembered(name: &str, before: &JobSetting) -> Value {
    json!({
        "kind": "job", "id": name, "schedule": before.schedule, "zone": before.zone,
        "catch_up": before.catch_up.map(CatchUp::as_str),
        "paused_at": before.paused.as_ref().map(|(at, _)| at.to_rfc3339()),
        "paused_by": before.paused.as_ref().map(|(_, by)| by),
    })
}

/// Brings a job's setting back to what it was before a decision.
pub(crate) fn take_back(tx: &WriteTx<'_>, moment: &Moment, what: &Value) -> Result<String, ApiError> {
    let text = |field: &str| what.get(field).and_then(Value::as_str).map(str::to_owned);
    let name = text("id").unwrap_or_default();
    let paused_at = text("paused_at").and_then(|at| chrono::DateTime::parse_from_rfc3339(&at).ok());
    let setting = JobSetting {
        schedule: text("schedule"),
        zone: text("zone"),
        catch_up: text("catch_up").as_deref().and_then(CatchUp::parse),
        paused: paused_at.map(|at| at.to_utc()).zip(text("paused_by")),
    };
    keep(tx, moment, &name, "job.undo", &setting)?;
    Ok("The job is as it was before.".to_owned())
}

/// Stops what waits or is at work of a job. What is at work stops at its next breath.
pub(crate) fn cancel(scheduler: &Scheduler, actor: &str, name: &str) -> Result<Done, ApiError> {
    let job = scheduler.job(name)?;
    let (name, books) = (job.name, scheduler.books());
    let (waiting, running) = books.decide(actor, move |tx, moment| {
        let open: Vec<_> = job_runs::open(tx)?.into_iter().filter(|run| run.job == name).collect();
        let mut waiting = 0;
        for run in open.iter().filter(|run| run.state == RunState::Queued) {
            job_runs::finish(
                tx,
                run.key,
                &over(RunState::Cancelled, moment.at, "Stopped by you.".to_owned()),
            )?;
            waiting += 1;
        }
        let running: Vec<i64> =
            open.iter().filter(|run| run.state == RunState::Running).map(|run| run.key).collect();
        if waiting > 0 || !running.is_empty() {
            tx.audit(moment.audit(
                "job.cancel",
                subject(name),
                json!({ "waiting": waiting, "running": running.len() }),
            ))?;
        }
        Ok((waiting, running))
    })?;
    let stopping = running.into_iter().filter(|run| scheduler.stop(*run, Stopped::Founder)).count();
    let say = match (stopping, waiting) {
        (0, 0) => format!("{} is not at work.", job.title),
        (0, _) => format!("{} will not run now.", job.title),
        _ => format!("{} is stopping.", job.title),
    };
    Ok(Done { sequence: books.store.sequence(), say, undo: None })
}

/// The founder decides about times that were missed: each is run, the latest once, or none.
///
/// What was run already stays; what is asked for beyond that is queued now.
pub(crate) fn decide_missed(
    scheduler: &Scheduler,
    actor: &str,
    key: i64,
    policy: CatchUp,
) -> Result<Done, ApiError> {
    let books = scheduler.books();
    let missed = books
        .read(|tx| Ok(jobs::missed_by_key(tx, key)?))?
        .ok_or_else(|| ApiError::unknown("missed_run", &key.to_string()))?;
    let job = scheduler.job(&missed.what.job)?;
    let (name, title) = (job.name, job.title);
    let company = books.profile()?.zone;
    let setting = books.read(|tx| Ok(jobs::settings(tx)?.remove(name).unwrap_or_default()))?;
    let effective = super::Effective::of(job, &setting, company)?;
    let (first, last) = missed.what.between;
    let due = purser_core::schedule::due(&effective.schedule, effective.zone, first, last, policy);
    let wanted = match policy {
        CatchUp::Skip => Vec::new(),
        _ => due.map(|due| due.run).unwrap_or_default(),
    };
    let by = actor.to_owned();
    let (queued, cancelled) = books.decide(actor, move |tx, moment| {
        let runs = job_runs::newest_of(tx, name, job_runs::RUNS_KEPT)?;
        let made = |at| {
            runs.iter().any(|run| {
                run.planned_for == at && run.state != RunState::Cancelled && run.state != RunState::Skipped
            })
        };
        let mut queued = 0;
        for at in wanted.iter().copied().filter(|at| !made(*at)) {
            job_runs::add(
                tx,
                &NewRun {
                    job: name.to_owned(),
                    cause: "catch_up".to_owned(),
                    cause_of: by.clone(),
                    planned_for: at,
                    due_at: moment.at,
                    queued_at: moment.at,
                    skipped: None,
                },
            )?;
            queued += 1;
        }
        let mut cancelled = 0;
        let needless = |run: &&job_runs::Run| {
            run.state == RunState::Queued && run.cause == "catch_up" && !wanted.contains(&run.planned_for)
        };
        for run in runs.iter().filter(needless) {
            job_runs::finish(
                tx,
                run.key,
                &over(RunState::Cancelled, moment.at, "Skipped by you.".to_owned()),
            )?;
            cancelled += 1;
        }
        jobs::decide_missed(tx, key, policy)?;
        let detail = json!({ "decided": policy.as_str(), "queued": queued, "cancelled": cancelled });
        tx.audit(moment.audit("job.missed", subject(name), detail))?;
        Ok((queued, cancelled))
    })?;
    let say = match (queued, cancelled) {
        (0, 0) => format!("{title}: nothing more is to be run."),
        (0, _) => format!("{title}: {cancelled} waiting will not be run."),
        (1, _) => format!("{title} runs once now."),
        (queued, _) => format!("{title} runs {queued} times now."),
    };
    Ok(Done { sequence: books.store.sequence(), say, undo: None })
}
