//! What a provider tells and this version cannot read is kept, shown once, and read again by a newer one. A source of the
//! test's own says what that is.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Duration, TimeZone, Utc};
use purser_connectors::{Observation, Polled, Source, SourceError, Unreadable};
use purser_core::fact::*;
use purser_core::{Currency, Money};
use purser_engine::ingest::sync;
use serde_json::json;

use crate::world::{World, decrypted, text};

/// Payloads are `KIND ID VERSION WORD`: what the version of the translation that is named, and any newer one, can read.
/// Amounts are 120.00, the word is an invoice's status, a movement's kind, or a customer's name.
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
        let (id, word) = (words[1], words[3]);
        let observed = match kind {
            FactKind::Customer => Observed::Customer(Customer {
                id: id.into(),
                name: word.into(),
                email: format!("{word}@example.com"),
                ..Customer::default()
            }),
            FactKind::Invoice => invoice(id, word),
            FactKind::InvoicePayment => payment(id),
            FactKind::Charge => charge(id),
            FactKind::Refund => refund(id),
            FactKind::Movement => movement(id, word),
            other => panic!("{other:?} is not told here"),
        };
        Ok(Fact { external_id: id.to_owned(), observed })
    }

    fn again(&self, cursor: &str, _since: Option<DateTime<Utc>>, _now: DateTime<Utc>) -> String {
        cursor.to_owned()
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

/// So many days after 1 November 2026. A world begins on the sixteenth of them.
fn day(days: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 1, 9, 0, 0).unwrap() + Duration::days(days)
}

fn invoice(id: &str, word: &str) -> Observed {
    let at = day(0);
    let status = match word {
        "void" => InvoiceStatus::Void,
        "uncollectible" => InvoiceStatus::Uncollectible,
        "paid" => InvoiceStatus::Paid,
        _ => InvoiceStatus::Open,
    };
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
        collection: None,
        created: at,
        finalised: Some(at),
        due: None,
        paid: (status == InvoiceStatus::Paid).then_some(at),
        voided: (status == InvoiceStatus::Void).then_some(at),
        given_up: (status == InvoiceStatus::Uncollectible).then_some(at),
    })
}

/// That `ch_1` pays `in_1`.
fn payment(id: &str) -> Observed {
    Observed::InvoicePayment(InvoicePayment {
        id: id.into(),
        invoice: "in_1".into(),
        by: PaidBy::Charge("ch_1".into()),
        paid: Some(usd(12_000)),
        paid_at: Some(day(0)),
        cancelled: false,
    })
}

fn charge(id: &str) -> Observed {
    Observed::Charge(Charge {
        id: id.into(),
        intent: None,
        customer: Some("cus_1".into()),
        amount: usd(12_000),
        refunded: usd(0),
        captured: true,
        failure: String::new(),
        failure_code: String::new(),
        movement: Some("txn_sale".into()),
        created: day(0),
        text: String::new(),
        disputed: false,
    })
}

/// A refund of `ch_1` that the customer's bank did not take.
fn refund(id: &str) -> Observed {
    Observed::Refund(Refund {
        id: id.into(),
        charge: Some("ch_1".into()),
        amount: usd(12_000),
        status: RefundStatus::Failed,
        movement: Some("txn_left".into()),
        returned_by: Some("txn_back".into()),
        created: day(2),
        reason: String::new(),
        failure: String::new(),
    })
}

fn movement(id: &str, word: &str) -> Observed {
    let (kind, amount, source, at) = match word {
        "sale" => (MovementKind::Sale, 12_000, Some("ch_1"), day(0)),
        "left" => (MovementKind::Refund, -12_000, Some("re_1"), day(2)),
        "back" => (MovementKind::RefundReturned, 12_000, Some("re_1"), day(4)),
        _ => (MovementKind::Fee, -1, None, day(3)),
    };
    Observed::Movement(Movement {
        id: id.into(),
        kind,
        word: word.into(),
        amount: usd(amount),
        fee: usd(0),
        net: usd(amount),
        source: source.map(str::to_owned),
        created: at,
        available: at,
        exchange_rate: None,
        text: String::new(),
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
    assert!(scene.kept().iter().all(|(_, _, state)| state != "unreadable"), "{:?}", scene.kept());
}

#[test]
fn the_question_goes_with_a_newer_state_and_comes_back_when_the_unreadable_one_does() {
    let scene = Scene::new();
    scene.tell(FactKind::Invoice, &["invoice in_1 2 void", "invoice in_2 2 melted"]);
    assert_eq!(scene.asked(), ["2 invoices of Stripe cannot be read"]);
    scene.tell(FactKind::Invoice, &["invoice in_1 1 open"]);
    assert_eq!(scene.asked(), ["1 invoice of Stripe cannot be read"], "a newer state says all that matters");
    assert_eq!(scene.owed(), 12_000);

    // It is what it was before, in both directions.
    scene.tell(FactKind::Invoice, &["invoice in_1 2 void"]);
    assert_eq!(scene.asked(), ["2 invoices of Stripe cannot be read"], "the newest state cannot be read");
    scene.tell(FactKind::Invoice, &["invoice in_1 1 open"]);
    assert_eq!(scene.asked(), ["1 invoice of Stripe cannot be read"]);
    scene.tell(FactKind::Invoice, &["invoice in_1 2 void"]);
    let entries = scene.world.journal_total();
    scene.tell(FactKind::Invoice, &["invoice in_1 2 void"]);
    assert_eq!((scene.asked().len(), scene.world.journal_total()), (1, entries));

    scene.understand(2);
    scene.sync();
    assert_eq!((scene.owed(), scene.asked().len()), (12_000, 0), "in_2 is owed, in_1 is withdrawn at last");
}

#[test]
fn of_several_states_that_become_readable_only_the_newest_counts() {
    for states in [["open", "void"], ["uncollectible", "paid"], ["void", "open"]] {
        let scene = Scene::new();
        for state in states {
            scene.tell(FactKind::Invoice, &[&format!("invoice in_1 2 {state}")]);
        }
        let asked = scene.asked();
        scene.understand(2);
        scene.sync();
        let owed = if states[1] == "void" { 0 } else { 12_000 };
        assert_eq!((scene.owed(), scene.asked().len()), (owed, 0), "{states:?}");
        assert_eq!(scene.world.balance("Expenses:BadDebt"), 0, "{states:?}");
        assert_eq!(scene.world.balance("Income:Sales"), -owed, "{states:?}");
        assert_eq!(asked, ["1 invoice of Stripe cannot be read"], "{states:?}: one of them was asked about");
        scene.sync();
    }
}

#[test]
fn what_becomes_readable_is_taken_in_its_order_however_it_came_and_however_much_it_is() {
    // 0: all of it is one transaction. More: the parts are in different ones.
    for fillers in [0_i64, 450] {
        let scene = Scene::new();
        let before = scene.world.journal_total();
        scene.tell(FactKind::Movement, &["movement txn_back 2 back", "movement txn_left 2 left"]);
        scene.tell(FactKind::Movement, &["movement txn_sale 2 sale"]);
        let fees: Vec<String> = (0..fillers).map(|number| format!("movement txn_{number} 2 fee")).collect();
        scene.tell(FactKind::Movement, &fees.iter().map(String::as_str).collect::<Vec<_>>());
        scene.tell(FactKind::Refund, &["refund re_1 2 failed"]);
        scene.tell(FactKind::Charge, &["charge ch_1 2 paid"]);
        scene.tell(FactKind::InvoicePayment, &["invoice_payment inpay_1 2 paid"]);
        scene.tell(FactKind::Invoice, &["invoice in_1 2 paid"]);
        scene.understand(2);
        scene.sync();
        assert!(scene.asked().is_empty());
        for account in ["Liabilities:Suspense", "Assets:Receivable", "Income:Refunds"] {
            assert_eq!(scene.world.balance(account), 0, "{account} with {fillers} between");
        }
        assert_eq!(scene.world.balance("Income:Sales"), -12_000);
        assert_eq!(scene.world.balance("Assets:Stripe:USD"), 12_000 - fillers);
        let booked = scene.world.journal_total() - before;
        assert_eq!(booked, 4 + fillers.unsigned_abs(), "nothing was booked as something else first");
    }
}

#[test]
fn a_customer_whose_invoice_was_read_before_it_gets_its_name() {
    let scene = Scene::new();
    scene.tell(FactKind::Customer, &["customer cus_1 2 Birchwood"]);
    scene.tell(FactKind::Invoice, &["invoice in_1 1 open"]);
    scene.understand(2);
    scene.sync();
    let customers = scene.world.ok("customers", json!({"text": ""})).to_string();
    assert!(customers.contains("Birchwood"), "{customers}");
}
