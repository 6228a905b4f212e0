//! One closure at a time: what is kept, what is rolled back, what is refused.

use purser_store::{ConstraintKind, Store, StoreError, WriteClass, WriteTx};
use rstest::rstest;

use crate::toy::{add, add_as, draft, insert, notes, options};

fn store() -> Store {
    Store::memory_with(options()).unwrap()
}

fn refused(
    store: &Store,
    f: impl FnOnce(&WriteTx<'_>) -> Result<(), StoreError> + Send + 'static,
) -> StoreError {
    store.write(WriteClass::Decision, f).unwrap_err()
}

#[test]
fn a_write_returns_what_the_closure_returns() {
    let store = store();
    let row = store
        .write(WriteClass::Decision, |tx| {
            insert(tx, "first")?;
            Ok::<_, StoreError>(tx.last_insert_rowid())
        })
        .unwrap();
    assert_eq!(row, 1);
}

#[test]
fn an_error_undoes_everything_the_closure_did() {
    let store = store();
    add(&store, "first");
    let before = (store.sequence(), store.audit_head().unwrap());
    let cause = refused(&store, |tx| {
        insert(tx, "second")?;
        Err(StoreError::Cancelled)
    });
    assert_eq!(cause, StoreError::Cancelled);
    assert_eq!(notes(&store), ["first"]);
    assert_eq!((store.sequence(), store.audit_head().unwrap()), before);
}

#[test]
fn a_panic_undoes_the_closure_and_the_store_goes_on() {
    let store = store();
    let cause = refused(&store, |tx| {
        insert(tx, "second")?;
        panic!("planted");
    });
    assert_eq!(cause.code(), "panicked");
    add(&store, "third");
    assert_eq!(notes(&store), ["third"]);
}

#[test]
fn an_error_type_of_the_caller_comes_back_as_it_was() {
    #[derive(Debug, PartialEq)]
    enum Mine {
        No,
        Store(StoreError),
    }
    impl From<StoreError> for Mine {
        fn from(cause: StoreError) -> Self {
            Self::Store(cause)
        }
    }
    let store = store();
    assert_eq!(store.write(WriteClass::Ingest, |_| Err::<(), _>(Mine::No)), Err(Mine::No));
    let unaudited = store.write(WriteClass::Ingest, |tx| {
        tx.execute("INSERT INTO note (text) VALUES ('x')", []).map_err(StoreError::from)?;
        Ok::<_, Mine>(())
    });
    assert_eq!(unaudited, Err(Mine::Store(StoreError::Unaudited)));
}

#[test]
fn a_change_without_an_audit_row_is_refused_and_undone() {
    let store = store();
    let cause = refused(&store, |tx| {
        tx.execute("INSERT INTO note (text) VALUES ('silent')", [])?;
        Ok(())
    });
    assert_eq!(cause, StoreError::Unaudited);
    assert!(notes(&store).is_empty());
}

#[test]
fn an_audit_row_that_was_itself_undone_does_not_count() {
    let store = store();
    let cause = refused(&store, |tx| {
        tx.execute("INSERT INTO note (text) VALUES ('silent')", [])?;
        tx.execute_batch("SAVEPOINT inner")?;
        tx.audit(draft("note:silent"))?;
        tx.execute_batch("ROLLBACK TO inner; RELEASE inner")?;
        Ok(())
    });
    assert_eq!(cause, StoreError::Unaudited);
    assert!(notes(&store).is_empty());
}

#[test]
fn deleting_every_row_counts_as_a_change() {
    let store = store();
    add(&store, "first");
    let cause = refused(&store, |tx| {
        tx.execute("DELETE FROM note", [])?;
        Ok(())
    });
    assert_eq!(cause, StoreError::Unaudited);
    assert_eq!(notes(&store), ["first"]);
}

#[test]
fn a_closure_that_changes_nothing_needs_no_audit_row() {
    let store = store();
    let before = store.sequence();
    let count: i64 = store
        .write(WriteClass::Decision, |tx| {
            tx.execute("DELETE FROM note WHERE id = 99", [])?;
            Ok::<_, StoreError>(tx.query_row("SELECT count(*) FROM note", [], |row| row.get(0))?)
        })
        .unwrap();
    assert_eq!((count, store.sequence()), (0, before));
}

#[test]
fn the_sequence_grows_with_each_change_and_a_read_knows_its_own() {
    let store = store();
    let first = store.sequence();
    add(&store, "first");
    let second = store.sequence();
    assert!(second > first);
    assert_eq!(store.read(|tx| tx.sequence()).unwrap(), second);
}

#[rstest]
#[case::commit("COMMIT")]
#[case::rollback("ROLLBACK")]
#[case::begin("BEGIN")]
#[case::attach("ATTACH ':memory:' AS other")]
#[case::create_table("CREATE TABLE more (x)")]
#[case::create_index("CREATE INDEX more ON note (text)")]
#[case::drop_table("DROP TABLE note")]
#[case::drop_trigger("DROP TRIGGER audit_is_never_changed")]
#[case::alter_table("ALTER TABLE note ADD COLUMN more TEXT")]
#[case::temporary_trigger("CREATE TEMP TRIGGER t AFTER INSERT ON note BEGIN SELECT 1; END")]
#[case::insert_audit("INSERT INTO audit VALUES (9, 'x', 'x', 'x', 'x', '{}', 'x', 'x')")]
#[case::change_audit("UPDATE audit SET actor = 'someone'")]
#[case::delete_audit("DELETE FROM audit")]
#[case::change_migrations("UPDATE schema_migration SET checksum = ''")]
#[case::foreign_keys("PRAGMA foreign_keys = OFF")]
#[case::writable_schema("PRAGMA writable_schema = ON")]
#[case::new_key("PRAGMA rekey = 'x'")]
#[case::journal("PRAGMA journal_mode = DELETE")]
#[case::durability("PRAGMA synchronous = OFF")]
#[case::checkpoint("PRAGMA wal_checkpoint")]
fn a_closure_may_not_run(#[case] sql: &'static str) {
    let store = store();
    let cause = refused(&store, move |tx| {
        insert(tx, "first")?;
        tx.execute_batch(sql)?;
        Ok(())
    });
    assert_eq!(cause.code(), "forbidden_statement", "{cause}");
    assert!(notes(&store).is_empty(), "the closure was undone");
    add(&store, "second");
    assert!(store.verify().unwrap().is_clean());
}

#[test]
fn a_closure_may_not_forge_the_names_of_the_store() {
    let store = store();
    for name in ["store_id", "audit_head", "schema_digest", "fork_of"] {
        let cause = refused(&store, move |tx| tx.set_meta(name, "forged"));
        assert_eq!(cause.code(), "forbidden_statement");
    }
    store
        .write(WriteClass::Decision, |tx| {
            tx.set_meta("paused", "yes")?;
            tx.audit(draft("store"))?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!(store.read(|tx| tx.meta("paused")).unwrap().as_deref(), Some("yes"));
}

#[test]
fn foreign_keys_are_enforced() {
    let store = store();
    let cause = refused(&store, |tx| {
        tx.execute("INSERT INTO thing (owner) VALUES (99)", [])?;
        Ok(())
    });
    assert!(matches!(cause, StoreError::Constraint { kind: ConstraintKind::ForeignKey, .. }), "{cause:?}");
}

#[test]
fn a_broken_rule_names_the_column_and_not_the_value() {
    let store = store();
    add(&store, "secret-memo");
    let cause = add_as(&store, WriteClass::Decision, "secret-memo").unwrap_err();
    assert!(matches!(&cause, StoreError::Constraint { kind: ConstraintKind::Unique, message }
        if message.contains("note.text")));
    assert!(!format!("{cause:?}").contains("secret-memo"), "{cause:?}");
}

#[test]
fn a_value_that_does_not_convert_is_not_repeated_in_the_message() {
    let store = store();
    add(&store, "secret-memo");
    let cause = store
        .read(|tx| {
            let number: i64 = tx.query_row("SELECT text FROM note", [], |row| row.get(0))?;
            Ok::<_, StoreError>(number)
        })
        .unwrap_err();
    assert_eq!(cause.code(), "stored_value");
    assert!(!format!("{cause:?} {cause}").contains("secret-memo"), "{cause:?}");
}

#[test]
fn a_write_inside_a_closure_is_refused_instead_of_waiting_for_itself() {
    let store = store();
    let inner = store.clone();
    let (in_write, in_read) = store
        .write(WriteClass::Decision, move |_| {
            let write = add_as(&inner, WriteClass::Decision, "inner").unwrap_err();
            let read = inner.read(|tx| tx.sequence()).unwrap_err();
            Ok::<_, StoreError>((write, read))
        })
        .unwrap();
    assert_eq!((in_write, in_read), (StoreError::Nested, StoreError::Nested));

    let cause = store.read(|_| add_as(&store, WriteClass::Decision, "inner")).unwrap_err();
    assert_eq!(cause, StoreError::Nested);
}

#[test]
fn two_stores_can_be_used_together() {
    let (one, other) = (store(), store());
    add(&one, "first");
    one.read(|_| {
        add(&other, "second");
        Ok::<_, StoreError>(())
    })
    .unwrap();
    assert_eq!(notes(&other), ["second"]);
}

#[test]
fn the_last_handle_may_go_inside_a_closure() {
    let place = crate::toy::Place::empty();
    let store = place.create();
    let (sent, arrived) = std::sync::mpsc::channel();
    let inside = store.clone();
    let caller = std::thread::spawn(move || {
        // The caller's own handle goes while the closure waits for that to happen.
        let outcome = {
            let handle = store;
            let moved = inside;
            handle.write(WriteClass::Decision, move |tx| {
                insert(tx, "first")?;
                drop(moved);
                Ok::<_, StoreError>(())
            })
        };
        sent.send(outcome).unwrap();
    });
    arrived.recv_timeout(std::time::Duration::from_secs(10)).unwrap().unwrap();
    caller.join().unwrap();
    assert_eq!(notes(&place.open()), ["first"]);
}
