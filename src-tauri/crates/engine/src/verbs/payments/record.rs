//! Recording a payment: the entries, the receipt, its mail and the audit row in one transaction.

use std::path::Path;

use purser_core::allocation::Spread;
use purser_core::booking::{self, Funds};
use purser_core::invoice::document_number;
use purser_core::matching::money_text;
use purser_core::text::one_line;
use purser_core::{Entry, Money};
use purser_store::WriteTx;
use purser_store::tables::accounts::RealAccount;
use purser_store::tables::allocations::{self, Allocation};
use purser_store::tables::ledger::NewEntry;
use purser_store::tables::payments::{self, Payment};
use purser_store::tables::{blobs, drafts, series};
use serde_json::json;

use super::form::{self, Checked};
use super::{DRAFT, paper};
use crate::api::Caller;
use crate::api::types::*;
use crate::books::{Books, Moment, write_private};
use crate::error::ApiError;

/// Largest proof file, in bytes.
const PROOF_BYTES_MAX: u64 = 25 * 1024 * 1024;

struct Proof {
    name: String,
    media: &'static str,
    bytes: Vec<u8>,
}

/// `payment_record`.
pub fn record(caller: &Caller<'_>, input: PaymentForm) -> Result<PaymentRecorded, ApiError> {
    let books = caller.books()?;
    let proof = read_proof(&input.proof)?;
    let papers = books.papers_folder();
    let mut recorded =
        books.decide(&caller.actor, move |tx, moment| record_in(tx, moment, &input, proof, &papers))?;
    recorded.done.sequence = books.store.sequence();
    write_receipt(&books, &recorded)?;
    Ok(recorded)
}

/// The receipt as a file to open or print. The kept bytes are the original: a lost file is written again.
fn write_receipt(books: &Books, recorded: &PaymentRecorded) -> Result<(), ApiError> {
    let number = recorded.payment.clone();
    let pdf = books.read(|tx| {
        let payment =
            payments::by_number(tx, &number)?.ok_or_else(|| ApiError::unknown("payment", &number))?;
        Ok(blobs::get(tx, &payment.pdf)?.map(|(_, bytes)| bytes))
    })?;
    let bytes = pdf.ok_or_else(|| ApiError::failed("receipt_missing", "The receipt is not in the store."))?;
    write_private(Path::new(&recorded.receipt_path), &bytes).map_err(|mut error| {
        error.message =
            format!("{} is recorded. Its receipt could not be written: {}", recorded.payment, error.message);
        error
    })
}

fn read_proof(path: &str) -> Result<Option<Proof>, ApiError> {
    if path.trim().is_empty() {
        return Ok(None);
    }
    let size = std::fs::metadata(path).map(|meta| meta.len()).unwrap_or(0);
    if size > PROOF_BYTES_MAX {
        let megabytes = size / 1024 / 1024;
        return Err(ApiError::usage(
            "proof_large",
            format!("The proof has {megabytes} MB; 25 MB is the most that is kept."),
        ));
    }
    let (name, bytes) = crate::verbs::files::read_file(path)?;
    let media = purser_documents::picture::media_of(&bytes).ok_or_else(|| {
        ApiError::usage(
            "proof_kind",
            format!("{name} is not a PDF or a picture (JPEG, PNG). Nothing was recorded."),
        )
    })?;
    Ok(Some(Proof { name, media, bytes }))
}

fn record_in(
    tx: &WriteTx<'_>,
    moment: &Moment,
    input: &PaymentForm,
    proof: Option<Proof>,
    papers: &Path,
) -> Result<PaymentRecorded, ApiError> {
    let checked = form::check(tx, moment.today(), &moment.profile, input)?;
    let id = moment.id();
    let month = checked.received_on;
    let number = document_number("P", month, series::next(tx, &format!("payment:{}", month.format("%Y%m")))?);
    let receipt = paper::take_receipt_number(tx, month)?;
    let filled = paper::Filled {
        profile: &moment.profile,
        customer: &checked.customer,
        number: &receipt,
        amount: checked.amount,
        method: &checked.method,
        reference: &checked.reference,
        received_on: checked.received_on,
        open: &checked.open,
        spread: &checked.spread,
    };
    let composed = paper::compose(&filled)?;
    let rendered = paper::render(&composed, &filled)?;
    let pdf = blobs::keep(tx, "application/pdf", &rendered.pdf)?;
    let kept_proof = proof.as_ref().map(|proof| blobs::keep(tx, proof.media, &proof.bytes)).transpose()?;
    let entries = entries(&id, &number, &checked)?;
    let detail = json!({"amount": checked.amount, "customer": checked.customer.name, "method": checked.method,
                        "reference": checked.reference, "receipt": receipt, "proof": kept_proof});
    let booked = moment.book(tx, "payment.record", format!("payment:{number}"), detail, &entries)?;
    payments::add(
        tx,
        &Payment {
            key: 0,
            id: id.clone(),
            number: number.clone(),
            customer: checked.customer.key,
            customer_id: String::new(),
            customer_name: String::new(),
            amount: checked.amount,
            method: checked.method.clone(),
            received_on: checked.received_on,
            reference: checked.reference.clone(),
            note: checked.note.clone(),
            proof: kept_proof,
            proof_name: proof.map(|proof| proof.name).unwrap_or_default(),
            receipt: receipt.clone(),
            paper: serde_json::to_string(&composed).unwrap_or_default(),
            pdf: pdf.clone(),
            state: "undeposited".to_owned(),
            recorded_by: moment.actor.clone(),
            recorded_at: moment.stamp(),
        },
    )?;
    keep_allocations(tx, &id, &checked, &booked.numbers)?;
    let paid = allocations::of_funds(tx, "payment", &id)?;
    crate::settled::look(tx, moment, paid.iter().filter_map(|row| row.invoice))?;
    if input.email_receipt && !checked.customer.email.is_empty() {
        paper::queue_mail(tx, moment, &filled, &composed, &rendered.pdf)?;
    }
    drafts::remove(tx, DRAFT)?;
    let name = one_line(&checked.customer.name, 80);
    // A name such as “Sp. z o.o.” brings its own full stop.
    let say = format!("Recorded {} from {}.", money_text(checked.amount), name.trim_end_matches('.'));
    let undo = moment.offer_undo(tx, &json!({"kind": "payment", "id": id}), &say)?;
    let recorded = PaymentRecorded {
        payment: number,
        receipt_path: papers.join(format!("{receipt}.pdf")).to_string_lossy().into_owned(),
        receipt,
        done: Done { sequence: 0, say, undo: Some(undo) },
        missing_glyphs: rendered.missing_glyphs,
    };
    moment.keep_reply(tx, &recorded)?;
    Ok(recorded)
}

/// One entry per invoice; what is left becomes credit with the last of them.
fn entries(id: &str, number: &str, checked: &Checked) -> Result<Vec<NewEntry>, ApiError> {
    let Spread { applied, rest } = &checked.spread;
    let customer = one_line(&checked.customer.name, 120);
    let how = match checked.reference.as_str() {
        "" => form::method_word(&checked.method).to_owned(),
        reference => format!("{} {reference}", form::method_word(&checked.method)),
    };
    let funds = Funds::Payment(id.to_owned());
    if applied.is_empty() {
        let text = format!("{number}: {how} from {customer}, kept as credit");
        let entry = booking::to_credit(&funds, &checked.customer.id, *rest, checked.received_on, &text)?;
        return Ok(vec![entry.into()]);
    }
    let mut entries = Vec::with_capacity(applied.len());
    for (place, (invoice, part)) in applied.iter().enumerate() {
        let is_last = place + 1 == applied.len();
        let over = (is_last && rest.is_positive()).then_some((checked.customer.id.as_str(), *rest));
        let entry: Entry = booking::allocate(&booking::Allocation {
            funds: funds.clone(),
            invoice: &invoice_id(checked, invoice)?.0,
            received: *part,
            fee: Money::zero(part.currency()),
            over,
            on: checked.received_on,
            text: format!("{number}: {how} from {customer} for {invoice}"),
        })?;
        entries.push(entry.into());
    }
    Ok(entries)
}

fn invoice_id(checked: &Checked, number: &str) -> Result<(String, i64), ApiError> {
    let found = checked.open.iter().find(|invoice| invoice.shown() == number);
    found.map(|invoice| (invoice.id.clone(), invoice.key)).ok_or_else(|| ApiError::unknown("invoice", number))
}

fn keep_allocations(tx: &WriteTx<'_>, id: &str, checked: &Checked, entries: &[i64]) -> Result<(), ApiError> {
    let Spread { applied, rest } = &checked.spread;
    let zero = Money::zero(checked.amount.currency());
    let row = |invoice, amount, over, entry| Allocation {
        key: 0,
        invoice,
        customer: checked.customer.key,
        funds_kind: "payment".to_owned(),
        funds_id: id.to_owned(),
        amount,
        fee: zero,
        over,
        on: checked.received_on,
        entry,
        undone_by: None,
    };
    if applied.is_empty() {
        let entry = entries.first().copied().unwrap_or_default();
        allocations::add(tx, &row(None, zero, *rest, entry))?;
        return Ok(());
    }
    for (place, ((invoice, part), entry)) in applied.iter().zip(entries).enumerate() {
        let over = if place + 1 == applied.len() { *rest } else { zero };
        allocations::add(tx, &row(Some(invoice_id(checked, invoice)?.1), *part, over, *entry))?;
    }
    Ok(())
}

/// Puts a payment into a cash account.
pub(super) fn deposit_cash(
    tx: &WriteTx<'_>,
    moment: &Moment,
    payment: &Payment,
    account: &RealAccount,
) -> Result<String, ApiError> {
    if payment.state != "undeposited" {
        return Err(ApiError::failed(
            "payment_state",
            format!("{} is {} already. Nothing was booked.", payment.number, payment.state),
        ));
    }
    if payment.amount.currency() != account.opening.currency() {
        return Err(ApiError::usage(
            "deposit_currency",
            format!(
                "{} is kept in {}, the payment is in {}.",
                account.name,
                account.opening.currency(),
                payment.amount.currency()
            ),
        ));
    }
    let text = format!("{} put into {}", payment.number, account.name);
    let entry = booking::deposit_cash(&account.account, &payment.id, payment.amount, moment.today(), &text)?;
    let detail = json!({"account": account.name, "amount": payment.amount});
    let subject = format!("payment:{}", payment.number);
    moment.book(tx, "payment.deposit", subject, detail, &[entry.into()])?;
    payments::set_state(tx, &payment.id, "undeposited", "deposited")?;
    Ok(format!("{text}."))
}
