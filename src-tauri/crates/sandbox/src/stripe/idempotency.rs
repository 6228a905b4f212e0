//! Writes under an idempotency key (C-2): the first answer is stored, a 500 too, and repeated for a day.

use super::error::ApiError;
use super::writes;
use crate::faults::Fault;
use crate::http::{Ask, Reply};
use crate::time::DAY;
use crate::world::World;
use serde_json::Value;
use std::collections::BTreeMap;

const KEY_LENGTH_AT_MOST: usize = 255;

#[derive(Debug)]
struct Stored {
    at: i64,
    method: String,
    path: String,
    body: Vec<u8>,
    reply: Reply,
}

/// What was answered under which key of which secret.
#[derive(Debug, Default)]
pub(crate) struct StoredAnswers(BTreeMap<(String, String), Stored>);

impl StoredAnswers {
    fn prune(&mut self, now: i64) {
        self.0.retain(|_, stored| now - stored.at < DAY);
    }

    /// `[{key, at, method, path, status}]`, without secrets.
    pub(crate) fn json(&self) -> Value {
        let rows = self.0.iter().map(|((_, key), stored)| {
            serde_json::json!({
                "key": key,
                "at": stored.at,
                "method": stored.method,
                "path": stored.path,
                "status": stored.reply.status,
            })
        });
        Value::Array(rows.collect())
    }
}

/// Performs a write, or repeats what was answered before. The flag says which.
pub(crate) fn write(world: &mut World, ask: &Ask, fault: Option<Fault>, request_id: &str) -> (Reply, bool) {
    let Some(key) = ask.header("idempotency-key").map(str::to_owned) else {
        return (act(world, ask, fault, request_id, None).0, false);
    };
    if key.is_empty() || key.len() > KEY_LENGTH_AT_MOST {
        let message =
            format!("Idempotency keys hold 1 to {KEY_LENGTH_AT_MOST} characters, yours {}.", key.len());
        return (ApiError::idempotency(message).reply(), false);
    }
    world.answers.prune(world.now);
    let owner = (ask.header("authorization").unwrap_or_default().to_owned(), key.clone());
    if let Some(stored) = world.answers.0.get(&owner) {
        if stored.method != ask.method || stored.path != ask.path || stored.body != ask.body {
            let message = format!(
                "Keys for idempotent requests can only be used with the same parameters they were first used \
                 with. Try using a key other than '{key}' if you meant to execute a different request."
            );
            return (ApiError::idempotency(message).reply(), false);
        }
        return (stored.reply.clone().with("idempotent-replayed", "true"), true);
    }
    let (reply, saved) = act(world, ask, fault, request_id, Some(&key));
    if saved {
        let reply = reply.clone();
        let stored = Stored {
            at: world.now,
            method: ask.method.clone(),
            path: ask.path.clone(),
            body: ask.body.clone(),
            reply,
        };
        world.answers.0.insert(owner, stored);
    }
    (reply, false)
}

/// The answer, and whether it is stored: yes once the endpoint has begun to act.
fn act(
    world: &mut World,
    ask: &Ask,
    fault: Option<Fault>,
    request_id: &str,
    key: Option<&str>,
) -> (Reply, bool) {
    if fault == Some(Fault::ServerError) {
        return (ApiError::server().reply(), true);
    }
    world.events.request = Some((request_id.to_owned(), key.map(str::to_owned)));
    let done = writes::answer(world, ask);
    world.events.request = None;
    match done {
        Ok(_) if fault == Some(Fault::ServerErrorAfterActing) => (ApiError::server().reply(), true),
        Ok(body) => (Reply::json(200, &body), true),
        Err(error) => (error.reply(), error.saved),
    }
}
