//! Lists the migration files, so that adding a migration means adding one file.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets the manifest folder"))
        .join("../../../migrations");
    println!("cargo:rerun-if-changed={}", folder.display());
    println!("cargo:rerun-if-changed=build.rs");

    let mut listed = String::from("&[\n");
    for (position, file) in migration_files(&folder).iter().enumerate() {
        println!("cargo:rerun-if-changed={}", file.display());
        let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let version = version_of(stem);
        assert!(
            version == position + 1,
            "migrations/{stem}.sql should have the number {:04}: the numbers run without gaps",
            position + 1
        );
        writeln!(listed, "    ({version}, {stem:?}, include_str!({:?})),", file.display().to_string())
            .expect("writing to a string cannot fail");
    }
    listed.push(']');

    let target = Path::new(&env::var("OUT_DIR").expect("cargo sets the output folder")).join("migrations.rs");
    fs::write(&target, listed).expect("the output folder can be written");
}

fn migration_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap_or_else(|cause| panic!("the folder {} cannot be read: {cause}", folder.display()))
        .map(|entry| entry.expect("the migrations folder can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .map(|path| path.canonicalize().expect("a listed migration exists"))
        .collect();
    files.sort();
    files
}

/// The number in `NNNN_name`, or a build failure that names the file.
fn version_of(stem: &str) -> usize {
    let well_named = stem.len() > 5
        && stem.as_bytes()[..4].iter().all(u8::is_ascii_digit)
        && stem.as_bytes()[4] == b'_'
        && stem[5..].chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    assert!(well_named, "migrations/{stem}.sql should be named NNNN_name.sql in lower case");
    stem[..4].parse().expect("four digits are a number")
}
