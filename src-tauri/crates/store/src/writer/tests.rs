//! The writer against an SQLite that gives up the whole transaction in the middle of a closure.

use super::*;
use crate::audit::AuditDraft;
use crate::connection::connect_new;
use crate::key::StoreKey;
use crate::migrations::{apply_missing, embedded_migrations};
use chrono::DateTime;

/// A thread-less writer over an in-memory database that may not grow any more.
fn full_writer() -> Turn {
    let location = Location::Memory {
        uri: format!("file:/{}?vfs=memdb", uuid::Uuid::now_v7()),
        key: StoreKey::generate().unwrap(),
    };
    let mut conn = connect_new(&location).unwrap();
    apply_missing(&conn, &embedded_migrations()[..1], DateTime::UNIX_EPOCH).unwrap();
    conn.execute_batch("CREATE TABLE note (text TEXT NOT NULL) STRICT").unwrap();
    let pages: i64 = conn.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).unwrap();
    let phase = Phase::default();
    install_rules(&mut conn, &phase, &Trace::default()).unwrap();
    let limit = GroupLimit { members: 10, window: Duration::from_secs(10) };
    Turn { conn, location, trace: Trace::default(), phase, limit, store: u64::MAX, shared: Arc::default() }
}

fn queue<E: From<StoreError> + Send + 'static>(
    turn: &Turn,
    text: String,
    wrap: impl FnOnce(StoreError) -> E + Send + 'static,
) -> Receiver<Result<(), E>> {
    let (reply, answer) = sync_channel(1);
    let closure = move |tx: &WriteTx<'_>| {
        let insert = || -> Result<(), StoreError> {
            tx.execute("INSERT INTO note (text) VALUES (?1)", [text])?;
            tx.audit(AuditDraft {
                at: DateTime::UNIX_EPOCH,
                actor: "founder".to_owned(),
                action: "note.add".to_owned(),
                subject: "note".to_owned(),
                detail: serde_json::Value::Null,
            })?;
            Ok(())
        };
        insert().map_err(wrap)
    };
    let job = Box::new(Pending { closure: Some(closure), result: None, reply });
    turn.shared.lock().ingest.push_back(job);
    answer
}

fn run(turn: &mut Turn) {
    forget_fatal();
    let Some(Task::Write(class, first)) = turn.shared.next() else { panic!("nothing waits") };
    turn.transaction(class, first);
}

fn count(turn: &Turn) -> i64 {
    turn.conn.query_row("SELECT count(*) FROM note", [], |row| row.get(0)).unwrap()
}

/// An error of the caller's own that hides what the store said.
#[derive(Debug, PartialEq)]
enum Hidden {
    Mine,
    Store(StoreError),
}

impl From<StoreError> for Hidden {
    fn from(cause: StoreError) -> Self {
        Self::Store(cause)
    }
}

#[test]
fn a_transaction_lost_midway_is_told_to_every_member_with_its_cause() {
    let mut turn = full_writer();
    let small = queue(&turn, "small".to_owned(), |cause| cause);
    let large = queue(&turn, "x".repeat(100_000), |_| Hidden::Mine);
    run(&mut turn);
    assert_eq!(large.recv().unwrap(), Err(Hidden::Mine), "a closure's own error comes back as it was");
    assert_eq!(small.recv().unwrap(), Err(StoreError::DiskFull), "the innocent member is told the cause");
    assert_eq!(count(&turn), 0);
}

#[test]
fn what_waits_behind_a_lost_transaction_is_run_in_the_next_one() {
    let mut turn = full_writer();
    let large = queue(&turn, "x".repeat(100_000), |cause| cause);
    let next = queue(&turn, "small".to_owned(), |cause| cause);
    run(&mut turn);
    assert_eq!(large.recv().unwrap(), Err(StoreError::DiskFull));
    run(&mut turn);
    assert_eq!(next.recv().unwrap(), Ok(()));
    assert_eq!(count(&turn), 1);
}

#[test]
fn a_cause_of_an_earlier_transaction_is_not_blamed_for_a_later_one() {
    let mut turn = full_writer();
    drop(queue(&turn, "x".repeat(100_000), |cause| cause));
    run(&mut turn);
    assert_eq!(lost_transaction(), StoreError::DiskFull);
    drop(queue(&turn, "small".to_owned(), |cause| cause));
    run(&mut turn);
    assert_eq!(lost_transaction(), StoreError::TransactionLost);
}

#[test]
fn a_commit_that_meets_a_reader_in_memory_is_undone_and_the_next_one_works() {
    let mut turn = full_writer();
    turn.conn.busy_timeout(Duration::ZERO).unwrap();
    let reader = crate::connection::connect_reader(&turn.location).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM note;").unwrap();
    let blocked = queue(&turn, "blocked".to_owned(), |cause| cause);
    run(&mut turn);
    assert_eq!(blocked.recv().unwrap(), Err(StoreError::Busy));

    reader.execute_batch("ROLLBACK").unwrap();
    let free = queue(&turn, "free".to_owned(), |cause| cause);
    run(&mut turn);
    assert_eq!(free.recv().unwrap(), Ok(()));
    assert_eq!(count(&turn), 1);
}
