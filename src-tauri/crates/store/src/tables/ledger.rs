//! Entries, postings, balances and open items. Entries are only added, never changed.

use std::collections::{BTreeMap, HashMap};

use chrono::{NaiveDate, SecondsFormat};
use purser_core::entry::EntryKind;
use purser_core::{Account, Entry, EntryDraft, Item, ItemKind, Money, Posting};
use rusqlite::{OptionalExtension, Row};
use sha2::{Digest, Sha256};

use super::journal::JournalLine;
use super::{Conn, accounts, day, day_number, minor, money};
use crate::audit::AuditDraft;
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// An entry to be booked.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// The checked entry.
    pub entry: Entry,
    /// The number of the entry that it negates.
    pub reverses: Option<i64>,
}

impl From<Entry> for NewEntry {
    fn from(entry: Entry) -> NewEntry {
        NewEntry { entry, reverses: None }
    }
}

/// What booking gave.
#[derive(Debug, Clone)]
pub struct Booked {
    /// The audit row of the decision.
    pub audit: i64,
    /// Entry numbers in the order given.
    pub numbers: Vec<i64>,
}

/// The head of a stored entry.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEntry {
    /// Its number.
    pub number: i64,
    /// Kind.
    pub kind: EntryKind,
    /// The day it happened.
    pub occurred_on: NaiveDate,
    /// RFC 3339.
    pub booked_at: String,
    /// The journal's line.
    pub text: String,
    /// Who.
    pub actor: String,
    /// Entry that it negates.
    pub reverses: Option<i64>,
    /// Its audit row.
    pub audit: i64,
}

/// Books entries with the audit row of the decision: the row's detail carries a digest over them,
/// so that a later change of any amount, account or text shows.
pub fn book(tx: &WriteTx<'_>, mut draft: AuditDraft, entries: &[NewEntry]) -> Result<Booked, StoreError> {
    let first = next_number(tx)?;
    let numbers: Vec<i64> = (first..).take(entries.len()).collect();
    if !entries.is_empty() {
        let mut digest = EntriesDigest::default();
        for (number, new) in numbers.iter().zip(entries) {
            digest.add(*number, &new.entry, new.reverses);
        }
        if let serde_json::Value::Object(detail) = &mut draft.detail {
            detail.insert(
                "sealed".into(),
                serde_json::json!({"first": first, "count": entries.len(), "digest": digest.hex()}),
            );
        }
    }
    let (at, actor) = (draft.at.to_rfc3339_opts(SecondsFormat::Micros, true), draft.actor.clone());
    let audit = tx.audit(draft)?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO entry (number, kind, occurred_on, booked_at, text, actor, reverses, audit)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    let mut sums = Sums::default();
    for (number, new) in numbers.iter().zip(entries) {
        let entry = &new.entry;
        let on = entry.occurred_on().to_string();
        insert.execute((
            number,
            entry.kind().as_str(),
            &on,
            &at,
            entry.text(),
            &actor,
            new.reverses,
            audit,
        ))?;
        sums.add(tx, *number, entry.occurred_on(), entry.postings())?;
        tx.index_later(JournalLine::of(entry.occurred_on(), *number, entry.text()));
    }
    sums.write(tx)?;
    Ok(Booked { audit, numbers })
}

/// The number that the next entry will get.
pub fn next_number(conn: &Conn) -> Result<i64, StoreError> {
    Ok(conn.prepare_cached("SELECT coalesce(max(number), 0) + 1 FROM entry")?.query_row([], |r| r.get(0))?)
}

/// Postings and their sums, written once per account however many entries there are.
#[derive(Default)]
struct Sums {
    keys: HashMap<Account, i64>,
    balances: BTreeMap<(i64, String), (i64, i64)>,
    days: BTreeMap<(i64, String, String), (i64, i64)>,
}

impl Sums {
    fn add(
        &mut self,
        tx: &WriteTx<'_>,
        number: i64,
        on: NaiveDate,
        postings: &[Posting],
    ) -> Result<(), StoreError> {
        let mut insert = tx.prepare_cached(
            "INSERT INTO posting (entry, idx, account, currency, amount, item_kind, item_id, day)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        let (day_number, on) = (day_number(on), on.to_string());
        for (idx, posting) in postings.iter().enumerate() {
            let account = match self.keys.get(&posting.account) {
                Some(key) => *key,
                None => {
                    let key = accounts::ensure(tx, &posting.account)?;
                    self.keys.insert(posting.account.clone(), key);
                    key
                }
            };
            let amount = minor(posting.amount)?;
            let currency = posting.amount.currency();
            let item = posting.item.as_ref();
            insert.execute((
                number,
                idx as i64,
                account,
                currency.code(),
                amount,
                item.map(|i| i.kind.as_str()),
                item.map(|i| &i.id),
                day_number,
            ))?;
            let code = currency.code().to_owned();
            let day = self.days.entry((account, code.clone(), on.clone())).or_default();
            for sum in [day, self.balances.entry((account, code)).or_default()] {
                sum.0 = sum.0.checked_add(amount).ok_or_else(|| too_large(&posting.account))?;
                sum.1 += 1;
            }
            if let Some(item) = item {
                add_to_item(tx, account, item, currency.code(), amount)?;
            }
        }
        Ok(())
    }

    fn write(self, tx: &WriteTx<'_>) -> Result<(), StoreError> {
        let mut upsert = tx.prepare_cached(
            "INSERT INTO balance (account, currency, amount, postings) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (account, currency)
             DO UPDATE SET amount = amount + excluded.amount, postings = postings + excluded.postings",
        )?;
        for ((account, currency), (amount, postings)) in self.balances {
            upsert.execute((account, currency, amount, postings))?;
        }
        let mut upsert = tx.prepare_cached(
            "INSERT INTO day_sum (account, currency, day, amount, postings) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (account, currency, day)
             DO UPDATE SET amount = amount + excluded.amount, postings = postings + excluded.postings",
        )?;
        for ((account, currency, day), (amount, postings)) in self.days {
            upsert.execute((account, currency, day, amount, postings))?;
        }
        Ok(())
    }
}

fn too_large(account: &Account) -> StoreError {
    StoreError::Amount(format!("the balance of {account} is too large to be booked"))
}

fn add_to_item(
    tx: &WriteTx<'_>,
    account: i64,
    item: &Item,
    currency: &str,
    amount: i64,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO open_item (item_id, item_kind, account, currency, amount) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (item_id, item_kind, account, currency) DO UPDATE SET amount = amount + excluded.amount",
    )?
    .execute((&item.id, item.kind.as_str(), account, currency, amount))?;
    Ok(())
}

/// SHA-256 over entries in the order of their numbers.
#[derive(Default)]
pub struct EntriesDigest(Sha256);

impl EntriesDigest {
    /// Adds one entry; every field with its length in front.
    pub fn add(&mut self, number: i64, entry: &Entry, reverses: Option<i64>) {
        let postings: Vec<[String; 3]> = entry
            .postings()
            .iter()
            .map(|posting| {
                let item = posting.item.as_ref().map(ToString::to_string).unwrap_or_default();
                [posting.account.as_str().to_owned(), posting.amount.to_string(), item]
            })
            .collect();
        let on = entry.occurred_on().to_string();
        self.add_texts(number, [entry.kind().as_str(), &on, entry.text()], reverses, &postings);
    }

    /// Adds one entry by the texts that stand for it: kind, day and line, then account, amount and item
    /// of each posting. The check reads entries that could not be made again.
    pub(crate) fn add_texts(
        &mut self,
        number: i64,
        head: [&str; 3],
        reverses: Option<i64>,
        postings: &[[String; 3]],
    ) {
        self.field(&number.to_string());
        for text in head {
            self.field(text);
        }
        self.field(&reverses.unwrap_or(0).to_string());
        self.field(&postings.len().to_string());
        for text in postings.iter().flatten() {
            self.field(text);
        }
    }

    fn field(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_be_bytes());
        self.0.update(text.as_bytes());
    }

    /// The digest in hex.
    pub fn hex(self) -> String {
        hex::encode(self.0.finalize())
    }
}

/// The columns of an entry's head, as they are read.
type Head = (i64, String, String, String, String, String, Option<i64>, i64);

fn stored(row: &Row<'_>) -> rusqlite::Result<Head> {
    Ok((
        row.get(0)?,
        row.get(1)?,
        row.get(2)?,
        row.get(3)?,
        row.get(4)?,
        row.get(5)?,
        row.get(6)?,
        row.get(7)?,
    ))
}

const COLUMNS: &str = "number, kind, occurred_on, booked_at, text, actor, reverses, audit";

/// The head of one entry.
pub fn entry(conn: &Conn, number: i64) -> Result<Option<StoredEntry>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM entry WHERE number = ?1");
    let row = conn.prepare_cached(&sql)?.query_row([number], stored).optional()?;
    row.map(from_columns).transpose()
}

fn from_columns(row: Head) -> Result<StoredEntry, StoreError> {
    let (number, kind, occurred_on, booked_at, text, actor, reverses, audit) = row;
    let kind = EntryKind::parse(&kind)
        .ok_or_else(|| StoreError::Damaged(format!("entry {number} has the unknown kind {kind}")))?;
    Ok(StoredEntry { number, kind, occurred_on: day(&occurred_on)?, booked_at, text, actor, reverses, audit })
}

/// The postings of one entry.
pub fn postings(conn: &Conn, number: i64) -> Result<Vec<Posting>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT a.name, p.currency, p.amount, p.item_kind, p.item_id
         FROM posting p JOIN account a ON a.key = p.account WHERE p.entry = ?1 ORDER BY p.idx",
    )?;
    let rows = statement.query_map([number], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, i64>(2)?,
            row.get::<_, Option<String>>(3)?,
            row.get::<_, Option<String>>(4)?,
        ))
    })?;
    rows.map(|row| {
        let (account, currency, amount, kind, id) = row?;
        posting(&account, &currency, amount, kind.as_deref(), id)
    })
    .collect()
}

pub(crate) fn posting(
    account: &str,
    currency: &str,
    amount: i64,
    kind: Option<&str>,
    id: Option<String>,
) -> Result<Posting, StoreError> {
    let account = Account::new(account).map_err(|error| StoreError::Damaged(error.to_string()))?;
    let item = match (kind, id) {
        (Some(kind), Some(id)) => Some(Item {
            kind: ItemKind::parse(kind).ok_or_else(|| {
                StoreError::Damaged(format!("a posting names the unknown item kind {kind}"))
            })?,
            id,
        }),
        _ => None,
    };
    Ok(Posting { account, amount: money(amount, currency)?, item })
}

/// A whole entry, checked again as it is read.
pub fn whole(conn: &Conn, number: i64) -> Result<Option<(StoredEntry, Entry)>, StoreError> {
    let Some(head) = entry(conn, number)? else { return Ok(None) };
    let draft = EntryDraft {
        kind: head.kind,
        occurred_on: head.occurred_on,
        text: head.text.clone(),
        postings: postings(conn, number)?,
    };
    let checked = draft.check().map_err(|error| StoreError::Damaged(format!("entry {number}: {error}")))?;
    Ok(Some((head, checked)))
}

/// The entry that negates `number`, ready to be booked. Nothing can be reversed twice.
pub fn reversal(conn: &Conn, number: i64, on: NaiveDate, why: &str) -> Result<NewEntry, StoreError> {
    let (head, entry) =
        whole(conn, number)?.ok_or_else(|| StoreError::Damaged(format!("entry {number} is missing")))?;
    if reversed_by(conn, number)?.is_some() {
        return Err(StoreError::AlreadyReversed(number));
    }
    let text = format!("Reversal of {number}: {why} ({})", head.text);
    Ok(NewEntry {
        entry: entry.reversal(on, purser_core::text::one_line(&text, 300)),
        reverses: Some(number),
    })
}

/// The number of the entry that reverses `number`.
pub fn reversed_by(conn: &Conn, number: i64) -> Result<Option<i64>, StoreError> {
    Ok(conn
        .prepare_cached("SELECT number FROM entry WHERE reverses = ?1")?
        .query_row([number], |row| row.get(0))
        .optional()?)
}

/// What is open on an item of an account; debit positive.
pub fn open(conn: &Conn, account: &str, item: &Item) -> Result<Vec<Money>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT o.amount, o.currency FROM open_item o JOIN account a ON a.key = o.account
         WHERE o.item_id = ?1 AND o.item_kind = ?2 AND a.name = ?3 AND o.amount <> 0",
    )?;
    let rows = statement.query_map((&item.id, item.kind.as_str(), account), |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
    })?;
    rows.map(|row| {
        let (amount, currency) = row?;
        money(amount, &currency)
    })
    .collect()
}

/// What is open on an item in one currency; debit positive, zero when nothing is.
pub fn open_in(
    conn: &Conn,
    account: &str,
    item: &Item,
    currency: purser_core::Currency,
) -> Result<Money, StoreError> {
    Ok(open(conn, account, item)?
        .into_iter()
        .find(|amount| amount.currency() == currency)
        .unwrap_or(Money::zero(currency)))
}

/// A balance.
#[derive(Debug, Clone, PartialEq)]
pub struct Balance {
    /// Account name.
    pub account: String,
    /// Debit positive.
    pub amount: Money,
    /// Postings in it.
    pub postings: i64,
}

/// Balances now, by account and currency.
pub fn balances(conn: &Conn) -> Result<Vec<Balance>, StoreError> {
    balance_rows(
        conn,
        "SELECT a.name, b.currency, b.amount, b.postings FROM balance b JOIN account a ON a.key = b.account
         ORDER BY a.name, b.currency",
        [],
    )
}

/// Balances at the end of a day, from the sums of the days: those up to it, or the balances of now without those
/// after it, whichever are fewer.
pub fn balances_until(conn: &Conn, day: NaiveDate) -> Result<Vec<Balance>, StoreError> {
    let ends: (Option<String>, Option<String>) = conn
        .prepare_cached("SELECT (SELECT min(occurred_on) FROM entry), (SELECT max(occurred_on) FROM entry)")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (Some(first), Some(last)) = ends else { return Ok(Vec::new()) };
    let (first, last) = (super::day(&first)?, super::day(&last)?);
    let sql = if day - first < last - day {
        "SELECT a.name, d.currency, sum(d.amount), sum(d.postings)
         FROM account a CROSS JOIN day_sum d ON d.account = a.key
         WHERE d.day <= ?1 GROUP BY a.name, d.currency ORDER BY a.name, d.currency"
    } else {
        "SELECT a.name, b.currency, b.amount - coalesce(sum(d.amount), 0), b.postings - coalesce(sum(d.postings), 0) AS n
         FROM account a CROSS JOIN balance b ON b.account = a.key
         LEFT JOIN day_sum d ON d.account = b.account AND d.currency = b.currency AND d.day > ?1
         GROUP BY a.name, b.currency HAVING n > 0 ORDER BY a.name, b.currency"
    };
    balance_rows(conn, sql, [day.to_string()])
}

fn balance_rows(conn: &Conn, sql: &str, params: impl rusqlite::Params) -> Result<Vec<Balance>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(params, |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?, row.get::<_, i64>(3)?))
    })?;
    rows.map(|row| {
        let (account, currency, amount, postings) = row?;
        Ok(Balance { account, amount: money(amount, &currency)?, postings })
    })
    .collect()
}

/// Balance of one account in one currency.
pub fn balance_of(conn: &Conn, account: &str, currency: purser_core::Currency) -> Result<Money, StoreError> {
    let amount: Option<i64> = conn
        .prepare_cached(
            "SELECT b.amount FROM balance b JOIN account a ON a.key = b.account WHERE a.name = ?1 AND b.currency = ?2",
        )?
        .query_row((account, currency.code()), |row| row.get(0))
        .optional()?;
    Ok(Money::new(i128::from(amount.unwrap_or(0)), currency))
}

/// Entries that touch an item, oldest first.
pub fn entries_of_item(conn: &Conn, item: &Item) -> Result<Vec<i64>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT DISTINCT entry FROM posting WHERE item_id = ?1 AND item_kind = ?2 ORDER BY entry",
    )?;
    let rows = statement.query_map((&item.id, item.kind.as_str()), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What moved on real accounts in a currency, by day, since a day.
pub fn cash_moves(
    conn: &Conn,
    currency: purser_core::Currency,
    since: NaiveDate,
) -> Result<Vec<(NaiveDate, Money)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT d.day, sum(d.amount) FROM account a CROSS JOIN day_sum d ON d.account = a.key
         WHERE a.real_name IS NOT NULL AND d.currency = ?2 AND d.day >= ?1 GROUP BY d.day ORDER BY d.day",
    )?;
    let mut rows = statement.query((since.to_string(), currency.code()))?;
    let mut moves = Vec::new();
    while let Some(row) = rows.next()? {
        let on = day(&row.get::<_, String>(0)?)?;
        moves.push((on, Money::new(i128::from(row.get::<_, i64>(1)?), currency)));
    }
    Ok(moves)
}
