//! What the caller decides about a store when opening it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::migrations::{Migration, embedded_migrations};

/// How a store is opened. Time and identity are passed in, so that a simulated run can be repeated.
#[derive(Debug, Clone)]
pub struct Options {
    /// The time written as `created_at` and `applied_at`.
    pub now: DateTime<Utc>,
    /// The identity of a new store; random when absent.
    pub store_id: Option<Uuid>,
    /// Where backups are. An upgrade writes its backup there, a refusal of a newer schema names one of them,
    /// and `verify` compares the audit chain with the heads recorded in them.
    pub backups_dir: Option<PathBuf>,
    /// What the recovery code needs to unwrap the key; copied into the backup made before an upgrade.
    pub recovery_envelope: serde_json::Value,
    /// Read-only connections that are opened at most.
    pub readers: usize,
    /// Ingest closures that share one COMMIT at most.
    pub group_members: usize,
    /// How long an ingest group may collect members.
    pub group_window: Duration,
    /// Keep the text of every executed statement for [`crate::Store::statements_seen`].
    pub trace: bool,
    /// The migrations; tests put others here.
    pub migrations: Arc<[Migration]>,
}

impl Options {
    /// The usual options at the given time.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self {
            now,
            store_id: None,
            backups_dir: None,
            recovery_envelope: serde_json::Value::Null,
            readers: 4,
            group_members: 256,
            group_window: Duration::from_millis(250),
            trace: false,
            migrations: embedded_migrations(),
        }
    }

    /// Sets the folder of backups.
    pub fn with_backups_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.backups_dir = Some(folder.into());
        self
    }

    /// Replaces the migrations.
    pub fn with_migrations(mut self, migrations: Vec<Migration>) -> Self {
        self.migrations = migrations.into();
        self
    }

    /// Switches the statement trace on.
    pub fn with_trace(mut self) -> Self {
        self.trace = true;
        self
    }
}
