//! Judges a company whose founder's morning was killed: every file, match, payment and refund is there once.

use std::path::Path;
use std::sync::Arc;
use std::sync::OnceLock;

use purser_connectors::FileRail;
use purser_engine::api::{Caller, Kind, call};
use purser_engine::clock::{Ids, ManualClock};
use purser_engine::program::Program;
use purser_store::{ReadTx, StoreError};
use serde_json::json;

use crate::judge::ledger_faults;
use crate::runs::{Work, alone};
use crate::world::{PASSPHRASE, start};

/// The founder's morning.
pub static VERBS: Work = Work { name: "verbs", prepare, begin: alone, judge, template: OnceLock::new() };

pub fn open(folder: &Path) -> Program {
    let clock = Arc::new(ManualClock::at(start() + chrono::Duration::days(1)));
    Program::start(folder, clock, Arc::new(Ids::random()), Some(PASSPHRASE.to_owned().into())).unwrap()
}

pub fn prepare(folder: &Path) {
    let program = open(folder);
    let caller = Caller {
        program: &program,
        actor: "founder".to_owned(),
        progress: Arc::new(|_| {}),
        cancelled: Arc::default(),
        request: None,
        key: None,
    };
    let company = json!({
        "company": "Northbeam Analytics", "currency": "USD", "books_start": "2026-09-01", "zone": "UTC",
        "account": "Mercury", "opening": "42150.00", "passphrase": PASSPHRASE
    });
    call(caller, Kind::Command, "create_company", company).unwrap();
    program.close().unwrap();
}

/// Each statement gives a number, and what it must be once the morning is over.
const COUNTS: [(&str, i64, &str); 10] = [
    ("customers", 18, "SELECT count(*) FROM customer"),
    ("invoices", 46, "SELECT count(*) FROM invoice"),
    ("statement lines", 68, "SELECT count(*) FROM bank_line"),
    ("facts of statement lines", 68, "SELECT count(*) FROM fact"),
    (
        "imports of the statement with new lines",
        1,
        "SELECT count(*) FROM import WHERE kind = 'statement' AND rows_new > 0",
    ),
    ("recorded payments", 2, "SELECT count(*) FROM payment"),
    ("the last payment number given", 2, "SELECT last FROM series WHERE name LIKE 'payment:%'"),
    ("receipts queued", 2, "SELECT count(*) FROM effect WHERE kind = 'email.receipt'"),
    ("refunds proposed", 1, "SELECT count(*) FROM batch"),
    (
        "refunds sent and booked",
        1,
        "SELECT count(*) FROM batch_item WHERE state = 'sent' AND entry IS NOT NULL",
    ),
];

fn judge(folder: &Path, _acknowledged: &[String]) -> Vec<String> {
    let program = open(folder);
    let mut faults = Vec::new();
    match program.books() {
        Err(error) => faults.push(format!("the books do not open: {error}")),
        Ok(books) => {
            match books.store.verify() {
                Ok(report) => {
                    faults.extend(report.findings.iter().map(|f| format!("{} {}", f.place, f.sentence)))
                }
                Err(error) => faults.push(format!("verify: {error}")),
            }
            let looked = books.store.read(|tx| {
                faults.extend(ledger_faults(tx)?);
                faults.extend(count_faults(tx)?);
                Ok::<_, StoreError>(())
            });
            faults.extend(looked.err().map(|error| format!("the books cannot be read: {error}")));
        }
    }
    let sent = FileRail::open(folder).unwrap().records().unwrap().len();
    if sent != 1 {
        faults.push(format!("the refund is in the payment file {sent} times"));
    }
    faults
}

fn count_faults(tx: &ReadTx<'_>) -> Result<Vec<String>, StoreError> {
    let mut faults = Vec::new();
    for (what, wanted, sql) in COUNTS {
        let found: i64 = tx.query_row(sql, [], |row| row.get(0))?;
        if found != wanted {
            faults.push(format!("{what}: {found} instead of {wanted}"));
        }
    }
    // The account holds its opening balance and every line of the file, each once.
    let (balance, lines): (i64, i64) = tx.query_row(
        "SELECT (SELECT b.amount FROM balance b JOIN account a ON a.key = b.account WHERE a.name = 'Assets:Bank:Mercury'),
                (SELECT sum(amount) FROM bank_line)",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    if balance != 4_215_000 + lines {
        faults.push(format!("the account has {balance}, its lines {lines}"));
    }
    Ok(faults)
}
