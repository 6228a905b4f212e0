//! Requests: authorised, paced, repeated where that is safe, and bounded.

use std::num::NonZeroU32;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use backon::{ExponentialBuilder, Retryable};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Response, Url, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::meter::Meter;
use super::{Config, TITLE, VERSION};
use crate::net::install_tls;
use crate::provider::{Secrets, Settings};
use crate::source::{RateSeen, SourceError};

/// Tries of one reading request.
/// A pause longer than this is the scheduler's business.
const PAUSE_MAX: Duration = Duration::from_secs(30);
/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Answers beyond this are not read: a page of a hundred invoices is about one MB.
const ANSWER_LIMIT_BYTES: usize = 32 * 1024 * 1024;

/// Query or form fields.
pub(super) type Fields = Vec<(String, String)>;

/// Asks Stripe. Cheap to clone; all clones share one pace.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    http: reqwest::Client,
    config: Config,
    pace: DefaultKeyedRateLimiter<String>,
    pace_of_all: DefaultDirectRateLimiter,
    meter: Meter,
}

/// What became of a writing request.
pub(super) enum Written {
    /// An answer came: its status, whether it is the kept answer of an earlier request under the same key, its body.
    Answer(u16, bool, Value),
    /// It certainly did not leave.
    NotSent(String),
    /// Nobody knows.
    NoAnswer(String),
}

impl Client {
    /// A client for a connection. Nothing is asked yet.
    pub fn new(config: Config) -> Result<Client, SourceError> {
        let http = shared_http()?;
        let quota = |rate| Quota::per_second(NonZeroU32::new(rate).unwrap_or(NonZeroU32::MIN));
        let pace = RateLimiter::keyed(quota(config.rate_per_second));
        let pace_of_all = RateLimiter::direct(quota(config.allowance_per_second));
        Ok(Client { inner: Arc::new(Inner { http, config, pace, pace_of_all, meter: Meter::default() }) })
    }

    /// A client on the settings and keys of a connection.
    ///
    /// Errors: the address may not be used, or no secure connection can be made.
    pub fn connected(settings: &Settings, secrets: &Secrets) -> Result<Client, SourceError> {
        Client::new(Config::connected(settings, secrets)?)
    }

    /// How many requests were made so far, repeated ones included.
    pub fn requests(&self) -> u64 {
        self.inner.meter.requests()
    }

    /// How much of the account's allowance was used so far; nothing before the first request.
    pub fn rate(&self) -> Option<RateSeen> {
        self.inner.meter.seen(self.inner.config.allowance_per_second)
    }

    /// Whether there is a key that may write.
    pub fn can_write(&self) -> bool {
        self.inner.config.write_key.is_some()
    }

    /// Reads an object or a list, trying again where the provider or the network fails.
    pub(super) async fn get(&self, path: &str, query: &[(String, String)]) -> Result<Value, SourceError> {
        self.get_with(&self.inner.config.read_key, path, query).await
    }

    /// The same with the key that may write, to see what it may do, and to find what it did.
    pub(super) async fn get_as_writer(
        &self,
        path: &str,
        query: &[(String, String)],
    ) -> Result<Value, SourceError> {
        let key = self.inner.config.write_key.as_ref().ok_or_else(no_write_key)?;
        self.get_with(key, path, query).await
    }

    async fn get_with(
        &self,
        key: &SecretString,
        path: &str,
        query: &[(String, String)],
    ) -> Result<Value, SourceError> {
        let url = self.url(path, query)?;
        let waits = ExponentialBuilder::default()
            .with_min_delay(self.inner.config.first_pause)
            .with_max_delay(PAUSE_MAX)
            .with_max_times(self.inner.config.tries.saturating_sub(1))
            .with_jitter();
        (|| self.ask(key, path, url.clone()))
            .retry(waits)
            .when(SourceError::is_transient)
            .adjust(|error, pause| match (pause, error.retry_after()) {
                (Some(_), Some(asked)) if asked > PAUSE_MAX => None,
                (Some(pause), Some(asked)) => Some(pause.max(asked)),
                (pause, _) => pause,
            })
            .await
    }

    async fn ask(&self, key: &SecretString, path: &str, url: Url) -> Result<Value, SourceError> {
        self.wait_for_turn(path).await;
        let response = self
            .inner
            .http
            .get(url)
            .headers(headers(key)?)
            .timeout(self.inner.config.timeout)
            .send()
            .await
            .map_err(unreachable)?;
        let status = response.status().as_u16();
        let pause = retry_after(&response);
        self.inner.meter.answered(status);
        let body = body(response, path).await?;
        if (200..300).contains(&status) {
            return serde_json::from_slice(&body).map_err(|error| strange(path, &error.to_string()));
        }
        Err(refusal(path, status, pause, &body))
    }

    /// Sends a writing request once, under its key (C-2). It is never repeated here.
    pub(super) async fn post(&self, path: &str, form: &[(String, String)], idempotency_key: &str) -> Written {
        let Some(write_key) = self.inner.config.write_key.as_ref() else {
            return Written::NotSent(no_write_key().to_string());
        };
        let prepared = self.url(path, &[]).and_then(|url| Ok((url, headers(write_key)?)));
        let (url, mut headers) = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return Written::NotSent(error.to_string()),
        };
        let Ok(key) = HeaderValue::from_str(idempotency_key) else {
            return Written::NotSent("the idempotency key cannot be sent".to_owned());
        };
        headers.insert("idempotency-key", key);
        headers.insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"));
        let body_text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        self.wait_for_turn(path).await;
        let request = self.inner.http.post(url).headers(headers).timeout(self.inner.config.timeout);
        match request.body(body_text).send().await {
            Err(error) if error.is_connect() => Written::NotSent(network_words(&error)),
            Err(error) => Written::NoAnswer(network_words(&error)),
            Ok(response) => {
                let status = response.status().as_u16();
                self.inner.meter.answered(status);
                let replayed = response.headers().get("idempotent-replayed").is_some_and(|v| v == "true");
                match body(response, path).await {
                    Ok(bytes) => Written::Answer(
                        status,
                        replayed,
                        serde_json::from_slice(&bytes).unwrap_or(Value::Null),
                    ),
                    Err(error) => Written::NoAnswer(error.to_string()),
                }
            }
        }
    }

    /// Sends a writing request that must be refused: it names an object that does not exist. The refusal is the error.
    pub(super) async fn try_post(
        &self,
        path: &str,
        form: &[(String, String)],
        idempotency_key: &str,
    ) -> Result<(), SourceError> {
        match self.post(path, form, idempotency_key).await {
            Written::Answer(200..=299, ..) => {
                Err(strange(path, "a write to an object that does not exist was accepted"))
            }
            Written::Answer(status, _, body) => Err(refusal(path, status, None, body.to_string().as_bytes())),
            Written::NotSent(why) | Written::NoAnswer(why) => {
                Err(SourceError::Unreachable { source_title: TITLE.to_owned(), why })
            }
        }
    }

    /// Waits until one more request to this kind of object is within the pace, and within that of the account.
    async fn wait_for_turn(&self, path: &str) {
        let endpoint = path.trim_start_matches("/v1/").split('/').next().unwrap_or_default().to_owned();
        self.inner.pace.until_key_ready(&endpoint).await;
        self.inner.pace_of_all.until_ready().await;
        self.inner.meter.asked(Instant::now());
    }

    fn url(&self, path: &str, query: &[(String, String)]) -> Result<Url, SourceError> {
        let base = self.inner.config.base.as_str().trim_end_matches('/');
        let mut url =
            Url::parse(&format!("{base}{path}")).map_err(|_| setup("the address cannot be put together"))?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }
}

/// One for the whole program: making one reads all of the system's certificates, and a poll that follows another
/// finds its connection open. It holds no key and no cookie.
fn shared_http() -> Result<reqwest::Client, SourceError> {
    static HTTP: OnceLock<reqwest::Client> = OnceLock::new();
    if let Some(http) = HTTP.get() {
        return Ok(http.clone());
    }
    install_tls();
    let made = reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(redirect::Policy::none())
        .user_agent(concat!("purser/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| setup(&format!("no secure connection can be made: {error}")))?;
    Ok(HTTP.get_or_init(|| made).clone())
}

fn headers(key: &SecretString) -> Result<HeaderMap, SourceError> {
    let mut bearer = HeaderValue::from_str(&format!("Bearer {}", key.expose_secret()))
        .map_err(|_| setup("the key holds characters that no key has; copy it once more"))?;
    bearer.set_sensitive(true);
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, bearer);
    headers.insert("stripe-version", HeaderValue::from_static(VERSION));
    Ok(headers)
}

async fn body(mut response: Response, path: &str) -> Result<Vec<u8>, SourceError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if bytes.len() + chunk.len() > ANSWER_LIMIT_BYTES {
            return Err(strange(path, "the answer is longer than 32 MB"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds: u64 = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// A status that is no success, as an error. The provider's words are left out where they repeat the key.
fn refusal(path: &str, status: u16, pause: Option<Duration>, body: &[u8]) -> SourceError {
    let source_title = TITLE.to_owned();
    let answer: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let text =
        |field: &str| purser_core::text::one_line(answer["error"][field].as_str().unwrap_or_default(), 200);
    match status {
        401 => SourceError::KeyRefused { source_title },
        403 => {
            let words = text("message");
            let permission = words
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .find(|word| word.starts_with("rak_"))
                .map(str::to_owned);
            SourceError::NotAllowed { source_title, what: thing(path), permission }
        }
        429 => SourceError::TooManyRequests { source_title, retry_after: pause },
        500..=599 => SourceError::Faulty { source_title, status },
        _ => SourceError::Refused {
            source_title,
            what: thing(path),
            status,
            code: text("code"),
            why: without_keys(&text("message")),
        },
    }
}

/// Drops words that look like keys: an error must not carry one, not even a masked one.
pub(super) fn without_keys(text: &str) -> String {
    let secret = |word: &str| ["sk_", "rk_", "whsec_"].iter().any(|start| word.contains(start));
    text.split(' ').filter(|word| !secret(word)).collect::<Vec<_>>().join(" ")
}

/// `/v1/balance_transactions/txn_1` in words: `balance transactions`.
fn thing(path: &str) -> String {
    path.trim_start_matches("/v1/").split('/').next().unwrap_or_default().replace('_', " ")
}

fn strange(path: &str, why: &str) -> SourceError {
    SourceError::Strange {
        source_title: TITLE.to_owned(),
        what: thing(path),
        why: purser_core::text::one_line(why, 160),
    }
}

fn unreachable(error: reqwest::Error) -> SourceError {
    SourceError::Unreachable { source_title: TITLE.to_owned(), why: network_words(&error) }
}

/// What the network did, without the address, which may carry ids of customers.
fn network_words(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        "no answer came in time".to_owned()
    } else if error.is_connect() {
        "no connection could be made".to_owned()
    } else {
        "the connection broke".to_owned()
    }
}

fn setup(why: &str) -> SourceError {
    SourceError::Setup { source_title: TITLE.to_owned(), why: why.to_owned() }
}

fn no_write_key() -> SourceError {
    setup("there is no key that may write. Add a restricted write key to the connection, or do it at Stripe")
}
