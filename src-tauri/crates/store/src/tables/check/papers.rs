//! Allocations, invoices, bank lines, payments and accounts against what is booked of them.

use rusqlite::Row;

use super::{Chart, Findings, words};
use crate::error::StoreError;
use crate::tables::Conn;

/// An allocation row with what its check needs.
struct Allocated {
    key: i64,
    entry: i64,
    undone_by: Option<i64>,
    invoice: Option<String>,
    number: String,
    customer: String,
    amount: i64,
    fee: i64,
    over: i64,
    currency: String,
}

/// What an allocation's entry books.
#[derive(Default)]
struct BookedParts {
    receivable: i128,
    credit: i128,
    fees: i128,
}

/// Each allocation against the postings of the entry that it owns.
pub(super) fn check_allocations(conn: &Conn, findings: &mut Findings<'_>) -> Result<(), StoreError> {
    let mut statement = conn.prepare(
        "SELECT p.key, p.entry, p.undone_by, i.id, coalesce(i.number, ''), c.id, p.amount, p.fee, p.over, p.currency,
                (SELECT e.reverses FROM entry e WHERE e.number = p.undone_by),
                (SELECT e.number FROM entry e WHERE e.reverses = p.entry)
         FROM allocation p LEFT JOIN invoice i ON i.key = p.invoice JOIN customer c ON c.key = p.customer
         ORDER BY p.key",
    )?;
    let mut rows = statement.query([])?;
    let mut looked_at = 0;
    while let Some(row) = rows.next()? {
        looked_at += 1;
        let allocated = read_allocation(row)?;
        let place = || format!("allocation {} (entry {})", allocated.key, allocated.entry);
        let (undoes, reversed_by): (Option<i64>, Option<i64>) = (row.get(10)?, row.get(11)?);
        if allocated.undone_by != reversed_by || undoes.is_some_and(|entry| entry != allocated.entry) {
            findings.find("allocations", place(), "it is undone in the list or in the ledger, not in both.");
        }
        let booked = booked_parts(conn, &allocated)?;
        if let Some(sentence) = disagreement(&allocated, &booked) {
            findings.find("allocations", place(), sentence);
        }
    }
    findings.checked("allocations", looked_at);
    Ok(())
}

fn read_allocation(row: &Row<'_>) -> rusqlite::Result<Allocated> {
    Ok(Allocated {
        key: row.get(0)?,
        entry: row.get(1)?,
        undone_by: row.get(2)?,
        invoice: row.get(3)?,
        number: row.get(4)?,
        customer: row.get(5)?,
        amount: row.get(6)?,
        fee: row.get(7)?,
        over: row.get(8)?,
        currency: row.get(9)?,
    })
}

fn booked_parts(conn: &Conn, allocated: &Allocated) -> Result<BookedParts, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT a.name, p.amount, p.item_id FROM posting p JOIN account a ON a.key = p.account
         WHERE p.entry = ?1 AND p.currency = ?2",
    )?;
    let mut rows = statement.query((allocated.entry, &allocated.currency))?;
    let mut booked = BookedParts::default();
    while let Some(row) = rows.next()? {
        let account: String = row.get(0)?;
        let amount = i128::from(row.get::<_, i64>(1)?);
        let item: Option<String> = row.get(2)?;
        match account.as_str() {
            purser_core::account::RECEIVABLE if item == allocated.invoice => booked.receivable -= amount,
            // A debit is the credit that pays, not the credit that is given.
            purser_core::account::CUSTOMER_CREDIT
                if amount < 0 && item.as_ref() == Some(&allocated.customer) =>
            {
                booked.credit -= amount;
            }
            purser_core::account::BANK_FEES => booked.fees += amount,
            _ => {}
        }
    }
    Ok(booked)
}

fn disagreement(allocated: &Allocated, booked: &BookedParts) -> Option<String> {
    let (amount, over) = (i128::from(allocated.amount), i128::from(allocated.over));
    let shown = |minor| words(minor, &allocated.currency);
    if allocated.invoice.is_none() {
        // Money that no invoice takes is all credit.
        let fits = booked.receivable == 0 && (booked.credit == amount || booked.credit == over);
        return (!fits).then(|| {
            format!(
                "{} became credit by the list, {} by the ledger.",
                shown(amount.max(over)),
                shown(booked.credit)
            )
        });
    }
    if booked.receivable != amount {
        return Some(format!(
            "it settles {} of {} by the list, {} by the ledger.",
            shown(amount),
            allocated.number,
            shown(booked.receivable)
        ));
    }
    if booked.fees != i128::from(allocated.fee) || booked.credit != over {
        return Some("its fee or the credit it left differs from the ledger.".to_owned());
    }
    None
}

/// What is open on an invoice is between nothing and its total, and what was booked is its total.
pub(super) fn check_invoices(
    conn: &Conn,
    chart: &Chart,
    findings: &mut Findings<'_>,
) -> Result<(), StoreError> {
    let mut statement = conn.prepare(
        "SELECT coalesce(i.number, 'draft ' || i.id), i.stage, i.total, i.currency,
                coalesce((SELECT o.amount FROM open_item o WHERE o.item_id = i.id AND o.item_kind = 'invoice'
                          AND o.account = ?1 AND o.currency = i.currency), 0),
                (SELECT p.amount FROM posting p JOIN entry e ON e.number = p.entry
                 WHERE p.item_id = i.id AND p.item_kind = 'invoice' AND e.kind = 'invoice' AND p.amount <> i.total),
                (SELECT sum(l.amount) = i.net AND sum(l.tax) = i.tax FROM invoice_line l WHERE l.invoice = i.key)
         FROM invoice i ORDER BY i.key",
    )?;
    let mut rows = statement.query([chart.key(purser_core::account::RECEIVABLE)])?;
    let mut looked_at = 0;
    while let Some(row) = rows.next()? {
        looked_at += 1;
        let (number, stage): (String, String) = (row.get(0)?, row.get(1)?);
        let (total, code, open): (i64, String, i64) = (row.get(2)?, row.get(3)?, row.get(4)?);
        let booked_other: Option<i64> = row.get(5)?;
        let lines_add_up: Option<bool> = row.get(6)?;
        let place = || format!("invoice {number}");
        let shown = |minor: i64| words(i128::from(minor), &code);
        let allowed = if stage == "issued" { 0..=total } else { 0..=0 };
        if !allowed.contains(&open) {
            let sentence = format!(
                "{} is open on it, and it is {} over {}.",
                shown(open),
                if stage == "issued" { "an invoice" } else { stage.as_str() },
                shown(total)
            );
            findings.find("invoices", place(), sentence);
        }
        if let Some(booked) = booked_other {
            findings.find(
                "invoices",
                place(),
                format!("its total is {}, {} was booked.", shown(total), shown(booked)),
            );
        }
        if lines_add_up == Some(false) {
            findings.find("invoice_lines", place(), "its lines and their tax do not add up to it.");
        }
    }
    findings.checked("invoices", looked_at);
    Ok(())
}

/// The numbers that Purser gave run without gaps within each prefix and month (rule C-14).
pub(super) fn check_series(conn: &Conn, findings: &mut Findings<'_>) -> Result<(), StoreError> {
    let mut statement =
        conn.prepare("SELECT number, import IS NULL FROM invoice WHERE number IS NOT NULL ORDER BY number")?;
    let mut rows = statement.query([])?;
    let mut series = String::new();
    let mut numbers: Vec<(u32, bool)> = Vec::new();
    let mut looked_at = 0;
    while let Some(row) = rows.next()? {
        let number: String = row.get(0)?;
        let own: bool = row.get(1)?;
        let Some((name, count)) = split_number(&number) else { continue };
        if name != series {
            report_gap(&series, &mut numbers, findings);
            series = name.to_owned();
            looked_at += 1;
        }
        numbers.push((count, own));
    }
    report_gap(&series, &mut numbers, findings);
    check_last(conn, findings)?;
    findings.checked("invoice_series", looked_at);
    Ok(())
}

/// The last number that a series gave is there: a document that was removed from its end shows too.
fn check_last(conn: &Conn, findings: &mut Findings<'_>) -> Result<(), StoreError> {
    let mut statement = conn.prepare(
        "WITH given AS (
             SELECT 'invoice' AS kind, printf('%s-%04d', replace(substr(name, 9), ':', '-'), last) AS number
             FROM series WHERE name GLOB 'invoice:*:??????'
             UNION ALL
             SELECT 'payment', printf('P-%s-%04d', substr(name, 9), last) FROM series WHERE name GLOB 'payment:??????')
         SELECT kind, number FROM given WHERE NOT CASE kind
             WHEN 'invoice' THEN EXISTS (SELECT 1 FROM invoice x WHERE x.number = given.number)
             ELSE EXISTS (SELECT 1 FROM payment x WHERE x.number = given.number) END
         ORDER BY kind, number LIMIT 1",
    )?;
    let mut rows = statement.query([])?;
    if let Some(row) = rows.next()? {
        let place = format!("{} {}", row.get::<_, String>(0)?, row.get::<_, String>(1)?);
        findings.find("invoice_series", place, "its number was given, and it is missing.");
    }
    Ok(())
}

/// `NB-202611-0139` into its series and its count; other people's numbers have none.
fn split_number(number: &str) -> Option<(&str, u32)> {
    let (series, count) = number.rsplit_once('-')?;
    let (_, month) = series.rsplit_once('-')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (month.len() == 6 && digits(month) && digits(count)).then_some((series, count.parse().ok()?))
}

/// Between the first and the last number that Purser gave, none is missing. Imported ones may fill a gap.
fn report_gap(series: &str, numbers: &mut Vec<(u32, bool)>, findings: &mut Findings<'_>) {
    numbers.sort_unstable();
    let own = || numbers.iter().filter(|(_, own)| *own).map(|(count, _)| *count);
    if let (Some(first), Some(last)) = (own().min(), own().max()) {
        let mut expected = first;
        for (count, _) in numbers.iter().filter(|(count, _)| (first..=last).contains(count)) {
            if *count > expected {
                let missing = format!("invoice {series}-{expected:04}");
                findings.find(
                    "invoice_series",
                    missing,
                    "it is missing: the numbers before and after it are there.",
                );
            }
            expected = count + 1;
        }
    }
    numbers.clear();
}

/// A payment waits in Undeposited with its whole amount until it is deposited or undone.
pub(super) fn check_payments(
    conn: &Conn,
    chart: &Chart,
    findings: &mut Findings<'_>,
) -> Result<(), StoreError> {
    let mut statement = conn.prepare(
        "SELECT p.number, p.state, p.amount, p.currency,
                coalesce((SELECT o.amount FROM open_item o WHERE o.item_id = p.id AND o.item_kind = 'payment'
                          AND o.account = ?1 AND o.currency = p.currency), 0)
         FROM payment p ORDER BY p.key",
    )?;
    let mut rows = statement.query([chart.key(purser_core::account::UNDEPOSITED)])?;
    let mut looked_at = 0;
    while let Some(row) = rows.next()? {
        looked_at += 1;
        let (state, amount, open): (String, i64, i64) = (row.get(1)?, row.get(2)?, row.get(4)?);
        let expected = if state == "undeposited" { amount } else { 0 };
        if open != expected {
            let (number, code): (String, String) = (row.get(0)?, row.get(3)?);
            let sentence = format!(
                "it is {state}, and {} of its {} waits for a deposit.",
                words(i128::from(open), &code),
                words(i128::from(amount), &code)
            );
            findings.find("payments", format!("payment {number}"), sentence);
        }
    }
    findings.checked("payments", looked_at);
    Ok(())
}
