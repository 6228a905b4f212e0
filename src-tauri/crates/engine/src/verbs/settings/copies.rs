//! Copies of the automatic backups in a folder of the founder's: another disk, a network drive (IN-01).
//!
//! Each copy is read back before it gets its name. A drive that is not mounted leaves an empty folder behind, on the very
//! disk that the copies are to be kept away from: so the folder that was chosen is known by a file in it.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use purser_store::tables::{Conn, settings};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::backups::{automatic_in, kept_from, rotate};
use crate::api::types::*;
use crate::api::{Caller, Errand};
use crate::books::Books;
use crate::error::ApiError;
use crate::program::BACKUPS_FOLDER;
use crate::verbs::{jobs, unfit_folder};

/// The setting that holds the folder's whole path.
const SETTING: &str = "backup.copies";
/// The file by which the folder is known.
const MARK: &str = "purser-copies-its-backups-here.txt";
/// What a copy is called until it is whole.
const PART: &str = ".purser-copy.part";

/// What was done in the folder.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Copied {
    /// Backups that were missing there.
    pub copied: u32,
    /// Older ones that were removed.
    pub removed: u32,
    /// Size of what was copied.
    pub bytes: u64,
}

/// The folder, where one was chosen.
pub(crate) fn folder(conn: &Conn) -> Result<Option<String>, ApiError> {
    Ok(settings::get(conn, SETTING)?)
}

/// `backup_copies`.
pub fn backup_copies(caller: &Caller<'_>, _input: Nothing) -> Result<ByPath, ApiError> {
    let path = caller.books()?.read(|tx| folder(tx))?.unwrap_or_default();
    Ok(ByPath { path })
}

/// `backup_copies_save`: an empty path keeps no copies elsewhere.
pub fn backup_copies_save(caller: &Caller<'_>, input: ByPath) -> Result<Done, ApiError> {
    let books = caller.books()?;
    let path = input.path.trim().to_owned();
    let say = if path.is_empty() {
        "Backups are not copied to another folder. What is there stays.".to_owned()
    } else {
        choose(&books, Path::new(&path))?;
        format!("Nightly backups are copied to {path}.")
    };
    books.decide(&caller.actor, move |tx, moment| {
        match path.as_str() {
            "" => settings::remove(tx, SETTING)?,
            path => settings::set(tx, SETTING, &path)?,
        }
        tx.audit(moment.audit("settings.backup_copies", "backup", json!({ "folder": path })))?;
        Ok(())
    })?;
    jobs::plan_anew(caller)?;
    Ok(Done { sequence: books.store.sequence(), say, undo: None })
}

fn choose(books: &Books, path: &Path) -> Result<(), ApiError> {
    let refused = |why: String| {
        ApiError::usage("backup_copies", format!("Backups cannot be copied to {}: {why}.", path.display()))
    };
    if let Some(why) = unfit_folder(books, path, "which is what they are copies of") {
        return Err(refused(why));
    }
    let mark = "Purser copies its nightly backups into this folder, and knows it by this file.\n";
    fs::write(path.join(MARK), mark).map_err(|error| refused(error.to_string()))
}

/// Copies the automatic backups that the folder lacks, and removes from it those that are older than a month.
pub(crate) fn copy_backups(books: &Books, errand: &Errand) -> Result<Copied, ApiError> {
    let Some(folder) = books.read(|tx| folder(tx))?.map(PathBuf::from) else { return Ok(Copied::default()) };
    if !folder.join(MARK).is_file() {
        return Err(ApiError::failed(
            "backup_copies_gone",
            format!(
                "{} is not there, or is not the folder that was chosen: its drive may not be mounted. The backups on \
                 this computer are good.",
                folder.display()
            ),
        ));
    }
    let mut done = Copied::default();
    let oldest = kept_from(books);
    let here = automatic_in(books, &books.folder.join(BACKUPS_FOLDER))?;
    for (path, _) in here.iter().filter(|(_, made_at)| *made_at >= oldest) {
        errand.check_cancelled()?;
        let Some(name) = path.file_name() else { continue };
        let there = folder.join(name);
        if !there.exists() {
            done.bytes += copy(path, &folder, &there).map_err(|error| {
                let text = format!("{} was not copied to {}: {error}.", path.display(), folder.display());
                ApiError::failed("backup_copy", text)
            })?;
            done.copied += 1;
        }
    }
    done.removed = rotate(books, &folder)?;
    Ok(done)
}

/// Copies a file, reads the copy back, and gives it its name. Returns its size.
fn copy(from: &Path, folder: &Path, to: &Path) -> io::Result<u64> {
    let part = folder.join(PART);
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    // What the drive makes of it is its own affair: the copy is encrypted.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut target = options.open(&part)?;
    let bytes = io::copy(&mut File::open(from)?, &mut target)?;
    target.sync_all()?;
    drop(target);
    if digest(from)? != digest(&part)? {
        fs::remove_file(&part)?;
        return Err(io::Error::other("what was read back differs from what was written"));
    }
    fs::rename(&part, to)?;
    Ok(bytes)
}

fn digest(path: &Path) -> io::Result<[u8; 32]> {
    let mut hasher = Sha256::new();
    io::copy(&mut File::open(path)?, &mut hasher)?;
    Ok(hasher.finalize().into())
}
