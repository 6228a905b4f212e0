//! The pool of read-only connections.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::connection::{Location, Phase, connect_reader, install_rules};
use crate::error::{StoreError, forget_fatal, saw_damage};
use crate::trace::Trace;
use crate::transaction::ReadTx;

/// A snapshot that is held longer keeps the write-ahead log from being reused.
const SLOW_READ: Duration = Duration::from_secs(1);

pub(crate) struct Readers {
    location: Location,
    trace: Trace,
    limit: usize,
    pool: Mutex<Pool>,
    returned: Condvar,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Reader>,
    open: usize,
    closed: bool,
}

struct Reader {
    conn: Connection,
    phase: Phase,
}

impl Readers {
    pub(crate) fn new(location: Location, trace: Trace, limit: usize) -> Self {
        let limit = limit.max(1);
        Self { location, trace, limit, pool: Mutex::default(), returned: Condvar::new() }
    }

    /// Runs the closure in a read transaction. A panic goes on to the caller after the connection is back.
    pub(crate) fn read<T, E: From<StoreError>>(
        &self,
        f: impl FnOnce(&ReadTx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let reader = self.take()?;
        forget_fatal();
        let started = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| run(&reader, f)));
        let held = started.elapsed();
        if held > SLOW_READ {
            tracing::warn!(held_ms = held.as_millis(), "a read held its snapshot for more than a second");
        }
        self.give_back(reader);
        outcome.unwrap_or_else(|panic| resume_unwind(panic))
    }

    /// Waits for the running reads and closes every connection.
    pub(crate) fn close(&self) {
        let mut pool = self.lock();
        pool.closed = true;
        while pool.open > pool.idle.len() {
            pool = self.returned.wait(pool).unwrap_or_else(PoisonError::into_inner);
        }
        pool.idle.clear();
        pool.open = 0;
    }

    fn take(&self) -> Result<Reader, StoreError> {
        let mut pool = self.lock();
        loop {
            if pool.closed {
                return Err(StoreError::Closed);
            }
            if let Some(reader) = pool.idle.pop() {
                return Ok(reader);
            }
            if pool.open < self.limit {
                pool.open += 1;
                break;
            }
            pool = self.returned.wait(pool).unwrap_or_else(PoisonError::into_inner);
        }
        drop(pool);
        self.connect().inspect_err(|_| {
            self.lock().open -= 1;
            self.returned.notify_all();
        })
    }

    fn connect(&self) -> Result<Reader, StoreError> {
        let phase = Phase::default();
        let mut conn = connect_reader(&self.location)?;
        install_rules(&mut conn, &phase, &self.trace)?;
        Ok(Reader { conn, phase })
    }

    fn give_back(&self, reader: Reader) {
        reader.phase.leave();
        // A connection that met a damaged page or cannot end its transaction is dropped; the next read opens
        // another one.
        let ended = reader.conn.is_autocommit() || reader.conn.execute_batch("ROLLBACK").is_ok();
        let usable = ended && !saw_damage();
        let mut pool = self.lock();
        if usable {
            pool.idle.push(reader);
        } else {
            pool.open -= 1;
        }
        drop(pool);
        self.returned.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn run<T, E: From<StoreError>>(reader: &Reader, f: impl FnOnce(&ReadTx<'_>) -> Result<T, E>) -> Result<T, E> {
    reader.conn.execute_batch("BEGIN DEFERRED").map_err(StoreError::from)?;
    reader.phase.enter_closure();
    f(&ReadTx::new(&reader.conn))
}
