//! The simulated company and the program that keeps its books: two clocks, one machine that sleeps, dies and starts again.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use purser_engine::api::{Caller, call, kind_of};
use purser_engine::clock::{Clock, Ids, ManualClock};
use purser_engine::error::ApiError;
use purser_engine::outbox::Event;
use purser_engine::program::Program;
use purser_engine::vault::{KdfCost, PassphraseVault, vault_file};
use purser_sandbox::{FaultRates, READ_KEY, Sandbox, SandboxConfig, SandboxHandle};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Nothing in here is a secret.
const PASSPHRASE: &str = "correct horse battery staple";
/// What the bank accounts hold when the company opens, by the simulation's own names of them.
pub const ACCOUNTS: [(&str, &str, &str, &str); 2] =
    [("usd", "Bank USD", "Cash USD", "25000.00"), ("eur", "Bank EUR", "Cash EUR", "8000.00")];

/// Both sides of a run.
pub struct Company {
    pub sandbox: SandboxHandle,
    clock: Arc<ManualClock>,
    /// By so much the machine's clock is wrong.
    wrong: Duration,
    program: Option<Program>,
    folder: TempDir,
    seed: u64,
    lives: u64,
    files: u32,
    _runtime: Runtime,
}

/// A folder in memory where the system has such a place: what a disk does is not what is tried here, and the program
/// flushes to it for every decision of the whole time.
fn in_memory() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

impl Company {
    pub fn open(seed: u64) -> Company {
        let mut config = SandboxConfig::new(seed);
        config.customers = 30;
        config.transfers_per_mille = 250;
        config.by_hand_per_mille = 200;
        config.refunds_per_mille = 90;
        config.disputes_per_mille = 40;
        config.declines_per_mille = 120;
        config.hang_ms = 5;
        // Jumps of the clock come from the day's plan: drawn by chance, they would hit requests that are made at once.
        config.faults =
            FaultRates { clock_jump_seconds_at_most: 0, retry_after_seconds: 0, ..FaultRates::rough() };
        let start = config.start;
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let sandbox = runtime.block_on(Sandbox::start(config)).unwrap();
        let folder = in_memory();
        // The cost of a guess is stated in the vault's file: the least of it keeps the tests quick.
        let cheap = KdfCost { memory_kib: 8, iterations: 1, lanes: 1 };
        PassphraseVault::create_with_cost(&vault_file(folder.path()), &PASSPHRASE.to_owned().into(), cheap)
            .unwrap();
        let clock = Arc::new(ManualClock::at(sandbox.now()));
        let mut company = Company {
            sandbox,
            clock,
            wrong: Duration::zero(),
            program: None,
            folder,
            seed,
            lives: 0,
            files: 0,
            _runtime: runtime,
        };
        company.begin();
        company.found(&start.to_string());
        company
    }

    fn found(&self, start: &str) {
        let [(_, usd, _, opening), (_, eur, _, eur_opening)] = ACCOUNTS;
        self.ok(
            "create_company",
            json!({"company": "Northbeam Analytics", "currency": "USD", "books_start": start, "zone": "UTC",
                "account": usd, "opening": opening, "passphrase": PASSPHRASE}),
        );
        let account = |name: &str, kind: &str, currency: &str, opening: &str| {
            self.ok(
                "account_add",
                json!({"name": name, "kind": kind, "currency": currency, "opening": opening}),
            );
        };
        account(eur, "bank", "EUR", eur_opening);
        for (currency, _, cash, _) in ACCOUNTS {
            account(cash, "cash", &currency.to_uppercase(), "");
        }
        self.ok(
            "connect",
            json!({"provider": "stripe", "base_url": self.sandbox.url(), "options": {},
                "secrets": {"read_key": READ_KEY}}),
        );
        // Papers and copies of the file are other tests' subject, and half of a run's time.
        for job in ["revenue-report", "backup"] {
            self.ok("job_pause", json!({"name": job}));
        }
        let smtp = self.sandbox.smtp_address();
        self.ok(
            "connect",
            json!({"provider": "smtp", "base_url": "", "secrets": {"password": ""},
                "options": {"host": "127.0.0.1", "port": smtp.port().to_string(), "tls": "none", "user": "",
                    "from": "Northbeam <billing@northbeam.example>"}}),
        );
    }

    /// The program starts on its folder.
    pub fn begin(&mut self) {
        self.lives += 1;
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let ids = Arc::new(Ids::seeded(self.seed * 1_000_000 + self.lives));
        let passphrase = Some(PASSPHRASE.to_owned().into());
        self.program = Some(Program::start(self.folder.path(), clock, ids, passphrase).unwrap());
    }

    /// The program ends in good order.
    pub fn close(&mut self) {
        self.program.take().unwrap().close().unwrap();
    }

    /// The program is gone, without a word.
    pub fn kill(&mut self) {
        drop(self.program.take());
    }

    pub fn program(&self) -> &Program {
        self.program.as_ref().unwrap()
    }

    /// Both clocks go on to a time; the simulation may be there already.
    pub fn live(&self, to: DateTime<Utc>) {
        self.sandbox.advance(to).unwrap();
        self.set_clock();
    }

    /// The machine's clock is wrong from now on, or right again.
    pub fn clock_is_wrong(&mut self, by: Duration) {
        self.wrong = by;
        self.set_clock();
    }

    /// The machine's clock follows the world's.
    pub fn set_clock(&self) {
        self.clock.advance(self.sandbox.now() + self.wrong - self.clock.now());
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub fn call(&self, name: &str, input: Value) -> Result<Value, ApiError> {
        let caller = Caller {
            program: self.program(),
            actor: "founder".to_owned(),
            progress: Arc::new(|_| {}),
            cancelled: Arc::default(),
            request: None,
            key: None,
        };
        call(caller, kind_of(name).unwrap(), name, input)
    }

    pub fn ok(&self, name: &str, input: Value) -> Value {
        self.call(name, input.clone())
            .unwrap_or_else(|error| panic!("{name} {input}: {} {error}", error.code))
    }

    /// A file for an import, or for an export to be written to.
    pub fn path(&mut self, ending: &str) -> String {
        self.files += 1;
        self.folder.path().join(format!("file-{}.{ending}", self.files)).to_string_lossy().into_owned()
    }

    /// The outbox works until nothing is due.
    pub fn send(&self) {
        for _ in 0..50 {
            let events = self.program().dispatcher().unwrap().step();
            assert!(!events.iter().any(|event| matches!(event, Event::Trouble(_))), "{events:?}");
            if events.is_empty() {
                return;
            }
        }
        panic!("the outbox never rests");
    }
}
