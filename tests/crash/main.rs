//! Kills Purser at every named point and at random, lets it start again, and looks at what is left.
//!
//! Money is judged by the rails' own record: nothing lost, nothing twice. What cannot be looked up is out there
//! at most once, and each interrupted send is exactly one question to the founder. Three planted bugs prove that
//! the judge would see it.
#![allow(clippy::unwrap_used)]

mod jobs;
mod judge;
mod mails;
mod refunds;
mod runs;
#[allow(dead_code, reason = "each test binary uses its part")]
#[path = "../common/smtp.rs"]
mod smtp;
mod verbs;
mod world;

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use purser_engine::crash::{INGEST_POINTS, JOB_POINTS, POINTS};
use runs::{End, PLAN, Run, Work, reference, run};

/// Kills at random in an ordinary run; PURSER_CRASH_RUNS asks for more.
const RANDOM_RUNS: usize = 200;
/// Times that a point is reached at which a life is ended.
const TIMES_MAX: u32 = 3;

/// Every point with the first times that it is reached in the plan.
fn named_ends() -> Vec<End> {
    let (times, _) = reference(&PLAN);
    let mut ends = Vec::new();
    for point in POINTS {
        let reached = times.get(*point).copied().unwrap_or(0);
        assert!(reached > 0, "the plan never reaches {point}: it proves nothing about it");
        ends.extend((1..=reached.min(TIMES_MAX)).map(|time| End::Point((*point).to_owned(), time)));
    }
    ends
}

/// Runs each list of ends on as many threads as there are processors; the faults by what ended the lives.
fn run_all(work: &Work, lists: &[Vec<End>]) -> (Vec<String>, usize) {
    let (next, killed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let faults = std::sync::Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(ends) = lists.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let Run { killed: was_killed, faults: found } = run(work, ends, None);
                    killed.fetch_add(usize::from(was_killed), Ordering::Relaxed);
                    let named = found.iter().map(|fault| format!("{ends:?}: {fault}"));
                    faults.lock().unwrap().extend(named);
                }
            });
        }
    });
    (faults.into_inner().unwrap(), killed.into_inner())
}

#[test]
fn a_kill_at_every_named_point_loses_nothing_and_repeats_nothing() {
    let ends = named_ends();
    let lists: Vec<Vec<End>> = ends.into_iter().map(|end| vec![end]).collect();
    let (faults, killed) = run_all(&PLAN, &lists);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(killed, lists.len(), "every point must be reached again in its own run");
}

#[test]
fn a_line_that_was_torn_while_it_was_written_is_not_a_payment() {
    let lists: Vec<Vec<End>> = ["keyed", "lookup", "neither"]
        .into_iter()
        .flat_map(|rail| (1..=2).map(move |time| vec![End::Torn(rail, time)]))
        .collect();
    let (faults, killed) = run_all(&PLAN, &lists);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(killed, lists.len());
}

#[test]
fn a_second_kill_while_the_first_is_cleared_up_changes_nothing() {
    let after = ["outbox.claimed", "outbox.sent", "outbox.recording", "approval.approved"];
    let then = ["outbox.recovering", "outbox.recovered", "outbox.looking_up", "outbox.looked_up"];
    let mut lists = Vec::new();
    for first in after {
        for second in then {
            let point = |name: &str| End::Point(name.to_owned(), 1);
            lists.push(vec![point(first), point(second), point(second)]);
        }
    }
    let (faults, killed) = run_all(&PLAN, &lists);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(killed, lists.len());
}

#[test]
fn kills_at_random_lose_nothing_and_repeat_nothing() {
    let runs = std::env::var("PURSER_CRASH_RUNS").ok().map_or(RANDOM_RUNS, |text| text.parse().unwrap());
    let seed = std::env::var("PURSER_CRASH_SEED").ok().map_or(1, |text| text.parse().unwrap());
    let (_, life) = reference(&PLAN);
    println!("{runs} runs, seed {seed}; a life takes {life:?}");
    let dice = Dice(AtomicU64::new(seed));
    let lists: Vec<Vec<End>> = (0..runs)
        .map(|_| {
            // One life in four is followed by another that is killed.
            let lives = if dice.below(4) == 0 { 2 } else { 1 };
            (0..lives).map(|_| End::After(dice.share_of(life))).collect()
        })
        .collect();
    let (faults, killed) = run_all(&PLAN, &lists);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(killed * 2 > runs, "only {killed} of {runs} lives were killed before they were over");
}

#[test]
fn files_matches_and_payments_are_there_once_wherever_the_founders_morning_is_killed() {
    let (times, life) = reference(&verbs::VERBS);
    let decisions = times["books.writing"];
    assert!(decisions >= 10, "only {decisions} decisions: the morning does not do what it says");
    let dice = Dice(AtomicU64::new(2));
    let at_decisions = (1..=decisions).map(|time| vec![End::Point("books.writing".into(), time)]);
    let at_random = (0..20).map(|_| vec![End::After(dice.share_of(life))]);
    let (faults, killed) = run_all(&verbs::VERBS, &at_decisions.chain(at_random).collect::<Vec<_>>());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(killed >= decisions as usize, "{killed} lives were killed");
}

#[test]
fn jobs_that_are_killed_at_work_end_and_do_nothing_twice() {
    let (times, life) = reference(&jobs::JOBS);
    let point = |name: &str, time: u32| End::Point(name.to_owned(), time);
    let mut lists = Vec::new();
    for name in JOB_POINTS {
        if *name == "job.recovered" {
            // Reached only by a life after one that was killed at work.
            lists.push(vec![point("job.acting", 2), point(name, 1), point(name, 1)]);
            continue;
        }
        let reached = times.get(*name).copied().unwrap_or(0);
        assert!(reached > 0, "the days never reach {name}: they prove nothing about it");
        let last = reached.min(TIMES_MAX);
        lists.extend((1..=last).map(|time| vec![point(name, time)]));
        lists.push(vec![point(name, reached.div_ceil(2))]);
    }
    let dice = Dice(AtomicU64::new(3));
    lists.extend((0..20).map(|_| vec![End::After(dice.share_of(life))]));
    let (faults, killed) = run_all(&jobs::JOBS, &lists);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(killed + 20 >= lists.len(), "{killed} of {} lives were killed", lists.len());
}

/// Every point that a mail passes, with the first times that it is passed.
fn mail_ends() -> Vec<End> {
    let (times, _) = reference(&mails::MAIL);
    let outbox = times.iter().filter(|(point, _)| point.starts_with("outbox."));
    let ends = outbox.flat_map(|(point, reached)| {
        (1..=(*reached).min(TIMES_MAX)).map(|time| End::Point(point.clone(), time))
    });
    ends.collect()
}

#[test]
fn a_mail_that_is_interrupted_is_never_there_twice_and_is_one_question() {
    let ends = mail_ends();
    assert!(ends.len() >= 10, "only {} points: no mail was sent", ends.len());
    let lists: Vec<Vec<End>> = ends.into_iter().map(|end| vec![end]).collect();
    let (faults, killed) = run_all(&mails::MAIL, &lists);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(killed, lists.len(), "every point must be reached again in its own run");
}

#[test]
fn marking_a_mail_as_sent_before_sending_is_caught() {
    let red = mail_ends().iter().find_map(|end| {
        let faults = run(&mails::MAIL, std::slice::from_ref(end), Some("mark_before_send")).faults;
        (!faults.is_empty()).then(|| format!("{end:?}: {}", faults.join("; ")))
    });
    println!("{red:?}");
    assert!(red.is_some(), "it was planted, and every kill was judged harmless");
}

/// Every point that a refund of a card payment passes on its way to Stripe and back, and every transaction of it.
fn refund_ends() -> Vec<End> {
    let (times, _) = reference(&refunds::REFUND);
    let mut ends = Vec::new();
    for (point, reached) in &times {
        let last = if point == "books.writing" { *reached } else { (*reached).min(TIMES_MAX) };
        ends.extend((1..=last).map(|time| End::Point(point.clone(), time)));
    }
    let passed = |point: &str| times.contains_key(point);
    assert!(INGEST_POINTS.iter().all(|point| passed(point)), "Stripe tells nothing: {times:?}");
    assert!(passed("outbox.looked_up") && passed("approval.released"), "{times:?}");
    ends
}

#[test]
fn a_card_payment_is_given_back_once_wherever_the_program_is_killed() {
    let mut lists: Vec<Vec<End>> = refund_ends().into_iter().map(|end| vec![end]).collect();
    let named = lists.len();
    let point = |name: &str| End::Point(name.to_owned(), 1);
    for first in ["outbox.claimed", "outbox.sending", "outbox.sent", "outbox.recording"] {
        for second in ["outbox.recovering", "outbox.recovered", "outbox.looking_up", "outbox.looked_up"] {
            lists.push(vec![point(first), point(second), point(second)]);
        }
    }
    let (faults, killed) = run_all(&refunds::REFUND, &lists);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    println!("{killed} runs, {named} of them at one named point");
    assert_eq!(killed, lists.len(), "every point must be reached again in its own run");
}

#[test]
fn a_card_payment_that_is_given_back_twice_is_caught() {
    for bug in ["send_without_key", "mark_before_send"] {
        the_judge_sees_in(&refunds::REFUND, &refund_ends(), bug);
    }
}

/// The planted bugs, each with the points at which it must show.
fn the_judge_sees(bug: &str) {
    the_judge_sees_in(&PLAN, &named_ends(), bug);
}

fn the_judge_sees_in(work: &Work, ends: &[End], bug: &str) {
    let red = ends.iter().find_map(|end| {
        let faults = run(work, std::slice::from_ref(end), Some(bug)).faults;
        (!faults.is_empty()).then(|| format!("{end:?}: {}", faults.join("; ")))
    });
    println!("{bug}: {red:?}");
    assert!(red.is_some(), "{bug} was planted, and every kill was judged harmless");
}

#[test]
fn marking_as_sent_before_sending_is_caught() {
    the_judge_sees("mark_before_send");
}

#[test]
fn sending_under_a_fresh_key_each_time_is_caught() {
    the_judge_sees("send_without_key");
}

#[test]
fn recording_and_booking_in_two_transactions_is_caught() {
    the_judge_sees("split_decision");
}

/// SplitMix64, so that a failing run can be repeated with its seed.
struct Dice(AtomicU64);

impl Dice {
    fn next(&self) -> u64 {
        let mut word = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    fn below(&self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn share_of(&self, time: Duration) -> Duration {
        let micros = u64::try_from(time.as_micros()).unwrap().max(1);
        Duration::from_micros(self.below(micros))
    }
}
