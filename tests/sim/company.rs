//! The simulated company and the program that keeps its books: two clocks, one machine that sleeps, dies and starts again.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use purser_engine::api::{Caller, call, kind_of};
use purser_engine::clock::{Clock, Ids, ManualClock};
use purser_engine::error::ApiError;
use purser_engine::outbox::Event;
use purser_engine::program::Program;
use purser_engine::vault::{KdfCost, PassphraseVault, vault_file};
use purser_sandbox::{FaultRates, READ_KEY, Sandbox, SandboxConfig, SandboxHandle, WRITE_KEY};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::dice::Dice;
use crate::schedule::{SPARED, Schedule};

/// Nothing in here is a secret.
pub const PASSPHRASE: &str = "correct horse battery staple";
/// What the bank accounts hold when the company opens, by the simulation's own names of them.
pub const ACCOUNTS: [(&str, &str, &str, &str); 2] =
    [("usd", "Bank USD", "Cash USD", "25000.00"), ("eur", "Bank EUR", "Cash EUR", "8000.00")];

/// Rows of a page that the card processor gives at most: a busy morning has more.
const PAGE_AT_MOST: usize = 20;
/// The name of the program's folder.
const BOOKS: &str = "books";
/// The name under which the world keeps what the founder's application was posted, and the secret of its posts.
pub const APPLICATION: &str = "application";
pub const APPLICATION_SECRET: &str = "a secret of the application";
/// Where the reports go.
pub const FOUNDER: &str = "founder@northbeam.example";

/// Both sides of a run.
pub struct Company {
    pub sandbox: SandboxHandle,
    clock: Arc<ManualClock>,
    /// By so much the machine's clock is wrong.
    wrong: Duration,
    program: Option<Program>,
    pub schedule: Schedule,
    calm: bool,
    /// The program's folder lies in it, beside what it is given and gives.
    place: TempDir,
    seed: u64,
    lives: u64,
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
        config.refunds_per_mille = 180;
        config.failed_refunds_per_mille = 300;
        (config.disputes_per_mille, config.reinstated_per_mille) = (120, 600);
        config.returned_debits_per_mille = 60;
        config.declines_per_mille = 120;
        config.left_open_per_mille = 1000;
        (config.voids_per_mille, config.given_up_per_mille) = (60, 140);
        (config.credit_notes_per_mille, config.credits_per_mille) = (250, 60);
        config.confirmations_per_mille = 300;
        config.hang_ms = 5;
        config.page_at_most = PAGE_AT_MOST;
        // Jumps of the clock come from the day's plan: drawn by chance, they would hit requests that are made at once.
        config.faults =
            FaultRates { clock_jump_seconds_at_most: 0, retry_after_seconds: 0, ..FaultRates::rough() };
        let start = config.start;
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let sandbox = runtime.block_on(Sandbox::start(config)).unwrap();
        let place = in_memory();
        let folder = place.path().join(BOOKS);
        std::fs::create_dir(&folder).unwrap();
        // The cost of a guess is stated in the vault's file: the least of it keeps the tests quick.
        let cheap = KdfCost { memory_kib: 8, iterations: 1, lanes: 1 };
        PassphraseVault::create_with_cost(&vault_file(&folder), &PASSPHRASE.to_owned().into(), cheap)
            .unwrap();
        let clock = Arc::new(ManualClock::at(sandbox.now()));
        let mut company = Company {
            sandbox,
            clock,
            wrong: Duration::zero(),
            program: None,
            schedule: Schedule::default(),
            calm: false,
            place,
            seed,
            lives: 0,
            _runtime: runtime,
        };
        company.begin();
        company.found(&start.to_string());
        // The jobs were planned.
        company.schedule.looked(company.now());
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
                "secrets": {"read_key": READ_KEY, "write_key": WRITE_KEY}}),
        );
        self.ok(
            "connect",
            json!({"provider": "webhook", "base_url": format!("{}/hooks/{APPLICATION}", self.sandbox.url()),
                "options": {}, "secrets": {"secret": APPLICATION_SECRET}}),
        );
        std::fs::create_dir(self.watched()).unwrap();
        self.ok("watched_folder_save", json!({"folder": self.watched(), "account": usd}));
        for (job, schedule) in SPARED {
            self.ok("job_schedule", json!({"name": job, "schedule": schedule, "zone": "", "catch_up": ""}));
        }
        let mut notices = self.ok("notifications", json!({}));
        notices["email_to"] = FOUNDER.into();
        // Alerts are other tests' subject.
        notices["email"] = json!([]);
        self.ok("notifications_save", notices);
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
        self.program = Some(Program::start(&self.folder(), clock, ids, passphrase).unwrap());
    }

    /// The program ends in good order.
    pub fn close(&mut self) {
        self.program.take().unwrap().close().unwrap();
    }

    /// The program is gone, without a word.
    pub fn kill(&mut self) {
        drop(self.program.take());
    }

    /// One of both, and it starts again.
    pub fn restart(&mut self, dice: &mut Dice) {
        if dice.once_in(2) {
            self.close();
        } else {
            self.kill();
        }
        self.begin();
    }

    /// How often the program has started.
    pub fn lives(&self) -> u64 {
        self.lives
    }

    /// From now on nothing goes wrong.
    pub fn calm(&mut self) {
        self.calm = true;
        self.clock_is_wrong(Duration::zero());
        self.sandbox.calm();
    }

    pub fn is_calm(&self) -> bool {
        self.calm
    }

    /// Where the bank's statements are put; those of the first account are looked for there by a job.
    pub fn watched(&self) -> PathBuf {
        self.place.path().join("statements")
    }

    /// The program's folder.
    pub fn folder(&self) -> PathBuf {
        self.place.path().join(BOOKS)
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

    /// What the machine takes for the time.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A while passes in the world.
    pub fn pass(&self, time: Duration) {
        self.live(self.sandbox.now() + time);
    }

    /// The scheduler looks at the clock and does what is due.
    pub fn jobs(&mut self) {
        self.schedule.looked(self.now());
        self.program().scheduler().unwrap().step().unwrap();
        // The world may have lived on while it was asked.
        self.set_clock();
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

    /// A file for an export.
    pub fn path(&self, name: &str) -> String {
        self.place.path().join(name).to_string_lossy().into_owned()
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
