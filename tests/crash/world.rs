//! The plan of work that is killed again and again, and where its traces are on the disk. Each life takes the
//! plan up where the last one left it.

use std::path::Path;

use chrono::{DateTime, TimeZone, Utc};
use purser_connectors::FileRail;
use purser_connectors::file_rail::Record;
use purser_core::outbox::Delivery;
use purser_core::{Currency, Money};
use purser_store::StoreKey;

/// The store's file in its folder.
pub const STORE_FILE: &str = "books.db";

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

/// The passphrase of the company whose verbs are called: nothing in here is a secret.
pub const PASSPHRASE: &str = "correct horse battery staple";

/// US dollars.
pub fn usd(minor: i128) -> Money {
    Money::new(minor, Currency::USD)
}

/// The store's key: nothing in here is a secret.
pub fn key() -> StoreKey {
    StoreKey::from_bytes([7; 32])
}

/// When the first life begins.
pub fn start() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 17, 8, 0, 0).unwrap()
}

/// The payment file of a delivery class.
pub fn payment_file(folder: &Path, delivery: Delivery) -> FileRail {
    FileRail::open_as(&folder.join(delivery.as_str()), delivery).unwrap()
}

/// Everything that the payment file of a delivery class accepted.
pub fn accepted(folder: &Path, delivery: Delivery) -> Vec<Record> {
    payment_file(folder, delivery).records().unwrap()
}

/// What is given back of three card payments, in cents.
pub const REFUNDS: [i64; 3] = [501, 602, 703];
/// The file that names the charges, one a line.
pub const CHARGES: &str = "charges";

/// How many mails there are.
pub const MAILS: usize = 3;
/// The file that says where the mail server listens.
pub const MAIL_PORT: &str = "mail-port";

/// The key of a mail: another one in every folder, for all share one server.
pub fn mail_key(folder: &Path, number: usize) -> String {
    format!("mail:{}:{number}", folder.file_name().unwrap_or_default().to_string_lossy())
}
