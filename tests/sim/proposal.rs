//! Money that the founder was asked to let out, and what became of it: paid, taken back, refused, or left without an answer,
//! with the program ending in between.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use crate::company::{Company, PASSPHRASE};
use crate::dice::Dice;
use crate::founder::text;

/// What the founder wants of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wish {
    Pay,
    /// Approved, taken back, and approved in the end.
    PayOnSecondThought,
    Refuse,
    Silence,
}

impl Wish {
    pub fn drawn(dice: &mut Dice) -> Wish {
        match dice.below(6) {
            0..=2 => Wish::Pay,
            3 => Wish::PayOnSecondThought,
            4 => Wish::Refuse,
            _ => Wish::Silence,
        }
    }
}

/// A proposed payment.
pub struct Proposal {
    pub batch: String,
    /// Its payment as the rail knows it.
    pub payout: String,
    pub amount: i64,
    pub wish: Wish,
    /// Until when it can be answered and paid, as it was shown last.
    expires_at: DateTime<Utc>,
    /// In which life of the program it was approved.
    approved: Option<u64>,
    /// How it ended.
    pub ended: Option<String>,
}

impl Proposal {
    /// What a refund was proposed as.
    pub fn new(batch: &Value, amount: i64, wish: Wish) -> Proposal {
        Proposal {
            batch: text(&batch["id"]),
            payout: text(&batch["items"][0]["id"]),
            amount,
            wish,
            expires_at: expires(batch),
            approved: None,
            ended: None,
        }
    }

    /// Whether it is off the table.
    pub fn is_dropped(&self) -> bool {
        matches!(self.ended.as_deref(), Some("rejected" | "void"))
    }

    pub fn is_paid(&self) -> bool {
        matches!(self.ended.as_deref(), Some("sent" | "settled"))
    }

    pub fn answer(&mut self, company: &mut Company, dice: &mut Dice) {
        let batch = company.ok("batch", json!({"id": self.batch}));
        let state = text(&batch["state"]);
        if matches!(state.as_str(), "proposed" | "approved") {
            self.expires_at = expires(&batch);
        }
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
        // It can have waited too long by now, or somebody else gave it back meanwhile, which a later look says.
        if let Err(error) = company.call("approve", approval) {
            assert!(["approval_expired", "approval_refused"].contains(&error.code.as_str()), "{error}");
            return;
        }
        self.approved = Some(company.lives());
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

    /// Void is what was neither answered nor paid in its time, and what was approved by a program that has ended since.
    fn may_be_void(&self, company: &Company) -> bool {
        company.now() >= self.expires_at || self.approved.is_some_and(|life| life != company.lives())
    }
}

fn expires(batch: &Value) -> DateTime<Utc> {
    text(&batch["expires_at"]).parse().unwrap()
}
