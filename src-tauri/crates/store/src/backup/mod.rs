//! Backups: copied page by page under the same key, opened and checked before they get their name.

mod container;
mod restore;

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use uuid::Uuid;

pub use container::{BACKUP_FORMAT, BackupHeader, read_backup_header};
pub use restore::{Restore, fork_copied_store, restore_backup};

use crate::audit;
use crate::connection::{Location, connect_new, connect_reader};
use crate::error::StoreError;
use crate::files::{absolute, create_private, parent_of, publish, remove_database, with_suffix};
use crate::migrations::schema_version;
use crate::options::Options;
use crate::store::{Store, read_store_id};
use crate::verify::examine;

/// The ending of backup files.
pub const BACKUP_EXTENSION: &str = "purser-backup";
/// The start of the names of backups that were made before an upgrade.
const BEFORE_UPGRADE: &str = "before-upgrade-";
const PAGES_PER_STEP: i32 = 1024;

/// What the caller puts into a backup.
#[derive(Debug, Clone)]
pub struct BackupRequest {
    /// When the backup is made.
    pub created_at: DateTime<Utc>,
    /// What the recovery code needs to unwrap the key; opaque here.
    pub recovery_envelope: serde_json::Value,
}

/// How far a backup has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupProgress {
    /// Pages copied.
    pub pages_done: u32,
    /// Pages in all.
    pub pages_total: u32,
}

impl Store {
    /// Writes a verified backup. Refuses where a file exists; the file appears only when it is complete.
    ///
    /// The running store goes on reading and writing meanwhile; the backup shows it as it was at the start.
    pub fn backup_to(&self, path: &Path, request: &BackupRequest) -> Result<BackupHeader, StoreError> {
        self.backup_with_progress(path, request, |_| ControlFlow::Continue(()))
    }

    /// Like [`Store::backup_to`], with a report after each step that can also cancel.
    pub fn backup_with_progress(
        &self,
        path: &Path,
        request: &BackupRequest,
        progress: impl FnMut(BackupProgress) -> ControlFlow<()>,
    ) -> Result<BackupHeader, StoreError> {
        let source = connect_reader(self.location())?;
        make_backup(&source, self.location(), path, request, progress)
    }
}

/// A file in the backups folder.
#[derive(Debug)]
pub struct BackupEntry {
    /// Where it is.
    pub path: PathBuf,
    /// Its header, or why it cannot be read.
    pub header: Result<BackupHeader, StoreError>,
}

/// The backups in a folder, newest first, unreadable ones last. A folder that is not there has none.
pub fn list_backups(folder: &Path) -> Result<Vec<BackupEntry>, StoreError> {
    let failed = |cause: std::io::Error| StoreError::io("listing", folder, &cause);
    let listing = match fs::read_dir(folder) {
        Ok(listing) => listing,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(failed(cause)),
    };
    let mut entries = Vec::new();
    for file in listing {
        let path = file.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == BACKUP_EXTENSION) {
            entries.push(BackupEntry { header: read_backup_header(&path), path });
        }
    }
    entries.sort_by(|one, other| {
        let time = |entry: &BackupEntry| entry.header.as_ref().ok().map(|header| header.created_at);
        time(other).cmp(&time(one)).then_with(|| one.path.cmp(&other.path))
    });
    Ok(entries)
}

/// What a rotation did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rotation {
    /// Backups that were removed.
    pub removed: Vec<PathBuf>,
    /// Backups that stay.
    pub kept: Vec<PathBuf>,
    /// Files that look like backups and cannot be read; they stay.
    pub unreadable: Vec<PathBuf>,
}

/// Removes backups older than `keep_days`. The newest one of each store stays, however old it is.
pub fn rotate_backups(folder: &Path, keep_days: u32, now: DateTime<Utc>) -> Result<Rotation, StoreError> {
    let oldest = now - TimeDelta::days(i64::from(keep_days));
    let mut rotation = Rotation::default();
    let mut stores_seen = Vec::new();
    for entry in list_backups(folder)? {
        let Ok(header) = entry.header else {
            rotation.unreadable.push(entry.path);
            continue;
        };
        let newest_of_its_store = !stores_seen.contains(&header.store_id);
        if newest_of_its_store {
            stores_seen.push(header.store_id);
        }
        if newest_of_its_store || header.created_at >= oldest {
            rotation.kept.push(entry.path);
        } else {
            fs::remove_file(&entry.path).map_err(|cause| StoreError::io("removing", &entry.path, &cause))?;
            rotation.removed.push(entry.path);
        }
    }
    Ok(rotation)
}

/// The newest backup of a store that a program with the given schema can open.
pub(crate) fn newest_backup_for(
    folder: &Path,
    schema_version: u32,
    store_id: Uuid,
) -> Result<Option<PathBuf>, StoreError> {
    let fits = |header: &BackupHeader| header.store_id == store_id && header.schema_version <= schema_version;
    Ok(list_backups(folder)?
        .into_iter()
        .find(|entry| entry.header.as_ref().is_ok_and(fits))
        .map(|entry| entry.path))
}

/// The backup without which no existing store is upgraded.
pub(crate) fn pre_migration_backup(
    conn: &Connection,
    location: &Location,
    folder: &Path,
    options: &Options,
    target: u32,
) -> Result<(), StoreError> {
    fs::create_dir_all(folder).map_err(|cause| StoreError::io("creating", folder, &cause))?;
    let found = schema_version(conn)?;
    if has_backup_of_now(conn, folder, found)? {
        return Ok(());
    }
    let stamp = options.now.format("%Y%m%dT%H%M%S%.3fZ");
    let path = folder.join(format!("{BEFORE_UPGRADE}v{found}-to-v{target}-{stamp}.{BACKUP_EXTENSION}"));
    let request =
        BackupRequest { created_at: options.now, recovery_envelope: options.recovery_envelope.clone() };
    make_backup(conn, location, &path, &request, |_| ControlFlow::Continue(()))?;
    Ok(())
}

/// Whether an intact backup shows the store exactly as it is. An upgrade that fails at every start would
/// otherwise fill the disk with copies.
fn has_backup_of_now(conn: &Connection, folder: &Path, schema_version: u32) -> Result<bool, StoreError> {
    let (store_id, head) = (read_store_id(conn)?, audit::head(conn)?);
    Ok(list_backups(folder)?.iter().any(|entry| {
        entry.header.as_ref().is_ok_and(|header| {
            header.store_id == store_id
                && header.schema_version == schema_version
                && header.audit_head == head
                && container::unpack(&entry.path, None).is_ok()
        })
    }))
}

fn make_backup(
    source: &Connection,
    location: &Location,
    path: &Path,
    request: &BackupRequest,
    progress: impl FnMut(BackupProgress) -> ControlFlow<()>,
) -> Result<BackupHeader, StoreError> {
    let path = absolute(path)?;
    if path.symlink_metadata().is_ok() {
        return Err(StoreError::Exists(path));
    }
    // The copy is made in the data folder: a backups folder may be on a network, where SQLite is not safe.
    let name = path.file_name().ok_or_else(|| container::damaged(&path, "it has no name"))?;
    let copy = match location {
        Location::File { path: store, .. } => parent_of(store).join(name),
        Location::Memory { .. } => path.clone(),
    };
    let copy = with_suffix(&copy, ".copying");
    let unfinished = with_suffix(&path, ".unfinished");
    remove_database(&copy)?;
    remove_database(&unfinished)?;

    let outcome = copy_pages(source, location, &copy, progress)
        .and_then(|()| describe_copy(location, &copy, request))
        .and_then(|header| {
            container::write(&unfinished, &header, &copy)?;
            container::unpack(&unfinished, None)?;
            publish(&unfinished, &path)?;
            Ok(header)
        });
    remove_database(&copy)?;
    if outcome.is_err() {
        remove_database(&unfinished)?;
    }
    outcome
}

/// Copies every page into a new database under the same key.
fn copy_pages(
    source: &Connection,
    location: &Location,
    copy: &Path,
    mut progress: impl FnMut(BackupProgress) -> ControlFlow<()>,
) -> Result<(), StoreError> {
    create_private(copy)?;
    let target = Location::File { path: copy.to_owned(), key: location.key().clone() };
    let mut target = connect_new(&target)?;
    // Without a snapshot of its own the copy would start anew after each commit of the running store.
    source.execute_batch("BEGIN DEFERRED; SELECT count(*) FROM sqlite_schema;")?;
    let copied = step_through(source, &mut target, &mut progress);
    source.execute_batch("ROLLBACK")?;
    copied?;
    // A single file without a log: it is going to be packed.
    target.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    target.close().map_err(|(_, cause)| cause)?;
    Ok(())
}

fn step_through(
    source: &Connection,
    target: &mut Connection,
    progress: &mut impl FnMut(BackupProgress) -> ControlFlow<()>,
) -> Result<(), StoreError> {
    let backup = Backup::new(source, target)?;
    loop {
        let step = backup.step(PAGES_PER_STEP)?;
        let pages = backup.progress();
        let total = pages.pagecount.unsigned_abs();
        let done = total.saturating_sub(pages.remaining.unsigned_abs());
        if progress(BackupProgress { pages_done: done, pages_total: total }).is_break() {
            return Err(StoreError::Cancelled);
        }
        match step {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            _ => return Err(StoreError::Busy),
        }
    }
}

/// Opens the copy with the key, checks it and says what it is.
fn describe_copy(
    location: &Location,
    copy: &Path,
    request: &BackupRequest,
) -> Result<BackupHeader, StoreError> {
    let conn = connect_reader(&Location::File { path: copy.to_owned(), key: location.key().clone() })?;
    let report = examine(&conn, true)?;
    if let Some(finding) = report.findings.first() {
        return Err(StoreError::BackupNotVerified(format!("{}: {}", finding.place, finding.sentence)));
    }
    let about = fs::metadata(copy).map_err(|cause| StoreError::io("reading", copy, &cause))?;
    Ok(BackupHeader {
        format: BACKUP_FORMAT,
        store_id: read_store_id(&conn)?,
        created_at: request.created_at,
        schema_version: schema_version(&conn)?,
        audit_head: audit::head(&conn)?,
        database_bytes: about.len(),
        recovery_envelope: request.recovery_envelope.clone(),
    })
}
