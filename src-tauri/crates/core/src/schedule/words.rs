//! Schedules in words.

use chrono::Duration;
use chrono_tz::Tz;

use super::CronLine;

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A zone in words: `New York time`, `UTC`.
pub fn zone_words(zone: Tz) -> String {
    let name = zone.name();
    if matches!(name, "UTC" | "Etc/UTC" | "Zulu" | "Etc/Zulu" | "UCT" | "Universal") {
        return "UTC".to_owned();
    }
    match name.rsplit_once('/') {
        Some(("Etc", _)) | None => name.to_owned(),
        Some((_, city)) => format!("{} time", city.replace('_', " ")),
    }
}

/// A stretch of time in words: `45 s`, `5 minutes`, `2 h 10 min`.
pub fn clock_words(seconds: i64) -> String {
    let unit = |count: i64, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    match seconds {
        s if s < 60 => format!("{s} s"),
        s if s < 3_600 && s % 60 == 0 => unit(s / 60, "minute", "minutes"),
        s if s < 3_600 => format!("{} min {} s", s / 60, s % 60),
        s if s % 86_400 == 0 => unit(s / 86_400, "day", "days"),
        s if s % 3_600 == 0 => unit(s / 3_600, "hour", "hours"),
        s => format!("{} h {} min", s / 3_600, s % 3_600 / 60),
    }
}

pub(super) fn every(every: Duration) -> String {
    let seconds = every.num_seconds();
    match seconds {
        60 => "Every minute".to_owned(),
        3_600 => "Every hour".to_owned(),
        86_400 => "Every day".to_owned(),
        s if s < 60 => format!("Every {s} seconds"),
        s => format!("Every {}", clock_words(s)),
    }
}

impl CronLine {
    /// In words, with the zone where a time of the day is named.
    pub(super) fn words(&self, zone: Tz) -> String {
        let zone = zone_words(zone);
        let fields = self.fields();
        let [minute, hour, day, month, weekday] = fields[..] else { return self.text().to_owned() };
        let any_day = day == "*" && month == "*" && weekday == "*";
        if any_day
            && hour == "*"
            && let Some(words) = within_the_hour(minute)
        {
            return words;
        }
        if any_day
            && let (Some(step), Ok(minute)) = (hour.strip_prefix("*/"), minute.parse::<u32>())
            && let Ok(step) = step.parse::<u32>()
        {
            return format!("Every {step} hours at {minute} past, {zone}");
        }
        match (days(day, month, weekday), times(minute, hour)) {
            (Some(days), Some(times)) => format!("{days} at {times} {zone}"),
            _ => format!("By the cron fields {}, {zone}", self.text()),
        }
    }
}

/// `*`, `*/5`, `30`: a line whose hours are all hours.
fn within_the_hour(minute: &str) -> Option<String> {
    if minute == "*" {
        return Some("Every minute".to_owned());
    }
    if let Some(step) = minute.strip_prefix("*/") {
        return step.parse::<u32>().ok().map(|step| format!("Every {step} minutes"));
    }
    match minute.parse::<u32>().ok()? {
        0 => Some("Every hour, on the hour".to_owned()),
        minute => Some(format!("Every hour at {minute} past")),
    }
}

/// `08:00`, `08:00 and 20:00`.
fn times(minute: &str, hour: &str) -> Option<String> {
    let minute: u32 = minute.parse().ok()?;
    let hours: Vec<u32> = hour.split(',').map(|hour| hour.parse().ok()).collect::<Option<_>>()?;
    Some(listed(hours.into_iter().map(|hour| format!("{hour:02}:{minute:02}")).collect()))
}

fn days(day: &str, month: &str, weekday: &str) -> Option<String> {
    match (day, month, weekday) {
        ("*", "*", "*") => Some("Every day".to_owned()),
        ("*", "*", "1-5" | "mon-fri") => Some("Weekdays".to_owned()),
        ("*", "*", "0,6" | "6,0" | "6-7" | "sat,sun") => Some("Weekends".to_owned()),
        ("*", "*", names) => {
            let names: Vec<String> =
                names.split(',').map(|name| weekday_name(name).map(str::to_owned)).collect::<Option<_>>()?;
            Some(format!("Every {}", listed(names)))
        }
        (day, "*", "*") => {
            let days: Vec<String> =
                day.split(',').map(|day| day.parse().ok().map(ordinal)).collect::<Option<_>>()?;
            Some(format!("Monthly on the {}", listed(days)))
        }
        (day, month, "*") => {
            let day: u32 = day.parse().ok()?;
            let month: usize = month.parse().ok()?;
            Some(format!("Every year on {day} {}", MONTHS.get(month.checked_sub(1)?)?))
        }
        _ => None,
    }
}

fn weekday_name(name: &str) -> Option<&'static str> {
    if let Ok(number) = name.parse::<usize>() {
        return WEEKDAYS.get(number % 7).copied().filter(|_| number <= 7);
    }
    WEEKDAYS.iter().copied().find(|full| name.len() == 3 && full.to_ascii_lowercase().starts_with(name))
}

fn ordinal(day: u32) -> String {
    let ending = match (day % 10, day % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{day}{ending}")
}

fn listed(mut items: Vec<String>) -> String {
    match items.pop() {
        Some(last) if items.is_empty() => last,
        Some(last) => format!("{} and {last}", items.join(", ")),
        None => String::new(),
    }
}
