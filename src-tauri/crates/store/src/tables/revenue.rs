//! What came in on a day, by the way it came, and what was earned in some days.

use chrono::NaiveDate;
use purser_core::Money;
use purser_core::entry::EntryKind;
use rusqlite::Row;

use super::{Conn, money};
use crate::error::StoreError;

/// Money that came one way on one day.
#[derive(Debug, Clone, PartialEq)]
pub struct ByWay {
    /// The method of a recorded payment, the name of the bank account, or the income account.
    pub way: String,
    /// How much.
    pub amount: Money,
    /// How many payments, lines or postings.
    pub count: i64,
}

fn read(row: &Row<'_>) -> Result<ByWay, StoreError> {
    let (amount, currency): (i64, String) = (row.get(1)?, row.get(2)?);
    Ok(ByWay { way: row.get(0)?, amount: money(amount, &currency)?, count: row.get(3)? })
}

fn select(conn: &Conn, sql: &str, day: NaiveDate) -> Result<Vec<ByWay>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([day.to_string()])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

/// Payments recorded as received on a day, by method.
pub fn recorded_on(conn: &Conn, day: NaiveDate) -> Result<Vec<ByWay>, StoreError> {
    select(
        conn,
        "SELECT method, sum(amount), currency, count(*) FROM payment
         WHERE received_on = ?1 AND state <> 'undone' GROUP BY method, currency ORDER BY method, currency",
        day,
    )
}

/// Bank lines of a day that pay invoices or became credit, by account. A line that is a recorded payment is not
/// among them: it was counted when it was recorded.
pub fn transferred_on(conn: &Conn, day: NaiveDate) -> Result<Vec<ByWay>, StoreError> {
    select(
        conn,
        "SELECT coalesce(a.real_name, a.name), sum(l.amount), l.currency, count(*)
         FROM bank_line l JOIN account a ON a.key = l.account
         WHERE l.state = 'matched' AND l.occurred_on = ?1 AND l.amount > 0
           AND EXISTS (SELECT 1 FROM allocation s
                       WHERE s.funds_kind = 'line' AND s.funds_id = l.id AND s.undone_by IS NULL)
         GROUP BY a.key, l.currency ORDER BY 1, 3",
        day,
    )
}

/// What was booked on income accounts on a day. Income is positive here, what was given back negative.
pub fn income_on(conn: &Conn, day: NaiveDate) -> Result<Vec<ByWay>, StoreError> {
    select(
        conn,
        "SELECT a.name, -sum(p.amount), p.currency, count(*)
         FROM entry e JOIN posting p ON p.entry = e.number JOIN account a ON a.key = p.account
         WHERE e.occurred_on = ?1 AND a.name GLOB 'Income*'
         GROUP BY a.key, p.currency HAVING sum(p.amount) <> 0 ORDER BY a.name, p.currency",
        day,
    )
}

/// What was booked on income accounts from one day to another, both included, by currency. Income is positive here.
pub fn income_between(conn: &Conn, from: NaiveDate, to: NaiveDate) -> Result<Vec<Money>, StoreError> {
    let booked = booked_between(conn, "Income*", from, to)?;
    Ok(booked.into_iter().map(|sum| -sum).collect())
}

/// The fees of providers and banks that were booked from one day to another, both included, by currency.
pub fn fees_between(conn: &Conn, from: NaiveDate, to: NaiveDate) -> Result<Vec<Money>, StoreError> {
    booked_between(conn, "Expenses:Fees:*", from, to)
}

/// The sums of accounts whose names fit a pattern, by currency; debits are positive.
fn booked_between(
    conn: &Conn,
    accounts: &str,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Money>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT sum(d.amount), d.currency FROM account a CROSS JOIN day_sum d ON d.account = a.key
         WHERE a.name GLOB ?1 AND d.day BETWEEN ?2 AND ?3 GROUP BY d.currency ORDER BY d.currency",
    )?;
    let mut rows = statement.query((accounts, from.to_string(), to.to_string()))?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(money(row.get(0)?, &row.get::<_, String>(1)?)?);
    }
    Ok(all)
}

/// What changed a balance kept at a provider on one day, for one kind of entry. `net = gross − fees`.
#[derive(Debug, Clone, PartialEq)]
pub struct AtProvider {
    /// What it was.
    pub kind: EntryKind,
    /// By how much the balance changed.
    pub net: Money,
    /// What the provider kept of it.
    pub fees: Money,
    /// How many entries.
    pub count: i64,
}

/// What changed the balances of a provider on a day, by currency and kind. `accounts` is where they are kept, without
/// the currency: `Assets:Acme:`.
pub fn at_provider_on(conn: &Conn, accounts: &str, day: NaiveDate) -> Result<Vec<AtProvider>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT e.kind, t.currency, sum(t.amount), count(*),
           coalesce(sum((SELECT sum(f.amount) FROM posting f JOIN account b ON b.key = f.account
                         WHERE f.entry = e.number AND f.currency = t.currency AND b.name GLOB 'Expenses:Fees:*')), 0)
         FROM entry e JOIN posting t ON t.entry = e.number JOIN account a ON a.key = t.account
         WHERE e.occurred_on = ?1 AND a.name = ?2 || t.currency
         GROUP BY t.currency, e.kind ORDER BY t.currency, e.kind",
    )?;
    let mut rows = statement.query((day.to_string(), accounts))?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let (kind, currency): (String, String) = (row.get(0)?, row.get(1)?);
        let kind = EntryKind::parse(&kind)
            .ok_or_else(|| StoreError::Damaged(format!("an entry has the unknown kind {kind}")))?;
        let (net, fees) = (money(row.get(2)?, &currency)?, money(row.get(4)?, &currency)?);
        all.push(AtProvider { kind, net, fees, count: row.get(3)? });
    }
    Ok(all)
}
