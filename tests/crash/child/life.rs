//! One life of the company: its books, and three payment files that fail now and then.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use purser_connectors::{FileRail, Rail};
use purser_core::outbox::{Delivery, Outcome};
use purser_engine::books::Books;
use purser_engine::clock::{Clock, Ids};
use purser_engine::outbox::Dispatcher;
use purser_store::{Options, Store};

use crate::time::Time;
use crate::world::{STORE_FILE, key, payment_file};

/// A payment whose text holds this is taken by its rail, which then gives no answer.
pub const SILENT: &str = "(no answer)";

/// One life of the process.
pub struct Life {
    pub books: Books,
    pub dispatcher: Dispatcher,
    pub time: Time,
}

impl Life {
    /// Opens the company in its folder. Time goes on where the last life left it.
    pub fn open(folder: &Path) -> Life {
        let time = Time::open(folder);
        let books = books(folder, &time);
        let rails =
            Delivery::ALL.map(|(delivery, _)| Arc::new(Shaky::new(folder, delivery)) as Arc<dyn Rail>);
        let dispatcher = Dispatcher::new(books.clone(), rails.into());
        Life { books, dispatcher, time }
    }
}

/// The company's books as one life of the process opens them.
pub fn books(folder: &Path, time: &Time) -> Books {
    let clock = Arc::clone(&time.clock) as Arc<dyn Clock>;
    let ids = Ids::random();
    Books {
        store: Store::open(&folder.join(STORE_FILE), &key(), Options::new(clock.now())).unwrap(),
        process: ids.next(clock.now()).into(),
        clock,
        ids: Arc::new(ids),
        folder: folder.to_owned(),
        matching: Arc::default(),
        request: None,
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

    fn look_up(&self, key: &str, request: &[u8]) -> Outcome {
        self.file.look_up(key, request)
    }
}
