//! The backup file: one container that carries what is needed to open it.
//!
//! ```text
//! purser-backup 1\n
//! length of the header, 4 bytes, big endian
//! header, JSON
//! the encrypted database, as many bytes as the header says
//! SHA-256 over everything before, 32 bytes
//! ```
//!
//! The header is in clear and holds no secret: the recovery envelope in it wraps the key.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::audit::AuditHead;
use crate::error::StoreError;
use crate::files::create_private;

const MAGIC: &[u8] = b"purser-backup 1\n";
/// The format that this program writes and reads.
pub const BACKUP_FORMAT: u32 = 1;
const HEADER_LIMIT_BYTES: u32 = 1024 * 1024;
const CHUNK_BYTES: usize = 256 * 1024;

/// What a backup says about itself, readable without the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupHeader {
    /// The container's format, [`BACKUP_FORMAT`].
    pub format: u32,
    /// The identity of the store that was backed up.
    pub store_id: Uuid,
    /// When the backup was made.
    pub created_at: DateTime<Utc>,
    /// The schema version of the database inside.
    pub schema_version: u32,
    /// The end of the audit chain inside.
    pub audit_head: AuditHead,
    /// Size of the database inside.
    pub database_bytes: u64,
    /// Opaque here: what the recovery code needs to unwrap the key.
    pub recovery_envelope: serde_json::Value,
}

/// Writes the container and makes it durable. The file must not exist.
pub(super) fn write(path: &Path, header: &BackupHeader, database: &Path) -> Result<(), StoreError> {
    let failed = |cause: io::Error| StoreError::io("writing", path, &cause);
    let json = serde_json::to_vec(header).map_err(|cause| failed(cause.into()))?;
    let length = u32::try_from(json.len()).ok().filter(|length| *length <= HEADER_LIMIT_BYTES);
    let length = length.ok_or_else(|| damaged(path, "its header is too large"))?;
    let mut source = File::open(database).map_err(|cause| StoreError::io("reading", database, &cause))?;

    let file = create_private(path)?;
    let mut out = Hashing::new(BufWriter::with_capacity(CHUNK_BYTES, file));
    out.write_all(MAGIC).map_err(failed)?;
    out.write_all(&length.to_be_bytes()).map_err(failed)?;
    out.write_all(&json).map_err(failed)?;
    let copied = io::copy(&mut source, &mut out).map_err(failed)?;
    if copied != header.database_bytes {
        return Err(damaged(path, "its database changed while it was written"));
    }
    let (mut inner, digest) = out.finish();
    inner.write_all(&digest).map_err(failed)?;
    let file = inner.into_inner().map_err(|cause| failed(cause.into_error()))?;
    file.sync_all().map_err(failed)
}

/// Reads the header only. The rest of the file is not looked at.
pub fn read_backup_header(path: &Path) -> Result<BackupHeader, StoreError> {
    let file = File::open(path).map_err(|cause| StoreError::io("opening", path, &cause))?;
    header_from(&mut BufReader::new(file), path)
}

/// Checks the digest of the whole file, and copies the database out of it when a target is given.
pub(super) fn unpack(path: &Path, target: Option<&Path>) -> Result<BackupHeader, StoreError> {
    let failed = |cause: io::Error| StoreError::io("reading", path, &cause);
    let file = File::open(path).map_err(|cause| StoreError::io("opening", path, &cause))?;
    let mut source = HashingReader::new(BufReader::with_capacity(CHUNK_BYTES, file));
    let header = header_from(&mut source, path)?;

    let mut database = (&mut source).take(header.database_bytes);
    let copied = match target {
        Some(target) => {
            let mut out = create_private(target)?;
            let copied = io::copy(&mut database, &mut out)
                .map_err(|cause| StoreError::io("writing", target, &cause))?;
            out.sync_all().map_err(|cause| StoreError::io("saving", target, &cause))?;
            copied
        }
        None => io::copy(&mut database, &mut io::sink()).map_err(failed)?,
    };
    if copied != header.database_bytes {
        return Err(damaged(path, "it is cut off"));
    }
    let (mut inner, expected) = source.finish();
    let mut trailer = Vec::new();
    // One byte more than a digest, so that anything appended shows.
    inner.by_ref().take(33).read_to_end(&mut trailer).map_err(failed)?;
    if trailer != expected {
        return Err(damaged(path, "its checksum does not fit its contents"));
    }
    Ok(header)
}

fn header_from(source: &mut impl Read, path: &Path) -> Result<BackupHeader, StoreError> {
    let short = |cause: io::Error| match cause.kind() {
        io::ErrorKind::UnexpectedEof => damaged(path, "it is cut off"),
        _ => StoreError::io("reading", path, &cause),
    };
    let mut magic = [0; MAGIC.len()];
    source.read_exact(&mut magic).map_err(short)?;
    if magic != MAGIC {
        return Err(damaged(path, "it does not start like a backup of this program version"));
    }
    let mut length = [0; 4];
    source.read_exact(&mut length).map_err(short)?;
    let length = u32::from_be_bytes(length);
    if length > HEADER_LIMIT_BYTES {
        return Err(damaged(path, "its header is too large"));
    }
    let mut json = vec![0; length as usize];
    source.read_exact(&mut json).map_err(short)?;
    let header: BackupHeader =
        serde_json::from_slice(&json).map_err(|_| damaged(path, "its header cannot be read"))?;
    if header.format != BACKUP_FORMAT {
        return Err(damaged(path, "its format is of another program version"));
    }
    Ok(header)
}

pub(super) fn damaged(path: &Path, why: &str) -> StoreError {
    StoreError::BackupDamaged { path: path.to_owned(), why: why.to_owned() }
}

/// Passes bytes on and remembers their digest.
struct Hashing<W> {
    inner: W,
    hasher: Sha256,
}

impl<W> Hashing<W> {
    fn new(inner: W) -> Self {
        Self { inner, hasher: Sha256::new() }
    }

    fn finish(self) -> (W, Vec<u8>) {
        (self.inner, self.hasher.finalize().to_vec())
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

type HashingReader<R> = Hashing<R>;

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        Ok(read)
    }
}
