//! Claiming: the last look before something leaves, in the transaction that marks it as being sent.

use purser_store::WriteTx;
use purser_store::tables::approvals::{self, ApprovalState};
use purser_store::tables::batches::{self, Batch, ItemState};
use purser_store::tables::effects::{self, Effect};
use serde_json::json;

use crate::approvals::{self as money, contradiction, envelope, is_paused, live_items, void};
use crate::books::Moment;
use crate::error::ApiError;
use crate::settled;

/// What a claim gave.
pub(crate) enum Claim {
    /// It is ours to send; attempts count this one.
    Claimed(Box<Effect>),
    /// Nothing leaves at the moment.
    Paused,
    /// Somebody else had it, it is not queued any more, or something before it has to arrive first.
    Gone,
    /// The approval is worth nothing any more: nothing of the batch leaves.
    Voided(Box<Batch>, String),
}

/// Claims a queued effect for this process.
///
/// Reads the pause flag, and for money recomputes the approval's digest from the rows and the request's own bytes.
pub(crate) fn claim(tx: &WriteTx<'_>, moment: &Moment, key: i64, process: &str) -> Result<Claim, ApiError> {
    if is_paused(tx)? {
        return Ok(Claim::Paused);
    }
    let Some(effect) = effects::by_key(tx, key)? else { return Ok(Claim::Gone) };
    if let Some(item) = effect.batch_item {
        let item = batches::item_by_key(tx, item)?.ok_or_else(|| ApiError::unknown("payment", &effect.id))?;
        let batch = batches::by_key(tx, item.batch)?.ok_or_else(|| ApiError::unknown("batch", &item.id))?;
        if let Some(why) = worthless(tx, moment, &batch)? {
            void(tx, moment, &batch, &why)?;
            return Ok(Claim::Voided(Box::new(batch), why));
        }
    }
    if settled::must_wait(tx, &effect)? || !effects::claim(tx, key, moment.at, process)? {
        return Ok(Claim::Gone);
    }
    if let Some(item) = effect.batch_item {
        batches::set_item_state(tx, item, ItemState::Sending)?;
    }
    crash_point!("outbox.claiming");
    let detail = json!({ "kind": effect.kind, "title": effect.title, "attempt": effect.attempts + 1 });
    tx.audit(moment.audit("effect.claim", format!("effect:{}", effect.id), detail))?;
    let claimed = effects::by_key(tx, key)?.ok_or_else(|| ApiError::unknown("effect", &effect.id))?;
    Ok(Claim::Claimed(Box::new(claimed)))
}

/// Why the approval of a batch is worth nothing now; `None` when it covers exactly what would be sent.
fn worthless(tx: &WriteTx<'_>, moment: &Moment, batch: &Batch) -> Result<Option<String>, ApiError> {
    let approval = approvals::newest(tx, batch.key)?
        .filter(|approval| approval.state == ApprovalState::Released && approval.revision == batch.revision);
    let Some(approval) = approval else { return Ok(Some("It has no approval".to_owned())) };
    if moment.at >= batch.expires_at {
        return Ok(Some("Its 24 hours are over, and the money had not left by then".to_owned()));
    }
    if envelope(tx, batch)?.digest() != approval.digest {
        return Ok(Some("The list is not the one that was approved".to_owned()));
    }
    let live = live_items(tx, batch)?;
    if let Some(why) = live.iter().find_map(|one| contradiction(batch, one)) {
        return Ok(Some(why));
    }
    money::ground_gone(tx, &live)
}
