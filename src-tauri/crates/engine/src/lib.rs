//! Every verb of Purser: ingest, decisions, the outbox and the application interface.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod api;
pub mod vault;
