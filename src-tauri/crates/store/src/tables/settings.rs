//! Named settings: the company profile, drafts, switches. Each is one JSON value.

use rusqlite::OptionalExtension;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Conn;
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// Reads a setting; `None` where it was never set.
pub fn get<T: DeserializeOwned>(conn: &Conn, name: &str) -> Result<Option<T>, StoreError> {
    let text: Option<String> = conn
        .prepare_cached("SELECT value FROM setting WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    text.map(|text| {
        serde_json::from_str(&text)
            .map_err(|error| StoreError::Damaged(format!("the setting {name} cannot be read: {error}")))
    })
    .transpose()
}

/// Writes a setting.
pub fn set<T: Serialize>(tx: &WriteTx<'_>, name: &str, value: &T) -> Result<(), StoreError> {
    let text = serde_json::to_string(value).map_err(|error| StoreError::Amount(error.to_string()))?;
    tx.prepare_cached(
        "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )?
    .execute((name, text))?;
    Ok(())
}

/// Removes a setting.
pub fn remove(tx: &WriteTx<'_>, name: &str) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM setting WHERE name = ?1")?.execute([name])?;
    Ok(())
}
