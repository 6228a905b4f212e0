//! Files in and out: imports, exports.

mod mapping;
mod refusal;
mod statement;
mod tables;
mod undone;

use std::path::Path;

use purser_documents::statement::{Defaults, Mapping, guess_mapping, parse_csv};
use purser_store::tables::{accounts, imports};

use crate::api::Caller;
use crate::api::types::*;
use crate::books::Books;
use crate::error::ApiError;

pub(crate) use statement::{StatementImport, statement_bytes};
pub(crate) use tables::{customers_bytes, invoices_bytes};
pub(crate) use undone::take_back_import;

/// Files larger than this are refused before they are read, in bytes.
const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Reads a file that the founder chose.
pub(crate) fn read_file(path: &str) -> Result<(String, Vec<u8>), ApiError> {
    let path = Path::new(path);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let failed = |why: String| {
        ApiError::failed("file_read", format!("{name} was not read: {why}. Your books are as they were."))
    };
    let size = std::fs::metadata(path)
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                failed(format!("there is no file {}; check the name and the folder", path.display()))
            }
            _ => failed(error.to_string()),
        })?
        .len();
    if path.is_dir() {
        return Err(failed("it is a folder; name a file in it".to_owned()));
    }
    if size > FILE_BYTES_MAX {
        return Err(failed(format!("it has {} MB, the limit is 256 MB", size / 1024 / 1024)));
    }
    let bytes = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
    Ok((purser_core::text::one_line(&name, 200), bytes))
}

/// The real account of a name; the only one when the name is empty.
pub(crate) fn real_account(books: &Books, name: &str) -> Result<accounts::RealAccount, ApiError> {
    let mut all = books.read(|tx| Ok(accounts::real(tx)?))?;
    if name.trim().is_empty() {
        let mut banks: Vec<_> = all.iter().filter(|account| account.kind == "bank").cloned().collect();
        return match (banks.len(), banks.pop()) {
            (1, Some(only)) => Ok(only),
            (0, _) => Err(ApiError::usage(
                "account_missing",
                "There is no bank account yet. Add one with its opening balance first: `purser account add NAME --kind bank`.",
            )),
            _ => Err(ApiError::usage(
                "account_needed",
                format!("There are several accounts. Say which one the statement is of: {}.", names(&all)),
            )),
        };
    }
    let place = all
        .iter()
        .position(|a| a.name.eq_ignore_ascii_case(name.trim()) || a.account.as_str() == name.trim())
        .ok_or_else(|| {
            let mut error = ApiError::unknown("account", name);
            let known = match all.len() {
                0 => "There is none yet: add one with `purser account add NAME --kind bank`.".to_owned(),
                1 => format!("There is only {}.", names(&all)),
                _ => format!("Choose one of {}.", names(&all)),
            };
            error.message = format!("{} {known}", error.message);
            error
        })?;
    Ok(all.swap_remove(place))
}

/// The names of accounts for a sentence; the first of many.
fn names(all: &[accounts::RealAccount]) -> String {
    const SAID: usize = 8;
    let said: Vec<&str> = all.iter().take(SAID).map(|account| account.name.as_str()).collect();
    let more = all.len().saturating_sub(SAID);
    if more == 0 { said.join(", ") } else { format!("{} and {more} more", said.join(", ")) }
}

/// `import_statement`.
pub fn statement(caller: &Caller<'_>, input: ImportStatement) -> Result<Imported, ApiError> {
    if !matches!(input.format.as_str(), "" | "auto" | "csv") {
        return Err(ApiError::usage(
            "format",
            format!("The format {} cannot be read yet. Export the statement as CSV.", input.format),
        ));
    }
    let books = caller.books()?;
    let (file, bytes) = read_file(&input.path)?;
    let account = real_account(&books, &input.account)?;
    let import = StatementImport {
        file: &file,
        bytes: &bytes,
        account,
        mapping: input.mapping.as_ref().map(mapping::from_wire).transpose()?,
        skip_bad: input.skip_bad,
    };
    statement_bytes(&caller.errand(), &books, import)
}

/// `import_preview`.
pub fn preview(caller: &Caller<'_>, input: ImportStatement) -> Result<ImportPreview, ApiError> {
    let books = caller.books()?;
    let (_, bytes) = read_file(&input.path)?;
    let currency = match real_account(&books, &input.account) {
        Ok(account) => Some(account.opening.currency()),
        Err(_) => None,
    };
    let defaults = Defaults { currency };
    let refused = |error: purser_documents::statement::StatementError| {
        ApiError::failed("statement_unreadable", format!("{error}."))
    };
    let guess = guess_mapping(&bytes, &defaults).map_err(refused)?;
    let mut problems = guess.problems.clone();
    let chosen: Option<Mapping> = match &input.mapping {
        Some(wire) => Some(mapping::from_wire(wire)?),
        None => guess.mapping.clone(),
    };
    let own = parse_csv(&bytes, None, &defaults);
    let parsed = match (&input.mapping, own) {
        (None, Ok(statement)) => {
            problems.clear();
            Some((Mapping::purser(), statement))
        }
        _ => match &chosen {
            Some(mapping) => match parse_csv(&bytes, Some(mapping), &defaults) {
                Ok(statement) => Some((mapping.clone(), statement)),
                Err(error) => {
                    problems.insert(0, format!("{error}."));
                    None
                }
            },
            None => None,
        },
    };
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(64 * 1024)])
        .lines()
        .take(12)
        .map(|line| purser_core::text::bounded(line, 300))
        .collect();
    let shown =
        parsed.as_ref().map(|(mapping, _)| mapping.clone()).or(chosen).unwrap_or_else(Mapping::purser);
    let rows = parsed.as_ref().map(|(_, statement)| {
        statement.rows.iter().take(50).map(|row| PreviewRow {
            line: row.line,
            date: row.date.to_string(),
            payer: row.payer.clone(),
            description: row.description.clone(),
            amount: row.amount.into(),
        })
    });
    Ok(ImportPreview {
        mapping: mapping::to_wire(&shown),
        columns: guess.columns,
        head,
        rows: rows.map(Iterator::collect).unwrap_or_default(),
        total: parsed.as_ref().map_or(0, |(_, statement)| statement.rows.len() as u64),
        problems,
        rejected: parsed
            .map(|(_, statement)| statement.rejected.iter().take(50).map(rejected_line).collect())
            .unwrap_or_default(),
    })
}

pub(crate) fn rejected_line(row: &purser_documents::statement::RejectedRow) -> RejectedLine {
    RejectedLine { line: row.line, reason: row.reason.clone() }
}

/// `import_customers`.
pub fn customers(caller: &Caller<'_>, input: ImportTable) -> Result<Imported, ApiError> {
    let (file, bytes) = read_file(&input.path)?;
    customers_bytes(caller, &caller.books()?, &file, &bytes, input.skip_bad)
}

/// `import_invoices`.
pub fn invoices(caller: &Caller<'_>, input: ImportTable) -> Result<Imported, ApiError> {
    let (file, bytes) = read_file(&input.path)?;
    invoices_bytes(caller, &caller.books()?, &file, &bytes, input.skip_bad)
}

/// `imports`.
pub fn imports(caller: &Caller<'_>, _input: Nothing) -> Result<Imports, ApiError> {
    let rows = caller.books()?.read(|tx| Ok(imports::newest(tx, 100)?))?;
    let imports = rows
        .into_iter()
        .map(|row| ImportRow {
            id: row.id,
            kind: row.kind,
            file: row.file,
            account: row.account.unwrap_or_default(),
            at: row.at,
            new: u64::try_from(row.rows_new).unwrap_or_default(),
            undone: row.undone_at.is_some(),
        })
        .collect();
    Ok(Imports { imports })
}

/// `import_undo`.
pub fn undo_import(caller: &Caller<'_>, input: ById) -> Result<Done, ApiError> {
    let books = caller.books()?;
    let say = books.decide(&caller.actor, move |tx, moment| take_back_import(tx, moment, &input.id))?;
    Ok(Done { sequence: books.store.sequence(), say, undo: None })
}

/// `export`.
pub fn export(caller: &Caller<'_>, input: Export) -> Result<Written, ApiError> {
    super::export::export(caller, input)
}

/// `export_list`.
pub fn export_list(caller: &Caller<'_>, input: ExportList) -> Result<Written, ApiError> {
    super::export::list(caller, &input)
}

/// `cancel`: the shell sets the caller's flag; a task that is gone needs no cancelling.
pub fn cancel(caller: &Caller<'_>, input: Cancel) -> Result<Done, ApiError> {
    let found = caller.program.cancel(&input.task);
    let say = if found { "Cancelling." } else { "It was over already." };
    Ok(Done { sequence: 0, say: say.to_owned(), undo: None })
}
