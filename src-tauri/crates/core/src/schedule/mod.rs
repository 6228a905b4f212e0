//! When work is done by itself: schedules, missed times, retries, and what becomes of a run (C-18, X7 to X9, X13).
//!
//! Nothing in here knows what time it is: now, zones and seeds are arguments.

mod catch_up;
mod cron;
mod health;
mod retry;
mod run;
mod words;

#[cfg(test)]
mod tests;

use std::fmt;

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;

pub use catch_up::{ALL_MAX, CatchUp, Due, ON_TIME_SECONDS, due, moved_back};
pub use cron::CronLine;
pub use health::{Health, Past, health};
pub use retry::{Retry, jitter, seed};
pub use run::RunState;
pub use words::{clock_words, zone_words};

/// Shortest interval, in seconds.
pub const EVERY_MIN_SECONDS: i64 = 10;
/// Longest interval, in seconds: 31 days.
pub const EVERY_MAX_SECONDS: i64 = 31 * 86_400;

/// When a job runs.
#[derive(Debug, Clone, PartialEq)]
pub enum Schedule {
    /// At times of the wall clock of a zone.
    Cron(CronLine),
    /// After equal stretches of elapsed time.
    Every(Duration),
}

/// Why a schedule was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// Nothing that is known.
    #[error(
        "“{0}” is no schedule. Write an interval such as “every 30 s”, “every 5 min”, “every 2 h”, or five cron fields (minute hour day month weekday) such as “0 8 * * *”"
    )]
    Unknown(String),
    /// An interval that is too short or too long.
    #[error("An interval is between 10 seconds and 31 days, not “{0}”")]
    Interval(String),
    /// Five fields, one of them wrong.
    #[error("The cron fields “{0}” cannot be read: {1}")]
    Field(String, String),
    /// No day fits, such as 30 February.
    #[error("“{0}” never comes: no day fits it")]
    Never(String),
}

impl Schedule {
    /// Reads `every 5 min` (s, min, h, d) or five cron fields: minute, hour, day, month, weekday.
    pub fn parse(text: &str) -> Result<Schedule, ScheduleError> {
        let shown = || crate::text::one_line(text, 80);
        let lower = text.trim().to_ascii_lowercase();
        if let Some(rest) = lower.strip_prefix("every") {
            let every = interval(rest.trim()).ok_or_else(|| ScheduleError::Unknown(shown()))?;
            let seconds = every.num_seconds();
            return if (EVERY_MIN_SECONDS..=EVERY_MAX_SECONDS).contains(&seconds) {
                Ok(Schedule::Every(every))
            } else {
                Err(ScheduleError::Interval(shown()))
            };
        }
        if lower.split_whitespace().count() != 5 {
            return Err(ScheduleError::Unknown(shown()));
        }
        Ok(Schedule::Cron(CronLine::parse(&lower)?))
    }

    /// Whether it names times of a day. Such a job runs right after a gap of the clock and once in a repeated hour;
    /// every other follows elapsed time (C-18).
    pub fn is_fixed_time(&self) -> bool {
        match self {
            Schedule::Cron(line) => line.is_fixed_time(),
            Schedule::Every(_) => false,
        }
    }

    /// The first time after another; `None` where no further one exists.
    pub fn next_after(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        match self {
            Schedule::Cron(line) => line.next_after(after, zone),
            Schedule::Every(every) => after.checked_add_signed(*every),
        }
    }

    /// The next `count` times after another.
    pub fn upcoming(&self, after: DateTime<Utc>, zone: Tz, count: usize) -> Vec<DateTime<Utc>> {
        std::iter::successors(self.next_after(after, zone), |last| self.next_after(*last, zone))
            .take(count)
            .collect()
    }

    /// In words: `Every day at 08:00 New York time`, `Every 5 minutes`.
    pub fn words(&self, zone: Tz) -> String {
        match self {
            Schedule::Cron(line) => line.words(zone),
            Schedule::Every(every) => words::every(*every),
        }
    }
}

impl fmt::Display for Schedule {
    /// As [`Schedule::parse`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Schedule::Cron(line) => f.write_str(line.text()),
            Schedule::Every(every) => {
                let seconds = every.num_seconds();
                match seconds {
                    s if s % 86_400 == 0 => write!(f, "every {} d", s / 86_400),
                    s if s % 3_600 == 0 => write!(f, "every {} h", s / 3_600),
                    s if s % 60 == 0 => write!(f, "every {} min", s / 60),
                    s => write!(f, "every {s} s"),
                }
            }
        }
    }
}

/// `5 min`, `30s`, `hour`.
fn interval(text: &str) -> Option<Duration> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let number: i64 = if number.is_empty() { 1 } else { number.parse().ok()? };
    let seconds = match unit.trim() {
        "s" | "sec" | "second" | "seconds" => 1,
        "min" | "m" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 3_600,
        "d" | "day" | "days" => 86_400,
        _ => return None,
    };
    Duration::try_seconds(number.checked_mul(seconds)?)
}
