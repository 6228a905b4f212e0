//! A clock that goes on where the last life left it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use purser_engine::clock::{Clock, ManualClock};

use crate::world::start;

/// The time in a folder.
pub struct Time {
    pub clock: Arc<ManualClock>,
    folder: PathBuf,
}

impl Time {
    /// A second after the last time that a life wrote down.
    pub fn open(folder: &Path) -> Time {
        let clock = Arc::new(ManualClock::at(read(folder) + Duration::seconds(1)));
        Time { clock, folder: folder.to_owned() }
    }

    /// Lets time pass, also for the lives to come.
    pub fn advance(&self, seconds: i64) {
        let to = self.clock.now() + Duration::seconds(seconds);
        std::fs::write(self.folder.join("clock.part"), to.timestamp().to_string()).unwrap();
        std::fs::rename(self.folder.join("clock.part"), self.folder.join("clock")).unwrap();
        self.clock.advance(Duration::seconds(seconds));
    }
}

fn read(folder: &Path) -> DateTime<Utc> {
    match std::fs::read_to_string(folder.join("clock")) {
        Ok(text) => DateTime::from_timestamp(text.parse().unwrap(), 0).unwrap(),
        Err(_) => start(),
    }
}
