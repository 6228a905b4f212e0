use rstest::rstest;

use super::{NEW_YORK, schedule, shown, utc};
use crate::schedule::{Schedule, ScheduleError, zone_words};

#[rstest]
#[case("every 30 s", "every 30 s", "Every 30 seconds")]
#[case("every 1 min", "every 1 min", "Every minute")]
#[case("Every 5 Minutes", "every 5 min", "Every 5 minutes")]
#[case("every 120s", "every 2 min", "Every 2 minutes")]
#[case("every hour", "every 1 h", "Every hour")]
#[case("every 36 h", "every 36 h", "Every 36 hours")]
#[case("every 7 d", "every 7 d", "Every 7 days")]
#[case("0 8 * * *", "0 8 * * *", "Every day at 08:00 New York time")]
#[case("  0   4  * * * ", "0 4 * * *", "Every day at 04:00 New York time")]
#[case("30 8,20 * * *", "30 8,20 * * *", "Every day at 08:30 and 20:30 New York time")]
#[case("0 7 * * 1-5", "0 7 * * 1-5", "Weekdays at 07:00 New York time")]
#[case("0 6 * * MON", "0 6 * * mon", "Every Monday at 06:00 New York time")]
#[case("0 6 * * 1,4", "0 6 * * 1,4", "Every Monday and Thursday at 06:00 New York time")]
#[case("0 9 1 * *", "0 9 1 * *", "Monthly on the 1st at 09:00 New York time")]
#[case("0 10 1 * *", "0 10 1 * *", "Monthly on the 1st at 10:00 New York time")]
#[case("0 0 * * *", "0 0 * * *", "Every day at 00:00 New York time")]
#[case("0 8 16 * *", "0 8 16 * *", "Monthly on the 16th at 08:00 New York time")]
#[case("0 0 29 2 *", "0 0 29 2 *", "Every year on 29 February at 00:00 New York time")]
#[case("0 * * * *", "0 * * * *", "Every hour, on the hour")]
#[case("*/15 * * * *", "*/15 * * * *", "Every 15 minutes")]
#[case("5 */4 * * *", "5 */4 * * *", "Every 4 hours at 5 past, New York time")]
#[case("0 9-17 * * 1-5", "0 9-17 * * 1-5", "By the cron fields 0 9-17 * * 1-5, New York time")]
fn js_02_a_schedule_is_read_written_and_said_in_words(
    #[case] typed: &str,
    #[case] written: &str,
    #[case] words: &str,
) {
    let read = schedule(typed);
    assert_eq!(read.to_string(), written);
    assert_eq!(read.words(NEW_YORK), words);
    assert_eq!(Schedule::parse(&read.to_string()).unwrap(), read, "what is written is read the same");
}

#[rstest]
#[case("")]
#[case("daily")]
#[case("@daily")]
#[case("* * * *")]
#[case("0 8 * * * *")]
#[case("every")]
#[case("every 5 fortnights")]
#[case("every 5 min or so")]
#[case("every -5 min")]
#[case("every 99999999999999999999 s")]
fn what_is_no_schedule_is_refused_with_examples(#[case] typed: &str) {
    let error = Schedule::parse(typed).unwrap_err();
    assert!(matches!(error, ScheduleError::Unknown(_)), "{typed}: {error:?}");
    assert!(error.to_string().contains("every 5 min") && error.to_string().contains("0 8 * * *"), "{error}");
}

#[rstest]
#[case("every 1 s")]
#[case("every 0 min")]
#[case("every 32 d")]
fn an_interval_has_bounds(#[case] typed: &str) {
    assert!(matches!(Schedule::parse(typed), Err(ScheduleError::Interval(_))), "{typed}");
}

#[rstest]
#[case("60 8 * * *")]
#[case("0 24 * * *")]
#[case("0 8 32 * *")]
#[case("0 8 * 13 *")]
#[case("0 8 * * someday")]
#[case("0 8-20-3 * * *")]
fn a_wrong_field_is_refused(#[case] typed: &str) {
    assert!(matches!(Schedule::parse(typed), Err(ScheduleError::Field(..))), "{typed}");
}

#[rstest]
#[case("0 0 30 2 *")]
#[case("0 0 31 4,6,9,11 *")]
fn a_day_that_never_comes_is_refused(#[case] typed: &str) {
    assert_eq!(Schedule::parse(typed), Err(ScheduleError::Never(typed.to_owned())));
}

#[test]
fn a_leap_day_comes_every_four_years() {
    let days = shown("0 12 29 2 *", chrono_tz::UTC, utc("2026-11-17 09:00"), 3);
    assert_eq!(days, ["2028-02-29 12:00 +0000", "2032-02-29 12:00 +0000", "2036-02-29 12:00 +0000"]);
    let over = shown("0 12 29 2 *", chrono_tz::UTC, utc("2096-02-29 12:00"), 1);
    assert_eq!(over, ["2104-02-29 12:00 +0000"], "2100 has none");
}

#[test]
fn the_next_five_times_do_not_hold_the_time_itself() {
    let five = shown("0 8 * * *", NEW_YORK, utc("2026-11-17 13:00"), 5);
    let wanted: Vec<String> = (18..=22).map(|day| format!("2026-11-{day} 08:00 -0500")).collect();
    assert_eq!(five, wanted);
}

#[test]
fn a_day_of_the_month_and_a_weekday_each_suffice() {
    let both = shown("0 9 1 * 1", chrono_tz::UTC, utc("2026-11-17 00:00"), 4);
    assert_eq!(
        both,
        [
            "2026-11-23 09:00 +0000",
            "2026-11-30 09:00 +0000",
            "2026-12-01 09:00 +0000",
            "2026-12-07 09:00 +0000"
        ]
    );
}

#[test]
fn zones_are_said_by_their_city() {
    assert_eq!(zone_words(NEW_YORK), "New York time");
    assert_eq!(zone_words(chrono_tz::America::Argentina::Buenos_Aires), "Buenos Aires time");
    assert_eq!(zone_words(chrono_tz::UTC), "UTC");
    assert_eq!(zone_words(chrono_tz::Etc::UTC), "UTC");
}
