//! The kernel lock that makes one process the owner of a data folder.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::ErrorKind::NotFound;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use super::HostError;
use super::folder::ensure_private;

/// The file whose lock stands for the folder. It stays beside what is kept there when its owner ends; only the lock
/// goes. A folder that holds nothing else is left as it was found.
pub const LOCK_FILE: &str = "purser.lock";

/// A folder that goes while it is opened is made again so often.
const TRIES_MAX: u32 = 20;

/// The ownership of a data folder, as long as any clone of it lives.
///
/// The kernel takes the lock away when the process ends in any way, also by `kill -9`. What keeps
/// working on the folder holds a clone, so that no other process can own it before the work has ended.
#[derive(Debug, Clone)]
pub struct FolderLock(Arc<Locked>);

#[derive(Debug)]
struct Locked {
    folder: PathBuf,
    folder_is_new: bool,
    file: File,
}

impl Drop for Locked {
    /// Before the lock goes with the file: who opened this file meanwhile sees that it is no longer the folder's.
    fn drop(&mut self) {
        let path = self.folder.join(LOCK_FILE);
        let others = fs::read_dir(&self.folder)
            .is_ok_and(|mut entries| entries.any(|entry| !entry.is_ok_and(|entry| entry.path() == path)));
        if others || !same_file(&self.file, &path) {
            return;
        }
        // What cannot be removed is empty and harmless.
        let _ = fs::remove_file(&path);
        if self.folder_is_new {
            let _ = fs::remove_dir(&self.folder);
        }
    }
}

impl FolderLock {
    /// Owns the folder, creating it for this user alone where it does not exist.
    ///
    /// [`HostError::Held`] when another process owns it. Network and synchronised folders are refused,
    /// and so is one that other users may write.
    pub fn acquire(folder: &Path) -> Result<Self, HostError> {
        let mut tries = 0;
        let lock = loop {
            match Self::of_this_folder(folder) {
                // The last owner of an empty folder took it away between our looking and our opening.
                Err(HostError::Io { source, .. }) if source.kind() == NotFound && tries < TRIES_MAX => {
                    tries += 1
                }
                outcome => break outcome?,
            }
        };
        purser_store::check_folder(lock.folder())?;
        Ok(lock)
    }

    fn of_this_folder(folder: &Path) -> Result<Self, HostError> {
        let (folder, folder_is_new) = ensure_private(folder)?;
        let path = folder.join(LOCK_FILE);
        let file = open_locked(&folder, &path)?;
        Ok(Self(Arc::new(Locked { folder, folder_is_new, file })))
    }

    /// The folder's real path, free of symbolic links.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    pub(super) fn downgrade(&self) -> WeakLock {
        WeakLock(Arc::downgrade(&self.0))
    }

    /// Whether the lock file is still the one that is locked. Once somebody has deleted or replaced it,
    /// another process can lock the new one: the owner must stop writing.
    pub fn is_intact(&self) -> bool {
        same_file(&self.0.file, &self.0.folder.join(LOCK_FILE))
    }
}

/// The ownership as long as somebody else holds it.
#[derive(Debug)]
pub(super) struct WeakLock(Weak<Locked>);

impl WeakLock {
    pub(super) fn upgrade(&self) -> Option<FolderLock> {
        self.0.upgrade().map(FolderLock)
    }
}

fn open_locked(folder: &Path, path: &Path) -> Result<File, HostError> {
    let held = || HostError::Held { folder: folder.to_owned() };
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(|source| HostError::io("open", path, source))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(held()),
        Err(TryLockError::Error(source)) => return Err(HostError::io("lock", path, source)),
    }
    // Between open and lock the file may have been replaced; a lock on the old one protects nothing.
    if same_file(&file, path) { Ok(file) } else { Err(held()) }
}

#[cfg(unix)]
fn same_file(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(open), Ok(named)) => identity(open) == identity(named),
        _ => false,
    }
}

/// Windows does not let anybody delete a file that is open.
#[cfg(not(unix))]
fn same_file(_file: &File, path: &Path) -> bool {
    path.exists()
}
