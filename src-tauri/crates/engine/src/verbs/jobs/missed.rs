//! “While you were away”: what was missed, and what is done about it.

use chrono::Duration;
use purser_core::schedule::CatchUp;
use purser_store::WriteClass;
use purser_store::tables::jobs::{self, Missed};

use crate::api::Caller;
use crate::api::types::*;
use crate::books::stamp;
use crate::error::ApiError;
use crate::jobs::Scheduler;

/// An absence is shown so long, unless it was seen.
const SHOWN_DAYS: i64 = 14;
/// Rows of one absence at most: one per job.
const ROWS_MAX: u32 = 200;

/// `away`: the last absence that the founder has not seen.
pub fn away(caller: &Caller<'_>, _input: Nothing) -> Result<AwayFound, ApiError> {
    let scheduler = caller.program.scheduler()?;
    let books = scheduler.books();
    let since = books.clock.now() - Duration::days(SHOWN_DAYS);
    let missed = books.read(|tx| Ok(jobs::missed_since(tx, since, ROWS_MAX)?))?;
    let unseen: Vec<Missed> = missed.into_iter().filter(|one| one.seen_at.is_none()).collect();
    let Some((from, until)) = unseen.first().map(|newest| newest.what.away) else {
        return Ok(AwayFound { away: None });
    };
    let rows: Vec<Missed> = unseen.into_iter().filter(|one| one.what.away == (from, until)).collect();
    Ok(AwayFound {
        away: Some(Away {
            from: stamp(from),
            until: stamp(until),
            say: sentence(&rows),
            rows: rows.into_iter().map(|one| row(&scheduler, one)).collect(),
        }),
    })
}

/// `9 runs were missed: 7 jobs caught up once, 2 skipped by their own rule.`
fn sentence(rows: &[Missed]) -> String {
    let missed: u64 = rows.iter().map(|one| one.what.missed).sum();
    let count = |policy: CatchUp| rows.iter().filter(|one| one.what.decided == policy).count();
    let jobs = |count: usize| if count == 1 { "1 job".to_owned() } else { format!("{count} jobs") };
    let parts: Vec<String> = [
        (CatchUp::LatestOnce, "caught up once"),
        (CatchUp::All, "ran each that was missed"),
        (CatchUp::Skip, "skipped"),
    ]
    .into_iter()
    .map(|(policy, did)| (count(policy), did))
    .filter(|(count, _)| *count > 0)
    .map(|(count, did)| format!("{} {did}", jobs(count)))
    .collect();
    let runs = if missed == 1 { "1 run was missed".to_owned() } else { format!("{missed} runs were missed") };
    format!("{runs}: {}.", parts.join(", "))
}

fn row(scheduler: &Scheduler, missed: Missed) -> MissedRow {
    let title =
        scheduler.job(&missed.what.job).map_or_else(|_| missed.what.job.clone(), |job| job.title.to_owned());
    MissedRow {
        key: missed.key,
        title,
        job: missed.what.job,
        missed: missed.what.missed,
        first_at: stamp(missed.what.between.0),
        last_at: stamp(missed.what.between.1),
        decided: missed.what.decided.as_str().to_owned(),
        by_founder: missed.by_founder,
    }
}

/// `missed_decide`.
pub fn missed_decide(caller: &Caller<'_>, input: MissedDecide) -> Result<Done, ApiError> {
    let scheduler = caller.program.scheduler()?;
    let policy = crate::jobs::read_catch_up(&input.catch_up)?;
    let done = crate::jobs::decide_missed(&scheduler, &caller.actor, input.key, policy)?;
    caller.program.ring();
    Ok(done)
}

/// `away_seen`: it goes once it was seen (ui.md 4).
pub fn away_seen(caller: &Caller<'_>, _input: Nothing) -> Result<Done, ApiError> {
    let scheduler = caller.program.scheduler()?;
    let books = scheduler.books();
    let now = books.clock.now();
    books.store.write(WriteClass::Diary, move |tx| {
        jobs::see_missed(tx, now)?;
        Ok::<_, ApiError>(())
    })?;
    Ok(Done { sequence: books.store.sequence(), say: "Seen.".to_owned(), undo: None })
}
