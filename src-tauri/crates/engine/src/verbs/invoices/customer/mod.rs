//! One customer opened: address, what is open, what came, what recurs, and what happened in which order.

mod history;
mod provider;

use purser_store::tables::customers;
use purser_store::tables::{invoices, payments as recorded};

use super::{list, row};
use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;
use crate::profile::Profile;
use crate::verbs::payments;

/// Most payments in the pane.
const PAYMENTS_MAX: i64 = 20;
/// Events of the history where nothing is said.
const EVENTS: u32 = 60;
/// Most events of the history.
const EVENTS_MAX: u32 = 2_000;

/// `customer`.
pub fn customer(caller: &Caller<'_>, input: CustomerAsked) -> Result<CustomerDetail, ApiError> {
    let books = caller.books()?;
    let now = books.clock.now();
    let wanted = if input.events == 0 { EVENTS } else { input.events.min(EVENTS_MAX) };
    books.read(|tx| {
        let profile = Profile::load(tx)?;
        let (base, today) = (profile.currency, profile.day(now));
        let customer =
            customers::by_id(tx, &input.id)?.ok_or_else(|| ApiError::unknown("customer", &input.id))?;
        let open = invoices::open_of(tx, customer.key, base)?;
        let told = provider::told(tx, &customer)?;
        let (events, more_events) = history::events(tx, &profile, &customer, &told, wanted)?;
        Ok(CustomerDetail {
            row: row(tx, &customer, base)?,
            address: customer.address.clone(),
            country: customer.country.clone(),
            names: customers::aliases_of(tx, customer.key)?,
            open: open.iter().map(|invoice| list::row(invoice, today)).collect(),
            payments: recorded::latest_of(tx, customer.key, PAYMENTS_MAX)?
                .iter()
                .map(payments::row)
                .collect(),
            subscriptions: provider::subscriptions(tx, &told, now)?,
            events,
            more_events,
        })
    })
}
