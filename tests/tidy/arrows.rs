//! Which crate may depend on which (the table in ARCHITECTURE.md).

use crate::repository::{root, text_files};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// What a crate may use of ours, and what it must never use of others'.
struct Wall {
    name: &'static str,
    ours: &'static [&'static str],
    never: &'static [&'static str],
    because: &'static str,
}

const WALLS: &[Wall] = &[
    Wall {
        name: "purser-core",
        ours: &[],
        never: &[
            "tokio",
            "async-trait",
            "futures",
            "rusqlite",
            "reqwest",
            "hyper",
            "ureq",
            "lettre",
            "tauri",
            "clap",
            "tracing",
            "getrandom",
            "rand",
            "interprocess",
            "keyring",
            "printpdf",
            "csv",
        ],
        because: "core is pure: no I/O, no async, no clock, so that whole years can be simulated and replayed",
    },
    Wall {
        name: "purser-store",
        ours: &["purser-core"],
        never: &["reqwest", "hyper", "ureq", "lettre", "tauri", "clap", "tokio"],
        because: "the store holds all SQL and nothing of the network",
    },
    Wall {
        name: "purser-documents",
        ours: &["purser-core"],
        never: &[
            "reqwest",
            "hyper",
            "ureq",
            "lettre",
            "rusqlite",
            "libsqlite3-sys",
            "refinery",
            "tauri",
            "clap",
            "tokio",
        ],
        because: "documents parse and render, and know neither where a file comes from nor where it goes",
    },
    Wall {
        name: "purser-connectors",
        ours: &["purser-core", "purser-documents"],
        never: &["rusqlite", "libsqlite3-sys", "refinery", "tauri", "clap"],
        because: "a connector translates; it neither decides, nor books, nor stores",
    },
    Wall {
        name: "purser-engine",
        ours: &["purser-core", "purser-store", "purser-documents", "purser-connectors", "purser-sandbox"],
        never: &["tauri", "clap", "indicatif", "rusqlite", "libsqlite3-sys", "refinery"],
        because: "every front end uses the same verbs, and SQL has one home",
    },
    Wall {
        name: "purser-sandbox",
        ours: &[],
        never: &["rusqlite", "tauri"],
        because: "the sandbox has its own truth: sharing code with Purser would share its mistakes",
    },
    Wall {
        name: "purser-cli",
        ours: &["purser-engine"],
        never: &["rusqlite", "reqwest", "hyper", "ureq", "lettre", "tauri"],
        because: "a front end parses arguments and prints; the engine does the work",
    },
    Wall {
        name: "purser-desktop",
        ours: &["purser-engine"],
        never: &["rusqlite", "reqwest", "hyper", "ureq", "lettre", "clap"],
        because: "a front end shows windows and forwards; the engine does the work",
    },
];

/// One line of a crate's dependency list.
struct Dependency {
    name: String,
    /// Only for its tests: may reach further in others' libraries, never across our walls.
    for_tests: bool,
}

#[test]
fn every_crate_keeps_to_its_side_of_the_walls() {
    let crates = dependencies_by_crate();
    let broken = breaches(&crates);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_crate_has_a_wall() {
    let walled: BTreeSet<&str> = WALLS.iter().map(|wall| wall.name).collect();
    for name in dependencies_by_crate().keys().filter(|name| *name != "purser-tests") {
        assert!(
            walled.contains(name.as_str()),
            "{name} is new: say in tests/tidy/arrows.rs what it may use, and why"
        );
    }
}

#[test]
fn a_planted_breach_is_seen() {
    let planted = |name: &str, uses: &str, for_tests: bool| {
        let list = vec![Dependency { name: uses.to_owned(), for_tests }];
        breaches(&BTreeMap::from([(name.to_owned(), list)])).len()
    };
    assert_eq!(planted("purser-core", "tokio", false), 1);
    assert_eq!(planted("purser-core", "purser-store", true), 1);
    assert_eq!(planted("purser-engine", "rusqlite", false), 1);
    assert_eq!(planted("purser-cli", "purser-store", false), 1);
    assert_eq!(planted("purser-engine", "purser-core", false), 0);
    assert_eq!(planted("purser-core", "tokio", true), 0);
}

#[test]
fn versions_are_named_once_in_the_root_manifest() {
    let manifests: Vec<_> =
        text_files().into_iter().filter(|file| file.path.ends_with("/Cargo.toml")).collect();
    assert!(manifests.len() >= 8, "only {} manifests found", manifests.len());
    for manifest in manifests {
        let mut in_dependencies = false;
        for line in manifest.text.lines().map(str::trim) {
            if line.starts_with('[') {
                in_dependencies = line.ends_with("dependencies]");
            } else if in_dependencies && line.contains('=') && !line.starts_with('#') {
                assert!(
                    line.contains("workspace = true"),
                    "{}: `{line}`: put the version in the root Cargo.toml, so that one crate has one version",
                    manifest.path
                );
            }
        }
        assert!(
            manifest.text.contains("[lints]\nworkspace = true"),
            "{}: takes no part in the workspace's lints",
            manifest.path
        );
    }
}

fn breaches(crates: &BTreeMap<String, Vec<Dependency>>) -> Vec<String> {
    let mut broken = Vec::new();
    for wall in WALLS {
        for dependency in crates.get(wall.name).into_iter().flatten() {
            let name = dependency.name.as_str();
            let ours_forbidden = name.starts_with("purser-") && !wall.ours.contains(&name);
            let never = !dependency.for_tests && wall.never.contains(&name);
            if ours_forbidden || never {
                broken.push(format!("{} must not use {name}: {}", wall.name, wall.because));
            }
        }
    }
    broken
}

fn dependencies_by_crate() -> BTreeMap<String, Vec<Dependency>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo metadata runs");
    assert!(output.status.success(), "cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    assert!(packages.len() >= 8, "only {} packages in the workspace", packages.len());
    packages.iter().map(|package| (text(&package["name"]), dependencies(package))).collect()
}

fn dependencies(package: &Value) -> Vec<Dependency> {
    let list = package["dependencies"].as_array().expect("a list of dependencies");
    list.iter()
        .map(|entry| Dependency { name: text(&entry["name"]), for_tests: entry["kind"] == "dev" })
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}
