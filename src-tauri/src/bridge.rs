//! The one place where the window meets the engine. It owns the data folder while the program runs.

use purser_engine::api::session::handler;
use purser_engine::api::types::{HostState, HostStateKind, Progress};
use purser_engine::api::{self, Caller, Kind};
use purser_engine::clock::{Ids, SystemClock};
use purser_engine::error::ApiError;
use purser_engine::host::{FolderLock, ServerHandle, serve};
use purser_engine::program::Program;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Who decides, for the audit.
const ACTOR: &str = "founder";

/// Where progress of long work goes.
pub type ProgressSink = Arc<dyn Fn(Progress) + Send + Sync>;

/// The data folder, in whatever state it is: being opened, without a company, locked, or open.
pub struct Bridge {
    folder: PathBuf,
    opened: OnceLock<Result<Owned, ApiError>>,
    progress: ProgressSink,
    acted: Sender<()>,
}

/// A folder that is ours. The socket goes first, then the program, then the lock: nobody else may open books that
/// are still open here.
struct Owned {
    server: Mutex<Option<ServerHandle>>,
    program: Arc<Program>,
    _lock: FolderLock,
}

impl Bridge {
    /// A bridge to a folder that nobody has opened yet. The receiver hears of every command that was carried out.
    pub fn new(folder: PathBuf, progress: ProgressSink) -> (Bridge, Receiver<()>) {
        let (acted, heard) = channel();
        (Bridge { folder, opened: OnceLock::new(), progress, acted }, heard)
    }

    /// Opens the folder, and the made-up company in it if that was asked for. May wait for a keychain that asks
    /// the founder, so the window is drawn meanwhile and its calls wait here.
    pub fn open(&self, demo: bool) {
        let opened = self.opened.get_or_init(|| take(&self.folder, &self.acted));
        let Ok(owned) = opened else { return };
        if demo
            && owned.program.state().0 == HostStateKind::NoCompany
            && let Err(error) = self.call(Kind::Command, "open_demo", json!({}))
        {
            tracing::warn!(code = %error.code, "the demo company could not be opened");
        }
    }

    /// Asks the engine. Blocks: call it off the window's own thread.
    pub fn call(&self, kind: Kind, method: &str, input: Value) -> Result<Value, ApiError> {
        let owned = match self.opened.wait() {
            Ok(owned) => owned,
            // The first question has an answer also where the folder cannot be used.
            Err(error) if method == "host_state" => return self.failed_state(error),
            Err(error) => return Err(error.clone()),
        };
        let (task, cancelled) = owned.program.begin_task();
        let (progress, reported) = self.progress_of(&task);
        let caller = Caller {
            program: &owned.program,
            actor: ACTOR.to_owned(),
            progress,
            cancelled,
            request: None,
            key: None,
        };
        let answer = api::call(caller, kind, method, input);
        owned.program.end_task(&task);
        if reported.load(Ordering::Relaxed) {
            (self.progress)(finished(task));
        }
        if kind != Kind::Query {
            // Nobody listens any more only while the program ends.
            let _ = self.acted.send(());
        }
        answer
    }

    /// What a query answers now, for what stands beside the window; none while there are no open books to be shown.
    pub fn shown<T: DeserializeOwned>(&self, query: &str) -> Option<T> {
        self.sequence()?;
        match self.call(Kind::Query, query, json!({})).map(serde_json::from_value) {
            Ok(Ok(answer)) => Some(answer),
            Ok(Err(error)) => {
                tracing::error!(%error, query, "an answer was not understood");
                None
            }
            Err(error) => {
                tracing::debug!(code = %error.code, query, "there is nothing to show");
                None
            }
        }
    }

    /// Where one call reports: under its task, by which it can be cancelled. The flag is set by its first report.
    fn progress_of(&self, task: &str) -> (ProgressSink, Arc<AtomicBool>) {
        let (sink, task) = (Arc::clone(&self.progress), task.to_owned());
        let reported = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&reported);
        let progress = move |report: Progress| {
            seen.store(true, Ordering::Relaxed);
            sink(Progress { task: task.clone(), ..report });
        };
        (Arc::new(progress), reported)
    }

    /// Whether another process was given the folder, so that this one has to end.
    pub fn is_leaving(&self) -> bool {
        matches!(self.opened.get(), Some(Ok(owned)) if owned.program.is_leaving())
    }

    /// Locks the screen where nobody was there for as long as the settings say.
    pub fn lock_if_idle(&self) {
        if let Some(Ok(owned)) = self.opened.get() {
            owned.program.lock_if_idle();
        }
    }

    /// Grows with every change of the books; `None` while there are none to read, or none to be shown.
    pub fn sequence(&self) -> Option<u64> {
        let owned = self.opened.get()?.as_ref().ok()?;
        Some(owned.program.books().ok()?.store.sequence())
    }

    /// Closes the books; what was written is on the disk.
    pub fn close(&self) {
        if let Some(Ok(owned)) = self.opened.get() {
            drop(owned.server.lock().unwrap_or_else(PoisonError::into_inner).take());
            if let Err(error) = owned.program.close() {
                tracing::error!(code = %error.code, "the books were not closed cleanly");
            }
        }
    }

    fn failed_state(&self, error: &ApiError) -> Result<Value, ApiError> {
        let state = HostState {
            state: HostStateKind::Failed,
            folder: self.folder.display().to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            message: Some(error.message.clone()),
            vault: String::new(),
        };
        serde_json::to_value(state).map_err(|error| ApiError::failed("output", error.to_string()))
    }
}

/// The last report of a task.
fn finished(task: String) -> Progress {
    Progress { task, what: String::new(), done: 0, total: 0, unit: String::new(), finished: true }
}

/// Takes the folder, answers the command line through its socket, and lets the outbox work.
fn take(folder: &Path, acted: &Sender<()>) -> Result<Owned, ApiError> {
    let lock = FolderLock::acquire(folder)
        .map_err(|error| ApiError::founder("folder", sentence(&error.to_string())))?;
    // For machines without a keychain. Read once, kept nowhere else, and not left for programs started from here.
    let passphrase = std::env::var("PURSER_PASSPHRASE").ok().map(Into::into);
    let program =
        Arc::new(Program::start(folder, Arc::new(SystemClock), Arc::new(Ids::random()), passphrase)?);
    let worked = acted.clone();
    // Nobody listens any more only while the program ends.
    program.work(Arc::new(move |_| {
        let _ = worked.send(());
    }));
    program.watch_for_idleness();
    let (answer, asked) = (handler(Arc::clone(&program)), acted.clone());
    let server = serve(
        &lock,
        Arc::new(move |call, exchange| {
            let reply = answer(call, exchange);
            let _ = asked.send(());
            reply
        }),
    )?;
    Ok(Owned { server: Mutex::new(Some(server)), program, _lock: lock })
}

/// The engine's inner errors begin in lower case, because they also stand after a colon.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bridge(folder: &Path) -> Bridge {
        Bridge::new(folder.to_owned(), Arc::new(|_| {})).0
    }

    #[test]
    fn a_new_folder_has_no_company_and_says_so() {
        let place = tempfile::tempdir().unwrap();
        let bridge = bridge(&place.path().join("books"));
        bridge.open(false);
        let state = bridge.call(Kind::Query, "host_state", json!({})).unwrap();
        assert_eq!(state["state"], "no_company", "{state}");
        assert_eq!(bridge.sequence(), None);
        bridge.close();
    }

    #[test]
    fn a_folder_that_another_process_owns_is_a_state_with_a_reason() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("books");
        let first = bridge(&folder);
        first.open(false);
        let second = bridge(&folder);
        second.open(false);
        let state = second.call(Kind::Query, "host_state", json!({})).unwrap();
        assert_eq!(state["state"], "failed", "{state}");
        assert!(state["message"].as_str().is_some_and(|message| message.len() > 20), "{state}");
        assert!(second.call(Kind::Query, "status", json!({})).is_err());
    }

    #[test]
    fn calls_wait_until_the_folder_is_open() {
        let place = tempfile::tempdir().unwrap();
        let bridge = Arc::new(bridge(&place.path().join("books")));
        let early = {
            let bridge = Arc::clone(&bridge);
            std::thread::spawn(move || bridge.call(Kind::Query, "host_state", json!({})))
        };
        std::thread::sleep(std::time::Duration::from_millis(50));
        assert!(!early.is_finished());
        bridge.open(false);
        assert!(early.join().unwrap().is_ok());
    }

    #[test]
    fn what_may_only_be_released_cannot_be_commanded() {
        let place = tempfile::tempdir().unwrap();
        let bridge = bridge(&place.path().join("books"));
        bridge.open(false);
        let input = json!({ "batch": "b", "digest": "d", "passphrase": null });
        assert_eq!(bridge.call(Kind::Command, "approve", input).unwrap_err().code, "wrong_kind");
    }
}
