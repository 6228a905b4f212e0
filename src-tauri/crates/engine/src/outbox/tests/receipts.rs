//! Effects that are no money: receipts by email, which nothing carries yet.

use std::sync::Arc;
use std::time::{Duration, Instant};

use purser_core::outbox::{Delivery, EffectState};
use purser_store::tables::effects::NewEffect;
use serde_json::json;

use crate::approvals::tests::scene::{Fault, Scene};
use crate::approvals::view;
use crate::outbox::{Answer, Dispatcher, EMAIL, EMAIL_RECEIPT, Worker, enqueue, resolve};

fn queue(scene: &Scene, via: &str, kind: &str, item: Option<i64>) -> Result<i64, crate::error::ApiError> {
    let (via, kind) = (via.to_owned(), kind.to_owned());
    scene.decide(move |tx, moment| {
        let id = moment.id();
        let new = NewEffect {
            idempotency_key: id.clone(),
            id,
            kind,
            via,
            title: "Receipt R-1 to Nordhavn A/S".into(),
            delivery: Delivery::Neither,
            request: b"{}".to_vec(),
            amount: None,
            batch_item: item,
            created_at: moment.at,
        };
        let key = enqueue(tx, &new)?;
        tx.audit(moment.audit("test", "test", json!({})))?;
        Ok(key)
    })
}

#[test]
fn a_receipt_waits_for_email_and_keeps_no_money_waiting() {
    let scene = Scene::new(Delivery::Keyed);
    for _ in 0..60 {
        queue(&scene, EMAIL, EMAIL_RECEIPT, None).unwrap();
    }
    let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
    scene.pay(&batch);
    assert_eq!(scene.rail.keys().len(), 1);
    assert_eq!(scene.effects(EffectState::Queued).len(), 60);
    let shown = view::outbox(&scene.books, &scene.dispatcher.carriers()).unwrap();
    assert_eq!(shown.effects[0].waits_for, "A mail account: connect one under Settings, Connections");
    assert!(scene.asked().is_empty());
}

#[test]
fn money_cannot_be_queued_past_its_approval() {
    let scene = Scene::new(Delivery::Keyed);
    assert!(queue(&scene, "fake", "money.refund", None).is_err());
    scene.propose(&[("Kofi Mensah", 18_720)]);
    assert!(queue(&scene, "fake", "webhook", Some(1)).is_err());
    assert!(queue(&scene, "fake", "email.receipt", Some(1)).is_err());
    scene.run();
    assert!(scene.rail.keys().is_empty());
}

#[test]
fn a_message_that_failed_for_good_can_be_tried_again_or_dropped() {
    for (answer, sends) in [(Answer::Again, 1), (Answer::Drop, 0)] {
        let scene = Scene::new(Delivery::Neither);
        queue(&scene, "fake", "chat.note", None).unwrap();
        scene.rail.faults.lock().unwrap().extend([Fault::Refuse]);
        scene.run();
        assert_eq!(scene.asked(), ["effect_failed"]);
        let id = scene.effects(EffectState::Failed)[0].id.clone();
        scene.decide(move |tx, moment| resolve(tx, moment, &id, answer)).unwrap();
        scene.run();
        assert_eq!(scene.rail.keys().len(), sends, "{answer:?}");
        assert!(scene.asked().is_empty());
    }
}

#[test]
fn the_worker_sends_when_it_is_told_and_stops_when_it_is_dropped() {
    let scene = Scene::new(Delivery::Neither);
    let dispatcher = Arc::new(Dispatcher::new(scene.books.clone(), vec![scene.rail.clone()]));
    let worker = Worker::start(Arc::clone(&dispatcher), |_| {}).unwrap();
    std::thread::sleep(Duration::from_millis(50));
    queue(&scene, "fake", "chat.note", None).unwrap();
    worker.notify();
    let begun = Instant::now();
    while scene.effects(EffectState::Sent).is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(20), "the worker did not hear");
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(worker);
    assert_eq!(Arc::strong_count(&dispatcher), 1, "the thread has ended");
    queue(&scene, "fake", "chat.note", None).unwrap();
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(scene.rail.keys().len(), 1);
}
