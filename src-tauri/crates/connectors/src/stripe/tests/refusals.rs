//! What the network and Stripe can do to a request.

use std::time::{Duration, Instant};

use secrecy::SecretString;
use serde_json::json;
use wiremock::ResponseTemplate;

use super::account::*;
use crate::source::{Source, SourceError};
use crate::stripe::{Client, Config, StripeSource};

fn refusal(status: u16, message: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(json!({"error": {"message": message, "code": "c"}}))
}

#[test]
fn c_2_a_request_to_slow_down_is_followed_and_tried_again() {
    let account = Account::new();
    account.script(refusal(429, "slow").insert_header("retry-after", "1"));
    account.script(refusal(503, "down"));
    account.add("customers", customer("cus_1", NOON));
    let began = Instant::now();
    let polled = account.source().poll(None, at(NOON)).unwrap();
    assert_eq!(polled.facts.len(), 1);
    assert!(began.elapsed() >= Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(account.asked().len(), 3);
}

#[test]
fn a_longer_pause_than_thirty_seconds_is_left_to_the_schedule() {
    let account = Account::new();
    account.script(refusal(429, "slow").insert_header("retry-after", "3600"));
    let error = account.source().poll(None, at(NOON)).unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert!(error.is_transient());
    assert_eq!(account.asked().len(), 1);
}

#[test]
fn a_revoked_key_is_told_at_once_and_never_shown() {
    let account = Account::new();
    account.script(refusal(401, &format!("Invalid API Key provided: {READ_KEY}")));
    let error = account.source().poll(None, at(NOON)).unwrap_err();
    assert!(matches!(error, SourceError::KeyRefused { .. }));
    assert!(!error.is_transient());
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("canary"), "{shown}");
    assert_eq!(account.asked().len(), 1, "it is not tried again");
}

#[test]
fn other_refusals_lose_what_looks_like_a_key() {
    let account = Account::new();
    account.script(refusal(400, &format!("The key '{READ_KEY}' is for another mode. Look it up")));
    let error = account.source().poll(None, at(NOON)).unwrap_err();
    assert!(matches!(error, SourceError::Refused { status: 400, .. }));
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("canary") && shown.contains("another mode"), "{shown}");
}

#[test]
fn silence_ends_in_time_and_says_so() {
    let account = Account::new();
    for _ in 0..10 {
        account.script(ResponseTemplate::new(200).set_delay(Duration::from_secs(2)));
    }
    let mut config = account.config();
    config.timeout = Duration::from_millis(50);
    let source = StripeSource::new(Client::new(config).unwrap());
    let error = source.poll(None, at(NOON)).unwrap_err();
    assert!(matches!(error, SourceError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains("no answer came in time"), "{error}");
    assert_eq!(account.asked().len(), 5, "a bounded number of tries");
}

#[test]
fn nobody_at_home_is_unreachable() {
    let mut config = Config::new(Some("http://127.0.0.1:9"), SecretString::from(READ_KEY)).unwrap();
    config.first_pause = Duration::from_millis(1);
    let error = StripeSource::new(Client::new(config).unwrap()).poll(None, at(NOON)).unwrap_err();
    assert!(error.to_string().contains("no connection could be made"), "{error}");
    assert!(!format!("{error:?}").contains("canary"));
}

#[test]
fn an_answer_of_somebody_else_is_refused() {
    for answer in [
        ResponseTemplate::new(200).set_body_string("<html>hotel network</html>"),
        ResponseTemplate::new(200).set_body_json(json!({"object": "list"})),
    ] {
        let account = Account::new();
        account.script(answer);
        let error = account.source().poll(None, at(NOON)).unwrap_err();
        assert!(matches!(error, SourceError::Strange { .. }), "{error}");
    }
    let account = Account::new();
    account.script(ResponseTemplate::new(302).insert_header("location", "http://127.0.0.1:9/"));
    let error = account.source().poll(None, at(NOON)).unwrap_err();
    assert!(matches!(error, SourceError::Refused { status: 302, .. }), "a key follows no redirect: {error}");
}

#[test]
fn a_failed_poll_can_be_asked_again_from_the_same_place() {
    let account = Account::new();
    account.add("customers", customer("cus_1", NOON));
    let source = account.source();
    account.script(refusal(401, "no"));
    assert!(source.poll(None, at(NOON)).is_err());
    assert_eq!(source.poll(None, at(NOON)).unwrap().facts.len(), 1);
}
