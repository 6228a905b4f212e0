use chrono::Duration;
use rstest::rstest;

use super::{NEW_YORK, schedule, utc};
use crate::schedule::{ALL_MAX, CatchUp, due};

/// Planned for 17 November 08:00 UTC, looked at after 72 hours of sleep.
#[rstest]
#[case(CatchUp::Skip, &[])]
#[case(CatchUp::LatestOnce, &["2026-11-20 08:00"])]
#[case(CatchUp::All, &["2026-11-17 08:00", "2026-11-18 08:00", "2026-11-19 08:00", "2026-11-20 08:00"])]
fn after_three_days_asleep(#[case] policy: CatchUp, #[case] run: &[&str]) {
    let planned = utc("2026-11-17 08:00");
    let now = utc("2026-11-20 09:00");
    let due = due(&schedule("0 8 * * *"), chrono_tz::UTC, planned, now, policy).unwrap();
    assert_eq!(due.run, run.iter().map(|at| utc(at)).collect::<Vec<_>>());
    assert_eq!(due.missed, 4);
    assert_eq!(due.missed_between, Some((planned, utc("2026-11-20 08:00"))));
    assert_eq!(due.next, Some(utc("2026-11-21 08:00")));
}

#[rstest]
#[case(CatchUp::Skip, 1)]
#[case(CatchUp::LatestOnce, 1)]
#[case(CatchUp::All, 4)]
fn a_time_that_has_just_come_is_not_missed(#[case] policy: CatchUp, #[case] runs: usize) {
    let now = utc("2026-11-20 08:00:40");
    let due = due(&schedule("0 8 * * *"), chrono_tz::UTC, utc("2026-11-17 08:00"), now, policy).unwrap();
    assert_eq!((due.run.len(), due.missed), (runs, 3));
    assert_eq!(due.run.last(), Some(&utc("2026-11-20 08:00")));
    assert_eq!(due.missed_between, Some((utc("2026-11-17 08:00"), utc("2026-11-19 08:00"))));
}

#[test]
fn in_its_time_a_job_runs_once_whatever_its_policy() {
    for (policy, _) in CatchUp::ALL {
        let at = utc("2026-11-17 08:00");
        assert_eq!(due(&schedule("0 8 * * *"), chrono_tz::UTC, at, at - Duration::seconds(1), policy), None);
        let due =
            due(&schedule("0 8 * * *"), chrono_tz::UTC, at, at + Duration::seconds(30), policy).unwrap();
        assert_eq!((due.run, due.missed, due.missed_between), (vec![at], 0, None));
        assert_eq!(due.next, Some(utc("2026-11-18 08:00")));
    }
}

#[test]
fn a_short_interval_asleep_for_days_is_one_account_and_one_run() {
    let planned = utc("2026-11-17 08:00");
    let now = utc("2026-11-20 08:00:10");
    let due = due(&schedule("every 1 min"), NEW_YORK, planned, now, CatchUp::LatestOnce).unwrap();
    assert_eq!((due.run, due.missed), (vec![utc("2026-11-20 08:00")], 72 * 60));
    assert_eq!(due.next, Some(utc("2026-11-20 08:01")));
}

#[test]
fn all_is_bounded_by_the_newest() {
    let (planned, now) = (utc("2026-01-01 08:00"), utc("2026-11-20 09:00"));
    for line in ["0 8 * * *", "every 1 d"] {
        let due = due(&schedule(line), chrono_tz::UTC, planned, now, CatchUp::All).unwrap();
        assert_eq!((due.run.len(), due.missed), (ALL_MAX, 324), "{line}");
        assert_eq!(due.run[0], utc("2026-10-21 08:00"), "{line}");
    }
}

#[test]
fn ten_years_asleep_end() {
    let begun = std::time::Instant::now();
    let (planned, now) = (utc("2016-01-01 00:00"), utc("2026-01-01 00:00"));
    let due = due(&schedule("* * * * *"), NEW_YORK, planned, now, CatchUp::LatestOnce).unwrap();
    assert_eq!((due.run, due.next), (vec![now], Some(now + Duration::minutes(1))));
    assert!(due.missed > 20_000, "{}", due.missed);
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}

#[test]
fn policies_keep_their_names() {
    for (policy, name) in CatchUp::ALL {
        assert_eq!((policy.as_str(), CatchUp::parse(name)), (name, Some(policy)));
    }
    assert_eq!(CatchUp::parse("sometimes"), None);
}
