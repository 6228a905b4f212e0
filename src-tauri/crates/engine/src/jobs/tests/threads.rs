//! The worker and its threads: time limits, stopping, closing, one run at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use purser_core::schedule::{Retry, RunState};

use super::desk::{Desk, job, remembering, utc};
use crate::jobs::{Job, JobWorker, Outcome, Trouble, Work, cancel, run_now};

const LONG: Duration = Duration::from_secs(20);

/// Works until it is told to stop, and says when it began.
fn until_stopped(begun: Arc<AtomicBool>) -> impl Fn(&Work) -> Result<Outcome, Trouble> {
    move |work| {
        begun.store(true, Ordering::SeqCst);
        loop {
            work.check()?;
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

fn wait_until(what: impl Fn() -> bool) {
    let until = Instant::now() + LONG;
    while !what() {
        assert!(Instant::now() < until, "it never came");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_run_that_takes_too_long_is_stopped_and_counts_as_failed() {
    let slow = job("slow", until_stopped(Arc::default()));
    let retry = Retry { again: 1, first_seconds: 60, factor: 1 };
    let desk = Desk::new(vec![Job { time_out: Duration::from_millis(40), retry, ..slow }]);
    desk.at("2026-11-17 08:00");
    let run = &desk.runs("slow")[0];
    assert_eq!((run.state, run.error_code.as_deref()), (RunState::Queued, Some("time_out")));
    desk.pass(chrono::Duration::minutes(2));
    assert_eq!(desk.runs("slow")[0].state, RunState::Failed);
    assert_eq!(desk.queue()[0].item.reason, "It was not done within 0 s.");
}

#[test]
fn the_worker_runs_what_is_due_and_one_of_a_job_at_a_time() {
    let (at_once, most) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let (now, top) = (Arc::clone(&at_once), Arc::clone(&most));
    let busy = job("busy", move |_| {
        let running = now.fetch_add(1, Ordering::SeqCst) + 1;
        top.fetch_max(running, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(30));
        now.fetch_sub(1, Ordering::SeqCst);
        Ok(Outcome::say("done"))
    });
    let (other, ran) = remembering("other");
    let desk = Desk::new(vec![busy, other]);
    let worker = JobWorker::start(Arc::clone(&desk.scheduler), Duration::ZERO).unwrap();
    for day in 1..=3 {
        desk.clock.advance(chrono::Duration::days(1));
        worker.notify();
        let over = |name: &str| desk.runs(name).iter().filter(|run| run.state.is_over()).count();
        wait_until(|| over("busy") == day && over("other") == day);
    }
    assert_eq!(ran.lock().unwrap().len(), 3);
    drop(worker);
    assert_eq!((most.load(Ordering::SeqCst), desk.runs("busy").len()), (1, 3));
}

#[test]
fn a_run_at_work_is_stopped_by_the_founder() {
    let begun = Arc::new(AtomicBool::new(false));
    let desk = Desk::new(vec![job("long", until_stopped(Arc::clone(&begun)))]);
    let worker = JobWorker::start(Arc::clone(&desk.scheduler), Duration::ZERO).unwrap();
    let key = run_now(&desk.scheduler, "founder", "long").unwrap();
    worker.notify();
    wait_until(|| begun.load(Ordering::SeqCst));
    assert_eq!(run_now(&desk.scheduler, "founder", "long").unwrap(), key, "it is at work already");
    assert_eq!(cancel(&desk.scheduler, "founder", "long").unwrap().say, "long is stopping.");
    let run = desk.scheduler.wait_for(key, LONG).unwrap();
    assert_eq!((run.state, run.result.as_str()), (RunState::Cancelled, "Stopped by you."));
    assert!(desk.queue().is_empty());
}

#[test]
fn closing_puts_a_run_back_and_the_next_start_goes_on_with_it() {
    let begun = Arc::new(AtomicBool::new(false));
    let mut desk = Desk::new(vec![job("long", until_stopped(Arc::clone(&begun)))]);
    let worker = JobWorker::start(Arc::clone(&desk.scheduler), Duration::ZERO).unwrap();
    desk.clock.advance(utc("2026-11-17 08:00") - utc("2026-11-17 07:00"));
    worker.notify();
    wait_until(|| begun.load(Ordering::SeqCst));
    let closing = Instant::now();
    drop(worker);
    assert!(closing.elapsed() < LONG, "{:?}", closing.elapsed());
    let run = &desk.runs("long")[0];
    assert_eq!((run.state, run.attempts), (RunState::Queued, 1));
    let (next, ran) = remembering("long");
    desk.restart("second", vec![next]);
    desk.step();
    assert_eq!(*ran.lock().unwrap(), [utc("2026-11-17 08:00")]);
    assert_eq!(desk.runs("long")[0].state, RunState::Succeeded);
}

#[test]
fn a_worker_with_nothing_to_do_sleeps() {
    let (job, _) = remembering("report");
    let desk = Desk::new(vec![job]);
    let worker = JobWorker::start(Arc::clone(&desk.scheduler), Duration::ZERO).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(desk.scheduler.looks(), 2, "once in the test's own step, once at the worker's start");
    drop(worker);
}
