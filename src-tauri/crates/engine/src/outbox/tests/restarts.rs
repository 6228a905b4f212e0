use purser_core::outbox::{Delivery, EffectState};
use purser_store::tables::batches::{BatchState, ItemState};

use crate::approvals::tests::scene::Scene;

/// A payment that was being sent when its process died; `arrived` says whether the rail has it.
fn interrupted(delivery: Delivery, arrived: bool) -> (Scene, purser_store::tables::batches::Batch) {
    let scene = Scene::new(delivery);
    let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
    scene.approve(&batch).unwrap();
    scene.advance(11);
    // The window ends and the payment is claimed; then the power goes.
    let process = scene.books.process.to_string();
    scene
        .decide(move |tx, moment| {
            crate::approvals::release_ended_windows(tx, moment, &process)?;
            let key = purser_store::tables::effects::in_state(tx, EffectState::Queued, 1)?[0].key;
            crate::outbox::claim::claim(tx, moment, key, &process).map(|_| ())
        })
        .unwrap();
    let effect = scene.effects(EffectState::Sending).remove(0);
    if arrived {
        scene.rail.taken.lock().unwrap().push((effect.idempotency_key, effect.request));
    }
    (scene.restart(), batch)
}

#[test]
fn what_a_dead_process_was_sending_is_looked_up_and_sent_only_if_it_never_arrived() {
    for delivery in [Delivery::Keyed, Delivery::Lookup] {
        for arrived in [true, false] {
            let (scene, batch) = interrupted(delivery, arrived);
            let before = scene.entries();
            scene.run();
            assert_eq!(scene.rail.keys().len(), 1, "{delivery:?}, arrived: {arrived}");
            assert_eq!(*scene.rail.lookups.lock().unwrap(), 1);
            assert_eq!(scene.batch(&batch).state, BatchState::Sent);
            assert_eq!(scene.entries(), before + 1, "booked once");
            assert!(scene.asked().is_empty());
        }
    }
}

#[test]
fn what_a_dead_process_was_sending_without_a_way_to_ask_is_one_question_to_the_founder() {
    for arrived in [true, false] {
        let (scene, batch) = interrupted(Delivery::Neither, arrived);
        scene.run();
        let scene = scene.restart();
        scene.run();
        assert_eq!(scene.rail.keys().len(), usize::from(arrived), "never resent by itself");
        assert_eq!(scene.items(&batch)[0].state, ItemState::Unknown);
        assert_eq!(scene.asked(), ["effect_unknown"]);
    }
}

#[test]
fn starting_twice_finds_nothing_the_second_time() {
    let (scene, _) = interrupted(Delivery::Neither, true);
    assert_eq!(scene.run().len(), 1);
    let head = scene.books.store.sequence();
    let scene = scene.restart();
    assert!(scene.run().is_empty());
    assert_eq!(scene.books.store.sequence(), head, "and writes nothing");
}
