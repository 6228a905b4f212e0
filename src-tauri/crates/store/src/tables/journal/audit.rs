//! The audit chain as a list.

use rusqlite::{OptionalExtension, Row};

use super::{KEYS_MAX, contains};
use crate::audit;
use crate::error::StoreError;
use crate::tables::{Conn, placeholders};

/// Rows whose words are compared; a row that is older is found by its number or its subject.
const ROWS_READ_MAX: usize = 50_000;

/// A row of the chain as the list shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditLine {
    /// Its number.
    pub seq: i64,
    /// RFC 3339.
    pub at: String,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// About what.
    pub subject: String,
    /// Particulars, JSON.
    pub detail: String,
    /// Its hash, hex.
    pub hash: String,
}

const COLUMNS: &str = "seq, at, actor, action, subject, detail, hash";

fn read(row: &Row<'_>) -> rusqlite::Result<AuditLine> {
    Ok(AuditLine {
        seq: row.get(0)?,
        at: row.get(1)?,
        actor: row.get(2)?,
        action: row.get(3)?,
        subject: row.get(4)?,
        detail: row.get(5)?,
        hash: row.get(6)?,
    })
}

/// Numbers of the rows that hold the words, newest first; all rows for no words.
pub fn audit_index(conn: &Conn, text: &str) -> Result<Vec<i64>, StoreError> {
    let last = audit::head(conn)?.seq;
    let words = text.trim().to_lowercase();
    if words.is_empty() {
        return Ok((1..=last).rev().collect());
    }
    let mut keys: Vec<i64> = words.parse().ok().filter(|seq| (1..=last).contains(seq)).into_iter().collect();
    let mut statement = conn.prepare_cached("SELECT seq FROM audit WHERE subject = ?1 ORDER BY seq DESC")?;
    let found = statement.query_map([text.trim()], |row| row.get(0))?;
    keys.extend(found.collect::<Result<Vec<i64>, _>>()?);
    let mut statement = conn.prepare_cached(
        "SELECT seq, actor, action, subject, detail FROM audit WHERE seq <= ?1 ORDER BY seq DESC",
    )?;
    let mut rows = statement.query([last])?;
    let mut read = 0;
    while let Some(row) = rows.next()? {
        for column in 1..=4 {
            let text = row.get_ref(column)?.as_str().unwrap_or_default();
            if contains(text, &words) {
                keys.push(row.get(0)?);
                break;
            }
        }
        read += 1;
        if read == ROWS_READ_MAX {
            break;
        }
    }
    keys.sort_unstable_by(|one, other| other.cmp(one));
    keys.dedup();
    Ok(keys)
}

/// Rows by their numbers, in that order; no more than [`KEYS_MAX`] are read.
pub fn audit_rows(conn: &Conn, keys: &[i64]) -> Result<Vec<AuditLine>, StoreError> {
    let keys = &keys[..keys.len().min(KEYS_MAX)];
    let sql = format!("SELECT {COLUMNS} FROM audit WHERE seq IN ({})", placeholders(keys.len()));
    let mut statement = conn.prepare_cached(&sql)?;
    let mut lines =
        statement.query_map(rusqlite::params_from_iter(keys), read)?.collect::<Result<Vec<_>, _>>()?;
    lines.sort_by_key(|line| keys.iter().position(|key| *key == line.seq));
    Ok(lines)
}

/// One row of the chain.
pub fn audit_line(conn: &Conn, seq: i64) -> Result<Option<AuditLine>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM audit WHERE seq = ?1");
    Ok(conn.prepare_cached(&sql)?.query_row([seq], read).optional()?)
}
