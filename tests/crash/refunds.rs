//! Judges refunds of card payments by the provider's own record: each was made once, of its amount, and is in the books.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use purser_engine::api::{Caller, Kind, call};
use purser_engine::program::Program;
use purser_sandbox::{Fault, READ_KEY, Sandbox, SandboxConfig, SandboxHandle, WRITE_KEY};
use purser_store::{ReadTx, StoreError};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::judge::{acknowledged_faults, ledger_faults};
use crate::runs::Work;
use crate::verbs::{open, prepare as prepare_company};
use crate::world::{CHARGES, REFUNDS, start};

/// Three refunds through a provider.
pub static REFUND: Work = Work { name: "refunds", prepare, begin, judge, template: OnceLock::new() };

/// The provider of each run that is not judged yet.
static PROVIDERS: Mutex<Option<HashMap<PathBuf, SandboxHandle>>> = Mutex::new(None);

/// The same company each time: what the template has read is what every run's provider says.
fn provider() -> SandboxHandle {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    let runtime =
        RUNTIME.get_or_init(|| Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap());
    let mut config = SandboxConfig::new(5);
    config.start = "2026-10-01".parse().unwrap();
    config.until = Some(start());
    config.customers = 12;
    (config.transfers_per_mille, config.by_hand_per_mille, config.declines_per_mille) = (0, 0, 0);
    (config.refunds_per_mille, config.failed_refunds_per_mille, config.disputes_per_mille) = (0, 0, 0);
    (config.euros, config.expenses) = (false, false);
    runtime.block_on(Sandbox::start(config)).unwrap()
}

/// A company that has read its provider, and three card payments of it.
fn prepare(folder: &Path) {
    prepare_company(folder);
    let (program, provider) = (open(folder), provider());
    connect(&program, &provider);
    act(&program, "sync", json!({ "providers": [] }));
    let largest = "SELECT funds_id FROM allocation WHERE funds_kind = 'charge' AND amount > 2000
        ORDER BY funds_id LIMIT 3";
    let charges: Vec<String> = program
        .books()
        .unwrap()
        .store
        .read(|tx| {
            Ok::<_, StoreError>(
                tx.prepare(largest)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?,
            )
        })
        .unwrap();
    assert_eq!(charges.len(), REFUNDS.len());
    std::fs::write(folder.join(CHARGES), charges.join("\n")).unwrap();
    program.close().unwrap();
}

fn connect(program: &Program, provider: &SandboxHandle) {
    let secrets = json!({ "read_key": READ_KEY, "write_key": WRITE_KEY });
    let asked =
        json!({ "provider": "stripe", "base_url": provider.url(), "options": {}, "secrets": secrets });
    act(program, "connect", asked);
}

/// A provider of the run's own, at an address of its own, which does the first refund without an answer.
fn begin(folder: &Path) {
    let (program, provider) = (open(folder), provider());
    // Connecting asks whether the key may give money back: only after that is it a refund that meets the fault.
    connect(&program, &provider);
    program.close().unwrap();
    provider.plan_fault(Some("POST"), "/v1/refunds", Fault::ConnectionResetAfterActing);
    let mut all = PROVIDERS.lock().unwrap_or_else(PoisonError::into_inner);
    all.get_or_insert_default().insert(folder.to_owned(), provider);
}

fn judge(folder: &Path, acknowledged: &[String]) -> Vec<String> {
    let provider = PROVIDERS.lock().unwrap().as_mut().unwrap().remove(folder).unwrap();
    let program = open(folder);
    let books = match program.books() {
        Ok(books) => books,
        Err(error) => return vec![format!("the books do not open: {error}")],
    };
    let mut faults = Vec::new();
    match books.store.verify() {
        Ok(report) => faults.extend(report.findings.iter().map(|f| format!("{} {}", f.place, f.sentence))),
        Err(error) => faults.push(format!("verify: {error}")),
    }
    let charges = std::fs::read_to_string(folder.join(CHARGES)).unwrap();
    let mut made = made(&provider);
    for (charge, cents) in charges.lines().zip(REFUNDS) {
        let amounts = made.remove(charge).unwrap_or_default();
        if amounts != [cents] {
            faults.push(format!("{charge}: {cents} was to be given back, and {amounts:?} was"));
        }
    }
    faults.extend(made.into_iter().map(|other| format!("nobody asked for {other:?}")));
    let looked = books.store.read(|tx| {
        faults.extend(ledger_faults(tx)?);
        faults.extend(acknowledged_faults(tx, acknowledged)?);
        faults.extend(state_faults(tx)?);
        for (account, group) in [("Assets:Stripe:USD", "processor"), ("Income:Refunds", "refunds")] {
            let (here, there) = (balance(tx, account)?, provider.group_balance(group, "usd"));
            if here != there {
                faults.push(format!("{account} holds {here}, and the provider says {there}"));
            }
        }
        Ok::<_, StoreError>(())
    });
    faults.extend(looked.err().map(|error| format!("the books cannot be read: {error}")));
    faults
}

/// The amounts that the provider gave back, by charge: its own record of what it did.
fn made(provider: &SandboxHandle) -> BTreeMap<String, Vec<i64>> {
    let mut made: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for request in provider.requests() {
        if request.replayed || !request.effect.is_some_and(|effect| effect.starts_with("refund ")) {
            continue;
        }
        let field = |name: &str| {
            let fields = request.body.split('&').filter_map(|field| field.split_once('='));
            fields
                .filter(|(key, _)| *key == name)
                .map(|(_, value)| value.to_owned())
                .next()
                .unwrap_or_default()
        };
        made.entry(field("charge")).or_default().push(field("amount").parse().unwrap_or_default());
    }
    made
}

fn balance(tx: &ReadTx<'_>, account: &str) -> Result<i64, StoreError> {
    let sql = "SELECT coalesce(sum(b.amount), 0) FROM balance b JOIN account a ON a.key = b.account WHERE a.name = ?1";
    Ok(tx.query_row(sql, [account], |row| row.get(0))?)
}

/// Each refund is settled, and nothing is asked about it. What a provider's own troubles ask is not judged here.
fn state_faults(tx: &ReadTx<'_>) -> Result<Vec<String>, StoreError> {
    let count = |sql: &str| tx.query_row(sql, [], |row| row.get::<_, i64>(0));
    let mut faults = Vec::new();
    for (what, wanted, sql) in [
        ("refunds that are settled", 3, "SELECT count(*) FROM batch WHERE state = 'settled'"),
        ("refunds", 3, "SELECT count(*) FROM batch"),
        (
            "effects that are not sent",
            0,
            "SELECT count(*) FROM effect WHERE kind = 'money.refund' AND state <> 'sent'",
        ),
        (
            "questions about them",
            0,
            "SELECT count(*) FROM attention WHERE resolved_at IS NULL
               AND (subject LIKE 'batch:%' OR subject LIKE 'effect:%' OR subject LIKE 'refund:%')",
        ),
    ] {
        let found = count(sql)?;
        if found != wanted {
            faults.push(format!("{what}: {found} instead of {wanted}"));
        }
    }
    Ok(faults)
}

fn act(program: &Program, name: &str, input: Value) {
    let caller = Caller {
        program,
        actor: "founder".to_owned(),
        progress: Arc::new(|_| {}),
        cancelled: Arc::default(),
        request: None,
        key: None,
    };
    call(caller, Kind::Command, name, input).unwrap_or_else(|error| panic!("{name}: {error}"));
}
