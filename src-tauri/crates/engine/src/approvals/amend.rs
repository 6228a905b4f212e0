//! Changing a batch before its money leaves: a new revision, and the approval of the old one is void.

use purser_connectors::PaymentInstruction;
use purser_connectors::instruction::{destination_fingerprint, masked};
use purser_core::Money;
use purser_core::outbox::EffectState;
use purser_core::text::{MEMO_CHARS, bounded};
use purser_store::WriteTx;
use purser_store::tables::approvals::ApprovalState;
use purser_store::tables::batches::{self, Batch, BatchState, ItemState, RefundSplit};
use purser_store::tables::effects;

use super::ending::{ask_again, void};
use super::envelope::{Live, live_items};
use super::propose::{freeze, title_of};
use super::words;
use crate::books::Moment;
use crate::error::ApiError;

/// A change of one payment.
#[derive(Debug, Clone)]
pub struct Change {
    /// The item's id.
    pub item: String,
    /// What changes.
    pub what: Changed,
}

/// What changes.
#[derive(Debug, Clone)]
pub enum Changed {
    /// The amount; a refund's split changes with it.
    Amount(Money, Option<RefundSplit>),
    /// The full destination.
    Destination(String),
    /// It is not paid any more.
    Removed,
}

/// Changes a batch whose money has certainly not left.
///
/// The changed payments are frozen anew; an approval is void with the changes as its reason
/// (`Marta Lindqvist: $986.25 became $951.25`).
pub fn amend(tx: &WriteTx<'_>, moment: &Moment, batch: &str, changes: &[Change]) -> Result<Batch, ApiError> {
    let batch = find(tx, batch)?;
    if !matches!(batch.state, BatchState::Proposed | BatchState::Approved) {
        return Err(not_open(&batch));
    }
    let live = live_items(tx, &batch)?;
    if !nothing_left(&live) {
        return Err(ApiError::failed(
            "batch_left",
            format!("{} was not changed: part of it has left already.", batch.title),
        ));
    }
    let mut reasons = Vec::with_capacity(changes.len());
    for change in changes {
        let one = live
            .iter()
            .find(|one| one.item.id == change.item)
            .ok_or_else(|| ApiError::unknown("payment", &change.item))?;
        reasons.push(apply(tx, moment, &batch, one, &change.what)?);
    }
    crash_point!("batch.amending");
    let why = reasons.join("; ");
    let left = live_items(tx, &batch)?;
    if left.is_empty() {
        void(tx, moment, &batch, &why)?;
    } else {
        let items = left.iter().map(|one| (one.item.payee_name.as_str(), one.item.amount));
        let title = title_of(&batch.kind, items, batch.currency)?;
        ask_again(tx, moment, &batch, &title, ApprovalState::Void, Some(&why))?;
    }
    find(tx, &batch.id)
}

/// Applies one change and says it in words.
fn apply(
    tx: &WriteTx<'_>,
    moment: &Moment,
    batch: &Batch,
    one: &Live,
    what: &Changed,
) -> Result<String, ApiError> {
    let Live { item, effect } = one;
    let instruction = PaymentInstruction::from_bytes(&effect.request).map_err(|error| {
        ApiError::failed("freeze", format!("The frozen payment cannot be read: {error}."))
    })?;
    effects::change(
        tx,
        effect.key,
        effect.state,
        EffectState::Cancelled,
        moment.at,
        Some("the list changed"),
    )?;
    let (mut new, mut destination) = (item.clone(), instruction.destination);
    let said = match what {
        Changed::Removed => {
            batches::set_item_state(tx, item.key, ItemState::Void)?;
            return Ok(format!("{}: {} is not paid any more", item.payee_name, words::money(item.amount)));
        }
        Changed::Amount(amount, split) => {
            if !amount.is_positive() || amount.currency() != item.amount.currency() {
                return Err(ApiError::usage(
                    "amount",
                    "A payment is more than nothing, in the batch's currency.",
                ));
            }
            if let Some(split) = split {
                batches::set_refund(tx, item.key, split)?;
            }
            new.amount = *amount;
            format!("{}: {} became {}", item.payee_name, words::money(item.amount), words::money(*amount))
        }
        Changed::Destination(full) => {
            destination = bounded(full, MEMO_CHARS);
            new.destination_shown = masked(&destination);
            new.destination_fingerprint = destination_fingerprint(&destination);
            format!("{}: {} became {}", item.payee_name, item.destination_shown, new.destination_shown)
        }
    };
    batches::amend_item(tx, item.key, new.amount, &new.destination_shown, &new.destination_fingerprint)?;
    freeze(tx, moment, batch, &new, effect.delivery, &destination)?;
    Ok(said)
}

/// Whether every payment certainly is still here.
pub(crate) fn nothing_left(live: &[Live]) -> bool {
    live.iter().all(|one| matches!(one.effect.state, EffectState::Held | EffectState::Queued))
}

/// The batch of an id.
pub(crate) fn find(conn: &purser_store::tables::Conn, id: &str) -> Result<Batch, ApiError> {
    batches::get(conn, id)?.ok_or_else(|| ApiError::unknown("batch", id))
}

/// A decision that comes too late.
pub(crate) fn not_open(batch: &Batch) -> ApiError {
    let now = match batch.state {
        BatchState::Proposed => "waits for your approval",
        BatchState::Approved => "was approved already",
        BatchState::Sent => "was sent already",
        BatchState::Settled => "was paid already",
        BatchState::Failed => "was refused by its rail",
        BatchState::Rejected => "was rejected",
        BatchState::Void => "is void",
    };
    let why = batch.void_reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    ApiError::failed("batch_state", format!("Nothing was changed. {} {now}{why}.", batch.title))
}
