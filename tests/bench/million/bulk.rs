//! Filed statement lines by the hundred thousand: raw fact, line, both entries, what booked it, one sealed audit row
//! a page; the same rows that the verbs write, without their questions.

use chrono::{DateTime, Days, NaiveDate, SecondsFormat, Utc};
use purser_core::{Account, Currency, Money, booking};
use purser_engine::error::ApiError;
use purser_store::tables::facts::{self, NewFact, Payload};
use purser_store::tables::ledger::{self, NewEntry};
use purser_store::tables::lines::{self, LineState, NewLine};
use purser_store::tables::{accounts, imports};
use purser_store::{AuditDraft, Store, WriteClass, WriteTx};
use serde_json::json;

use crate::company::Company;

/// Lines that share one audit row, as in an import.
const PAGE: usize = 1_000;
/// Lines of one imported file.
const FILE: usize = 20_000;
/// Who sells to the company, and where that is filed.
const PAYEES: [(&str, &str); 12] = [
    ("AWS EMEA SARL", "Expenses:Hosting"),
    ("GITHUB INC", "Expenses:Software"),
    ("UNITED AIRLINES", "Expenses:Travel"),
    ("WEWORK", "Expenses:Rent"),
    ("STAPLES", "Expenses:Office"),
    ("GOOGLE ADS", "Expenses:Advertising"),
    ("GUSTO PAYROLL", "Expenses:Payroll"),
    ("VERIZON", "Expenses:Telephone"),
    ("BLUE BOTTLE COFFEE", "Expenses:Meals"),
    ("LEXIS LEGAL LLP", "Expenses:Legal"),
    ("ADOBE SYSTEMS", "Expenses:Software:Design"),
    ("CARD RECEIPTS", "Income:Sales"),
];

/// Writes `count` lines of one account over `days` days from the first.
pub fn fill(company: &Company, count: usize, first: NaiveDate, days: u64) {
    let store = company.program.books().unwrap().store;
    let account = store.read(|tx| accounts::real(tx)).unwrap().remove(0);
    let page_at = |page: usize| Page {
        from: page * PAGE,
        to: ((page + 1) * PAGE).min(count),
        count,
        first,
        days,
        account: account.account.clone(),
        account_key: account.key,
    };
    for page in 0..count.div_ceil(PAGE) {
        write(&store, page_at(page));
    }
}

struct Page {
    from: usize,
    to: usize,
    count: usize,
    first: NaiveDate,
    days: u64,
    account: Account,
    account_key: i64,
}

/// One line of the bulk.
struct Made {
    id: String,
    on: NaiveDate,
    amount: Money,
    payer: &'static str,
    category: Account,
    description: String,
    raw: String,
}

impl Page {
    fn line(&self, at: usize) -> Made {
        let on = self.first + Days::new(at as u64 * self.days / self.count as u64);
        // Neither in the order of the lines nor all different: amounts of a business repeat.
        let minor = 500 + (at as i128 * 7_919) % 60_000;
        let (payer, account) = PAYEES[(at * 31 + at / 7) % PAYEES.len()];
        let sign = if account.starts_with("Income") { 1 } else { -1 };
        let amount = Money::new(sign * minor, Currency::USD);
        let (id, description) =
            (format!("MRC-{at:08}"), format!("CARD 4821 REF {:08} SEATTLE WA", at * 7_919));
        let raw = format!("{id},{on},{},USD,{payer},\"{description}\"", amount.decimal());
        Made { id, on, amount, payer, category: Account::new(account).unwrap(), description, raw }
    }
}

fn write(store: &Store, page: Page) {
    let written: Result<(), ApiError> = store.write(WriteClass::Ingest, move |tx| {
        let at = midnight_after(page.line(page.to - 1).on);
        let import = import(tx, &page, at)?;
        let mut entries: Vec<NewEntry> = Vec::with_capacity(2 * PAGE);
        let lines: Vec<Made> = (page.from..page.to).map(|at| page.line(at)).collect();
        for line in &lines {
            keep(tx, &page, line, import)?;
            let text = format!("{}, {}", line.payer, line.description);
            entries.push(booking::bank_line(&page.account, &line.id, line.amount, line.on, &text)?.into());
            entries
                .push(booking::file_line(&line.id, &line.category, line.amount, line.on, line.payer)?.into());
        }
        let audit = AuditDraft {
            at,
            actor: "founder".to_owned(),
            action: "import.statement".to_owned(),
            subject: format!("import:{}", file_of(&page)),
            detail: json!({"file": file_of(&page), "lines": lines.len()}),
        };
        let booked = ledger::book(tx, audit, &entries)?;
        let stamp = at.to_rfc3339_opts(SecondsFormat::Micros, true);
        for (line, numbers) in lines.iter().zip(booked.numbers.chunks(2)) {
            lines::add_booking(tx, &line.id, numbers[1], "filed", line.category.as_str())?;
            let words = format!("Filed under {}", line.category);
            lines::set_state(tx, &line.id, LineState::Filed, &words, Some(("policy:matching", &stamp)))?;
        }
        Ok(())
    });
    written.unwrap();
}

fn midnight_after(day: NaiveDate) -> DateTime<Utc> {
    (day + Days::new(1)).and_time(chrono::NaiveTime::MIN).and_utc()
}

fn file_of(page: &Page) -> String {
    format!("mercury-{:04}.csv", page.from / FILE)
}

/// The import that the page belongs to; begun by its first page.
fn import(tx: &WriteTx<'_>, page: &Page, at: DateTime<Utc>) -> Result<i64, ApiError> {
    let id = file_of(page);
    if let Some(import) = imports::by_id(tx, &id)? {
        return Ok(import.key);
    }
    let stamp = at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let key = imports::begin(tx, &id, "statement", &id, Some(page.account_key), &stamp)?;
    let rows = FILE.min(page.count - page.from) as i64;
    imports::finish(tx, key, rows, rows, 0)?;
    Ok(key)
}

fn keep(tx: &WriteTx<'_>, page: &Page, line: &Made, import: i64) -> Result<(), ApiError> {
    let fact = facts::keep(
        tx,
        &NewFact {
            source: &format!("statement:{}", page.account_key),
            kind: "bank_line",
            external_id: &line.id,
            payload: &Payload::of(line.raw.as_bytes())?,
            translation: 1,
            state: "booked",
        },
    )?;
    lines::add(
        tx,
        &NewLine {
            id: &line.id,
            account: page.account_key,
            external_id: &line.id,
            occurred_on: line.on,
            amount: line.amount,
            payer: line.payer,
            description: &line.description,
            fact,
            import,
        },
    )?;
    Ok(())
}
