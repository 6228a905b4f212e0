//! Opening connections: the key, the pragmas, and which statements a closure may prepare.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::{Connection, OpenFlags};

use crate::error::StoreError;
use crate::key::StoreKey;
use crate::trace::Trace;

/// Statements kept prepared on each connection.
const STATEMENT_CACHE: usize = 256;
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Where the database is.
#[derive(Debug, Clone)]
pub(crate) enum Location {
    /// An encrypted file.
    File { path: PathBuf, key: StoreKey },
    /// A named database in this process's memory, gone with its last connection.
    Memory { uri: String, key: StoreKey },
}

impl Location {
    pub(crate) fn key(&self) -> &StoreKey {
        match self {
            Self::File { key, .. } | Self::Memory { key, .. } => key,
        }
    }

    /// The file, or a word for messages.
    pub(crate) fn shown(&self) -> &Path {
        match self {
            Self::File { path, .. } => path,
            Self::Memory { .. } => Path::new("the in-memory store"),
        }
    }

    pub(crate) fn is_file(&self) -> bool {
        matches!(self, Self::File { .. })
    }

    fn connect(&self, flags: OpenFlags) -> Result<Connection, StoreError> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = match self {
            Self::File { path, .. } => Connection::open_with_flags(path, flags)?,
            Self::Memory { uri, .. } => Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)?,
        };
        unlock(&conn, self.key())?;
        conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0)).map_err(
            |cause| match cause.sqlite_error_code() {
                Some(rusqlite::ErrorCode::NotADatabase) => StoreError::WrongKey(self.shown().to_owned()),
                _ => StoreError::from(cause),
            },
        )?;
        common_settings(&conn)?;
        Ok(conn)
    }
}

/// Gives the raw key to a fresh connection. SQLCipher's own log is silenced first: it goes to stderr.
pub(crate) fn unlock(conn: &Connection, key: &StoreKey) -> Result<(), StoreError> {
    conn.execute_batch("PRAGMA cipher_log_level = NONE;")?;
    conn.execute_batch(&key.pragma())
        // The message must not repeat the statement, which holds the key.
        .map_err(|_| StoreError::Forbidden("the key was not taken".to_owned()))
}

/// A new, empty, encrypted database. SQLite must not find an old file here.
pub(crate) fn connect_new(location: &Location) -> Result<Connection, StoreError> {
    let conn = location.connect(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    writer_settings(&conn, location)?;
    Ok(conn)
}

/// The connection for writing to an existing database.
pub(crate) fn connect_writer(location: &Location) -> Result<Connection, StoreError> {
    let conn = location.connect(OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // SQLite silently falls back to reading when the file is write-protected.
    if conn.is_readonly(rusqlite::MAIN_DB)? {
        return Err(StoreError::ReadOnlyFolder {
            path: location.shown().to_owned(),
            why: "the file is write-protected".to_owned(),
        });
    }
    writer_settings(&conn, location)?;
    Ok(conn)
}

/// A connection that can only read.
pub(crate) fn connect_reader(location: &Location) -> Result<Connection, StoreError> {
    let flags = match location {
        Location::File { .. } => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Location::Memory { .. } => OpenFlags::SQLITE_OPEN_READ_WRITE,
    };
    let conn = location.connect(flags)?;
    conn.execute_batch("PRAGMA cache_size = -16384; PRAGMA query_only = ON;")?;
    Ok(conn)
}

fn common_settings(conn: &Connection) -> Result<(), StoreError> {
    conn.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
    conn.busy_timeout(BUSY_TIMEOUT)?;
    // A double-quoted word that is no column must fail instead of turning into a text.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.execute_batch(
        "PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA mmap_size = 0;
         PRAGMA foreign_keys = ON;",
    )?;
    Ok(())
}

fn writer_settings(conn: &Connection, location: &Location) -> Result<(), StoreError> {
    if location.is_file() {
        let mode: String = conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        if mode != "wal" {
            return Err(StoreError::Database {
                code: 0,
                message: format!("write-ahead logging is not available here, the journal mode is {mode}"),
            });
        }
        // Without FULL a committed transaction can vanish at a power loss; macOS needs fullfsync for the same. 16 MB come
        // into the log before it is folded in: pages that change with every page of ingest are then copied seldom.
        conn.execute_batch(
            "PRAGMA synchronous = FULL;
             PRAGMA fullfsync = ON;
             PRAGMA checkpoint_fullfsync = ON;
             PRAGMA journal_size_limit = 67108864;
             PRAGMA wal_autocheckpoint = 4000;",
        )?;
    } else {
        conn.query_row("PRAGMA journal_mode = MEMORY", [], |_| Ok(()))?;
    }
    conn.execute_batch("PRAGMA cache_size = -65536;")?;
    Ok(())
}

/// Who is preparing statements on a connection at the moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Phase(Arc<AtomicU8>);

const STORE: u8 = 0;
const CLOSURE: u8 = 1;
const AUDIT: u8 = 2;
const DIARY: u8 = 3;

/// The tables that hold the program's diary: what ran, when and how, and what a form holds that was not sent yet.
/// Nothing of the books depends on them.
pub const DIARY_TABLES: [&str; 7] =
    ["job_plan", "job_run", "job_day", "job_log", "job_missed", "job_clock", "draft"];

impl Phase {
    /// A closure runs: no transaction control, no change of the schema, no hand on the audit rows.
    pub(crate) fn enter_closure(&self) {
        self.0.store(CLOSURE, Ordering::Relaxed);
    }

    /// A closure writes the diary: as above, and its hands are on the diary's tables alone.
    pub(crate) fn enter_diary(&self) {
        self.0.store(DIARY, Ordering::Relaxed);
    }

    /// The closure has asked for its audit row to be written; a diary has none.
    pub(crate) fn enter_audit(&self) -> Result<(), StoreError> {
        if self.0.load(Ordering::Relaxed) == DIARY {
            return Err(StoreError::Forbidden("an audit row was written from the diary".to_owned()));
        }
        self.0.store(AUDIT, Ordering::Relaxed);
        Ok(())
    }

    /// The store itself is at work.
    pub(crate) fn leave(&self) {
        self.0.store(STORE, Ordering::Relaxed);
    }
}

/// Installs the rules for closures on a connection.
pub(crate) fn install_rules(conn: &mut Connection, phase: &Phase, trace: &Trace) -> Result<(), StoreError> {
    let phase = phase.clone();
    conn.authorizer(Some(move |context: AuthContext<'_>| match phase.0.load(Ordering::Relaxed) {
        STORE => Authorization::Allow,
        DIARY if !writes_diary_alone(&context.action) => Authorization::Deny,
        now => decide(&context, now == AUDIT),
    }))?;
    trace.follow(conn)
}

/// What a closure may prepare. Its connection is the store's own, so everything that would end the
/// transaction, change the schema, weaken a rule or touch an audit row is refused here.
fn decide(context: &AuthContext<'_>, writing_audit: bool) -> Authorization {
    use AuthAction as A;
    let refused = match context.action {
        A::Transaction { .. } | A::Attach { .. } | A::Detach { .. } | A::Reindex { .. } => true,
        A::CreateTable { .. }
        | A::CreateIndex { .. }
        | A::CreateTrigger { .. }
        | A::CreateView { .. }
        | A::CreateVtable { .. }
        | A::DropTable { .. }
        | A::DropIndex { .. }
        | A::DropTrigger { .. }
        | A::DropView { .. }
        | A::DropVtable { .. }
        | A::CreateTempTrigger { .. }
        | A::AlterTable { .. } => true,
        A::Insert { table_name: "audit" } => !writing_audit,
        A::Update { table_name: "audit" | "schema_migration", .. }
        | A::Delete { table_name: "audit" | "schema_migration" }
        | A::Insert { table_name: "schema_migration" } => true,
        A::Pragma { pragma_name, pragma_value: Some(_) } => !is_harmless(pragma_name),
        A::Pragma { pragma_name, .. } => is_secret(pragma_name),
        _ => false,
    };
    if refused { Authorization::Deny } else { Authorization::Allow }
}

/// Whether an action changes nothing but the diary.
fn writes_diary_alone(action: &AuthAction<'_>) -> bool {
    match action {
        AuthAction::Insert { table_name }
        | AuthAction::Update { table_name, .. }
        | AuthAction::Delete { table_name } => DIARY_TABLES.contains(table_name),
        _ => true,
    }
}

/// Pragmas that take an argument and only look.
fn is_harmless(name: &str) -> bool {
    const LOOKING: [&str; 10] = [
        "table_info",
        "table_xinfo",
        "table_list",
        "index_list",
        "index_info",
        "index_xinfo",
        "foreign_key_list",
        "foreign_key_check",
        "integrity_check",
        "quick_check",
    ];
    LOOKING.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "wal_checkpoint" || name == "optimize" || name.contains("key") && !name.starts_with("foreign_key")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(conn: &Connection, pragma: &str) -> String {
        conn.query_row(&format!("PRAGMA {pragma}"), [], |row| {
            Ok(match row.get_ref(0)? {
                rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                other => other.as_str().unwrap_or_default().to_owned(),
            })
        })
        .unwrap()
    }

    #[test]
    fn a_connection_has_the_settings_that_money_needs() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::File { path: folder.path().join("s"), key: StoreKey::from_bytes([1; 32]) };
        let writer = connect_new(&location).unwrap();
        writer.execute_batch("CREATE TABLE t (x)").unwrap();
        let reader = connect_reader(&location).unwrap();
        for (pragma, wanted) in [
            ("journal_mode", "wal"),
            ("synchronous", "2"),
            ("fullfsync", "1"),
            ("checkpoint_fullfsync", "1"),
            ("query_only", "0"),
            ("wal_autocheckpoint", "4000"),
        ] {
            assert_eq!(setting(&writer, pragma), wanted, "{pragma}");
        }
        assert_eq!(setting(&reader, "query_only"), "1");
        for (pragma, wanted) in [
            ("foreign_keys", "1"),
            ("trusted_schema", "0"),
            ("temp_store", "2"),
            ("cipher_page_size", "4096"),
        ] {
            assert_eq!(setting(&writer, pragma), wanted, "{pragma}");
            assert_eq!(setting(&reader, pragma), wanted, "{pragma}");
        }
        assert!(!setting(&writer, "cipher_version").is_empty(), "the library encrypts");
    }
}
