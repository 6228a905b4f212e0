//! Parsing and rendering of statement files, receipts and accounting exports.
//!
//! Bytes in, values out; values in, bytes out. Nothing in here opens a socket, runs SQL or
//! reads the clock, and nothing decides what a paper says or when it is sent: the callers do.
//! The only files that are read are the fonts in the folders that [`paper::Fonts`] is given.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::float_arithmetic))]

pub mod decode;
pub mod export;
pub mod mail;
pub mod paper;
pub mod picture;
pub mod sheet;
pub mod statement;
pub mod tables;
pub mod text;
pub mod torture;
