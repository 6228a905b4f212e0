//! The journal: its index by filter, and the rows in sight.

use chrono::NaiveDate;
use purser_core::Money;
use purser_store::tables::journal::{self, Filter};

use super::words::short_account;
use super::{FILTER_CHARS, amounts_in, currencies_in_use, keys_of};
use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

/// Accounts that are named on one side of the list's arrow.
const ACCOUNTS_NAMED: usize = 2;

/// `journal_index`.
pub fn index(caller: &Caller<'_>, input: JournalFilter) -> Result<JournalIndex, ApiError> {
    let text = purser_core::text::bounded(input.text.trim(), FILTER_CHARS);
    let (from, to) = (optional_day("from", &input.from)?, optional_day("to", &input.to)?);
    caller.books()?.read(|tx| {
        let total = journal::total(tx)?;
        let amounts = if text.is_empty() { Vec::new() } else { amounts_in(&text, &currencies_in_use(tx)?) };
        let number = text.trim_start_matches('#').parse().ok().filter(|number| (1..=total).contains(number));
        let newest_first = matches!(input.sort.as_str(), "" | "-date");
        let filter = Filter {
            account: input.account.trim(),
            from,
            to,
            text: &text,
            number,
            amounts: &amounts,
            after: input.after.filter(|_| newest_first),
            whole: !newest_first,
        };
        let mut page = journal::index(tx, &filter)?;
        put_in_order(&mut page.keys, &input.sort)?;
        Ok(JournalIndex { keys: page.keys, more: page.more, total: total.unsigned_abs() })
    })
}

/// The index comes with the newest day first; the other orders are that one turned, or the numbers themselves.
fn put_in_order(keys: &mut [i64], sort: &str) -> Result<(), ApiError> {
    match sort {
        "" | "-date" => {}
        "date" => keys.reverse(),
        "entry" => keys.sort_unstable(),
        "-entry" => keys.sort_unstable_by(|one, other| other.cmp(one)),
        other => {
            let shown = purser_core::text::one_line(other, 30);
            return Err(ApiError::usage(
                "sort",
                format!("The journal is not sorted by “{shown}”. It can be sorted by date or entry."),
            ));
        }
    }
    Ok(())
}

/// A day of a filter; nothing for an empty text.
pub(super) fn optional_day(field: &str, text: &str) -> Result<Option<NaiveDate>, ApiError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| {
        let shown = purser_core::text::one_line(text, 40);
        ApiError::usage("date", format!("“{shown}” ({field}) is not a day. Write it as 2026-11-17."))
    })
}

/// `journal_rows`.
pub fn rows(caller: &Caller<'_>, input: ByKeys) -> Result<JournalRows, ApiError> {
    let keys = keys_of(&input)?;
    caller.books()?.read(|tx| {
        let rows = journal::rows(tx, keys)?;
        Ok(JournalRows { rows: rows.into_iter().map(shown).collect::<Result<_, _>>()? })
    })
}

/// A row as the list shows it.
pub(super) fn shown(row: journal::JournalRow) -> Result<JournalRow, ApiError> {
    let side = |debit: bool| {
        let on_side = row.sides.iter().filter(|(_, amount)| amount.is_positive() == debit);
        named(on_side.map(|(account, _)| short_account(account)))
    };
    Ok(JournalRow {
        key: row.number,
        date: row.occurred_on.to_string(),
        to: side(true),
        from: side(false),
        amount: debits(&row.sides)?.into(),
        reversed: row.reversed_by.is_some(),
        text: row.text,
    })
}

/// The sum of the debits in the first currency.
fn debits(sides: &[(String, Money)]) -> Result<Money, ApiError> {
    let currency = sides.first().map_or(purser_core::Currency::USD, |(_, amount)| amount.currency());
    let debits = sides.iter().map(|(_, amount)| *amount);
    Ok(Money::sum(debits.filter(|m| m.is_positive() && m.currency() == currency), currency)?)
}

/// The first accounts of a side by name, and how many more there are.
fn named<'a>(accounts: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for account in accounts {
        if !names.contains(&account) {
            names.push(account);
        }
    }
    let more = names.len().saturating_sub(ACCOUNTS_NAMED);
    let first = names[..names.len() - more].join(", ");
    if more == 0 { first } else { format!("{first} and {more} more") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_names_two_accounts_and_counts_the_rest() {
        assert_eq!(named(["Suspense", "Suspense"].into_iter()), "Suspense");
        assert_eq!(named(["A", "B", "C", "D"].into_iter()), "A, B and 2 more");
        assert_eq!(named(std::iter::empty()), "");
    }

    #[test]
    fn a_day_that_is_none_is_refused_with_an_example() {
        assert_eq!(optional_day("from", " ").unwrap(), None);
        let refused = optional_day("from", "17.11.2026").unwrap_err();
        assert_eq!(refused.code, "date");
        assert!(refused.message.contains("17.11.2026") && refused.message.contains("2026-11-17"));
    }
}
