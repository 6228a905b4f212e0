//! Debits of a customer's bank account that succeed, and that the customer's bank takes back days later.
//!
//! What happens is drawn from the payment's id, so that it changes nothing of what else happens.

use super::World;
use super::agenda::Action;
use super::events::Snapshot;
use crate::random::{fingerprint, mixed};
use crate::time::{DAY, HOUR};
use crate::truth::Account;

impl World {
    /// Draws whether a payment is a debit that will be taken back.
    pub(super) fn plan_return(&mut self, charge: usize) -> bool {
        let draw = mixed(fingerprint(&self.charges[charge].id) ^ fingerprint("taken back"));
        let is_returned = draw % 1000 < u64::from(self.config.returned_debits_per_mille);
        if is_returned {
            self.charges[charge].is_debit = true;
            let wait = 3 * DAY + i64::try_from(draw / 1000 % 240).unwrap_or(0) * HOUR;
            self.agenda.plan(self.now + wait, Action::DebitReturned(charge));
        }
        is_returned
    }

    /// The money is gone and the invoice is owed again, though the processor goes on calling it paid. The fee stays.
    pub(super) fn debit_returned(&mut self, charge: usize) {
        let row = &self.charges[charge];
        let (id, amount, currency, intent) = (row.id.clone(), row.amount, row.currency, row.intent);
        let Some(invoice) = row.invoice.filter(|_| row.refunded == 0) else { return };
        let what = ("payment_failure_refund", "charge_failure");
        let text = "PAYMENT FAILURE REFUND";
        let movement = self.move_money(currency, -amount, 0, what, Some(&id), text, self.now);
        let owed = Account::Receivable(self.invoices[invoice].id.clone());
        let postings = [(owed, amount), (Account::Processor, -amount)];
        self.truth.post(self.now, currency, "debit taken back", &id, &postings);
        let row = &mut self.charges[charge];
        (row.succeeded, row.returned) = (false, Some(movement));
        self.intents[intent].status = "requires_payment_method";
        self.emit("charge.failed", Snapshot::Charge(charge));
        self.emit("payment_intent.payment_failed", Snapshot::Intent(intent));
    }
}
