//! Signed events, posted to an address that is up, and to one that is not at first.

use crate::client::started;
use chrono::TimeDelta;
use hmac::{Hmac, Mac};
use purser_sandbox::{Fault, HookPost, Sandbox, SandboxConfig, SandboxHandle, WebhookTarget};
use std::time::{Duration, Instant};

async fn posts_of(taker: &SandboxHandle, at_least: usize) -> Vec<HookPost> {
    let began = Instant::now();
    loop {
        let posts = taker.hook_posts();
        if posts.len() >= at_least || began.elapsed() > Duration::from_secs(20) {
            return posts;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn events_are_posted_in_order_signed_and_again_when_not_taken() {
    // Another sandbox's hook takes the posts.
    let taker = Sandbox::start(SandboxConfig { customers: 0, ..SandboxConfig::new(1) }).await.unwrap();
    taker.script_hook("stripe", &[200, 500, 200]);
    let webhook =
        WebhookTarget { url: format!("{}/hooks/stripe", taker.url()), secret: "whsec_test".to_owned() };
    let (sandbox, client) = started(SandboxConfig { webhook: Some(webhook), ..SandboxConfig::new(71) }).await;
    sandbox.plan_fault(None, "webhook", Fault::RepeatedEvent);
    sandbox.advance(sandbox.now() + TimeDelta::hours(10)).unwrap();
    let mut listed: Vec<_> = client.all("/v1/events").await;
    listed.reverse();
    let posts = posts_of(&taker, listed.len() + 2).await;
    let bodies: Vec<serde_json::Value> =
        posts.iter().map(|post| serde_json::from_str(&post.body).unwrap()).collect();
    assert_eq!(bodies[0]["id"], bodies[1]["id"], "the planned repetition");
    assert_eq!((posts[1].status, posts[2].status), (500, 200));
    assert_eq!(bodies[1]["id"], bodies[2]["id"], "what was not taken comes again");
    let ids: Vec<_> = bodies[2..].iter().map(|body| &body["id"]).collect();
    assert_eq!(ids, listed.iter().map(|event| &event["id"]).collect::<Vec<_>>());
    for post in &posts {
        let signature = &post.headers.iter().find(|(name, _)| name == "stripe-signature").unwrap().1;
        let (time, hash) = signature.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(b"whsec_test").unwrap();
        mac.update(format!("{time}.{}", post.body).as_bytes());
        assert_eq!(hex::encode(mac.finalize().into_bytes()), hash);
    }
}
