//! Backups: encrypted, opened and checked, and opened again by the recovery code.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Duration, Utc};
use purser_store::tables::{attention, settings};
use purser_store::{BACKUP_EXTENSION, BackupRequest, list_backups};
use serde_json::json;

use crate::api::types::*;
use crate::api::{Caller, Errand};
use crate::books::{Books, stamp};
use crate::error::ApiError;
use crate::program::BACKUPS_FOLDER;
use crate::vault::{RECOVERY_FILE, read_recovery_envelope};

/// The setting that remembers when the last backup was made, RFC 3339.
const BACKUP_LAST: &str = "backup.last";
/// The start of the names of backups that the schedule made; only these are ever removed.
const AUTOMATIC: &str = "auto-";
/// Automatic backups are kept so long.
const KEEP_DAYS: i64 = 30;

/// `backups`.
pub fn backups(caller: &Caller<'_>, _input: Nothing) -> Result<Vec<BackupRow>, ApiError> {
    let folder = caller.books()?.folder.join(BACKUPS_FOLDER);
    let mut rows = Vec::new();
    for entry in list_backups(&folder)? {
        let bytes = std::fs::metadata(&entry.path).map(|about| about.len()).unwrap_or_default();
        match entry.header {
            Ok(header) => rows.push(BackupRow {
                path: entry.path.display().to_string(),
                at: stamp(header.created_at),
                bytes,
            }),
            Err(error) => tracing::warn!(path = %entry.path.display(), %error, "a backup cannot be read"),
        }
    }
    Ok(rows)
}

/// `backup`.
pub fn backup(caller: &Caller<'_>, input: ByPath) -> Result<Written, ApiError> {
    let books = caller.books()?;
    let given = input.path.trim();
    let path = if given.is_empty() {
        default_path(&books, "")?
    } else if Path::new(given).is_dir() {
        Path::new(given).join(default_name(&books, "")?)
    } else {
        PathBuf::from(given)
    };
    write_backup(&caller.errand(), &books, &path)
}

/// A backup by the schedule: written, remembered, and the old ones of its kind removed; how many those were.
pub(crate) fn automatic_backup(books: &Books, errand: &Errand) -> Result<(Written, u32), ApiError> {
    let written = write_backup(errand, books, &default_path(books, AUTOMATIC)?)?;
    let removed = rotate(books, &books.folder.join(BACKUPS_FOLDER))?;
    Ok((written, removed))
}

fn write_backup(errand: &Errand, books: &Books, path: &Path) -> Result<Written, ApiError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| {
            ApiError::failed("backup_folder", format!("{} cannot be made: {error}.", folder.display()))
        })?;
    }
    let envelope = read_recovery_envelope(&books.folder.join(RECOVERY_FILE))?;
    let has_envelope = envelope.is_some();
    let request = BackupRequest {
        created_at: books.clock.now(),
        recovery_envelope: serde_json::to_value(envelope)
            .map_err(|error| ApiError::failed("backup_envelope", error.to_string()))?,
    };
    let task = books.ids.next(request.created_at);
    let report = |done: u32, total: u32, finished: bool| {
        (errand.progress)(Progress {
            task: task.clone(),
            what: "Backup".to_owned(),
            done: u64::from(done),
            total: u64::from(total),
            unit: "pages".to_owned(),
            finished,
        });
    };
    let made = books.store.backup_with_progress(path, &request, |progress| {
        report(progress.pages_done, progress.pages_total, false);
        match errand.check_cancelled() {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    });
    report(1, 1, true);
    made?;
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let bytes = std::fs::metadata(&path).map(|about| about.len()).unwrap_or_default();
    remember(errand, books, &path, bytes)?;
    let say = if has_envelope {
        "Written, opened and checked. The recovery code opens it.".to_owned()
    } else {
        "Written, opened and checked. This folder has no recovery envelope, so only this machine's key opens it."
            .to_owned()
    };
    Ok(Written { path: path.display().to_string(), bytes, say })
}

fn remember(errand: &Errand, books: &Books, path: &Path, bytes: u64) -> Result<(), ApiError> {
    let path = path.display().to_string();
    books.decide(&errand.actor, move |tx, moment| {
        settings::set(tx, BACKUP_LAST, &moment.stamp())?;
        attention::resolve(tx, "backup", Some("backup_failed"), moment.at)?;
        tx.audit(moment.audit("books.backup", "backup", json!({ "path": path, "bytes": bytes })))?;
        Ok(())
    })
}

fn default_path(books: &Books, kind: &str) -> Result<PathBuf, ApiError> {
    Ok(books.folder.join(BACKUPS_FOLDER).join(default_name(books, kind)?))
}

/// `purser-northbeam-analytics-2026-11-17-140203.purser-backup`, by the company's clock.
fn default_name(books: &Books, kind: &str) -> Result<String, ApiError> {
    let profile = books.profile()?;
    let company: String =
        purser_core::text::folded(&profile.name).replace(' ', "-").chars().take(40).collect();
    let company = if company.is_empty() { "books".to_owned() } else { company };
    let at = books.clock.now().with_timezone(&profile.zone).format("%Y-%m-%d-%H%M%S");
    Ok(format!("{kind}purser-{company}-{at}.{BACKUP_EXTENSION}"))
}

/// The automatic backups of this store in a folder, and when each was made, newest first.
pub(super) fn automatic_in(books: &Books, folder: &Path) -> Result<Vec<(PathBuf, DateTime<Utc>)>, ApiError> {
    let automatic = list_backups(folder)?.into_iter().filter(|entry| {
        entry.path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(AUTOMATIC))
    });
    let mine = automatic.filter_map(|entry| {
        let header = entry.header.ok()?;
        (header.store_id == books.store.store_id()).then_some((entry.path, header.created_at))
    });
    Ok(mine.collect())
}

/// From when on automatic backups are kept.
pub(super) fn kept_from(books: &Books) -> DateTime<Utc> {
    books.clock.now() - Duration::days(KEEP_DAYS)
}

/// Removes automatic backups of this store from a folder that are older than a month; the newest stays, however old.
pub(super) fn rotate(books: &Books, folder: &Path) -> Result<u32, ApiError> {
    let mut removed = 0;
    let oldest = kept_from(books);
    for (path, made_at) in automatic_in(books, folder)?.into_iter().skip(1) {
        if made_at < oldest {
            std::fs::remove_file(&path).map_err(|error| {
                ApiError::failed("backup_rotate", format!("{} was not removed: {error}.", path.display()))
            })?;
            removed += 1;
        }
    }
    Ok(removed)
}
