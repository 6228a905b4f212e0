//! Real accounts: bank and cash, each with its opening balance.

use chrono::NaiveDate;
use purser_core::account::CASH;
use purser_core::text::one_line;
use purser_core::{Account, Money, booking};
use purser_store::WriteTx;
use purser_store::tables::journal::lines_of_account;
use purser_store::tables::ledger::NewEntry;
use purser_store::tables::{accounts as table, ledger};
use serde_json::json;

use super::company::read_currency;
use crate::api::Caller;
use crate::api::types::*;
use crate::books::Moment;
use crate::error::ApiError;

/// Longest name of an account, in characters.
const NAME_CHARS: usize = 60;

/// `accounts`.
pub fn accounts(caller: &Caller<'_>, _input: Nothing) -> Result<Vec<AccountRow>, ApiError> {
    caller.books()?.read(|tx| {
        let mut rows = Vec::new();
        for account in table::real(tx)? {
            let currency = account.opening.currency();
            let lines = lines_of_account(tx, account.key, currency)?;
            let balance = ledger::balance_of(tx, account.account.as_str(), currency)?;
            rows.push(AccountRow {
                name: account.name,
                kind: account.kind,
                currency: currency.code().to_owned(),
                ledger_account: account.account.as_str().to_owned(),
                opening: account.opening.into(),
                balance: balance.into(),
                statement_balance: None,
                last_line_on: lines.last_on,
                lines: lines.count,
            });
        }
        Ok(rows)
    })
}

/// A real account that passed its checks.
#[derive(Debug, Clone)]
pub(crate) struct NewAccount {
    account: Account,
    name: String,
    kind: &'static str,
    opening: Money,
}

impl NewAccount {
    /// Checks a form. The first cash box named `Cash` is `Assets:Cash` itself.
    pub(crate) fn check(
        name: &str,
        kind: &str,
        opening: &str,
        currency: purser_core::Currency,
    ) -> Result<NewAccount, ApiError> {
        let name = one_line(name, NAME_CHARS + 1);
        if name.is_empty() || name.chars().count() > NAME_CHARS {
            return Err(ApiError::usage(
                "account_name",
                format!("An account needs a name of at most {NAME_CHARS} characters."),
            ));
        }
        let (account, kind) = match kind {
            "bank" => (Account::bank(&name)?, "bank"),
            "cash" if name.eq_ignore_ascii_case("cash") => (Account::known(CASH), "cash"),
            "cash" => (Account::new(&format!("{CASH}:{name}"))?, "cash"),
            other => {
                let shown = one_line(other, 20);
                return Err(ApiError::usage(
                    "account_kind",
                    format!("“{shown}” is no kind of account. Choose bank or cash."),
                ));
            }
        };
        let opening = match opening.trim() {
            "" => Money::zero(currency),
            amount => Money::parse(amount, currency)?,
        };
        opening.minor_i64()?;
        Ok(NewAccount { account, name, kind, opening })
    }
}

/// Adds a real account with its opening entry, in one audit row, whose number is returned.
pub(crate) fn add_account(
    tx: &WriteTx<'_>,
    moment: &Moment,
    new: &NewAccount,
    opened_on: NaiveDate,
) -> Result<i64, ApiError> {
    let taken = |real: &table::RealAccount| {
        real.name.to_lowercase() == new.name.to_lowercase() || real.account == new.account
    };
    if table::real(tx)?.iter().any(taken) {
        return Err(ApiError::usage(
            "account_exists",
            format!("There is an account {} already. Nothing was added; choose another name.", new.name),
        ));
    }
    if table::key_of(tx, new.account.as_str())?.is_some() {
        return Err(ApiError::usage(
            "account_exists",
            format!("{} is in use as a category already. Choose another name.", new.account),
        ));
    }
    let entries: Vec<NewEntry> = if new.opening.is_zero() {
        Vec::new()
    } else {
        vec![booking::opening_balance(&new.account, new.opening, opened_on)?.into()]
    };
    let detail = json!({
        "name": new.name, "kind": new.kind, "account": new.account, "opening": new.opening, "on": opened_on,
    });
    let booked = moment.book(tx, "account.add", format!("account:{}", new.account), detail, &entries)?;
    table::add_real(tx, &new.account, &new.name, new.kind, new.opening, opened_on)?;
    Ok(booked.audit)
}

/// `account_add`.
pub fn account_add(caller: &Caller<'_>, input: AccountAdd) -> Result<Done, ApiError> {
    caller.books()?.decide(&caller.actor, move |tx, moment| {
        let currency = match input.currency.trim() {
            "" => moment.profile.currency,
            code => read_currency(code)?,
        };
        let new = NewAccount::check(&input.name, &input.kind, &input.opening, currency)?;
        let audit = add_account(tx, moment, &new, moment.profile.books_start)?;
        let say = match new.opening.is_zero() {
            true => format!("{} was added.", new.name),
            false => {
                format!("{} was added with {} on {}.", new.name, new.opening, moment.profile.books_start)
            }
        };
        let done = Done { sequence: audit.unsigned_abs(), say, undo: None };
        moment.keep_reply(tx, &done)?;
        Ok(done)
    })
}

#[cfg(test)]
mod tests {
    use purser_core::Currency;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Mercury", "bank", "Assets:Bank:Mercury")]
    #[case("Cash", "cash", "Assets:Cash")]
    #[case("Petty", "cash", "Assets:Cash:Petty")]
    #[case("Cash", "bank", "Assets:Bank:Cash")]
    fn an_account_gets_its_place_in_the_chart(#[case] name: &str, #[case] kind: &str, #[case] account: &str) {
        assert_eq!(NewAccount::check(name, kind, "", Currency::USD).unwrap().account.as_str(), account);
    }

    #[rstest]
    #[case("", "bank", "", "account_name")]
    #[case("A:B:C:D:E:F:G:H", "bank", "", "account_name")]
    #[case("Mercury", "safe", "", "account_kind")]
    #[case("Mercury", "bank", "1.005", "amount")]
    #[case("Mercury", "bank", "99999999999999999999", "amount")]
    fn a_form_that_cannot_be_is_refused(
        #[case] name: &str,
        #[case] kind: &str,
        #[case] opening: &str,
        #[case] code: &str,
    ) {
        assert_eq!(NewAccount::check(name, kind, opening, Currency::USD).unwrap_err().code, code);
    }
}
