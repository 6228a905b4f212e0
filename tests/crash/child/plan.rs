//! The plan of payments: whatever of it is not done yet.

use std::collections::HashMap;
use std::path::Path;

use crate::life::{Life, SILENT};
use crate::say;
use crate::world::{PLAN, Planned, Twist, accepted, amended, payee, usd};
use purser_core::Account;
use purser_core::booking::{Funds, to_credit};
use purser_core::outbox::{Delivery, EffectState};
use purser_engine::api::types::{Approve, EffectResolve};
use purser_engine::approvals::{
    BatchDraft, Change, Changed, ItemDraft, RailName, amend, envelope, propose, view,
};
use purser_engine::crash::reached;
use purser_engine::outbox::{Event, enqueue};
use purser_store::tables::approvals;
use purser_store::tables::batches::{self, Batch, BatchItem, BatchState, ItemState, RefundSplit};
use purser_store::tables::effects::{self, NewEffect};
use serde_json::json;

const FOUNDER: &str = "founder";
/// Rounds of a life at most: a plan that is not done by then never will be.
const ROUNDS_MAX: u32 = 40;

/// One life on the plan.
pub fn live(folder: &Path) {
    let life = Life::open(folder);
    for _ in 0..ROUNDS_MAX {
        settle(&life);
        record_and_propose(&life);
        decide(&life);
        life.time.advance(11);
        settle(&life);
        answer(&life, folder);
        if everything_has_ended(&life) {
            // What nobody answered is void a day later.
            life.time.advance(90_000);
            settle(&life);
            return;
        }
    }
    panic!("the plan is not done after {ROUNDS_MAX} rounds");
}

/// Lets the outbox work until it rests.
fn settle(life: &Life) {
    for _ in 0..ROUNDS_MAX {
        let events = life.dispatcher.step();
        if events.is_empty() {
            return;
        }
        for event in events {
            if let Event::Trouble(error) = event {
                panic!("the outbox is in trouble: {error}");
            }
        }
    }
    panic!("the outbox never rests");
}

/// The plan's batches as far as they were proposed.
fn proposed(life: &Life) -> HashMap<usize, (Batch, Vec<BatchItem>)> {
    let batches = life.books.read(|tx| {
        let mut all = Vec::new();
        for batch in batches::newest(tx, 100)? {
            let items = batches::items(tx, batch.key)?;
            all.push((batch, items));
        }
        Ok(all)
    });
    let number = |items: &[BatchItem]| {
        (0..PLAN.len()).find(|number| items.iter().any(|item| item.payee == payee(*number, 0))).unwrap()
    };
    batches.unwrap().into_iter().map(|(batch, items)| (number(&items), (batch, items))).collect()
}

/// Records what is not recorded, and proposes what is not proposed.
fn record_and_propose(life: &Life) {
    let known = proposed(life);
    for (number, planned) in PLAN.iter().enumerate() {
        if !known.contains_key(&number) {
            record(life, number, planned);
            propose_one(life, number, planned);
        }
    }
    for (number, (batch, items)) in proposed(life) {
        let planned = &PLAN[number];
        if planned.twist == Twist::Amended && items[0].amount == usd(planned.amounts[0]) {
            amend_one(life, number, &batch, &items[0]);
        }
    }
}

/// A fact comes in: customers have credit, and a note about it is queued in the same transaction.
fn record(life: &Life, number: usize, planned: &Planned) {
    let id = format!("note-{number}");
    if life.books.read(|tx| Ok(effects::get(tx, &id)?)).unwrap().is_some() {
        return;
    }
    let amounts = planned.amounts;
    let note = id.clone();
    let recorded = life.books.decide(FOUNDER, move |tx, moment| {
        let mut entries = Vec::new();
        for (item, minor) in amounts.iter().enumerate() {
            let funds = Funds::Line(payee(number, item));
            let entry = to_credit(&funds, &payee(number, item), usd(*minor), moment.today(), "credit")?;
            entries.push(entry.into());
        }
        let effect = NewEffect {
            id: note.clone(),
            kind: "chat.note".into(),
            via: "neither".into(),
            title: format!("Note {number}"),
            delivery: Delivery::Neither,
            idempotency_key: note.clone(),
            request: json!({ "id": note }).to_string().into_bytes(),
            amount: None,
            batch_item: None,
            created_at: moment.at,
        };
        // Two notes are enough to be interrupted; more only cost time.
        if number < 2 {
            enqueue(tx, &effect)?;
        }
        moment.book(tx, "test.record", format!("record:{number}"), json!({}), &entries)?;
        Ok(())
    });
    recorded.unwrap();
    say("record", &number.to_string());
}

fn propose_one(life: &Life, number: usize, planned: &Planned) {
    let rail = RailName {
        name: planned.rail.into(),
        title: planned.rail.into(),
        delivery: Delivery::parse(planned.rail).unwrap(),
    };
    let silent = if planned.twist == Twist::Answered { SILENT } else { "" };
    let items = planned.amounts.iter().enumerate().map(|(item, minor)| ItemDraft {
        payee: payee(number, item),
        payee_name: format!("Payee {number}.{item}"),
        text: format!("refund {silent}"),
        amount: usd(*minor),
        destination: format!("account 0000 000{number}{item}"),
        refund: Some(split(number, item, *minor)),
    });
    let draft = BatchDraft {
        kind: "refund".into(),
        rail,
        source_account: Account::known("Assets:Bank:Mercury"),
        held: vec![],
        items: items.collect(),
    };
    let batch = life.books.decide(FOUNDER, move |tx, moment| propose(tx, moment, &draft)).unwrap();
    reached("batch.proposed");
    say("propose", &batch.id);
}

fn split(number: usize, item: usize, minor: i128) -> RefundSplit {
    RefundSplit {
        payment: format!("payment-{number}"),
        customer: payee(number, item),
        credit: usd(minor),
        revenue: usd(0),
        tax: usd(0),
    }
}

fn amend_one(life: &Life, number: usize, batch: &Batch, item: &BatchItem) {
    let minor = amended(item.amount.minor());
    let what = Changed::Amount(usd(minor), Some(split(number, 0, minor)));
    let change = Change { item: item.id.clone(), what };
    let id = batch.id.clone();
    life.books.decide(FOUNDER, move |tx, moment| amend(tx, moment, &id, &[change])).unwrap();
    reached("batch.amended");
    say("amend", &batch.id);
}

/// The founder answers every proposal but the ignored one.
fn decide(life: &Life) {
    for (number, (batch, _)) in proposed(life) {
        let planned = &PLAN[number];
        if batch.state != BatchState::Proposed || planned.twist == Twist::Ignored {
            continue;
        }
        approve(life, &batch);
        let first = life.books.read(|tx| Ok(approvals::newest(tx, batch.key)?)).unwrap().unwrap();
        if planned.twist == Twist::Undone && first.revision == 1 {
            view::undo_approval(&life.books, FOUNDER, &batch.id).unwrap();
            say("undo", &batch.id);
            approve(life, &batch);
        }
    }
}

fn approve(life: &Life, batch: &Batch) {
    let id = batch.id.clone();
    let digest = life
        .books
        .read(|tx| {
            let batch = batches::get(tx, &id)?.unwrap();
            Ok(envelope(tx, &batch)?.digest())
        })
        .unwrap();
    let input = Approve { batch: batch.id.clone(), digest: digest.clone(), passphrase: None };
    view::approve(&life.books, FOUNDER, &input).unwrap();
    say("approve", &digest);
}

/// The founder looks at the rail's own record and says what became of the payment that got no answer.
fn answer(life: &Life, folder: &Path) {
    for (number, (_, items)) in proposed(life) {
        if PLAN[number].twist != Twist::Answered || items[0].state != ItemState::Unknown {
            continue;
        }
        let effect = life.books.read(|tx| Ok(effects::of_item(tx, items[0].key)?)).unwrap().unwrap();
        let arrived = accepted(folder, Delivery::Neither)
            .iter()
            .any(|record| record.request["id"] == items[0].id.as_str());
        let answer = if arrived { "sent" } else { "again" };
        let input = EffectResolve { id: effect.id.clone(), answer: answer.into() };
        view::resolve(&life.books, FOUNDER, &input).unwrap();
        say("resolve", &effect.id);
    }
}

/// Whether everything of the plan was sent, except what only the founder can clear up or never answered.
fn everything_has_ended(life: &Life) -> bool {
    let known = proposed(life);
    let items_ended = known.iter().all(|(number, (_, items))| {
        let may_be_unknown = PLAN[*number].rail == "neither" && PLAN[*number].twist != Twist::Answered;
        PLAN[*number].twist == Twist::Ignored
            || items.iter().all(|item| {
                item.state == ItemState::Sent || may_be_unknown && item.state == ItemState::Unknown
            })
    });
    let queued = life.books.read(|tx| Ok(effects::count(tx, EffectState::Queued)?)).unwrap();
    known.len() == PLAN.len() && items_ended && queued == 0
}
