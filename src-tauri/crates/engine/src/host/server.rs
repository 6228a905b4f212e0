//! The owner's side of the socket.
//!
//! Each connection has a thread of its own that reads, and each call in progress one more that works.
//! So a slow or dead client holds up nobody but itself, a client that goes away is noticed while its
//! call still runs, and the number of threads is bounded by the number of connections.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use interprocess::local_socket::prelude::*;
use interprocess::local_socket::{Listener, Stream};
use serde_json::Value;

use super::conversation::Conversation;
use super::lock::WeakLock;
use super::wire::{FromOwner, HELLO_BYTES_MAX, REPLY_BYTES_MAX, RefusalCode, frame_bytes, send};
use super::{Call, FolderLock, HostError, Reply, VERSION, socket};

/// Does the work of a call, on a thread of its own.
pub type Handler = Arc<dyn Fn(Call, &Exchange) -> Reply + Send + Sync>;

/// How long a stopping server waits for calls in progress. What runs on keeps the folder's lock.
const STOP_LIMIT: Duration = Duration::from_secs(2);

/// What bounds a server; tests use smaller numbers.
#[derive(Debug, Clone)]
pub(super) struct Limits {
    pub(super) version: String,
    pub(super) connections: usize,
    pub(super) hello: Duration,
    pub(super) send: Duration,
    pub(super) alive: Duration,
    pub(super) reply_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            version: VERSION.to_owned(),
            connections: 32,
            hello: Duration::from_secs(5),
            send: Duration::from_secs(10),
            alive: Duration::from_secs(5),
            reply_bytes: REPLY_BYTES_MAX,
        }
    }
}

/// What a handler knows of the one who called: where to report, and whether anybody still waits.
#[derive(Clone)]
pub struct Exchange {
    cancelled: Arc<AtomicBool>,
    sink: Arc<dyn Fn(Value) + Send + Sync>,
}

impl Exchange {
    /// An exchange for a call in this process, with its own cancel flag and place for reports.
    pub fn new(cancelled: Arc<AtomicBool>, sink: impl Fn(Value) + Send + Sync + 'static) -> Self {
        Self { cancelled, sink: Arc::new(sink) }
    }

    /// Reports how far the work is. Through the socket it never waits: a client that does not listen
    /// misses the older reports.
    pub fn progress(&self, report: Value) {
        (self.sink)(report);
    }

    /// Whether the client has gone away or asked to stop, or the owner stops.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Acquire)
    }

    /// The flag behind [`Self::is_cancelled`], for work that goes on elsewhere.
    pub fn cancel_flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.cancelled)
    }

    pub(super) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Release);
    }
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Exchange").field("cancelled", &self.cancelled).finish_non_exhaustive()
    }
}

/// A server at work; dropping it stops it, asks calls in progress to stop, and removes the socket.
#[derive(Debug)]
pub struct ServerHandle {
    shared: Arc<Shared>,
    lock: FolderLock,
    socket: PathBuf,
    accepting: Option<JoinHandle<()>>,
}

/// What all threads of a server see.
pub(super) struct Shared {
    pub(super) handler: Handler,
    pub(super) limits: Limits,
    pub(super) stopping: AtomicBool,
    connections: Mutex<usize>,
    connection_ended: Condvar,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Shared").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// Serves the folder's socket on threads of its own. The lock stays held until the last call has ended.
pub fn serve(lock: &FolderLock, handler: Handler) -> Result<ServerHandle, HostError> {
    serve_with(lock, handler, Limits::default())
}

pub(super) fn serve_with(
    lock: &FolderLock,
    handler: Handler,
    limits: Limits,
) -> Result<ServerHandle, HostError> {
    let (listener, socket) = socket::bind(lock)?;
    let shared = Arc::new(Shared {
        handler,
        limits,
        stopping: AtomicBool::new(false),
        connections: Mutex::new(0),
        connection_ended: Condvar::new(),
    });
    let (for_thread, lock_for_thread) = (Arc::clone(&shared), lock.downgrade());
    let accepting = thread::Builder::new()
        .name("purser-accept".to_owned())
        .spawn(move || accept_all(&listener, &for_thread, &lock_for_thread))
        .map_err(|source| HostError::io("serve", &socket, source))?;
    Ok(ServerHandle { shared, lock: lock.clone(), socket, accepting: Some(accepting) })
}

#[cfg(test)]
impl ServerHandle {
    pub(super) fn open_connections(&self) -> usize {
        *self.shared.connections.lock().unwrap()
    }
}

impl Drop for ServerHandle {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::Release);
        // The accepting thread waits in the kernel; one last connection wakes it. It gets none when
        // somebody has removed the socket, and then waiting for it would never end.
        let woken = socket::connect(self.lock.folder()).is_ok();
        if let Some(accepting) = self.accepting.take().filter(|_| woken)
            && accepting.join().is_err()
        {
            tracing::error!("the accepting thread of the local socket panicked");
        }
        socket::unbind(&self.lock, &self.socket);
        let connections = self.shared.connections.lock().unwrap_or_else(PoisonError::into_inner);
        let waited =
            self.shared.connection_ended.wait_timeout_while(connections, STOP_LIMIT, |open| *open > 0);
        if waited.map_or_else(|poisoned| *poisoned.into_inner().0, |(open, _)| *open) > 0 {
            tracing::warn!(
                "calls through the local socket are still at work; the folder stays locked until they end"
            );
        }
    }
}

/// Takes connections until the server stops. Its hold on the lock is weak: this thread may outlive the
/// server in the kernel, and must not keep the folder.
fn accept_all(listener: &Listener, shared: &Arc<Shared>, lock: &WeakLock) {
    loop {
        let accepted = listener.accept();
        let lock = lock.upgrade().filter(|_| !shared.stopping.load(Ordering::Acquire));
        let Some(lock) = lock else { return };
        match accepted {
            Ok(stream) => admit(stream, shared, lock),
            Err(error) => {
                // Out of file descriptors, usually: those in use come back.
                tracing::warn!(%error, "the local socket could not take a connection");
                thread::sleep(Duration::from_millis(100));
            }
        }
    }
}

/// Gives a connection its thread, unless it is another user's or one too many.
fn admit(stream: Stream, shared: &Arc<Shared>, lock: FolderLock) {
    match socket::is_same_user(&stream) {
        Ok(true) => {}
        Ok(false) => return tracing::warn!("a connection of another user was refused"),
        Err(error) => return tracing::warn!(%error, "a connection was refused"),
    }
    let Some(place) = Place::take(shared) else {
        return refuse(&stream, RefusalCode::Busy, "too many connections", Duration::from_secs(1));
    };
    let shared = Arc::clone(shared);
    let spawned = thread::Builder::new().name("purser-client".to_owned()).spawn(move || {
        Conversation::new(stream, shared).run();
        // First the lock, then the place: who sees all places free may count on the lock.
        drop(lock);
        drop(place);
    });
    if let Err(error) = spawned {
        tracing::warn!(%error, "a connection was refused");
    }
}

/// One of the bounded places for connections, given back when it is dropped.
struct Place(Arc<Shared>);

impl Place {
    fn take(shared: &Arc<Shared>) -> Option<Self> {
        let mut open = shared.connections.lock().unwrap_or_else(PoisonError::into_inner);
        if *open >= shared.limits.connections {
            return None;
        }
        *open += 1;
        Some(Self(Arc::clone(shared)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        *self.0.connections.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.0.connection_ended.notify_all();
    }
}

/// Tells a client why its connection ends. It may not be listening any more, which is its own affair.
pub(super) fn refuse(stream: &Stream, code: RefusalCode, message: &str, limit: Duration) {
    let refusal = FromOwner::Refused { code, message: message.to_owned() };
    if let Ok(bytes) = frame_bytes(&refusal, HELLO_BYTES_MAX) {
        let _ = send(stream, &bytes, limit);
    }
}
