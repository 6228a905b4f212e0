//! A statement of 100,000 lines through the engine's own verb: parsed, checked, booked, audited, encrypted, on the
//! disk when it answers.

use std::fmt::Write;

use crate::company::{Company, scratch};
use crate::figures::{grouped, median, on_processor, per_second, timed};
use crate::table::Row;

const LINES: usize = 100_000;
const RUNS: usize = 3;
const TARGET: f64 = 25_000.0;

/// A whole year of a busy account, which has passed, as a bank exports it.
fn statement() -> String {
    let mut text = String::from("id,date,amount,currency,payer,description\n");
    for row in 0..LINES {
        let (month, day) = (1 + row / 8_400, 1 + row / 300 % 28);
        let (sign, payer) = if row % 3 == 0 { ("", "Kestrel Freight LLC") } else { ("-", "AWS EMEA SARL") };
        writeln!(
            text,
            "MRC-{row:07},2025-{month:02}-{day:02},{sign}{}.{:02},USD,{payer} {},\"CARD 4821 REF {:08} SEATTLE WA\"",
            5 + row * 7 % 4_000,
            row % 100,
            row % 700,
            row * 7_919 % 99_999_989
        )
        .unwrap();
    }
    text
}

pub fn rows() -> Vec<Row> {
    let place = scratch();
    let file = place.path().join("statement.csv");
    std::fs::write(&file, statement()).unwrap();
    let (mut runs, mut processor) = (Vec::new(), Vec::new());
    for run in 0..RUNS {
        let folder = place.path().join(format!("books-{run}"));
        let company = Company::create(&folder, "2025-01-01");
        let before = on_processor("self");
        let (took, imported) = timed(|| company.statement("Mercury", &file));
        processor.push(on_processor("self").saturating_sub(before));
        assert_eq!(imported["new"], LINES, "{imported}");
        runs.push(took);
        if run == 0 {
            let verified = company.ok("verify", serde_json::json!({}));
            assert_eq!(verified["ok"], true, "{verified}");
        }
        company.close();
        std::fs::remove_dir_all(&folder).unwrap();
    }
    let took = median(runs);
    let rate = per_second(LINES, took);
    let measured = format!("{} lines/s ({:.2} s)", grouped(rate), took.as_secs_f64());
    vec![Row::judged("1 import of 100k lines", measured, "≥ 25,000 lines/s", rate >= TARGET).note(format!(
        "durable, encrypted, audited; all or nothing, decisions wait for it; {:.2} s on the processor",
        median(processor).as_secs_f64()
    ))]
}
