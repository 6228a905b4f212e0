//! The whole ledger for other programs, and lists for spreadsheets: written page by page into a private file,
//! which appears when it is whole.

mod list;

use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use purser_documents::export::{
    ExportAccount, ExportBalance, ExportEntry, ExportError, ExportFormat, ExportHead, ExportPosting, Exporter,
};
use purser_store::tables::journal::{self, PageEntry};
use purser_store::tables::{accounts, ledger};
use serde_json::json;

use crate::api::Caller;
use crate::api::types::{Export, Progress, Written};
use crate::books::Books;
use crate::error::ApiError;

pub(crate) use list::list;

/// Entries that one snapshot reads.
const PAGE_ENTRIES: usize = 500;

/// The books at one moment: what comes later is not in the export.
struct Picture {
    head: ExportHead,
    balances: Vec<ExportBalance>,
    last: i64,
}

/// `export`.
pub(crate) fn export(caller: &Caller<'_>, input: Export) -> Result<Written, ApiError> {
    let (format, what, ending) = match input.format.trim() {
        "hledger" => (ExportFormat::Hledger, "an hledger journal", "journal"),
        "beancount" => (ExportFormat::Beancount, "a beancount file", "beancount"),
        "csv" => (ExportFormat::Csv, "a CSV of postings", "csv"),
        other => {
            let shown = purser_core::text::one_line(other, 30);
            return Err(ApiError::usage(
                "export_format",
                format!("“{shown}” is no format of the export. Choose hledger, beancount or csv."),
            ));
        }
    };
    let books = caller.books()?;
    let path = target(&books, input.path.trim(), "ledger", ending)?;
    let picture = picture(&books)?;
    let (entries, head) = (picture.last, picture.head.audit_head.clone());
    write_whole(&path, |out| write_entries(caller, &books, format, out, &picture))?;
    let bytes = fs::metadata(&path).map(|about| about.len()).unwrap_or_default();
    let shown = path.display().to_string();
    let detail = json!({ "format": input.format, "path": shown, "entries": entries, "audit_head": head });
    books.decide(&caller.actor, move |tx, moment| {
        tx.audit(moment.audit("books.export", "books", detail))?;
        Ok(())
    })?;
    let say = format!(
        "{entries} entries were written as {what}. The file is in clear: whoever has it can read your books."
    );
    Ok(Written { path: shown, bytes, say })
}

/// The file itself, a name in a chosen folder, or a name beside the books.
fn target(books: &Books, given: &str, what: &str, ending: &str) -> Result<PathBuf, ApiError> {
    let named = |folder: &Path| -> Result<PathBuf, ApiError> {
        Ok(folder.join(format!("purser-{what}-{}.{ending}", books.today()?)))
    };
    if given.is_empty() {
        return named(&books.folder.join("exports"));
    }
    let path = std::path::absolute(given).map_err(|error| {
        ApiError::usage("export_path", format!("“{given}” is no place for a file: {error}."))
    })?;
    if path.is_dir() { named(&path) } else { Ok(path) }
}

fn picture(books: &Books) -> Result<Picture, ApiError> {
    let company = books.profile()?.name;
    books.read(|tx| {
        let head = tx.audit_head()?;
        let opened = journal::first_day(tx)?.unwrap_or(NaiveDate::MIN);
        let account = |name| ExportAccount { name, currencies: Vec::new(), opened };
        let balances = ledger::balances(tx)?.into_iter();
        Ok(Picture {
            head: ExportHead {
                company,
                audit_head: format!("{} {}", head.seq, head.hash),
                accounts: accounts::names(tx)?.into_iter().map(account).collect(),
            },
            balances: balances.map(|b| ExportBalance { account: b.account, amount: b.amount }).collect(),
            last: journal::total(tx)?,
        })
    })
}

fn write_entries(
    caller: &Caller<'_>,
    books: &Books,
    format: ExportFormat,
    out: &mut BufWriter<File>,
    picture: &Picture,
) -> Result<(), ApiError> {
    let task = books.ids.next(books.clock.now());
    let report = |done: u64, finished: bool| {
        (caller.progress)(Progress {
            task: task.clone(),
            what: "Export".to_owned(),
            done,
            total: picture.last.unsigned_abs(),
            unit: "entries".to_owned(),
            finished,
        });
    };
    let mut exporter = Exporter::begin(format, out, &picture.head).map_err(refused)?;
    let (mut after, mut done) = (None, 0);
    loop {
        caller.check_cancelled()?;
        let page = books.read(|tx| Ok(journal::page(tx, after, picture.last, PAGE_ENTRIES)?))?;
        let Some(last) = page.last() else { break };
        after = Some((last.occurred_on, last.number));
        done += page.len() as u64;
        for entry in page {
            exporter.entry(&shown(entry)).map_err(refused)?;
        }
        report(done, false);
    }
    exporter.finish(&picture.balances).map_err(refused)?;
    report(done, true);
    Ok(())
}

fn refused(error: ExportError) -> ApiError {
    ApiError::failed("export_stopped", format!("Nothing was exported. {error}."))
}

fn shown(entry: PageEntry) -> ExportEntry {
    let mut tags = vec![("kind".to_owned(), entry.kind)];
    tags.extend(entry.reverses.map(|number| ("reverses".to_owned(), number.to_string())));
    let postings = entry.postings.into_iter().map(|posting| ExportPosting {
        account: posting.account.as_str().to_owned(),
        amount: posting.amount,
        item: posting.item.map(|item| item.to_string()),
    });
    ExportEntry {
        number: entry.number,
        date: entry.occurred_on,
        text: entry.text,
        memo: None,
        tags,
        postings: postings.collect(),
    }
}

/// Writes a file with permissions for nobody else: under its name when it is whole, or not at all.
fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    let failed = |error: std::io::Error| {
        let message =
            format!("{} was not written: {error}. Choose another place or free some space.", path.display());
        ApiError::failed("file_write", message)
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let part = folder.join(format!(".{name}.part"));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = BufWriter::new(options.open(&part).map_err(failed)?);
    let written = write(&mut out)
        .and_then(|()| out.flush().map_err(failed))
        .and_then(|()| out.get_ref().sync_all().map_err(failed))
        .and_then(|()| fs::rename(&part, path).map_err(failed));
    if written.is_err() {
        // The half-written file is of no use; that it could not be removed either changes nothing.
        let _ = fs::remove_file(&part);
    }
    written
}
