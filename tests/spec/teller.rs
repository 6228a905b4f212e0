//! A source of the tests' own, which tells what it is given when it is given it, and one sale: an invoice of 120.00, the
//! charge that paid it and its refund.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Duration, TimeZone, Utc};
use purser_connectors::{Observation, Polled, Source, SourceError, Unreadable};
use purser_core::fact::*;
use purser_core::{Currency, Money};
use purser_engine::ingest::sync;
use serde_json::json;

use crate::world::World;

/// Tells what it is given, each once.
#[derive(Default)]
pub struct Teller {
    waiting: Mutex<Vec<Observation>>,
    told: Mutex<HashMap<Vec<u8>, Fact>>,
}

impl Teller {
    fn tell(&self, observed: Observed) {
        let kind = observed.kind();
        let external_id = match &observed {
            Observed::Invoice(one) => one.id.clone(),
            Observed::InvoicePayment(one) => one.id.clone(),
            Observed::Charge(one) => one.id.clone(),
            Observed::Refund(one) => one.id.clone(),
            Observed::Dispute(one) => one.id.clone(),
            Observed::Payout(one) => one.id.clone(),
            Observed::Movement(one) => one.id.clone(),
            other => panic!("{other:?} is not told here"),
        };
        let fact = Fact { external_id: external_id.clone(), observed };
        let payload = format!("{fact:?}").into_bytes();
        self.told.lock().unwrap().insert(payload.clone(), fact.clone());
        self.waiting.lock().unwrap().push(Observation { kind, external_id, payload, read: Ok(fact) });
    }
}

impl Source for Teller {
    fn name(&self) -> &str {
        "stripe"
    }

    fn title(&self) -> &str {
        "Stripe"
    }

    fn translation(&self) -> i64 {
        1
    }

    fn translate(&self, _kind: FactKind, payload: &[u8]) -> Result<Fact, Unreadable> {
        self.told.lock().unwrap().get(payload).cloned().ok_or_else(|| Unreadable::new("nobody told this"))
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

pub fn usd(minor: i128) -> Money {
    Money::new(minor, Currency::USD)
}

/// So many days after 1 November 2026. A world begins on the sixteenth of them.
pub fn day(days: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 1, 9, 0, 0).unwrap() + Duration::days(days)
}

pub struct Scene {
    pub world: World,
    teller: Arc<Teller>,
}

impl Scene {
    pub fn new() -> Scene {
        Scene { world: World::new(), teller: Arc::default() }
    }

    pub fn tell(&self, observed: impl IntoIterator<Item = Observed>) {
        for one in observed {
            self.teller.tell(one);
        }
        let source: Arc<dyn Source> = Arc::clone(&self.teller) as Arc<dyn Source>;
        sync(&self.world.program().books().unwrap(), "job:stripe", &source).unwrap();
    }

    pub fn asked(&self) -> Vec<String> {
        let queue = self.world.ok("attention", json!({}));
        queue.as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap().to_owned()).collect()
    }
}

/// 120.00 with 20.00 of tax, for the two months from 1 November on.
pub fn invoice() -> Observed {
    Observed::Invoice(billed())
}

/// The same before anybody paid it.
pub fn unpaid(status: InvoiceStatus) -> Observed {
    let given_up = (status == InvoiceStatus::Uncollectible).then(|| day(16));
    Observed::Invoice(Invoice { status, paid: None, given_up, ..billed() })
}

pub fn billed() -> Invoice {
    Invoice {
        id: "in_1".into(),
        number: Some("A-0001".into()),
        customer: "cus_1".into(),
        customer_name: "Alder Works".into(),
        status: InvoiceStatus::Paid,
        net: usd(10_000),
        tax: usd(2_000),
        total: usd(12_000),
        from_balance: usd(0),
        due_amount: usd(12_000),
        credited: usd(0),
        credited_after: usd(0),
        lines: vec![InvoiceLine {
            id: "il_1".into(),
            text: "Two months".into(),
            net: usd(10_000),
            tax: usd(2_000),
            period: Some((day(0), day(61))),
            quantity: 1,
            subscription: None,
            price: None,
        }],
        lines_complete: true,
        subscription: None,
        collection: None,
        created: day(0),
        finalised: Some(day(0)),
        due: None,
        paid: Some(day(0)),
        voided: None,
        given_up: None,
    }
}

pub fn payment() -> Observed {
    Observed::InvoicePayment(InvoicePayment {
        id: "inpay_1".into(),
        invoice: "in_1".into(),
        by: PaidBy::Charge("ch_1".into()),
        paid: Some(usd(12_000)),
        paid_at: Some(day(0)),
        cancelled: false,
    })
}

pub fn charge(refunded: i128) -> Observed {
    Observed::Charge(charged("ch_1", refunded))
}

pub fn second_charge() -> Observed {
    Observed::Charge(Charge { movement: Some("txn_9".into()), ..charged("ch_2", 0) })
}

pub fn charged(id: &str, refunded: i128) -> Charge {
    Charge {
        id: id.into(),
        intent: None,
        customer: Some("cus_1".into()),
        amount: usd(12_000),
        refunded: usd(refunded),
        captured: true,
        failure: String::new(),
        failure_code: String::new(),
        movement: Some("txn_1".into()),
        created: day(0),
        text: String::new(),
        disputed: false,
    }
}

pub fn refund(amount: i128, status: RefundStatus) -> Observed {
    one_refund("re_1", amount, status, Some("txn_2".into()))
}

pub fn refund_of(id: &str, amount: i128) -> Observed {
    one_refund(id, amount, RefundStatus::Succeeded, None)
}

pub fn one_refund(id: &str, amount: i128, status: RefundStatus, movement: Option<String>) -> Observed {
    Observed::Refund(Refund {
        id: id.into(),
        charge: Some("ch_1".into()),
        amount: usd(amount),
        status,
        movement,
        returned_by: None,
        created: day(40),
        reason: String::new(),
        failure: String::new(),
    })
}

pub fn movement(id: &str, kind: MovementKind, source: &str, amount: i128, fee: i128, at: i64) -> Observed {
    Observed::Movement(Movement {
        id: id.into(),
        kind,
        word: "word".into(),
        amount: usd(amount),
        fee: usd(fee),
        net: usd(amount - fee),
        source: Some(source.into()),
        created: day(at),
        available: day(at),
        exchange_rate: None,
        text: String::new(),
    })
}

pub fn sale() -> Observed {
    movement("txn_1", MovementKind::Sale, "ch_1", 12_000, 378, 0)
}

/// The customer's bank contests all of the charge.
pub fn disputed(status: DisputeStatus) -> Dispute {
    Dispute {
        id: "du_1".into(),
        charge: Some("ch_1".into()),
        amount: usd(12_000),
        status,
        reason: "fraudulent".into(),
        evidence_due: None,
        movements: vec!["txn_2".into()],
        created: day(10),
    }
}
