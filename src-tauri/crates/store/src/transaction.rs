//! What a closure gets: the connection inside a transaction that the store opened and will end.

use std::cell::RefCell;
use std::ops::Deref;

use rusqlite::Connection;

use crate::audit;
use crate::connection::Phase;
use crate::error::StoreError;
use crate::tables::journal::{JournalLine, write_lines};

/// A running write. Everything done through it is kept or rolled back together.
#[derive(Debug)]
pub struct WriteTx<'c> {
    conn: &'c Connection,
    phase: &'c Phase,
    lines: RefCell<Vec<JournalLine>>,
}

impl<'c> WriteTx<'c> {
    pub(crate) fn new(conn: &'c Connection, phase: &'c Phase) -> Self {
        Self { conn, phase, lines: RefCell::default() }
    }

    /// Keeps the line of an entry for the index of texts. They are written together when the closure is done, in the
    /// order of the journal: one that goes back makes the index begin a new piece of itself.
    pub(crate) fn index_later(&self, line: JournalLine) {
        self.lines.borrow_mut().push(line);
    }

    /// Writes what waited for the end of the closure.
    pub(crate) fn finish(self) -> Result<(), StoreError> {
        write_lines(self.conn, self.lines.into_inner())
    }

    pub(crate) fn phase(&self) -> &Phase {
        self.phase
    }
}

impl Deref for WriteTx<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.conn
    }
}

/// A running read: one consistent picture of the store.
#[derive(Debug)]
pub struct ReadTx<'c> {
    conn: &'c Connection,
}

impl<'c> ReadTx<'c> {
    pub(crate) fn new(conn: &'c Connection) -> Self {
        Self { conn }
    }

    /// The [`crate::Store::sequence`] that this snapshot shows.
    pub fn sequence(&self) -> Result<u64, StoreError> {
        Ok(audit::head(self)?.seq.unsigned_abs())
    }
}

impl Deref for ReadTx<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.conn
    }
}

thread_local! {
    /// The stores whose closures run on this thread at the moment.
    static RUNNING: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// Marks a closure of a store as running on this thread.
///
/// A write inside a write would wait for itself, and a read inside a write would not see it: both are refused.
pub(crate) struct Running(u64);

impl Running {
    pub(crate) fn enter(store: u64) -> Result<Self, StoreError> {
        RUNNING.with_borrow_mut(|running| {
            if running.contains(&store) {
                return Err(StoreError::Nested);
            }
            running.push(store);
            Ok(Self(store))
        })
    }

    /// Whether a closure of the store runs on this thread.
    pub(crate) fn is(store: u64) -> bool {
        RUNNING.with_borrow(|running| running.contains(&store))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.with_borrow_mut(|running| running.retain(|store| *store != self.0));
    }
}
