//! Durations of several runs, and how they are said.

use std::time::{Duration, Instant};

/// How long something takes, with what it gave.
pub fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let value = work();
    (start.elapsed(), value)
}

/// What one piece of work took.
#[derive(Clone, Copy)]
pub struct Took {
    /// By the clock on the wall.
    pub wall: Duration,
    /// On the processor, by the thread that asked.
    pub thread: Duration,
}

impl Took {
    pub fn of(work: impl FnOnce()) -> Took {
        let (before, start) = (on_processor("thread-self"), Instant::now());
        work();
        Took { wall: start.elapsed(), thread: on_processor("thread-self").saturating_sub(before) }
    }
}

/// Time that a thread, or with `self` all threads of this process, spent on a processor so far.
pub fn on_processor(whose: &str) -> Duration {
    let nanoseconds = |path: &std::path::Path| -> u64 {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0)
    };
    let folder = std::path::Path::new("/proc").join(whose);
    if whose != "self" {
        return Duration::from_nanos(nanoseconds(&folder.join("schedstat")));
    }
    let tasks = std::fs::read_dir(folder.join("task")).into_iter().flatten().flatten();
    Duration::from_nanos(tasks.map(|task| nanoseconds(&task.path().join("schedstat"))).sum())
}

/// The middle one of several runs; the lower of two.
pub fn median(mut runs: Vec<Duration>) -> Duration {
    runs.sort_unstable();
    runs[(runs.len() - 1) / 2]
}

/// The duration that 99 of 100 runs do not exceed; with fewer than 100 runs, the longest.
pub fn p99(runs: &mut [Duration]) -> Duration {
    runs.sort_unstable();
    let place = (runs.len() * 99).div_ceil(100);
    runs[place.clamp(1, runs.len()) - 1]
}

/// What to say where the machine was busy with something else: nothing where it was not.
pub fn busy(wall: Duration, processor: Duration) -> String {
    if wall < 2 * processor || wall < Duration::from_millis(2) {
        return String::new();
    }
    format!("only {} of it on the processor: the machine was busy, or waited for the disk", ms(processor))
}

/// Milliseconds with as many digits as matter.
pub fn ms(duration: Duration) -> String {
    let ms = duration.as_secs_f64() * 1000.0;
    match ms {
        ms if ms < 10.0 => format!("{ms:.2} ms"),
        ms if ms < 100.0 => format!("{ms:.1} ms"),
        ms => format!("{ms:.0} ms"),
    }
}

/// `n` things in a duration, per second.
pub fn per_second(n: usize, duration: Duration) -> f64 {
    n as f64 / duration.as_secs_f64()
}

/// `123,456`.
pub fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
