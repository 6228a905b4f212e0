use purser_core::outbox::{ATTEMPTS_MAX, Delivery, EffectState};
use purser_store::tables::batches::{BatchState, ItemState};
use purser_store::tables::ledger;
use serde_json::json;

use crate::approvals::tests::scene::{Fault, Scene, usd};
use crate::outbox::{Answer, Event, resolve};

fn faults(scene: &Scene, faults: &[Fault]) {
    scene.rail.faults.lock().unwrap().extend(faults);
}

fn answer(scene: &Scene, answer: Answer) {
    let id = scene.effects(EffectState::Unknown)[0].id.clone();
    scene.decide(move |tx, moment| resolve(tx, moment, &id, answer)).unwrap();
}

#[test]
fn what_the_rail_took_is_booked_once_and_waits_for_the_bank() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
    let before = scene.entries();
    scene.pay(&batch);
    assert_eq!(scene.entries(), before + 1);
    let item = scene.items(&batch).remove(0);
    assert_eq!(item.state, ItemState::Sent);
    let postings = scene.books.read(|tx| Ok(ledger::postings(tx, item.entry.unwrap())?)).unwrap();
    let shown: Vec<String> =
        postings.iter().map(|p| format!("{} {}", p.account, p.amount.decimal())).collect();
    assert_eq!(shown, ["Liabilities:CustomerCredit 187.20", "Assets:InTransit:Out -187.20"]);
    let effect = scene.effects(EffectState::Sent).remove(0);
    assert_eq!((effect.provider_id.as_deref(), effect.attempts), (Some("R-1"), 1));
    assert!(scene.asked().is_empty());
    assert!(scene.run().is_empty());
}

#[test]
fn after_a_time_out_the_provider_is_asked_before_anything_is_sent_again_ts_44() {
    for delivery in [Delivery::Keyed, Delivery::Lookup] {
        for (fault, sends) in [(Fault::TimeOutAfter, 1), (Fault::TimeOutBefore, 1), (Fault::Panic, 1)] {
            let scene = Scene::new(delivery);
            let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
            faults(&scene, &[fault]);
            scene.pay(&batch);
            assert_eq!(scene.rail.keys().len(), sends, "{delivery:?} {fault:?}");
            assert_eq!(*scene.rail.lookups.lock().unwrap(), 1, "{delivery:?} {fault:?}");
            assert_eq!(scene.batch(&batch).state, BatchState::Sent);
            assert!(scene.asked().is_empty());
        }
    }
}

#[test]
fn an_unknown_effect_that_nobody_can_be_asked_about_is_never_resent_by_itself() {
    let scene = Scene::new(Delivery::Neither);
    let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
    faults(&scene, &[Fault::TimeOutAfter]);
    scene.pay(&batch);
    for _ in 0..20 {
        scene.advance(3_600);
        scene.run();
    }
    assert_eq!(scene.rail.keys().len(), 1);
    assert_eq!(*scene.rail.lookups.lock().unwrap(), 0);
    assert_eq!(scene.asked(), ["effect_unknown"], "one item, however often it is looked at");
    assert_eq!(scene.queue()[0].item.actions, ["sent", "again", "drop"]);
}

#[test]
fn the_founder_says_what_became_of_it() {
    for (said, sends, state, booked) in [
        (Answer::Sent, 1, ItemState::Sent, 1),
        (Answer::Again, 2, ItemState::Sent, 1),
        (Answer::Drop, 1, ItemState::Failed, 0),
    ] {
        let scene = Scene::new(Delivery::Neither);
        let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
        faults(&scene, &[Fault::TimeOutAfter]);
        scene.pay(&batch);
        let before = scene.entries();
        answer(&scene, said);
        scene.run();
        assert_eq!(scene.rail.keys().len(), sends, "{said:?}");
        assert_eq!(scene.items(&batch)[0].state, state, "{said:?}");
        assert_eq!(scene.entries() - before, booked, "{said:?}");
        assert!(scene.asked().is_empty(), "{said:?}");
    }
}

#[test]
fn money_sent_again_on_the_founders_word_still_needs_a_living_approval() {
    let scene = Scene::new(Delivery::Neither);
    let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
    faults(&scene, &[Fault::TimeOutBefore]);
    scene.pay(&batch);
    scene.advance(90_000);
    answer(&scene, Answer::Again);
    scene.run();
    assert!(scene.rail.keys().is_empty());
    assert_eq!(scene.batch(&batch).state, BatchState::Void);
    assert_eq!(scene.asked(), ["batch_void"]);
}

#[test]
fn a_refusal_is_final_and_books_nothing() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
    let before = scene.entries();
    faults(&scene, &[Fault::Refuse]);
    scene.pay(&batch);
    scene.advance(3_600);
    scene.run();
    assert!(scene.rail.keys().is_empty());
    assert_eq!(scene.entries(), before);
    assert_eq!(scene.batch(&batch).state, BatchState::Failed);
    let queue = scene.queue();
    assert_eq!(queue[0].item.title, "Refund $187.20 to Kofi Mensah was not paid");
    assert_eq!(queue[0].item.reason, "the account is closed");
}

#[test]
fn a_rail_that_cannot_be_reached_is_tried_again_later_each_time_and_then_the_founder_hears_mo_08() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
    faults(&scene, &[Fault::Down; 20]);
    scene.pay(&batch);
    let mut waits = Vec::new();
    for _ in 0..ATTEMPTS_MAX - 1 {
        let mut waited = 0;
        let attempts = scene.effects(EffectState::Queued)[0].attempts;
        while scene.effects(EffectState::Queued).first().is_some_and(|e| e.attempts == attempts) {
            scene.advance(1);
            waited += 1;
            scene.run();
        }
        waits.push(waited);
    }
    assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128]);
    assert_eq!(scene.batch(&batch).state, BatchState::Failed);
    assert_eq!(scene.asked(), ["payout_failed"]);
    assert!(scene.rail.keys().is_empty());
}

#[test]
fn a_provider_that_never_answers_the_question_is_asked_on_and_the_founder_too() {
    let scene = Scene::new(Delivery::Lookup);
    let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
    faults(&scene, &[Fault::TimeOutAfter]);
    faults(&scene, &[Fault::Down; 12]);
    scene.pay(&batch);
    assert!(scene.asked().is_empty(), "not after the first silence");
    for _ in 0..11 {
        scene.advance(901);
        scene.run();
    }
    assert_eq!(scene.asked(), ["effect_unknown"]);
    assert_eq!(scene.rail.keys().len(), 1);
    scene.advance(901);
    scene.run();
    assert_eq!(scene.batch(&batch).state, BatchState::Sent, "it answered at last");
    assert!(scene.asked().is_empty(), "so the question is gone");
}

#[test]
fn an_outcome_that_the_store_does_not_take_is_kept_and_recorded_later() {
    let scene = Scene::new(Delivery::Neither);
    let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
    let books = scene.books.clone();
    let sql = "UPDATE refund SET credit = credit + 1";
    *scene.rail.before_send.lock().unwrap() = Some(Box::new(move || {
        // The booking will be refused: the customer's split does not add up to the item any more.
        books
            .decide("founder", move |tx, moment| {
                tx.execute("DELETE FROM refund", []).map_err(purser_store::StoreError::from)?;
                tx.audit(moment.audit("test", "test", json!({ "sql": sql })))?;
                Ok(())
            })
            .unwrap();
    }));
    scene.approve(&batch).unwrap();
    scene.advance(11);
    let events = scene.dispatcher.step();
    assert!(events.iter().any(|event| matches!(event, Event::Trouble(_))), "{events:?}");
    let customer = scene.items(&batch)[0].payee.clone();
    scene
        .decide(move |tx, moment| {
            let split = purser_store::tables::batches::RefundSplit {
                payment: "p1".into(),
                customer,
                credit: usd(18_720),
                revenue: usd(0),
                tax: usd(0),
            };
            purser_store::tables::batches::set_refund(tx, 1, &split)?;
            tx.audit(moment.audit("test", "test", json!({})))?;
            Ok(())
        })
        .unwrap();
    scene.run();
    assert_eq!(scene.batch(&batch).state, BatchState::Sent, "the rail's answer was not forgotten");
    assert!(scene.asked().is_empty());
    assert_eq!(scene.rail.keys().len(), 1);
}
