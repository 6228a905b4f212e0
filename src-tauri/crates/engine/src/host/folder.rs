//! The data folder itself: where it is by default, and that nobody else may look into it.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::HostError;

/// The platform's own place for Purser's data. `PURSER_DATA` and `--data` are the caller's to read.
///
/// Linux: `$XDG_DATA_HOME/purser`, else `~/.local/share/purser`; macOS: `~/Library/Application
/// Support/purser`; Windows: `%APPDATA%\purser`.
pub fn default_folder() -> Result<PathBuf, HostError> {
    platform_folder(std::env::consts::OS, |name| std::env::var_os(name))
}

/// The place of the demo company, beside the founder's own: it must never stand where their books go.
pub fn demo_folder() -> Result<PathBuf, HostError> {
    Ok(default_folder()?.with_file_name("purser-demo"))
}

fn platform_folder(system: &str, variable: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf, HostError> {
    // A relative value would put the books wherever the command was typed; the XDG specification says to ignore it.
    let absolute = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = |rest: &str| {
        absolute("HOME").map(|home| home.join(rest)).ok_or(HostError::NoDefaultFolder { missing: "HOME" })
    };
    let base = match system {
        "windows" => absolute("APPDATA").ok_or(HostError::NoDefaultFolder { missing: "APPDATA" })?,
        "macos" => home("Library/Application Support")?,
        _ => match absolute("XDG_DATA_HOME") {
            Some(base) => base,
            None => home(".local/share")?,
        },
    };
    Ok(base.join("purser"))
}

/// Makes sure that the folder exists for this user alone, and returns its real path and whether it is new.
pub(super) fn ensure_private(folder: &Path) -> Result<(PathBuf, bool), HostError> {
    let created = create_private(folder).map_err(|source| HostError::io("create", folder, source))?;
    let real = folder.canonicalize().map_err(|source| HostError::io("find", folder, source))?;
    if !created {
        tighten(&real)?;
    }
    Ok((real, created))
}

/// Creates the last folder with 0700, its parents as the system does. `false`: it was there.
fn create_private(folder: &Path) -> io::Result<bool> {
    if let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent)?;
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Takes an existing folder from group and others; refuses one that all may write, that is another's, or that its own
/// user has closed to writing: that was meant.
#[cfg(unix)]
fn tighten(folder: &Path) -> Result<(), HostError> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let metadata = fs::metadata(folder).map_err(|source| HostError::io("look at", folder, source))?;
    let shared = |reason| HostError::FolderShared { folder: folder.to_owned(), reason };
    if metadata.uid() != own_user() {
        return Err(shared("it belongs to another user"));
    }
    let mode = metadata.permissions().mode();
    // Such a folder is shared on purpose, like /tmp: taking it from everybody would break the machine.
    if mode & 0o002 != 0 {
        return Err(shared("every user may write there"));
    }
    if mode & 0o700 != 0o700 {
        return Err(HostError::FolderClosed { folder: folder.to_owned(), mode: mode & 0o777 });
    }
    if mode & 0o077 != 0 {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
            .map_err(|source| HostError::io("make private", folder, source))?;
    }
    Ok(())
}

/// Windows folders below the user's profile are private already.
#[cfg(not(unix))]
fn tighten(_folder: &Path) -> Result<(), HostError> {
    Ok(())
}

/// This process's user.
#[cfg(unix)]
pub(super) fn own_user() -> u32 {
    rustix::process::geteuid().as_raw()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(system: &str, variables: &[(&str, &str)], expected: Option<&str>) {
        let found = platform_folder(system, |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        });
        assert_eq!(found.ok(), expected.map(PathBuf::from), "{system} {variables:?}");
    }

    #[test]
    fn the_default_folder_is_where_the_platform_keeps_data() {
        check("linux", &[("HOME", "/home/founder")], Some("/home/founder/.local/share/purser"));
        check("linux", &[("HOME", "/home/founder"), ("XDG_DATA_HOME", "/data")], Some("/data/purser"));
        check(
            "linux",
            &[("HOME", "/home/founder"), ("XDG_DATA_HOME", "data")],
            Some("/home/founder/.local/share/purser"),
        );
        check(
            "linux",
            &[("HOME", "/home/founder"), ("XDG_DATA_HOME", "")],
            Some("/home/founder/.local/share/purser"),
        );
        check("linux", &[], None);
        check(
            "macos",
            &[("HOME", "/Users/founder")],
            Some("/Users/founder/Library/Application Support/purser"),
        );
        check("windows", &[("HOME", "/ignored")], None);
    }
}
