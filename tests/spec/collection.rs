//! Invoices that Stripe collects by itself: declined cards, and payments that their customer has to confirm (MI-04, TS-41,
//! TS-45).

use std::collections::BTreeSet;

use chrono::Duration;
use purser_core::fact::*;
use purser_sandbox::{Access, ApiKey, READ_KEY};
use serde_json::{Value, json};

use crate::providers::{Linked, both_keys};
use crate::teller::*;
use crate::world::text;

const GIVEN_UP: &str = "collection_given_up";
const CONFIRM: &str = "payment_confirmation";

fn collected(attempts: u32, next: CollectionNext) -> Observed {
    Observed::Invoice(Invoice {
        status: InvoiceStatus::Open,
        paid: None,
        collection: Some(Box::new(Collection {
            attempts,
            next,
            failure: "The card has expired".into(),
            page: "https://invoice.stripe.example/i/in_1".into(),
        })),
        ..billed()
    })
}

fn ended(status: InvoiceStatus) -> Observed {
    let at = Some(day(17));
    let voided = at.filter(|_| status == InvoiceStatus::Void);
    let given_up = at.filter(|_| status == InvoiceStatus::Uncollectible);
    let paid = at.filter(|_| status == InvoiceStatus::Paid);
    Observed::Invoice(Invoice { status, voided, given_up, paid, ..billed() })
}

fn queue(scene: &Scene) -> Vec<Value> {
    scene.world.ok("attention", json!({})).as_array().unwrap().clone()
}

#[test]
fn ts_41_mi_04_a_card_that_stripe_has_given_up_is_one_decision_with_its_reason() {
    let scene = Scene::new();
    scene.tell([collected(3, CollectionNext::Retry(day(20)))]);
    assert_eq!(queue(&scene), Vec::<Value>::new(), "Stripe tries again: nothing is to be decided");
    scene.tell([collected(4, CollectionNext::Nothing)]);
    let asked = queue(&scene);
    assert_eq!(asked.len(), 1, "{asked:?}");
    let item = &asked[0];
    assert_eq!(item["kind"], GIVEN_UP);
    assert_eq!(item["title"], "Alder Works's card was declined for A-0001: Stripe tries no more");
    assert_eq!(
        item["reason"],
        "The card has expired. Ask for another card, send its page https://invoice.stripe.example/i/in_1, or write it off"
    );
    assert_eq!(
        (&item["amount"]["amount"], &item["route"]),
        (&json!("120.00"), &json!("/money-in/invoices/A-0001"))
    );
    // Told again, and in another order.
    scene.tell([collected(4, CollectionNext::Nothing), collected(4, CollectionNext::Nothing)]);
    assert_eq!(queue(&scene)[0]["id"], item["id"]);
    assert_eq!(queue(&scene).len(), 1);
    // It ends as the invoice ends, however that is, and comes back with what is owed again.
    for status in [InvoiceStatus::Paid, InvoiceStatus::Uncollectible, InvoiceStatus::Void] {
        scene.tell([ended(status)]);
        assert!(!scene.asked().contains(&GIVEN_UP.to_owned()), "{status:?}");
        if status != InvoiceStatus::Void {
            scene.tell([collected(5, CollectionNext::Nothing)]);
            assert_eq!(scene.asked(), [GIVEN_UP], "{status:?}");
        }
    }
    assert_eq!(scene.world.ok("verify", json!({}))["ok"], true);
}

#[test]
fn ts_41_what_the_founder_has_answered_is_asked_again_only_after_another_attempt() {
    let scene = Scene::new();
    scene.tell([collected(4, CollectionNext::Nothing)]);
    let id = text(&queue(&scene)[0]["id"]);
    scene.world.ok("attention_done", json!({"id": id}));
    let Observed::Invoice(same) = collected(4, CollectionNext::Nothing) else { unreachable!() };
    // Something else of the invoice changes.
    scene.tell([Observed::Invoice(Invoice { customer_name: "Alder Works Ltd".into(), ..same })]);
    assert_eq!(scene.asked(), Vec::<String>::new());
    scene.tell([collected(4, CollectionNext::Retry(day(20)))]);
    scene.tell([collected(5, CollectionNext::Nothing)]);
    assert_eq!(scene.asked(), [GIVEN_UP]);
    // Put off, it stays so while the same is told.
    let id = text(&queue(&scene)[0]["id"]);
    scene.world.ok("snooze", json!({"id": id, "until": "2026-12-24T09:00:00Z"}));
    let Observed::Invoice(same) = collected(5, CollectionNext::Nothing) else { unreachable!() };
    scene.tell([Observed::Invoice(Invoice { customer_name: "Alder".into(), ..same })]);
    assert_eq!(scene.asked(), Vec::<String>::new());
}

#[test]
fn ts_41_money_that_comes_another_way_or_is_lost_here_answers_it() {
    let scene = Scene::new();
    scene.tell([collected(4, CollectionNext::Nothing)]);
    scene.world.ok("invoice_write_off", json!({"number": "A-0001", "reason": ""}));
    assert_eq!(scene.asked(), Vec::<String>::new());
    assert_eq!(scene.world.ok("verify", json!({}))["ok"], true);
}

#[test]
fn ts_45_a_payment_that_the_customer_has_to_confirm_is_one_decision_until_that_is_over() {
    let scene = Scene::new();
    scene.tell([collected(1, CollectionNext::Confirmation)]);
    let asked = queue(&scene);
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(asked[0]["kind"], CONFIRM);
    assert_eq!(asked[0]["title"], "Alder Works has to confirm the payment of A-0001 with the bank");
    assert!(text(&asked[0]["reason"]).contains("https://invoice.stripe.example/i/in_1"), "{asked:?}");
    // They did not: one question becomes the other.
    scene.tell([collected(1, CollectionNext::Nothing)]);
    assert_eq!(scene.asked(), [GIVEN_UP]);
    scene.tell([collected(2, CollectionNext::Confirmation)]);
    assert_eq!(scene.asked(), [CONFIRM]);
    // A debit on its way asks for nothing.
    scene.tell([collected(2, CollectionNext::Arrival)]);
    assert_eq!(scene.asked(), Vec::<String>::new());
}

/// Kinds and invoices of what the founder is asked.
fn asked(linked: &Linked) -> BTreeSet<(String, String)> {
    let queue = linked.world.ok("attention", json!({}));
    let items = queue.as_array().unwrap().iter().filter(|item| {
        let kind = text(&item["kind"]);
        [GIVEN_UP, CONFIRM].contains(&kind.as_str())
    });
    let pair = |item: &Value| {
        let number = text(&item["route"]).rsplit('/').next().unwrap().to_owned();
        assert!(text(&item["title"]).contains(&number), "{item}");
        assert!(text(&item["reason"]).contains("https://invoice.stripe.example/i/in_"), "{item}");
        (text(&item["kind"]), number)
    };
    items.map(pair).collect()
}

/// What the simulation has a reason to ask.
fn stuck(linked: &Linked) -> BTreeSet<(String, String)> {
    let kind = |confirm: bool| if confirm { CONFIRM } else { GIVEN_UP }.to_owned();
    linked.sandbox().uncollected().into_iter().map(|row| (kind(row.to_confirm), row.number)).collect()
}

fn by_card(seed: u64, declines: u32, confirmations: u32) -> Linked {
    Linked::new(seed, |config| {
        (config.transfers_per_mille, config.by_hand_per_mille) = (0, 0);
        config.declines_per_mille = declines;
        config.left_open_per_mille = 1000;
        config.confirmations_per_mille = confirmations;
    })
}

#[test]
fn ts_41_ts_45_mi_04_what_stripe_tells_of_its_attempts_is_asked_exactly_while_it_is_true() {
    let linked = by_card(21, 400, 300);
    linked.connect(both_keys());
    linked.run("stripe");
    let (mut seen, mut gone) = (asked(&linked), 0);
    assert_eq!(seen, stuck(&linked), "the past, read at once");
    let mut retries = 0;
    for _ in 0..30 {
        linked.live(Duration::hours(20));
        linked.run("stripe");
        let now = asked(&linked);
        assert_eq!(now, stuck(&linked));
        gone += seen.difference(&now).count();
        seen.extend(now);
        retries += declined(&linked).iter().filter(|words| words.contains("Stripe tries again on ")).count();
    }
    let of = |kind: &str| seen.iter().filter(|(one, _)| one == kind).count();
    assert!(
        of(GIVEN_UP) > 2 && of(CONFIRM) > 2 && gone > 4 && retries > 2,
        "{seen:?}, {gone} gone, {retries} retries"
    );
    // The invoice says it too, with the page on which it can be paid.
    for (kind, number) in asked(&linked) {
        let invoice = linked.world.ok("invoice", json!({"number": number}));
        let words = text(&invoice["collection"]);
        let expected = if kind == GIVEN_UP {
            "Stripe tries no more."
        } else {
            "The customer has to confirm it with their bank."
        };
        assert!(words.ends_with(expected), "{words}");
        assert!(text(&invoice["pay_page"]).starts_with("https://invoice.stripe.example/i/in_"), "{invoice}");
    }
    assert_eq!(linked.world.ok("verify", json!({}))["ok"], true);
}

/// What the customers' histories say of declined cards.
fn declined(linked: &Linked) -> Vec<String> {
    let keys = linked.world.ok("customers_index", json!({"text": ""}))["keys"].clone();
    let rows = linked.world.ok("customers_rows", json!({"keys": keys}));
    let mut said = Vec::new();
    for row in rows.as_array().unwrap() {
        let events = linked.world.ok("customer", json!({"id": row["id"]}))["events"].clone();
        let declined = events.as_array().unwrap().iter().filter(|event| event["kind"] == "declined");
        said.extend(declined.map(|event| text(&event["text"])));
    }
    said
}

#[test]
fn ts_45_a_key_that_may_not_read_intents_still_reads_everything_else() {
    let linked = Linked::new(22, |config| {
        (config.transfers_per_mille, config.by_hand_per_mille) = (0, 0);
        (config.declines_per_mille, config.left_open_per_mille) = (600, 1000);
        let mut key = ApiKey::reading(READ_KEY);
        key.resources.push(("payment_intents".to_owned(), Access::None));
        config.keys = vec![key];
    });
    let connected = linked.connect(json!({"read_key": READ_KEY}));
    assert!(
        connected.to_string().contains("PaymentIntents"),
        "the founder is told what is missing: {connected}"
    );
    assert_eq!(linked.run("stripe")["state"], "succeeded");
    assert!(!stuck(&linked).is_empty());
    assert_eq!(asked(&linked), stuck(&linked));
    let queue = linked.world.ok("attention", json!({}));
    assert!(queue.to_string().contains("Stripe does not say why"), "{queue}");
}
