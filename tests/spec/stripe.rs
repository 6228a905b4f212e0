//! A simulated company's card payments, through the whole ingest: the books must agree with its own books, which share
//! no code with ours, to the cent.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use purser_connectors::Source;
use purser_connectors::stripe::{Client, Config, StripeSource};
use purser_core::Currency;
use purser_core::fact::FactKind;
use purser_engine::books::Books;
use purser_engine::clock::{Clock, Ids, ManualClock};
use purser_engine::error::ApiError;
use purser_engine::ingest::{SyncError, check_balance, sync};
use purser_engine::profile::{self, Profile};
use purser_sandbox::{READ_KEY, SandboxConfig, SandboxHandle};
use purser_store::tables::{attention, ledger, settings};
use purser_store::{AuditDraft, Store, WriteClass};
use serde_json::json;

use crate::world::{World, simulated};

const ACTOR: &str = "job:stripe";

/// The simulated company and our books of it.
struct Pair {
    sandbox: SandboxHandle,
    books: Books,
    clock: Arc<ManualClock>,
    source: Arc<dyn Source>,
    _runtime: tokio::runtime::Runtime,
}

impl Pair {
    /// Everybody pays by card: what is paid by bank or by hand is not this test's subject.
    fn new(seed: u64, history_days: u32) -> Pair {
        let mut config = SandboxConfig::new(seed);
        config.history_days = history_days;
        config.customers = 60;
        config.transfers_per_mille = 0;
        config.by_hand_per_mille = 0;
        config.refunds_per_mille = 120;
        config.disputes_per_mille = 60;
        config.declines_per_mille = 150;
        let start = config.start;
        let (sandbox, runtime) = simulated(config);
        let clock = Arc::new(ManualClock::at(sandbox.now()));
        let books = books(Arc::clone(&clock) as Arc<dyn Clock>, start);
        let mut connection = Config::new(Some(&sandbox.url()), READ_KEY.to_owned().into()).unwrap();
        connection.rate_per_second = 100_000;
        connection.first_pause = std::time::Duration::from_millis(1);
        let source: Arc<dyn Source> = Arc::new(StripeSource::new(Client::new(connection).unwrap()));
        Pair { sandbox, books, clock, source, _runtime: runtime }
    }

    fn live(&self, by: Duration) {
        self.sandbox.advance(self.sandbox.now() + by).unwrap();
        self.clock.advance(by);
    }

    fn sync(&self) -> BTreeMap<FactKind, purser_engine::ingest::Count> {
        sync(&self.books, ACTOR, &self.source).unwrap().counts
    }

    fn agrees(&self, when: &str) {
        let differences = check_balance(&self.books, ACTOR, &self.source).unwrap();
        assert!(differences.is_empty(), "{when}: {differences:?}");
        let (ours, theirs) = (self.ours(), self.theirs());
        let apart: Vec<_> = theirs
            .keys()
            .chain(ours.keys())
            .filter(|key| ours.get(*key).unwrap_or(&0) != theirs.get(*key).unwrap_or(&0))
            .map(|key| format!("{key:?}: ours {:?}, theirs {:?}", ours.get(key), theirs.get(key)))
            .collect();
        assert!(apart.is_empty(), "{when}:\n{}", apart.join("\n"));
    }

    /// Our balances by the simulation's groups, in minor units.
    fn ours(&self) -> BTreeMap<(String, String), i128> {
        let mut sums = BTreeMap::new();
        for balance in self.books.read(|tx| Ok(ledger::balances(tx)?)).unwrap() {
            let group = match balance.account.as_str() {
                name if name.starts_with("Assets:Stripe:") => "processor",
                "Assets:Receivable" => "receivable",
                "Assets:Disputes" => "disputed",
                "Liabilities:SalesTax" => "sales_tax",
                "Liabilities:DeferredRevenue" => "deferred",
                "Liabilities:CustomerCredit" => "customer_credit",
                "Liabilities:Suspense" => "charge_without_invoice",
                "Income:Sales" => "income",
                "Income:Refunds" => "refunds",
                "Expenses:Chargebacks" => "chargebacks",
                "Expenses:BadDebt" => "bad_debt",
                "Expenses:Fees:Stripe" => "processor_fees",
                "Expenses:Fees:Disputes" => "dispute_fees",
                "Assets:InTransit:In" => continue,
                other => panic!("the books hold {other}"),
            };
            *sums.entry((group.to_owned(), balance.amount.currency().code().to_owned())).or_default() +=
                balance.amount.minor();
        }
        sums.retain(|_, sum| *sum != 0);
        sums
    }

    fn theirs(&self) -> BTreeMap<(String, String), i128> {
        const OURS: [&str; 13] = [
            "processor",
            "receivable",
            "disputed",
            "sales_tax",
            "deferred",
            "customer_credit",
            "charge_without_invoice",
            "income",
            "refunds",
            "chargebacks",
            "bad_debt",
            "processor_fees",
            "dispute_fees",
        ];
        let mut sums = BTreeMap::new();
        for balance in self.sandbox.balances(None) {
            let group = balance.account.group();
            if OURS.contains(&group) {
                *sums.entry((group.to_owned(), balance.currency.to_uppercase())).or_default() +=
                    i128::from(balance.amount_minor);
            }
        }
        sums.retain(|_, sum| *sum != 0);
        sums
    }

    fn asked(&self) -> Vec<String> {
        let now = self.clock.now();
        let queue = self.books.read(|tx| Ok(attention::queue(tx, now)?)).unwrap();
        queue.into_iter().map(|queued| format!("{}: {}", queued.item.kind, queued.item.reason)).collect()
    }

    fn entries(&self) -> i64 {
        self.books.read(|tx| Ok(ledger::next_number(tx)?)).unwrap()
    }

    fn verified(&self) {
        let report = self.books.store.verify().unwrap();
        assert!(report.is_clean(), "{report:?}");
    }
}

fn books(clock: Arc<dyn Clock>, start: NaiveDate) -> Books {
    let now: DateTime<Utc> = clock.now();
    let books = Books {
        store: Store::memory().unwrap(),
        clock,
        ids: Arc::new(Ids::seeded(1)),
        folder: PathBuf::new(),
        process: "process 1".into(),
        matching: Arc::default(),
        request: None,
    };
    let profile = Profile {
        name: "Northbeam Analytics".into(),
        address: String::new(),
        tax_id: String::new(),
        email: String::new(),
        currency: Currency::USD,
        books_start: start,
        zone: chrono_tz::UTC,
        invoice_prefix: "NB".into(),
        terms_days: 30,
        undo_seconds: 10,
        demo: false,
    };
    let draft = AuditDraft {
        at: now,
        actor: "founder".into(),
        action: "company.create".into(),
        subject: "test".into(),
        detail: serde_json::json!({}),
    };
    books
        .store
        .write(WriteClass::Decision, move |tx| {
            settings::set(tx, profile::SETTING, &profile)?;
            tx.audit(draft)?;
            Ok::<_, ApiError>(())
        })
        .unwrap();
    books
}

#[test]
fn day_by_day_the_books_agree_with_the_simulation_to_the_cent() {
    let pair = Pair::new(11, 0);
    for day in 1..=100 {
        pair.live(Duration::days(1));
        pair.sync();
        if day % 20 == 0 {
            pair.agrees(&format!("day {day}"));
        }
    }
    assert!(!pair.asked().iter().any(|item| item.starts_with("unreadable")), "{:?}", pair.asked());
    pair.verified();
}

#[test]
fn the_past_read_at_once_gives_the_same_books_and_reading_again_changes_nothing() {
    let pair = Pair::new(12, 120);
    let counts = pair.sync();
    assert!(counts[&FactKind::Movement].new > 100, "{counts:?}");
    assert!(counts.values().all(|count| count.unreadable == 0), "{counts:?}");
    let differences = check_balance(&pair.books, ACTOR, &pair.source).unwrap();
    assert!(differences.is_empty(), "{differences:?}");
    let entries = pair.entries();
    let again = pair.sync();
    assert!(again.values().all(|count| count.new == 0), "{again:?}");
    // Everything once more from the very beginning, as after a long absence.
    pair.clock.advance(Duration::days(31));
    let anew = pair.sync();
    assert!(anew[&FactKind::Movement].known > 100, "{anew:?}");
    assert_eq!(
        pair.entries(),
        entries + recognised(&pair, entries),
        "only months that have passed were earned"
    );
    pair.verified();
}

/// How many entries after a number only earn what was deferred.
fn recognised(pair: &Pair, from: i64) -> i64 {
    let last = pair.entries();
    (from..last)
        .filter(|number| {
            let entry = pair.books.read(|tx| Ok(ledger::entry(tx, *number)?)).unwrap().unwrap();
            entry.kind == purser_core::entry::EntryKind::Recognition
        })
        .count() as i64
}

#[test]
fn a_revoked_key_says_so_and_what_came_before_is_kept() {
    let pair = Pair::new(13, 20);
    pair.sync();
    let entries = pair.entries();
    pair.sandbox.revoke_key(READ_KEY, true);
    pair.live(Duration::days(1));
    let error = sync(&pair.books, ACTOR, &pair.source).unwrap_err();
    assert!(matches!(error, SyncError::Source(purser_connectors::SourceError::KeyRefused { .. })), "{error}");
    assert_eq!(pair.entries(), entries);
    pair.sandbox.revoke_key(READ_KEY, false);
    pair.sync();
    pair.agrees("after the key works again");
}

/// The same company through the application interface: connected, read, its deposits found on the bank's statement.
#[test]
fn deposits_meet_the_payouts_that_were_sent_and_recurring_revenue_opens_into_its_parts() {
    let mut config = SandboxConfig::new(14);
    config.start = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
    config.history_days = 77;
    config.customers = 40;
    config.transfers_per_mille = 0;
    config.by_hand_per_mille = 0;
    let (sandbox, _runtime) = simulated(config);
    let world = World::new();
    let secrets = json!({"read_key": READ_KEY});
    let asked = json!({"provider": "stripe", "base_url": sandbox.url(), "options": {}, "secrets": secrets});
    world.ok("connect", asked);
    let report = world.ok("sync", json!({"providers": []}));
    let source = &report["sources"][0];
    assert!(source["error"].is_null(), "{report}");
    assert_eq!(source["differences"], json!([]), "{report}");
    let again = world.ok("sync", json!({"providers": ["stripe"]}));
    assert!(again["sources"][0]["kinds"].as_array().unwrap().iter().all(|kind| kind["new"] == 0), "{again}");

    let metrics = world.ok("metrics", json!({"from": "2026-10-01", "to": null}));
    let sum = &metrics["end"][0];
    let cents =
        |text: &serde_json::Value| text["amount"].as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
    let parts: i64 = sum["parts"].as_array().unwrap().iter().map(|part| cents(&part["amount"])).sum();
    assert!(parts > 0 && parts == cents(&sum["mrr"]), "{metrics}");

    let before = world.balance("Assets:InTransit:In");
    let rows: Vec<String> = sandbox
        .bank_lines()
        .into_iter()
        .filter(|line| line.account == "usd" && line.payer.to_uppercase().contains("STRIPE"))
        .map(|line| {
            let date = DateTime::from_timestamp(line.at, 0).unwrap().date_naive();
            let (whole, cents) = (line.amount_minor / 100, line.amount_minor % 100);
            format!("{},{date},{whole}.{cents:02},USD,{},{}", line.id, line.payer, line.description)
        })
        .collect();
    assert!(rows.len() > 20, "{} deposits", rows.len());
    world.statement(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    world.match_apply();
    let theirs: i64 = sandbox
        .balances(None)
        .iter()
        .filter(|balance| {
            balance.account.group() == "payout_on_its_way" && balance.currency.eq_ignore_ascii_case("usd")
        })
        .map(|balance| balance.amount_minor)
        .sum();
    let left = world.balance("Assets:InTransit:In");
    assert!(before > left, "{before} was on its way, {left} is left");
    assert_eq!(left, theirs, "what the bank has not shown");
}

#[test]
fn two_readings_at_the_same_time_take_each_fact_once() {
    let alone = Pair::new(17, 120);
    let wanted = sync(&alone.books, ACTOR, &alone.source).unwrap().came();
    let pair = Pair::new(17, 120);
    let (one, two) = std::thread::scope(|scope| {
        let other = scope.spawn(|| sync(&pair.books, ACTOR, &pair.source).unwrap());
        (sync(&pair.books, ACTOR, &pair.source).unwrap(), other.join().unwrap())
    });
    assert!(wanted > 800, "{wanted} facts are more than the pages that may be ahead");
    assert_eq!(one.came() + two.came(), wanted, "a page was passed over or taken twice");
    pair.agrees("after two readings");
    assert_eq!(sync(&pair.books, ACTOR, &pair.source).unwrap().came(), 0, "something was left");
}
