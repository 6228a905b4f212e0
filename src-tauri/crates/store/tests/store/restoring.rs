//! Restoring: refused unless everything fits, and a fork in time afterwards.

use std::path::PathBuf;

use purser_store::{
    FORK_STATE, Options, Restore, Store, StoreError, WriteTx, fork_copied_store, restore_backup,
};

use crate::toy::{Place, add, at, draft, key, migrations, migrations_with, notes, other_key};

fn backed_up() -> (Place, PathBuf, uuid::Uuid) {
    let place = Place::empty();
    let store = place.create();
    add(&store, "first");
    let backup = place.backup(&store, "one", 2);
    add(&store, "after the backup");
    let id = store.store_id();
    store.close().unwrap();
    (place, backup, id)
}

fn restore() -> Restore {
    Restore { actor: "founder".to_owned(), options: Options::new(at(20, 12)).with_migrations(migrations()) }
}

fn nothing(_: &WriteTx<'_>) -> Result<(), StoreError> {
    Ok(())
}

fn meta(store: &Store, name: &str) -> Option<String> {
    store.read(|tx| tx.meta(name)).unwrap()
}

#[test]
fn a_restored_store_holds_what_the_backup_held() {
    let (place, backup, _) = backed_up();
    let there = place.folder.path().join("restored.purser");
    restore_backup(&backup, &key(), &there, &restore(), nothing).unwrap();
    let store = Store::open(&there, &key(), restore().options).unwrap();
    assert_eq!(notes(&store), ["first"]);
    assert!(store.verify().unwrap().is_clean());
    assert!(!place.folder.path().join("restored.purser.restoring").exists());
}

#[test]
fn a_restored_store_is_a_paused_fork_with_its_own_identity() {
    let (place, backup, old) = backed_up();
    let there = place.folder.path().join("restored.purser");
    restore_backup(&backup, &key(), &there, &restore(), nothing).unwrap();
    let store = Store::open(&there, &key(), restore().options).unwrap();
    assert_ne!(store.store_id(), old);
    assert_eq!(meta(&store, "fork_of"), Some(old.to_string()));
    assert_eq!(meta(&store, "fork_at").as_deref(), Some("2026-11-20T12:00:00.000000Z"));
    assert_eq!(meta(&store, FORK_STATE).as_deref(), Some("paused"));
    let newest = &store.audit_page(None, 1).unwrap()[0];
    assert_eq!((newest.actor.as_str(), newest.action.as_str()), ("founder", "store.restore"));
    assert!(newest.detail.contains(&old.to_string()), "{}", newest.detail);
}

#[test]
fn the_original_and_the_fork_both_verify_beside_the_same_backups() {
    let (place, backup, _) = backed_up();
    let there = place.folder.path().join("restored.purser");
    restore_backup(&backup, &key(), &there, &restore(), nothing).unwrap();
    let fork = Store::open(&there, &key(), restore().options.with_backups_dir(&place.backups)).unwrap();
    add(&fork, "another history");
    assert!(fork.verify().unwrap().is_clean());
    assert!(place.open().verify().unwrap().is_clean());
}

#[test]
fn what_the_caller_does_at_the_fork_is_in_the_same_transaction() {
    let (place, backup, _) = backed_up();
    let there = place.folder.path().join("restored.purser");
    restore_backup(&backup, &key(), &there, &restore(), |tx| {
        tx.execute("UPDATE note SET text = 'void'", [])?;
        tx.audit(draft("note:1"))?;
        Ok::<_, StoreError>(())
    })
    .unwrap();
    assert_eq!(notes(&Store::open(&there, &key(), restore().options).unwrap()), ["void"]);
}

#[test]
fn a_failure_at_the_fork_leaves_no_store() {
    let (place, backup, _) = backed_up();
    let there = place.folder.path().join("restored.purser");
    let cause = restore_backup(&backup, &key(), &there, &restore(), |_| Err(StoreError::RowMissing));
    assert_eq!(cause.unwrap_err(), StoreError::RowMissing);
    let left: Vec<_> =
        std::fs::read_dir(place.folder.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with("restored")), "{left:?}");
}

#[test]
fn the_closure_at_the_fork_is_bound_by_the_same_rules() {
    let (place, backup, _) = backed_up();
    let there = place.folder.path().join("restored.purser");
    let cause = restore_backup(&backup, &key(), &there, &restore(), |tx| {
        tx.execute_batch("COMMIT")?;
        Ok::<_, StoreError>(())
    });
    assert_eq!(cause.unwrap_err().code(), "forbidden_statement");
    assert!(!there.exists());
}

#[test]
fn an_existing_file_is_never_overwritten() {
    let (place, backup, _) = backed_up();
    let cause = restore_backup(&backup, &key(), &place.path, &restore(), nothing).unwrap_err();
    assert_eq!(cause.code(), "store_exists");
    assert_eq!(notes(&place.open()), ["first", "after the backup"]);
}

#[test]
fn a_wrong_key_is_refused() {
    let (place, backup, _) = backed_up();
    let there = place.folder.path().join("restored.purser");
    let cause = restore_backup(&backup, &other_key(), &there, &restore(), nothing).unwrap_err();
    assert_eq!(cause, StoreError::WrongKey(backup));
    assert!(!there.exists());
}

#[test]
fn any_changed_byte_is_found() {
    let (place, backup, _) = backed_up();
    let good = std::fs::read(&backup).unwrap();
    let there = place.folder.path().join("restored.purser");
    let middle = good.len() / 2;
    // In the magic line, in the header, in the database, in the checksum.
    for position in [3, 60, middle, good.len() - 1] {
        let mut bad = good.clone();
        bad[position] ^= 1;
        std::fs::write(&backup, &bad).unwrap();
        let cause = restore_backup(&backup, &key(), &there, &restore(), nothing).unwrap_err();
        assert_eq!(cause.code(), "backup_damaged", "byte {position}: {cause}");
    }
    for bad in [&good[..good.len() - 1], &good[..middle], &[good.as_slice(), b"x"].concat()] {
        std::fs::write(&backup, bad).unwrap();
        let cause = restore_backup(&backup, &key(), &there, &restore(), nothing).unwrap_err();
        assert_eq!(cause.code(), "backup_damaged", "{} bytes: {cause}", bad.len());
    }
    assert!(!there.exists());
}

#[test]
fn a_header_that_describes_another_store_is_refused_even_with_a_right_checksum() {
    use sha2::Digest as _;
    let (place, backup, id) = backed_up();
    let mut bytes = std::fs::read(&backup).unwrap();
    let forged = uuid::Uuid::from_u128(1).to_string();
    let text = id.to_string();
    let position = bytes.windows(text.len()).position(|window| window == text.as_bytes()).unwrap();
    bytes[position..position + text.len()].copy_from_slice(forged.as_bytes());
    let body = bytes.len() - 32;
    let digest = sha2::Sha256::digest(&bytes[..body]);
    bytes[body..].copy_from_slice(&digest);
    std::fs::write(&backup, &bytes).unwrap();
    let there = place.folder.path().join("restored.purser");
    let cause = restore_backup(&backup, &key(), &there, &restore(), nothing).unwrap_err();
    assert!(cause.to_string().contains("describes another store"), "{cause}");
}

#[test]
fn a_backup_of_an_older_schema_is_upgraded_on_the_way() {
    let (place, backup, _) = backed_up();
    let there = place.folder.path().join("restored.purser");
    let list = migrations_with("ALTER TABLE note ADD COLUMN colour TEXT;");
    let newer = Restore { options: restore().options.with_migrations(list), ..restore() };
    restore_backup(&backup, &key(), &there, &newer, nothing).unwrap();
    let store = Store::open(&there, &key(), newer.options).unwrap();
    assert_eq!((store.schema_version(), notes(&store).len()), (3, 1));
    assert!(store.verify().unwrap().is_clean());
}

#[test]
fn a_backup_of_a_newer_schema_is_refused() {
    let (place, backup, _) = backed_up();
    let there = place.folder.path().join("restored.purser");
    let older =
        Restore { options: restore().options.with_migrations(migrations()[..1].to_vec()), ..restore() };
    let cause = restore_backup(&backup, &key(), &there, &older, nothing).unwrap_err();
    assert_eq!(cause, StoreError::NewerSchema { found: 2, supported: 1, backup: None });
}

#[test]
fn a_restore_that_was_cut_short_is_started_anew() {
    let (place, backup, _) = backed_up();
    let there = place.folder.path().join("restored.purser");
    std::fs::write(place.folder.path().join("restored.purser.restoring"), b"half").unwrap();
    restore_backup(&backup, &key(), &there, &restore(), nothing).unwrap();
    assert!(there.exists());
}

#[test]
fn a_copied_file_becomes_a_fork_and_the_original_stays_as_it_was() {
    let (place, _, old) = backed_up();
    let copy = place.folder.path().join("copy.purser");
    std::fs::copy(&place.path, &copy).unwrap();
    fork_copied_store(&copy, &key(), &restore(), |tx| {
        tx.execute("UPDATE note SET text = 'void ' || id", [])?;
        Ok::<_, StoreError>(())
    })
    .unwrap();
    let fork = Store::open(&copy, &key(), restore().options).unwrap();
    assert_ne!(fork.store_id(), old);
    assert_eq!(meta(&fork, "fork_of"), Some(old.to_string()));
    assert_eq!(meta(&fork, FORK_STATE).as_deref(), Some("paused"));
    assert_eq!(notes(&fork), ["void 1", "void 2"]);
    assert!(fork.verify().unwrap().is_clean());
    let original = place.open();
    assert_eq!((original.store_id(), meta(&original, FORK_STATE)), (old, None));
}

#[test]
fn a_fork_whose_closure_fails_changes_nothing() {
    let (place, _, old) = backed_up();
    let cause = fork_copied_store(&place.path, &key(), &restore(), |_| Err(StoreError::RowMissing));
    assert_eq!(cause.unwrap_err(), StoreError::RowMissing);
    let store = place.open();
    assert_eq!((store.store_id(), meta(&store, FORK_STATE)), (old, None));
}

#[test]
fn the_engine_can_resume_a_fork() {
    let (place, backup, _) = backed_up();
    let there = place.folder.path().join("restored.purser");
    restore_backup(&backup, &key(), &there, &restore(), nothing).unwrap();
    let store = Store::open(&there, &key(), restore().options).unwrap();
    store
        .write(purser_store::WriteClass::Decision, |tx| {
            tx.set_meta(FORK_STATE, "running")?;
            tx.audit(draft("store"))?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!(meta(&store, FORK_STATE).as_deref(), Some("running"));
}
