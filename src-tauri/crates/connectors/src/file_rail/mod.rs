//! The payment file: instructions that the founder carries to the bank.
//!
//! One JSON line per accepted instruction, appended under a file lock and flushed to the disk before the
//! outbox hears about it. The file is its own judge: what stands in it as a whole line was accepted, a torn last
//! line was not.

mod record;

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use purser_core::outbox::{Delivery, Outcome};
use serde_json::Value;

use crate::rail::Rail;
pub use record::Record;
use record::{complete_lines, id_of};

/// The rail's stable name.
pub const NAME: &str = "payment-file";
/// The rail's name on screen.
pub const TITLE: &str = "Payment file (you carry it to the bank)";
/// The folder in the data folder.
pub const FOLDER: &str = "outgoing";
/// The file's name in that folder.
pub const FILE_NAME: &str = "payments.jsonl";
/// Requests beyond this are refused: one instruction is a few hundred bytes.
pub const REQUEST_LIMIT_BYTES: usize = 64 * 1024;

/// Why the payment file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileRailError {
    /// The operating system refused.
    #[error("the payment file {} cannot be {what}: {why}. Correct its permissions or free some space", path.display())]
    Io {
        /// What was attempted.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The operating system's words.
        why: String,
    },
    /// A whole line before the last cannot be read.
    #[error("line {line} of the payment file {} cannot be read, so nothing is added to it. Move the file away once its payments are at the bank", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
    },
}

/// Appends accepted instructions to `payments.jsonl`.
#[derive(Debug)]
pub struct FileRail {
    path: PathBuf,
    delivery: Delivery,
    /// File locks belong to the process on some systems: threads need one of their own.
    here: Mutex<()>,
}

impl FileRail {
    /// The payment file of a data folder, which is made where it is missing. It refuses to accept a key twice.
    pub fn open(data: &Path) -> Result<FileRail, FileRailError> {
        FileRail::open_as(data, Delivery::Keyed)
    }

    /// The same file with another delivery class: a `Lookup` file accepts a key twice but can be asked, a
    /// `Neither` file does not even answer.
    pub fn open_as(data: &Path, delivery: Delivery) -> Result<FileRail, FileRailError> {
        let folder = &data.join(FOLDER);
        let path = folder.join(FILE_NAME);
        make_folder(folder).map_err(|why| io("made", folder, &why))?;
        let rail = FileRail { path, delivery, here: Mutex::new(()) };
        rail.with_file(|_, _| Ok(()))?;
        // The new file's name must survive a power loss too.
        sync_folder(folder).map_err(|why| io("made durable", folder, &why))?;
        Ok(rail)
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Everything that was accepted, in order.
    pub fn records(&self) -> Result<Vec<Record>, FileRailError> {
        self.with_file(|_, records| Ok(records))
    }

    /// Runs under the file's lock with what was accepted so far; a torn last line is cut off first.
    fn with_file<T>(
        &self,
        act: impl FnOnce(&mut File, Vec<Record>) -> Result<T, FileRailError>,
    ) -> Result<T, FileRailError> {
        let _here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        let mut file = open_private(&self.path).map_err(|why| io("opened", &self.path, &why))?;
        file.lock().map_err(|why| io("locked", &self.path, &why))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|why| io("read", &self.path, &why))?;
        let lines = complete_lines(&bytes)
            .map_err(|line| FileRailError::Damaged { path: self.path.clone(), line })?;
        if lines.end < bytes.len() {
            file.set_len(lines.end as u64).map_err(|why| io("mended", &self.path, &why))?;
        }
        file.seek(SeekFrom::End(0)).map_err(|why| io("read", &self.path, &why))?;
        // The lock goes with the handle at the end of this function.
        act(&mut file, lines.records)
    }

    fn accept(&self, key: &str, request: &[u8]) -> Result<Outcome, FileRailError> {
        self.with_file(|file, records| {
            if self.delivery == Delivery::Keyed
                && let Some(known) = records.iter().find(|record| record.key == key)
            {
                return Ok(Outcome::Accepted(known.id.clone()));
            }
            let id = id_of(records.len() + 1);
            let line = record::line(&id, key, request);
            // Once a byte may be in the file, only the file itself can say whether it was accepted.
            let written = file.write_all(&line).and_then(|()| file.sync_all());
            Ok(match written {
                Ok(()) => Outcome::Accepted(id),
                Err(why) => {
                    Outcome::NoAnswer(format!("the payment file stopped while it was written: {why}"))
                }
            })
        })
    }
}

impl Rail for FileRail {
    fn name(&self) -> &str {
        NAME
    }

    fn title(&self) -> &str {
        TITLE
    }

    fn delivery(&self) -> Delivery {
        self.delivery
    }

    fn send(&self, key: &str, request: &[u8]) -> Outcome {
        if request.len() > REQUEST_LIMIT_BYTES {
            return Outcome::Refused("the instruction is too long for the payment file".to_owned());
        }
        let one_line = !request.iter().any(|byte| matches!(byte, b'\n' | b'\r'));
        if !one_line || serde_json::from_slice::<Value>(request).is_err() {
            return Outcome::Refused("the instruction is not one line of JSON".to_owned());
        }
        self.accept(key, request).unwrap_or_else(|error| Outcome::NotSent(error.to_string()))
    }

    fn look_up(&self, key: &str, _request: &[u8]) -> Outcome {
        if self.delivery == Delivery::Neither {
            return Outcome::NoAnswer("nobody keeps a record that could be asked".to_owned());
        }
        match self.records() {
            Ok(records) => match records.into_iter().find(|record| record.key == key) {
                Some(record) => Outcome::Accepted(record.id),
                None => Outcome::NotSent("the payment file does not have it".to_owned()),
            },
            Err(error) => Outcome::NoAnswer(error.to_string()),
        }
    }
}

fn io(what: &'static str, path: &Path, why: &std::io::Error) -> FileRailError {
    FileRailError::Io { what, path: path.to_owned(), why: why.to_string() }
}

/// A file that only this user may read (security.md 11).
fn open_private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes a new name in a folder durable. Windows has no such call and needs none.
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests;
