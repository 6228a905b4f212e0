//! Every object's fields and their kinds, against Stripe's published fixtures of the pinned version.

use crate::client::{company, started, text};
use purser_sandbox::SandboxConfig;
use serde_json::Value;
use std::path::PathBuf;

/// Fields of ours that the fixtures leave out because they are optional there, as paths below the resource.
const MORE: [&str; 12] = [
    "charge.failure_balance_transaction",
    "refund.failure_balance_transaction",
    "refund.failure_reason",
    "refund.destination_details.card.type",
    "line_item.pricing.price_details",
    "line_item.parent.subscription_item_details.invoice_item",
    "invoice.lines.data.pricing.price_details",
    "invoice.parent.quote_details",
    "invoice_payment.payment.payment_intent",
    "invoice_payment.payment.payment_record",
    "payment_intent.last_payment_error",
    "invoice.total_taxes",
];
/// Fields of the fixtures that the pinned version no longer has: an invoice's subscription stands below `parent`.
const GONE: [&str; 1] = ["invoice.subscription"];
/// Objects of which one kind is filled, the others absent: the fixtures fill one by chance.
const ONE_OF: [&str; 3] = ["parent", "last_payment_error", "next_action"];

fn fixtures() -> Option<Value> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../../shared/data/openapi/stripe-fixtures3.json");
    let bytes = std::fs::read(file).ok()?;
    Some(serde_json::from_slice::<Value>(&bytes).unwrap()["resources"].clone())
}

/// What differs between one of ours and the fixture, as sentences.
fn differences(path: &str, ours: &Value, theirs: &Value, found: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Null, _) | (_, Value::Null) => {}
        (Value::Object(own), Value::Object(their)) => {
            // An empty object of the fixtures says nothing of what is in it.
            if their.is_empty() {
                return;
            }
            let name = path.rsplit('.').next().unwrap_or_default();
            for (key, value) in their {
                let below = format!("{path}.{key}");
                match own.get(key) {
                    Some(mine) => differences(&below, mine, value, found),
                    None if GONE.contains(&below.as_str()) || ONE_OF.contains(&name) => {}
                    None => found.push(format!("{below} is missing")),
                }
            }
            for key in own.keys().filter(|key| !their.contains_key(*key)) {
                let below = format!("{path}.{key}");
                if !MORE.contains(&below.as_str()) && !ONE_OF.contains(&name) {
                    found.push(format!("{below} is not in the fixture"));
                }
            }
        }
        (Value::Array(own), Value::Array(their)) => {
            if let (Some(mine), Some(one)) = (own.first(), their.first()) {
                differences(path, mine, one, found);
            }
        }
        _ => {
            let kind = |value: &Value| match value {
                Value::Bool(_) => "a boolean",
                Value::Number(_) => "a number",
                Value::String(_) => "a text",
                Value::Array(_) => "a list",
                _ => "an object",
            };
            if kind(ours) != kind(theirs) {
                found.push(format!("{path} is {}, the fixture has {}", kind(ours), kind(theirs)));
            }
        }
    }
}

#[tokio::test]
async fn every_object_has_the_shape_of_the_published_fixtures() {
    let Some(fixtures) = fixtures() else {
        println!("skipped: no shared/data/openapi/stripe-fixtures3.json beside the checkout");
        return;
    };
    let (_sandbox, client) = company(81, 75).await;
    let mut found = Vec::new();
    let mut compared = 0;
    for (resource, path) in [
        ("event", "/v1/events"),
        ("customer", "/v1/customers"),
        ("subscription", "/v1/subscriptions?status=all"),
        ("price", "/v1/prices"),
        ("product", "/v1/products"),
        ("invoice", "/v1/invoices"),
        ("invoice_payment", "/v1/invoice_payments"),
        ("charge", "/v1/charges"),
        ("payment_intent", "/v1/payment_intents"),
        ("refund", "/v1/refunds"),
        ("dispute", "/v1/disputes"),
        ("balance_transaction", "/v1/balance_transactions"),
        ("payout", "/v1/payouts"),
    ] {
        let rows = client.all(path).await;
        assert!(!rows.is_empty(), "{path} is empty");
        let mut fixture = fixtures[resource].clone();
        if resource == "event" {
            // The fixture's event is about a plan; each of ours is compared as the object that it is about.
            fixture["data"]["object"] = Value::Null;
        }
        for row in &rows {
            differences(resource, row, &fixture, &mut found);
            compared += 1;
            if resource == "event" {
                let about = &row["data"]["object"];
                differences(text(&about["object"]), about, &fixtures[text(&about["object"])], &mut found);
            }
        }
    }
    let mut lines = Vec::new();
    for invoice in client.all("/v1/invoices").await.iter().take(50) {
        lines.extend(client.all(&format!("/v1/invoices/{}/lines", text(&invoice["id"]))).await);
    }
    for line in &lines {
        differences("line_item", line, &fixtures["line_item"], &mut found);
    }
    let discounted = client.all("/v1/subscriptions?status=all&expand[]=data.discounts.source.coupon").await;
    let discounts: Vec<_> = discounted.iter().flat_map(|row| row["discounts"].as_array().unwrap()).collect();
    assert!(!discounts.is_empty());
    for discount in discounts {
        differences("discount", discount, &fixtures["discount"], &mut found);
        differences("coupon", &discount["source"]["coupon"], &fixtures["coupon"], &mut found);
    }
    differences("balance", &client.get("/v1/balance").await.body, &fixtures["balance"], &mut found);
    found.sort();
    found.dedup();
    println!("{compared} objects and {} lines compared", lines.len());
    assert!(compared > 1000, "{compared}");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_planted_difference_is_seen() {
    let theirs = serde_json::json!({ "id": "x", "amount": 1, "inner": { "a": true }, "list": [{ "b": "" }] });
    let check = |ours: Value| {
        let mut found = Vec::new();
        differences("thing", &ours, &theirs, &mut found);
        found
    };
    assert_eq!(check(theirs.clone()), Vec::<String>::new());
    let ours = serde_json::json!({ "id": null, "amount": "1", "inner": {}, "list": [{ "b": "", "c": 1 }], "more": 1 });
    assert_eq!(
        check(ours),
        [
            "thing.amount is a text, the fixture has a number",
            "thing.inner.a is missing",
            "thing.list.c is not in the fixture",
            "thing.more is not in the fixture",
        ]
    );
}

#[tokio::test]
async fn what_was_not_collected_has_the_shape_of_the_published_fixtures_and_says_why() {
    let config = SandboxConfig {
        customers: 150,
        history_days: 60,
        transfers_per_mille: 0,
        by_hand_per_mille: 0,
        declines_per_mille: 500,
        left_open_per_mille: 1000,
        confirmations_per_mille: 700,
        ..SandboxConfig::new(82)
    };
    let (sandbox, client) = started(config).await;
    assert_eq!(sandbox.broken_identities(), Vec::<String>::new());
    let stuck = sandbox.uncollected();
    let to_confirm = stuck.iter().filter(|row| row.to_confirm).count();
    assert!(to_confirm > 0 && to_confirm < stuck.len(), "{stuck:?}");
    let fixtures = fixtures();
    let mut found = Vec::new();
    for row in &stuck {
        let path = format!("/v1/invoices/{}?expand[]=payments.data.payment.payment_intent", row.id);
        let mut invoice = client.get(&path).await.body;
        let intent = invoice["payments"]["data"][0]["payment"]["payment_intent"].take();
        assert_eq!(invoice["status"], "open");
        assert_eq!((&invoice["attempted"], &invoice["next_payment_attempt"]), (&true.into(), &Value::Null));
        assert_eq!(invoice["auto_advance"], row.to_confirm);
        let expected = if row.to_confirm { "requires_action" } else { "requires_payment_method" };
        assert_eq!(intent["status"], expected, "{intent}");
        assert_eq!(intent["next_action"].is_object(), row.to_confirm, "{intent}");
        assert_eq!(intent["last_payment_error"].is_object(), !row.to_confirm, "{intent}");
        if let Some(fixtures) = &fixtures {
            invoice.as_object_mut().unwrap().remove("payments");
            differences("invoice", &invoice, &fixtures["invoice"], &mut found);
            differences("payment_intent", &intent, &fixtures["payment_intent"], &mut found);
        }
    }
    found.sort();
    found.dedup();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
