//! Where a store may live.

use std::path::{Path, PathBuf};

use purser_store::{Store, check_folder, check_folder_with};
use rstest::rstest;

use crate::toy::{key, options};

struct Folder {
    root: tempfile::TempDir,
}

impl Folder {
    fn new() -> Self {
        Self { root: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.root.path().canonicalize().unwrap()
    }

    fn make(&self, inner: &str) -> PathBuf {
        let path = self.path().join(inner);
        std::fs::create_dir_all(&path).unwrap();
        path
    }

    /// A list of mounts in which this folder is a mount of the given kind.
    fn mounted_as(&self, kind: &str) -> String {
        let point = self.path().display().to_string().replace(' ', r"\040");
        format!(
            "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n\
             99 27 0:50 / {point} rw,relatime shared:7 - {kind} somewhere rw\n"
        )
    }
}

fn code(folder: &Path, mounts: &str) -> &'static str {
    check_folder_with(folder, mounts).map_or_else(|cause| cause.code(), |()| "fine")
}

#[rstest]
#[case("nfs", "network_folder")]
#[case("nfs4", "network_folder")]
#[case("cifs", "network_folder")]
#[case("smb3", "network_folder")]
#[case("fuse.sshfs", "network_folder")]
#[case("fuse.rclone", "network_folder")]
#[case("vboxsf", "network_folder")]
#[case("9p", "network_folder")]
#[case("ext4", "fine")]
#[case("btrfs", "fine")]
#[case("tmpfs", "fine")]
#[case("fuse.gocryptfs", "fine")]
#[case("fuseblk", "fine")]
fn the_kind_of_file_system_decides(#[case] kind: &str, #[case] expected: &str) {
    let folder = Folder::new();
    let inner = folder.make("data/purser");
    assert_eq!(code(&inner, &folder.mounted_as(kind)), expected);
}

#[test]
fn the_refusal_names_the_folder_the_kind_and_the_way_out() {
    let folder = Folder::new();
    let sentence = check_folder_with(&folder.path(), &folder.mounted_as("nfs4")).unwrap_err().to_string();
    assert!(sentence.contains(&folder.path().display().to_string()), "{sentence}");
    assert!(sentence.contains("nfs4") && sentence.contains("choose a folder on a disk"), "{sentence}");
}

#[test]
fn a_virtual_machines_own_root_may_be_shared_by_its_host() {
    let folder = Folder::new();
    assert_eq!(code(&folder.path(), "27 1 0:20 / / rw - 9p root rw\n"), "fine");
}

#[rstest]
#[case("//me@server/share", "smbfs, nodev, nosuid, mounted by me", "network_folder")]
#[case("server:/export", "nfs", "network_folder")]
#[case("/dev/disk3s5", "apfs, local, journaled", "fine")]
fn the_list_of_macos_is_understood_too(#[case] device: &str, #[case] about: &str, #[case] expected: &str) {
    let folder = Folder::new();
    let inner = folder.make("Volumes/My Share");
    let mounts = format!("/dev/disk3s1 on / (apfs, local)\n{device} on {} ({about})\n", inner.display());
    assert_eq!(code(&inner, &mounts), expected);
}

#[test]
fn the_innermost_mount_counts_and_the_later_of_two_on_one_place() {
    let folder = Folder::new();
    let inner = folder.make("inner");
    let local_inside =
        format!("{}1 99 0:51 / {} rw - ext4 /dev/sdb rw\n", folder.mounted_as("nfs"), inner.display());
    assert_eq!(code(&inner, &local_inside), "fine");
    let over = format!("{}{}", folder.mounted_as("ext4"), folder.mounted_as("cifs"));
    assert_eq!(code(&folder.path(), &over), "network_folder");
}

#[test]
fn a_mount_with_a_similar_name_does_not_count() {
    let folder = Folder::new();
    let point = format!("{}-share", folder.path().display());
    let mounts = format!("27 1 254:0 / / rw - ext4 /dev/vda rw\n99 27 0:50 / {point} rw - nfs host:/ rw\n");
    assert_eq!(code(&folder.path(), &mounts), "fine");
}

#[test]
fn blanks_in_a_mount_point_are_understood() {
    let folder = Folder::new();
    let inner = folder.make("my share");
    let point = inner.display().to_string().replace(' ', r"\040");
    let mounts = format!("99 27 0:50 / {point} rw - cifs //host/share rw\n");
    assert_eq!(code(&inner, &mounts), "network_folder");
}

#[rstest]
#[case("Dropbox/Company", "Dropbox")]
#[case("Dropbox (Personal)", "Dropbox")]
#[case("OneDrive - Acme GmbH/books", "OneDrive")]
#[case("Google Drive/My Drive", "Google Drive")]
#[case("Library/CloudStorage/GoogleDrive-me@example.org", "Google Drive")]
#[case("Library/Mobile Documents/com~apple~CloudDocs", "iCloud Drive")]
#[case("Nextcloud/books", "Nextcloud")]
fn a_synchronised_folder_is_known_by_its_name(#[case] inner: &str, #[case] service: &str) {
    let folder = Folder::new();
    let cause = check_folder_with(&folder.make(inner), "").unwrap_err();
    assert_eq!(cause.code(), "synced_folder");
    assert!(cause.to_string().contains(service), "{cause}");
}

#[rstest]
#[case("Dropboxes")]
#[case("my dropbox notes")]
#[case("OneDriver")]
fn a_similar_name_is_no_synchronised_folder(#[case] inner: &str) {
    let folder = Folder::new();
    assert_eq!(code(&folder.make(inner), ""), "fine");
}

#[rstest]
#[case(".stfolder", "Syncthing")]
#[case(".dropbox.cache", "Dropbox")]
fn a_synchronised_folder_is_known_by_what_the_service_leaves_there(
    #[case] marker: &str,
    #[case] service: &str,
) {
    let folder = Folder::new();
    let inner = folder.make("shared/books/2026");
    folder.make(&format!("shared/{marker}"));
    let cause = check_folder_with(&inner, "").unwrap_err();
    assert!(cause.to_string().contains(service), "{cause}");
}

#[test]
fn the_settings_folder_of_dropbox_in_the_home_folder_is_no_marker() {
    let folder = Folder::new();
    let inner = folder.make("home/.local/share/purser");
    folder.make("home/.dropbox");
    assert_eq!(code(&inner, ""), "fine");
    std::fs::write(folder.make("work").join(".dropbox"), b"").unwrap();
    assert_eq!(code(&folder.make("work/books"), ""), "synced_folder");
}

#[cfg(unix)]
#[test]
fn a_link_into_a_synchronised_folder_is_followed() {
    let folder = Folder::new();
    let real = folder.make("Dropbox/books");
    let link = folder.path().join("books");
    std::os::unix::fs::symlink(&real, &link).unwrap();
    assert_eq!(code(&link, ""), "synced_folder");
}

#[test]
fn a_missing_folder_says_so() {
    let cause = check_folder(&Folder::new().path().join("nowhere")).unwrap_err();
    assert_eq!(cause.code(), "file_access");
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_is_refused() {
    // Not even root may create files in /proc.
    let cause = check_folder_with(Path::new("/proc/self"), "").unwrap_err();
    assert_eq!(cause.code(), "read_only_folder");
    assert!(cause.to_string().contains("choose another folder"), "{cause}");
}

#[test]
fn the_check_leaves_no_file() {
    let folder = Folder::new();
    check_folder(&folder.path()).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn no_store_is_created_or_opened_in_a_synchronised_folder() {
    let folder = Folder::new();
    let outside = folder.make("books").join("store.purser");
    Store::create(&outside, &key(), options()).unwrap().close().unwrap();
    let inside = folder.make("Dropbox").join("store.purser");
    assert_eq!(Store::create(&inside, &key(), options()).unwrap_err().code(), "synced_folder");
    std::fs::rename(&outside, &inside).unwrap();
    assert_eq!(Store::open(&inside, &key(), options()).unwrap_err().code(), "synced_folder");
}
