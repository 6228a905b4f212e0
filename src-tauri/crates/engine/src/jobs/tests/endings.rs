//! Failures: tried again, given up, asked about; and processes that die.

use chrono::Duration;
use purser_core::schedule::{Retry, RunState};
use purser_store::WriteClass;
use purser_store::tables::job_runs;

use super::desk::{Desk, failing, job, remembering, utc};
use crate::error::ApiError;
use crate::jobs::{Job, Outcome, Trouble};

#[test]
fn one_job_s_failure_never_stops_another() {
    let panicking = job("panicking", |_| panic!("planted"));
    let (fine, ran) = remembering("fine");
    let desk = Desk::new(vec![panicking, failing("failing", 9), fine]);
    let steps = desk.at("2026-11-17 08:00");
    let states: Vec<(&str, RunState)> = steps.iter().map(|step| (step.job.as_str(), step.state)).collect();
    assert_eq!(
        states,
        [("panicking", RunState::Failed), ("failing", RunState::Failed), ("fine", RunState::Succeeded)]
    );
    assert_eq!(ran.lock().unwrap().len(), 1);
    assert_eq!(desk.runs("panicking")[0].error_code.as_deref(), Some("panicked"));
}

#[test]
fn a_failed_run_is_tried_again_after_1_5_and_25_minutes_and_then_given_up() {
    let desk = Desk::new(vec![Job { retry: Retry::THRICE, ..failing("backup", 9) }]);
    desk.at("2026-11-17 08:00");
    for (attempt, minutes) in [(1, 2), (2, 6), (3, 28)] {
        let run = &desk.runs("backup")[0];
        assert_eq!((run.state, run.attempts), (RunState::Queued, attempt));
        assert!(desk.queue().is_empty(), "nobody is asked while it is still tried");
        assert_eq!(desk.pass(Duration::seconds(30)), [], "not before its time");
        desk.pass(Duration::minutes(minutes));
    }
    let run = &desk.runs("backup")[0];
    assert_eq!((run.state, run.attempts, desk.runs("backup").len()), (RunState::Failed, 4, 1));
    let lines: Vec<String> =
        desk.lines(run).into_iter().map(|line| format!("{}: {}", line.level, line.text)).collect();
    assert!(lines[0].starts_with("warning: The disk is full. Again in 1 min"), "{lines:?}");
    assert_eq!(lines.last().unwrap(), "error: The disk is full. Gave up after 4 attempts.");
    let queue = desk.queue();
    assert_eq!(queue.len(), 1);
    let item = &queue[0].item;
    assert_eq!((item.kind.as_str(), item.subject.as_str()), ("job_failed", "job:backup"));
    assert_eq!(
        (item.title.as_str(), item.reason.as_str()),
        ("backup failed after 4 attempts", "The disk is full.")
    );
    assert_eq!(item.route, "/automations/jobs/backup");
}

#[test]
fn a_failed_job_is_one_question_that_goes_when_it_succeeds() {
    let desk = Desk::new(vec![failing("backup", 2)]);
    desk.at("2026-11-17 08:00");
    let first = desk.queue();
    desk.at("2026-11-18 08:00");
    let second = desk.queue();
    assert_eq!((first.len(), second.len(), &first[0].id), (1, 1, &second[0].id), "the same question");
    desk.at("2026-11-19 08:00");
    assert!(desk.queue().is_empty());
    let actions: Vec<String> =
        desk.books().store.audit_page(None, 10).unwrap().into_iter().map(|row| row.action).collect();
    assert_eq!(actions[..3], ["job.mended", "job.failed", "job.failed"]);
}

#[test]
fn what_no_attempt_mends_is_not_tried_again() {
    let refused = |_: &_| Err(Trouble::for_good(ApiError::failed("key_revoked", "The key was revoked.")));
    let founder = |_: &_| Err(ApiError::founder("no_account", "Add an account first.").into());
    let desk = Desk::new(vec![
        Job { retry: Retry::THRICE, ..job("refused", refused) },
        Job { retry: Retry::THRICE, ..job("founder", founder) },
        job("asked", |_| Err(Trouble::asked(ApiError::failed("books_disagree", "They disagree.")))),
    ]);
    desk.at("2026-11-17 08:00");
    for name in ["refused", "founder", "asked"] {
        assert_eq!(desk.runs(name)[0].state, RunState::Failed, "{name}");
    }
    let subjects: Vec<String> = desk.queue().into_iter().map(|queued| queued.item.subject).collect();
    assert_eq!(subjects.len(), 2, "what was asked already is not asked again: {subjects:?}");
}

/// A run in the hands of a process that is gone.
fn die_at_work(desk: &Desk, name: &'static str) {
    let (process, now) = ("gone".to_owned(), desk.books().clock.now());
    let claimed: Result<bool, ApiError> = desk.books().store.write(WriteClass::Diary, move |tx| {
        let open = job_runs::open(tx)?.into_iter().find(|run| run.job == name);
        let key = match open {
            Some(run) => run.key,
            None => job_runs::add(
                tx,
                &job_runs::NewRun {
                    job: name.to_owned(),
                    cause: "schedule".to_owned(),
                    cause_of: String::new(),
                    planned_for: now,
                    due_at: now,
                    queued_at: now,
                    skipped: None,
                },
            )?,
        };
        Ok(job_runs::claim(tx, key, &process, now)?)
    });
    assert!(claimed.unwrap());
}

#[test]
fn a_run_whose_process_died_is_found_at_start_said_so_and_run_again() {
    let (job, _) = remembering("backup");
    let mut desk = Desk::new(vec![job]);
    desk.clock.advance(utc("2026-11-17 08:00") - desk.books().clock.now());
    die_at_work(&desk, "backup");
    let (job, ran) = remembering("backup");
    desk.restart("second", vec![job]);
    desk.step();
    let runs = desk.runs("backup");
    let orphan = runs.last().unwrap();
    assert_eq!((orphan.state, orphan.attempts), (RunState::Succeeded, 2));
    let said = desk.lines(orphan);
    assert_eq!(said[0].text, "Purser ended while this ran (attempt 1). It is tried again now.");
    assert!(ran.lock().unwrap().contains(&utc("2026-11-17 08:00")));
}

#[test]
fn a_job_that_kills_its_process_is_given_up_and_the_founder_is_asked() {
    let (job, _) = remembering("deadly");
    let mut desk = Desk::new(vec![job]);
    for life in 0..3 {
        die_at_work(&desk, "deadly");
        let (next, ran) = remembering("deadly");
        desk.restart(&format!("life {life}"), vec![next]);
        // It dies again before it does anything.
        desk.scheduler.look().unwrap();
        assert!(ran.lock().unwrap().is_empty());
        if desk.runs("deadly")[0].state == RunState::Failed {
            assert_eq!(life, 1, "after two attempts");
            assert_eq!(desk.queue()[0].item.reason, "Purser ended while this ran (attempt 2).");
            return;
        }
    }
    panic!("it was never given up: {:?}", desk.runs("deadly"));
}

#[test]
fn a_run_of_a_job_that_this_program_does_not_have_is_put_away() {
    let (job, _) = remembering("backup");
    let mut desk = Desk::new(vec![job]);
    die_at_work(&desk, "poll of tomorrow");
    let (job, _) = remembering("backup");
    desk.restart("second", vec![job]);
    desk.step();
    assert_eq!(desk.runs("poll of tomorrow")[0].state, RunState::Failed);
    assert!(desk.queue().is_empty());
}

#[test]
fn a_second_time_waits_for_the_run_that_is_tried_again() {
    let retry = Retry { again: 1, first_seconds: 6 * 3600, factor: 1 };
    let desk = Desk::new(vec![Job { retry, schedule: "every 1 h", ..failing("poll", 1) }]);
    desk.at("2026-11-17 08:00");
    desk.at("2026-11-17 09:30");
    assert_eq!(desk.runs("poll").len(), 1, "one run of a job at a time");
    desk.at("2026-11-17 15:00");
    let states: Vec<RunState> = desk.runs("poll").iter().map(|run| run.state).collect();
    assert_eq!(states, [RunState::Succeeded, RunState::Succeeded], "then what came meanwhile, once");
}

#[test]
fn counts_and_words_are_kept_with_a_run() {
    let counting = job("counting", |work| {
        work.say("first");
        work.warn("second \u{202E}");
        Ok(Outcome::say("3 of 4 done.").count("done", 3))
    });
    let desk = Desk::new(vec![counting]);
    desk.at("2026-11-17 08:00");
    let run = &desk.runs("counting")[0];
    assert_eq!((run.result.as_str(), run.counts.as_str()), ("3 of 4 done.", "{\"done\":3}"));
    let lines: Vec<String> = desk.lines(run).into_iter().map(|line| line.text).collect();
    assert_eq!(lines, ["first", "second [U+202E]", "3 of 4 done."]);
}
