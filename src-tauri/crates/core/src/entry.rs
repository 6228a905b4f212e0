//! Balanced double-entry entries and their reversal.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::currency::Currency;
use crate::item::Item;
use crate::money::{Money, MoneyError};

/// One side of an entry: debit positive, credit negative.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Posting {
    /// The account.
    pub account: Account,
    /// Debit positive, credit negative.
    pub amount: Money,
    /// The open item, on accounts that hold items.
    pub item: Option<Item>,
}

/// What an entry is, so that a screen can group and explain it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Opening balance or opening receivable.
    Opening,
    /// An invoice was issued.
    Invoice,
    /// A line of a bank statement.
    BankLine,
    /// A payment was recorded by hand.
    Payment,
    /// Money was allocated to an invoice or a credit.
    Allocation,
    /// A recorded payment met its bank line, or cash was deposited.
    Deposit,
    /// A bank line was filed under a category.
    Filing,
    /// Two lines of own accounts met.
    Transfer,
    /// Money to give back or to pay out was handed to a rail.
    PayoutSubmitted,
    /// The rail or the bank confirmed it.
    PayoutSettled,
    /// An invoice was written off.
    BadDebt,
    /// A provider took a customer's payment.
    Charge,
    /// A provider gave money back, or a refund came back.
    Refund,
    /// A payment was contested, lost or won.
    Dispute,
    /// A provider sent money to the bank, or it came back.
    ProviderPayout,
    /// Any other change of a balance kept at a provider.
    Movement,
    /// A part of what was billed ahead is earned.
    Recognition,
    /// The negation of another entry.
    Reversal,
}

impl EntryKind {
    /// Every kind with the name the store keeps.
    pub const ALL: [(EntryKind, &'static str); 18] = [
        (EntryKind::Opening, "opening"),
        (EntryKind::Invoice, "invoice"),
        (EntryKind::BankLine, "bank_line"),
        (EntryKind::Payment, "payment"),
        (EntryKind::Allocation, "allocation"),
        (EntryKind::Deposit, "deposit"),
        (EntryKind::Filing, "filing"),
        (EntryKind::Transfer, "transfer"),
        (EntryKind::PayoutSubmitted, "payout_submitted"),
        (EntryKind::PayoutSettled, "payout_settled"),
        (EntryKind::BadDebt, "bad_debt"),
        (EntryKind::Charge, "charge"),
        (EntryKind::Refund, "refund"),
        (EntryKind::Dispute, "dispute"),
        (EntryKind::ProviderPayout, "provider_payout"),
        (EntryKind::Movement, "movement"),
        (EntryKind::Recognition, "recognition"),
        (EntryKind::Reversal, "reversal"),
    ];

    /// The name the store keeps.
    pub fn as_str(self) -> &'static str {
        EntryKind::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// The kind of a stored name.
    pub fn parse(name: &str) -> Option<EntryKind> {
        EntryKind::ALL.iter().find(|(_, stored)| *stored == name).map(|(kind, _)| *kind)
    }
}

/// An entry before it is checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryDraft {
    /// What kind of booking it is.
    pub kind: EntryKind,
    /// The day it happened.
    pub occurred_on: NaiveDate,
    /// One line for the journal, in words.
    pub text: String,
    /// Its sides.
    pub postings: Vec<Posting>,
}

/// A checked entry: balanced per currency, items where they belong, no empty posting.
/// It can only be made by [`EntryDraft::check`] and [`Entry::reversal`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    kind: EntryKind,
    occurred_on: NaiveDate,
    text: String,
    postings: Vec<Posting>,
}

/// Why a draft may not enter the ledger. Each is a fault of the program, not of the founder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Debits and credits of one currency differ.
    #[error("the entry “{text}” does not balance in {currency}: debits exceed credits by {difference}")]
    Unbalanced {
        /// The entry's line.
        text: String,
        /// The currency out of balance.
        currency: Currency,
        /// Debits minus credits.
        difference: Money,
    },
    /// An entry needs at least two postings, none of them zero.
    #[error("the entry “{0}” has no postings, or a posting of zero")]
    Empty(String),
    /// A posting on an item account names no item, or the wrong kind; or names one elsewhere.
    #[error("the entry “{text}” posts {account} without the open item that this account needs")]
    WrongItem {
        /// The entry's line.
        text: String,
        /// The account.
        account: Account,
    },
    /// An amount does not fit.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl EntryDraft {
    /// A draft without postings.
    pub fn new(kind: EntryKind, occurred_on: NaiveDate, text: impl Into<String>) -> EntryDraft {
        EntryDraft { kind, occurred_on, text: text.into(), postings: Vec::new() }
    }

    /// Adds a debit on an account without items. A zero amount adds nothing.
    pub fn debit(self, account: &str, amount: Money) -> EntryDraft {
        self.post(Account::known(account), amount, None)
    }

    /// Adds a credit on an account without items.
    pub fn credit(self, account: &str, amount: Money) -> EntryDraft {
        self.post(Account::known(account), -amount, None)
    }

    /// Adds a debit that names its item.
    pub fn debit_item(self, account: &str, amount: Money, item: Item) -> EntryDraft {
        self.post(Account::known(account), amount, Some(item))
    }

    /// Adds a credit that names its item.
    pub fn credit_item(self, account: &str, amount: Money, item: Item) -> EntryDraft {
        self.post(Account::known(account), -amount, Some(item))
    }

    /// Adds a posting, debit positive; a zero amount adds nothing.
    pub fn post(mut self, account: Account, amount: Money, item: Option<Item>) -> EntryDraft {
        if !amount.is_zero() {
            self.postings.push(Posting { account, amount, item });
        }
        self
    }

    /// Checks the rules of invariant 1: balanced per currency, items named where accounts hold them.
    pub fn check(self) -> Result<Entry, EntryError> {
        if self.postings.len() < 2 {
            return Err(EntryError::Empty(self.text));
        }
        let mut sums: BTreeMap<Currency, Money> = BTreeMap::new();
        for posting in &self.postings {
            posting.amount.minor_i64()?;
            let kinds = posting.account.item_kinds();
            let fits = match &posting.item {
                Some(item) => kinds.contains(&item.kind),
                None => kinds.is_empty(),
            };
            if !fits {
                return Err(EntryError::WrongItem { text: self.text, account: posting.account.clone() });
            }
            let currency = posting.amount.currency();
            let sum = sums.entry(currency).or_insert(Money::zero(currency));
            *sum = sum.add(posting.amount)?;
        }
        if let Some((currency, difference)) = sums.into_iter().find(|(_, sum)| !sum.is_zero()) {
            return Err(EntryError::Unbalanced { text: self.text, currency, difference });
        }
        Ok(Entry { kind: self.kind, occurred_on: self.occurred_on, text: self.text, postings: self.postings })
    }
}

impl Entry {
    /// What kind of booking it is.
    pub fn kind(&self) -> EntryKind {
        self.kind
    }

    /// The day it happened.
    pub fn occurred_on(&self) -> NaiveDate {
        self.occurred_on
    }

    /// The journal's line.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its sides, debit positive.
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }

    /// The entry that cancels this one: the same postings negated, so that both sum to nothing
    /// on every account and every item.
    pub fn reversal(&self, occurred_on: NaiveDate, text: impl Into<String>) -> Entry {
        let negate = |p: &Posting| Posting { amount: -p.amount, ..p.clone() };
        Entry {
            kind: EntryKind::Reversal,
            occurred_on,
            text: text.into(),
            postings: self.postings.iter().map(negate).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{RECEIVABLE, SUSPENSE};
    use crate::item::ItemKind;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 17).unwrap()
    }

    fn usd(minor: i128) -> Money {
        Money::new(minor, Currency::USD)
    }

    #[test]
    fn an_entry_balances_in_each_currency_or_is_refused() {
        let line = Item::new(ItemKind::BankLine, "l1");
        let draft = EntryDraft::new(EntryKind::BankLine, day(), "in")
            .debit("Assets:Bank:Mercury", usd(100))
            .credit_item(SUSPENSE, usd(99), line.clone());
        assert!(
            matches!(draft.check(), Err(EntryError::Unbalanced { difference, .. }) if difference == usd(1))
        );
        let mixed = EntryDraft::new(EntryKind::BankLine, day(), "in")
            .debit("Assets:Bank:Mercury", usd(100))
            .credit_item(SUSPENSE, Money::new(100, Currency::EUR), line);
        assert!(matches!(mixed.check(), Err(EntryError::Unbalanced { .. })));
    }

    #[test]
    fn item_accounts_need_their_item_and_others_take_none() {
        let without = EntryDraft::new(EntryKind::Invoice, day(), "x")
            .debit(RECEIVABLE, usd(5))
            .credit("Income:Sales", usd(5));
        assert!(matches!(without.check(), Err(EntryError::WrongItem { .. })));
        let wrong = EntryDraft::new(EntryKind::Invoice, day(), "x")
            .debit_item(RECEIVABLE, usd(5), Item::new(ItemKind::Payment, "p"))
            .credit("Income:Sales", usd(5));
        assert!(matches!(wrong.check(), Err(EntryError::WrongItem { .. })));
    }

    #[test]
    fn a_reversal_cancels_every_posting() {
        let entry = EntryDraft::new(EntryKind::Invoice, day(), "x")
            .debit_item(RECEIVABLE, usd(5), Item::new(ItemKind::Invoice, "i"))
            .credit("Income:Sales", usd(5))
            .check()
            .unwrap();
        let reversal = entry.reversal(day(), "Reversal of x");
        for (a, b) in entry.postings().iter().zip(reversal.postings()) {
            assert_eq!((&a.account, &a.item, a.amount), (&b.account, &b.item, -b.amount));
        }
    }
}
