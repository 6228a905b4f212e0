//! A recorded payment is taken back: its entries are reversed, its invoices open again.

use purser_core::outbox::EffectState;
use purser_store::WriteTx;
use purser_store::tables::ledger::{self, NewEntry};
use purser_store::tables::{Conn, allocations, effects, payments};
use serde_json::json;

use crate::api::types::PaymentRecorded;
use crate::books::Moment;
use crate::error::ApiError;

/// Takes a payment back and says so. One whose bank line was seen is undone at that line first.
pub(crate) fn take_back(tx: &WriteTx<'_>, moment: &Moment, id: &str) -> Result<String, ApiError> {
    let payment = payments::by_number(tx, id)?.ok_or_else(|| ApiError::unknown("payment", id))?;
    if payment.state == "undone" {
        let say = format!("{} was taken back already. Nothing was changed.", payment.number);
        return Err(ApiError::failed("payment_state", say));
    }
    if payment.state != "undeposited" {
        return Err(ApiError::failed(
            "payment_state",
            format!(
                "{} is {}. Undo its bank line first; nothing was changed.",
                payment.number, payment.state
            ),
        ));
    }
    crate::approvals::nothing_is_given_back(tx, &payment)?;
    let rows = allocations::of_funds(tx, "payment", &payment.id)?;
    crate::verbs::matching::credit_is_there(tx, &rows)?;
    let mut entries: Vec<NewEntry> = Vec::with_capacity(rows.len());
    for row in &rows {
        entries.push(ledger::reversal(tx, row.entry, row.on, "payment undone")?);
    }
    let detail = json!({"amount": payment.amount, "customer": payment.customer_name});
    let subject = format!("payment:{}", payment.number);
    let booked = moment.book(tx, "payment.undo", subject, detail, &entries)?;
    for (row, entry) in rows.iter().zip(&booked.numbers) {
        allocations::mark_undone(tx, row.key, *entry)?;
    }
    payments::set_state(tx, &payment.id, "undeposited", "undone")?;
    crate::settled::look(tx, moment, rows.iter().filter_map(|row| row.invoice))?;
    let mail = if cancel_receipt(tx, moment, &payment.receipt)? { " Its receipt stays here." } else { "" };
    Ok(format!("{} was taken back.{mail}", payment.number))
}

/// Whether the answer of a command is that it recorded a payment, which was taken back since.
pub(crate) fn was_taken_back(conn: &Conn, reply: &str) -> Result<bool, ApiError> {
    let Ok(recorded) = serde_json::from_str::<PaymentRecorded>(reply) else { return Ok(false) };
    Ok(payments::by_number(conn, &recorded.payment)?.is_some_and(|payment| payment.state == "undone"))
}

/// Takes the receipt's mail out of the outbox where it has not left; whether there was one.
fn cancel_receipt(tx: &WriteTx<'_>, moment: &Moment, receipt: &str) -> Result<bool, ApiError> {
    let Some(effect) = effects::by_idempotency_key(tx, &super::paper::mail_key(receipt))? else {
        return Ok(false);
    };
    let why = Some("the payment was undone");
    Ok(effects::change(tx, effect.key, EffectState::Queued, EffectState::Cancelled, moment.at, why)?)
}
