//! Refunds and settled invoices: sent once, found again, never twice.

use std::time::Duration;

use purser_core::outbox::Outcome;
use purser_core::{Currency, Money};
use secrecy::SecretString;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::account::*;
use crate::instruction::PaymentInstruction;
use crate::rail::Rail;
use crate::stripe::{Client, Config, StripeRail, pay_outside, refund_destination};

fn refund(charge: &str, minor: i128) -> Vec<u8> {
    let instruction = PaymentInstruction {
        id: "payout-1".into(),
        on: "2026-11-17".into(),
        from: "Assets:Stripe:USD".into(),
        to: "Nordhavn A/S".into(),
        destination: refund_destination(charge),
        money: Money::new(minor, Currency::USD),
        text: "Refund".into(),
    };
    instruction.to_bytes().unwrap()
}

fn made(id: &str, key: &str) -> Value {
    json!({"id": id, "object": "refund", "charge": "ch_1", "created": NOON, "metadata": {"purser_key": key}})
}

fn kept_fault() -> ResponseTemplate {
    ResponseTemplate::new(500).insert_header("idempotent-replayed", "true")
}

fn rail(account: &Account) -> StripeRail {
    StripeRail::new(account.client())
}

#[test]
fn a_refund_is_sent_under_its_key_by_the_write_key() {
    let account = Account::new();
    account.script(ResponseTemplate::new(200).set_body_json(made("re_1", "k")));
    assert_eq!(rail(&account).send("k", &refund("ch_1", 6_000)), Outcome::Accepted("re_1".into()));
    let asked = account.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!((asked[0].what.as_str(), asked[0].key.as_deref()), ("POST /v1/refunds", Some("k")));
    assert_eq!(asked[0].authorization, format!("Bearer {WRITE_KEY}"));
    assert_eq!(
        asked[0].body,
        "charge=ch_1&amount=6000&metadata%5Bpurser_key%5D=k&metadata%5Bpurser_payout%5D=payout-1"
    );
}

#[test]
fn c_2_without_an_answer_the_refund_is_found_by_its_metadata() {
    let account = Account::new();
    account.script(ResponseTemplate::new(200).set_delay(Duration::from_secs(2)));
    let mut config = account.config();
    config.timeout = Duration::from_millis(50);
    let slow = StripeRail::new(Client::new(config).unwrap());
    let request = refund("ch_1", 6_000);
    assert!(matches!(slow.send("k", &request), Outcome::NoAnswer(_)));
    assert_eq!(account.asked().len(), 1, "a writing request is never repeated by itself");
    let rail = rail(&account);
    assert!(matches!(rail.look_up("k", &request), Outcome::NotSent(_)), "a clear no");
    for index in 0..150 {
        account.add("refunds", made(&format!("re_{index}"), &format!("other_{index}")));
    }
    account.state.lock().unwrap().lists.get_mut("/v1/refunds").unwrap().push(made("re_old", "k"));
    assert_eq!(rail.look_up("k", &request), Outcome::Accepted("re_old".into()), "on the second page");
    account.script(ResponseTemplate::new(401));
    assert!(matches!(rail.look_up("k", &request), Outcome::NoAnswer(_)), "no answer is not a no");
}

#[test]
fn c_2_a_kept_fault_is_looked_up_and_then_passed_by_with_a_new_key() {
    let account = Account::new();
    account.script(kept_fault());
    account.script(ResponseTemplate::new(200).set_body_json(json!({"data": [], "has_more": false})));
    account.script(ResponseTemplate::new(200).set_body_json(made("re_2", "k")));
    let request = refund("ch_1", 6_000);
    assert_eq!(rail(&account).send("k", &request), Outcome::Accepted("re_2".into()));
    let asked = account.asked();
    let steps: Vec<_> = asked.iter().map(|one| (&one.what[..4], one.key.as_deref())).collect();
    assert_eq!(steps, [("POST", Some("k")), ("GET ", None), ("POST", Some("k.2"))]);
    assert_eq!(asked[0].body, asked[2].body, "the same bytes, found under the same metadata");

    account.script(kept_fault());
    account.add("refunds", made("re_there", "k"));
    assert_eq!(rail(&account).send("k", &request), Outcome::Accepted("re_there".into()));
    assert_eq!(
        account.asked().iter().filter(|one| one.what.starts_with("POST")).count(),
        1,
        "not sent again"
    );
}

#[test]
fn a_fresh_fault_says_nothing() {
    let account = Account::new();
    account.script(ResponseTemplate::new(500));
    assert!(matches!(rail(&account).send("k", &refund("ch_1", 1)), Outcome::NoAnswer(_)));
    account.script(ResponseTemplate::new(409));
    assert!(matches!(rail(&account).send("k", &refund("ch_1", 1)), Outcome::NoAnswer(_)));
    assert_eq!(account.asked().len(), 2);
}

#[test]
fn a_refusal_is_final_unless_it_is_there_already() {
    let account = Account::new();
    let no = || {
        ResponseTemplate::new(400)
            .set_body_json(json!({"error": {"message": "Charge ch_1 has already been refunded."}}))
    };
    account.script(no());
    let outcome = rail(&account).send("k", &refund("ch_1", 1));
    assert!(
        matches!(&outcome, Outcome::Refused(why) if why.contains("already been refunded")),
        "{outcome:?}"
    );
    account.add("refunds", made("re_1", "k"));
    account.script(no());
    assert_eq!(rail(&account).send("k", &refund("ch_1", 1)), Outcome::Accepted("re_1".into()));
}

#[test]
fn what_certainly_did_not_leave_may_be_tried_again() {
    let account = Account::new();
    for status in [401, 403, 429] {
        account.script(ResponseTemplate::new(status));
        assert!(matches!(rail(&account).send("k", &refund("ch_1", 1)), Outcome::NotSent(_)), "{status}");
    }
    let config = Config::new(Some("http://127.0.0.1:9"), SecretString::from(READ_KEY)).unwrap();
    let read_only = StripeRail::new(Client::new(config.clone()).unwrap());
    let outcome = read_only.send("k", &refund("ch_1", 1));
    assert!(matches!(&outcome, Outcome::NotSent(why) if why.contains("write key")), "{outcome:?}");
    let away = StripeRail::new(Client::new(config.with_write_key(SecretString::from(WRITE_KEY))).unwrap());
    assert!(matches!(away.send("k", &refund("ch_1", 1)), Outcome::NotSent(_)), "nobody listens there");
}

#[test]
fn an_invoice_settled_outside_is_said_once() {
    let account = Account::new();
    let request = pay_outside("in_1").unwrap();
    assert_eq!(request, br#"{"pay_outside":"in_1"}"#);
    account.script(ResponseTemplate::new(200).set_body_json(json!({"id": "in_1", "status": "paid"})));
    assert_eq!(rail(&account).send("k", &request), Outcome::Accepted("in_1".into()));
    let asked = account.asked();
    assert_eq!(
        (asked[0].what.as_str(), asked[0].body.as_str()),
        ("POST /v1/invoices/in_1/pay", "paid_out_of_band=true")
    );
    account.add("invoices", invoice("in_1", NOON, "open"));
    assert!(matches!(rail(&account).look_up("k", &request), Outcome::NotSent(_)));
    account.state.lock().unwrap().lists.clear();
    account.add("invoices", invoice("in_1", NOON, "paid"));
    assert_eq!(rail(&account).look_up("k", &request), Outcome::Accepted("in_1".into()));
}

#[test]
fn a_request_that_is_none_of_ours_is_refused_before_it_leaves() {
    let account = Account::new();
    for bad in [
        b"{}".to_vec(),
        b"not json".to_vec(),
        pay_outside("../v1/payouts").unwrap(),
        refund("ch_1/../../payouts", 100),
        refund("acct_1", 100),
        refund("ch_1", 0),
        refund("ch_1", -5),
    ] {
        let outcome = rail(&account).send("k", &bad);
        assert!(matches!(outcome, Outcome::Refused(_)), "{}: {outcome:?}", String::from_utf8_lossy(&bad));
    }
    assert!(account.asked().is_empty());
}
