//! The night's backup is copied to another disk (IN-01).

use std::time::Duration;

use purser_core::attention::Severity;
use purser_core::schedule::{CatchUp, Retry};
use purser_core::text::counted;
use purser_store::tables::Conn;

use crate::error::ApiError;
use crate::jobs::{Job, Outcome, Runbook, Trouble, Work};
use crate::verbs::settings;

pub(super) fn job() -> Job {
    Job {
        name: "backup-copies",
        title: "Backups elsewhere",
        schedule: "30 4 * * *",
        catch_up: CatchUp::LatestOnce,
        retry: Retry::THRICE,
        time_out: Duration::from_secs(6 * 3600),
        jitter_seconds: 0,
        sends: false,
        after: &["backup"],
        severity: Severity::High,
        needs,
        act: Box::new(act),
        runbook: Runbook {
            what: "Copies the nightly backups that a folder of yours lacks into it, on another disk or a network drive, reads each copy back, and removes those of its copies that are older than 30 days; the newest always stays.",
            affects: "Files in that folder whose names begin with `auto-`.",
            troubleshoot: "Usually the drive is not mounted or full: mount it, and run it again. It then copies every night that was missed. The backups on this computer are not affected.",
            manual: "`purser jobs copies FOLDER` chooses the folder, `purser jobs run backup-copies` copies",
            rollback: "Delete the files there. Nothing else was changed.",
        },
    }
}

fn needs(conn: &Conn) -> Result<Option<String>, ApiError> {
    let folder = settings::backup_folder(conn)?;
    Ok(folder.is_none().then(|| "Choose a folder on another disk first: Settings, Backups.".to_owned()))
}

fn act(work: &Work) -> Result<Outcome, Trouble> {
    let done = settings::copy_backups(work.books(), &work.errand())?;
    let copied = match done.copied {
        0 => "Every backup is there.".to_owned(),
        count => format!("{} copied and read back.", counted(count, "backup", "backups")),
    };
    let say = match done.removed {
        0 => copied,
        count => format!("{copied} {} older than 30 days removed.", counted(count, "copy", "copies")),
    };
    Ok(Outcome::say(say)
        .count("copied", done.copied)
        .count("removed", done.removed)
        .count("bytes", done.bytes))
}
