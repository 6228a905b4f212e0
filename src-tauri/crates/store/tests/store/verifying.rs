//! Planted damage turns `verify` red, and the first bad row is named.

use purser_store::{AuditHead, VerifyReport};
use rstest::rstest;

use crate::toy::{Place, add};

/// A closed store with a few audit rows; the toy schema itself leaves rows 1 and 2.
fn place() -> Place {
    let place = Place::empty();
    let store = place.create();
    for number in 3..=7 {
        add(&store, &format!("note {number}"));
    }
    store.close().unwrap();
    place
}

fn verify(place: &Place) -> VerifyReport {
    place.open().verify().unwrap()
}

fn red(report: &VerifyReport) -> Vec<(&str, &str)> {
    report.findings.iter().map(|finding| (finding.check, finding.place.as_str())).collect()
}

#[test]
fn an_untouched_store_is_clean_and_the_report_says_what_was_looked_at() {
    let report = verify(&place());
    assert_eq!(report.findings, []);
    let chain = report.checks.iter().find(|(check, _)| *check == "audit_chain").unwrap();
    assert_eq!(chain.1, 7);
    for check in ["file_pages", "file_structure", "references", "schema", "audit_anchors"] {
        assert!(report.checks.iter().any(|(ran, _)| *ran == check), "{check} should have run");
    }
}

#[rstest]
#[case::last_row_deleted("DELETE FROM audit WHERE seq = 7", "audit_head", "audit row 7")]
#[case::middle_row_deleted("DELETE FROM audit WHERE seq = 5", "audit_chain", "audit row 6")]
#[case::first_row_deleted("DELETE FROM audit WHERE seq = 1", "audit_chain", "audit row 2")]
#[case::every_row_deleted("DELETE FROM audit", "audit_head", "audit row 7")]
#[case::detail_changed(
    "UPDATE audit SET detail = '{\"why\":\"other\"}' WHERE seq = 4",
    "audit_chain",
    "audit row 4"
)]
#[case::actor_changed("UPDATE audit SET actor = 'someone' WHERE seq = 3", "audit_chain", "audit row 3")]
#[case::time_changed(
    "UPDATE audit SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = 7",
    "audit_chain",
    "audit row 7"
)]
#[case::two_rows_swapped(
    "UPDATE audit SET seq = 99 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 5;
     UPDATE audit SET seq = 5 WHERE seq = 99;",
    "audit_chain",
    "audit row 4"
)]
#[case::row_invented(
    "INSERT INTO audit SELECT 8, at, actor, action, subject, detail, hash, prev_hash FROM audit WHERE seq = 7",
    "audit_chain",
    "audit row 8"
)]
#[case::head_moved_back(
    "UPDATE meta SET value = (SELECT seq || ' ' || hash FROM audit WHERE seq = 6) WHERE key = 'audit_head'",
    "audit_head",
    "audit row 6"
)]
#[case::reference_broken(
    "PRAGMA foreign_keys = OFF; INSERT INTO thing (id, owner) VALUES (5, 99)",
    "references",
    "thing row 5 → owner"
)]
#[case::table_added("CREATE TABLE extra (x INTEGER) STRICT", "schema", "the schema")]
fn damage_is_found(#[case] sql: &str, #[case] check: &str, #[case] where_found: &str) {
    let place = place();
    place.tamper(sql);
    let report = verify(&place);
    assert_eq!(red(&report), [(check, where_found)], "{report:?}");
}

#[test]
fn a_row_that_was_changed_together_with_its_own_hash_is_found_at_the_next_row() {
    let place = place();
    let mut row = place.open().audit_page(Some(5), 1).unwrap().remove(0);
    row.actor = "someone".to_owned();
    place.tamper(&format!(
        "UPDATE audit SET actor = 'someone', hash = '{}' WHERE seq = 4",
        row.computed_hash()
    ));
    let report = verify(&place);
    assert_eq!(red(&report), [("audit_chain", "audit row 5")]);
    assert!(report.findings[0].sentence.contains("does not continue"), "{report:?}");
}

#[test]
fn a_removed_protection_of_the_audit_rows_is_found() {
    let place = place();
    crate::toy::raw(&place.path).execute_batch("DROP TRIGGER audit_is_never_deleted").unwrap();
    assert_eq!(red(&verify(&place)), [("schema", "the schema")]);
}

/// Someone with the key removes the newest row and corrects the head as well.
const SHORTEN: &str = "
    DELETE FROM audit WHERE seq = 7;
    UPDATE meta SET value = (SELECT seq || ' ' || hash FROM audit WHERE seq = 6) WHERE key = 'audit_head';";

#[test]
fn a_chain_that_was_shortened_with_its_head_is_found_by_the_backup() {
    let place = place();
    let store = place.open();
    place.backup(&store, "nightly", 3);
    store.close().unwrap();
    place.tamper(SHORTEN);
    let report = verify(&place);
    assert_eq!(red(&report), [("audit_anchors", "audit row 7")]);
    assert!(report.findings[0].sentence.contains("nightly.purser-backup"), "{report:?}");
}

#[test]
fn a_chain_that_was_shortened_with_its_head_is_found_by_an_export_that_names_the_head() {
    let place = place();
    let noted: AuditHead = place.open().audit_head().unwrap();
    place.tamper(SHORTEN);
    let store = place.open();
    let mut report = store.verify().unwrap();
    assert!(report.is_clean(), "without an anchor nothing shows");
    store.verify_anchor(&noted, &mut report).unwrap();
    assert_eq!(red(&report), [("audit_anchors", "audit row 7")]);
}

#[test]
fn a_row_that_was_replaced_after_the_backup_is_found() {
    let place = place();
    let store = place.open();
    place.backup(&store, "nightly", 3);
    store.close().unwrap();
    place.tamper(SHORTEN);
    let store = place.open();
    add(&store, "another history");
    assert_eq!(red(&store.verify().unwrap()), [("audit_anchors", "audit row 7")]);
}

#[test]
fn verifying_a_busy_store_raises_no_false_alarm() {
    let place = place();
    let store = place.open();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 0..300 {
                add(&store, &format!("busy {number} {}", "x".repeat(4000)));
            }
        });
        while !writer.is_finished() {
            let report = store.verify().unwrap();
            assert!(report.is_clean(), "{report:?}");
        }
    });
}

#[test]
fn a_file_with_holes_behind_its_log_raises_no_false_alarm() {
    // A checkpoint copies no page whose newest version a reader must not see yet. Where such a page is new, the
    // file grows past it and holds zeros in its place until the reader is gone.
    let place = place();
    let store = place.open();
    let long = |number: u32| format!("busy {number} {}", "x".repeat(36_000));
    for number in 0..100 {
        add(&store, &long(number));
    }
    let report = store
        .read(|tx| {
            tx.sequence()?;
            let other = store.clone();
            let busy = std::thread::spawn(move || {
                other.write(purser_store::WriteClass::Ingest, |tx| {
                    tx.execute("UPDATE note SET text = text || ' again' WHERE id < 50", [])?;
                    tx.audit(crate::toy::draft("notes"))
                })?;
                for number in 100..250 {
                    add(&other, &long(number));
                }
                other.verify()
            });
            busy.join().unwrap()
        })
        .unwrap();
    assert!(has_a_hole(&place.path), "the test did not bring about what it is about");
    assert!(report.is_clean(), "{report:?}");
}

fn has_a_hole(path: &std::path::Path) -> bool {
    std::fs::read(path).unwrap().chunks(4096).any(|page| page.iter().all(|byte| *byte == 0))
}
