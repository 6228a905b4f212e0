//! The books are proved every night.

use std::time::Duration;

use purser_core::attention::Severity;
use purser_core::schedule::{CatchUp, Retry};

use crate::error::ApiError;
use crate::jobs::{Job, Outcome, Runbook, Trouble, Work, nothing_needed};
use crate::verbs::settings;

pub(super) fn job() -> Job {
    Job {
        name: "verify",
        title: "Prove the books",
        schedule: "0 3 * * *",
        catch_up: CatchUp::LatestOnce,
        retry: Retry { again: 1, first_seconds: 300, factor: 1 },
        time_out: Duration::from_secs(2 * 3600),
        jitter_seconds: 30,
        sends: false,
        after: &[],
        severity: Severity::High,
        needs: nothing_needed,
        act: Box::new(act),
        runbook: Runbook {
            what: "Recomputes every balance, open item and paper, the audit chain and the file itself, and compares.",
            affects: "Nothing. The result is kept and shown in the status line.",
            troubleshoot: "A disagreement is a decision in Today that names the first bad row. Make no entries until it is understood; restore the newest backup that proves well.",
            manual: "`purser verify`, or `purser jobs run verify`",
            rollback: "Nothing to take back.",
        },
    }
}

fn act(work: &Work) -> Result<Outcome, Trouble> {
    work.say("Reading everything.");
    let verified = settings::verify_books(work.books(), &work.errand())?;
    if !verified.ok {
        for problem in &verified.problems {
            work.warn(problem.clone());
        }
        let first = verified.problems.first().cloned().unwrap_or_default();
        // The disagreement is in the queue as what it is: the worst that can be there.
        return Err(Trouble::asked(ApiError::failed(
            "books_disagree",
            format!("The books do not agree: {first}"),
        )));
    }
    let say = format!(
        "In order: {} entries, {} postings, {} open items, {} audit rows.",
        verified.entries, verified.postings, verified.items, verified.audit_rows
    );
    Ok(Outcome::say(say).count("entries", verified.entries).count("audit_rows", verified.audit_rows))
}
