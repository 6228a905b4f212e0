//! One line explained: state, kind, candidates, and the sentences of the list and the desk.

use std::collections::{BTreeMap, BTreeSet};

use super::book::Book;
use super::candidates::{Gathering, Spent};
use super::cases::{Amount, Case, Claimed, Reading, Reference, Subject};
use super::decide::{self, Doubt, Ground, STRENGTH_MIN, Verdict};
use super::facts::Line;
use super::words::{count_text, day_text, list_text, money_text, quoted};
use super::{ALTERNATIVES, Candidate, Explanation, Kind, State, Target, evidence};
use crate::money::Money;
use crate::text::capitalised;

/// What a line could settle, weighed but not yet put into words.
#[derive(Clone, Debug)]
pub(super) struct Weighed {
    /// Cases with their rank, best first; empty where nothing fits.
    ranked: Vec<(i32, Case)>,
    verdict: Verdict,
    /// What played a part and another line may settle.
    pub looked_at: BTreeSet<Claimed>,
}

impl Weighed {
    /// What the machine may settle, and the ground to act on.
    pub fn claim(&self) -> Option<(&Subject, Ground)> {
        match (&self.verdict, self.ranked.first()) {
            (Verdict::Act(ground), Some((_, case))) => Some((&case.subject, *ground)),
            _ => None,
        }
    }

    /// Another line explains the same as well: a person decides.
    pub fn contest(&mut self) {
        if let Verdict::Act(_) = self.verdict {
            self.verdict = Verdict::Ask(vec![Doubt::Contested]);
        }
    }
}

impl Book {
    /// Explains one line. Targets that `rejected` names never come back for it.
    ///
    /// Transfers between own accounts need other lines: see [`match_all`](super::match_all).
    pub fn explain(&self, line: &Line, rejected: &dyn Fn(&Target) -> bool) -> Explanation {
        let reading = Reading::new(self, line);
        self.told(&reading, &self.weigh(&reading, &Spent::default(), rejected))
    }

    /// Weighs what a line could settle, in view of what other lines settled.
    pub(super) fn weigh(
        &self,
        reading: &Reading<'_>,
        spent: &Spent,
        rejected: &dyn Fn(&Target) -> bool,
    ) -> Weighed {
        let (cases, looked_at) = Gathering::new(self, reading, spent, rejected).cases();
        let mut ranked = decide::rank(cases, reading);
        if ranked.first().is_none_or(|(strength, case)| *strength < least(case)) {
            return Weighed { ranked: Vec::new(), verdict: Verdict::Ask(Vec::new()), looked_at };
        }
        drop_noise(&mut ranked);
        let verdict = decide::judge(self, &ranked, reading);
        Weighed { ranked, verdict, looked_at }
    }

    /// Puts it into words.
    pub(super) fn told(&self, reading: &Reading<'_>, weighed: &Weighed) -> Explanation {
        let Weighed { ranked, verdict, .. } = weighed;
        let Some((strength, case)) = ranked.first() else { return nothing() };
        let mut candidates = ranked
            .iter()
            .take(ALTERNATIVES + 1)
            .map(|(strength, case)| self.candidate(reading, case, *strength));
        Explanation {
            state: if matches!(verdict, Verdict::Act(_)) { State::Matched } else { State::Suggested },
            kind: kind(case),
            headline: self.headline(reading, ranked, verdict),
            why_asked: self.why(reading, case, verdict),
            confidence: decide::confidence(verdict, *strength, case),
            best: candidates.next(),
            alternatives: candidates.collect(),
        }
    }

    fn candidate(&self, reading: &Reading<'_>, case: &Case, strength: i32) -> Candidate {
        let currency = reading.line.amount.currency();
        Candidate {
            target: self.target(&case.subject),
            customer: case.customer.map(|c| self.customers[c].id.clone()).unwrap_or_default(),
            numbers: self.numbers(&case.subject),
            open: case.open,
            difference: case.gap.map(|gap| Money::new(gap, currency)),
            evidence: evidence::of(self, reading, case),
            strength,
        }
    }

    fn numbers(&self, subject: &Subject) -> Vec<String> {
        match subject {
            Subject::Open(members) => members.iter().map(|at| self.invoices[*at].number.clone()).collect(),
            Subject::Spent(at) => vec![self.invoices[*at].number.clone()],
            Subject::Paid(at) => vec![self.paid[*at].number.clone()],
            Subject::Recorded(at) => vec![self.undeposited[*at].number.clone()],
            Subject::Transit(_) => Vec::new(),
        }
    }

    fn headline(&self, reading: &Reading<'_>, ranked: &[(i32, Case)], verdict: &Verdict) -> String {
        let case = &ranked[0].1;
        if let Verdict::Ask(doubts) = verdict
            && doubts.iter().any(|doubt| matches!(doubt, Doubt::Equal(_)))
        {
            return self.equal_headline(ranked);
        }
        let what = list_text(&self.numbers(&case.subject));
        let gap = Money::new(case.gap.unwrap_or_default(), reading.line.amount.currency()).abs();
        match (&case.subject, kind(case)) {
            (Subject::Recorded(_), _) => format!("The bank line of {what}"),
            (Subject::Transit(at), _) => {
                let transit = &self.in_transit[*at];
                format!("The {} of {}", transit.what, day_text(transit.sent_on, reading.line.date))
            }
            (_, Kind::Duplicate) => format!("{what} is already paid. Second payment?"),
            (_, Kind::Fx) => {
                format!(
                    "{} for {what}, which is in {}",
                    money_text(reading.line.amount),
                    case.open.currency()
                )
            }
            (_, Kind::Short) => format!("{} short of {what}", money_text(gap)),
            (_, Kind::Over) => format!("{} more than {what}", money_text(gap)),
            (_, Kind::Partial) => format!("A part of {what}; {} stays open", money_text(gap)),
            (_, Kind::Combined) if matches!(verdict, Verdict::Act(_)) => format!("Pays {what}"),
            (_, Kind::Combined) => format!("{what} together"),
            (_, Kind::Full | Kind::None) => match verdict {
                Verdict::Act(_) => format!("Pays {what}"),
                Verdict::Ask(doubts)
                    if doubts.iter().any(|d| matches!(d, Doubt::OnlyAmount | Doubt::Nameless)) =>
                {
                    format!("Same amount as {what}, and nothing else")
                }
                Verdict::Ask(_) => format!("Probably {what}"),
            },
        }
    }

    /// `Three equal explanations: one invoice, or two of $1,200.00`.
    fn equal_headline(&self, ranked: &[(i32, Case)]) -> String {
        let best = &ranked[0].1;
        let equal: Vec<&Case> =
            ranked.iter().map(|(_, case)| case).filter(|case| decide::as_good(best, case)).collect();
        let mut kinds: BTreeMap<(usize, Option<i128>, &str), usize> = BTreeMap::new();
        for case in &equal {
            let key = match &case.subject {
                Subject::Open(members) => {
                    let first = self.invoices[members[0]].open;
                    let alike = members.iter().all(|at| self.invoices[*at].open == first);
                    (members.len(), (alike && members.len() > 1).then_some(first.minor()), "invoice")
                }
                Subject::Recorded(_) => (1, None, "recorded payment"),
                Subject::Transit(_) => (1, None, "payout on its way"),
                Subject::Spent(_) | Subject::Paid(_) => (1, None, "paid invoice"),
            };
            *kinds.entry(key).or_default() += 1;
        }
        let texts: Vec<String> = kinds
            .iter()
            .map(|((size, each, noun), count)| match (size, each, count) {
                (1, _, 1) => format!("one {noun}"),
                (1, _, many) => format!("{} {noun}s of this amount", count_text(*many)),
                (_, Some(each), _) => {
                    format!(
                        "{} of {}",
                        count_text(*size),
                        money_text(Money::new(*each, best.open.currency()))
                    )
                }
                (..) => format!("{} together", count_text(*size)),
            })
            .collect();
        let joined = match texts.as_slice() {
            [rest @ .., last] if !rest.is_empty() => format!("{}, or {last}", rest.join(", ")),
            _ => texts.concat(),
        };
        format!("{} equal explanations: {joined}", capitalised(&count_text(equal.len())))
    }

    /// Why the machine does not act, as one sentence.
    fn why(&self, reading: &Reading<'_>, case: &Case, verdict: &Verdict) -> Option<String> {
        let Verdict::Ask(doubts) = verdict else { return None };
        let parts: Vec<String> = doubts.iter().map(|doubt| self.doubt_text(reading, case, doubt)).collect();
        let joined = match parts.as_slice() {
            [] => "the evidence is not strong enough".to_string(),
            [only] => only.clone(),
            [rest @ .., last] => format!("{}, and {last}", rest.join(", ")),
        };
        Some(format!("{}.", capitalised(&joined)))
    }

    fn doubt_text(&self, reading: &Reading<'_>, case: &Case, doubt: &Doubt) -> String {
        let other = || decide::names_other(reading, case).unwrap_or_else(|| "another invoice".into());
        match doubt {
            Doubt::Currency => format!("the invoice is in {}", case.open.currency()),
            Doubt::AmountDiffers => "the amount is not exact".into(),
            Doubt::ExactRival => "another open invoice has exactly this amount".into(),
            Doubt::SecondPayment => match case.subject {
                Subject::Spent(_) => "another line pays the same invoice".into(),
                _ => "the invoice is already paid".into(),
            },
            Doubt::Flood => "the memo names too many invoices".into(),
            Doubt::BeforeIssue => "the money came before the invoice was issued".into(),
            Doubt::LongAfter => "it came long after the usual days".into(),
            Doubt::NamesOther => format!("the memo names {}", other()),
            Doubt::NamesPart => format!("the memo also names {}", self.other_label(reading, case)),
            Doubt::NamesNobody => {
                let quote = reading.scan.unknown.as_ref().map(|u| quoted(&u.quote)).unwrap_or_default();
                format!("the reference {quote} is nobody's")
            }
            Doubt::OtherNumber(digits) => format!("the memo speaks of invoice {digits}"),
            Doubt::Equal(count) => format!("{} explanations are equally good", count_text(*count)),
            Doubt::PayerOwesThis => "the payer is another customer who owes exactly this".into(),
            Doubt::OnlyAmount => "only the amount fits".into(),
            Doubt::PayerUnsure => "the name does not settle who paid".into(),
            Doubt::Nameless => "the bank gives no name and no reference".into(),
            Doubt::SumOnly => "the memo does not name the invoices".into(),
            Doubt::TwoCustomers => "the invoices belong to different customers".into(),
            Doubt::Contested => "another line explains the same invoice as well".into(),
        }
    }

    fn other_label(&self, reading: &Reading<'_>, case: &Case) -> String {
        decide::names_other(reading, case)
            .unwrap_or_else(|| format!("only a part of {}", list_text(&self.numbers(&case.subject))))
    }
}

/// A candidate against the memo's own words needs no mention; the rest is kept for the desk.
fn drop_noise(ranked: &mut Vec<(i32, Case)>) {
    let sure = ranked[0].1.reference >= Reference::Some;
    let mut kept = 0;
    ranked.retain(|(strength, case)| {
        kept += 1;
        let speaks = *strength >= STRENGTH_MIN || (case.is_exact() && !case.is_second_payment());
        kept == 1 || speaks || (!sure && case.level.is_strong())
    });
}

/// What a case must have to be the best: second payments are named by reference or payer anyway.
fn least(case: &Case) -> i32 {
    if case.is_second_payment() { STRENGTH_MIN + SECOND_PAYMENT_SLACK } else { STRENGTH_MIN }
}

/// Second payments are ranked far below open invoices; alone they still deserve to be said.
const SECOND_PAYMENT_SLACK: i32 = -40;

fn kind(case: &Case) -> Kind {
    let several = matches!(&case.subject, Subject::Open(members) if members.len() > 1);
    match (case.is_second_payment(), case.gap, case.amount) {
        (_, None, _) => Kind::Fx,
        (true, ..) => Kind::Duplicate,
        (_, Some(0), _) if several => Kind::Combined,
        (_, Some(0), _) => Kind::Full,
        (_, Some(1..), _) => Kind::Over,
        (_, _, Amount::Customary | Amount::Fee) => Kind::Short,
        _ => Kind::Partial,
    }
}

fn nothing() -> Explanation {
    Explanation {
        state: State::Unmatched,
        kind: Kind::None,
        best: None,
        alternatives: Vec::new(),
        why_asked: Some("Nothing open fits this line.".into()),
        headline: "Nothing fits".into(),
        confidence: 0,
    }
}
