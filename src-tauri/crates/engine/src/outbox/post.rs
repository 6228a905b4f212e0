//! Deciding a message: it is rendered and frozen here, in the transaction that decides it, and leaves once.

use purser_core::outbox::{Delivery, EffectState};
use purser_store::WriteTx;
use purser_store::tables::effects::{self, NewEffect};
use purser_store::tables::messages;

use super::enqueue;
use crate::books::Moment;
use crate::error::ApiError;

/// A message to one recipient.
pub struct Post<'a> {
    /// `email.receipt`, `slack.alert`…
    pub kind: &'static str,
    /// What it is about, such as `receipt:R-202611-0001`: with kind and recipient it is what leaves once.
    pub subject: &'a str,
    /// A mail address, or the channel.
    pub recipient: &'a str,
    /// The account that carries it: `email`, `slack`, `email:alerts`.
    pub via: &'a str,
    /// In words.
    pub title: String,
    /// The effect's key, from which the other side recognises it.
    pub key: String,
}

/// Queues a message and returns its effect; `None` where the same one was decided before and not taken back.
///
/// `write` gets the key and gives the complete, rendered message. The caller writes the audit row.
pub fn post(
    tx: &WriteTx<'_>,
    moment: &Moment,
    post: Post<'_>,
    write: impl FnOnce(&str) -> Result<Vec<u8>, ApiError>,
) -> Result<Option<i64>, ApiError> {
    let recipient = post.recipient.trim().to_lowercase();
    let mut key = post.key;
    if let Some(before) = messages::effect_of(tx, post.kind, post.subject, &recipient)? {
        let before = effects::by_key(tx, before)?;
        if before.is_some_and(|effect| effect.state != EffectState::Cancelled) {
            return Ok(None);
        }
        key = format!("{key}:{}", moment.id());
    }
    let effect = NewEffect {
        id: moment.id(),
        kind: post.kind.to_owned(),
        via: post.via.to_owned(),
        title: post.title,
        delivery: Delivery::Neither,
        request: write(&key)?,
        idempotency_key: key,
        amount: None,
        batch_item: None,
        created_at: moment.at,
    };
    let queued = enqueue(tx, &effect)?;
    messages::put(tx, post.kind, post.subject, &recipient, queued)?;
    Ok(Some(queued))
}
