//! The statement trace: lets the tests see every statement and how it would be answered.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use rusqlite::trace::{TraceEvent, TraceEventCodes};

use crate::connection::connect_reader;
use crate::error::StoreError;
use crate::store::Store;

/// One line of `EXPLAIN QUERY PLAN`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanStep {
    /// SQLite's words, for example `SCAN invoice` or `SEARCH invoice USING INDEX …`.
    pub detail: String,
}

impl PlanStep {
    /// Whether every row of a table or of an index is visited. A virtual table is not where it was asked for something:
    /// what it was asked stands after the colon.
    pub fn is_full_scan(&self) -> bool {
        let asked =
            self.detail.split_once(" VIRTUAL TABLE INDEX ").and_then(|(_, index)| index.split_once(':'));
        let looks_up = asked.is_some_and(|(_, what)| !what.is_empty());
        self.detail.starts_with("SCAN") && self.detail != "SCAN CONSTANT ROW" && !looks_up
    }
}

/// The distinct statements that ran on a store's connections, without their parameters.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trace(Option<Arc<Mutex<BTreeSet<String>>>>);

impl Trace {
    pub(crate) fn new(wanted: bool) -> Self {
        Self(wanted.then(Arc::default))
    }

    /// Records what a connection executes from now on.
    pub(crate) fn follow(&self, conn: &mut Connection) -> Result<(), StoreError> {
        let Some(seen) = self.0.clone() else { return Ok(()) };
        conn.trace_v2(
            TraceEventCodes::SQLITE_TRACE_STMT,
            Some(move |event: TraceEvent<'_>| {
                // Lines that start with `--` announce a trigger's statement, which the plan covers already.
                if let TraceEvent::Stmt(statement, text) = event
                    && !text.starts_with("--")
                {
                    seen.lock().unwrap_or_else(PoisonError::into_inner).insert(statement.sql().into_owned());
                }
            }),
        )?;
        Ok(())
    }

    fn seen(&self) -> Vec<String> {
        self.0.as_ref().map_or_else(Vec::new, |seen| {
            seen.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
        })
    }
}

impl Store {
    /// The distinct statements executed so far, sorted; empty unless [`crate::Options::trace`] was set.
    pub fn statements_seen(&self) -> Vec<String> {
        self.trace().seen()
    }

    /// How SQLite would answer a statement. Parameters count as unknown.
    pub fn explain(&self, sql: &str) -> Result<Vec<PlanStep>, StoreError> {
        // Not a pooled connection: those refuse to prepare the store's own statements, too.
        let conn = connect_reader(self.location())?;
        let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
        let steps = statement
            .raw_query()
            .mapped(|row| Ok(PlanStep { detail: row.get("detail")? }))
            .collect::<Result<_, _>>()?;
        Ok(steps)
    }
}
