//! `expand[]`: an id in the answer becomes the object that it names.

use super::error::ApiError;
use super::{list, reads, render};
use crate::http::Form;
use crate::world::World;
use serde_json::Value;

const DEPTH_AT_MOST: usize = 4;

pub(crate) fn expanded(world: &World, form: &Form, mut body: Value) -> Result<Value, ApiError> {
    for path in form.many("expand") {
        let steps: Vec<&str> = path.split('.').collect();
        // `data` counts: what lies in the payments of a list of invoices is one level too deep.
        if steps.len() > DEPTH_AT_MOST {
            let message =
                format!("You cannot expand more than {DEPTH_AT_MOST} levels of a property. Property: {path}");
            return Err(ApiError::invalid(message, "expand"));
        }
        if !expand(world, &mut body, &steps) {
            let message = format!("This property cannot be expanded ({path}).");
            return Err(ApiError::invalid(message, "expand"));
        }
    }
    Ok(body)
}

/// False when the path leads nowhere.
fn expand(world: &World, value: &mut Value, steps: &[&str]) -> bool {
    if let Value::Array(items) = value {
        return items.iter_mut().all(|item| {
            // What lies below an id can only be reached through its object.
            if let Some(object) = item.as_str().and_then(|id| reads::by_id(world, id)) {
                *item = object;
            }
            expand(world, item, steps)
        });
    }
    let Some((step, rest)) = steps.split_first() else { return true };
    if *step == "payments" && value["object"] == "invoice" && value.get("payments").is_none() {
        value["payments"] = payments(world, value["id"].as_str().unwrap_or_default());
    }
    if *step == "amount_paid_off_stripe" && value["object"] == "invoice" {
        let invoice = value["id"].as_str().and_then(|id| world.invoices.get(id));
        value["amount_paid_off_stripe"] = invoice.map_or(0, |invoice| invoice.paid_off_stripe).into();
        return true;
    }
    let Some(child) = value.get_mut(*step) else {
        // An invoice payment names only the way it was paid.
        return matches!(*step, "charge" | "payment_intent" | "payment_record")
            && value.get("type").is_some();
    };
    match child {
        Value::Null => true,
        Value::String(id) => match reads::by_id(world, id) {
            Some(object) => {
                *child = object;
                expand(world, child, rest)
            }
            None => false,
        },
        _ => expand(world, child, rest),
    }
}

fn payments(world: &World, invoice: &str) -> Value {
    let position = world.invoices.position(invoice);
    let rows = world.invoice_payments.rows().iter().filter(|row| Some(row.invoice) == position);
    let data = rows.map(|row| render::invoice_payment(world, row)).collect();
    list::envelope(&format!("/v1/invoice_payments?invoice={invoice}"), data, false)
}
