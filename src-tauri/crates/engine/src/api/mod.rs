//! The application interface: one list of typed queries and commands, the same for the window,
//! the local socket and the command line.

pub mod methods;
pub mod registry;
pub mod session;
pub mod types;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use purser_core::approval::sha256_hex;
use purser_store::tables::requests;

use crate::books::{Books, RequestKey, stamp};
use crate::error::ApiError;
use crate::program::Program;
use crate::screen_lock;
use crate::verbs::payments;
pub use methods::{METHODS, bindings, method};
pub use registry::{Kind, Method};
pub use session::Session;

/// Where progress goes.
pub type ProgressSink = Arc<dyn Fn(types::Progress) + Send + Sync>;

/// One call: who calls, and how it hears of the work.
pub struct Caller<'a> {
    /// The program that is called.
    pub program: &'a Program,
    /// Who decides, for the audit: `founder` from the window, `founder (command line)`.
    pub actor: String,
    /// Progress of long work.
    pub progress: ProgressSink,
    /// Set when the caller gave up; long work looks at it and undoes itself.
    pub cancelled: Arc<AtomicBool>,
    /// How a repeated command is recognised; `None` in the window, where each click is meant.
    pub request: Option<Request>,
    /// Filled in by [`call`].
    pub key: Option<RequestKey>,
}

/// How a repeated command is recognised.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The caller's own id for it.
    pub id: Option<String>,
    /// Do it again although the same was done within 24 hours.
    pub again: bool,
}

/// What long work needs to know of who asked for it.
#[derive(Clone)]
pub struct Errand {
    /// Who decides, for the audit.
    pub actor: String,
    /// Progress of long work.
    pub progress: ProgressSink,
    /// Set when it is to stop; long work looks at it and undoes itself.
    pub cancelled: Arc<AtomicBool>,
}

impl Errand {
    /// Ends long work with an error once it is to stop.
    pub fn check_cancelled(&self) -> Result<(), ApiError> {
        check_cancelled(&self.cancelled)
    }
}

impl Caller<'_> {
    /// What long work needs to know of this call.
    pub fn errand(&self) -> Errand {
        Errand {
            actor: self.actor.clone(),
            progress: Arc::clone(&self.progress),
            cancelled: Arc::clone(&self.cancelled),
        }
    }

    /// The open company.
    pub fn books(&self) -> Result<Books, ApiError> {
        let mut books = self.program.books()?;
        books.request = self.key.clone();
        Ok(books)
    }

    /// Ends long work with an error once the caller gave up.
    pub fn check_cancelled(&self) -> Result<(), ApiError> {
        check_cancelled(&self.cancelled)
    }
}

/// Ends long work with an error once its caller gave up.
pub fn check_cancelled(cancelled: &AtomicBool) -> Result<(), ApiError> {
    if cancelled.load(Ordering::Relaxed) {
        return Err(ApiError::failed("cancelled", "Cancelled. Nothing was changed."));
    }
    Ok(())
}

/// Calls a method: `kind` is what the caller may do, checked against the list.
pub fn call(mut caller: Caller<'_>, kind: Kind, name: &str, input: Value) -> Result<Value, ApiError> {
    let listed = METHODS.iter().find(|(listed, _)| *listed == name);
    match listed {
        Some((_, listed)) if *listed == kind => {
            guard_screen(caller.program, kind, name)?;
            let _deciding = caller.program.handover.begin(kind)?;
            if let Some(answer) = earlier_answer(&mut caller, name, &input)? {
                return Ok(answer);
            }
            methods::dispatch(&caller, name, input)
        }
        Some((_, listed)) => Err(ApiError::usage(
            "wrong_kind",
            format!("{name} is a {} and cannot be called as a {}.", listed.as_str(), kind.as_str()),
        )),
        None => Err(ApiError::unknown("method", name)),
    }
}

/// Nothing is shown on a locked screen; and what the founder does keeps it open.
fn guard_screen(program: &Program, kind: Kind, name: &str) -> Result<(), ApiError> {
    program.lock_if_idle();
    if program.screen.is_locked() && !screen_lock::METHODS.contains(&name) {
        return Err(screen_lock::locked());
    }
    // Queries come by themselves whenever something changed: they prove nobody's presence.
    if kind != Kind::Query {
        program.screen.touch(program.clock().now());
    }
    Ok(())
}

/// The answer that the same command got before: under its request id, or (without one) within 24 hours.
fn earlier_answer(caller: &mut Caller<'_>, name: &str, input: &Value) -> Result<Option<Value>, ApiError> {
    let Some(request) = caller.request.clone() else { return Ok(None) };
    let Ok(books) = caller.program.books() else { return Ok(None) };
    let digest = sha256_hex(format!("{name} {input}").as_bytes());
    let now = books.clock.now();
    let found = books.read(|tx| {
        Ok(match &request.id {
            Some(id) => requests::by_id(tx, id)?,
            None if request.again => None,
            None => {
                let since = stamp(now - chrono::Duration::hours(24));
                for answer in requests::by_digest(tx, &digest, &since)? {
                    // Who took it back and does it again means it.
                    if !payments::was_taken_back(tx, &answer.reply)? {
                        return Ok(Some(answer));
                    }
                }
                None
            }
        })
    })?;
    if let Some(answer) = found {
        if answer.digest != digest {
            return Err(ApiError::usage(
                "request_id_used",
                "This request id was used for another command. Nothing was done; choose a new id.",
            ));
        }
        let mut reply: Option<Value> = serde_json::from_str(&answer.reply).ok();
        if request.id.is_none()
            && let Some(reply) = &mut reply
        {
            say_it_is_known(reply);
        }
        return Ok(reply);
    }
    let id = request.id.unwrap_or_else(|| books.ids.next(now));
    caller.key = Some(RequestKey { id, method: name.to_owned(), digest });
    Ok(None)
}

/// A command that only looks like one of before is answered, not done: whoever gave it on purpose has to hear that.
fn say_it_is_known(reply: &mut Value) {
    let say = if reply.get("done").is_some() { reply.pointer_mut("/done/say") } else { reply.get_mut("say") };
    if let Some(Value::String(say)) = say {
        say.insert_str(
            0,
            "Nothing new was done, because the same was done within 24 hours (--again does it once more). ",
        );
    }
}

/// The kind of a method.
pub fn kind_of(name: &str) -> Option<Kind> {
    METHODS.iter().find(|(listed, _)| *listed == name).map(|(_, kind)| *kind)
}

pub(crate) fn read_input<T: DeserializeOwned>(name: &str, input: Value) -> Result<T, ApiError> {
    let input = if input.is_null() { Value::Object(serde_json::Map::new()) } else { input };
    serde_json::from_value(input)
        .map_err(|error| ApiError::usage("input", format!("The input of {name} cannot be read: {error}.")))
}

pub(crate) fn write_output<T: Serialize>(output: T) -> Result<Value, ApiError> {
    serde_json::to_value(output)
        .map_err(|error| ApiError::failed("output", format!("The answer cannot be written: {error}.")))
}
