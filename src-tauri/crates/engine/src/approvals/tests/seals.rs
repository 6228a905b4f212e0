//! What an approval covers, and what breaks it.

use purser_core::outbox::{Delivery, EffectState};
use purser_store::tables::batches::{BatchState, ItemState};

use super::scene::{Fault, Scene, usd};
use crate::approvals::{Change, Changed, amend};
use crate::outbox::Event;

const MARTA: &str = "Marta Lindqvist";

#[test]
fn what_is_proposed_is_frozen_and_put_before_the_founder() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[(MARTA, 98_625), ("Kofi Mensah", 18_720)]);
    assert_eq!((batch.state, batch.revision), (BatchState::Proposed, 1));
    assert_eq!(batch.title, "Refund $1,173.45 to 2 payees");
    assert_eq!(scene.effects(EffectState::Held).len(), 2);
    let queue = scene.queue();
    assert_eq!(queue.len(), 1);
    let item = &queue[0].item;
    assert_eq!((item.kind.as_str(), item.amount), ("approve_batch", Some(usd(117_345))));
    assert_eq!(item.due, Some(batch.expires_at));
    assert_eq!(scene.seal(&batch), scene.seal(&batch), "a seal read twice is the same");
    assert!(scene.run().is_empty(), "nothing leaves without an approval");
    assert!(scene.rail.keys().is_empty());
}

#[test]
fn only_the_seal_that_was_shown_approves() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[(MARTA, 98_625)]);
    let error = scene.approve_sealed(&batch, &"0".repeat(64)).unwrap_err();
    assert_eq!(error.code, "approval_changed");
    scene.advance(60);
    scene.run();
    assert!(scene.rail.keys().is_empty());
    assert_eq!(scene.asked(), ["approve_batch"]);
}

#[test]
fn an_approval_is_single_use() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[(MARTA, 98_625)]);
    let seal = scene.seal(&batch);
    scene.approve_sealed(&batch, &seal).unwrap();
    assert_eq!(scene.approve_sealed(&batch, &seal).unwrap_err().code, "batch_state");
    scene.advance(11);
    scene.run();
    assert_eq!(scene.approve_sealed(&batch, &seal).unwrap_err().code, "batch_state");
    scene.advance(11);
    scene.run();
    assert_eq!(scene.rail.keys().len(), 1);
}

#[test]
fn a_change_after_the_preview_makes_the_seal_that_was_shown_worthless() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[(MARTA, 98_625)]);
    let shown = scene.seal(&batch);
    change(&scene, &batch, 0, Changed::Amount(usd(95_125), None)).unwrap();
    let error = scene.approve_sealed(&batch, &shown).unwrap_err();
    assert_eq!(error.code, "approval_changed");
    assert!(error.message.contains("Marta Lindqvist: $986.25 became $951.25"), "{}", error.message);
}

fn change(
    scene: &Scene,
    batch: &purser_store::tables::batches::Batch,
    item: usize,
    what: Changed,
) -> Result<purser_store::tables::batches::Batch, crate::error::ApiError> {
    let change = Change { item: scene.items(batch)[item].id.clone(), what };
    let id = batch.id.clone();
    scene.decide(move |tx, moment| amend(tx, moment, &id, &[change]))
}

#[test]
fn a_change_after_the_approval_voids_it_and_says_how() {
    for (what, said, left) in [
        (Changed::Amount(usd(95_125), None), "Marta Lindqvist: $986.25 became $951.25", 2),
        (
            Changed::Destination("account 99 0000 7777".into()),
            "Marta Lindqvist: account ••1180 became account ••7777",
            2,
        ),
        (Changed::Removed, "Marta Lindqvist: $986.25 is not paid any more", 1),
    ] {
        let scene = Scene::new(Delivery::Keyed);
        let batch = scene.propose(&[(MARTA, 98_625), ("Kofi Mensah", 18_720)]);
        let seal = scene.seal(&batch);
        scene.approve_sealed(&batch, &seal).unwrap();
        let changed = change(&scene, &batch, 0, what).unwrap();
        assert_eq!((changed.state, changed.revision), (BatchState::Proposed, 2), "{said}");
        assert_eq!(changed.void_reason.as_deref(), Some(said));
        assert_ne!(scene.seal(&batch), seal);
        assert_eq!(scene.asked(), ["approve_batch"]);
        scene.advance(60);
        scene.run();
        assert!(scene.rail.keys().is_empty(), "{said}: the old approval let it go");
        scene.pay(&changed);
        assert_eq!(scene.rail.keys().len(), left, "{said}");
    }
}

#[test]
fn removing_the_last_payment_voids_the_batch() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[(MARTA, 98_625)]);
    let changed = change(&scene, &batch, 0, Changed::Removed).unwrap();
    assert_eq!(changed.state, BatchState::Void);
    assert!(scene.asked().is_empty());
}

#[test]
fn what_has_left_cannot_be_changed() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[(MARTA, 98_625), ("Kofi Mensah", 18_720)]);
    scene.rail.faults.lock().unwrap().extend([Fault::TimeOutAfter]);
    scene.pay(&batch);
    assert!(change(&scene, &batch, 0, Changed::Removed).is_err());
}

/// Every field that the seal covers, changed behind the engine's back after the approval.
#[test]
fn the_dispatcher_recomputes_the_seal_and_sends_nothing_that_differs() {
    for sql in [
        "UPDATE batch_item SET amount = amount + 1 WHERE key = 1",
        "UPDATE batch_item SET currency = 'EUR' WHERE key = 1",
        "UPDATE batch_item SET payee = 'other' WHERE key = 1",
        "UPDATE batch_item SET payee_name = 'Marta Lindqvist Ltd' WHERE key = 1",
        "UPDATE batch_item SET destination_fingerprint = lower(hex(zeroblob(32))) WHERE key = 1",
        "UPDATE batch_item SET state = 'void' WHERE key = 2",
        "UPDATE batch SET source_account = 'Assets:Bank:Other'",
        "UPDATE batch SET rail = 'other'",
        "UPDATE batch SET revision = 2",
        "UPDATE batch SET expires_at = '2026-12-17T08:12:00.000000Z'",
        "INSERT INTO batch_item (id, batch, payee, payee_name, text, amount, currency, destination_shown,
           destination_fingerprint, state)
         SELECT 'extra', batch, payee, payee_name, text, amount, currency, destination_shown,
           destination_fingerprint, 'void' FROM batch_item WHERE key = 1",
    ] {
        let scene = Scene::new(Delivery::Keyed);
        let batch = scene.propose(&[(MARTA, 98_625), ("Kofi Mensah", 18_720)]);
        scene.approve(&batch).unwrap();
        scene.tamper(sql);
        scene.advance(11);
        let events = scene.run();
        if sql.starts_with("INSERT") {
            assert_eq!(scene.rail.keys().len(), 2, "a removed item is not part of the list");
            continue;
        }
        assert!(scene.rail.keys().is_empty(), "{sql}: it left all the same");
        assert!(events.iter().any(|event| matches!(event, Event::Voided(..))), "{sql}: {events:?}");
        assert_eq!(scene.batch(&batch).state, BatchState::Void, "{sql}");
        assert_eq!(scene.asked(), ["batch_void"], "{sql}: the founder believes it paid");
    }
}

#[test]
fn frozen_bytes_and_approvals_cannot_be_changed_or_deleted_in_the_store() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[(MARTA, 98_625)]);
    scene.approve(&batch).unwrap();
    for sql in [
        "UPDATE effect SET request = x'00'",
        "UPDATE effect SET amount = 1",
        "UPDATE effect SET idempotency_key = 'x'",
        "UPDATE effect SET delivery = 'keyed'",
        "DELETE FROM effect",
        "DELETE FROM approval",
    ] {
        let refused = scene.decide(move |tx, moment| {
            tx.audit(moment.audit("test", "test", serde_json::json!({})))?;
            tx.execute(sql, []).map_err(purser_store::StoreError::from)?;
            Ok(())
        });
        assert!(refused.is_err_and(|error| error.message.contains("never")), "{sql}");
    }
}

#[test]
fn each_payment_of_a_batch_ends_by_itself_and_the_batch_with_the_last() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[(MARTA, 98_625), ("Kofi Mensah", 18_720), ("Elliot Shaw", 6_550)]);
    scene.rail.faults.lock().unwrap().extend([Fault::Refuse]);
    scene.pay(&batch);
    let states: Vec<ItemState> = scene.items(&batch).iter().map(|item| item.state).collect();
    assert_eq!(states, [ItemState::Failed, ItemState::Sent, ItemState::Sent]);
    assert_eq!(scene.batch(&batch).state, BatchState::Sent);
    assert_eq!(scene.asked(), ["payout_failed"]);
}
