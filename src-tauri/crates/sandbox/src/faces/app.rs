//! The founder's own application: `GET /app/usage?day=2026-01-31`, `/app/affiliates`, `/app/affiliate_sales`,
//! `/app/hand_payments`.

use super::{bad, unknown};
use crate::http::{Ask, Form, Reply};
use crate::time::seconds;
use crate::world::World;
use chrono::NaiveDate;
use serde_json::{Value, json};

pub(super) fn answer(world: &mut World, ask: &Ask) -> Reply {
    let rows: Vec<Value> = match (ask.method.as_str(), &ask.words()[1..]) {
        ("GET", ["usage"]) => {
            let at = match Form::parse(&ask.query).one("day") {
                None => world.now,
                Some(text) => match text.parse::<NaiveDate>() {
                    Ok(day) => seconds(day) + crate::time::DAY - 1,
                    Err(_) => return bad(&format!("day: a day like 2026-01-31, not {text}")),
                },
            };
            usage(world, at)
        }
        ("GET", ["affiliates"]) => affiliates(world),
        ("GET", ["affiliate_sales"]) => affiliate_sales(world),
        ("GET", ["hand_payments"]) => hand_payments(world),
        _ => return unknown(ask),
    };
    Reply::json(200, &Value::Array(rows))
}

fn usage(world: &World, at: i64) -> Vec<Value> {
    let rows = world.usage(at).into_iter().map(|row| {
        json!({
            "customer": row.customer,
            "metric": row.metric,
            "day": crate::time::day_text(row.day * crate::time::DAY),
            "quantity": row.quantity,
            "limit": row.limit,
        })
    });
    rows.collect()
}

fn affiliates(world: &World) -> Vec<Value> {
    let rows = world.affiliates.iter().map(|row| {
        json!({
            "id": row.id,
            "name": row.name,
            "email": format!("{}@affiliates.example", row.code),
            "code": row.code,
            "rate_basis_points": row.rate_basis_points,
            "pays_by": row.pays_by,
        })
    });
    rows.collect()
}

fn affiliate_sales(world: &World) -> Vec<Value> {
    let rows = world.affiliate_sales.iter().map(|row| {
        json!({
            "affiliate": row.affiliate,
            "customer": row.customer,
            "invoice": row.invoice,
            "at": row.at,
            "currency": row.currency,
            "net_minor": row.net_minor,
            "refunded_minor": row.refunded_minor,
            "rate_basis_points": row.rate_basis_points,
            "commission_minor": row.commission_minor,
        })
    });
    rows.collect()
}

pub(super) fn hand_payments(world: &World) -> Vec<Value> {
    let rows = world.hand_payments.iter().map(|row| {
        json!({
            "id": row.id,
            "method": row.method,
            "received_at": row.received_at,
            "invoice": row.invoice,
            "customer": row.customer,
            "amount_minor": row.amount_minor,
            "currency": row.currency,
            "check_number": row.check_number,
            "line_id": row.line_id,
        })
    });
    rows.collect()
}
