//! Time and ids, passed in (invariant 7): the same inputs give the same run.

use std::sync::Mutex;

use chrono::{DateTime, Duration, Utc};
use uuid::Builder;

/// What time it is.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// A clock that stands until it is moved: for tests and for simulated years.
#[derive(Debug)]
pub struct ManualClock(Mutex<DateTime<Utc>>);

impl ManualClock {
    /// A clock that stands at a time.
    pub fn at(time: DateTime<Utc>) -> ManualClock {
        ManualClock(Mutex::new(time))
    }

    /// Moves it, also backwards.
    pub fn advance(&self, by: Duration) {
        let mut now = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *now += by;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Gives UUIDv7 ids from the clock and a source of randomness.
#[derive(Debug)]
pub struct Ids(Source);

#[derive(Debug)]
enum Source {
    Random,
    Seeded(Mutex<u64>),
}

impl Ids {
    /// Ids from the system's randomness.
    pub fn random() -> Ids {
        Ids(Source::Random)
    }

    /// Ids that are the same in every run with the same seed.
    pub fn seeded(seed: u64) -> Ids {
        Ids(Source::Seeded(Mutex::new(seed)))
    }

    /// The next id.
    pub fn next(&self, now: DateTime<Utc>) -> String {
        let mut bytes = [0u8; 10];
        match &self.0 {
            Source::Random => {
                if getrandom::fill(&mut bytes).is_err() {
                    // Without randomness an id still has to be unique: UUID's own generator panics, a clock does not.
                    bytes[..8].copy_from_slice(&now.timestamp_nanos_opt().unwrap_or_default().to_be_bytes());
                }
            }
            Source::Seeded(state) => {
                let mut state = state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                for chunk in bytes.chunks_mut(8) {
                    let word = splitmix(&mut state).to_be_bytes();
                    chunk.copy_from_slice(&word[..chunk.len()]);
                }
            }
        }
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid().to_string()
    }
}

/// SplitMix64: a well-known generator, enough for ids of a simulation.
fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut word = *state;
    word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_ids_and_another_seed_others() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let (a, b, c) = (Ids::seeded(7), Ids::seeded(7), Ids::seeded(8));
        let first: Vec<String> = (0..5).map(|_| a.next(now)).collect();
        assert_eq!(first, (0..5).map(|_| b.next(now)).collect::<Vec<_>>());
        assert_ne!(first[0], c.next(now));
        assert_ne!(first[0], first[1]);
    }
}
