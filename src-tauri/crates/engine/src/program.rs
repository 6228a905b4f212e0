//! The running program on its data folder: no books yet, locked, or an open company.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use purser_connectors::{FileRail, Rail};
use purser_store::{Options, Store, StoreError, StoreKey, check_folder};
use secrecy::SecretString;

use crate::api::types::HostStateKind;
use crate::books::Books;
use crate::clock::{Clock, Ids};
use crate::demo;
use crate::error::ApiError;
use crate::handover::Handover;
use crate::ingest;
use crate::jobs::{self, JobWorker, Scheduler, Services};
use crate::listener::Ears;
use crate::outbox::{Dispatcher, Event, Worker};
use crate::screen_lock::ScreenLock;
use crate::vault::{
    ApprovalLock, KeychainVault, MemoryVault, PassphraseVault, RECOVERY_FILE, Vault, VaultError,
    choose_vault, folder_scope, key_for, read_recovery_envelope, vault_file,
};

/// The encrypted store inside a data folder.
pub const STORE_FILE: &str = "books.db";
/// Backups inside a data folder.
pub const BACKUPS_FOLDER: &str = "backups";
/// Jobs that were due before the start wait so long: the window is drawn first, and the founder sees Today.
const JOBS_WAIT: Duration = Duration::from_secs(5);
/// Who and what asks for the first reading of a connection.
const FIRST_READING: (&str, &str) = ("program", "it was connected");
/// The passphrase of the demo company's vault file: made-up books hide nothing.
const DEMO_PASSPHRASE: &str = "demo";
/// Marks a folder as the demo company's, beside its vault.
pub(crate) const DEMO_MARK: &str = "demo";

/// The program on one data folder, which the caller has locked.
pub struct Program {
    folder: PathBuf,
    clock: Arc<dyn Clock>,
    ids: Arc<Ids>,
    traced: bool,
    state: Mutex<State>,
    pub(crate) screen: ScreenLock,
    pub(crate) handover: Handover,
    tasks: Mutex<HashMap<String, Arc<AtomicBool>>>,
    listener: Mutex<Option<Listener>>,
    worker: Mutex<Option<Worker>>,
    drawer: Mutex<Option<PathBuf>>,
    job_worker: Mutex<Option<JobWorker>>,
    demo: Mutex<Option<demo::Providers>>,
    ears: Mutex<Ears>,
}

struct State {
    kind: HostStateKind,
    message: Option<String>,
    passphrase: Option<SecretString>,
    open: Option<Open>,
}

#[derive(Clone)]
struct Open {
    books: Books,
    vault: Arc<dyn Vault>,
    approval: Arc<ApprovalLock>,
    dispatcher: Arc<Dispatcher>,
    scheduler: Arc<Scheduler>,
}

/// Hears what the outbox did.
pub type Listener = Arc<dyn Fn(Vec<Event>) + Send + Sync>;

impl Program {
    /// Starts on a folder and opens its books where that needs nothing of the founder.
    ///
    /// Errors: the folder is on a network or synchronised by a cloud service, or cannot be written.
    pub fn start(
        folder: &Path,
        clock: Arc<dyn Clock>,
        ids: Arc<Ids>,
        passphrase: Option<SecretString>,
    ) -> Result<Program, ApiError> {
        Program::begin(folder, clock, ids, passphrase, false)
    }

    /// Like [`Program::start`], and the store keeps the text of every statement, so that tests can see how each
    /// is answered.
    pub fn start_traced(
        folder: &Path,
        clock: Arc<dyn Clock>,
        ids: Arc<Ids>,
        passphrase: Option<SecretString>,
    ) -> Result<Program, ApiError> {
        Program::begin(folder, clock, ids, passphrase, true)
    }

    fn begin(
        folder: &Path,
        clock: Arc<dyn Clock>,
        ids: Arc<Ids>,
        passphrase: Option<SecretString>,
        traced: bool,
    ) -> Result<Program, ApiError> {
        check_folder(folder)?;
        let screen = ScreenLock::new(clock.now());
        let program = Program {
            folder: folder.to_owned(),
            clock,
            ids,
            traced,
            screen,
            handover: Handover::default(),
            state: Mutex::new(State {
                kind: HostStateKind::NoCompany,
                message: None,
                passphrase,
                open: None,
            }),
            tasks: Mutex::default(),
            listener: Mutex::default(),
            worker: Mutex::default(),
            drawer: Mutex::default(),
            job_worker: Mutex::default(),
            demo: Mutex::default(),
            ears: Mutex::default(),
        };
        program.open_existing();
        Ok(program)
    }

    /// Names the program that draws proofs in a process of its own; without it this one does, which has to know the
    /// hidden word (`proof::is_drawer`).
    pub fn draw_with(&self, program: PathBuf) {
        *self.drawer.lock().unwrap_or_else(PoisonError::into_inner) = Some(program);
    }

    /// The program that draws proofs.
    pub(crate) fn drawer(&self) -> Result<PathBuf, ApiError> {
        let named = self.drawer.lock().unwrap_or_else(PoisonError::into_inner).clone();
        named.map_or_else(std::env::current_exe, Ok).map_err(|error| {
            ApiError::failed("proof_not_shown", format!("The proof is kept, and it is not shown: {error}."))
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The store's file.
    pub fn store_path(&self) -> PathBuf {
        self.folder.join(STORE_FILE)
    }

    /// The clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Where ids come from.
    pub(crate) fn ids(&self) -> &Arc<Ids> {
        &self.ids
    }

    /// State, and why it cannot be opened.
    pub fn state(&self) -> (HostStateKind, Option<String>) {
        let state = self.lock();
        if self.screen.is_locked() && state.open.is_some() {
            return (HostStateKind::NeedsPassphrase, Some(crate::screen_lock::LOCKED.to_owned()));
        }
        (state.kind, state.message.clone())
    }

    /// The open company; an error while the screen is locked.
    pub fn books(&self) -> Result<Books, ApiError> {
        if self.screen.is_locked() {
            return Err(crate::screen_lock::locked());
        }
        self.books_unseen()
    }

    /// The open company for work of which nothing is shown: it goes on while the screen is locked.
    pub fn books_unseen(&self) -> Result<Books, ApiError> {
        let state = self.lock();
        if let Some(open) = &state.open {
            return Ok(open.books.clone());
        }
        let message = state.message.clone();
        Err(match state.kind {
            HostStateKind::NoCompany => ApiError::founder(
                "no_company",
                format!("{} holds no books yet. Start with `purser init`.", self.folder.display()),
            ),
            HostStateKind::NeedsPassphrase => {
                ApiError::founder("locked", message.unwrap_or_else(|| "The books are locked.".to_owned()))
            }
            HostStateKind::NeedsRecoveryCode => ApiError::founder("no_key", message.unwrap_or_default()),
            _ => ApiError::failed("not_open", message.unwrap_or_default()),
        })
    }

    /// The vault of the open company.
    pub fn vault(&self) -> Result<Arc<dyn Vault>, ApiError> {
        self.books()?;
        self.lock().open.as_ref().map(|open| Arc::clone(&open.vault)).ok_or_else(closed)
    }

    /// The lock that approvals of money out ask for, and the locked screen.
    pub fn approval_lock(&self) -> Result<Arc<ApprovalLock>, ApiError> {
        self.books_unseen()?;
        self.lock().open.as_ref().map(|open| Arc::clone(&open.approval)).ok_or_else(closed)
    }

    /// `keychain` or `passphrase_file`: where the key is, or would be for a new company.
    pub fn vault_kind(&self) -> String {
        let passphrase = self.lock().passphrase.is_some();
        let file = vault_file(&self.folder).exists() || passphrase;
        let kind = if file || !self.keychain_answers() { "passphrase_file" } else { "keychain" };
        kind.to_owned()
    }

    fn keychain_answers(&self) -> bool {
        let Ok(scope) = folder_scope(&self.folder) else { return false };
        KeychainVault::new(&scope).and_then(|vault| vault.get("store-key").map(|_| ())).is_ok()
    }

    fn open_existing(&self) {
        if !self.store_path().exists() {
            self.set_closed(HostStateKind::NoCompany, None);
            return;
        }
        let opened = self.existing_vault().and_then(|vault| {
            let key = key_for(&self.folder, true, vault.as_ref());
            let key = key.map_err(|error| Failure::Vault(self.no_vault(error)))?;
            self.open_with(vault, &key).map_err(Failure::Store)
        });
        if let Err(failure) = opened {
            let kind = match &failure {
                Failure::Vault(VaultError::PassphraseNeeded { .. } | VaultError::WrongPassphrase { .. }) => {
                    HostStateKind::NeedsPassphrase
                }
                Failure::Vault(
                    VaultError::MissingKeyBesideDatabase { .. } | VaultError::NoVaultBesideDatabase { .. },
                ) => HostStateKind::NeedsRecoveryCode,
                Failure::Store(StoreError::WrongKey(_)) => HostStateKind::NeedsRecoveryCode,
                _ => HostStateKind::Failed,
            };
            self.set_closed(kind, Some(failure.into_error().message));
        }
    }

    /// The vault that a recovered key is put into. One whose passphrase is forgotten stays as it is: the key is
    /// then held in memory, until the program ends.
    pub(crate) fn vault_for_recovery(&self) -> Result<Arc<dyn Vault>, ApiError> {
        match self.existing_vault() {
            Ok(vault) => Ok(vault),
            Err(Failure::Vault(VaultError::PassphraseNeeded { .. } | VaultError::WrongPassphrase { .. })) => {
                Ok(Arc::new(MemoryVault::new()))
            }
            // The vault file is gone and there is no keychain: a passphrase that was given makes a new file.
            Err(Failure::Vault(VaultError::NoVaultBesideDatabase { .. })) => {
                let passphrase = self.lock().passphrase.clone();
                match passphrase {
                    Some(passphrase) => Ok(Arc::from(choose_vault(&self.folder, Some(passphrase))?)),
                    None => Ok(Arc::new(MemoryVault::new())),
                }
            }
            Err(failure) => Err(failure.into_error()),
        }
    }

    fn existing_vault(&self) -> Result<Arc<dyn Vault>, Failure> {
        let passphrase = self.demo_passphrase().or_else(|| self.lock().passphrase.clone());
        // A passphrase given for a folder whose key is in the keychain must not make a second vault there.
        let passphrase = passphrase.filter(|_| vault_file(&self.folder).exists());
        let vault = choose_vault(&self.folder, passphrase);
        Ok(Arc::from(vault.map_err(|error| Failure::Vault(self.no_vault(error)))?))
    }

    /// Without a vault file and without an answer of the keychain the founder hears of both: one who deleted the
    /// file must not be sent to look for a keychain.
    fn no_vault(&self, error: VaultError) -> VaultError {
        let keychain = match &error {
            _ if vault_file(&self.folder).exists() => return error,
            VaultError::MissingKeyBesideDatabase { .. } => "has none for it".to_owned(),
            VaultError::NoKeychain { .. } => "of this session cannot be asked".to_owned(),
            VaultError::KeychainSilent { seconds } => format!("did not answer within {seconds} seconds"),
            _ => return error,
        };
        VaultError::NoVaultBesideDatabase {
            folder: self.folder.clone(),
            file: crate::vault::VAULT_FILE,
            keychain,
        }
    }

    fn demo_passphrase(&self) -> Option<SecretString> {
        self.folder.join(DEMO_MARK).exists().then(|| DEMO_PASSPHRASE.to_owned().into())
    }

    fn options(&self) -> Result<Options, VaultError> {
        let mut options = self.new_store_options();
        if let Some(envelope) = read_recovery_envelope(&self.folder.join(RECOVERY_FILE))? {
            options.recovery_envelope = serde_json::to_value(envelope).unwrap_or_default();
        }
        Ok(options)
    }

    fn open_with(&self, vault: Arc<dyn Vault>, key: &StoreKey) -> Result<(), StoreError> {
        let options = self.options().map_err(|error| StoreError::Damaged(error.to_string()))?;
        let store = Store::open(&self.store_path(), key, options)?;
        self.set_open(store, vault);
        Ok(())
    }

    /// Takes an opened store as the program's company.
    pub(crate) fn set_open(&self, store: Store, vault: Arc<dyn Vault>) {
        let books = Books {
            store,
            clock: Arc::clone(&self.clock),
            ids: Arc::clone(&self.ids),
            folder: self.folder.clone(),
            // A new name each time that books are opened: an undo window dies with the opening that holds it.
            process: self.ids.next(self.clock.now()).into(),
            matching: Arc::default(),
            request: None,
        };
        let approval = Arc::new(ApprovalLock::new(Arc::clone(&vault)));
        let dispatcher = Arc::new(
            Dispatcher::new(books.clone(), self.rails(&books, &vault)).with_vault(Arc::clone(&vault)),
        );
        let services =
            Services { books: books.clone(), vault: Arc::clone(&vault), dispatcher: Arc::clone(&dispatcher) };
        let scheduler = Arc::new(Scheduler::new(services, jobs::all()));
        {
            let mut state = self.lock();
            state.kind = HostStateKind::Open;
            state.message = None;
            state.open = Some(Open { books, vault, approval, dispatcher, scheduler });
        }
        self.screen.read_setting(self);
        crate::books::close_to_others(&self.folder.join(crate::books::PAPERS_FOLDER));
        self.start_workers();
    }

    /// What carries effects: connected accounts, and the payment file. A file that cannot be opened leaves its effects
    /// waiting.
    fn rails(&self, books: &Books, vault: &Arc<dyn Vault>) -> Vec<Arc<dyn Rail>> {
        let mut rails = crate::connections::rails(books, vault);
        match FileRail::open(&self.folder) {
            Ok(rail) => rails.push(Arc::new(rail)),
            Err(error) => tracing::error!(%error, "the payment file cannot be used"),
        }
        rails
    }

    /// From now on the outbox and the jobs work by themselves, as long as a company is open. For the window and
    /// `purser run`; a single command steps them itself, or leaves them to the next long-lived process.
    pub fn work(&self, listener: Listener) {
        *self.listener.lock().unwrap_or_else(PoisonError::into_inner) = Some(listener);
        self.start_workers();
    }

    fn start_workers(&self) {
        let listener = self.listener.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(listener) = listener else { return };
        let Ok(dispatcher) = self.dispatcher() else { return };
        if let Err(error) = self.start_demo() {
            tracing::error!(%error, "the demo's providers do not run");
        }
        match Worker::start(dispatcher, move |events| listener(events)) {
            Ok(worker) => *self.worker() = Some(worker),
            Err(error) => tracing::error!(%error, "the outbox does not run"),
        }
        match self.scheduler_unseen().and_then(|scheduler| JobWorker::start(scheduler, JOBS_WAIT)) {
            Ok(worker) => *self.job_worker() = Some(worker),
            Err(error) => tracing::error!(%error, "the jobs do not run"),
        }
        if let Err(error) = self.tend_listener() {
            tracing::error!(%error, "the listener does not run");
        }
        if let Err(error) = self.read_for_the_first_time() {
            tracing::error!(%error, "what was connected waits for its next time");
        }
    }

    /// Where this process works: a connected source that was never read does not wait for its next time. The run is only
    /// queued; who wants it at once rings.
    pub(crate) fn read_for_the_first_time(&self) -> Result<(), ApiError> {
        if !self.has_workers() {
            return Ok(());
        }
        let (actor, what) = FIRST_READING;
        for source in ingest::unread(&self.books_unseen()?)? {
            jobs::run_after(&*self.scheduler_unseen()?, actor, &source, what)?;
        }
        Ok(())
    }

    /// Brings the listener to what its connection says now, where this process works.
    pub(crate) fn tend_listener(&self) -> Result<(), ApiError> {
        let Some(bell) = self.job_worker().as_ref().map(JobWorker::bell) else { return Ok(()) };
        let (books, scheduler) = (self.books_unseen()?, self.scheduler_unseen()?);
        let vault = self.lock().open.as_ref().map(|open| Arc::clone(&open.vault)).ok_or_else(closed)?;
        self.ears().tend(&books, vault.as_ref(), &scheduler, &bell)
    }

    /// What listens here.
    pub(crate) fn ears(&self) -> MutexGuard<'_, Ears> {
        self.ears.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the books are the demo company's: its simulated providers run from now on.
    pub(crate) fn start_demo(&self) -> Result<(), ApiError> {
        let mut running = self.demo.lock().unwrap_or_else(PoisonError::into_inner);
        let books = self.books_unseen()?;
        if running.is_some() || !books.profile()?.demo {
            return Ok(());
        }
        let vault = self.lock().open.as_ref().map(|open| Arc::clone(&open.vault)).ok_or_else(closed)?;
        *running = demo::start(&self.folder, &books, vault.as_ref(), self.clock.now())?;
        Ok(())
    }

    fn job_worker(&self) -> MutexGuard<'_, Option<JobWorker>> {
        self.job_worker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the outbox and the jobs work by themselves here.
    pub(crate) fn has_workers(&self) -> bool {
        self.job_worker().is_some()
    }

    /// The jobs of the open company, for who may see its books.
    pub fn scheduler(&self) -> Result<Arc<Scheduler>, ApiError> {
        self.books()?;
        self.scheduler_unseen()
    }

    /// The jobs, which go on while the screen is locked.
    fn scheduler_unseen(&self) -> Result<Arc<Scheduler>, ApiError> {
        self.books_unseen()?;
        self.lock().open.as_ref().map(|open| Arc::clone(&open.scheduler)).ok_or_else(closed)
    }

    fn worker(&self) -> MutexGuard<'_, Option<Worker>> {
        self.worker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The outbox of the open company.
    pub fn dispatcher(&self) -> Result<Arc<Dispatcher>, ApiError> {
        self.books_unseen()?;
        self.lock().open.as_ref().map(|open| Arc::clone(&open.dispatcher)).ok_or_else(closed)
    }

    /// Something was decided that may leave or run: the outbox and the jobs look now.
    pub(crate) fn ring(&self) {
        if let Some(worker) = self.job_worker().as_ref() {
            worker.notify();
        }
        if let Some(worker) = self.worker().as_ref() {
            worker.notify();
        }
    }

    fn set_closed(&self, kind: HostStateKind, message: Option<String>) {
        let mut state = self.lock();
        state.kind = kind;
        state.message = message;
        state.open = None;
    }

    /// Begins a task that can be cancelled by its id; the flag is for the caller's work to look at.
    pub fn begin_task(&self) -> (String, Arc<AtomicBool>) {
        let (id, flag) = (self.ids.next(self.clock.now()), Arc::new(AtomicBool::new(false)));
        self.tasks().insert(id.clone(), Arc::clone(&flag));
        (id, flag)
    }

    /// Forgets a task that is over.
    pub fn end_task(&self, id: &str) {
        self.tasks().remove(id);
    }

    /// Asks a task to stop; whether it was running.
    pub(crate) fn cancel(&self, id: &str) -> bool {
        match self.tasks().get(id) {
            Some(flag) => {
                flag.store(true, Ordering::Relaxed);
                true
            }
            None => false,
        }
    }

    fn tasks(&self) -> MutexGuard<'_, HashMap<String, Arc<AtomicBool>>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The vault of a company that is about to be made: the keychain, or a new passphrase file.
    pub(crate) fn new_vault(
        &self,
        demo: bool,
        passphrase: Option<SecretString>,
    ) -> Result<Arc<dyn Vault>, ApiError> {
        if demo {
            crate::books::write_private(&self.folder.join(DEMO_MARK), b"demo company\n")?;
            let file = vault_file(&self.folder);
            if file.exists() {
                return Ok(Arc::new(PassphraseVault::open(&file, &DEMO_PASSPHRASE.to_owned().into())?));
            }
        }
        let passphrase = if demo {
            Some(DEMO_PASSPHRASE.to_owned().into())
        } else {
            passphrase.or_else(|| self.lock().passphrase.clone())
        };
        Ok(Arc::from(choose_vault(&self.folder, passphrase)?))
    }

    /// Options for a store that is about to be made or restored.
    pub(crate) fn new_store_options(&self) -> Options {
        let mut options = Options::new(self.clock.now()).with_backups_dir(self.folder.join(BACKUPS_FOLDER));
        options.trace = self.traced;
        options
    }

    /// Forgets a passphrase that was given: from now on it must be given again.
    pub(crate) fn forget_passphrase(&self) {
        self.lock().passphrase = None;
    }

    /// Tries a passphrase on the folder's vault.
    pub(crate) fn unlock(&self, passphrase: SecretString) -> Result<(), ApiError> {
        self.lock().passphrase = Some(passphrase);
        self.open_existing();
        self.books().map(|_| ())
    }

    /// After books were closed under a locked screen: the folder waits for its passphrase again.
    pub(crate) fn reopen_closed(&self) {
        self.open_existing();
    }

    /// Opens the books with a key that the recovery code gave.
    pub(crate) fn open_recovered(&self, vault: Arc<dyn Vault>, key: &StoreKey) -> Result<(), ApiError> {
        Ok(self.open_with(vault, key)?)
    }

    /// Closes the books; what was written is on the disk. The screen's lock goes with them.
    pub fn close(&self) -> Result<(), ApiError> {
        self.screen.opened();
        // The workers end with what is at hand before the store is closed under them; jobs may use the outbox.
        drop(std::mem::take(&mut *self.ears()));
        drop(self.job_worker().take());
        drop(self.worker().take());
        drop(self.demo.lock().unwrap_or_else(PoisonError::into_inner).take());
        let open = {
            let mut state = self.lock();
            state.kind = HostStateKind::NoCompany;
            state.open.take()
        };
        match open {
            Some(open) => Ok(open.books.store.close()?),
            None => Ok(()),
        }
    }

    /// Removes a demo company's folder content; refuses any other company's.
    pub(crate) fn delete_demo(&self) -> Result<(), ApiError> {
        if !self.books()?.profile()?.demo {
            return Err(ApiError::usage("not_demo", "Only a demo company can be deleted from here."));
        }
        self.close()?;
        let gone = |name: &str| {
            let path = self.folder.join(name);
            let removed =
                if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
            match removed {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(ApiError::failed(
                    "demo_delete",
                    format!("{} was not deleted: {error}.", path.display()),
                )),
                _ => Ok(()),
            }
        };
        for name in
            [STORE_FILE, "books.db-wal", "books.db-shm", BACKUPS_FOLDER, "papers", "outgoing", "exports"]
        {
            gone(name)?;
        }
        for name in [demo::FOLDER, RECOVERY_FILE, crate::vault::VAULT_FILE, DEMO_MARK] {
            gone(name)?;
        }
        self.set_closed(HostStateKind::NoCompany, None);
        Ok(())
    }
}

fn closed() -> ApiError {
    ApiError::failed("not_open", "The books were closed meanwhile.")
}

enum Failure {
    Vault(VaultError),
    Store(StoreError),
}

impl Failure {
    fn into_error(self) -> ApiError {
        match self {
            Failure::Vault(error) => error.into(),
            Failure::Store(error) => error.into(),
        }
    }
}
