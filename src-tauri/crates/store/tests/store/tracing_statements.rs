//! The statement trace that the spec tests use to refuse full scans.

use purser_store::{Store, StoreError, WriteClass};

use crate::toy::{add, draft, notes, options};

#[test]
fn every_statement_is_seen_once_and_without_its_values() {
    let store = Store::memory_with(options().with_trace()).unwrap();
    add(&store, "canary-4711");
    add(&store, "canary-4712");
    notes(&store);
    let seen = store.statements_seen();
    let times = |sql: &str| seen.iter().filter(|text| text.as_str() == sql).count();
    assert_eq!(times("INSERT INTO note (text) VALUES (?1)"), 1);
    assert_eq!(times("SELECT text FROM note ORDER BY id"), 1);
    assert!(!seen.iter().any(|text| text.contains("canary")), "{seen:?}");
    assert!(!seen.iter().any(|text| text.contains("PRAGMA key")), "the key is given before the trace starts");
}

#[test]
fn nothing_is_kept_without_the_option() {
    let store = Store::memory_with(options()).unwrap();
    add(&store, "first");
    assert!(store.statements_seen().is_empty());
}

#[test]
fn a_full_scan_is_told_from_an_indexed_read() {
    let store = Store::memory_with(options()).unwrap();
    let scans = |sql: &str| store.explain(sql).unwrap().iter().any(purser_store::PlanStep::is_full_scan);
    assert!(scans("SELECT * FROM note WHERE text LIKE ?1"));
    assert!(scans("SELECT count(*) FROM audit"), "an index read from end to end is a scan too");
    assert!(!scans("SELECT * FROM note WHERE text = ?1"));
    assert!(!scans("SELECT seq FROM audit WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2"));
    assert!(!scans("INSERT INTO note (text) VALUES (?1)"));
    assert!(scans("UPDATE note SET text = text || ?1"));
}

#[test]
fn the_stores_own_statements_of_a_running_store_scan_nothing() {
    let store = Store::memory_with(options().with_trace()).unwrap();
    add(&store, "first");
    store.audit_page(None, 10).unwrap();
    store.read(|tx| tx.audit_of("note:first", 10)).unwrap();
    store
        .write(WriteClass::Decision, |tx| {
            tx.set_meta("paused", "yes")?;
            tx.audit(draft("store"))?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let mut explained = 0;
    for sql in store.statements_seen() {
        let verb = sql.split_whitespace().next().unwrap_or_default();
        if !["SELECT", "INSERT", "UPDATE", "DELETE"].contains(&verb) {
            continue;
        }
        let plan = store.explain(&sql).unwrap();
        assert!(!plan.iter().any(purser_store::PlanStep::is_full_scan), "{sql}: {plan:?}");
        explained += 1;
    }
    assert!(explained >= 6, "the trace saw {explained} statements");
}

#[test]
fn statistics_can_be_refreshed_without_an_audit_row() {
    let store = Store::memory_with(options()).unwrap();
    for number in 0..50 {
        add(&store, &format!("note {number}"));
    }
    let before = store.sequence();
    store.analyze().unwrap();
    assert_eq!(store.sequence(), before);
    let known: i64 = store
        .read(|tx| {
            Ok::<_, StoreError>(tx.query_row("SELECT count(*) FROM sqlite_stat1", [], |row| row.get(0))?)
        })
        .unwrap();
    assert!(known > 0);
    assert!(store.verify().unwrap().is_clean(), "statistics are no change of the schema");
}
