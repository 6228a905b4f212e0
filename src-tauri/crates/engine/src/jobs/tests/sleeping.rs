//! The computer sleeps: what was missed, what is made up for, and what the founder is told (anchors.md, 1).

use chrono::Duration;
use purser_core::schedule::{CatchUp, RunState};
use rstest::rstest;

use super::desk::{Desk, job, remembering, utc};
use crate::jobs::{Outcome, decide_missed};

#[rstest]
#[case(CatchUp::Skip, &[], &[RunState::Skipped])]
#[case(CatchUp::LatestOnce, &["2026-11-19 08:00"], &[RunState::Succeeded])]
#[case(CatchUp::All, &["2026-11-17 08:00", "2026-11-18 08:00", "2026-11-19 08:00"],
    &[RunState::Succeeded, RunState::Succeeded, RunState::Succeeded])]
fn after_72_hours_each_policy_does_what_it_says_and_nothing_twice(
    #[case] policy: CatchUp,
    #[case] ran_for: &[&str],
    #[case] states: &[RunState],
) {
    let (job, ran) = remembering("report");
    let desk = Desk::new(vec![super::super::Job { catch_up: policy, ..job }]);
    desk.pass(Duration::hours(72));
    let wanted: Vec<_> = ran_for.iter().map(|at| utc(at)).collect();
    assert_eq!(*ran.lock().unwrap(), wanted);
    let found: Vec<RunState> = desk.runs("report").iter().rev().map(|run| run.state).collect();
    assert_eq!(found, states);
    let missed = desk.missed();
    assert_eq!((missed.len(), missed[0].what.missed, missed[0].what.decided), (1, 3, policy));
    assert_eq!(missed[0].what.away, (utc("2026-11-17 07:00"), utc("2026-11-20 07:00")));
    assert_eq!(missed[0].what.between, (utc("2026-11-17 08:00"), utc("2026-11-19 08:00")));
    assert_eq!(desk.next("report"), Some(utc("2026-11-20 08:00")));
    assert_eq!(desk.step(), [], "and no more than that");
    desk.at("2026-11-20 08:00:20");
    assert_eq!(ran.lock().unwrap().len(), wanted.len() + 1, "the next one comes in its time");
    assert_eq!(desk.missed().len(), 1, "being on time is not missing");
}

#[test]
fn a_process_that_was_closed_for_days_is_the_same_as_one_that_slept() {
    let (job, ran) = remembering("report");
    let mut desk = Desk::new(vec![job]);
    desk.at("2026-11-17 08:00");
    let (job, ran_after) = remembering("report");
    desk.restart("second", vec![job]);
    desk.at("2026-11-20 09:00");
    assert_eq!((ran.lock().unwrap().len(), ran_after.lock().unwrap().len()), (1, 1));
    assert_eq!(desk.missed()[0].what.missed, 3);
    assert_eq!(desk.runs("report")[0].cause, "catch_up");
}

#[test]
fn a_short_sleep_is_made_up_for_and_is_no_absence() {
    let (job, ran) = remembering("report");
    let desk = Desk::new(vec![job]);
    desk.at("2026-11-17 10:00");
    assert_eq!(*ran.lock().unwrap(), [utc("2026-11-17 08:00")]);
    assert!(desk.missed().is_empty());
}

#[test]
fn a_minute_job_asleep_for_three_days_runs_once_and_says_how_much_it_makes_up_for() {
    let (job, ran) = remembering("poll");
    let desk = Desk::new(vec![super::super::Job { schedule: "every 1 min", ..job }]);
    desk.pass(Duration::hours(72) + Duration::seconds(30));
    let run = &desk.runs("poll")[0];
    assert_eq!((ran.lock().unwrap().len(), run.number), (1, 1));
    // The last of the 4,320 minutes is on time, so all but that one were missed.
    assert_eq!(desk.missed()[0].what.missed, 4_319);
    desk.pass(Duration::minutes(1));
    assert_eq!(ran.lock().unwrap().len(), 2);
}

#[test]
fn the_founder_may_run_what_a_rule_skipped() {
    let (job, ran) = remembering("report");
    let desk = Desk::new(vec![super::super::Job { catch_up: CatchUp::Skip, ..job }]);
    desk.pass(Duration::hours(72));
    let key = desk.missed()[0].key;
    let decide = |policy| decide_missed(&desk.scheduler, "founder", key, policy).unwrap().say;
    assert_eq!(decide(CatchUp::LatestOnce), "report runs once now.");
    desk.step();
    assert_eq!(*ran.lock().unwrap(), [utc("2026-11-19 08:00")]);
    assert_eq!(decide(CatchUp::All), "report runs 2 times now.");
    assert_eq!(decide(CatchUp::Skip), "report: 2 waiting will not be run.");
    desk.step();
    assert_eq!(ran.lock().unwrap().len(), 1);
    decide(CatchUp::All);
    desk.step();
    let wanted = ["2026-11-19 08:00", "2026-11-17 08:00", "2026-11-18 08:00"].map(utc);
    assert_eq!(*ran.lock().unwrap(), wanted, "none of them twice");
    let missed = &desk.missed()[0];
    assert_eq!((missed.by_founder, missed.what.decided), (true, CatchUp::All));
}

#[test]
fn a_job_that_waits_for_another_s_news_runs_after_it_and_only_then() {
    let quiet = job("quiet", |_| Ok(Outcome::say("nothing new")));
    let loud = job("loud", |_| Ok(Outcome::say("new").news(true)));
    let (follower, ran) = remembering("follower");
    let follower = super::super::Job { schedule: "0 20 * * *", after: &["quiet", "loud"], ..follower };
    let desk = Desk::new(vec![quiet, loud, follower]);
    desk.at("2026-11-17 08:00");
    assert_eq!(ran.lock().unwrap().len(), 1);
    let run = &desk.runs("follower")[0];
    assert_eq!((run.cause.as_str(), run.cause_of.as_str()), ("after", "loud"));
}

#[test]
fn with_nothing_due_nothing_is_written_but_a_heartbeat() {
    let (job, _) = remembering("report");
    let desk = Desk::new(vec![job]);
    let before = (desk.books().store.diary(), desk.books().store.sequence());
    for _ in 0..19 {
        desk.pass(Duration::seconds(30));
    }
    assert_eq!((desk.books().store.diary(), desk.books().store.sequence()), before);
    desk.pass(Duration::seconds(60));
    assert_eq!(desk.books().store.diary(), before.0 + 1, "ten minutes later the clock is remembered");
}
