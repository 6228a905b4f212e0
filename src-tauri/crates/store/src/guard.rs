//! Where a store may live: a folder on a disk of this computer, not synchronised, writable.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::StoreError;
use crate::files::create_private;

/// File systems on which SQLite's locks or shared memory do not work, or that another machine also writes.
const NETWORK_KINDS: [&str; 21] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "smb2",
    "afs",
    "afpfs",
    "ncpfs",
    "ceph",
    "glusterfs",
    "lustre",
    "beegfs",
    "orangefs",
    "coda",
    "davfs",
    "webdav",
    "vboxsf",
    "prl_fs",
    "vmhgfs",
    "drvfs",
];

/// The same, mounted by a program of the user; the kernel shows them as `fuse.<name>`.
const NETWORK_PROGRAMS: [&str; 17] = [
    "sshfs",
    "rclone",
    "s3fs",
    "gcsfuse",
    "davfs",
    "davfs2",
    "glusterfs",
    "ceph",
    "cephfs",
    "gvfsd-fuse",
    "kio-fuse",
    "google-drive-ocamlfuse",
    "onedriver",
    "vmhgfs-fuse",
    "mount-s3",
    "curlftpfs",
    "juicefs",
];

/// Folder names that cloud services give to what they synchronise, with the service.
const SYNCED_NAMES: [(&str, &str); 18] = [
    ("dropbox", "Dropbox"),
    ("onedrive", "OneDrive"),
    ("google drive", "Google Drive"),
    ("googledrive", "Google Drive"),
    ("my drive", "Google Drive"),
    ("mobile documents", "iCloud Drive"),
    ("icloud drive", "iCloud Drive"),
    ("iclouddrive", "iCloud Drive"),
    ("cloudstorage", "a cloud service"),
    ("nextcloud", "Nextcloud"),
    ("owncloud", "ownCloud"),
    ("pcloud drive", "pCloud"),
    ("pclouddrive", "pCloud"),
    ("box sync", "Box"),
    ("megasync", "MEGA"),
    ("synologydrive", "Synology Drive"),
    ("proton drive", "Proton Drive"),
    ("syncthing", "Syncthing"),
];

/// Files or folders that a synchronising program leaves in its folder, with the service.
const MARKERS: [(&str, &str); 8] = [
    (".stfolder", "Syncthing"),
    (".dropbox.cache", "Dropbox"),
    (".sync/ID", "Resilio Sync"),
    (".nextcloudsync.log", "Nextcloud"),
    (".owncloudsync.log", "ownCloud"),
    (".tmp.drivedownload", "Google Drive"),
    (".tmp.driveupload", "Google Drive"),
    (".megaignore", "MEGA"),
];

/// Refuses a folder where a store would be damaged. The folder must exist.
pub fn check_folder(folder: &Path) -> Result<(), StoreError> {
    check_folder_with(folder, &mounts()?)
}

/// The mounted file systems, in the words of the operating system.
#[cfg(target_os = "linux")]
fn mounts() -> Result<String, StoreError> {
    let list = Path::new("/proc/self/mountinfo");
    fs::read_to_string(list).map_err(|cause| StoreError::io("reading", list, &cause))
}

/// The mounted file systems, in the words of the operating system.
#[cfg(target_os = "macos")]
fn mounts() -> Result<String, StoreError> {
    let program = Path::new("/sbin/mount");
    let output = std::process::Command::new(program)
        .output()
        .map_err(|cause| StoreError::io("running", program, &cause))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Windows shows a network share in the path itself, see [`is_network_share`].
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn mounts() -> Result<String, StoreError> {
    Ok(String::new())
}

/// [`check_folder`] with the given text of `/proc/self/mountinfo` (Linux) or `/sbin/mount` (macOS).
pub fn check_folder_with(folder: &Path, mounts: &str) -> Result<(), StoreError> {
    let folder = folder.canonicalize().map_err(|cause| StoreError::io("finding", folder, &cause))?;
    if let Some(kind) = network_kind(&folder, mounts) {
        return Err(StoreError::NetworkFolder { path: folder, kind });
    }
    if let Some(service) = synced_by(&folder) {
        return Err(StoreError::SyncedFolder { path: folder, service: service.to_owned() });
    }
    check_writable(&folder)
}

/// The kind of the network file system that holds the folder, if it is one.
fn network_kind(folder: &Path, mounts: &str) -> Option<String> {
    if folder.to_str().is_some_and(is_network_share) {
        return Some("network share".to_owned());
    }
    let (mount_point, kind) = mount_of(folder, mounts)?;
    let program = kind.strip_prefix("fuse.");
    let refused = match program {
        Some(program) => NETWORK_PROGRAMS.contains(&program),
        // A virtual machine's own root may be 9p; a 9p mount elsewhere is a shared folder of the host.
        None if kind == "9p" => mount_point != Path::new("/"),
        None => NETWORK_KINDS.contains(&kind.as_str()),
    };
    refused.then_some(kind)
}

/// Windows: `\\server\share`, also in its long form, but not the long form of a local path `\\?\C:\`.
fn is_network_share(path: &str) -> bool {
    match path.strip_prefix(r"\\?\") {
        Some(rest) => rest.starts_with(r"UNC\"),
        None => path.starts_with(r"\\"),
    }
}

/// The mount that holds the folder: the longest matching mount point, the latest of equals.
fn mount_of(folder: &Path, mounts: &str) -> Option<(PathBuf, String)> {
    let mut best: Option<(PathBuf, String)> = None;
    for line in mounts.lines() {
        let Some((mount_point, kind)) = parse_mount(line) else { continue };
        let longer = best
            .as_ref()
            .is_none_or(|(other, _)| mount_point.components().count() >= other.components().count());
        if folder.starts_with(&mount_point) && longer {
            best = Some((mount_point, kind));
        }
    }
    best
}

/// The mount point and the kind of file system in one line of the list.
fn parse_mount(line: &str) -> Option<(PathBuf, String)> {
    parse_mountinfo(line).or_else(|| parse_mount_program(line))
}

/// Linux: `36 35 98:0 /root /mount/point rw,noatime master:1 - ext4 /dev/root rw`.
fn parse_mountinfo(line: &str) -> Option<(PathBuf, String)> {
    let (before, after) = line.split_once(" - ")?;
    let mut fields = before.split(' ');
    fields.next()?.parse::<u64>().ok()?;
    let mount_point = fields.nth(3)?;
    let kind = after.split(' ').next()?;
    Some((PathBuf::from(unescape(mount_point)), kind.to_owned()))
}

/// macOS: `//me@server/share on /Volumes/share (smbfs, nodev, nosuid, mounted by me)`.
fn parse_mount_program(line: &str) -> Option<(PathBuf, String)> {
    let (place, about) = line.rsplit_once(" (")?;
    let (_, mount_point) = place.split_once(" on ")?;
    let kind = about.split([',', ')']).next()?;
    Some((PathBuf::from(mount_point), kind.to_owned()))
}

/// The kernel writes blanks in paths as octal: `\040`.
fn unescape(text: &str) -> String {
    [(r"\040", " "), (r"\011", "\t"), (r"\012", "\n"), (r"\134", r"\")]
        .iter()
        .fold(text.to_owned(), |text, (code, plain)| text.replace(code, plain))
}

/// The service that synchronises the folder, judged by the names of its parents and by markers in them.
fn synced_by(folder: &Path) -> Option<&'static str> {
    folder.ancestors().find_map(|parent| by_name(parent).or_else(|| by_marker(parent)))
}

fn by_name(folder: &Path) -> Option<&'static str> {
    let name = folder.file_name()?.to_str()?.to_lowercase();
    SYNCED_NAMES
        .iter()
        .find(|(known, _)| {
            // "OneDrive - Company", "Dropbox (Personal)", "GoogleDrive-me@example.org"
            name.strip_prefix(known).is_some_and(|rest| {
                rest.is_empty() || rest.starts_with(" -") || rest.starts_with(" (") || rest.starts_with('-')
            })
        })
        .map(|(_, service)| *service)
}

fn by_marker(folder: &Path) -> Option<&'static str> {
    // In a home folder `.dropbox` is a folder of settings; in a synchronised folder it is a file.
    if folder.join(".dropbox").is_file() {
        return Some("Dropbox");
    }
    MARKERS
        .iter()
        .find(|(marker, _)| folder.join(marker).symlink_metadata().is_ok())
        .map(|(_, service)| *service)
}

fn check_writable(folder: &Path) -> Result<(), StoreError> {
    let probe = folder.join(format!(".purser-write-test-{}", std::process::id()));
    let outcome = create_private(&probe)
        .and_then(|_| fs::remove_file(&probe).map_err(|cause| StoreError::io("removing", &probe, &cause)));
    match outcome {
        Ok(()) => Ok(()),
        Err(StoreError::Io { why, .. }) => Err(StoreError::ReadOnlyFolder { path: folder.to_owned(), why }),
        Err(other) => Err(other),
    }
}
