//! Five cron fields in a time zone.

use chrono::{DateTime, TimeZone, Utc};
use chrono_tz::Tz;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};

use super::ScheduleError;

/// Times of a day that a line may name one by one; with more it counts as one that follows elapsed time.
const TIMES_MAX: usize = 64;
/// The years in which a line must fire at least once to be one: a leap day is at most eight years away.
const YEARS_LOOKED: i32 = 12;

/// A line of cron: minute, hour, day of the month, month, weekday.
#[derive(Debug, Clone, PartialEq)]
pub struct CronLine {
    text: String,
    /// One pattern per named time of the day, so that each is one of fixed time; else the whole line.
    patterns: Vec<Cron>,
    fixed: bool,
}

impl CronLine {
    /// Reads five fields.
    pub(super) fn parse(text: &str) -> Result<CronLine, ScheduleError> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let fields: Vec<&str> = text.split(' ').collect();
        let lines = match (named(fields[0], 59), named(fields[1], 23)) {
            (Some(minutes), Some(hours)) if minutes.len() * hours.len() <= TIMES_MAX => {
                let rest = fields[2..].join(" ");
                let at = |hour: &u32, minute: &u32| format!("{minute} {hour} {rest}");
                hours.iter().flat_map(|hour| minutes.iter().map(move |minute| at(hour, minute))).collect()
            }
            _ => vec![text.clone()],
        };
        let fixed = lines.len() > 1 || lines[0] != text || single(&fields);
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let patterns = lines
            .iter()
            .map(|line| {
                parser.parse(line).map_err(|error| {
                    ScheduleError::Field(crate::text::one_line(&text, 80), error.to_string())
                })
            })
            .collect::<Result<Vec<Cron>, ScheduleError>>()?;
        let line = CronLine { text, patterns, fixed };
        if line.never_comes() {
            return Err(ScheduleError::Never(line.text));
        }
        Ok(line)
    }

    /// The five fields.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn is_fixed_time(&self) -> bool {
        self.fixed
    }

    /// The first time after another. A fixed time that the clock skips in spring comes right after the gap; one that
    /// it shows twice in autumn comes once (C-18).
    pub(super) fn next_after(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let local = after.with_timezone(&zone);
        self.patterns
            .iter()
            // A search that finds nothing in the calendar ends with an error: there is no further time.
            .filter_map(|pattern| pattern.find_next_occurrence(&local, false).ok())
            .map(|at| at.with_timezone(&Utc))
            .min()
    }

    pub(super) fn fields(&self) -> Vec<&str> {
        self.text.split(' ').collect()
    }

    fn never_comes(&self) -> bool {
        let Some(from) = Utc.with_ymd_and_hms(2000, 1, 1, 0, 0, 0).single() else { return false };
        let last = 2000 + YEARS_LOOKED;
        self.next_after(from, Tz::UTC).is_none_or(|at| chrono::Datelike::year(&at) > last)
    }
}

/// Whether minute and hour are one number each.
fn single(fields: &[&str]) -> bool {
    fields[..2].iter().all(|field| field.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The numbers of a field without a star and without steps: `8`, `8,20`, `9-17`. `None` for every other field.
fn named(field: &str, max: u32) -> Option<Vec<u32>> {
    let mut numbers = Vec::new();
    for part in field.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
        if first > last || last > max {
            return None;
        }
        numbers.extend(first..=last);
    }
    numbers.sort_unstable();
    numbers.dedup();
    Some(numbers)
}
