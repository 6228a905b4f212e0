//! Clocks that jump: a machine that slept for days, and one whose clock was wrong.

use chrono::Duration;
use purser_engine::outbox::Event;
use serde_json::json;

use crate::refunds::{approve, proposed, shown};
use crate::world::{World, payment, text};

#[test]
fn after_three_days_of_sleep_a_proposal_is_over_and_nothing_was_paid() {
    let (world, batch) = proposed();
    let digest = shown(&world, &batch)["digest"].clone();
    world.advance(Duration::hours(72));
    let late = json!({"batch": batch, "digest": digest, "passphrase": crate::world::PASSPHRASE});
    let refused = world.call_as(purser_engine::api::Kind::Release, None, "approve", late).unwrap_err();
    assert_eq!(refused.code, "approval_expired");
    let events = world.step();
    assert!(events.contains(&Event::Expired(batch.clone())), "{events:?}");
    assert_eq!((world.sent(), &shown(&world, &batch)["state"]), (0, &json!("void")));
    let again = world.ok("refund_propose", json!({"payment": "P-202611-0001", "amount": "60.00"}));
    let again = text(&again["id"]);
    approve(&world, &again);
    world.advance(Duration::seconds(11));
    world.step();
    assert_eq!(world.sent(), 1);
}

#[test]
fn an_approval_that_slept_for_three_days_sends_nothing() {
    let (world, batch) = proposed();
    approve(&world, &batch);
    world.advance(Duration::hours(72));
    world.step();
    let now = shown(&world, &batch);
    assert_eq!((world.sent(), &now["state"]), (0, &json!("void")), "{now}");
    assert_eq!(world.balance("Assets:InTransit:Out"), 0);
}

#[test]
fn everything_else_goes_on_after_three_days_of_sleep() {
    let world = World::owing();
    world.statement(&["T1,2026-11-16,1290.00,USD,SOMEBODY,"]);
    world.match_apply();
    let queue = world.ok("attention", json!({}));
    let item = queue.as_array().unwrap().iter().find(|item| item["subject"] == "line:T1").unwrap().clone();
    world.ok("snooze", json!({"id": item["id"], "until": ""}));
    let has =
        || world.ok("attention", json!({})).as_array().unwrap().iter().any(|one| one["id"] == item["id"]);
    assert!(!has(), "put away");
    world.advance(Duration::hours(72));
    assert!(has(), "its time has come");
    assert_eq!(world.ok("status", json!({}))["today"], "2026-11-20");
    assert_eq!(world.invoice("NB-202611-0001").0, "overdue");
    let recorded = world.ok("payment_record", payment("cus_alder", "1000.00", "cash"));
    assert_eq!(
        world.ok("payment", json!({"number": recorded["payment"]}))["row"]["received_on"],
        "2026-11-20"
    );
    world.step();
}

#[test]
fn with_a_clock_one_day_back_nothing_leaves_early_and_nothing_twice() {
    let (world, batch) = proposed();
    approve(&world, &batch);
    world.advance(Duration::days(-1));
    world.step();
    assert_eq!(world.sent(), 0, "the window has not ended on this clock");
    assert_eq!(world.ok("status", json!({}))["today"], "2026-11-16");
    world.ok("payment_record", payment("cus_birch", "588.00", "cash"));
    world.ok("today", json!({}));
    world.advance(Duration::days(1) + Duration::seconds(11));
    world.step();
    assert_eq!((world.sent(), &shown(&world, &batch)["state"]), (1, &json!("sent")));
    world.advance(Duration::days(-1));
    for _ in 0..3 {
        world.step();
    }
    assert_eq!(world.sent(), 1);
}

#[test]
fn books_opened_with_a_clock_one_day_back_open_and_work() {
    let mut world = World::owing();
    world.ok("payment_record", payment("cus_birch", "588.00", "cash"));
    world.advance(Duration::days(-1));
    world.restart();
    let recorded = world.ok("payment_record", payment("cus_birch", "588.00", "cash"));
    assert_eq!(recorded["payment"], "P-202611-0002");
    world.ok("undo", json!({"id": recorded["done"]["undo"]}));
    world.statement(&["T1,2026-11-17,1000.00,USD,ALDER WORKS,"]);
    world.match_apply();
    world.ok("backup", json!({"path": ""}));
    world.step();
}
