//! The accounts that a bank line can be filed under: the chart that comes with Purser, and what is in use.

use std::collections::BTreeMap;

use purser_core::Account;
use purser_core::account::{CONVERSION, OPENING};
use purser_store::StoreError;
use purser_store::tables::{Conn, accounts, journal};

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

/// The categories of a new company.
const CHART: &str = include_str!("../../../../../../assets/chart-of-accounts");

/// `categories`.
pub fn categories(caller: &Caller<'_>, _input: Nothing) -> Result<Categories, ApiError> {
    caller.books()?.read(|tx| {
        let mut uses: BTreeMap<String, i64> = chart().map(|name| (name.to_owned(), 0)).collect();
        for (name, postings) in journal::used_accounts(tx)? {
            if Account::new(&name).is_ok_and(|account| may_take_a_line(&account)) {
                uses.insert(name, postings);
            }
        }
        let mut named: Vec<(String, i64)> = uses.into_iter().collect();
        named.sort_by_key(|(name, postings)| (std::cmp::Reverse(*postings), chart_place(name), name.clone()));
        Ok(Categories { accounts: named.into_iter().map(|(name, _)| name).collect() })
    })
}

/// The account that a founder names as a category; refused where no line can go.
pub(crate) fn check_category(conn: &Conn, name: &str) -> Result<Account, ApiError> {
    let account = Account::new(name.trim())?;
    if may_take_a_line(&account) && !is_real(conn, &account)? {
        return Ok(account);
    }
    Err(ApiError::usage(
        "not_a_category",
        format!(
            "Nothing can be filed under {account}: Purser keeps that account itself. Choose an expense, an income or another category."
        ),
    ))
}

fn is_real(conn: &Conn, account: &Account) -> Result<bool, StoreError> {
    Ok(accounts::real(conn)?.iter().any(|real| real.account == *account))
}

/// Accounts with open items or with a statement of their own are booked by Purser, never by hand.
fn may_take_a_line(account: &Account) -> bool {
    let name = account.as_str();
    let holds_money =
        ["Assets:Bank", "Assets:Cash", "Assets:Stripe", "Assets:PayPal", "Assets:Crypto", "Assets:InTransit"]
            .iter()
            .any(|kept| name == *kept || name.strip_prefix(kept).is_some_and(|rest| rest.starts_with(':')));
    account.item_kinds().is_empty() && !holds_money && name != OPENING && name != CONVERSION
}

/// The names of the chart; what stands after `;` is a note.
fn chart() -> impl Iterator<Item = &'static str> {
    CHART.lines().filter_map(|line| line.split(';').next()).map(str::trim).filter(|name| !name.is_empty())
}

fn chart_place(name: &str) -> usize {
    chart().position(|known| known == name).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use purser_core::account::{AccountType, BadAccount};

    use super::*;

    #[test]
    fn every_account_of_the_chart_can_take_a_line() {
        let accounts: Result<Vec<Account>, BadAccount> = chart().map(Account::new).collect();
        let accounts = accounts.unwrap();
        assert!(accounts.len() > 20 && accounts.iter().all(may_take_a_line), "{accounts:?}");
        let mut names: Vec<&str> = chart().collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), accounts.len(), "each name stands once");
    }

    #[test]
    fn accounts_that_purser_keeps_itself_take_no_line() {
        for kept in
            ["Assets:Receivable", "Liabilities:Suspense", "Assets:Bank:Mercury", "Assets:Cash", OPENING]
        {
            assert!(!may_take_a_line(&Account::known(kept)), "{kept}");
        }
        assert!(may_take_a_line(&Account::known("Liabilities:SalesTax")));
        assert!(may_take_a_line(&Account::known("Assets:Cashmere")));
        assert_eq!(Account::known("Expenses:Rent").kind(), AccountType::Expenses);
    }
}
