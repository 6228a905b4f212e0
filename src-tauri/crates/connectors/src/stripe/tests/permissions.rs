//! What a restricted key may do.

use serde_json::json;
use wiremock::ResponseTemplate;

use super::account::*;
use crate::source::SourceError;
use crate::stripe::{check_permissions, needs};

#[test]
fn each_missing_permission_is_named() {
    let account = Account::new();
    account.script(ResponseTemplate::new(403).set_body_json(json!({"error": {"message": format!(
        "The provided key '{READ_KEY}' does not have the required permissions. Having the 'rak_event_read' permission would allow it."
    )}})));
    let all = check_permissions(&account.client()).unwrap();
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
    assert!(asked.iter().all(|one| one.what.starts_with("GET ")), "nothing is written to find out");
}

#[test]
fn a_key_that_is_not_accepted_ends_the_check() {
    let account = Account::new();
    account.script(ResponseTemplate::new(401));
    assert!(matches!(check_permissions(&account.client()), Err(SourceError::KeyRefused { .. })));
}
