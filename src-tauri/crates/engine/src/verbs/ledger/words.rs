//! Accounts, days and items in words.

use chrono::{Datelike, NaiveDate};
use purser_core::{Item, ItemKind};
use purser_store::StoreError;
use purser_store::tables::{Conn, batches, customers, invoices, lines, payments};

/// An account's name without its first component.
pub(super) fn short_account(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, rest)| rest)
}

/// First and last digits of a hash.
pub(crate) fn short_hash(hash: &str, digits: usize, between: &str) -> String {
    match (hash.get(..digits), hash.len().checked_sub(digits).and_then(|from| hash.get(from..))) {
        (Some(first), Some(last)) => format!("{first}{between}{last}"),
        _ => hash.to_owned(),
    }
}

/// `17 Nov`, with the year where it is not this one.
pub(crate) fn day_words(day: NaiveDate, today: NaiveDate) -> String {
    let format = if day.year() == today.year() { "%-d %b" } else { "%-d %b %Y" };
    day.format(format).to_string()
}

/// An item in words, and where it opens; an empty route where it opens nowhere.
pub(crate) fn item_words(conn: &Conn, item: &Item, today: NaiveDate) -> Result<(String, String), StoreError> {
    let id = &item.id;
    let unnamed = || (format!("{} {id}", item.kind.as_str().replace('_', " ")), String::new());
    Ok(match item.kind {
        ItemKind::Invoice => invoices::by_id(conn, id)?.map_or_else(unnamed, |invoice| {
            let number = invoice.number.unwrap_or(invoice.id);
            (format!("{number}, {}", invoice.customer_name), format!("/money-in/invoices/{number}"))
        }),
        ItemKind::Payment => payments::by_number(conn, id)?.map_or_else(unnamed, |payment| {
            let words = format!("{}, {}", payment.number, payment.customer_name);
            (words, format!("/money-in/payments/{}", payment.number))
        }),
        ItemKind::BankLine => lines::by_id(conn, id)?.map_or_else(unnamed, |line| {
            let said = [&line.payer, &line.description].into_iter().find(|text| !text.trim().is_empty());
            let said = said.map_or("A line without a name", |text| text.trim());
            let said = purser_core::text::one_line(said, 80);
            (format!("{said}, {}", day_words(line.occurred_on, today)), format!("/money-in/match/{id}"))
        }),
        ItemKind::Customer => match customers::named(conn, id)?.pop() {
            Some(customer) => (customer.name, format!("/customers/{id}")),
            None => unnamed(),
        },
        ItemKind::Payout => match batches::item(conn, id)? {
            Some(paid) => {
                let batch = batches::by_key(conn, paid.batch)?;
                let route = batch.map_or_else(String::new, |batch| format!("/payouts/batches/{}", batch.id));
                (format!("{}, {}", paid.payee_name, paid.text), route)
            }
            None => unnamed(),
        },
        _ => unnamed(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_its_year_only_in_other_years() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        assert_eq!(day_words(day(2026, 11, 7), day(2026, 1, 1)), "7 Nov");
        assert_eq!(day_words(day(2025, 11, 7), day(2026, 1, 1)), "7 Nov 2025");
    }

    #[test]
    fn a_hash_is_shown_by_its_ends() {
        assert_eq!(short_hash("a41f000009c3", 4, " "), "a41f 09c3");
        assert_eq!(short_hash("ab", 4, " "), "ab");
    }
}
