//! Open items: what a posting on Receivable, Suspense and their like is about.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What an open item is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// An invoice in Receivable.
    Invoice,
    /// A line of an invoice in DeferredRevenue.
    InvoiceLine,
    /// A line of a bank statement in Suspense.
    BankLine,
    /// A provider's charge without an invoice, in Suspense.
    Charge,
    /// A recorded payment in Undeposited.
    Payment,
    /// A payout on its way.
    Payout,
    /// A payee in AffiliatePayable.
    Payee,
    /// A customer in CustomerCredit.
    Customer,
    /// A dispute.
    Dispute,
}

impl ItemKind {
    /// Every kind.
    pub const ALL: [ItemKind; 9] = [
        ItemKind::Invoice,
        ItemKind::InvoiceLine,
        ItemKind::BankLine,
        ItemKind::Charge,
        ItemKind::Payment,
        ItemKind::Payout,
        ItemKind::Payee,
        ItemKind::Customer,
        ItemKind::Dispute,
    ];

    /// The name the store keeps.
    pub fn as_str(self) -> &'static str {
        match self {
            ItemKind::Invoice => "invoice",
            ItemKind::InvoiceLine => "invoice_line",
            ItemKind::BankLine => "bank_line",
            ItemKind::Charge => "charge",
            ItemKind::Payment => "payment",
            ItemKind::Payout => "payout",
            ItemKind::Payee => "payee",
            ItemKind::Customer => "customer",
            ItemKind::Dispute => "dispute",
        }
    }

    /// The kind of a stored name.
    pub fn parse(name: &str) -> Option<ItemKind> {
        ItemKind::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// One open item: its kind and the id of the invoice, bank line, payment… it stands for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// The id within its kind.
    pub id: String,
}

impl Item {
    /// An item of a kind.
    pub fn new(kind: ItemKind, id: impl Into<String>) -> Item {
        Item { kind, id: id.into() }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.as_str(), self.id)
    }
}
