//! The founder's accounts at providers: settings and health. Secrets never come here.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row};

use super::Conn;
use super::times::{instant, time};
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// How a connection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Nobody has asked the provider yet.
    Unchecked,
    /// It answered last time.
    Ok,
    /// It did not, and [`Trouble`] says why.
    Failing,
    /// The vault holds no secret for it.
    NeedsSecret,
}

impl Health {
    /// Every state with the name the store keeps.
    pub const ALL: [(Health, &'static str); 4] = [
        (Health::Unchecked, "unchecked"),
        (Health::Ok, "ok"),
        (Health::Failing, "failing"),
        (Health::NeedsSecret, "needs_secret"),
    ];

    /// The name the store keeps.
    pub fn as_str(self) -> &'static str {
        Health::ALL.iter().find(|(health, _)| *health == self).map_or("", |(_, name)| name)
    }
}

/// What went wrong last, and since when without a success in between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Stable code, such as `secret_refused`.
    pub code: String,
    /// One sentence.
    pub sentence: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// How much of a provider's limit was used at its busiest, when it was last counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateUse {
    /// Requests used.
    pub used: u32,
    /// Requests allowed.
    pub limit: u32,
    /// In how many seconds.
    pub seconds: u32,
    /// How often the provider asked to slow down.
    pub slowed: u32,
    /// When.
    pub at: DateTime<Utc>,
}

/// A connection as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Connection {
    /// `provider:name`.
    pub id: String,
    /// The provider.
    pub provider: String,
    /// The account's name at Purser; `main` where there is only one.
    pub name: String,
    /// The address of an HTTP provider, empty for others.
    pub base_url: String,
    /// Settings without secrets.
    pub options: BTreeMap<String, String>,
    /// Names of the secrets that the vault keeps for it.
    pub secrets: Vec<String>,
    /// How it does.
    pub health: Health,
    /// When it was connected.
    pub connected_at: DateTime<Utc>,
    /// When the provider was last asked.
    pub checked_at: Option<DateTime<Utc>>,
    /// When it last worked.
    pub last_ok: Option<DateTime<Utc>>,
    /// What is wrong, while something is.
    pub trouble: Option<Trouble>,
    /// Use of the provider's limit.
    pub rate: Option<RateUse>,
}

const COLUMNS: &str = "id, provider, name, base_url, options, secrets, state, connected_at, checked_at, last_ok, \
    error_code, error, error_since, rate_used, rate_limit, rate_seconds, rate_at, rate_slowed";

/// Every connection, oldest first.
pub fn all(conn: &Conn) -> Result<Vec<Connection>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM connection ORDER BY key"))?;
    let mut rows = statement.query([])?;
    let mut connections = Vec::new();
    while let Some(row) = rows.next()? {
        connections.push(read(row)?);
    }
    Ok(connections)
}

/// One connection by its id.
pub fn get(conn: &Conn, id: &str) -> Result<Option<Connection>, StoreError> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM connection WHERE id = ?1"))?
        .query_row([id], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

/// Adds a connection, or gives the one of the same id new settings; its health is then unknown again.
pub fn put(tx: &WriteTx<'_>, connection: &Connection) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO connection (id, provider, name, base_url, options, secrets, state, connected_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'unchecked', ?7)
         ON CONFLICT (id) DO UPDATE SET base_url = excluded.base_url, options = excluded.options,
           secrets = excluded.secrets, state = 'unchecked', error_code = NULL, error = NULL, error_since = NULL,
           rate_used = NULL, rate_limit = NULL, rate_seconds = NULL, rate_at = NULL, rate_slowed = NULL",
    )?
    .execute((
        &connection.id,
        &connection.provider,
        &connection.name,
        &connection.base_url,
        serde_json::to_string(&connection.options).map_err(|error| StoreError::Amount(error.to_string()))?,
        serde_json::to_string(&connection.secrets).map_err(|error| StoreError::Amount(error.to_string()))?,
        time(connection.connected_at),
    ))?;
    Ok(())
}

/// Notes that the provider answered as it should.
pub fn worked(tx: &WriteTx<'_>, id: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE connection SET state = 'ok', checked_at = ?2, last_ok = ?2, error_code = NULL, error = NULL,
           error_since = NULL
         WHERE id = ?1",
    )?
    .execute((id, time(at)))?;
    Ok(())
}

/// Notes what is wrong; the time since when stays while the code is the same.
pub fn failed(
    tx: &WriteTx<'_>,
    id: &str,
    health: Health,
    code: &str,
    sentence: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE connection SET state = ?2, checked_at = ?5, error = ?4,
           error_since = CASE WHEN error_code = ?3 THEN error_since ELSE ?5 END, error_code = ?3
         WHERE id = ?1",
    )?
    .execute((id, health.as_str(), code, sentence, time(at)))?;
    Ok(())
}

/// Notes how much of the provider's limit is used.
pub fn set_rate(tx: &WriteTx<'_>, id: &str, rate: RateUse) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE connection SET rate_used = ?2, rate_limit = ?3, rate_seconds = ?4, rate_at = ?5, rate_slowed = ?6
         WHERE id = ?1",
    )?
    .execute((id, rate.used, rate.limit, rate.seconds, time(rate.at), rate.slowed))?;
    Ok(())
}

/// Forgets a connection; whether there was one.
pub fn remove(tx: &WriteTx<'_>, id: &str) -> Result<bool, StoreError> {
    Ok(tx.prepare_cached("DELETE FROM connection WHERE id = ?1")?.execute([id])? == 1)
}

fn read(row: &Row<'_>) -> Result<Connection, StoreError> {
    let damaged = |what: &str| StoreError::Damaged(format!("a connection has no readable {what}"));
    let (options, secrets, state): (String, String, String) = (row.get(4)?, row.get(5)?, row.get(6)?);
    let optional = |column: usize| -> Result<Option<DateTime<Utc>>, StoreError> {
        row.get::<_, Option<String>>(column)?.map(|text| instant(&text)).transpose()
    };
    let trouble = match (row.get::<_, Option<String>>(10)?, row.get::<_, Option<String>>(11)?, optional(12)?)
    {
        (Some(code), Some(sentence), Some(since)) => Some(Trouble { code, sentence, since }),
        _ => None,
    };
    let rate = match (row.get(13)?, row.get(14)?, row.get(15)?, optional(16)?) {
        (Some(used), Some(limit), Some(seconds), Some(at)) => {
            Some(RateUse { used, limit, seconds, slowed: row.get::<_, Option<u32>>(17)?.unwrap_or(0), at })
        }
        _ => None,
    };
    Ok(Connection {
        id: row.get(0)?,
        provider: row.get(1)?,
        name: row.get(2)?,
        base_url: row.get(3)?,
        options: serde_json::from_str(&options).map_err(|_| damaged("options"))?,
        secrets: serde_json::from_str(&secrets).map_err(|_| damaged("list of secrets"))?,
        health: Health::ALL
            .iter()
            .find(|(_, name)| *name == state)
            .map(|(health, _)| *health)
            .ok_or_else(|| damaged("state"))?,
        connected_at: instant(&row.get::<_, String>(7)?)?,
        checked_at: optional(8)?,
        last_ok: optional(9)?,
        trouble,
        rate,
    })
}
