//! Bookings of money kept at a provider: every change of its balance is one entry.
//!
//! The provider's account changes by exactly the movement's net, whatever the movement is for: the account equals
//! the provider's balance as long as every movement is booked. What nobody can explain waits in Suspense.

use chrono::NaiveDate;

use crate::account::{
    Account, CHARGEBACKS, CONVERSION, DISPUTE_FEES, DISPUTES, DONATIONS, IN_TRANSIT_IN, IN_TRANSIT_OUT,
    OPENING, RECEIVABLE, SUSPENSE,
};
use crate::booking::billed::{TakenBack, refund_side};
use crate::entry::{Entry, EntryDraft, EntryError, EntryKind};
use crate::fact::{Movement, MovementKind};
use crate::item::{Item, ItemKind};
use crate::money::Money;

/// The accounts of one provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Till {
    /// The balance kept there.
    pub balance: Account,
    /// What it keeps for itself.
    pub fees: Account,
    /// What it keeps aside.
    pub reserve: Account,
}

/// What a movement is for: the other side of the entry. Amounts are in the currency the customer paid in and
/// positive, unless it is said otherwise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cause {
    /// A charge. What its invoices do not take waits in Suspense under the charge's id. A payment that a bank
    /// took back without a dispute has a negative `gross` and negative parts: the invoices are owed again.
    Sale {
        /// The charge's id.
        charge: String,
        /// All of it.
        gross: Money,
        /// What each invoice takes.
        invoices: Vec<(String, Money)>,
    },
    /// A refund of what invoices earned.
    Refund(TakenBack),
    /// A refund of a charge that still waits in Suspense, in part or in full.
    RefundOfUnexplained {
        /// The charge's id.
        charge: String,
        /// What is given back.
        gross: Money,
    },
    /// A refund that came back: what it took back is put back.
    RefundReturned(TakenBack),
    /// A charge without an invoice that was refunded came back.
    UnexplainedReturned {
        /// The charge's id.
        charge: String,
        /// What came back.
        gross: Money,
    },
    /// A contested payment was taken (positive) or given back (negative).
    Dispute {
        /// The dispute's id.
        dispute: String,
        /// What is contested.
        gross: Money,
    },
    /// A payout left, or came back: by the sign of the movement.
    Payout(String),
    /// It happened before the books begin: its money is part of the opening balance.
    BeforeTheBooks,
    /// The movement says all there is to say.
    Plain,
}

/// Books one movement: its net on the provider's account, its fee, and what it is for.
///
/// Where the customer paid in another currency than the balance is kept in, both sides meet in Equity:Conversion. What
/// the cause does not explain of the amount goes to Suspense under the movement's id. `None` where nothing moved.
pub fn movement(
    till: &Till,
    movement: &Movement,
    cause: &Cause,
    on: NaiveDate,
    text: &str,
) -> Result<Option<Entry>, EntryError> {
    let fees = match movement.kind {
        MovementKind::DisputeTaken | MovementKind::DisputeReturned => Account::known(DISPUTE_FEES),
        _ => till.fees.clone(),
    };
    let draft =
        EntryDraft::new(entry_kind(movement, cause), on, text).post(till.balance.clone(), movement.net, None);
    // Before the books begin even the fee is part of the opening balance.
    if *cause == Cause::BeforeTheBooks {
        let draft = draft.credit(OPENING, movement.net);
        return if draft.postings.is_empty() { Ok(None) } else { draft.check().map(Some) };
    }
    let draft = draft.post(fees, movement.fee, None);
    let own = draft.postings.len();
    let mut draft = other_side(till, movement, cause, draft)?;
    let currency = movement.amount.currency();
    let theirs = draft.postings[own..].first().map_or(currency, |posting| posting.amount.currency());
    let explained = Money::sum(draft.postings[own..].iter().map(|posting| posting.amount), theirs)?;
    if theirs == currency {
        let rest = explained.add(movement.amount)?;
        draft = draft.credit_item(SUSPENSE, rest, Item::new(ItemKind::Charge, movement.id.as_str()));
    } else {
        draft = draft.credit(CONVERSION, movement.amount).credit(CONVERSION, explained);
    }
    if draft.postings.is_empty() { Ok(None) } else { draft.check().map(Some) }
}

/// Adds what the movement is for, in one currency.
fn other_side(
    till: &Till,
    movement: &Movement,
    cause: &Cause,
    draft: EntryDraft,
) -> Result<EntryDraft, EntryError> {
    let charge = |id: &str| Item::new(ItemKind::Charge, id);
    Ok(match cause {
        Cause::Sale { charge: id, gross, invoices } => {
            let mut draft = draft;
            let mut rest = *gross;
            for (invoice, part) in invoices {
                rest = rest.sub(*part)?;
                draft = draft.credit_item(RECEIVABLE, *part, Item::new(ItemKind::Invoice, invoice.as_str()));
            }
            draft.credit_item(SUSPENSE, rest, charge(id))
        }
        Cause::Refund(taken_back) => refund_side(taken_back, draft),
        Cause::RefundReturned(taken_back) => refund_side(&negated(taken_back), draft),
        Cause::RefundOfUnexplained { charge: id, gross } => draft.debit_item(SUSPENSE, *gross, charge(id)),
        Cause::UnexplainedReturned { charge: id, gross } => draft.credit_item(SUSPENSE, *gross, charge(id)),
        Cause::Dispute { dispute, gross } => {
            draft.debit_item(DISPUTES, *gross, Item::new(ItemKind::Dispute, dispute.as_str()))
        }
        Cause::Payout(payout) => {
            draft.credit_item(IN_TRANSIT_IN, movement.amount, Item::new(ItemKind::Payout, payout.as_str()))
        }
        Cause::BeforeTheBooks => draft,
        Cause::Plain => plain_side(till, movement, draft),
    })
}

/// The other side of a movement that needs nothing else to be understood.
fn plain_side(till: &Till, movement: &Movement, draft: EntryDraft) -> EntryDraft {
    match movement.kind {
        MovementKind::Fee => draft.post(till.fees.clone(), -movement.amount, None),
        MovementKind::Reserve => draft.post(till.reserve.clone(), -movement.amount, None),
        MovementKind::Donation => draft.credit(DONATIONS, movement.amount),
        MovementKind::TopUp => draft.credit_item(
            IN_TRANSIT_OUT,
            movement.amount,
            Item::new(ItemKind::Payout, movement.id.as_str()),
        ),
        // What is left over goes to Suspense under the movement's own id.
        _ => draft,
    }
}

fn negated(taken_back: &TakenBack) -> TakenBack {
    TakenBack {
        credit: taken_back.credit.as_ref().map(|(customer, amount)| (customer.clone(), -*amount)),
        unearned: taken_back.unearned.iter().map(|(line, amount)| (line.clone(), -*amount)).collect(),
        earned: -taken_back.earned,
        tax: -taken_back.tax,
    }
}

fn entry_kind(movement: &Movement, cause: &Cause) -> EntryKind {
    match (cause, &movement.kind) {
        (Cause::BeforeTheBooks, _) => EntryKind::Opening,
        (Cause::Sale { .. }, _) => EntryKind::Charge,
        (Cause::Dispute { .. }, _) => EntryKind::Dispute,
        (Cause::Payout(_), _) => EntryKind::ProviderPayout,
        (Cause::Plain, _) => EntryKind::Movement,
        _ => EntryKind::Refund,
    }
}

/// A dispute was lost: the contested amount is gone, with its tax. It is all chargeback: what the invoice pays for goes on
/// being earned.
pub fn dispute_lost(
    dispute: &str,
    taken_back: &TakenBack,
    on: NaiveDate,
    text: &str,
) -> Result<Entry, EntryError> {
    taken_back
        .debit(CHARGEBACKS, EntryDraft::new(EntryKind::Dispute, on, text))
        .credit_item(DISPUTES, taken_back.total()?, Item::new(ItemKind::Dispute, dispute))
        .check()
}

/// The bank line of a provider's payout. `amount` is the line's: negative where the provider collected.
pub fn payout_arrived(
    line: &str,
    payout: &str,
    amount: Money,
    on: NaiveDate,
    text: &str,
) -> Result<Entry, EntryError> {
    EntryDraft::new(EntryKind::Deposit, on, text)
        .debit_item(SUSPENSE, amount, Item::new(ItemKind::BankLine, line))
        .credit_item(IN_TRANSIT_IN, amount, Item::new(ItemKind::Payout, payout))
        .check()
}

#[cfg(test)]
#[path = "provider_tests.rs"]
mod tests;
