//! Balances now or on a day, and the bank accounts against their statements.

use purser_core::{Currency, Money};
use purser_store::tables::journal::lines_of_account;
use purser_store::tables::ledger::Balance;
use purser_store::tables::{accounts, ledger};

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

/// `tie_out`: cash accounts have no statement to compare with.
pub fn tie_out(caller: &Caller<'_>, _input: Nothing) -> Result<TieOut, ApiError> {
    caller.books()?.read(|tx| Ok(TieOut { rows: tie_out_rows(tx)? }))
}

/// Each bank account against its statement lines.
pub(crate) fn tie_out_rows(tx: &purser_store::ReadTx<'_>) -> Result<Vec<TieOutRow>, ApiError> {
    {
        let mut rows = Vec::new();
        for account in accounts::real(tx)?.into_iter().filter(|account| account.kind == "bank") {
            let currency = account.opening.currency();
            let lines = lines_of_account(tx, account.key, currency)?;
            let bank_says = account.opening.add(lines.sum)?;
            let ledger_says = ledger::balance_of(tx, account.account.as_str(), currency)?;
            rows.push(TieOutRow {
                account: account.name,
                opening: account.opening.into(),
                lines: lines.sum.into(),
                count: lines.count,
                bank_says: bank_says.into(),
                ledger_says: ledger_says.into(),
                unexplained: bank_says.sub(ledger_says)?.into(),
                suspense: lines.unexplained.into(),
                suspense_count: lines.unexplained_count,
                last_line_on: lines.last_on,
            });
        }
        Ok(rows)
    }
}
