//! Refunds of recorded payments (MO-08, MO-14, TS-26).

use chrono::NaiveDate;
use purser_core::account::INCOME;
use purser_core::booking::{self, Allocation as Booking, Funds, IssuedInvoice};
use purser_core::outbox::Delivery;
use purser_core::{Account, Money};
use purser_store::WriteTx;
use purser_store::tables::allocations::{self, Allocation};
use purser_store::tables::batches::{self, Batch, BatchState};
use purser_store::tables::customers::{self, Customer};
use purser_store::tables::invoices::{self, NewInvoice};
use purser_store::tables::payments::{self, Payment};
use purser_store::tables::{accounts, blobs};
use serde_json::json;

use super::scene::{Scene, give_credit, usd};
use crate::approvals::{RailName, propose_refund, refundable, reject};
use crate::books::Moment;
use crate::error::ApiError;

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 17).unwrap()
}

/// Nordhavn paid invoice i1 of 100 + 20 tax with 130: payment P-1, 10 of it credit.
fn overpaid(scene: &Scene) {
    scene
        .decide(|tx, moment| {
            accounts::add_real(tx, &Account::known("Assets:Bank:Mercury"), "Mercury", "bank", usd(0), day())?;
            let customer = Customer { id: "c1".into(), name: "Nordhavn A/S".into(), ..Customer::default() };
            let customer = customers::add(tx, &customer, None)?;
            let invoice = invoice(tx, moment, customer)?;
            let pdf = blobs::keep(tx, "application/pdf", b"pdf")?;
            payments::add(tx, &payment(customer, pdf))?;
            let entry = booking::allocate(&Booking {
                funds: Funds::Payment("p1".into()),
                invoice: "i1",
                received: usd(12_000),
                fee: usd(0),
                over: Some(("c1", usd(1_000))),
                on: day(),
                text: "paid".into(),
            })?;
            let booked = moment.book(tx, "test.pay", "test", json!({}), &[entry.into()])?;
            let allocation = Allocation {
                key: 0,
                invoice: Some(invoice),
                customer,
                funds_kind: "payment".into(),
                funds_id: "p1".into(),
                amount: usd(12_000),
                fee: usd(0),
                over: usd(1_000),
                on: day(),
                entry: booked.numbers[0],
                undone_by: None,
            };
            allocations::add(tx, &allocation)?;
            Ok(())
        })
        .unwrap();
}

fn invoice(tx: &WriteTx<'_>, moment: &Moment, customer: i64) -> Result<i64, ApiError> {
    let income = [(Account::known(INCOME), usd(10_000))];
    let entry = booking::invoice_issued(&IssuedInvoice {
        id: "i1",
        number: "NB-1",
        customer: "Nordhavn A/S",
        issued: day(),
        income: &income,
        tax: usd(2_000),
    })?;
    moment.book(tx, "test.invoice", "test", json!({}), &[entry.into()])?;
    Ok(invoices::add(
        tx,
        &NewInvoice {
            id: "i1",
            number: Some("NB-1"),
            reference: "NB12345678",
            customer,
            net: usd(10_000),
            tax: usd(2_000),
            issued: day(),
            due: day(),
            created_at: &moment.stamp(),
            import: None,
            lines: &[],
        },
    )?)
}

fn payment(customer: i64, pdf: String) -> Payment {
    Payment {
        key: 0,
        id: "p1".into(),
        number: "P-1".into(),
        customer,
        customer_id: String::new(),
        customer_name: String::new(),
        amount: usd(13_000),
        method: "wire".into(),
        received_on: day(),
        reference: "884123".into(),
        note: String::new(),
        proof: None,
        proof_name: String::new(),
        receipt: "R-1".into(),
        paper: "{}".into(),
        pdf,
        state: "undeposited".into(),
        recorded_by: "founder".into(),
        recorded_at: "2026-11-17T08:12:00.000000Z".into(),
    }
}

fn propose(scene: &Scene, amount: &'static str) -> Result<Batch, ApiError> {
    let rail = RailName::of(scene.rail.as_ref());
    scene.decide(move |tx, moment| propose_refund(tx, moment, "P-1", amount, rail))
}

fn left(scene: &Scene) -> Money {
    scene.books.read(|tx| refundable(tx, &payments::by_number(tx, "P-1")?.unwrap())).unwrap()
}

#[test]
fn the_excess_of_an_overpayment_is_given_back_out_of_the_credit_mo_14() {
    let scene = Scene::new(Delivery::Keyed);
    overpaid(&scene);
    let batch = propose(&scene, "10.00").unwrap();
    assert_eq!(batch.title, "Refund $10.00 to Nordhavn A/S");
    let item = scene.items(&batch).remove(0);
    assert_eq!(item.text, "Refund of payment P-1, which the bank has not shown yet");
    assert_eq!(item.destination_shown, "The account it came from: Nordhavn A/S, wire ••4123");
    assert_eq!(scene.credit("c1"), usd(1_000), "a proposal books nothing");
    scene.pay(&batch);
    assert_eq!(scene.credit("c1"), usd(0));
    assert_eq!(scene.batch(&batch).source_account, "Assets:Bank:Mercury");
}

#[test]
fn a_refund_never_exceeds_what_was_paid_minus_what_is_proposed_or_sent_mo_08() {
    let scene = Scene::new(Delivery::Keyed);
    overpaid(&scene);
    assert_eq!(left(&scene), usd(13_000));
    assert_eq!(propose(&scene, "130.01").unwrap_err().code, "refund_amount");
    assert!(propose(&scene, "0").is_err());
    assert!(propose(&scene, "-1").is_err());
    let first = propose(&scene, "100").unwrap();
    assert_eq!(left(&scene), usd(3_000), "a proposal counts");
    scene.pay(&first);
    assert_eq!(left(&scene), usd(3_000), "and it counts once it was sent");
    let second = propose(&scene, "").unwrap();
    assert!(left(&scene).is_zero());
    assert_eq!(propose(&scene, "0.01").unwrap_err().code, "refund_amount");
    let id = second.id.clone();
    scene.decide(move |tx, moment| reject(tx, moment, &id)).unwrap();
    assert_eq!(left(&scene), usd(3_000), "a rejected one is free again");
}

#[test]
fn all_of_it_in_two_pieces_takes_back_exactly_the_revenue_and_the_tax() {
    let scene = Scene::new(Delivery::Keyed);
    overpaid(&scene);
    for amount in ["77.77", ""] {
        let batch = propose(&scene, amount).unwrap();
        scene.pay(&batch);
    }
    let balance = |account: &str| {
        let account = account.to_owned();
        scene
            .books
            .read(|tx| {
                Ok(purser_store::tables::ledger::balance_of(tx, &account, purser_core::Currency::USD)?)
            })
            .unwrap()
    };
    assert_eq!(balance("Income:Refunds"), usd(10_000));
    assert!(balance("Liabilities:SalesTax").is_zero(), "collected 20.00, given back 20.00");
    assert_eq!(balance("Assets:InTransit:Out"), usd(-13_000));
    assert!(scene.credit("c1").is_zero());
}

#[test]
fn credit_that_was_used_after_the_proposal_stops_the_refund_at_approval_and_at_the_claim() {
    for approve_first in [false, true] {
        let scene = Scene::new(Delivery::Keyed);
        overpaid(&scene);
        let batch = propose(&scene, "10").unwrap();
        if approve_first {
            scene.approve(&batch).unwrap();
        }
        scene
            .decide(|tx, moment| {
                give_credit(tx, moment, "c1", usd(-700));
                Ok(())
            })
            .unwrap();
        if approve_first {
            scene.advance(11);
            scene.run();
            assert_eq!(scene.batch(&batch).state, BatchState::Void);
            let why = scene.batch(&batch).void_reason.unwrap();
            assert_eq!(why, "Nordhavn A/S: the refund gives back $10.00 of credit, of which $3.00 is left");
        } else {
            assert_eq!(scene.approve(&batch).unwrap_err().code, "approval_refused");
        }
        assert!(scene.rail.keys().is_empty());
    }
}

#[test]
fn an_unknown_or_undone_payment_is_not_refunded() {
    let scene = Scene::new(Delivery::Keyed);
    let rail = RailName::of(scene.rail.as_ref());
    let error = scene.decide(move |tx, moment| propose_refund(tx, moment, "P-9", "", rail)).unwrap_err();
    assert_eq!(error.code, "payment_unknown");
    overpaid(&scene);
    scene.tamper("UPDATE payment SET state = 'undone' WHERE id = 'p1'");
    assert_eq!(propose(&scene, "").unwrap_err().code, "payment_undone");
    assert!(left(&scene).is_zero());
}

#[test]
fn a_payment_taken_back_after_the_approval_is_not_refunded() {
    let scene = Scene::new(Delivery::Keyed);
    overpaid(&scene);
    let batch = propose(&scene, "10").unwrap();
    scene.approve(&batch).unwrap();
    scene.tamper("UPDATE payment SET state = 'undone' WHERE id = 'p1'");
    scene.advance(11);
    scene.run();
    assert!(scene.rail.keys().is_empty());
    assert_eq!(scene.batch(&batch).void_reason.as_deref(), Some("Nordhavn A/S: payment P-1 was taken back"));
}

#[test]
fn the_split_of_a_refund_stands_beside_its_item() {
    let scene = Scene::new(Delivery::Keyed);
    overpaid(&scene);
    let batch = propose(&scene, "70").unwrap();
    let item = scene.items(&batch).remove(0);
    let split = scene.books.read(|tx| Ok(batches::refund_of(tx, item.key)?)).unwrap().unwrap();
    assert_eq!((split.credit, split.revenue, split.tax), (usd(1_000), usd(5_000), usd(1_000)));
}
