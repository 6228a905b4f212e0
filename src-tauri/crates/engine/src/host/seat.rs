//! The one door: own the folder, or talk to the process that does.

use std::path::Path;
use std::time::{Duration, Instant};

use super::{Connection, FolderLock, HostError};

/// Long enough for an owner to start, to quit, or to finish a short command of its own.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE_FIRST: Duration = Duration::from_millis(10);
const PAUSE_MAX: Duration = Duration::from_millis(250);

/// What this process is to a data folder.
#[derive(Debug)]
pub enum Seat {
    /// It owns the folder.
    Owner(FolderLock),
    /// Another process owns it and answers.
    Client(Connection),
}

/// Owns the folder or connects to its owner, within ten seconds.
pub fn acquire_or_connect(folder: &Path) -> Result<Seat, HostError> {
    acquire_or_connect_within(folder, PATIENCE)
}

/// Owns the folder or connects to its owner, within the given time.
///
/// An owner that starts holds the lock before it listens; one that quits stops listening before it lets
/// the lock go; one that runs a single command never listens. In each case the next try finds another
/// situation, so both ways are tried in turn until the time is over. Another version, another user or a
/// folder that is refused end it at once.
pub fn acquire_or_connect_within(folder: &Path, patience: Duration) -> Result<Seat, HostError> {
    let started = Instant::now();
    let mut pause = PAUSE_FIRST;
    loop {
        match FolderLock::acquire(folder) {
            Ok(lock) => return Ok(Seat::Owner(lock)),
            Err(HostError::Held { .. }) => {}
            Err(error) => return Err(error),
        }
        let error = match Connection::open(folder) {
            Ok(connection) => return Ok(Seat::Client(connection)),
            Err(error) if error.is_passing() => error,
            Err(error) => return Err(error),
        };
        if started.elapsed() >= patience {
            return Err(match error {
                HostError::OwnerBusy => HostError::OwnerBusy,
                _ => {
                    HostError::OwnerSilent { folder: folder.to_owned(), seconds: started.elapsed().as_secs() }
                }
            });
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(PAUSE_MAX);
    }
}
