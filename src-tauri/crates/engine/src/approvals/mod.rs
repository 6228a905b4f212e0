//! Money out: batches are proposed, frozen, shown, approved by the founder and only then released to the outbox.
//!
//! No code path moves money without an approval (invariant 5). Its digest covers everything that was shown; any
//! change makes a new revision and voids it; it is single-use and dies with the process that holds its undo
//! window. No answer means no payment.

mod amend;
pub(crate) mod charge;
mod decide;
mod ending;
mod envelope;
mod pause;
mod propose;
mod refund;
mod refund_split;
pub mod view;
pub mod words;

#[cfg(test)]
pub(crate) mod tests;

pub use amend::{Change, Changed, amend};
pub use decide::{UNDO_SECONDS_MAX, approve, reject, undo};
pub use ending::{expire, release_ended_windows, settled, void_open_windows, void_orphaned_windows};
pub use envelope::envelope;
pub(crate) use envelope::{Live, contradiction, live_items};
pub use pause::{PAUSED_SINCE, is_paused, pause_all, paused_since, release_all};
pub use propose::{BatchDraft, EXPIRY_HOURS, ItemDraft, RailName, propose};
pub use refund::{propose_refund, refundable};
pub use refund_split::{Part, Refundable, split};

pub(crate) use charge::{refund_told, told_already};
pub(crate) use ending::{ask_once_more, settle_state, void};
pub(crate) use refund::{credit_free, ground_gone, nothing_is_given_back};
