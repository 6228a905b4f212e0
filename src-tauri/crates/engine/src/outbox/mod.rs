//! The outbox: everything that leaves the machine (invariant 4).
//!
//! An effect is written in the transaction that decided it, with its key and its bytes frozen. The dispatcher
//! claims it (transaction), sends it (none) and records what became of it (transaction). After a time-out or a
//! crash the end is unknown: where the provider can be asked it is asked before anything is sent again; where it
//! cannot, the founder is.

pub mod alerts;
mod bell;
mod claim;
mod dispatcher;
mod fork;
mod lane;
pub mod post;
mod record;
mod recover;
mod resolve;
mod worker;

#[cfg(test)]
mod tests;

use purser_store::WriteTx;
use purser_store::tables::effects::{self, NewEffect};

use crate::error::ApiError;

pub(crate) use bell::Bell;
pub use dispatcher::{Dispatcher, Event, Lane};
pub use fork::fork;
pub use lane::Carrier;
pub(crate) use lane::{carriers, via_of};
pub use resolve::{Answer, resolve};
pub use worker::Worker;

/// What carries emails: the mail account named main. Until one is connected they wait.
pub const EMAIL: &str = "email";
/// What carries chat: the Slack webhook named main.
pub const SLACK: &str = "slack";
/// The kind of a receipt's email.
pub const EMAIL_RECEIPT: &str = "email.receipt";
/// Who the audit names for what the dispatcher does.
pub(crate) const ACTOR: &str = "job:outbox";

/// Puts an effect into the outbox, inside the transaction that decides it. The caller writes the audit row.
///
/// Money does not come this way: it is an item of a batch, which only an approval releases.
pub fn enqueue(tx: &WriteTx<'_>, new: &NewEffect) -> Result<i64, ApiError> {
    if new.batch_item.is_some() || new.kind.starts_with("money.") {
        return Err(ApiError::failed(
            "money_needs_approval",
            "Nothing was queued: money out needs an approval.",
        ));
    }
    let key = effects::insert(tx, new)?;
    crash_point!("outbox.queued");
    Ok(key)
}
