//! Everything that talks to a third party: rails, channels and sources.
//!
//! A connector translates. It neither decides, nor books, nor stores: a source says what happened in neutral facts; a
//! rail gets frozen bytes and an idempotency key from the outbox, and says what became of them.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod channel;
pub mod file_rail;
pub mod instruction;
mod net;
pub mod provider;
pub mod rail;
pub mod slack;
pub mod smtp;
pub mod source;
pub mod stripe;
pub mod webhook;

pub use file_rail::FileRail;
pub use instruction::PaymentInstruction;
pub use net::install_tls;
pub use rail::Rail;
pub use source::{Observation, Polled, RateSeen, Source, SourceError, Unreadable};
