//! The scheduler on a clock that stands until it is moved.

mod clocks;
mod desk;
mod endings;
mod founder;
mod list;
mod sleeping;
mod threads;
