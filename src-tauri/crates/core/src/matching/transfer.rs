//! Transfers between own accounts: two lines that are one movement.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::apply::Outcome;
use super::facts::Line;
use super::words::{days_text, quoted};
use super::{ALTERNATIVES, Candidate, Evidence, EvidenceKind, Explanation, Kind, Mark, State, Target, names};
use crate::currency::Currency;
use crate::money::Money;

/// A transfer arrives within these days; banks abroad take up to 5 business days (TS-24, MI-35).
const TRANSFER_DAYS: i64 = 5;
/// Lines of one amount that are paired; beyond, amounts are too common to say anything.
const SAME_AMOUNT_MAX: usize = 16;

/// Words that say a line is a transfer of one's own.
const TRANSFER_WORDS: [&str; 14] = [
    "transfer",
    "xfer",
    "tfr",
    "trf",
    "transfers",
    "umbuchung",
    "uebertrag",
    "ubertrag",
    "virement",
    "overboeking",
    "overforing",
    "traspaso",
    "giroconto",
    "sweep",
];

/// Two lines that are one movement between own accounts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct OwnTransfer {
    /// Id of the line that left.
    pub out: String,
    /// Id of the line that came in.
    pub into: String,
    /// Days between them.
    pub days: i64,
    /// Whether the pair by itself may be booked without asking: each is the other's only partner, and their
    /// texts say so. Whether one of the lines pays an invoice instead is for
    /// [`match_all`](super::match_all) to weigh: book what it says.
    pub certain: bool,
}

/// Finds transfers: different own accounts, opposite amounts, few days apart.
///
/// `own_names` are the company's own names; an account's name in a line's text also counts. Where a
/// line has several partners, each pair is listed and none is certain.
pub fn own_transfers(lines: &[Line], own_names: &[String]) -> Vec<OwnTransfer> {
    let mut by_size: HashMap<(Currency, u128), Vec<&Line>> = HashMap::new();
    for line in lines.iter().filter(|line| !line.amount.is_zero()) {
        by_size.entry((line.amount.currency(), line.amount.minor().unsigned_abs())).or_default().push(line);
    }
    let own: Vec<Vec<String>> = own_names.iter().map(|name| core_words(name)).collect();
    let mut pairs: Vec<(&Line, &Line)> = Vec::new();
    for same in by_size.values().filter(|same| (2..=SAME_AMOUNT_MAX).contains(&same.len())) {
        for out in same.iter().filter(|line| line.amount.is_negative()) {
            for into in same.iter().filter(|line| line.amount.is_positive()) {
                let days = (into.date - out.date).num_days();
                if out.account != into.account && (-1..=TRANSFER_DAYS).contains(&days) {
                    pairs.push((out, into));
                }
            }
        }
    }
    let mut partners: BTreeMap<&str, usize> = BTreeMap::new();
    for (out, into) in &pairs {
        *partners.entry(&out.id).or_default() += 1;
        *partners.entry(&into.id).or_default() += 1;
    }
    let mut found: Vec<OwnTransfer> = pairs
        .iter()
        .map(|(out, into)| {
            let alone =
                partners.get(out.id.as_str()) == Some(&1) && partners.get(into.id.as_str()) == Some(&1);
            OwnTransfer {
                out: out.id.clone(),
                into: into.id.clone(),
                days: (into.date - out.date).num_days(),
                certain: alone && is_said(out, into, &own),
            }
        })
        .collect();
    found.sort();
    found
}

/// Whether the two texts say that it is a transfer of one's own: one names the company or the other
/// account, or both carry a word for it, and neither names a stranger as the other party. The word alone
/// is in every customer's wire.
fn is_said(out: &Line, into: &Line, own: &[Vec<String>]) -> bool {
    let texts = [Said::by(out, into, own), Said::by(into, out, own)];
    !texts.iter().any(|said| said.stranger)
        && (texts.iter().any(|said| said.names_us) || texts.iter().all(|said| said.transfer))
}

struct Said {
    names_us: bool,
    transfer: bool,
    stranger: bool,
}

impl Said {
    fn by(line: &Line, other: &Line, own: &[Vec<String>]) -> Said {
        let account = names::memo_words(&other.account);
        let says = |words: &[String], wanted: &[String]| {
            let telling = wanted.iter().map(String::len).sum::<usize>() >= 4;
            telling && words.windows(wanted.len()).any(|w| w == wanted)
        };
        let names_us = |words: &[String]| says(words, &account) || own.iter().any(|name| says(words, name));
        let transfer = |words: &[String]| words.iter().any(|w| TRANSFER_WORDS.contains(&w.as_str()));
        let payer = names::memo_words(&line.payer);
        let mut words = payer.clone();
        words.extend(names::memo_words(&line.description));
        Said {
            names_us: names_us(&words),
            transfer: transfer(&words),
            stranger: payer.iter().any(|w| names::is_distinctive(w))
                && !names_us(&payer)
                && !transfer(&payer),
        }
    }
}

fn core_words(name: &str) -> Vec<String> {
    names::spellings(name).into_iter().next().map(|n| n.words).unwrap_or_default()
}

/// Ranks of transfers among a line's candidates: a certain one stands above everything but a named
/// invoice with the right amount, an amount alone below any name.
const CERTAIN: i32 = 60;
const POSSIBLE: i32 = 25;
/// A line with an explanation of this rank has a name or reference of its own: then a person decides.
const OWN_EVIDENCE: i32 = 50;

/// Adds transfers to the outcomes of lines that nothing else settles.
///
/// `order` and `outcomes` run in parallel.
pub(super) fn add_transfers(
    order: &[&Line],
    outcomes: &mut [Outcome],
    own_names: &[String],
    rejected: &dyn Fn(&str, &Target) -> bool,
) {
    let free: Vec<Line> = order
        .iter()
        .zip(outcomes.iter())
        .filter(|(_, outcome)| outcome.explanation.state != State::Matched)
        .map(|(line, _)| (*line).clone())
        .collect();
    let mut place: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, line) in order.iter().enumerate() {
        place.entry(&line.id).or_insert(at);
    }
    let refused = |line: &str, other: &str| rejected(line, &Target::OwnLine(other.to_string()));
    for transfer in own_transfers(&free, own_names) {
        if refused(&transfer.out, &transfer.into) || refused(&transfer.into, &transfer.out) {
            continue;
        }
        let (Some(out), Some(into)) = (place.get(transfer.out.as_str()), place.get(transfer.into.as_str()))
        else {
            continue;
        };
        let rank = |at: usize| outcomes[at].explanation.best.as_ref().map_or(0, |best| best.strength);
        let certain = transfer.certain && rank(*out) < OWN_EVIDENCE && rank(*into) < OWN_EVIDENCE;
        for (own, other) in [(*out, *into), (*into, *out)] {
            let candidate = candidate(order[own], order[other], &transfer);
            add(&mut outcomes[own].explanation, candidate, certain, order[own], order[other]);
        }
    }
}

fn candidate(line: &Line, other: &Line, transfer: &OwnTransfer) -> Candidate {
    let piece = |mark, kind, sentence: String| Evidence { mark, kind, sentence, quote: String::new() };
    let when = match transfer.days {
        0 => "The same day".to_string(),
        days => format!("{} apart", days_text(days)),
    };
    let direction = if line.amount.is_negative() { "came to" } else { "left" };
    let mut evidence = vec![
        piece(
            Mark::Fits,
            EvidenceKind::Amount,
            format!("The same amount {direction} {}", quoted(&other.account)),
        ),
        piece(Mark::Fits, EvidenceKind::Time, when),
    ];
    if transfer.certain {
        let text = "The text says that it is a transfer of your own".to_string();
        evidence.insert(0, piece(Mark::Fits, EvidenceKind::Reference, text));
    }
    Candidate {
        target: Target::OwnLine(other.id.clone()),
        customer: String::new(),
        numbers: Vec::new(),
        open: line.amount,
        difference: Some(Money::zero(line.amount.currency())),
        evidence,
        strength: if transfer.certain { CERTAIN } else { POSSIBLE },
    }
}

fn add(explanation: &mut Explanation, candidate: Candidate, certain: bool, line: &Line, other: &Line) {
    let best = explanation.best.as_ref().map_or(0, |best| best.strength);
    if best >= candidate.strength {
        let at = explanation.alternatives.partition_point(|other| other.strength >= candidate.strength);
        explanation.alternatives.insert(at, candidate);
        explanation.alternatives.truncate(ALTERNATIVES);
        return;
    }
    let way = if line.amount.is_negative() { "to" } else { "from" };
    let account = quoted(&other.account);
    explanation.headline =
        if certain { format!("Transfer {way} {account}") } else { format!("A transfer {way} {account}?") };
    explanation.why_asked = match (certain, candidate.strength >= CERTAIN) {
        (true, _) => None,
        (false, true) => Some("Something else explains one of the two lines.".into()),
        (false, false) => Some("Only amount and day say that it is a transfer of your own.".into()),
    };
    explanation.state = if certain { State::Matched } else { State::Suggested };
    explanation.kind = Kind::Full;
    explanation.confidence = if certain { 95 } else { 25 };
    if let Some(former) = explanation.best.replace(candidate) {
        explanation.alternatives.insert(0, former);
        explanation.alternatives.truncate(ALTERNATIVES);
    }
}
