//! What a form holds that was not sent yet: part of the diary, so keeping it needs no audit row.

use rusqlite::OptionalExtension;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Conn;
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// The draft of a form; `None` where there is none, or where an older form wrote what this one cannot read.
pub fn get<T: DeserializeOwned>(conn: &Conn, form: &str) -> Result<Option<T>, StoreError> {
    let text: Option<String> = conn
        .prepare_cached("SELECT value FROM draft WHERE name = ?1")?
        .query_row([form], |row| row.get(0))
        .optional()?;
    Ok(text.and_then(|text| {
        serde_json::from_str(&text)
            .inspect_err(|error| tracing::warn!(form, %error, "a draft is of another form and was left out"))
            .ok()
    }))
}

/// Keeps what a form holds.
pub fn set<T: Serialize>(tx: &WriteTx<'_>, form: &str, value: &T) -> Result<(), StoreError> {
    let text = serde_json::to_string(value).map_err(|error| StoreError::Amount(error.to_string()))?;
    tx.prepare_cached(
        "INSERT INTO draft (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )?
    .execute((form, text))?;
    Ok(())
}

/// Forgets the draft of a form.
pub fn remove(tx: &WriteTx<'_>, form: &str) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM draft WHERE name = ?1")?.execute([form])?;
    Ok(())
}
