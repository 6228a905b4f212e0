//! What a provider of payments told: where reading stands, and the newest state of each of its objects.

use rusqlite::{OptionalExtension, Row};

use super::Conn;
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// Where reading of a source stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Feed {
    /// Where the next page begins.
    pub cursor: String,
    /// Version of the translation that read the facts so far.
    pub translation: i64,
    /// RFC 3339.
    pub polled_at: String,
}

/// Where reading of a source stands; `None` before its first page.
pub fn feed(conn: &Conn, source: &str) -> Result<Option<Feed>, StoreError> {
    Ok(conn
        .prepare_cached("SELECT cursor, translation, polled_at FROM feed WHERE source = ?1")?
        .query_row([source], |row| {
            Ok(Feed { cursor: row.get(0)?, translation: row.get(1)?, polled_at: row.get(2)? })
        })
        .optional()?)
}

/// Every source that was ever read, by name.
pub fn feeds(conn: &Conn) -> Result<Vec<(String, Feed)>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT source, cursor, translation, polled_at FROM feed ORDER BY source")?;
    let rows = statement.query_map([], |row| {
        Ok((row.get(0)?, Feed { cursor: row.get(1)?, translation: row.get(2)?, polled_at: row.get(3)? }))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Keeps where reading stands.
pub fn set_feed(tx: &WriteTx<'_>, source: &str, feed: &Feed) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO feed (source, cursor, translation, polled_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (source) DO UPDATE SET cursor = excluded.cursor, translation = excluded.translation,
           polled_at = excluded.polled_at",
    )?
    .execute((source, &feed.cursor, feed.translation, &feed.polled_at))?;
    Ok(())
}

/// One of the provider's objects.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// `customer`, `invoice`, `charge`…
    pub kind: String,
    /// The provider's id.
    pub external_id: String,
    /// Key of the fact that holds its newest state.
    pub fact: i64,
    /// What it belongs to; empty for nothing.
    pub owner: String,
    /// The invoice of a payment, the customer of a charge; empty for others.
    pub part_of: String,
    /// The entry that booked it.
    pub entry: Option<i64>,
    /// The entry that ended it: withdrawn, given up, lost.
    pub ended_by: Option<i64>,
    /// What later bookings need to know of it, JSON.
    pub detail: String,
}

impl Object {
    /// An object that nothing is known of but its fact.
    pub fn new(kind: &str, external_id: &str, fact: i64) -> Object {
        Object {
            kind: kind.to_owned(),
            external_id: external_id.to_owned(),
            fact,
            owner: String::new(),
            part_of: String::new(),
            entry: None,
            ended_by: None,
            detail: "null".to_owned(),
        }
    }
}

const SELECT: &str =
    "SELECT kind, external_id, fact, owner, part_of, entry, ended_by, detail FROM provider_object";

fn read(row: &Row<'_>) -> rusqlite::Result<Object> {
    Ok(Object {
        kind: row.get(0)?,
        external_id: row.get(1)?,
        fact: row.get(2)?,
        owner: row.get(3)?,
        part_of: row.get(4)?,
        entry: row.get(5)?,
        ended_by: row.get(6)?,
        detail: row.get(7)?,
    })
}

/// Keeps an object's newest state.
pub fn put(tx: &WriteTx<'_>, source: &str, object: &Object, seen_at: &str) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO provider_object (source, kind, external_id, fact, owner, part_of, entry, ended_by, detail, seen_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (source, kind, external_id) DO UPDATE SET fact = excluded.fact, owner = excluded.owner,
           part_of = excluded.part_of, entry = excluded.entry, ended_by = excluded.ended_by, detail = excluded.detail, seen_at = excluded.seen_at",
    )?
    .execute((
        source,
        &object.kind,
        &object.external_id,
        object.fact,
        &object.owner,
        &object.part_of,
        object.entry,
        object.ended_by,
        &object.detail,
        seen_at,
    ))?;
    Ok(())
}

/// One object.
pub fn get(conn: &Conn, source: &str, kind: &str, id: &str) -> Result<Option<Object>, StoreError> {
    let sql = format!("{SELECT} WHERE source = ?1 AND kind = ?2 AND external_id = ?3");
    Ok(conn.prepare_cached(&sql)?.query_row((source, kind, id), read).optional()?)
}

/// The one object that a condition on `?1` picks, with its source.
fn with_source(
    conn: &Conn,
    picked: &str,
    by: impl rusqlite::ToSql,
) -> Result<Option<(String, Object)>, StoreError> {
    let sql = format!(
        "SELECT kind, external_id, fact, owner, part_of, entry, ended_by, detail, source FROM provider_object
         WHERE {picked}"
    );
    Ok(conn.prepare_cached(&sql)?.query_row([by], |row| Ok((row.get(8)?, read(row)?))).optional()?)
}

/// The provider's invoice that one of ours was made of: the source, and the object.
pub fn of_invoice(conn: &Conn, invoice: i64) -> Result<Option<(String, Object)>, StoreError> {
    with_source(conn, "kind = 'invoice' AND json_extract(detail, '$.key') = ?1", invoice)
}

/// The charge of an id, with its source.
pub fn charge(conn: &Conn, id: &str) -> Result<Option<(String, Object)>, StoreError> {
    with_source(conn, "external_id = ?1 AND kind = 'charge'", id)
}

/// The objects of a kind that belong to another one, by id. The index is named here and in [`parts`]: SQLite, which
/// guesses nine objects of a kind, would rather walk through all of them in the order of the key.
pub fn owned(conn: &Conn, source: &str, kind: &str, owner: &str) -> Result<Vec<Object>, StoreError> {
    let sql = format!(
        "{SELECT} INDEXED BY provider_object_by_owner
         WHERE source = ?1 AND kind = ?2 AND owner = ?3 AND owner <> '' ORDER BY external_id"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map((source, kind, owner), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The objects of a kind that are parts of another one, by id.
pub fn parts(conn: &Conn, source: &str, kind: &str, whole: &str) -> Result<Vec<Object>, StoreError> {
    let sql = format!(
        "{SELECT} INDEXED BY provider_object_by_whole
         WHERE source = ?1 AND kind = ?2 AND part_of = ?3 AND part_of <> '' ORDER BY external_id"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map((source, kind, whole), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Number and sums per currency of what providers moved and nobody has explained.
pub fn unexplained(conn: &Conn) -> Result<Vec<(i64, purser_core::Money)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT count(*), sum(o.amount), o.currency FROM open_item o JOIN account a ON a.key = o.account
         WHERE a.name = 'Liabilities:Suspense' AND o.item_kind = 'charge' AND o.amount <> 0 GROUP BY o.currency",
    )?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push((row.get(0)?, super::money(row.get(1)?, &row.get::<_, String>(2)?)?));
    }
    Ok(all)
}

/// Money at a provider that waits in Suspense for its reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// The source.
    pub source: String,
    /// The charge, or the movement where nothing else is known of it.
    pub object: Object,
    /// Positive where it came in.
    pub amount: purser_core::Money,
}

const WAITING: &str =
    "SELECT p.kind, p.external_id, p.fact, p.owner, p.part_of, p.entry, p.ended_by, p.detail, p.source, -o.amount, o.currency
     FROM account a JOIN open_item o ON o.account = a.key AND o.item_kind = 'charge' AND o.amount <> 0
     JOIN provider_object p ON p.external_id = o.item_id AND p.kind IN ('charge', 'movement')
     WHERE a.name = 'Liabilities:Suspense'";

fn read_waiting(row: &Row<'_>) -> Result<Waiting, StoreError> {
    let amount = super::money(row.get(9)?, &row.get::<_, String>(10)?)?;
    Ok(Waiting { source: row.get(8)?, object: read(row)?, amount })
}

/// Money at providers that waits in Suspense, by id, at most `limit`.
pub fn waiting(conn: &Conn, limit: u32) -> Result<Vec<Waiting>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("{WAITING} ORDER BY o.item_id LIMIT ?1"))?;
    let mut rows = statement.query([limit])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read_waiting(row)?);
    }
    Ok(all)
}

/// What of one charge or movement waits in Suspense.
pub fn waiting_of(conn: &Conn, id: &str) -> Result<Option<Waiting>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("{WAITING} AND o.item_id = ?1"))?;
    let mut rows = statement.query([id])?;
    rows.next()?.map(read_waiting).transpose()
}

/// The payout of an id, with its source, whoever sent it.
pub fn payout(conn: &Conn, id: &str) -> Result<Option<(String, Object)>, StoreError> {
    with_source(conn, "external_id = ?1 AND kind = 'payout'", id)
}

/// The fact of the balance that a source told last, and when it was seen. The id of a balance is the second it was
/// read in, so that the greatest is the last.
pub fn last_balance(conn: &Conn, source: &str) -> Result<Option<(i64, String)>, StoreError> {
    Ok(conn
        .prepare_cached(
            "SELECT fact, seen_at FROM provider_object WHERE source = ?1 AND kind = 'balance'
             ORDER BY external_id DESC LIMIT 1",
        )?
        .query_row([source], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

/// Keys of the newest facts of all payouts, latest payout first.
pub fn payout_keys(conn: &Conn) -> Result<Vec<i64>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT p.fact FROM feed f JOIN provider_object p ON p.source = f.source AND p.kind = 'payout'
         LEFT JOIN entry e ON e.number = (SELECT min(o.entry) FROM posting o
           WHERE o.item_id = p.external_id AND o.item_kind = 'payout')
         ORDER BY e.occurred_on DESC NULLS LAST, p.fact DESC",
    )?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The payout whose newest fact has a key, with its source.
pub fn payout_of_key(conn: &Conn, fact: i64) -> Result<Option<(String, Object)>, StoreError> {
    with_source(conn, "fact = ?1 AND kind = 'payout'", fact)
}

/// A provider's payout that the bank has not shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Underway {
    /// The source.
    pub source: String,
    /// The provider's id.
    pub id: String,
    /// What is on its way; negative where the provider collects.
    pub amount: purser_core::Money,
    /// Key of its fact.
    pub fact: i64,
}

/// Payouts in transit, by id.
pub fn underway(conn: &Conn) -> Result<Vec<Underway>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT p.source, p.external_id, o.amount, o.currency, p.fact
         FROM open_item o JOIN account a ON a.key = o.account
         JOIN provider_object p ON p.external_id = o.item_id AND p.kind = 'payout'
         WHERE a.name = 'Assets:InTransit:In' AND o.item_kind = 'payout' AND o.amount <> 0 ORDER BY o.item_id",
    )?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(Underway {
            source: row.get(0)?,
            id: row.get(1)?,
            amount: super::money(row.get(2)?, &row.get::<_, String>(3)?)?,
            fact: row.get(4)?,
        });
    }
    Ok(all)
}

/// Keeps a state of a subscription.
pub fn add_subscription_state(
    tx: &WriteTx<'_>,
    source: &str,
    id: &str,
    seen_at: &str,
    fact: i64,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO subscription_state (source, external_id, seen_at, fact) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET fact = excluded.fact",
    )?
    .execute((source, id, seen_at, fact))?;
    Ok(())
}

/// A subscription at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionAt {
    /// The source.
    pub source: String,
    /// Key of the fact that was seen last before the time, else of the first one.
    pub fact: i64,
    /// Key of the fact that was seen last of all.
    pub newest: i64,
}

/// Each subscription as it was at a time.
pub fn subscriptions_at(conn: &Conn, at: &str) -> Result<Vec<SubscriptionAt>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT p.source, coalesce(
             (SELECT s.fact FROM subscription_state s WHERE s.source = p.source AND s.external_id = p.external_id
                AND s.seen_at <= ?1 ORDER BY s.seen_at DESC LIMIT 1),
             (SELECT s.fact FROM subscription_state s WHERE s.source = p.source AND s.external_id = p.external_id
                ORDER BY s.seen_at LIMIT 1), p.fact), p.fact
         FROM feed f JOIN provider_object p ON p.source = f.source AND p.kind = 'subscription'
         ORDER BY p.source, p.external_id",
    )?;
    let rows = statement.query_map([at], |row| {
        Ok(SubscriptionAt { source: row.get(0)?, fact: row.get(1)?, newest: row.get(2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The id of our invoice that was made of a provider's.
pub fn invoice_behind(conn: &Conn, source: &str, external_id: &str) -> Result<Option<String>, StoreError> {
    let id: Option<Option<String>> = conn
        .prepare_cached(
            "SELECT json_extract(detail, '$.id') FROM provider_object
             WHERE source = ?1 AND kind = 'invoice' AND external_id = ?2",
        )?
        .query_row((source, external_id), |row| row.get(0))
        .optional()?;
    Ok(id.flatten())
}

/// Id and name of our customer behind a provider's id.
pub fn customer_behind(conn: &Conn, external_id: &str) -> Result<Option<(String, String)>, StoreError> {
    Ok(conn
        .prepare_cached(
            "SELECT c.id, c.name FROM provider_object o JOIN customer c ON c.id = json_extract(o.detail, '$.id')
             WHERE o.external_id = ?1 AND o.kind = 'customer'",
        )?
        .query_row([external_id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}
