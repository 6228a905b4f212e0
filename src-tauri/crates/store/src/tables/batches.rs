//! Batches of money out, their items, and how a refund is split.

use chrono::{DateTime, Utc};
use purser_core::{Currency, Money};
use rusqlite::{OptionalExtension, Row};

use super::times::{instant, time};
use super::{Conn, minor, money};
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// Names of states, each with what the store keeps.
macro_rules! states {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$vmeta])* $variant),* }

        impl $name {
            /// Every state with the name the store keeps.
            pub const ALL: &'static [($name, &'static str)] = &[$(($name::$variant, $text)),*];

            /// The name the store keeps.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),* }
            }

            /// The state of a stored name.
            pub fn parse(name: &str) -> Option<$name> {
                $name::ALL.iter().find(|(_, stored)| *stored == name).map(|(state, _)| *state)
            }
        }
    };
}

states! {
    /// Where a batch stands.
    BatchState {
        /// Waits for the founder.
        Proposed = "proposed",
        /// Approved; not all of it has ended.
        Approved = "approved",
        /// The rail took it.
        Sent = "sent",
        /// The bank confirmed it.
        Settled = "settled",
        /// The rail refused it.
        Failed = "failed",
        /// The founder said no.
        Rejected = "rejected",
        /// Nothing was paid, for the reason it carries.
        Void = "void",
    }
}

states! {
    /// Where an item of a batch stands.
    ItemState {
        /// Waits for the founder.
        Proposed = "proposed",
        /// Approved, not sent.
        Approved = "approved",
        /// Handed to the rail at this moment.
        Sending = "sending",
        /// The rail took it.
        Sent = "sent",
        /// The bank confirmed it.
        Settled = "settled",
        /// The rail refused it.
        Failed = "failed",
        /// Nobody knows whether the rail has it.
        Unknown = "unknown",
        /// Not part of the batch any more.
        Void = "void",
    }
}

/// A batch as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Row key.
    pub key: i64,
    /// Its id.
    pub id: String,
    /// `refund`…
    pub kind: String,
    /// In words.
    pub title: String,
    /// Where it stands.
    pub state: BatchState,
    /// Any change makes a new one.
    pub revision: u32,
    /// The rail's stable name.
    pub rail: String,
    /// The rail in words.
    pub rail_title: String,
    /// Account that the money leaves.
    pub source_account: String,
    /// Currency of every item.
    pub currency: Currency,
    /// What is held back, with reason.
    pub held: Vec<String>,
    /// When this revision was frozen.
    pub frozen_at: DateTime<Utc>,
    /// No answer until then means no payment.
    pub expires_at: DateTime<Utc>,
    /// Why an approval, or the batch, is void.
    pub void_reason: Option<String>,
}

/// An item as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchItem {
    /// Row key.
    pub key: i64,
    /// Its id; the payout item of the ledger.
    pub id: String,
    /// Key of the batch.
    pub batch: i64,
    /// The payee's id.
    pub payee: String,
    /// The payee's name.
    pub payee_name: String,
    /// What for.
    pub text: String,
    /// How much.
    pub amount: Money,
    /// Where it goes, masked.
    pub destination_shown: String,
    /// Fingerprint of the full destination.
    pub destination_fingerprint: String,
    /// Where it stands.
    pub state: ItemState,
    /// The entry that booked it.
    pub entry: Option<i64>,
}

/// How a refund is split.
#[derive(Debug, Clone, PartialEq)]
pub struct RefundSplit {
    /// The payment that is given back.
    pub payment: String,
    /// The customer's id.
    pub customer: String,
    /// Out of the customer's credit.
    pub credit: Money,
    /// Net of what was earned.
    pub revenue: Money,
    /// Its tax.
    pub tax: Money,
}

const BATCH: &str = "key, id, kind, title, state, revision, rail, rail_title, source_account, currency, held, \
    frozen_at, expires_at, void_reason";
const ITEM: &str = "i.key, i.id, i.batch, i.payee, i.payee_name, i.text, i.amount, i.currency, \
    i.destination_shown, i.destination_fingerprint, i.state, i.entry";

/// Adds a proposed batch; `key` and `state` of the argument are not used.
pub fn insert(tx: &WriteTx<'_>, batch: &Batch) -> Result<i64, StoreError> {
    tx.prepare_cached(
        "INSERT INTO batch (id, kind, title, state, revision, rail, rail_title, source_account, currency, held,
           frozen_at, expires_at)
         VALUES (?1, ?2, ?3, 'proposed', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute((
        &batch.id,
        &batch.kind,
        &batch.title,
        batch.revision,
        &batch.rail,
        &batch.rail_title,
        &batch.source_account,
        batch.currency.code(),
        serde_json::Value::from(batch.held.clone()).to_string(),
        time(batch.frozen_at),
        time(batch.expires_at),
    ))?;
    Ok(tx.last_insert_rowid())
}

/// Adds a proposed item; `key`, `state` and `entry` of the argument are not used.
pub fn insert_item(tx: &WriteTx<'_>, item: &BatchItem) -> Result<i64, StoreError> {
    tx.prepare_cached(
        "INSERT INTO batch_item (id, batch, payee, payee_name, text, amount, currency, destination_shown,
           destination_fingerprint, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'proposed')",
    )?
    .execute((
        &item.id,
        item.batch,
        &item.payee,
        &item.payee_name,
        &item.text,
        minor(item.amount)?,
        item.amount.currency().code(),
        &item.destination_shown,
        &item.destination_fingerprint,
    ))?;
    Ok(tx.last_insert_rowid())
}

/// Changes amount and destination of a proposed item; the caller makes a new revision.
pub fn amend_item(
    tx: &WriteTx<'_>,
    key: i64,
    amount: Money,
    destination_shown: &str,
    destination_fingerprint: &str,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE batch_item SET amount = ?2, destination_shown = ?3, destination_fingerprint = ?4 WHERE key = ?1",
    )?
    .execute((key, minor(amount)?, destination_shown, destination_fingerprint))?;
    Ok(())
}

/// Remembers how an item's refund is split.
pub fn set_refund(tx: &WriteTx<'_>, item: i64, split: &RefundSplit) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO refund (item, payment, customer, credit, revenue, tax, currency)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (item) DO UPDATE SET credit = excluded.credit, revenue = excluded.revenue, tax = excluded.tax",
    )?
    .execute((
        item,
        &split.payment,
        &split.customer,
        minor(split.credit)?,
        minor(split.revenue)?,
        minor(split.tax)?,
        split.credit.currency().code(),
    ))?;
    Ok(())
}

/// How an item's refund is split, if it is one.
pub fn refund_of(conn: &Conn, item: i64) -> Result<Option<RefundSplit>, StoreError> {
    let sql = "SELECT payment, customer, credit, revenue, tax, currency FROM refund WHERE item = ?1";
    conn.prepare_cached(sql)?.query_row([item], |row| Ok(read_refund(row))).optional()?.transpose()
}

/// Splits of a payment's refunds that were proposed or sent and are not off the table.
pub fn refunds_of_payment(conn: &Conn, payment: &str) -> Result<Vec<RefundSplit>, StoreError> {
    refunds(
        conn,
        "SELECT r.payment, r.customer, r.credit, r.revenue, r.tax, r.currency
         FROM refund r JOIN batch_item i ON i.key = r.item
         WHERE r.payment = ?1 AND i.state NOT IN ('void', 'failed') ORDER BY r.item",
        payment,
    )
}

/// Items that give a payment back and are not off the table, oldest first.
pub fn refund_items_of_payment(conn: &Conn, payment: &str) -> Result<Vec<BatchItem>, StoreError> {
    let sql = format!(
        "SELECT {ITEM} FROM batch_item i JOIN refund r ON r.item = i.key
         WHERE r.payment = ?1 AND i.state NOT IN ('void', 'failed') ORDER BY i.key"
    );
    item_list(conn, &sql, [payment])
}

/// Splits of a customer's refunds that are on the table and not yet booked.
pub fn refunds_not_booked(conn: &Conn, customer: &str) -> Result<Vec<RefundSplit>, StoreError> {
    refunds(
        conn,
        "SELECT r.payment, r.customer, r.credit, r.revenue, r.tax, r.currency
         FROM refund r JOIN batch_item i ON i.key = r.item
         WHERE r.customer = ?1 AND i.entry IS NULL AND i.state NOT IN ('void', 'failed') ORDER BY r.item",
        customer,
    )
}

fn refunds(conn: &Conn, sql: &str, id: &str) -> Result<Vec<RefundSplit>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([id])?;
    let mut splits = Vec::new();
    while let Some(row) = rows.next()? {
        splits.push(read_refund(row)?);
    }
    Ok(splits)
}

/// One batch by its id.
pub fn get(conn: &Conn, id: &str) -> Result<Option<Batch>, StoreError> {
    let sql = format!("SELECT {BATCH} FROM batch WHERE id = ?1");
    conn.prepare_cached(&sql)?.query_row([id], |row| Ok(read(row))).optional()?.transpose()
}

/// One batch by its row key.
pub fn by_key(conn: &Conn, key: i64) -> Result<Option<Batch>, StoreError> {
    let sql = format!("SELECT {BATCH} FROM batch WHERE key = ?1");
    conn.prepare_cached(&sql)?.query_row([key], |row| Ok(read(row))).optional()?.transpose()
}

/// Batches, newest first, at most `limit`.
pub fn newest(conn: &Conn, limit: u32) -> Result<Vec<Batch>, StoreError> {
    list(conn, &format!("SELECT {BATCH} FROM batch ORDER BY key DESC LIMIT ?1"), [limit])
}

/// Batches in a state, oldest first, at most 1,000.
pub fn in_state(conn: &Conn, state: BatchState) -> Result<Vec<Batch>, StoreError> {
    let sql = format!("SELECT {BATCH} FROM batch WHERE state = ?1 ORDER BY key LIMIT 1000");
    list(conn, &sql, [state.as_str()])
}

fn list(conn: &Conn, sql: &str, params: impl rusqlite::Params) -> Result<Vec<Batch>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut batches = Vec::new();
    while let Some(row) = rows.next()? {
        batches.push(read(row)?);
    }
    Ok(batches)
}

/// All items of a batch in the order they were added, removed ones too.
pub fn items(conn: &Conn, batch: i64) -> Result<Vec<BatchItem>, StoreError> {
    item_list(conn, &format!("SELECT {ITEM} FROM batch_item i WHERE i.batch = ?1 ORDER BY i.key"), [batch])
}

/// One item by its id.
pub fn item(conn: &Conn, id: &str) -> Result<Option<BatchItem>, StoreError> {
    Ok(item_list(conn, &format!("SELECT {ITEM} FROM batch_item i WHERE i.id = ?1"), [id])?.pop())
}

/// One item by its row key.
pub fn item_by_key(conn: &Conn, key: i64) -> Result<Option<BatchItem>, StoreError> {
    Ok(item_list(conn, &format!("SELECT {ITEM} FROM batch_item i WHERE i.key = ?1"), [key])?.pop())
}

/// Items that were sent with this amount and wait for their bank line, oldest first, at most 50.
pub fn in_transit(conn: &Conn, amount: Money) -> Result<Vec<BatchItem>, StoreError> {
    let sql = format!(
        "SELECT {ITEM} FROM batch_item i WHERE i.state = 'sent' AND i.currency = ?1 AND i.amount = ?2
         ORDER BY i.key LIMIT 50"
    );
    item_list(conn, &sql, (amount.currency().code(), minor(amount)?))
}

fn item_list(conn: &Conn, sql: &str, params: impl rusqlite::Params) -> Result<Vec<BatchItem>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        items.push(read_item(row)?);
    }
    Ok(items)
}

/// Changes where a batch stands; a reason given replaces the one it has.
pub fn set_state(tx: &WriteTx<'_>, key: i64, state: BatchState, why: Option<&str>) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE batch SET state = ?2, void_reason = coalesce(?3, void_reason) WHERE key = ?1")?
        .execute((key, state.as_str(), why))?;
    Ok(())
}

/// Proposes a batch anew: the next revision, frozen now, with the reason why the last one is void.
pub fn next_revision(
    tx: &WriteTx<'_>,
    batch: &Batch,
    title: &str,
    frozen_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    why: Option<&str>,
) -> Result<u32, StoreError> {
    let revision = batch.revision + 1;
    tx.prepare_cached(
        "UPDATE batch SET state = 'proposed', revision = ?2, title = ?3, frozen_at = ?4, expires_at = ?5,
           void_reason = ?6 WHERE key = ?1",
    )?
    .execute((batch.key, revision, title, time(frozen_at), time(expires_at), why))?;
    Ok(revision)
}

/// Changes where an item stands.
pub fn set_item_state(tx: &WriteTx<'_>, key: i64, state: ItemState) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE batch_item SET state = ?2 WHERE key = ?1")?.execute((key, state.as_str()))?;
    Ok(())
}

/// The rail took an item, and this entry booked it.
pub fn set_item_sent(tx: &WriteTx<'_>, key: i64, entry: i64) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE batch_item SET state = 'sent', entry = ?2 WHERE key = ?1")?
        .execute((key, entry))?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Batch, StoreError> {
    let damaged = |what: &str| StoreError::Damaged(format!("a batch has no readable {what}"));
    let (state, currency, held): (String, String, String) = (row.get(4)?, row.get(9)?, row.get(10)?);
    Ok(Batch {
        key: row.get(0)?,
        id: row.get(1)?,
        kind: row.get(2)?,
        title: row.get(3)?,
        state: BatchState::parse(&state).ok_or_else(|| damaged("state"))?,
        revision: row.get(5)?,
        rail: row.get(6)?,
        rail_title: row.get(7)?,
        source_account: row.get(8)?,
        currency: Currency::from_code(&currency).map_err(|_| damaged("currency"))?,
        held: serde_json::from_str(&held).map_err(|_| damaged("list of what is held back"))?,
        frozen_at: instant(&row.get::<_, String>(11)?)?,
        expires_at: instant(&row.get::<_, String>(12)?)?,
        void_reason: row.get(13)?,
    })
}

fn read_item(row: &Row<'_>) -> Result<BatchItem, StoreError> {
    let state: String = row.get(10)?;
    Ok(BatchItem {
        key: row.get(0)?,
        id: row.get(1)?,
        batch: row.get(2)?,
        payee: row.get(3)?,
        payee_name: row.get(4)?,
        text: row.get(5)?,
        amount: money(row.get(6)?, &row.get::<_, String>(7)?)?,
        destination_shown: row.get(8)?,
        destination_fingerprint: row.get(9)?,
        state: ItemState::parse(&state)
            .ok_or_else(|| StoreError::Damaged(format!("a batch item has the unknown state {state}")))?,
        entry: row.get(11)?,
    })
}

fn read_refund(row: &Row<'_>) -> Result<RefundSplit, StoreError> {
    let currency: String = row.get(5)?;
    Ok(RefundSplit {
        payment: row.get(0)?,
        customer: row.get(1)?,
        credit: money(row.get(2)?, &currency)?,
        revenue: money(row.get(3)?, &currency)?,
        tax: money(row.get(4)?, &currency)?,
    })
}

/// An item that was sent and whose bank line has not come.
#[derive(Debug, Clone, PartialEq)]
pub struct OnItsWay {
    /// Its id.
    pub id: String,
    /// The payee's name.
    pub payee_name: String,
    /// How much left.
    pub amount: Money,
    /// The day it was booked as sent.
    pub sent_on: chrono::NaiveDate,
}

/// Everything that was sent and waits for its bank line, oldest first, at most 5,000.
pub fn all_in_transit(conn: &Conn) -> Result<Vec<OnItsWay>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT i.id, i.payee_name, i.amount, i.currency, e.occurred_on
         FROM batch_item i JOIN entry e ON e.number = i.entry WHERE i.state = 'sent' ORDER BY i.key LIMIT 5000",
    )?;
    let mut rows = statement.query([])?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        items.push(OnItsWay {
            id: row.get(0)?,
            payee_name: row.get(1)?,
            amount: money(row.get(2)?, &row.get::<_, String>(3)?)?,
            sent_on: super::day(&row.get::<_, String>(4)?)?,
        });
    }
    Ok(items)
}
