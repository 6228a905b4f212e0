//! The rules of the code base that a program can check: which crate may use which, what a crate must never
//! contain, how long a file may get. Each rule's message says why it exists.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod arrows;
mod bindings;
mod connecting;
mod files;
mod licences;
mod repository;
mod runbook;
mod rust_source;
mod words;
