//! Lines of bank statements and where each of them stands.

use std::fmt;

use chrono::NaiveDate;
use purser_core::Money;
use rusqlite::{OptionalExtension, Row};

use super::{Conn, day, minor, money, placeholders};
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineState {
    /// Needs the founder, or has not been looked at.
    Open,
    /// Has one good explanation that waits for a nod.
    Ready,
    /// Pays something.
    Matched,
    /// Filed under a category.
    Filed,
    /// One side of a transfer between own accounts.
    Transfer,
    /// Its import was taken back.
    Undone,
}

impl LineState {
    const ALL: [(LineState, &'static str); 6] = [
        (LineState::Open, "open"),
        (LineState::Ready, "ready"),
        (LineState::Matched, "matched"),
        (LineState::Filed, "filed"),
        (LineState::Transfer, "transfer"),
        (LineState::Undone, "undone"),
    ];

    /// The name the store keeps.
    pub fn as_str(self) -> &'static str {
        LineState::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }

    fn parse(name: &str) -> Option<LineState> {
        LineState::ALL.iter().find(|(_, stored)| *stored == name).map(|(state, _)| *state)
    }

    /// Whether nothing has claimed the line yet.
    pub fn is_unexplained(self) -> bool {
        matches!(self, LineState::Open | LineState::Ready)
    }
}

impl fmt::Display for LineState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A line.
#[derive(Debug, Clone, PartialEq)]
pub struct BankLine {
    /// Its key.
    pub key: i64,
    /// Transaction id.
    pub id: String,
    /// Key of its account.
    pub account: i64,
    /// The founder's name of the account.
    pub account_name: String,
    /// The day.
    pub occurred_on: NaiveDate,
    /// Signed; negative left.
    pub amount: Money,
    /// As the bank wrote it.
    pub payer: String,
    /// As the bank wrote it.
    pub description: String,
    /// Key of the raw fact.
    pub fact: i64,
    /// Key of its import.
    pub import: i64,
    /// Where it stands.
    pub state: LineState,
    /// One line on what it might be.
    pub headline: String,
    /// How it was booked, in words.
    pub booked_as: String,
    /// Who decided.
    pub decided_by: Option<String>,
    /// RFC 3339.
    pub decided_at: Option<String>,
}

/// A line to be kept.
#[derive(Debug, Clone)]
pub struct NewLine<'a> {
    /// Transaction id.
    pub id: &'a str,
    /// Key of its account.
    pub account: i64,
    /// Identity within the account.
    pub external_id: &'a str,
    /// The day.
    pub occurred_on: NaiveDate,
    /// Signed.
    pub amount: Money,
    /// Payer.
    pub payer: &'a str,
    /// Memo.
    pub description: &'a str,
    /// Key of the raw fact.
    pub fact: i64,
    /// Key of the import.
    pub import: i64,
}

/// Keeps a new line; false where another one has its id.
pub fn add(tx: &WriteTx<'_>, line: &NewLine<'_>) -> Result<bool, StoreError> {
    let added = tx.prepare_cached(
        "INSERT INTO bank_line (id, account, external_id, occurred_on, amount, currency, payer, description, fact, import, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'open') ON CONFLICT (id) DO NOTHING",
    )?
    .execute((
        line.id,
        line.account,
        line.external_id,
        line.occurred_on.to_string(),
        minor(line.amount)?,
        line.amount.currency().code(),
        line.payer,
        line.description,
        line.fact,
        line.import,
    ))?;
    Ok(added == 1)
}

/// What is known of a line by its identity within its account.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// Transaction id.
    pub id: String,
    /// The day it had.
    pub occurred_on: String,
    /// The amount it had, minor units.
    pub amount: i64,
    /// Its currency.
    pub currency: String,
    /// Where it stands.
    pub undone: bool,
}

/// Looks a line up by its identity within its account.
pub fn known(conn: &Conn, account: i64, external_id: &str) -> Result<Option<Known>, StoreError> {
    Ok(conn
        .prepare_cached(
            "SELECT id, occurred_on, amount, currency, state = 'undone' FROM bank_line
             WHERE account = ?1 AND external_id = ?2",
        )?
        .query_row((account, external_id), |row| {
            Ok(Known {
                id: row.get(0)?,
                occurred_on: row.get(1)?,
                amount: row.get(2)?,
                currency: row.get(3)?,
                undone: row.get(4)?,
            })
        })
        .optional()?)
}

/// Brings a line of an undone import back under a new import.
pub fn revive(tx: &WriteTx<'_>, id: &str, import: i64) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE bank_line SET state = 'open', import = ?2, headline = '', booked_as = '', decided_by = NULL, decided_at = NULL
         WHERE id = ?1 AND state = 'undone'",
    )?
    .execute((id, import))?;
    Ok(())
}

/// Moves a line to a state. `booked_as` and who decided are kept for booked states, cleared for others.
pub fn set_state(
    tx: &WriteTx<'_>,
    id: &str,
    state: LineState,
    words: &str,
    decided: Option<(&str, &str)>,
) -> Result<(), StoreError> {
    let changed = if state.is_unexplained() {
        tx.prepare_cached(
            "UPDATE bank_line SET state = ?2, headline = ?3, booked_as = '', decided_by = NULL, decided_at = NULL WHERE id = ?1",
        )?
        .execute((id, state.as_str(), words))?
    } else {
        tx.prepare_cached(
            "UPDATE bank_line SET state = ?2, booked_as = ?3, decided_by = ?4, decided_at = ?5 WHERE id = ?1",
        )?
        .execute((id, state.as_str(), words, decided.map(|d| d.0), decided.map(|d| d.1)))?
    };
    if changed == 1 { Ok(()) } else { Err(StoreError::RowMissing) }
}

const SELECT: &str =
    "SELECT l.key, l.id, l.account, a.real_name, l.occurred_on, l.amount, l.currency, l.payer,
    l.description, l.fact, l.import, l.state, l.headline, l.booked_as, l.decided_by, l.decided_at
    FROM bank_line l JOIN account a ON a.key = l.account";

/// Of lines that nothing has claimed, whatever the statistics say of how many those are.
fn unclaimed(rest: &str) -> String {
    let by_state = SELECT.replace("FROM bank_line l", "FROM bank_line l INDEXED BY bank_line_by_state");
    format!("{by_state} WHERE l.state IN ('open', 'ready') {rest}")
}

fn read(row: &Row<'_>) -> Result<BankLine, StoreError> {
    let state: String = row.get(11)?;
    Ok(BankLine {
        key: row.get(0)?,
        id: row.get(1)?,
        account: row.get(2)?,
        account_name: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
        occurred_on: day(&row.get::<_, String>(4)?)?,
        amount: money(row.get(5)?, &row.get::<_, String>(6)?)?,
        payer: row.get(7)?,
        description: row.get(8)?,
        fact: row.get(9)?,
        import: row.get(10)?,
        state: LineState::parse(&state)
            .ok_or_else(|| StoreError::Damaged(format!("a bank line has the unknown state {state}")))?,
        headline: row.get(12)?,
        booked_as: row.get(13)?,
        decided_by: row.get(14)?,
        decided_at: row.get(15)?,
    })
}

fn collect(conn: &Conn, sql: &str, params: impl rusqlite::Params) -> Result<Vec<BankLine>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        lines.push(read(row)?);
    }
    Ok(lines)
}

/// One line by its transaction id.
pub fn by_id(conn: &Conn, id: &str) -> Result<Option<BankLine>, StoreError> {
    Ok(collect(conn, &format!("{SELECT} WHERE l.id = ?1"), [id])?.pop())
}

/// Lines by their keys, in the order of the keys.
pub fn by_keys(conn: &Conn, keys: &[i64]) -> Result<Vec<BankLine>, StoreError> {
    let sql = format!("{SELECT} WHERE l.key IN ({})", placeholders(keys.len()));
    let mut lines = collect(conn, &sql, rusqlite::params_from_iter(keys))?;
    let place = |key: i64| keys.iter().position(|k| *k == key);
    lines.sort_by_key(|line| place(line.key));
    Ok(lines)
}

/// Every line that nothing has claimed, oldest first.
pub fn unexplained(conn: &Conn) -> Result<Vec<BankLine>, StoreError> {
    collect(conn, &unclaimed("ORDER BY l.occurred_on, l.key"), [])
}

/// Lines of an import.
pub fn of_import(conn: &Conn, import: i64) -> Result<Vec<BankLine>, StoreError> {
    collect(conn, &format!("{SELECT} WHERE l.import = ?1 ORDER BY l.key"), [import])
}

/// Keys with what a filter needs to see, newest first: of one state, or decided since a time.
pub fn index(conn: &Conn, state: LineState) -> Result<Vec<(i64, i64, String)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT key, amount, currency FROM bank_line WHERE state = ?1 ORDER BY occurred_on DESC, key DESC",
    )?;
    let rows = statement.query_map([state.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Lines decided since a time, newest first, at most `limit`.
pub fn decided_since(conn: &Conn, since: &str, limit: i64) -> Result<Vec<BankLine>, StoreError> {
    collect(
        conn,
        &format!("{SELECT} WHERE l.decided_at >= ?1 ORDER BY l.decided_at DESC, l.key DESC LIMIT ?2"),
        (since, limit),
    )
}

/// How many lines were decided since a time: by the founder, and by themselves.
pub fn deciders_since(conn: &Conn, since: &str) -> Result<(u32, u32), StoreError> {
    Ok(conn
        .prepare_cached(
            "SELECT count(*) FILTER (WHERE decided_by LIKE 'founder%'), count(*) FILTER (WHERE decided_by NOT LIKE 'founder%')
             FROM bank_line WHERE decided_at >= ?1",
        )?
        .query_row([since], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// How many lines need the founder.
pub fn open_count(conn: &Conn) -> Result<i64, StoreError> {
    Ok(conn
        .prepare_cached("SELECT count(*) FROM bank_line WHERE state = 'open'")?
        .query_row([], |row| row.get(0))?)
}

/// Refuses a pairing for good.
pub fn reject(tx: &WriteTx<'_>, line: &str, target: &str, at: &str) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO match_rejection (line, target, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    )?
    .execute((line, target, at))?;
    Ok(())
}

/// Takes back the refusals of a line.
pub fn forget_rejections(tx: &WriteTx<'_>, line: &str) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM match_rejection WHERE line = ?1")?.execute([line])?;
    Ok(())
}

/// Every refused pairing of lines that are still unexplained.
pub fn rejections(conn: &Conn) -> Result<Vec<(String, String)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT r.line, r.target FROM match_rejection r CROSS JOIN bank_line l ON l.id = r.line
         WHERE l.state IN ('open', 'ready')",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A booking of a line other than an allocation.
#[derive(Debug, Clone, PartialEq)]
pub struct LineBooking {
    /// Entry number.
    pub entry: i64,
    /// `filed`, `transfer`, `deposit`, `payout`.
    pub kind: String,
    /// Account, other line, payment or payout.
    pub other: String,
}

/// Keeps what else booked a line.
pub fn add_booking(
    tx: &WriteTx<'_>,
    line: &str,
    entry: i64,
    kind: &str,
    other: &str,
) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT INTO line_booking (line, entry, kind, other) VALUES (?1, ?2, ?3, ?4)")?
        .execute((line, entry, kind, other))?;
    Ok(())
}

/// What booked a line and was not undone.
pub fn bookings(conn: &Conn, line: &str) -> Result<Vec<LineBooking>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT entry, kind, other FROM line_booking WHERE line = ?1 AND undone_by IS NULL ORDER BY entry",
    )?;
    let rows = statement.query_map([line], |row| {
        Ok(LineBooking { entry: row.get(0)?, kind: row.get(1)?, other: row.get(2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Marks bookings of an entry as undone by its reversal.
pub fn undo_booking(tx: &WriteTx<'_>, entry: i64, by: i64) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE line_booking SET undone_by = ?2 WHERE entry = ?1 AND undone_by IS NULL")?
        .execute((entry, by))?;
    Ok(())
}

/// Unexplained lines of other accounts with exactly the opposite amount, nearest first.
pub fn opposite(conn: &Conn, line: &BankLine, limit: i64) -> Result<Vec<BankLine>, StoreError> {
    collect(
        conn,
        &unclaimed(
            "AND l.amount = ?1 AND l.currency = ?2 AND l.account <> ?3
             ORDER BY abs(julianday(l.occurred_on) - julianday(?4)), l.key LIMIT ?5",
        ),
        (
            minor(-line.amount)?,
            line.amount.currency().code(),
            line.account,
            line.occurred_on.to_string(),
            limit,
        ),
    )
}

/// How many lines nothing has claimed.
pub fn unexplained_count(conn: &Conn) -> Result<i64, StoreError> {
    Ok(conn
        .prepare_cached("SELECT count(*) FROM bank_line WHERE state IN ('open', 'ready')")?
        .query_row([], |row| row.get(0))?)
}

/// Number and sums per currency of money out that nothing has claimed.
pub fn outgoing_unexplained(conn: &Conn) -> Result<(i64, Vec<Money>), StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT currency, sum(amount), count(*) FROM bank_line INDEXED BY bank_line_by_state
         WHERE state IN ('open', 'ready') AND amount < 0 GROUP BY currency",
    )?;
    let mut rows = statement.query([])?;
    let (mut count, mut sums) = (0, Vec::new());
    while let Some(row) = rows.next()? {
        sums.push(money(row.get(1)?, &row.get::<_, String>(0)?)?);
        count += row.get::<_, i64>(2)?;
    }
    Ok((count, sums))
}
