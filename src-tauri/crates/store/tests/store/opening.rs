//! Create, open, close: what is refused and what the file looks like.

use purser_store::rusqlite::Connection;
use purser_store::{Store, embedded_migrations};

use crate::toy::{Place, add, key, migrations_with, notes, options, other_key};

#[test]
fn what_was_written_is_there_after_closing_and_opening() {
    let place = Place::empty();
    let store = place.create();
    add(&store, "first");
    let (id, sequence) = (store.store_id(), store.sequence());
    store.close().unwrap();

    let store = place.open();
    assert_eq!(notes(&store), ["first"]);
    assert_eq!(store.store_id(), id);
    assert_eq!(store.sequence(), sequence, "the sequence goes on where it was");
    assert_eq!(store.created_at(), "2026-11-01T09:00:00.000000Z");
}

#[test]
fn every_handle_of_a_memory_store_sees_the_same_data() {
    let store = Store::memory_with(options()).unwrap();
    add(&store, "first");
    let handle = store.clone();
    let seen = std::thread::spawn(move || notes(&handle)).join().unwrap();
    assert_eq!(seen, ["first"]);
    assert!(store.verify().unwrap().is_clean());
}

#[test]
fn two_memory_stores_share_nothing() {
    let (one, other) = (Store::memory_with(options()).unwrap(), Store::memory_with(options()).unwrap());
    add(&one, "first");
    assert!(notes(&other).is_empty());
}

#[test]
fn two_memory_stores_with_the_same_options_are_the_same_run() {
    let heads = [(), ()].map(|()| {
        let store = Store::memory_with(options()).unwrap();
        add(&store, "first");
        store.audit_head().unwrap()
    });
    assert_eq!(heads[0], heads[1], "time is passed in, so the chain is the same");
}

#[test]
fn the_real_migrations_build_a_store_that_verifies() {
    let store = Store::memory().unwrap();
    assert_eq!(store.schema_version(), embedded_migrations().last().unwrap().version);
    let report = store.verify().unwrap();
    assert!(report.is_clean(), "{report:?}");
}

#[test]
fn a_store_is_never_created_where_a_file_exists() {
    let place = Place::empty();
    place.create().close().unwrap();
    let refused = Store::create(&place.path, &other_key(), options()).unwrap_err();
    assert_eq!(refused.code(), "store_exists");
    assert!(notes(&place.open()).is_empty(), "the existing store still opens with its own key");
}

#[test]
fn a_missing_store_is_not_created_by_opening() {
    let place = Place::empty();
    assert_eq!(place.open_error(options()).code(), "store_missing");
    assert!(!place.path.exists());
}

#[test]
fn a_wrong_key_is_refused_and_no_key_shows_in_the_message() {
    let place = Place::empty();
    place.create().close().unwrap();
    let refused = Store::open(&place.path, &other_key(), options()).unwrap_err();
    assert_eq!(refused.code(), "wrong_key");
    for shown in [refused.to_string(), format!("{refused:?}")] {
        assert!(!shown.contains(&hex::encode(other_key().as_bytes())), "{shown}");
        assert!(!shown.contains("PRAGMA"), "{shown}");
    }
}

#[test]
fn a_wrong_key_leaves_the_store_as_it_was() {
    let place = Place::empty();
    place.create().close().unwrap();
    let before = std::fs::read(&place.path).unwrap();
    Store::open(&place.path, &other_key(), options()).unwrap_err();
    assert_eq!(std::fs::read(&place.path).unwrap(), before);
}

#[test]
fn an_unencrypted_database_is_told_from_a_store() {
    let place = Place::empty();
    let plain = Connection::open(&place.path).unwrap();
    plain.execute_batch("CREATE TABLE t (x)").unwrap();
    drop(plain);
    let refused = place.open_error(options());
    assert_eq!(refused.code(), "not_a_store");
    assert!(refused.to_string().contains("unencrypted"), "{refused}");
}

#[test]
fn an_empty_file_is_not_taken_for_a_new_store() {
    let place = Place::empty();
    std::fs::write(&place.path, b"").unwrap();
    assert_eq!(place.open_error(options()).code(), "not_a_store");
    assert_eq!(std::fs::metadata(&place.path).unwrap().len(), 0);
}

#[test]
fn a_folder_is_not_a_store() {
    let place = Place::empty();
    std::fs::create_dir(&place.path).unwrap();
    assert_eq!(place.open_error(options()).code(), "not_a_store");
}

#[test]
fn an_encrypted_database_of_another_program_is_not_a_store() {
    let place = Place::empty();
    let foreign = crate::toy::raw(&place.path);
    foreign.execute_batch("CREATE TABLE t (x)").unwrap();
    drop(foreign);
    assert_eq!(place.open_error(options()).code(), "not_a_store");
}

#[test]
fn nothing_that_was_written_is_readable_in_the_files() {
    let place = Place::empty();
    let store = place.create();
    add(&store, "canary-4711");
    let log = purser_file(&place, "-wal");
    store.close().unwrap();
    let file = std::fs::read(&place.path).unwrap();
    for bytes in [file, log] {
        assert!(!contains(&bytes, b"canary-4711"));
        assert!(!contains(&bytes, b"CREATE TABLE"));
        assert!(!contains(&bytes, key().as_bytes()));
    }
}

fn purser_file(place: &Place, suffix: &str) -> Vec<u8> {
    let mut name = place.path.clone().into_os_string();
    name.push(suffix);
    let bytes = std::fs::read(name).unwrap();
    assert!(!bytes.is_empty(), "the write-ahead log should hold the newest commit");
    bytes
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[cfg(unix)]
#[test]
fn only_the_user_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::empty();
    let store = place.create();
    add(&store, "first");
    place.backup(&store, "one", 2);
    let mut seen = 0;
    for folder in [place.folder.path(), &place.backups] {
        for file in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if file.file_type().unwrap().is_file() {
                let mode = file.metadata().unwrap().permissions().mode() & 0o777;
                assert_eq!(mode, 0o600, "{}", file.path().display());
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 4, "the store, its log, its shared memory and a backup");
}

#[test]
fn closing_leaves_one_complete_file() {
    let place = Place::empty();
    let store = place.create();
    add(&store, "first");
    store.close().unwrap();
    let left: Vec<_> =
        std::fs::read_dir(place.folder.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert_eq!(left, ["store.purser"]);
}

#[test]
fn dropping_the_last_handle_closes_the_store() {
    let place = Place::empty();
    let store = place.create();
    let other = store.clone();
    add(&store, "first");
    drop(store);
    add(&other, "second");
    drop(other);
    assert!(!place.folder.path().join("store.purser-wal").exists());
    assert_eq!(notes(&place.open()), ["first", "second"]);
}

#[test]
fn handles_of_a_closed_store_say_so() {
    let place = Place::empty();
    let store = place.create();
    let other = store.clone();
    store.close().unwrap();
    let write = crate::toy::add_as(&other, purser_store::WriteClass::Decision, "late").unwrap_err();
    let read = other.read(|tx| tx.sequence()).unwrap_err();
    assert_eq!((write.code(), read.code()), ("store_closed", "store_closed"));
}

#[test]
fn a_creation_that_was_cut_short_is_started_anew() {
    let place = Place::empty();
    std::fs::write(place.folder.path().join("store.purser.creating"), b"half a database").unwrap();
    add(&place.create(), "first");
    assert_eq!(std::fs::read_dir(place.folder.path()).unwrap().count(), 1);
}

#[test]
fn a_creation_that_fails_leaves_nothing_behind() {
    let place = Place::empty();
    let broken = options().with_migrations(migrations_with("CREATE TABLE note (x)"));
    assert_eq!(Store::create(&place.path, &key(), broken).unwrap_err().code(), "migration_failed");
    assert_eq!(std::fs::read_dir(place.folder.path()).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn a_write_protected_file_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::empty();
    place.create().close().unwrap();
    std::fs::set_permissions(&place.path, PermissionsExt::from_mode(0o400)).unwrap();
    if std::fs::OpenOptions::new().write(true).open(&place.path).is_ok() {
        println!("skipped: this user may write to protected files");
        return;
    }
    assert_eq!(place.open_error(options()).code(), "read_only_folder");
}
