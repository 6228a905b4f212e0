//! Receipts are where they should be, and what waits in the outbox is counted.

use std::time::Duration;

use purser_core::attention::Severity;
use purser_core::outbox::EffectState;
use purser_core::schedule::{CatchUp, Retry};
use purser_store::tables::{blobs, effects, payments};

use crate::books::write_private;
use crate::jobs::{Job, Outcome, Runbook, Trouble, Work, nothing_needed};

/// Receipts of so many days are looked at.
const DAYS: i64 = 60;

pub(super) fn job() -> Job {
    Job {
        name: "receipts",
        title: "Receipts and outbox",
        schedule: "every 1 h",
        catch_up: CatchUp::LatestOnce,
        retry: Retry { again: 2, first_seconds: 60, factor: 5 },
        time_out: Duration::from_secs(300),
        jitter_seconds: 0,
        sends: false,
        after: &[],
        severity: Severity::Medium,
        needs: nothing_needed,
        act: Box::new(act),
        runbook: Runbook {
            what: "Writes receipts of the last 60 days that are missing in `papers/`, from the books, and counts what waits in the outbox or has an unknown end.",
            affects: "Files in `papers/`. The outbox sends by itself, all the time; this only looks.",
            troubleshoot: "When `papers/` cannot be written, free some space or repair its permissions. What waits is listed in Automations, Outbox.",
            manual: "`purser jobs run receipts`",
            rollback: "Nothing to take back: a receipt is written as it was issued.",
        },
    }
}

fn act(work: &Work) -> Result<Outcome, Trouble> {
    let books = work.books();
    let since = books.today()? - chrono::Duration::days(DAYS);
    let folder = books.papers_folder();
    let listed = books.read(|tx| Ok(payments::receipts_since(tx, since)?))?;
    let mut written = 0u32;
    for (receipt, pdf) in &listed {
        work.check()?;
        let path = folder.join(format!("{receipt}.pdf"));
        if path.exists() {
            continue;
        }
        let Some((_, bytes)) = books.read(|tx| Ok(blobs::get(tx, pdf)?))? else {
            work.warn(format!("The books have no paper of receipt {receipt}."));
            continue;
        };
        write_private(&path, &bytes)?;
        work.say(format!("Receipt {receipt} was missing and is there again."));
        written += 1;
    }
    let (waiting, unknown) = books.read(|tx| {
        Ok((effects::count(tx, EffectState::Queued)?, effects::count(tx, EffectState::Unknown)?))
    })?;
    let receipts = match written {
        0 => format!("{} receipts in place", listed.len()),
        1 => "1 receipt written again".to_owned(),
        many => format!("{many} receipts written again"),
    };
    let outbox = match (waiting, unknown) {
        (0, 0) => "the outbox is empty".to_owned(),
        (waiting, 0) => format!("{waiting} wait in the outbox"),
        (waiting, unknown) => format!("{waiting} wait in the outbox, {unknown} with an unknown end"),
    };
    Ok(Outcome::say(format!("{receipts}, {outbox}."))
        .count("written", written)
        .count("waiting", waiting)
        .count("unknown", unknown))
}
