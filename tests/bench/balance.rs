//! Every balance of a million postings, beside `ledger` on our own export of the same postings.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use chrono::Utc;
use serde_json::json;

use crate::company::{Company, PASSPHRASE, scratch};
use crate::figures::{median, ms, timed};
use crate::million;
use crate::session::built;
use crate::table::Row;

const COLD: &str = "3 balance of 1 M postings, cold";
const COLD_RUNS: usize = 5;
const WARM_RUNS: usize = 201;

pub fn rows() -> Vec<Row> {
    let folder = million::postings();
    let place = scratch();
    let journal = place.path().join("books.journal");
    let company = Company::open(&folder);
    company.ok("export", json!({"format": "hledger", "path": journal}));
    let warm = (0..WARM_RUNS).map(|_| timed(|| company.ok("balances", json!({"as_of": ""}))).0).collect();
    let warm = median(warm);
    let yesterday = Utc::now().date_naive().to_string();
    let recomputed =
        (0..3).map(|_| timed(|| company.ok("balances", json!({"as_of": yesterday}))).0).collect();
    let recomputed = median(recomputed);
    let ours = company.ok("balances", json!({"as_of": ""}));
    company.close();
    let mut rows = cold(&folder, &journal, &ours);
    rows.push(Row::judged("3 … warm", ms(warm), "< 5 ms", warm < Duration::from_millis(5)));
    let note = "`balances` on a day: read from the postings, not from the kept sums";
    rows.push(Row::told("3 … warm, recomputed from every posting", ms(recomputed)).note(note));
    rows
}

/// Both programs from their start to their last line, in turn.
fn cold(folder: &Path, journal: &Path, ours: &serde_json::Value) -> Vec<Row> {
    let purser = match built("purser") {
        Ok(purser) => purser,
        Err(why) => return vec![Row::unmeasured(COLD, "≥ 3× faster than ledger", &why)],
    };
    if Command::new("ledger").arg("--version").stdout(Stdio::null()).status().is_err() {
        let why = "`ledger` is not installed: run scripts/setup bench";
        return vec![Row::unmeasured(COLD, "≥ 3× faster than ledger", why)];
    }
    let own = |day: Option<&str>| {
        let mut command = Command::new(&purser);
        command.args(["ledger", "balance", "--json", "--data"]).arg(folder);
        command.args(day.iter().flat_map(|day| ["--to", day]));
        command.env("PURSER_PASSPHRASE", PASSPHRASE);
        command
    };
    let today = Utc::now().date_naive().to_string();
    let (mut kept, mut read, mut peer) = (Vec::new(), Vec::new(), Vec::new());
    for run in 0..COLD_RUNS {
        kept.push(output(own(None)).0);
        if run < 3 {
            read.push(output(own(Some(&today))).0);
            let (took, said) = output(theirs(journal));
            peer.push(took);
            assert_same(ours, &said);
        }
    }
    let (kept, read, peer) = (median(kept), median(read), median(peer));
    let times = |ours: Duration| peer.as_secs_f64() / ours.as_secs_f64();
    let against = format!("{} (ledger {:.1} s)", ms(kept), peer.as_secs_f64());
    vec![
        Row::judged(COLD, against, "≥ 3× faster than ledger", times(kept) >= 3.0)
            .ratio(times(kept))
            .note("whole processes; kept sums, which `verify` proves; both give the same balances"),
        Row::told("3 … cold, recomputed from every posting", ms(read)).ratio(times(read)),
    ]
}

fn theirs(journal: &Path) -> Command {
    let mut command = Command::new("ledger");
    command.args([
        "--args-only",
        "--flat",
        "--no-color",
        "--balance-format",
        // The account's own amount: its total would hold those below it.
        "%(account)\t%(display_amount)\n",
    ]);
    command.args(["--no-total", "-f"]).arg(journal).arg("balance");
    command
}

fn output(mut command: Command) -> (Duration, String) {
    let (took, output) = timed(|| command.stdin(Stdio::null()).output().unwrap());
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    (took, String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The peer reads the same books: every balance is the same to the cent.
fn assert_same(ours: &serde_json::Value, theirs: &str) {
    let mut ours: Vec<String> = ours["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["account"].as_str().unwrap(), row["balance"]["amount"].as_str().unwrap()))
        .filter(|(_, amount)| amount.chars().any(|digit| ('1'..='9').contains(&digit)))
        .map(|(account, amount)| format!("{account}\t{amount} USD"))
        .collect();
    let mut theirs: Vec<String> = theirs.lines().map(str::to_owned).collect();
    ours.sort();
    theirs.sort();
    assert_eq!(ours, theirs, "the export, read by ledger, has other balances");
}
