//! How often a failed run is tried again, and how runs are spread.

use chrono::Duration;
use sha2::{Digest, Sha256};

/// The longest pause between two attempts, in seconds.
const PAUSE_MAX_SECONDS: i64 = 6 * 3_600;
/// A pause is longer by up to a tenth, so that what failed together does not come back together.
const SPREAD_PARTS: i64 = 10;

/// How often a run is tried, and with which pauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Attempts after the first.
    pub again: u32,
    /// Seconds before the second attempt.
    pub first_seconds: i64,
    /// What each further pause is longer by.
    pub factor: i64,
}

impl Retry {
    /// No second attempt: the next time in the schedule is one.
    pub const NONE: Retry = Retry { again: 0, first_seconds: 0, factor: 1 };
    /// Three more, after 1, 5 and 25 minutes.
    pub const THRICE: Retry = Retry { again: 3, first_seconds: 60, factor: 5 };

    /// The pause before the next attempt after `failed` attempts; `None` where it is to be given up.
    pub fn pause(self, failed: u32, seed: u64) -> Option<Duration> {
        if failed == 0 || failed > self.again {
            return None;
        }
        let pause = self.step(failed);
        Some(Duration::seconds(pause) + jitter(seed, Duration::seconds(pause / SPREAD_PARTS)))
    }

    fn step(self, failed: u32) -> i64 {
        let steps = std::iter::successors(Some(self.first_seconds), |pause| {
            Some(pause.saturating_mul(self.factor.max(1)).min(PAUSE_MAX_SECONDS))
        });
        steps.take(failed as usize).last().unwrap_or(self.first_seconds).clamp(0, PAUSE_MAX_SECONDS)
    }

    /// In words: `3, after 1 minute, 5 minutes and 25 minutes`.
    pub fn words(self) -> String {
        if self.again == 0 {
            return "None, the next time is one".to_owned();
        }
        let pauses: Vec<String> =
            (1..=self.again).map(|failed| super::clock_words(self.step(failed))).collect();
        let (last, before) = match pauses.split_last() {
            Some((last, before)) if !before.is_empty() => (last, format!("{} and ", before.join(", "))),
            Some((last, _)) => (last, String::new()),
            None => return String::new(),
        };
        format!("{}, after {before}{last}", self.again)
    }
}

/// A number made of words, the same for the same words.
pub fn seed(parts: &[&str]) -> u64 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    let mut first = [0u8; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(first)
}

/// A stretch between nothing and `at_most`, chosen by a seed, in whole seconds.
pub fn jitter(seed: u64, at_most: Duration) -> Duration {
    let seconds = u64::try_from(at_most.num_seconds()).unwrap_or(0);
    Duration::seconds(i64::try_from(seed % (seconds + 1)).unwrap_or(0))
}
