//! Money out: proposed, approved as shown, taken back or sent exactly once.

use chrono::Duration;
use purser_engine::api::{Kind, Request};
use purser_engine::outbox::Event;
use serde_json::{Value, json};

use crate::world::{PASSPHRASE, World, cents, payment, text};
use crate::write_offs::a_year;

/// A deposited payment of 1,000.00 by Alder Works and a proposed refund of 60.00.
pub fn proposed() -> (World, String) {
    let world = World::owing();
    let recorded = world.ok("payment_record", payment("cus_alder", "1000.00", "wire"));
    world.statement(&["T1,2026-11-17,1000.00,USD,ALDER WORKS,WIRE"]);
    assert_eq!(world.match_apply(), 1);
    let batch = world.ok("refund_propose", json!({"payment": recorded["payment"], "amount": "60.00"}));
    let id = text(&batch["id"]);
    (world, id)
}

pub fn shown(world: &World, batch: &str) -> Value {
    world.ok("batch", json!({"id": batch}))
}

fn release(world: &World, name: &str, input: Value) -> Result<Value, purser_engine::error::ApiError> {
    world.call_as(Kind::Release, None, name, input)
}

/// Approves what is shown now.
pub fn approve(world: &World, batch: &str) {
    let digest = shown(world, batch)["digest"].clone();
    release(world, "approve", json!({"batch": batch, "digest": digest, "passphrase": PASSPHRASE})).unwrap();
    assert_eq!(shown(world, batch)["state"], "approved");
}

#[test]
fn mo_14_what_was_paid_ahead_is_given_back_before_what_is_earned() {
    let world = World::owing();
    a_year(&world);
    purser_engine::ingest::recognise(&world.program().books().unwrap(), "job:recognition").unwrap();
    let mut form = payment("cus_alder", "1320.00", "wire");
    form["allocations"] = json!([{"invoice": "STRIPE-0001", "amount": "1320.00"}]);
    let recorded = world.ok("payment_record", form);
    // 61 of 365 days are earned. Half of the year comes from what is not, the rest from both.
    let (earned, waits) = (20_055, 99_945);
    for (amount, income, refunds, left) in
        [("660.00", earned, 0, waits - 60_000), ("660.00", earned, earned, 0)]
    {
        let batch = text(
            &world.ok("refund_propose", json!({"payment": recorded["payment"], "amount": amount}))["id"],
        );
        approve(&world, &batch);
        world.advance(Duration::seconds(11));
        world.step();
        assert_eq!(world.balance("Income:Subscriptions"), -income);
        assert_eq!(world.balance("Income:Refunds"), refunds);
        assert_eq!(world.balance("Liabilities:DeferredRevenue"), -left);
    }
    assert_eq!(world.balance("Liabilities:SalesTax"), 0);
    // The months to come earn nothing of it.
    world.advance(Duration::days(400));
    purser_engine::ingest::recognise(&world.program().books().unwrap(), "job:recognition").unwrap();
    assert_eq!(world.balance("Income:Subscriptions"), -earned);
}

#[test]
fn mo_14_a_refund_leaves_once_after_its_window_and_is_settled_by_its_bank_line() {
    let (world, batch) = proposed();
    let income = world.balance("Income:Refunds");
    assert_eq!(cents(&shown(&world, &batch)["total"]), 6_000);
    approve(&world, &batch);
    world.step();
    assert_eq!(world.sent(), 0, "inside the window nothing leaves");
    world.ok("approval_undo", json!({"id": batch}));
    world.advance(Duration::seconds(11));
    world.step();
    assert_eq!((world.sent(), &shown(&world, &batch)["state"]), (0, &json!("proposed")));

    approve(&world, &batch);
    world.advance(Duration::seconds(9));
    world.step();
    assert_eq!(world.sent(), 0);
    world.advance(Duration::seconds(2));
    world.step();
    assert_eq!((world.sent(), &shown(&world, &batch)["state"]), (1, &json!("sent")));
    assert_eq!(
        (world.balance("Income:Refunds"), world.balance("Assets:InTransit:Out")),
        (income + 6_000, -6_000)
    );
    for _ in 0..3 {
        world.advance(Duration::hours(1));
        world.step();
    }
    assert_eq!(world.sent(), 1, "exactly once");
    assert_eq!(world.call("approval_undo", json!({"id": batch})).unwrap_err().exit, 1);

    world.statement(&["T2,2026-11-18,-60.00,USD,ALDER WORKS,REFUND ALDER WORKS"]);
    let said = world.explained("T2");
    if world.match_apply() == 0 {
        let item = shown(&world, &batch)["items"][0]["id"].clone();
        world.confirm("T2", "refund", &[item.as_str().unwrap()], "none");
    }
    assert_eq!(shown(&world, &batch)["state"], "settled", "{said}");
    assert_eq!((world.balance("Assets:InTransit:Out"), world.balance("Assets:Bank:Mercury")), (0, 194_000));
    world.ok("match_undo", json!({"id": "T2"}));
    assert_eq!(
        (world.balance("Assets:InTransit:Out"), &shown(&world, &batch)["state"]),
        (-6_000, &json!("sent"))
    );
}

#[test]
fn only_exactly_what_was_shown_is_approved_and_only_by_who_knows_the_passphrase() {
    let (world, batch) = proposed();
    let digest = text(&shown(&world, &batch)["digest"]);
    let form =
        |digest: &str, passphrase: Value| json!({"batch": batch, "digest": digest, "passphrase": passphrase});
    let other = digest.replace(['0', '1'], "2");
    assert_ne!(other, digest);
    for (input, code) in [
        (form(&other, json!(PASSPHRASE)), "approval_changed"),
        (form("", json!(PASSPHRASE)), "approval_changed"),
        (form(&digest, json!(null)), "passphrase_needed"),
    ] {
        assert_eq!(release(&world, "approve", input).unwrap_err().code, code);
    }
    assert!(release(&world, "approve", form(&digest, json!("wrong"))).is_err());
    let as_command = world.call_as(Kind::Command, None, "approve", form(&digest, json!(PASSPHRASE)));
    assert_eq!(as_command.unwrap_err().code, "wrong_kind", "the window's ordinary calls release no money");
    world.advance(Duration::minutes(5));
    world.step();
    assert_eq!((world.sent(), &shown(&world, &batch)["state"]), (0, &json!("proposed")));
    approve(&world, &batch);
    assert!(release(&world, "approve", form(&digest, json!(PASSPHRASE))).is_err(), "not twice");
}

#[test]
fn not_more_is_given_back_than_came_and_what_is_promised_counts() {
    let (world, _) = proposed();
    let propose = |amount: &str| json!({"payment": "P-202611-0001", "amount": amount});
    assert_eq!(world.code("refund_propose", propose("940.01")), "refund_amount");
    assert!(world.call("refund_propose", propose("-1.00")).is_err());
    assert!(world.call("refund_propose", propose("0.00")).is_err());
    assert_eq!(world.code("refund_propose", json!({"payment": "P-9", "amount": ""})), "payment_unknown");
    let rest = world.ok("refund_propose", propose(""));
    assert_eq!(cents(&rest["total"]), 94_000, "all that is left");
    assert_eq!(world.code("refund_propose", propose("0.01")), "refund_amount");
    world.ok("batch_reject", json!({"id": rest["id"]}));
    assert_eq!(
        cents(&world.ok("refund_propose", propose(""))["total"]),
        94_000,
        "a rejected one is free again"
    );
    let request = || Some(Request { id: Some("r-1".to_owned()), again: false });
    world.ok("payment_record", payment("cus_birch", "20.00", "cash"));
    let input = json!({"payment": "P-202611-0002", "amount": "5.00"});
    let first = world.call_as(Kind::Command, request(), "refund_propose", input.clone()).unwrap();
    let again = world.call_as(Kind::Command, request(), "refund_propose", input).unwrap();
    assert_eq!(first["id"], again["id"], "a repeated proposal is one batch");
}

#[test]
fn while_all_is_paused_nothing_leaves_and_after_it_everything_once() {
    let (world, batch) = proposed();
    approve(&world, &batch);
    world.ok("pause_all", json!({}));
    world.advance(Duration::seconds(30));
    for _ in 0..3 {
        world.step();
        world.advance(Duration::minutes(10));
    }
    assert_eq!(world.sent(), 0);
    assert!(world.ok("status", json!({}))["paused_since"].is_string());
    assert_eq!(world.call("pause_all", json!({})).unwrap()["undo"], json!(null));
    assert_eq!(world.call_as(Kind::Command, None, "resume_all", json!({})).unwrap_err().code, "wrong_kind");
    release(&world, "resume_all", json!({})).unwrap();
    world.step();
    world.advance(Duration::seconds(30));
    world.step();
    assert_eq!((world.sent(), &shown(&world, &batch)["state"]), (1, &json!("sent")));
}

#[test]
fn an_approval_dies_with_its_process_and_the_batch_asks_again() {
    let (mut world, batch) = proposed();
    let digest = shown(&world, &batch)["digest"].clone();
    approve(&world, &batch);
    world.restart();
    let events = world.step();
    assert!(events.iter().all(|event| !matches!(event, Event::Effect(..))), "{events:?}");
    world.advance(Duration::seconds(11));
    world.step();
    let now = shown(&world, &batch);
    assert_eq!((world.sent(), &now["state"]), (0, &json!("proposed")), "{now}");
    assert_ne!(now["digest"], digest, "the old approval can never be used");
    let old = json!({"batch": batch, "digest": digest, "passphrase": PASSPHRASE});
    assert_eq!(release(&world, "approve", old).unwrap_err().code, "approval_changed");
    let queue = world.ok("attention", json!({}));
    assert!(queue.as_array().unwrap().iter().any(|item| item["kind"] == "approve_batch"), "{queue}");
    approve(&world, &batch);
    world.advance(Duration::seconds(11));
    world.step();
    world.restart();
    world.step();
    assert_eq!(
        (world.sent(), &shown(&world, &batch)["state"]),
        (1, &json!("sent")),
        "what was sent stays sent"
    );
}

#[test]
fn a_payment_whose_refund_was_sent_cannot_be_undone_away() {
    let world = World::owing();
    let recorded = world.ok("payment_record", payment("cus_alder", "1000.00", "check"));
    let batch =
        text(&world.ok("refund_propose", json!({"payment": recorded["payment"], "amount": "60.00"}))["id"]);
    approve(&world, &batch);
    world.advance(Duration::seconds(11));
    world.step();
    assert_eq!(world.sent(), 1);
    assert_eq!(world.code("undo", json!({"id": recorded["done"]["undo"]})), "payment_refunded");
    assert_eq!(world.invoice("NB-202611-0001").1, 0);
}

#[test]
fn a_payment_stays_as_it_is_from_the_proposal_of_its_refund_on() {
    let world = World::owing();
    let recorded = world.ok("payment_record", payment("cus_alder", "1000.00", "check"));
    let undo = json!({"id": recorded["done"]["undo"]});
    let batch =
        text(&world.ok("refund_propose", json!({"payment": recorded["payment"], "amount": "60.00"}))["id"]);
    let waits = world.refused("undo", undo.clone());
    assert_eq!(waits.code, "refund_waits");
    assert!(
        waits.message.contains("60.00 of P-202611-0001 waits for your answer. Reject it first"),
        "{waits}"
    );
    approve(&world, &batch);
    assert!(world.refused("undo", undo.clone()).message.contains("Take the approval back first"));
    world.ok("approval_undo", json!({"id": batch}));
    world.ok("batch_reject", json!({"id": batch}));
    world.ok("undo", undo);
    assert_eq!(world.invoice("NB-202611-0001").1, 100_000);
}

#[test]
fn credit_that_a_refund_promised_is_neither_taken_back_nor_spent() {
    let world = World::owing();
    world.statement(&[
        &format!("T1,2026-11-10,1000.00,USD,ALDER WORKS,{}", World::reference(1)),
        "T2,2026-11-10,80.00,USD,ALDER WORKS,ADVANCE",
        "T3,2026-11-11,540.00,USD,BIRCH FOODS,",
    ]);
    world.match_apply();
    let recorded = world.ok("payment_record", payment("cus_alder", "50.00", "cash"));
    world.ok("match_credit", json!({"line": "T2", "customer": "cus_alder"}));
    assert_eq!(world.credit("Alder"), 13_000);
    let batch =
        text(&world.ok("refund_propose", json!({"payment": recorded["payment"], "amount": "50.00"}))["id"]);
    // 80.00 are free: the line that brought them can go, and then nothing is left but the promise.
    world.ok("match_undo", json!({"id": "T2"}));
    assert_eq!(world.code("undo", json!({"id": recorded["done"]["undo"]})), "refund_waits");
    world.invoices(&["NB-202611-0009,Alder Works,,588.00,USD,2026-11-05,2026-11-19,"]);
    let spend = crate::world::choice("T3", "invoices", &["NB-202611-0009"], "credit");
    assert_eq!(world.code("match_confirm", spend.clone()), "credit_short", "the credit is promised");
    world.ok("batch_reject", json!({"id": batch}));
    world.ok("match_confirm", spend);
    assert_eq!(world.credit("Alder"), 200);
}
