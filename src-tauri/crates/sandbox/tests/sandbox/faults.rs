//! Each fault as a client meets it.

use crate::client::{Client, company, started, text};
use chrono::TimeDelta;
use purser_sandbox::{Fault, FaultRates, SandboxConfig};

async fn refund_form(client: &Client) -> String {
    let charges = client.all("/v1/charges").await;
    let charge = charges
        .iter()
        .find(|row| row["paid"] == true && row["amount_refunded"] == 0 && row["disputed"] == false)
        .unwrap();
    format!("charge={}&amount=100", text(&charge["id"]))
}

#[tokio::test]
async fn too_many_requests_says_when_to_come_again() {
    let (sandbox, client) = company(51, 5).await;
    sandbox.plan_fault(None, "/v1/balance", Fault::TooManyRequests { retry_after_seconds: 7 });
    assert_eq!(client.get("/v1/customers").await.status, 200, "other paths are spared");
    let refused = client.get("/v1/balance").await;
    assert_eq!((refused.status, refused.body["error"]["code"].as_str()), (429, Some("rate_limit")));
    assert_eq!(refused.headers["retry-after"], "7");
    assert_eq!(client.get("/v1/balance").await.status, 200, "once only");
}

#[tokio::test]
async fn timeouts_and_resets_before_acting_do_nothing_and_after_acting_everything() {
    let (sandbox, client) = company(52, 20).await;
    for (fault, timeout, acted) in [
        (Fault::TimeoutBeforeActing, true, false),
        (Fault::TimeoutAfterActing, true, true),
        (Fault::ConnectionReset, false, false),
        (Fault::ConnectionResetAfterActing, false, true),
    ] {
        let form = refund_form(&client).await;
        let before = client.all("/v1/refunds").await.len();
        sandbox.plan_fault(Some("POST"), "/v1/refunds", fault);
        let key = format!("{fault:?}");
        let problem = client.post("/v1/refunds", Some(&key), &form).await.unwrap_err();
        assert_eq!(problem.is_timeout(), timeout, "{fault:?}: {problem:?}");
        if !timeout {
            assert!(format!("{problem:?}").contains("ConnectionReset"), "{fault:?}: {problem:?}");
        }
        assert_eq!(client.all("/v1/refunds").await.len() - before, usize::from(acted), "{fault:?}");
        let again = client.post("/v1/refunds", Some(&key), &form).await.unwrap();
        assert_eq!(again.status, 200);
        assert_eq!(again.headers.contains_key("idempotent-replayed"), acted, "{fault:?}");
        assert_eq!(client.all("/v1/refunds").await.len() - before, 1, "{fault:?}");
    }
    let faults = sandbox.requests().into_iter().filter(|each| each.fault.is_some()).count();
    assert_eq!(faults, 4);
}

#[tokio::test]
async fn a_hanging_request_is_broken_when_its_time_is_over() {
    let (sandbox, client) = started(SandboxConfig { hang_ms: 50, ..SandboxConfig::new(53) }).await;
    sandbox.plan_fault(None, "/v1", Fault::TimeoutBeforeActing);
    let problem = client.try_get(purser_sandbox::READ_KEY, "/v1/balance").await.unwrap_err();
    assert!(!problem.is_timeout(), "{problem:?}");
}

#[tokio::test]
async fn an_event_comes_twice_in_one_page() {
    let (sandbox, client) = company(54, 5).await;
    sandbox.plan_fault(None, "/v1/events", Fault::RepeatedEvent);
    let page = client.get("/v1/events?limit=3").await.body;
    assert_eq!(page["data"][0], page["data"][1]);
    let page = client.get("/v1/events?limit=3").await.body;
    assert_ne!(page["data"][0], page["data"][1]);
}

#[tokio::test]
async fn the_clock_jumps_forward_for_the_world_and_backward_for_clients() {
    let (sandbox, client) = company(55, 5).await;
    let before = sandbox.now();
    sandbox.plan_fault(None, "/v1", Fault::ClockJump { seconds: 3 * 86_400 });
    client.get("/v1/balance").await;
    assert_eq!(sandbox.now() - before, TimeDelta::days(3));
    sandbox.jump_clock(-7200).unwrap();
    assert_eq!(sandbox.now() - sandbox.shown_now(), TimeDelta::hours(2));
    assert_eq!(sandbox.now() - before, TimeDelta::days(3));
    assert_eq!(sandbox.broken_identities(), Vec::<String>::new());
}

#[tokio::test]
async fn faults_by_chance_come_at_their_rate_and_are_the_same_for_the_same_seed() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let faults = FaultRates { requests_per_ten_thousand: 500, ..FaultRates::default() };
        let config = SandboxConfig { hang_ms: 1, history_days: 3, faults, ..SandboxConfig::new(56) };
        let (sandbox, client) = started(config).await;
        for _ in 0..400 {
            let _ = client.try_get(purser_sandbox::READ_KEY, "/v1/events?limit=1").await;
        }
        sandbox.set_fault_rate(0);
        runs.push(sandbox.requests());
    }
    assert!((8..40).contains(&runs[0].len()), "{} of 400", runs[0].len());
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn another_process_pulls_the_same_strings() {
    let (sandbox, client) = company(57, 5).await;
    let control =
        async |path: &str, form: &str| client.post(&format!("/_control/{path}"), None, form).await.unwrap();
    let before = sandbox.now();
    assert_eq!(control("advance", "days=2").await.status, 200);
    assert_eq!(sandbox.now() - before, TimeDelta::days(2));
    assert_eq!(control("fault", "fault=server_error&path=/v1/balance").await.status, 200);
    assert_eq!(client.get("/v1/balance").await.status, 500);
    assert_eq!(control("fault", "fault=earthquake").await.status, 400);
    assert_eq!(control("hook", "hook=chat&codes=429,200").await.status, 200);
    for status in [429, 200, 200] {
        let answer = client.post("/hooks/chat", None, "payload").await.unwrap();
        assert_eq!(answer.status, status);
    }
    let posts = client.get("/_truth/hooks").await.body;
    assert_eq!((posts.as_array().unwrap().len(), posts[0]["body"].as_str()), (3, Some("payload")));
    let balances = client.get("/_truth/balances").await.body;
    assert!(balances.as_array().unwrap().iter().any(|row| row["account"] == "processor"));
}
