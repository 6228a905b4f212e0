//! What a program may do: refund a charge, settle an invoice.

use super::error::ApiError;
use super::{expand, render};
use crate::http::{Ask, Form};
use crate::world::World;
use crate::world::objects::Metadata;
use serde_json::Value;

const METADATA_KEYS_AT_MOST: usize = 50;
const REASONS: [&str; 3] = ["duplicate", "fraudulent", "requested_by_customer"];

pub(crate) fn answer(world: &mut World, ask: &Ask) -> Result<Value, ApiError> {
    let form = Form::parse(&ask.body_text());
    let words = ask.words();
    let body = match (ask.method.as_str(), &words[1..]) {
        ("POST", ["refunds"]) => refund(world, &form)?,
        ("POST", ["invoices", id, "pay"]) => pay(world, &form, id)?,
        _ => return Err(ApiError::no_such_url(&ask.method, &ask.path)),
    };
    expand::expanded(world, &form, body)
}

fn refund(world: &mut World, form: &Form) -> Result<Value, ApiError> {
    if let Some(param) = form.unknown(&["charge", "payment_intent", "amount", "reason", "metadata", "expand"])
    {
        return Err(ApiError::unknown_parameter(param));
    }
    let charge = charge_of(world, form)?;
    let amount = match form.one("amount") {
        None => None,
        Some(text) => Some(
            text.parse::<i64>()
                .ok()
                .filter(|amount| *amount > 0)
                .ok_or_else(|| ApiError::invalid(format!("Invalid positive integer: {text}"), "amount"))?,
        ),
    };
    let reason = form.one("reason").map(str::to_owned);
    if let Some(reason) = reason.as_deref().filter(|reason| !REASONS.contains(reason)) {
        let message = format!("Invalid reason: must be one of {}, not {reason}", REASONS.join(", "));
        return Err(ApiError::invalid(message, "reason"));
    }
    let metadata: Metadata =
        form.inside("metadata").map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    if metadata.len() > METADATA_KEYS_AT_MOST {
        return Err(ApiError::invalid("Metadata can have at most 50 keys.", "metadata"));
    }
    let row = &world.charges[charge];
    let left = row.amount - row.refunded;
    if !row.succeeded {
        let message = format!("Charge {} has not succeeded, so it cannot be refunded.", row.id);
        return Err(ApiError::refused(None, message));
    }
    if row.dispute.is_some_and(|dispute| world.disputes[dispute].status != "won") {
        let message = format!("Charge {} has been charged back; cannot issue a refund.", row.id);
        return Err(ApiError::refused(Some("charge_disputed"), message));
    }
    if left == 0 {
        let message = format!("Charge {} has already been refunded.", row.id);
        return Err(ApiError::refused(Some("charge_already_refunded"), message));
    }
    let amount = amount.unwrap_or(left);
    if amount > left {
        let message =
            format!("Refund amount ({amount}) is greater than unrefunded amount on charge ({left})");
        return Err(ApiError::refused(Some("refund_exceeds_charge"), message));
    }
    let refund = world.refund(charge, amount, reason, metadata);
    let row = &world.refunds[refund];
    world.record.effect = Some(format!("refund {}", row.id));
    Ok(render::refund(world, row))
}

fn charge_of(world: &World, form: &Form) -> Result<usize, ApiError> {
    match (form.one("charge"), form.one("payment_intent")) {
        (Some(id), None) => {
            world.charges.position(id).ok_or_else(|| ApiError::missing("charge", id, "charge", 404))
        }
        (None, Some(id)) => {
            let intent = world.intents.get(id);
            let intent =
                intent.ok_or_else(|| ApiError::missing("payment_intent", id, "payment_intent", 404))?;
            intent.latest_charge.ok_or_else(|| {
                ApiError::refused(
                    None,
                    format!("This PaymentIntent ({id}) does not have a successful charge to refund."),
                )
            })
        }
        (None, None) => Err(ApiError::missing_parameter("charge")),
        (Some(_), Some(_)) => Err(ApiError::invalid(
            "You may only specify one of these parameters: charge, payment_intent.",
            "charge",
        )),
    }
}

fn pay(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    if let Some(param) = form.unknown(&["paid_out_of_band", "expand", "forgive", "off_session"]) {
        return Err(ApiError::unknown_parameter(param));
    }
    let outside = match form.one("paid_out_of_band") {
        None | Some("false") => false,
        Some("true") => true,
        Some(other) => {
            return Err(ApiError::invalid(format!("Invalid boolean: {other}"), "paid_out_of_band"));
        }
    };
    let Some(invoice) = world.invoices.position(id) else {
        return Err(ApiError::missing("invoice", id, "invoice", 404));
    };
    match world.invoices[invoice].status {
        "paid" => return Err(ApiError::refused(None, "Invoice is already paid".to_owned())),
        "open" | "uncollectible" => {}
        status => {
            let message = format!("Invoice {id} is {status}; only open invoices can be paid.");
            return Err(ApiError::refused(Some("invoice_not_editable"), message));
        }
    }
    if outside {
        world.paid_out_of_band(invoice);
        world.record.effect = Some(format!("invoice {id} paid out of band"));
    } else if world.invoices[invoice].status != "open" || world.invoices[invoice].intent.is_none() {
        let message = "There is no card to charge for this invoice.".to_owned();
        return Err(ApiError::refused(Some("invoice_no_payment_method"), message));
    } else {
        let paid = world.card_attempt(invoice);
        world.record.effect = Some(format!("invoice {id} {}", if paid { "charged" } else { "declined" }));
        let charge = world.invoices[invoice].intent.and_then(|intent| world.intents[intent].latest_charge);
        if let Some(charge) = charge.filter(|_| !paid) {
            let row = &world.charges[charge];
            return Err(ApiError::declined(row.decline_code.unwrap_or("generic_decline"), &row.id));
        }
    }
    Ok(render::invoice(world, &world.invoices[invoice]))
}
