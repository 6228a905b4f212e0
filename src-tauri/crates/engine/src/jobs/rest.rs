//! The hours in which jobs rest (JS-09): nothing begins by itself then, but what would be critical if it failed.
//!
//! One daily stretch serves both readings: a maintenance hour (`03:00` to `04:00`), and work in business hours only
//! (rest from `17:00` to `09:00`). What becomes due meanwhile begins when the stretch is over. What the founder starts
//! begins at once. A single job keeps business hours by its schedule: `0 9-17 * * 1-5`.

use chrono::{DateTime, Days, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use purser_core::attention::Severity;
use purser_store::StoreError;
use purser_store::tables::job_runs::Run;
use purser_store::tables::{Conn, settings};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Job;
use super::scheduler::Scheduler;
use crate::api::types::{Done, JobsRest};
use crate::error::ApiError;

const SETTING: &str = "jobs.rest";
const FORMAT: &str = "%H:%M";

/// A daily stretch on the company's clock; over midnight where it ends before it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Rest {
    from: NaiveTime,
    until: NaiveTime,
}

impl Rest {
    /// What the founder set; nothing at first.
    fn load(conn: &Conn) -> Result<Option<Rest>, StoreError> {
        settings::get::<Option<Rest>>(conn, SETTING).map(Option::flatten)
    }

    /// Two times such as `03:00`; none where both are empty.
    fn read(from: &str, until: &str) -> Result<Option<Rest>, ApiError> {
        let (from, until) = (from.trim(), until.trim());
        if from.is_empty() && until.is_empty() {
            return Ok(None);
        }
        let time = |text: &str| {
            NaiveTime::parse_from_str(text, FORMAT).map_err(|_| {
                let shown = purser_core::text::one_line(text, 20);
                ApiError::usage(
                    "rest",
                    format!("“{shown}” is not a time such as 03:00. Nothing was changed."),
                )
            })
        };
        let rest = Rest { from: time(from)?, until: time(until)? };
        if rest.from == rest.until {
            return Err(ApiError::usage(
                "rest",
                "Jobs cannot rest all day: pause them. Nothing was changed.",
            ));
        }
        Ok(Some(rest))
    }

    /// As the interface has it.
    fn shown(self, now: DateTime<Utc>, zone: Tz) -> JobsRest {
        JobsRest {
            from: self.from.format(FORMAT).to_string(),
            until: self.until.format(FORMAT).to_string(),
            now: self.over(now, zone).is_some(),
        }
    }

    /// When the stretch is over that a time lies in; nothing outside of it. Where a clock change skips its end, it ends
    /// as soon as the clock is past it.
    fn over(self, at: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let local = at.with_timezone(&zone).naive_local();
        let (day, time) = (local.date(), local.time());
        let over_midnight = self.until < self.from;
        let inside = match over_midnight {
            false => self.from <= time && time < self.until,
            true => self.from <= time || time < self.until,
        };
        if !inside {
            return None;
        }
        let ends_on =
            if over_midnight && time >= self.from { day.checked_add_days(Days::new(1))? } else { day };
        let end = ends_on.and_time(self.until);
        let hours = (0..=2).map(chrono::Duration::hours);
        let found = hours.filter_map(|later| zone.from_local_datetime(&(end + later)).latest()).next()?;
        Some(found.to_utc())
    }

    /// Not before when a run may begin that is due at a time, as it looks now.
    fn not_before(self, due: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
        let at = due.max(now);
        self.over(at, zone).unwrap_or(due)
    }
}

/// When runs may begin.
pub(crate) struct Hours {
    /// The stretch and its zone, where one is set.
    rest: Option<(Rest, Tz)>,
    now: DateTime<Utc>,
}

impl Hours {
    /// As they are set.
    pub(crate) fn load(conn: &Conn, now: DateTime<Utc>) -> Result<Hours, ApiError> {
        let zoned = |rest| Ok::<_, ApiError>((rest, crate::profile::Profile::load(conn)?.zone));
        Ok(Hours { rest: Rest::load(conn)?.map(zoned).transpose()?, now })
    }

    /// As the interface has them; none where jobs do not rest.
    pub(crate) fn shown(&self) -> Option<JobsRest> {
        self.rest.map(|(rest, zone)| rest.shown(self.now, zone))
    }

    /// Not before when a waiting run begins. What the founder started, and what must not fail, never rests.
    pub(crate) fn begins(&self, job: Option<&Job>, run: &Run) -> DateTime<Utc> {
        let free = run.cause == "founder" || job.is_some_and(|job| job.severity == Severity::Critical);
        match self.rest {
            Some((rest, zone)) if !free => rest.not_before(run.due_at, self.now, zone),
            _ => run.due_at,
        }
    }
}

/// Sets the hours in which jobs rest, or (both empty) that they do not.
pub(crate) fn set(scheduler: &Scheduler, actor: &str, from: &str, until: &str) -> Result<Done, ApiError> {
    let rest = Rest::read(from, until)?;
    let books = scheduler.books();
    let (say, undo) = books.decide(actor, move |tx, moment| {
        let before = Rest::load(tx)?;
        let say = match rest {
            Some(rest) => {
                let JobsRest { from, until, .. } = rest.shown(moment.at, moment.profile.zone);
                format!("Jobs rest from {from} to {until}.")
            }
            None => "Jobs do not rest.".to_owned(),
        };
        if before == rest {
            return Ok((say, None));
        }
        keep(tx, moment, rest)?;
        let undo = moment.offer_undo(tx, &json!({ "kind": "jobs_rest", "rest": before }), &say)?;
        Ok((say, Some(undo)))
    })?;
    Ok(Done { sequence: books.store.sequence(), say, undo })
}

/// Brings the hours back to what they were before a decision.
pub(crate) fn take_back(
    tx: &purser_store::WriteTx<'_>,
    moment: &crate::books::Moment,
    what: &serde_json::Value,
) -> Result<String, ApiError> {
    let before = what.get("rest").cloned().unwrap_or_default();
    let rest = serde_json::from_value(before).map_err(|error| StoreError::Damaged(error.to_string()))?;
    keep(tx, moment, rest)?;
    Ok("Jobs rest as they did before.".to_owned())
}

fn keep(
    tx: &purser_store::WriteTx<'_>,
    moment: &crate::books::Moment,
    rest: Option<Rest>,
) -> Result<(), ApiError> {
    settings::set(tx, SETTING, &rest)?;
    tx.audit(moment.audit("jobs.rest", "jobs", json!({ "rest": rest })))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[rstest::rstest]
    #[case::inside("03:00", "04:00", "2026-11-27T02:30:00Z", Some("2026-11-27T03:00:00Z"))]
    #[case::at_its_end("03:00", "04:00", "2026-11-27T03:00:00Z", None)]
    #[case::before("03:00", "04:00", "2026-11-27T01:59:59Z", None)]
    #[case::evening("17:00", "09:00", "2026-11-27T20:00:00Z", Some("2026-11-28T08:00:00Z"))]
    #[case::morning("17:00", "09:00", "2026-11-27T07:59:00Z", Some("2026-11-27T08:00:00Z"))]
    #[case::at_work("17:00", "09:00", "2026-11-27T08:00:00Z", None)]
    // 02:30 does not exist in Berlin on that day; half past three is the first time past it.
    #[case::spring("01:00", "02:30", "2026-03-29T00:30:00Z", Some("2026-03-29T01:30:00Z"))]
    // 02:30 is there twice: the second one is the end.
    #[case::autumn("01:00", "02:30", "2026-10-25T00:10:00Z", Some("2026-10-25T01:30:00Z"))]
    fn js_09_a_stretch_ends_on_the_companys_clock(
        #[case] from: &str,
        #[case] until: &str,
        #[case] now: &str,
        #[case] over: Option<&str>,
    ) {
        let rest = Rest::read(from, until).unwrap().unwrap();
        assert_eq!(rest.over(at(now), chrono_tz::Europe::Berlin), over.map(at));
    }

    #[test]
    fn js_09_what_is_no_stretch_is_refused() {
        assert!(Rest::read("", " ").unwrap().is_none());
        for (from, until) in [("3", "04:00"), ("03:00", ""), ("25:00", "04:00"), ("04:00", "04:00")] {
            assert!(Rest::read(from, until).unwrap_err().message.ends_with("Nothing was changed."));
        }
    }
}
