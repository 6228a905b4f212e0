//! The verbs of a founder's morning through the application interface: files in, matching, payments recorded, a
//! refund. Each life begins from the first one again: what was done is not done twice.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use purser_engine::api::{Caller, Kind, Request, call};
use purser_engine::clock::{Clock, Ids};
use purser_engine::outbox::Event;
use purser_engine::program::Program;
use serde_json::{Value, json};

use crate::say;
use crate::time::Time;
use crate::world::PASSPHRASE;

/// One life on the verbs.
pub fn live(folder: &Path) {
    let time = Time::open(folder);
    let clock = Arc::clone(&time.clock) as Arc<dyn Clock>;
    let passphrase = Some(PASSPHRASE.to_owned().into());
    let program = Program::start(folder, clock, Arc::new(Ids::random()), passphrase).unwrap();
    program.dispatcher().unwrap().step();
    let ask = |name: &str, input: Value| answer(&program, Kind::Query, None, name, input);
    let act = |id: &str, name: &str, input: Value| {
        let reply = answer(&program, Kind::Command, Some(id), name, input);
        say("verb", id);
        reply
    };
    act("customers", "import_customers", json!({ "path": demo("customers.csv"), "skip_bad": false }));
    act("invoices", "import_invoices", json!({ "path": demo("invoices.csv"), "skip_bad": false }));
    for again in ["statement", "statement again"] {
        let statement = json!({
            "path": demo("mercury.csv"), "account": "Mercury", "format": "auto", "mapping": null, "skip_bad": false
        });
        act(again, "import_statement", statement);
    }
    act("match", "match_run", json!({ "apply": true }));
    let recorded = act("check", "payment_record", payment("cus_fathom", "1899.50", "check", "20417"));
    act("cash", "payment_record", payment("cus_harrow", "348.00", "cash", ""));
    let refund = json!({ "payment": recorded["payment"], "amount": "10.00" });
    let batch = act("refund", "refund_propose", refund);
    let batch = batch["id"].as_str().unwrap();
    for _ in 0..10 {
        let shown = ask("batch", json!({ "id": batch }));
        if shown["state"] == "sent" {
            let verified = answer(&program, Kind::Command, None, "verify", json!({}));
            assert_eq!(verified["ok"], true, "{verified}");
            return;
        }
        if shown["state"] == "proposed" {
            let input = json!({ "batch": batch, "digest": shown["digest"], "passphrase": PASSPHRASE });
            answer(&program, Kind::Release, None, "approve", input);
        }
        time.advance(11);
        let events = program.dispatcher().unwrap().step();
        assert!(!events.iter().any(|event| matches!(event, Event::Trouble(_))), "{events:?}");
    }
    panic!("the refund never left");
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

fn payment(customer: &str, amount: &str, method: &str, reference: &str) -> Value {
    json!({
        "customer": customer, "amount": amount, "currency": "USD", "method": method,
        "received_on": "2026-11-12", "reference": reference, "note": "", "allocations": [], "proof": "",
        "email_receipt": true
    })
}

fn demo(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/demo").join(file)
}
