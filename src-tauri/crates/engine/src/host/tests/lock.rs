//! One owner a folder, and a folder for one user.

use super::*;

#[test]
fn a_folder_has_one_owner_at_a_time() {
    let (_parent, folder) = folder();
    let lock = FolderLock::acquire(&folder).unwrap();
    let second = FolderLock::acquire(&folder).unwrap_err();
    assert!(matches!(second, HostError::Held { .. }), "{second:?}");
    assert_eq!(second.code(), "host_held");
    let clone = lock.clone();
    drop(lock);
    assert!(FolderLock::acquire(&folder).is_err(), "a clone still owns it");
    drop(clone);
    FolderLock::acquire(&folder).expect("it is free again");
}

#[test]
#[cfg(unix)]
fn a_new_data_folder_is_for_this_user_alone() {
    let (_parent, folder) = folder();
    let deep = folder.join("deep/er");
    let lock = FolderLock::acquire(&deep).unwrap();
    assert_eq!(mode(&deep), 0o700);
    assert_eq!(mode(&deep.join(LOCK_FILE)), 0o600);
    assert_eq!(lock.folder(), deep.canonicalize().unwrap());
}

#[test]
#[cfg(unix)]
fn an_existing_data_folder_that_others_can_read_is_closed_to_them() {
    let (_parent, folder) = folder();
    std::fs::create_dir(&folder).unwrap();
    for open in [0o755, 0o770, 0o701] {
        set_mode(&folder, open);
        FolderLock::acquire(&folder).unwrap();
        assert_eq!(mode(&folder), 0o700, "from {open:o}");
    }
}

#[test]
#[cfg(unix)]
fn a_folder_that_everybody_may_write_is_refused_and_left_alone() {
    let (_parent, folder) = folder();
    std::fs::create_dir(&folder).unwrap();
    set_mode(&folder, 0o1777);
    let refused = FolderLock::acquire(&folder).unwrap_err();
    assert!(matches!(refused, HostError::FolderShared { .. }), "{refused:?}");
    assert!(refused.to_string().contains("--data"), "{refused}");
    assert_eq!(mode(&folder), 0o1777);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
#[cfg(unix)]
fn a_folder_that_its_own_user_closed_is_refused_and_left_alone() {
    let (_parent, folder) = folder();
    std::fs::create_dir(&folder).unwrap();
    for closed in [0o555, 0o500, 0o600] {
        set_mode(&folder, closed);
        let refused = FolderLock::acquire(&folder).unwrap_err();
        assert_eq!(refused.code(), "host_folder_closed");
        let said = refused.to_string();
        assert!(said.contains(&format!("{closed:o}")) && said.contains("chmod u+rwx"), "{said}");
        assert_eq!(mode(&folder), closed);
    }
    set_mode(&folder, 0o700);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn a_folder_in_which_nothing_was_kept_is_left_as_it_was_found() {
    let (parent, folder) = folder();
    drop(FolderLock::acquire(&folder).unwrap());
    assert!(!folder.exists(), "it was new");
    std::fs::create_dir(&folder).unwrap();
    drop(FolderLock::acquire(&folder).unwrap());
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "it was empty");
    std::fs::write(folder.join("books.db"), "x").unwrap();
    drop(FolderLock::acquire(&folder).unwrap());
    assert!(folder.join(LOCK_FILE).exists(), "beside books it stays");
    drop(parent);
}

#[test]
#[cfg(unix)]
fn a_folder_of_another_user_is_refused() {
    let (_parent, folder) = folder();
    std::fs::create_dir(&folder).unwrap();
    if std::os::unix::fs::chown(&folder, Some(65534), None).is_err() {
        println!("skipped: only root can make a folder of another user");
        return;
    }
    let refused = FolderLock::acquire(&folder).unwrap_err();
    assert!(matches!(refused, HostError::FolderShared { .. }), "{refused:?}");
}

#[test]
fn a_synchronised_folder_is_refused_and_nothing_is_left_in_it() {
    let (parent, _) = folder();
    let synced = parent.path().join("Dropbox");
    std::fs::create_dir(&synced).unwrap();
    let refused = FolderLock::acquire(&synced.join("books")).unwrap_err();
    assert!(matches!(refused, HostError::FolderRefused(_)), "{refused:?}");
    assert_eq!(std::fs::read_dir(&synced).unwrap().count(), 0, "no folder and no lock file");
    assert_eq!(refused.code(), "synced_folder");
}

#[test]
fn a_file_in_the_place_of_the_folder_is_a_clear_error() {
    let (parent, _) = folder();
    let file = parent.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let error = FolderLock::acquire(&file).unwrap_err();
    assert!(error.to_string().starts_with("Could not create"), "{error}");
    assert!(
        error.to_string().ends_with("A file is in the way: choose another folder with --data."),
        "{error}"
    );
    assert!(FolderLock::acquire(&file.join("books")).is_err());
}

#[test]
#[cfg(unix)]
fn an_owner_notices_that_its_lock_file_was_taken_away() {
    let (_parent, folder) = folder();
    let lock = FolderLock::acquire(&folder).unwrap();
    assert!(lock.is_intact());
    std::fs::remove_file(folder.join(LOCK_FILE)).unwrap();
    assert!(!lock.is_intact());
    let second = FolderLock::acquire(&folder).unwrap();
    assert!(second.is_intact());
    assert!(!lock.is_intact(), "the first must stop writing");
}
