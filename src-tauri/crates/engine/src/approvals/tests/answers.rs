//! The founder's answers: yes, take it back, no, and stop everything.

use purser_core::outbox::{Delivery, EffectState};
use purser_store::tables::batches::{BatchState, ItemState};

use super::scene::{Fault, Scene};
use crate::approvals::{pause_all, reject, release_all};

#[test]
fn nothing_leaves_within_the_undo_window_and_everything_after_it() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
    scene.approve(&batch).unwrap();
    assert!(scene.asked().is_empty(), "the decision is taken");
    scene.advance(9);
    assert!(scene.run().is_empty());
    assert!(scene.rail.keys().is_empty());
    scene.advance(1);
    scene.run();
    assert_eq!(scene.rail.keys().len(), 1);
    assert_eq!(scene.batch(&batch).state, BatchState::Sent);
}

#[test]
fn an_approval_taken_back_waits_again_under_a_new_seal() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
    let seal = scene.seal(&batch);
    scene.approve_sealed(&batch, &seal).unwrap();
    scene.advance(9);
    let back = scene.undo(&batch).unwrap();
    assert_eq!((back.state, back.revision), (BatchState::Proposed, 2));
    scene.advance(60);
    assert!(scene.run().is_empty());
    assert!(scene.rail.keys().is_empty());
    assert_eq!(scene.asked(), ["approve_batch"]);
    assert_eq!(scene.approve_sealed(&batch, &seal).unwrap_err().code, "approval_changed");
    scene.pay(&back);
    assert_eq!(scene.rail.keys().len(), 1);
}

#[test]
fn what_was_handed_to_the_rail_cannot_be_taken_back() {
    for fault in [None, Some(Fault::TimeOutAfter), Some(Fault::Down)] {
        let scene = Scene::new(Delivery::Lookup);
        let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
        scene.approve(&batch).unwrap();
        scene.advance(11);
        scene.rail.faults.lock().unwrap().extend(fault);
        scene.dispatcher.step();
        assert!(scene.undo(&batch).is_err(), "{fault:?}");
    }
}

#[test]
fn a_rejected_batch_never_leaves_and_is_not_asked_about_again() {
    let scene = Scene::new(Delivery::Keyed);
    for approved_first in [false, true] {
        let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
        if approved_first {
            scene.approve(&batch).unwrap();
        }
        let id = batch.id.clone();
        scene.decide(move |tx, moment| reject(tx, moment, &id)).unwrap();
        scene.advance(60);
        scene.run();
        assert!(scene.rail.keys().is_empty());
        assert_eq!(scene.batch(&batch).state, BatchState::Rejected);
        assert_eq!(scene.items(&batch)[0].state, ItemState::Void);
        assert!(scene.asked().is_empty());
        assert!(scene.approve(&batch).is_err());
    }
    assert_eq!(scene.effects(EffectState::Cancelled).len(), 2);
}

#[test]
fn a_payment_whose_end_is_unknown_cannot_be_rejected() {
    let scene = Scene::new(Delivery::Lookup);
    let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
    scene.rail.faults.lock().unwrap().extend([Fault::TimeOutAfter, Fault::Down, Fault::Down]);
    scene.approve(&batch).unwrap();
    scene.advance(11);
    scene.dispatcher.step();
    assert_eq!(scene.items(&batch)[0].state, ItemState::Unknown);
    let id = batch.id.clone();
    assert!(scene.decide(move |tx, moment| reject(tx, moment, &id)).is_err());
}

#[test]
fn while_all_is_paused_approvals_are_taken_and_nothing_leaves() {
    let scene = Scene::new(Delivery::Keyed);
    let (first, second) = (scene.propose(&[("A", 100)]), scene.propose(&[("B", 200)]));
    scene.approve(&second).unwrap();
    scene.decide(pause_all).unwrap();
    scene.approve(&first).unwrap();
    scene.advance(3_600);
    scene.run();
    assert!(scene.rail.keys().is_empty());
    let held = scene.effects(EffectState::Queued);
    assert_eq!(held.len(), 2);
    assert!(held.iter().all(|effect| effect.attempts == 0));

    let scene = scene.restart();
    scene.run();
    assert!(scene.rail.keys().is_empty(), "the flag is stored");
    assert_eq!(scene.decide(release_all).unwrap(), 2);
    scene.run();
    let order: Vec<String> = held.iter().map(|effect| effect.idempotency_key.clone()).collect();
    assert_eq!(scene.rail.keys(), order, "in the order in which they were decided");
}

#[test]
fn a_pause_between_two_payments_of_a_batch_holds_the_rest() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[("A", 100), ("B", 200)]);
    let books = scene.books.clone();
    *scene.rail.before_send.lock().unwrap() = Some(Box::new(move || {
        books.decide("founder", pause_all).unwrap();
    }));
    scene.pay(&batch);
    assert_eq!(scene.rail.keys().len(), 1, "the flag is read inside each claim");
    *scene.rail.before_send.lock().unwrap() = None;
    scene.decide(release_all).unwrap();
    scene.run();
    assert_eq!(scene.rail.keys().len(), 2);
}
