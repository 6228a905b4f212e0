//! The audit chain as it is written and listed.

use purser_store::{AuditDraft, GENESIS, Store, StoreError, WriteClass};
use rstest::rstest;

use crate::toy::{Place, add, draft, options};

#[test]
fn rows_are_numbered_without_gaps_and_each_continues_the_one_before() {
    let store = Store::memory_with(options()).unwrap();
    for text in ["one", "two", "three"] {
        add(&store, text);
    }
    let mut rows = store.audit_page(None, 100).unwrap();
    rows.reverse();
    let mut before = GENESIS.to_owned();
    for (number, row) in (1..).zip(&rows) {
        assert_eq!((row.seq, &row.prev_hash), (number, &before));
        assert_eq!(row.hash, row.computed_hash());
        before.clone_from(&row.hash);
    }
    let head = store.audit_head().unwrap();
    assert_eq!((head.seq, head.hash), (rows.len() as i64, before));
}

#[test]
fn the_hash_is_the_same_in_every_version_of_the_program() {
    // A change of the encoding would make every existing chain look forged. The value was computed
    // by another program from the description of the encoding.
    let row = purser_store::AuditRow {
        seq: 7,
        at: "2026-11-02T10:00:00.000000Z".to_owned(),
        actor: "founder".to_owned(),
        action: "payout.approve".to_owned(),
        subject: "batch:1".to_owned(),
        detail: r#"{"amount":"12.00"}"#.to_owned(),
        prev_hash: GENESIS.to_owned(),
        hash: String::new(),
    };
    assert_eq!(row.computed_hash(), "9f4917e9cc06604276d00b17719387c59c455f11bb7eae767ebf7b19ac29aa76");
}

#[test]
fn moving_a_letter_from_one_field_to_the_next_changes_the_hash() {
    let row = |actor: &str, action: &str| purser_store::AuditRow {
        seq: 1,
        at: String::new(),
        actor: actor.to_owned(),
        action: action.to_owned(),
        subject: String::new(),
        detail: String::new(),
        prev_hash: String::new(),
        hash: String::new(),
    };
    assert_ne!(row("ab", "c").computed_hash(), row("a", "bc").computed_hash());
}

#[test]
fn a_write_may_leave_several_audit_rows() {
    let store = Store::memory_with(options()).unwrap();
    let numbers = store
        .write(WriteClass::Decision, |tx| Ok::<_, StoreError>((tx.audit(draft("a"))?, tx.audit(draft("b"))?)))
        .unwrap();
    assert_eq!(numbers.1, numbers.0 + 1);
    assert!(store.verify().unwrap().is_clean());
}

#[test]
fn pages_run_from_the_newest_row_backwards() {
    let store = Store::memory_with(options()).unwrap();
    for number in 0..5 {
        add(&store, &format!("note {number}"));
    }
    let newest = store.audit_head().unwrap().seq;
    let numbers = |before, limit| {
        store.audit_page(before, limit).unwrap().iter().map(|row| row.seq).collect::<Vec<_>>()
    };
    assert_eq!(numbers(None, 2), [newest, newest - 1]);
    assert_eq!(numbers(Some(newest - 1), 2), [newest - 2, newest - 3]);
    assert!(numbers(Some(1), 2).is_empty());
}

#[test]
fn the_history_of_one_subject_can_be_listed() {
    let store = Store::memory_with(options()).unwrap();
    for text in ["one", "two"] {
        add(&store, text);
    }
    let rows = store.read(|tx| tx.audit_of("note:one", 10)).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].actor.as_str(), rows[0].detail.as_str()), ("founder", r#"{"why":"test"}"#));
    assert_eq!(rows[0].at, "2026-11-02T10:00:00.000000Z");
}

#[rstest]
#[case("actor", AuditDraft { actor: String::new(), ..draft("x") })]
#[case("action", AuditDraft { action: "a".repeat(301), ..draft("x") })]
#[case("subject", AuditDraft { subject: "s".repeat(301), ..draft("x") })]
#[case("detail", AuditDraft { detail: serde_json::json!("d".repeat(300_000)), ..draft("x") })]
fn a_text_out_of_bounds_is_refused(#[case] wanted: &str, #[case] draft: AuditDraft) {
    let store = Store::memory_with(options()).unwrap();
    let cause = store.write(WriteClass::Decision, move |tx| tx.audit(draft)).unwrap_err();
    assert!(matches!(cause, StoreError::AuditText { field, .. } if field == wanted), "{cause}");
}

#[test]
fn even_a_program_with_the_key_cannot_change_a_row_in_passing() {
    let place = Place::empty();
    add(&place.create(), "first");
    let conn = crate::toy::raw(&place.path);
    for sql in ["UPDATE audit SET actor = 'x' WHERE seq = 1", "DELETE FROM audit WHERE seq = 1"] {
        assert!(conn.execute(sql, []).unwrap_err().to_string().contains("an audit row is never"));
    }
}
