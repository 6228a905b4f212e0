//! What was acknowledged survives the death of the process.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use purser_store::{Store, WriteClass};

use crate::toy::{Place, add_as, key, notes, options};

const FOLDER: &str = "PURSER_TEST_DURABILITY_STORE";

/// The child's side: writes from three threads and says so after each acknowledgement, until it is killed.
#[test]
#[ignore = "started as a child process by the test below"]
fn child_writes_until_it_is_killed() {
    let path = std::env::var_os(FOLDER).expect("the parent names the store");
    let store = Store::open(Path::new(&path), &key(), options()).unwrap();
    let base = store.sequence();
    std::thread::scope(|scope| {
        for thread in 0..3 {
            let store = &store;
            scope.spawn(move || {
                let class = if thread == 0 { WriteClass::Decision } else { WriteClass::Ingest };
                for number in 0.. {
                    let text = format!("{base}-{thread}-{number}");
                    add_as(store, class, &text).unwrap();
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "acknowledged {text}").unwrap();
                    out.flush().unwrap();
                }
            });
        }
    });
}

fn start_child(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["durability::child_writes_until_it_is_killed", "--exact", "--ignored", "--nocapture"])
        .env(FOLDER, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Kills the child after so many acknowledgements and returns all that it had sent until then.
fn run_and_kill(path: &Path, after: usize) -> Vec<String> {
    let mut child = start_child(path);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged = Vec::new();
    for line in lines.by_ref() {
        acknowledged.extend(text_of(&line.unwrap()));
        if acknowledged.len() >= after {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // The last line may be cut off by the kill; it was then not yet said.
    acknowledged.extend(lines.map_while(Result::ok).filter_map(|line| text_of(&line)));
    assert!(acknowledged.len() >= after, "the child ended by itself");
    acknowledged
}

fn text_of(line: &str) -> Option<String> {
    line.split_once("acknowledged ").map(|(_, text)| text.to_owned())
}

#[test]
fn every_acknowledged_write_survives_a_kill() {
    let place = Place::empty();
    place.create().close().unwrap();
    let mut acknowledged = Vec::new();
    for round in 0..5 {
        acknowledged.extend(run_and_kill(&place.path, 40 + 37 * round));
        let store = place.open();
        let found: std::collections::HashSet<_> = notes(&store).into_iter().collect();
        let lost: Vec<_> = acknowledged.iter().filter(|text| !found.contains(*text)).collect();
        assert!(lost.is_empty(), "round {round}: lost {lost:?}");
        assert!(store.verify().unwrap().is_clean(), "round {round}");
        store.close().unwrap();
    }
    assert!(acknowledged.len() >= 500);
}
