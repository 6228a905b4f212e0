//! When jobs should have run, from the times at which the program could look at its clock; compared with its diary.

use chrono::{DateTime, Datelike, Duration, NaiveTime, Utc, Weekday};
use serde_json::{Value, json};

use crate::company::Company;
use crate::founder::text;

/// Runs of one question.
const RUNS_AT_ONCE: usize = 500;

/// On which days a job runs.
#[derive(Clone, Copy)]
enum Days {
    All,
    Mondays,
    Firsts,
}

/// Jobs with a time of day. Each catches up the latest time that was missed, once.
const JOBS: [(&str, Days, (u32, u32)); 6] = [
    ("stripe-balance", Days::All, (3, 15)),
    ("tie-out", Days::All, (3, 30)),
    ("verify", Days::Mondays, (3, 0)),
    ("revenue-report", Days::Mondays, (8, 0)),
    ("recognition", Days::Firsts, (2, 0)),
    ("backup", Days::Firsts, (4, 0)),
];

/// The jobs whose own times would make a run of months too long, and the times that they have here.
pub const SPARED: [(&str, &str); 3] =
    [("revenue-report", "0 8 * * 1"), ("backup", "0 4 1 * *"), ("verify", "0 3 * * 1")];

/// What should have run until now.
#[derive(Default)]
pub struct Schedule {
    /// The latest time that any look has seen.
    seen: Option<DateTime<Utc>>,
    /// Of each job the times that are due.
    expected: [Vec<DateTime<Utc>>; JOBS.len()],
}

impl Schedule {
    /// The program looks at its clock. What passed since the last look is due, the latest of it once; a clock that goes
    /// back makes nothing due again.
    pub fn looked(&mut self, now: DateTime<Utc>) {
        if let Some(seen) = self.seen {
            for ((_, days, at), expected) in JOBS.iter().zip(&mut self.expected) {
                expected.extend(latest(*days, *at, now).filter(|time| *time > seen));
            }
        }
        self.seen = self.seen.max(Some(now));
    }

    /// The days of which there is a report.
    pub fn report_days(&self) -> Vec<String> {
        let of = JOBS.iter().position(|(name, ..)| *name == "revenue-report").unwrap();
        self.expected[of].iter().map(|time| (time.date_naive() - Duration::days(1)).to_string()).collect()
    }

    /// Runs that are missing, or too many, or failed in the end.
    pub fn audit(&self, company: &Company) -> Vec<String> {
        let mut found = Vec::new();
        for ((name, ..), expected) in JOBS.iter().zip(&self.expected) {
            let index = company.ok("runs_index", json!({"job": name}));
            let mut ran: Vec<DateTime<Utc>> = Vec::new();
            for keys in index["keys"].as_array().unwrap().chunks(RUNS_AT_ONCE) {
                let rows = company.ok("runs_rows", json!({"keys": keys}));
                ran.extend(rows.as_array().unwrap().iter().map(planned_for));
            }
            ran.sort_unstable();
            if ran != *expected {
                let missing: Vec<_> = expected.iter().filter(|time| !ran.contains(time)).copied().collect();
                let more: Vec<_> = ran.iter().filter(|time| !expected.contains(time)).copied().collect();
                let (all, due) = (ran.len(), expected.len());
                found.push(format!(
                    "{name} ran {all} times and was due {due} times; it missed [{}] and ran for [{}] unasked",
                    times(&missing),
                    times(&more)
                ));
            }
        }
        let jobs = company.ok("jobs", json!({}));
        let rows = jobs["rows"].as_array().unwrap().iter();
        found.extend(
            rows.filter(|row| row["health"] == "error").map(|row| format!("a job has failed: {row}")),
        );
        found
    }
}

fn planned_for(run: &Value) -> DateTime<Utc> {
    text(&run["planned_for"]).parse().unwrap()
}

/// The latest time of a job that has passed.
fn latest(days: Days, (hour, minute): (u32, u32), now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let at = NaiveTime::from_hms_opt(hour, minute, 0)?;
    let is_day = |day: &chrono::NaiveDate| match days {
        Days::All => true,
        Days::Mondays => day.weekday() == Weekday::Mon,
        Days::Firsts => day.day() == 1,
    };
    let back = (0..40).map(|days| now.date_naive() - Duration::days(days));
    back.filter(is_day).map(|day| day.and_time(at).and_utc()).find(|time| *time <= now)
}

fn times(all: &[DateTime<Utc>]) -> String {
    let shown: Vec<String> = all.iter().map(|time| time.format("%m-%d %H:%M").to_string()).collect();
    shown.join(", ")
}
