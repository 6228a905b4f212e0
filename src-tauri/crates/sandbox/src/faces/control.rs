//! The strings behind the stage, for tests in other processes: `POST /_control/<what>` with form-encoded parameters.

use super::{bad, unknown};
use crate::faults::{Fault, PlannedFault};
use crate::http::{Ask, Form, Reply};
use crate::time::DAY;
use crate::world::World;
use serde_json::json;

pub(super) fn answer(world: &mut World, ask: &Ask) -> Reply {
    let form = Form::parse(&ask.body_text());
    match (ask.method.as_str(), &ask.words()[1..]) {
        ("POST", ["advance"]) => advance(world, &form),
        ("POST", ["fault"]) => match planned(&form) {
            Ok(fault) => {
                world.faults.plan(fault);
                Reply::json(200, &json!({ "planned": true }))
            }
            Err(what) => bad(&what),
        },
        ("POST", ["mail"]) => script(&form, "recipient", |to, codes| world.inbox.script_mail(to, codes)),
        ("POST", ["hook"]) => script(&form, "hook", |to, codes| world.inbox.script_hook(to, codes)),
        _ => unknown(ask),
    }
}

/// `days=3`, `seconds=90`, or `to=` a time in seconds since 1970.
fn advance(world: &mut World, form: &Form) -> Reply {
    let number = |name: &str| form.one(name).and_then(|text| text.parse::<i64>().ok());
    let to = match (number("to"), number("days"), number("seconds")) {
        (Some(to), None, None) => to,
        (None, Some(days), None) => world.now + days * DAY,
        (None, None, Some(seconds)) => world.now + seconds,
        _ => return bad("one of to, days or seconds, a whole number"),
    };
    world.advance(to);
    Reply::json(200, &json!({ "now": world.now }))
}

/// `fault=timeout_after_acting&path=/v1/refunds&method=POST`, with `seconds=` for those that have them.
fn planned(form: &Form) -> Result<PlannedFault, String> {
    let seconds = form.one("seconds").and_then(|text| text.parse::<i64>().ok());
    let fault = match form.one("fault").unwrap_or_default() {
        "too_many_requests" => {
            let retry_after_seconds = seconds.and_then(|seconds| u32::try_from(seconds).ok()).unwrap_or(1);
            Fault::TooManyRequests { retry_after_seconds }
        }
        "server_error" => Fault::ServerError,
        "server_error_after_acting" => Fault::ServerErrorAfterActing,
        "timeout_before_acting" => Fault::TimeoutBeforeActing,
        "timeout_after_acting" => Fault::TimeoutAfterActing,
        "connection_reset" => Fault::ConnectionReset,
        "connection_reset_after_acting" => Fault::ConnectionResetAfterActing,
        "repeated_event" => Fault::RepeatedEvent,
        "clock_jump" => Fault::ClockJump { seconds: seconds.ok_or("clock_jump needs seconds")? },
        other => return Err(format!("fault: there is no {other}")),
    };
    let path_prefix = form.one("path").unwrap_or("/v1").to_owned();
    Ok(PlannedFault { method: form.one("method").map(str::to_owned), path_prefix, fault })
}

/// `recipient=a@b.example&codes=451,250`, `hook=chat&codes=429,200`.
fn script(form: &Form, name: &str, mut set: impl FnMut(&str, &[u16])) -> Reply {
    let codes: Option<Vec<u16>> = form
        .one("codes")
        .map(|text| text.split(',').map(str::parse).collect::<Result<_, _>>().ok())
        .unwrap_or(None);
    match (form.one(name), codes) {
        (Some(to), Some(codes)) => {
            set(to, &codes);
            Reply::json(200, &json!({ "scripted": codes.len() }))
        }
        _ => bad(&format!("{name} and codes, like codes=451,250")),
    }
}
