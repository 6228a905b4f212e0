//! A damaged page in the file: found, named, and no reason to lose the rest.

use purser_store::{Store, StoreError, WriteClass};

use crate::toy::{Place, add, add_as, raw};

const FIRST_NOTES: &str = "SELECT count(*) FROM note WHERE id <= 3 AND text LIKE 'note%'";
/// Needs a page that nothing before has read.
const SOUND: &str = "SELECT count(*) FROM owner";
const ALL_NOTES: &str = "SELECT count(*) FROM note WHERE text LIKE 'note%'";

/// A closed store in which a page between the first and the newest notes is damaged.
fn damaged() -> Place {
    let place = Place::empty();
    let store = place.create();
    for number in 0..100 {
        add(&store, &format!("note {number} {}", "x".repeat(500)));
    }
    store.close().unwrap();
    let page: u32 = raw(&place.path)
        .query_row("SELECT pageno FROM dbstat WHERE name = 'note' AND pagetype = 'leaf' ORDER BY path LIMIT 1 OFFSET 5", [], |row| {
            row.get(0)
        })
        .unwrap();
    let mut bytes = std::fs::read(&place.path).unwrap();
    bytes[(page as usize - 1) * 4096 + 100] ^= 1;
    std::fs::write(&place.path, &bytes).unwrap();
    place
}

fn count(store: &Store, sql: &str) -> Result<i64, StoreError> {
    store.read(|tx| Ok(tx.query_row(sql, [], |row| row.get(0))?))
}

#[test]
fn verify_names_the_damage_once_and_the_store_stays_usable() {
    let place = damaged();
    let store = place.open();
    let report = store.verify().unwrap();
    let pages: Vec<_> = report.findings.iter().filter(|finding| finding.check == "file_pages").collect();
    assert_eq!(pages.len(), 1, "{report:?}");
    assert!(report.findings.iter().any(|finding| finding.check == "file_structure"), "{report:?}");
    assert_eq!(count(&store, FIRST_NOTES), Ok(3));
    add(&store, "after");
}

#[test]
fn a_read_that_meets_the_damage_does_not_spoil_later_reads() {
    let place = damaged();
    let mut options = place.options();
    options.readers = 1;
    let store = Store::open(&place.path, &crate::toy::key(), options).unwrap();
    for _ in 0..3 {
        assert_eq!(count(&store, ALL_NOTES).unwrap_err().code(), "store_damaged");
        assert_eq!(count(&store, SOUND), Ok(0));
    }
}

#[test]
fn a_write_that_meets_the_damage_does_not_spoil_later_writes() {
    let place = damaged();
    let store = place.open();
    for number in 0..3 {
        let cause = store
            .write(WriteClass::Ingest, |tx| {
                Ok::<i64, StoreError>(tx.query_row(ALL_NOTES, [], |row| row.get(0))?)
            })
            .unwrap_err();
        assert_eq!(cause.code(), "store_damaged");
        add_as(&store, WriteClass::Ingest, &format!("after {number}")).unwrap();
    }
}

#[test]
fn a_damaged_store_gets_no_backup() {
    let place = damaged();
    let store = place.open();
    let path = place.folder.path().join("b.purser-backup");
    let cause = store.backup_to(&path, &crate::toy::request(2)).unwrap_err();
    assert!(["store_damaged", "backup_not_verified"].contains(&cause.code()), "{cause}");
    assert!(!path.exists());
}

#[test]
fn damage_is_confirmed_while_a_reader_holds_a_snapshot() {
    let place = damaged();
    let store = place.open();
    store
        .read(|tx| {
            tx.sequence()?;
            let other = store.clone();
            let report = std::thread::spawn(move || {
                add(&other, "after");
                other.verify().unwrap()
            });
            let report = report.join().unwrap();
            assert!(report.findings.iter().any(|finding| finding.check == "file_pages"), "{report:?}");
            Ok::<_, StoreError>(())
        })
        .unwrap();
}
