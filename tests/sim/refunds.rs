//! Money out: the founder gives checks back through the payment file, changes their mind, says no, or says nothing; the
//! program dies in between; the bank carries out what stands in the file.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use purser_sandbox::HandPayment;
use serde_json::{Value, json};

use crate::company::{Company, PASSPHRASE};
use crate::dice::Dice;
use crate::founder::{Recorded, decimal, text};
use crate::journal::cents;

/// A proposal without an answer is void after so long.
const EXPIRY_HOURS: i64 = 24;

/// What the founder wants of a refund.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wish {
    Pay,
    /// Approved, taken back, and approved in the end.
    PayOnSecondThought,
    Refuse,
    Silence,
}

/// A proposed refund.
pub struct Refund {
    batch: String,
    /// Its payment as the rail knows it.
    payout: String,
    hand_payment: String,
    amount: i64,
    wish: Wish,
    proposed_at: DateTime<Utc>,
    /// When it was approved, and in which life of the program.
    approved: Option<(DateTime<Utc>, u64)>,
    /// How it ended.
    ended: Option<String>,
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
        for refund in self.all.iter_mut().filter(|refund| refund.ended.is_none()) {
            refund.answer(company, dice);
        }
        if !company.is_calm() && dice.once_in(10) {
            self.propose(company, dice, recorded);
        }
    }

    fn propose(&mut self, company: &Company, dice: &mut Dice, recorded: &BTreeMap<String, Recorded>) {
        let payments = company.sandbox.hand_payments();
        let left = |payment: &HandPayment| {
            let refunds = self.all.iter().filter(|refund| refund.hand_payment == payment.id);
            let kept = refunds.filter(|refund| !matches!(refund.ended.as_deref(), Some("rejected" | "void")));
            payment.amount_minor - kept.map(|refund| refund.amount).sum::<i64>()
        };
        let is_open = |payment: &HandPayment| {
            self.all.iter().any(|refund| refund.ended.is_none() && refund.hand_payment == payment.id)
        };
        let able: Vec<&HandPayment> = payments
            .iter()
            .filter(|payment| payment.method == "check" && recorded.contains_key(&payment.id))
            .filter(|payment| left(payment) > 1 && !is_open(payment))
            .collect();
        let Some(payment) = able.get(dice.below(able.len() as u64) as usize) else { return };
        let left = left(payment);
        let amount = if dice.once_in(2) { left } else { dice.between(1, left) };
        let wish = match dice.below(6) {
            0..=2 => Wish::Pay,
            3 => Wish::PayOnSecondThought,
            4 => Wish::Refuse,
            _ => Wish::Silence,
        };
        let number = &recorded[&payment.id].number;
        let batch = company.ok("refund_propose", json!({"payment": number, "amount": decimal(amount)}));
        self.all.push(Refund {
            batch: text(&batch["id"]),
            payout: text(&batch["items"][0]["id"]),
            hand_payment: payment.id.clone(),
            amount,
            wish,
            proposed_at: company.now(),
            approved: None,
            ended: None,
        });
    }

    /// The bank reads the payment file, and carries out what is new in it.
    pub fn carry_out(&mut self, company: &Company) {
        let file = payment_file(company);
        for instruction in file.iter().skip(self.carried) {
            let payout = text(&instruction["request"]["id"]);
            let money = &instruction["request"]["money"];
            let amount = cents(&text(&money["amount"]));
            let payment =
                self.all.iter().find(|refund| refund.payout == payout).map(|refund| &refund.hand_payment);
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
        for refund in &self.all {
            let Refund { batch, wish, amount, .. } = refund;
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
        (self.all.len(), self.all.iter().filter(|refund| refund.is_paid()).count())
    }
}

impl Refund {
    fn is_paid(&self) -> bool {
        matches!(self.ended.as_deref(), Some("sent" | "settled"))
    }

    fn answer(&mut self, company: &mut Company, dice: &mut Dice) {
        let batch = company.ok("batch", json!({"id": self.batch}));
        let state = text(&batch["state"]);
        match (state.as_str(), self.wish) {
            ("proposed", Wish::Pay | Wish::PayOnSecondThought) => self.approve(company, dice, &batch),
            ("proposed", Wish::Refuse) => {
                company.ok("batch_reject", json!({"id": self.batch}));
                self.ended = Some("rejected".to_owned());
            }
            ("proposed" | "approved", _) => {}
            ("void" | "failed", _) => {
                let reason = if self.may_be_void(company) { "" } else { " without a reason" };
                self.ended = Some(format!("{state}{reason}"));
                // Put away; what nobody answered goes by itself.
                if let Err(error) = company.call("batch_reject", json!({"id": self.batch})) {
                    assert_eq!(error.code, "batch_state", "{error}");
                }
            }
            _ => self.ended = Some(state),
        }
    }

    fn approve(&mut self, company: &mut Company, dice: &mut Dice, batch: &Value) {
        let approval = json!({"batch": self.batch, "digest": batch["digest"], "passphrase": PASSPHRASE});
        // It can have waited too long by now, which the next look says.
        if let Err(error) = company.call("approve", approval) {
            assert_eq!(error.code, "approval_expired", "{error}");
            return;
        }
        self.approved = Some((company.now(), company.lives()));
        if self.wish == Wish::PayOnSecondThought {
            company.ok("approval_undo", json!({"id": self.batch}));
            self.wish = Wish::Pay;
            return;
        }
        match dice.below(4) {
            // The program ends inside the undo window.
            0 => company.restart(dice),
            // It leaves, and the program ends before anybody looks.
            1 => {
                company.pass(Duration::minutes(1));
                company.send();
                company.restart(dice);
            }
            // The undo is over, and the program ends before anything left.
            2 => {
                company.pass(Duration::minutes(1));
                company.restart(dice);
            }
            _ => {}
        }
    }

    /// Void is what nobody answered for a day, and what was approved by a program that has ended since.
    fn may_be_void(&self, company: &Company) -> bool {
        let waited = |since: DateTime<Utc>| company.now() - since >= Duration::hours(EXPIRY_HOURS - 3);
        match self.approved {
            Some((at, life)) => life != company.lives() || waited(at),
            None => waited(self.proposed_at),
        }
    }
}

/// The lines of the payment file, read by this test's own reader.
fn payment_file(company: &Company) -> Vec<Value> {
    let path = company.folder().join("outgoing").join("payments.jsonl");
    let lines = std::fs::read_to_string(path).unwrap_or_default();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
