//! Matching (cash application): what a bank line pays, and why.
//!
//! Pure: facts go in, an [`Explanation`] comes out, the caller books. Candidates come from the
//! indexes of a [`Book`], never from all pairs. Evidence is kept piece by piece (reference, amount,
//! payer, time, history); there is no blended score that could hide a wrong reference behind a
//! right name. Four things hold for every automatic match, and the property tests hold them:
//!
//! 1. same currency, difference exactly zero;
//! 2. a reference that names exactly these invoices, or a name that is one customer's;
//! 3. no other explanation is equally good;
//! 4. the answer does not depend on the order of lines, invoices or customers.
//!
//! Amounts are compared to the cent (X4: tolerances are a founder's policy for the gap, never a
//! reason to call two amounts equal). Behaviour ids: MI-30, MI-33, MI-34, TS-20, TS-22, TS-26, TS-33, X14.

mod apply;
mod book;
mod candidates;
mod cases;
mod compare;
mod decide;
mod evidence;
mod explain;
mod facts;
mod memo;
mod names;
mod payer;
mod reference;
mod slips;
mod transfer;
mod words;

#[cfg(test)]
mod tests;

pub use apply::{Outcome, match_all};
pub use book::Book;
pub use facts::{Customer, Facts, History, InTransit, Line, OpenInvoice, PaidInvoice, Undeposited};
pub use transfer::{OwnTransfer, own_transfers};
pub use words::money_text;

use serde::{Deserialize, Serialize};

use crate::money::Money;

/// Most alternatives that are kept beside the best candidate: the desk shows five in all.
pub const ALTERNATIVES: usize = 4;

/// Whether the machine may act.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing fits.
    Unmatched,
    /// Something fits; the founder decides.
    Suggested,
    /// Strong evidence and no close rival: may be booked without asking.
    Matched,
}

impl State {
    /// The word of `purser match --json`.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Unmatched => "unmatched",
            State::Suggested => "suggested",
            State::Matched => "matched",
        }
    }
}

/// How the best candidate stands to the amount received.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Exactly what is open on one invoice (or one payment, one transfer).
    Full,
    /// A part: more stays open than a bank's fee explains.
    Partial,
    /// Several invoices, exactly.
    Combined,
    /// More than is open.
    Over,
    /// A little less than is open, as when a bank kept its fee.
    Short,
    /// The invoice is already paid.
    Duplicate,
    /// Another currency than the invoice's.
    Fx,
    /// No candidate.
    None,
}

impl Kind {
    /// The word of `purser match --json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Full => "full",
            Kind::Partial => "partial",
            Kind::Combined => "combined",
            Kind::Over => "over",
            Kind::Short => "short",
            Kind::Duplicate => "duplicate",
            Kind::Fx => "fx",
            Kind::None => "none",
        }
    }
}

/// Whether a piece of evidence fits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Fits.
    Fits,
    /// Fits with a reason to look.
    Partly,
    /// Does not fit.
    Not,
}

/// What a piece of evidence is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// The payment reference or the invoice's number in the memo.
    Reference,
    /// The amount, to the cent.
    Amount,
    /// The payer's name.
    Payer,
    /// The day.
    Time,
    /// What this customer usually does.
    History,
}

impl EvidenceKind {
    /// The label of the interface.
    pub fn as_str(self) -> &'static str {
        match self {
            EvidenceKind::Reference => "Reference",
            EvidenceKind::Amount => "Amount",
            EvidenceKind::Payer => "Payer",
            EvidenceKind::Time => "Time",
            EvidenceKind::History => "History",
        }
    }
}

/// One line of evidence: what was looked at, whether it fits, in a sentence.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Evidence {
    /// Whether it fits.
    pub mark: Mark,
    /// What it is about.
    pub kind: EvidenceKind,
    /// Plain words; texts that strangers wrote appear in it as one clean, bounded line.
    pub sentence: String,
    /// The piece of the line's text it speaks of; empty for none.
    pub quote: String,
}

/// What a line may settle.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "ids")]
pub enum Target {
    /// Ids of open invoices (or, for [`Kind::Duplicate`], of one paid invoice), oldest first.
    Invoices(Vec<String>),
    /// A recorded payment that waits for its bank line.
    Undeposited(String),
    /// The other line of a transfer between own accounts.
    OwnLine(String),
    /// A payout or refund on its way.
    InTransit(String),
}

/// One explanation of a line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Candidate {
    /// What it would settle.
    pub target: Target,
    /// The customer's id; empty where there is none.
    pub customer: String,
    /// Numbers of the invoices or of the payment, as people know them.
    pub numbers: Vec<String>,
    /// What is open on all of it.
    pub open: Money,
    /// Received minus open: negative is short. Nothing to subtract between two currencies.
    pub difference: Option<Money>,
    /// Why it fits and why not, in the order reference, amount, payer, time, history.
    pub evidence: Vec<Evidence>,
    /// Rank among the candidates of one line; never shown.
    pub strength: i32,
}

/// What a line pays, and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Explanation {
    /// Whether the machine may act.
    pub state: State,
    /// How the best candidate stands to the amount.
    pub kind: Kind,
    /// The best candidate.
    pub best: Option<Candidate>,
    /// The others, best first, at most [`ALTERNATIVES`].
    pub alternatives: Vec<Candidate>,
    /// Why the machine did not act; `None` when it may.
    pub why_asked: Option<String>,
    /// One line for the list.
    pub headline: String,
    /// 0 to 100, for the command line's JSON alone: 95 and more is matched, 0 is unmatched. The
    /// formula is in `decide::confidence`.
    pub confidence: u8,
}

impl Explanation {
    /// Whether one nod is enough: nothing is left over and nothing else fits as well, only the
    /// evidence falls short of acting without asking.
    pub fn is_ready(&self) -> bool {
        let exact = |c: &Candidate| c.difference.is_some_and(|d| d.is_zero());
        match self.state {
            State::Matched => true,
            State::Unmatched => false,
            State::Suggested => {
                matches!(self.kind, Kind::Full | Kind::Combined)
                    && self.best.as_ref().is_some_and(|best| {
                        exact(best)
                            && best.evidence.iter().all(|e| e.mark != Mark::Not)
                            && best
                                .evidence
                                .iter()
                                .any(|e| matches!(e.kind, EvidenceKind::Reference | EvidenceKind::Payer))
                            && !self
                                .alternatives
                                .iter()
                                .any(|other| exact(other) && other.strength >= best.strength)
                    })
            }
        }
    }
}
