//! Ledger accounts, and the real accounts (bank, cash) among them.

use chrono::NaiveDate;
use purser_core::{Account, Money};
use rusqlite::OptionalExtension;

use super::{Conn, day, minor, money};
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// A real account.
#[derive(Debug, Clone, PartialEq)]
pub struct RealAccount {
    /// Its key.
    pub key: i64,
    /// Its ledger account.
    pub account: Account,
    /// The founder's name for it.
    pub name: String,
    /// `bank` or `cash`.
    pub kind: String,
    /// Opening balance; its currency is the account's.
    pub opening: Money,
    /// The day of the opening balance.
    pub opened_on: NaiveDate,
    /// How its statements are read, JSON.
    pub mapping: Option<String>,
}

/// The key of an account, if it is in use.
pub fn key_of(conn: &Conn, name: &str) -> Result<Option<i64>, StoreError> {
    Ok(conn
        .prepare_cached("SELECT key FROM account WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?)
}

/// The key of an account, which is put into the chart at its first use.
pub fn ensure(tx: &WriteTx<'_>, account: &Account) -> Result<i64, StoreError> {
    if let Some(key) = key_of(tx, account.as_str())? {
        return Ok(key);
    }
    tx.prepare_cached("INSERT INTO account (name) VALUES (?1)")?.execute([account.as_str()])?;
    Ok(tx.last_insert_rowid())
}

/// Adds a real account; its name and its ledger account must be new.
pub fn add_real(
    tx: &WriteTx<'_>,
    account: &Account,
    name: &str,
    kind: &str,
    opening: Money,
    opened_on: NaiveDate,
) -> Result<i64, StoreError> {
    let key = ensure(tx, account)?;
    tx.prepare_cached(
        "UPDATE account SET real_name = ?2, real_kind = ?3, currency = ?4, opening_minor = ?5, opened_on = ?6
         WHERE key = ?1 AND real_name IS NULL",
    )?
    .execute((key, name, kind, opening.currency().code(), minor(opening)?, opened_on.to_string()))?;
    Ok(key)
}

/// Remembers how statements of this account are read.
pub fn set_mapping(tx: &WriteTx<'_>, key: i64, mapping: &str) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE account SET mapping = ?2 WHERE key = ?1")?.execute((key, mapping))?;
    Ok(())
}

/// The real accounts, by name.
pub fn real(conn: &Conn) -> Result<Vec<RealAccount>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT key, name, real_name, real_kind, currency, opening_minor, opened_on, mapping
         FROM account WHERE real_name IS NOT NULL ORDER BY real_name",
    )?;
    let rows = statement.query_map([], |row| {
        Ok((
            row.get::<_, i64>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, String>(2)?,
            row.get::<_, String>(3)?,
            row.get::<_, String>(4)?,
            row.get::<_, i64>(5)?,
            row.get::<_, String>(6)?,
            row.get::<_, Option<String>>(7)?,
        ))
    })?;
    rows.map(|row| {
        let (key, ledger, name, kind, currency, opening, opened_on, mapping) = row?;
        let account = Account::new(&ledger).map_err(|e| StoreError::Damaged(e.to_string()))?;
        let opening = money(opening, &currency)?;
        Ok(RealAccount { key, account, name, kind, opening, opened_on: day(&opened_on)?, mapping })
    })
    .collect()
}

/// Names of all accounts in use, by name.
pub fn names(conn: &Conn) -> Result<Vec<String>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT name FROM account ORDER BY name")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
