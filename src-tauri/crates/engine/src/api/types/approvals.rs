//! The outbox, batches and their approval.

use super::*;

wire! {
    /// One payment of a batch.
    pub struct BatchItem {
        /// Its id.
        pub id: String,
        /// Payee's name; control and bidi characters arrive as visible escapes.
        pub payee: String,
        /// What for.
        pub text: String,
        /// Amount.
        pub amount: Amount,
        /// Where it goes, masked.
        pub destination: String,
        /// `proposed`, `approved`, `sending`, `sent`, `settled`, `failed`, `unknown`, `void`.
        pub state: String,
    }

    /// A batch of money out: the envelope.
    pub struct Batch {
        /// Its id.
        pub id: String,
        /// `refund`…
        pub kind: String,
        /// Title: `Refund $60.00 to Nordhavn A/S`.
        pub title: String,
        /// `proposed`, `approved`, `sent`, `settled`, `failed`, `rejected`, `void`.
        pub state: String,
        /// Revision: any change makes a new one.
        pub revision: u32,
        /// When it was frozen, RFC 3339.
        pub frozen_at: String,
        /// The rail's name in words.
        pub rail: String,
        /// Account it leaves, as the founder calls it: `Mercury`, `Stripe balance, USD`.
        pub source: String,
        /// The same in the chart of accounts: `Assets:Stripe:USD`.
        pub source_account: String,
        /// That account's balance now.
        pub balance: Amount,
        /// And after.
        pub balance_after: Amount,
        /// Total.
        pub total: Amount,
        /// Items.
        pub items: Vec<BatchItem>,
        /// Items held back, with reason.
        pub held: Vec<String>,
        /// SHA-256 over what is shown, hex.
        pub digest: String,
        /// RFC 3339; no answer until then means no payment.
        pub expires_at: String,
        /// While it can be taken back.
        pub leaving: Option<Leaving>,
        /// Why an approval was voided.
        pub void_reason: Option<String>,
        /// What happened.
        pub history: Vec<HistoryLine>,
        /// Whether approving asks for the approval passphrase.
        pub needs_passphrase: bool,
    }

    /// Batches, newest first.
    pub struct Batches {
        /// At most 200.
        pub batches: Vec<Batch>,
    }

    /// Approves exactly what was shown.
    pub struct Approve {
        /// The batch.
        pub batch: String,
        /// Its digest, as shown.
        pub digest: String,
        /// The approval passphrase, where one is set.
        pub passphrase: Option<String>,
    }

    /// An effect in the outbox.
    pub struct EffectRow {
        /// Its id.
        pub id: String,
        /// `email.receipt`, `money.refund`…
        pub kind: String,
        /// What it does, in words.
        pub title: String,
        /// `held`, `queued`, `sending`, `sent`, `failed`, `unknown`, `cancelled`.
        pub state: String,
        /// Why it waits; empty when it does not.
        pub waits_for: String,
        /// `keyed`, `lookup` or `neither`.
        pub delivery: String,
        /// RFC 3339.
        pub since: String,
        /// Times tried.
        pub attempts: u32,
        /// Whether what it says can be looked at.
        pub has_preview: bool,
        /// Last error.
        pub error: Option<String>,
        /// What the receiver calls it, such as the refund's id there.
        pub provider_id: Option<String>,
        /// Amount, for money.
        pub amount: Option<Amount>,
    }

    /// The outbox.
    pub struct Outbox {
        /// What has not been sent, oldest first, then the last 100 sent.
        pub effects: Vec<EffectRow>,
        /// Since when all is paused.
        pub paused_since: Option<String>,
    }

    /// What the founder knows about an effect whose end is unknown.
    pub struct EffectResolve {
        /// The effect.
        pub id: String,
        /// `sent` (it arrived), `again` (send it once more), `drop`.
        pub answer: String,
    }
}
