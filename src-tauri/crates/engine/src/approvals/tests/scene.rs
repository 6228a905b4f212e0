//! A company in memory with a clock that stands, a rail that does as it is told, and batches to decide on.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Duration, TimeZone, Utc};
use purser_connectors::Rail;
use purser_core::account::CUSTOMER_CREDIT;
use purser_core::booking::{Funds, to_credit};
use purser_core::outbox::{Delivery, EffectState, Outcome};
use purser_core::{Account, Currency, Item, ItemKind, Money};
use purser_store::tables::attention::Queued;
use purser_store::tables::batches::{self, Batch, RefundSplit};
use purser_store::tables::effects::Effect;
use purser_store::tables::{attention, ledger, settings};
use purser_store::{Store, WriteTx};
use serde_json::json;

use crate::approvals::{self, BatchDraft, ItemDraft, RailName};
use crate::books::{Books, Moment};
use crate::clock::{Clock, Ids, ManualClock};
use crate::error::ApiError;
use crate::outbox::{Dispatcher, Event};
use crate::profile::{self, Profile};

pub(crate) const FOUNDER: &str = "founder";

pub(crate) fn usd(minor: i128) -> Money {
    Money::new(minor, Currency::USD)
}

/// What the rail does with the next send or lookup.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fault {
    /// Takes it, and the answer is lost.
    TimeOutAfter,
    /// Does not get it, and the answer is lost.
    TimeOutBefore,
    /// Says no for good.
    Refuse,
    /// Cannot be reached.
    Down,
    /// Stops by a fault of the program, having taken it.
    Panic,
}

/// A rail in memory whose record is the judge.
pub(crate) struct FakeRail {
    delivery: Delivery,
    pub(crate) taken: Mutex<Vec<(String, Vec<u8>)>>,
    pub(crate) faults: Mutex<VecDeque<Fault>>,
    pub(crate) lookups: Mutex<u32>,
    pub(crate) before_send: Mutex<Option<Box<dyn Fn() + Send>>>,
}

impl FakeRail {
    fn new(delivery: Delivery) -> FakeRail {
        FakeRail {
            delivery,
            taken: Mutex::default(),
            faults: Mutex::default(),
            lookups: Mutex::default(),
            before_send: Mutex::default(),
        }
    }

    pub(crate) fn keys(&self) -> Vec<String> {
        self.taken.lock().unwrap().iter().map(|(key, _)| key.clone()).collect()
    }

    fn find(&self, key: &str) -> Option<String> {
        self.keys().iter().position(|known| known == key).map(|at| format!("R-{}", at + 1))
    }

    fn take(&self, key: &str, request: &[u8]) -> Outcome {
        if self.delivery == Delivery::Keyed
            && let Some(id) = self.find(key)
        {
            return Outcome::Accepted(id);
        }
        let mut taken = self.taken.lock().unwrap();
        taken.push((key.to_owned(), request.to_owned()));
        Outcome::Accepted(format!("R-{}", taken.len()))
    }

    fn fault(&self) -> Option<Fault> {
        self.faults.lock().unwrap().pop_front()
    }
}

impl Rail for FakeRail {
    fn name(&self) -> &str {
        "fake"
    }

    fn title(&self) -> &str {
        "A rail in memory"
    }

    fn delivery(&self) -> Delivery {
        self.delivery
    }

    fn send(&self, key: &str, request: &[u8]) -> Outcome {
        if let Some(act) = &*self.before_send.lock().unwrap() {
            act();
        }
        match self.fault() {
            None => self.take(key, request),
            Some(Fault::TimeOutAfter) => {
                self.take(key, request);
                Outcome::NoAnswer("no answer within 30 s".into())
            }
            Some(Fault::TimeOutBefore) => Outcome::NoAnswer("no answer within 30 s".into()),
            Some(Fault::Refuse) => Outcome::Refused("the account is closed".into()),
            Some(Fault::Down) => Outcome::NotSent("the rail cannot be reached".into()),
            Some(Fault::Panic) => {
                self.take(key, request);
                panic!("planted in the rail")
            }
        }
    }

    fn look_up(&self, key: &str, _request: &[u8]) -> Outcome {
        *self.lookups.lock().unwrap() += 1;
        match self.fault() {
            Some(_) => Outcome::NoAnswer("the rail cannot be reached".into()),
            None => match self.find(key) {
                Some(id) => Outcome::Accepted(id),
                None => Outcome::NotSent("it is not there".into()),
            },
        }
    }
}

/// A company, its rail and its dispatcher.
pub(crate) struct Scene {
    pub(crate) books: Books,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) rail: Arc<FakeRail>,
    pub(crate) dispatcher: Dispatcher,
}

pub(crate) fn start_time() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 17, 8, 12, 0).unwrap()
}

impl Scene {
    pub(crate) fn new(delivery: Delivery) -> Scene {
        let clock = Arc::new(ManualClock::at(start_time()));
        let books = Books {
            store: Store::memory().unwrap(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: Arc::new(Ids::seeded(1)),
            folder: std::path::PathBuf::new(),
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
            books_start: start_time().date_naive(),
            zone: chrono_tz::UTC,
            invoice_prefix: "NB".into(),
            terms_days: 30,
            undo_seconds: 10,
            demo: false,
        };
        books
            .store
            .write(purser_store::WriteClass::Decision, move |tx| {
                settings::set(tx, profile::SETTING, &profile)?;
                tx.audit(draft("company.create"))?;
                Ok::<_, ApiError>(())
            })
            .unwrap();
        let rail = Arc::new(FakeRail::new(delivery));
        let dispatcher = Dispatcher::new(books.clone(), vec![Arc::clone(&rail) as Arc<dyn Rail>]);
        Scene { books, clock, rail, dispatcher }
    }

    /// The next process on the same books: another token, another dispatcher, the same rail.
    pub(crate) fn restart(self) -> Scene {
        let mut books = self.books;
        books.process = format!("{} again", books.process).into();
        let dispatcher = Dispatcher::new(books.clone(), vec![Arc::clone(&self.rail) as Arc<dyn Rail>]);
        Scene { books, clock: self.clock, rail: self.rail, dispatcher }
    }

    pub(crate) fn decide<T: Send + 'static>(
        &self,
        f: impl FnOnce(&WriteTx<'_>, &Moment) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        self.books.decide(FOUNDER, f)
    }

    /// Runs SQL behind the engine's back, as an edited store would have it.
    pub(crate) fn tamper(&self, sql: &'static str) {
        self.decide(move |tx, moment| {
            assert_eq!(tx.execute(sql, []).map_err(purser_store::StoreError::from)?, 1, "{sql}");
            tx.audit(moment.audit("tamper", "test", json!({})))?;
            Ok(())
        })
        .unwrap();
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.advance(Duration::seconds(seconds));
    }

    /// Steps until nothing happens any more.
    pub(crate) fn run(&self) -> Vec<Event> {
        let mut all = Vec::new();
        for _ in 0..50 {
            let events = self.dispatcher.step();
            if events.is_empty() {
                return all;
            }
            all.extend(events);
        }
        panic!("the outbox never rests: {all:?}");
    }

    /// Proposes payments by name and amount; each is the refund of a customer's credit, which exists.
    pub(crate) fn propose(&self, payees: &[(&str, i128)]) -> Batch {
        let rail = RailName::of(self.rail.as_ref());
        let payees: Vec<(String, i128)> = payees.iter().map(|(n, a)| ((*n).to_owned(), *a)).collect();
        self.decide(move |tx, moment| {
            let mut items = Vec::new();
            for (index, (name, minor)) in payees.iter().enumerate() {
                let customer = format!("customer {index} {name}");
                give_credit(tx, moment, &customer, usd(*minor));
                items.push(ItemDraft {
                    payee: customer.clone(),
                    payee_name: name.clone(),
                    text: "Refund of payment P-1".into(),
                    amount: usd(*minor),
                    destination: format!("account 4821 7730 118{index}"),
                    refund: Some(RefundSplit {
                        payment: "p1".into(),
                        customer,
                        credit: usd(*minor),
                        revenue: usd(0),
                        tax: usd(0),
                    }),
                });
            }
            let draft = BatchDraft {
                kind: "refund".into(),
                rail,
                source_account: Account::known("Assets:Bank:Mercury"),
                held: vec![],
                items,
            };
            approvals::propose(tx, moment, &draft)
        })
        .unwrap()
    }

    pub(crate) fn seal(&self, batch: &Batch) -> String {
        let id = batch.id.clone();
        self.books
            .read(|tx| {
                let batch = batches::get(tx, &id)?.unwrap();
                Ok(approvals::envelope(tx, &batch)?.digest())
            })
            .unwrap()
    }

    /// Approves what is there now.
    pub(crate) fn approve(&self, batch: &Batch) -> Result<DateTime<Utc>, ApiError> {
        let seal = self.seal(batch);
        self.approve_sealed(batch, &seal)
    }

    pub(crate) fn approve_sealed(&self, batch: &Batch, seal: &str) -> Result<DateTime<Utc>, ApiError> {
        let (id, seal, process) = (batch.id.clone(), seal.to_owned(), self.books.process.to_string());
        self.decide(move |tx, moment| approvals::approve(tx, moment, &process, &id, &seal, 10))
    }

    pub(crate) fn undo(&self, batch: &Batch) -> Result<Batch, ApiError> {
        let id = batch.id.clone();
        self.decide(move |tx, moment| approvals::undo(tx, moment, &id))
    }

    /// Approves, waits for the end of the undo window, and sends.
    pub(crate) fn pay(&self, batch: &Batch) -> Vec<Event> {
        self.approve(batch).unwrap();
        self.advance(11);
        self.run()
    }

    pub(crate) fn batch(&self, batch: &Batch) -> Batch {
        let id = batch.id.clone();
        self.books.read(|tx| Ok(batches::get(tx, &id)?.unwrap())).unwrap()
    }

    pub(crate) fn items(&self, batch: &Batch) -> Vec<batches::BatchItem> {
        self.books.read(|tx| Ok(batches::items(tx, batch.key)?)).unwrap()
    }

    pub(crate) fn effects(&self, state: EffectState) -> Vec<Effect> {
        self.books.read(|tx| Ok(purser_store::tables::effects::in_state(tx, state, 100)?)).unwrap()
    }

    pub(crate) fn queue(&self) -> Vec<Queued> {
        let now = self.clock.now();
        self.books.read(|tx| Ok(attention::queue(tx, now)?)).unwrap()
    }

    /// Kinds of the open attention items, sorted.
    pub(crate) fn asked(&self) -> Vec<String> {
        let mut kinds: Vec<String> = self.queue().into_iter().map(|queued| queued.item.kind).collect();
        kinds.sort();
        kinds
    }

    /// A customer's open credit, positive.
    pub(crate) fn credit(&self, customer: &str) -> Money {
        let item = Item::new(ItemKind::Customer, customer);
        -self.books.read(|tx| Ok(ledger::open_in(tx, CUSTOMER_CREDIT, &item, Currency::USD)?)).unwrap()
    }

    pub(crate) fn entries(&self) -> i64 {
        self.books.read(|tx| Ok(ledger::next_number(tx)? - 1)).unwrap()
    }
}

fn draft(action: &str) -> purser_store::AuditDraft {
    purser_store::AuditDraft {
        at: start_time(),
        actor: FOUNDER.into(),
        action: action.into(),
        subject: "test".into(),
        detail: json!({}),
    }
}

/// Gives a customer credit out of a bank line.
pub(crate) fn give_credit(tx: &WriteTx<'_>, moment: &Moment, customer: &str, amount: Money) {
    let line = Funds::Line(moment.id());
    let entry = to_credit(&line, customer, amount, moment.today(), "credit").unwrap();
    moment.book(tx, "test.credit", "test", json!({}), &[entry.into()]).unwrap();
}
