//! Disputes: the customer's bank takes a charge back, and gives it again or does not.

use super::World;
use super::agenda::Action;
use super::events::Snapshot;
use super::objects::Dispute;
use super::refunds::tax_share;
use crate::random::{fingerprint, mixed};
use crate::time::{DAY, HOUR};
use crate::truth::Account;

const DISPUTE_FEE: i64 = 1500;
const REASONS: [&str; 4] = ["fraudulent", "product_not_received", "subscription_canceled", "duplicate"];

impl World {
    pub(super) fn dispute_opens(&mut self, charge: usize) {
        let row = &self.charges[charge];
        if row.dispute.is_some() || row.refunded > 0 {
            return;
        }
        let (amount, currency) = (row.amount, row.currency);
        let reason = *self.random.pick(&REASONS);
        let id = self.new_id("du");
        let what = ("adjustment", "dispute");
        let text = format!("Chargeback withdrawal for {}", self.charges[charge].id);
        let movement = self.move_money(currency, -amount, DISPUTE_FEE, what, Some(&id), &text, self.now);
        self.truth.post(
            self.now,
            currency,
            "dispute opened",
            &id,
            &[
                (Account::Disputed(id.clone()), amount),
                (Account::DisputeFees, DISPUTE_FEE),
                (Account::Processor, -(amount + DISPUTE_FEE)),
            ],
        );
        let dispute = self.disputes.push(Dispute {
            id,
            created: self.now,
            charge,
            amount,
            currency,
            status: "needs_response",
            reason,
            movements: vec![movement],
            due_by: self.now + 14 * DAY,
            tax_lost: 0,
        });
        self.charges[charge].dispute = Some(dispute);
        self.emit("charge.dispute.created", Snapshot::Dispute(dispute));
        self.emit("charge.dispute.funds_withdrawn", Snapshot::Dispute(dispute));
        self.emit("charge.updated", Snapshot::Charge(charge));
        let at = self.now + self.random.between(7, 25) * DAY + self.random.between(0, 20) * HOUR;
        self.agenda.plan(at, Action::DisputeCloses(dispute));
    }

    pub(super) fn dispute_closes(&mut self, dispute: usize) {
        let row = self.disputes[dispute].clone();
        let held = Account::Disputed(row.id.clone());
        if self.random.chance(400) {
            self.give_back(dispute);
            self.truth.post(
                self.now,
                row.currency,
                "dispute won",
                &row.id,
                &[(Account::Processor, row.amount), (held, -row.amount)],
            );
            self.emit("charge.dispute.funds_reinstated", Snapshot::Dispute(dispute));
        } else {
            let charge = &mut self.charges[row.charge];
            let tax = tax_share(charge.tax, row.amount, charge.amount) - charge.tax_returned;
            charge.tax_returned += tax;
            self.disputes[dispute].status = "lost";
            self.disputes[dispute].tax_lost = tax;
            self.truth.post(
                self.now,
                row.currency,
                "dispute lost",
                &row.id,
                &[(Account::Chargebacks, row.amount - tax), (Account::SalesTax, tax), (held, -row.amount)],
            );
            // Drawn from the dispute's id, so that it changes nothing of what else happens.
            let draw = mixed(fingerprint(&row.id));
            if draw % 1000 < u64::from(self.config.reinstated_per_mille) {
                let wait = 3 * DAY + i64::try_from(draw / 1000 % 600).unwrap_or(0) * HOUR;
                self.agenda.plan(self.now + wait, Action::DisputeReinstated(dispute));
            }
        }
        self.emit("charge.dispute.closed", Snapshot::Dispute(dispute));
    }

    /// A dispute that was lost is won after all: nothing of it is lost but its fee.
    pub(super) fn dispute_reinstated(&mut self, dispute: usize) {
        self.give_back(dispute);
        let Dispute { id, charge, amount, currency, tax_lost, .. } = self.disputes[dispute].clone();
        self.charges[charge].tax_returned -= tax_lost;
        self.truth.post(
            self.now,
            currency,
            "dispute reinstated",
            &id,
            &[
                (Account::Processor, amount),
                (Account::Chargebacks, tax_lost - amount),
                (Account::SalesTax, -tax_lost),
            ],
        );
        self.emit("charge.dispute.funds_reinstated", Snapshot::Dispute(dispute));
        self.emit("charge.dispute.updated", Snapshot::Dispute(dispute));
    }

    /// The processor puts the money back into the balance.
    fn give_back(&mut self, dispute: usize) {
        let row = self.disputes[dispute].clone();
        let what = ("adjustment", "dispute_reversal");
        let text = format!("Chargeback reversal for {}", self.charges[row.charge].id);
        let movement = self.move_money(row.currency, row.amount, 0, what, Some(&row.id), &text, self.now);
        self.disputes[dispute].movements.push(movement);
        self.disputes[dispute].status = "won";
    }
}
