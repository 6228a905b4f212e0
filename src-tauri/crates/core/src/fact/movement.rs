//! Charges, refunds, disputes, payouts, and the changes of the balance that they make.

use chrono::{DateTime, Utc};

use crate::money::Money;

/// Money taken from a customer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Charge {
    /// The provider's id.
    pub id: String,
    /// The intent that made it.
    pub intent: Option<String>,
    /// The customer's id.
    pub customer: Option<String>,
    /// What was taken, in the currency the customer paid in.
    pub amount: Money,
    /// What was given back of it.
    pub refunded: Money,
    /// Whether the money is there; a declined or only authorised charge moves nothing.
    pub captured: bool,
    /// Why it failed, in the provider's words; empty where it did not.
    pub failure: String,
    /// The provider's code of the failure; empty where it did not fail.
    pub failure_code: String,
    /// The movement that it made.
    pub movement: Option<String>,
    /// When.
    pub created: DateTime<Utc>,
    /// What for, in the founder's words.
    pub text: String,
    /// Whether it is contested.
    pub disputed: bool,
}

/// What a change of the balance is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MovementKind {
    /// A customer paid.
    Sale,
    /// A customer's payment was taken back by their bank, without a dispute.
    SaleReturned,
    /// Given back to a customer.
    Refund,
    /// A refund that did not arrive came back.
    RefundReturned,
    /// A contested payment was taken.
    DisputeTaken,
    /// A contested payment was given back.
    DisputeReturned,
    /// Sent to the company's bank.
    Payout,
    /// A payout that did not arrive came back, or was called back.
    PayoutReturned,
    /// The provider's own fees, and fees given back.
    Fee,
    /// Kept aside by the provider, or released.
    Reserve,
    /// Paid in by the company, or sent back to it.
    TopUp,
    /// A gift out of the balance.
    Donation,
    /// Anything else, with the reason why nobody can say what it is.
    Unexplained(String),
}

/// One change of the balance kept at the provider. `net = amount − fee`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Movement {
    /// The provider's id: money enters once, by this.
    pub id: String,
    /// What it is.
    pub kind: MovementKind,
    /// The provider's own word for it.
    pub word: String,
    /// Before the fee; negative leaves.
    pub amount: Money,
    /// What the provider kept.
    pub fee: Money,
    /// By how much the balance changed.
    pub net: Money,
    /// The charge, refund, dispute or payout that made it.
    pub source: Option<String>,
    /// When.
    pub created: DateTime<Utc>,
    /// When the money can be paid out.
    pub available: DateTime<Utc>,
    /// Units of the movement's currency for one of the source's, as the provider wrote it.
    pub exchange_rate: Option<String>,
    /// The provider's description; may be empty.
    pub text: String,
}

/// Where a refund stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RefundStatus {
    /// On its way, or waiting for the customer.
    Pending,
    /// Arrived.
    Succeeded,
    /// Came back.
    Failed,
    /// Called off.
    Cancelled,
}

/// Money given back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refund {
    /// The provider's id.
    pub id: String,
    /// The charge it gives back.
    pub charge: Option<String>,
    /// In the currency the customer paid in.
    pub amount: Money,
    /// Where it stands.
    pub status: RefundStatus,
    /// The movement that it made.
    pub movement: Option<String>,
    /// The movement that brought it back.
    pub returned_by: Option<String>,
    /// When.
    pub created: DateTime<Utc>,
    /// The reason given; may be empty.
    pub reason: String,
    /// Why it came back, in the provider's words; empty where it did not.
    pub failure: String,
}

/// Where a dispute stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DisputeStatus {
    /// A question that may become a dispute; no money moved.
    Inquiry,
    /// Evidence can be handed in.
    Open,
    /// The bank decides.
    UnderReview,
    /// The money comes back.
    Won,
    /// The money is gone.
    Lost,
    /// An inquiry that came to nothing.
    Closed,
}

/// A payment that the customer's bank contests.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dispute {
    /// The provider's id.
    pub id: String,
    /// The contested charge.
    pub charge: Option<String>,
    /// What is contested.
    pub amount: Money,
    /// Where it stands.
    pub status: DisputeStatus,
    /// The reason given.
    pub reason: String,
    /// Until when evidence can be handed in.
    pub evidence_due: Option<DateTime<Utc>>,
    /// The movements that it made.
    pub movements: Vec<String>,
    /// When.
    pub created: DateTime<Utc>,
}

/// Where a payout stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PayoutStatus {
    /// Not at the bank yet.
    Pending,
    /// On its way.
    InTransit,
    /// The provider says it arrived; the books believe the bank.
    Paid,
    /// Came back.
    Failed,
    /// Called back.
    Cancelled,
}

/// Money sent to the company's bank.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Payout {
    /// The provider's id.
    pub id: String,
    /// How much; negative where the provider collects from the bank.
    pub amount: Money,
    /// Where it stands.
    pub status: PayoutStatus,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When it is expected at the bank.
    pub arrival: DateTime<Utc>,
    /// What the bank may show for it: trace id, statement descriptor.
    pub traces: Vec<String>,
    /// The movement that it made.
    pub movement: Option<String>,
    /// The movement that brought it back.
    pub returned_by: Option<String>,
    /// Why it failed, in the provider's words; empty where it did not.
    pub failure: String,
}

/// The balance kept at the provider, one amount a currency: what can be paid out and what cannot yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BalanceSnapshot {
    /// Available plus pending.
    pub total: Vec<Money>,
    /// Available alone.
    pub available: Vec<Money>,
}
