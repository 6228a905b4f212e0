//! Words that must not stand in a crate's code. Comments may say them, and so may its tests.

use crate::repository::{File, rust_files};
use crate::rust_source::without_tests;

/// Providers by name belong to their folder in connectors: a name spread over thirty files is thirty edits.
const PROVIDERS: [&str; 6] = ["stripe", "plaid", "paypal", "quickbooks", "xero", "pagerduty"];

const CORE_NEVER: &[(&str, &str)] = &[
    ("std::fs", "core reads no files"),
    ("std::net", "core has no network"),
    ("std::thread", "core starts no threads"),
    ("std::process", "core starts no programs"),
    ("std::env", "what core computes depends on its arguments alone"),
    ("std::io", "core does no input or output"),
    ("SystemTime", "time is an argument"),
    ("Instant::now", "time is an argument"),
    ("Utc::now", "time is an argument"),
    ("Local::now", "time is an argument"),
    ("Uuid::now_v7", "ids come from outside: their time and randomness are arguments"),
    ("Uuid::new_v4", "ids come from outside: randomness is an argument"),
    ("async fn", "core is not asynchronous"),
    ("println!", "core prints nothing"),
];

const STORE_NEVER: &[(&str, &str)] = &[
    ("std::net", "the store has no network"),
    ("Utc::now", "time is an argument"),
    ("Local::now", "time is an argument"),
];

const DOCUMENTS_NEVER: &[(&str, &str)] = &[
    ("std::net", "documents have no network"),
    ("Utc::now", "what a paper says does not depend on when it is rendered"),
    ("Local::now", "what a paper says does not depend on when it is rendered"),
];

const CONNECTORS_NEVER: &[(&str, &str)] = &[
    ("Utc::now", "time is passed in, so that a run can be replayed"),
    ("Local::now", "time is passed in, so that a run can be replayed"),
];

#[test]
fn core_is_pure() {
    check("src-tauri/crates/core/src", CORE_NEVER);
}

#[test]
fn the_store_has_neither_network_nor_clock() {
    check("src-tauri/crates/store/src", STORE_NEVER);
}

#[test]
fn documents_have_neither_network_nor_clock() {
    check("src-tauri/crates/documents/src", DOCUMENTS_NEVER);
}

#[test]
fn connectors_get_their_time_from_outside() {
    check("src-tauri/crates/connectors/src", CONNECTORS_NEVER);
}

#[test]
fn core_names_no_provider_except_in_account_names() {
    let named: Vec<String> = rust_files("src-tauri/crates/core/src")
        .iter()
        .filter(|file| !is_test(file))
        .flat_map(providers_named)
        .collect();
    assert!(named.is_empty(), "core must know no provider by name:\n{}", named.join("\n"));
}

#[test]
fn planted_words_are_seen() {
    let planted = |text: &str| File { path: "planted.rs".into(), text: text.into() };
    let times = planted("/// Never Utc::now here.\nfn f() { let now = chrono::Utc::now(); }");
    assert_eq!(found(&times, CORE_NEVER), ["planted.rs:2: `Utc::now`: time is an argument"]);
    assert_eq!(providers_named(&planted("enum Rail { StripePayout }")).len(), 1);
    assert_eq!(providers_named(&planted("let reason = \"Stripe paid out\";")).len(), 1);
    assert!(providers_named(&planted("// Stripe says so\nlet name = \"Assets:Stripe:USD\";")).is_empty());
}

fn check(folder: &str, never: &[(&str, &str)]) {
    let all: Vec<String> =
        rust_files(folder).iter().filter(|file| !is_test(file)).flat_map(|file| found(file, never)).collect();
    assert!(all.is_empty(), "{}", all.join("\n"));
}

/// A file that holds nothing but tests.
fn is_test(file: &File) -> bool {
    file.path.ends_with("/tests.rs") || file.path.ends_with("_tests.rs") || file.path.contains("/tests/")
}

fn found(file: &File, never: &[(&str, &str)]) -> Vec<String> {
    let mut all = Vec::new();
    for (index, line) in without_tests(&file.text).code.lines().enumerate() {
        for (word, because) in never {
            if line.contains(word) {
                all.push(format!("{}:{}: `{word}`: {because}", file.path, index + 1));
            }
        }
    }
    all
}

fn providers_named(file: &File) -> Vec<String> {
    let source = without_tests(&file.text);
    let in_code = source.code.lines().enumerate().map(|(index, line)| (index + 1, line.to_owned()));
    // The chart of accounts names providers (Assets:Stripe); that is the founder's word, not a dependency.
    let in_literals = source.literals.iter().filter(|(_, text)| !text.contains(':')).cloned();
    in_code
        .chain(in_literals)
        .filter(|(_, text)| {
            let lower = text.to_lowercase();
            PROVIDERS.iter().any(|provider| lower.contains(provider))
        })
        .map(|(line, text)| format!("{}:{line}: {}", file.path, text.trim()))
        .collect()
}
