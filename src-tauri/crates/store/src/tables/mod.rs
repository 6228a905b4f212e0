//! One file per table or aggregate: its rows, its reads and its writes.
//!
//! Reads are methods of a transaction, so that they see one consistent picture, inside a write too.

pub mod accounts;
pub mod allocations;
pub mod approvals;
pub mod attention;
pub mod batches;
pub mod blobs;
pub mod charge_refunds;
pub mod check;
pub mod connections;
pub mod customers;
pub mod deferrals;
pub mod drafts;
pub mod effects;
pub mod exchanges;
pub mod facts;
pub mod imports;
pub mod invoices;
pub mod job_days;
pub mod job_runs;
pub mod jobs;
pub mod journal;
pub mod ledger;
pub mod lines;
pub mod messages;
pub mod payments;
pub mod provider;
pub mod requests;
pub mod revenue;
pub mod rules;
pub mod series;
pub mod settings;
mod times;
pub mod watched;
pub mod write_offs;

use chrono::NaiveDate;
use purser_core::{Currency, Money};

use crate::error::StoreError;

/// By what a list can be sorted: only what an index answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortBy {
    /// The day it belongs to.
    #[default]
    Day,
    /// Its number.
    Number,
    /// The customer's name; the newest of each first.
    Customer,
}

/// The order of a list; newest first unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// Smallest first.
    pub ascending: bool,
}

impl Sort {
    /// The order as SQL, for a list whose day is the column `day` of `alias`, joined with customer `c`.
    fn sql(self, alias: &str, day: &str) -> String {
        let way = if self.ascending { "ASC" } else { "DESC" };
        match self.by {
            SortBy::Day => format!("{alias}.{day} {way}, {alias}.key {way}"),
            SortBy::Number => format!("{alias}.number {way}, {alias}.key {way}"),
            SortBy::Customer => format!("c.folded {way}, {alias}.{day} DESC, {alias}.key DESC"),
        }
    }
}

/// Something that reads: a [`crate::ReadTx`] or a [`crate::WriteTx`] both deref to it.
pub type Conn = rusqlite::Connection;

/// Money from its two columns.
pub(crate) fn money(minor: i64, code: &str) -> Result<Money, StoreError> {
    Ok(Money::new(i128::from(minor), currency(code)?))
}

/// A currency from its column.
pub(crate) fn currency(code: &str) -> Result<Currency, StoreError> {
    Currency::from_code(code)
        .map_err(|_| StoreError::Damaged(format!("a row names the unknown currency {code}")))
}

/// A day from its column.
pub(crate) fn day(text: &str) -> Result<NaiveDate, StoreError> {
    text.parse().map_err(|_| StoreError::Damaged(format!("a row has “{text}” where a day belongs")))
}

/// A day as the postings keep it: days since 1970-01-01.
pub(crate) fn day_number(day: NaiveDate) -> i64 {
    (day - NaiveDate::from_ymd_opt(1970, 1, 1).unwrap_or_default()).num_days()
}

/// Minor units for a column; an amount beyond 64 bits is refused.
pub(crate) fn minor(money: Money) -> Result<i64, StoreError> {
    money.minor_i64().map_err(|error| StoreError::Amount(error.to_string()))
}

/// `?1, ?2, …` for a list of keys, bounded by the callers' page size.
pub(crate) fn placeholders(count: usize) -> String {
    let mut text = String::with_capacity(count * 2);
    for index in 0..count {
        text.push_str(if index == 0 { "?" } else { ",?" });
    }
    text
}
