//! The outbox's rows: what is to leave, frozen when it was decided, and what became of it.

use chrono::{DateTime, Utc};
use purser_core::Money;
use purser_core::approval::sha256_hex;
use purser_core::outbox::{Delivery, EffectState};
use rusqlite::{OptionalExtension, Row};

use super::times::{instant, time};
use super::{Conn, minor, money};
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// An effect to be put into the outbox.
#[derive(Debug, Clone)]
pub struct NewEffect {
    /// Its id.
    pub id: String,
    /// `email.receipt`, `money.refund`…
    pub kind: String,
    /// The rail or channel that carries it.
    pub via: String,
    /// What it does, in words.
    pub title: String,
    /// What the provider can do against sending twice.
    pub delivery: Delivery,
    /// The provider's idempotency key; unique for ever.
    pub idempotency_key: String,
    /// The bytes that are sent, frozen.
    pub request: Vec<u8>,
    /// How much, for money.
    pub amount: Option<Money>,
    /// Key of the batch item that it pays; money has one, nothing else does.
    pub batch_item: Option<i64>,
    /// When it was decided.
    pub created_at: DateTime<Utc>,
}

/// An effect as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// Row key; the outbox sends in its order.
    pub key: i64,
    /// Its id.
    pub id: String,
    /// Kind.
    pub kind: String,
    /// Rail or channel.
    pub via: String,
    /// In words.
    pub title: String,
    /// Delivery class.
    pub delivery: Delivery,
    /// Where it stands.
    pub state: EffectState,
    /// Idempotency key.
    pub idempotency_key: String,
    /// Frozen bytes.
    pub request: Vec<u8>,
    /// Their digest as it was stored.
    pub request_digest: String,
    /// How much, for money.
    pub amount: Option<Money>,
    /// Key of the batch item.
    pub batch_item: Option<i64>,
    /// When it was decided.
    pub created_at: DateTime<Utc>,
    /// Not before this time.
    pub not_before: Option<DateTime<Utc>>,
    /// Times sent.
    pub attempts: u32,
    /// Times the provider was asked without a clear answer.
    pub lookups: u32,
    /// Not tried or asked again before this time.
    pub next_try_at: Option<DateTime<Utc>>,
    /// The provider's id.
    pub provider_id: Option<String>,
    /// Last error.
    pub last_error: Option<String>,
    /// The process that claimed it last.
    pub claimed_by: Option<String>,
    /// When it was sent, failed or cancelled.
    pub ended_at: Option<DateTime<Utc>>,
}

/// What is recorded after a send or a lookup.
#[derive(Debug, Clone, Default)]
pub struct SendResult {
    /// The provider's id.
    pub provider_id: Option<String>,
    /// Why it did not go through.
    pub error: Option<String>,
    /// Not again before this time.
    pub next_try_at: Option<DateTime<Utc>>,
    /// Whether an unanswered lookup is counted.
    pub count_lookup: bool,
    /// Whether the attempt is not counted: nothing was tried after all.
    pub uncount_attempt: bool,
}

const COLUMNS: &str = "key, id, kind, via, title, delivery, state, idempotency_key, request, request_digest, \
    amount, currency, batch_item, created_at, not_before, attempts, lookups, next_try_at, provider_id, \
    last_error, claimed_by, ended_at";

/// Puts an effect into the outbox: money held until an approval releases it, anything else queued.
pub fn insert(tx: &WriteTx<'_>, new: &NewEffect) -> Result<i64, StoreError> {
    let state = if new.batch_item.is_some() { EffectState::Held } else { EffectState::Queued };
    tx.prepare_cached(
        "INSERT INTO effect (id, kind, via, title, delivery, state, idempotency_key, request, request_digest,
           amount, currency, batch_item, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?
    .execute(rusqlite::params![
        new.id,
        new.kind,
        new.via,
        new.title,
        new.delivery.as_str(),
        state.as_str(),
        new.idempotency_key,
        new.request,
        sha256_hex(&new.request),
        new.amount.map(minor).transpose()?,
        new.amount.map(|m| m.currency().code().to_owned()),
        new.batch_item,
        time(new.created_at),
    ])?;
    Ok(tx.last_insert_rowid())
}

/// One effect by its id.
pub fn get(conn: &Conn, id: &str) -> Result<Option<Effect>, StoreError> {
    one(conn, &format!("SELECT {COLUMNS} FROM effect WHERE id = ?1"), [id])
}

/// One effect by its row key.
pub fn by_key(conn: &Conn, key: i64) -> Result<Option<Effect>, StoreError> {
    one(conn, &format!("SELECT {COLUMNS} FROM effect WHERE key = ?1"), [key])
}

/// The effect that pays a batch item now: earlier ones of the item were cancelled when it changed.
pub fn of_item(conn: &Conn, item: i64) -> Result<Option<Effect>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM effect WHERE batch_item = ?1 ORDER BY key DESC LIMIT 1");
    one(conn, &sql, [item])
}

/// Queued effects of a rail or channel that may be sent now, oldest first.
pub fn due(conn: &Conn, via: &str, now: DateTime<Utc>, limit: u32) -> Result<Vec<Effect>, StoreError> {
    in_state_due(conn, EffectState::Queued, via, now, limit)
}

/// Effects of a rail or channel whose end is unknown and that may be asked about now, oldest first.
pub fn unknown_due(
    conn: &Conn,
    via: &str,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<Effect>, StoreError> {
    in_state_due(conn, EffectState::Unknown, via, now, limit)
}

fn in_state_due(
    conn: &Conn,
    state: EffectState,
    via: &str,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<Effect>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM effect WHERE state = ?1 AND via = ?2
           AND (not_before IS NULL OR not_before <= ?3) AND (next_try_at IS NULL OR next_try_at <= ?3)
         ORDER BY key LIMIT ?4"
    );
    many(conn, &sql, (state.as_str(), via, time(now), limit))
}

/// Effects in a state, oldest first, at most `limit`.
pub fn in_state(conn: &Conn, state: EffectState, limit: u32) -> Result<Vec<Effect>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM effect WHERE state = ?1 ORDER BY key LIMIT ?2");
    many(conn, &sql, (state.as_str(), limit))
}

/// How many effects are in a state.
pub fn count(conn: &Conn, state: EffectState) -> Result<u32, StoreError> {
    Ok(conn
        .prepare_cached("SELECT count(*) FROM effect WHERE state = ?1")?
        .query_row([state.as_str()], |row| row.get(0))?)
}

/// How many effects of each kind were sent since a time.
pub fn sent_since(conn: &Conn, since: DateTime<Utc>) -> Result<Vec<(String, u32)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT kind, count(*) FROM effect WHERE ended_at >= ?1 AND state = 'sent' GROUP BY kind ORDER BY kind",
    )?;
    let rows = statement.query_map([time(since)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What ended last, newest first.
pub fn ended(conn: &Conn, limit: u32) -> Result<Vec<Effect>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM effect WHERE ended_at IS NOT NULL ORDER BY ended_at DESC, key DESC LIMIT ?1"
    );
    many(conn, &sql, [limit])
}

/// Takes a queued effect for sending and counts the attempt; false where it is not queued any more.
pub fn claim(tx: &WriteTx<'_>, key: i64, at: DateTime<Utc>, process: &str) -> Result<bool, StoreError> {
    Ok(tx
        .prepare_cached(
            "UPDATE effect SET state = 'sending', attempts = attempts + 1, claimed_at = ?2, claimed_by = ?3,
               next_try_at = NULL
             WHERE key = ?1 AND state = 'queued'",
        )?
        .execute((key, time(at), process))?
        == 1)
}

/// Moves an effect from one state to another; false where it was not in the first one.
pub fn change(
    tx: &WriteTx<'_>,
    key: i64,
    from: EffectState,
    to: EffectState,
    at: DateTime<Utc>,
    why: Option<&str>,
) -> Result<bool, StoreError> {
    let ended = is_end(to).then(|| time(at));
    Ok(tx
        .prepare_cached(
            "UPDATE effect SET state = ?3, ended_at = ?4, last_error = coalesce(?5, last_error), next_try_at = NULL
             WHERE key = ?1 AND state = ?2",
        )?
        .execute((key, from.as_str(), to.as_str(), ended, why))?
        == 1)
}

/// Lets an effect leave no earlier than this, or (`None`) takes such a bound away.
pub fn hold_until(tx: &WriteTx<'_>, key: i64, not_before: Option<DateTime<Utc>>) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE effect SET not_before = ?2 WHERE key = ?1")?
        .execute((key, not_before.map(time)))?;
    Ok(())
}

/// Tries a queued effect again no earlier than this.
pub fn not_again_before(tx: &WriteTx<'_>, key: i64, at: DateTime<Utc>) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE effect SET next_try_at = max(coalesce(next_try_at, ''), ?2) WHERE key = ?1 AND state = 'queued'",
    )?
    .execute((key, time(at)))?;
    Ok(())
}

/// Records what a send or a lookup showed; false where the effect is not in `from` any more.
pub fn record(
    tx: &WriteTx<'_>,
    key: i64,
    from: EffectState,
    to: EffectState,
    at: DateTime<Utc>,
    result: &SendResult,
) -> Result<bool, StoreError> {
    let ended = is_end(to).then(|| time(at));
    Ok(tx
        .prepare_cached(
            "UPDATE effect SET state = ?3, ended_at = ?4, provider_id = coalesce(?5, provider_id), last_error = ?6,
               next_try_at = ?7, lookups = lookups + ?8, attempts = attempts - ?9
             WHERE key = ?1 AND state = ?2",
        )?
        .execute((
            key,
            from.as_str(),
            to.as_str(),
            ended,
            &result.provider_id,
            &result.error,
            result.next_try_at.map(time),
            u32::from(result.count_lookup),
            u32::from(result.uncount_attempt),
        ))?
        == 1)
}

/// The earliest time at which an effect of a rail or channel that waits becomes due.
pub fn next_due(conn: &Conn, via: &str, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, StoreError> {
    let text: Option<String> = conn
        .prepare_cached(
            "SELECT min(max(coalesce(next_try_at, ''), coalesce(not_before, ''))) FROM effect
             WHERE state IN ('queued', 'unknown') AND via = ?1
               AND max(coalesce(next_try_at, ''), coalesce(not_before, '')) > ?2",
        )?
        .query_row([via, &time(now)], |row| row.get(0))?;
    text.map(|text| instant(&text)).transpose()
}

fn is_end(state: EffectState) -> bool {
    matches!(state, EffectState::Sent | EffectState::Failed | EffectState::Cancelled)
}

fn one(conn: &Conn, sql: &str, params: impl rusqlite::Params) -> Result<Option<Effect>, StoreError> {
    conn.prepare_cached(sql)?.query_row(params, |row| Ok(read(row))).optional()?.transpose()
}

fn many(conn: &Conn, sql: &str, params: impl rusqlite::Params) -> Result<Vec<Effect>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut effects = Vec::new();
    while let Some(row) = rows.next()? {
        effects.push(read(row)?);
    }
    Ok(effects)
}

fn read(row: &Row<'_>) -> Result<Effect, StoreError> {
    let damaged = |what: &str| StoreError::Damaged(format!("an effect has no readable {what}"));
    let (delivery, state): (String, String) = (row.get(5)?, row.get(6)?);
    let amount = match (row.get::<_, Option<i64>>(10)?, row.get::<_, Option<String>>(11)?) {
        (Some(amount), Some(currency)) => Some(money(amount, &currency)?),
        _ => None,
    };
    let optional = |column: usize| -> Result<Option<DateTime<Utc>>, StoreError> {
        row.get::<_, Option<String>>(column)?.map(|text| instant(&text)).transpose()
    };
    Ok(Effect {
        key: row.get(0)?,
        id: row.get(1)?,
        kind: row.get(2)?,
        via: row.get(3)?,
        title: row.get(4)?,
        delivery: Delivery::parse(&delivery).ok_or_else(|| damaged("delivery"))?,
        state: EffectState::parse(&state).ok_or_else(|| damaged("state"))?,
        idempotency_key: row.get(7)?,
        request: row.get(8)?,
        request_digest: row.get(9)?,
        amount,
        batch_item: row.get(12)?,
        created_at: instant(&row.get::<_, String>(13)?)?,
        not_before: optional(14)?,
        attempts: row.get(15)?,
        lookups: row.get(16)?,
        next_try_at: optional(17)?,
        provider_id: row.get(18)?,
        last_error: row.get(19)?,
        claimed_by: row.get(20)?,
        ended_at: optional(21)?,
    })
}

/// The effect of an idempotency key.
pub fn by_idempotency_key(conn: &Conn, key: &str) -> Result<Option<Effect>, StoreError> {
    one(conn, &format!("SELECT {COLUMNS} FROM effect WHERE idempotency_key = ?1"), [key])
}
