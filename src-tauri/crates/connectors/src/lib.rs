//! Everything that talks to a third party: rails, channels and sources.
//!
//! A connector translates. It neither decides, nor books, nor stores: the outbox hands it frozen bytes and an
//! idempotency key, and it says what became of them.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod file_rail;
pub mod instruction;
pub mod provider;
pub mod rail;
pub mod slack;
pub mod smtp;

pub use file_rail::FileRail;
pub use instruction::PaymentInstruction;
pub use rail::Rail;
