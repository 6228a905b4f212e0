//! Statement lines against suspense, against their kept sums, and against the accounts that they move.

use std::collections::BTreeMap;

use super::{Chart, Findings, words};
use crate::error::StoreError;
use crate::tables::Conn;

/// Sum and number of lines by account, currency and state.
pub(super) type LineSums = BTreeMap<(i64, String, String), (i128, i64)>;

/// A line that nothing explains is in suspense with its whole amount, an explained one is not.
pub(super) fn check_lines(
    conn: &Conn,
    chart: &Chart,
    findings: &mut Findings<'_>,
) -> Result<LineSums, StoreError> {
    let mut statement = conn.prepare(
        "SELECT l.id, l.state, l.amount, l.currency, l.occurred_on, l.payer,
                coalesce((SELECT o.amount FROM open_item o WHERE o.item_id = l.id AND o.item_kind = 'bank_line'
                          AND o.account = ?1 AND o.currency = l.currency), 0), l.account
         FROM bank_line l ORDER BY l.key",
    )?;
    let mut rows = statement.query([chart.key(purser_core::account::SUSPENSE)])?;
    let mut sums = LineSums::new();
    let mut looked_at = 0;
    while let Some(row) = rows.next()? {
        looked_at += 1;
        let (state, amount, open): (String, i64, i64) = (row.get(1)?, row.get(2)?, row.get(6)?);
        let unexplained = matches!(state.as_str(), "open" | "ready");
        let expected = if unexplained { -i128::from(amount) } else { 0 };
        if i128::from(open) != expected {
            let (id, code): (String, String) = (row.get(0)?, row.get(3)?);
            let (day, payer): (String, String) = (row.get(4)?, row.get(5)?);
            let sentence = format!(
                "it is {state}, and suspense holds {} of its {}.",
                words(-i128::from(open), &code),
                words(i128::from(amount), &code)
            );
            findings.find("bank_lines", format!("the bank line of {day} {payer} ({id})"), sentence);
        }
        let sum = sums.entry((row.get(7)?, row.get(3)?, state)).or_default();
        sum.0 += i128::from(amount);
        sum.1 += 1;
    }
    findings.checked("bank_lines", looked_at);
    Ok(sums)
}

/// The kept sums of the lines against the lines.
pub(super) fn check_sums(
    conn: &Conn,
    chart: &Chart,
    lines: &LineSums,
    findings: &mut Findings<'_>,
) -> Result<(), StoreError> {
    let mut left = lines.clone();
    let mut looked_at = 0;
    let mut statement = conn.prepare(
        "SELECT account, currency, state, amount, lines FROM line_sum ORDER BY account, currency, state",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (account, code, state): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let kept: (i64, i64) = (row.get(3)?, row.get(4)?);
        let (sum, count) = left.remove(&(account, code.clone(), state.clone())).unwrap_or_default();
        if (i128::from(kept.0), kept.1) != (sum, count) {
            let sentence = format!(
                "{} is kept over {} lines; there are {count} and they sum to {}.",
                words(i128::from(kept.0), &code),
                kept.1,
                words(sum, &code)
            );
            findings.find("line_sums", format!("the {state} lines of {}", chart.name(account)), sentence);
        }
        looked_at += 1;
    }
    if let Some(((account, code, state), (sum, _))) = left.into_iter().next() {
        let sentence = format!("none is kept; the lines sum to {}.", words(sum, &code));
        findings.find("line_sums", format!("the {state} lines of {}", chart.name(account)), sentence);
    }
    findings.checked("line_sums", looked_at);
    Ok(())
}

/// A bank account holds its opening balance and its lines, and nothing else.
pub(super) fn check_accounts(
    conn: &Conn,
    lines: &LineSums,
    findings: &mut Findings<'_>,
) -> Result<(), StoreError> {
    let mut statement = conn.prepare(
        "SELECT a.key, a.real_name, a.currency, coalesce(a.opening_minor, 0),
                coalesce((SELECT b.amount FROM balance b WHERE b.account = a.key AND b.currency = a.currency), 0)
         FROM account a WHERE a.real_kind = 'bank' ORDER BY a.real_name",
    )?;
    let mut rows = statement.query([])?;
    let mut looked_at = 0;
    while let Some(row) = rows.next()? {
        looked_at += 1;
        let (key, name, code): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (opening, ledger): (i64, i64) = (row.get(3)?, row.get(4)?);
        let counted = lines.iter().filter(|((account, currency, state), _)| {
            *account == key && *currency == code && state != "undone"
        });
        let bank = i128::from(opening) + counted.map(|(_, (sum, _))| sum).sum::<i128>();
        if bank != i128::from(ledger) {
            let sentence = format!(
                "opening balance and lines make {}, the ledger says {}.",
                words(bank, &code),
                words(i128::from(ledger), &code)
            );
            findings.find("tie_out", format!("the account {name}"), sentence);
        }
    }
    findings.checked("tie_out", looked_at);
    Ok(())
}
