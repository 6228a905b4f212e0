//! The keychain itself, against a real one that another program reads.
//!
//! The tests that need a session run this binary again: once without any bus, and once inside
//! `dbus-run-session` with an unlocked `gnome-keyring-daemon`, where `secret-tool` and Python's `keyring`
//! are the outside readers. `tests/peers/keychain.sh` runs the same and fails where a tool is missing.

use std::process::{Command, Output};

use super::*;

const SCOPE: &str = "purser-test";

/// Runs one of the ignored tests below in another environment.
fn run_inside(mut command: Command, test: &str) -> Output {
    let binary = std::env::current_exe().unwrap();
    command
        .env("PURSER_TEST_BINARY", binary)
        .env("PURSER_TEST_NAME", format!("vault::tests::keychain::{test}"));
    command.output().unwrap()
}

/// Inside the other environment: the shell line that runs exactly one ignored test.
const RUN_TEST: &str = r#""$PURSER_TEST_BINARY" --exact "$PURSER_TEST_NAME" --ignored --nocapture"#;

fn assert_one_test_passed(output: &Output) {
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[cfg(target_os = "linux")]
fn session_tools_are_here() -> bool {
    let found = |tool: &str| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder| folder.join(tool).is_file())
    };
    let missing: Vec<_> = ["dbus-run-session", "gnome-keyring-daemon", "secret-tool"]
        .into_iter()
        .filter(|tool| !found(tool))
        .collect();
    if !missing.is_empty() {
        assert!(std::env::var_os("PURSER_PEERS_REQUIRED").is_none(), "{} not installed", missing.join(", "));
        println!("skipped: {} not installed", missing.join(", "));
    }
    missing.is_empty()
}

/// A session of its own, whose keyring files land in a folder that goes away.
#[cfg(target_os = "linux")]
fn session(home: &std::path::Path, script: &str) -> Command {
    let mut command = Command::new("dbus-run-session");
    command.args(["--", "bash", "-c", script]);
    command.env("HOME", home).env("XDG_RUNTIME_DIR", home).env("XDG_DATA_HOME", home.join("data"));
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("GNOME_KEYRING_CONTROL");
    command
}

#[cfg(target_os = "linux")]
const UNLOCK: &str = "printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null";

#[test]
#[cfg(target_os = "linux")]
fn the_keychain_vault_keeps_what_an_outside_tool_reads() {
    if !session_tools_are_here() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let script = format!("{UNLOCK}; {RUN_TEST}");
    assert_one_test_passed(&run_inside(session(home.path(), &script), "inside_an_unlocked_session"));
}

#[test]
#[ignore = "run by another test inside a session with an unlocked keyring"]
#[cfg(target_os = "linux")]
fn inside_an_unlocked_session() {
    let vault = KeychainVault::new(SCOPE).unwrap();
    check_a_vault_keeps_replaces_and_forgets(&vault);
    check_a_provider_s_secret_is_given_out_for_one_address_only(&vault);
    assert_eq!(vault.kind(), VaultKind::Keychain);

    vault.set("stripe/read-key", &secret("rk_live_canary")).unwrap();
    let account = format!("{SCOPE}/stripe/read-key");
    let lookup = |account: &str| {
        let read = Command::new("secret-tool")
            .args(["lookup", "service", KEYCHAIN_SERVICE, "username", account])
            .output()
            .unwrap();
        String::from_utf8(read.stdout).unwrap()
    };
    assert_eq!(lookup(&account), "rk_live_canary", "secret-tool reads what the vault wrote");
    assert_eq!(lookup("other-scope/stripe/read-key"), "", "scopes are apart");
    let other = KeychainVault::new("other-scope").unwrap();
    assert_eq!(held(&other, "stripe/read-key"), None, "another folder sees nothing");
    check_python_keyring_reads_and_writes_the_same(&vault);
    vault.delete("stripe/read-key").unwrap();
    assert_eq!(lookup(&account), "", "secret-tool finds it gone");

    let folder = tempfile::tempdir().unwrap();
    let chosen = choose_vault(folder.path(), None).unwrap();
    assert_eq!(chosen.kind(), VaultKind::Keychain);
    let key = key_for(folder.path(), false, chosen.as_ref()).unwrap();
    let scope = folder_scope(folder.path()).unwrap();
    assert_eq!(lookup(&format!("{scope}/store-key")), hex::encode(key.as_bytes()));
    assert_eq!(key_for(folder.path(), true, chosen.as_ref()).unwrap().as_bytes(), key.as_bytes());
}

/// The interpreter of the peers' environment, where `keyring` is installed there.
#[cfg(target_os = "linux")]
fn python_with_keyring() -> Option<std::path::PathBuf> {
    let python = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../.venv/bin/python");
    let imports = Command::new(&python).args(["-c", "import keyring, secretstorage"]).output();
    if imports.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    assert!(std::env::var_os("PURSER_PEERS_REQUIRED").is_none(), "Python's keyring is not installed");
    println!("skipped: Python's keyring is not installed");
    None
}

#[cfg(target_os = "linux")]
fn check_python_keyring_reads_and_writes_the_same(vault: &KeychainVault) {
    let Some(python) = python_with_keyring() else { return };
    let run = |code: &str| {
        let prelude =
            "import keyring; from keyring.backends import SecretService; ring = SecretService.Keyring(); ";
        let output = Command::new(&python).args(["-c", &format!("{prelude}{code}")]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let read = run(&format!("print(ring.get_password('purser', '{SCOPE}/stripe/read-key'), end='')"));
    assert_eq!(read, "rk_live_canary", "Python's keyring reads what the vault wrote");
    run(&format!("ring.set_password('purser', '{SCOPE}/slack/token', 'xoxb from python ü')"));
    assert_eq!(held(vault, "slack/token").as_deref(), Some("xoxb from python ü"), "and the other way round");
    vault.set("slack/token", &secret("xoxb again")).unwrap();
    let read = run(&format!("print(ring.get_password('purser', '{SCOPE}/slack/token'), end='')"));
    assert_eq!(read, "xoxb again", "one entry, not two");
}

#[test]
#[cfg(target_os = "linux")]
fn a_locked_keychain_that_nobody_unlocks_is_a_clear_error() {
    if !session_tools_are_here() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    // The first session makes the keyring and ends; the second starts the daemon without its password.
    let make =
        format!("{UNLOCK}; printf value | secret-tool store --label=x service purser username purser-test/x");
    assert!(session(home.path(), &make).status().unwrap().success());
    let script = format!("gnome-keyring-daemon --start --components=secrets >/dev/null; {RUN_TEST}");
    assert_one_test_passed(&run_inside(session(home.path(), &script), "inside_a_locked_session"));
}

#[test]
#[ignore = "run by another test inside a session with a locked keyring"]
#[cfg(target_os = "linux")]
fn inside_a_locked_session() {
    let started = std::time::Instant::now();
    let vault = KeychainVault::new(SCOPE).unwrap();
    for refused in [vault.get("x").map(drop), vault.set("y", &secret("value")), vault.delete("x")] {
        let locked = refused.unwrap_err();
        assert!(matches!(locked, VaultError::KeychainLocked { .. }), "{locked:?}");
        assert!(locked.to_string().contains("Unlock it"), "{locked}");
    }
    let folder = tempfile::tempdir().unwrap();
    assert!(key_for(folder.path(), false, &vault).is_err(), "no key is made while the keychain is locked");
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}

#[test]
#[cfg(target_os = "linux")]
fn a_machine_without_a_keychain_is_told_at_once_what_to_do() {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new("bash");
    command.args(["-c", RUN_TEST]);
    command.env("HOME", home.path()).env("XDG_RUNTIME_DIR", home.path());
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus").env_remove("DISPLAY");
    assert_one_test_passed(&run_inside(command, "inside_a_machine_without_a_keychain"));
}

#[test]
#[ignore = "run by another test without a session bus"]
#[cfg(target_os = "linux")]
fn inside_a_machine_without_a_keychain() {
    let started = std::time::Instant::now();
    let folder = tempfile::tempdir().unwrap();
    let none = choose_vault(folder.path(), None).err().unwrap();
    assert!(matches!(none, VaultError::NoKeychain { .. }), "{none:?}");
    for words in ["PURSER_PASSPHRASE", "--passphrase-file", "secret service"] {
        assert!(none.to_string().contains(words), "{none}");
    }
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}
