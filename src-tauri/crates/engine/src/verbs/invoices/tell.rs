//! Telling the founder's application again that an invoice is paid (TS-42).

use purser_store::tables::invoices;
use serde_json::json;

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;
use crate::settled;

/// `invoice_tell_application`: for an application that did not activate what was bought.
pub fn tell_application(caller: &Caller<'_>, input: ByNumber) -> Result<Done, ApiError> {
    let books = caller.books()?;
    let say = books.decide(&caller.actor, move |tx, moment| {
        let invoice = invoices::by_number(tx, &input.number)?
            .ok_or_else(|| ApiError::unknown("invoice", &input.number))?;
        let number = invoice.shown();
        if !settled::tell(tx, moment, &invoice)? {
            return Ok(format!("That {number} is paid is on its way already. See Automations, Outbox."));
        }
        tx.audit(moment.audit("invoice.tell_application", format!("invoice:{number}"), json!({})))?;
        Ok(format!("Your application is told again that {number} is paid."))
    })?;
    Ok(Done { sequence: books.store.sequence(), say, undo: None })
}
