//! One connection at the owner's end: greeting, calls one after the other, their reports and replies.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use interprocess::local_socket::Stream;
use serde_json::Value;

use super::server::{Exchange, Shared, refuse};
use super::wire::{
    FrameError, FrameReader, FromClient, FromOwner, HELLO_BYTES_MAX, Hello, PROTOCOL, REPLY_BYTES_MAX,
    REQUEST_BYTES_MAX, RefusalCode, Waited, frame_bytes, send,
};
use super::{ApiErrorWire, Call, Reply};

/// Reports that a client has not taken yet; the oldest give way, because the newest say more.
const PROGRESS_MAX: usize = 256;

/// One client, from its greeting to its end.
pub(super) struct Conversation {
    stream: Arc<Stream>,
    shared: Arc<Shared>,
    reader: FrameReader,
}

/// A call in progress.
struct Work {
    thread: JoinHandle<()>,
    exchange: Exchange,
    reports: Reports,
    outlet: Arc<Outlet>,
    heard: Instant,
}

/// Reports on their way from the handler to the client.
type Reports = Arc<Mutex<VecDeque<Value>>>;

fn add_report(reports: &Reports, report: Value) {
    let mut reports = reports.lock().unwrap_or_else(PoisonError::into_inner);
    if reports.len() == PROGRESS_MAX {
        reports.pop_front();
    }
    reports.push_back(report);
}

fn take_reports(reports: &Reports) -> VecDeque<Value> {
    std::mem::take(&mut *reports.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Where a call's frames go out, in order: nothing follows the reply.
struct Outlet {
    stream: Arc<Stream>,
    send_limit: Duration,
    state: Mutex<OutletState>,
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum OutletState {
    Open,
    Replied,
    Broken,
}

/// Waiting for the next call, the conversation looks this often whether the server stops.
const IDLE_LOOK: Duration = Duration::from_millis(250);
/// During a call it looks this often for reports to send on.
const WORK_LOOK: Duration = Duration::from_millis(50);

impl Conversation {
    pub(super) fn new(stream: Stream, shared: Arc<Shared>) -> Self {
        Self { stream: Arc::new(stream), shared, reader: FrameReader::default() }
    }

    pub(super) fn run(mut self) {
        let mut work = None;
        let ended = self.greet().and_then(|()| self.take_calls(&mut work));
        if let Some(work) = work {
            work.exchange.cancel();
            work.join();
        }
        match ended {
            Ok(()) | Err(FrameError::Closed) => {}
            Err(FrameError::TooLarge { bytes }) => {
                let message = format!("a request of {bytes} bytes, more than {REQUEST_BYTES_MAX}");
                refuse(&self.stream, RefusalCode::TooLarge, &message, self.shared.limits.send);
            }
            Err(FrameError::NotJson(reason)) => {
                refuse(&self.stream, RefusalCode::Garbled, &reason, self.shared.limits.send);
            }
            Err(FrameError::Io(error)) => tracing::debug!(%error, "a connection of the local socket broke"),
        }
    }

    fn greet(&mut self) -> Result<(), FrameError> {
        let limits = &self.shared.limits;
        let waited = self.reader.wait(&self.stream, limits.hello, HELLO_BYTES_MAX)?;
        let Waited::Frame(FromClient::Hello(client)) = waited else {
            return Err(FrameError::NotJson("no greeting came".to_owned()));
        };
        // A client of another version tells its founder itself; it only has to know ours.
        let hello = Hello { protocol: PROTOCOL, version: limits.version.clone() };
        let same = hello == client;
        send(&self.stream, &frame_bytes(&FromOwner::Hello(hello), HELLO_BYTES_MAX)?, limits.send)?;
        if same { Ok(()) } else { Err(FrameError::Closed) }
    }

    fn take_calls(&mut self, work: &mut Option<Work>) -> Result<(), FrameError> {
        loop {
            let stopping = self.shared.stopping.load(Ordering::Acquire);
            let look = match work {
                None if stopping => return Ok(()),
                None => IDLE_LOOK,
                Some(work) => {
                    if stopping {
                        work.exchange.cancel();
                    }
                    WORK_LOOK
                }
            };
            let waited = self.reader.wait(&self.stream, look, REQUEST_BYTES_MAX)?;
            if let Some(busy) = work.as_mut() {
                match busy.pass_on(self.shared.limits.alive) {
                    OutletState::Open => {}
                    OutletState::Replied => {
                        if let Some(done) = work.take() {
                            done.join();
                        }
                    }
                    OutletState::Broken => return Err(FrameError::Closed),
                }
            }
            match (waited, work.as_ref()) {
                (Waited::Quiet, _) => {}
                (Waited::Frame(FromClient::Call(call)), None) => *work = Some(self.start(call)?),
                (Waited::Frame(FromClient::Cancel), Some(work)) => work.exchange.cancel(),
                // The reply and the wish to cancel have crossed.
                (Waited::Frame(FromClient::Cancel), None) => {}
                (Waited::Frame(FromClient::Call(_)), Some(_)) => {
                    return Err(FrameError::NotJson(
                        "a call came before the last one was answered".to_owned(),
                    ));
                }
                (Waited::Frame(FromClient::Hello(_)), _) => {
                    return Err(FrameError::NotJson("a second greeting came".to_owned()));
                }
            }
        }
    }

    fn start(&self, call: Call) -> Result<Work, FrameError> {
        let reports = Reports::default();
        let sink = Arc::clone(&reports);
        let exchange = Exchange::new(Arc::default(), move |report| add_report(&sink, report));
        let outlet = Arc::new(Outlet {
            stream: Arc::clone(&self.stream),
            send_limit: self.shared.limits.send,
            state: Mutex::new(OutletState::Open),
        });
        let (shared, for_work) = (Arc::clone(&self.shared), exchange.clone());
        let (to_client, last_reports) = (Arc::clone(&outlet), Arc::clone(&reports));
        let thread = thread::Builder::new()
            .name("purser-call".to_owned())
            .spawn(move || {
                let method = call.method.clone();
                let reply = catch_unwind(AssertUnwindSafe(|| (shared.handler)(call, &for_work)))
                    .unwrap_or_else(|panic| Err(panicked(&method, panic.as_ref())));
                to_client.report(take_reports(&last_reports));
                to_client.finish(&method, reply, shared.limits.reply_bytes);
            })
            .map_err(FrameError::Io)?;
        Ok(Work { thread, exchange, reports, outlet, heard: Instant::now() })
    }
}

impl Work {
    /// Sends the reports that wait, or a sign of life after some silence.
    fn pass_on(&mut self, alive: Duration) -> OutletState {
        let reports = take_reports(&self.reports);
        if reports.is_empty() && self.heard.elapsed() < alive {
            return self.outlet.state();
        }
        self.heard = Instant::now();
        if reports.is_empty() {
            self.outlet.open_send([FromOwner::Alive])
        } else {
            self.outlet.report(reports)
        }
    }

    fn join(self) {
        if self.thread.join().is_err() {
            tracing::error!("the thread of a call through the local socket panicked");
        }
    }
}

impl Outlet {
    fn state(&self) -> OutletState {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn report(&self, reports: VecDeque<Value>) -> OutletState {
        self.open_send(reports.into_iter().map(FromOwner::Progress))
    }

    /// Sends frames unless the reply is already out.
    fn open_send(&self, frames: impl IntoIterator<Item = FromOwner>) -> OutletState {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for frame in frames {
            if *state != OutletState::Open {
                break;
            }
            self.send_frame(&mut state, &frame, REPLY_BYTES_MAX);
        }
        *state
    }

    /// Sends the reply, after which nothing follows.
    fn finish(&self, method: &str, reply: Reply, reply_bytes_max: usize) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if *state != OutletState::Open {
            return;
        }
        // Marked first: the client may send its next call before this thread runs again.
        *state = OutletState::Replied;
        let frame = match reply {
            Ok(value) => FromOwner::Done(value),
            Err(error) => FromOwner::Failed(error),
        };
        if let Some(bytes) = self.send_frame(&mut state, &frame, reply_bytes_max) {
            self.send_frame(&mut state, &FromOwner::Failed(too_large(method, bytes)), REPLY_BYTES_MAX);
        }
    }

    /// Sends one frame; a frame that is too large is not sent and its size returned.
    fn send_frame(&self, state: &mut OutletState, frame: &FromOwner, bytes_max: usize) -> Option<usize> {
        let sent =
            frame_bytes(frame, bytes_max).and_then(|bytes| send(&self.stream, &bytes, self.send_limit));
        match sent {
            Ok(()) => None,
            Err(FrameError::TooLarge { bytes }) => Some(bytes),
            Err(_) => {
                *state = OutletState::Broken;
                None
            }
        }
    }
}

fn too_large(method: &str, bytes: usize) -> Box<ApiErrorWire> {
    Box::new(ApiErrorWire {
        code: "reply_too_large".to_owned(),
        message: format!(
            "The answer to `{method}` has {bytes} bytes, too many for the local socket: ask for a page, or export to a file."
        ),
        exit: 1,
        detail: Value::Null,
    })
}

/// A handler's panic becomes an answer; its words go to the log, because they may quote the books.
fn panicked(method: &str, panic: &(dyn Any + Send)) -> Box<ApiErrorWire> {
    let words = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    tracing::error!(method, panic = words.unwrap_or("no words"), "a call through the local socket panicked");
    Box::new(ApiErrorWire {
        code: "internal".to_owned(),
        message: format!(
            "Purser failed inside `{method}`: nothing more was done; look into the log and report it."
        ),
        exit: 1,
        detail: Value::Null,
    })
}
