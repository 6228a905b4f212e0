//! The log file: a file a day in the data folder, the last two weeks kept. It holds names of methods and
//! durations, never what was typed or sent.

use std::fs;
use std::path::Path;
use thiserror::Error;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{Builder, Rotation};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

const DAYS_KEPT: usize = 14;

/// The log could not be started.
#[derive(Debug, Error)]
pub enum LogError {
    /// No folder for it.
    #[error("the folder {folder} cannot be made: {source}. Choose another with --data")]
    Folder {
        /// Which.
        folder: String,
        /// Why.
        source: std::io::Error,
    },
    /// No file in it.
    #[error("no log file can be written: {0}. Check the free space and rights of the data folder")]
    File(#[from] tracing_appender::rolling::InitError),
    /// Started twice.
    #[error("the log was started twice: {0}")]
    Twice(#[from] TryInitError),
}

/// Writes what is left when it is dropped, at the end of the program.
pub struct Log {
    _writer: WorkerGuard,
}

/// Starts to log into `folder`/logs. `PURSER_LOG` changes what is logged, for example `debug`.
pub fn start(folder: &Path) -> Result<Log, LogError> {
    let logs = folder.join("logs");
    make_private_folder(&logs)
        .map_err(|source| LogError::Folder { folder: logs.display().to_string(), source })?;
    let file = Builder::new()
        .rotation(Rotation::DAILY)
        .filename_prefix("purser")
        .filename_suffix("log")
        .max_log_files(DAYS_KEPT)
        .build(&logs)?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    let filter = EnvFilter::try_from_env("PURSER_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::registry()
        .with(filter)
        .with(tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(false))
        .try_init()?;
    log_panics();
    Ok(Log { _writer: guard })
}

/// A panic's place goes into the log; its message may quote data, so that goes to the terminal only.
fn log_panics() {
    let previous = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a thread stopped unexpectedly");
        previous(panic);
    }));
}

fn make_private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_folder_is_the_founder_s_alone() {
        let place = tempfile::tempdir().unwrap();
        let logs = place.path().join("data").join("logs");
        make_private_folder(&logs).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&logs).unwrap().permissions().mode() & 0o777, 0o700);
        }
        make_private_folder(&logs).unwrap();
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named_in_the_error() {
        let place = tempfile::tempdir().unwrap();
        let taken = place.path().join("file");
        fs::write(&taken, "not a folder").unwrap();
        let Err(error) = start(&taken) else { panic!("a file is no folder") };
        assert!(error.to_string().contains("file"), "{error}");
    }
}
