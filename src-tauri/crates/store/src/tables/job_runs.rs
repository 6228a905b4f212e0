//! Runs of jobs and what they said. The newest of each job are kept.

use chrono::{DateTime, Utc};
use purser_core::schedule::RunState;
use purser_core::text::{bounded, visible};
use rusqlite::{OptionalExtension, Row};

use super::times::{instant, time};
use super::{Conn, placeholders};
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// Runs kept of each job.
pub const RUNS_KEPT: u32 = 400;
/// Lines kept of one run; the last says that there were more.
pub const LINES_MAX: u32 = 500;
/// Characters of a line.
const LINE_CHARS: usize = 500;
/// Characters of a result.
const RESULT_CHARS: usize = 500;

/// A run that is to be.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRun {
    /// The job.
    pub job: String,
    /// `schedule`, `catch_up`, `founder`, `after`.
    pub cause: String,
    /// Who, or after which job.
    pub cause_of: String,
    /// The time of the schedule that it is for.
    pub planned_for: DateTime<Utc>,
    /// Not before.
    pub due_at: DateTime<Utc>,
    /// Now.
    pub queued_at: DateTime<Utc>,
    /// Why it is skipped at once; `None` for a run that waits.
    pub skipped: Option<String>,
}

/// A run.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Row key.
    pub key: i64,
    /// The job.
    pub job: String,
    /// 1, 2, 3… of this job.
    pub number: i64,
    /// What it is.
    pub state: RunState,
    /// What made it.
    pub cause: String,
    /// Who, or after which job.
    pub cause_of: String,
    /// The time of the schedule that it is for.
    pub planned_for: DateTime<Utc>,
    /// Not before.
    pub due_at: DateTime<Utc>,
    /// When it began for the first time.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was over.
    pub ended_at: Option<DateTime<Utc>>,
    /// How long its last attempt took, in milliseconds.
    pub took_ms: Option<i64>,
    /// Attempts that were begun.
    pub attempts: u32,
    /// Which process has it in hand.
    pub process: Option<String>,
    /// One sentence; of a failed attempt its error.
    pub result: String,
    /// What it counted, JSON.
    pub counts: String,
    /// The code of its error.
    pub error_code: Option<String>,
}

/// How a run, or one attempt of it, ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Ending {
    /// What became of it.
    pub state: RunState,
    /// When.
    pub at: DateTime<Utc>,
    /// How long the attempt took, in milliseconds; none where it never began.
    pub took_ms: Option<i64>,
    /// One sentence.
    pub result: String,
    /// What it counted, JSON.
    pub counts: String,
    /// The code of its error.
    pub error_code: Option<String>,
}

/// How grave a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// What was done.
    Info,
    /// What will be tried again.
    Warning,
    /// What was given up.
    Error,
}

impl Level {
    /// The name in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Info => "info",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

/// A line of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// 1, 2, 3…
    pub index: i64,
    /// RFC 3339.
    pub at: String,
    /// `info`, `warning`, `error`.
    pub level: String,
    /// What it says.
    pub text: String,
}

const COLUMNS: &str = "key, job, number, state, cause, cause_of, planned_for, due_at, started_at, ended_at, took_ms, \
     attempts, process, result, counts, error_code";

fn read(row: &Row<'_>) -> Result<Run, StoreError> {
    let at = |column: usize| -> Result<DateTime<Utc>, StoreError> { instant(&row.get::<_, String>(column)?) };
    let optional = |column: usize| -> Result<Option<DateTime<Utc>>, StoreError> {
        row.get::<_, Option<String>>(column)?.as_deref().map(instant).transpose()
    };
    let state: String = row.get(3)?;
    Ok(Run {
        key: row.get(0)?,
        job: row.get(1)?,
        number: row.get(2)?,
        state: RunState::parse(&state)
            .ok_or_else(|| StoreError::Damaged(format!("a run has the unknown state “{state}”")))?,
        cause: row.get(4)?,
        cause_of: row.get(5)?,
        planned_for: at(6)?,
        due_at: at(7)?,
        started_at: optional(8)?,
        ended_at: optional(9)?,
        took_ms: row.get(10)?,
        attempts: row.get(11)?,
        process: row.get(12)?,
        result: row.get(13)?,
        counts: row.get(14)?,
        error_code: row.get(15)?,
    })
}

fn select(conn: &Conn, rest: &str, values: impl rusqlite::Params) -> Result<Vec<Run>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM job_run {rest}"))?;
    let mut rows = statement.query(values)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

/// Adds a run, and removes the oldest ones of its job. Returns its key.
pub fn add(tx: &WriteTx<'_>, new: &NewRun) -> Result<i64, StoreError> {
    let number: i64 = tx
        .prepare_cached("SELECT coalesce(max(number), 0) + 1 FROM job_run WHERE job = ?1")?
        .query_row([&new.job], |row| row.get(0))?;
    let state = if new.skipped.is_some() { RunState::Skipped } else { RunState::Queued };
    let ended = new.skipped.as_ref().map(|_| time(new.queued_at));
    let result = bounded(new.skipped.as_deref().unwrap_or_default(), RESULT_CHARS);
    tx.prepare_cached(
        "INSERT INTO job_run (job, number, state, cause, cause_of, planned_for, due_at, queued_at, ended_at, result)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute((
        &new.job,
        number,
        state.as_str(),
        &new.cause,
        &new.cause_of,
        time(new.planned_for),
        time(new.due_at),
        time(new.queued_at),
        ended,
        result,
    ))?;
    let key = tx.last_insert_rowid();
    prune(tx, &new.job, number - i64::from(RUNS_KEPT))?;
    Ok(key)
}

/// Removes runs of a job up to a number, with their lines. What is not over stays.
fn prune(tx: &WriteTx<'_>, job: &str, up_to: i64) -> Result<(), StoreError> {
    if up_to <= 0 {
        return Ok(());
    }
    let over = "SELECT key FROM job_run WHERE job = ?1 AND number <= ?2 AND ended_at IS NOT NULL";
    tx.prepare_cached(&format!("DELETE FROM job_log WHERE run IN ({over})"))?.execute((job, up_to))?;
    tx.prepare_cached(&format!("DELETE FROM job_run WHERE key IN ({over})"))?.execute((job, up_to))?;
    Ok(())
}

/// One run by its key.
pub fn by_key(conn: &Conn, key: i64) -> Result<Option<Run>, StoreError> {
    Ok(select(conn, "WHERE key = ?1", [key])?.pop())
}

/// Runs by their keys, unordered.
pub fn by_keys(conn: &Conn, keys: &[i64]) -> Result<Vec<Run>, StoreError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let rest = format!("WHERE key IN ({})", placeholders(keys.len()));
    select(conn, &rest, rusqlite::params_from_iter(keys))
}

/// The newest runs of a job, newest first.
pub fn newest_of(conn: &Conn, job: &str, limit: u32) -> Result<Vec<Run>, StoreError> {
    select(conn, "WHERE job = ?1 ORDER BY number DESC LIMIT ?2", (job, limit))
}

/// A run of a job by its number.
pub fn by_number(conn: &Conn, job: &str, number: i64) -> Result<Option<Run>, StoreError> {
    Ok(select(conn, "WHERE job = ?1 AND number = ?2", (job, number))?.pop())
}

/// The keys of the newest runs, newest first; of one job or (`None`) of all.
pub fn keys(conn: &Conn, job: Option<&str>, limit: u32) -> Result<Vec<i64>, StoreError> {
    let read = |row: &Row<'_>| row.get(0);
    Ok(match job {
        Some(job) => conn
            .prepare_cached("SELECT key FROM job_run WHERE job = ?1 ORDER BY number DESC LIMIT ?2")?
            .query_map((job, limit), read)?
            .collect::<Result<_, _>>()?,
        None => conn
            .prepare_cached("SELECT key FROM job_run ORDER BY key DESC LIMIT ?1")?
            .query_map([limit], read)?
            .collect::<Result<_, _>>()?,
    })
}

/// Runs that wait for their turn or are at work, oldest first.
pub fn open(conn: &Conn) -> Result<Vec<Run>, StoreError> {
    select(conn, "WHERE state IN ('queued', 'running') ORDER BY due_at, key LIMIT 10000", [])
}

/// Runs that ended since a time, newest first.
pub fn ended_since(conn: &Conn, since: DateTime<Utc>, limit: u32) -> Result<Vec<Run>, StoreError> {
    select(conn, "WHERE ended_at >= ?1 ORDER BY ended_at DESC, key DESC LIMIT ?2", (time(since), limit))
}

/// How many runs ended since a time.
pub fn count_since(conn: &Conn, since: DateTime<Utc>) -> Result<i64, StoreError> {
    Ok(conn
        .prepare_cached("SELECT count(*) FROM job_run WHERE ended_at >= ?1 AND state <> 'skipped'")?
        .query_row([time(since)], |row| row.get(0))?)
}

/// Takes a waiting run in hand. False where somebody else has it, it is over, or another run of its job is at work.
pub fn claim(tx: &WriteTx<'_>, key: i64, process: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
    Ok(tx
        .prepare_cached(
            "UPDATE job_run SET state = 'running', attempts = attempts + 1, process = ?2,
               started_at = coalesce(started_at, ?3)
             WHERE key = ?1 AND state = 'queued'
               AND NOT EXISTS (SELECT 1 FROM job_run other WHERE other.job = job_run.job AND other.state = 'running')",
        )?
        .execute((key, process, time(at)))?
        == 1)
}

/// Lets a waiting run begin at a time, for another cause than the one that it was queued for.
pub fn hasten(
    tx: &WriteTx<'_>,
    key: i64,
    at: DateTime<Utc>,
    cause: &str,
    cause_of: &str,
) -> Result<bool, StoreError> {
    Ok(tx
        .prepare_cached(
            "UPDATE job_run SET due_at = ?2, cause = ?3, cause_of = ?4 WHERE key = ?1 AND state = 'queued'",
        )?
        .execute((key, time(at), cause, cause_of))?
        == 1)
}

/// Puts a running run back into the queue for another attempt.
pub fn requeue(
    tx: &WriteTx<'_>,
    key: i64,
    due_at: DateTime<Utc>,
    ending: &Ending,
) -> Result<bool, StoreError> {
    Ok(tx
        .prepare_cached(
            "UPDATE job_run SET state = 'queued', due_at = ?2, process = NULL, took_ms = ?3, result = ?4,
               error_code = ?5
             WHERE key = ?1 AND state = 'running'",
        )?
        .execute((
            key,
            time(due_at),
            ending.took_ms,
            bounded(&ending.result, RESULT_CHARS),
            &ending.error_code,
        ))?
        == 1)
}

/// Ends a run. False where it was over already.
pub fn finish(tx: &WriteTx<'_>, key: i64, ending: &Ending) -> Result<bool, StoreError> {
    Ok(tx
        .prepare_cached(
            "UPDATE job_run SET state = ?2, ended_at = ?3, took_ms = ?4, result = ?5, counts = ?6, error_code = ?7,
               process = NULL
             WHERE key = ?1 AND state IN ('queued', 'running')",
        )?
        .execute((
            key,
            ending.state.as_str(),
            time(ending.at),
            ending.took_ms,
            bounded(&ending.result, RESULT_CHARS),
            &ending.counts,
            &ending.error_code,
        ))?
        == 1)
}

/// Adds a line to a run: bounded, and with what could deceive made visible. The last line that is kept says so.
pub fn log(
    tx: &WriteTx<'_>,
    run: i64,
    at: DateTime<Utc>,
    level: Level,
    text: &str,
) -> Result<(), StoreError> {
    let index: Option<u32> = tx
        .prepare_cached("UPDATE job_run SET lines = lines + 1 WHERE key = ?1 AND lines < ?2 RETURNING lines")?
        .query_row((run, LINES_MAX), |row| row.get(0))
        .optional()?;
    let Some(index) = index else { return Ok(()) };
    let text = if index == LINES_MAX { "More was said than is kept.".to_owned() } else { visible(text) };
    tx.prepare_cached("INSERT INTO job_log (run, idx, at, level, text) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute((run, index, time(at), level.as_str(), bounded(&text, LINE_CHARS)))?;
    Ok(())
}

/// Lines of a run after an index, in order.
pub fn lines(conn: &Conn, run: i64, after: i64, limit: u32) -> Result<Vec<Line>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT idx, at, level, text FROM job_log WHERE run = ?1 AND idx > ?2 ORDER BY idx LIMIT ?3",
    )?;
    let rows = statement.query_map((run, after, limit), |row| {
        Ok(Line { index: row.get(0)?, at: row.get(1)?, level: row.get(2)?, text: row.get(3)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
