//! The founder's answers: approve exactly what was shown, take it back, or say no.

use chrono::{DateTime, Duration, Utc};
use purser_core::outbox::EffectState;
use purser_store::WriteTx;
use purser_store::tables::approvals::{self, ApprovalState, NewApproval};
use purser_store::tables::batches::{self, Batch, BatchState, ItemState};
use purser_store::tables::{attention, effects};
use serde_json::json;

use super::amend::{find, not_open, nothing_left};
use super::ending::{ask_again, close};
use super::envelope::{contradiction, is_expired, live_items, seal};
use super::propose::subject;
use super::refund::ground_gone;
use super::words;
use crate::books::Moment;
use crate::error::ApiError;

/// The longest undo window, in seconds.
pub const UNDO_SECONDS_MAX: u32 = 300;

/// Approves a batch: `digest` is the seal of what the founder was shown. Returns the end of the undo window.
///
/// While all is paused an approval is taken, and nothing leaves.
pub fn approve(
    tx: &WriteTx<'_>,
    moment: &Moment,
    process: &str,
    batch: &str,
    digest: &str,
    undo_seconds: u32,
) -> Result<DateTime<Utc>, ApiError> {
    let batch = find(tx, batch)?;
    if batch.state != BatchState::Proposed {
        return Err(not_open(&batch));
    }
    if is_expired(&batch, moment.at) {
        return Err(ApiError::failed(
            "approval_expired",
            format!("Nothing was approved: {} waited for more than 24 hours. Propose it again.", batch.title),
        ));
    }
    let live = live_items(tx, &batch)?;
    let envelope = seal(&batch, &live);
    if envelope.digest() != digest {
        return Err(changed(&batch));
    }
    if let Some(why) = live.iter().find_map(|one| contradiction(&batch, one)) {
        return Err(refused(&format!("{why}. Reject this batch and propose it again")));
    }
    if let Some(one) = live.iter().find(|one| one.effect.state != EffectState::Held) {
        let name = &one.item.payee_name;
        return Err(refused(&format!("nobody knows yet whether the payment to {name} has left before")));
    }
    if let Some(why) = ground_gone(tx, &live)? {
        return Err(refused(&why));
    }
    let undo_until = moment.at + Duration::seconds(i64::from(undo_seconds.min(UNDO_SECONDS_MAX)));
    let approval = NewApproval {
        batch: batch.key,
        revision: batch.revision,
        digest: digest.to_owned(),
        at: moment.at,
        by: moment.actor.clone(),
        process: process.to_owned(),
        undo_until,
    };
    approvals::insert(tx, &approval)?;
    for one in &live {
        effects::hold_until(tx, one.effect.key, Some(undo_until))?;
        batches::set_item_state(tx, one.item.key, ItemState::Approved)?;
    }
    crash_point!("approval.approving");
    batches::set_state(tx, batch.key, BatchState::Approved, None)?;
    attention::resolve(tx, &subject(&batch), Some("approve_batch"), moment.at)?;
    let detail = json!({ "title": batch.title, "revision": batch.revision, "seal": digest });
    tx.audit(moment.audit("batch.approve", subject(&batch), detail))?;
    Ok(undo_until)
}

fn refused(why: &str) -> ApiError {
    ApiError::failed("approval_refused", format!("Nothing was approved: {why}."))
}

/// The founder approved something else than what is there now.
fn changed(batch: &Batch) -> ApiError {
    let how = batch.void_reason.as_ref().map(|why| format!(" {why}.")).unwrap_or_default();
    ApiError::founder(
        "approval_changed",
        format!("The list changed, so this approval is void.{how} Nothing leaves until you look again."),
    )
}

/// Takes an approval back, as long as nothing of it has been handed to the rail: the batch waits again under a
/// new revision, so that the old approval can never be used.
pub fn undo(tx: &WriteTx<'_>, moment: &Moment, batch: &str) -> Result<Batch, ApiError> {
    let batch = find(tx, batch)?;
    if batch.state != BatchState::Approved {
        return Err(not_open(&batch));
    }
    let live = live_items(tx, &batch)?;
    let untouched = nothing_left(&live) && live.iter().all(|one| one.effect.attempts == 0);
    if !untouched {
        return Err(ApiError::failed(
            "undo_too_late",
            format!("{} cannot be taken back: it has left already.", batch.title),
        ));
    }
    crash_point!("approval.undoing");
    let back = ask_again(tx, moment, &batch, &batch.title, ApprovalState::Undone, None)?;
    let detail = json!({ "title": batch.title, "revision": batch.revision });
    tx.audit(moment.audit("batch.undo", subject(&batch), detail))?;
    Ok(back)
}

/// Says no: nothing of the batch is paid. A batch that ended without being paid is put away.
pub fn reject(tx: &WriteTx<'_>, moment: &Moment, batch: &str) -> Result<String, ApiError> {
    let batch = find(tx, batch)?;
    match batch.state {
        BatchState::Proposed | BatchState::Approved => {
            let live = live_items(tx, &batch)?;
            if !nothing_left(&live) {
                return Err(ApiError::failed(
                    "batch_left",
                    format!("{} was not rejected: part of it has left already.", batch.title),
                ));
            }
            close(tx, moment, &batch, BatchState::Rejected, "batch.reject", None)?;
            Ok(format!(
                "Rejected. {} to {} stays here",
                words::money(sum(&live, &batch)?),
                words::payees(live.len())
            ))
        }
        BatchState::Failed | BatchState::Void => {
            let put_away = attention::resolve(tx, &subject(&batch), None, moment.at)?;
            if put_away == 0 {
                return Err(not_open(&batch));
            }
            tx.audit(moment.audit("batch.put_away", subject(&batch), json!({ "title": batch.title })))?;
            Ok(format!("{}: put away", batch.title))
        }
        _ => Err(not_open(&batch)),
    }
}

fn sum(live: &[super::Live], batch: &Batch) -> Result<purser_core::Money, ApiError> {
    Ok(purser_core::Money::sum(live.iter().map(|one| one.item.amount), batch.currency)?)
}
