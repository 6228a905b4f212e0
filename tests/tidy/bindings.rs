//! The UI's types are generated from the engine's: they must be those of today.

use crate::repository::root;
use std::process::Command;

const GENERATED: &str = "ui/src/api/bindings.ts";
const GENERATOR: &str = "src-tauri/crates/engine/examples/bindings.rs";

#[test]
fn the_generated_bindings_are_fresh() {
    if !root().join(GENERATOR).exists() {
        println!("skipped: {GENERATOR} is not written yet");
        return;
    }
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "-p", "purser-engine", "--example", "bindings"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "the generator failed:\n{}", String::from_utf8_lossy(&output.stderr));
    let wanted = String::from_utf8(output.stdout).expect("the generator prints UTF-8");
    let found = std::fs::read_to_string(root().join(GENERATED)).expect("the bindings are committed");
    let stale = wanted.lines().zip(found.lines()).position(|(new, old)| new != old);
    assert!(
        wanted == found,
        "{GENERATED} is stale from line {:?}: run `make bindings`",
        stale.map(|line| line + 1)
    );
}
