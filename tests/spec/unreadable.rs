//! What a provider tells and this version cannot read is kept, shown once, and read again by a newer one. A source of the
//! test's own says what that is.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeZone, Utc};
use purser_connectors::{Observation, Polled, Source, SourceError, Unreadable};
use purser_core::fact::*;
use purser_core::{Currency, Money};
use purser_engine::ingest::sync;
use serde_json::json;

use crate::world::{World, decrypted, text};

/// Payloads are `invoice ID VERSION STATUS`: an invoice of 120.00 that this version of the translation can read.
#[derive(Default)]
struct Teller {
    waiting: Mutex<Vec<Observation>>,
    translation: AtomicI64,
}

impl Source for Teller {
    fn name(&self) -> &str {
        "stripe"
    }

    fn title(&self) -> &str {
        "Stripe"
    }

    fn translation(&self) -> i64 {
        self.translation.load(Ordering::Relaxed)
    }

    fn translate(&self, kind: FactKind, payload: &[u8]) -> Result<Fact, Unreadable> {
        let payload = String::from_utf8_lossy(payload);
        let words: Vec<&str> = payload.split(' ').collect();
        let needs: i64 = words[2].parse().unwrap();
        if needs > self.translation() {
            return Err(Unreadable::new(format!(
                "the {} has the unknown status {}",
                kind.as_str(),
                words[3]
            )));
        }
        let status = if words[3] == "void" { InvoiceStatus::Void } else { InvoiceStatus::Open };
        Ok(Fact { external_id: words[1].to_owned(), observed: invoice(words[1], status) })
    }

    fn poll(&self, _cursor: Option<&str>, _now: DateTime<Utc>) -> Result<Polled, SourceError> {
        let facts = std::mem::take(&mut *self.waiting.lock().unwrap());
        Ok(Polled { facts, next_cursor: "here".to_owned(), has_more: false })
    }

    fn balance(&self, _now: DateTime<Utc>) -> Result<Option<Observation>, SourceError> {
        Ok(None)
    }
}

fn usd(minor: i128) -> Money {
    Money::new(minor, Currency::USD)
}

fn invoice(id: &str, status: InvoiceStatus) -> Observed {
    let at = Utc.with_ymd_and_hms(2026, 11, 1, 9, 0, 0).unwrap();
    Observed::Invoice(Invoice {
        id: id.into(),
        number: Some(format!("A-{id}")),
        customer: "cus_1".into(),
        customer_name: "Alder Works".into(),
        status,
        net: usd(12_000),
        tax: usd(0),
        total: usd(12_000),
        from_balance: usd(0),
        due_amount: usd(12_000),
        paid_amount: usd(0),
        credited: usd(0),
        credited_after: usd(0),
        lines: vec![InvoiceLine {
            id: format!("il_{id}"),
            text: "A month".into(),
            net: usd(12_000),
            tax: usd(0),
            period: None,
            quantity: 1,
            subscription: None,
            price: None,
        }],
        lines_complete: true,
        subscription: None,
        created: at,
        finalised: Some(at),
        due: None,
        paid: None,
        voided: (status == InvoiceStatus::Void).then_some(at),
        given_up: None,
    })
}

struct Scene {
    world: World,
    teller: Arc<Teller>,
}

impl Scene {
    fn new() -> Scene {
        let scene = Scene { world: World::new(), teller: Arc::default() };
        scene.understand(1);
        scene
    }

    /// From now on the program is one that reads so much.
    fn understand(&self, translation: i64) {
        self.teller.translation.store(translation, Ordering::Relaxed);
    }

    /// Tells something and reads it.
    fn tell(&self, kind: FactKind, payloads: &[&str]) {
        for payload in payloads {
            let external_id = payload.split(' ').nth(1).unwrap().to_owned();
            let read = self.teller.translate(kind, payload.as_bytes());
            let payload = payload.as_bytes().to_vec();
            self.teller.waiting.lock().unwrap().push(Observation { kind, external_id, payload, read });
        }
        self.sync();
    }

    fn sync(&self) {
        let source: Arc<dyn Source> = Arc::clone(&self.teller) as Arc<dyn Source>;
        sync(&self.world.program().books().unwrap(), "job:stripe", &source).unwrap();
    }

    /// Titles of what is asked.
    fn asked(&self) -> Vec<String> {
        let queue = self.world.ok("attention", json!({}));
        let items = queue.as_array().unwrap().iter();
        let unreadable = items.filter(|item| item["kind"] == "unreadable");
        let mut titles: Vec<String> = unreadable.map(|item| text(&item["title"])).collect();
        titles.sort();
        titles
    }

    /// Payload, translation and state of what is kept.
    fn kept(&self) -> Vec<(String, i64, String)> {
        let conn = decrypted(&self.world);
        let mut rows =
            conn.prepare("SELECT CAST(payload AS TEXT), translation, state FROM fact ORDER BY key").unwrap();
        let read = |row: &purser_store::rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        rows.query_map([], read).unwrap().map(Result::unwrap).collect()
    }

    fn owed(&self) -> i64 {
        self.world.balance("Assets:Receivable")
    }
}

#[test]
fn what_cannot_be_read_is_kept_as_it_came_is_one_question_and_stops_nothing() {
    let scene = Scene::new();
    let strange = ["invoice in_1 2 frozen", "invoice in_2 2 melted"];
    scene.tell(FactKind::Invoice, &[strange[0], "invoice in_3 1 open", strange[1]]);
    assert_eq!(scene.owed(), 12_000, "what can be read is in the books");
    assert_eq!(scene.asked(), ["2 invoices of Stripe cannot be read"]);
    let queue = scene.world.ok("attention", json!({}));
    let reason = text(&queue[0]["reason"]);
    assert!(reason.contains("the books lack them") && reason.contains("unknown status melted"), "{reason}");
    let kept = scene.kept();
    for payload in strange {
        assert!(kept.contains(&(payload.to_owned(), 1, "unreadable".to_owned())), "{kept:?}");
    }

    // Told again nothing changes; another kind is another question.
    scene.tell(FactKind::Invoice, &strange);
    assert_eq!((scene.kept(), scene.asked().len()), (kept, 1));
    scene.tell(FactKind::Charge, &["charge ch_1 9 frozen"]);
    assert_eq!(scene.asked(), ["1 charge of Stripe cannot be read", "2 invoices of Stripe cannot be read"]);
}

#[test]
fn a_newer_version_reads_it_again_once_and_the_question_goes_with_the_last() {
    let mut scene = Scene::new();
    scene.tell(FactKind::Invoice, &["invoice in_1 2 frozen", "invoice in_2 3 melted", "invoice in_3 2 open"]);
    assert_eq!((scene.owed(), scene.asked().len()), (0, 1));
    scene.sync();
    assert_eq!(scene.asked(), ["3 invoices of Stripe cannot be read"], "the same version cannot");

    scene.world.restart();
    scene.understand(2);
    scene.sync();
    assert_eq!(
        (scene.owed(), scene.asked()),
        (24_000, vec!["1 invoice of Stripe cannot be read".to_owned()])
    );
    let looked = || scene.world.ok("audit_index", json!({"text": "ingest.read_again"}))["keys"].clone();
    let once = looked();
    assert_eq!(once.as_array().map(Vec::len), Some(1), "{once}");
    for _ in 0..3 {
        scene.sync();
    }
    assert_eq!(looked(), once, "what this version cannot read either is left until the next one");
    assert_eq!(scene.owed(), 24_000);

    scene.understand(3);
    scene.sync();
    assert_eq!((scene.owed(), scene.asked().len()), (36_000, 0));
    assert!(scene.kept().iter().all(|(_, _, state)| state == "booked"), "{:?}", scene.kept());
    let entries = scene.world.journal_total();
    scene.sync();
    assert_eq!(scene.world.journal_total(), entries);
}

#[test]
fn an_older_state_that_is_read_later_does_not_undo_a_newer_one() {
    let scene = Scene::new();
    scene.tell(FactKind::Invoice, &["invoice in_1 2 frozen"]);
    scene.tell(FactKind::Invoice, &["invoice in_1 1 open"]);
    assert_eq!(scene.owed(), 12_000);
    scene.tell(FactKind::Invoice, &["invoice in_1 1 void"]);
    assert_eq!(scene.owed(), 0);
    scene.understand(2);
    scene.sync();
    assert_eq!((scene.owed(), scene.asked().len()), (0, 0));
    assert!(scene.kept().iter().all(|(_, _, state)| state == "booked"), "{:?}", scene.kept());
}
