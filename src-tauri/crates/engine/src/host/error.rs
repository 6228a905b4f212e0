//! What can go wrong between processes, each with what to do.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// What to do about a failure of the file system, after its sentence; empty where nothing is known.
fn advice(source: &std::io::Error) -> &'static str {
    use std::io::ErrorKind as K;
    match source.kind() {
        K::PermissionDenied | K::ReadOnlyFilesystem => {
            " Purser has to write there: give your user that right, or choose another folder with --data."
        }
        K::AlreadyExists | K::NotADirectory => " A file is in the way: choose another folder with --data.",
        K::NotFound => " Nothing can be made there: choose another folder with --data.",
        K::StorageFull | K::QuotaExceeded => " Free some space, then try again.",
        _ => "",
    }
}

/// A folder that could not be owned, or an owner that could not be talked to.
#[derive(Debug, Error)]
pub enum HostError {
    /// Another process owns the folder.
    #[error("Another Purser owns {}: use that one, or quit it and try again.", folder.display())]
    Held {
        /// The data folder.
        folder: PathBuf,
    },
    /// The folder may be read or written by other users, or belongs to one.
    #[error("{} is no place for company books ({reason}): choose a folder of your own with --data.", folder.display())]
    FolderShared {
        /// The data folder.
        folder: PathBuf,
        /// Why not.
        reason: &'static str,
    },
    /// The folder's own user may not read, write or enter it.
    #[error("{} is closed to its own user (mode {mode:o}), so no books are kept there: open it with chmod u+rwx, or choose another folder with --data.", folder.display())]
    FolderClosed {
        /// The data folder.
        folder: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The store refuses the folder: a network or synchronised one, or not writable.
    #[error(transparent)]
    FolderRefused(#[from] purser_store::StoreError),
    /// The system names no place for data.
    #[error(
        "No data folder is known on this machine ({missing} is not set): give one with --data or PURSER_DATA."
    )]
    NoDefaultFolder {
        /// The variable that would name it.
        missing: &'static str,
    },
    /// Nobody serves the folder's socket.
    #[error("No Purser answers for {}: start it, or run the command again.", folder.display())]
    NotListening {
        /// The data folder.
        folder: PathBuf,
    },
    /// Something that is no socket lies where the socket belongs.
    #[error("{} is in the way of Purser's socket and is not one: move it elsewhere.", path.display())]
    SocketObstructed {
        /// What lies there.
        path: PathBuf,
    },
    /// The other end of the socket belongs to another user.
    #[error("The socket of {} belongs to another user, so nothing was sent: check who runs Purser there.", folder.display())]
    StrangeOwner {
        /// The data folder.
        folder: PathBuf,
    },
    /// The owner is another version.
    #[error(
        "The running Purser is {running}, this one {ours}: quit the window (or `purser run`) and try again."
    )]
    VersionMismatch {
        /// The owner's version.
        running: String,
        /// This program's version.
        ours: String,
    },
    /// The owner is busy with as many connections as it takes.
    #[error("The running Purser is busy with other commands: wait for them and try again.")]
    OwnerBusy,
    /// The owner is there but says nothing.
    #[error("The Purser that owns {} has not answered for {seconds} s: wait, or end it and try again.", folder.display())]
    OwnerSilent {
        /// The data folder.
        folder: PathBuf,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The owner went away before it answered.
    #[error(
        "The running Purser quit before it answered `{method}`, so its outcome is unknown: run the command again; a repeated command is harmless."
    )]
    OwnerGone {
        /// What was asked.
        method: String,
    },
    /// The owner refused the request itself.
    #[error(
        "The running Purser refused the request ({reason}): run the command again with the same version of Purser."
    )]
    Refused {
        /// What it said.
        reason: String,
    },
    /// A request that no frame carries.
    #[error(
        "The request `{method}` is {bytes} bytes, more than the {bytes_max} that fit: split it, or give the file's path instead."
    )]
    RequestTooLarge {
        /// What was asked.
        method: String,
        /// Its size.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// What came through the socket is not our protocol.
    #[error(
        "What came through Purser's socket makes no sense ({reason}): quit all of Purser and start again."
    )]
    Garbled {
        /// What was wrong with it.
        reason: String,
    },
    /// A file or socket operation failed.
    #[error("Could not {action} {}: {source}.{}", path.display(), advice(source))]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl HostError {
    pub(super) fn io(action: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::Io { action, path: path.to_owned(), source }
    }

    /// A stable code for the window and scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Held { .. } => "host_held",
            Self::FolderShared { .. } => "host_folder_shared",
            Self::FolderClosed { .. } => "host_folder_closed",
            Self::FolderRefused(error) => error.code(),
            Self::NoDefaultFolder { .. } => "host_no_default_folder",
            Self::NotListening { .. } => "host_not_listening",
            Self::SocketObstructed { .. } => "host_socket_obstructed",
            Self::StrangeOwner { .. } => "host_strange_owner",
            Self::VersionMismatch { .. } => "host_version_mismatch",
            Self::OwnerBusy => "host_owner_busy",
            Self::OwnerSilent { .. } => "host_owner_silent",
            Self::OwnerGone { .. } => "host_owner_gone",
            Self::Refused { .. } => "host_refused",
            Self::RequestTooLarge { .. } => "host_request_too_large",
            Self::Garbled { .. } => "host_garbled",
            Self::Io { .. } => "host_io",
        }
    }

    /// Whether the next try may find another situation: an owner that just came or just went.
    pub(super) fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Held { .. } | Self::NotListening { .. } | Self::OwnerGone { .. } | Self::OwnerBusy
        )
    }
}
