//! What every command needs: the way to the books, and how to print.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::{ProgressBar, ProgressStyle};
use purser_engine::api::types::Progress;
use purser_engine::api::{Method, ProgressSink, Request, Session};
use purser_engine::error::ApiError;
use secrecy::SecretString;

use crate::args::{Args, Command};

/// What every command needs.
pub struct Context {
    /// The data folder.
    pub folder: PathBuf,
    /// Print JSON.
    pub json: bool,
    /// The passphrase of the vault file, where one was given.
    pub passphrase: Option<SecretString>,
    /// Set by Ctrl-C.
    pub cancelled: Arc<AtomicBool>,
    request: Request,
    progress: ProgressSink,
    session: Option<Session>,
}

impl Context {
    /// Reads what is common to all commands. Nothing is opened yet.
    pub fn new(args: &Args) -> Result<Context, ApiError> {
        let folder = match &args.data {
            Some(folder) => folder.clone(),
            // The made-up company never stands where the founder's own books go.
            None if matches!(args.command, Command::Demo { .. }) => purser_engine::host::demo_folder()?,
            None => purser_engine::host::default_folder()?,
        };
        let cancelled = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&cancelled);
        ctrlc::set_handler(move || flag.store(true, Ordering::SeqCst))
            .map_err(|error| ApiError::failed("signal", format!("Ctrl-C cannot be watched: {error}.")))?;
        Ok(Context {
            folder: absolute(&folder)?,
            json: args.json,
            passphrase: passphrase(args.passphrase_file.as_deref())?,
            cancelled,
            request: Request { id: args.request_id.clone(), again: args.again },
            progress: progress_bar(),
            session: None,
        })
    }

    /// The way to the books, opened at first use.
    pub fn session(&mut self) -> Result<&mut Session, ApiError> {
        if self.session.is_none() {
            self.session = Some(Session::open(&self.folder, self.passphrase.clone())?);
        }
        self.session.as_mut().ok_or_else(|| ApiError::failed("session", "The books could not be opened."))
    }

    /// Calls a method.
    pub fn call<M: Method>(&mut self, input: &M::Input) -> Result<M::Output, ApiError> {
        let (request, progress, cancelled) =
            (self.request.clone(), Arc::clone(&self.progress), Arc::clone(&self.cancelled));
        self.session()?.call::<M>(input, &request, &progress, &cancelled)
    }

    /// Forgets the way to the books: the next call looks for it anew.
    pub fn reconnect(&mut self) -> Result<(), ApiError> {
        self.session.take().map_or(Ok(()), Session::close)
    }

    /// Ends the session.
    pub fn close(mut self) -> Result<(), ApiError> {
        self.session.take().map_or(Ok(()), Session::close)
    }

    /// A path as the owner of the folder, which may run elsewhere, has to know it.
    pub fn path(&self, path: &Path) -> Result<String, ApiError> {
        Ok(absolute(path)?.to_string_lossy().into_owned())
    }

    /// Prints a value as JSON, or people's text.
    pub fn show<T: serde::Serialize>(
        &self,
        value: &T,
        text: impl FnOnce() -> String,
    ) -> Result<ExitCode, ApiError> {
        if self.json {
            crate::print::json(value)?;
        } else {
            crate::print::text(&text())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn absolute(path: &Path) -> Result<PathBuf, ApiError> {
    std::path::absolute(path)
        .map_err(|error| ApiError::usage("path", format!("{} is no usable path: {error}.", path.display())))
}

/// From the file, else from the environment. It is read once and not left for programs started from here.
fn passphrase(file: Option<&Path>) -> Result<Option<SecretString>, ApiError> {
    if let Some(file) = file {
        let text = std::fs::read_to_string(file).map_err(|error| {
            ApiError::usage("passphrase_file", format!("{} was not read: {error}.", file.display()))
        })?;
        return Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned().into()));
    }
    Ok(std::env::var("PURSER_PASSPHRASE").ok().filter(|text| !text.is_empty()).map(SecretString::from))
}

/// A bar on a terminal, nothing anywhere else.
fn progress_bar() -> ProgressSink {
    if !std::io::stderr().is_terminal() {
        return Arc::new(|_| {});
    }
    let bar = ProgressBar::no_length();
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos} of {len}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    Arc::new(move |report: Progress| {
        bar.set_length(report.total);
        bar.set_message(report.what);
        bar.set_position(report.done);
        if report.finished || report.done >= report.total {
            bar.finish_and_clear();
        }
    })
}
