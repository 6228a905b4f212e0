//! How much of the account's allowance a client used: its busiest second, and how often it was asked to slow down.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::source::RateSeen;

/// What the allowance counts in.
const SECOND: Duration = Duration::from_secs(1);
/// What asks to slow down.
const TOO_MANY_REQUESTS: u16 = 429;

/// Counts the requests of one client.
#[derive(Default)]
pub(super) struct Meter {
    counted: Mutex<Counted>,
}

#[derive(Default)]
struct Counted {
    requests: u64,
    /// Requests of the last second.
    newest: VecDeque<Instant>,
    busiest: u32,
    slowed: u32,
}

impl Meter {
    /// Counts a request that leaves now.
    pub(super) fn asked(&self, now: Instant) {
        let mut counted = self.counted();
        counted.requests += 1;
        while counted.newest.front().is_some_and(|at| now.saturating_duration_since(*at) >= SECOND) {
            counted.newest.pop_front();
        }
        counted.newest.push_back(now);
        counted.busiest = counted.busiest.max(u32::try_from(counted.newest.len()).unwrap_or(u32::MAX));
    }

    /// Every request so far.
    pub(super) fn requests(&self) -> u64 {
        self.counted().requests
    }

    /// Counts an answer of an HTTP status, where it asks to slow down.
    pub(super) fn answered(&self, status: u16) {
        if status == TOO_MANY_REQUESTS {
            let mut counted = self.counted();
            counted.slowed = counted.slowed.saturating_add(1);
        }
    }

    /// What was seen so far of an allowance of `limit` requests a second; nothing before the first request.
    pub(super) fn seen(&self, limit: u32) -> Option<RateSeen> {
        let counted = self.counted();
        let seen = RateSeen { used: counted.busiest, limit, seconds: 1, slowed: counted.slowed };
        (counted.busiest > 0).then_some(seen)
    }

    /// A count is whole at any time, also after a panic elsewhere.
    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_second_counts_wherever_it_begins() {
        let meter = Meter::default();
        assert_eq!(meter.seen(25), None);
        let start = Instant::now();
        for milliseconds in [0, 900, 1_100, 1_800, 1_899, 1_900, 5_000] {
            meter.asked(start + Duration::from_millis(milliseconds));
        }
        meter.answered(200);
        meter.answered(429);
        // 900 to 1,899; at 1,900 the request of 900 is a second old.
        assert_eq!(meter.seen(25), Some(RateSeen { used: 4, limit: 25, seconds: 1, slowed: 1 }));
    }
}
