//! `metrics_save`: what counts as recurring revenue, where companies differ (C-15). Reports, glance, customers and the
//! daily report read the same rules.

use purser_core::metrics::Rules;
use purser_store::tables::{Conn, settings};
use purser_store::{StoreError, WriteTx};
use serde_json::{Value, json};

use crate::api::Caller;
use crate::api::types::*;
use crate::books::Moment;
use crate::error::ApiError;

/// Whether subscriptions that are past due count; they do where this was never set.
const PAST_DUE_COUNTS: &str = "metrics.past_due_counts";

/// What counts for this company.
pub(crate) fn rules(conn: &Conn) -> Result<Rules, StoreError> {
    let usual = Rules::default();
    let past_due_counts = settings::get(conn, PAST_DUE_COUNTS)?.unwrap_or(usual.past_due_counts);
    Ok(Rules { past_due_counts })
}

/// `metrics_save`.
pub fn metrics_save(caller: &Caller<'_>, input: MetricsSave) -> Result<Done, ApiError> {
    caller.books()?.decide(&caller.actor, move |tx, moment| {
        let before = rules(tx)?;
        let seq = keep(tx, moment, "metrics.save", input.past_due_counts)?;
        let what = json!({ "kind": "metrics", "past_due_counts": before.past_due_counts });
        let say = words(input.past_due_counts).to_owned();
        let undo = moment.offer_undo(tx, &what, &say)?;
        Ok(Done { sequence: seq.unsigned_abs(), say, undo: Some(undo) })
    })
}

/// What counts is again what counted before a decision.
pub(crate) fn take_back(tx: &WriteTx<'_>, moment: &Moment, what: &Value) -> Result<String, ApiError> {
    let usual = Rules::default().past_due_counts;
    let past_due_counts = what.get("past_due_counts").and_then(Value::as_bool).unwrap_or(usual);
    keep(tx, moment, "metrics.undo", past_due_counts)?;
    Ok(words(past_due_counts).to_owned())
}

/// Keeps the rules with an audit row, whose number is returned.
fn keep(tx: &WriteTx<'_>, moment: &Moment, action: &str, past_due_counts: bool) -> Result<i64, ApiError> {
    settings::set(tx, PAST_DUE_COUNTS, &past_due_counts)?;
    let detail = json!({ "past_due_counts": past_due_counts });
    Ok(tx.audit(moment.audit(action, "metrics", detail))?)
}

fn words(past_due_counts: bool) -> &'static str {
    if past_due_counts {
        "Customers who are past due count as recurring revenue."
    } else {
        "Customers who are past due do not count as recurring revenue until they pay."
    }
}
