//! Files and folders: private, complete before they get their name, durable.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};

use crate::error::StoreError;

/// Refuses what SQLite would take for a database, or for an empty one, though no store was ever there.
pub(crate) fn check_is_database(path: &Path) -> Result<(), StoreError> {
    let not_a_store = |why: &str| StoreError::NotAStore { path: path.to_owned(), why: why.to_owned() };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
            return Err(StoreError::Missing(path.to_owned()));
        }
        Err(cause) => return Err(StoreError::io("opening", path, &cause)),
    };
    let about = file.metadata().map_err(|cause| StoreError::io("opening", path, &cause))?;
    if !about.is_file() {
        return Err(not_a_store("it is not a file"));
    }
    // SQLite would take an empty file as a new database.
    if about.len() < 4096 {
        return Err(not_a_store("it is too short"));
    }
    let mut start = [0; 16];
    std::io::Read::read_exact(&mut &file, &mut start)
        .map_err(|cause| StoreError::io("reading", path, &cause))?;
    if &start == b"SQLite format 3\0" {
        return Err(not_a_store("it is an unencrypted database"));
    }
    Ok(())
}

pub(crate) fn absolute(path: &Path) -> Result<PathBuf, StoreError> {
    std::path::absolute(path).map_err(|cause| StoreError::io("finding", path, &cause))
}

pub(crate) fn parent_of(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}

pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// An empty file that only this user may read.
pub(crate) fn create_private(path: &Path) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).read(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|cause| StoreError::io("creating", path, &cause))
}

/// Removes a database that was never finished, with its log.
pub(crate) fn remove_database(path: &Path) -> Result<(), StoreError> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let file = with_suffix(path, suffix);
        match fs::remove_file(&file) {
            Ok(()) => {}
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {}
            Err(cause) => return Err(StoreError::io("removing", &file, &cause)),
        }
    }
    Ok(())
}

/// Gives a finished file its name and makes both durable. The name must be free.
pub(crate) fn publish(building: &Path, path: &Path) -> Result<(), StoreError> {
    // Windows flushes only what is open for writing.
    OpenOptions::new()
        .write(true)
        .open(building)
        .and_then(|file| file.sync_all())
        .map_err(|cause| StoreError::io("saving", building, &cause))?;
    if path.symlink_metadata().is_ok() {
        return Err(StoreError::Exists(path.to_owned()));
    }
    fs::rename(building, path).map_err(|cause| StoreError::io("naming", path, &cause))?;
    sync_folder(parent_of(path))
}

/// Makes a new name in a folder durable. Windows has no such call and needs none.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    if cfg!(unix) {
        File::open(folder)
            .and_then(|open| open.sync_all())
            .map_err(|cause| StoreError::io("saving", folder, &cause))?;
    }
    Ok(())
}
