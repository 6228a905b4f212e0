//! Raw observations. A fact enters once: the same id with the same content changes nothing (invariant 2).

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use rusqlite::OptionalExtension;
use sha2::{Digest, Sha256};

use super::Conn;
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// Payloads shorter than this are kept as they are: compression would make them longer.
const COMPRESS_FROM_BYTES: usize = 400;

/// A fact as it came.
#[derive(Debug, Clone)]
pub struct NewFact<'a> {
    /// `statement:<account key>`, later a provider's connection.
    pub source: &'a str,
    /// `bank_line`…
    pub kind: &'a str,
    /// The source's own id, or one made from the content.
    pub external_id: &'a str,
    /// What it says.
    pub payload: &'a Payload,
    /// Version of the translation that read it.
    pub translation: i64,
    /// `booked`, `unreadable`, or `ignored`: another state of its object was told since, and counts instead.
    pub state: &'a str,
}

/// A raw payload as it is kept. Packing one takes longer than keeping it, so it is done before the writer's turn.
#[derive(Debug, Clone)]
pub struct Payload {
    hash: [u8; 16],
    bytes: Vec<u8>,
    compressed: bool,
}

impl Payload {
    /// Packs raw bytes.
    pub fn of(raw: &[u8]) -> Result<Payload, StoreError> {
        let hash = content_hash(raw);
        Ok(match pack(raw)? {
            Some(bytes) => Payload { hash, bytes, compressed: true },
            None => Payload { hash, bytes: raw.to_vec(), compressed: false },
        })
    }

    /// The content hash of the raw bytes.
    pub fn hash(&self) -> [u8; 16] {
        self.hash
    }
}

/// First 16 bytes of the SHA-256 of a payload.
pub fn content_hash(payload: &[u8]) -> [u8; 16] {
    let digest = Sha256::digest(payload);
    let mut hash = [0; 16];
    hash.copy_from_slice(&digest[..16]);
    hash
}

/// The key of a fact that was kept before with this very content.
pub fn known(
    conn: &Conn,
    source: &str,
    kind: &str,
    external_id: &str,
    payload: &Payload,
) -> Result<Option<i64>, StoreError> {
    Ok(conn
        .prepare_cached(
            "SELECT key FROM fact WHERE source = ?1 AND kind = ?2 AND external_id = ?3 AND content_hash = ?4",
        )?
        .query_row((source, kind, external_id, payload.hash), |row| row.get(0))
        .optional()?)
}

/// Says how a fact was read by a translation.
pub fn set_read(tx: &WriteTx<'_>, key: i64, translation: i64, state: &str) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE fact SET translation = ?2, state = ?3 WHERE key = ?1")?.execute((
        key,
        translation,
        state,
    ))?;
    Ok(())
}

/// A newer state of an object was told: what could not be read of it before matters no more. How many there were.
///
/// The `+` keeps the index of what is unreadable out of it: an object has a few states, a kind may have many.
pub fn pass_over_unreadable(
    tx: &WriteTx<'_>,
    source: &str,
    kind: &str,
    external_id: &str,
    newest: i64,
) -> Result<usize, StoreError> {
    Ok(tx
        .prepare_cached(
            "UPDATE fact SET state = 'ignored'
             WHERE source = ?1 AND kind = ?2 AND external_id = ?3 AND +state = 'unreadable' AND key <> ?4",
        )?
        .execute((source, kind, external_id, newest))?)
}

/// A state that cannot be read is told again after others of its object: it is the newest once more, and those count no
/// more that were kept after it. False where it was the newest all the time.
pub fn unreadable_again(tx: &WriteTx<'_>, key: i64, translation: i64) -> Result<bool, StoreError> {
    let sql = format!(
        "UPDATE fact SET state = 'unreadable', translation = ?2
         WHERE key = ?1 AND (state = 'ignored' OR state = 'unreadable' AND {HAS_NEWER})"
    );
    if tx.prepare_cached(&sql)?.execute((key, translation))? == 0 {
        return Ok(false);
    }
    tx.prepare_cached(
        "UPDATE fact SET state = 'ignored' FROM fact again
         WHERE again.key = ?1 AND fact.source = again.source AND fact.kind = again.kind
           AND fact.external_id = again.external_id AND fact.key > again.key",
    )?
    .execute([key])?;
    Ok(true)
}

/// That a fact's object has a newer state which was read, or will be.
const HAS_NEWER: &str = "EXISTS (SELECT 1 FROM fact newer
    WHERE newer.source = fact.source AND newer.kind = fact.kind AND newer.external_id = fact.external_id
      AND newer.key > fact.key AND newer.state <> 'ignored')";

/// Key and kind of a source's facts that no translation could read, oldest first, after a key.
pub fn unreadable(
    conn: &Conn,
    source: &str,
    after: i64,
    limit: u32,
) -> Result<Vec<(i64, String)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT key, kind FROM fact
         WHERE source = ?1 AND state = 'unreadable' AND key > ?2 ORDER BY key LIMIT ?3",
    )?;
    let rows = statement.query_map((source, after, limit), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A fact that no translation could read so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Its kind.
    pub kind: String,
    /// The source's id.
    pub external_id: String,
    /// Its object has a newer state.
    pub is_old: bool,
}

/// The fact of a key, where it still waits to be read.
pub fn unread(conn: &Conn, key: i64) -> Result<Option<Unread>, StoreError> {
    let sql =
        format!("SELECT kind, external_id, {HAS_NEWER} FROM fact WHERE key = ?1 AND state = 'unreadable'");
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Unread { kind: row.get(0)?, external_id: row.get(1)?, is_old: row.get(2)? })
    };
    Ok(conn.prepare_cached(&sql)?.query_row([key], read).optional()?)
}

/// How many facts of a source and kind no translation could read, and the key of the last one.
pub fn unreadable_count(conn: &Conn, source: &str, kind: &str) -> Result<(i64, Option<i64>), StoreError> {
    Ok(conn
        .prepare_cached(
            "SELECT count(*), max(key) FROM fact WHERE source = ?1 AND kind = ?2 AND state = 'unreadable'",
        )?
        .query_row((source, kind), |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Keeps a fact and returns its key, or the key of the same fact kept before.
pub fn keep(tx: &WriteTx<'_>, fact: &NewFact<'_>) -> Result<i64, StoreError> {
    let Payload { hash, bytes, compressed } = fact.payload;
    let changed = tx
        .prepare_cached(
            "INSERT INTO fact (source, kind, external_id, content_hash, payload, compressed, translation, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
        )?
        .execute((
            fact.source,
            fact.kind,
            fact.external_id,
            hash,
            bytes,
            compressed,
            fact.translation,
            fact.state,
        ))?;
    if changed == 1 {
        return Ok(tx.last_insert_rowid());
    }
    Ok(tx
        .prepare_cached(
            "SELECT key FROM fact WHERE source = ?1 AND kind = ?2 AND external_id = ?3 AND content_hash = ?4",
        )?
        .query_row((fact.source, fact.kind, fact.external_id, hash), |row| row.get(0))?)
}

/// The raw payload of a fact.
pub fn payload(conn: &Conn, key: i64) -> Result<Option<Vec<u8>>, StoreError> {
    let row: Option<(Vec<u8>, bool)> = conn
        .prepare_cached("SELECT payload, compressed FROM fact WHERE key = ?1")?
        .query_row([key], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? == 1)))
        .optional()?;
    row.map(|(bytes, compressed)| if compressed { unpack(&bytes) } else { Ok(bytes) }).transpose()
}

fn pack(payload: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    if payload.len() < COMPRESS_FROM_BYTES {
        return Ok(None);
    }
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    let packed = encoder.write_all(payload).and_then(|()| encoder.finish());
    let packed =
        packed.map_err(|error| StoreError::Value(format!("a payload cannot be compressed: {error}")))?;
    Ok((packed.len() < payload.len()).then_some(packed))
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut payload = Vec::new();
    DeflateDecoder::new(bytes)
        .read_to_end(&mut payload)
        .map_err(|error| StoreError::Damaged(format!("a kept payload cannot be unpacked: {error}")))?;
    Ok(payload)
}
