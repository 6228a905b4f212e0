//! A provider's payouts, three ways on one row: what the provider says it sent, what the books say is on its way, and
//! the line by which the bank shows that it came.

use chrono::NaiveDate;
use purser_core::account::IN_TRANSIT_IN;
use purser_core::entry::EntryKind;
use purser_core::fact::{FactKind, Observed, Payout, PayoutStatus};
use purser_core::text::one_line;
use purser_core::{Item, ItemKind, Money};
use purser_store::ReadTx;
use purser_store::tables::{ledger, lines, provider};

use super::keys_of;
use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;
use crate::ingest::{observed, title_of};
use crate::profile::Profile;

/// `provider_payouts_index`.
pub fn provider_payouts_index(
    caller: &Caller<'_>,
    _input: Nothing,
) -> Result<ProviderPayoutsIndex, ApiError> {
    caller.books()?.read(|tx| Ok(ProviderPayoutsIndex { keys: provider::payout_keys(tx)? }))
}

/// `provider_payouts_rows`.
pub fn provider_payouts_rows(caller: &Caller<'_>, input: ByKeys) -> Result<Vec<ProviderPayoutRow>, ApiError> {
    let keys = keys_of(&input)?;
    let books = caller.books()?;
    books.read(|tx| {
        let profile = Profile::load(tx)?;
        let mut rows = Vec::with_capacity(keys.len());
        for key in keys {
            if let Some((source, object)) = provider::payout_of_key(tx, *key)? {
                rows.extend(row(tx, &profile, *key, &source, &object)?);
            }
        }
        Ok(rows)
    })
}

fn row(
    tx: &ReadTx<'_>,
    profile: &Profile,
    key: i64,
    source: &str,
    object: &provider::Object,
) -> Result<Option<ProviderPayoutRow>, ApiError> {
    // A payout of which only the movement was told has the movement's payload; its own state comes later.
    let told = match observed(tx, source, FactKind::Payout, object.fact)? {
        Some(Observed::Payout(told)) if told.id == object.external_id => told,
        _ => return Ok(None),
    };
    let currency = told.amount.currency();
    let booked = booked(tx, &told)?;
    let expected = match told.status {
        PayoutStatus::Failed | PayoutStatus::Cancelled => Money::zero(currency),
        _ => told.amount,
    };
    // What the books have on its way must be what the provider sent; once the bank shows it, what came must be.
    let unexplained = match (&booked.bank, booked.entry) {
        (_, None) => Money::zero(currency),
        (Some(bank), _) => expected.sub(bank.amount)?,
        (None, _) => expected.sub(booked.sent)?,
    };
    Ok(Some(ProviderPayoutRow {
        key,
        id: told.id.clone(),
        title: title_of(source).to_owned(),
        created_on: profile.day(told.created).to_string(),
        expected_on: profile.day(told.arrival).to_string(),
        state: state(&told, &booked).to_owned(),
        provider_says: told.amount.into(),
        ledger_says: booked.entry.is_some().then(|| booked.sent.into()),
        entry: booked.entry,
        bank_says: booked.bank.as_ref().map(|bank| bank.amount.into()),
        bank_on: booked.bank.as_ref().map(|bank| bank.on.to_string()),
        bank_text: booked.bank.as_ref().map(|bank| bank.text.clone()).unwrap_or_default(),
        bank_line: booked.bank.as_ref().map(|bank| bank.line.clone()),
        deposit: booked.bank.as_ref().map(|bank| bank.entry),
        unexplained: unexplained.into(),
    }))
}

/// What the books know of a payout.
struct Booked {
    /// What is or was on its way: nothing again, where it came back.
    sent: Money,
    /// The first entry of it; none before the books began.
    entry: Option<i64>,
    bank: Option<Arrived>,
}

/// The bank's line.
struct Arrived {
    amount: Money,
    on: NaiveDate,
    text: String,
    line: String,
    entry: i64,
}

fn booked(tx: &ReadTx<'_>, told: &Payout) -> Result<Booked, ApiError> {
    let mut booked = Booked { sent: Money::zero(told.amount.currency()), entry: None, bank: None };
    let item = Item::new(ItemKind::Payout, told.id.as_str());
    for number in ledger::entries_of_item(tx, &item)? {
        let Some((head, entry)) = ledger::whole(tx, number)? else { continue };
        let postings = entry.postings();
        let of_payout = postings.iter().filter(|posting| {
            posting.account.as_str() == IN_TRANSIT_IN && posting.item.as_ref() == Some(&item)
        });
        match head.kind {
            EntryKind::ProviderPayout => {
                booked.entry.get_or_insert(number);
                for posting in of_payout {
                    booked.sent = booked.sent.add(posting.amount)?;
                }
            }
            EntryKind::Deposit if ledger::reversed_by(tx, number)?.is_none() => {
                let of_line = postings.iter().filter_map(|posting| posting.item.as_ref());
                let line = of_line.filter(|item| item.kind == ItemKind::BankLine).map(|item| &item.id).next();
                let Some(line) = line.map(|id| lines::by_id(tx, id)).transpose()?.flatten() else { continue };
                booked.bank = Some(Arrived {
                    amount: line.amount,
                    on: line.occurred_on,
                    text: one_line(if line.payer.is_empty() { &line.description } else { &line.payer }, 120),
                    line: line.id,
                    entry: number,
                });
            }
            _ => {}
        }
    }
    Ok(booked)
}

fn state(told: &Payout, booked: &Booked) -> &'static str {
    match told.status {
        PayoutStatus::Failed => "failed",
        PayoutStatus::Cancelled => "cancelled",
        _ if booked.bank.is_some() => "arrived",
        _ if booked.entry.is_none() => "before_the_books",
        _ => "underway",
    }
}
