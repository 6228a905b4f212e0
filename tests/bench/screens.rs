//! Every query that a screen sends, at a million facts: first page, filtered, and far down a list.
//!
//! Measured as the window asks: through the list of methods, from input to the JSON text that crosses to the page.

use std::time::{Duration, Instant};

use purser_store::tables::lines::LineState;
use serde_json::{Value, json};

use crate::company::Company;
use crate::figures::{Took, busy, median, ms, p99};
use crate::million;
use crate::table::Row;

const TARGET: &str = "p99 < 16 ms";
const FRAME: Duration = Duration::from_millis(16);
/// Runs of one query, unless it is so slow that its time is up.
const RUNS: usize = 200;
const AT_MOST: Duration = Duration::from_secs(2);
/// Rows that a list reads at once (`PAGE` of `ui/src/api/hooks.ts`).
const PAGE: usize = 100;

struct Case {
    name: String,
    method: &'static str,
    input: Value,
}

fn case(method: &'static str, what: &str, input: Value) -> Case {
    let name = if what.is_empty() { method.to_owned() } else { format!("{method}, {what}") };
    Case { name, method, input }
}

/// The keys of a list, whatever it calls them.
fn keys(answer: &Value, field: &str) -> Vec<i64> {
    answer[field].as_array().unwrap().iter().map(|key| key.as_i64().unwrap()).collect()
}

/// The rows of a list: its first page and its last.
fn pages(rows: &'static str, keys: &[i64]) -> Vec<Case> {
    assert!(!keys.is_empty(), "{rows}: the list is empty");
    let first = &keys[..PAGE.min(keys.len())];
    let last = &keys[keys.len().saturating_sub(PAGE)..];
    vec![case(rows, "first page", json!({"keys": first})), case(rows, "last page", json!({"keys": last}))]
}

fn every_screen(company: &Company) -> Vec<Case> {
    let nothing = || json!({});
    let mut cases = vec![case("host_state", "", nothing()), case("status", "", nothing())];
    cases.extend([case("today", "", nothing()), case("attention", "", nothing())]);
    for text in ["kestrel", "OLD-009", "1,512.40", "seattle", "nowhere at all"] {
        cases.push(case("search", &format!("“{text}”"), json!({"text": text})));
    }
    cases.extend(money_in(company));
    cases.extend(money_out(company));
    cases.extend(ledger(company));
    cases.extend(
        ["imports", "company", "accounts", "rules", "aliases", "security", "backups"]
            .map(|method| case(method, "", nothing())),
    );
    cases
}

fn money_in(company: &Company) -> Vec<Case> {
    let text = |text: &str| json!({"text": text});
    let mut cases = vec![
        case("match_index", "all", text("")),
        case("match_index", "filtered", text("elsewhere")),
        case("categories", "", json!({})),
        case("find_invoices", "all", text("")),
        case("find_invoices", "filtered", text("OLD-0099")),
        case("customers", "all", text("")),
        case("customers", "filtered", text("harbor freight 12")),
        case("payment_draft", "", json!({})),
    ];
    let index = company.ok("match_index", text(""));
    cases.extend(pages("match_rows", &keys(&index, "needs_you")));
    for (what, id) in [("a stranger", "STR-000007"), ("money out", "OUT-000007"), ("booked", "MRC-00001000")]
    {
        cases.push(case("match_line", what, json!({"id": id})));
    }
    let unsure = unsure(company);
    cases.push(case("match_line", "with candidates", json!({"id": unsure.0})));
    let choice = json!({"line": unsure.0, "kind": "invoices", "targets": [unsure.1], "amounts": [], "difference": "none"});
    cases.push(case("match_preview", "", choice));

    let of = |state: &str, text: &str| json!({"state": state, "text": text});
    let payments = company.ok("payments_index", of("all", ""));
    cases.push(case("payments_index", "all", of("all", "")));
    cases.push(case("payments_index", "filtered", of("undeposited", "harbor")));
    cases.extend(pages("payments_rows", &keys(&payments, "keys")));
    let row = company.ok("payments_rows", json!({"keys": keys(&payments, "keys")[..1]}))[0].clone();
    cases.push(case("payment", "", json!({"number": row["number"]})));
    let form = json!({
        "customer": "cus_7", "amount": "25.00", "currency": "USD", "method": "check", "received_on": "",
        "reference": "", "note": "", "allocations": [], "proof": "", "email_receipt": false
    });
    cases.push(case("payment_preview", "", form));

    let invoices = company.ok("invoices_index", of("all", ""));
    cases.push(case("invoices_index", "all", of("all", "")));
    cases.push(case("invoices_index", "overdue", of("overdue", "")));
    cases.push(case("invoices_index", "filtered", of("open", "harbor freight")));
    cases.extend(pages("invoices_rows", &keys(&invoices, "keys")));
    cases.push(case("invoice", "", json!({"number": "OLD-009900"})));
    cases
}

/// An open line that some invoice may be, with that invoice.
fn unsure(company: &Company) -> (String, String) {
    let store = company.program.books().unwrap().store;
    let open = store.read(|tx| purser_store::tables::lines::index(tx, LineState::Ready)).unwrap();
    let open = if open.is_empty() {
        store.read(|tx| purser_store::tables::lines::index(tx, LineState::Open)).unwrap()
    } else {
        open
    };
    let keys: Vec<i64> = open.iter().map(|row| row.0).take(PAGE).collect();
    let rows = company.ok("match_rows", json!({"keys": keys}));
    for row in rows.as_array().unwrap() {
        let desk = company.ok("match_line", json!({"id": row["id"]}));
        let best = &desk["candidates"][0];
        if best["kind"] == "invoices" {
            return (row["id"].as_str().unwrap().to_owned(), best["targets"][0].as_str().unwrap().to_owned());
        }
    }
    panic!("no open line has a candidate");
}

fn money_out(company: &Company) -> Vec<Case> {
    let batches = company.ok("batches", json!({}));
    let id = batches["batches"][0]["id"].clone();
    vec![case("batches", "", json!({})), case("batch", "", json!({"id": id})), case("outbox", "", json!({}))]
}

fn ledger(company: &Company) -> Vec<Case> {
    let filter = |account: &str, from: &str, to: &str, text: &str| json!({"account": account, "from": from, "to": to, "text": text});
    let today = chrono::Utc::now().date_naive();
    let day = |back: u64| (today - chrono::Days::new(back)).to_string();
    let total = company.ok("journal_index", filter("", "", "", ""))["total"].as_i64().unwrap();
    let mut cases = vec![
        case("journal_index", "first page", filter("", "", "", "")),
        case("journal_index", "one month", filter("", &day(30), "", "")),
        case("journal_index", "one month, years ago", filter("", &day(2_030), &day(2_000), "")),
        case("journal_index", "a large account", filter("Assets:Bank", "", "", "")),
        case("journal_index", "a small account", filter("Assets:Undeposited", "", "", "")),
        case("journal_index", "an amount", filter("", "", "", "113.00")),
        case("journal_index", "common words", filter("", "", "", "github")),
        case("journal_index", "rare words", filter("", "", "", "OLD-009900")),
        case("journal_index", "words in a month", filter("", &day(30), "", "harbor")),
    ];
    let after =
        |account: &str, key: i64| json!({"account": account, "from": "", "to": "", "text": "", "after": key});
    cases.push(case("journal_index", "far down", after("", total / 2)));
    cases.push(case("journal_index", "a large account, far down", after("Assets:Bank", total / 2)));
    let newest: Vec<i64> = (total - PAGE as i64 + 1..=total).rev().collect();
    let oldest: Vec<i64> = (1..=PAGE as i64).rev().collect();
    cases.push(case("journal_rows", "first page", json!({"keys": newest})));
    cases.push(case("journal_rows", "last page", json!({"keys": oldest})));
    cases.push(case("entry", "newest", json!({"id": total.to_string()})));
    cases.push(case("entry", "oldest", json!({"id": "3"})));
    cases.push(case("balances", "now", json!({"as_of": ""})));
    cases.push(case("balances", "on a day last month", json!({"as_of": day(30)})));
    cases.push(case("balances", "on a day years ago", json!({"as_of": day(2_000)})));
    cases.push(case("tie_out", "", json!({})));
    cases.push(case("audit_index", "all", json!({"text": ""})));
    cases.push(case("audit_index", "filtered", json!({"text": "payment.record"})));
    cases.push(case("audit_rows", "first page", json!({"keys": newest_rows(company)})));
    cases.push(case("audit_rows", "last page", json!({"keys": oldest})));
    cases
}

fn newest_rows(company: &Company) -> Vec<i64> {
    let last = company.program.books().unwrap().store.sequence() as i64;
    (last - PAGE as i64 + 1..=last).rev().collect()
}

struct Measured {
    p99: Duration,
    runs: usize,
    /// The middle run's time on the processor, and by the clock.
    middle: (Duration, Duration),
    bytes: usize,
}

fn measured(company: &Company, case: &Case) -> Measured {
    let ask = || company.ok(case.method, case.input.clone()).to_string().len();
    let bytes = ask();
    let (mut runs, begun) = (Vec::with_capacity(RUNS), Instant::now());
    while runs.len() < RUNS && (begun.elapsed() < AT_MOST || runs.len() < 3) {
        runs.push(Took::of(|| {
            ask();
        }));
    }
    let of = |which: fn(&Took) -> Duration| runs.iter().map(which).collect::<Vec<_>>();
    let middle = (median(of(|run| run.thread)), median(of(|run| run.wall)));
    Measured { p99: p99(&mut of(|run| run.wall)), runs: runs.len(), middle, bytes }
}

fn note(measured: &Measured) -> String {
    let (processor, wall) = measured.middle;
    let mut notes = vec![format!("middle {}", ms(wall)), busy(wall, processor)];
    if measured.runs < RUNS {
        notes.push(format!("longest of {} runs", measured.runs));
    }
    if measured.bytes >= 100_000 {
        notes.push(format!("answers {} kB", measured.bytes / 1000));
    }
    notes.retain(|note| !note.is_empty());
    notes.join("; ")
}

pub fn rows() -> Vec<Row> {
    let company = Company::open(&million::folder());
    let cases = every_screen(&company);
    let (mut rows, mut slowest, mut slow) = (Vec::new(), Duration::ZERO, 0);
    for case in &cases {
        let took = measured(&company, case);
        slowest = slowest.max(took.p99);
        slow += usize::from(took.p99 >= FRAME);
        let row = Row::judged(&format!("5 … {}", case.name), ms(took.p99), TARGET, took.p99 < FRAME);
        rows.push(row.note(note(&took)));
    }
    company.close();
    let name = format!("5 the {} queries of the screens, 1 M facts", cases.len());
    let note =
        if slow == 0 { String::new() } else { format!("{slow} of them are slower; each is named below") };
    rows.insert(0, Row::judged(&name, format!("slowest {}", ms(slowest)), TARGET, slow == 0).note(note));
    rows
}
