//! Three card payments that Stripe gives back in part: proposed, approved, sent, and told of. Each life begins from the
//! first one again: what was done is not done twice.

use std::path::Path;
use std::sync::Arc;

use purser_engine::api::{Caller, Kind, Request, call};
use purser_engine::clock::{Clock, Ids};
use purser_engine::outbox::Event;
use purser_engine::program::Program;
use serde_json::{Value, json};

use crate::say;
use crate::time::Time;
use crate::world::{CHARGES, PASSPHRASE, REFUNDS};

/// Rounds of a life at most: what is not there by then never will be.
const ROUNDS_MAX: u32 = 40;

/// One life on the refunds.
pub fn live(folder: &Path) {
    let time = Time::open(folder);
    let clock = Arc::clone(&time.clock) as Arc<dyn Clock>;
    let passphrase = Some(PASSPHRASE.to_owned().into());
    let program = Program::start(folder, clock, Arc::new(Ids::random()), passphrase).unwrap();
    step(&program);
    let charges = std::fs::read_to_string(folder.join(CHARGES)).unwrap();
    let batches: Vec<String> =
        charges.lines().zip(REFUNDS).map(|(charge, cents)| propose(&program, charge, cents)).collect();
    for _ in 0..ROUNDS_MAX {
        let states: Vec<String> = batches.iter().map(|batch| push_on(&program, batch)).collect();
        if states.iter().all(|state| state == "settled") {
            return;
        }
        time.advance(11);
        step(&program);
        act(&program, None, "sync", json!({ "providers": [] }));
    }
    panic!("a refund is never settled");
}

fn propose(program: &Program, charge: &str, cents: i64) -> String {
    let refund = json!({ "payment": charge, "amount": format!("{}.{:02}", cents / 100, cents % 100) });
    let batch = act(program, Some(charge), "refund_propose", refund);
    let id = batch["id"].as_str().unwrap().to_owned();
    say("propose", &id);
    id
}

/// Approves what waits for it; where it stands then.
fn push_on(program: &Program, batch: &str) -> String {
    let shown = answer(program, Kind::Query, None, "batch", json!({ "id": batch }));
    if shown["state"] == "proposed" {
        let input = json!({ "batch": batch, "digest": shown["digest"], "passphrase": PASSPHRASE });
        answer(program, Kind::Release, None, "approve", input);
        say("approve", shown["digest"].as_str().unwrap());
    }
    shown["state"].as_str().unwrap().to_owned()
}

fn step(program: &Program) {
    let events = program.dispatcher().unwrap().step();
    assert!(!events.iter().any(|event| matches!(event, Event::Trouble(_))), "{events:?}");
}

fn act(program: &Program, id: Option<&str>, name: &str, input: Value) -> Value {
    answer(program, Kind::Command, id, name, input)
}

fn answer(program: &Program, kind: Kind, request: Option<&str>, name: &str, input: Value) -> Value {
    let caller = Caller {
        program,
        actor: "founder".to_owned(),
        progress: Arc::new(|_| {}),
        cancelled: Arc::default(),
        request: request.map(|id| Request { id: Some(id.to_owned()), again: false }),
        key: None,
    };
    call(caller, kind, name, input).unwrap_or_else(|error| panic!("{name}: {error}"))
}
