//! Recorded payments: cash, checks, wires and their like, with a receipt (MI-37, MI-38).

mod form;
mod list;
mod paper;
mod proof;
mod record;
mod undone;

use purser_store::WriteClass;
use purser_store::tables::{drafts, payments};

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

pub(crate) use form::method_word;
pub(crate) use list::row;
pub use list::{detail, index, rows};
pub(crate) use paper::mail_key;
pub use proof::proof;
pub use record::record;
pub(crate) use undone::{take_back, was_taken_back};

/// Names the draft of the form while it is written.
const DRAFT: &str = "payment";

/// `payment_preview`.
pub fn preview(caller: &Caller<'_>, input: PaymentForm) -> Result<PaymentPreview, ApiError> {
    let books = caller.books()?;
    let now = books.clock.now();
    books.read(|tx| form::preview(tx, now, &input))
}

/// `payment_draft`.
pub fn draft(caller: &Caller<'_>, _input: Nothing) -> Result<PaymentForm, ApiError> {
    let books = caller.books()?;
    let kept: Option<PaymentForm> = books.read(|tx| Ok(drafts::get(tx, DRAFT)?))?;
    let currency = books.profile()?.currency.code().to_owned();
    Ok(kept.unwrap_or(PaymentForm {
        customer: String::new(),
        amount: String::new(),
        currency,
        method: "check".to_owned(),
        received_on: String::new(),
        reference: String::new(),
        note: String::new(),
        allocations: Vec::new(),
        proof: String::new(),
        email_receipt: true,
    }))
}

/// `payment_draft_save`: an empty form forgets the draft. Nothing is decided by it, so the audit stays for decisions.
pub fn draft_save(caller: &Caller<'_>, input: PaymentForm) -> Result<Done, ApiError> {
    let books = caller.books()?;
    let empty = input.customer.is_empty() && input.amount.is_empty() && input.note.is_empty();
    books.store.write(WriteClass::Diary, move |tx| {
        if empty { drafts::remove(tx, DRAFT) } else { drafts::set(tx, DRAFT, &input) }
    })?;
    Ok(Done { sequence: books.store.sequence(), say: "Draft kept on this machine.".to_owned(), undo: None })
}

/// `payment_deposit`: a payment goes into a cash account by hand.
pub fn deposit(caller: &Caller<'_>, input: Deposit) -> Result<Done, ApiError> {
    let books = caller.books()?;
    let account = super::files::real_account(&books, &input.account)?;
    if account.kind != "cash" {
        return Err(ApiError::usage(
            "deposit_bank",
            format!(
                "A deposit to {} is booked by its bank line. Import the statement and match it.",
                account.name
            ),
        ));
    }
    let say = books.decide(&caller.actor, move |tx, moment| {
        let payment = payments::by_number(tx, &input.payment)?
            .ok_or_else(|| ApiError::unknown("payment", &input.payment))?;
        record::deposit_cash(tx, moment, &payment, &account)
    })?;
    Ok(Done { sequence: books.store.sequence(), say, undo: None })
}
