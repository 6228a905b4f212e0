//! How customers who do not pay by card settle their invoices: transfers with the memos that people write, cash, checks.

use super::World;
use super::agenda::{Action, TransferKind};
use super::bank::{HandPayment, Transfer};
use super::objects::PaysBy;
use crate::time::{DAY, HOUR, working_day};
use crate::truth::Account;

/// What a bank on the way keeps.
const WIRE_FEE: i64 = 1500;

impl World {
    /// Draws when and how an invoice that was sent will be paid.
    pub(super) fn plan_settlement(&mut self, invoice: usize) {
        let customer = self.invoices[invoice].customer;
        if self.random.chance(15) {
            self.agenda.plan(self.now + 2 * DAY, Action::VoidInvoice(invoice));
            return;
        }
        if self.customers[customer].pays_by != PaysBy::Transfer {
            let at = self.now + self.random.between(1, 20) * DAY + self.random.between(1, 8) * HOUR;
            self.agenda.plan(at, Action::HandedOver(invoice));
            return;
        }
        let (kind, days) = match self.random.below(100) {
            0..45 => (TransferKind::Exact, self.random.between(2, 25)),
            45..60 => (TransferKind::NoReference, self.random.between(2, 28)),
            60..70 => (TransferKind::Typo, self.random.between(2, 28)),
            70..80 => (TransferKind::ShortByFee, self.random.between(2, 28)),
            80..84 => (TransferKind::Twice, self.random.between(2, 20)),
            84..94 => (TransferKind::SeveralInvoices, self.random.between(32, 45)),
            _ => (TransferKind::Late, self.random.between(33, 50)),
        };
        let at = working_day(self.now + days * DAY) + self.random.between(8, 16) * HOUR;
        self.agenda.plan(at, Action::TransferSent(invoice, kind));
    }

    pub(super) fn transfer_sent(&mut self, invoice: usize, kind: TransferKind) {
        if self.invoices[invoice].voided_at.is_some() || !self.on_their_way.insert(invoice) {
            return;
        }
        let customer = self.invoices[invoice].customer;
        let mut paid = vec![invoice];
        if kind == TransferKind::SeveralInvoices {
            paid.extend(self.others_owed(customer));
        }
        let owed: i64 = paid.iter().map(|each| self.invoices[*each].to_pay()).sum();
        let short_minor = if kind == TransferKind::ShortByFee { WIRE_FEE.min(owed - 1) } else { 0 };
        let (word, memo) = self.memo(&paid, kind);
        let line = self.transfer_line(customer, owed - short_minor, &memo);
        let mut left = owed - short_minor;
        let mut settles = Vec::new();
        for each in paid {
            let row = &self.invoices[each];
            let part = row.to_pay().min(left);
            left -= part;
            settles.push((row.id.clone(), part));
        }
        self.book_transfer(customer, line, settles, 0, short_minor, word);
        if kind == TransferKind::Twice {
            let at = working_day(self.now + self.random.between(1, 5) * DAY) + 10 * HOUR;
            self.agenda.plan(at, Action::TransferAgain(self.transfers.len() - 1));
        }
    }

    /// Somebody at the customer's pays the same invoice again.
    pub(super) fn transfer_again(&mut self, transfer: usize) {
        let first = self.transfers[transfer].clone();
        let Some(customer) = self.customers.position(&first.customer) else { return };
        let amount: i64 = first.settles.iter().map(|(_, part)| part).sum();
        let Some(memo) =
            self.bank_lines.iter().find(|line| line.id == first.line_id).map(|line| line.description.clone())
        else {
            return;
        };
        let line = self.transfer_line(customer, amount, &memo);
        self.book_transfer(customer, line, Vec::new(), amount, 0, "second_time");
    }

    fn others_owed(&mut self, customer: usize) -> Vec<usize> {
        let others: Vec<usize> = self
            .invoices
            .rows()
            .iter()
            .enumerate()
            .filter(|(at, row)| {
                let owed = row.due.is_some() && row.voided_at.is_none();
                row.customer == customer && owed && !self.on_their_way.contains(at)
            })
            .map(|(at, _)| at)
            .collect();
        self.on_their_way.extend(&others);
        others
    }

    fn transfer_line(&mut self, customer: usize, amount: i64, memo: &str) -> String {
        let row = &self.customers[customer];
        let (currency, mut payer) = (row.currency, row.name.to_uppercase());
        if self.random.chance(200) {
            payer = payer.chars().take(18).collect();
        }
        self.bank_line(currency, amount, payer.trim_end(), memo)
    }

    fn book_transfer(
        &mut self,
        customer: usize,
        line_id: String,
        settles: Vec<(String, i64)>,
        credit_minor: i64,
        short_minor: i64,
        kind: &'static str,
    ) {
        let row = &self.customers[customer];
        let (id, currency) = (row.id.clone(), row.currency);
        let total: i64 = settles.iter().map(|(_, part)| part).sum::<i64>() + credit_minor;
        let mut postings = vec![(Account::Bank, total), (Account::CustomerCredit(id.clone()), -credit_minor)];
        postings.extend(settles.iter().map(|(invoice, part)| (Account::Receivable(invoice.clone()), -part)));
        self.truth.post(self.now, currency, "bank transfer", &line_id, &postings);
        self.transfers.push(Transfer { line_id, customer: id, settles, credit_minor, short_minor, kind });
    }

    fn memo(&mut self, invoices: &[usize], kind: TransferKind) -> (&'static str, String) {
        let numbers: Vec<String> =
            invoices.iter().filter_map(|each| self.invoices[*each].number.clone()).collect();
        let number = numbers.first().cloned().unwrap_or_default();
        match kind {
            TransferKind::NoReference => (
                "no_reference",
                (*self.random.pick(&["payment", "software", "thank you", "monthly", ""])).to_owned(),
            ),
            TransferKind::Typo => ("typo", format!("INV {}", self.mistyped(&number))),
            TransferKind::SeveralInvoices if numbers.len() > 1 => {
                ("several_invoices", format!("invoices {}", numbers.join(" + ")))
            }
            TransferKind::SeveralInvoices | TransferKind::Exact => ("exact", self.usual_memo(&number)),
            TransferKind::ShortByFee => {
                ("short_by_fee", format!("{} /OUR CHARGES SHA", self.usual_memo(&number)))
            }
            TransferKind::Twice => ("twice", self.usual_memo(&number)),
            TransferKind::Late => ("late", self.usual_memo(&number)),
        }
    }

    fn usual_memo(&mut self, number: &str) -> String {
        match self.random.below(5) {
            0 => format!("Invoice {number}"),
            1 => number.to_owned(),
            2 => format!("RE {} THANKS", number.replace('-', " ")),
            3 => format!("SEPA CREDIT/REF {number}/EREF NOTPROVIDED"),
            _ => format!("payment for invoice no. {}", number.to_lowercase()),
        }
    }

    /// Two neighbours swapped, one letter lost, or one taken for another.
    fn mistyped(&mut self, number: &str) -> String {
        let mut letters: Vec<char> = number.chars().collect();
        let at = usize::try_from(self.random.between(1, 6)).unwrap_or(1).min(letters.len().saturating_sub(2));
        match self.random.below(3) {
            0 => letters.swap(at, at + 1),
            1 => {
                letters.remove(at);
            }
            _ => letters[at] = if letters[at] == 'O' { '0' } else { 'O' },
        }
        letters.into_iter().collect()
    }

    pub(super) fn handed_over(&mut self, invoice: usize) {
        if self.invoices[invoice].voided_at.is_some() || !self.on_their_way.insert(invoice) {
            return;
        }
        let row = &self.invoices[invoice];
        let (invoice_id, amount, currency) = (row.id.clone(), row.to_pay(), row.currency);
        let customer = &self.customers[row.customer];
        let (customer_id, cash) = (customer.id.clone(), customer.pays_by == PaysBy::Cash);
        let id = self.new_id("hand");
        let held = if cash { Account::Cash } else { Account::CheckInHand(id.clone()) };
        self.truth.post(
            self.now,
            currency,
            "payment by hand",
            &id,
            &[(held, amount), (Account::Receivable(invoice_id.clone()), -amount)],
        );
        let check_number = (!cash).then(|| self.random.between(1000, 9999).to_string());
        let at = working_day(self.now + self.random.between(1, 5) * DAY) + 15 * HOUR;
        self.hand_payments.push(HandPayment {
            id,
            method: if cash { "cash" } else { "check" },
            received_at: self.now,
            invoice: invoice_id,
            customer: customer_id,
            amount_minor: amount,
            currency,
            check_number,
            line_id: None,
        });
        if !cash {
            self.agenda.plan(at, Action::CheckClears(self.hand_payments.len() - 1));
        }
    }

    pub(super) fn check_clears(&mut self, payment: usize) {
        let row = self.hand_payments[payment].clone();
        let memo = format!("CHECK DEPOSIT {}", row.check_number.as_deref().unwrap_or_default());
        let line = self.bank_line(row.currency, row.amount_minor, "", &memo);
        self.hand_payments[payment].line_id = Some(line);
        self.truth.post(
            self.now,
            row.currency,
            "check cleared",
            &row.id,
            &[(Account::Bank, row.amount_minor), (Account::CheckInHand(row.id.clone()), -row.amount_minor)],
        );
    }
}
