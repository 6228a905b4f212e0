//! What the founder decides about jobs.

use chrono::Duration;
use purser_core::attention::Severity;
use purser_core::schedule::{Retry, RunState};
use rstest::rstest;

use super::desk::{Desk, failing, remembering, utc};
use crate::api::types::JobSchedule;
use crate::approvals;
use crate::error::ApiError;
use crate::jobs::{Job, cancel, pause, reschedule, rest, resume, run_now, take_back};

const FOUNDER: &str = "founder";

fn actions(desk: &Desk) -> Vec<String> {
    let rows = desk.books().store.audit_page(None, 100).unwrap();
    rows.into_iter().filter(|row| row.action.starts_with("job.")).map(|row| row.action).collect()
}

/// Takes a decision back by its token.
fn undo(desk: &Desk, token: Option<String>) -> String {
    let token = token.expect("it can be taken back");
    let said: Result<String, ApiError> = desk.books().decide(FOUNDER, move |tx, moment| {
        let offer = purser_store::tables::requests::undo(tx, &token)?.unwrap();
        take_back(tx, moment, &serde_json::from_str(&offer.what).unwrap())
    });
    said.unwrap()
}

#[test]
fn a_paused_job_rests_until_it_is_resumed_and_each_is_in_the_audit() {
    let (job, ran) = remembering("report");
    let desk = Desk::new(vec![job]);
    let done = pause(&desk.scheduler, FOUNDER, "report").unwrap();
    assert_eq!(done.say, "report is paused.");
    desk.at("2026-11-19 09:00");
    assert_eq!((ran.lock().unwrap().len(), desk.next("report")), (0, None));
    assert_eq!(pause(&desk.scheduler, FOUNDER, "report").unwrap().undo, None, "paused already");
    resume(&desk.scheduler, FOUNDER, "report").unwrap();
    desk.step();
    assert_eq!(
        desk.next("report"),
        Some(utc("2026-11-20 08:00")),
        "what it would have run meanwhile is not missed"
    );
    assert!(desk.missed().is_empty());
    desk.at("2026-11-20 08:00");
    assert_eq!(ran.lock().unwrap().len(), 1);
    assert_eq!(actions(&desk), ["job.resume", "job.pause"]);
}

#[test]
fn pausing_drops_what_waits_and_can_be_taken_back() {
    let desk = Desk::new(vec![Job { retry: Retry::THRICE, ..failing("backup", 1) }]);
    desk.at("2026-11-17 08:00");
    let done = pause(&desk.scheduler, FOUNDER, "backup").unwrap();
    assert_eq!(desk.runs("backup")[0].state, RunState::Cancelled);
    desk.pass(Duration::minutes(10));
    assert_eq!(undo(&desk, done.undo), "The job is as it was before.");
    desk.step();
    desk.at("2026-11-18 08:00");
    assert_eq!(desk.runs("backup")[0].state, RunState::Succeeded);
}

#[test]
fn another_schedule_holds_at_once_and_the_old_one_comes_back() {
    let (job, ran) = remembering("report");
    let desk = Desk::new(vec![job]);
    let input = |schedule: &str| JobSchedule {
        name: "report".to_owned(),
        schedule: schedule.to_owned(),
        zone: "America/New_York".to_owned(),
        catch_up: "all".to_owned(),
    };
    let done = reschedule(&desk.scheduler, FOUNDER, &input("30 6 * * 1-5")).unwrap();
    assert_eq!(done.say, "report runs weekdays at 06:30 New York time.");
    desk.step();
    assert_eq!(desk.next("report"), Some(utc("2026-11-17 11:30")));
    assert_eq!(desk.at("2026-11-17 08:00"), []);
    desk.at("2026-11-20 12:00");
    assert_eq!(ran.lock().unwrap().len(), 4, "each missed one, by its new policy");
    undo(&desk, done.undo);
    desk.step();
    assert_eq!(desk.next("report"), Some(utc("2026-11-21 08:00")));
}

#[rstest]
#[case("sometimes", "", "", "schedule")]
#[case("0 0 30 2 *", "", "", "schedule")]
#[case("every 1 s", "", "", "schedule")]
#[case("", "Mars/Olympus", "", "zone")]
#[case("", "", "later", "catch_up")]
fn a_schedule_that_cannot_be_is_refused_and_changes_nothing(
    #[case] schedule: &str,
    #[case] zone: &str,
    #[case] catch_up: &str,
    #[case] code: &str,
) {
    let (job, _) = remembering("report");
    let desk = Desk::new(vec![job]);
    let input = JobSchedule {
        name: "report".to_owned(),
        schedule: schedule.to_owned(),
        zone: zone.to_owned(),
        catch_up: catch_up.to_owned(),
    };
    let error = reschedule(&desk.scheduler, FOUNDER, &input).unwrap_err();
    assert_eq!((error.code.as_str(), error.exit), (code, 2));
    desk.step();
    assert_eq!(desk.next("report"), Some(utc("2026-11-17 08:00")));
    assert!(actions(&desk).is_empty());
}

#[test]
fn a_run_by_hand_is_one_run_and_leaves_the_schedule_alone() {
    let (job, ran) = remembering("report");
    let desk = Desk::new(vec![job]);
    let key = run_now(&desk.scheduler, FOUNDER, "report").unwrap();
    assert_eq!(run_now(&desk.scheduler, FOUNDER, "report").unwrap(), key, "it waits already");
    desk.step();
    assert_eq!(ran.lock().unwrap().len(), 1);
    assert_eq!(desk.next("report"), Some(utc("2026-11-17 08:00")));
    let error = run_now(&desk.scheduler, FOUNDER, "reprot").unwrap_err();
    assert_eq!((error.code.as_str(), error.exit), ("job_unknown", 2));
    assert!(error.message.contains("report"), "{error}");
}

#[test]
fn a_paused_job_can_still_be_run_by_hand() {
    let (job, ran) = remembering("report");
    let desk = Desk::new(vec![job]);
    pause(&desk.scheduler, FOUNDER, "report").unwrap();
    run_now(&desk.scheduler, FOUNDER, "report").unwrap();
    desk.step();
    assert_eq!((ran.lock().unwrap().len(), desk.next("report")), (1, None));
}

#[test]
fn a_run_that_waits_for_its_next_attempt_is_hastened_or_stopped() {
    let desk = Desk::new(vec![Job { retry: Retry::THRICE, ..failing("backup", 2) }]);
    desk.at("2026-11-17 08:00");
    run_now(&desk.scheduler, FOUNDER, "backup").unwrap();
    assert_eq!(desk.states("backup"), [RunState::Queued], "it failed once more");
    assert_eq!(cancel(&desk.scheduler, FOUNDER, "backup").unwrap().say, "backup will not run now.");
    desk.pass(Duration::hours(2));
    let run = &desk.runs("backup")[0];
    assert_eq!((run.state, run.attempts), (RunState::Cancelled, 2));
    assert_eq!(cancel(&desk.scheduler, FOUNDER, "backup").unwrap().say, "backup is not at work.");
}

#[test]
fn while_everything_is_paused_only_what_sends_rests() {
    let (mailing, mailed) = remembering("mailing");
    let (backup, backed_up) = remembering("backup");
    let desk = Desk::new(vec![Job { sends: true, ..mailing }, backup]);
    desk.books().decide(FOUNDER, approvals::pause_all).unwrap();
    desk.at("2026-11-17 08:00");
    assert_eq!((mailed.lock().unwrap().len(), backed_up.lock().unwrap().len()), (0, 1));
    let run = &desk.runs("mailing")[0];
    assert_eq!((run.state, run.result.as_str()), (RunState::Skipped, "Everything that sends is paused."));
    desk.books().decide(FOUNDER, approvals::release_all).unwrap();
    desk.at("2026-11-18 08:00");
    assert_eq!(mailed.lock().unwrap().len(), 1);
}

#[test]
fn a_job_that_needs_something_waits_for_it() {
    let (job, ran) = remembering("folder");
    let needs: fn(&purser_store::tables::Conn) -> Result<Option<String>, ApiError> = |conn| {
        let set: Option<bool> = purser_store::tables::settings::get(conn, "ready")?;
        Ok(set.is_none().then(|| "Choose a folder first.".to_owned()))
    };
    let desk = Desk::new(vec![Job { needs, ..job }]);
    desk.at("2026-11-18 09:00");
    assert_eq!((ran.lock().unwrap().len(), desk.next("folder"), desk.runs("folder").len()), (0, None, 0));
    let error = run_now(&desk.scheduler, FOUNDER, "folder").unwrap_err();
    assert_eq!((error.code.as_str(), error.exit), ("job_needs", 3));
    let ready: Result<(), ApiError> = desk.books().decide(FOUNDER, |tx, moment| {
        purser_store::tables::settings::set(tx, "ready", &true)?;
        tx.audit(moment.audit("settings.ready", "folder", serde_json::json!({})))?;
        Ok(())
    });
    ready.unwrap();
    desk.step();
    desk.at("2026-11-19 08:00");
    assert_eq!(ran.lock().unwrap().len(), 1);
}

#[test]
fn js_09_in_the_hours_of_rest_only_what_is_critical_or_asked_for_begins() {
    let (report, reported) = remembering("report");
    let (proof, proved) = remembering("verify");
    let desk = Desk::new(vec![report, Job { severity: Severity::Critical, ..proof }]);
    let done = rest::set(&desk.scheduler, FOUNDER, "07:30", "08:45").unwrap();
    assert_eq!(done.say, "Jobs rest from 07:30 to 08:45.");
    desk.at("2026-11-17 08:00");
    assert_eq!((reported.lock().unwrap().len(), proved.lock().unwrap().len()), (0, 1));
    assert_eq!(desk.scheduler.next_due().unwrap(), Some(utc("2026-11-17 08:45")), "nobody looks before");
    desk.at("2026-11-17 08:45");
    assert_eq!(*reported.lock().unwrap(), [utc("2026-11-17 08:00")]);
    desk.at("2026-11-18 08:10");
    run_now(&desk.scheduler, FOUNDER, "report").unwrap();
    desk.step();
    assert_eq!(reported.lock().unwrap().len(), 2, "what is asked for does not rest, though it waited before");
    desk.at("2026-11-19 08:00");
    let undone: Result<String, ApiError> = desk.books().decide(FOUNDER, move |tx, moment| {
        let offer = purser_store::tables::requests::undo(tx, &done.undo.unwrap())?.unwrap();
        rest::take_back(tx, moment, &serde_json::from_str(&offer.what).unwrap())
    });
    assert_eq!(undone.unwrap(), "Jobs rest as they did before.");
    desk.step();
    assert_eq!(reported.lock().unwrap().len(), 3);
    let refused = rest::set(&desk.scheduler, FOUNDER, "8", "9").unwrap_err();
    assert_eq!(refused.message, "“8” is not a time such as 03:00. Nothing was changed.");
}
