//! The interface from outside a window: in this process where the folder is free, through the local
//! socket of the process that owns it otherwise. The answer is the same.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use purser_core::text::{capitalised, one_line};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Caller, Method, ProgressSink, Request, call, kind_of, types};
use crate::clock::{Ids, SystemClock};
use crate::error::ApiError;
use crate::host::{
    ApiErrorWire, Call, Connection, Exchange, FolderLock, Handler, HostError, Seat, acquire_or_connect,
};
use crate::program::Program;

/// How a call came, beside its method and input.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Context {
    request_id: Option<String>,
    again: bool,
}

/// Who decides, for the audit.
const ACTOR: &str = "founder (command line)";

/// A way to the books.
pub enum Session {
    /// This process owns the folder.
    Owner {
        /// The program on it.
        program: Arc<Program>,
        /// Held until the session ends.
        lock: FolderLock,
    },
    /// Another process owns it.
    Client(Connection),
}

impl From<HostError> for ApiError {
    fn from(error: HostError) -> ApiError {
        ApiError::failed(error.code(), capitalised(&error.to_string()))
    }
}

impl Session {
    /// Opens the folder, or connects to its owner.
    pub fn open(folder: &Path, passphrase: Option<SecretString>) -> Result<Session, ApiError> {
        match acquire_or_connect(folder)? {
            Seat::Client(connection) => Ok(Session::Client(connection)),
            Seat::Owner(lock) => {
                let ids = Arc::new(Ids::random());
                let program = Arc::new(Program::start(folder, Arc::new(SystemClock), ids, passphrase)?);
                Ok(Session::Owner { program, lock })
            }
        }
    }

    /// Calls a method. `request` makes a repeated command harmless.
    pub fn call<M: Method>(
        &mut self,
        input: &M::Input,
        request: &Request,
        progress: &ProgressSink,
        cancelled: &Arc<AtomicBool>,
    ) -> Result<M::Output, ApiError> {
        let input = super::write_output(input)?;
        let answer = match self {
            Session::Owner { program, .. } => {
                let caller = Caller {
                    program,
                    actor: ACTOR.to_owned(),
                    progress: Arc::clone(progress),
                    cancelled: Arc::clone(cancelled),
                    request: Some(request.clone()),
                    key: None,
                };
                call(caller, M::KIND, M::NAME, input)?
            }
            Session::Client(connection) => {
                let context = Context { request_id: request.id.clone(), again: request.again };
                let context = super::write_output(context)?;
                let call = Call { method: M::NAME.to_owned(), input, context };
                let mut report = |value: Value| {
                    if let Ok(report) = serde_json::from_value::<types::Progress>(value) {
                        progress(report);
                    }
                };
                connection.call_with(&call, &mut report, Some(cancelled))?.map_err(|wire| from_wire(*wire))?
            }
        };
        serde_json::from_value(answer).map_err(|error| {
            ApiError::failed("answer", format!("The answer to {} cannot be read: {error}.", M::NAME))
        })
    }

    /// Ends the session; what was written is on the disk.
    pub fn close(self) -> Result<(), ApiError> {
        match self {
            Session::Owner { program, lock } => {
                let closed = program.close();
                drop(lock);
                closed
            }
            Session::Client(_) => Ok(()),
        }
    }
}

fn from_wire(wire: ApiErrorWire) -> ApiError {
    ApiError {
        code: wire.code,
        message: wire.message,
        detail: wire.detail.as_str().map(str::to_owned),
        exit: wire.exit,
    }
}

/// What the owner of a folder does with the calls that come through its socket.
pub fn handler(program: Arc<Program>) -> Handler {
    Arc::new(move |call, exchange: &Exchange| {
        answer(&program, &call, exchange).map_err(|error| {
            Box::new(ApiErrorWire {
                code: error.code,
                message: error.message,
                exit: error.exit,
                detail: error.detail.map_or(Value::Null, Value::String),
            })
        })
    })
}

fn answer(program: &Program, asked: &Call, exchange: &Exchange) -> Result<Value, ApiError> {
    let kind =
        kind_of(&asked.method).ok_or_else(|| ApiError::unknown("method", &one_line(&asked.method, 60)))?;
    let context: Context = serde_json::from_value(asked.context.clone()).unwrap_or_default();
    let sink = exchange.clone();
    let caller = Caller {
        program,
        actor: ACTOR.to_owned(),
        progress: Arc::new(move |report| sink.progress(serde_json::to_value(report).unwrap_or_default())),
        cancelled: exchange.cancel_flag(),
        request: Some(Request { id: context.request_id, again: context.again }),
        key: None,
    };
    call(caller, kind, &asked.method, asked.input.clone())
}
