//! Messages through an incoming webhook: at most one a second (C-16).

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};

use crate::channel::{Channel, Conversation, Delivered, NotSent};
use crate::net::{install_tls, wait_for};
use crate::provider::{Cause, Problem, Secrets, Settings};

use super::WEBHOOK;

/// The pause after each message, which keeps us at one a second without a clock.
const PAUSE: Duration = Duration::from_secs(1);
/// Longest quiet that is believed.
const QUIET_MAX: Duration = Duration::from_secs(3_600);
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(15);
/// An answer is a word or two.
const ANSWER_CHARS: usize = 300;
/// What stands where a secret stood.
const HIDDEN: &str = "•••";

/// An incoming webhook.
pub struct Slack {
    webhook: secrecy::SecretString,
}

struct Talk<'a> {
    slack: &'a Slack,
    client: reqwest::Client,
    spoke: bool,
}

/// What came back: status, text, and for how long to be quiet where Slack says so.
struct Answer {
    status: StatusCode,
    text: String,
    quiet: Option<Duration>,
}

/// Why nothing came back.
enum Silence {
    /// No connection was made.
    Unreachable(String),
    /// It may have arrived.
    Doubt(String),
}

impl Slack {
    /// The webhook of a connection; `None` where the secret is missing.
    pub fn new(secrets: &Secrets) -> Option<Slack> {
        Some(Slack { webhook: secrets.get(WEBHOOK)?.to_owned().into() })
    }
}

/// Asks whether a webhook is alive with a message that Slack refuses for being empty. Nothing is posted.
pub(super) fn check(_settings: &Settings, secrets: &Secrets, _once: &str) -> Result<(), Problem> {
    let slack = Slack::new(secrets)
        .ok_or_else(|| Problem::new(Cause::SecretMissing, "The webhook's URL is missing. Enter it again."))?;
    let client = client()?;
    match slack.post(&client, br#"{"text":""}"#.to_vec()) {
        Ok(answer) if answer.status.is_success() || answer.status == StatusCode::BAD_REQUEST => Ok(()),
        Ok(answer) => Err(problem(&answer)),
        Err(Silence::Unreachable(why) | Silence::Doubt(why)) => Err(unreachable(&why)),
    }
}

impl Channel for Slack {
    fn open(&self) -> Result<Box<dyn Conversation + '_>, Problem> {
        Ok(Box::new(Talk { slack: self, client: client()?, spoke: false }))
    }
}

impl Conversation for Talk<'_> {
    fn deliver(&mut self, _key: &str, message: &[u8]) -> Delivered {
        if self.spoke {
            std::thread::sleep(PAUSE);
        }
        self.spoke = true;
        let answer = match self.slack.post(&self.client, message.to_vec()) {
            Ok(answer) => answer,
            Err(Silence::Unreachable(why)) => {
                return Delivered::NotSent(NotSent::Blocked(unreachable(&why)));
            }
            Err(Silence::Doubt(why)) => return Delivered::NoAnswer(format!("Slack did not answer: {why}")),
        };
        let said = format!("{} {}", answer.status.as_u16(), answer.text);
        match answer.status {
            status if status.is_success() => Delivered::Sent(said),
            StatusCode::TOO_MANY_REQUESTS => Delivered::NotSent(match answer.quiet {
                Some(quiet) => {
                    NotSent::Quiet(format!("{said}; it wants {} s of quiet", quiet.as_secs()), quiet)
                }
                None => NotSent::Later(said),
            }),
            // The webhook itself: nothing can be posted through it.
            StatusCode::FORBIDDEN | StatusCode::NOT_FOUND | StatusCode::GONE => {
                Delivered::NotSent(NotSent::Blocked(problem(&answer)))
            }
            status if status.is_server_error() => Delivered::NotSent(NotSent::Later(said)),
            _ => Delivered::NotSent(NotSent::GiveUp(said)),
        }
    }
}

impl Drop for Talk<'_> {
    fn drop(&mut self) {
        if self.spoke {
            std::thread::sleep(PAUSE);
        }
    }
}

impl Slack {
    fn post(&self, client: &reqwest::Client, body: Vec<u8>) -> Result<Answer, Silence> {
        let request = client
            .post(secrecy::ExposeSecret::expose_secret(&self.webhook))
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        let asked = wait_for(async move {
            let response = request.send().await?;
            let status = response.status();
            let quiet = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            let quiet = quiet.and_then(|value| value.trim().parse().ok()).map(Duration::from_secs);
            let quiet = quiet.map(|quiet| quiet.min(QUIET_MAX));
            // The status says all that matters; a body that breaks off is an empty one.
            let text = response.text().await.unwrap_or_default();
            Ok::<_, reqwest::Error>(Answer { status, text, quiet })
        });
        match asked {
            Ok(Ok(answer)) => Ok(Answer { text: self.without_secret(&answer.text), ..answer }),
            // The URL is the secret, and the library's errors carry it.
            Ok(Err(error)) if error.is_connect() => Err(Silence::Unreachable(cause(&error.without_url()))),
            Ok(Err(error)) => Err(Silence::Doubt(cause(&error.without_url()))),
            Err(error) => Err(Silence::Doubt(error.to_string())),
        }
    }
}

impl Slack {
    /// What was said, without the webhook's URL and its last part, which is what nobody may know.
    fn without_secret(&self, said: &str) -> String {
        let url = secrecy::ExposeSecret::expose_secret(&self.webhook);
        let last = url.rsplit('/').next().filter(|last| !last.is_empty()).unwrap_or(url);
        let said = said.replace(url, HIDDEN).replace(last, HIDDEN);
        said.chars().take(ANSWER_CHARS).collect()
    }
}

fn client() -> Result<reqwest::Client, Problem> {
    install_tls();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .user_agent("purser")
        .build()
        .map_err(|error| {
            Problem::said(Cause::Tls, "The connection to Slack could not be set up.", &cause(&error))
        })
}

fn problem(answer: &Answer) -> Problem {
    let said = format!("{} {}", answer.status.as_u16(), answer.text);
    match answer.status {
        StatusCode::FORBIDDEN | StatusCode::NOT_FOUND | StatusCode::GONE => Problem::said(
            Cause::SecretRefused,
            "Slack does not know this webhook any more. Make a new one in Slack and enter its URL.",
            &said,
        ),
        StatusCode::TOO_MANY_REQUESTS => Problem::said(Cause::RateLimited, "Slack wants a pause.", &said),
        status if status.is_server_error() => {
            Problem::said(Cause::ProviderFault, "Slack has trouble of its own.", &said)
        }
        _ => Problem::said(Cause::Refused, "Slack refused the request.", &said),
    }
}

fn unreachable(why: &str) -> Problem {
    Problem::said(Cause::Unreachable, "Slack cannot be reached. Check whether this machine is online.", why)
}

fn cause(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
