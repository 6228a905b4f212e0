//! C-18: the clock jumps twice a year, and now and then because somebody set it.

use chrono::Duration;
use rstest::rstest;

use super::{BERLIN, NEW_YORK, local, schedule, shown, utc};
use crate::schedule::moved_back;

/// New York skips 02:00 to 03:00 on 8 March 2026 and shows 01:00 to 02:00 twice on 1 November 2026.
/// Berlin skips 02:00 to 03:00 on 29 March 2026 and shows 02:00 to 03:00 twice on 25 October 2026.
#[rstest]
#[case::a_fixed_time_in_the_gap_comes_right_after_it("30 2 * * *", NEW_YORK, "2026-03-08 05:00",
    &["2026-03-08 03:00 -0400", "2026-03-09 02:30 -0400"])]
#[case::so_does_its_very_beginning("0 2 * * *", NEW_YORK, "2026-03-08 05:00",
    &["2026-03-08 03:00 -0400", "2026-03-09 02:00 -0400"])]
#[case::after_the_gap_is_as_always("0 3 * * *", NEW_YORK, "2026-03-08 05:00",
    &["2026-03-08 03:00 -0400", "2026-03-09 03:00 -0400"])]
#[case::another_zone_has_another_day("30 2 * * *", BERLIN, "2026-03-28 12:00",
    &["2026-03-29 03:00 +0200", "2026-03-30 02:30 +0200"])]
#[case::one_of_several_fixed_times_too("30 2,14 * * *", NEW_YORK, "2026-03-08 05:00",
    &["2026-03-08 03:00 -0400", "2026-03-08 14:30 -0400", "2026-03-09 02:30 -0400"])]
#[case::a_weekly_one_on_the_day_of_the_gap("30 2 * * 0", NEW_YORK, "2026-03-07 12:00",
    &["2026-03-08 03:00 -0400", "2026-03-15 02:30 -0400"])]
#[case::every_hour_follows_elapsed_time("0 * * * *", NEW_YORK, "2026-03-08 05:30",
    &["2026-03-08 01:00 -0500", "2026-03-08 03:00 -0400", "2026-03-08 04:00 -0400"])]
#[case::every_half_hour_follows_elapsed_time("*/30 * * * *", NEW_YORK, "2026-03-08 06:15",
    &["2026-03-08 01:30 -0500", "2026-03-08 03:00 -0400", "2026-03-08 03:30 -0400"])]
#[case::a_fixed_time_in_the_repeated_hour_comes_once("30 1 * * *", NEW_YORK, "2026-11-01 04:00",
    &["2026-11-01 01:30 -0400", "2026-11-02 01:30 -0500"])]
#[case::also_when_asked_between_the_two("30 1 * * *", NEW_YORK, "2026-11-01 05:45",
    &["2026-11-02 01:30 -0500"])]
#[case::also_in_berlin("30 2 * * *", BERLIN, "2026-10-24 23:00",
    &["2026-10-25 02:30 +0200", "2026-10-26 02:30 +0100"])]
#[case::one_of_several_fixed_times_once("30 1,13 * * *", NEW_YORK, "2026-11-01 04:00",
    &["2026-11-01 01:30 -0400", "2026-11-01 13:30 -0500", "2026-11-02 01:30 -0500"])]
#[case::every_hour_runs_in_both("0 * * * *", NEW_YORK, "2026-11-01 04:30",
    &["2026-11-01 01:00 -0400", "2026-11-01 01:00 -0500", "2026-11-01 02:00 -0500"])]
#[case::every_half_hour_runs_in_both("*/30 * * * *", NEW_YORK, "2026-11-01 05:15",
    &["2026-11-01 01:30 -0400", "2026-11-01 01:00 -0500", "2026-11-01 01:30 -0500", "2026-11-01 02:00 -0500"])]
#[case::utc_knows_nothing_of_it("30 2 * * *", chrono_tz::UTC, "2026-03-08 00:00",
    &["2026-03-08 02:30 +0000", "2026-03-09 02:30 +0000"])]
fn the_clock_change(
    #[case] line: &str,
    #[case] zone: chrono_tz::Tz,
    #[case] after: &str,
    #[case] wanted: &[&str],
) {
    assert_eq!(shown(line, zone, utc(after), wanted.len()), wanted);
}

#[test]
fn an_interval_follows_elapsed_time_through_both_changes() {
    for start in ["2026-03-08 06:30", "2026-11-01 05:30"] {
        let times = schedule("every 30 min").upcoming(utc(start), NEW_YORK, 6);
        assert!(times.windows(2).all(|pair| pair[1] - pair[0] == Duration::minutes(30)), "{times:?}");
    }
}

#[test]
fn a_year_of_a_fixed_time_has_a_run_on_every_day() {
    for (line, zone) in [("30 2 * * *", NEW_YORK), ("30 2 * * *", BERLIN), ("30 1 * * *", NEW_YORK)] {
        let times = schedule(line).upcoming(local(zone, "2026-01-01 00:00"), zone, 365);
        let days: std::collections::BTreeSet<_> =
            times.iter().map(|at| at.with_timezone(&zone).date_naive()).collect();
        assert_eq!(days.len(), 365, "{line} in {zone}");
        assert_eq!(days.last().unwrap().to_string(), "2026-12-31", "{line} in {zone}");
    }
}

#[test]
fn another_zone_gives_another_time_of_the_same_clock() {
    let morning = schedule("0 8 * * *");
    let now = utc("2026-11-17 09:00");
    assert_eq!(morning.next_after(now, NEW_YORK), Some(utc("2026-11-17 13:00")));
    assert_eq!(morning.next_after(now, BERLIN), Some(utc("2026-11-18 07:00")));
    assert_eq!(morning.next_after(now, chrono_tz::Asia::Kolkata), Some(utc("2026-11-18 02:30")));
}

/// The clock stood at 04:10; the backup of 04:00 has run and is planned for tomorrow.
#[rstest]
#[case::half_an_hour_back_waits_so_that_nothing_runs_twice(
    "0 4 * * *",
    "2026-11-18 04:00",
    "03:40",
    "2026-11-18 04:00"
)]
#[case::three_hours_back_wait_too("0 4 * * *", "2026-11-18 04:00", "01:10", "2026-11-18 04:00")]
#[case::more_is_a_correction_and_the_new_time_holds(
    "0 4 * * *",
    "2026-11-18 04:00",
    "01:09",
    "2026-11-17 04:00"
)]
#[case::an_interval_is_planned_anew("every 5 min", "2026-11-17 04:15", "03:40", "2026-11-17 03:45")]
#[case::so_is_what_follows_elapsed_time("*/30 * * * *", "2026-11-17 04:30", "03:40", "2026-11-17 04:00")]
fn the_clock_goes_back(#[case] line: &str, #[case] next: &str, #[case] back_to: &str, #[case] wanted: &str) {
    let now = utc(&format!("2026-11-17 {back_to}"));
    let planned = moved_back(&schedule(line), chrono_tz::UTC, utc(next), utc("2026-11-17 04:10"), now);
    assert_eq!(planned, Some(utc(wanted)));
}
