//! Invoices that will not be paid.

use chrono::{Duration, NaiveDate};
use purser_core::booking::billed::{Billed, BilledLine, invoice_finalised};
use purser_core::deferral::schedule;
use purser_core::{Account, Currency, Money};
use purser_store::tables::deferrals::{self, Deferral};
use purser_store::tables::invoices::{self, NewInvoice};
use purser_store::tables::{customers, ledger};
use purser_store::{AuditDraft, StoreError, WriteClass};
use serde_json::json;

use crate::world::{World, choice, payment, text};

/// 1,000.00 and 8.875 % of tax for Alder Works, issued.
fn taxed(world: &World) -> String {
    let line = json!({"text": "Scale plan", "quantity": 1, "price": "1000.00", "tax_percent": "8.875"});
    let form = json!({"customer": "Alder Works", "currency": "USD", "issued": "2026-11-02", "due": "", "lines": [line], "issue": true});
    text(&world.ok("invoice_create", form)["number"])
}

#[test]
fn the_rest_of_an_invoice_is_lost_and_its_tax_no_longer_owed() {
    let world = World::owing();
    let number = taxed(&world);
    let mut form = payment("cus_alder", "88.76", "cash");
    form["allocations"] = json!([{"invoice": number, "amount": "88.76"}]);
    world.ok("payment_record", form);
    let before = world.balances();
    assert_eq!(world.invoice(&number).1, 99_999);

    let done = world.ok("invoice_write_off", json!({"number": number, "reason": "bankrupt"}));
    // 999.99 in the proportion 1,000.00 : 88.75, the odd cent to the larger remainder.
    assert_eq!(world.balance("Expenses:BadDebt"), 91_848);
    assert_eq!(world.balance("Liabilities:SalesTax"), -8_875 + 8_151);
    assert_eq!(world.invoice(&number), ("written_off".to_owned(), 0));
    for (name, input, code) in [
        ("invoice_write_off", json!({"number": number, "reason": ""}), "invoice_settled"),
        ("invoice_void", json!({"number": number}), "invoice_written_off"),
    ] {
        assert_eq!(world.code(name, input), code);
    }
    let paid = world.ok("invoices_index", json!({"state": "paid", "text": number}));
    assert_eq!(paid["keys"], json!([]), "what was given up was not paid");
    let given_up = world.ok("invoices_index", json!({"state": "written_off", "text": ""}));
    assert_eq!(given_up["keys"].as_array().unwrap().len(), 1);

    world.ok("undo", json!({"id": done["undo"]}));
    assert_eq!(world.balances(), before);
    assert_eq!(world.invoice(&number).1, 99_999);
    world.ok("invoice_write_off", json!({"number": number, "reason": ""}));
    world.ok("invoice_write_off_undo", json!({"number": number}));
    assert_eq!(world.balances(), before);
    assert_eq!(world.code("invoice_write_off_undo", json!({"number": number})), "not_written_off");
}

#[test]
fn money_that_comes_after_all_needs_the_write_off_taken_back() {
    let world = World::owing();
    world.ok("invoice_write_off", json!({"number": "NB-202611-0001", "reason": ""}));
    assert_eq!(world.balance("Expenses:BadDebt"), 100_000);
    world.statement(&[&format!("T1,2026-11-10,1000.00,USD,ALDER WORKS,{}", World::reference(1))]);
    assert_eq!(world.match_apply(), 0);
    let input = choice("T1", "invoices", &["NB-202611-0001"], "none");
    assert_eq!(world.code("match_confirm", input), "invoice_written_off");
    world.ok("invoice_write_off_undo", json!({"number": "NB-202611-0001"}));
    assert_eq!(world.match_apply(), 1);
}

#[test]
fn an_import_with_a_written_off_invoice_stays() {
    let world = World::owing();
    world.ok("invoice_write_off", json!({"number": "NB-202611-0004", "reason": ""}));
    let imports = world.ok("imports", json!({}));
    let of_invoices =
        imports["imports"].as_array().unwrap().iter().find(|row| row["kind"] == "invoices").unwrap();
    assert_eq!(world.code("import_undo", json!({"id": of_invoices["id"]})), "import_in_use");
}

/// A year from September, billed by a provider to Alder Works: 1,200.00 and 120.00 of tax, of which nothing was paid.
pub fn a_year(world: &World) {
    let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
    let usd = |minor| Money::new(minor, Currency::USD);
    let at = world.program().clock().now();
    let written: Result<(), StoreError> =
        world.program().books().unwrap().store.write(WriteClass::Ingest, move |tx| {
            let customer = customers::named(tx, "Alder Works")?.remove(0);
            let new = NewInvoice {
                id: "i-year",
                number: Some("STRIPE-0001"),
                reference: "",
                customer: customer.key,
                net: usd(120_000),
                tax: usd(12_000),
                issued: day(9, 1),
                due: day(9, 15),
                created_at: "2026-09-01T09:00:00.000000Z",
                import: None,
                lines: &[],
            };
            invoices::add(tx, &new)?;
            let income = Account::known("Income:Subscriptions");
            let lines =
                [BilledLine { id: "il_1".into(), income: income.clone(), net: usd(120_000), deferred: true }];
            let billed = Billed {
                invoice: "i-year",
                customer: &customer.id,
                on: day(9, 1),
                text: "STRIPE-0001".into(),
                lines: &lines,
                tax: usd(12_000),
            };
            let entry = invoice_finalised(&billed).unwrap().unwrap();
            let months = schedule(usd(120_000), day(9, 1), NaiveDate::from_ymd_opt(2027, 9, 1).unwrap());
            let months = months.into_iter().map(|share| Deferral {
                line: "il_1".into(),
                source: "stripe".into(),
                invoice: "in_1".into(),
                share,
                income: income.as_str().into(),
            });
            deferrals::add(tx, &months.collect::<Vec<_>>())?;
            let audit = AuditDraft {
                at,
                actor: "founder".into(),
                action: "test.invoice".into(),
                subject: "invoice:STRIPE-0001".into(),
                detail: json!({}),
            };
            ledger::book(tx, audit, &[entry.into()])?;
            Ok(())
        });
    written.unwrap();
}

#[test]
fn what_was_not_earned_yet_is_no_loss_and_comes_back_with_the_invoice() {
    let world = World::owing();
    a_year(&world);
    let done = world.ok("invoice_write_off", json!({"number": "STRIPE-0001", "reason": "bankrupt"}));
    // September and October are earned, 61 of 365 days; the other ten months never will be.
    let earned = 20_055;
    assert_eq!(world.balance("Income:Subscriptions"), -earned);
    assert_eq!(world.balance("Liabilities:DeferredRevenue"), 0);
    assert_eq!(world.balance("Expenses:BadDebt"), earned);
    assert_eq!(world.balance("Liabilities:SalesTax"), 0);
    assert_eq!(world.invoice("STRIPE-0001"), ("written_off".to_owned(), 0));
    // The months that pass meanwhile earn nothing, and share nothing when it comes back.
    world.advance(Duration::days(20));
    world.ok("undo", json!({"id": done["undo"]}));
    assert_eq!(world.invoice("STRIPE-0001").1, 132_000);
    assert_eq!(world.balance("Expenses:BadDebt"), 0);
    assert_eq!(world.balance("Liabilities:DeferredRevenue"), earned - 120_000);
    // When all months have passed before it comes back, all of it is earned at once.
    let again = world.ok("invoice_write_off", json!({"number": "STRIPE-0001", "reason": ""}));
    world.advance(Duration::days(400));
    // Whatever is written off, the months that passed are ended first.
    world.ok("invoice_write_off", json!({"number": "NB-202611-0001", "reason": ""}));
    world.ok("undo", json!({"id": again["undo"]}));
    assert_eq!(world.balance("Liabilities:DeferredRevenue"), 0);
    assert_eq!(world.balance("Income:Subscriptions"), -120_000);
}
