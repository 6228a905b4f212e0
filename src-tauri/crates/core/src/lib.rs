//! The pure heart of Purser: money, the ledger, open items, matching, approvals.
//!
//! Nothing in here reads a file, a clock or the network, and no provider is named:
//! times, ids and randomness are arguments, changes are returned as values that the
//! caller persists.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::float_arithmetic))]

pub mod account;
pub mod allocation;
pub mod approval;
pub mod attention;
pub mod booking;
pub mod currency;
pub mod deferral;
pub mod entry;
pub mod fact;
pub mod invoice;
pub mod item;
pub mod matching;
pub mod metrics;
pub mod money;
pub mod outbox;
pub mod rate;
pub mod schedule;
pub mod text;

pub use account::Account;
pub use currency::Currency;
pub use entry::{Entry, EntryDraft, Posting};
pub use item::{Item, ItemKind};
pub use money::Money;
pub use rate::Rate;
