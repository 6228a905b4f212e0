//! How batches and approvals end: windows run out, answers stay away, processes die, banks confirm.

use purser_core::attention::{Attention, Severity};
use purser_core::outbox::EffectState;
use purser_store::WriteTx;
use purser_store::tables::approvals::{self, ApprovalState};
use purser_store::tables::batches::{self, Batch, BatchState, ItemState};
use purser_store::tables::{attention, effects};
use serde_json::json;

use super::amend::find;
use super::envelope::{is_expired, live_items};
use super::propose::{ask, audit_revision, expiry, route, subject};
use crate::books::Moment;
use crate::error::ApiError;

/// Proposes a batch anew under the next revision, with every payment held again.
///
/// Its approval, if it has one, ends as `Undone` or `Void`. The caller has seen that nothing left.
pub(crate) fn ask_again(
    tx: &WriteTx<'_>,
    moment: &Moment,
    batch: &Batch,
    title: &str,
    ends_as: ApprovalState,
    why: Option<&str>,
) -> Result<Batch, ApiError> {
    end_approval(tx, moment, batch, ends_as, why)?;
    for one in live_items(tx, batch)? {
        effects::change(tx, one.effect.key, EffectState::Queued, EffectState::Held, moment.at, None)?;
        effects::hold_until(tx, one.effect.key, None)?;
        batches::set_item_state(tx, one.item.key, ItemState::Proposed)?;
    }
    batches::next_revision(tx, batch, title, moment.at, expiry(moment.at), why)?;
    let batch = find(tx, &batch.id)?;
    audit_revision(tx, moment, &batch, "batch.revise", why)?;
    ask(tx, moment, &batch, why.unwrap_or("Unanswered, nothing is paid"))?;
    Ok(batch)
}

/// Proposes a batch of a restored store anew, once it is certain that nothing of it left.
pub(crate) fn ask_once_more(
    tx: &WriteTx<'_>,
    moment: &Moment,
    batch: &Batch,
    why: &str,
) -> Result<(), ApiError> {
    ask_again(tx, moment, batch, &batch.title, ApprovalState::Void, Some(why))?;
    Ok(())
}

/// Ends an approval that is still worth something; whether there was one.
fn end_approval(
    tx: &WriteTx<'_>,
    moment: &Moment,
    batch: &Batch,
    ends_as: ApprovalState,
    why: Option<&str>,
) -> Result<bool, ApiError> {
    let Some(approval) = approvals::newest(tx, batch.key)? else { return Ok(false) };
    if !matches!(approval.state, ApprovalState::Window | ApprovalState::Released) {
        return Ok(false);
    }
    Ok(approvals::change(tx, approval.key, approval.state, ends_as, moment.at, why)?)
}

/// Voids what has certainly not left of a batch. A batch that the founder had approved is put before them once
/// more, so that they do not believe it paid.
pub(crate) fn void(tx: &WriteTx<'_>, moment: &Moment, batch: &Batch, why: &str) -> Result<(), ApiError> {
    close(tx, moment, batch, BatchState::Void, "batch.void", Some(why))
}

/// Ends a batch as `Void` or `Rejected`.
pub(crate) fn close(
    tx: &WriteTx<'_>,
    moment: &Moment,
    batch: &Batch,
    state: BatchState,
    action: &str,
    why: Option<&str>,
) -> Result<(), ApiError> {
    let was_approved = end_approval(tx, moment, batch, ApprovalState::Void, why)?;
    for one in live_items(tx, batch)? {
        let from = one.effect.state;
        if matches!(from, EffectState::Held | EffectState::Queued) {
            effects::change(tx, one.effect.key, from, EffectState::Cancelled, moment.at, why)?;
            batches::set_item_state(tx, one.item.key, ItemState::Void)?;
        }
    }
    batches::set_state(tx, batch.key, state, why)?;
    settle_state(tx, moment, batch.key)?;
    attention::resolve(tx, &subject(batch), Some("approve_batch"), moment.at)?;
    // What the founder had approved they may believe paid.
    if state == BatchState::Void && (was_approved || batch.state == BatchState::Approved) {
        raise_void(tx, moment, batch, why.unwrap_or_default())?;
    }
    let detail = json!({ "title": batch.title, "revision": batch.revision, "why": why });
    tx.audit(moment.audit(action, subject(batch), detail))?;
    Ok(())
}

fn raise_void(tx: &WriteTx<'_>, moment: &Moment, batch: &Batch, why: &str) -> Result<(), ApiError> {
    let part = batches::items(tx, batch.key)?.iter().any(|item| item.entry.is_some());
    let title = if part {
        format!("Part of “{}” was not paid", batch.title)
    } else {
        format!("{} was not paid", batch.title)
    };
    let item = Attention {
        kind: "batch_void".into(),
        subject: subject(batch),
        severity: Severity::High,
        title,
        reason: why.to_owned(),
        amount: None,
        since: moment.at,
        due: None,
        actions: vec!["reject".into()],
        route: route(batch),
    };
    Ok(attention::raise(tx, &moment.id(), &item)?)
}

/// Brings a batch's own state into line with its items; the approval is used once all of them have ended.
pub(crate) fn settle_state(tx: &WriteTx<'_>, moment: &Moment, batch: i64) -> Result<(), ApiError> {
    let states: Vec<ItemState> = batches::items(tx, batch)?
        .into_iter()
        .map(|item| item.state)
        .filter(|state| *state != ItemState::Void)
        .collect();
    let Some(state) = state_of(&states) else { return Ok(()) };
    batches::set_state(tx, batch, state, None)?;
    if let Some(approval) = approvals::newest(tx, batch)?
        && approval.state == ApprovalState::Released
    {
        approvals::change(tx, approval.key, approval.state, ApprovalState::Used, moment.at, None)?;
    }
    Ok(())
}

/// The state of a batch whose items have all ended; `None` while one has not, or when none is left.
fn state_of(items: &[ItemState]) -> Option<BatchState> {
    let ended = |state: &ItemState| matches!(state, ItemState::Sent | ItemState::Settled | ItemState::Failed);
    if items.is_empty() || !items.iter().all(ended) {
        return None;
    }
    Some(if items.contains(&ItemState::Sent) {
        BatchState::Sent
    } else if items.contains(&ItemState::Settled) {
        BatchState::Settled
    } else {
        BatchState::Failed
    })
}

/// Voids every batch whose time is over. No answer means no payment; a payment whose end is unknown is
/// cleared up first.
pub fn expire(tx: &WriteTx<'_>, moment: &Moment) -> Result<Vec<Batch>, ApiError> {
    let mut expired = Vec::new();
    for state in [BatchState::Proposed, BatchState::Approved] {
        for batch in batches::in_state(tx, state)? {
            if !is_expired(&batch, moment.at) || is_in_flight(tx, &batch)? {
                continue;
            }
            let why = match state {
                BatchState::Approved => "Its 24 hours are over, and the money had not left by then",
                _ => "No answer within 24 hours, so nothing was paid",
            };
            void(tx, moment, &batch, why)?;
            expired.push(batch);
        }
    }
    crash_point!("batch.expiring");
    Ok(expired)
}

fn is_in_flight(tx: &WriteTx<'_>, batch: &Batch) -> Result<bool, ApiError> {
    let live = live_items(tx, batch)?;
    Ok(live.iter().any(|one| matches!(one.effect.state, EffectState::Sending | EffectState::Unknown)))
}

/// Releases what this process approved and whose undo window is over: from here on it may be sent, also after
/// a restart.
pub fn release_ended_windows(
    tx: &WriteTx<'_>,
    moment: &Moment,
    process: &str,
) -> Result<Vec<Batch>, ApiError> {
    let mut released = Vec::new();
    for approval in approvals::in_window(tx)? {
        if approval.process != process || approval.undo_until > moment.at {
            continue;
        }
        approvals::change(tx, approval.key, ApprovalState::Window, ApprovalState::Released, moment.at, None)?;
        let batch = by_key(tx, approval.batch)?;
        for one in live_items(tx, &batch)? {
            effects::change(tx, one.effect.key, EffectState::Held, EffectState::Queued, moment.at, None)?;
        }
        let detail = json!({ "title": batch.title, "revision": batch.revision, "seal": approval.digest });
        tx.audit(moment.audit("batch.release", subject(&batch), detail))?;
        released.push(batch);
    }
    crash_point!("approval.releasing");
    Ok(released)
}

/// An approval dies with the process that holds its undo window: what another process left inside its window
/// was not sent, and the founder is asked again.
pub fn void_orphaned_windows(
    tx: &WriteTx<'_>,
    moment: &Moment,
    process: &str,
) -> Result<Vec<Batch>, ApiError> {
    let mut asked = Vec::new();
    for approval in approvals::in_window(tx)? {
        if approval.process == process {
            continue;
        }
        let batch = by_key(tx, approval.batch)?;
        let why = "Purser was closed before the payment left, so nothing was sent";
        asked.push(ask_again(tx, moment, &batch, &batch.title, ApprovalState::Void, Some(why))?);
    }
    Ok(asked)
}

/// Ends the approvals whose undo window this process holds, because the screen on which they could be taken back
/// is gone: nothing of them is sent, and the founder is asked again.
pub fn void_open_windows(
    tx: &WriteTx<'_>,
    moment: &Moment,
    process: &str,
    why: &str,
) -> Result<Vec<Batch>, ApiError> {
    let mut asked = Vec::new();
    for approval in approvals::in_window(tx)? {
        if approval.process == process {
            let batch = by_key(tx, approval.batch)?;
            asked.push(ask_again(tx, moment, &batch, &batch.title, ApprovalState::Void, Some(why))?);
        }
    }
    Ok(asked)
}

/// The bank confirmed a payment that was sent (or, with `false`, its bank line was taken back).
pub fn settled(tx: &WriteTx<'_>, moment: &Moment, item: &str, settled: bool) -> Result<(), ApiError> {
    let item = batches::item(tx, item)?.ok_or_else(|| ApiError::unknown("payment", item))?;
    let (from, to) =
        if settled { (ItemState::Sent, ItemState::Settled) } else { (ItemState::Settled, ItemState::Sent) };
    if item.state != from {
        let now = item.state.as_str();
        return Err(ApiError::failed("payment_state", format!("Nothing was changed: the payment is {now}.")));
    }
    batches::set_item_state(tx, item.key, to)?;
    settle_state(tx, moment, item.batch)
}

pub(crate) fn by_key(tx: &WriteTx<'_>, key: i64) -> Result<Batch, ApiError> {
    batches::by_key(tx, key)?.ok_or_else(|| ApiError::unknown("batch", &key.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_ends_when_its_last_payment_does_and_says_the_least_final_of_them() {
        use ItemState::{Approved, Failed, Sent, Settled, Unknown};
        for (items, state) in [
            (&[Sent, Approved][..], None),
            (&[Sent, Unknown], None),
            (&[], None),
            (&[Sent, Settled], Some(BatchState::Sent)),
            (&[Sent, Failed], Some(BatchState::Sent)),
            (&[Settled, Failed], Some(BatchState::Settled)),
            (&[Settled, Settled], Some(BatchState::Settled)),
            (&[Failed], Some(BatchState::Failed)),
        ] {
            assert_eq!(state_of(items), state, "{items:?}");
        }
    }
}
