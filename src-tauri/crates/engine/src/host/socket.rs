//! Where the folder's socket is, and that only this user can reach it.
//!
//! It is `purser.sock` in the data folder. Where that path is too long for a socket (or the file system
//! has none), it lies in the user's runtime folder under a name made from the data folder's path, and
//! `purser.sock.path` in the data folder says where, because another login may have another runtime folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

#[cfg(unix)]
use interprocess::local_socket::GenericFilePath;
#[cfg(windows)]
use interprocess::local_socket::GenericNamespaced;
use interprocess::local_socket::prelude::*;
use interprocess::local_socket::{Listener, ListenerOptions, Name, Stream};
use sha2::{Digest, Sha256};

use super::{FolderLock, HostError};

/// The socket's file in the data folder.
pub const SOCKET_FILE: &str = "purser.sock";

/// Says where the socket is when it is not in the data folder.
const RECORD_FILE: &str = "purser.sock.path";

/// Systems take between 103 and 107 bytes.
const PATH_BYTES_MAX: usize = 100;

/// A record longer than this was not written by us.
const RECORD_BYTES_MAX: u64 = 4096;

/// Binds the folder's socket, which only its owner may: a stale one of a dead owner is replaced.
pub(super) fn bind(lock: &FolderLock) -> Result<(Listener, PathBuf), HostError> {
    let folder = lock.folder();
    remove_stale(&folder.join(RECORD_FILE))?;
    let near = folder.join(SOCKET_FILE);
    if near.as_os_str().len() <= PATH_BYTES_MAX {
        match bind_at(&near) {
            Err(HostError::Io { source, .. }) if lacks_sockets(&source) => {}
            bound => return bound.map(|listener| (listener, near)),
        }
    }
    let far = far_path(folder)?;
    let listener = bind_at(&far)?;
    fs::write(folder.join(RECORD_FILE), far.as_os_str().as_encoded_bytes())
        .map_err(|source| HostError::io("write", &folder.join(RECORD_FILE), source))?;
    Ok((listener, far))
}

/// Removes the socket of an owner that stops, so that a client sees at once that nobody listens.
pub(super) fn unbind(lock: &FolderLock, path: &Path) {
    for file in [path, &lock.folder().join(RECORD_FILE)] {
        // The next owner removes what is left; a client finds nobody behind it either way.
        let _ = fs::remove_file(file);
    }
}

/// Connects to the folder's owner, and makes sure that it is this user.
pub(super) fn connect(folder: &Path) -> Result<Stream, HostError> {
    let not_listening = || HostError::NotListening { folder: folder.to_owned() };
    let folder = folder.canonicalize().map_err(|_| not_listening())?;
    let path = recorded(&folder)?.unwrap_or_else(|| folder.join(SOCKET_FILE));
    // An empty record is one that its owner is just writing.
    if path.as_os_str().is_empty() || path.as_os_str().len() > PATH_BYTES_MAX {
        return Err(not_listening());
    }
    let stream = Stream::connect(name(&path)?).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset => {
            not_listening()
        }
        _ => HostError::io("connect to", &path, source),
    })?;
    if !is_same_user(&stream)? {
        return Err(HostError::StrangeOwner { folder });
    }
    Ok(stream)
}

/// Whether the other end of the socket runs as this user, by what the kernel noted when it connected.
#[cfg(unix)]
pub(super) fn is_same_user(stream: &Stream) -> Result<bool, HostError> {
    let peer = stream
        .peer_creds()
        .map_err(|source| HostError::io("identify the other end of", Path::new(SOCKET_FILE), source))?;
    Ok(peer.euid() == Some(super::folder::own_user()))
}

/// Windows gives a pipe to its creator and to administrators only.
#[cfg(not(unix))]
pub(super) fn is_same_user(_stream: &Stream) -> Result<bool, HostError> {
    Ok(true)
}

fn bind_at(path: &Path) -> Result<Listener, HostError> {
    remove_stale(path)?;
    let bind_failed = |source| HostError::io("listen on", path, source);
    let listener =
        ListenerOptions::new().name(name(path)?).reclaim_name(false).create_sync().map_err(bind_failed)?;
    // Its folder is this user's alone already; the mode says so for the file too.
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).map_err(bind_failed)?;
    Ok(listener)
}

/// Removes what a dead owner left, and nothing else.
fn remove_stale(path: &Path) -> Result<(), HostError> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(HostError::io("look at", path, source)),
    };
    let is_record = metadata.is_file() && path.ends_with(RECORD_FILE);
    if !is_record && !is_socket(&metadata) {
        return Err(HostError::SocketObstructed { path: path.to_owned() });
    }
    fs::remove_file(path).map_err(|source| HostError::io("remove", path, source))
}

#[cfg(unix)]
fn is_socket(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_socket(&metadata.file_type())
}

/// Named pipes leave no file.
#[cfg(not(unix))]
fn is_socket(_metadata: &fs::Metadata) -> bool {
    false
}

#[cfg(unix)]
fn name(path: &Path) -> Result<Name<'static>, HostError> {
    path.to_owned()
        .to_fs_name::<GenericFilePath>()
        .map_err(|source| HostError::io("name the socket", path, source))
}

#[cfg(windows)]
fn name(path: &Path) -> Result<Name<'static>, HostError> {
    format!("purser-{}", path_hash(path))
        .to_ns_name::<GenericNamespaced>()
        .map_err(|source| HostError::io("name the socket", path, source))
}

/// FAT and some FUSE file systems hold files but no sockets.
fn lacks_sockets(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied)
}

fn recorded(folder: &Path) -> Result<Option<PathBuf>, HostError> {
    use std::io::Read;
    let path = folder.join(RECORD_FILE);
    let file = match fs::File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(HostError::io("read", &path, source)),
    };
    let mut text = String::new();
    file.take(RECORD_BYTES_MAX)
        .read_to_string(&mut text)
        .map_err(|source| HostError::io("read", &path, source))?;
    Ok(Some(PathBuf::from(text)))
}

/// A socket path that is short enough, in a folder that only this user may enter.
fn far_path(folder: &Path) -> Result<PathBuf, HostError> {
    let name = format!("purser-{}.sock", path_hash(folder));
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    if let Some(runtime) = runtime.filter(|runtime| runtime.to_str().is_some() && is_private(runtime)) {
        let path = runtime.join(&name);
        if path.as_os_str().len() <= PATH_BYTES_MAX {
            return Ok(path);
        }
    }
    temporary_folder().map(|folder| folder.join(&name))
}

fn path_hash(path: &Path) -> String {
    hex::encode(&Sha256::digest(path.as_os_str().as_encoded_bytes())[..8])
}

#[cfg(unix)]
fn temporary_folder() -> Result<PathBuf, HostError> {
    use std::os::unix::fs::DirBuilderExt;
    let folder = PathBuf::from(format!("/tmp/purser-{}", super::folder::own_user()));
    match fs::DirBuilder::new().mode(0o700).create(&folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(HostError::io("create", &folder, error));
        }
        _ => {}
    }
    if !is_private(&folder) {
        let reason = "it is in a folder that other users can change";
        return Err(HostError::FolderShared { folder, reason });
    }
    Ok(folder)
}

#[cfg(not(unix))]
fn temporary_folder() -> Result<PathBuf, HostError> {
    Ok(std::env::temp_dir())
}

/// A real folder of this user, closed to everybody else: nobody can put another socket there.
#[cfg(unix)]
fn is_private(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let Ok(metadata) = fs::symlink_metadata(folder) else { return false };
    let own = metadata.uid() == super::folder::own_user();
    folder.is_absolute() && metadata.is_dir() && own && metadata.mode() & 0o077 == 0
}

#[cfg(not(unix))]
fn is_private(_folder: &Path) -> bool {
    false
}
