//! Restoring a backup: a fork in time, so the new store has another identity and starts paused.

use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::Connection;
use uuid::Uuid;

use super::container::{self, BackupHeader};
use crate::audit::{self, AuditDraft};
use crate::connection::{Location, Phase, connect_writer, install_rules};
use crate::error::StoreError;
use crate::files::{absolute, parent_of, publish, remove_database, with_suffix};
use crate::guard::check_folder;
use crate::key::StoreKey;
use crate::meta;
use crate::migrations;
use crate::options::Options;
use crate::store::{Store, fold_log, new_store_id, read_store_id};
use crate::trace::Trace;
use crate::transaction::WriteTx;
use crate::verify::examine;

/// The circumstances of a restore or a fork.
#[derive(Debug, Clone)]
pub struct Restore {
    /// Who restores, for the audit row.
    pub actor: String,
    /// The time of the fork, the new identity, the migrations.
    pub options: Options,
}

/// Makes a store out of a backup, at a destination where there is none.
///
/// The restored store gets a new identity, remembers whose fork it is, and has `fork_state = paused` in meta.
/// `on_fork` runs in the same transaction: there the caller voids approvals and marks unsent effects as unknown.
pub fn restore_backup<E: From<StoreError>>(
    backup: &Path,
    key: &StoreKey,
    destination: &Path,
    restore: &Restore,
    on_fork: impl FnOnce(&WriteTx<'_>) -> Result<(), E>,
) -> Result<BackupHeader, E> {
    let destination = absolute(destination)?;
    if destination.symlink_metadata().is_ok() {
        return Err(StoreError::Exists(destination).into());
    }
    check_folder(parent_of(&destination))?;
    let building = with_suffix(&destination, ".restoring");
    remove_database(&building)?;
    let outcome = container::unpack(backup, Some(&building)).map_err(E::from).and_then(|header| {
        rebuild(backup, &building, key, &header, restore, on_fork)?;
        publish(&building, &destination)?;
        Ok(header)
    });
    if outcome.is_err() {
        remove_database(&building)?;
    }
    outcome
}

fn rebuild<E: From<StoreError>>(
    backup: &Path,
    building: &Path,
    key: &StoreKey,
    header: &BackupHeader,
    restore: &Restore,
    on_fork: impl FnOnce(&WriteTx<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let migrations = &restore.options.migrations;
    let supported = migrations::newest_version(migrations);
    if header.schema_version > supported {
        let found = header.schema_version;
        return Err(StoreError::NewerSchema { found, supported, backup: None }.into());
    }
    let location = Location::File { path: building.to_owned(), key: key.clone() };
    let mut conn = connect_writer(&location).map_err(|cause| match cause {
        StoreError::WrongKey(_) => StoreError::WrongKey(backup.to_owned()),
        other => other,
    })?;
    check_contents(&conn, header, backup)?;
    migrations::check_applied(&conn, migrations)?;
    migrations::apply_missing(&conn, migrations, restore.options.now)?;

    fork(&mut conn, restore, on_fork)
}

/// Makes a fork out of a store file that was copied by other means, such as to another computer.
///
/// Nothing in a file tells that it is a copy: the caller knows, by what it remembers outside of the store. The
/// store must not be open.
pub fn fork_copied_store<E: From<StoreError>>(
    path: &Path,
    key: &StoreKey,
    restore: &Restore,
    on_fork: impl FnOnce(&WriteTx<'_>) -> Result<(), E>,
) -> Result<(), E> {
    // Opening checks the key, the place and the schema, and upgrades with the usual backup.
    let store = Store::open(path, key, restore.options.clone())?;
    let location = store.location().clone();
    store.close()?;
    let mut conn = connect_writer(&location)?;
    fork(&mut conn, restore, on_fork)
}

fn fork<E: From<StoreError>>(
    conn: &mut Connection,
    restore: &Restore,
    on_fork: impl FnOnce(&WriteTx<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let phase = Phase::default();
    install_rules(conn, &phase, &Trace::default())?;
    conn.execute_batch("BEGIN IMMEDIATE").map_err(StoreError::from)?;
    phase.enter_closure();
    let tx = WriteTx::new(conn, &phase);
    // An early return drops the connection, which rolls back.
    on_fork(&tx)?;
    tx.finish()?;
    phase.leave();
    mark_fork(conn, restore.options.now, restore.options.store_id, &restore.actor)?;
    conn.execute_batch("COMMIT").map_err(StoreError::from)?;
    fold_log(conn)?;
    Ok(())
}

/// The database must be sound, and be the one that the header describes.
fn check_contents(conn: &Connection, header: &BackupHeader, backup: &Path) -> Result<(), StoreError> {
    if let Some(finding) = examine(conn, true)?.findings.first() {
        return Err(container::damaged(backup, &format!("{}: {}", finding.place, finding.sentence)));
    }
    let same = read_store_id(conn)? == header.store_id
        && audit::head(conn)? == header.audit_head
        && migrations::schema_version(conn)? == header.schema_version;
    if same { Ok(()) } else { Err(container::damaged(backup, "its header describes another store")) }
}

/// Gives a copy of a store its own identity and pauses it.
fn mark_fork(
    conn: &Connection,
    at: DateTime<Utc>,
    new_id: Option<Uuid>,
    actor: &str,
) -> Result<(), StoreError> {
    let old_id = read_store_id(conn)?;
    let new_id = new_id.unwrap_or_else(|| new_store_id(at));
    meta::set(conn, meta::STORE_ID, &new_id.to_string())?;
    meta::set(conn, meta::FORK_OF, &old_id.to_string())?;
    meta::set(conn, meta::FORK_AT, &at.to_rfc3339_opts(SecondsFormat::Micros, true))?;
    meta::set(conn, meta::FORK_STATE, "paused")?;
    let head = audit::head(conn)?;
    audit::append(
        conn,
        AuditDraft {
            at,
            actor: actor.to_owned(),
            action: "store.restore".to_owned(),
            subject: format!("store:{new_id}"),
            detail: serde_json::json!({ "fork_of": old_id, "audit_head": head }),
        },
    )?;
    Ok(())
}
