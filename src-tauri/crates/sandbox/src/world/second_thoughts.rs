//! What the founder does at the card processor with invoices that are not paid at once: voids them, gives them up, takes
//! a part off.
//!
//! What happens is drawn from the invoice's id, so that it changes nothing of what else happens.

use super::World;
use super::agenda::Action;
use super::events::Snapshot;
use super::refunds::tax_share;
use crate::time::{DAY, HOUR};
use crate::truth::Account;

/// What was billed ahead is earned anew from the day on which it is paid after all. The months between show only to who has
/// heard of both, and events are told for a month.
const HEARD_OF_DAYS: i64 = 45;

impl World {
    pub(super) fn plan_second_thoughts(&mut self, invoice: usize) {
        let draw = self.drawn(invoice, "second thoughts", 1000);
        let voided = u64::from(self.config.voids_per_mille);
        let given_up = voided + u64::from(self.config.given_up_per_mille);
        let credited = given_up + u64::from(self.config.credit_notes_per_mille);
        let action = match draw {
            _ if draw < voided => Action::Withdrawn(invoice),
            _ if draw < given_up => Action::GivenUp(invoice),
            _ if draw < credited => Action::Credited(invoice),
            _ => return,
        };
        self.agenda.plan(self.now + DAY + self.hours(invoice, "thinks again", 18 * 24), action);
    }

    fn hours(&self, invoice: usize, question: &str, limit: u64) -> i64 {
        i64::try_from(self.drawn(invoice, question, limit)).unwrap_or(0) * HOUR
    }

    /// Whether an invoice is still owed and its customer has not set out to pay it. A subscription whose first invoice is
    /// not paid has not begun, and it is left alone.
    fn is_only_owed(&self, invoice: usize) -> bool {
        let row = &self.invoices[invoice];
        let began = row.subscription.is_none_or(|at| self.subscriptions[at].status != "incomplete");
        row.status == "open" && began && !self.on_their_way.contains(&invoice)
    }

    /// The processor takes a subscription for paid whose newest invoice is not to be paid.
    fn owes_nothing(&mut self, invoice: usize) {
        let subscription = self.invoices[invoice].subscription;
        if let Some(at) = subscription.filter(|at| self.subscriptions[*at].latest_invoice == Some(invoice)) {
            self.set_subscription_status(at, "active");
        }
    }

    pub(super) fn withdrawn(&mut self, invoice: usize) {
        if self.is_only_owed(invoice) {
            self.void_invoice(invoice);
            self.owes_nothing(invoice);
        }
    }

    pub(super) fn given_up(&mut self, invoice: usize) {
        if !self.is_only_owed(invoice) {
            return;
        }
        self.on_their_way.insert(invoice);
        self.mark_uncollectible(invoice);
        self.owes_nothing(invoice);
        let row = &self.invoices[invoice];
        if row.intent.is_some() && self.drawn(invoice, "pays after all", 2) == 0 {
            let days = if self.truth.is_billed_ahead(&row.id) { HEARD_OF_DAYS } else { 1 };
            let wait = days * DAY + self.hours(invoice, "pays then", 20 * 24);
            self.agenda.plan(self.now + wait, Action::PaidAfterAll(invoice));
        }
    }

    /// A credit note takes a part off before the invoice is paid. The processor tells of them as one sum without a day, and
    /// the months of what was billed ahead would follow the day on which that is heard: those have none.
    pub(super) fn credited(&mut self, invoice: usize) {
        let id = self.invoices[invoice].id.clone();
        if !self.is_only_owed(invoice) || self.truth.is_billed_ahead(&id) {
            return;
        }
        let percent = i64::try_from(10 + self.drawn(invoice, "takes off", 60)).unwrap_or(10);
        let row = &self.invoices[invoice];
        let (currency, amount) = (row.currency, (row.to_pay() * percent / 100).max(1));
        let tax = tax_share(row.tax, amount, row.total);
        let mut postings = self.truth.take_back(Some(&id), amount - tax, Account::Refunds);
        postings.extend([(Account::SalesTax, tax), (Account::Receivable(id.clone()), -amount)]);
        self.truth.post(self.now, currency, "credit note", &id, &postings);
        let row = &mut self.invoices[invoice];
        (row.credited, row.credited_tax, row.credit) = (amount, tax, postings);
        if let Some(intent) = row.intent {
            self.intents[intent].amount -= amount;
        }
        if let Some(payment) = self.payment_of(invoice) {
            self.invoice_payments[payment].amount -= amount;
        }
        self.emit("invoice.updated", Snapshot::Invoice(invoice));
    }

    /// Now and then a customer is given credit at the processor, say for a bad week. The books hear of it only when it pays.
    pub(super) fn founder_gives_credit(&mut self, invoice: usize) {
        let row = &self.invoices[invoice];
        let draw = self.drawn(invoice, "credit", 1000);
        if row.intent.is_none() || draw >= u64::from(self.config.credits_per_mille) {
            return;
        }
        let percent = i64::try_from(10 + self.drawn(invoice, "so much credit", 60)).unwrap_or(10);
        let (customer, amount) = (row.customer, row.total * percent / 100);
        self.customers[customer].balance -= amount;
        self.emit("customer.updated", Snapshot::Customer(customer));
    }

    /// What a customer was given pays up to a half of an invoice that goes out.
    pub(super) fn credit_pays(&mut self, invoice: usize) {
        let row = &mut self.invoices[invoice];
        let customer = &mut self.customers[row.customer];
        let paid = (-customer.balance).min(row.total / 2);
        if paid <= 0 {
            return;
        }
        (row.balance_before, row.balance_after) = (customer.balance, customer.balance + paid);
        customer.balance += paid;
        let (id, currency) = (row.id.clone(), row.currency);
        let credit = Account::CustomerCredit(customer.id.clone());
        let postings = [(credit, paid), (Account::Receivable(id.clone()), -paid)];
        self.truth.post(self.now, currency, "credit pays an invoice", &id, &postings);
    }

    /// Of an invoice that is voided no credit note is left in the books, and the customer has the credit again that paid
    /// a part of it.
    pub(super) fn uncredit(&mut self, invoice: usize) {
        let row = &self.invoices[invoice];
        let (id, currency, credit) = (row.id.clone(), row.currency, row.credit.clone());
        self.truth.give_again(self.now, &credit);
        self.truth.post(self.now, currency, "credit note without invoice", &id, &undone(credit));
        let row = &self.invoices[invoice];
        let (customer, given) = (row.customer, row.paid_by_balance());
        self.customers[customer].balance -= given;
        let credit = Account::CustomerCredit(self.customers[customer].id.clone());
        let postings = [(Account::Receivable(id.clone()), given), (credit, -given)];
        self.truth.post(self.now, currency, "credit is free again", &id, &postings);
    }

    /// The customer pays what was given up on the invoice's page: it is owed again, and paid.
    pub(super) fn paid_after_all(&mut self, invoice: usize) {
        let row = &mut self.invoices[invoice];
        let Some(intent) = row.intent.filter(|_| row.status == "uncollectible") else { return };
        let (id, currency, customer) = (row.id.clone(), row.currency, row.customer);
        let lost = std::mem::take(&mut row.lost);
        self.truth.give_again(self.now, &lost);
        self.truth.post(self.now, currency, "owed again", &id, &undone(lost));
        self.customers[customer].card.declines_until = self.now;
        self.charge_invoice(invoice, intent);
    }
}

fn undone(postings: Vec<(Account, i64)>) -> Vec<(Account, i64)> {
    postings.into_iter().map(|(account, debit)| (account, -debit)).collect()
}
