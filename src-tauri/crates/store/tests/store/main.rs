//! The store's behaviours, one sentence-named test each.

#![allow(clippy::unwrap_used)]

mod auditing;

mod backups;
mod checking;
mod damaged_pages;
mod diary;
mod disk_full;
mod durability;
mod folders;
mod grouping;
mod journal;
mod migrating;
mod opening;
mod reading;
mod restoring;
mod toy;
mod tracing_statements;
mod verifying;
mod writing;
