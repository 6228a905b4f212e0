//! What the application interface shows and takes.

use purser_core::outbox::Delivery;

use super::scene::{FOUNDER, Scene};
use crate::api::types::{Approve, EffectResolve};
use crate::approvals::view;

#[test]
fn the_envelope_shows_everything_and_names_are_made_visible() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[("Kofi \u{202E}hasneM", 18_720)]);
    let shown = view::batch(&scene.books, &batch.id, true).unwrap();
    assert_eq!(shown.items[0].payee, "Kofi [U+202E]hasneM");
    assert!(!shown.title.contains('\u{202E}'), "{}", shown.title);
    assert_eq!(shown.items[0].destination, "account ••1180");
    assert_eq!(shown.total.amount, "187.20");
    assert_eq!(shown.balance_after.amount, "-187.20");
    assert_eq!(shown.digest, scene.seal(&batch));
    assert_eq!(shown.history.len(), 1);
    assert!(shown.history[0].text.starts_with("Proposed by you, seal "), "{}", shown.history[0].text);
    assert!(shown.needs_passphrase);
}

#[test]
fn an_approval_counts_down_and_can_be_taken_back() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
    let shown = view::batch(&scene.books, &batch.id, false).unwrap();
    let input = Approve { batch: batch.id.clone(), digest: shown.digest, passphrase: None };
    let done = view::approve(&scene.books, FOUNDER, &input).unwrap();
    assert_eq!(done.say, "Leaves in 10 s. Closing Purser now sends nothing and asks again.");
    scene.advance(3);
    let leaving = view::batch(&scene.books, &batch.id, false).unwrap().leaving.unwrap();
    assert_eq!((leaving.seconds_left, leaving.amount.amount.as_str()), (7, "187.20"));
    let carriers = scene.dispatcher.carriers();
    assert_eq!(view::outbox(&scene.books, &carriers).unwrap().effects[0].waits_for, "Leaves in 7 s");
    view::undo_approval(&scene.books, FOUNDER, &batch.id).unwrap();
    let shown = view::batch(&scene.books, &batch.id, false).unwrap();
    assert_eq!((shown.state.as_str(), shown.revision), ("proposed", 2));
    assert!(shown.leaving.is_none());
    assert_eq!(view::outbox(&scene.books, &carriers).unwrap().effects[0].waits_for, "Your approval");
    view::reject(&scene.books, FOUNDER, &batch.id).unwrap();
    assert_eq!(view::batches(&scene.books, false).unwrap().batches[0].state, "rejected");
}

#[test]
fn the_outbox_says_what_each_effect_waits_for() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
    view::pause_all(&scene.books, FOUNDER).unwrap();
    scene.pay(&batch);
    let carriers = scene.dispatcher.carriers();
    let shown = view::outbox(&scene.books, &carriers).unwrap();
    assert_eq!(shown.paused_since.as_deref(), Some("2026-11-17T08:12:00.000Z"));
    assert_eq!(shown.effects[0].waits_for, "Paused until you release it");
    assert_eq!(shown.effects[0].title, "Refund $187.20 to Kofi Mensah");
    let said = view::resume_all(&scene.books, FOUNDER).unwrap().say;
    assert_eq!(said, "Released. 1 effect leaves in order.");
    scene.run();
    let shown = view::outbox(&scene.books, &carriers).unwrap();
    assert_eq!((shown.effects[0].state.as_str(), shown.effects[0].waits_for.as_str()), ("sent", ""));
}

#[test]
fn an_answer_is_one_of_three_words_and_only_for_a_question() {
    let scene = Scene::new(Delivery::Keyed);
    let batch = scene.propose(&[("Kofi Mensah", 18_720)]);
    scene.pay(&batch);
    let carriers = scene.dispatcher.carriers();
    let id = view::outbox(&scene.books, &carriers).unwrap().effects[0].id.clone();
    for (answer, code) in [("maybe", "answer"), ("sent", "effect_state"), ("again", "effect_state")] {
        let input = EffectResolve { id: id.clone(), answer: answer.into() };
        assert_eq!(view::resolve(&scene.books, FOUNDER, &input).unwrap_err().code, code);
    }
}
