//! A display, a session bus and a home of their own for whatever needs a window; gone when it ends.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::company::{PASSPHRASE, scratch};

/// The word with which this program starts itself inside the session.
pub const INSIDE: &str = "inside-session";
/// Longer than any measurement takes, in seconds.
const SECONDS: &str = "240";

/// A program of the same build, or the sentence that says how to get it.
pub fn built(name: &str) -> Result<PathBuf, String> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().map(Path::to_owned).unwrap_or_default();
    let path = target.join("release").join(name);
    if path.exists() { Ok(path) } else { Err(format!("{name} is not built: run `make bench`")) }
}

/// Runs a measurement inside a session and gives what it printed as JSON.
pub fn run(what: &str) -> Result<Value, String> {
    let home = scratch();
    for folder in ["config", "data", "cache", "runtime"] {
        std::fs::create_dir(home.path().join(folder)).unwrap();
    }
    private(&home.path().join("runtime"));
    let output = Command::new("timeout")
        .args(["--kill-after=5", SECONDS, "xvfb-run", "-a", "-s", "-screen 0 1600x1000x24 -nolisten tcp"])
        .args(["dbus-run-session", "--"])
        .arg(std::env::current_exe().unwrap())
        .args([INSIDE, what])
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env("HOME", home.path())
        .env("XDG_CONFIG_HOME", home.path().join("config"))
        .env("XDG_DATA_HOME", home.path().join("data"))
        .env("XDG_CACHE_HOME", home.path().join("cache"))
        .env("XDG_RUNTIME_DIR", home.path().join("runtime"))
        .env("PURSER_PASSPHRASE", PASSPHRASE)
        .envs([("GDK_BACKEND", "x11"), ("LIBGL_ALWAYS_SOFTWARE", "1"), ("LC_ALL", "C.UTF-8")])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("the session did not start: {error}. Run scripts/setup bench"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let answer = said.lines().rev().find_map(|line| serde_json::from_str(line).ok());
    answer.ok_or_else(|| format!("the session ended with {} and no figures", output.status))
}

fn private(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).unwrap();
}

/// The measurement itself, on the session's display.
pub fn inside(what: &str) {
    let mut manager = quiet(Command::new("openbox")).spawn().unwrap();
    let figures = match what {
        "start" => crate::start::inside(),
        "idle" => crate::idle::inside(),
        _ => panic!("{what} is measured outside of a session"),
    };
    println!("{figures}");
    end(&mut manager);
}

/// A program whose own words do not matter.
pub fn quiet(mut command: Command) -> Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Ends a program that was started here. What it had not written is in the write-ahead log.
pub fn end(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}
