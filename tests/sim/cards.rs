//! Card payments that the founder gives back through Stripe, while others give back at Stripe itself and banks send back
//! what they do not want.

use std::collections::BTreeMap;

use purser_sandbox::CardRefund;
use serde_json::json;

use crate::company::Company;
use crate::dice::Dice;
use crate::founder::{decimal, text};
use crate::journal::cents;
use crate::proposal::{Proposal, Wish};

/// The field in which Stripe keeps the name that the program has for a payment.
const PAYOUT: &str = "purser_payout";

/// A proposed refund of a card payment.
struct Refund {
    proposal: Proposal,
    charge: String,
}

/// Every refund that was proposed.
#[derive(Default)]
pub struct Cards {
    all: Vec<Refund>,
    /// What the program offered, and did not do.
    strange: Vec<String>,
}

impl Cards {
    /// Answers what waits for an answer, and now and then proposes something. A refund that was settled can come back.
    pub fn work(&mut self, company: &mut Company, dice: &mut Dice) {
        for Refund { proposal, .. } in &mut self.all {
            if matches!(proposal.ended.as_deref(), None | Some("sent" | "settled")) {
                proposal.answer(company, dice);
            }
        }
        if !company.is_calm() && dice.once_in(10) {
            self.propose(company, dice);
        }
    }

    fn propose(&mut self, company: &Company, dice: &mut Dice) {
        let index = company.ok("invoices_index", json!({"state": "paid", "text": "", "sort": ""}));
        let keys = index["keys"].as_array().unwrap();
        let Some(key) = keys.get(dice.below(keys.len() as u64) as usize) else { return };
        let rows = company.ok("invoices_rows", json!({"keys": [key]}));
        let invoice = company.ok("invoice", json!({"number": rows[0]["number"]}));
        let left = |card: &serde_json::Value| cents(&text(&card["refundable"]["amount"]));
        let Some(card) = invoice["cards"].as_array().unwrap().iter().find(|card| left(card) > 1) else {
            return;
        };
        let left = left(card);
        let amount = if dice.once_in(2) { left } else { dice.between(1, left) };
        let (wish, charge) = (Wish::drawn(dice), text(&card["id"]));
        match company.call("refund_propose", json!({"payment": charge, "amount": decimal(amount)})) {
            Ok(batch) => {
                self.all.push(Refund { proposal: Proposal::new(&batch, amount, wish), charge });
            }
            Err(error) => {
                self.strange.push(format!("{charge}: {amount} of {left} is not given back: {error}"))
            }
        }
    }

    /// Stripe's own record against what the founder wanted: none lost, none doubled, none unasked, each of its amount.
    pub fn audit(&self, company: &Company) -> Vec<String> {
        let mut found = self.strange.clone();
        let all = company.sandbox.card_refunds();
        let mut made: BTreeMap<String, Vec<&CardRefund>> = BTreeMap::new();
        for refund in &all {
            if let Some(payout) = refund.metadata.get(PAYOUT) {
                made.entry(payout.clone()).or_default().push(refund);
            }
        }
        for Refund { proposal, charge } in &self.all {
            let Proposal { batch, wish, amount, payout, .. } = proposal;
            let shown = company.ok("batch", json!({"id": batch}));
            let (state, why) = (text(&shown["state"]), &shown["void_reason"]);
            let made = made.remove(payout).unwrap_or_default();
            let mut fault = |what: &str| {
                found.push(format!(
                    "refund {batch} of {amount} of {charge} ({wish:?}): {what}; it is {state} ({why}), was left as \
                     {:?}, and Stripe has {made:?}",
                    proposal.ended
                ));
            };
            let fits = |one: &CardRefund| (&one.charge, one.amount_minor) == (charge, *amount);
            match (state.as_str(), made.as_slice()) {
                (_, [_, _, ..]) => fault("given back twice"),
                (_, [one]) if !fits(one) => fault("something else was given back"),
                (_, [_]) if matches!(wish, Wish::Refuse | Wish::Silence) => fault("given back unasked"),
                ("settled", [one]) if one.status == "succeeded" => {}
                ("failed", [one]) if one.status == "failed" => {}
                ("rejected" | "void", []) if matches!(wish, Wish::Refuse | Wish::Silence) => {}
                // Somebody else gave it back meanwhile, a bank contests it, or the program ended in its window.
                ("failed", []) if taken_by_another(company, &all, proposal, charge) => {}
                ("void", [])
                    if proposal.is_dropped() || taken_by_another(company, &all, proposal, charge) => {}
                _ => fault("the books and Stripe do not agree"),
            }
        }
        found.extend(made.into_keys().map(|payout| format!("nobody approved the card refund {payout}")));
        found
    }

    /// How many were proposed, and how many came to the customer or back.
    pub fn counts(&self, company: &Company) -> (usize, usize) {
        let all = company.sandbox.card_refunds();
        (self.all.len(), all.iter().filter(|refund| refund.metadata.contains_key(PAYOUT)).count())
    }
}

/// Whether there is a reason in the world why a charge could not be given back.
fn taken_by_another(company: &Company, all: &[CardRefund], ours: &Proposal, charge: &str) -> bool {
    let other =
        |refund: &&CardRefund| refund.charge == charge && refund.metadata.get(PAYOUT) != Some(&ours.payout);
    all.iter().any(|refund| other(&refund)) || company.sandbox.is_disputed(charge)
}

/// Refunds that came back and were made at Stripe itself: at least and at most so many are a question each. One that was
/// made again is none.
pub fn returned(company: &Company) -> (usize, usize) {
    let all = company.sandbox.card_refunds();
    let failed = |one: &&CardRefund| one.status == "failed" && !one.metadata.contains_key(PAYOUT);
    let again = |one: &CardRefund| {
        all.iter().any(|other| other.charge == one.charge && other.created_at > one.created_at)
    };
    let most = all.iter().filter(failed).count();
    (all.iter().filter(failed).filter(|one| !again(one)).count(), most)
}
