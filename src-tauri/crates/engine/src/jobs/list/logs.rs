//! Log files stay small (IN-04).

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use purser_core::attention::Severity;
use purser_core::schedule::{CatchUp, Retry};

use crate::error::ApiError;
use crate::jobs::{Job, Outcome, Runbook, Trouble, Work, nothing_needed};

/// A log file is cut when it is larger, in bytes.
const BYTES_MAX: u64 = 10 * 1024 * 1024;
/// Pieces that are kept of each.
const PIECES_KEPT: u32 = 3;

pub(super) fn job() -> Job {
    Job {
        name: "logs",
        title: "Log rotation",
        schedule: "every 1 h",
        catch_up: CatchUp::LatestOnce,
        retry: Retry::NONE,
        time_out: Duration::from_secs(120),
        jitter_seconds: 0,
        sends: false,
        after: &[],
        severity: Severity::Low,
        needs: nothing_needed,
        act: Box::new(act),
        runbook: Runbook {
            what: "Cuts log files that are larger than 10 MB and keeps the last three pieces of each. A file a day, two weeks in all, are kept anyhow.",
            affects: "Files in `logs/`.",
            troubleshoot: "A log that grows by itself says why in its own lines.",
            manual: "`purser jobs run logs`",
            rollback: "Nothing to take back.",
        },
    }
}

fn act(work: &Work) -> Result<Outcome, Trouble> {
    let folder = work.books().folder.join("logs");
    let failed = |path: &Path, error: io::Error| {
        ApiError::failed("log_rotation", format!("{} was not cut: {error}.", path.display()))
    };
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Outcome::say("There are no log files.").count("cut", 0));
        }
        Err(error) => return Err(failed(&folder, error).into()),
    };
    let (mut files, mut cut) = (0u32, 0u32);
    for entry in entries {
        work.check()?;
        let path = entry.map_err(|error| failed(&folder, error))?.path();
        if path.extension().is_none_or(|ending| ending != "log") {
            continue;
        }
        files += 1;
        if fs::metadata(&path).map_err(|error| failed(&path, error))?.len() > BYTES_MAX {
            rotate(&path).map_err(|error| failed(&path, error))?;
            work.say(format!("{} was cut.", path.file_name().unwrap_or_default().to_string_lossy()));
            cut += 1;
        }
    }
    Ok(Outcome::say(format!("{files} log files, {cut} cut.")).count("files", files).count("cut", cut))
}

/// Copies the file beside itself and empties it. It is not renamed: whoever writes it has it open, and goes on at
/// its new end.
fn rotate(path: &Path) -> io::Result<()> {
    let piece = |number: u32| -> PathBuf {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{number}"));
        PathBuf::from(name)
    };
    for number in (1..PIECES_KEPT).rev() {
        if piece(number).exists() {
            fs::rename(piece(number), piece(number + 1))?;
        }
    }
    fs::copy(path, piece(1))?;
    File::options().write(true).open(path)?.set_len(0)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn in_04_a_file_that_is_being_written_is_cut_and_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("purser.log");
        let mut writer = File::options().append(true).create(true).open(&path).unwrap();
        for round in 0..5 {
            writeln!(writer, "round {round}").unwrap();
            rotate(&path).unwrap();
        }
        writeln!(writer, "last").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "last\n");
        let piece = |number: u32| fs::read_to_string(format!("{}.{number}", path.display()));
        assert_eq!(piece(1).unwrap(), "round 4\n");
        assert_eq!(piece(3).unwrap(), "round 2\n");
        assert!(piece(4).is_err(), "older pieces are gone");
    }
}
