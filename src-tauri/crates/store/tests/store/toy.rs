//! A small schema over the real first migration, and the calls that the tests share.

use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeZone, Utc};
use purser_store::rusqlite::Connection;
use purser_store::{
    AuditDraft, BackupRequest, Migration, Options, Store, StoreError, StoreKey, WriteClass, WriteTx,
    embedded_migrations,
};
use tempfile::TempDir;

const TOY: &str = "
    CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE owner (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
    CREATE TABLE thing (
        id INTEGER PRIMARY KEY,
        owner INTEGER NOT NULL REFERENCES owner (id) ON DELETE CASCADE
    ) STRICT;";

/// The real first migration and the toy tables.
pub fn migrations() -> Vec<Migration> {
    vec![embedded_migrations()[0].clone(), Migration::new(2, "0002_toy", TOY)]
}

/// The toy migrations and one more.
pub fn migrations_with(sql: &str) -> Vec<Migration> {
    let mut list = migrations();
    list.push(Migration::new(3, "0003_next", sql));
    list
}

/// A time in the tests' own November, days and hours from its start.
pub fn at(day: u32, hour: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, day, hour, 0, 0).unwrap()
}

pub fn options() -> Options {
    Options::new(at(1, 9)).with_migrations(migrations())
}

pub fn key() -> StoreKey {
    StoreKey::from_bytes([7; 32])
}

pub fn other_key() -> StoreKey {
    StoreKey::from_bytes([8; 32])
}

/// A folder with a toy store in it.
pub struct Place {
    pub folder: TempDir,
    pub path: PathBuf,
    pub backups: PathBuf,
}

impl Place {
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.purser");
        let backups = folder.path().join("backups");
        Self { folder, path, backups }
    }

    pub fn options(&self) -> Options {
        options().with_backups_dir(&self.backups)
    }

    pub fn create(&self) -> Store {
        Store::create(&self.path, &key(), self.options()).unwrap()
    }

    pub fn open(&self) -> Store {
        Store::open(&self.path, &key(), self.options()).unwrap()
    }

    pub fn open_error(&self, options: Options) -> StoreError {
        Store::open(&self.path, &key(), options).unwrap_err()
    }

    pub fn backup(&self, store: &Store, name: &str, day: u32) -> PathBuf {
        std::fs::create_dir_all(&self.backups).unwrap();
        let path = self.backups.join(format!("{name}.purser-backup"));
        store.backup_to(&path, &request(day)).unwrap();
        path
    }

    /// Runs SQL behind the store's back, with the protection of the audit rows off meanwhile.
    pub fn tamper(&self, sql: &str) {
        let conn = raw(&self.path);
        let triggers: Vec<(String, String)> = conn
            .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit'")
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert_eq!(triggers.len(), 2);
        for (name, _) in &triggers {
            conn.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
        }
        conn.execute_batch(sql).unwrap();
        for (_, sql) in &triggers {
            conn.execute_batch(sql).unwrap();
        }
    }
}

pub fn request(day: u32) -> BackupRequest {
    BackupRequest {
        created_at: at(day, 4),
        recovery_envelope: serde_json::json!({ "kdf": "argon2id", "wrapped": "…" }),
    }
}

/// A plain connection with the key, as a curious program with the key would open it.
pub fn raw(path: &Path) -> Connection {
    let conn = Connection::open(path).unwrap();
    conn.execute_batch(&format!("PRAGMA key = \"x'{}'\"", hex::encode(key().as_bytes()))).unwrap();
    conn
}

pub fn draft(subject: &str) -> AuditDraft {
    AuditDraft {
        at: at(2, 10),
        actor: "founder".to_owned(),
        action: "note.add".to_owned(),
        subject: subject.to_owned(),
        detail: serde_json::json!({ "why": "test" }),
    }
}

pub fn insert(tx: &WriteTx<'_>, text: &str) -> Result<(), StoreError> {
    tx.execute("INSERT INTO note (text) VALUES (?1)", [text])?;
    let short: String = text.chars().take(40).collect();
    tx.audit(draft(&format!("note:{short}")))?;
    Ok(())
}

pub fn add_as(store: &Store, class: WriteClass, text: &str) -> Result<(), StoreError> {
    let text = text.to_owned();
    store.write(class, move |tx| insert(tx, &text))
}

pub fn add(store: &Store, text: &str) {
    add_as(store, WriteClass::Decision, text).unwrap();
}

pub fn notes(store: &Store) -> Vec<String> {
    store
        .read(|tx| {
            let mut statement = tx.prepare_cached("SELECT text FROM note ORDER BY id")?;
            let rows = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
            Ok::<_, StoreError>(rows)
        })
        .unwrap()
}
