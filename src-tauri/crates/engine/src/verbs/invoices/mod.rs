//! Invoices and customers.

mod customer;
pub(crate) mod list;
mod make;
mod tell;
mod write_off;

use purser_store::tables::customers::{self, Customer};
use purser_store::tables::invoices;
use purser_store::tables::ledger;

use purser_core::account::CUSTOMER_CREDIT;
use purser_core::text::{NAME_CHARS, one_line};
use purser_core::{Item, ItemKind};

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

pub use customer::customer;
pub use list::{detail, find, index, pdf, rows};
pub use make::{create, issue, void};
pub use tell::tell_application;
pub(crate) use write_off::take_back as take_back_write_off;
pub use write_off::{write_off, write_off_undo};

/// `customers_index`.
pub fn customers_index(caller: &Caller<'_>, input: ByText) -> Result<CustomersIndex, ApiError> {
    caller.books()?.read(|tx| {
        let keys = customers::index(tx, &input.text)?;
        Ok(CustomersIndex { keys, total: customers::count(tx)? })
    })
}

/// `customers_rows`.
pub fn customers_rows(caller: &Caller<'_>, input: ByKeys) -> Result<Vec<CustomerRow>, ApiError> {
    let keys = crate::verbs::page(&input.keys)?;
    let books = caller.books()?;
    let base = books.profile()?.currency;
    books.read(|tx| customers::by_keys(tx, keys)?.iter().map(|customer| row(tx, customer, base)).collect())
}

/// `customers`: for a field that asks who.
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

/// That nobody is called so, and who may be meant.
pub(crate) fn no_customer(conn: &purser_store::tables::Conn, name: &str) -> Result<String, ApiError> {
    const SAID: i64 = 3;
    let asked = one_line(name, 80);
    let near = customers::search(conn, name, SAID)?;
    let names: Vec<String> =
        near.iter().map(|customer| format!("“{}”", one_line(&customer.name, 80))).collect();
    let hint = match (names.is_empty(), customers::count(conn)?) {
        (false, _) => format!("Is it {}?", names.join(" or ")),
        (true, 0) => "There are no customers yet: add one, or import them from a table.".to_owned(),
        (true, _) => {
            "Write the name as it stands in the list of customers, or the email or the id.".to_owned()
        }
    };
    Ok(format!("There is no customer “{asked}”. {hint}"))
}

/// A customer as a row of a list.
fn row(
    conn: &purser_store::tables::Conn,
    customer: &Customer,
    base: purser_core::Currency,
) -> Result<CustomerRow, ApiError> {
    let (open_count, open) = invoices::open_sum_of(conn, customer.key, base)?;
    let credit = ledger::open_in(conn, CUSTOMER_CREDIT, &Item::new(ItemKind::Customer, &customer.id), base)?;
    Ok(CustomerRow {
        key: customer.key,
        id: customer.id.clone(),
        name: customer.name.clone(),
        email: customer.email.clone(),
        open_count,
        open: open.into(),
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
