//! `purser`, the headless front end.
fn main() {}
