//! What the outbox needs from whoever carries an effect out of the machine.

use purser_core::outbox::{Delivery, Outcome};

/// Carries frozen requests to a provider. Called outside any transaction, from one thread at a time per effect.
pub trait Rail: Send + Sync {
    /// The stable name that batches keep and approvals cover.
    fn name(&self) -> &str;

    /// The name on screen.
    fn title(&self) -> &str;

    /// What the provider can do against sending twice.
    fn delivery(&self) -> Delivery;

    /// Sends the request under its key. [`Outcome::NotSent`] only where it certainly did not arrive:
    /// every doubt is [`Outcome::NoAnswer`].
    fn send(&self, key: &str, request: &[u8]) -> Outcome;

    /// Asks whether the provider has the request of this key; some can only be asked about what the request is for.
    /// [`Outcome::NotSent`] only for a clear no.
    fn look_up(&self, key: &str, request: &[u8]) -> Outcome;
}
