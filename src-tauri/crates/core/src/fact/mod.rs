//! Neutral facts: what a provider of payments can tell, in the ledger's own terms.
//!
//! A connector translates a provider's payload into these; nothing here names a provider. Amounts are [`Money`]
//! in the ledger's minor units, times are UTC, ids are the provider's own. The raw payload is kept beside the
//! fact, so nothing here is ever stored as the only copy.

mod billing;
mod movement;
mod subscription;

pub use billing::{
    Collection, CollectionNext, Customer, Invoice, InvoiceLine, InvoicePayment, InvoiceStatus, PaidBy,
};
pub use movement::{
    BalanceSnapshot, Charge, Dispute, DisputeStatus, Movement, MovementKind, Payout, PayoutStatus, Refund,
    RefundStatus,
};
pub use subscription::{
    Cycle, CycleUnit, Discount, DiscountAmount, Package, Percent, PlanItem, Subscription, SubscriptionStatus,
    UnitPrice,
};

/// What a fact is about. The order is the order in which facts of one page are taken in: what is owed before
/// the money that pays it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FactKind {
    /// Somebody who buys.
    Customer,
    /// A running plan.
    Subscription,
    /// A bill.
    Invoice,
    /// Which charge pays which invoice.
    InvoicePayment,
    /// Money taken from a customer.
    Charge,
    /// Money given back.
    Refund,
    /// A payment that the customer's bank contests.
    Dispute,
    /// Money sent to the company's bank.
    Payout,
    /// One change of the balance kept at the provider.
    Movement,
    /// That balance at a time.
    Balance,
}

impl FactKind {
    /// Every kind with the name the store keeps.
    pub const ALL: [(FactKind, &'static str); 10] = [
        (FactKind::Customer, "customer"),
        (FactKind::Subscription, "subscription"),
        (FactKind::Invoice, "invoice"),
        (FactKind::InvoicePayment, "invoice_payment"),
        (FactKind::Charge, "charge"),
        (FactKind::Refund, "refund"),
        (FactKind::Dispute, "dispute"),
        (FactKind::Payout, "payout"),
        (FactKind::Movement, "movement"),
        (FactKind::Balance, "balance"),
    ];

    /// The name the store keeps.
    pub fn as_str(self) -> &'static str {
        FactKind::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// The kind of a stored name.
    pub fn parse(name: &str) -> Option<FactKind> {
        FactKind::ALL.iter().find(|(_, stored)| *stored == name).map(|(kind, _)| *kind)
    }
}

/// One observation: the state of one of the provider's objects when it was read.
#[derive(Clone, PartialEq, Debug)]
pub struct Fact {
    /// The provider's id of the object; of a balance, the second it was read in.
    pub external_id: String,
    /// What was seen.
    pub observed: Observed,
}

/// What was seen.
#[derive(Clone, PartialEq, Debug)]
pub enum Observed {
    /// A customer.
    Customer(Customer),
    /// A subscription.
    Subscription(Subscription),
    /// An invoice.
    Invoice(Invoice),
    /// A payment of an invoice.
    InvoicePayment(InvoicePayment),
    /// A charge.
    Charge(Charge),
    /// A refund.
    Refund(Refund),
    /// A dispute.
    Dispute(Dispute),
    /// A payout.
    Payout(Payout),
    /// A change of the balance.
    Movement(Movement),
    /// The balance.
    Balance(BalanceSnapshot),
}

impl Observed {
    /// What it is about.
    pub fn kind(&self) -> FactKind {
        match self {
            Observed::Customer(_) => FactKind::Customer,
            Observed::Subscription(_) => FactKind::Subscription,
            Observed::Invoice(_) => FactKind::Invoice,
            Observed::InvoicePayment(_) => FactKind::InvoicePayment,
            Observed::Charge(_) => FactKind::Charge,
            Observed::Refund(_) => FactKind::Refund,
            Observed::Dispute(_) => FactKind::Dispute,
            Observed::Payout(_) => FactKind::Payout,
            Observed::Movement(_) => FactKind::Movement,
            Observed::Balance(_) => FactKind::Balance,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_name_of_its_own_and_is_found_by_it() {
        for (kind, name) in FactKind::ALL {
            assert_eq!(FactKind::parse(name), Some(kind));
            assert_eq!(kind.as_str(), name);
        }
        assert!(
            FactKind::Invoice < FactKind::InvoicePayment && FactKind::InvoicePayment < FactKind::Movement
        );
    }
}
