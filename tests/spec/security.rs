//! The locked screen, and secrets that must stand nowhere.

use chrono::Duration;
use purser_engine::api::{Kind, METHODS};
use serde_json::json;

use crate::refunds::{approve, proposed, shown};
use crate::world::{PASSPHRASE, World, text};

#[test]
fn a_locked_screen_answers_nothing_but_how_to_unlock_it() {
    let (world, _) = proposed();
    world.ok("lock", json!({}));
    for (name, kind) in METHODS {
        if ["host_state", "lock", "unlock", "unlock_with_recovery_code"].contains(name) {
            continue;
        }
        let error = world.call_as(*kind, None, name, json!({})).unwrap_err();
        assert_eq!((error.code.as_str(), error.exit), ("locked", 3), "{name}: {error}");
    }
    let state = world.ok("host_state", json!({}));
    assert_eq!(state["state"], "needs_passphrase", "{state}");
    assert!(!state.to_string().contains("Northbeam"), "not even the company's name: {state}");
    assert_eq!(world.call("unlock", json!({"secret": "wrong"})).unwrap_err().exit, 3);
    assert_eq!(world.ok("host_state", json!({}))["state"], "needs_passphrase");
    world.ok("unlock", json!({"secret": PASSPHRASE}));
    assert_eq!(text(&world.ok("status", json!({}))["company"]), "Northbeam Analytics");
    let said = world.ok("audit_index", json!({"text": "security."}));
    assert_eq!(said["keys"].as_array().map(Vec::len), Some(2), "{said}");
}

#[test]
fn an_approval_in_its_window_dies_when_the_screen_is_locked_and_a_released_one_leaves() {
    let (world, batch) = proposed();
    approve(&world, &batch);
    world.ok("lock", json!({}));
    world.advance(Duration::minutes(5));
    world.step();
    assert_eq!(world.sent(), 0, "it could not be taken back, so it must not leave");
    world.ok("unlock", json!({"secret": PASSPHRASE}));
    world.step();
    let now = shown(&world, &batch);
    assert_eq!((world.sent(), &now["state"]), (0, &json!("proposed")), "{now}");
    assert!(now.to_string().contains("Purser was locked before the payment left"), "{now}");

    world.ok("pause_all", json!({}));
    approve(&world, &batch);
    world.advance(Duration::seconds(11));
    world.step();
    world.call_as(Kind::Release, None, "resume_all", json!({})).unwrap();
    world.ok("lock", json!({}));
    world.step();
    assert_eq!(world.sent(), 1, "what was released before goes on");
    world.ok("unlock", json!({"secret": PASSPHRASE}));
    assert_eq!(shown(&world, &batch)["state"], "sent");
}

#[test]
fn the_window_locks_itself_when_nobody_is_there() {
    let world = World::owing();
    let locked = || world.call("status", json!({})).is_err_and(|error| error.code == "locked");
    world.advance(Duration::hours(5));
    assert!(!locked(), "without a window nothing locks itself");
    world.program().watch_for_idleness();
    world.advance(Duration::minutes(9));
    world.ok("touch", json!({}));
    world.advance(Duration::minutes(9));
    assert!(!locked());
    world.advance(Duration::minutes(1));
    assert!(locked(), "queries come by themselves and keep nothing open");
    world.ok("unlock", json!({"secret": PASSPHRASE}));

    world.ok("security_save", json!({"lock_after_minutes": null}));
    world.advance(Duration::days(3));
    assert!(!locked());
    world.ok("security_save", json!({"lock_after_minutes": 2}));
    assert_eq!(world.ok("security", json!({}))["lock_after_minutes"], 2);
    world.advance(-Duration::days(1));
    assert!(!locked(), "a clock that was set back is nobody's absence");
    world.advance(Duration::minutes(2));
    assert!(world.program().lock_if_idle());
    assert!(locked());
    world.ok("unlock", json!({"secret": PASSPHRASE}));
    for bad in [0, 1441] {
        assert_eq!(world.code("security_save", json!({"lock_after_minutes": bad})), "lock_after");
    }
}

#[test]
fn the_setting_is_there_after_a_restart_and_a_restart_asks_for_the_vaults_passphrase_only() {
    let mut world = World::owing();
    world.ok("security_save", json!({"lock_after_minutes": 1}));
    world.ok("lock", json!({}));
    world.restart();
    world.program().watch_for_idleness();
    assert!(world.call("status", json!({})).is_ok());
    world.advance(Duration::minutes(1));
    assert!(world.program().lock_if_idle());
    world.ok("unlock", json!({"secret": PASSPHRASE}));
}

#[test]
fn books_whose_vault_file_was_deleted_say_so_and_open_with_the_code() {
    let place = tempfile::tempdir().unwrap();
    let mut world = World::in_folder(place);
    let code = world.recovery_code.clone();
    world.stop();
    std::fs::remove_file(world.folder().join("vault.json")).unwrap();
    world.start_again();
    let state = world.ok("host_state", json!({}));
    assert_eq!(state["state"], "needs_recovery_code", "{state}");
    let message = text(&state["message"]);
    assert!(
        message.contains("there is no vault.json in it") && message.contains("recovery code"),
        "{message}"
    );
    assert!(world.call("unlock_with_recovery_code", json!({"secret": "AAAA"})).is_err());
    world.ok("unlock_with_recovery_code", json!({"secret": code}));
    world.restart();
    assert_eq!(world.ok("host_state", json!({}))["state"], "open", "the passphrase locks a new vault file");
    world.ok("today", json!({}));
}

#[cfg(unix)]
#[test]
fn what_purser_writes_for_the_founder_is_for_nobody_else() {
    use std::os::unix::fs::PermissionsExt;
    let mut world = World::owing();
    world.ok("payment_record", crate::world::payment("cus_alder", "10.00", "cash"));
    let papers = world.folder().join("papers");
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&papers), 0o700);
    for paper in std::fs::read_dir(&papers).unwrap() {
        assert_eq!(mode(&paper.unwrap().path()), 0o600);
    }
    std::fs::set_permissions(&papers, std::fs::Permissions::from_mode(0o755)).unwrap();
    world.restart();
    assert_eq!(mode(&papers), 0o700, "an older folder is closed too");
    world.ok("today", json!({}));
}
