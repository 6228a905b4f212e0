//! A company that was left and is found again: what was written at it, and what was hurried along, happened.

use std::io::Write;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use purser_sandbox::{Sandbox, SandboxConfig, SandboxHandle};

use crate::client::{Client, text};

async fn start(journal: &Path, until: DateTime<Utc>) -> (SandboxHandle, Client) {
    let mut config = SandboxConfig::new(61);
    config.customers = 60;
    config.until = Some(until);
    config.journal = Some(journal.to_owned());
    let sandbox = Sandbox::start(config).await.unwrap();
    let client = Client::of(&sandbox);
    (sandbox, client)
}

#[tokio::test]
async fn a_later_start_finds_the_company_as_it_was_left() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal.jsonl");
    let until = "2026-02-10T12:00:00Z".parse().unwrap();
    let (sandbox, client) = start(&journal, until).await;
    let charges = client.all("/v1/charges").await;
    let charge = charges
        .iter()
        .find(|row| row["paid"] == true && row["amount_refunded"] == 0 && row["disputed"] == false);
    let form = format!("charge={}&amount=300", text(&charge.unwrap()["id"]));
    let refund = client.post("/v1/refunds", Some("left"), &form).await.unwrap();
    assert_eq!(refund.status, 200, "{}", refund.body);
    let known = client.all("/v1/customers").await.len();
    for minute in 1..=20 {
        sandbox.hurry().unwrap();
        sandbox.advance(until + TimeDelta::minutes(minute)).unwrap();
    }
    assert!(client.all("/v1/customers").await.len() > known, "somebody came early");
    let (left, entries, ids) = (sandbox.now(), sandbox.entries(), client.all("/v1/charges").await);
    let balance = client.get("/v1/balance").await.body;
    sandbox.stop().await;

    // The process died while it wrote a line.
    std::fs::OpenOptions::new().append(true).open(&journal).unwrap().write_all(b"{\"at\":17").unwrap();
    let (again, client) = start(&journal, left).await;
    assert_eq!(again.entries(), entries);
    assert_eq!(client.all("/v1/charges").await, ids);
    assert_eq!(client.get("/v1/balance").await.body, balance);
    let replayed = client.post("/v1/refunds", Some("left"), &form).await.unwrap();
    assert_eq!(replayed.body["id"], refund.body["id"], "the key is known");
    assert!(again.broken_identities().is_empty());
    again.advance(left + TimeDelta::days(30)).unwrap();
    assert!(again.broken_identities().is_empty());
    again.stop().await;
    assert!(std::fs::read_to_string(&journal).unwrap().lines().all(|line| line.ends_with('}')));
}
