//! The process that is killed: one life of a company in the folder that is given.
//!
//! It does whatever of its work is not done yet and says each decision on its standard output once it was
//! acknowledged. When nothing is left to do it says `done`.
#![allow(clippy::unwrap_used)]

mod jobs;
mod life;
mod mails;
mod plan;
mod refunds;
mod time;
mod verbs;
#[path = "../world.rs"]
mod world;

use std::io::Write;
use std::path::Path;

fn main() {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [work, folder] = arguments.as_slice() else { panic!("the work, and a folder") };
    match work.to_str() {
        Some("plan") => plan::live(Path::new(folder)),
        Some("mails") => mails::live(Path::new(folder)),
        Some("refunds") => refunds::live(Path::new(folder)),
        Some("verbs") => verbs::live(Path::new(folder)),
        Some("jobs") => jobs::live(Path::new(folder)),
        other => panic!("{other:?} is no work"),
    }
    say("done", "");
}

/// Says that a decision was acknowledged.
pub fn say(what: &str, which: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{what} {which}").unwrap();
    out.flush().unwrap();
}
