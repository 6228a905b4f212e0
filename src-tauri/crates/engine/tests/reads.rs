//! Ledger, settings, first run, palette and undo, through the application interface.

#![allow(clippy::unwrap_used)]

#[path = "reads/customers.rs"]
mod customers;
#[path = "reads/demo.rs"]
mod demo;
#[path = "reads/export.rs"]
mod export;
#[path = "reads/first_run.rs"]
mod first_run;
#[path = "reads/ledger.rs"]
mod ledger;
#[path = "reads/settings.rs"]
mod settings;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use chrono::{DateTime, TimeZone, Utc};
use purser_engine::api::{Caller, call, kind_of};
use purser_engine::clock::{Ids, ManualClock};
use purser_engine::error::ApiError;
use purser_engine::program::Program;
use serde_json::{Value, json};
use tempfile::TempDir;

const PASSPHRASE: &str = "correct horse battery staple";

/// A program on a folder of its own, on Tuesday 17 November 2026, 09:00 in New York.
struct Desk {
    folder: TempDir,
    program: Program,
}

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 17, 14, 0, 0).unwrap()
}

fn start(folder: &Path, passphrase: Option<&str>) -> Program {
    let clock = Arc::new(ManualClock::at(now()));
    let passphrase = passphrase.map(|text| text.to_owned().into());
    Program::start(folder, clock, Arc::new(Ids::random()), passphrase).unwrap()
}

impl Desk {
    fn empty() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let program = start(folder.path(), None);
        Desk { folder, program }
    }

    /// A company with one bank account of 1,000.00 and nothing else.
    fn company() -> (Desk, String) {
        let desk = Desk::empty();
        let code = desk.ok("create_company", company_form());
        (desk, code["recovery_code"].as_str().unwrap().to_owned())
    }

    fn demo() -> Desk {
        let desk = Desk::empty();
        desk.ok("open_demo", json!({}));
        desk
    }

    fn call(&self, name: &str, input: Value) -> Result<Value, ApiError> {
        call_on(&self.program, name, input)
    }

    fn ok(&self, name: &str, input: Value) -> Value {
        self.call(name, input.clone())
            .unwrap_or_else(|error| panic!("{name} {input}: {} {error}", error.code))
    }

    fn code(&self, name: &str, input: Value) -> String {
        self.call(name, input).expect_err(name).code
    }

    fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|file| file.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

fn call_on(program: &Program, name: &str, input: Value) -> Result<Value, ApiError> {
    let caller = Caller {
        program,
        actor: "founder".to_owned(),
        progress: Arc::new(|_| {}),
        cancelled: Arc::new(AtomicBool::new(false)),
        request: None,
        key: None,
    };
    call(caller, kind_of(name).unwrap(), name, input)
}

fn company_form() -> Value {
    json!({
        "company": "Northbeam Analytics", "currency": "USD", "books_start": "2026-10-01", "zone": "America/New_York",
        "account": "Mercury", "opening": "1000.00", "passphrase": PASSPHRASE,
    })
}

/// An amount in minor units: the tests add up what the screens show.
fn cents(amount: &Value) -> i64 {
    amount["amount"].as_str().unwrap().replace('.', "").parse().unwrap()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}
