//! One entry: its postings in words, what adds up to it, who booked it, and the line behind it.

use purser_core::entry::EntryKind;
use purser_core::{ItemKind, Posting};
use purser_store::ReadTx;
use purser_store::tables::ledger::StoredEntry;
use purser_store::tables::{facts, imports, journal, ledger, lines};

use super::words::{item_words, short_hash};
use super::{journal as list, why};
use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

/// Characters of a raw line that are shown.
const RAW_CHARS: usize = 4_000;

/// `entry`.
pub fn entry(caller: &Caller<'_>, input: ById) -> Result<EntryDetail, ApiError> {
    let books = caller.books()?;
    let today = books.today()?;
    let unknown = || ApiError::unknown("entry", &input.id);
    let number: i64 = input.id.trim().trim_start_matches('#').parse().map_err(|_| unknown())?;
    books.read(|tx| {
        let head = ledger::entry(tx, number)?.ok_or_else(unknown)?;
        let row = journal::rows(tx, &[number])?.pop().ok_or_else(unknown)?;
        let reversed_by = row.reversed_by;
        let postings = ledger::postings(tx, number)?;
        let audit = journal::audit_line(tx, head.audit)?;
        let row = list::shown(row)?;
        Ok(EntryDetail {
            why: why::parts(tx, &head, &postings, &row, today)?,
            postings: postings.iter().map(|p| posting_line(tx, p, today)).collect::<Result<_, _>>()?,
            by: booked_by(tx, &head, &postings)?,
            booked_at: head.booked_at.clone(),
            seal: audit.map_or_else(String::new, |audit| short_hash(&audit.hash, 4, " ")),
            raw: raw_line(tx, &postings)?,
            reverses: head.reverses,
            reversed_by,
            row,
        })
    })
}

fn posting_line(
    tx: &ReadTx<'_>,
    posting: &Posting,
    today: chrono::NaiveDate,
) -> Result<PostingLine, ApiError> {
    let note = match &posting.item {
        Some(item) => item_words(tx, item, today)?.0,
        None => String::new(),
    };
    Ok(PostingLine { account: posting.account.as_str().to_owned(), note, amount: posting.amount.into() })
}

/// Who booked it, to stand after the time: `by you`, `by the import of mercury-oct.csv`.
fn booked_by(tx: &ReadTx<'_>, head: &StoredEntry, postings: &[Posting]) -> Result<String, ApiError> {
    if head.kind == EntryKind::BankLine
        && let Some(line) = line_of(tx, postings)?
    {
        let recent = imports::by_key(tx, line.import)?;
        if let Some(import) = recent {
            return Ok(format!("by the import of {}", import.file));
        }
    }
    Ok(actor_words(&head.actor))
}

/// An actor of the audit in words.
fn actor_words(actor: &str) -> String {
    if let Some(where_from) = actor.strip_prefix("founder") {
        return format!("by you{where_from}");
    }
    match actor.split_once(':') {
        Some(("policy", "matching")) => {
            "without asking: the evidence was strong and nothing else fit".to_owned()
        }
        Some(("policy", name)) => format!("by the policy {name}"),
        Some(("job", name)) => format!("by the job {name}"),
        Some(("import" | "source", name)) => format!("by the import from {name}"),
        _ => format!("by {actor}"),
    }
}

fn line_of(tx: &ReadTx<'_>, postings: &[Posting]) -> Result<Option<lines::BankLine>, ApiError> {
    let items = postings.iter().filter_map(|posting| posting.item.as_ref());
    match items.filter(|item| item.kind == ItemKind::BankLine).map(|item| &item.id).next() {
        Some(id) => Ok(lines::by_id(tx, id)?),
        None => Ok(None),
    }
}

/// The statement line behind an entry, as the file had it.
fn raw_line(tx: &ReadTx<'_>, postings: &[Posting]) -> Result<Option<String>, ApiError> {
    let Some(line) = line_of(tx, postings)? else { return Ok(None) };
    let Some(payload) = facts::payload(tx, line.fact)? else { return Ok(None) };
    let text = String::from_utf8_lossy(&payload);
    Ok(Some(purser_core::text::bounded(text.trim_end(), RAW_CHARS)))
}

#[cfg(test)]
mod tests {
    use super::actor_words;

    #[test]
    fn who_booked_is_said_in_words() {
        for (actor, words) in [
            ("founder", "by you"),
            ("founder (command line)", "by you (command line)"),
            ("job:nightly", "by the job nightly"),
            ("policy:matching", "without asking: the evidence was strong and nothing else fit"),
            ("stranger", "by stranger"),
        ] {
            assert_eq!(actor_words(actor), words);
        }
    }
}
