//! Every month: what customers paid ahead for the month that is over is earned.

use std::time::Duration;

use purser_core::attention::Severity;
use purser_core::schedule::{CatchUp, Retry};
use purser_core::text::counted;

use crate::ingest::recognise;
use crate::jobs::{Job, Outcome, Runbook, Trouble, Work, nothing_needed};

pub(super) fn job() -> Job {
    Job {
        name: "recognition",
        title: "Revenue recognition",
        schedule: "0 2 1 * *",
        catch_up: CatchUp::LatestOnce,
        retry: Retry::THRICE,
        time_out: Duration::from_secs(600),
        jitter_seconds: 0,
        sends: false,
        after: &[],
        severity: Severity::High,
        needs: nothing_needed,
        act: Box::new(act),
        runbook: Runbook {
            what: "Earns what customers paid ahead: of every line that pays for more than a month, the share of each month that is over moves from DeferredRevenue to Income, by days.",
            affects: "The ledger: one entry for each line and month, dated in its month. A month that was earned is never earned again, also not by a provider's poll, which earns too.",
            troubleshoot: "It reads and writes only the books; when it fails, run `purser verify`. A share that looks wrong: the journal of `Liabilities:DeferredRevenue` shows every share with its month.",
            manual: "`purser jobs run recognition`; also every `purser sync`",
            rollback: "When an invoice is voided or refunded at the provider, what was not earned yet is taken back by itself. Entries are reversed, never edited.",
        },
    }
}

fn act(work: &Work) -> Result<Outcome, Trouble> {
    let months = recognise(work.books(), &work.actor())?;
    let say = match months {
        0 => "Nothing new is earned.".to_owned(),
        many => counted(many, "share of a month is earned.", "shares of months are earned."),
    };
    Ok(Outcome::say(say).count("months", months))
}
