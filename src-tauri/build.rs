//! Lists the commands that a webview may be allowed to call, and embeds the built UI.

use std::path::Path;

/// Every command of `src/commands.rs` and `src/paths.rs`. A capability grants each by name; what it does not name is refused.
const COMMANDS: &[&str] = &[
    "query",
    "command",
    "release",
    "open_confirm",
    "close_window",
    "autostart",
    "autostart_set",
    "pick_file",
    "pick_save",
    "pick_folder",
    "open_path",
    "reveal_path",
];

fn main() {
    println!("cargo:rerun-if-changed=../ui/dist");
    assert!(
        Path::new("../ui/dist/index.html").exists(),
        "ui/dist is missing, and the window carries it: run `make ui/dist/index.html` first"
    );
    let attributes =
        tauri_build::Attributes::new().app_manifest(tauri_build::AppManifest::new().commands(COMMANDS));
    if let Err(error) = tauri_build::try_build(attributes) {
        panic!("{error:#}");
    }
}
