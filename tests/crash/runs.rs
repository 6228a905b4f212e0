//! Runs: a life that is killed, the lives after it, and the judgement.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use purser_engine::profile::{self, Profile};
use purser_store::tables::settings;
use purser_store::{AuditDraft, Options, Store, StoreError, WriteClass};
use serde_json::json;

use crate::judge::judge;
use crate::world::{STORE_FILE, key, start};

/// A life that takes longer hangs.
const LIFE_MAX: Duration = Duration::from_secs(120);

/// How a life ends.
#[derive(Debug, Clone)]
pub enum End {
    /// By itself.
    Finished,
    /// At the nth time a named point is reached.
    Point(String, u32),
    /// In the middle of the nth line of a rail's file.
    Torn(&'static str, u32),
    /// By a signal after this time.
    After(Duration),
}

/// What a run showed.
pub struct Run {
    /// Whether the first life was really killed.
    pub killed: bool,
    /// What was wrong afterwards.
    pub faults: Vec<String>,
}

/// What the lives do, how their company is made, and who judges what is left of it.
pub struct Work {
    /// The child's word for it.
    pub name: &'static str,
    /// Makes the company.
    pub prepare: fn(&Path),
    /// Makes what lies outside of one run's copy of it, and outlives its lives.
    pub begin: fn(&Path),
    /// Finds what is wrong with it, given what was acknowledged.
    pub judge: fn(&Path, &[String]) -> Vec<String>,
    /// The company as it was made, to be copied: that is quicker than making it.
    pub template: OnceLock<tempfile::TempDir>,
}

/// The plan of payments.
pub static PLAN: Work = Work { name: "plan", prepare, begin: alone, judge, template: OnceLock::new() };

/// Nothing lies outside of the copy.
pub fn alone(_folder: &Path) {}

impl Work {
    /// A fresh copy of the company, and what lies outside of it.
    fn fresh(&self) -> tempfile::TempDir {
        let template = self.template.get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            (self.prepare)(folder.path());
            folder
        });
        let folder = tempfile::tempdir().unwrap();
        copy(template.path(), folder.path());
        (self.begin)(folder.path());
        folder
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let (entry, target) = (entry.as_ref().unwrap().path(), to.join(entry.as_ref().unwrap().file_name()));
        if entry.is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy(&entry, &target);
        } else {
            std::fs::copy(&entry, &target).unwrap();
        }
    }
}

/// Makes the company, and closes it.
pub fn prepare(folder: &Path) {
    let store = Store::create(&folder.join(STORE_FILE), &key(), Options::new(start())).unwrap();
    let profile: Profile = serde_json::from_value(json!({
        "name": "Northbeam Analytics", "address": "", "tax_id": "", "email": "", "currency": "USD",
        "books_start": "2026-01-01", "zone": "UTC", "invoice_prefix": "NB", "terms_days": 30,
        "undo_seconds": 10, "demo": false
    }))
    .unwrap();
    store
        .write(WriteClass::Decision, move |tx| {
            settings::set(tx, profile::SETTING, &profile)?;
            tx.audit(AuditDraft {
                at: start(),
                actor: "founder".into(),
                action: "company.create".into(),
                subject: "company".into(),
                detail: json!({}),
            })?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
    store.close().unwrap();
}

/// Lives in a fresh folder: each of `ends` in turn, then one that may finish; then judges.
pub fn run(work: &Work, ends: &[End], bug: Option<&str>) -> Run {
    let folder = work.fresh();
    let mut acknowledged = Vec::new();
    let mut killed = false;
    for end in ends {
        let (status, said) = live(work, folder.path(), end, bug, None);
        killed |= !status.success();
        acknowledged.extend(said);
    }
    let (status, said) = live(work, folder.path(), &End::Finished, bug, None);
    acknowledged.extend(said);
    let mut faults = (work.judge)(folder.path(), &acknowledged);
    if !status.success() || acknowledged.last().is_none_or(|line| line.trim() != "done") {
        faults.push(format!("the last life did not finish: {status} {}", complained(folder.path())));
    }
    Run { killed, faults }
}

/// How often each point is reached in a life that nobody kills after one that was, and how long a life takes.
pub fn reference(work: &Work) -> (BTreeMap<String, u32>, Duration) {
    let folder = work.fresh();
    let trace = folder.path().join("trace");
    let begun = Instant::now();
    let (status, _) = live(work, folder.path(), &End::Finished, None, Some(&trace));
    let took = begun.elapsed();
    assert!(
        status.success(),
        "the work does not finish even when nobody kills it: {}",
        complained(folder.path())
    );
    assert_eq!(
        (work.judge)(folder.path(), &[]),
        Vec::<String>::new(),
        "the judge sees faults where nobody was killed"
    );
    let mut times = BTreeMap::new();
    for point in std::fs::read_to_string(trace).unwrap().lines() {
        *times.entry(point.to_owned()).or_insert(0) += 1;
    }
    (times, took)
}

fn live(
    work: &Work,
    folder: &Path,
    end: &End,
    bug: Option<&str>,
    trace: Option<&PathBuf>,
) -> (ExitStatus, Vec<String>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_purser-crash-child"));
    command.arg(work.name).arg(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(complaints(folder));
    for name in ["PURSER_CRASH_POINT", "PURSER_CRASH_TRACE", "PURSER_PLANTED_BUG", "PURSER_TEAR"] {
        command.env_remove(name);
    }
    match end {
        End::Point(name, time) => command.env("PURSER_CRASH_POINT", format!("{name}:{time}")),
        End::Torn(rail, time) => command.env("PURSER_TEAR", format!("{rail}:{time}")),
        End::Finished | End::After(_) => &mut command,
    };
    if let Some(bug) = bug {
        command.env("PURSER_PLANTED_BUG", bug);
    }
    if let Some(trace) = trace {
        command.env("PURSER_CRASH_TRACE", trace);
    }
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let reader = std::thread::spawn(move || lines.map_while(Result::ok).collect::<Vec<String>>());
    let status = wait(&mut child, end);
    (status, reader.join().unwrap())
}

/// Where the lives in a folder complain.
fn complaints(folder: &Path) -> std::fs::File {
    std::fs::File::options().append(true).create(true).open(folder.join("complaints")).unwrap()
}

fn complained(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("complaints")).unwrap_or_default()
}

fn wait(child: &mut Child, end: &End) -> ExitStatus {
    let begun = Instant::now();
    let kill_at = if let End::After(time) = end { *time } else { LIFE_MAX };
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        let left = kill_at.saturating_sub(begun.elapsed());
        if left.is_zero() {
            // SIGKILL: nothing of the process runs any more.
            child.kill().unwrap();
            return child.wait().unwrap();
        }
        std::thread::sleep(left.min(Duration::from_millis(2)));
    }
}
