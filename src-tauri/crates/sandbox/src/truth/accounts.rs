//! The accounts of the simulation's books.

use std::fmt;

/// An account; those with a text hold one balance per thing, named by the provider's id of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    /// The card processor's balance: the sum of its balance transactions.
    Processor,
    /// Per payout: left the processor, not yet at the bank.
    PayoutOnItsWay(String),
    /// Per order to the bank: given, not yet on the bank's statement.
    PaymentOnItsWay(String),
    /// The bank account of the currency.
    Bank,
    /// Cash that customers have handed over and that lies in the box.
    Cash,
    /// Per check: received, not yet on the bank's statement.
    CheckInHand(String),
    /// Per invoice: what the customer owes, as the world knows it, whatever the processor says.
    Receivable(String),
    /// Per dispute: held back by the processor.
    Disputed(String),
    /// Per customer: paid too much.
    CustomerCredit(String),
    /// Tax collected for the state.
    SalesTax,
    /// Per invoice line: billed for months to come.
    Deferred(String),
    /// Per plan or item: income that has been earned.
    Income(String),
    /// Per charge: a card payment that no invoice asked for.
    ChargeWithoutInvoice(String),
    /// Income given back.
    Refunds,
    /// Income taken back by the customer's bank.
    Chargebacks,
    /// Income that never came.
    BadDebt,
    /// What the processor keeps of each charge, and its monthly fee.
    ProcessorFees,
    /// What the processor keeps for each dispute.
    DisputeFees,
    /// What the bank keeps.
    BankFees,
    /// What the company pays others.
    Expenses,
    /// What was in the bank when the company opened.
    Opening,
}

impl Account {
    /// The account's kind without the thing it is about: `receivable`, `deferred`, `processor`.
    pub fn group(&self) -> &'static str {
        match self {
            Self::Processor => "processor",
            Self::PayoutOnItsWay(_) => "payout_on_its_way",
            Self::PaymentOnItsWay(_) => "payment_on_its_way",
            Self::Bank => "bank",
            Self::Cash => "cash",
            Self::CheckInHand(_) => "check_in_hand",
            Self::Receivable(_) => "receivable",
            Self::Disputed(_) => "disputed",
            Self::CustomerCredit(_) => "customer_credit",
            Self::SalesTax => "sales_tax",
            Self::Deferred(_) => "deferred",
            Self::Income(_) => "income",
            Self::ChargeWithoutInvoice(_) => "charge_without_invoice",
            Self::Refunds => "refunds",
            Self::Chargebacks => "chargebacks",
            Self::BadDebt => "bad_debt",
            Self::ProcessorFees => "processor_fees",
            Self::DisputeFees => "dispute_fees",
            Self::BankFees => "bank_fees",
            Self::Expenses => "expenses",
            Self::Opening => "opening",
        }
    }

    /// The provider's id of what the account is about, where it is about one thing.
    pub fn item(&self) -> Option<&str> {
        match self {
            Self::PayoutOnItsWay(item)
            | Self::PaymentOnItsWay(item)
            | Self::CheckInHand(item)
            | Self::Receivable(item)
            | Self::Disputed(item)
            | Self::CustomerCredit(item)
            | Self::Deferred(item)
            | Self::Income(item)
            | Self::ChargeWithoutInvoice(item) => Some(item),
            _ => None,
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.item() {
            Some(item) => write!(to, "{}[{item}]", self.group()),
            None => to.write_str(self.group()),
        }
    }
}

/// One entry: its postings add up to zero. Times are seconds since 1970, amounts minor units, debits positive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When it happened.
    pub at: i64,
    /// The currency of all postings, lower case.
    pub currency: &'static str,
    /// What happened, in a few words.
    pub why: &'static str,
    /// The provider's id of what it happened to.
    pub reference: String,
    /// Account and amount.
    pub postings: Vec<(Account, i64)>,
}

/// What an account held at some time. Minor units, debit positive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// Which account.
    pub account: Account,
    /// Lower case.
    pub currency: &'static str,
    /// Minor units, debit positive.
    pub amount_minor: i64,
}
