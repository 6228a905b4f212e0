//! The whole engine through its application interface: what a founder does, and what must hold after it.

#![allow(clippy::unwrap_used)]

mod canaries;
mod card_refunds;
mod changed_after;
mod chat;
mod collection;
mod command_line;
mod connections;
mod exchange;
mod handover;
mod imports;
mod jobs;
mod listener;
mod mail;
mod mail_peer;
mod matching;
mod payments;
mod plans;
#[allow(dead_code, reason = "each test binary uses its part")]
#[path = "../common/post_box.rs"]
mod post_box;
mod proofs;
mod providers;
mod refunds;
mod revenue;
mod security;
mod settled;
#[allow(dead_code, reason = "each test binary uses its part")]
#[path = "../common/smtp.rs"]
mod smtp;
mod stripe;
mod tables;
mod teller;
mod time;
mod told_again;
mod told_late;
mod unreadable;
mod world;
mod write_offs;
