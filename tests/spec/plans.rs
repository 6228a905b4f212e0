//! How the store answers the statements of the program: none may read a growing table from end to end.

use std::collections::BTreeMap;

use purser_store::tables::check::verify_ledger_with;
use purser_store::{Options, Store, StoreError};
use serde_json::json;

use crate::world::World;

/// Tables that grow with the years.
const GROWING: [&str; 14] = [
    "posting",
    "entry",
    "bank_line",
    "invoice",
    "invoice_line",
    "payment",
    "allocation",
    "fact",
    "audit",
    "attention",
    "effect",
    "line_booking",
    "job_run",
    "job_log",
];

/// What may be read so: a piece of the plan's step or of the statement, and why.
const ALLOWED: [(&str, &str); 3] = [
    ("FROM job_run ORDER BY key DESC LIMIT ?1", "the keys of the list of runs: 400 of each job are kept"),
    ("USING INDEX attention_open", "the index holds only what is open, and the queue shows all of it"),
    ("instr(c.folded, ?1) > 0", "a list's keys: all of them, or those that a free text fits"),
];

/// The growing tables that a statement's plan reads from end to end.
fn scanned(store: &Store, sql: &str) -> Vec<String> {
    let names = names_of(sql);
    let plan = store.explain(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let scans = plan.iter().filter(|step| step.is_full_scan());
    scans
        .filter_map(|step| {
            let name = step.detail.split_whitespace().nth(1)?.to_lowercase();
            let table = names.get(&name).cloned().unwrap_or(name);
            GROWING.contains(&table.as_str()).then(|| format!("{table}: {}", step.detail))
        })
        .collect()
}

/// The tables behind the names that a statement gives them.
fn names_of(sql: &str) -> BTreeMap<String, String> {
    let words: Vec<String> = sql
        .replace(['(', ')', ',', ';'], " , ")
        .split_whitespace()
        .map(|word| word.trim_matches('"').to_lowercase())
        .collect();
    let mut names = BTreeMap::new();
    for (at, word) in words.iter().enumerate().filter(|(_, word)| GROWING.contains(&word.as_str())) {
        let alias = match words.get(at + 1).map(String::as_str) {
            Some("as") => words.get(at + 2),
            Some(_) => words.get(at + 1),
            None => None,
        };
        if let Some(alias) = alias {
            names.entry(alias.clone()).or_insert_with(|| word.clone());
        }
        names.insert(word.clone(), word.clone());
    }
    names
}

/// Every statement that ran on the store, explained.
fn faults(store: &Store) -> Vec<String> {
    let verbs = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"];
    let seen = store.statements_seen();
    let explained: Vec<&String> = seen
        .iter()
        .filter(|sql| {
            sql.split_whitespace().next().is_some_and(|verb| verbs.contains(&verb.to_uppercase().as_str()))
        })
        .collect();
    assert!(explained.len() > 5, "the trace saw {} statements", seen.len());
    explained
        .into_iter()
        .flat_map(|sql| {
            let words = sql.split_whitespace().collect::<Vec<_>>().join(" ");
            scanned(store, sql).into_iter().map(move |step| format!("{step} in {words}"))
        })
        .filter(|fault| !ALLOWED.iter().any(|(piece, _)| fault.contains(piece)))
        .collect()
}

/// What the verification of the books reads, which by its nature is everything: a job runs it too.
fn proof() -> Vec<String> {
    let mut options = Options::new(chrono::DateTime::UNIX_EPOCH);
    options.trace = true;
    let store = Store::memory_with(options).unwrap();
    let mut report = store.verify().unwrap();
    let checked: Result<(), StoreError> =
        store.read(|tx| verify_ledger_with(tx, &mut report, |_| std::ops::ControlFlow::Continue(())));
    checked.unwrap();
    faults(&store)
}

/// Fails where a statement that ran reads a growing table from end to end.
pub fn check(store: &Store) {
    let mut faults = faults(store);
    if !faults.is_empty() {
        let proof = proof();
        faults.retain(|fault| !proof.contains(fault));
    }
    assert!(
        faults.is_empty(),
        "{} statements read a growing table from end to end:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn with_thousands_of_rows_and_statistics_no_statement_reads_a_growing_table_from_end_to_end() {
    let mut world = World::owing();
    let rows: Vec<String> = (0..3_000)
        .map(|n| {
            format!(
                "B{n},2026-{:02}-{:02},-{}.00,USD,SHOP {},PURCHASE {n}",
                9 + n / 1_500,
                1 + n % 28,
                1 + n % 90,
                n % 40
            )
        })
        .collect();
    world.statement(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    let invoices: Vec<String> = (0..600)
        .map(|n| {
            format!("OLD-{n},Customer {},,{}.00,USD,2026-09-{:02},2026-10-15,", n % 150, 20 + n, 1 + n % 28)
        })
        .collect();
    world.invoices(&invoices.iter().map(String::as_str).collect::<Vec<_>>());
    world.program().books().unwrap().store.analyze().unwrap();
    world.restart();
    let reference = World::reference(1);
    world.statement(&[
        &format!("T1,2026-11-10,1000.00,USD,ALDER WORKS,{reference}"),
        "T2,2026-11-10,588.00,USD,BIRCH FOODS,",
    ]);
    world.match_apply();
    world.confirm("T2", "invoices", &["NB-202611-0002"], "none");
    world.ok("match_undo", json!({"id": "T2"}));
    world.ok("match_file", json!({"line": "B7", "account": "Expenses:Food", "remember": true}));
    let recorded = world.ok("payment_record", crate::world::payment("cus_birch", "600.00", "check"));
    let batch = world.ok("refund_propose", json!({"payment": recorded["payment"], "amount": "5.00"}));
    crate::refunds::approve(&world, batch["id"].as_str().unwrap());
    world.advance(chrono::Duration::seconds(11));
    world.step();
    for (name, input) in [
        ("status", json!({})),
        ("today", json!({})),
        ("attention", json!({})),
        ("match_index", json!({"text": ""})),
        ("match_rows", json!({"keys": [1, 2, 3]})),
        ("match_line", json!({"id": "B9"})),
        ("payments_index", json!({"state": "all", "text": ""})),
        ("payments_index", json!({"state": "undeposited", "text": ""})),
        ("payments_rows", json!({"keys": [1]})),
        ("payment", json!({"number": recorded["payment"]})),
        ("invoices_index", json!({"state": "open", "text": ""})),
        ("invoices_rows", json!({"keys": [1, 2]})),
        ("invoice", json!({"number": "NB-202611-0001"})),
        ("customers", json!({"text": "Alder"})),
        ("batches", json!({})),
        ("outbox", json!({})),
        ("journal_index", json!({"account": "Assets:Receivable", "from": "", "to": "", "text": ""})),
        ("journal_index", json!({"account": "", "from": "2026-11-01", "to": "2026-11-30", "text": ""})),
        ("journal_rows", json!({"keys": [1, 2]})),
        ("entry", json!({"id": "3"})),
        ("balances", json!({"as_of": ""})),
        ("tie_out", json!({})),
        ("audit_rows", json!({"keys": [1, 2]})),
        ("imports", json!({})),
        ("accounts", json!({})),
        ("rules", json!({})),
        ("aliases", json!({})),
        ("security", json!({})),
        ("company", json!({})),
        ("categories", json!({})),
        ("search", json!({"text": "alder"})),
        ("find_invoices", json!({"text": "OLD-5"})),
    ] {
        world.ok(name, input);
    }
    check(&world.program().books().unwrap().store);
}

#[test]
fn a_scan_is_found_behind_an_alias() {
    let world = World::new();
    let store = &world.program().books().unwrap().store;
    for sql in [
        "SELECT count(*) FROM posting",
        "SELECT p.amount FROM posting p WHERE p.currency <> ?1",
        "SELECT l.id FROM bank_line AS l JOIN account a ON a.key = l.account WHERE l.payer LIKE ?1",
    ] {
        assert!(!scanned(store, sql).is_empty(), "{sql}");
    }
    assert!(scanned(store, "SELECT amount FROM posting WHERE entry = ?1").is_empty());
}
