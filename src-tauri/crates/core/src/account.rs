//! The chart of accounts (`Assets:Bank:Mercury`) and which of them hold open items.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::item::ItemKind;

/// The five types of account; the first component of every account name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum AccountType {
    /// What the company has.
    Assets,
    /// What it owes.
    Liabilities,
    /// What is the founder's.
    Equity,
    /// What it earned.
    Income,
    /// What it spent.
    Expenses,
}

/// A validated account name such as `Assets:Receivable` or `Expenses:Fees:Bank`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account(String);

/// Why a name is no account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{name}” is not an account name: {reason}. Names look like Expenses:Software or Assets:Bank:Mercury"
)]
pub struct BadAccount {
    name: String,
    reason: &'static str,
}

/// Customers' open invoices.
pub const RECEIVABLE: &str = "Assets:Receivable";
/// Payments recorded by hand whose bank line has not been seen.
pub const UNDEPOSITED: &str = "Assets:Undeposited";
/// Cash in hand.
pub const CASH: &str = "Assets:Cash";
/// Money of ours that left and has not arrived.
pub const IN_TRANSIT_OUT: &str = "Assets:InTransit:Out";
/// Money that a provider sent and the bank has not shown.
pub const IN_TRANSIT_IN: &str = "Assets:InTransit:In";
/// Bank lines that nobody has explained yet.
pub const SUSPENSE: &str = "Liabilities:Suspense";
/// What customers paid in advance or too much.
pub const CUSTOMER_CREDIT: &str = "Liabilities:CustomerCredit";
/// What was billed for a time that has not passed.
pub const DEFERRED: &str = "Liabilities:DeferredRevenue";
/// Payments that customers' banks contest.
pub const DISPUTES: &str = "Assets:Disputes";
/// Tax collected for the state.
pub const SALES_TAX: &str = "Liabilities:SalesTax";
/// Where subscription income goes unless the invoice says otherwise.
pub const INCOME: &str = "Income:Sales";
/// Money given back.
pub const REFUNDS: &str = "Income:Refunds";
/// Fees that banks keep.
pub const BANK_FEES: &str = "Expenses:Fees:Bank";
/// Fees for contested payments.
pub const DISPUTE_FEES: &str = "Expenses:Fees:Disputes";
/// Contested payments that were lost.
pub const CHARGEBACKS: &str = "Expenses:Chargebacks";
/// Gifts.
pub const DONATIONS: &str = "Expenses:Donations";
/// Differences of exchange rates.
pub const FX: &str = "Expenses:FX";
/// Invoices that will not be paid.
pub const BAD_DEBT: &str = "Expenses:BadDebt";
/// The books' start.
pub const OPENING: &str = "Equity:Opening";
/// The other side of every exchange of currencies.
pub const CONVERSION: &str = "Equity:Conversion";

/// Accounts whose every posting names an open item, with the item's kinds.
const ITEM_ACCOUNTS: [(&str, &[ItemKind]); 9] = [
    (UNDEPOSITED, &[ItemKind::Payment]),
    (RECEIVABLE, &[ItemKind::Invoice]),
    (DISPUTES, &[ItemKind::Dispute]),
    (IN_TRANSIT_IN, &[ItemKind::Payout]),
    (IN_TRANSIT_OUT, &[ItemKind::Payout]),
    (CUSTOMER_CREDIT, &[ItemKind::Customer]),
    (SUSPENSE, &[ItemKind::BankLine, ItemKind::Charge]),
    ("Liabilities:AffiliatePayable", &[ItemKind::Payee]),
    (DEFERRED, &[ItemKind::InvoiceLine]),
];

impl Account {
    /// Checks a name: known first component, at most 8 components of letters, digits, `-` and spaces,
    /// at most 120 characters.
    pub fn new(name: &str) -> Result<Account, BadAccount> {
        let bad = |reason| BadAccount { name: name.chars().take(60).collect(), reason };
        if name.chars().count() > 120 {
            return Err(bad("it is longer than 120 characters"));
        }
        let parts: Vec<&str> = name.split(':').collect();
        if parts.len() < 2 || parts.len() > 8 {
            return Err(bad("it needs two to eight parts divided by colons"));
        }
        if account_type(parts[0]).is_none() {
            return Err(bad("it must begin with Assets, Liabilities, Equity, Income or Expenses"));
        }
        for part in &parts {
            let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | ' ' | '&' | '.' | '_');
            if part.is_empty() || part.trim() != *part || part.contains("  ") || !part.chars().all(allowed) {
                return Err(bad("each part is made of letters, digits, single spaces and - & . _"));
            }
            if !part.starts_with(char::is_alphanumeric) {
                return Err(bad("each part begins with a letter or a digit"));
            }
        }
        Ok(Account(name.to_owned()))
    }

    /// The account of a real bank account by the name the founder gave it.
    pub fn bank(name: &str) -> Result<Account, BadAccount> {
        Account::new(&format!("Assets:Bank:{name}"))
    }

    /// One of this module's own constants, or another name known to be right.
    ///
    /// # Panics
    /// On a name that is no account: only for literals.
    pub fn known(name: &str) -> Account {
        match Account::new(name) {
            Ok(account) => account,
            Err(error) => unreachable!("{error}"),
        }
    }

    /// The full name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first component.
    pub fn kind(&self) -> AccountType {
        account_type(self.0.split(':').next().unwrap_or_default()).unwrap_or(AccountType::Assets)
    }

    /// The kinds of item that postings here must name; empty where the account holds no items.
    pub fn item_kinds(&self) -> &'static [ItemKind] {
        ITEM_ACCOUNTS.iter().find(|(name, _)| *name == self.0).map_or(&[], |(_, kinds)| kinds)
    }
}

fn account_type(part: &str) -> Option<AccountType> {
    Some(match part {
        "Assets" => AccountType::Assets,
        "Liabilities" => AccountType::Liabilities,
        "Equity" => AccountType::Equity,
        "Income" => AccountType::Income,
        "Expenses" => AccountType::Expenses,
        _ => return None,
    })
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Account {
    type Err = BadAccount;
    fn from_str(name: &str) -> Result<Account, BadAccount> {
        Account::new(name)
    }
}

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Account, D::Error> {
        Account::new(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked_at_the_door() {
        for good in ["Assets:Bank:Mercury", "Expenses:Fees:Bank", "Assets:Bank:Sparkasse Köln", "Income:3D"]
        {
            assert!(Account::new(good).is_ok(), "{good}");
        }
        for bad in [
            "Assets",
            "assets:Bank",
            "Assets:",
            "Assets:a:",
            "Assets:a  b",
            "Assets:a\nb",
            "Assets: a",
            "Foo:Bar",
            "Assets:(x)",
            "Assets:;x",
            "Assets:-x",
        ] {
            assert!(Account::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn only_the_marked_accounts_hold_items() {
        assert_eq!(Account::known(RECEIVABLE).item_kinds(), [ItemKind::Invoice]);
        assert!(Account::known("Assets:Bank:Mercury").item_kinds().is_empty());
    }
}
