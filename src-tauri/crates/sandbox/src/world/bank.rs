//! The company's bank accounts, one per currency, and the statement that the bank gives.

use super::World;
use super::agenda::Action;
use super::catalog::CURRENCIES;
use crate::names::EXPENSES;
use crate::time::{DAY, HOUR, date, day_text, next_month, working_day};
use crate::truth::Account;

const OPENING: [i64; 2] = [2_500_000, 800_000];
const BANK_FEE: i64 = 1500;

/// A line of a bank statement. Money in is positive; amounts are minor units of the account's currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankLine {
    /// The bank's own number of the line.
    pub id: String,
    /// When it was booked, seconds since 1970.
    pub at: i64,
    /// The account, which is named by its currency: `usd` or `eur`.
    pub account: &'static str,
    /// Money in is positive.
    pub amount_minor: i64,
    /// Who paid, or who was paid, as the bank writes it.
    pub payer: String,
    /// The memo, as the payer typed it.
    pub description: String,
}

/// What a bank transfer was meant to pay: the answer to the riddle that its memo may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The line that it made.
    pub line_id: String,
    /// The customer who sent it.
    pub customer: String,
    /// Invoice id and the part of it that is settled, in minor units.
    pub settles: Vec<(String, i64)>,
    /// What was paid too much.
    pub credit_minor: i64,
    /// What a bank on the way kept; the invoice stays open by so much.
    pub short_minor: i64,
    /// `exact`, `no_reference`, `typo`, `short_by_fee`, `twice`, `several_invoices`, `late` or `second_time`.
    pub kind: &'static str,
}

/// Money that a customer gave the founder in person or by mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandPayment {
    /// The sandbox's own number.
    pub id: String,
    /// `cash` or `check`.
    pub method: &'static str,
    /// When the founder got it, seconds since 1970.
    pub received_at: i64,
    /// The invoice that it pays in full.
    pub invoice: String,
    /// The customer.
    pub customer: String,
    /// Minor units.
    pub amount_minor: i64,
    /// Lower case.
    pub currency: &'static str,
    /// The number on the check.
    pub check_number: Option<String>,
    /// The bank's line of the deposit, once the check has cleared. Cash stays in the box.
    pub line_id: Option<String>,
}

impl World {
    pub(super) fn open_bank_accounts(&mut self) {
        for (currency, amount) in CURRENCIES.into_iter().zip(OPENING) {
            self.bank_line(currency, amount, "", "OPENING DEPOSIT");
            self.truth.post(
                self.now,
                currency,
                "opening deposit",
                currency,
                &[(Account::Bank, amount), (Account::Opening, -amount)],
            );
        }
    }

    /// Adds a line to an account and gives its id.
    pub(super) fn bank_line(
        &mut self,
        account: &'static str,
        amount_minor: i64,
        payer: &str,
        description: &str,
    ) -> String {
        let number = self.bank_lines.len() + 1;
        let id = format!("{}{}{number:05}", account.to_uppercase(), date(self.now).format("%y%m%d"));
        self.bank_lines.push(BankLine {
            id: id.clone(),
            at: self.now,
            account,
            amount_minor,
            payer: payer.to_owned(),
            description: description.to_owned(),
        });
        id
    }

    pub(super) fn bank_fee(&mut self) {
        self.agenda.plan(next_month(self.now) + 9 * HOUR, Action::BankFee);
        for currency in CURRENCIES {
            let line = self.bank_line(currency, -BANK_FEE, "", "ACCOUNT MAINTENANCE FEE");
            self.truth.post(
                self.now,
                currency,
                "bank fee",
                &line,
                &[(Account::BankFees, BANK_FEE), (Account::Bank, -BANK_FEE)],
            );
        }
    }

    pub(super) fn expense(&mut self, which: usize) {
        let (payee, memo, least, most) = EXPENSES[which];
        let amount = self.random.between(least, most);
        let number = self.random.between(10_000, 99_999);
        let line = self.bank_line("usd", -amount, payee, &memo.replace("{n}", &number.to_string()));
        self.truth.post(
            self.now,
            "usd",
            "expense",
            &line,
            &[(Account::Expenses, amount), (Account::Bank, -amount)],
        );
        let next = working_day(self.now + self.random.between(26, 33) * DAY) + 11 * HOUR;
        self.agenda.plan(next, Action::Expense(which));
    }

    /// The statement as CSV: `id,date,amount,currency,payer,description`, oldest first. `from` and `to` are seconds;
    /// lines from `from` until before `to` are in it.
    pub(crate) fn statement_csv(&self, account: &str, from: i64, to: i64) -> String {
        let mut text = String::from("id,date,amount,currency,payer,description\n");
        let wanted = |line: &&BankLine| line.account == account && line.at >= from && line.at < to;
        for line in self.bank_lines.iter().filter(wanted) {
            let fields = [
                line.id.clone(),
                day_text(line.at),
                decimal(line.amount_minor),
                line.account.to_uppercase(),
                quoted(&line.payer),
                quoted(&line.description),
            ];
            text.push_str(&fields.join(","));
            text.push('\n');
        }
        text
    }
}

/// An amount with two decimals, as both of the bank's currencies have.
fn decimal(amount_minor: i64) -> String {
    let sign = if amount_minor < 0 { "-" } else { "" };
    let whole = amount_minor.unsigned_abs();
    format!("{sign}{}.{:02}", whole / 100, whole % 100)
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
