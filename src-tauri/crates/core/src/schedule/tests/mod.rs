//! Schedules by example, each table one rule.

mod catching_up;
mod clock_changes;
mod reading;
mod runs;

use chrono::{DateTime, TimeZone, Utc};
use chrono_tz::Tz;

use super::Schedule;

const NEW_YORK: Tz = chrono_tz::America::New_York;
const BERLIN: Tz = chrono_tz::Europe::Berlin;

/// A time of UTC such as `2026-03-08 06:59:59`; the seconds may be left out.
fn utc(text: &str) -> DateTime<Utc> {
    let full = if text.len() == 16 { format!("{text}:00") } else { text.to_owned() };
    DateTime::parse_from_rfc3339(&format!("{}Z", full.replace(' ', "T"))).unwrap().with_timezone(&Utc)
}

/// A wall clock's time in a zone; the earlier of two.
fn local(zone: Tz, text: &str) -> DateTime<Utc> {
    let naive = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    zone.from_local_datetime(&naive).earliest().unwrap().with_timezone(&Utc)
}

fn schedule(text: &str) -> Schedule {
    Schedule::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The next times as the wall clock shows them, with their distance from UTC.
fn shown(text: &str, zone: Tz, after: DateTime<Utc>, count: usize) -> Vec<String> {
    let times = schedule(text).upcoming(after, zone, count);
    times.into_iter().map(|at| at.with_timezone(&zone).format("%Y-%m-%d %H:%M %z").to_string()).collect()
}
