//! How proposals and approvals end without an answer.

use purser_core::outbox::{Delivery, EffectState};
use purser_store::tables::batches::{self, BatchState, ItemState};

use super::scene::{Fault, Scene};
use crate::approvals::{reject, settled};
use crate::outbox::{Event, fork};

const DAY: i64 = 86_400;

#[test]
fn no_answer_means_no_payment() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
    scene.advance(DAY - 1);
    assert!(scene.run().is_empty());
    scene.advance(1);
    assert!(scene.approve(&batch).is_err(), "also before the outbox looks");
    assert_eq!(scene.run(), [Event::Expired(batch.id.clone())]);
    let ended = scene.batch(&batch);
    assert_eq!(ended.state, BatchState::Void);
    assert_eq!(ended.void_reason.as_deref(), Some("No answer within 24 hours, so nothing was paid"));
    assert!(scene.asked().is_empty(), "nobody approved it, so nobody believes it paid");
    assert_eq!(scene.effects(EffectState::Cancelled).len(), 1);
}

#[test]
fn an_approval_is_worth_24_hours_and_then_the_founder_hears_that_nothing_was_paid() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
    scene.rail.faults.lock().unwrap().extend([Fault::Down; 3]);
    scene.pay(&batch);
    assert!(scene.rail.keys().is_empty());
    scene.advance(DAY);
    scene.run();
    assert!(scene.rail.keys().is_empty(), "the rail is back, the approval is not");
    assert_eq!(scene.batch(&batch).state, BatchState::Void);
    assert_eq!(scene.asked(), ["batch_void"]);
    let id = batch.id.clone();
    scene.decide(move |tx, moment| reject(tx, moment, &id)).unwrap();
    assert!(scene.asked().is_empty(), "it can be put away");
}

#[test]
fn a_payment_whose_end_is_unknown_does_not_expire() {
    let scene = Scene::new(Delivery::Lookup);
    let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
    scene.rail.faults.lock().unwrap().extend([Fault::TimeOutAfter, Fault::Down]);
    scene.pay(&batch);
    scene.advance(DAY);
    scene.run();
    assert_eq!(scene.batch(&batch).state, BatchState::Sent, "it was looked up and had arrived");
    assert_eq!(scene.rail.keys().len(), 1);
}

#[test]
fn an_approval_dies_with_the_process_that_holds_its_undo_window() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
    let seal = scene.seal(&batch);
    scene.approve_sealed(&batch, &seal).unwrap();
    scene.advance(5);
    let scene = scene.restart();
    scene.advance(3_600);
    scene.run();
    assert!(scene.rail.keys().is_empty(), "closing Purser sends nothing");
    let again = scene.batch(&batch);
    assert_eq!((again.state, again.revision), (BatchState::Proposed, 2));
    let why = "Purser was closed before the payment left, so nothing was sent";
    assert_eq!(again.void_reason.as_deref(), Some(why));
    let queue = scene.queue();
    assert_eq!(queue.len(), 1, "and asks again");
    assert_eq!(queue[0].item.reason, why);
    assert!(scene.approve_sealed(&batch, &seal).is_err());
    scene.pay(&again);
    assert_eq!(scene.rail.keys().len(), 1);
}

#[test]
fn an_approval_whose_window_ended_survives_a_restart() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
    scene.rail.faults.lock().unwrap().extend([Fault::Down]);
    scene.pay(&batch);
    let scene = scene.restart();
    scene.advance(60);
    scene.run();
    assert_eq!(scene.rail.keys().len(), 1);
    assert_eq!(scene.batch(&batch).state, BatchState::Sent);
}

#[test]
fn the_bank_settles_a_payment_and_taking_its_line_back_unsettles_it() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
    scene.pay(&batch);
    let item = scene.items(&batch)[0].id.clone();
    let amount = scene.items(&batch)[0].amount;
    let transit = |scene: &Scene| scene.books.read(|tx| Ok(batches::in_transit(tx, amount)?)).unwrap().len();
    assert_eq!(transit(&scene), 1);
    for (yes, state, waiting) in [(true, BatchState::Settled, 0), (false, BatchState::Sent, 1)] {
        let id = item.clone();
        scene
            .decide(move |tx, moment| {
                settled(tx, moment, &id, yes)?;
                tx.audit(moment.audit("test", "test", serde_json::json!({})))?;
                Ok(())
            })
            .unwrap();
        assert_eq!(scene.batch(&batch).state, state);
        assert_eq!(transit(&scene), waiting);
    }
}

#[test]
fn a_restored_store_is_paused_its_approvals_void_and_each_payment_looked_up() {
    let scene = Scene::new(Delivery::Lookup);
    let (left, stayed, proposed) = (
        scene.propose(&[("Left", 100)]),
        scene.propose(&[("Stayed", 200)]),
        scene.propose(&[("Asked", 300)]),
    );
    scene.approve(&left).unwrap();
    scene.approve(&stayed).unwrap();
    // The other store sent the first one after the backup was made.
    let sent = scene.effects(EffectState::Held)[0].clone();
    scene.rail.taken.lock().unwrap().push((sent.idempotency_key, sent.request));
    assert_eq!(scene.decide(fork).unwrap(), 3);
    assert!(scene.approve(&proposed).is_err(), "nobody knows yet whether it has left");

    let scene = scene.restart();
    scene.advance(60);
    scene.run();
    assert_eq!(scene.rail.keys().len(), 1, "nothing was sent again");
    assert_eq!(scene.batch(&left).state, BatchState::Sent, "what had left is recorded and booked");
    assert!(scene.items(&left)[0].entry.is_some());
    for batch in [&stayed, &proposed] {
        assert_eq!(scene.batch(batch).state, BatchState::Proposed);
        assert_eq!(scene.items(batch)[0].state, ItemState::Proposed);
    }
    scene.approve(&scene.batch(&stayed)).unwrap();
    scene.advance(11);
    scene.run();
    assert_eq!(scene.rail.keys().len(), 1, "still paused");
    scene.decide(crate::approvals::release_all).unwrap();
    scene.run();
    assert_eq!(scene.rail.keys().len(), 2);
}
