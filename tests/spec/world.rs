//! A company in a folder of its own, with a clock that stands. When a world ends, its books are verified.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Duration, TimeZone, Utc};
use purser_connectors::FileRail;
use purser_core::invoice::reference;
use purser_engine::api::{Caller, Kind, Request, call, kind_of};
use purser_engine::clock::{Clock, Ids, ManualClock};
use purser_engine::error::ApiError;
use purser_engine::outbox::Event;
use purser_engine::program::Program;
use purser_engine::vault::{KdfCost, PassphraseVault, vault_file};
use purser_sandbox::{Sandbox, SandboxConfig, SandboxHandle};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// Nothing in here is a secret.
pub const PASSPHRASE: &str = "correct horse battery staple";
/// The columns of a statement in Purser's own form.
const STATEMENT: &str = "id,date,amount,currency,payer,description";
/// The columns of an invoice table.
const INVOICES: &str = "number,customer,email,amount,currency,issued,due,reference";

/// A company whose books begin on 1 September 2026 with 1,000.00 USD in Mercury. It is 17 November 2026, 09:00 UTC.
pub struct World {
    folder: TempDir,
    clock: Arc<ManualClock>,
    program: Option<Program>,
    lives: u64,
    files: AtomicU32,
    pub recovery_code: String,
}

fn start() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 17, 9, 0, 0).unwrap()
}

impl World {
    pub fn new() -> World {
        World::in_folder(tempfile::tempdir().unwrap())
    }

    pub fn in_folder(folder: TempDir) -> World {
        // The cost of a guess is stated in the vault's file: the least of it keeps the tests quick.
        let cheap = KdfCost { memory_kib: 8, iterations: 1, lanes: 1 };
        PassphraseVault::create_with_cost(&vault_file(folder.path()), &PASSPHRASE.to_owned().into(), cheap)
            .unwrap();
        let clock = Arc::new(ManualClock::at(start()));
        let mut world = World::without_company(folder, clock);
        world.begin();
        let company = json!({
            "company": "Northbeam Analytics", "currency": "USD", "books_start": "2026-09-01", "zone": "UTC",
            "account": "Mercury", "opening": "1000.00", "passphrase": PASSPHRASE
        });
        world.recovery_code = text(&world.ok("create_company", company)["recovery_code"]);
        world
    }

    fn without_company(folder: TempDir, clock: Arc<ManualClock>) -> World {
        let (files, recovery_code) = (AtomicU32::new(0), String::new());
        World { folder, clock, program: None, lives: 0, files, recovery_code }
    }

    /// The demo company.
    pub fn demo() -> World {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(start()));
        let mut world = World::without_company(folder, clock);
        world.begin();
        world.ok("open_demo", json!({}));
        world
    }

    /// A company with three customers and five open invoices.
    ///
    /// | invoice | customer | amount | reference |
    /// | --- | --- | --- | --- |
    /// | NB-202611-0001 | Alder Works | 1,000.00 | [`World::reference`] of 1 |
    /// | NB-202611-0002, -0003 | Birch Foods | 588.00 each | of 2, of 3 |
    /// | NB-202611-0004, -0005 | Cedar Labs | 300.00, 200.00 | of 4, of 5 |
    pub fn owing() -> World {
        let world = World::new();
        let made = world.customers(&[
            "Alder Works,ap@alder.example,cus_alder,scale,US,2026-01-05",
            "Birch Foods,pay@birch.example,cus_birch,team,US,2026-02-05",
            "Cedar Labs,,cus_cedar,team,US,2026-03-05",
        ]);
        assert_eq!(made["new"], 3, "{made}");
        let row = |at: u32, customer: &str, amount: &str| {
            let reference = World::reference(at);
            format!("NB-202611-000{at},{customer},,{amount},USD,2026-11-02,2026-11-16,{reference}")
        };
        let rows = [
            row(1, "Alder Works", "1000.00"),
            row(2, "Birch Foods", "588.00"),
            row(3, "Birch Foods", "588.00"),
            row(4, "Cedar Labs", "300.00"),
            row(5, "Cedar Labs", "200.00"),
        ];
        let made = world.invoices(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(made["new"], 5, "{made}");
        world
    }

    /// The payment reference of an invoice of [`World::owing`].
    pub fn reference(at: u32) -> String {
        reference("NB", 1_042_100 + at)
    }

    fn begin(&mut self) {
        self.lives += 1;
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let ids = Arc::new(Ids::seeded(self.lives));
        let passphrase = Some(PASSPHRASE.to_owned().into());
        let program = Program::start_traced(self.folder.path(), clock, ids, passphrase).unwrap();
        if let Some(purser) = crate::command_line::binary() {
            program.draw_with(purser);
        }
        self.program = Some(program);
    }

    /// The program ends and another one starts on the same folder.
    pub fn restart(&mut self) {
        self.stop();
        self.begin();
    }

    pub fn stop(&mut self) {
        let program = self.program.take().unwrap();
        program.close().unwrap();
    }

    pub fn start_again(&mut self) {
        self.begin();
    }

    /// Ends without looking at the plans of the statements: the demo company is verified while it is made.
    pub fn leave(mut self) {
        self.program.take().unwrap().close().unwrap();
    }

    pub fn program(&self) -> &Program {
        self.program.as_ref().unwrap()
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// What the outbox does now. It never has trouble.
    pub fn step(&self) -> Vec<Event> {
        let events = self.program().dispatcher().unwrap().step();
        assert!(!events.iter().any(|event| matches!(event, Event::Trouble(_))), "{events:?}");
        events
    }

    /// The outbox works until it rests.
    pub fn settle(&self) {
        for _ in 0..20 {
            if self.step().is_empty() {
                return;
            }
        }
        panic!("the outbox never rests");
    }

    pub fn call_as(
        &self,
        kind: Kind,
        request: Option<Request>,
        name: &str,
        input: Value,
    ) -> Result<Value, ApiError> {
        let caller = Caller {
            program: self.program(),
            actor: "founder".to_owned(),
            progress: Arc::new(|_| {}),
            cancelled: Arc::default(),
            request,
            key: None,
        };
        call(caller, kind, name, input)
    }

    pub fn call(&self, name: &str, input: Value) -> Result<Value, ApiError> {
        self.call_as(kind_of(name).unwrap(), None, name, input)
    }

    pub fn ok(&self, name: &str, input: Value) -> Value {
        self.call(name, input.clone())
            .unwrap_or_else(|error| panic!("{name} {input}: {} {error}", error.code))
    }

    /// The error of a call that has to fail, and that changes nothing.
    pub fn refused(&self, name: &str, input: Value) -> ApiError {
        let before = self.journal_total();
        let shown = input.to_string();
        let error = match self.call(name, input) {
            Err(error) => error,
            Ok(answer) => panic!("{name} {shown} was not refused: {answer}"),
        };
        assert_eq!(self.journal_total(), before, "{name} {shown} was refused and booked something");
        error
    }

    /// The code of that error.
    pub fn code(&self, name: &str, input: Value) -> String {
        self.refused(name, input).code
    }

    pub fn file(&self, text: &str) -> PathBuf {
        let number = self.files.fetch_add(1, Ordering::Relaxed) + 1;
        let path = self.folder.path().join(format!("file-{number}.csv"));
        std::fs::write(&path, text).unwrap();
        path
    }

    pub fn statement_into(&self, account: &str, rows: &[&str], skip_bad: bool) -> Value {
        let path = self.file(&format!("{STATEMENT}\n{}\n", rows.join("\n")));
        let input = json!({"path": path, "account": account, "format": "auto", "mapping": null, "skip_bad": skip_bad});
        self.ok("import_statement", input)
    }

    /// A statement of Mercury.
    pub fn statement(&self, rows: &[&str]) -> Value {
        self.statement_into("Mercury", rows, false)
    }

    pub fn customers(&self, rows: &[&str]) -> Value {
        let path =
            self.file(&format!("name,email,external_id,plan,country,signed_up\n{}\n", rows.join("\n")));
        self.ok("import_customers", json!({"path": path, "skip_bad": false}))
    }

    pub fn invoices(&self, rows: &[&str]) -> Value {
        let path = self.file(&format!("{INVOICES}\n{}\n", rows.join("\n")));
        self.ok("import_invoices", json!({"path": path, "skip_bad": false}))
    }

    pub fn account(&self, name: &str, kind: &str, currency: &str, opening: &str) {
        self.ok("account_add", json!({"name": name, "kind": kind, "currency": currency, "opening": opening}));
    }

    /// Books what is certain; how many lines that were.
    pub fn match_apply(&self) -> u64 {
        self.ok("match_run", json!({"apply": true}))["booked"].as_u64().unwrap()
    }

    /// What a run says about a line.
    pub fn explained(&self, line: &str) -> Value {
        let run = self.ok("match_run", json!({"apply": false}));
        let found =
            run["results"].as_array().unwrap().iter().find(|result| result["transaction"] == line).cloned();
        found.unwrap_or_else(|| panic!("{line} is not open: {run}"))
    }

    pub fn confirm(&self, line: &str, kind: &str, targets: &[&str], difference: &str) -> Value {
        self.ok("match_confirm", choice(line, kind, targets, difference))
    }

    pub fn line_state(&self, line: &str) -> String {
        text(&self.ok("match_line", json!({"id": line}))["line"]["state"])
    }

    /// State and what is open, in cents.
    pub fn invoice(&self, number: &str) -> (String, i64) {
        let row = self.ok("invoice", json!({"number": number}))["row"].clone();
        (text(&row["state"]), cents(&row["open"]))
    }

    /// A customer's credit, in cents.
    pub fn credit(&self, customer: &str) -> i64 {
        let found = self.ok("customers", json!({"text": customer}));
        cents(&found["customers"][0]["credit"])
    }

    /// Every balance that is not zero, in cents, by account and currency.
    pub fn balances(&self) -> BTreeMap<String, i64> {
        let rows = self.ok("balances", json!({"as_of": ""}))["rows"].clone();
        rows.as_array()
            .unwrap()
            .iter()
            .map(|row| {
                let currency = text(&row["balance"]["currency"]);
                (format!("{} {currency}", text(&row["account"])), cents(&row["balance"]))
            })
            .filter(|(_, amount)| *amount != 0)
            .collect()
    }

    /// A balance in US cents.
    pub fn balance(&self, account: &str) -> i64 {
        self.balances().get(&format!("{account} USD")).copied().unwrap_or(0)
    }

    pub fn journal_total(&self) -> u64 {
        let filter = json!({"account": "", "from": "", "to": "", "text": ""});
        self.ok("journal_index", filter)["total"].as_u64().unwrap()
    }

    /// What the payment file accepted.
    pub fn sent(&self) -> usize {
        FileRail::open(self.folder()).unwrap().records().unwrap().len()
    }

    /// The books agree with themselves, every currency sums to nothing, and no statement reads a whole table.
    pub fn check(&self) {
        // Before the verification, which reads everything by its nature.
        crate::plans::check(&self.program().books().unwrap().store);
        let verified = self.ok("verify", json!({}));
        assert_eq!(verified["ok"], true, "{verified:#}");
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        for (name, amount) in self.balances() {
            *sums.entry(name.rsplit(' ').next().unwrap().to_owned()).or_default() += amount;
        }
        assert!(sums.values().all(|sum| *sum == 0), "{sums:?}");
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if self.program.is_some() && !std::thread::panicking() {
            self.check();
        }
    }
}

/// A simulated company that answers as long as both are kept.
pub fn simulated(config: SandboxConfig) -> (SandboxHandle, Runtime) {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let sandbox = runtime.block_on(Sandbox::start(config)).unwrap();
    (sandbox, runtime)
}

/// The books of a world, read behind the store's back.
pub fn decrypted(world: &World) -> purser_store::rusqlite::Connection {
    use secrecy::ExposeSecret;
    let vault = PassphraseVault::open(&vault_file(world.folder()), &PASSPHRASE.to_owned().into()).unwrap();
    let key = purser_engine::vault::Vault::get(&vault, "store-key").unwrap().unwrap();
    let conn = purser_store::rusqlite::Connection::open(world.folder().join("books.db")).unwrap();
    conn.execute_batch(&format!("PRAGMA key = \"x'{}'\"", key.expose_secret())).unwrap();
    conn
}

pub fn choice(line: &str, kind: &str, targets: &[&str], difference: &str) -> Value {
    json!({"line": line, "kind": kind, "targets": targets, "amounts": [], "difference": difference})
}

/// A payment form of today that asks for its receipt to be mailed.
pub fn payment(customer: &str, amount: &str, method: &str) -> Value {
    json!({
        "customer": customer, "amount": amount, "currency": "USD", "method": method, "received_on": "",
        "reference": "", "note": "", "allocations": [], "proof": "", "email_receipt": true
    })
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// An amount in minor units of two decimals.
pub fn cents(amount: &Value) -> i64 {
    text(&amount["amount"]).replace('.', "").parse().unwrap()
}
