//! localstripe, a server that is not ours: keys, paging, refunds, movements, signed webhooks. It has no prices and no
//! disputes, knows no restricted keys, and lists events oldest first, so events are not shown here.
//! `tests/peers/localstripe.sh` starts it and names its address in PURSER_LOCALSTRIPE.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use purser_core::fact::{FactKind, MovementKind, Observed};
use purser_core::outbox::Outcome;
use purser_core::{Currency, Money};
use secrecy::SecretString;
use serde_json::Value;

use super::account::at;
use crate::instruction::PaymentInstruction;
use crate::net::wait_for;
use crate::rail::Rail;
use crate::source::{Observation, Source, SourceError};
use crate::stripe::client::Written;
use crate::stripe::kinds::BACKFILL;
use crate::stripe::{
    Client, Config, Listener, Owner, StripeRail, StripeSource, refund_destination, verify_signature,
};

/// The server's address, or nothing where it was not started.
fn server() -> Option<String> {
    let address = std::env::var("PURSER_LOCALSTRIPE").ok();
    if address.is_none() {
        assert!(
            std::env::var_os("PURSER_PEERS_REQUIRED").is_none(),
            "localstripe is required and PURSER_LOCALSTRIPE does not say where it is"
        );
        println!("skipped: localstripe is not running; tests/peers/localstripe.sh starts it");
    }
    address
}

fn client(address: &str, key: &str) -> Client {
    let key = || SecretString::from(key);
    Client::new(Config::new(Some(address), key()).unwrap().with_write_key(key())).unwrap()
}

fn post(client: &Client, path: &str, fields: &[(&str, &str)]) -> Value {
    let form: Vec<(String, String)> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let (client, path) = (client.clone(), path.to_owned());
    let answer = wait_for(async move { client.post(&path, &form, "made-by-the-test").await }).unwrap();
    match answer {
        Written::Answer(200, _, body) => body,
        Written::Answer(status, _, body) => panic!("{status}: {body}"),
        Written::NotSent(why) | Written::NoAnswer(why) => panic!("{why}"),
    }
}

/// Reads one kind of the past to its end.
fn past(source: &StripeSource, kind: FactKind) -> (Vec<Observation>, usize) {
    let step = BACKFILL.iter().position(|one| *one == kind).unwrap();
    let mut cursor =
        format!(r#"{{"polled_at":1,"stage":{{"backfill":{{"step":{step},"after":null,"since":1}}}}}}"#);
    let (mut facts, mut pages) = (Vec::new(), 0);
    while cursor.contains(&format!(r#""step":{step},"#)) {
        let polled = source.poll(Some(&cursor), at(2)).unwrap();
        facts.extend(polled.facts);
        cursor = polled.next_cursor;
        pages += 1;
        assert!(pages < 50, "the past ends");
    }
    (facts, pages)
}

#[test]
fn localstripe_agrees_on_keys_paging_refunds_and_movements() {
    let Some(address) = server() else { return };
    let refused = StripeSource::new(client(&address, "rk_test_restricted")).poll(None, at(2)).unwrap_err();
    assert!(matches!(refused, SourceError::KeyRefused { .. }), "{refused}");

    let client = client(&address, "sk_test_12345");
    let source = StripeSource::new(client.clone());
    let (before, _) = past(&source, FactKind::Customer);
    for index in 0..105 {
        post(&client, "/v1/customers", &[("name", &format!("Łódź {index}")), ("email", "a@example.com")]);
    }
    let (customers, pages) = past(&source, FactKind::Customer);
    assert_eq!(customers.len(), before.len() + 105);
    assert!(pages >= 2, "more than a page of a hundred");
    assert!(customers.iter().all(|seen| seen.read.is_ok()), "{:?}", customers[0].read);

    let card = post(
        &client,
        "/v1/customers",
        &[
            ("source[object]", "card"),
            ("source[number]", "4242424242424242"),
            ("source[exp_month]", "12"),
            ("source[exp_year]", "2040"),
            ("source[cvc]", "123"),
        ],
    );
    let charge = post(
        &client,
        "/v1/charges",
        &[("amount", "12000"), ("currency", "usd"), ("customer", card["id"].as_str().unwrap())],
    );
    let charge = charge["id"].as_str().unwrap();
    let rail = StripeRail::new(client.clone());
    let instruction = PaymentInstruction {
        id: "payout-1".into(),
        on: "2026-11-17".into(),
        from: "Assets:Stripe:USD".into(),
        to: "Łódź".into(),
        destination: refund_destination(charge),
        money: Money::new(6_000, Currency::USD),
        text: "Refund".into(),
    };
    let request = instruction.to_bytes().unwrap();
    let key = format!("key-of-{charge}");
    assert!(matches!(rail.look_up(&key, &request), Outcome::NotSent(_)));
    let Outcome::Accepted(refund) = rail.send(&key, &request) else { panic!("accepted") };
    assert_eq!(rail.look_up(&key, &request), Outcome::Accepted(refund.clone()), "found by its metadata");
    assert!(matches!(rail.look_up("another", &request), Outcome::NotSent(_)));

    let (refunds, _) = past(&source, FactKind::Refund);
    let seen = refunds.iter().find(|seen| seen.external_id == refund).unwrap();
    let Observed::Refund(read) = &seen.read.as_ref().unwrap().observed else { panic!("a refund") };
    assert_eq!((read.charge.as_deref(), read.amount.to_string().as_str()), (Some(charge), "60.00 USD"));

    let (movements, _) = past(&source, FactKind::Movement);
    let of = |source: &str| {
        let found = movements.iter().find_map(|seen| match &seen.read.as_ref().unwrap().observed {
            Observed::Movement(movement) if movement.source.as_deref() == Some(source) => {
                Some(movement.clone())
            }
            _ => None,
        });
        found.unwrap_or_else(|| panic!("a movement of {source}"))
    };
    assert_eq!(of(charge).kind, MovementKind::Sale);
    assert_eq!(of(&refund).kind, MovementKind::Refund);
    assert_eq!(of(&refund).net.to_string(), "-60.00 USD");
}

#[test]
fn localstripe_signs_as_we_verify() {
    let Some(address) = server() else { return };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let here = format!("http://{}/hook", listener.local_addr().unwrap());
    let client = client(&address, "sk_test_12345");
    post(&client, "/_config/webhooks/purser", &[("url", &here), ("secret", "whsec_peer")]);
    post(&client, "/v1/customers", &[("name", "Signed")]);
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let (header, body) = read_request(&mut stream);
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
    let signed_at: i64 = header.split(',').find_map(|part| part.strip_prefix("t=")).unwrap().parse().unwrap();
    let secrets = [SecretString::from("whsec_peer")];
    assert_eq!(verify_signature(&header, &body, &secrets, at(signed_at + 3)), Ok(()));
    assert!(verify_signature(&header, b"{}", &secrets, at(signed_at)).is_err());
    assert!(verify_signature(&header, &body, &[SecretString::from("whsec_other")], at(signed_at)).is_err());
}

#[test]
fn what_localstripe_signs_is_heard_by_the_listener() {
    let Some(address) = server() else { return };
    let (rings, rung) = std::sync::mpsc::channel();
    let owner = Owner {
        secret: SecretString::from("whsec_heard"),
        now: Box::new(chrono::Utc::now),
        ring: Box::new(move || rings.send(()).unwrap()),
    };
    let listener = Listener::start(0, owner).unwrap();
    let client = client(&address, "sk_test_12345");
    let here = format!("http://127.0.0.1:{}/stripe", listener.port());
    post(&client, "/_config/webhooks/listener", &[("url", &here), ("secret", "whsec_heard")]);
    post(&client, "/v1/customers", &[("name", "Heard")]);
    rung.recv_timeout(Duration::from_secs(10)).unwrap();
    let heard = listener.heard();
    assert!(heard.accepted > 0 && heard.refused == 0, "{heard:?}");
}

/// The signature's header and the body of one request.
fn read_request(stream: &mut impl Read) -> (String, Vec<u8>) {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let field = |name: &str| {
                head.lines().find_map(|line| {
                    let (field, value) = line.split_once(':')?;
                    field.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
                })
            };
            let length: usize = field("content-length").unwrap().parse().unwrap();
            let begin = head.len() + 4;
            if bytes.len() >= begin + length {
                return (field("stripe-signature").unwrap(), bytes[begin..begin + length].to_vec());
            }
        }
        let read = stream.read(&mut chunk).unwrap();
        assert!(read > 0, "the request ends too early");
        bytes.extend_from_slice(&chunk[..read]);
    }
}
