//! Keys: who may read, who may write, what a revoked key and a strange version get.

use crate::client::{answer_with, company};
use purser_sandbox::{READ_KEY, STRIPE_VERSION, WRITE_KEY};

#[tokio::test]
async fn each_key_may_do_what_it_was_given() {
    let (sandbox, client) = company(31, 10).await;
    assert_eq!(client.get("/v1/balance").await.status, 200);
    let refused = client.try_get(WRITE_KEY, "/v1/balance").await.unwrap();
    assert_eq!(refused.status, 403);
    let message = refused.body["error"]["message"].as_str().unwrap();
    assert!(message.contains("rak_balance_read") && !message.contains(WRITE_KEY), "{message}");
    assert_eq!(client.try_get(WRITE_KEY, "/v1/refunds").await.unwrap().status, 200);
    let post =
        client.http.post(format!("{}/v1/refunds", client.url)).bearer_auth(READ_KEY).body("charge=ch_1");
    assert_eq!(answer_with(post).await.status, 403);
    let unknown = client.try_get("rk_test_somebody_else_000", "/v1/balance").await.unwrap();
    assert_eq!(unknown.status, 401);
    assert!(!unknown.body.to_string().contains("somebody"));
    sandbox.revoke_key(READ_KEY, true);
    let revoked = client.get("/v1/balance").await;
    assert_eq!((revoked.status, revoked.body["error"]["code"].as_str()), (401, Some("api_key_expired")));
}

#[tokio::test]
async fn the_version_is_pinned_and_basic_credentials_work() {
    let (_sandbox, client) = company(32, 1).await;
    let url = format!("{}/v1/balance", client.url);
    let other = client.http.get(&url).bearer_auth(READ_KEY).header("stripe-version", "2020-08-27");
    assert_eq!(answer_with(other).await.status, 400);
    let earlier = client.http.get(&url).bearer_auth(READ_KEY).header("stripe-version", "2026-06-24.dahlia");
    assert_eq!(answer_with(earlier).await.headers["stripe-version"], "2026-06-24.dahlia");
    let pinned =
        client.http.get(&url).basic_auth(READ_KEY, Some("")).header("stripe-version", STRIPE_VERSION);
    let answer = answer_with(pinned).await;
    assert_eq!((answer.status, &answer.headers["stripe-version"]), (200, &STRIPE_VERSION.parse().unwrap()));
    assert_eq!(answer_with(client.http.get(&url)).await.status, 401);
}
