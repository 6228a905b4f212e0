//! Balances now or on a day.

use purser_core::{Currency, Money};
use purser_store::tables::ledger;
use purser_store::tables::ledger::Balance;

use super::journal::optional_day;
use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

/// The roots of the chart, in the order of a balance sheet.
const ROOTS: [&str; 5] = ["Assets", "Liabilities", "Equity", "Income", "Expenses"];

/// `balances`.
pub fn balances(caller: &Caller<'_>, input: BalancesInput) -> Result<Balances, ApiError> {
    let books = caller.books()?;
    let as_of = optional_day("as_of", &input.as_of)?;
    let (profile, today) = (books.profile()?, books.today()?);
    books.read(|tx| {
        let rows = match as_of {
            None => ledger::balances(tx)?,
            Some(day) => ledger::balances_until(tx, day)?,
        };
        Ok(Balances {
            totals: ROOTS
                .iter()
                .map(|root| total(root, &rows, profile.currency))
                .collect::<Result<_, _>>()?,
            rows: rows.into_iter().map(BalanceRow::from).collect(),
            as_of: as_of.unwrap_or(today).to_string(),
        })
    })
}

impl From<Balance> for BalanceRow {
    fn from(balance: Balance) -> BalanceRow {
        BalanceRow {
            account: balance.account,
            balance: balance.amount.into(),
            postings: balance.postings.unsigned_abs(),
        }
    }
}

/// The accounts of one root in one currency.
fn total(root: &str, rows: &[Balance], currency: Currency) -> Result<BalanceRow, ApiError> {
    let under = |balance: &&Balance| {
        balance.amount.currency() == currency && balance.account.split(':').next() == Some(root)
    };
    let (mut sum, mut postings) = (Money::zero(currency), 0);
    for balance in rows.iter().filter(under) {
        sum = sum.add(balance.amount)?;
        postings += balance.postings.unsigned_abs();
    }
    Ok(BalanceRow { account: root.to_owned(), balance: sum.into(), postings })
}
