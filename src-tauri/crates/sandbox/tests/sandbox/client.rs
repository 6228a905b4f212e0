//! A Stripe client of a few lines.

use purser_sandbox::{READ_KEY, Sandbox, SandboxConfig, SandboxHandle, WRITE_KEY};
use serde_json::Value;
use std::time::Duration;

pub struct Client {
    pub http: reqwest::Client,
    pub url: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub headers: reqwest::header::HeaderMap,
}

impl Client {
    pub fn of(sandbox: &SandboxHandle) -> Self {
        // A second installation is refused, and the first one serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http =
            reqwest::Client::builder().timeout(Duration::from_millis(1500)).no_proxy().build().unwrap();
        Self { http, url: sandbox.url() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.try_get(READ_KEY, path).await.unwrap()
    }

    pub async fn try_get(&self, key: &str, path: &str) -> reqwest::Result<Answer> {
        answer(self.http.get(format!("{}{path}", self.url)).bearer_auth(key)).await
    }

    /// Posts form-encoded parameters with the writing key.
    pub async fn post(&self, path: &str, key: Option<&str>, form: &str) -> reqwest::Result<Answer> {
        let mut request = self
            .http
            .post(format!("{}{path}", self.url))
            .bearer_auth(WRITE_KEY)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.to_owned());
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        answer(request).await
    }

    /// Everything in a list, page by page.
    pub async fn all(&self, path: &str) -> Vec<Value> {
        let mut found: Vec<Value> = Vec::new();
        loop {
            let join = if path.contains('?') { '&' } else { '?' };
            let cursor =
                found.last().map(|last| format!("&starting_after={}", text(&last["id"]))).unwrap_or_default();
            let page = self.get(&format!("{path}{join}limit=100{cursor}")).await;
            assert_eq!(page.status, 200, "{path}: {}", page.body);
            found.extend(page.body["data"].as_array().unwrap().iter().cloned());
            if page.body["has_more"] == false {
                return found;
            }
        }
    }
}

async fn answer(request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
    let response = request.send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = response.text().await?;
    Ok(Answer { status, headers, body: serde_json::from_str(&body).unwrap_or(Value::String(body)) })
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("a text, not {value}"))
}

/// A company of 80 customers some days old, with more regrets than most, without faults.
pub async fn company(seed: u64, days: u32) -> (SandboxHandle, Client) {
    let config = SandboxConfig {
        customers: 80,
        history_days: days,
        refunds_per_mille: 100,
        disputes_per_mille: 60,
        ..SandboxConfig::new(seed)
    };
    started(config).await
}

pub async fn started(config: SandboxConfig) -> (SandboxHandle, Client) {
    let sandbox = Sandbox::start(config).await.unwrap();
    let client = Client::of(&sandbox);
    (sandbox, client)
}

/// Sends a request that the client did not build itself.
pub async fn answer_with(request: reqwest::RequestBuilder) -> Answer {
    answer(request).await.unwrap()
}
