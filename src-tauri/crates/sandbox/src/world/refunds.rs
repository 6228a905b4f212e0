//! Refunds, by the founder in the processor's dashboard or by a program, and those that fail later.

use std::collections::BTreeMap;

use super::World;
use super::agenda::Action;
use super::events::Snapshot;
use super::objects::{Metadata, Refund};
use crate::random::{fingerprint, mixed};
use crate::time::{DAY, HOUR};
use crate::truth::Account;

/// A card payment that was given back, or a part of it, as the card processor knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardRefund {
    /// The refund's id.
    pub id: String,
    /// The payment's.
    pub charge: String,
    /// Minor units of the payment's currency.
    pub amount_minor: i64,
    /// `succeeded`, or `failed` once the customer's bank sent it back.
    pub status: &'static str,
    /// When, in seconds since 1970.
    pub created_at: i64,
    /// What whoever asked for it gave along; empty where the founder did it at the processor.
    pub metadata: BTreeMap<String, String>,
}

impl World {
    pub(crate) fn card_refunds(&self) -> Vec<CardRefund> {
        let refund = |row: &Refund| CardRefund {
            id: row.id.clone(),
            charge: self.charges[row.charge].id.clone(),
            amount_minor: row.amount,
            status: row.status,
            created_at: row.created,
            metadata: row.metadata.clone(),
        };
        self.refunds.rows().iter().map(refund).collect()
    }

    pub(super) fn founder_refunds(&mut self, charge: usize) {
        let row = &self.charges[charge];
        let left = row.amount - row.refunded;
        if row.dispute.is_some() || left <= 0 {
            return;
        }
        let amount = if self.random.chance(650) { left } else { (left / 2).max(1) };
        self.refund(charge, amount, Some("requested_by_customer".to_owned()), Metadata::new());
    }

    /// Gives `amount` of a charge back at once; the caller has checked that so much is left.
    pub(crate) fn refund(
        &mut self,
        charge: usize,
        amount: i64,
        reason: Option<String>,
        metadata: Metadata,
    ) -> usize {
        let id = self.new_id("re");
        let row = &mut self.charges[charge];
        let returned = row.refunded + amount;
        let all = match row.invoice {
            Some(invoice) => self.invoices[invoice].tax_in(returned),
            None => tax_share(row.tax, returned, row.amount),
        };
        let tax = all - row.tax_returned;
        row.refunded += amount;
        row.tax_returned += tax;
        let (charge_id, currency, invoice) = (row.id.clone(), row.currency, row.invoice);
        let invoice_id = invoice.map(|invoice| self.invoices[invoice].id.clone());
        // What no invoice asked for was never income: it stops waiting for its reason.
        let from = match invoice {
            Some(_) => Account::Refunds,
            None => Account::ChargeWithoutInvoice(charge_id.clone()),
        };
        let mut booked = self.truth.take_back(invoice_id.as_deref(), amount - tax, from);
        booked.push((Account::SalesTax, tax));
        let mut postings = booked.clone();
        postings.push((Account::Processor, -amount));
        self.truth.post(self.now, currency, "refund", &id, &postings);
        let what = ("refund", "refund");
        let movement = self.move_money(currency, -amount, 0, what, Some(&id), "REFUND FOR CHARGE", self.now);
        // Drawn from the refund's id, so that a program's refunds do not disturb what else happens.
        let draw = mixed(fingerprint(&id));
        let refund = self.refunds.push(Refund {
            id,
            created: self.now,
            charge,
            amount,
            tax,
            currency,
            status: "succeeded",
            reason,
            failure_reason: None,
            movement,
            failure_movement: None,
            metadata,
            booked,
        });
        if draw % 1000 < u64::from(self.config.failed_refunds_per_mille) {
            let wait = DAY + i64::try_from(draw % 72).unwrap_or(0) * HOUR;
            self.agenda.plan(self.now + wait, Action::RefundFails(refund));
        }
        self.affiliate_loses(charge);
        self.emit("refund.created", Snapshot::Refund(refund));
        if let Some(at) = self.charges.position(&charge_id) {
            self.emit("charge.refunded", Snapshot::Charge(at));
        }
        refund
    }

    /// The customer's bank sends a refund back, once.
    pub(crate) fn refund_fails(&mut self, refund: usize) {
        if self.refunds[refund].status != "succeeded" {
            return;
        }
        let (charge, amount, tax) =
            (self.refunds[refund].charge, self.refunds[refund].amount, self.refunds[refund].tax);
        let (id, currency, booked) = {
            let row = &self.refunds[refund];
            (row.id.clone(), row.currency, row.booked.clone())
        };
        self.charges[charge].refunded -= amount;
        self.charges[charge].tax_returned -= tax;
        self.truth.give_again(self.now, &booked);
        let mut postings: Vec<(Account, i64)> =
            booked.into_iter().map(|(account, debit)| (account, -debit)).collect();
        postings.push((Account::Processor, amount));
        self.truth.post(self.now, currency, "refund failed", &id, &postings);
        let what = ("refund_failure", "refund_failure");
        let movement = self.move_money(currency, amount, 0, what, Some(&id), "REFUND FAILURE", self.now);
        let row = &mut self.refunds[refund];
        row.status = "failed";
        row.failure_reason = Some("expired_or_canceled_card");
        row.failure_movement = Some(movement);
        self.affiliate_loses(charge);
        self.emit("refund.failed", Snapshot::Refund(refund));
        self.emit("refund.updated", Snapshot::Refund(refund));
        self.emit("charge.updated", Snapshot::Charge(charge));
    }
}

/// The tax in the first `returned` of an amount of `whole`, to the nearest cent, all of it when all is returned. Half a cent
/// stays income.
pub(super) fn tax_share(tax: i64, returned: i64, whole: i64) -> i64 {
    if whole == 0 {
        return 0;
    }
    let (product, whole) = (i128::from(tax) * i128::from(returned), i128::from(whole));
    i64::try_from((2 * product + whole - 1).div_euclid(2 * whole)).unwrap_or(0)
}
