//! What became of the runs of a job day by day, kept after the runs themselves are removed (JS-12).

use chrono::NaiveDate;
use purser_core::schedule::RunState;

use super::Conn;
use crate::error::StoreError;

/// The runs of a job that came to one end, over some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The job.
    pub job: String,
    /// To which end.
    pub state: RunState,
    /// How many.
    pub runs: u32,
    /// Of these, how many needed more than one attempt.
    pub again: u32,
    /// Milliseconds of all last attempts together.
    pub took_ms: i64,
    /// Milliseconds of the longest one.
    pub longest_ms: i64,
}

/// The runs that ended since a day (of UTC), by job and end.
pub fn since(conn: &Conn, day: NaiveDate) -> Result<Vec<Ended>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT job, state, sum(runs), sum(again), sum(took_ms), max(longest_ms) FROM job_day
         WHERE day >= ?1 GROUP BY job, state ORDER BY job, state",
    )?;
    let mut rows = statement.query([day.to_string()])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let state: String = row.get(1)?;
        all.push(Ended {
            job: row.get(0)?,
            state: RunState::parse(&state)
                .ok_or_else(|| StoreError::Damaged(format!("a run ended as {state}")))?,
            runs: row.get(2)?,
            again: row.get(3)?,
            took_ms: row.get(4)?,
            longest_ms: row.get(5)?,
        });
    }
    Ok(all)
}

/// The first day that is kept; none where nothing ever ran.
pub fn first(conn: &Conn) -> Result<Option<String>, StoreError> {
    Ok(conn.prepare_cached("SELECT min(day) FROM job_day")?.query_row([], |row| row.get(0))?)
}
