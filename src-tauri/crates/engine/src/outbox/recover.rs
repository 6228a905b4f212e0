//! At start: what a process that died has left behind.

use purser_core::outbox::{Delivery, EffectState, after_crash};
use purser_store::WriteTx;
use purser_store::tables::batches::{self, ItemState};
use purser_store::tables::effects::{self, Effect};
use serde_json::json;

use super::record::raise_question;
use crate::approvals::void_orphaned_windows;
use crate::books::Moment;
use crate::error::ApiError;

/// Effects looked at in one go; there are never more in flight than the dispatcher has threads.
const IN_FLIGHT_MAX: u32 = 10_000;

/// Marks what was being sent as unknown, and voids approvals whose undo window died. Running it again changes
/// nothing. Returns the effects whose end is unknown now.
pub(crate) fn recover(tx: &WriteTx<'_>, moment: &Moment, process: &str) -> Result<Vec<Effect>, ApiError> {
    let orphans: Vec<Effect> = effects::in_state(tx, EffectState::Sending, IN_FLIGHT_MAX)?;
    for effect in &orphans {
        let to = after_crash(effect.state);
        let why = "Purser ended while it was being sent";
        effects::change(tx, effect.key, EffectState::Sending, to, moment.at, Some(why))?;
        if let Some(item) = effect.batch_item {
            batches::set_item_state(tx, item, ItemState::Unknown)?;
        }
        if effect.delivery == Delivery::Neither {
            raise_question(tx, moment, effect, to, "")?;
        }
        let detail = json!({ "kind": effect.kind, "title": effect.title, "why": why });
        tx.audit(moment.audit("effect.unknown", format!("effect:{}", effect.id), detail))?;
    }
    void_orphaned_windows(tx, moment, process)?;
    crash_point!("outbox.recovering");
    Ok(orphans)
}
