//! Opening books of a million facts, as the window and every command do it.

use serde_json::json;

use crate::company::Company;
use crate::figures::{median, ms, timed};
use crate::million;
use crate::table::Row;

const RUNS: usize = 9;

pub fn rows() -> Vec<Row> {
    let folder = million::folder();
    Company::open(&folder).close();
    let runs = (0..RUNS).map(|_| {
        let (took, company) = timed(|| {
            let company = Company::open(&folder);
            company.ok("status", json!({}));
            company
        });
        company.close();
        took
    });
    let took = median(runs.collect());
    vec![
        Row::judged("4 open 1 M facts", ms(took), "< 150 ms", took.as_millis() < 150)
            .note("vault, store, outbox, and the first answer; the file in the system's cache"),
    ]
}
