//! The simulation's own records, for tests in other processes: `GET /_truth/<what>`.

use super::{app, unknown};
use crate::http::{Ask, Form, Reply};
use crate::world::World;
use serde_json::{Value, json};

const ENTRIES_AT_MOST: usize = 1000;

pub(super) fn answer(world: &mut World, ask: &Ask) -> Reply {
    let form = Form::parse(&ask.query);
    let number = |name: &str| form.one(name).and_then(|text| text.parse::<i64>().ok());
    let body = match (ask.method.as_str(), &ask.words()[1..]) {
        ("GET", ["balances"]) => world.truth.balances_json(number("at")),
        ("GET", ["entries"]) => {
            let from = number("from").and_then(|from| usize::try_from(from).ok()).unwrap_or(0);
            world.truth.entries_json(from, ENTRIES_AT_MOST)
        }
        ("GET", ["transfers"]) => transfers(world),
        ("GET", ["hand_payments"]) => Value::Array(app::hand_payments(world)),
        ("GET", ["requests"]) => world.record.json(),
        ("GET", ["idempotency_keys"]) => world.answers.json(),
        ("GET", ["mails"]) => world.inbox.mails_json(),
        ("GET", ["hooks"]) => world.inbox.posts_json(),
        ("GET", ["recurring"]) => world.recurring_json(),
        ("GET", ["identities"]) => json!({ "broken": world.broken_identities() }),
        ("GET", ["clock"]) => json!({ "now": world.now, "shown": world.shown_now() }),
        ("GET", ["counts"]) => counts(world),
        _ => return unknown(ask),
    };
    Reply::json(200, &body)
}

fn transfers(world: &World) -> Value {
    let rows = world.transfers.iter().map(|row| {
        let settles: Vec<Value> = row
            .settles
            .iter()
            .map(|(invoice, amount_minor)| json!({ "invoice": invoice, "amount_minor": amount_minor }))
            .collect();
        json!({
            "line_id": row.line_id,
            "customer": row.customer,
            "settles": settles,
            "credit_minor": row.credit_minor,
            "short_minor": row.short_minor,
            "kind": row.kind,
        })
    });
    Value::Array(rows.collect())
}

pub(crate) fn counts(world: &World) -> Value {
    json!({
        "customers": world.customers.len(),
        "subscriptions": world.subscriptions.len(),
        "invoices": world.invoices.len(),
        "invoice_payments": world.invoice_payments.len(),
        "payment_intents": world.intents.len(),
        "charges": world.charges.len(),
        "refunds": world.refunds.len(),
        "disputes": world.disputes.len(),
        "balance_transactions": world.movements.len(),
        "payouts": world.payouts.len(),
        "events": world.events.rows().len(),
        "bank_lines": world.bank_lines.len(),
        "transfers": world.transfers.len(),
        "hand_payments": world.hand_payments.len(),
        "affiliate_sales": world.affiliate_sales.len(),
        "entries": world.truth.entries().len(),
    })
}
