//! Every verb of Purser: ingest, decisions, the outbox and the application interface.
#![cfg_attr(test, allow(clippy::unwrap_used))]

#[macro_use]
pub mod crash;

pub mod api;
pub mod approvals;
pub mod books;
pub mod clock;
pub mod connections;
mod deferred;
mod demo;
pub mod error;
mod handover;
pub mod host;
pub mod ingest;
pub mod jobs;
mod listener;
pub mod outbox;
pub mod profile;
pub mod program;
pub mod proof;
mod screen_lock;
mod settled;
pub mod vault;
mod verbs;
