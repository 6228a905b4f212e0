//! Small private files: 0600, replaced whole or not at all, read within a bound.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use zeroize::Zeroizing;

use super::VaultError;

/// Larger files than this are not ours: a vault holds keys.
const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Replaces a private file as a whole: after a power cut there is the old one or the new one.
pub(super) fn replace_private(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    let temporary = path.with_extension("tmp");
    let written = write_new(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    if let Err(source) = written {
        // What stopped the writing is worth more to the founder than a leftover that the next write removes.
        let _ = fs::remove_file(&temporary);
        return Err(VaultError::io("write", path, source));
    }
    sync_parent(path).map_err(|source| VaultError::io("write", path, source))
}

/// Creates a private file, or says that somebody else already did: `false`.
pub(super) fn create_private(path: &Path, bytes: &[u8]) -> Result<bool, VaultError> {
    let temporary = path.with_extension("new");
    let linked = write_new(&temporary, bytes).and_then(|()| fs::hard_link(&temporary, path));
    let _ = fs::remove_file(&temporary);
    match linked {
        Ok(()) => sync_parent(path).map(|()| true).map_err(|source| VaultError::io("write", path, source)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        // A file system without hard links: the owner of the folder is alone in it, so looking first is enough.
        Err(_) if !path.try_exists().unwrap_or(true) => replace_private(path, bytes).map(|()| true),
        Err(source) => Err(VaultError::io("write", path, source)),
    }
}

/// Reads a file of ours, or `None` where there is none.
pub(super) fn read_bounded(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(VaultError::io("read", path, source)),
    };
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(FILE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(|source| VaultError::io("read", path, source))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(VaultError::damaged(path, format!("it is larger than {FILE_BYTES_MAX} bytes")));
    }
    Ok(Some(bytes))
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes the rename itself survive a power cut. Windows has no such call and does it with the file.
fn sync_parent(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(parent) = path.parent() {
        let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
        File::open(parent)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
