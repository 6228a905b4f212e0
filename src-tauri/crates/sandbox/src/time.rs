//! Times are whole seconds since 1970 in UTC; days and months are UTC's.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate};

pub(crate) const HOUR: i64 = 3600;
pub(crate) const DAY: i64 = 86_400;

pub(crate) fn date(at: i64) -> NaiveDate {
    DateTime::from_timestamp(at, 0).unwrap_or_default().date_naive()
}

pub(crate) fn seconds(date: NaiveDate) -> i64 {
    date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp()
}

/// The first second of the day.
pub(crate) fn day_start(at: i64) -> i64 {
    at - at.rem_euclid(DAY)
}

/// The same day `months` later, clipped to the month's last day, at the same time of day.
pub(crate) fn add_months(at: i64, months: u32) -> i64 {
    let moved = date(at).checked_add_months(Months::new(months)).unwrap_or_default();
    seconds(moved) + at.rem_euclid(DAY)
}

/// The first second of the month after.
pub(crate) fn next_month(at: i64) -> i64 {
    let day = date(at);
    seconds(day.with_day(1).and_then(|first| first.checked_add_months(Months::new(1))).unwrap_or_default())
}

/// The first second of the month.
pub(crate) fn month_start(at: i64) -> i64 {
    seconds(date(at).with_day(1).unwrap_or_default())
}

/// The date as banks and reports write it.
pub(crate) fn day_text(at: i64) -> String {
    date(at).format("%Y-%m-%d").to_string()
}

/// The day, whatever time of it, as whole days since 1970.
pub(crate) fn day_number(at: i64) -> i64 {
    at.div_euclid(DAY)
}

/// The next working day on or after the day of `at`, its first second.
pub(crate) fn working_day(at: i64) -> i64 {
    let mut day = date(at);
    while day.weekday().num_days_from_monday() > 4 {
        day = day.checked_add_days(Days::new(1)).unwrap_or_default();
    }
    seconds(day)
}
