//! The frames on the socket: a length of four bytes (big endian) and that many bytes of JSON.
//!
//! Both ends say hello first; that frame never changes its shape, so that any two versions can tell
//! each other who they are.

use std::io::{self, ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use interprocess::local_socket::Stream;
use interprocess::local_socket::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The number of this protocol; it grows with every change of a frame.
pub const PROTOCOL: u32 = 1;

/// A greeting is a few words.
pub(super) const HELLO_BYTES_MAX: usize = 4 * 1024;
/// The largest request.
pub(super) const REQUEST_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The largest reply.
pub(super) const REPLY_BYTES_MAX: usize = 256 * 1024 * 1024;

/// One request of the application interface. Paths in it are absolute: the owner runs elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The method's name.
    pub method: String,
    /// Its input.
    pub input: Value,
    /// Who asks and how: front end, request id, dry run.
    pub context: Value,
}

/// A failure as it travels: the same words and exit status as if the command ran in this process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApiErrorWire {
    /// A stable code.
    pub code: String,
    /// One clear sentence.
    pub message: String,
    /// The exit status of a command that ends with it.
    pub exit: u8,
    /// What else is known, for the window.
    #[serde(default)]
    pub detail: Value,
}

/// The answer to a call. The failure is boxed because it is the rare and larger half.
pub type Reply = Result<Value, Box<ApiErrorWire>>;

/// Who is at the other end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Hello {
    pub(super) protocol: u32,
    pub(super) version: String,
}

/// What a client sends.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FromClient {
    Hello(Hello),
    Call(Call),
    Cancel,
}

/// What the owner sends.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FromOwner {
    Hello(Hello),
    /// The connection ends here, and why.
    Refused {
        code: RefusalCode,
        message: String,
    },
    Progress(Value),
    /// Nothing new, but the work goes on.
    Alive,
    Done(Value),
    Failed(Box<ApiErrorWire>),
}

/// Why an owner ends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RefusalCode {
    Busy,
    Version,
    TooLarge,
    Garbled,
}

/// Why no frame came.
#[derive(Debug)]
pub(super) enum FrameError {
    /// The other end is gone.
    Closed,
    TooLarge {
        bytes: usize,
    },
    NotJson(String),
    Io(io::Error),
}

/// What a wait for a frame brought.
#[derive(Debug)]
pub(super) enum Waited<T> {
    Frame(T),
    Quiet,
}

/// Puts frames together from whatever pieces arrive; a wait that ends early loses nothing.
#[derive(Debug, Default)]
pub(super) struct FrameReader {
    header: [u8; 4],
    header_filled: usize,
    body: Vec<u8>,
    piece: Vec<u8>,
}

/// Read in pieces, so that a length alone makes nobody allocate it.
const PIECE_BYTES: usize = 64 * 1024;

impl FrameReader {
    /// Waits for one whole frame, but no longer than the limit.
    pub(super) fn wait<T: DeserializeOwned>(
        &mut self,
        stream: &Stream,
        limit: Duration,
        bytes_max: usize,
    ) -> Result<Waited<T>, FrameError> {
        let deadline = Instant::now() + limit;
        self.piece.resize(PIECE_BYTES, 0);
        loop {
            if self.header_filled == self.header.len() {
                let length = u32::from_be_bytes(self.header) as usize;
                if length > bytes_max {
                    return Err(FrameError::TooLarge { bytes: length });
                }
                if self.body.len() == length {
                    return self.take().map(Waited::Frame);
                }
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(Waited::Quiet);
            }
            // A limit of zero means none at all to the system.
            stream.set_recv_timeout(Some(left.max(Duration::from_millis(1)))).map_err(FrameError::Io)?;
            if !self.read_piece(stream)? {
                return Ok(Waited::Quiet);
            }
        }
    }

    /// Reads what belongs to the present frame and no byte more. `false`: nothing came in time.
    fn read_piece(&mut self, mut stream: &Stream) -> Result<bool, FrameError> {
        let in_header = self.header_filled < self.header.len();
        let target = if in_header {
            &mut self.header[self.header_filled..]
        } else {
            let missing = u32::from_be_bytes(self.header) as usize - self.body.len();
            let length = missing.min(self.piece.len());
            &mut self.piece[..length]
        };
        match stream.read(target) {
            Ok(0) => Err(FrameError::Closed),
            Ok(read) if in_header => {
                self.header_filled += read;
                Ok(true)
            }
            Ok(read) => {
                self.body.extend_from_slice(&self.piece[..read]);
                Ok(true)
            }
            Err(error) => match error.kind() {
                ErrorKind::Interrupted => Ok(true),
                ErrorKind::WouldBlock | ErrorKind::TimedOut => Ok(false),
                ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => Err(FrameError::Closed),
                _ => Err(FrameError::Io(error)),
            },
        }
    }

    fn take<T: DeserializeOwned>(&mut self) -> Result<T, FrameError> {
        self.header_filled = 0;
        let body = std::mem::take(&mut self.body);
        serde_json::from_slice(&body).map_err(|error| FrameError::NotJson(error.to_string()))
    }
}

/// A frame's bytes, or its size where it is too large.
pub(super) fn frame_bytes(frame: &impl Serialize, bytes_max: usize) -> Result<Vec<u8>, FrameError> {
    let mut bytes = vec![0; 4];
    serde_json::to_writer(&mut bytes, frame).map_err(|error| FrameError::NotJson(error.to_string()))?;
    let length = bytes.len() - 4;
    match u32::try_from(length) {
        Ok(header) if length <= bytes_max => {
            bytes[..4].copy_from_slice(&header.to_be_bytes());
            Ok(bytes)
        }
        _ => Err(FrameError::TooLarge { bytes: length }),
    }
}

/// Sends a frame's bytes. Once this failed the stream is out of step and must be closed.
pub(super) fn send(mut stream: &Stream, bytes: &[u8], limit: Duration) -> Result<(), FrameError> {
    stream.set_send_timeout(Some(limit)).map_err(FrameError::Io)?;
    stream.write_all(bytes).map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe | ErrorKind::ConnectionReset => FrameError::Closed,
        _ => FrameError::Io(error),
    })
}
