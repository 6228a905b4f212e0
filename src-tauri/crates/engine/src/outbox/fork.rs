//! A restored or copied store is a fork in time: the other one may have sent what this one believes is waiting.

use purser_core::outbox::{Delivery, EffectState};
use purser_store::WriteTx;
use purser_store::tables::approvals::{self, ApprovalState};
use purser_store::tables::batches::{self, BatchState, ItemState};
use purser_store::tables::effects;
use serde_json::json;

use super::record::raise_question;
use crate::approvals::pause_all;
use crate::books::Moment;
use crate::error::ApiError;

/// Effects of one state handled at most.
const EFFECTS_MAX: u32 = 1_000_000;

/// Pauses a restored store, voids every approval, and marks every effect not recorded as sent as unknown until
/// it is looked up; what nobody can be asked about becomes one attention item each.
pub fn fork(tx: &WriteTx<'_>, moment: &Moment) -> Result<u32, ApiError> {
    pause_all(tx, moment)?;
    let why = "The books were restored from a backup";
    for batch in batches::in_state(tx, BatchState::Approved)? {
        if let Some(approval) = approvals::newest(tx, batch.key)?
            && matches!(approval.state, ApprovalState::Window | ApprovalState::Released)
        {
            approvals::change(tx, approval.key, approval.state, ApprovalState::Void, moment.at, Some(why))?;
        }
    }
    let mut unknown = 0;
    for state in [EffectState::Held, EffectState::Queued, EffectState::Sending] {
        for effect in effects::in_state(tx, state, EFFECTS_MAX)? {
            effects::change(tx, effect.key, state, EffectState::Unknown, moment.at, Some(why))?;
            effects::hold_until(tx, effect.key, None)?;
            if let Some(item) = effect.batch_item {
                batches::set_item_state(tx, item, ItemState::Unknown)?;
            }
            if effect.delivery == Delivery::Neither {
                raise_question(tx, moment, &effect, EffectState::Unknown, why)?;
            }
            unknown += 1;
        }
    }
    tx.audit(moment.audit("outbox.fork", "outbox", json!({ "unknown": unknown })))?;
    Ok(unknown)
}
