//! An open company: its store, its clock, and how decisions are written.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use purser_store::tables::ledger::{self, Booked, NewEntry};
use purser_store::tables::{requests, settings};
use purser_store::{AuditDraft, ReadTx, Store, WriteClass, WriteTx, Writing};
use serde_json::Value;

use crate::clock::{Clock, Ids};
use crate::error::ApiError;
use crate::profile::Profile;

/// An open company. Cheap to clone.
#[derive(Clone)]
pub struct Books {
    /// The store.
    pub store: Store,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Ids.
    pub ids: Arc<Ids>,
    /// The data folder.
    pub folder: PathBuf,
    /// Names this process: an approval's undo window dies with it.
    pub process: Arc<str>,
    /// What bank lines may pay, kept until the books change.
    pub matching: Arc<crate::verbs::matching::Cache>,
    /// How a repeated command is recognised, for the call at hand.
    pub request: Option<RequestKey>,
}

/// Under what a creating command's answer is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// The caller's id, or one made for this call.
    pub id: String,
    /// The method.
    pub method: String,
    /// SHA-256 over method and input.
    pub digest: String,
}

/// When and by whom something is decided, with the company it is decided for.
#[derive(Clone)]
pub struct Moment {
    /// Now.
    pub at: DateTime<Utc>,
    /// Who decides: `founder`, `policy:match`…
    pub actor: String,
    /// The company.
    pub profile: Profile,
    ids: Arc<Ids>,
    request: Option<RequestKey>,
}

impl Moment {
    /// A moment outside of [`Books::decide`]: of a company that is being made, or of a store that is being restored.
    pub(crate) fn outside(at: DateTime<Utc>, actor: &str, profile: Profile, ids: &Arc<Ids>) -> Moment {
        Moment { at, actor: actor.to_owned(), profile, ids: Arc::clone(ids), request: None }
    }

    /// A new id.
    pub fn id(&self) -> String {
        self.ids.next(self.at)
    }

    /// The day it is for the company.
    pub fn today(&self) -> NaiveDate {
        self.profile.day(self.at)
    }

    /// Now as the store keeps times.
    pub fn stamp(&self) -> String {
        stamp(self.at)
    }

    /// An audit row of this moment.
    pub fn audit(&self, action: &str, subject: impl Into<String>, detail: Value) -> AuditDraft {
        AuditDraft {
            at: self.at,
            actor: self.actor.clone(),
            action: action.to_owned(),
            subject: subject.into(),
            detail,
        }
    }

    /// Books entries with their audit row.
    pub fn book(
        &self,
        tx: &WriteTx<'_>,
        action: &str,
        subject: impl Into<String>,
        detail: Value,
        entries: &[NewEntry],
    ) -> Result<Booked, ApiError> {
        Ok(ledger::book(tx, self.audit(action, subject, detail), entries)?)
    }

    /// Keeps the answer of a command that creates, in its own transaction, so that repeating it is harmless.
    pub fn keep_reply(&self, tx: &WriteTx<'_>, reply: &impl serde::Serialize) -> Result<(), ApiError> {
        let Some(request) = &self.request else { return Ok(()) };
        let reply = serde_json::to_string(reply)
            .map_err(|error| ApiError::failed("output", format!("The answer cannot be kept: {error}.")))?;
        Ok(requests::keep(tx, &request.id, &request.method, &request.digest, &reply, &self.stamp())?)
    }

    /// Offers the decision to be taken back, and returns the token.
    pub fn offer_undo(&self, tx: &WriteTx<'_>, what: &Value, say: &str) -> Result<String, ApiError> {
        let token = self.id();
        requests::offer_undo(tx, &token, &what.to_string(), say, &self.stamp())?;
        Ok(token)
    }
}

/// A time as the store keeps it: RFC 3339 in UTC with microseconds, so that text order is time order.
pub fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// A time as the lists of the interface show it, to the second.
pub(crate) fn stamp_to_the_second(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

impl Books {
    /// Reads from one consistent picture of the books.
    pub fn read<T>(&self, f: impl FnOnce(&ReadTx<'_>) -> Result<T, ApiError>) -> Result<T, ApiError> {
        self.store.read(f)
    }

    /// One decision, one transaction: everything `f` does is kept together or not at all.
    pub fn decide<T: Send + 'static>(
        &self,
        actor: &str,
        f: impl FnOnce(&WriteTx<'_>, &Moment) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        self.write(WriteClass::Decision, actor, f)?.wait()
    }

    /// One page of ingest: like a decision, but decisions overtake it.
    pub fn ingest<T: Send + 'static>(
        &self,
        actor: &str,
        f: impl FnOnce(&WriteTx<'_>, &Moment) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        self.ingest_later(actor, f)?.wait()
    }

    /// Like [`Books::ingest`], but returns at once. Pages are written in their order; those that wait together share
    /// a COMMIT.
    pub fn ingest_later<T: Send + 'static>(
        &self,
        actor: &str,
        f: impl FnOnce(&WriteTx<'_>, &Moment) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<Writing<T, ApiError>, ApiError> {
        self.write(WriteClass::Ingest, actor, f)
    }

    fn write<T: Send + 'static>(
        &self,
        class: WriteClass,
        actor: &str,
        f: impl FnOnce(&WriteTx<'_>, &Moment) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<Writing<T, ApiError>, ApiError> {
        let (at, actor, ids) = (self.clock.now(), actor.to_owned(), Arc::clone(&self.ids));
        let request = self.request.clone();
        self.store.write_later(class, move |tx| {
            let moment = Moment { at, actor, profile: Profile::load(tx)?, ids, request };
            let decided = f(tx, &moment);
            crash_point!("books.writing");
            decided
        })
    }

    /// The company profile.
    pub fn profile(&self) -> Result<Profile, ApiError> {
        self.read(|tx| Ok(Profile::load(tx)?))
    }

    /// The day it is for the company.
    pub fn today(&self) -> Result<NaiveDate, ApiError> {
        Ok(self.profile()?.day(self.clock.now()))
    }

    /// Where receipts and invoices are written for the founder to open and print.
    pub fn papers_folder(&self) -> PathBuf {
        self.folder.join(PAPERS_FOLDER)
    }

    /// A setting.
    pub fn setting<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ApiError> {
        self.read(|tx| Ok(settings::get(tx, name)?))
    }
}

/// Papers inside a data folder.
pub(crate) const PAPERS_FOLDER: &str = "papers";

/// Makes a folder with what leads to it, for nobody else.
fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Takes an existing folder of ours from everybody else. One that is not there, or not ours, stays as it is.
pub(crate) fn close_to_others(folder: &Path) {
    #[cfg(unix)]
    if folder.is_dir() {
        use std::os::unix::fs::PermissionsExt;
        if let Err(error) = std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)) {
            tracing::warn!(%error, folder = %folder.display(), "a folder could not be closed to others");
        }
    }
    #[cfg(not(unix))]
    let _ = folder;
}

/// Writes a file of the founder's own with permissions for nobody else: whole, or not at all.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), ApiError> {
    let failed = |error: std::io::Error| {
        ApiError::failed(
            "file_write",
            format!("{} was not written: {error}. Choose another folder or free some space.", path.display()),
        )
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    private_folder(folder).map_err(failed)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let temporary = folder.join(format!(".{name}.part"));
    let write = || -> std::io::Result<()> {
        use std::io::Write;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let mut file = options.open(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&temporary, path)
    };
    write().map_err(|error| {
        // The half-written file is of no use; that it could not be removed either changes nothing.
        let _ = std::fs::remove_file(&temporary);
        failed(error)
    })
}
