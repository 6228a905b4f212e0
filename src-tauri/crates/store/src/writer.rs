//! The one thread that writes.
//!
//! Closures wait in two lines. Decisions go first, each with its own COMMIT. Ingest closures that wait together
//! share one COMMIT. Every closure runs in its own savepoint, so that a failure undoes that closure alone, and
//! is acknowledged only after the COMMIT is on the disk.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::audit;
use crate::connection::{Location, Phase, connect_writer, install_rules};
use crate::error::{StoreError, forget_fatal, lost_transaction, saw_damage};
use crate::trace::Trace;
use crate::transaction::{Running, WriteTx};

/// How urgent a write is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteClass {
    /// Something that the founder or a policy decided: overtakes waiting ingest, has its own COMMIT.
    Decision,
    /// Facts from outside: grouped.
    Ingest,
    /// The program's diary of its own work (which job ran and what it said, what a form holds that was not sent):
    /// needs no audit row, and may change nothing but the diary's tables, [`crate::DIARY_TABLES`].
    Diary,
}

/// How large an ingest group may become.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GroupLimit {
    pub(crate) members: usize,
    pub(crate) window: Duration,
}

/// A closure with its result, waiting for COMMIT.
trait Job: Send {
    /// Runs the closure; true when it succeeded.
    fn run(&mut self, tx: &WriteTx<'_>) -> bool;
    /// Replaces the closure's success by a failure.
    fn refuse(&mut self, cause: StoreError);
    /// Tells the caller. A failed COMMIT outweighs the closure's success.
    fn acknowledge(self: Box<Self>, commit: Result<(), StoreError>);
}

struct Pending<T, E, F> {
    closure: Option<F>,
    result: Option<Result<T, E>>,
    reply: SyncSender<Result<T, E>>,
}

impl<T, E, F> Job for Pending<T, E, F>
where
    F: FnOnce(&WriteTx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, tx: &WriteTx<'_>) -> bool {
        let Some(closure) = self.closure.take() else { return false };
        let result = catch_unwind(AssertUnwindSafe(|| closure(tx)))
            .unwrap_or_else(|_| Err(E::from(StoreError::Panicked)));
        let succeeded = result.is_ok();
        self.result = Some(result);
        succeeded
    }

    fn refuse(&mut self, cause: StoreError) {
        if !matches!(self.result, Some(Err(_))) {
            self.result = Some(Err(E::from(cause)));
        }
    }

    fn acknowledge(mut self: Box<Self>, commit: Result<(), StoreError>) {
        if let Err(cause) = commit {
            self.refuse(cause);
        }
        if let Some(result) = self.result.take() {
            // A caller that is gone (its thread ended) needs no answer.
            let _ = self.reply.send(result);
        }
    }
}

/// Work on the resting file, outside of any transaction.
type Upkeep = Box<dyn FnOnce(&Connection) + Send>;

/// What the thread does next.
enum Task {
    Write(WriteClass, Box<dyn Job>),
    Upkeep(Upkeep),
}

#[derive(Default)]
struct Queue {
    decisions: VecDeque<Box<dyn Job>>,
    diary: VecDeque<Box<dyn Job>>,
    upkeep: VecDeque<Upkeep>,
    ingest: VecDeque<Box<dyn Job>>,
    closed: bool,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    arrived: Condvar,
    sequence: AtomicU64,
    diary: AtomicU64,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is next; none once the store is closed and the lines are empty.
    fn next(&self) -> Option<Task> {
        let mut queue = self.lock();
        loop {
            if let Some(job) = queue.decisions.pop_front() {
                return Some(Task::Write(WriteClass::Decision, job));
            }
            if let Some(job) = queue.diary.pop_front() {
                return Some(Task::Write(WriteClass::Diary, job));
            }
            if let Some(upkeep) = queue.upkeep.pop_front() {
                return Some(Task::Upkeep(upkeep));
            }
            if let Some(job) = queue.ingest.pop_front() {
                return Some(Task::Write(WriteClass::Ingest, job));
            }
            if queue.closed {
                return None;
            }
            queue = self.arrived.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Another ingest closure for the running group, unless something more urgent waits.
    fn next_ingest(&self) -> Option<Box<dyn Job>> {
        let mut queue = self.lock();
        let calm = queue.decisions.is_empty() && queue.diary.is_empty() && queue.upkeep.is_empty();
        if calm { queue.ingest.pop_front() } else { None }
    }
}

/// A write that was queued and is not waited for yet. It takes place even if nobody waits.
#[derive(Debug)]
#[must_use = "whether it is on the disk is known only after waiting"]
pub struct Writing<T, E>(Receiver<Result<T, E>>);

impl<T, E: From<StoreError>> Writing<T, E> {
    /// Waits until it is on the disk, or refused.
    pub fn wait(self) -> Result<T, E> {
        // The sender vanishes unanswered only when the thread itself has ended.
        self.0.recv().unwrap_or_else(|_| Err(E::from(StoreError::Closed)))
    }
}

/// The handle to the thread.
pub(crate) struct Writer {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(crate) fn start(
        mut conn: Connection,
        location: Location,
        trace: Trace,
        limit: GroupLimit,
        store: u64,
    ) -> Result<Self, StoreError> {
        let shared = Arc::new(Shared::default());
        let phase = Phase::default();
        install_rules(&mut conn, &phase, &trace)?;
        shared.sequence.store(audit::head(&conn)?.seq.unsigned_abs(), Ordering::Release);
        let mut turn = Turn { conn, location, trace, phase, limit, store, shared: shared.clone() };
        let thread =
            std::thread::Builder::new().name("purser-writer".to_owned()).spawn(move || turn.work()).map_err(
                |cause| StoreError::io("starting the writer thread for", "the store".as_ref(), &cause),
            )?;
        Ok(Self { shared, thread: Mutex::new(Some(thread)) })
    }

    pub(crate) fn sequence(&self) -> u64 {
        self.shared.sequence.load(Ordering::Acquire)
    }

    pub(crate) fn diary(&self) -> u64 {
        self.shared.diary.load(Ordering::Acquire)
    }

    /// Runs work on the resting file between two transactions.
    pub(crate) fn upkeep<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = sync_channel(1);
        let mut queue = self.shared.lock();
        if queue.closed {
            return Err(StoreError::Closed);
        }
        queue.upkeep.push_back(Box::new(move |conn| {
            // A caller that is gone needs no answer.
            let _ = reply.send(work(conn));
        }));
        drop(queue);
        self.shared.arrived.notify_one();
        answer.recv().unwrap_or(Err(StoreError::Closed))
    }

    /// Closures that wait for their turn.
    pub(crate) fn waiting(&self) -> usize {
        let queue = self.shared.lock();
        queue.decisions.len() + queue.diary.len() + queue.ingest.len()
    }

    /// Queues the closure.
    pub(crate) fn write<T, E, F>(&self, class: WriteClass, closure: F) -> Result<Writing<T, E>, StoreError>
    where
        F: FnOnce(&WriteTx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = sync_channel(1);
        let job = Box::new(Pending { closure: Some(closure), result: None, reply });
        let mut queue = self.shared.lock();
        if queue.closed {
            return Err(StoreError::Closed);
        }
        match class {
            WriteClass::Decision => queue.decisions.push_back(job),
            WriteClass::Ingest => queue.ingest.push_back(job),
            WriteClass::Diary => queue.diary.push_back(job),
        }
        drop(queue);
        self.shared.arrived.notify_one();
        Ok(Writing(answer))
    }

    /// Lets the queued closures finish, then ends the thread. Later writes are refused.
    pub(crate) fn close(&self, store: u64) {
        self.shared.lock().closed = true;
        self.shared.arrived.notify_all();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        // The last handle may be dropped by a closure on the writer thread, which cannot wait for itself.
        if let Some(thread) = thread
            && !Running::is(store)
            && thread.join().is_err()
        {
            tracing::error!("the writer thread ended by a panic");
        }
    }
}

/// The thread's own side.
struct Turn {
    conn: Connection,
    location: Location,
    trace: Trace,
    phase: Phase,
    limit: GroupLimit,
    store: u64,
    shared: Arc<Shared>,
}

impl Turn {
    fn work(&mut self) {
        while let Some(task) = self.shared.next() {
            forget_fatal();
            match task {
                Task::Write(class, job) => self.transaction(class, job),
                Task::Upkeep(work) => work(&self.conn),
            }
            if saw_damage() {
                self.reconnect();
            }
        }
        // What is left in the write-ahead log goes into the file, which can then be copied by itself.
        if let Err(cause) = self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())) {
            let cause = StoreError::from(cause);
            tracing::warn!(code = cause.code(), "the write-ahead log was not folded in at closing");
        }
    }

    /// One BEGIN … COMMIT with one decision, or with as many ingest closures as wait.
    fn transaction(&mut self, class: WriteClass, first: Box<dyn Job>) {
        if let Err(cause) = self.conn.execute_batch("BEGIN IMMEDIATE") {
            let cause = StoreError::from(cause);
            first.acknowledge(Err(cause));
            return;
        }
        let started = Instant::now();
        let mut members = Vec::new();
        let mut next = Some(first);
        let mut intact = Ok(());
        while let Some(mut job) = next.take() {
            intact = self.member(class, job.as_mut());
            members.push(job);
            let room = members.len() < self.limit.members && started.elapsed() < self.limit.window;
            if class == WriteClass::Ingest && intact.is_ok() && room {
                next = self.shared.next_ingest();
            }
        }
        let outcome = intact.and_then(|()| self.commit());
        if class == WriteClass::Diary && outcome.is_ok() {
            self.shared.diary.fetch_add(1, Ordering::AcqRel);
        }
        if outcome.is_err() {
            self.abandon();
        }
        for job in members {
            job.acknowledge(outcome.clone());
        }
    }

    /// Runs one closure in its savepoint. An error means that the whole transaction is gone.
    fn member(&self, class: WriteClass, job: &mut dyn Job) -> Result<(), StoreError> {
        self.conn.execute_batch("SAVEPOINT purser_member")?;
        let changes_before = self.conn.total_changes();
        let head_before = audit::head(&self.conn)?.seq;

        let succeeded = {
            let _running = Running::enter(self.store)?;
            match class {
                WriteClass::Diary => {
                    // What a statement may do is asked when it is prepared: none prepared for others may be at hand.
                    self.conn.flush_prepared_statement_cache();
                    self.phase.enter_diary();
                }
                WriteClass::Decision | WriteClass::Ingest => self.phase.enter_closure(),
            }
            let tx = WriteTx::new(&self.conn, &self.phase);
            let mut succeeded = job.run(&tx);
            if succeeded && let Err(cause) = tx.finish() {
                job.refuse(cause);
                succeeded = false;
            }
            self.phase.leave();
            succeeded
        };
        if self.conn.is_autocommit() {
            return Err(lost_transaction());
        }
        let mut keep = succeeded;
        if succeeded
            && class != WriteClass::Diary
            && self.conn.total_changes() != changes_before
            && audit::head(&self.conn)?.seq == head_before
        {
            job.refuse(StoreError::Unaudited);
            keep = false;
        }
        let ending =
            if keep { "RELEASE purser_member" } else { "ROLLBACK TO purser_member; RELEASE purser_member" };
        Ok(self.conn.execute_batch(ending)?)
    }

    fn commit(&self) -> Result<(), StoreError> {
        let head = audit::head(&self.conn)?.seq.unsigned_abs();
        self.conn.execute_batch("COMMIT")?;
        self.shared.sequence.store(head, Ordering::Release);
        Ok(())
    }

    /// Replaces the connection, since SQLCipher uses none any more that has met a damaged page. What is sound
    /// can still be worked with while the founder gets the backup.
    fn reconnect(&mut self) {
        let fresh = connect_writer(&self.location).and_then(|mut conn| {
            install_rules(&mut conn, &self.phase, &self.trace)?;
            Ok(conn)
        });
        match fresh {
            Ok(conn) => self.conn = conn,
            Err(cause) => tracing::error!(code = cause.code(), "the damaged store cannot be opened again"),
        }
    }

    /// Ends a transaction that could not be committed, so that the next one finds a clean connection.
    fn abandon(&self) {
        if !self.conn.is_autocommit()
            && let Err(cause) = self.conn.execute_batch("ROLLBACK")
        {
            let cause = StoreError::from(cause);
            tracing::error!(code = cause.code(), "a failed transaction could not be rolled back");
        }
    }
}

#[cfg(test)]
mod tests;
