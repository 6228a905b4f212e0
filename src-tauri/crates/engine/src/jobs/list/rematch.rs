//! Open bank lines are looked at again: what came in since may explain them (MI-30).

use std::time::Duration;

use purser_core::attention::Severity;
use purser_core::schedule::{CatchUp, Retry};

use crate::jobs::{Job, Outcome, Runbook, Trouble, Work, nothing_needed};
use crate::verbs::{charges, matching};

pub(super) fn job() -> Job {
    Job {
        name: "match",
        title: "Match transfers",
        schedule: "0 * * * *",
        catch_up: CatchUp::LatestOnce,
        retry: Retry { again: 2, first_seconds: 60, factor: 5 },
        time_out: Duration::from_secs(600),
        jitter_seconds: 20,
        sends: false,
        after: &["statements", "stripe"],
        severity: Severity::Medium,
        needs: nothing_needed,
        act: Box::new(act),
        runbook: Runbook {
            what: "Looks at every open bank line again. What is certain (an exact reference, no rival) is booked, everything else is suggested with its reasons. A card payment whose invoice was not told within a day becomes a decision.",
            affects: "Bank lines, their entries, and the queue.",
            troubleshoot: "It reads only the books; when it fails, run `purser verify`. A wrong match is taken back with U in Match.",
            manual: "`purser match --apply`, or `purser jobs run match`",
            rollback: "`purser match undo TRANSACTION` books the reversal of one line.",
        },
    }
}

fn act(work: &Work) -> Result<Outcome, Trouble> {
    let run = matching::run_books(work.books(), true)?;
    work.check()?;
    let waiting = charges::ask(work.books(), &work.actor())?;
    if waiting > 0 {
        work.say(format!("{waiting} card payments wait for an invoice for more than a day."));
    }
    let looked = run.results.len();
    let say = match (looked, run.booked) {
        (0, _) => "No line is open.".to_owned(),
        (looked, 0) => format!("{looked} open lines, nothing certain."),
        (looked, booked) => format!("{looked} open lines, {booked} booked."),
    };
    Ok(Outcome::say(say).count("open", looked).count("booked", run.booked).news(run.booked > 0))
}
