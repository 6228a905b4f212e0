//! A backup every night (IN-01).

use std::time::Duration;

use purser_core::attention::Severity;
use purser_core::schedule::{CatchUp, Retry};

use crate::jobs::{Job, Outcome, Runbook, Trouble, Work, nothing_needed};
use crate::verbs::settings;

pub(super) fn job() -> Job {
    Job {
        name: "backup",
        title: "Nightly backup",
        schedule: "0 4 * * *",
        catch_up: CatchUp::LatestOnce,
        retry: Retry::THRICE,
        time_out: Duration::from_secs(2 * 3600),
        jitter_seconds: 30,
        sends: false,
        after: &[],
        severity: Severity::High,
        needs: nothing_needed,
        act: Box::new(act),
        runbook: Runbook {
            what: "Writes an encrypted copy of the books into `backups/`, opens it, checks it, and removes its own copies that are older than 30 days; the newest always stays.",
            affects: "Files in `backups/` whose names begin with `auto-`.",
            troubleshoot: "Usually the disk is full or the folder cannot be written: the message says which. Free some space and run it again.",
            manual: "`purser backup FILE`, or `purser jobs run backup`",
            rollback: "Delete the file. Nothing else was changed.",
        },
    }
}

fn act(work: &Work) -> Result<Outcome, Trouble> {
    work.say("Copying the books.");
    let (written, removed) = settings::automatic_backup(work.books(), &work.errand())?;
    work.say(format!("{} ({} KB)", written.path, written.bytes / 1024));
    let say = match removed {
        0 => written.say,
        1 => format!("{} 1 copy older than 30 days was removed.", written.say),
        count => format!("{} {count} copies older than 30 days were removed.", written.say),
    };
    Ok(Outcome::say(say).count("bytes", written.bytes).count("removed", removed).news(true))
}
