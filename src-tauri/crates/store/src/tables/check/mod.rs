//! `purser verify`, the part that concerns the books: entries, sums, seals, and the papers they are about.
//!
//! Every check streams: nothing here grows with the books but the time it takes. The first disagreement
//! of each check is reported, with the row that it was found in.

mod entries;
mod exchanges;
mod lines;
mod papers;
mod sums;
mod texts;

use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;

use purser_core::{Account, ItemKind};
use rusqlite::OptionalExtension;

use super::Conn;
use crate::error::StoreError;
use crate::verify::VerifyReport;

/// Entries between two reports of progress.
const PROGRESS_EVERY: u64 = 4096;

/// Checks the whole ledger against itself and against the audit chain, and adds what is wrong to the report.
pub fn verify_ledger(conn: &Conn, report: &mut VerifyReport) -> Result<(), StoreError> {
    verify_ledger_with(conn, report, |_| ControlFlow::Continue(()))
}

/// Like [`verify_ledger`], told now and then how many entries are behind it; the caller can end it.
pub fn verify_ledger_with(
    conn: &Conn,
    report: &mut VerifyReport,
    mut progress: impl FnMut(u64) -> ControlFlow<()>,
) -> Result<(), StoreError> {
    let mut findings = Findings { report, seen: BTreeSet::new() };
    let chart = Chart::load(conn, &mut findings)?;
    let totals = entries::check(conn, &chart, &mut findings, &mut progress)?;
    sums::check_balances(conn, &chart, &totals, &mut findings)?;
    texts::check(conn, &totals.texts, &mut findings)?;
    sums::check_days(conn, &chart, &totals, &mut findings)?;
    sums::check_items(conn, &chart, &totals, &mut findings)?;
    sums::check_provider(conn, &mut findings)?;
    papers::check_allocations(conn, &mut findings)?;
    papers::check_invoices(conn, &chart, &mut findings)?;
    papers::check_series(conn, &mut findings)?;
    let sums = lines::check_lines(conn, &chart, &mut findings)?;
    papers::check_payments(conn, &chart, &mut findings)?;
    lines::check_sums(conn, &chart, &sums, &mut findings)?;
    lines::check_accounts(conn, &sums, &mut findings)?;
    exchanges::check_exchanges(conn, &mut findings)?;
    exchanges::check_write_offs(conn, &mut findings)?;
    Ok(())
}

/// What is wrong, the first of each check.
struct Findings<'a> {
    report: &'a mut VerifyReport,
    seen: BTreeSet<&'static str>,
}

impl Findings<'_> {
    fn find(&mut self, check: &'static str, place: impl Into<String>, sentence: impl Into<String>) {
        if self.seen.insert(check) {
            self.report.find(check, place, sentence);
        }
    }

    fn checked(&mut self, check: &'static str, looked_at: u64) {
        self.report.checked(check, looked_at);
    }
}

/// The accounts by their keys, with the kinds of item that their postings must name.
struct Chart {
    accounts: HashMap<i64, (String, &'static [ItemKind])>,
}

impl Chart {
    fn load(conn: &Conn, findings: &mut Findings<'_>) -> Result<Chart, StoreError> {
        let mut accounts = HashMap::new();
        let mut statement = conn.prepare_cached("SELECT key, name FROM account ORDER BY key")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (key, name): (i64, String) = (row.get(0)?, row.get(1)?);
            let kinds = match Account::new(&name) {
                Ok(account) => account.item_kinds(),
                Err(error) => {
                    findings.find("accounts", format!("account {key}"), format!("{error}."));
                    &[]
                }
            };
            accounts.insert(key, (name, kinds));
        }
        findings.checked("accounts", accounts.len() as u64);
        Ok(Chart { accounts })
    }

    fn name(&self, key: i64) -> &str {
        self.accounts.get(&key).map_or("an unknown account", |(name, _)| name)
    }

    fn kinds(&self, key: i64) -> &'static [ItemKind] {
        self.accounts.get(&key).map_or(&[], |(_, kinds)| kinds)
    }

    /// The key of an account by its name; -1, which no row has, where it is not in use.
    fn key(&self, name: &str) -> i64 {
        self.accounts.iter().find(|(_, (known, _))| known == name).map_or(-1, |(key, _)| *key)
    }
}

/// An item in the words of a founder: the number of an invoice or payment, the payer of a line.
fn item_words(conn: &Conn, kind: &str, id: &str) -> Result<String, StoreError> {
    let sql = match kind {
        "invoice" => "SELECT 'invoice ' || coalesce(number, 'draft ' || id) FROM invoice WHERE id = ?1",
        "payment" => "SELECT 'payment ' || number FROM payment WHERE id = ?1",
        "customer" => "SELECT 'the credit of ' || name FROM customer WHERE id = ?1",
        "bank_line" => {
            "SELECT 'the bank line of ' || occurred_on || ' ' || payer || ' (' || id || ')' FROM bank_line WHERE id = ?1"
        }
        _ => return Ok(format!("{kind} {id}")),
    };
    let words: Option<String> = conn.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?;
    Ok(words.unwrap_or_else(|| format!("{kind} {id}")))
}

/// An amount of a column in words; a currency that nobody knows is shown as it stands there.
fn words(minor: i128, code: &str) -> String {
    match purser_core::Currency::from_code(code) {
        Ok(currency) => purser_core::Money::new(minor, currency).to_string(),
        Err(_) => format!("{minor} minor units of {code}"),
    }
}
