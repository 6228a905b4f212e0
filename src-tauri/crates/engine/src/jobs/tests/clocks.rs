//! Clocks that jump and zones that change (C-18).

use chrono::Duration;
use purser_core::schedule::RunState;

use super::desk::{Desk, remembering, utc};
use crate::api::types::JobSchedule;
use crate::jobs::{Job, reschedule};

#[test]
fn a_clock_half_an_hour_back_runs_no_fixed_time_twice() {
    let (job, ran) = remembering("report");
    let desk = Desk::new(vec![job]);
    desk.at("2026-11-17 08:10");
    desk.at("2026-11-17 07:40");
    desk.at("2026-11-17 08:05");
    assert_eq!(ran.lock().unwrap().len(), 1);
    assert_eq!(desk.next("report"), Some(utc("2026-11-18 08:00")));
}

#[test]
fn more_than_three_hours_back_is_a_correction() {
    let (job, ran) = remembering("report");
    let desk = Desk::new(vec![job]);
    desk.at("2026-11-17 12:00");
    desk.at("2026-11-17 06:00");
    assert_eq!(desk.next("report"), Some(utc("2026-11-17 08:00")), "the new time holds");
    desk.at("2026-11-17 08:00");
    assert_eq!(ran.lock().unwrap().len(), 2);
}

#[test]
fn an_interval_does_not_wait_for_a_clock_that_went_back() {
    let (job, ran) = remembering("poll");
    let desk = Desk::new(vec![Job { schedule: "every 5 min", ..job }]);
    desk.pass(Duration::minutes(5));
    desk.at("2026-11-17 05:00");
    assert_eq!(desk.next("poll"), Some(utc("2026-11-17 05:05")));
    desk.pass(Duration::minutes(5));
    assert_eq!(ran.lock().unwrap().len(), 2);
}

#[test]
fn a_clock_that_went_back_while_purser_was_closed_is_seen_at_start() {
    let (job, _) = remembering("report");
    let mut desk = Desk::new(vec![job]);
    desk.at("2026-11-17 12:00");
    let (job, ran) = remembering("report");
    desk.restart("second", vec![job]);
    desk.at("2026-11-17 06:00");
    desk.at("2026-11-17 08:00");
    assert_eq!(ran.lock().unwrap().len(), 1);
}

#[test]
fn when_the_company_moves_its_jobs_move_with_it() {
    let (job, ran) = remembering("report");
    let desk = Desk::new(vec![job]);
    desk.move_to(chrono_tz::America::New_York);
    desk.step();
    assert_eq!(desk.next("report"), Some(utc("2026-11-17 13:00")));
    assert_eq!(desk.at("2026-11-17 08:00"), []);
    desk.at("2026-11-17 13:00");
    assert_eq!(ran.lock().unwrap().len(), 1);
}

#[test]
fn a_job_with_a_zone_of_its_own_stays() {
    let (job, _) = remembering("report");
    let desk = Desk::new(vec![job]);
    let input = JobSchedule {
        name: "report".to_owned(),
        schedule: "0 8 * * *".to_owned(),
        zone: "Asia/Kolkata".to_owned(),
        catch_up: String::new(),
    };
    reschedule(&desk.scheduler, "founder", &input).unwrap();
    desk.step();
    assert_eq!(desk.next("report"), Some(utc("2026-11-18 02:30")));
    desk.move_to(chrono_tz::America::New_York);
    desk.step();
    assert_eq!(desk.next("report"), Some(utc("2026-11-18 02:30")));
}

#[test]
fn the_night_of_the_clock_change_has_its_run_once() {
    for (zone, from, hours) in [
        (chrono_tz::America::New_York, "2027-03-13 20:00", 24),
        (chrono_tz::America::New_York, "2027-11-06 20:00", 24),
        (chrono_tz::Europe::Berlin, "2027-03-27 20:00", 24),
    ] {
        let (night, ran) = remembering("night");
        let (hourly, ran_hourly) = remembering("hourly");
        let night = Job { schedule: "30 2 * * *", ..night };
        let desk = Desk::new(vec![night, Job { schedule: "every 1 h", ..hourly }]);
        desk.move_to(zone);
        desk.at(from);
        let (before, before_hourly) = (ran.lock().unwrap().len(), ran_hourly.lock().unwrap().len());
        for _ in 0..hours * 4 {
            desk.pass(Duration::minutes(15));
        }
        assert_eq!(ran.lock().unwrap().len() - before, 1, "{zone} {from}");
        assert_eq!(ran_hourly.lock().unwrap().len() - before_hourly, 24, "{zone} {from}");
        assert!(desk.runs("night").iter().all(|run| run.state == RunState::Succeeded));
    }
}
