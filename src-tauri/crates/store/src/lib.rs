//! The encrypted SQLite store: all SQL, migrations, backup and the audit chain.
//!
//! [`Store::write`] is the only way to change anything: a closure on the one writer thread, in a savepoint of its
//! own, acknowledged when its COMMIT is on the disk, and refused when it changed rows without an audit row.
//! [`Store::read`] runs on a pool of read-only connections, each closure in one consistent snapshot.
//! The files in [`tables`] hold the statements, one aggregate each. This crate never holds business decisions
//! and never speaks to the network.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod audit;
mod backup;
mod connection;
mod error;
mod files;
mod guard;
mod key;
mod meta;
mod migrations;
mod options;
mod readers;
mod store;
pub mod tables;
mod trace;
mod transaction;
mod verify;
mod writer;

pub use audit::{AuditDraft, AuditHead, AuditRow, GENESIS};
pub use backup::{
    BACKUP_EXTENSION, BACKUP_FORMAT, BackupEntry, BackupHeader, BackupProgress, BackupRequest, Restore,
    Rotation, fork_copied_store, list_backups, read_backup_header, restore_backup, rotate_backups,
};
pub use connection::DIARY_TABLES;
pub use error::{ConstraintKind, StoreError};
pub use guard::{check_folder, check_folder_with};
pub use key::StoreKey;
pub use meta::FORK_STATE;
pub use migrations::{Migration, embedded_migrations};
pub use options::Options;
pub use store::Store;
pub use trace::PlanStep;
pub use transaction::{ReadTx, WriteTx};
pub use verify::{Finding, VerifyReport};
pub use writer::{WriteClass, Writing};

/// The database binding, so that the tables and the tests name one version of it.
pub use rusqlite;
