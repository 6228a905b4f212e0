//! The processor sends its balance to the bank.

use super::World;
use super::agenda::Action;
use super::catalog::CURRENCIES;
use super::events::Snapshot;
use super::objects::Payout;
use crate::config::PayoutSchedule;
use crate::time::{DAY, HOUR, working_day};
use crate::truth::Account;

const FAILS_PER_MILLE: u32 = 15;

impl World {
    pub(super) fn payout_run(&mut self) {
        let days = if self.config.payouts == PayoutSchedule::Daily { 1 } else { 7 };
        self.agenda.plan(self.now + days * DAY, Action::PayoutRun);
        for currency in CURRENCIES {
            self.pay_out(currency);
        }
    }

    fn pay_out(&mut self, currency: &'static str) {
        let now = self.now;
        let takes = |world: &Self, movement: usize| {
            let row = &world.movements[movement];
            row.currency == currency && row.available_on <= now
        };
        let taken: Vec<usize> =
            self.unpaid_movements.iter().copied().filter(|movement| takes(self, *movement)).collect();
        let amount: i64 = taken.iter().map(|movement| self.movements[*movement].net()).sum();
        if amount <= 0 {
            return;
        }
        self.unpaid_movements.retain(|movement| !taken.contains(movement));
        let id = self.new_id("po");
        let what = ("payout", "payout");
        let movement = self.move_money(currency, -amount, 0, what, Some(&id), "STRIPE PAYOUT", now);
        self.unpaid_movements.pop();
        let arrives = working_day(working_day(now + DAY) + DAY) + 9 * HOUR;
        let will_fail = self.random.chance(FAILS_PER_MILLE);
        let trace =
            format!("ST-{}", crate::random::letters(crate::random::fingerprint(&id), 12).to_uppercase());
        self.truth.post(
            now,
            currency,
            "payout",
            &id,
            &[(Account::PayoutOnItsWay(id.clone()), amount), (Account::Processor, -amount)],
        );
        let payout = self.payouts.push(Payout {
            id,
            created: now,
            amount,
            currency,
            arrives,
            status: "in_transit",
            movement,
            failure_movement: None,
            will_fail,
            trace,
        });
        for movement in taken.into_iter().chain([movement]) {
            self.movements[movement].payout = Some(payout);
        }
        self.emit("payout.created", Snapshot::Payout(payout));
        self.agenda.plan(arrives, Action::PayoutArrives(payout));
    }

    pub(super) fn payout_arrives(&mut self, payout: usize) {
        let row = self.payouts[payout].clone();
        let on_its_way = Account::PayoutOnItsWay(row.id.clone());
        if row.will_fail {
            let what = ("payout_failure", "payout_reversal");
            let movement = self.move_money(
                row.currency,
                row.amount,
                0,
                what,
                Some(&row.id),
                "STRIPE PAYOUT FAILURE",
                self.now,
            );
            self.payouts[payout].failure_movement = Some(movement);
            self.payouts[payout].status = "failed";
            self.truth.post(
                self.now,
                row.currency,
                "payout failed",
                &row.id,
                &[(Account::Processor, row.amount), (on_its_way, -row.amount)],
            );
            self.emit("payout.failed", Snapshot::Payout(payout));
            return;
        }
        self.payouts[payout].status = "paid";
        let memo = format!("STRIPE PAYOUT {}", row.trace);
        self.bank_line(row.currency, row.amount, "STRIPE", &memo);
        self.truth.post(
            self.now,
            row.currency,
            "payout arrived",
            &row.id,
            &[(Account::Bank, row.amount), (on_its_way, -row.amount)],
        );
        self.emit("payout.paid", Snapshot::Payout(payout));
    }

    /// What is available and what is pending, by currency, in minor units.
    pub(crate) fn processor_balance(&self) -> Vec<(&'static str, i64, i64)> {
        let mut sums: Vec<(&'static str, i64, i64)> = CURRENCIES.iter().map(|each| (*each, 0, 0)).collect();
        for movement in self.movements.rows() {
            let Some(sum) = sums.iter_mut().find(|sum| sum.0 == movement.currency) else { continue };
            let into = if movement.available_on <= self.now { &mut sum.1 } else { &mut sum.2 };
            *into += movement.net();
        }
        sums
    }

    pub(super) fn broken_balances(&self) -> Vec<String> {
        let mut broken = Vec::new();
        for (currency, available, pending) in self.processor_balance() {
            let truth = self.truth.balance(&Account::Processor, currency);
            if truth != available + pending {
                broken.push(format!(
                    "processor {currency}: {} moved, {truth} in the books",
                    available + pending
                ));
            }
            let lines: i64 = self
                .bank_lines
                .iter()
                .filter(|line| line.account == currency)
                .map(|line| line.amount_minor)
                .sum();
            let truth = self.truth.balance(&Account::Bank, currency);
            if truth != lines {
                broken.push(format!("bank {currency}: {lines} on its lines, {truth} in the books"));
            }
        }
        broken
    }

    pub(super) fn broken_payouts(&self) -> Vec<String> {
        let mut sums = vec![0_i64; self.payouts.len()];
        for (at, movement) in self.movements.rows().iter().enumerate() {
            if let Some(payout) = movement.payout.filter(|payout| self.payouts[*payout].movement != at) {
                sums[payout] += movement.net();
            }
        }
        let rows = self.payouts.rows().iter().zip(sums);
        rows.filter(|(payout, sum)| payout.amount != *sum)
            .map(|(payout, sum)| format!("payout {}: {}, its transactions {sum}", payout.id, payout.amount))
            .collect()
    }
}
