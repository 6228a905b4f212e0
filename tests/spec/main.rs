//! The whole engine through its application interface: what a founder does, and what must hold after it.

#![allow(clippy::unwrap_used)]

mod command_line;
mod imports;
mod matching;
mod payments;
mod plans;
mod refunds;
mod tables;
mod time;
mod world;
