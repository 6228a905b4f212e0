//! Named points at which the crash tests kill the process, and the bugs that they must catch.
//!
//! Ordinary builds hold nothing of this: without the features a point is no code and no bug can be planted.

#[cfg(all(any(feature = "crash-points", feature = "planted-bugs"), not(debug_assertions)))]
compile_error!("crash points and planted bugs are for the crash tests' debug builds only");

/// Kills the process here when the environment asks for it, for example with
/// `PURSER_CRASH_POINT=outbox.claimed:2` at the second time the point is reached.
#[cfg(feature = "crash-points")]
macro_rules! crash_point {
    ($name:literal) => {
        $crate::crash::reached($name)
    };
}

/// Nothing, in ordinary builds.
#[cfg(not(feature = "crash-points"))]
macro_rules! crash_point {
    ($name:literal) => {};
}

/// A bug that the crash tests plant to prove that they would see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bug {
    /// The effect is marked as sent before it is handed to the rail.
    MarkBeforeSend,
    /// Each try goes out under a key of its own.
    SendWithoutKey,
    /// What was sent and its booking are recorded in two transactions.
    SplitDecision,
}

/// Whether a bug is planted: never in ordinary builds.
#[cfg(not(feature = "planted-bugs"))]
pub(crate) const fn planted(_bug: Bug) -> bool {
    false
}

/// Whether the environment plants a bug.
#[cfg(feature = "planted-bugs")]
pub(crate) fn planted(bug: Bug) -> bool {
    let name = match bug {
        Bug::MarkBeforeSend => "mark_before_send",
        Bug::SendWithoutKey => "send_without_key",
        Bug::SplitDecision => "split_decision",
    };
    std::env::var("PURSER_PLANTED_BUG").is_ok_and(|planted| planted == name)
}

/// Every point in the order in which a payment meets them. A point that is not listed here ends the process
/// with a message, so that none can be forgotten by the tests.
#[cfg(feature = "crash-points")]
pub const POINTS: &[&str] = &[
    "books.writing",
    "batch.proposing",
    "batch.proposed",
    "batch.amending",
    "batch.amended",
    "approval.approving",
    "approval.approved",
    "approval.undoing",
    "approval.undone",
    "approval.releasing",
    "approval.released",
    "batch.expiring",
    "batch.expired",
    "outbox.queued",
    "outbox.recovering",
    "outbox.recovered",
    "outbox.claiming",
    "outbox.claimed",
    "outbox.sending",
    "outbox.sent",
    "outbox.looking_up",
    "outbox.looked_up",
    "outbox.recording",
    "outbox.booking",
    "outbox.recorded",
    "outbox.resolving",
    "outbox.resolved",
];

/// The points of the jobs, in the order in which a run meets them.
#[cfg(feature = "crash-points")]
pub const JOB_POINTS: &[&str] = &[
    "job.queueing",
    "job.queued",
    "job.recovered",
    "job.claimed",
    "job.acting",
    "job.acted",
    "job.ending",
    "job.ended",
    "job.requeued",
    "job.failed",
];

/// The points at which what a provider tells comes in.
#[cfg(feature = "crash-points")]
pub const INGEST_POINTS: &[&str] = &["ingest.polled"];

/// Counts a point and kills the process when this is the time that was asked for.
///
/// With `PURSER_CRASH_TRACE` each point reached is appended to that file.
#[cfg(feature = "crash-points")]
pub fn reached(name: &'static str) {
    use std::collections::HashMap;
    use std::io::Write;
    use std::sync::{Mutex, OnceLock, PoisonError};

    static WANTED: OnceLock<Option<(String, u32)>> = OnceLock::new();
    static SEEN: Mutex<Option<HashMap<&'static str, u32>>> = Mutex::new(None);

    if ![POINTS, JOB_POINTS, INGEST_POINTS].iter().any(|points| points.contains(&name)) {
        tracing::error!(name, "a crash point is missing in the list of points");
        std::process::abort();
    }
    let wanted = WANTED.get_or_init(|| {
        let text = std::env::var("PURSER_CRASH_POINT").ok()?;
        let (point, time) = text.split_once(':').unwrap_or((&text, "1"));
        Some((point.to_owned(), time.parse().unwrap_or(1)))
    });
    let times = {
        let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
        let times = seen.get_or_insert_default().entry(name).or_default();
        *times += 1;
        *times
    };
    if let Ok(path) = std::env::var("PURSER_CRASH_TRACE")
        && let Ok(mut file) = std::fs::OpenOptions::new().append(true).create(true).open(path)
    {
        // The trace only helps the tests to find the points; without it they fail by themselves.
        let _ = writeln!(file, "{name}");
    }
    if wanted.as_ref().is_some_and(|(point, time)| point == name && *time == times) {
        std::process::abort();
    }
}
