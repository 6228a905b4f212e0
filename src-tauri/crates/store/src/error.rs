//! What can go wrong in the store, each as one sentence with what to do.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use rusqlite::ffi;

/// Which rule of the schema a write broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConstraintKind {
    /// The same key is there already (unique index or primary key).
    Unique,
    /// A referenced row is missing, or is still referenced.
    ForeignKey,
    /// A CHECK, NOT NULL, type or trigger rule.
    Rule,
}

/// A failure of the store. No variant carries SQL parameters, row values or key bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A store was to be created where a file exists.
    #[error("{} already exists and was left as it is; choose another name or folder", .0.display())]
    Exists(PathBuf),
    /// A store was to be opened where there is none.
    #[error("there is no store at {}; restore a backup there, or create a new store", .0.display())]
    Missing(PathBuf),
    /// The file is not something that Purser wrote.
    #[error("{} is not a Purser store ({why}); restore a backup or choose another file", .path.display())]
    NotAStore {
        /// The file.
        path: PathBuf,
        /// What was found instead.
        why: String,
    },
    /// The key does not open the file, or its first page is damaged.
    #[error("the key does not open {}; unlock with the recovery code, or restore a backup if the file is damaged", .0.display())]
    WrongKey(PathBuf),
    /// A program older than the store was started.
    #[error("{}", newer_schema_sentence(*.found, *.supported, .backup.as_deref()))]
    NewerSchema {
        /// The schema version of the store.
        found: u32,
        /// The newest version that this program knows.
        supported: u32,
        /// The newest backup that this program can open.
        backup: Option<PathBuf>,
    },
    /// A migration that already ran differs from the one in the program.
    #[error(
        "migration {version} ({name}) differs from the one that this store was built with; install the program version that wrote it"
    )]
    MigrationChanged {
        /// The migration's number.
        version: u32,
        /// Its name.
        name: String,
    },
    /// The list of migrations in the program is not 1, 2, 3, …
    #[error("the program's migrations are not numbered without gaps at {0}; this is a fault of the program")]
    MigrationsOutOfOrder(u32),
    /// A migration could not run, or broke one of the runner's rules. Nothing of it was kept.
    #[error(
        "migration {version} ({name}) was not applied: {why}; the store is unchanged, keep using the earlier program version"
    )]
    MigrationFailed {
        /// The migration's number.
        version: u32,
        /// Its name.
        name: String,
        /// The rule or the database's message.
        why: String,
    },
    /// An upgrade needs a backup first and no folder was given.
    #[error(
        "the store needs an upgrade from version {from} to {to}, which needs a backups folder; set one and start again"
    )]
    MigrationNeedsBackup {
        /// The store's version.
        from: u32,
        /// The program's version.
        to: u32,
    },
    /// The disk or the quota is full. Nothing of the failed write was kept.
    #[error(
        "the disk is full, so the change was not saved; free some space (or move old backups away) and repeat it"
    )]
    DiskFull,
    /// SQLite gave up the running transaction by itself.
    #[error(
        "the database gave up the running transaction, so the change was not saved; check the disk and repeat it"
    )]
    TransactionLost,
    /// Another connection holds the file.
    #[error("the store is busy in another process; close the other program that uses it and try again")]
    Busy,
    /// The operating system could not read or write a file.
    #[error("{what} {} failed: {why}", .path.display())]
    Io {
        /// What was attempted.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// The operating system's words.
        why: String,
    },
    /// The database file could not be read or written.
    #[error("the disk failed while the store was used ({0}); check the disk, then run `purser verify`")]
    DiskFault(String),
    /// The database file is damaged.
    #[error("the store is damaged ({0}); run `purser verify` and restore the newest good backup")]
    Damaged(String),
    /// A write changed rows and wrote no audit row.
    #[error("a change without an audit row was refused; this is a fault of the program, nothing was saved")]
    Unaudited,
    /// A text for the audit row is empty or too long.
    #[error("the audit row's {field} must have between 1 and {limit} bytes")]
    AuditText {
        /// Which field.
        field: &'static str,
        /// The largest size in bytes.
        limit: usize,
    },
    /// A write closure panicked; its changes were rolled back.
    #[error("a change was interrupted by a fault of the program; nothing of it was saved")]
    Panicked,
    /// A read or write was started inside another one of the same store.
    #[error(
        "the store was used again inside a running read or write; this is a fault of the program, use the transaction at hand"
    )]
    Nested,
    /// The store was closed.
    #[error("the store is closed; start Purser again")]
    Closed,
    /// A closure tried what only the store itself may do.
    #[error("the database refused a statement ({0}); this is a fault of the program")]
    Forbidden(String),
    /// A read closure tried to change something.
    #[error("a read tried to change the store; this is a fault of the program, nothing was changed")]
    ReadOnly,
    /// A rule of the schema was broken.
    #[error("the change breaks a rule of the books ({message}); nothing was saved")]
    Constraint {
        /// Which kind of rule.
        kind: ConstraintKind,
        /// The database's words: names of tables and columns, never values.
        message: String,
    },
    /// A row that was asked for is not there.
    #[error("the row is not in the store; it may have been removed meanwhile, reload and try again")]
    RowMissing,
    /// A stored value cannot be read as what it should be.
    #[error("a stored value cannot be understood ({0}); run `purser verify`")]
    Value(String),
    /// A number that does not fit its column, or a series that is used up.
    #[error("{0}; nothing was saved")]
    Amount(String),
    /// An entry was to be reversed a second time.
    #[error("entry {0} was reversed already; nothing was saved")]
    AlreadyReversed(i64),
    /// Any other message of the database.
    #[error("the database refused a statement ({message}, code {code})")]
    Database {
        /// SQLite's extended result code.
        code: i32,
        /// SQLite's words, without the statement's parameters.
        message: String,
    },
    /// The data folder is on a network file system.
    #[error("{} is on a network or shared folder ({kind}), where a database gets damaged; choose a folder on a disk of this computer", .path.display())]
    NetworkFolder {
        /// The folder.
        path: PathBuf,
        /// The kind of file system.
        kind: String,
    },
    /// The data folder is synchronised by a cloud service.
    #[error("{} is synchronised by {service}, which would copy a half-written database; choose a folder outside of it", .path.display())]
    SyncedFolder {
        /// The folder.
        path: PathBuf,
        /// The service.
        service: String,
    },
    /// The data folder cannot be written.
    #[error("{} cannot be written ({why}); correct its permissions or choose another folder", .path.display())]
    ReadOnlyFolder {
        /// The folder.
        path: PathBuf,
        /// The operating system's words.
        why: String,
    },
    /// The file is not a backup, or was damaged.
    #[error("{} is not a usable backup ({why}); choose another backup", .path.display())]
    BackupDamaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        why: String,
    },
    /// A backup was made, but did not pass its own check.
    #[error(
        "the new backup did not pass its check ({0}); run `purser verify`, the earlier backups were kept"
    )]
    BackupNotVerified(String),
    /// The founder or the program stopped a long operation.
    #[error("the operation was cancelled; nothing was changed")]
    Cancelled,
}

fn newer_schema_sentence(found: u32, supported: u32, backup: Option<&Path>) -> String {
    let start = format!(
        "the store was written by a newer Purser (schema {found}, this program knows {supported}); install the newer version"
    );
    match backup {
        Some(path) => format!("{start}, or restore the backup {}", path.display()),
        None => start,
    }
}

impl StoreError {
    /// Whether repeating the same call later, without any change of data, can succeed.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::DiskFull | Self::TransactionLost | Self::Busy | Self::Io { .. } | Self::DiskFault(_)
        )
    }

    /// A stable name for the user interface and for logs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Exists(_) => "store_exists",
            Self::Missing(_) => "store_missing",
            Self::NotAStore { .. } => "not_a_store",
            Self::WrongKey(_) => "wrong_key",
            Self::NewerSchema { .. } => "newer_schema",
            Self::MigrationChanged { .. } => "migration_changed",
            Self::MigrationsOutOfOrder(_) => "migrations_out_of_order",
            Self::MigrationFailed { .. } => "migration_failed",
            Self::MigrationNeedsBackup { .. } => "migration_needs_backup",
            Self::DiskFull => "disk_full",
            Self::TransactionLost => "transaction_lost",
            Self::Busy => "store_busy",
            Self::Io { .. } => "file_access",
            Self::DiskFault(_) => "disk_fault",
            Self::Damaged(_) => "store_damaged",
            Self::Unaudited => "unaudited",
            Self::AuditText { .. } => "audit_text",
            Self::Panicked => "panicked",
            Self::Nested => "nested",
            Self::Closed => "store_closed",
            Self::Forbidden(_) => "forbidden_statement",
            Self::ReadOnly => "read_only",
            Self::Constraint { .. } => "constraint",
            Self::RowMissing => "row_missing",
            Self::Value(_) => "stored_value",
            Self::Amount(_) => "amount",
            Self::AlreadyReversed(_) => "already_reversed",
            Self::Database { .. } => "database",
            Self::NetworkFolder { .. } => "network_folder",
            Self::SyncedFolder { .. } => "synced_folder",
            Self::ReadOnlyFolder { .. } => "read_only_folder",
            Self::BackupDamaged { .. } => "backup_damaged",
            Self::BackupNotVerified(_) => "backup_not_verified",
            Self::Cancelled => "cancelled",
        }
    }

    /// An operating system failure, with a full disk told apart.
    pub(crate) fn io(what: &'static str, path: &Path, cause: &std::io::Error) -> Self {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        match cause.kind() {
            StorageFull | QuotaExceeded => Self::DiskFull,
            _ => Self::Io { what, path: path.to_owned(), why: cause.to_string() },
        }
    }
}

thread_local! {
    /// The newest failure on this thread after which SQLite may give up the whole transaction, or SQLCipher
    /// the connection.
    ///
    /// A closure may hide the cause in an error of its own; the writer still has to tell the other
    /// members of the group why their work was lost, and a connection that met a damaged page must go.
    static LAST_FATAL: Cell<Option<Fatal>> = const { Cell::new(None) };
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fatal {
    Full,
    Damage,
    Other,
}

/// Forgets what earlier statements of this thread ran into.
pub(crate) fn forget_fatal() {
    LAST_FATAL.set(None);
}

/// Why SQLite gave up the transaction, as far as this thread has seen it.
pub(crate) fn lost_transaction() -> StoreError {
    match LAST_FATAL.get() {
        Some(Fatal::Full) => StoreError::DiskFull,
        Some(Fatal::Damage) => StoreError::Damaged("a page cannot be read".to_owned()),
        Some(Fatal::Other) | None => StoreError::TransactionLost,
    }
}

/// Whether this thread met a damaged page. SQLCipher answers nothing on that connection from then on.
pub(crate) fn saw_damage() -> bool {
    LAST_FATAL.get() == Some(Fatal::Damage)
}

impl From<rusqlite::Error> for StoreError {
    fn from(cause: rusqlite::Error) -> Self {
        let translated = translate(cause);
        match translated {
            StoreError::DiskFull => LAST_FATAL.set(Some(Fatal::Full)),
            StoreError::Damaged(_) => LAST_FATAL.set(Some(Fatal::Damage)),
            StoreError::DiskFault(_) => LAST_FATAL.set(Some(Fatal::Other)),
            _ => {}
        }
        translated
    }
}

/// Conversion errors carry the value that did not fit, so only the place is kept of them.
fn translate(cause: rusqlite::Error) -> StoreError {
    use rusqlite::Error as E;
    match cause {
        E::SqliteFailure(code, message) => from_code(code, message.as_deref()),
        E::SqlInputError { error, msg, .. } => from_code(error, Some(&msg)),
        E::QueryReturnedNoRows => StoreError::RowMissing,
        E::FromSqlConversionFailure(column, kind, _) => {
            StoreError::Value(format!("column {column} holds {kind} in an unexpected form"))
        }
        E::IntegralValueOutOfRange(column, _) => {
            StoreError::Value(format!("the number in column {column} is out of range"))
        }
        E::InvalidColumnType(column, name, kind) => {
            StoreError::Value(format!("column {column} ({name}) holds {kind}"))
        }
        E::Utf8Error(column, _) => StoreError::Value(format!("column {column} is not UTF-8")),
        E::ToSqlConversionFailure(_) => StoreError::Value("a value cannot be stored as it is".to_owned()),
        E::UserFunctionError(_) => StoreError::Value("a function of the store refused a value".to_owned()),
        E::NulError(_) => StoreError::Value("a text contains a zero byte".to_owned()),
        E::InvalidPath(path) => {
            StoreError::Io { what: "opening", path, why: "the path is not UTF-8".to_owned() }
        }
        other => StoreError::Database { code: 0, message: plain_name(&other) },
    }
}

/// Programming errors of the binding, whose words name columns and counts only.
fn plain_name(cause: &rusqlite::Error) -> String {
    use rusqlite::Error as E;
    match cause {
        E::InvalidColumnName(name) => format!("there is no column {name}"),
        E::InvalidColumnIndex(index) => format!("there is no column {index}"),
        E::InvalidParameterName(name) => format!("there is no parameter {name}"),
        E::InvalidParameterCount(given, wanted) => format!("{given} parameters given, {wanted} wanted"),
        E::ExecuteReturnedResults => "a statement returned rows where none were expected".to_owned(),
        E::QueryReturnedMoreThanOneRow => "a query returned more than one row".to_owned(),
        E::StatementChangedRows(count) => format!("a statement changed {count} rows"),
        E::MultipleStatement => "more than one statement was given".to_owned(),
        E::InvalidQuery => "a statement that is no query was queried".to_owned(),
        _ => "an unexpected answer of the database binding".to_owned(),
    }
}

fn from_code(failure: ffi::Error, message: Option<&str>) -> StoreError {
    let words = message.unwrap_or("no further message").to_owned();
    // A shared-memory file that cannot grow and a write that is short both mean a full disk.
    if failure.code == ErrorCode::DiskFull || failure.extended_code == ffi::SQLITE_IOERR_SHMSIZE {
        return StoreError::DiskFull;
    }
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy,
        ErrorCode::ReadOnly => StoreError::ReadOnly,
        ErrorCode::AuthorizationForStatementDenied => StoreError::Forbidden(words),
        ErrorCode::SystemIoFailure => StoreError::DiskFault(words),
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Damaged(words),
        ErrorCode::OperationInterrupted => StoreError::Cancelled,
        ErrorCode::ConstraintViolation => {
            let kind = match failure.extended_code {
                ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => ConstraintKind::Unique,
                ffi::SQLITE_CONSTRAINT_ROWID => ConstraintKind::Unique,
                ffi::SQLITE_CONSTRAINT_FOREIGNKEY => ConstraintKind::ForeignKey,
                _ => ConstraintKind::Rule,
            };
            StoreError::Constraint { kind, message: words }
        }
        _ => StoreError::Database { code: failure.extended_code, message: words },
    }
}
