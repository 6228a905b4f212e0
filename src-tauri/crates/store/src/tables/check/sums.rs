//! The kept sums against the sums of the postings.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use super::entries::Raw;
use super::texts::Letters;
use super::{Chart, Findings, item_words, words};
use crate::error::StoreError;
use crate::tables::Conn;

/// Sums over every posting.
#[derive(Default)]
pub(super) struct Totals {
    pub(super) entries: u64,
    pub(super) postings: u64,
    /// Sum and number of postings by account and currency.
    balances: HashMap<(i64, String), (i128, i64)>,
    items: Fingerprint,
    days: Fingerprint,
    /// The letters of every line of the journal.
    pub(super) texts: Letters,
}

impl Totals {
    pub(super) fn add(&mut self, day: &str, postings: &[Raw]) {
        for posting in postings {
            self.postings += 1;
            self.days.add_day(posting.account, &posting.currency, day, posting.amount, 1);
            let sum = match self.balances.get_mut(&(posting.account, posting.currency.clone())) {
                Some(sum) => sum,
                None => self.balances.entry((posting.account, posting.currency.clone())).or_default(),
            };
            sum.0 += i128::from(posting.amount);
            sum.1 += 1;
            if let Some((kind, id)) = &posting.item {
                self.items.add((id, kind, posting.account, &posting.currency), posting.amount);
            }
        }
    }
}

/// An item on an account in a currency.
type Place<'a> = (&'a str, &'a str, i64, &'a str);

/// A sum over items that two lists share exactly if every item's amount is the same in both, whatever
/// their order and however the amounts are divided: each amount times a secret number of its item.
/// Two different lists agree by chance once in 2⁶⁴ runs. It saves sorting a million postings.
#[derive(Default)]
struct Fingerprint {
    secret: RandomState,
    sum: u128,
}

impl Fingerprint {
    fn add(&mut self, place: Place<'_>, amount: i64) {
        let weight = u128::from(self.secret.hash_one(place));
        // The amount as two's complement: sums of negatives wrap back exactly.
        self.sum = self.sum.wrapping_add(weight.wrapping_mul(i128::from(amount) as u128));
    }

    /// A day of an account: its amount, and how many postings make it.
    fn add_day(&mut self, account: i64, currency: &str, day: &str, amount: i64, postings: i64) {
        self.add((day, "amount", account, currency), amount);
        self.add((day, "postings", account, currency), postings);
    }
}

/// The balance table against the sums of the postings.
pub(super) fn check_balances(
    conn: &Conn,
    chart: &Chart,
    totals: &Totals,
    findings: &mut Findings<'_>,
) -> Result<(), StoreError> {
    let mut left = totals.balances.clone();
    let mut looked_at = 0;
    let mut statement =
        conn.prepare("SELECT account, currency, amount, postings FROM balance ORDER BY account, currency")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (account, code): (i64, String) = (row.get(0)?, row.get(1)?);
        let kept: (i64, i64) = (row.get(2)?, row.get(3)?);
        let (sum, postings) = left.remove(&(account, code.clone())).unwrap_or_default();
        if (i128::from(kept.0), kept.1) != (sum, postings) {
            let sentence = format!(
                "{} is kept over {} postings; the postings are {postings} and sum to {}.",
                words(i128::from(kept.0), &code),
                kept.1,
                words(sum, &code)
            );
            findings.find("balances", format!("the balance of {}", chart.name(account)), sentence);
        }
        looked_at += 1;
    }
    if let Some(((account, code), (sum, _))) = left.into_iter().min() {
        let sentence = format!("none is kept; the postings sum to {}.", words(sum, &code));
        findings.find("balances", format!("the balance of {}", chart.name(account)), sentence);
    }
    findings.checked("balances", looked_at);
    Ok(())
}

/// The sums of the days against the postings.
pub(super) fn check_days(
    conn: &Conn,
    chart: &Chart,
    totals: &Totals,
    findings: &mut Findings<'_>,
) -> Result<(), StoreError> {
    let mut kept = Fingerprint { secret: totals.days.secret.clone(), sum: 0 };
    let mut looked_at = 0;
    let mut statement = conn.prepare("SELECT account, currency, day, amount, postings FROM day_sum")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (code, day) =
            (row.get_ref(1)?.as_str().map_err(damaged)?, row.get_ref(2)?.as_str().map_err(damaged)?);
        kept.add_day(row.get(0)?, code, day, row.get(3)?, row.get(4)?);
        looked_at += 1;
    }
    if kept.sum != totals.days.sum {
        name_day(conn, chart, findings)?;
    }
    findings.checked("day_sums", looked_at);
    Ok(())
}

/// The slow way, once it is known that a day disagrees: the first one.
fn name_day(conn: &Conn, chart: &Chart, findings: &mut Findings<'_>) -> Result<(), StoreError> {
    let mut statement = conn.prepare(
        "WITH booked AS (SELECT p.account, p.currency, e.occurred_on AS day, sum(p.amount) AS amount, count(*) AS postings
                         FROM posting p JOIN entry e ON e.number = p.entry GROUP BY p.account, p.currency, e.occurred_on)
         SELECT coalesce(d.account, b.account), coalesce(d.currency, b.currency), coalesce(d.day, b.day),
                coalesce(d.amount, 0), coalesce(b.amount, 0), coalesce(d.postings, 0), coalesce(b.postings, 0)
         FROM booked b FULL JOIN day_sum d ON d.account = b.account AND d.currency = b.currency AND d.day = b.day
         WHERE coalesce(d.amount, 0) <> coalesce(b.amount, 0) OR coalesce(d.postings, 0) <> coalesce(b.postings, 0)
         ORDER BY 3, 1 LIMIT 1",
    )?;
    let mut rows = statement.query([])?;
    let Some(row) = rows.next()? else { return Ok(()) };
    let (account, code, day): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let amount = |column: usize| -> Result<String, StoreError> {
        Ok(words(i128::from(row.get::<_, i64>(column)?), &code))
    };
    let sentence = format!(
        "{} is kept over {} postings; the postings are {} and sum to {}.",
        amount(3)?,
        row.get::<_, i64>(5)?,
        row.get::<_, i64>(6)?,
        amount(4)?
    );
    findings.find("day_sums", format!("{} on {day}", chart.name(account)), sentence);
    Ok(())
}

/// The open items against the sums of the postings that name them, and against the things they name.
pub(super) fn check_items(
    conn: &Conn,
    chart: &Chart,
    totals: &Totals,
    findings: &mut Findings<'_>,
) -> Result<(), StoreError> {
    let mut kept = Fingerprint { secret: totals.items.secret.clone(), sum: 0 };
    let mut looked_at = 0;
    let mut statement =
        conn.prepare("SELECT item_id, item_kind, account, currency, amount FROM open_item")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let place = (
            row.get_ref(0)?.as_str().map_err(damaged)?,
            row.get_ref(1)?.as_str().map_err(damaged)?,
            row.get(2)?,
            row.get_ref(3)?.as_str().map_err(damaged)?,
        );
        kept.add(place, row.get(4)?);
        looked_at += 1;
    }
    if kept.sum != totals.items.sum {
        name_item(conn, chart, findings)?;
    }
    check_named(conn, findings)?;
    findings.checked("open_items", looked_at);
    Ok(())
}

fn damaged(error: rusqlite::types::FromSqlError) -> StoreError {
    StoreError::Damaged(format!("a kept sum cannot be read: {error}"))
}

/// The slow way, once it is known that an item disagrees: the first one with its name.
fn name_item(conn: &Conn, chart: &Chart, findings: &mut Findings<'_>) -> Result<(), StoreError> {
    let mut statement = conn.prepare(
        "WITH booked AS (SELECT item_id, item_kind, account, currency, sum(amount) AS amount FROM posting
                         WHERE item_id IS NOT NULL GROUP BY item_id, item_kind, account, currency)
         SELECT coalesce(o.item_id, b.item_id), coalesce(o.item_kind, b.item_kind), coalesce(o.account, b.account),
                coalesce(o.currency, b.currency), coalesce(o.amount, 0), coalesce(b.amount, 0)
         FROM booked b FULL JOIN open_item o ON o.item_id = b.item_id AND o.item_kind = b.item_kind
              AND o.account = b.account AND o.currency = b.currency
         WHERE coalesce(o.amount, 0) <> coalesce(b.amount, 0) ORDER BY 2, 1 LIMIT 1",
    )?;
    let mut rows = statement.query([])?;
    let Some(row) = rows.next()? else { return Ok(()) };
    let (id, kind, account, code): (String, String, i64, String) =
        (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
    let (kept, booked): (i64, i64) = (row.get(4)?, row.get(5)?);
    let sentence = format!(
        "{} is kept as open on {}; its postings sum to {}.",
        words(i128::from(kept), &code),
        chart.name(account),
        words(i128::from(booked), &code)
    );
    findings.find("open_items", item_words(conn, &kind, &id)?, sentence);
    Ok(())
}

/// What a provider told names only entries that are there.
pub(super) fn check_provider(conn: &Conn, findings: &mut Findings<'_>) -> Result<(), StoreError> {
    let mut statement = conn.prepare(
        "SELECT kind || ' ' || external_id, entry FROM provider_object
         WHERE entry IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.number = provider_object.entry)
         UNION ALL
         SELECT kind || ' ' || external_id, ended_by FROM provider_object
         WHERE ended_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.number = provider_object.ended_by)
         UNION ALL
         SELECT 'month ' || month || ' of ' || line, entry FROM deferral
         WHERE entry IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.number = deferral.entry)
         LIMIT 1",
    )?;
    let mut rows = statement.query([])?;
    if let Some(row) = rows.next()? {
        let (what, entry): (String, i64) = (row.get(0)?, row.get(1)?);
        findings.find("provider_objects", what, format!("it names the entry {entry}, which does not exist."));
    }
    let looked_at: i64 = conn.query_row("SELECT count(*) FROM provider_object", [], |row| row.get(0))?;
    findings.checked("provider_objects", looked_at.unsigned_abs());
    Ok(())
}

/// Every item is one that exists.
fn check_named(conn: &Conn, findings: &mut Findings<'_>) -> Result<(), StoreError> {
    let mut statement = conn.prepare(
        "SELECT item_kind, item_id FROM open_item o WHERE NOT CASE item_kind
             WHEN 'invoice' THEN EXISTS (SELECT 1 FROM invoice x WHERE x.id = o.item_id)
             WHEN 'bank_line' THEN EXISTS (SELECT 1 FROM bank_line x WHERE x.id = o.item_id)
             WHEN 'payment' THEN EXISTS (SELECT 1 FROM payment x WHERE x.id = o.item_id)
             WHEN 'customer' THEN EXISTS (SELECT 1 FROM customer x WHERE x.id = o.item_id)
             WHEN 'payout' THEN EXISTS (SELECT 1 FROM batch_item x WHERE x.id = o.item_id)
                 OR EXISTS (SELECT 1 FROM provider_object x WHERE x.external_id = o.item_id)
             WHEN 'invoice_line' THEN EXISTS (SELECT 1 FROM deferral x WHERE x.line = o.item_id)
             WHEN 'dispute' THEN EXISTS (SELECT 1 FROM provider_object x WHERE x.external_id = o.item_id)
             WHEN 'charge' THEN EXISTS (SELECT 1 FROM provider_object x WHERE x.external_id = o.item_id)
             ELSE 1 END
         ORDER BY item_kind, item_id LIMIT 1",
    )?;
    let mut rows = statement.query([])?;
    if let Some(row) = rows.next()? {
        let (kind, id): (String, String) = (row.get(0)?, row.get(1)?);
        findings.find("item_names", format!("{kind} {id}"), "it is booked as an item and does not exist.");
    }
    Ok(())
}
