//! Judges a company whose jobs were killed at work: each run is over, none ran twice, each fact is there once.

use std::path::Path;
use std::sync::OnceLock;

use purser_store::{ReadTx, StoreError};

use crate::judge::ledger_faults;
use crate::runs::{Work, alone};
use crate::verbs::{open, prepare};

/// Three days of jobs.
pub static JOBS: Work = Work { name: "jobs", prepare, begin: alone, judge, template: OnceLock::new() };

/// Each statement gives what must not be.
const NEVER: [(&str, &str); 6] = [
    ("a run is still at work", "SELECT job || ' ' || number FROM job_run WHERE state = 'running'"),
    (
        "a time of a schedule was run twice",
        "SELECT job || ' ' || planned_for FROM job_run WHERE state = 'succeeded' GROUP BY job, planned_for HAVING count(*) > 1",
    ),
    (
        "a run that succeeded says nothing",
        "SELECT job || ' ' || number FROM job_run r WHERE state = 'succeeded'
           AND NOT EXISTS (SELECT 1 FROM job_log l WHERE l.run = r.key)",
    ),
    (
        "a job is a question although it works",
        "SELECT subject FROM attention WHERE kind = 'job_failed' AND resolved_at IS NULL",
    ),
    (
        "a statement was imported twice",
        "SELECT file FROM import WHERE kind = 'statement' AND rows_new > 0 GROUP BY file HAVING count(*) > 1",
    ),
    (
        "a file is asked about twice",
        "SELECT subject FROM attention WHERE resolved_at IS NULL GROUP BY subject, kind HAVING count(*) > 1",
    ),
];

/// Each statement gives a number, and what it must be.
const COUNTS: [(&str, i64, &str); 3] = [
    ("lines of both statements", 71, "SELECT count(*) FROM bank_line"),
    ("statements with new lines", 2, "SELECT count(*) FROM import WHERE kind = 'statement' AND rows_new > 0"),
    (
        "the last backup succeeded",
        1,
        "SELECT count(*) FROM job_run WHERE job = 'backup' AND state = 'succeeded'
           AND number = (SELECT max(number) FROM job_run WHERE job = 'backup')",
    ),
];

fn judge(folder: &Path, _acknowledged: &[String]) -> Vec<String> {
    let program = open(folder);
    let mut faults = Vec::new();
    let books = match program.books() {
        Ok(books) => books,
        Err(error) => return vec![format!("the books do not open: {error}")],
    };
    match books.store.verify() {
        Ok(report) => faults.extend(report.findings.iter().map(|f| format!("{} {}", f.place, f.sentence))),
        Err(error) => faults.push(format!("verify: {error}")),
    }
    let looked = books.store.read(|tx| {
        faults.extend(ledger_faults(tx)?);
        faults.extend(run_faults(tx)?);
        Ok::<_, StoreError>(())
    });
    faults.extend(looked.err().map(|error| format!("the books cannot be read: {error}")));
    for day in ["2026-11-17", "2026-11-18"] {
        if !folder.join(format!("papers/revenue-{day}.pdf")).exists() {
            faults.push(format!("the report of {day} is missing"));
        }
    }
    faults
}

fn run_faults(tx: &ReadTx<'_>) -> Result<Vec<String>, StoreError> {
    let mut faults = Vec::new();
    for (what, sql) in NEVER {
        let mut statement = tx.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            faults.push(format!("{what}: {}", row.get::<_, String>(0)?));
        }
    }
    for (what, wanted, sql) in COUNTS {
        let found: i64 = tx.query_row(sql, [], |row| row.get(0))?;
        if found != wanted {
            faults.push(format!("{what}: {found} instead of {wanted}"));
        }
    }
    Ok(faults)
}
