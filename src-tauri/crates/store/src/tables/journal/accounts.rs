//! Sums of accounts beside the ledger's own.

use purser_core::{Currency, Money};
use rusqlite::OptionalExtension;

use crate::error::StoreError;
use crate::tables::{Conn, money};

/// What the statements of a real account say.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountLines {
    /// Sum of its lines.
    pub sum: Money,
    /// How many.
    pub count: u64,
    /// ISO date of the last one.
    pub last_on: Option<String>,
    /// Sum of those that nothing explains.
    pub unexplained: Money,
    /// How many of them.
    pub unexplained_count: u64,
}

/// Sums an account's lines in its currency; lines of undone imports are left out.
pub fn lines_of_account(conn: &Conn, account: i64, currency: Currency) -> Result<AccountLines, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT state IN ('open', 'ready'), sum(amount), sum(lines) FROM line_sum
         WHERE account = ?1 AND currency = ?2 AND state <> 'undone' GROUP BY 1",
    )?;
    let mut lines = AccountLines {
        sum: Money::zero(currency),
        count: 0,
        last_on: last_line(conn, account, currency)?,
        unexplained: Money::zero(currency),
        unexplained_count: 0,
    };
    let mut rows = statement.query((account, currency.code()))?;
    while let Some(row) = rows.next()? {
        let sum = money(row.get(1)?, currency.code())?;
        let count: i64 = row.get(2)?;
        if row.get(0)? {
            lines.unexplained = sum;
            lines.unexplained_count = count.unsigned_abs();
        }
        lines.sum = lines.sum.add(sum).map_err(|error| StoreError::Amount(error.to_string()))?;
        lines.count += count.unsigned_abs();
    }
    Ok(lines)
}

fn last_line(conn: &Conn, account: i64, currency: Currency) -> Result<Option<String>, StoreError> {
    Ok(conn
        .prepare_cached(
            "SELECT occurred_on FROM bank_line INDEXED BY bank_line_by_account_day
             WHERE account = ?1 AND state <> 'undone' AND currency = ?2 ORDER BY occurred_on DESC LIMIT 1",
        )?
        .query_row((account, currency.code()), |row| row.get(0))
        .optional()?)
}

/// Accounts in use that are no real accounts, with how often they are posted to.
pub fn used_accounts(conn: &Conn) -> Result<Vec<(String, i64)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT a.name, coalesce(sum(b.postings), 0) FROM account a LEFT JOIN balance b ON b.account = a.key
         WHERE a.real_name IS NULL GROUP BY a.key",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
