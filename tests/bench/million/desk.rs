//! What is on the desk on top of the decade: through the engine's own verbs, in the weeks before today.

use std::fmt::Write;
use std::path::Path;

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use crate::company::{Company, scratch};

const CUSTOMERS: usize = 2_000;
const INVOICES: usize = 10_000;
/// Every invoice but the last ones is paid by a line that names it.
const OPEN_INVOICES: usize = 600;
const STRANGERS: usize = 400;
const OUTGOING: usize = 600;
const PAYMENTS: usize = 150;

fn customer(at: usize) -> String {
    const NAMES: [&str; 8] =
        ["Kestrel", "Nordhavn", "Atlas", "Copper", "Harbor", "Juniper", "Meridian", "Quarry"];
    format!("{} Freight {at} LLC", NAMES[at % NAMES.len()])
}

fn number(at: usize) -> String {
    format!("OLD-{at:06}")
}

fn reference(at: usize) -> String {
    purser_core::invoice::reference("NB", 1_000_000 + at as u32)
}

fn amount(at: usize) -> String {
    format!("{}.{:02}", 100 + at * 13 % 900, at % 100)
}

/// Customers, invoices, lines that pay them, strangers, payments and a refund.
pub fn fill(company: &Company, today: NaiveDate) {
    let files = scratch();
    customers(company, files.path());
    invoices(company, files.path(), today);
    paid(company, files.path(), today);
    open_lines(company, files.path(), today);
    payments(company);
    refund(company);
    company.ok("match_run", json!({"apply": false}));
}

fn file(folder: &Path, name: &str, head: &str, rows: impl Iterator<Item = String>) -> std::path::PathBuf {
    let mut text = format!("{head}\n");
    for row in rows {
        writeln!(text, "{row}").unwrap();
    }
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn customers(company: &Company, folder: &Path) {
    let rows = (0..CUSTOMERS).map(|at| format!("{},ap{at}@kestrel.example,cus_{at},team,US,", customer(at)));
    let path = file(folder, "customers.csv", "name,email,external_id,plan,country,signed_up", rows);
    let made = company.ok("import_customers", json!({"path": path, "skip_bad": false}));
    assert_eq!(made["new"], CUSTOMERS, "{made}");
}

fn invoices(company: &Company, folder: &Path, today: NaiveDate) {
    let rows = (0..INVOICES).map(|at| {
        let issued = today - Days::new(20 + (INVOICES - at) as u64 / 20);
        let due = issued + Days::new(30);
        let (name, email) = (customer(at % CUSTOMERS), format!("ap{}@kestrel.example", at % CUSTOMERS));
        format!("{},{name},{email},{},USD,{issued},{due},{}", number(at), amount(at), reference(at))
    });
    let head = "number,customer,email,amount,currency,issued,due,reference";
    let made = company
        .ok("import_invoices", json!({"path": file(folder, "invoices.csv", head, rows), "skip_bad": false}));
    assert_eq!(made["new"], INVOICES, "{made}");
}

const STATEMENT: &str = "id,date,amount,currency,payer,description";

fn paid(company: &Company, folder: &Path, today: NaiveDate) {
    let settled = INVOICES - OPEN_INVOICES;
    let rows = (0..settled).map(|at| {
        let on = today - Days::new(1 + (INVOICES - at) as u64 / 40);
        let payer = customer(at % CUSTOMERS).to_uppercase();
        format!("PAY-{at:06},{on},{},USD,{payer},WIRE {}", amount(at), reference(at))
    });
    let imported = company.statement("Mercury", &file(folder, "paid.csv", STATEMENT, rows));
    assert_eq!(imported["new"], settled, "{imported}");
    let run = company.ok("match_run", json!({"apply": true}));
    assert_eq!(run["booked"], settled, "the lines that name their invoice are booked");
}

fn open_lines(company: &Company, folder: &Path, today: NaiveDate) {
    let strangers = (0..STRANGERS).map(|at| {
        let on = today - Days::new(1 + at as u64 / 20);
        format!("STR-{at:06},{on},{}.17,USD,ELSEWHERE {at} INC,ONLINE PAYMENT FT{at:05}", 2_000 + at)
    });
    let outgoing = (0..OUTGOING).map(|at| {
        let on = today - Days::new(1 + at as u64 / 20);
        format!("OUT-{at:06},{on},-{}.20,USD,SHOP {},CARD 4821 {at:05}", 3 + at, at % 50)
    });
    // Half of the open invoices have a line that only names the payer.
    let unsure = (0..OPEN_INVOICES / 2).map(|each| {
        let at = INVOICES - OPEN_INVOICES + each;
        let on = today - Days::new(1 + each as u64 / 40);
        let payer = customer(at % CUSTOMERS).to_uppercase();
        format!("UNS-{at:06},{on},{},USD,{payer},INCOMING WIRE", amount(at))
    });
    let rows = strangers.chain(outgoing).chain(unsure);
    let imported = company.statement("Mercury", &file(folder, "open.csv", STATEMENT, rows));
    assert_eq!(imported["new"], STRANGERS + OUTGOING + OPEN_INVOICES / 2, "{imported}");
}

fn record(company: &Company, at: usize) -> Value {
    company.ok(
        "payment_record",
        json!({
            "customer": format!("cus_{}", at % CUSTOMERS), "amount": "25.00", "currency": "USD", "method": "check",
            "received_on": "", "reference": format!("{at}"), "note": "", "allocations": [], "proof": "",
            "email_receipt": false
        }),
    )
}

fn payments(company: &Company) {
    for at in 0..PAYMENTS {
        record(company, at);
    }
}

fn refund(company: &Company) {
    let recorded = record(company, PAYMENTS);
    company.ok("refund_propose", json!({"payment": recorded["payment"], "amount": "5.00"}));
}
