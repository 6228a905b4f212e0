//! Stripe's REST interface in one pinned version.

mod auth;
mod error;
mod expand;
pub(crate) mod idempotency;
mod list;
mod reads;
pub(crate) mod render;
pub(crate) mod webhook;
mod writes;

use crate::faults::Fault;
use crate::http::{Ask, Fate, Reply};
use crate::record::RequestRecord;
use crate::world::World;
use error::ApiError;
use serde_json::Value;

/// The version that is spoken: the newest on the day of the fixtures (21 August 2026).
pub const API_VERSION: &str = "2026-07-29.dahlia";

/// Answers a request under `/v1`.
pub(crate) fn answer(world: &mut World, ask: &Ask) -> Reply {
    let fault = world.faults.next(&ask.method, &ask.path, &ask.query);
    if let Some(Fault::ClockJump { seconds }) = fault {
        jump(world, seconds);
    }
    let request_id = world.new_request_id();
    let (reply, replayed) = through(world, ask, fault, &request_id);
    record(world, ask, &reply, replayed, fault);
    reply
        .with("request-id", request_id)
        .with("stripe-version", ask.header("stripe-version").unwrap_or(API_VERSION))
}

/// Forward the world lives through the time; backward only the shown clock is wrong.
pub(crate) fn jump(world: &mut World, seconds: i64) {
    if seconds > 0 {
        world.advance(world.now + seconds);
    } else {
        world.skew += seconds;
    }
}

fn through(world: &mut World, ask: &Ask, fault: Option<Fault>, request_id: &str) -> (Reply, bool) {
    match fault {
        Some(Fault::TooManyRequests { retry_after_seconds }) => {
            let reply = ApiError::too_many_requests().reply();
            return (reply.with("retry-after", retry_after_seconds.to_string()), false);
        }
        Some(Fault::TimeoutBeforeActing) => return (Reply::lost(Fate::Hangs), false),
        Some(Fault::ConnectionReset) => return (Reply::lost(Fate::Reset), false),
        _ => {}
    }
    let (mut reply, replayed) = match auth::check(world, ask) {
        Err(error) => (error.reply(), false),
        Ok(()) if ask.method == "GET" => (read(world, ask, fault), false),
        Ok(()) => idempotency::write(world, ask, fault, request_id),
    };
    match fault {
        Some(Fault::TimeoutAfterActing) => reply.fate = Fate::Hangs,
        Some(Fault::ConnectionResetAfterActing) => reply.fate = Fate::Reset,
        _ => {}
    }
    (reply, replayed)
}

fn read(world: &World, ask: &Ask, fault: Option<Fault>) -> Reply {
    if matches!(fault, Some(Fault::ServerError | Fault::ServerErrorAfterActing)) {
        return ApiError::server().reply();
    }
    match reads::answer(world, ask) {
        Ok(mut body) => {
            if fault == Some(Fault::RepeatedEvent) {
                repeat_one(&mut body);
            }
            Reply::json(200, &body)
        }
        Err(error) => error.reply(),
    }
}

/// The first event of a page comes twice.
fn repeat_one(body: &mut Value) {
    let Some(data) = body["data"].as_array_mut() else { return };
    if let Some(first) = data.first().filter(|first| first["object"] == "event").cloned() {
        data.insert(0, first);
    }
}

fn record(world: &mut World, ask: &Ask, reply: &Reply, replayed: bool, fault: Option<Fault>) {
    let effect = world.record.effect.take();
    if ask.method == "GET" {
        world.record.reads += 1;
        if fault.is_none() {
            return;
        }
    }
    world.record.requests.push(RequestRecord {
        at: world.now,
        method: ask.method.clone(),
        path: ask.path.clone(),
        body: ask.body_text(),
        idempotency_key: ask.header("idempotency-key").map(str::to_owned),
        status: if reply.fate == Fate::Sent { reply.status } else { 0 },
        effect,
        replayed,
        fault: fault.map(|fault| format!("{fault:?}")),
    });
}
