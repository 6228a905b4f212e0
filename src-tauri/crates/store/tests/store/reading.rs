//! Reads: consistent, bounded in number, unable to write.

use std::sync::mpsc::channel;
use std::time::Duration;

use purser_store::{Store, StoreError, WriteClass};
use rstest::rstest;

use crate::toy::{Place, add, add_as, notes, options};

#[rstest]
#[case::insert("INSERT INTO note (text) VALUES ('x')", "read_only")]
#[case::temporary("CREATE TEMP TABLE t (x)", "read_only")]
#[case::switch("PRAGMA query_only = OFF", "forbidden_statement")]
#[case::commit("COMMIT", "forbidden_statement")]
#[case::attach("ATTACH ':memory:' AS other", "forbidden_statement")]
fn a_read_may_not_run(#[case] sql: &str, #[case] code: &str) {
    let place = Place::empty();
    for store in [place.create(), Store::memory_with(options()).unwrap()] {
        let cause = store
            .read(|tx| {
                tx.execute_batch(sql)?;
                Ok::<_, StoreError>(())
            })
            .unwrap_err();
        assert_eq!(cause.code(), code, "{cause}");
        assert!(notes(&store).is_empty());
    }
}

#[test]
fn a_read_sees_one_picture_while_a_write_goes_on() {
    let place = Place::empty();
    let store = place.create();
    add(&store, "first");
    let counts = store
        .read(|tx| {
            let count = || tx.query_row("SELECT count(*) FROM note", [], |row| row.get::<_, i64>(0));
            let before = count()?;
            let writer = store.clone();
            std::thread::spawn(move || add(&writer, "second")).join().unwrap();
            Ok::<_, StoreError>((before, count()?, tx.sequence()?))
        })
        .unwrap();
    assert_eq!((counts.0, counts.1), (1, 1));
    assert!(counts.2 < store.sequence(), "the snapshot knows that it is older");
    assert_eq!(notes(&store).len(), 2);
}

#[test]
fn a_panic_in_a_read_gives_its_connection_back() {
    let mut options = options();
    options.readers = 1;
    let store = Store::memory_with(options).unwrap();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.read(|_| -> Result<(), StoreError> { panic!("planted") })
    }));
    assert!(panicked.is_err(), "the panic reaches the caller");
    assert!(notes(&store).is_empty(), "the only connection is free again");
}

#[test]
fn a_read_waits_when_all_connections_are_in_use() {
    let place = Place::empty();
    let mut options = place.options();
    options.readers = 1;
    let store = Store::create(&place.path, &crate::toy::key(), options).unwrap();
    let (done, finished) = channel();
    store
        .read(|_| {
            let other = store.clone();
            std::thread::spawn(move || done.send(notes(&other)).unwrap());
            assert!(finished.recv_timeout(Duration::from_millis(100)).is_err(), "no second connection");
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert!(finished.recv_timeout(Duration::from_secs(10)).unwrap().is_empty());
}

#[test]
fn an_error_in_a_read_comes_back_as_it_was() {
    let store = Store::memory_with(options()).unwrap();
    assert_eq!(store.read(|_| Err::<(), _>(StoreError::RowMissing)), Err(StoreError::RowMissing));
    let missing = store.read(|tx| {
        Ok::<i64, StoreError>(tx.query_row("SELECT id FROM note WHERE id = 1", [], |row| row.get(0))?)
    });
    assert_eq!(missing, Err(StoreError::RowMissing));
}

#[test]
fn a_double_quoted_text_is_an_error_and_not_a_value() {
    let store = Store::memory_with(options()).unwrap();
    let cause = store
        .read(|tx| Ok::<String, StoreError>(tx.query_row("SELECT \"no column\"", [], |row| row.get(0))?));
    assert_eq!(cause.unwrap_err().code(), "database");
}

#[test]
fn a_slow_reader_does_not_stop_the_writer() {
    let place = Place::empty();
    let store = place.create();
    store
        .read(|tx| {
            tx.sequence()?;
            let writer = store.clone();
            let written = std::thread::spawn(move || add_as(&writer, WriteClass::Ingest, "meanwhile"));
            written.join().unwrap()
        })
        .unwrap();
    assert_eq!(notes(&store), ["meanwhile"]);
}
