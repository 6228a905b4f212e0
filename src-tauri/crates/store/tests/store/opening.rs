//! Create, open, close: what is refused and what the file looks like.

use purser_store::{Store, embedded_migrations};

use crate::toy::{Place, add, notes, options};

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
fn the_real_migrations_build_a_store_that_verifies() {
    let store = Store::memory().unwrap();
    assert_eq!(store.schema_version(), embedded_migrations().last().unwrap().version);
    let report = store.verify().unwrap();
    assert!(report.is_clean(), "{report:?}");
}
