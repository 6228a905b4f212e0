//! Three days of jobs: statements from a watched folder, matching, reports, backups that fail at first. Each life
//! goes on where the clock of the last one stood.

use std::path::Path;
use std::sync::Arc;

use chrono::Duration;
use purser_engine::api::{Caller, Kind, call};
use purser_engine::clock::{Clock, Ids};
use purser_engine::program::Program;
use serde_json::{Value, json};

use crate::say;
use crate::time::Time;
use crate::world::{PASSPHRASE, start};

/// Hours of the days.
const HOURS: i64 = 72;
/// Until then a file stands where the backups' folder should be.
const BLOCKED_HOURS: i64 = 40;

/// One life of the days.
pub fn live(folder: &Path) {
    let time = Time::open(folder);
    let clock = Arc::clone(&time.clock) as Arc<dyn Clock>;
    let passphrase = Some(PASSPHRASE.to_owned().into());
    let program = Program::start(folder, clock, Arc::new(Ids::random()), passphrase).unwrap();
    let watched = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/demo").canonicalize().unwrap();
    act(&program, "watched_folder_save", json!({ "folder": watched, "account": "Mercury" }));
    let hours = || (time.clock.now() - start()).num_hours();
    while hours() < HOURS {
        block(folder, hours() < BLOCKED_HOURS);
        for step in program.scheduler().unwrap().step().unwrap() {
            say("run", &format!("{} {:?}", step.job, step.state));
        }
        time.advance(Duration::minutes(20).num_seconds());
    }
    block(folder, false);
    program.scheduler().unwrap().step().unwrap();
    for _ in 0..4 {
        // What was put back or waits for another attempt comes to its end.
        time.advance(Duration::minutes(30).num_seconds());
        program.scheduler().unwrap().step().unwrap();
    }
    program.close().unwrap();
}

/// A file where the backups should be, or the way free.
fn block(folder: &Path, blocked: bool) {
    let path = folder.join("backups");
    if blocked && !path.exists() {
        std::fs::write(&path, "in the way").unwrap();
    }
    if !blocked && path.is_file() {
        std::fs::remove_file(&path).unwrap();
    }
}

fn act(program: &Program, name: &str, input: Value) {
    let caller = Caller {
        program,
        actor: "founder".to_owned(),
        progress: Arc::new(|_| {}),
        cancelled: Arc::default(),
        request: None,
        key: None,
    };
    call(caller, Kind::Command, name, input).unwrap_or_else(|error| panic!("{name}: {error}"));
}
