//! Card payments that need the customer: confirmed with their bank (3-D Secure), or made on the invoice's page after the
//! processor has given up.
//!
//! What happens is drawn from the invoice's id, so that it changes nothing of what else happens.

use super::World;
use super::agenda::Action;
use super::events::Snapshot;
use crate::random::{fingerprint, mixed};
use crate::time::{DAY, HOUR};

/// A confirmation that did not come by then has failed.
const CONFIRM_SECONDS: i64 = 2 * DAY;

/// An open invoice that the card processor does not go on collecting by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uncollected {
    /// The processor's id.
    pub id: String,
    /// Its number.
    pub number: String,
    /// Whether its customer has to confirm the payment; else the processor has given up.
    pub to_confirm: bool,
}

impl World {
    pub(crate) fn uncollected(&self) -> Vec<Uncollected> {
        let stuck = self.invoices.rows().iter().filter(|row| {
            row.status == "open" && row.due.is_none() && row.attempts > 0 && row.next_attempt.is_none()
        });
        let told = stuck.map(|row| Uncollected {
            id: row.id.clone(),
            number: row.number.clone().unwrap_or_default(),
            to_confirm: row.intent.is_some_and(|at| self.intents[at].status == "requires_action"),
        });
        told.collect()
    }

    /// A number below `limit` for a question about an invoice.
    pub(super) fn drawn(&self, invoice: usize, question: &str, limit: u64) -> u64 {
        mixed(fingerprint(&self.invoices[invoice].id) ^ fingerprint(question)) % limit
    }

    pub(super) fn must_be_confirmed(&self, invoice: usize) -> bool {
        self.invoices[invoice].attempts == 1
            && self.drawn(invoice, "confirm", 1000) < u64::from(self.config.confirmations_per_mille)
    }

    /// The bank wants to hear from the customer, who answers within a day, or never.
    pub(super) fn ask_to_confirm(&mut self, invoice: usize, intent: usize) {
        self.intents[intent].status = "requires_action";
        self.emit("payment_intent.requires_action", Snapshot::Intent(intent));
        self.emit("invoice.payment_action_required", Snapshot::Invoice(invoice));
        self.owes_still(invoice);
        match self.drawn(invoice, "answer", 36) {
            hours @ 1..25 => {
                let hours = i64::try_from(hours).unwrap_or(1);
                self.agenda.plan(self.now + hours * HOUR, Action::Confirmed(invoice));
            }
            _ => self.agenda.plan(self.now + CONFIRM_SECONDS, Action::ConfirmationEnds(invoice)),
        }
    }

    /// The intent of an open invoice that waits for its customer.
    fn unconfirmed_intent(&self, invoice: usize) -> Option<usize> {
        let row = &self.invoices[invoice];
        let intent = row.intent.filter(|_| row.status == "open")?;
        (self.intents[intent].status == "requires_action").then_some(intent)
    }

    pub(super) fn confirmed(&mut self, invoice: usize) {
        if let Some(intent) = self.unconfirmed_intent(invoice) {
            self.charge_invoice(invoice, intent);
        }
    }

    pub(super) fn confirmation_ends(&mut self, invoice: usize) {
        let Some(intent) = self.unconfirmed_intent(invoice) else { return };
        self.intents[intent].status = "requires_payment_method";
        self.intents[intent].unconfirmed = true;
        self.emit("payment_intent.payment_failed", Snapshot::Intent(intent));
        self.declined(invoice);
    }

    pub(super) fn stays_open(&self, invoice: usize) -> bool {
        self.drawn(invoice, "stays open", 1000) < u64::from(self.config.left_open_per_mille)
    }

    /// The processor tries no more: the subscription ends and the invoice is owed. Every other customer pays it later.
    pub(super) fn leave_open(&mut self, invoice: usize) {
        if let Some(subscription) = self.invoices[invoice].subscription {
            self.end_subscription(subscription, "payment_failed");
        }
        if self.drawn(invoice, "pays", 2) == 0 {
            let days = i64::try_from(self.drawn(invoice, "days", 10)).unwrap_or(0);
            self.agenda.plan(self.now + (days + 2) * DAY, Action::PaidOnPage(invoice));
        }
    }

    /// The customer pays on the invoice's page with another card.
    pub(super) fn paid_on_page(&mut self, invoice: usize) {
        let row = &self.invoices[invoice];
        let Some(intent) = row.intent.filter(|_| row.status == "open") else { return };
        let customer = row.customer;
        self.customers[customer].card.declines_until = self.now;
        self.charge_invoice(invoice, intent);
    }
}
