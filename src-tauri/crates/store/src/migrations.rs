//! Schema migrations: the list from `migrations/`, and the runner with its rules.
//!
//! To change the schema, add one file `migrations/NNNN_name.sql`. A file that was ever released is never edited.
//!
//! The runner switches foreign keys off *before* its transaction begins: inside one SQLite ignores that pragma,
//! and rebuilding a parent table would then silently delete every child row by cascade. In the transaction it
//! compares the row counts of all tables before and after. A migration that means to add or remove rows in an
//! existing table says so in its leading comment lines: `-- rows-may-change: table_a, table_b`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

use crate::audit::{self, AuditDraft};
use crate::error::StoreError;
use crate::meta;

/// One step of the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// 1, 2, 3, …
    pub version: u32,
    /// `NNNN_name`.
    pub name: String,
    /// The statements.
    pub sql: String,
}

static EMBEDDED: &[(u32, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// The migrations of this program, in order.
pub fn embedded_migrations() -> Arc<[Migration]> {
    EMBEDDED.iter().map(|(version, name, sql)| Migration::new(*version, name, sql)).collect()
}

impl Migration {
    /// A migration with the given number, name and statements.
    pub fn new(version: u32, name: &str, sql: &str) -> Self {
        Self { version, name: name.to_owned(), sql: sql.to_owned() }
    }

    /// SHA-256 of the statements. Line ends count as LF, since version control may rewrite them.
    pub fn checksum(&self) -> String {
        hex::encode(Sha256::digest(self.sql.replace("\r\n", "\n")))
    }

    /// The tables whose number of rows the header allows to change.
    fn rows_may_change(&self) -> BTreeSet<String> {
        self.sql
            .lines()
            .map(str::trim)
            .take_while(|line| line.is_empty() || line.starts_with("--"))
            .filter_map(|line| line.trim_start_matches('-').trim().strip_prefix("rows-may-change:"))
            .flat_map(|tables| tables.split(','))
            .map(|table| table.trim().to_owned())
            .collect()
    }

    fn failed(&self, why: impl Into<String>) -> StoreError {
        StoreError::MigrationFailed { version: self.version, name: self.name.clone(), why: why.into() }
    }
}

/// The newest version in a list, 0 for an empty one.
pub(crate) fn newest_version(migrations: &[Migration]) -> u32 {
    migrations.last().map_or(0, |last| last.version)
}

/// The version that a database has, 0 when no migration ever ran.
pub(crate) fn schema_version(conn: &Connection) -> Result<u32, StoreError> {
    let known: Option<i64> = conn
        .query_row(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migration'",
            [],
            |row| row.get(0),
        )
        .optional()?;
    if known.is_none() {
        return Ok(0);
    }
    Ok(conn.query_row("SELECT coalesce(max(version), 0) FROM schema_migration", [], |row| row.get(0))?)
}

/// Refuses a database whose applied migrations differ from the program's. The version must not be newer.
pub(crate) fn check_applied(conn: &Connection, migrations: &[Migration]) -> Result<(), StoreError> {
    check_numbering(migrations)?;
    if schema_version(conn)? == 0 {
        return Ok(());
    }
    let mut statement =
        conn.prepare("SELECT version, name, checksum FROM schema_migration ORDER BY version")?;
    let applied = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<Vec<(u32, String, String)>, _>>()?;
    for (position, (version, name, checksum)) in applied.into_iter().enumerate() {
        let same = migrations
            .get(position)
            .is_some_and(|ours| ours.version == version && ours.name == name && ours.checksum() == checksum);
        if !same {
            return Err(StoreError::MigrationChanged { version, name });
        }
    }
    Ok(())
}

fn check_numbering(migrations: &[Migration]) -> Result<(), StoreError> {
    for (expected, migration) in (1..).zip(migrations) {
        if migration.version != expected {
            return Err(StoreError::MigrationsOutOfOrder(migration.version));
        }
    }
    Ok(())
}

/// Applies what is missing, each migration in a transaction of its own.
pub(crate) fn apply_missing(
    conn: &Connection,
    migrations: &[Migration],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let current = schema_version(conn)?;
    // Lower case as the program writes it: SQLite's own knows only the letters of English.
    conn.create_scalar_function("lower_case", 1, FunctionFlags::SQLITE_DETERMINISTIC, |context| {
        Ok(context.get::<String>(0)?.to_lowercase())
    })?;
    for migration in migrations.iter().filter(|migration| migration.version > current) {
        conn.execute_batch("PRAGMA foreign_keys = OFF")?;
        let outcome = apply(conn, migration, now);
        if outcome.is_err() && !conn.is_autocommit() {
            conn.execute_batch("ROLLBACK")?;
        }
        conn.execute_batch("PRAGMA foreign_keys = ON")?;
        outcome?;
    }
    Ok(())
}

fn apply(conn: &Connection, migration: &Migration, now: DateTime<Utc>) -> Result<(), StoreError> {
    conn.execute_batch("BEGIN IMMEDIATE")?;
    let before = row_counts(conn)?;
    conn.execute_batch(&migration.sql).map_err(|cause| match StoreError::from(cause) {
        StoreError::DiskFull => StoreError::DiskFull,
        other => migration.failed(other.to_string()),
    })?;
    if conn.is_autocommit() {
        return Err(migration.failed("it ended the runner's transaction"));
    }
    check_no_deferred_keys(conn, migration)?;
    check_references(conn, migration)?;
    check_row_counts(migration, &before, &row_counts(conn)?)?;
    record(conn, migration, now)?;
    conn.execute_batch("COMMIT")?;
    Ok(())
}

fn record(conn: &Connection, migration: &Migration, now: DateTime<Utc>) -> Result<(), StoreError> {
    let checksum = migration.checksum();
    conn.execute(
        "INSERT INTO schema_migration (version, name, checksum, applied_at) VALUES (?1, ?2, ?3, ?4)",
        (migration.version, &migration.name, &checksum, now.to_rfc3339_opts(SecondsFormat::Micros, true)),
    )?;
    meta::set(conn, meta::SCHEMA_DIGEST, &schema_digest(conn)?)?;
    audit::append(
        conn,
        AuditDraft {
            at: now,
            actor: "purser".to_owned(),
            action: "store.migrate".to_owned(),
            subject: format!("migration:{}", migration.name),
            detail: serde_json::json!({ "version": migration.version, "checksum": checksum }),
        },
    )?;
    Ok(())
}

/// A deferred key is only looked at by COMMIT, where one closure's mistake would fail its whole group.
fn check_no_deferred_keys(conn: &Connection, migration: &Migration) -> Result<(), StoreError> {
    let deferred: Option<String> = conn
        .query_row(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND upper(sql) LIKE '%INITIALLY DEFERRED%'",
            [],
            |row| row.get(0),
        )
        .optional()?;
    match deferred {
        Some(table) => Err(migration.failed(format!("the table {table} has a deferred foreign key"))),
        None => Ok(()),
    }
}

fn check_references(conn: &Connection, migration: &Migration) -> Result<(), StoreError> {
    match first_broken_reference(conn)? {
        Some(place) => Err(migration.failed(format!("it left a reference without its row in {place}"))),
        None => Ok(()),
    }
}

/// The first row whose reference leads nowhere, as `table row N → parent`.
pub(crate) fn first_broken_reference(conn: &Connection) -> Result<Option<String>, StoreError> {
    let found = conn
        .query_row("PRAGMA foreign_key_check", [], |row| {
            let (table, rowid, parent): (String, Option<i64>, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(match rowid {
                Some(rowid) => format!("{table} row {rowid} → {parent}"),
                None => format!("{table} → {parent}"),
            })
        })
        .optional()?;
    Ok(found)
}

fn check_row_counts(
    migration: &Migration,
    before: &BTreeMap<String, i64>,
    after: &BTreeMap<String, i64>,
) -> Result<(), StoreError> {
    let declared = migration.rows_may_change();
    for (table, old) in before {
        if declared.contains(table) {
            continue;
        }
        match after.get(table) {
            Some(new) if new == old => {}
            Some(new) => {
                return Err(
                    migration.failed(format!("the table {table} had {old} rows and would have {new}"))
                );
            }
            None => return Err(migration.failed(format!("the table {table} with {old} rows would vanish"))),
        }
    }
    Ok(())
}

/// The number of rows in every table of the schema. A virtual table has none of its own.
fn row_counts(conn: &Connection) -> Result<BTreeMap<String, i64>, StoreError> {
    let mut statement = conn.prepare(
        "SELECT name FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )?;
    let tables = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    let mut counts = BTreeMap::new();
    for table in tables {
        let quoted = table.replace('"', "\"\"");
        let count = conn.query_row(&format!("SELECT count(*) FROM \"{quoted}\""), [], |row| row.get(0))?;
        counts.insert(table, count);
    }
    Ok(counts)
}

/// SHA-256 over every table, index, trigger and view: a dropped trigger or a loosened rule changes it.
pub(crate) fn schema_digest(conn: &Connection) -> Result<String, StoreError> {
    let mut statement = conn.prepare(
        "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '')
         FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name",
    )?;
    let mut hasher = Sha256::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let entry: String = row.get(0)?;
        hasher.update((entry.len() as u64).to_be_bytes());
        hasher.update(entry);
    }
    Ok(hex::encode(hasher.finalize()))
}
