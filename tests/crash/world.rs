//! The company that is killed again and again: a store on the disk, three payment files, and a fixed plan of
//! work that each life takes up where the last one left it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Duration, TimeZone, Utc};
use purser_connectors::file_rail::Record;
use purser_connectors::{FileRail, Rail};
use purser_core::outbox::{Delivery, Outcome};
use purser_core::{Currency, Money};
use purser_engine::books::Books;
use purser_engine::clock::{Clock, Ids, ManualClock};
use purser_engine::outbox::Dispatcher;
use purser_engine::profile::{self, Profile};
use purser_store::tables::settings;
use purser_store::{AuditDraft, Options, Store, StoreError, StoreKey, WriteClass};
use serde_json::json;

/// The store's file in its folder.
pub const STORE_FILE: &str = "books.db";
/// A payment whose text holds this is taken by its rail, which then gives no answer.
pub const SILENT: &str = "(no answer)";

/// One batch of the plan.
pub struct Planned {
    /// The rail, by the name of its delivery class.
    pub rail: &'static str,
    /// Amounts in cents, one per payee.
    pub amounts: &'static [i128],
    /// What happens to it besides being approved.
    pub twist: Twist,
}

/// What happens to a batch besides being approved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Twist {
    /// Nothing.
    None,
    /// Its first amount is changed after the proposal.
    Amended,
    /// Its first approval is taken back.
    Undone,
    /// Its rail gives no answer, and the founder says what happened.
    Answered,
    /// Nobody answers it.
    Ignored,
}

/// The plan: its batches are proposed in this order.
pub const PLAN: [Planned; 7] = [
    Planned { rail: "keyed", amounts: &[1_001, 2_002], twist: Twist::None },
    Planned { rail: "lookup", amounts: &[3_003], twist: Twist::None },
    Planned { rail: "neither", amounts: &[4_004], twist: Twist::None },
    Planned { rail: "keyed", amounts: &[5_005], twist: Twist::Amended },
    Planned { rail: "neither", amounts: &[6_006], twist: Twist::Answered },
    Planned { rail: "lookup", amounts: &[7_007], twist: Twist::Undone },
    Planned { rail: "keyed", amounts: &[8_008], twist: Twist::Ignored },
];

/// The payee of an amount of the plan.
pub fn payee(batch: usize, item: usize) -> String {
    format!("plan-{batch}-{item}")
}

/// What an amended amount becomes.
pub fn amended(minor: i128) -> i128 {
    minor - 1
}

/// US dollars.
pub fn usd(minor: i128) -> Money {
    Money::new(minor, Currency::USD)
}

/// The store's key: nothing in here is a secret.
pub fn key() -> StoreKey {
    StoreKey::from_bytes([7; 32])
}

fn start() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 17, 8, 0, 0).unwrap()
}

/// Makes the company, and closes it: every run begins with a copy of it.
pub fn prepare(folder: &Path) {
    let store = Store::create(&folder.join(STORE_FILE), &key(), Options::new(start())).unwrap();
    let profile: Profile = serde_json::from_value(json!({
        "name": "Northbeam Analytics", "address": "", "tax_id": "", "email": "", "currency": "USD",
        "books_start": "2026-01-01", "zone": "UTC", "invoice_prefix": "NB", "terms_days": 30,
        "undo_seconds": 10, "demo": false
    }))
    .unwrap();
    store
        .write(WriteClass::Decision, move |tx| {
            settings::set(tx, profile::SETTING, &profile)?;
            tx.audit(AuditDraft {
                at: start(),
                actor: "founder".into(),
                action: "company.create".into(),
                subject: "company".into(),
                detail: json!({}),
            })?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
    store.close().unwrap();
}

/// The payment file of a delivery class.
pub fn payment_file(folder: &Path, delivery: Delivery) -> FileRail {
    FileRail::open_as(&folder.join("outgoing").join(delivery.as_str()), delivery).unwrap()
}

/// Everything that the payment file of a delivery class accepted.
pub fn accepted(folder: &Path, delivery: Delivery) -> Vec<Record> {
    payment_file(folder, delivery).records().unwrap()
}

/// One life of the process.
pub struct World {
    pub books: Books,
    pub dispatcher: Dispatcher,
    folder: PathBuf,
    clock: Arc<ManualClock>,
}

impl World {
    /// Opens the company in its folder. Time goes on where the last life left it.
    pub fn open(folder: &Path) -> World {
        let clock = Arc::new(ManualClock::at(read_clock(folder) + Duration::seconds(1)));
        let ids = Ids::random();
        let books = Books {
            store: Store::open(&folder.join(STORE_FILE), &key(), Options::new(clock.now())).unwrap(),
            process: ids.next(clock.now()).into(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: Arc::new(ids),
            folder: folder.to_owned(),
            request: None,
        };
        let rails =
            Delivery::ALL.map(|(delivery, _)| Arc::new(Shaky::new(folder, delivery)) as Arc<dyn Rail>);
        let dispatcher = Dispatcher::new(books.clone(), rails.into());
        World { books, dispatcher, folder: folder.to_owned(), clock }
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
