//! Giving an invoice up: its rest is lost, and the tax on it is no longer owed.

use purser_core::booking::billed::{Earlier, TakenBack, bad_debt};
use purser_core::invoice::Stage;
use purser_core::text::one_line;
use purser_store::WriteTx;
use purser_store::tables::invoices::{self, Invoice};
use purser_store::tables::write_offs::{self, WriteOff};
use purser_store::tables::{attention, deferrals, ledger};
use serde_json::json;

use crate::api::Caller;
use crate::api::types::*;
use crate::books::Moment;
use crate::deferred;
use crate::error::ApiError;
use crate::ingest::collection;

/// Longest reason.
const REASON_CHARS: usize = 200;

/// `invoice_write_off`.
pub fn write_off(caller: &Caller<'_>, input: WriteOffForm) -> Result<Done, ApiError> {
    let books = caller.books()?;
    // Of a longer time only what is unearned today is not earned any more.
    crate::ingest::recognise(&books, &caller.actor)?;
    let (say, undo) = books.decide(&caller.actor, move |tx, moment| {
        let invoice = invoices::by_number(tx, &input.number)?
            .ok_or_else(|| ApiError::unknown("invoice", &input.number))?;
        let say = write_off_in(tx, moment, &invoice, &one_line(&input.reason, REASON_CHARS))?;
        let undo = moment.offer_undo(tx, &json!({"kind": "write_off", "id": invoice.id}), &say)?;
        Ok((say, undo))
    })?;
    crate::verbs::matching::refresh(&books)?;
    Ok(Done { sequence: books.store.sequence(), say, undo: Some(undo) })
}

/// `invoice_write_off_undo`: the invoice is open again.
pub fn write_off_undo(caller: &Caller<'_>, input: ByNumber) -> Result<Done, ApiError> {
    let books = caller.books()?;
    let say = books.decide(&caller.actor, move |tx, moment| take_back(tx, moment, &input.number))?;
    crate::verbs::matching::refresh(&books)?;
    Ok(Done { sequence: books.store.sequence(), say, undo: None })
}

fn write_off_in(
    tx: &WriteTx<'_>,
    moment: &Moment,
    invoice: &Invoice,
    reason: &str,
) -> Result<String, ApiError> {
    let number = invoice.shown();
    let refused =
        |code: &str, why: &str| Err(ApiError::failed(code, format!("Nothing was written off: {why}.")));
    match invoice.stage {
        Stage::Draft => return refused("invoice_draft", "a draft is not booked. Remove it instead"),
        Stage::Void => return refused("invoice_void", &format!("{number} is void")),
        Stage::Issued if !invoice.open.is_positive() => {
            return refused("invoice_settled", &format!("nothing is open on {number}"));
        }
        Stage::Issued => {}
    }
    let waiting = deferred::waiting(&deferrals::to_come_of(tx, &invoice.id)?, moment.today())?;
    let shares = (invoice.net, invoice.tax);
    // The paid part keeps its tax, so that a refund of it takes exactly the rest.
    let paid = invoice.net.add(invoice.tax)?.sub(invoice.open)?;
    let taken = TakenBack::of(invoice.open, &Earlier::share(paid, shares), shares, &waiting)?;
    let (net, tax) = (invoice.open.sub(taken.tax)?, taken.tax);
    let text = format!("{number} of {} written off", one_line(&invoice.customer_name, 100));
    let entry = bad_debt(&invoice.id, &taken, moment.today(), &text)?;
    let detail = json!({"open": invoice.open, "net": net, "tax": tax, "reason": reason});
    let booked =
        moment.book(tx, "invoice.write_off", format!("invoice:{number}"), detail, &[entry.into()])?;
    let row = WriteOff {
        key: 0,
        net,
        tax,
        reason: reason.to_owned(),
        at: moment.stamp(),
        entry: booked.numbers[0],
    };
    write_offs::add(tx, invoice.key, &row)?;
    deferred::take(tx, &taken.unearned, moment.today())?;
    attention::resolve(tx, &format!("invoice:{}", invoice.id), None, moment.at)?;
    collection::look(tx, moment, invoice.key)?;
    Ok(format!("Wrote off {} of {number}.", invoice.open))
}

/// Takes a write-off back and says so.
pub(crate) fn take_back(tx: &WriteTx<'_>, moment: &Moment, id: &str) -> Result<String, ApiError> {
    let invoice = invoices::by_number(tx, id)?.ok_or_else(|| ApiError::unknown("invoice", id))?;
    let number = invoice.shown();
    let standing = write_offs::of_invoice(tx, invoice.key)?.ok_or_else(|| {
        ApiError::failed("not_written_off", format!("{number} is not written off. Nothing was changed."))
    })?;
    // On the day of the write-off, so that no day's balance keeps what was taken back.
    let on = ledger::entry(tx, standing.entry)?.map_or(moment.today(), |entry| entry.occurred_on);
    let reversal = ledger::reversal(tx, standing.entry, on, "write-off undone")?;
    let detail = json!({"net": standing.net, "tax": standing.tax});
    let mut entries = vec![reversal];
    let taken = deferred::taken_by(&ledger::postings(tx, standing.entry)?);
    entries.extend(deferred::bring_back(tx, &taken, moment.today())?);
    let booked = moment.book(tx, "invoice.write_off_undo", format!("invoice:{number}"), detail, &entries)?;
    write_offs::mark_undone(tx, standing.key, booked.numbers[0])?;
    collection::look(tx, moment, invoice.key)?;
    Ok(format!("{number} is open again with {}.", standing.net.add(standing.tax)?))
}
