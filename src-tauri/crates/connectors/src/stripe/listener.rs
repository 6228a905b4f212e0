//! Hears what `stripe listen --forward-to` passes on, on this computer alone (security.md 5, TS-40, TS-43).
//!
//! What is heard is never booked: a message that is believed says that it is worth asking Stripe now.

use std::collections::{HashSet, VecDeque};
use std::net::{Ipv4Addr, TcpListener as StdListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{ALLOW, HOST, HeaderMap, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use secrecy::SecretString;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::signature::verify_signature;
use super::source::is_id;
use crate::net;

/// Longer messages are refused: an event with all of its object is some hundred kilobytes at most.
const BODY_BYTES_AT_MOST: usize = 1024 * 1024;
/// Messages at the same time; more wait to be accepted.
const AT_ONCE: usize = 16;
/// So long a message may take from its first byte to its last.
const PATIENCE: Duration = Duration::from_secs(10);
/// After trouble with accepting, such as too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);
/// Ids of events that are remembered. Within the five minutes that a signature holds no more of them come.
const REMEMBERED: usize = 10_000;

/// What was heard since the listener started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Events that were believed, each counted once.
    pub accepted: u64,
    /// Events that had come before.
    pub repeated: u64,
    /// Messages that were not believed, or were none of Stripe's.
    pub refused: u64,
    /// Why the last one was refused, and when.
    pub last_refused: Option<(DateTime<Utc>, String)>,
}

/// What a listener needs from its owner.
pub struct Owner {
    /// The secret that `stripe listen` prints.
    pub secret: SecretString,
    /// What time it is.
    pub now: Box<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// Called for each event that is believed and new. It must not wait.
    pub ring: Box<dyn Fn() + Send + Sync>,
}

/// A listener at work; it ends when it is dropped.
pub struct Listener {
    port: u16,
    ears: Arc<Ears>,
    task: Option<JoinHandle<()>>,
}

impl Listener {
    /// Listens on 127.0.0.1.
    ///
    /// Errors: the port is taken or may not be used.
    pub fn start(port: u16, owner: Owner) -> std::io::Result<Listener> {
        let listener = StdListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let ears = Arc::new(Ears { port, owner, memory: Mutex::default() });
        let hearing = Arc::clone(&ears);
        let task = net::spawn(async move {
            match TcpListener::from_std(listener) {
                Ok(listener) => serve(listener, hearing).await,
                Err(error) => tracing::error!(%error, "the listener does not listen"),
            }
        })?;
        Ok(Listener { port, ears, task: Some(task) })
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What was heard so far.
    pub fn heard(&self) -> Heard {
        self.ears.memory().heard.clone()
    }
}

impl Drop for Listener {
    /// Afterwards the port is free.
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
            if let Err(error) = net::wait_for(task) {
                tracing::warn!(%error, "the listener ended late");
            }
        }
    }
}

async fn serve(listener: TcpListener, ears: Arc<Ears>) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let ears = Arc::clone(&ears);
                tokio::spawn(async move {
                    // Who says nothing, or drips, is left; the place is free again.
                    let _ = tokio::time::timeout(PATIENCE, converse(stream, ears)).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a message could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// One request, one answer.
async fn converse(stream: TcpStream, ears: Arc<Ears>) {
    let service = service_fn(move |request| {
        let ears = Arc::clone(&ears);
        async move { Ok::<_, std::convert::Infallible>(ears.answer(request).await) }
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    // A client that breaks off is its own affair.
    let _ = http.keep_alive(false).serve_connection(TokioIo::new(stream), service).await;
}

/// Why a message is refused.
struct Refusal(StatusCode, String);

impl Refusal {
    fn new(status: StatusCode, why: impl Into<String>) -> Refusal {
        Refusal(status, why.into())
    }
}

struct Ears {
    port: u16,
    owner: Owner,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    heard: Heard,
    known: HashSet<String>,
    order: VecDeque<String>,
}

impl Memory {
    /// Whether an event is new; it is not the next time.
    fn learn(&mut self, id: &str) -> bool {
        if !self.known.insert(id.to_owned()) {
            return false;
        }
        self.order.push_back(id.to_owned());
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

impl Ears {
    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (status, say) = match self.hear(request).await {
            Ok(true) => (StatusCode::OK, "heard".to_owned()),
            Ok(false) => (StatusCode::OK, "heard before".to_owned()),
            Err(Refusal(status, why)) => {
                self.refused(&why);
                (status, why)
            }
        };
        let mut response = Response::new(Full::new(Bytes::from(format!("{say}\n"))));
        *response.status_mut() = status;
        if status == StatusCode::METHOD_NOT_ALLOWED {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
        }
        response
    }

    /// Whether an event is new, or why the message is refused.
    async fn hear(&self, request: Request<Incoming>) -> Result<bool, Refusal> {
        let (head, body) = request.into_parts();
        if head.method != Method::POST {
            return Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "only POST is heard here"));
        }
        self.check_host(&head.headers)?;
        let signature = head.headers.get("stripe-signature").and_then(|value| value.to_str().ok());
        let signature = signature.unwrap_or_default().to_owned();
        let body = Limited::new(body, BODY_BYTES_AT_MOST).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() {
                Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "the message is longer than 1 MB")
            } else {
                Refusal::new(StatusCode::BAD_REQUEST, "the message broke off")
            }
        })?;
        self.believe(&signature, &body.to_bytes())
    }

    /// A page in a browser that was led here by a name of its own is not Stripe's command line.
    fn check_host(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let host = headers.get(HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let fits = ["127.0.0.1", "localhost"].iter().any(|name| host == format!("{name}:{}", self.port));
        let wrong = || Refusal::new(StatusCode::BAD_REQUEST, "the message was meant for another address");
        fits.then_some(()).ok_or_else(wrong)
    }

    fn believe(&self, signature: &str, body: &[u8]) -> Result<bool, Refusal> {
        let refused = |why: String| Refusal::new(StatusCode::BAD_REQUEST, why);
        let secrets = std::slice::from_ref(&self.owner.secret);
        verify_signature(signature, body, secrets, (self.owner.now)())
            .map_err(|error| refused(error.to_string()))?;
        let event: Value =
            serde_json::from_slice(body).map_err(|_| refused("the message is no event".to_owned()))?;
        let id = event["id"].as_str().filter(|id| is_id(id) && event["object"] == "event");
        let id = id.ok_or_else(|| refused("the message is no event".to_owned()))?;
        let new = {
            let mut memory = self.memory();
            let new = memory.learn(id);
            *(if new { &mut memory.heard.accepted } else { &mut memory.heard.repeated }) += 1;
            new
        };
        if new {
            (self.owner.ring)();
        }
        Ok(new)
    }

    /// Counts a refusal. The log tells the first, and then ever fewer: whoever knocks all day must not fill it.
    fn refused(&self, why: &str) {
        let mut memory = self.memory();
        memory.heard.refused += 1;
        memory.heard.last_refused = Some(((self.owner.now)(), why.to_owned()));
        if memory.heard.refused.is_power_of_two() {
            tracing::warn!(why, refused = memory.heard.refused, "a message to the listener was refused");
        }
    }

    /// Counts are whole at any time, also after a panic elsewhere.
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
