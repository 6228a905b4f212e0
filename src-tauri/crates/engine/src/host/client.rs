//! A connection to the process that owns the data folder.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use interprocess::local_socket::Stream;
use serde_json::Value;

use super::wire::{
    FrameError, FrameReader, FromClient, FromOwner, Hello, PROTOCOL, REPLY_BYTES_MAX, REQUEST_BYTES_MAX,
    RefusalCode, Waited, frame_bytes, send,
};
use super::{Call, HostError, Reply, VERSION, socket};

/// An owner that is there greets at once.
const HELLO_LIMIT: Duration = Duration::from_secs(5);
/// The owner says every few seconds that it is alive; after this it is taken for hung.
const SILENCE_LIMIT: Duration = Duration::from_secs(30);
const SEND_LIMIT: Duration = Duration::from_secs(30);
/// How often a wait looks whether the founder has cancelled.
const CANCEL_LOOK: Duration = Duration::from_millis(100);

/// A greeted connection to the folder's owner; it takes one call after the other.
#[derive(Debug)]
pub struct Connection {
    folder: PathBuf,
    stream: Stream,
    reader: FrameReader,
    silence_limit: Duration,
    request_bytes_max: usize,
}

impl Connection {
    /// Connects to the folder's owner, which must be the same user and the same version.
    pub fn open(folder: &Path) -> Result<Self, HostError> {
        Self::open_as(folder, VERSION)
    }

    pub(super) fn open_as(folder: &Path, version: &str) -> Result<Self, HostError> {
        let stream = socket::connect(folder)?;
        let mut connection = Self {
            folder: folder.to_owned(),
            stream,
            reader: FrameReader::default(),
            silence_limit: SILENCE_LIMIT,
            request_bytes_max: REQUEST_BYTES_MAX,
        };
        connection.greet(version)?;
        Ok(connection)
    }

    #[cfg(test)]
    pub(super) fn with_silence_limit(mut self, limit: Duration) -> Self {
        self.silence_limit = limit;
        self
    }

    #[cfg(test)]
    pub(super) fn with_request_limit(mut self, bytes_max: usize) -> Self {
        self.request_bytes_max = bytes_max;
        self
    }

    /// Sends a call and does not wait for anything.
    #[cfg(test)]
    pub(super) fn start(&mut self, call: &Call) {
        self.send(&FromClient::Call(call.clone()), &call.method).unwrap();
    }

    /// Sends a call and waits for its reply, for as long as the owner says that it is at work.
    pub fn call(&mut self, call: &Call) -> Result<Reply, HostError> {
        self.call_with(call, &mut |_| {}, None)
    }

    /// Like [`Self::call`], with what the owner reports on the way, and a flag that asks it to stop. A
    /// cancelled call still ends with the owner's reply.
    pub fn call_with(
        &mut self,
        call: &Call,
        on_progress: &mut dyn FnMut(Value),
        cancelled: Option<&AtomicBool>,
    ) -> Result<Reply, HostError> {
        let sent = self.send(&FromClient::Call(call.clone()), &call.method);
        if let Err(error) = sent {
            return Err(self.refusal().unwrap_or(error));
        }
        let mut cancel_sent = false;
        let mut heard = Instant::now();
        loop {
            if !cancel_sent && cancelled.is_some_and(|flag| flag.load(Ordering::Acquire)) {
                self.send(&FromClient::Cancel, &call.method)?;
                cancel_sent = true;
            }
            match self.wait(CANCEL_LOOK, &call.method)? {
                Waited::Quiet if heard.elapsed() >= self.silence_limit => return Err(self.silent(heard)),
                Waited::Quiet => continue,
                Waited::Frame(FromOwner::Done(value)) => return Ok(Ok(value)),
                Waited::Frame(FromOwner::Failed(error)) => return Ok(Err(error)),
                Waited::Frame(FromOwner::Progress(value)) => on_progress(value),
                Waited::Frame(FromOwner::Alive) => {}
                Waited::Frame(FromOwner::Refused { code, message }) => return Err(refused(code, message)),
                Waited::Frame(FromOwner::Hello(_)) => return Err(garbled("a second greeting")),
            }
            heard = Instant::now();
        }
    }

    fn greet(&mut self, version: &str) -> Result<(), HostError> {
        let hello = Hello { protocol: PROTOCOL, version: version.to_owned() };
        let sent = self.send(&FromClient::Hello(hello.clone()), "hello");
        if let Err(error) = sent {
            // A busy owner refuses and closes without reading the greeting.
            return Err(self.refusal().unwrap_or(error));
        }
        let started = Instant::now();
        match self.wait(HELLO_LIMIT, "hello")? {
            Waited::Quiet => Err(self.silent(started)),
            Waited::Frame(FromOwner::Hello(owner)) if owner == hello => Ok(()),
            Waited::Frame(FromOwner::Hello(owner)) => Err(mismatch(owner, hello)),
            Waited::Frame(FromOwner::Refused { code, message }) => Err(refused(code, message)),
            Waited::Frame(_) => Err(garbled("no greeting")),
        }
    }

    fn send(&self, frame: &FromClient, method: &str) -> Result<(), HostError> {
        let bytes_max = self.request_bytes_max;
        let bytes = frame_bytes(frame, bytes_max).map_err(|error| match error {
            FrameError::TooLarge { bytes } => {
                HostError::RequestTooLarge { method: method.to_owned(), bytes, bytes_max }
            }
            other => self.explain(other, method),
        })?;
        send(&self.stream, &bytes, SEND_LIMIT).map_err(|error| self.explain(error, method))
    }

    fn wait(&mut self, limit: Duration, method: &str) -> Result<Waited<FromOwner>, HostError> {
        let waited = self.reader.wait(&self.stream, limit, REPLY_BYTES_MAX);
        waited.map_err(|error| self.explain(error, method))
    }

    /// What an owner said before it closed a connection that we were still writing to.
    fn refusal(&mut self) -> Option<HostError> {
        match self.wait(CANCEL_LOOK, "") {
            Ok(Waited::Frame(FromOwner::Refused { code, message })) => Some(refused(code, message)),
            _ => None,
        }
    }

    fn explain(&self, error: FrameError, method: &str) -> HostError {
        match error {
            FrameError::Closed => HostError::OwnerGone { method: method.to_owned() },
            FrameError::TooLarge { bytes } => garbled(&format!("a frame of {bytes} bytes")),
            FrameError::NotJson(reason) => garbled(&reason),
            FrameError::Io(source) => HostError::io("talk to the owner of", &self.folder, source),
        }
    }

    fn silent(&self, since: Instant) -> HostError {
        HostError::OwnerSilent { folder: self.folder.clone(), seconds: since.elapsed().as_secs() }
    }
}

fn refused(code: RefusalCode, message: String) -> HostError {
    match code {
        RefusalCode::Busy => HostError::OwnerBusy,
        RefusalCode::Version | RefusalCode::TooLarge | RefusalCode::Garbled => {
            HostError::Refused { reason: message }
        }
    }
}

fn garbled(reason: &str) -> HostError {
    HostError::Garbled { reason: reason.to_owned() }
}

/// The versions as people know them; the protocols only where the versions are the same.
fn mismatch(running: Hello, ours: Hello) -> HostError {
    if running.version != ours.version {
        return HostError::VersionMismatch { running: running.version, ours: ours.version };
    }
    let words = |hello: Hello| format!("{} (protocol {})", hello.version, hello.protocol);
    HostError::VersionMismatch { running: words(running), ours: words(ours) }
}
