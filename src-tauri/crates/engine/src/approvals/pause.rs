//! “Pause all money and mail”: a stored flag that every claim reads inside its own transaction.

use chrono::{DateTime, Utc};
use purser_core::outbox::EffectState;
use purser_store::tables::{Conn, effects, settings};
use purser_store::{FORK_STATE, StoreError, WriteTx};
use serde_json::json;

use crate::books::Moment;
use crate::error::ApiError;

/// The setting: since when nothing leaves.
pub const PAUSED_SINCE: &str = "outbox.paused_since";
/// What the store writes after a restore.
const FORK_PAUSED: &str = "paused";

/// Since when nothing leaves, as the founder is shown it.
pub fn paused_since(conn: &Conn) -> Result<Option<DateTime<Utc>>, StoreError> {
    settings::get(conn, PAUSED_SINCE)
}

/// Whether nothing may leave: paused by the founder, or a restored store that was not released yet.
pub fn is_paused(tx: &WriteTx<'_>) -> Result<bool, StoreError> {
    Ok(paused_since(tx)?.is_some() || tx.meta(FORK_STATE)?.as_deref() == Some(FORK_PAUSED))
}

/// Stops everything that would leave; what is in flight is still recorded. Returns how many effects wait.
pub fn pause_all(tx: &WriteTx<'_>, moment: &Moment) -> Result<u32, ApiError> {
    if paused_since(tx)?.is_none() {
        settings::set(tx, PAUSED_SINCE, &moment.at)?;
        tx.audit(moment.audit("outbox.pause", "outbox", json!({})))?;
    }
    Ok(effects::count(tx, EffectState::Queued)?)
}

/// Lets everything that waits leave in its order. Returns how many effects that are.
pub fn release_all(tx: &WriteTx<'_>, moment: &Moment) -> Result<u32, ApiError> {
    let waiting = effects::count(tx, EffectState::Queued)?;
    if is_paused(tx)? {
        settings::remove(tx, PAUSED_SINCE)?;
        if tx.meta(FORK_STATE)?.is_some() {
            tx.set_meta(FORK_STATE, "released")?;
        }
        tx.audit(moment.audit("outbox.release", "outbox", json!({ "waiting": waiting })))?;
    }
    Ok(waiting)
}
