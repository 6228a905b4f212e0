//! Refunds, invoices settled outside, and idempotency keys.

use crate::client::{Client, company, text};
use chrono::TimeDelta;
use purser_sandbox::{Fault, SandboxHandle};
use serde_json::Value;

async fn refundable(client: &Client) -> Value {
    let charges = client.all("/v1/charges").await;
    charges
        .into_iter()
        .find(|row| row["paid"] == true && row["amount_refunded"] == 0 && row["disputed"] == false)
        .unwrap()
}

async fn refunds_of(client: &Client, charge: &Value) -> usize {
    client.all(&format!("/v1/refunds?charge={}", text(&charge["id"]))).await.len()
}

#[tokio::test]
async fn a_refund_moves_the_balance_and_the_books() {
    let (sandbox, client) = company(41, 20).await;
    let charge = refundable(&client).await;
    let currency = text(&charge["currency"]);
    let before = sandbox.group_balance("processor", currency);
    let form = format!(
        "charge={}&amount=700&reason=requested_by_customer&metadata[order]=A%2017",
        text(&charge["id"])
    );
    let answer = client.post("/v1/refunds", Some("key-1"), &form).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body["metadata"]["order"], "A 17");
    assert_eq!(sandbox.group_balance("processor", currency), before - 700);
    let movement =
        client.get(&format!("/v1/balance_transactions/{}", text(&answer.body["balance_transaction"]))).await;
    assert_eq!(
        (movement.body["net"].as_i64(), movement.body["source"].as_str()),
        (Some(-700), answer.body["id"].as_str())
    );
    let event = &client.get("/v1/events?type=refund.created&limit=1").await.body["data"][0];
    assert_eq!(event["request"]["idempotency_key"], "key-1");
    assert_eq!(sandbox.broken_identities(), Vec::<String>::new());
    let effects: Vec<_> = sandbox.requests().into_iter().filter_map(|each| each.effect).collect();
    assert_eq!(effects, [format!("refund {}", text(&answer.body["id"]))]);
}

#[tokio::test]
async fn a_refund_by_a_program_does_not_change_what_else_happens() {
    let (sandbox, client) = company(42, 20).await;
    let (twin, _) = company(42, 20).await;
    let charge = refundable(&client).await;
    client.post("/v1/refunds", None, &format!("charge={}&amount=100", text(&charge["id"]))).await.unwrap();
    sandbox.advance(sandbox.now() + TimeDelta::days(10)).unwrap();
    twin.advance(twin.now() + TimeDelta::days(10)).unwrap();
    let shape = |sandbox: &SandboxHandle| {
        let entries = sandbox.entries();
        let others = entries.into_iter().filter(|entry| entry.why.starts_with("invoice issued"));
        others.map(|entry| (entry.at, entry.postings.len(), entry.postings[0].1)).collect::<Vec<_>>()
    };
    assert_eq!(shape(&sandbox), shape(&twin));
}

#[tokio::test]
async fn a_key_repeats_its_answer_for_a_day() {
    let (sandbox, client) = company(43, 20).await;
    let charge = refundable(&client).await;
    let form = format!("charge={}&amount=300", text(&charge["id"]));
    let first = client.post("/v1/refunds", Some("k"), &form).await.unwrap();
    let again = client.post("/v1/refunds", Some("k"), &form).await.unwrap();
    assert_eq!(first.body, again.body);
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(refunds_of(&client, &charge).await, 1);
    let changed = client.post("/v1/refunds", Some("k"), &form.replace("300", "301")).await.unwrap();
    assert_eq!((changed.status, changed.body["error"]["type"].as_str()), (400, Some("idempotency_error")));
    sandbox.advance(sandbox.now() + TimeDelta::hours(24)).unwrap();
    let later = client.post("/v1/refunds", Some("k"), &form).await.unwrap();
    assert_ne!(later.body["id"], first.body["id"], "after a day the key is forgotten");
    assert_eq!(refunds_of(&client, &charge).await, 2);
    let long = "x".repeat(256);
    assert_eq!(client.post("/v1/refunds", Some(&long), &form).await.unwrap().status, 400);
}

#[tokio::test]
async fn a_stored_500_is_repeated_though_the_refund_was_made() {
    let (sandbox, client) = company(44, 20).await;
    let charge = refundable(&client).await;
    let form = format!("charge={}&amount=300", text(&charge["id"]));
    sandbox.plan_fault(Some("POST"), "/v1/refunds", Fault::ServerErrorAfterActing);
    for _ in 0..2 {
        assert_eq!(client.post("/v1/refunds", Some("k"), &form).await.unwrap().status, 500);
    }
    assert_eq!(refunds_of(&client, &charge).await, 1);
    sandbox.plan_fault(Some("POST"), "/v1/refunds", Fault::ServerError);
    for _ in 0..2 {
        assert_eq!(client.post("/v1/refunds", Some("k2"), &form).await.unwrap().status, 500);
    }
    assert_eq!(refunds_of(&client, &charge).await, 1, "the second key's refund was never made");
    let invalid = client.post("/v1/refunds", Some("k3"), "amount=5").await.unwrap();
    assert_eq!((invalid.status, invalid.body["error"]["code"].as_str()), (400, Some("parameter_missing")));
    assert_eq!(
        client.post("/v1/refunds", Some("k3"), &form).await.unwrap().status,
        200,
        "validation is not stored"
    );
}

#[tokio::test]
async fn a_charge_gives_back_no_more_than_it_took() {
    let (sandbox, client) = company(45, 20).await;
    let charge = refundable(&client).await;
    let (id, amount) = (text(&charge["id"]), charge["amount"].as_i64().unwrap());
    let too_much =
        client.post("/v1/refunds", None, &format!("charge={id}&amount={}", amount + 1)).await.unwrap();
    assert_eq!(
        (too_much.status, too_much.body["error"]["code"].as_str()),
        (400, Some("refund_exceeds_charge"))
    );
    for form in [format!("charge={id}&amount=1"), format!("charge={id}")] {
        assert_eq!(client.post("/v1/refunds", None, &form).await.unwrap().status, 200);
    }
    let again = client.post("/v1/refunds", None, &format!("charge={id}")).await.unwrap();
    assert_eq!(again.body["error"]["code"], "charge_already_refunded");
    assert_eq!(client.get(&format!("/v1/charges/{id}")).await.body["refunded"], true);
    assert_eq!(sandbox.broken_identities(), Vec::<String>::new());
}

#[tokio::test]
async fn an_invoice_is_settled_outside_once() {
    let (sandbox, client) = company(46, 20).await;
    let open = client.all("/v1/invoices?status=open&collection_method=send_invoice").await;
    let id = text(&open[0]["id"]);
    let receivable = sandbox.group_balance("receivable", text(&open[0]["currency"]));
    let path = format!("/v1/invoices/{id}/pay");
    let paid = client.post(&path, Some("p"), "paid_out_of_band=true").await.unwrap();
    assert_eq!((paid.status, paid.body["status"].as_str()), (200, Some("paid")), "{}", paid.body);
    assert_eq!(paid.body["amount_paid"], open[0]["total"]);
    let payments = client.all(&format!("/v1/invoice_payments?invoice={id}")).await;
    assert_eq!(payments.len(), 1);
    assert_eq!(payments[0]["payment"]["type"], "payment_record");
    let again = client.post(&path, Some("p2"), "paid_out_of_band=true").await.unwrap();
    assert_eq!(
        (again.status, again.body["error"]["message"].as_str()),
        (400, Some("Invoice is already paid"))
    );
    let same = sandbox.group_balance("receivable", text(&open[0]["currency"]));
    assert_eq!(same, receivable, "the truth waits for the money");
    sandbox.advance(sandbox.now() + TimeDelta::days(60)).unwrap();
    assert_eq!(sandbox.broken_identities(), Vec::<String>::new());
    let kept: Vec<_> = sandbox.requests().into_iter().filter_map(|each| each.effect).collect();
    assert_eq!(kept, [format!("invoice {id} paid out of band")]);
}

#[tokio::test]
async fn a_refund_is_sent_back_on_demand_and_once() {
    let (sandbox, client) = company(47, 20).await;
    let charge = refundable(&client).await;
    let form = format!("charge={}&amount=300", text(&charge["id"]));
    let refund = client.post("/v1/refunds", Some("k"), &form).await.unwrap().body;
    let id = text(&refund["id"]).to_owned();
    let held = || sandbox.group_balance("processor", text(&charge["currency"]));
    let before = held();
    assert!(!sandbox.fail_refund("re_nobody"));
    for _ in 0..2 {
        assert!(sandbox.fail_refund(&id));
        assert_eq!(held(), before + 300);
    }
    let failed = client.get(&format!("/v1/refunds/{id}")).await.body;
    assert_eq!(
        (&failed["status"], &failed["failure_reason"]),
        (&"failed".into(), &"expired_or_canceled_card".into())
    );
    let came_back = client.all("/v1/balance_transactions?type=refund_failure").await;
    let of_this: Vec<_> = came_back.iter().filter(|movement| movement["source"] == id.as_str()).collect();
    assert_eq!(of_this.len(), 1);
    assert_eq!(
        (&of_this[0]["id"], &of_this[0]["net"]),
        (&failed["failure_balance_transaction"], &300.into())
    );
    let record = sandbox.card_refunds();
    assert_eq!(record.iter().find(|one| one.id == id).map(|one| one.status), Some("failed"));
    sandbox.advance(sandbox.now() + TimeDelta::days(20)).unwrap();
    assert_eq!(sandbox.broken_identities(), Vec::<String>::new());
}
