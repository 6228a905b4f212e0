//! Times that passed while nothing ran: the computer slept, the program was closed, the clock was changed.

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::Schedule;

/// A run that begins within this time of its own is on time, in seconds: workers look at least every 30 s.
pub const ON_TIME_SECONDS: i64 = 120;
/// Most runs that `all` makes up for; of more, the newest.
pub const ALL_MAX: usize = 31;
/// Most missed times that are counted one by one.
const COUNTED_MAX: u64 = 20_000;
/// A change of the clock by more is a correction: the new time holds at once (C-18).
const CORRECTION_HOURS: i64 = 3;

/// What happens with times that passed without a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CatchUp {
    /// They are skipped; the next one comes in its time.
    Skip,
    /// One run makes up for all of them.
    LatestOnce,
    /// Each is run, oldest first; at most [`ALL_MAX`].
    All,
}

impl CatchUp {
    /// Every policy with its name in the store.
    pub const ALL: [(CatchUp, &'static str); 3] =
        [(CatchUp::Skip, "skip"), (CatchUp::LatestOnce, "latest_once"), (CatchUp::All, "all")];

    /// The name in the store.
    pub fn as_str(self) -> &'static str {
        CatchUp::ALL.iter().find(|(policy, _)| *policy == self).map_or("", |(_, name)| name)
    }

    /// The policy of a name.
    pub fn parse(name: &str) -> Option<CatchUp> {
        CatchUp::ALL.iter().find(|(_, known)| *known == name).map(|(policy, _)| *policy)
    }

    /// What it does, in words.
    pub fn words(self) -> &'static str {
        match self {
            CatchUp::Skip => "Skip what was missed",
            CatchUp::LatestOnce => "Run the latest once",
            CatchUp::All => "Run each that was missed",
        }
    }
}

/// What is to be done about a planned time that has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Times to be run now, oldest first. The last may be on time.
    pub run: Vec<DateTime<Utc>>,
    /// How many times passed without a run in their time; those in `run` that are late are among them.
    pub missed: u64,
    /// First and last of the missed times.
    pub missed_between: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// The next time to wait for; `None` where no further one exists.
    pub next: Option<DateTime<Utc>>,
}

/// Looks at a schedule whose next time was `planned`; `None` while that is still to come.
pub fn due(
    schedule: &Schedule,
    zone: Tz,
    planned: DateTime<Utc>,
    now: DateTime<Utc>,
    policy: CatchUp,
) -> Option<Due> {
    if planned > now {
        return None;
    }
    let Passed { count, newest, next } = passed(schedule, zone, planned, now);
    let latest = *newest.last()?;
    let on_time = now - latest <= Duration::seconds(ON_TIME_SECONDS);
    let missed = if on_time { count - 1 } else { count };
    let run = match policy {
        CatchUp::All => newest.clone(),
        CatchUp::LatestOnce => vec![latest],
        CatchUp::Skip if on_time => vec![latest],
        CatchUp::Skip => Vec::new(),
    };
    let last_missed = if on_time { newest.iter().rev().nth(1).copied() } else { Some(latest) };
    let missed_between = last_missed.filter(|_| missed > 0).map(|last| (planned, last));
    Some(Due { run, missed, missed_between, next })
}

struct Passed {
    count: u64,
    /// The newest of them, at most [`ALL_MAX`], oldest first.
    newest: Vec<DateTime<Utc>>,
    next: Option<DateTime<Utc>>,
}

/// The times from `planned` to `now`. Beyond what is counted one by one, counting begins anew shortly before now:
/// nobody is helped by the exact number.
fn passed(schedule: &Schedule, zone: Tz, planned: DateTime<Utc>, now: DateTime<Utc>) -> Passed {
    if let Schedule::Every(every) = schedule {
        let count = (now - planned).num_seconds() / every.num_seconds().max(1);
        let back = count.min(i64::try_from(ALL_MAX).unwrap_or(0) - 1);
        let at = |n: i64| planned + Duration::seconds(n * every.num_seconds());
        let newest = (count - back..=count).map(at).collect();
        return Passed { count: count.unsigned_abs() + 1, newest, next: Some(at(count + 1)) };
    }
    let mut passed = Passed { count: 0, newest: Vec::new(), next: Some(planned) };
    while let Some(at) = passed.next.filter(|at| *at <= now) {
        passed.count += 1;
        if passed.newest.len() == ALL_MAX {
            passed.newest.remove(0);
        }
        passed.newest.push(at);
        let from = if passed.count == COUNTED_MAX { at.max(now - Duration::days(1)) } else { at };
        passed.next = schedule.next_after(from, zone);
    }
    passed
}

/// The next time after the clock went back from `was` to `now`.
///
/// What follows elapsed time is planned anew. A fixed time waits until the clock has caught up, so that nothing runs
/// twice; after more than three hours the change is a correction, and the new time holds at once (C-18).
pub fn moved_back(
    schedule: &Schedule,
    zone: Tz,
    next: DateTime<Utc>,
    was: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let correction = was - now > Duration::hours(CORRECTION_HOURS);
    if schedule.is_fixed_time() && !correction { Some(next) } else { schedule.next_after(now, zone) }
}
