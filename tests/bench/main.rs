//! What Purser promises about speed, measured: one table of rows, each with its target and whether it holds.
//!
//! `make bench` runs all of it; `cargo bench -p purser-tests -- ROW…` runs the rows whose name holds a word. A row
//! that misses its target stays in the table with the reason; only what cannot be measured at all ends in an error.
#![allow(clippy::unwrap_used, clippy::float_arithmetic, missing_docs)]

mod balance;
mod company;
mod events;
mod figures;
mod idle;
mod import;
mod matching;
mod million;
mod open;
mod papers;
mod screens;
mod session;
mod start;
mod table;

use std::process::ExitCode;
use std::time::Instant;

use table::{Row, Table};

type Measure = fn() -> Vec<Row>;

/// The rows in the order of the table.
const ROWS: [(&str, Measure); 9] = [
    ("import", import::rows),
    ("match", matching::rows),
    ("balance", balance::rows),
    ("open", open::rows),
    ("screens", screens::rows),
    ("receipts", papers::rows),
    ("start", start::rows),
    ("idle", idle::rows),
    ("events", events::rows),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    if let [word, what] = arguments.as_slice()
        && word == session::INSIDE
    {
        session::inside(what);
        return ExitCode::SUCCESS;
    }
    let wanted = |name: &str| arguments.is_empty() || arguments.iter().any(|word| name.contains(word));
    let chosen: Vec<_> = ROWS.iter().filter(|(name, _)| wanted(name)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = ROWS.iter().map(|(name, _)| *name).collect();
        eprintln!("bench: no such row. There are: {}", names.join(", "));
        return ExitCode::from(2);
    }
    let (started, mut table) = (Instant::now(), Table::default());
    for (name, measure) in chosen {
        eprintln!("bench: {name} …");
        table.rows.extend(measure());
    }
    println!("{table}");
    if std::env::var_os("PURSER_BENCH_SMALLER").is_some() {
        println!("Tried with smaller books: these figures say nothing.");
    }
    println!("{} of {} rows met, in {:.0} s.", table.met(), table.judged(), started.elapsed().as_secs_f64());
    ExitCode::SUCCESS
}
