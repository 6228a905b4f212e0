//! The handle: create, open, read, write, close.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::Connection;
use uuid::Uuid;

use crate::backup::{newest_backup_for, pre_migration_backup};
use crate::connection::{self, Location};
use crate::error::StoreError;
use crate::files::{
    absolute, check_is_database, create_private, parent_of, publish, remove_database, with_suffix,
};
use crate::guard::check_folder;
use crate::key::StoreKey;
use crate::meta;
use crate::migrations;
use crate::options::Options;
use crate::readers::Readers;
use crate::trace::Trace;
use crate::transaction::{ReadTx, Running, WriteTx};
use crate::writer::{GroupLimit, WriteClass, Writer, Writing};

/// A cheap handle to an open store. The last one to go closes it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    /// Tells the stores of this process apart.
    instance: u64,
    location: Location,
    options: Options,
    store_id: Uuid,
    schema_version: u32,
    trace: Trace,
    readers: Readers,
    writer: Writer,
    created_at: String,
}

static INSTANCES: AtomicU64 = AtomicU64::new(1);

impl Store {
    /// Creates a store with a new identity. Refuses where a file exists.
    ///
    /// The file appears under its name only when it is complete.
    pub fn create(path: &Path, key: &StoreKey, options: Options) -> Result<Self, StoreError> {
        let path = absolute(path)?;
        if path.symlink_metadata().is_ok() {
            return Err(StoreError::Exists(path));
        }
        check_folder(parent_of(&path))?;
        let building = with_suffix(&path, ".creating");
        remove_database(&building)?;
        create_private(&building)?;
        let location = Location::File { path: building.clone(), key: key.clone() };
        let built = connection::connect_new(&location).and_then(|conn| {
            build(&conn, &options)?;
            fold_log(&conn)
        });
        let finished = built.and_then(|()| publish(&building, &path));
        if let Err(cause) = finished {
            remove_database(&building)?;
            return Err(cause);
        }
        Self::open(&path, key, options)
    }

    /// Opens an existing store, and upgrades its schema when the program is newer.
    pub fn open(path: &Path, key: &StoreKey, options: Options) -> Result<Self, StoreError> {
        let path = absolute(path)?;
        check_is_database(&path)?;
        check_folder(parent_of(&path))?;
        let location = Location::File { path, key: key.clone() };
        let conn = connection::connect_writer(&location)?;
        upgrade(&conn, &location, &options)?;
        Self::start(conn, location, options)
    }

    /// A store in memory with a fixed time and identity, for tests.
    pub fn memory() -> Result<Self, StoreError> {
        let mut options = Options::new(DateTime::<Utc>::UNIX_EPOCH);
        options.store_id = Some(Uuid::nil());
        Self::memory_with(options)
    }

    /// A store in memory. The writer and all readers see the same data; it is gone with the last handle.
    ///
    /// Unlike in a file, a reader and the writer wait for each other.
    pub fn memory_with(options: Options) -> Result<Self, StoreError> {
        static NAMES: AtomicU64 = AtomicU64::new(1);
        let name = NAMES.fetch_add(1, Ordering::Relaxed);
        let location =
            Location::Memory { uri: format!("file:/purser-{name}?vfs=memdb"), key: StoreKey::generate()? };
        let conn = connection::connect_new(&location)?;
        build(&conn, &options)?;
        Self::start(conn, location, options)
    }

    fn start(conn: Connection, location: Location, options: Options) -> Result<Self, StoreError> {
        let instance = INSTANCES.fetch_add(1, Ordering::Relaxed);
        let trace = Trace::new(options.trace);
        let store_id = read_store_id(&conn)?;
        let created_at = meta::require(&conn, meta::CREATED_AT)?;
        let schema_version = migrations::schema_version(&conn)?;
        let limit = GroupLimit { members: options.group_members.max(1), window: options.group_window };
        let readers = Readers::new(location.clone(), trace.clone(), options.readers);
        let writer = Writer::start(conn, location.clone(), trace.clone(), limit, instance)?;
        let inner = Inner {
            instance,
            location,
            options,
            store_id,
            schema_version,
            trace,
            readers,
            writer,
            created_at,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Runs a closure on the writer thread and returns when its COMMIT is on the disk.
    ///
    /// The closure runs in a savepoint of its own: an error or a panic undoes it alone. A closure that changes
    /// a row has to call [`WriteTx::audit`], unless it writes the diary.
    pub fn write<T, E>(
        &self,
        class: WriteClass,
        f: impl FnOnce(&WriteTx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        E: From<StoreError> + Send + 'static,
        T: Send + 'static,
    {
        self.write_later(class, f)?.wait()
    }

    /// Like [`Store::write`], but returns at once. Writes of one class take place in the order they were queued in.
    pub fn write_later<T, E>(
        &self,
        class: WriteClass,
        f: impl FnOnce(&WriteTx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<Writing<T, E>, E>
    where
        E: From<StoreError> + Send + 'static,
        T: Send + 'static,
    {
        if Running::is(self.inner.instance) {
            return Err(E::from(StoreError::Nested));
        }
        Ok(self.inner.writer.write(class, f)?)
    }

    /// Runs a closure on a read-only connection, in a read transaction. Keep it under a second.
    pub fn read<T, E>(&self, f: impl FnOnce(&ReadTx<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let _running = Running::enter(self.inner.instance)?;
        self.inner.readers.read(f)
    }

    /// Grows with each commit that changed something; it goes on from there when the store is opened again.
    pub fn sequence(&self) -> u64 {
        self.inner.writer.sequence()
    }

    /// Grows with each commit of the diary, as long as this handle's store is open.
    pub fn diary(&self) -> u64 {
        self.inner.writer.diary()
    }

    /// Writes that wait for their turn, for the monitors.
    pub fn waiting_writes(&self) -> usize {
        self.inner.writer.waiting()
    }

    /// The store's identity. A restored copy has another one.
    pub fn store_id(&self) -> Uuid {
        self.inner.store_id
    }

    /// When the store was created, RFC 3339 in UTC.
    pub fn created_at(&self) -> &str {
        &self.inner.created_at
    }

    /// The number of the newest applied migration.
    pub fn schema_version(&self) -> u32 {
        self.inner.schema_version
    }

    /// The file, or none for a store in memory.
    pub fn path(&self) -> Option<&Path> {
        self.is_file().then(|| self.inner.location.shown())
    }

    /// Lets SQLite learn how the data is distributed; worth it after a large import.
    pub fn analyze(&self) -> Result<(), StoreError> {
        self.upkeep(|conn| Ok(conn.execute_batch("ANALYZE")?))
    }

    /// Finishes the queued writes, folds the log into the file and closes all connections.
    ///
    /// Other handles of the same store get [`StoreError::Closed`] from then on.
    pub fn close(self) -> Result<(), StoreError> {
        if Running::is(self.inner.instance) {
            return Err(StoreError::Nested);
        }
        self.inner.close();
        Ok(())
    }

    /// Runs work on the resting file, on the writer's connection between two transactions.
    pub(crate) fn upkeep<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        if Running::is(self.inner.instance) {
            return Err(StoreError::Nested);
        }
        self.inner.writer.upkeep(work)
    }

    pub(crate) fn is_file(&self) -> bool {
        self.inner.location.is_file()
    }

    pub(crate) fn location(&self) -> &Location {
        &self.inner.location
    }

    pub(crate) fn options(&self) -> &Options {
        &self.inner.options
    }

    pub(crate) fn trace(&self) -> &Trace {
        &self.inner.trace
    }
}

impl Inner {
    fn close(&self) {
        if !Running::is(self.instance) {
            self.readers.close();
        }
        self.writer.close(self.instance);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("location", &self.inner.location.shown())
            .field("store_id", &self.inner.store_id)
            .finish_non_exhaustive()
    }
}

/// Fills an empty database: every migration, then the identity.
fn build(conn: &Connection, options: &Options) -> Result<(), StoreError> {
    migrations::check_applied(conn, &options.migrations)?;
    migrations::apply_missing(conn, &options.migrations, options.now)?;
    let id = options.store_id.unwrap_or_else(|| new_store_id(options.now));
    conn.execute_batch("BEGIN IMMEDIATE")?;
    meta::set(conn, meta::STORE_ID, &id.to_string())?;
    meta::set(conn, meta::CREATED_AT, &options.now.to_rfc3339_opts(SecondsFormat::Micros, true))?;
    conn.execute_batch("COMMIT")?;
    Ok(())
}

/// A fresh identity that sorts by the given time.
pub(crate) fn new_store_id(now: DateTime<Utc>) -> Uuid {
    let seconds = now.timestamp().unsigned_abs();
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, now.timestamp_subsec_nanos()))
}

/// Brings an opened database to the program's schema, after a backup.
fn upgrade(conn: &Connection, location: &Location, options: &Options) -> Result<(), StoreError> {
    let found = migrations::schema_version(conn)?;
    let supported = migrations::newest_version(&options.migrations);
    if found == 0 {
        let why = "it has no list of migrations".to_owned();
        return Err(StoreError::NotAStore { path: location.shown().to_owned(), why });
    }
    if found > supported {
        let backup = match &options.backups_dir {
            Some(folder) => newest_backup_for(folder, supported, read_store_id(conn)?)?,
            None => None,
        };
        return Err(StoreError::NewerSchema { found, supported, backup });
    }
    migrations::check_applied(conn, &options.migrations)?;
    if found < supported {
        let Some(folder) = &options.backups_dir else {
            return Err(StoreError::MigrationNeedsBackup { from: found, to: supported });
        };
        pre_migration_backup(conn, location, folder, options, supported)?;
        migrations::apply_missing(conn, &options.migrations, options.now)?;
    }
    Ok(())
}

pub(crate) fn read_store_id(conn: &Connection) -> Result<Uuid, StoreError> {
    let text = meta::require(conn, meta::STORE_ID)?;
    Uuid::parse_str(&text).map_err(|_| StoreError::Damaged("the store's identity cannot be read".to_owned()))
}

/// Moves the write-ahead log into the file, so that the file is complete by itself.
pub(crate) fn fold_log(conn: &Connection) -> Result<(), StoreError> {
    let busy: i64 = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy == 0 { Ok(()) } else { Err(StoreError::Busy) }
}
