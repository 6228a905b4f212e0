//! A folder where statements are put: each new CSV file is imported once.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use purser_core::approval::sha256_hex;
use purser_core::attention::{Attention, Severity};
use purser_core::schedule::{CatchUp, Retry};
use purser_core::text::{counted, grouped, one_line};
use purser_store::tables::watched::{self, WatchedFile};
use purser_store::tables::{Conn, attention, settings};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::error::ApiError;
use crate::jobs::{Job, Outcome, Runbook, Trouble, Work};
use crate::verbs::files::{self, StatementImport};

/// The setting's name.
pub(crate) const SETTING: &str = "statements.watched";
/// The kind of the decision that a refused file is.
const REFUSED: &str = "statement_refused";
/// Files looked at in one run; the rest comes with the next.
const FILES_MAX: usize = 200;

/// Which folder is watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Watched {
    /// The folder.
    pub folder: String,
    /// The account that its statements are of; empty for the only one.
    pub account: String,
}

pub(super) fn job() -> Job {
    Job {
        name: "statements",
        title: "Watched folder",
        schedule: "every 5 min",
        catch_up: CatchUp::LatestOnce,
        retry: Retry::NONE,
        time_out: Duration::from_secs(900),
        jitter_seconds: 0,
        sends: false,
        after: &[],
        severity: Severity::Medium,
        needs,
        act: Box::new(act),
        runbook: Runbook {
            what: "Imports each new CSV file of the watched folder once, with the columns that its account was last imported with. Files are never moved or changed.",
            affects: "Bank lines and their entries.",
            troubleshoot: "A file that cannot be read is one decision and stays where it is. Import it once by hand to choose its columns, or put a corrected file in its place.",
            manual: "`purser import statement FILE --account NAME`, or `purser jobs run statements`",
            rollback: "`purser import list` and `purser import undo ID` take one import back as a whole.",
        },
    }
}

fn needs(conn: &Conn) -> Result<Option<String>, ApiError> {
    let watched: Option<Watched> = settings::get(conn, SETTING)?;
    Ok(watched.is_none().then(|| "Choose the folder where statements are put first.".to_owned()))
}

fn act(work: &Work) -> Result<Outcome, Trouble> {
    let Some(watched) = work.books().setting::<Watched>(SETTING)? else {
        return Ok(Outcome::say("No folder is watched."));
    };
    let found = files_of(Path::new(&watched.folder))?;
    let mut tally = Tally::default();
    for path in found.iter().take(FILES_MAX) {
        work.check()?;
        look_at(work, &watched, path, &mut tally)?;
    }
    forget_gone(work, &found)?;
    let imported = counted(tally.imported, "file imported", "files imported");
    let lines = counted(tally.lines, "new line", "new lines");
    let say = match (tally.imported, tally.refused) {
        (0, 0) => format!("Nothing new in {}.", counted(found.len(), "file", "files")),
        (_, 0) => format!("{imported}, {lines}."),
        (_, refused) => format!("{imported}, {lines}, {} refused. You were asked.", grouped(refused)),
    };
    Ok(Outcome::say(say)
        .count("imported", tally.imported)
        .count("lines", tally.lines)
        .count("refused", tally.refused)
        .news(tally.lines > 0))
}

#[derive(Default)]
struct Tally {
    imported: u32,
    refused: u32,
    lines: u64,
}

/// The CSV files of the folder itself, in the order of their names.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>, ApiError> {
    let failed = |error: std::io::Error| {
        let text = format!("The watched folder {} cannot be read: {error}.", folder.display());
        ApiError::failed("watched_folder", text)
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        let is_csv = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
        if is_csv && !hidden && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Imports a file that is new or was changed. What is known by name, size and time is not even read.
fn look_at(work: &Work, watched: &Watched, path: &Path, tally: &mut Tally) -> Result<(), ApiError> {
    let books = work.books();
    let name = path.display().to_string();
    let Some((bytes, modified)) = size_and_time(path) else { return Ok(()) };
    let known = books.read(|tx| Ok(watched::by_path(tx, &name)?))?;
    if known.as_ref().is_some_and(|known| known.bytes == bytes && known.modified == modified) {
        return Ok(());
    }
    let (file, content) = files::read_file(&name)?;
    // A file that is still being written has another size now; it is read when it rests.
    if size_and_time(path) != Some((bytes, modified.clone())) {
        return Ok(());
    }
    let digest = sha256_hex(&content);
    let refused = match known.filter(|known| known.digest == digest) {
        Some(same) => same.refused,
        None => import(work, watched, &file, &content, tally)?,
    };
    if let Some(reason) = &refused {
        work.warn(reason.clone());
        tally.refused += 1;
    }
    let kept = WatchedFile { path: name, bytes, modified, digest, refused };
    books.decide(&work.actor(), move |tx, moment| {
        watched::keep(tx, &kept, &moment.stamp())?;
        let subject = subject(&kept.path);
        match &kept.refused {
            None => {
                attention::resolve(tx, &subject, Some(REFUSED), moment.at)?;
            }
            Some(reason) => {
                let item = asked(&file, reason, subject, moment.at);
                attention::raise(tx, &moment.id(), &item)?;
            }
        }
        let detail = json!({ "file": file, "digest": kept.digest, "refused": kept.refused });
        tx.audit(moment.audit("watched.file", "folder", detail))?;
        Ok(())
    })
}

/// Imports one file; `Some` with the reason where it was refused. An error means that the run cannot go on.
fn import(
    work: &Work,
    watched: &Watched,
    file: &str,
    content: &[u8],
    tally: &mut Tally,
) -> Result<Option<String>, ApiError> {
    let account = files::real_account(work.books(), &watched.account)?;
    let import = StatementImport { file, bytes: content, account, mapping: None, skip_bad: false };
    match files::statement_bytes(&work.errand(), work.books(), import) {
        Ok(imported) if imported.rejected.is_empty() => {
            work.say(imported.done.say.clone());
            tally.imported += 1;
            tally.lines += imported.new;
            Ok(None)
        }
        Ok(imported) => Ok(Some(imported.done.say)),
        // The file's own fault, which stays with it; every other error is the run's.
        Err(error) if matches!(error.code.as_str(), "statement_unreadable" | "statement_columns") => {
            Ok(Some(error.message))
        }
        Err(error) => Err(error),
    }
}

fn size_and_time(path: &Path) -> Option<(i64, String)> {
    let about = std::fs::metadata(path).ok()?;
    let since = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some((i64::try_from(about.len()).ok()?, format!("{}.{:09}", since.as_secs(), since.subsec_nanos())))
}

fn subject(path: &str) -> String {
    format!("file:{}", &sha256_hex(path.as_bytes())[..24])
}

fn asked(file: &str, reason: &str, subject: String, at: chrono::DateTime<chrono::Utc>) -> Attention {
    Attention {
        kind: REFUSED.to_owned(),
        subject,
        severity: Severity::Medium,
        title: format!("{} was not imported", one_line(file, 100)),
        reason: one_line(reason, 300),
        amount: None,
        since: at,
        due: None,
        actions: vec!["import".to_owned(), "snooze".to_owned()],
        route: "/automations/jobs/statements".to_owned(),
    }
}

/// A refused file that was taken away needs no decision any more.
fn forget_gone(work: &Work, found: &[PathBuf]) -> Result<(), ApiError> {
    let there: BTreeSet<String> = found.iter().map(|path| path.display().to_string()).collect();
    let refused = work.books().read(|tx| Ok(watched::refused(tx)?))?;
    let gone: Vec<String> = refused.into_iter().filter(|path| !there.contains(path)).collect();
    if gone.is_empty() {
        return Ok(());
    }
    work.books().decide(&work.actor(), move |tx, moment| {
        for path in &gone {
            watched::forget(tx, path)?;
            attention::resolve(tx, &subject(path), Some(REFUSED), moment.at)?;
        }
        tx.audit(moment.audit("watched.gone", "folder", json!({ "files": gone.len() })))?;
        Ok(())
    })
}
