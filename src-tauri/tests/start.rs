//! The window's program before there is a window.
#![allow(clippy::unwrap_used)]

use std::process::Command;

fn desktop() -> Command {
    let mut desktop = Command::new(env!("CARGO_BIN_EXE_purser-desktop"));
    // No display: whatever gets past the arguments fails instead of opening a window on somebody's screen.
    desktop.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("DBUS_SESSION_BUS_ADDRESS");
    desktop
}

#[test]
fn an_unknown_argument_is_wrong_usage_and_is_named() {
    let output = desktop().arg("--dmeo").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("--dmeo") && said.contains("--data"), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_screen_it_fails_and_touches_no_data_folder() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("books");
    let output = desktop().arg("--data").arg(&folder).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("no screen") && said.contains("purser --help"), "{said}");
    assert!(!folder.exists(), "nothing may be made before the window can be shown");
}
