//! The store's behaviours, one sentence-named test each.

#![allow(clippy::unwrap_used)]

mod opening;
mod toy;
