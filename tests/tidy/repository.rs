//! The checkout: where it is, and which files belong to it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// A file of the checkout, with its path relative to the root, in slashes.
pub struct File {
    pub path: String,
    pub text: String,
}

/// Every text file that git tracks or would track, whatever its kind.
pub fn text_files() -> Vec<File> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git lists the files of the checkout");
    assert!(output.status.success(), "git ls-files failed: {}", String::from_utf8_lossy(&output.stderr));
    let names = String::from_utf8(output.stdout).expect("file names are UTF-8");
    let files: Vec<File> = names
        .split('\0')
        .filter(|name| !name.is_empty())
        // A file deleted but not yet committed is listed and cannot be read; pictures and fonts are not text.
        .filter_map(|name| {
            let text = std::fs::read_to_string(root().join(name)).ok()?;
            Some(File { path: name.to_owned(), text })
        })
        .collect();
    assert!(files.len() > 20, "only {} files found: the listing is broken", files.len());
    files
}

/// The Rust files below `folder`.
pub fn rust_files(folder: &str) -> Vec<File> {
    let prefix = format!("{folder}/");
    let files: Vec<File> = text_files()
        .into_iter()
        .filter(|file| file.path.starts_with(&prefix) && file.path.ends_with(".rs"))
        .collect();
    assert!(!files.is_empty(), "no Rust file below {folder}: did it move?");
    files
}
