//! One life of the company: its books, three payment files, and a clock that goes on where the last life left it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Duration, Utc};
use purser_connectors::{FileRail, Rail};
use purser_core::outbox::{Delivery, Outcome};
use purser_engine::books::Books;
use purser_engine::clock::{Clock, Ids, ManualClock};
use purser_engine::outbox::Dispatcher;
use purser_store::{Options, Store};

use crate::world::{STORE_FILE, key, payment_file, start};

/// A payment whose text holds this is taken by its rail, which then gives no answer.
pub const SILENT: &str = "(no answer)";

/// One life of the process.
pub struct Life {
    pub books: Books,
    pub dispatcher: Dispatcher,
    folder: PathBuf,
    clock: Arc<ManualClock>,
}

impl Life {
    /// Opens the company in its folder. Time goes on where the last life left it.
    pub fn open(folder: &Path) -> Life {
        let clock = Arc::new(ManualClock::at(read_clock(folder) + Duration::seconds(1)));
        let ids = Ids::random();
        let books = Books {
            store: Store::open(&folder.join(STORE_FILE), &key(), Options::new(clock.now())).unwrap(),
            process: ids.next(clock.now()).into(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: Arc::new(ids),
            folder: folder.to_owned(),
            matching: Arc::default(),
            request: None,
        };
        let rails =
            Delivery::ALL.map(|(delivery, _)| Arc::new(Shaky::new(folder, delivery)) as Arc<dyn Rail>);
        let dispatcher = Dispatcher::new(books.clone(), rails.into());
        Life { books, dispatcher, folder: folder.to_owned(), clock }
    }

    /// Lets time pass, also for the lives to come.
    pub fn advance(&self, seconds: i64) {
        let to = self.clock.now() + Duration::seconds(seconds);
        std::fs::write(self.folder.join("clock.part"), to.timestamp().to_string()).unwrap();
        std::fs::rename(self.folder.join("clock.part"), self.folder.join("clock")).unwrap();
        self.clock.advance(Duration::seconds(seconds));
    }
}

fn read_clock(folder: &Path) -> DateTime<Utc> {
    match std::fs::read_to_string(folder.join("clock")) {
        Ok(text) => DateTime::from_timestamp(text.parse().unwrap(), 0).unwrap(),
        Err(_) => start(),
    }
}

/// A payment file whose answers get lost now and then, and whose last line the power can tear.
struct Shaky {
    file: FileRail,
    name: &'static str,
    sends: AtomicU32,
}

impl Shaky {
    fn new(folder: &Path, delivery: Delivery) -> Shaky {
        Shaky { file: payment_file(folder, delivery), name: delivery.as_str(), sends: AtomicU32::new(0) }
    }

    /// Ends the process with half a line in the file, where that is asked for.
    fn tear(&self, send: u32) {
        if std::env::var("PURSER_TEAR").is_ok_and(|wanted| wanted == format!("{}:{send}", self.name)) {
            use std::io::Write;
            let mut file = std::fs::OpenOptions::new().append(true).open(self.file.path()).unwrap();
            file.write_all(br#"{"id":"PF-999999","key":"torn","requ"#).unwrap();
            std::process::abort();
        }
    }
}

impl Rail for Shaky {
    fn name(&self) -> &str {
        self.name
    }

    fn title(&self) -> &str {
        self.name
    }

    fn delivery(&self) -> Delivery {
        self.file.delivery()
    }

    fn send(&self, key: &str, request: &[u8]) -> Outcome {
        let send = self.sends.fetch_add(1, Ordering::Relaxed) + 1;
        self.tear(send);
        let outcome = self.file.send(key, request);
        let silent = String::from_utf8_lossy(request).contains(SILENT);
        // Every third answer of a rail that can be asked is lost.
        let lost = self.file.delivery() != Delivery::Neither && send % 3 == 1;
        if silent || lost { Outcome::NoAnswer("the answer was lost".into()) } else { outcome }
    }

    fn look_up(&self, key: &str) -> Outcome {
        self.file.look_up(key)
    }
}
