//! The palette: what needs you first, then records.

use chrono::NaiveDate;
use purser_core::matching::money_text;
use purser_core::text::{counted, folded, one_line};
use purser_core::{Item, ItemKind, Money};
use purser_store::ReadTx;
use purser_store::tables::invoices::{self, Invoice};
use purser_store::tables::payments::{self, Payment};
use purser_store::tables::{attention, customers, journal, ledger, lines};

use crate::api::Caller;
use crate::api::types::*;
use crate::books::Books;
use crate::error::ApiError;
use crate::verbs::ledger::{amounts_in, currencies_in_use, day_words, item_words};

/// Most that the palette shows.
const FOUND_MAX: usize = 20;
/// Most of one kind.
const KIND_MAX: usize = 6;
/// Longest text that is looked for, in characters.
const TEXT_CHARS: usize = 200;
/// Months whose invoices are tried when only their last digits are typed.
const MONTHS_TRIED: u32 = 24;

/// `search`.
pub fn search(caller: &Caller<'_>, input: ByText) -> Result<FoundList, ApiError> {
    let books = caller.books()?;
    let text = one_line(&input.text, TEXT_CHARS);
    if text.is_empty() {
        return Ok(FoundList { found: Vec::new() });
    }
    let search = Search::new(&books, text)?;
    let found = books.read(|tx| {
        let mut found = search.decisions(tx)?;
        let (amounts, number) = (amounts_in(&search.text, &currencies_in_use(tx)?), search.number(tx)?);
        found.extend(search.invoices(tx)?);
        found.extend(search.customers(tx)?);
        found.extend(search.payments(tx)?);
        found.extend(search.by_amount(tx, &amounts)?);
        found.extend(search.bank_lines(tx)?);
        if let Some(number) = number {
            found.extend(search.entry(tx, number)?);
        }
        Ok(found)
    })?;
    Ok(FoundList { found: distinct(found) })
}

/// Each route once; a decision stands for the record that it is about.
fn distinct(found: Vec<Found>) -> Vec<Found> {
    let mut kept: Vec<Found> = Vec::new();
    for each in found {
        if kept.len() < FOUND_MAX && !kept.iter().any(|other| other.route == each.route) {
            kept.push(each);
        }
    }
    kept
}

struct Search {
    text: String,
    words: Vec<String>,
    now: chrono::DateTime<chrono::Utc>,
    today: NaiveDate,
    prefix: String,
}

impl Search {
    fn new(books: &Books, text: String) -> Result<Search, ApiError> {
        let words = folded(&text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let (profile, now) = (books.profile()?, books.clock.now());
        Ok(Search { words, now, today: profile.day(now), prefix: profile.invoice_prefix, text })
    }

    /// Whether every word of the search begins a word of the text.
    fn fits(&self, text: &str) -> bool {
        let text = folded(text);
        !self.words.is_empty()
            && self.words.iter().all(|word| text.split(' ').any(|each| each.starts_with(word.as_str())))
    }

    fn decisions(&self, tx: &ReadTx<'_>) -> Result<Vec<Found>, ApiError> {
        let mut found = Vec::new();
        for queued in attention::queue(tx, self.now)? {
            let item = queued.item;
            if found.len() < KIND_MAX && self.fits(&format!("{} {}", item.title, item.reason)) {
                found.push(Found {
                    kind: "decision".to_owned(),
                    title: item.title,
                    sub: item.reason,
                    route: item.route,
                    amount: item.amount.map(Amount::from),
                });
            }
        }
        Ok(found)
    }

    fn number(&self, tx: &ReadTx<'_>) -> Result<Option<i64>, ApiError> {
        let total = journal::total(tx)?;
        let number = self.text.trim_start_matches('#').parse::<i64>().ok();
        Ok(number.filter(|number| (1..=total).contains(number)))
    }

    /// By the beginning of number or reference; and by the last digits in the latest months.
    fn invoices(&self, tx: &ReadTx<'_>) -> Result<Vec<Found>, ApiError> {
        let mut found = Vec::new();
        for id in journal::numbers_beginning(tx, &self.text, KIND_MAX)? {
            found.extend(invoices::by_id(tx, &id)?.map(|invoice| self.invoice(&invoice)));
        }
        if found.is_empty()
            && let Some(count) = self.text.parse::<u32>().ok().filter(|_| self.text.len() <= 4)
        {
            let mut month = Some(self.today);
            for _ in 0..MONTHS_TRIED {
                let Some(day) = month else { break };
                let number = purser_core::invoice::document_number(&self.prefix, day, count);
                found.extend(invoices::by_number(tx, &number)?.map(|invoice| self.invoice(&invoice)));
                month = day.checked_sub_months(chrono::Months::new(1));
            }
            found.truncate(KIND_MAX);
        }
        Ok(found)
    }

    fn invoice(&self, invoice: &Invoice) -> Found {
        let state = match invoice.state(self.today) {
            purser_core::invoice::InvoiceState::Overdue => {
                format!("overdue {} d", (self.today - invoice.due).num_days())
            }
            state => state.as_str().replace('_', " "),
        };
        let amount = if invoice.open.is_zero() { invoice.total } else { invoice.open };
        Found {
            kind: "invoice".to_owned(),
            title: invoice.shown().to_owned(),
            sub: format!("{}, {state}", invoice.customer_name),
            route: format!("/money-in/invoices/{}", invoice.number.as_deref().unwrap_or(&invoice.id)),
            amount: Some(amount.into()),
        }
    }

    /// By name or email, each with what is open; then the latest payments of the best one.
    fn customers(&self, tx: &ReadTx<'_>) -> Result<Vec<Found>, ApiError> {
        let mut found = Vec::new();
        if self.words.is_empty() {
            return Ok(found);
        }
        for (place, customer) in customers::search(tx, &self.text, KIND_MAX as i64)?.into_iter().enumerate() {
            let (open, sub) = self.open_of(tx, customer.key)?;
            found.push(Found {
                kind: "customer".to_owned(),
                title: customer.name,
                sub,
                route: format!("/customers/{}", customer.id),
                amount: open.first().filter(|_| open.len() == 1).map(|invoice| invoice.open.into()),
            });
            if place == 0 {
                found.extend(open.iter().take(3).map(|invoice| self.invoice(invoice)));
                for number in journal::latest_payments_of(tx, customer.key, 2)? {
                    found.extend(payments::by_number(tx, &number)?.map(|payment| self.payment(&payment)));
                }
            }
        }
        Ok(found)
    }

    /// A customer's open invoices, and how many they are in words.
    fn open_of(&self, tx: &ReadTx<'_>, customer: i64) -> Result<(Vec<Invoice>, String), ApiError> {
        let mut open = Vec::new();
        let mut sums = Vec::new();
        for currency in currencies_in_use(tx)? {
            let invoices = invoices::open_of(tx, customer, currency)?;
            if !invoices.is_empty() {
                sums.push(money_text(Money::sum(invoices.iter().map(|invoice| invoice.open), currency)?));
                open.extend(invoices);
            }
        }
        let sub = match open.len() {
            0 => "nothing open".to_owned(),
            count => {
                format!("{}, {}", counted(count, "open invoice", "open invoices"), sums.join(" and "))
            }
        };
        Ok((open, sub))
    }

    fn payments(&self, tx: &ReadTx<'_>) -> Result<Vec<Found>, ApiError> {
        let mut found = Vec::new();
        for number in journal::payments_beginning(tx, &self.text, KIND_MAX)? {
            found.extend(payments::by_number(tx, &number)?.map(|payment| self.payment(&payment)));
        }
        Ok(found)
    }

    fn payment(&self, payment: &Payment) -> Found {
        Found {
            kind: "payment".to_owned(),
            title: payment.number.clone(),
            sub: format!(
                "{}, {} {}",
                payment.customer_name,
                payment.method.replace('_', " "),
                day_words(payment.received_on, self.today)
            ),
            route: format!("/money-in/payments/{}", payment.number),
            amount: Some(payment.amount.into()),
        }
    }

    /// The invoices, payments and bank lines that were booked with an amount.
    fn by_amount(&self, tx: &ReadTx<'_>, amounts: &[Money]) -> Result<Vec<Found>, ApiError> {
        let mut found = Vec::new();
        for item in journal::items_of_amount(tx, amounts, 2 * KIND_MAX)? {
            match item.kind {
                ItemKind::Invoice => {
                    found.extend(invoices::by_id(tx, &item.id)?.map(|invoice| self.invoice(&invoice)));
                }
                ItemKind::Payment => {
                    found.extend(payments::by_number(tx, &item.id)?.map(|payment| self.payment(&payment)));
                }
                ItemKind::BankLine => {
                    if let Some(line) = lines::by_id(tx, &item.id)? {
                        found.push(self.line(tx, &line.id, line.amount, &line.description)?);
                    }
                }
                _ => {}
            }
        }
        Ok(found)
    }

    fn bank_lines(&self, tx: &ReadTx<'_>) -> Result<Vec<Found>, ApiError> {
        let mut found = Vec::new();
        for line in journal::lines_with(tx, &self.text, KIND_MAX)? {
            found.push(self.line(tx, &line.id, line.amount, &line.description)?);
        }
        Ok(found)
    }

    fn line(&self, tx: &ReadTx<'_>, id: &str, amount: Money, memo: &str) -> Result<Found, ApiError> {
        let (title, route) = item_words(tx, &Item::new(ItemKind::BankLine, id), self.today)?;
        Ok(Found {
            kind: "line".to_owned(),
            title,
            sub: one_line(memo, 120),
            route,
            amount: Some(amount.into()),
        })
    }

    fn entry(&self, tx: &ReadTx<'_>, number: i64) -> Result<Option<Found>, ApiError> {
        let Some(entry) = ledger::entry(tx, number)? else { return Ok(None) };
        Ok(Some(Found {
            kind: "entry".to_owned(),
            title: format!("Entry {number}"),
            sub: format!("{}, {}", entry.text, day_words(entry.occurred_on, self.today)),
            route: format!("/ledger/journal/{number}"),
            amount: None,
        }))
    }
}
