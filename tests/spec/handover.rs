//! A folder changes its owner: cleanly, one at a time, and never under a payment that can still be taken back.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::command_line::{Desk, binary};
use crate::refunds::{approve, proposed};

#[test]
fn the_owner_refuses_inside_an_undo_window_and_decides_nothing_once_it_leaves() {
    let (mut world, batch) = proposed();
    approve(&world, &batch);
    let refused = world.refused("handover", json!({}));
    assert_eq!(refused.code, "undo_window");
    assert!(refused.message.contains("can be taken back for 11 more seconds"), "{refused}");
    assert!(!world.program().is_leaving());
    world.ok("pause_all", json!({}));
    world.advance(chrono::Duration::seconds(11));
    world.step();
    world.ok("handover", json!({}));
    assert!(world.program().is_leaving());
    assert_eq!(world.code("handover", json!({})), "handing_over");
    assert_eq!(world.code("security_save", json!({"lock_after_minutes": 5})), "handing_over");
    assert_eq!(world.ok("status", json!({}))["company"], "Northbeam Analytics", "reading goes on");
    world.restart();
    world.ok("today", json!({}));
}

/// Waits until a process has ended by itself.
fn ended(child: &mut Child, within: Duration) -> Option<std::process::ExitStatus> {
    let begun = Instant::now();
    while begun.elapsed() < within {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    None
}

#[test]
fn an_owner_that_is_asked_ends_and_of_two_that_want_the_folder_one_gets_it() {
    let Some(binary) = binary() else {
        println!("skipped: the program `purser` is not built beside the tests");
        return;
    };
    let mut desk = Desk::new(&binary);
    assert!(desk.run(&["init", "--company", "Fathom", "--books-start", "2026-01-01"]).status.success());
    let free = desk.run(&["--json", "handover"]);
    assert_eq!(String::from_utf8_lossy(&free.stdout).trim(), r#"{"ended":false}"#);
    desk.own();
    let asked = desk.run(&["--json", "handover"]);
    assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
    assert_eq!(String::from_utf8_lossy(&asked.stdout).trim(), r#"{"ended":true}"#);
    let mut former = desk.take_owner();
    assert!(ended(&mut former, Duration::from_secs(10)).expect("it ended").success(), "cleanly");

    desk.own();
    let mut former = desk.take_owner();
    let race = || {
        let mut run = desk.command(&["run", "--take-over", "--for", "5m"]);
        run.stderr(Stdio::null()).spawn().unwrap()
    };
    let mut racers = [race(), race()];
    assert!(ended(&mut former, Duration::from_secs(60)).expect("it was asked to end").success());
    let begun = Instant::now();
    // One of them ends: it was refused, or it had the folder and was asked for it by the other.
    let alive = |racers: &mut [Child; 2]| {
        let running: Vec<bool> = racers.iter_mut().map(|racer| racer.try_wait().unwrap().is_none()).collect();
        running.iter().filter(|runs| **runs).count()
    };
    while alive(&mut racers) != 1 {
        assert!(begun.elapsed() < Duration::from_secs(90), "both still run, or neither");
        std::thread::sleep(Duration::from_millis(50));
    }
    let verified = desk.run(&["verify"]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    let owners = alive(&mut racers);
    for racer in &mut racers {
        let _ = racer.kill();
        racer.wait().unwrap();
    }
    assert_eq!(owners, 1, "exactly one owns the folder");
    assert!(desk.run(&["verify"]).status.success());
}
