//! Other people's code that Purser is built from: its licences and its bans, as deny.toml lists them.

use crate::repository::root;
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

#[test]
fn every_library_s_licence_is_one_that_we_may_pass_on() {
    let allowed = list("allow");
    assert!(allowed.contains("MIT"), "deny.toml was not understood: {allowed:?}");
    let refused: Vec<String> = libraries()
        .into_iter()
        .filter(|(_, licence)| !fits(licence, &allowed))
        .map(|(name, licence)| format!("{name}: {licence}"))
        .collect();
    assert!(refused.is_empty(), "not in deny.toml's list, read them first:\n{}", refused.join("\n"));
}

#[test]
fn no_banned_library_comes_in() {
    let text = std::fs::read_to_string(root().join("deny.toml")).unwrap();
    let banned: BTreeSet<&str> =
        text.lines().filter_map(|line| line.trim().strip_prefix("{ name = \"")?.split('"').next()).collect();
    assert!(banned.contains("native-tls"), "deny.toml was not understood: {banned:?}");
    let found: Vec<String> =
        libraries().into_iter().map(|(name, _)| name).filter(|name| banned.contains(name.as_str())).collect();
    assert!(found.is_empty(), "banned in deny.toml, which says why: {found:?}");
}

#[test]
fn licence_expressions_are_read_as_they_are_meant() {
    let allowed = BTreeSet::from(["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned));
    for good in [
        "MIT",
        "GPL-3.0 OR MIT",
        "GPL-3.0/MIT",
        "(GPL-3.0 OR MIT) AND Apache-2.0",
        "Apache-2.0 WITH LLVM-exception OR X",
    ] {
        assert!(fits(good, &allowed), "{good}");
    }
    for bad in [
        "",
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "(MIT OR Apache-2.0) AND GPL-3.0",
        "MITx",
        "Apache-2.0 WITH other",
        "(MIT",
    ] {
        assert!(!fits(bad, &allowed), "{bad}");
    }
}

/// Name and licence of every library that is built here.
fn libraries() -> Vec<(String, String)> {
    let host = Command::new("rustc").args(["--print", "host-tuple"]).output().expect("rustc names its host");
    let host = String::from_utf8(host.stdout).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--format-version", "1", "--filter-platform", host.trim()])
        .current_dir(root())
        .output()
        .expect("cargo metadata runs");
    assert!(output.status.success(), "cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let libraries: Vec<(String, String)> = packages
        .iter()
        .filter(|package| !package["source"].is_null())
        .map(|package| (text(&package["name"]), text(&package["license"])))
        .collect();
    assert!(libraries.len() > 100, "only {} libraries found", libraries.len());
    libraries
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The strings of a list in deny.toml.
fn list(name: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join("deny.toml")).unwrap();
    let (_, rest) = text.split_once(&format!("\n{name} = [")).expect("deny.toml has the list");
    let (inside, _) = rest.split_once(']').expect("the list ends");
    inside.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Whether an SPDX expression can be met with the allowed licences alone. The old `/` means OR.
fn fits(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    any_of(&mut rest, allowed) && rest.is_empty()
}

fn any_of(words: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    let mut met = all_of(words, allowed);
    while take(words, "OR") {
        met |= all_of(words, allowed);
    }
    met
}

fn all_of(words: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    let mut met = one(words, allowed);
    while take(words, "AND") {
        met &= one(words, allowed);
    }
    met
}

fn one(words: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    if take(words, "(") {
        let met = any_of(words, allowed);
        return take(words, ")") && met;
    }
    let Some((first, rest)) = words.split_first() else { return false };
    *words = rest;
    let mut licence = (*first).to_owned();
    if take(words, "WITH") {
        let Some((exception, rest)) = words.split_first() else { return false };
        *words = rest;
        licence = format!("{licence} WITH {exception}");
    }
    allowed.contains(&licence)
}

fn take(words: &mut &[&str], wanted: &str) -> bool {
    match words.split_first() {
        Some((first, rest)) if *first == wanted => {
            *words = rest;
            true
        }
        _ => false,
    }
}
