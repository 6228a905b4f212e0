//! An import is taken back as a whole: everything it booked is reversed, and the file can be imported again.

use purser_core::entry::EntryKind;
use purser_core::{Item, ItemKind};
use purser_store::WriteTx;
use purser_store::tables::imports::{self, Import};
use purser_store::tables::ledger::{self, NewEntry};
use purser_store::tables::lines::{self, LineState};
use purser_store::tables::{allocations, attention, customers, invoices};
use serde_json::json;

use crate::books::Moment;
use crate::error::ApiError;
use crate::verbs::matching;

/// Takes an import back and says what that did.
pub(crate) fn take_back_import(tx: &WriteTx<'_>, moment: &Moment, id: &str) -> Result<String, ApiError> {
    let import = imports::by_id(tx, id)?.ok_or_else(|| ApiError::unknown("import", id))?;
    if !imports::mark_undone(tx, import.key, &moment.stamp())? {
        return Err(ApiError::failed("import_undone", format!("{} was taken back already.", import.file)));
    }
    let entries = match import.kind.as_str() {
        "statement" => statement(tx, moment, &import)?,
        "invoices" => invoices_of(tx, &import)?,
        _ => Vec::new(),
    };
    let count = entries.len();
    let kept = customers::remove_import(tx, import.key)?;
    let detail = json!({"file": import.file, "reversed": count, "customers_kept": kept});
    moment.book(tx, "import.undo", format!("import:{id}"), detail, &entries)?;
    Ok(match import.kind.as_str() {
        "customers" if kept > 0 => {
            format!("{} was taken back; {kept} customers are in use and stay.", import.file)
        }
        _ => format!("{} was taken back.", import.file),
    })
}

fn statement(tx: &WriteTx<'_>, moment: &Moment, import: &Import) -> Result<Vec<NewEntry>, ApiError> {
    let mut entries = Vec::new();
    for line in lines::of_import(tx, import.key)? {
        if !line.state.is_unexplained() && !line.amount.is_zero() {
            matching::take_back(tx, moment, &line.id)?;
        }
        entries.extend(open_entries(tx, ItemKind::BankLine, &line.id, EntryKind::BankLine)?);
        lines::set_state(tx, &line.id, LineState::Undone, "", None)?;
        attention::resolve(tx, &format!("line:{}", line.id), None, moment.at)?;
    }
    Ok(entries)
}

fn invoices_of(tx: &WriteTx<'_>, import: &Import) -> Result<Vec<NewEntry>, ApiError> {
    let mut entries = Vec::new();
    for invoice in invoices::of_import(tx, import.key)? {
        if invoice.stage != purser_core::invoice::Stage::Issued {
            continue;
        }
        if invoice.written_off {
            return Err(ApiError::failed(
                "import_in_use",
                format!(
                    "The import was not taken back: {} is written off. Undo that first, then try again.",
                    invoice.shown()
                ),
            ));
        }
        let paid = allocations::of_invoice(tx, invoice.key)?;
        if paid.iter().any(|allocation| allocation.undone_by.is_none()) {
            return Err(ApiError::failed(
                "import_in_use",
                format!(
                    "The import was not taken back: {} has a payment. Undo that first, then try again.",
                    invoice.shown()
                ),
            ));
        }
        entries.extend(open_entries(tx, ItemKind::Invoice, &invoice.id, EntryKind::Invoice)?);
        entries.extend(open_entries(tx, ItemKind::Invoice, &invoice.id, EntryKind::Opening)?);
        invoices::void(tx, invoice.key)?;
    }
    Ok(entries)
}

/// Reversals of an item's entries of a kind that were not reversed before.
fn open_entries(
    tx: &WriteTx<'_>,
    item: ItemKind,
    id: &str,
    kind: EntryKind,
) -> Result<Vec<NewEntry>, ApiError> {
    let mut reversals = Vec::new();
    for number in ledger::entries_of_item(tx, &Item::new(item, id))? {
        let Some(entry) = ledger::entry(tx, number)?.filter(|entry| entry.kind == kind) else { continue };
        if ledger::reversed_by(tx, number)?.is_none() {
            // On the same day, so that no day's balance keeps what was taken back.
            reversals.push(ledger::reversal(tx, number, entry.occurred_on, "the import was taken back")?);
        }
    }
    Ok(reversals)
}
