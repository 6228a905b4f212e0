//! The simulation's own books: what every balance must be at any time, kept by double entry as things happen.
//! Nothing here is computed from what a provider's face shows, and no code is shared with the program under test.

mod accounts;
mod income;
mod recurring;
mod report;

pub use accounts::{Account, Balance, Entry};
pub(crate) use income::LineInTruth;
pub use recurring::Recurring;

use std::collections::BTreeMap;

/// The journal, its running sums, and the lines whose income is spread over months.
#[derive(Debug, Default)]
pub struct Truth {
    entries: Vec<Entry>,
    sums: BTreeMap<(Account, &'static str), i64>,
    lines: Vec<income::Spread>,
    lines_by_invoice: BTreeMap<String, Vec<usize>>,
    due: BTreeMap<i64, Vec<usize>>,
}

impl Truth {
    /// Books one entry. Debits are positive, zero postings are left out, an entry of nothing is not written.
    ///
    /// # Panics
    /// When the postings do not add up to zero: a simulator with false books must not go on.
    pub(crate) fn post(
        &mut self,
        at: i64,
        currency: &'static str,
        why: &'static str,
        reference: &str,
        postings: &[(Account, i64)],
    ) {
        let postings: Vec<(Account, i64)> =
            postings.iter().filter(|(_, amount)| *amount != 0).cloned().collect();
        let total: i64 = postings.iter().map(|(_, amount)| amount).sum();
        assert!(total == 0, "{why} of {reference} is out of balance by {total}: {postings:?}");
        if postings.is_empty() {
            return;
        }
        for (account, amount) in &postings {
            *self.sums.entry((account.clone(), currency)).or_default() += amount;
        }
        self.entries.push(Entry { at, currency, why, reference: reference.to_owned(), postings });
    }

    /// All entries in the order of their time.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// One account's balance now, debit positive, in minor units.
    pub fn balance(&self, account: &Account, currency: &str) -> i64 {
        self.sums
            .iter()
            .filter(|((each, money), _)| each == account && *money == currency)
            .map(|(_, sum)| sum)
            .sum()
    }

    /// Every balance that is not zero now.
    pub fn balances(&self) -> Vec<Balance> {
        listed(self.sums.iter().map(|((account, currency), sum)| (account.clone(), *currency, *sum)))
    }

    /// Every balance that was not zero at the end of the second `at`.
    pub fn balances_at(&self, at: i64) -> Vec<Balance> {
        let mut sums: BTreeMap<(Account, &'static str), i64> = BTreeMap::new();
        for entry in self.entries.iter().take_while(|entry| entry.at <= at) {
            for (account, amount) in &entry.postings {
                *sums.entry((account.clone(), entry.currency)).or_default() += amount;
            }
        }
        listed(sums.into_iter().map(|((account, currency), sum)| (account, currency, sum)))
    }

    /// What one kind of account holds in all, for instance all receivables: see [`Account::group`].
    pub fn group_balance(&self, group: &str, currency: &str) -> i64 {
        self.sums
            .iter()
            .filter(|((account, money), _)| account.group() == group && *money == currency)
            .map(|(_, sum)| sum)
            .sum()
    }

    /// What is wrong with the books themselves; empty when nothing is.
    pub fn broken_identities(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let mut again: BTreeMap<(Account, &'static str), i64> = BTreeMap::new();
        let mut last = i64::MIN;
        for entry in &self.entries {
            let total: i64 = entry.postings.iter().map(|(_, amount)| amount).sum();
            if total != 0 {
                broken.push(format!("{} of {}: out of balance by {total}", entry.why, entry.reference));
            }
            if entry.at < last {
                broken.push(format!("{} of {}: stands out of its time", entry.why, entry.reference));
            }
            last = entry.at;
            for (account, amount) in &entry.postings {
                *again.entry((account.clone(), entry.currency)).or_default() += amount;
            }
        }
        for (key, sum) in &self.sums {
            if again.get(key) != Some(sum) {
                broken.push(format!("{} {}: the sum {sum} is not that of its postings", key.0, key.1));
            }
        }
        broken.extend(self.broken_spreads());
        broken
    }
}

fn listed(sums: impl Iterator<Item = (Account, &'static str, i64)>) -> Vec<Balance> {
    sums.filter(|(_, _, sum)| *sum != 0)
        .map(|(account, currency, amount_minor)| Balance { account, currency, amount_minor })
        .collect()
}
