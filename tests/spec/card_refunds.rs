//! Card payments that are given back: approved as any money out, carried by the provider, booked when it tells of it.

use chrono::Duration;
use purser_connectors::stripe::{Client, Config, StripeRail, refund_destination};
use purser_connectors::{PaymentInstruction, Rail};
use purser_core::{Currency, Money};
use purser_sandbox::{Fault, READ_KEY, SandboxConfig, WRITE_KEY};
use serde_json::{Value, json};

use crate::providers::{Linked, both_keys};
use crate::refunds::{approve, shown};
use crate::world::{cents, decrypted, text};

/// A company whose customers pay by card, read to the end, and nothing given back yet.
fn linked(change: impl FnOnce(&mut SandboxConfig)) -> Linked {
    let linked = Linked::new(21, |config| {
        (config.transfers_per_mille, config.by_hand_per_mille) = (0, 0);
        (config.refunds_per_mille, config.disputes_per_mille) = (0, 0);
        change(config);
    });
    linked.connect(both_keys());
    linked.run("stripe");
    linked
}

/// The latest charge that paid an invoice, its amount in cents and the invoice's number.
fn charge(linked: &Linked) -> (String, i64, String) {
    charge_where(linked, "true")
}

/// The same of an invoice that pays for a year.
fn charge_of_a_year(linked: &Linked) -> (String, i64, String) {
    charge_where(
        linked,
        "i.key IN (SELECT json_extract(p.detail, '$.key') FROM deferral d
           JOIN provider_object p ON p.external_id = d.invoice AND p.kind = 'invoice' WHERE d.entry IS NULL)",
    )
}

fn charge_where(linked: &Linked, condition: &str) -> (String, i64, String) {
    let newest = format!(
        "SELECT a.funds_id, a.amount, i.number FROM allocation a JOIN invoice i ON i.key = a.invoice
         WHERE a.funds_kind = 'charge' AND a.currency = 'USD' AND a.amount > 2000 AND {condition}
         ORDER BY a.key DESC LIMIT 1"
    );
    let read = |row: &purser_store::rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    decrypted(&linked.world).query_row(&newest, [], read).unwrap()
}

fn decimal(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn propose(linked: &Linked, charge: &str, amount: &str) -> String {
    text(&linked.world.ok("refund_propose", json!({"payment": charge, "amount": amount}))["id"])
}

/// Refunds that the provider made, one for each request that it accepted for the first time.
fn made(linked: &Linked) -> usize {
    let requests = linked.sandbox().requests();
    requests.iter().filter(|one| one.path == "/v1/refunds" && one.effect.is_some() && !one.replayed).count()
}

fn effect(linked: &Linked) -> Value {
    let rows = linked.world.ok("outbox", json!({}))["effects"].clone();
    let rows = rows.as_array().unwrap();
    rows.iter().rfind(|row| row["kind"] == "money.refund").unwrap().clone()
}

fn asked(linked: &Linked, kind: &str) -> usize {
    linked.kinds().iter().filter(|each| *each == kind).count()
}

/// What a refund moves is what the provider's own books say, to the cent.
fn agrees_with_the_truth(linked: &Linked) {
    agrees(linked);
    for (ours, theirs) in [
        ("Assets:Stripe:USD", "processor"),
        ("Income:Refunds", "refunds"),
        ("Liabilities:SalesTax", "sales_tax"),
        ("Liabilities:DeferredRevenue", "deferred"),
        ("Income:Sales", "income"),
    ] {
        let truth = linked.sandbox().group_balance(theirs, "usd");
        assert_eq!(linked.world.balance(ours), truth, "{ours}");
    }
}

fn agrees(linked: &Linked) {
    let compared = linked.run("stripe-balance");
    assert!(text(&compared["result"]).ends_with("The balance agrees."), "{compared}");
}

#[test]
fn ts_44_a_card_payment_is_given_back_by_its_provider_and_booked_once_when_it_tells_of_it() {
    let linked = linked(|_| {});
    let (charge, amount, invoice) = charge(&linked);
    let offered = linked.world.ok("invoice", json!({"number": invoice}))["cards"].clone();
    assert_eq!((&offered[0]["id"], cents(&offered[0]["refundable"])), (&json!(charge), amount));
    let batch = propose(&linked, &charge, "");
    let proposed = shown(&linked.world, &batch);
    assert_eq!((cents(&proposed["total"]), &proposed["rail"]), (amount, &json!("Stripe")));
    assert_eq!(proposed["source"], "Stripe balance, USD");
    assert_eq!(proposed["source_account"], "Assets:Stripe:USD");
    let (before, refunds) = (linked.world.journal_total(), linked.world.balance("Income:Refunds"));

    approve(&linked.world, &batch);
    linked.world.step();
    assert_eq!(made(&linked), 0, "inside the window nothing leaves");
    linked.send();
    assert_eq!((made(&linked), &shown(&linked.world, &batch)["state"]), (1, &json!("sent")));
    assert!(text(&effect(&linked)["provider_id"]).starts_with("re_"), "{}", effect(&linked));
    assert_eq!(linked.world.journal_total(), before, "Stripe has not told of it yet");

    linked.run("stripe");
    assert_eq!(shown(&linked.world, &batch)["state"], "settled");
    assert!(linked.world.balance("Income:Refunds") > refunds);
    assert_eq!(linked.world.balance("Assets:InTransit:Out"), 0);
    let booked = linked.world.journal_total();
    linked.run("stripe");
    linked.send();
    assert_eq!((made(&linked), linked.world.journal_total()), (1, booked), "once");
    agrees(&linked);
    let again = linked.world.refused("refund_propose", json!({"payment": charge, "amount": ""}));
    assert!(again.message.contains("all of"), "{again}");
    let offered = linked.world.ok("invoice", json!({"number": invoice}))["cards"].clone();
    assert_eq!(cents(&offered[0]["refundable"]), 0);
}

#[test]
fn ts_44_no_more_than_is_left_is_given_back_and_what_waits_counts() {
    let linked = linked(|_| {});
    let (charge, amount, _) = charge(&linked);
    let first = propose(&linked, &charge, "10.00");
    let rest = amount - 1_000;
    for too_much in [decimal(rest + 1), decimal(amount), "0".to_owned(), "-1.00".to_owned()] {
        let asked = json!({"payment": charge, "amount": too_much});
        let refused = linked.world.refused("refund_propose", asked);
        assert_eq!(refused.code, "refund_amount", "{too_much}: {refused}");
    }
    let second = propose(&linked, &charge, &decimal(rest));
    approve(&linked.world, &first);
    approve(&linked.world, &second);
    linked.send();
    assert_eq!(made(&linked), 2);
    linked.run("stripe");
    for batch in [&first, &second] {
        assert_eq!(shown(&linked.world, batch)["state"], "settled");
    }
    agrees(&linked);

    // One that is rejected is off the table.
    let linked = self::linked(|_| {});
    let (charge, amount, _) = self::charge(&linked);
    let batch = propose(&linked, &charge, "");
    linked.world.ok("batch_reject", json!({"id": batch}));
    assert_eq!(cents(&shown(&linked.world, &propose(&linked, &charge, ""))["total"]), amount);
}

#[test]
fn ts_44_an_answer_that_never_came_is_looked_up_and_the_money_leaves_once() {
    for told_first in [false, true] {
        let linked = linked(|_| {});
        let (charge, _, _) = charge(&linked);
        let batch = propose(&linked, &charge, "15.00");
        approve(&linked.world, &batch);
        linked.sandbox().plan_fault(Some("POST"), "/v1/refunds", Fault::ConnectionResetAfterActing);
        linked.send();
        if told_first {
            assert_eq!(effect(&linked)["state"], "unknown", "{}", effect(&linked));
            linked.run("stripe");
            let left =
                linked.world.refused("refund_propose", json!({"payment": charge, "amount": "999999.00"}));
            assert_eq!(left.code, "refund_amount");
        }
        for _ in 0..5 {
            linked.world.advance(Duration::minutes(20));
            linked.world.step();
        }
        linked.run("stripe");
        assert_eq!((made(&linked), &shown(&linked.world, &batch)["state"]), (1, &json!("settled")));
        agrees(&linked);
    }
}

#[test]
fn ts_44_a_restart_inside_the_window_sends_nothing_and_one_after_it_sends_once() {
    let mut linked = linked(|_| {});
    let (charge, _, _) = charge(&linked);
    let batch = propose(&linked, &charge, "15.00");
    approve(&linked.world, &batch);
    linked.world.restart();
    linked.send();
    assert_eq!((made(&linked), &shown(&linked.world, &batch)["state"]), (0, &json!("proposed")));
    approve(&linked.world, &batch);
    linked.sandbox().plan_fault(Some("POST"), "/v1/refunds", Fault::ConnectionResetAfterActing);
    linked.send();
    linked.world.restart();
    for _ in 0..5 {
        linked.world.advance(Duration::minutes(20));
        linked.world.step();
    }
    linked.run("stripe");
    assert_eq!((made(&linked), &shown(&linked.world, &batch)["state"]), (1, &json!("settled")));
}

#[test]
fn ts_44_without_a_key_that_may_write_the_founder_hears_what_to_do() {
    let linked = linked(|_| {});
    linked.world.ok("disconnect", json!({"id": "stripe"}));
    let (charge, _, _) = charge(&linked);
    let asked = json!({"payment": charge, "amount": ""});
    assert_eq!(linked.world.code("refund_propose", asked.clone()), "not_connected");
    linked.connect(json!({"read_key": READ_KEY}));
    let refused = linked.world.refused("refund_propose", asked);
    assert_eq!((refused.code.as_str(), refused.exit), ("no_write_key", 3));
    assert!(refused.message.contains("Add a restricted write key"), "{refused}");
}

#[test]
fn ts_44_a_contested_payment_is_not_given_back_a_second_time() {
    let linked = linked(|config| config.disputes_per_mille = 900);
    let contested = "SELECT substr(owner, 8) FROM provider_object WHERE kind = 'dispute' AND owner <> ''
        ORDER BY external_id DESC";
    let conn = decrypted(&linked.world);
    let mut statement = conn.prepare(contested).unwrap();
    let charges: Vec<String> =
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let refusals: Vec<_> = charges
        .iter()
        .filter_map(|id| linked.world.call("refund_propose", json!({"payment": id, "amount": "1.00"})).err())
        .filter(|refused| refused.code == "charge_disputed")
        .collect();
    assert!(!refusals.is_empty(), "{} disputes", charges.len());
    assert!(refusals[0].message.contains("twice"), "{}", refusals[0]);
}

#[test]
fn ts_44_what_the_provider_refuses_is_one_question_and_frees_what_was_promised() {
    let linked = linked(|_| {});
    let (charge, amount, _) = charge(&linked);
    let batch = propose(&linked, &charge, "");
    approve(&linked.world, &batch);
    // Meanwhile somebody gives all of it back in the provider's own window.
    let config = Config::new(Some(&linked.sandbox().url()), READ_KEY.to_owned().into()).unwrap();
    let rail = StripeRail::new(Client::new(config.with_write_key(WRITE_KEY.to_owned().into())).unwrap());
    let by_hand = PaymentInstruction {
        id: "by-hand".into(),
        on: "2026-11-17".into(),
        from: String::new(),
        to: String::new(),
        destination: refund_destination(&charge),
        money: Money::new(i128::from(amount), Currency::USD),
        text: String::new(),
    };
    let outcome = rail.send("by-hand", &by_hand.to_bytes().unwrap());
    assert!(matches!(outcome, purser_core::outbox::Outcome::Accepted(_)), "{outcome:?}");
    linked.send();
    assert_eq!((made(&linked), &shown(&linked.world, &batch)["state"]), (1, &json!("failed")));
    let asked = linked.kinds().iter().filter(|kind| *kind == "payout_failed").count();
    assert_eq!(asked, 1, "{:?}", linked.kinds());
    linked.run("stripe");
    agrees(&linked);

    // One that is told of in time does not leave at all.
    let linked = self::linked(|_| {});
    let (charge, _, _) = self::charge(&linked);
    let batch = propose(&linked, &charge, "");
    approve(&linked.world, &batch);
    let config = Config::new(Some(&linked.sandbox().url()), READ_KEY.to_owned().into()).unwrap();
    let rail = StripeRail::new(Client::new(config.with_write_key(WRITE_KEY.to_owned().into())).unwrap());
    let some = PaymentInstruction {
        destination: refund_destination(&charge),
        money: Money::new(100, Currency::USD),
        ..by_hand
    };
    rail.send("by-hand", &some.to_bytes().unwrap());
    linked.run("stripe");
    linked.send();
    assert_eq!((made(&linked), &shown(&linked.world, &batch)["state"]), (1, &json!("void")));
    assert!(linked.kinds().contains(&"batch_void".to_owned()), "{:?}", linked.kinds());
}

#[test]
fn ts_44_a_refund_that_comes_back_is_put_back_to_the_cent_and_is_one_question() {
    for (of_a_year, told_between) in [(false, true), (true, true), (false, false), (true, false)] {
        let linked = linked(|_| {});
        let (charge, amount, invoice) = if of_a_year { charge_of_a_year(&linked) } else { charge(&linked) };
        agrees_with_the_truth(&linked);
        let before = linked.world.balances();
        let batch = propose(&linked, &charge, "");
        approve(&linked.world, &batch);
        linked.send();
        if told_between {
            linked.run("stripe");
            assert_eq!(shown(&linked.world, &batch)["state"], "settled");
            let at_stripe = linked.world.balance("Assets:Stripe:USD");
            assert_eq!(at_stripe, before["Assets:Stripe:USD USD"] - amount);
            agrees_with_the_truth(&linked);
        }
        assert!(linked.sandbox().fail_refund(&text(&effect(&linked)["provider_id"])));
        linked.run("stripe");
        assert_eq!(linked.world.balances(), before, "the year's: {of_a_year}, told between: {told_between}");
        agrees_with_the_truth(&linked);
        assert_eq!(shown(&linked.world, &batch)["state"], "failed");
        assert_eq!((asked(&linked, "payout_failed"), asked(&linked, "refund_returned")), (1, 0));
        let queue = linked.world.ok("attention", json!({}));
        let item = queue.as_array().unwrap().iter().find(|item| item["kind"] == "payout_failed").unwrap();
        assert!(text(&item["reason"]).contains("expired or canceled card"), "{item}");
        assert_eq!(cents(&item["amount"]), amount);

        // Told again it changes nothing, and what came back can be given back another time.
        let entries = linked.world.journal_total();
        linked.live(Duration::minutes(5));
        linked.run("stripe");
        linked.send();
        assert_eq!((made(&linked), linked.world.journal_total()), (1, entries));
        linked.world.ok("batch_reject", json!({"id": batch}));
        assert_eq!(asked(&linked, "payout_failed"), 0);
        let offered = linked.world.ok("invoice", json!({"number": invoice}))["cards"].clone();
        assert_eq!(cents(&offered[0]["refundable"]), amount);
        assert_eq!(linked.world.ok("verify", json!({}))["ok"], true);
    }
}

#[test]
fn ts_44_a_refund_of_a_year_that_comes_back_after_two_months_is_earned_as_if_it_had_never_left() {
    let linked = linked(|_| {});
    let (charge, amount, _) = charge_of_a_year(&linked);
    let batch = propose(&linked, &charge, &decimal(amount / 3));
    approve(&linked.world, &batch);
    linked.send();
    linked.run("stripe");
    linked.live(Duration::days(61));
    linked.run("stripe");
    agrees_with_the_truth(&linked);
    assert!(linked.sandbox().fail_refund(&text(&effect(&linked)["provider_id"])));
    linked.run("stripe");
    agrees_with_the_truth(&linked);
    assert_eq!(
        (asked(&linked, "payout_failed"), &shown(&linked.world, &batch)["state"]),
        (1, &json!("failed"))
    );
    linked.live(Duration::days(31));
    linked.run("stripe");
    agrees_with_the_truth(&linked);
}

#[test]
fn ts_44_a_refund_made_at_the_provider_that_comes_back_is_one_question_until_it_is_made_again() {
    let linked = linked(|_| {});
    let (charge, amount, _) = charge(&linked);
    let before = linked.world.balances();
    let by_hand = |key: &str| {
        let config = Config::new(Some(&linked.sandbox().url()), READ_KEY.to_owned().into()).unwrap();
        let rail = StripeRail::new(Client::new(config.with_write_key(WRITE_KEY.to_owned().into())).unwrap());
        let order = PaymentInstruction {
            id: key.into(),
            on: "2026-11-17".into(),
            from: String::new(),
            to: String::new(),
            destination: refund_destination(&charge),
            money: Money::new(i128::from(amount), Currency::USD),
            text: String::new(),
        };
        match rail.send(key, &order.to_bytes().unwrap()) {
            purser_core::outbox::Outcome::Accepted(id) => id,
            other => panic!("{other:?}"),
        }
    };
    let first = by_hand("by-hand-1");
    linked.run("stripe");
    assert_eq!(asked(&linked, "refund_returned"), 0);
    linked.sandbox().fail_refund(&first);
    for _ in 0..2 {
        linked.live(Duration::minutes(1));
        linked.run("stripe");
    }
    assert_eq!(
        linked.world.balance("Income:Refunds"),
        before.get("Income:Refunds USD").copied().unwrap_or(0)
    );
    assert_eq!((asked(&linked, "refund_returned"), asked(&linked, "payout_failed")), (1, 0));
    agrees_with_the_truth(&linked);
    // The founder may have found another way to the customer.
    let queue = linked.world.ok("attention", json!({}));
    let item =
        queue.as_array().unwrap().iter().find(|item| item["kind"] == "refund_returned").unwrap().clone();
    let done = linked.world.ok("attention_done", json!({"id": item["id"]}));
    assert_eq!(asked(&linked, "refund_returned"), 0);
    linked.live(Duration::minutes(1));
    linked.run("stripe");
    assert_eq!(asked(&linked, "refund_returned"), 0, "told again it asks nothing");
    assert_eq!(linked.world.code("attention_done", json!({"id": item["id"]})), "decision_unknown");
    linked.world.ok("undo", json!({"id": done["undo"]}));
    assert_eq!(asked(&linked, "refund_returned"), 1);
    let queue = linked.world.ok("attention", json!({}));
    for other in queue.as_array().unwrap().iter().filter(|item| item["kind"] != "refund_returned") {
        let is_by_hand = other["actions"].as_array().unwrap().contains(&json!("done"));
        let ended = linked.world.call("attention_done", json!({"id": other["id"]}));
        assert_eq!(ended.is_ok(), is_by_hand, "{other}");
    }
    by_hand("by-hand-2");
    linked.run("stripe");
    assert_eq!(asked(&linked, "refund_returned"), 0, "the customer has it now");
    agrees_with_the_truth(&linked);
}
