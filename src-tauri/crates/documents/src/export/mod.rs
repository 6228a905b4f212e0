//! The whole ledger for other programs: hledger, beancount, and one CSV of postings.
//!
//! Entries are written as they come, so that a decade of books needs no more memory than a day. What is
//! written is checked on the way: every entry balances, every account is in the chart and open, and the
//! final balances are those of the entries. Texts from outside arrive in every format as one visible
//! line: nothing in a memo can forge an entry, a tag, a date or a formula.
//!
//! Exports are in clear, and hold no secret.

mod accounts;
mod beancount;
mod csv;
mod hledger;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use chrono::NaiveDate;
use purser_core::{Currency, Money};

use self::accounts::AccountNames;
pub use self::csv::{ListCell, list_head, list_row};

/// The formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// A journal for hledger 1.25 and later.
    Hledger,
    /// A file for beancount 3.
    Beancount,
    /// A row per posting.
    Csv,
}

/// What is known before the first entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportHead {
    /// The company's name.
    pub company: String,
    /// The audit chain's head that the books had.
    pub audit_head: String,
    /// Every account that an entry uses.
    pub accounts: Vec<ExportAccount>,
}

/// An account of the chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportAccount {
    /// Such as `Assets:Bank:Mercury`.
    pub name: String,
    /// Currencies that it holds; empty where it may hold any.
    pub currencies: Vec<Currency>,
    /// On or before its first entry.
    pub opened: NaiveDate,
}

/// An entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportEntry {
    /// Its number in the ledger.
    pub number: i64,
    /// The day it belongs to.
    pub date: NaiveDate,
    /// What happened.
    pub text: String,
    /// What the other side wrote.
    pub memo: Option<String>,
    /// Further facts by name, such as `source` or `reverses`.
    pub tags: Vec<(String, String)>,
    /// What moved.
    pub postings: Vec<ExportPosting>,
}

/// A posting of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportPosting {
    /// The account.
    pub account: String,
    /// Debits are positive.
    pub amount: Money,
    /// The open item that it belongs to.
    pub item: Option<String>,
}

/// What an account holds of one currency after the last entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportBalance {
    /// The account.
    pub account: String,
    /// What it holds.
    pub amount: Money,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportSummary {
    /// Entries.
    pub entries: u64,
    /// Postings.
    pub postings: u64,
    /// The day of the last entry, if there was one.
    pub last_date: Option<NaiveDate>,
}

/// Why an export stopped. What was written until then is to be thrown away.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file could not be written.
    #[error("The export could not be written: {0}. Free some space or choose another place")]
    Write(#[from] std::io::Error),
    /// An entry whose postings do not add up to nothing.
    #[error("Entry {number} does not balance: {difference} is left over. Run purser verify")]
    NotBalanced {
        /// The entry.
        number: i64,
        /// What its postings add up to.
        difference: Money,
    },
    /// A sum beyond 128 bits.
    #[error("The postings of entry {number} are too large to be added up. Run purser verify")]
    TooLarge {
        /// The entry.
        number: i64,
    },
    /// An account that the chart does not have.
    #[error("Entry {number} uses the account “{account}”, which is not in the chart. Run purser verify")]
    UnknownAccount {
        /// The entry.
        number: i64,
        /// The account.
        account: String,
    },
    /// An entry older than its account.
    #[error(
        "Entry {number} of {date} uses the account “{account}”, which opens on {opened}. Correct the account's date"
    )]
    BeforeOpening {
        /// The entry.
        number: i64,
        /// Its day.
        date: NaiveDate,
        /// The account.
        account: String,
        /// Its first day.
        opened: NaiveDate,
    },
    /// A currency that the account does not hold.
    #[error("Entry {number} posts {currency} to “{account}”, which does not hold it. Run purser verify")]
    WrongCurrency {
        /// The entry.
        number: i64,
        /// The account.
        account: String,
        /// The currency.
        currency: Currency,
    },
    /// A final balance that is not the sum of the postings.
    #[error("The balance of “{account}” is {balance}, but its entries add up to {sum}. Run purser verify")]
    BalanceDiffers {
        /// The account.
        account: String,
        /// What was said.
        balance: Money,
        /// What the entries say.
        sum: Money,
    },
}

/// Writes a whole export: the head, the entries in the order of their dates, the balances.
pub fn export<W: Write>(
    format: ExportFormat,
    out: W,
    head: &ExportHead,
    entries: impl IntoIterator<Item = ExportEntry>,
    balances: &[ExportBalance],
) -> Result<ExportSummary, ExportError> {
    let mut exporter = Exporter::begin(format, out, head)?;
    for entry in entries {
        exporter.entry(&entry)?;
    }
    exporter.finish(balances)
}

/// An export in progress, for entries that come page by page.
pub struct Exporter<W: Write> {
    out: W,
    format: ExportFormat,
    names: AccountNames,
    accounts: BTreeMap<String, ExportAccount>,
    sums: BTreeMap<(String, Currency), i128>,
    /// Currencies that were declared: each before the first entry that uses it.
    declared: BTreeSet<Currency>,
    summary: ExportSummary,
}

impl<W: Write> Exporter<W> {
    /// Writes what comes before the first entry.
    pub fn begin(format: ExportFormat, mut out: W, head: &ExportHead) -> Result<Exporter<W>, ExportError> {
        let names = AccountNames::new(format, head.accounts.iter().map(|account| account.name.as_str()));
        match format {
            ExportFormat::Hledger => hledger::begin(&mut out, head, &names)?,
            ExportFormat::Beancount => beancount::begin(&mut out, head, &names)?,
            ExportFormat::Csv => csv::begin(&mut out)?,
        }
        let accounts = head.accounts.iter().map(|account| (account.name.clone(), account.clone())).collect();
        let summary = ExportSummary { entries: 0, postings: 0, last_date: None };
        let (sums, declared) = (BTreeMap::new(), BTreeSet::new());
        Ok(Exporter { out, format, names, accounts, sums, declared, summary })
    }

    /// Writes an entry.
    pub fn entry(&mut self, entry: &ExportEntry) -> Result<(), ExportError> {
        self.check(entry)?;
        for currency in entry.postings.iter().map(|posting| posting.amount.currency()) {
            if self.declared.insert(currency) {
                match self.format {
                    ExportFormat::Hledger => hledger::declare(&mut self.out, currency)?,
                    ExportFormat::Beancount => beancount::declare(&mut self.out, currency, entry.date)?,
                    ExportFormat::Csv => {}
                }
            }
        }
        match self.format {
            ExportFormat::Hledger => hledger::entry(&mut self.out, entry, &self.names)?,
            ExportFormat::Beancount => beancount::entry(&mut self.out, entry, &self.names)?,
            ExportFormat::Csv => csv::entry(&mut self.out, entry)?,
        }
        self.summary.entries += 1;
        self.summary.postings += entry.postings.len() as u64;
        self.summary.last_date = self.summary.last_date.max(Some(entry.date));
        Ok(())
    }

    /// Checks the balances and writes them as assertions. They are those after the last entry.
    pub fn finish(mut self, balances: &[ExportBalance]) -> Result<ExportSummary, ExportError> {
        self.check_balances(balances)?;
        if let Some(last) = self.summary.last_date {
            match self.format {
                ExportFormat::Hledger => hledger::finish(&mut self.out, balances, last, &self.names)?,
                ExportFormat::Beancount => beancount::finish(&mut self.out, balances, last, &self.names)?,
                ExportFormat::Csv => {}
            }
        }
        self.out.flush()?;
        Ok(self.summary)
    }

    fn check(&mut self, entry: &ExportEntry) -> Result<(), ExportError> {
        let number = entry.number;
        let mut left: BTreeMap<Currency, i128> = BTreeMap::new();
        for posting in &entry.postings {
            let name = || posting.account.clone();
            let Some(account) = self.accounts.get(&posting.account) else {
                return Err(ExportError::UnknownAccount { number, account: name() });
            };
            if entry.date < account.opened {
                let (date, opened) = (entry.date, account.opened);
                return Err(ExportError::BeforeOpening { number, date, account: name(), opened });
            }
            let currency = posting.amount.currency();
            if !account.currencies.is_empty() && !account.currencies.contains(&currency) {
                return Err(ExportError::WrongCurrency { number, account: name(), currency });
            }
            let add = |sum: &mut i128| {
                *sum = sum.checked_add(posting.amount.minor()).ok_or(ExportError::TooLarge { number })?;
                Ok::<(), ExportError>(())
            };
            add(left.entry(currency).or_default())?;
            add(self.sums.entry((name(), currency)).or_default())?;
        }
        match left.into_iter().find(|(_, minor)| *minor != 0) {
            Some((currency, minor)) => {
                Err(ExportError::NotBalanced { number, difference: Money::new(minor, currency) })
            }
            None => Ok(()),
        }
    }

    fn check_balances(&self, balances: &[ExportBalance]) -> Result<(), ExportError> {
        let mut said: BTreeMap<(&str, Currency), i128> = BTreeMap::new();
        for balance in balances {
            said.insert((&balance.account, balance.amount.currency()), balance.amount.minor());
        }
        let summed =
            self.sums.iter().map(|((account, currency), minor)| ((account.as_str(), *currency), *minor));
        let mut all: BTreeMap<(&str, Currency), i128> = said.keys().map(|key| (*key, 0)).collect();
        all.extend(summed);
        for (key, sum) in all {
            let balance = said.get(&key).copied().unwrap_or(0);
            if balance != sum {
                let (account, currency) = (key.0.to_owned(), key.1);
                let (balance, sum) = (Money::new(balance, currency), Money::new(sum, currency));
                return Err(ExportError::BalanceDiffers { account, balance, sum });
            }
        }
        Ok(())
    }
}
