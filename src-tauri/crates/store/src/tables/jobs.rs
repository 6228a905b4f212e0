//! Jobs as the founder set them, when each is due, and what was missed.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use purser_core::schedule::CatchUp;
use rusqlite::{OptionalExtension, Row};

use super::Conn;
use super::times::{instant, time};
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// What the founder changed of a job; `None` is as the program has it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JobSetting {
    /// The schedule as it is typed.
    pub schedule: Option<String>,
    /// The zone's name; without one the company's.
    pub zone: Option<String>,
    /// What happens with missed times.
    pub catch_up: Option<CatchUp>,
    /// Since when it is paused, and by whom.
    pub paused: Option<(DateTime<Utc>, String)>,
}

/// When a job is due next.
#[derive(Debug, Clone, PartialEq)]
pub struct JobPlan {
    /// The next time of its schedule; none while it is paused, not set up, or without a further time.
    pub next_run: Option<DateTime<Utc>>,
    /// The schedule and zone that it was planned by.
    pub planned_as: String,
    /// When it was planned.
    pub planned_at: DateTime<Utc>,
}

/// What a job missed in one absence.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMissed {
    /// The job.
    pub job: String,
    /// When the scheduler last looked before, and when it looked again.
    pub away: (DateTime<Utc>, DateTime<Utc>),
    /// How many times of its schedule passed.
    pub missed: u64,
    /// The first and the last of them.
    pub between: (DateTime<Utc>, DateTime<Utc>),
    /// What its rule did about them.
    pub decided: CatchUp,
}

/// A missed account as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Missed {
    /// Row key.
    pub key: i64,
    /// What was missed.
    pub what: NewMissed,
    /// Whether the founder decided it, not the rule.
    pub by_founder: bool,
    /// When the founder saw it.
    pub seen_at: Option<DateTime<Utc>>,
}

fn optional(text: Option<String>) -> Result<Option<DateTime<Utc>>, StoreError> {
    text.as_deref().map(instant).transpose()
}

fn policy(name: &str) -> Result<CatchUp, StoreError> {
    CatchUp::parse(name).ok_or_else(|| StoreError::Damaged(format!("a job has the unknown policy “{name}”")))
}

fn read_setting(row: &Row<'_>) -> Result<(String, JobSetting), StoreError> {
    let (at, by) = (optional(row.get(4)?)?, row.get::<_, Option<String>>(5)?);
    let setting = JobSetting {
        schedule: row.get(1)?,
        zone: row.get(2)?,
        catch_up: row.get::<_, Option<String>>(3)?.as_deref().map(policy).transpose()?,
        paused: at.zip(by),
    };
    Ok((row.get(0)?, setting))
}

/// What the founder set, by job.
pub fn settings(conn: &Conn) -> Result<HashMap<String, JobSetting>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT name, schedule, zone, catch_up, paused_at, paused_by FROM job_setting")?;
    let mut rows = statement.query([])?;
    let mut all = HashMap::new();
    while let Some(row) = rows.next()? {
        let (name, setting) = read_setting(row)?;
        all.insert(name, setting);
    }
    Ok(all)
}

/// Keeps what the founder set.
pub fn set(tx: &WriteTx<'_>, name: &str, setting: &JobSetting) -> Result<(), StoreError> {
    let paused = setting.paused.as_ref();
    tx.prepare_cached(
        "INSERT INTO job_setting (name, schedule, zone, catch_up, paused_at, paused_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (name) DO UPDATE SET schedule = excluded.schedule, zone = excluded.zone,
           catch_up = excluded.catch_up, paused_at = excluded.paused_at, paused_by = excluded.paused_by",
    )?
    .execute((
        name,
        &setting.schedule,
        &setting.zone,
        setting.catch_up.map(CatchUp::as_str),
        paused.map(|(at, _)| time(*at)),
        paused.map(|(_, by)| by),
    ))?;
    Ok(())
}

/// The plan of every job.
pub fn plans(conn: &Conn) -> Result<HashMap<String, JobPlan>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT name, next_run, planned_as, planned_at FROM job_plan")?;
    let mut rows = statement.query([])?;
    let mut all = HashMap::new();
    while let Some(row) = rows.next()? {
        let plan = JobPlan {
            next_run: optional(row.get(1)?)?,
            planned_as: row.get(2)?,
            planned_at: instant(&row.get::<_, String>(3)?)?,
        };
        all.insert(row.get(0)?, plan);
    }
    Ok(all)
}

/// Keeps a plan.
pub fn set_plan(tx: &WriteTx<'_>, name: &str, plan: &JobPlan) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO job_plan (name, next_run, planned_as, planned_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (name) DO UPDATE SET next_run = excluded.next_run, planned_as = excluded.planned_as,
           planned_at = excluded.planned_at",
    )?
    .execute((name, plan.next_run.map(time), &plan.planned_as, time(plan.planned_at)))?;
    Ok(())
}

/// When the scheduler last looked at the clock.
pub fn clock_seen(conn: &Conn) -> Result<Option<DateTime<Utc>>, StoreError> {
    let text = conn
        .prepare_cached("SELECT seen_at FROM job_clock WHERE id = 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    optional(text)
}

/// Remembers that the scheduler looked at the clock.
pub fn see_clock(tx: &WriteTx<'_>, at: DateTime<Utc>) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO job_clock (id, seen_at) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at",
    )?
    .execute([time(at)])?;
    Ok(())
}

/// Keeps what a job missed; returns the key.
pub fn add_missed(tx: &WriteTx<'_>, new: &NewMissed) -> Result<i64, StoreError> {
    tx.prepare_cached(
        "INSERT INTO job_missed (job, away_from, away_until, missed, first_at, last_at, decided, decided_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'rule')",
    )?
    .execute((
        &new.job,
        time(new.away.0),
        time(new.away.1),
        i64::try_from(new.missed).unwrap_or(i64::MAX),
        time(new.between.0),
        time(new.between.1),
        new.decided.as_str(),
    ))?;
    Ok(tx.last_insert_rowid())
}

const MISSED: &str = "SELECT key, job, away_from, away_until, missed, first_at, last_at, decided, decided_by, seen_at FROM job_missed";

fn read_missed(row: &Row<'_>) -> Result<Missed, StoreError> {
    let at = |column: usize| -> Result<DateTime<Utc>, StoreError> { instant(&row.get::<_, String>(column)?) };
    Ok(Missed {
        key: row.get(0)?,
        what: NewMissed {
            job: row.get(1)?,
            away: (at(2)?, at(3)?),
            missed: row.get::<_, i64>(4)?.unsigned_abs(),
            between: (at(5)?, at(6)?),
            decided: policy(&row.get::<_, String>(7)?)?,
        },
        by_founder: row.get::<_, String>(8)? == "founder",
        seen_at: optional(row.get(9)?)?,
    })
}

fn missed_where(conn: &Conn, rest: &str, values: impl rusqlite::Params) -> Result<Vec<Missed>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("{MISSED} {rest}"))?;
    let mut rows = statement.query(values)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read_missed(row)?);
    }
    Ok(all)
}

/// What was missed in absences that ended since a time, newest first.
pub fn missed_since(conn: &Conn, since: DateTime<Utc>, limit: u32) -> Result<Vec<Missed>, StoreError> {
    missed_where(
        conn,
        "WHERE away_until >= ?1 ORDER BY away_until DESC, key DESC LIMIT ?2",
        (time(since), limit),
    )
}

/// One missed account.
pub fn missed_by_key(conn: &Conn, key: i64) -> Result<Option<Missed>, StoreError> {
    Ok(missed_where(conn, "WHERE key = ?1", [key])?.pop())
}

/// The founder decides about what was missed.
pub fn decide_missed(tx: &WriteTx<'_>, key: i64, decided: CatchUp) -> Result<bool, StoreError> {
    Ok(tx
        .prepare_cached("UPDATE job_missed SET decided = ?2, decided_by = 'founder' WHERE key = ?1")?
        .execute((key, decided.as_str()))?
        == 1)
}

/// The founder has seen everything that was missed.
pub fn see_missed(tx: &WriteTx<'_>, at: DateTime<Utc>) -> Result<usize, StoreError> {
    Ok(tx.prepare_cached("UPDATE job_missed SET seen_at = ?1 WHERE seen_at IS NULL")?.execute([time(at)])?)
}

/// Removes accounts of absences that ended before a time.
pub fn forget_missed(tx: &WriteTx<'_>, before: DateTime<Utc>) -> Result<usize, StoreError> {
    Ok(tx.prepare_cached("DELETE FROM job_missed WHERE away_until < ?1")?.execute([time(before)])?)
}
