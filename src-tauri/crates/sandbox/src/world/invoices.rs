//! Invoices: drafted, finalised, paid, given up, voided.

use super::World;
use super::agenda::Action;
use super::events::Snapshot;
use super::objects::{DISCOUNT_BASIS_POINTS, Intent, Invoice, InvoicePayment, Line, PaysBy};
use crate::time::DAY;
use crate::truth::{Account, LineInTruth};

/// Terms of invoices that are sent (BL-18).
const TERMS_DAYS: i64 = 30;

impl World {
    /// Sets the lines' ids and taxes and adds a draft.
    pub(super) fn draft_invoice(
        &mut self,
        customer: usize,
        subscription: Option<usize>,
        reason: &'static str,
        mut lines: Vec<Line>,
    ) -> usize {
        let basis_points = self.customers[customer].tax_basis_points;
        let discounted = subscription.is_some_and(|at| self.subscriptions[at].discount.is_some());
        for line in &mut lines {
            line.id = self.new_id("il");
            line.invoice_item = self.new_id("ii");
            if discounted && line.subscription.is_some() {
                line.discount = part_of(line.amount, DISCOUNT_BASIS_POINTS);
            }
            line.tax = part_of(line.amount - line.discount, basis_points);
        }
        let discount = lines.iter().map(|line| line.discount).sum::<i64>();
        let subtotal = lines.iter().map(|line| line.amount).sum::<i64>();
        let tax = lines.iter().map(|line| line.tax).sum::<i64>();
        let id = self.new_id("in");
        let invoice = self.invoices.push(Invoice {
            id,
            created: self.now,
            number: None,
            customer,
            subscription,
            reason,
            currency: self.customers[customer].currency,
            lines,
            subtotal,
            discount,
            tax,
            total: subtotal - discount + tax,
            amount_paid: 0,
            status: "draft",
            attempts: 0,
            next_attempt: None,
            due: None,
            finalized_at: None,
            paid_at: None,
            voided_at: None,
            uncollectible_at: None,
            balance_before: 0,
            balance_after: 0,
            credited: 0,
            credited_tax: 0,
            credit: Vec::new(),
            lost: Vec::new(),
            intent: None,
            paid_off_stripe: 0,
        });
        if let Some(subscription) = subscription {
            self.subscriptions[subscription].latest_invoice = Some(invoice);
        }
        self.emit("invoice.created", Snapshot::Invoice(invoice));
        invoice
    }

    pub(super) fn finalize_invoice(&mut self, invoice: usize) {
        if self.invoices[invoice].status != "draft" {
            return;
        }
        let customer = self.invoices[invoice].customer;
        let number = {
            let row = &mut self.customers[customer];
            row.next_number += 1;
            format!("{}-{:04}", row.invoice_prefix, row.next_number - 1)
        };
        let by_card = self.customers[customer].pays_by == PaysBy::Card;
        let now = self.now;
        let row = &mut self.invoices[invoice];
        row.number = Some(number);
        row.status = "open";
        row.finalized_at = Some(now);
        row.due = (!by_card).then_some(now + TERMS_DAYS * DAY);
        self.tell_truth_of_invoice(invoice);
        if self.invoices[invoice].total == 0 {
            self.emit("invoice.finalized", Snapshot::Invoice(invoice));
            self.mark_paid(invoice);
            return;
        }
        if by_card {
            self.credit_pays(invoice);
            self.open_intent(invoice);
        }
        self.emit("invoice.finalized", Snapshot::Invoice(invoice));
        if by_card {
            self.card_attempt(invoice);
        } else {
            self.emit("invoice.sent", Snapshot::Invoice(invoice));
            self.agenda.plan(now + TERMS_DAYS * DAY, Action::InvoiceOverdue(invoice));
            self.plan_settlement(invoice);
        }
        if self.invoices[invoice].status == "open" {
            self.plan_second_thoughts(invoice);
        }
    }

    fn tell_truth_of_invoice(&mut self, invoice: usize) {
        let row = &self.invoices[invoice];
        let lines = row.lines.iter().map(|line| LineInTruth {
            id: line.id.clone(),
            amount: line.amount - line.discount,
            period_start: line.period_start,
            period_end: line.period_end,
            income: self.products[self.prices[line.price].product].name.to_lowercase().replace(' ', "_"),
        });
        let lines = lines.collect();
        self.truth.invoice_issued(self.now, row.currency, &row.id, row.tax, lines);
    }

    fn open_intent(&mut self, invoice: usize) {
        let row = &self.invoices[invoice];
        let (customer, amount, currency) = (row.customer, row.to_pay(), row.currency);
        let id = self.new_id("pi");
        let intent = self.intents.push(Intent {
            id,
            created: self.now,
            customer,
            amount,
            currency,
            status: "requires_confirmation",
            latest_charge: None,
            description: "Subscription".to_owned(),
            invoice: Some(invoice),
            unconfirmed: false,
            canceled_at: None,
        });
        self.invoices[invoice].intent = Some(intent);
        let id = self.new_id("inpay");
        self.invoice_payments.push(InvoicePayment {
            id,
            created: self.now,
            invoice,
            amount,
            amount_paid: None,
            currency,
            status: "open",
            paid_at: None,
            intent: Some(intent),
            record: String::new(),
        });
        self.emit("payment_intent.created", Snapshot::Intent(intent));
    }

    /// The processor regards the invoice as paid: in full, by whatever way.
    pub(super) fn mark_paid(&mut self, invoice: usize) {
        let now = self.now;
        let row = &mut self.invoices[invoice];
        row.status = "paid";
        row.amount_paid = row.to_pay();
        row.paid_at = Some(now);
        row.next_attempt = None;
        let (subscription, customer) = (row.subscription, row.customer);
        self.emit("invoice.paid", Snapshot::Invoice(invoice));
        self.emit("invoice.payment_succeeded", Snapshot::Invoice(invoice));
        if let Some(subscription) = subscription {
            self.set_subscription_status(subscription, "active");
        }
        if self.customers[customer].delinquent {
            self.customers[customer].delinquent = false;
            self.emit("customer.updated", Snapshot::Customer(customer));
        }
        self.affiliate_earns(invoice);
        self.founder_gives_credit(invoice);
    }

    /// The founder says that the money came another way (MI-04). Changes nothing in the truth: that knows when money
    /// comes.
    pub(crate) fn paid_out_of_band(&mut self, invoice: usize) {
        let row = &self.invoices[invoice];
        let (amount, currency) = (row.remaining(), row.currency);
        self.cancel_intent(invoice);
        let (id, record) = (self.new_id("inpay"), self.new_id("pr"));
        let payment = self.invoice_payments.push(InvoicePayment {
            id,
            created: self.now,
            invoice,
            amount,
            amount_paid: Some(amount),
            currency,
            status: "paid",
            paid_at: Some(self.now),
            intent: None,
            record,
        });
        self.invoices[invoice].paid_off_stripe = amount;
        self.emit("invoice_payment.paid", Snapshot::InvoicePayment(payment));
        self.mark_paid(invoice);
    }

    fn cancel_intent(&mut self, invoice: usize) {
        let Some(intent) = self.invoices[invoice].intent else { return };
        self.intents[intent].status = "canceled";
        self.intents[intent].canceled_at = Some(self.now);
        if let Some(payment) = self.payment_of(invoice) {
            self.invoice_payments[payment].status = "canceled";
        }
        self.emit("payment_intent.canceled", Snapshot::Intent(intent));
    }

    /// The invoice's payment by card, whatever its state.
    pub(super) fn payment_of(&self, invoice: usize) -> Option<usize> {
        let intent = self.invoices[invoice].intent?;
        self.invoice_payments.rows().iter().rposition(|payment| payment.intent == Some(intent))
    }

    /// Nobody will pay this any more, and the subscription ends.
    pub(super) fn give_up(&mut self, invoice: usize) {
        self.mark_uncollectible(invoice);
        if let Some(subscription) = self.invoices[invoice].subscription {
            self.end_subscription(subscription, "payment_failed");
        }
    }

    /// What was not earned is released, the rest is lost.
    pub(super) fn mark_uncollectible(&mut self, invoice: usize) {
        let now = self.now;
        let row = &mut self.invoices[invoice];
        row.status = "uncollectible";
        row.uncollectible_at = Some(now);
        row.next_attempt = None;
        let (id, currency, tax) = (row.id.clone(), row.currency, row.tax_to_pay());
        let owed = row.to_pay();
        self.emit("invoice.marked_uncollectible", Snapshot::Invoice(invoice));
        let mut postings = self.truth.take_back(Some(&id), owed - tax, Account::BadDebt);
        postings.push((Account::SalesTax, tax));
        postings.push((Account::Receivable(id.clone()), -owed));
        self.truth.post(now, currency, "bad debt", &id, &postings);
        self.invoices[invoice].lost = postings;
    }

    pub(super) fn invoice_overdue(&mut self, invoice: usize) {
        if self.invoices[invoice].status != "open" {
            return;
        }
        self.emit("invoice.overdue", Snapshot::Invoice(invoice));
        if let Some(subscription) = self.invoices[invoice].subscription {
            self.set_subscription_status(subscription, "past_due");
        }
    }

    /// An invoice sent by mistake.
    pub(super) fn void_invoice(&mut self, invoice: usize) {
        if self.invoices[invoice].status != "open" || !self.on_their_way.insert(invoice) {
            return;
        }
        self.cancel_intent(invoice);
        self.uncredit(invoice);
        let now = self.now;
        let row = &mut self.invoices[invoice];
        row.status = "void";
        row.voided_at = Some(now);
        row.next_attempt = None;
        self.truth.invoice_voided(now, row.currency, &row.id, row.tax);
        self.emit("invoice.voided", Snapshot::Invoice(invoice));
    }

    pub(super) fn broken_invoices(&self) -> Vec<String> {
        let mut paid = vec![0_i64; self.invoices.len()];
        for payment in self.invoice_payments.rows().iter().filter(|payment| payment.status == "paid") {
            paid[payment.invoice] += payment.amount_paid.unwrap_or(0);
        }
        let rows = self.invoices.rows().iter().zip(paid);
        rows.filter(|(invoice, paid)| invoice.amount_paid != *paid)
            .map(|(invoice, paid)| {
                format!("invoice {}: {} paid, its payments say {paid}", invoice.id, invoice.amount_paid)
            })
            .collect()
    }
}

/// Basis points of an amount, rounded half away from zero.
fn part_of(amount: i64, basis_points: i64) -> i64 {
    let product = i128::from(amount.abs()) * i128::from(basis_points);
    amount.signum() * i64::try_from((product + 5000) / 10_000).unwrap_or(i64::MAX)
}
