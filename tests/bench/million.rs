//! A founder's decade: books of a million facts, made once through the store's own write path and kept in the build
//! folder under the digest of what they depend on.
//!
//! Nearly all of it is statement lines that were filed long ago. On top comes what is open: invoices, lines to be
//! matched, payments and a refund, all through the engine's own verbs. `verify` has passed on whatever is used here.

mod bulk;
mod desk;

use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate, Utc};
use purser_core::approval::sha256_hex;
use serde_json::json;

use crate::company::{Company, bench_data};
use crate::figures::timed;

/// Statement lines of the large books.
const FACTS: usize = 1_000_000;
/// Lines whose two entries make a million postings.
const LINES_OF_A_MILLION_POSTINGS: usize = 250_000;
/// Days that the lines are spread over.
const DAYS: u64 = 3_650;

/// Books of a million facts; what is open in them is on top.
pub fn folder() -> PathBuf {
    made("facts", |folder, today| {
        let company = Company::create(folder, &first_day(today).to_string());
        bulk::fill(&company, FACTS / smaller(), first_day(today), DAYS);
        desk::fill(&company, today);
        company
    })
}

/// Books of a million postings: filed lines and nothing else.
pub fn postings() -> PathBuf {
    made("postings", |folder, today| {
        let company = Company::create(folder, &first_day(today).to_string());
        bulk::fill(&company, LINES_OF_A_MILLION_POSTINGS / smaller(), first_day(today), DAYS);
        company
    })
}

/// `PURSER_BENCH_SMALLER=10` makes books of a tenth, to try the bench itself. Its figures then mean nothing.
fn smaller() -> usize {
    std::env::var("PURSER_BENCH_SMALLER").ok().and_then(|times| times.parse().ok()).unwrap_or(1)
}

fn first_day(today: NaiveDate) -> NaiveDate {
    today - Days::new(DAYS)
}

/// The folder under its digest; made, verified and named when it is not there.
fn made(name: &str, make: impl FnOnce(&Path, NaiveDate) -> Company) -> PathBuf {
    let today = Utc::now().date_naive();
    let folder = bench_data().join(format!("{name}-{}", digest(today)));
    if folder.exists() {
        return folder;
    }
    remove_older(name);
    let building = bench_data().join(format!("{name}.building"));
    if building.exists() {
        std::fs::remove_dir_all(&building).unwrap();
    }
    eprintln!("bench: making the books of a million {name}, once …");
    let (took, company) = timed(|| make(&building, today));
    eprintln!("bench: made in {:.0} s; verifying", took.as_secs_f64());
    let (took, verified) = timed(|| company.ok("verify", json!({})));
    assert_eq!(verified["ok"], true, "{verified:#}");
    eprintln!("bench: verified in {:.0} s", took.as_secs_f64());
    company.close();
    std::fs::rename(&building, &folder).unwrap();
    folder
}

/// What the books depend on: the schema, how they are made, and the month, because a screen shows recent days.
fn digest(today: NaiveDate) -> String {
    let mut text = format!("{} {}", today.format("%Y-%m"), smaller());
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let mut files: Vec<_> = std::fs::read_dir(migrations).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    for file in files {
        text.push_str(&std::fs::read_to_string(file).unwrap());
    }
    for source in
        [include_str!("million.rs"), include_str!("million/bulk.rs"), include_str!("million/desk.rs")]
    {
        text.push_str(source);
    }
    sha256_hex(text.as_bytes())[..12].to_owned()
}

fn remove_older(name: &str) {
    let Ok(entries) = std::fs::read_dir(bench_data()) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(&format!("{name}-")) {
            std::fs::remove_dir_all(entry.path()).unwrap();
        }
    }
}
