//! Backups: complete or absent, checked before they count, rotated.

use std::ops::ControlFlow;

use purser_store::{BackupProgress, Store, StoreError, list_backups, read_backup_header, rotate_backups};
use rstest::rstest;

use crate::toy::{Place, add, at, options, request};

fn place_with_backup() -> (Place, Store, std::path::PathBuf) {
    let place = Place::empty();
    let store = place.create();
    add(&store, "first");
    let path = place.backup(&store, "one", 2);
    (place, store, path)
}

#[test]
fn a_backup_says_what_it_is_without_the_key() {
    let (_place, store, path) = place_with_backup();
    let header = read_backup_header(&path).unwrap();
    assert_eq!(header.store_id, store.store_id());
    assert_eq!(header.created_at, at(2, 4));
    assert_eq!(header.schema_version, 2);
    assert_eq!(header.audit_head, store.audit_head().unwrap());
    assert_eq!(header.recovery_envelope, request(2).recovery_envelope);
    let about = std::fs::metadata(&path).unwrap();
    assert!(about.len() > header.database_bytes, "the database and the header fit into the file");
}

#[test]
fn nothing_of_the_books_is_readable_in_a_backup() {
    let (_place, store, _) = place_with_backup();
    add(&store, "canary-4711");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b.purser-backup");
    store.backup_to(&path, &request(2)).unwrap();
    let bytes = std::fs::read(path).unwrap();
    assert!(!bytes.windows(11).any(|window| window == b"canary-4711"));
    assert!(!bytes.windows(32).any(|window| window == crate::toy::key().as_bytes()));
}

#[test]
fn a_backup_never_replaces_a_file() {
    let (place, store, path) = place_with_backup();
    let before = std::fs::read(&path).unwrap();
    assert_eq!(store.backup_to(&path, &request(3)).unwrap_err().code(), "store_exists");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(list_backups(&place.backups).unwrap().len(), 1);
}

#[test]
fn a_backup_leaves_no_other_files() {
    let (place, _store, _) = place_with_backup();
    let names = |folder: &std::path::Path| {
        let mut names: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(&place.backups), ["one.purser-backup"]);
    assert_eq!(
        names(place.folder.path()),
        ["backups", "store.purser", "store.purser-shm", "store.purser-wal"]
    );
}

#[test]
fn a_damaged_store_gets_no_backup() {
    let place = Place::empty();
    add(&place.create(), "first");
    place.tamper("UPDATE audit SET actor = 'someone' WHERE seq = 2");
    let store = place.open();
    let path = place.folder.path().join("b.purser-backup");
    let cause = store.backup_to(&path, &request(2)).unwrap_err();
    assert_eq!(cause.code(), "backup_not_verified");
    assert!(cause.to_string().contains("audit row 2"), "{cause}");
    assert!(!path.exists());
    assert!(!path.with_extension("purser-backup.unfinished").exists());
}

#[test]
fn a_cancelled_backup_leaves_nothing() {
    let (place, store, _) = place_with_backup();
    let path = place.backups.join("two.purser-backup");
    let mut seen = Vec::new();
    let cause = store.backup_with_progress(&path, &request(3), |progress| {
        seen.push(progress);
        ControlFlow::Break(())
    });
    assert_eq!(cause.unwrap_err(), StoreError::Cancelled);
    assert_eq!(std::fs::read_dir(&place.backups).unwrap().count(), 1);
    assert!(seen[0].pages_total > 0);
}

#[test]
fn a_file_that_appears_meanwhile_is_not_replaced() {
    let (place, store, _) = place_with_backup();
    let path = place.backups.join("two.purser-backup");
    let outcome = store.backup_with_progress(&path, &request(3), |_| {
        std::fs::write(&path, b"somebody else's").unwrap();
        ControlFlow::Continue(())
    });
    assert_eq!(outcome.unwrap_err().code(), "store_exists");
    assert_eq!(std::fs::read(&path).unwrap(), b"somebody else's");
}

#[test]
fn progress_ends_at_the_last_page() {
    let (place, store, _) = place_with_backup();
    for number in 0..60 {
        add(&store, &format!("{number} {}", "x".repeat(100_000)));
    }
    let mut seen: Vec<BackupProgress> = Vec::new();
    store
        .backup_with_progress(&place.backups.join("two.purser-backup"), &request(3), |progress| {
            seen.push(progress);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert!(seen.len() > 1, "more than one step: {seen:?}");
    assert!(seen.windows(2).all(|pair| pair[0].pages_done < pair[1].pages_done));
    let last = seen.last().unwrap();
    assert_eq!(last.pages_done, last.pages_total);
}

#[test]
fn a_backup_shows_the_store_as_it_was_at_its_start() {
    let (place, store, _) = place_with_backup();
    for number in 0..60 {
        add(&store, &format!("{number} {}", "x".repeat(100_000)));
    }
    let before = store.audit_head().unwrap();
    let path = place.backups.join("two.purser-backup");
    let header = store
        .backup_with_progress(&path, &request(3), |progress| {
            add(&store, &format!("meanwhile {}", progress.pages_done));
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(header.audit_head, before, "the copy neither moved on nor started anew");
    assert!(store.audit_head().unwrap().seq > before.seq);
}

#[test]
fn a_store_in_memory_can_be_backed_up_too() {
    let store = Store::memory_with(options()).unwrap();
    add(&store, "first");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b.purser-backup");
    let header = store.backup_to(&path, &request(2)).unwrap();
    assert_eq!(header.audit_head, store.audit_head().unwrap());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[rstest]
#[case::nothing(&[], "cut off")]
#[case::another_file(b"%PDF-1.7 and so on, and so on, and so on", "does not start like a backup")]
#[case::no_header(b"purser-backup 1\n", "cut off")]
#[case::endless_header(b"purser-backup 1\n\xff\xff\xff\xff", "too large")]
#[case::no_json(b"purser-backup 1\n\0\0\0\x04abcd", "header cannot be read")]
fn a_file_that_is_no_backup_says_why(#[case] bytes: &[u8], #[case] why: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b.purser-backup");
    std::fs::write(&path, bytes).unwrap();
    let cause = read_backup_header(&path).unwrap_err();
    assert_eq!(cause.code(), "backup_damaged");
    assert!(cause.to_string().contains(why), "{cause}");
}

#[test]
fn backups_are_listed_newest_first_and_unreadable_ones_last() {
    let (place, store, _) = place_with_backup();
    place.backup(&store, "three", 9);
    place.backup(&store, "two", 5);
    std::fs::write(place.backups.join("bad.purser-backup"), b"?").unwrap();
    std::fs::write(place.backups.join("readme.txt"), b"?").unwrap();
    let names: Vec<_> = list_backups(&place.backups)
        .unwrap()
        .iter()
        .map(|entry| entry.path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names, ["three", "two", "one", "bad"]);
}

#[test]
fn a_folder_that_is_not_there_has_no_backups() {
    assert!(list_backups(&Place::empty().backups).unwrap().is_empty());
}

#[test]
fn rotation_removes_what_is_older_than_the_limit() {
    let (place, store, old) = place_with_backup();
    let kept = [place.backup(&store, "two", 10), place.backup(&store, "three", 20)];
    let rotation = rotate_backups(&place.backups, 15, at(22, 4)).unwrap();
    assert_eq!(rotation.removed, std::slice::from_ref(&old));
    assert_eq!(rotation.kept, [kept[1].clone(), kept[0].clone()]);
    assert!(!old.exists() && kept.iter().all(|path| path.exists()));
}

#[test]
fn rotation_keeps_the_newest_backup_however_old_it_is() {
    let (place, store, oldest) = place_with_backup();
    let newest = place.backup(&store, "two", 3);
    let rotation = rotate_backups(&place.backups, 1, at(28, 4)).unwrap();
    assert_eq!((rotation.removed, rotation.kept), (vec![oldest], vec![newest]));
}

#[test]
fn rotation_leaves_files_that_it_cannot_read() {
    let (place, _store, _) = place_with_backup();
    let bad = place.backups.join("bad.purser-backup");
    std::fs::write(&bad, b"?").unwrap();
    let rotation = rotate_backups(&place.backups, 0, at(28, 4)).unwrap();
    assert_eq!(rotation.unreadable, std::slice::from_ref(&bad));
    assert!(bad.exists());
}

#[test]
fn rotation_keeps_one_backup_of_every_store() {
    let (place, _store, first) = place_with_backup();
    let other = Place::empty();
    let second = place.backup(&other.create(), "other", 9);
    let rotation = rotate_backups(&place.backups, 1, at(28, 4)).unwrap();
    assert_eq!((rotation.removed, rotation.kept), (vec![], vec![second, first]));
}
