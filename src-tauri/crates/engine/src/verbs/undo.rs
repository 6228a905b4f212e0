//! Taking a decision back by the token that it returned.

use purser_store::WriteTx;
use purser_store::tables::{requests, rules};
use serde_json::{Value, json};

use crate::api::Caller;
use crate::api::types::*;
use crate::books::Moment;
use crate::error::ApiError;
use crate::verbs::{charges, files, invoices, matching, metrics, payments, today};

/// A payment can be taken back by its name at any time, not only by the token that recording it gave.
pub(crate) const STANDING_PAYMENT: &str = "payment:";

/// `undo`.
pub fn undo(caller: &Caller<'_>, input: ById) -> Result<Done, ApiError> {
    let books = caller.books()?;
    let (say, what) = books.decide(&caller.actor, move |tx, moment| {
        let what = match input.id.strip_prefix(STANDING_PAYMENT) {
            Some(number) => json!({"kind": "payment", "id": number}),
            None => taken_up(tx, moment, &input.id)?,
        };
        Ok((take_back(tx, moment, &what)?, what))
    })?;
    // What was taken back may explain other lines differently now.
    if matches!(text(&what, "kind"), "job" | "jobs_rest") {
        caller.program.ring();
    } else if !matches!(text(&what, "kind"), "rule" | "attention" | "metrics") {
        matching::refresh(&books)?;
    }
    if text(&what, "kind") == "charge" {
        charges::ask(&books, &caller.actor)?;
    }
    Ok(Done { sequence: books.store.sequence(), say, undo: None })
}

/// What the offer of this token takes back; the offer is used up.
fn taken_up(tx: &WriteTx<'_>, moment: &Moment, token: &str) -> Result<Value, ApiError> {
    let offer = requests::undo(tx, token)?.ok_or_else(|| ApiError::unknown("undo", token))?;
    if !requests::use_undo(tx, token, &moment.stamp())? {
        let said = offer.say.trim_end_matches('.');
        return Err(ApiError::failed("undo_used", format!("This was taken back already: {said}.")));
    }
    serde_json::from_str(&offer.what)
        .map_err(|error| ApiError::failed("undo_unreadable", format!("Nothing was taken back: {error}.")))
}

fn text<'a>(what: &'a Value, field: &str) -> &'a str {
    what.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn take_back(tx: &WriteTx<'_>, moment: &Moment, what: &Value) -> Result<String, ApiError> {
    let id = text(what, "id");
    match text(what, "kind") {
        "match" => matching::take_back(tx, moment, id),
        "match_reject" => matching::take_back_rejection(tx, moment, id),
        "payment" => payments::take_back(tx, moment, id),
        "charge" => {
            let entry = what.get("entry").and_then(Value::as_i64).unwrap_or_default();
            charges::take_back(tx, moment, id, entry)
        }
        "import" => files::take_back_import(tx, moment, id),
        "write_off" => invoices::take_back_write_off(tx, moment, id),
        "job" => crate::jobs::take_back(tx, moment, what),
        "jobs_rest" => crate::jobs::rest::take_back(tx, moment, what),
        "attention" => today::ask_again(tx, moment, id),
        "rule" => remember_again(tx, moment, what),
        "metrics" => metrics::take_back(tx, moment, what),
        other => Err(ApiError::failed(
            "undo_unknown",
            format!(
                "A newer program made this decision ({other}), this one cannot take it back. Nothing was changed."
            ),
        )),
    }
}

/// A forgotten payee is remembered as before.
fn remember_again(tx: &WriteTx<'_>, moment: &Moment, what: &Value) -> Result<String, ApiError> {
    let (id, payee, account) = (text(what, "id"), text(what, "payee"), text(what, "account"));
    let outgoing = what.get("outgoing").and_then(Value::as_bool).unwrap_or(true);
    if rules::find(tx, payee, outgoing)?.is_some() {
        return Err(ApiError::failed(
            "rule_exists",
            format!("{payee} has another category by now. Nothing was changed."),
        ));
    }
    rules::remember(tx, id, payee, outgoing, account, &moment.today().to_string())?;
    rules::count_use(tx, id, what.get("used").and_then(Value::as_i64).unwrap_or(0))?;
    let detail = json!({ "payee": payee, "account": account });
    tx.audit(moment.audit("rule.restore", format!("rule:{id}"), detail))?;
    Ok(format!("Lines of {payee} go to {account} again."))
}
