//! Files in and out, and the ledger.

use std::path::Path;
use std::process::ExitCode;

use purser_engine::api::method;
use purser_engine::api::types::*;
use purser_engine::error::{ApiError, EXIT_FAILED};
use serde_json::json;

use crate::args::{Import, Ledger, Table};
use crate::context::Context;
use crate::print;

/// `purser import`.
pub fn import(context: &mut Context, import: Import) -> Result<ExitCode, ApiError> {
    match import {
        Import::Customers(table) => {
            let input = table_input(context, &table)?;
            let imported = context.call::<method::import_customers>(&input)?;
            imported_as(context, &imported, table.skip_bad)
        }
        Import::Invoices(table) => {
            let input = table_input(context, &table)?;
            let imported = context.call::<method::import_invoices>(&input)?;
            imported_as(context, &imported, table.skip_bad)
        }
        Import::Statement { file, account, format, mapping, guess, skip_bad } => {
            let mut input = ImportStatement {
                path: context.path(&file)?,
                account: account.unwrap_or_default(),
                format,
                mapping: mapping.as_deref().map(read_mapping).transpose()?,
                skip_bad,
            };
            if guess {
                input.mapping = Some(guessed(context, &input)?);
            }
            let imported = context.call::<method::import_statement>(&input).map_err(|mut error| {
                // The window shows the columns to choose from; here they are said in words.
                if input.mapping.is_none() && error.code == "statement_columns" {
                    error.message.push_str(
                        " Here --guess reads them as they seem to be, and --mapping FILE as you say.",
                    );
                }
                error
            })?;
            let status = imported_as(context, &imported, skip_bad)?;
            if imported.new > 0 {
                explain(context)?;
            }
            Ok(status)
        }
        Import::Undo { id } => {
            let done = context.call::<method::import_undo>(&ById { id })?;
            context.show(&done, || done.say.clone())
        }
        Import::List => {
            let imports = context.call::<method::imports>(&Nothing {})?.imports;
            context.show(&imports, || {
                let row = |row: &ImportRow| {
                    let undone = if row.undone { "taken back" } else { "" };
                    vec![
                        row.id.clone(),
                        row.at.clone(),
                        row.kind.clone(),
                        row.file.clone(),
                        undone.to_owned(),
                        row.new.to_string(),
                    ]
                };
                print::table(&imports.iter().map(row).collect::<Vec<_>>(), 1)
            })
        }
    }
}

/// Looks at what came, so that what needs the founder stands in the queue; books nothing.
fn explain(context: &mut Context) -> Result<(), ApiError> {
    let run = context.call::<method::match_run>(&MatchRunInput { apply: false })?;
    if !context.json {
        let count = |state: &str| run.results.iter().filter(|result| result.state == state).count();
        let (certain, asks) = (count("matched"), run.results.len() - count("matched"));
        print::text(&format!(
            "{certain} lines fit, {asks} need you. Look at them: purser match. Book what fits: purser match --apply"
        ))?;
    }
    Ok(())
}

fn table_input(context: &Context, table: &Table) -> Result<ImportTable, ApiError> {
    Ok(ImportTable { path: context.path(&table.file)?, skip_bad: table.skip_bad })
}

fn read_mapping(path: &Path) -> Result<CsvMapping, ApiError> {
    let bad = |error: &dyn std::fmt::Display| {
        ApiError::usage("mapping", format!("The mapping {} was not read: {error}.", path.display()))
    };
    let text = std::fs::read_to_string(path).map_err(|error| bad(&error))?;
    serde_json::from_str(&text).map_err(|error| bad(&error))
}

/// The layout that the file seems to have; anything unclear has to be said, never guessed.
fn guessed(context: &mut Context, input: &ImportStatement) -> Result<CsvMapping, ApiError> {
    let preview = context.call::<method::import_preview>(input)?;
    match preview.problems.first() {
        None => Ok(preview.mapping),
        Some(problem) => {
            Err(ApiError::founder("mapping_unclear", format!("Nothing was imported. {problem}")))
        }
    }
}

/// Prints an import as the fixed JSON, or in words. With refused rows nothing was imported and the exit is 1.
fn imported_as(context: &Context, imported: &Imported, skip_bad: bool) -> Result<ExitCode, ApiError> {
    if context.json {
        print::json(&json!({
            "format": imported.format, "read": imported.read, "new": imported.new, "known": imported.known,
            "rejected": imported.rejected, "import": imported.import, "ignored_columns": imported.ignored_columns,
        }))?;
    } else {
        print::text(&imported.done.say)?;
        if !imported.ignored_columns.is_empty() {
            eprintln!("Columns without a use were ignored: {}", imported.ignored_columns.join(", "));
        }
        if let Some(import) = &imported.import {
            print::text(&format!("Take it back with: purser import undo {import}"))?;
        }
        // The sentence above has the first already.
        let said = usize::from(imported.new == 0 && imported.done.say.contains("was not imported"));
        for row in imported.rejected.iter().skip(said) {
            eprintln!("{}", row.reason);
        }
    }
    let refused = !imported.rejected.is_empty() && !skip_bad;
    Ok(if refused { ExitCode::from(EXIT_FAILED) } else { ExitCode::SUCCESS })
}

/// `purser ledger`.
pub fn ledger(context: &mut Context, ledger: Ledger) -> Result<ExitCode, ApiError> {
    match ledger {
        Ledger::Balance { account, to } => {
            let balances =
                context.call::<method::balances>(&BalancesInput { as_of: to.unwrap_or_default() })?;
            let wanted = account.unwrap_or_default();
            let rows: Vec<&BalanceRow> =
                balances.rows.iter().filter(|row| is_under(&row.account, &wanted)).collect();
            let value: Vec<_> = rows
                .iter()
                .map(|row| json!({"account": row.account, "amount": row.balance.amount, "currency": row.balance.currency}))
                .collect();
            context.show(&value, || {
                let row = |row: &&BalanceRow| vec![row.account.clone(), print::amount(&row.balance)];
                print::table(&rows.iter().map(row).collect::<Vec<_>>(), 1)
            })
        }
        Ledger::Journal { account, from, to } => journal(
            context,
            JournalFilter {
                account: account.unwrap_or_default(),
                from: from.unwrap_or_default(),
                to: to.unwrap_or_default(),
                text: String::new(),
                sort: String::new(),
                after: None,
            },
        ),
    }
}

fn is_under(account: &str, wanted: &str) -> bool {
    wanted.is_empty()
        || account.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

/// Oldest first, a document per line.
fn journal(context: &mut Context, mut filter: JournalFilter) -> Result<ExitCode, ApiError> {
    let mut keys: Vec<i64> = Vec::new();
    loop {
        let page = context.call::<method::journal_index>(&filter)?;
        keys.extend(page.keys);
        filter.after = keys.last().copied();
        if !page.more {
            break;
        }
    }
    for number in keys.into_iter().rev() {
        let entry = context.call::<method::entry>(&ById { id: number.to_string() })?;
        if context.json {
            let postings: Vec<_> = entry
                .postings
                .iter()
                .map(|p| json!({"account": p.account, "amount": p.amount.amount, "currency": p.amount.currency, "note": p.note}))
                .collect();
            print::json(&json!({"number": number, "date": entry.row.date, "text": entry.row.text,
                "postings": postings, "booked_at": entry.booked_at, "by": entry.by,
                "reverses": entry.reverses, "reversed_by": entry.reversed_by}))?;
        } else {
            print::text(&format!("{} {} {}", entry.row.date, number, entry.row.text))?;
            let row = |p: &PostingLine| {
                vec![format!("    {}", p.account), p.note.clone(), print::amount(&p.amount)]
            };
            print::text(&print::table(&entry.postings.iter().map(row).collect::<Vec<_>>(), 1))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// `purser export`.
pub fn export(context: &mut Context, format: &str, out: Option<&Path>) -> Result<ExitCode, ApiError> {
    if let Some(path) = out {
        let input = Export { format: format.to_owned(), path: context.path(path)? };
        let written = context.call::<method::export>(&input)?;
        return context.show(&written, || written.say.clone());
    }
    // Standard output gets the finished file, so that a failure never leaves half a ledger there.
    let path = context.folder.join(format!("export-{}.tmp", std::process::id()));
    let input = Export { format: format.to_owned(), path: path.to_string_lossy().into_owned() };
    let written = context.call::<method::export>(&input);
    let printed = written.and_then(|_| {
        let failed = |error: std::io::Error| {
            ApiError::failed("export", format!("The export could not be printed: {error}."))
        };
        let mut file = std::fs::File::open(&path).map_err(failed)?;
        match std::io::copy(&mut file, &mut std::io::stdout().lock()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(failed(error)),
            _ => Ok(ExitCode::SUCCESS),
        }
    });
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            eprintln!("purser: {} is in clear and was not removed: {error}", path.display());
        }
        _ => {}
    }
    printed
}
