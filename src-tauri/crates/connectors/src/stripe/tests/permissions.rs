//! What a restricted key may do.

use purser_core::fact::FactKind;
use serde_json::json;
use wiremock::ResponseTemplate;

use super::account::*;
use crate::source::SourceError;
use crate::stripe::kinds::{BACKFILL, list_path};
use crate::stripe::{check_permissions, needs};

#[test]
fn each_missing_permission_is_named() {
    let account = Account::new();
    account.script(ResponseTemplate::new(403).set_body_json(json!({"error": {"message": format!(
        "The provided key '{READ_KEY}' does not have the required permissions. Having the 'rak_event_read' permission would allow it."
    )}})));
    let all = check_permissions(&account.client(), "once").unwrap();
    assert_eq!(all.len(), needs().len());
    let missing: Vec<_> =
        all.iter().filter_map(|one| one.missing.as_ref().map(|why| (one.need.name, why))).collect();
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].0, "Events");
    let shown = format!("{} {:?}", missing[0].1, missing[0].1);
    assert!(shown.contains("rak_event_read") && !shown.contains("canary"), "{shown}");
    let asked = account.asked();
    let writing: Vec<_> = asked.iter().filter(|one| one.authorization.ends_with(WRITE_KEY)).collect();
    assert_eq!(writing.len(), 2, "the write key is only tried for what it is for");
    for one in &writing {
        assert!(one.what.starts_with("POST "), "{one:?}");
        assert!(
            format!("{} {}", one.what, one.body).contains("_purser_may_write"),
            "there is no such object: {one:?}"
        );
        assert!(one.key.as_ref().is_some_and(|key| key.contains("once") && key.len() <= 255), "{one:?}");
    }
    assert_ne!(writing[0].key, writing[1].key);
    assert!(
        asked
            .iter()
            .filter(|one| one.authorization.ends_with(READ_KEY))
            .all(|one| one.what.starts_with("GET "))
    );
}

#[test]
fn everything_that_is_read_is_tried() {
    let account = Account::new();
    check_permissions(&account.client(), "once").unwrap();
    let tried: Vec<String> = account.asked().into_iter().map(|one| one.what).collect();
    let lists = BACKFILL.iter().map(|kind| list_path(*kind));
    let others = [list_path(FactKind::Balance), "/v1/events", "/v1/subscription_items"];
    for path in lists.chain(others) {
        let is_tried =
            |one: &String| one.strip_prefix("GET ").is_some_and(|what| what.split('?').next() == Some(path));
        assert!(tried.iter().any(is_tried), "{path}: {tried:?}");
    }
}

#[test]
fn c_2_a_write_key_that_may_only_read_is_found_out_before_the_first_refund() {
    let account = Account::new();
    account.state.lock().unwrap().may_write = false;
    let all = check_permissions(&account.client(), "once").unwrap();
    let missing: Vec<_> =
        all.iter().filter(|one| one.missing.is_some()).map(|one| (one.need.name, one.need.write)).collect();
    assert_eq!(missing, [("Refunds", true), ("Invoices", true)]);
}

#[test]
fn whether_a_key_may_write_is_not_guessed_where_stripe_does_not_say() {
    for answer in [500, 429, 200] {
        let account = Account::new();
        account.state.lock().unwrap().to_writes = Some(answer);
        let error = check_permissions(&account.client(), "once").unwrap_err();
        assert!(!matches!(error, SourceError::NotAllowed { .. }), "{error}");
        assert!(error.to_string().contains("Stripe"), "{error}");
    }
}

#[test]
fn a_key_that_is_not_accepted_ends_the_check() {
    let account = Account::new();
    account.script(ResponseTemplate::new(401));
    assert!(matches!(check_permissions(&account.client(), "once"), Err(SourceError::KeyRefused { .. })));
}
