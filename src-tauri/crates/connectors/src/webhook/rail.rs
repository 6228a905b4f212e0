//! Posting: at least once, under an id by which the application drops what it has.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, Mac};
use purser_core::outbox::{Delivery, Outcome};
use purser_core::text::one_line;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, StatusCode, redirect};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use super::{NAME, SECRET, TITLE};
use crate::net::{install_tls, wait_for};
use crate::provider::{Cause, Problem, Secrets, Settings};
use crate::rail::Rail;

/// Carries `t=SECONDS,v1=HEX`: HMAC-SHA256 over `SECONDS.BODY`, as Stripe signs its own posts (C-2).
pub const SIGNATURE_HEADER: &str = "Purser-Signature";
/// Carries the id by which a repeated post is recognised; it stands in the body too.
const ID_HEADER: &str = "Purser-Event-Id";
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(15);

/// Posts to one address.
pub struct WebhookRail {
    http: Client,
    url: String,
    secret: SecretString,
}

/// What came of a post.
enum Posted {
    Answer(StatusCode),
    Unreachable(String),
    Doubt(String),
}

impl WebhookRail {
    /// A rail on a connection.
    ///
    /// Errors: the secret is missing, or no secure connection can be made.
    pub fn new(settings: &Settings, secrets: &Secrets) -> Result<WebhookRail, Problem> {
        let secret = secrets.get(SECRET).ok_or_else(|| {
            Problem::new(Cause::SecretMissing, "The signing secret is missing. Enter it again.")
        })?;
        install_tls();
        let http = Client::builder()
            .timeout(PATIENCE)
            .redirect(redirect::Policy::none())
            .user_agent("purser")
            .build()
            .map_err(|error| {
                Problem::said(Cause::Tls, "No secure connection can be made.", &error.to_string())
            })?;
        Ok(WebhookRail { http, url: settings.base_url.clone(), secret: secret.to_owned().into() })
    }

    /// Posts something that means nothing.
    pub(super) fn ping(&self) -> Result<(), (Cause, String)> {
        match self.post("ping", br#"{"id":"ping","type":"ping"}"#) {
            Posted::Answer(status) if status.is_success() => Ok(()),
            Posted::Answer(status) if status.is_server_error() => {
                Err((Cause::ProviderFault, status.to_string()))
            }
            Posted::Answer(status) => Err((Cause::Refused, status.to_string())),
            Posted::Unreachable(why) | Posted::Doubt(why) => Err((Cause::Unreachable, why)),
        }
    }

    fn post(&self, id: &str, body: &[u8]) -> Posted {
        // The time belongs to the post, not to what was decided: a post that waited offline is not an old recording.
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let Some(signature) = signature(&self.secret, seconds, body) else {
            return Posted::Unreachable("the signing secret cannot be used".to_owned());
        };
        let request = self
            .http
            .post(&self.url)
            .header(CONTENT_TYPE, "application/json")
            .header(SIGNATURE_HEADER, signature)
            .header(ID_HEADER, id)
            .body(body.to_vec());
        match wait_for(async move { request.send().await.map(|answer| answer.status()) }) {
            Ok(Ok(status)) => Posted::Answer(status),
            Ok(Err(error)) if error.is_connect() => Posted::Unreachable(one_line(&error.to_string(), 200)),
            Ok(Err(error)) => Posted::Doubt(one_line(&error.to_string(), 200)),
            Err(error) => Posted::Doubt(error.to_string()),
        }
    }
}

fn signature(secret: &SecretString, seconds: u64, body: &[u8]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).ok()?;
    mac.update(seconds.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    Some(format!("t={seconds},v1={}", hex::encode(mac.finalize().into_bytes())))
}

impl Rail for WebhookRail {
    fn name(&self) -> &str {
        NAME
    }

    fn title(&self) -> &str {
        TITLE
    }

    fn delivery(&self) -> Delivery {
        Delivery::Keyed
    }

    fn send(&self, key: &str, request: &[u8]) -> Outcome {
        match self.post(key, request) {
            Posted::Answer(status) if status.is_success() => Outcome::Accepted(key.to_owned()),
            Posted::Answer(status @ (StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS)) => {
                Outcome::NotSent(format!("your application answered {status}"))
            }
            Posted::Answer(status) if status.is_client_error() => {
                Outcome::Refused(format!("your application answered {status}"))
            }
            Posted::Answer(status) => Outcome::NotSent(format!("your application answered {status}")),
            Posted::Unreachable(why) => {
                Outcome::NotSent(format!("your application cannot be reached: {why}"))
            }
            Posted::Doubt(why) => Outcome::NoAnswer(format!("your application did not answer: {why}")),
        }
    }

    /// An application cannot be asked, and need not be: it knows a post by its id, so that a second one is harmless.
    fn look_up(&self, _key: &str, _request: &[u8]) -> Outcome {
        Outcome::NotSent("it is posted again under the same id".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::stripe::verify_signature;

    #[test]
    fn a_post_is_signed_as_stripe_signs_and_a_changed_body_is_not_believed() {
        let secret = SecretString::from("a secret of sixteen");
        let header = signature(&secret, 1_800_000_000, b"{}").unwrap();
        let now = DateTime::from_timestamp(1_800_000_100, 0).unwrap();
        let check = |body: &[u8]| verify_signature(&header, body, std::slice::from_ref(&secret), now);
        assert_eq!(check(b"{}"), Ok(()));
        assert!(check(b"{ }").is_err());
    }
}
