//! `tie_out`: the books against what others say that there is: banks by their statements, providers by their balance.

use purser_core::Money;
use purser_core::fact::{FactKind, Observed};
use purser_store::ReadTx;
use purser_store::tables::journal::lines_of_account;
use purser_store::tables::{accounts, ledger, provider};

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;
use crate::ingest::{observed, title_of};

/// `tie_out`: cash accounts have no statement to compare with.
pub fn tie_out(caller: &Caller<'_>, _input: Nothing) -> Result<TieOut, ApiError> {
    caller.books()?.read(|tx| Ok(TieOut { rows: tie_out_rows(tx)?, providers: provider_rows(tx)? }))
}

/// Each bank account against its statement lines.
pub(crate) fn tie_out_rows(tx: &ReadTx<'_>) -> Result<Vec<TieOutRow>, ApiError> {
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

/// Each provider's balance as it told it last, against the ledger, currency by currency.
fn provider_rows(tx: &ReadTx<'_>) -> Result<Vec<ProviderTieOut>, ApiError> {
    let underway = provider::underway(tx)?;
    let balances = ledger::balances(tx)?;
    let mut rows = Vec::new();
    for (source, feed) in provider::feeds(tx)? {
        let (title, told) = (title_of(&source), last_told(tx, &source)?);
        let prefix = format!("Assets:{title}:");
        let mut currencies: Vec<_> = told.iter().flat_map(|told| &told.total).map(Money::currency).collect();
        let ours = balances.iter().filter(|one| one.account == format!("{prefix}{}", one.amount.currency()));
        currencies.extend(ours.map(|balance| balance.amount.currency()));
        currencies.sort_unstable();
        currencies.dedup();
        for currency in currencies {
            let of = |amounts: &[Money]| {
                let found = amounts.iter().find(|amount| amount.currency() == currency);
                found.copied().unwrap_or(Money::zero(currency))
            };
            let account = format!("{prefix}{currency}");
            let ledger_says = ledger::balance_of(tx, &account, currency)?;
            let says = told.as_ref().map(|told| of(&told.total));
            let coming: Vec<Money> = underway
                .iter()
                .filter(|one| one.source == source && one.amount.currency() == currency)
                .map(|one| one.amount)
                .collect();
            // A currency that was touched once and holds nothing on either side says nothing.
            if ledger_says.is_zero() && coming.is_empty() && says.is_none_or(|says| says.is_zero()) {
                continue;
            }
            rows.push(ProviderTieOut {
                title: title.to_owned(),
                account,
                provider_says: says.map(Amount::from),
                available: told.as_ref().map(|told| of(&told.available).into()),
                told_at: told.as_ref().map(|told| told.seen_at.clone()),
                read_at: feed.polled_at.clone(),
                ledger_says: ledger_says.into(),
                unexplained: says.map(|says| says.sub(ledger_says)).transpose()?.map(Amount::from),
                underway_count: coming.len() as u64,
                underway: Money::sum(coming, currency)?.into(),
            });
        }
    }
    Ok(rows)
}

/// What a provider told of its balance.
struct Told {
    total: Vec<Money>,
    available: Vec<Money>,
    seen_at: String,
}

fn last_told(tx: &ReadTx<'_>, source: &str) -> Result<Option<Told>, ApiError> {
    let Some((fact, seen_at)) = provider::last_balance(tx, source)? else { return Ok(None) };
    Ok(match observed(tx, source, FactKind::Balance, fact)? {
        Some(Observed::Balance(told)) => Some(Told { total: told.total, available: told.available, seen_at }),
        _ => None,
    })
}
