//! A hundred thousand of Stripe's events through the whole ingest, beside a plain script that only keeps them.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use purser_connectors::stripe::{NAME, TRANSLATION, translate};
use purser_connectors::{Observation, Polled, Source, SourceError, Unreadable};
use purser_core::fact::{Fact, FactKind};
use purser_engine::ingest::sync;
use purser_sandbox::{READ_KEY, Sandbox, SandboxConfig, SandboxHandle};
use serde_json::{Value, json};

use crate::company::{Company, bench_data, scratch};
use crate::figures::{grouped, median, on_processor, per_second, timed};
use crate::table::Row;

const ROW: &str = "9 100k events of Stripe";
const FACTS: usize = 100_000;
/// Facts that come together.
const PAGE: usize = 100;
const RUNS: usize = 3;
const TARGET: f64 = 0.5;

pub fn rows() -> Vec<Row> {
    let facts = recorded();
    let place = scratch();
    let (mut ours, mut theirs, mut processor, mut entries) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for run in 0..RUNS {
        let folder = place.path().join(format!("books-{run}"));
        let company = Company::create(&folder, "2025-12-31");
        let books = company.program.books().unwrap();
        let source: Arc<dyn Source> = Arc::new(Recorded::open(&facts));
        let before = on_processor("self");
        let (took, synced) = timed(|| sync(&books, "bench", &source).unwrap());
        processor.push(on_processor("self").saturating_sub(before));
        ours.push(took);
        let odd: u64 = synced.counts.values().map(|count| count.unreadable).sum();
        assert_eq!(odd, 0, "{:?}", synced.counts);
        if run == 0 {
            let verified = company.ok("verify", json!({}));
            assert_eq!(verified["ok"], true, "{verified}");
            let filter = json!({"account": "", "from": "", "to": "", "text": ""});
            entries = company.ok("journal_index", filter)["total"].as_u64().unwrap();
        }
        drop(books);
        company.close();
        std::fs::remove_dir_all(&folder).unwrap();
        match script(&facts, &place.path().join(format!("plain-{run}.db"))) {
            Ok(took) => theirs.push(took),
            Err(why) => return vec![Row::unmeasured(ROW, "≥ 0.5× a plain Python script", &why)],
        }
    }
    let (ours, theirs) = (median(ours), median(theirs));
    let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
    let measured = format!(
        "{} facts/s (script {})",
        grouped(per_second(FACTS, ours)),
        grouped(per_second(FACTS, theirs))
    );
    vec![Row::judged(ROW, measured, "≥ 0.5× a plain Python script", ratio >= TARGET).ratio(ratio).note(format!(
        "pages of {PAGE}, the script's with a commit each, ours with one for those that wait together (32 at most), all flushed to the \
         disk; ours also reads, books {} entries, earns by months, audits, encrypts; {:.2} s on the processor",
        grouped(entries as f64),
        median(processor).as_secs_f64()
    ))]
}

fn script(facts: &Path, database: &Path) -> Result<Duration, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/events.py");
    let mut command = Command::new("python3");
    command.arg(script).arg(facts).arg(database).arg(PAGE.to_string());
    let output = command.output().map_err(|error| format!("python3 cannot be started: {error}"))?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["rows"], FACTS, "{told}");
    Ok(Duration::from_secs_f64(told["seconds"].as_f64().unwrap()))
}

/// Pages out of a file, read and translated as those of the network are.
struct Recorded(Mutex<BufReader<File>>);

impl Recorded {
    fn open(path: &Path) -> Recorded {
        Recorded(Mutex::new(BufReader::new(File::open(path).unwrap())))
    }
}

impl Source for Recorded {
    fn name(&self) -> &str {
        NAME
    }

    fn title(&self) -> &str {
        "Stripe"
    }

    fn translation(&self) -> i64 {
        TRANSLATION
    }

    fn translate(&self, kind: FactKind, payload: &[u8]) -> Result<Fact, Unreadable> {
        translate(kind, payload)
    }

    fn again(&self, cursor: &str, _since: Option<DateTime<Utc>>, _now: DateTime<Utc>) -> String {
        cursor.to_owned()
    }

    fn poll(&self, cursor: Option<&str>, _now: DateTime<Utc>) -> Result<Polled, SourceError> {
        let mut file = self.0.lock().unwrap();
        let mut facts = Vec::with_capacity(PAGE);
        for _ in 0..PAGE {
            let mut payload = Vec::new();
            if file.read_until(b'\n', &mut payload).unwrap() == 0 {
                break;
            }
            payload.truncate(payload.len() - 1);
            // Which object it is and of which kind, as the lists of the network say beside it.
            let value: Value = serde_json::from_slice(&payload).unwrap();
            let kind = kind_of(value["object"].as_str().unwrap()).unwrap();
            let external_id = value["id"].as_str().unwrap().to_owned();
            facts.push(Observation { kind, external_id, read: translate(kind, &payload), payload });
        }
        let page: usize = cursor.map_or(0, |page| page.parse().unwrap());
        let has_more = facts.len() == PAGE;
        Ok(Polled { facts, next_cursor: (page + 1).to_string(), has_more })
    }

    fn balance(&self, _now: DateTime<Utc>) -> Result<Option<Observation>, SourceError> {
        Ok(None)
    }
}

fn kind_of(object: &str) -> Option<FactKind> {
    Some(match object {
        "customer" => FactKind::Customer,
        "subscription" => FactKind::Subscription,
        "invoice" => FactKind::Invoice,
        "invoice_payment" => FactKind::InvoicePayment,
        "charge" => FactKind::Charge,
        "refund" => FactKind::Refund,
        "dispute" => FactKind::Dispute,
        "payout" => FactKind::Payout,
        "balance_transaction" => FactKind::Movement,
        _ => return None,
    })
}

/// What a simulated company's events and balance transactions say, one object a line in the order of their time; made
/// once and kept.
fn recorded() -> PathBuf {
    let path = bench_data().join("stripe-facts.jsonl");
    if path.exists() {
        return path;
    }
    std::fs::create_dir_all(bench_data()).unwrap();
    let part = path.with_extension("part");
    let mut out = BufWriter::new(File::create(&part).unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let config = SandboxConfig { customers: 3_000, ..SandboxConfig::new(100) };
    let sandbox = runtime.block_on(Sandbox::start(config)).unwrap();
    let (mut events, mut movements) = (Tail::of("/v1/events"), Tail::of("/v1/balance_transactions"));
    // What was there on the first morning is where reading forward begins.
    let (_, _) = (events.news(&sandbox), movements.news(&sandbox));
    let mut written = 0;
    while written < FACTS {
        sandbox.advance(sandbox.now() + TimeDelta::hours(6)).unwrap();
        let told = events.news(&sandbox).into_iter().map(|mut event| event["data"]["object"].take());
        let all = told.collect::<Vec<_>>().into_iter().chain(movements.news(&sandbox));
        for object in all.filter(|object| object["object"].as_str().and_then(kind_of).is_some()) {
            if written < FACTS {
                writeln!(out, "{object}").unwrap();
                written += 1;
            }
        }
    }
    out.into_inner().unwrap().sync_all().unwrap();
    std::fs::rename(part, &path).unwrap();
    path
}

/// A list that is read forward.
struct Tail {
    path: &'static str,
    newest: Option<String>,
}

impl Tail {
    fn of(path: &'static str) -> Tail {
        Tail { path, newest: None }
    }

    /// What came since, oldest first.
    fn news(&mut self, sandbox: &SandboxHandle) -> Vec<Value> {
        let mut all = Vec::new();
        loop {
            let after = self.newest.as_ref().map(|id| format!("&ending_before={id}")).unwrap_or_default();
            let mut page = get(&sandbox.url(), &format!("{}?limit=100{after}", self.path));
            let Value::Array(mut items) = page["data"].take() else { panic!("{page}") };
            items.reverse();
            if let Some(last) = items.last() {
                self.newest = last["id"].as_str().map(str::to_owned);
            }
            all.append(&mut items);
            assert!(!after.is_empty() || page["has_more"] == false, "there is no place to begin at");
            if page["has_more"] != true {
                return all;
            }
        }
    }
}

fn get(base: &str, path: &str) -> Value {
    let host = base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {READ_KEY}\r\nconnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let body = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    serde_json::from_slice(&answer[body..]).unwrap()
}
