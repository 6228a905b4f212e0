//! The long simulation: a whole company lived through day by day, with everything that goes wrong on the way, by the real
//! program against the providers' wire formats. At the end an auditor, who shares no code with what is audited, compares
//! every account with the company's own truth to the cent, and every effect with the providers' own records.
//!
//! A seed is a whole run: `PURSER_SIM_SEED=7 make sim` lives it again, the same faults at the same requests.
//! `PURSER_SIM_DAYS` says how long.

#![allow(clippy::unwrap_used)]

mod auditor;
mod cards;
mod company;
mod days;
mod dice;
mod effects;
mod founder;
mod journal;
mod posts;
mod proposal;
mod refunds;
mod schedule;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Days of the runs that every build makes.
const DAYS: u32 = 90;
/// Days of a run of `make sim`.
const LONG_DAYS: u32 = 365;
/// Seeds of `make sim`.
const LONG_SEEDS: u64 = 20;

/// One run, and how to live it again where it fails.
fn run(seed: u64, days: u32) {
    let (found, lived) = days::live(seed, days);
    println!("seed {seed}: {lived}");
    assert!(
        found.is_empty(),
        "seed {seed} fails after {days} days; again with PURSER_SIM_SEED={seed} PURSER_SIM_DAYS={days} make sim\n  {}",
        found.join("\n  ")
    );
}

fn number<T: std::str::FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is a number, not {text}")))
}

macro_rules! seeds {
    ($($name:ident = $seed:literal,)*) => {
        $(#[test] fn $name() { run($seed, DAYS); })*
    };
}

// One test each, so that they run beside each other.
seeds! {
    seed_01 = 1, seed_02 = 2, seed_03 = 3, seed_04 = 4, seed_05 = 5,
    seed_06 = 6, seed_07 = 7, seed_08 = 8, seed_09 = 9, seed_10 = 10,
    seed_11 = 11, seed_12 = 12, seed_13 = 13, seed_14 = 14, seed_15 = 15,
    seed_16 = 16, seed_17 = 17, seed_18 = 18, seed_19 = 19, seed_20 = 20,
}

/// `make sim`: `PURSER_SIM_SEED` alone, or the first `PURSER_SIM_SEEDS`. All of them are lived through, whatever fails.
#[test]
#[ignore = "takes long: make sim"]
fn long() {
    let days = number("PURSER_SIM_DAYS").unwrap_or(LONG_DAYS);
    let seeds: Vec<u64> = match number("PURSER_SIM_SEED") {
        Some(seed) => vec![seed],
        None => (1..=number("PURSER_SIM_SEEDS").unwrap_or(LONG_SEEDS)).collect(),
    };
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let workers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..workers.min(seeds.len()) {
            scope.spawn(|| {
                while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let began = std::time::Instant::now();
                    let ended = std::panic::catch_unwind(|| run(*seed, days)).is_ok();
                    let word = if ended { "agrees" } else { "FAILS" };
                    println!("seed {seed}: {days} days, {word}, {:.0} s", began.elapsed().as_secs_f64());
                    if !ended {
                        failed.lock().unwrap().push(*seed);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "seeds that fail: {failed:?}; PURSER_SIM_SEED=… make sim lives one again");
}
