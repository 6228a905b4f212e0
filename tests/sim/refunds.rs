//! Money out: the founder gives checks back through the payment file, and the bank carries out what stands in it.

use std::collections::BTreeMap;

use purser_sandbox::HandPayment;
use serde_json::{Value, json};

use crate::company::Company;
use crate::dice::Dice;
use crate::founder::{Recorded, decimal, text};
use crate::journal::cents;
use crate::proposal::{Proposal, Wish};

/// A proposed refund of a payment by hand.
pub struct Refund {
    proposal: Proposal,
    hand_payment: String,
}

/// Every refund that was proposed, and what the bank has read.
#[derive(Default)]
pub struct Refunds {
    all: Vec<Refund>,
    /// Lines of the payment file that the bank has carried out.
    carried: usize,
    /// What the bank found in the file and could not carry out.
    strange: Vec<String>,
}

impl Refunds {
    /// Answers what waits for an answer, and now and then proposes something.
    pub fn work(&mut self, company: &mut Company, dice: &mut Dice, recorded: &BTreeMap<String, Recorded>) {
        for refund in self.all.iter_mut().filter(|refund| refund.proposal.ended.is_none()) {
            refund.proposal.answer(company, dice);
        }
        if !company.is_calm() && dice.once_in(10) {
            self.propose(company, dice, recorded);
        }
    }

    fn propose(&mut self, company: &Company, dice: &mut Dice, recorded: &BTreeMap<String, Recorded>) {
        let payments = company.sandbox.hand_payments();
        let left = |payment: &HandPayment| {
            let refunds = self.all.iter().filter(|refund| refund.hand_payment == payment.id);
            let kept = refunds.filter(|refund| !refund.proposal.is_dropped());
            payment.amount_minor - kept.map(|refund| refund.proposal.amount).sum::<i64>()
        };
        let is_open = |payment: &HandPayment| {
            self.all.iter().any(|refund| refund.proposal.ended.is_none() && refund.hand_payment == payment.id)
        };
        let able: Vec<&HandPayment> = payments
            .iter()
            .filter(|payment| payment.method == "check" && recorded.contains_key(&payment.id))
            .filter(|payment| left(payment) > 1 && !is_open(payment))
            .collect();
        let Some(payment) = able.get(dice.below(able.len() as u64) as usize) else { return };
        let left = left(payment);
        let amount = if dice.once_in(2) { left } else { dice.between(1, left) };
        let wish = Wish::drawn(dice);
        let number = &recorded[&payment.id].number;
        let batch = company.ok("refund_propose", json!({"payment": number, "amount": decimal(amount)}));
        let proposal = Proposal::new(&batch, amount, wish);
        self.all.push(Refund { proposal, hand_payment: payment.id.clone() });
    }

    /// The bank reads the payment file, and carries out what is new in it.
    pub fn carry_out(&mut self, company: &Company) {
        let file = payment_file(company);
        for instruction in file.iter().skip(self.carried) {
            let payout = text(&instruction["request"]["id"]);
            let money = &instruction["request"]["money"];
            let amount = cents(&text(&money["amount"]));
            let payment = self
                .all
                .iter()
                .find(|refund| refund.proposal.payout == payout)
                .map(|refund| &refund.hand_payment);
            let taken = payment.is_some_and(|payment| company.sandbox.order(&payout, payment, amount));
            if !taken {
                self.strange.push(format!("the bank cannot carry out {instruction}"));
            }
        }
        self.carried = file.len();
    }

    /// The payout that a line of the bank's is the end of.
    pub fn payout_of(company: &Company, line: &str) -> Option<String> {
        let orders = company.sandbox.orders();
        orders.into_iter().find(|order| order.line_id.as_deref() == Some(line)).map(|order| order.reference)
    }

    /// The rail's own record against what the founder wanted: none lost, none doubled, none unasked.
    pub fn audit(&self, company: &Company) -> Vec<String> {
        let mut found = self.strange.clone();
        let mut in_file: BTreeMap<String, usize> = BTreeMap::new();
        for instruction in payment_file(company) {
            *in_file.entry(text(&instruction["request"]["id"])).or_default() += 1;
        }
        for refund in self.all.iter().map(|refund| &refund.proposal) {
            let Proposal { batch, wish, amount, .. } = refund;
            let times = in_file.remove(&refund.payout).unwrap_or(0);
            let state = text(&company.ok("batch", json!({"id": batch}))["state"]);
            let wanted = usize::from(refund.is_paid());
            let agrees = matches!(state.as_str(), "sent" | "settled") == refund.is_paid();
            if times != wanted || !agrees || refund.ended.is_none() {
                found.push(format!(
                    "refund {batch} of {amount} ({wish:?}) is {state}, was left as {:?}, and is {times} times in \
                     the payment file",
                    refund.ended
                ));
            }
        }
        found.extend(in_file.into_keys().map(|payout| format!("nobody approved payment {payout}")));
        found
    }

    /// How many were proposed, and how many were paid.
    pub fn counts(&self) -> (usize, usize) {
        (self.all.len(), self.all.iter().filter(|refund| refund.proposal.is_paid()).count())
    }
}

/// The lines of the payment file, read by this test's own reader.
fn payment_file(company: &Company) -> Vec<Value> {
    let path = company.folder().join("outgoing").join("payments.jsonl");
    let lines = std::fs::read_to_string(path).unwrap_or_default();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
