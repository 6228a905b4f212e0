//! Who owns a data folder, and how everybody else talks to the owner.
//!
//! One process owns a folder: it holds a kernel lock on `purser.lock` (which dies with the process,
//! unlike a pid file) and is the only one that opens the store. It may [`serve`] a local socket; every
//! other process of the same user sends its requests there. [`acquire_or_connect`] is the one door:
//! it gives the lock or a connection, whichever is to be had, also while an owner comes or goes.
//!
//! Everything here blocks: keep it off an async runtime's worker threads.

mod client;
mod conversation;
mod error;
mod folder;
mod lock;
mod seat;
mod server;
mod socket;
mod wire;

pub use client::Connection;
pub use error::HostError;
pub use folder::{default_folder, demo_folder};
pub use lock::{FolderLock, LOCK_FILE};
pub use seat::{Seat, acquire_or_connect, acquire_or_connect_within};
pub use server::{Exchange, Handler, ServerHandle, serve};
pub use socket::SOCKET_FILE;
pub use wire::{ApiErrorWire, Call, PROTOCOL, Reply};

/// The version that both ends of the socket must share.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

#[cfg(test)]
mod tests;
