//! The sandbox as its users meet it: over the wire, with a client that it does not know.
#![allow(missing_docs, clippy::unwrap_used)]

mod client;
mod contract;
mod faults;
mod journal;
mod keys;
mod lists;
mod mail;
mod orders;
mod runs;
mod second_thoughts;
mod webhooks;
mod writes;
