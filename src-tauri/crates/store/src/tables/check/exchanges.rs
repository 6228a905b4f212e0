//! Exchanges and write-offs against the postings of the entries that book them.

use purser_core::account::{BAD_DEBT, CONVERSION, DEFERRED, RECEIVABLE, SALES_TAX};

use super::Findings;
use crate::error::StoreError;
use crate::tables::{Conn, exchanges};

/// The postings of an entry on an account, in one currency.
const POSTED: &str = "SELECT coalesce(sum(p.amount), 0) FROM posting p JOIN account a ON a.key = p.account
    WHERE p.entry = ?1 AND a.name = ?2 AND p.currency = ?3";

fn posted(conn: &Conn, entry: i64, account: &str, code: &str) -> Result<i128, StoreError> {
    let sum: i64 = conn.prepare_cached(POSTED)?.query_row((entry, account, code), |row| row.get(0))?;
    Ok(i128::from(sum))
}

/// Each exchange against its entry, and each entry that converts against the exchanges.
pub(super) fn check_exchanges(conn: &Conn, findings: &mut Findings<'_>) -> Result<(), StoreError> {
    let mut statement = conn.prepare(
        "SELECT entry, given, given_currency, value, value_currency, rate, source, at FROM exchange ORDER BY entry",
    )?;
    let mut rows = statement.query([])?;
    let mut looked_at = 0;
    while let Some(row) = rows.next()? {
        looked_at += 1;
        let exchange = exchanges::read(row)?;
        let (given, value) = (exchange.given, exchange.value);
        let left = posted(conn, exchange.entry, CONVERSION, given.currency().code())?;
        let came = posted(conn, exchange.entry, CONVERSION, value.currency().code())?;
        if (left, came) != (-given.minor(), value.minor()) {
            let sentence = format!("{given} for {value} by the list, something else by the ledger.");
            findings.find("exchanges", format!("the exchange of entry {}", exchange.entry), sentence);
        }
        if purser_core::Rate::parse(&exchange.rate, given.currency(), value.currency()).is_err() {
            findings.find(
                "exchanges",
                format!("the exchange of entry {}", exchange.entry),
                "its rate cannot be read.",
            );
        }
    }
    let mut alone = conn.prepare(
        "SELECT p.entry FROM posting p JOIN account a ON a.key = p.account JOIN entry e ON e.number = p.entry
         WHERE a.name = ?1 AND e.kind = 'allocation' AND NOT EXISTS (SELECT 1 FROM exchange x WHERE x.entry = p.entry)
         ORDER BY p.entry LIMIT 1",
    )?;
    let mut rows = alone.query([CONVERSION])?;
    if let Some(row) = rows.next()? {
        let place = format!("entry {}", row.get::<_, i64>(0)?);
        findings.find("exchanges", place, "it converts money, and no rate is kept for it.");
    }
    findings.checked("exchanges", looked_at);
    Ok(())
}

/// Each write-off against its entry; undone in both or in neither.
pub(super) fn check_write_offs(conn: &Conn, findings: &mut Findings<'_>) -> Result<(), StoreError> {
    let mut statement = conn.prepare(
        "SELECT coalesce(i.number, i.id), i.currency, w.net, w.tax, w.entry, w.undone_by,
                (SELECT e.number FROM entry e WHERE e.reverses = w.entry)
         FROM write_off w JOIN invoice i ON i.key = w.invoice ORDER BY w.key",
    )?;
    let mut rows = statement.query([])?;
    let mut looked_at = 0;
    while let Some(row) = rows.next()? {
        looked_at += 1;
        let (number, code): (String, String) = (row.get(0)?, row.get(1)?);
        let (net, tax, entry): (i64, i64, i64) = (row.get(2)?, row.get(3)?, row.get(4)?);
        let (undone_by, reversed_by): (Option<i64>, Option<i64>) = (row.get(5)?, row.get(6)?);
        let place = || format!("the write-off of invoice {number} (entry {entry})");
        if undone_by != reversed_by {
            findings.find("write_offs", place(), "it is undone in the list or in the ledger, not in both.");
        }
        let booked = [
            // What was not earned yet is no loss, but it is not earned any more either.
            posted(conn, entry, BAD_DEBT, &code)? + posted(conn, entry, DEFERRED, &code)?,
            posted(conn, entry, SALES_TAX, &code)?,
            -posted(conn, entry, RECEIVABLE, &code)?,
        ];
        let (net, tax) = (i128::from(net), i128::from(tax));
        if booked != [net, tax, net + tax] {
            findings.find("write_offs", place(), "its amounts differ from the ledger.");
        }
    }
    findings.checked("write_offs", looked_at);
    Ok(())
}
