//! Invoices and customers.

mod customer;
mod list;
mod make;
mod write_off;

use purser_store::tables::customers::{self, Customer};
use purser_store::tables::invoices;
use purser_store::tables::ledger;

use purser_core::account::CUSTOMER_CREDIT;
use purser_core::text::{NAME_CHARS, one_line};
use purser_core::{Item, ItemKind, Money};

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

pub use customer::customer;
pub use list::{detail, find, index, pdf, rows};
pub use make::{create, issue, void};
pub(crate) use write_off::take_back as take_back_write_off;
pub use write_off::{write_off, write_off_undo};

/// `customers`.
pub fn customers(caller: &Caller<'_>, input: ByText) -> Result<CustomersFound, ApiError> {
    let books = caller.books()?;
    let base = books.profile()?.currency;
    books.read(|tx| {
        let found = customers::search(tx, &input.text, 50)?;
        let customers =
            found.iter().map(|customer| row(tx, customer, base)).collect::<Result<_, ApiError>>()?;
        Ok(CustomersFound { customers })
    })
}

/// A customer as a row of a list.
fn row(
    conn: &purser_store::tables::Conn,
    customer: &Customer,
    base: purser_core::Currency,
) -> Result<CustomerRow, ApiError> {
    let open = invoices::open_of(conn, customer.key, base)?;
    let credit = ledger::open_in(conn, CUSTOMER_CREDIT, &Item::new(ItemKind::Customer, &customer.id), base)?;
    Ok(CustomerRow {
        id: customer.id.clone(),
        name: customer.name.clone(),
        email: customer.email.clone(),
        open_count: u32::try_from(open.len()).unwrap_or(u32::MAX),
        open: Money::sum(open.iter().map(|invoice| invoice.open), base)?.into(),
        credit: (-credit).into(),
    })
}

/// `customer_save`.
pub fn customer_save(caller: &Caller<'_>, input: CustomerForm) -> Result<CustomerRow, ApiError> {
    let books = caller.books()?;
    let name = one_line(&input.name, NAME_CHARS);
    if name.is_empty() {
        return Err(ApiError::usage("form_name", "A customer needs a name. Nothing was saved."));
    }
    let email = input.email.trim().to_owned();
    let is_address = email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
    if !email.is_empty() && (!is_address || email.contains(char::is_whitespace)) {
        let shown = one_line(&email, 80);
        return Err(ApiError::usage(
            "form_email",
            format!("“{shown}” is not an email address. Nothing was saved."),
        ));
    }
    let base = books.profile()?.currency;
    books.decide(&caller.actor, move |tx, moment| {
        let mut customer = match input.id.as_str() {
            "" => Customer { id: moment.id(), ..Customer::default() },
            id => customers::named(tx, id)?.pop().ok_or_else(|| ApiError::unknown("customer", id))?,
        };
        customer.name = name;
        customer.email = email;
        customer.address = purser_core::text::bounded(&input.address, 1000);
        customer.country = one_line(&input.country, 2).to_uppercase();
        if input.id.is_empty() {
            customer.key = customers::add(tx, &customer, None)?;
        } else {
            customers::update(tx, &customer)?;
        }
        let subject = format!("customer:{}", customer.id);
        tx.audit(moment.audit("customer.save", subject, serde_json::json!({"name": customer.name})))?;
        let row = row(tx, &customer, base)?;
        moment.keep_reply(tx, &row)?;
        Ok(row)
    })
}
