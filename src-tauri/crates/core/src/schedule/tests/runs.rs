use chrono::Duration;
use rstest::rstest;

use crate::schedule::RunState::{Cancelled, Failed, Queued, Running, Skipped, Succeeded};
use crate::schedule::{Health, Past, Retry, RunState, health, jitter, seed};

#[test]
fn a_run_that_is_over_stays_what_it_is() {
    for (from, name) in RunState::ALL {
        assert_eq!(RunState::parse(name), Some(from));
        for (to, _) in RunState::ALL {
            let wanted = match (from, to) {
                (Queued, Running | Skipped | Cancelled | Failed) => true,
                (Running, Running) => false,
                (Running, _) => true,
                _ => false,
            };
            assert_eq!(from.can_become(to), wanted, "{from:?} to {to:?}");
            assert!(!(from.is_over() && from.can_become(to)));
        }
    }
}

#[rstest]
#[case::never_ran(&[], Health::Healthy)]
#[case::fine(&[(Succeeded, 1), (Succeeded, 1)], Health::Healthy)]
#[case::failed_last(&[(Failed, 4), (Succeeded, 1)], Health::Error)]
#[case::still_failed_after_a_skipped_one(&[(Skipped, 0), (Failed, 4)], Health::Error)]
#[case::skipped_says_nothing(&[(Skipped, 0), (Succeeded, 1)], Health::Healthy)]
#[case::needed_a_second_attempt(&[(Succeeded, 2)], Health::Warning)]
#[case::failed_lately(&[(Succeeded, 1), (Succeeded, 1), (Failed, 1)], Health::Warning)]
#[case::failed_long_ago(&[(Succeeded, 1), (Succeeded, 1), (Succeeded, 1), (Succeeded, 1), (Succeeded, 1), (Failed, 1)], Health::Healthy)]
#[case::tries_again(&[(Queued, 1), (Succeeded, 1)], Health::Warning)]
#[case::waits_for_its_first_attempt(&[(Queued, 0), (Succeeded, 1)], Health::Healthy)]
#[case::tries_again_after_a_failure(&[(Queued, 2), (Failed, 4)], Health::Error)]
#[case::stopped_by_the_founder(&[(Cancelled, 1), (Succeeded, 1)], Health::Healthy)]
fn health_comes_from_history(#[case] runs: &[(RunState, u32)], #[case] wanted: Health) {
    let past: Vec<Past> = runs.iter().map(|&(state, attempts)| Past { state, attempts }).collect();
    assert_eq!(health(&past), wanted);
}

#[test]
fn retries_are_bounded_and_grow() {
    let pauses: Vec<i64> = (1..=3).map(|n| Retry::THRICE.pause(n, 0).unwrap().num_seconds()).collect();
    assert_eq!(pauses, [60, 300, 1_500]);
    assert_eq!(
        (Retry::THRICE.pause(4, 0), Retry::THRICE.pause(0, 0), Retry::NONE.pause(1, 0)),
        (None, None, None)
    );
    assert_eq!(Retry::THRICE.words(), "3, after 1 minute, 5 minutes and 25 minutes");
    assert_eq!(Retry { again: 1, ..Retry::THRICE }.words(), "1, after 1 minute");
    let long = Retry { again: 40, first_seconds: 60, factor: 10 };
    assert_eq!(long.pause(40, 0), Some(Duration::hours(6)));
}

#[test]
fn jitter_comes_from_its_seed_and_stays_in_its_bounds() {
    let ten = Duration::seconds(10);
    let of = |name: &str| jitter(seed(&["store", name]), ten);
    let all: Vec<Duration> = (0..200).map(|n| of(&format!("job {n}"))).collect();
    assert!(all.iter().all(|wait| *wait >= Duration::zero() && *wait <= ten));
    assert!(all.contains(&ten) && all.contains(&Duration::zero()), "both ends are reached");
    assert_eq!(of("job 7"), of("job 7"));
    assert_eq!(jitter(7, Duration::zero()), Duration::zero());
    assert_ne!(seed(&["ab", "c"]), seed(&["a", "bc"]), "words do not run together");
    let spread: std::collections::BTreeSet<_> = (0..50).map(|n| Retry::THRICE.pause(3, n)).collect();
    assert!(spread.len() > 10, "{spread:?}");
}
