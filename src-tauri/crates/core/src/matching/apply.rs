//! Cash application over many lines: what one line settles is gone for the next.
//!
//! Lines are not worked off one after the other, because then the first would win. Each round
//! explains every line in the same view of the books, collects what the lines may settle without
//! asking, and settles what only one line claims. Two lines that explain one invoice equally well
//! both ask; a reference beats a name. Rounds repeat for the lines that looked at what was settled,
//! until nothing changes. So the result cannot depend on the order of the lines.

use std::collections::{BTreeMap, BTreeSet};

use super::book::Book;
use super::candidates::Spent;
use super::cases::{Claimed, Reading};
use super::decide::Ground;
use super::explain::Weighed;
use super::facts::Line;
use super::words::{day_text, list_text};
use super::{Explanation, Kind, Target, transfer};

/// A line's explanation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The line's id.
    pub line: String,
    /// What it pays, and why.
    pub explanation: Explanation,
}

struct Work<'a> {
    reading: Reading<'a>,
    weighed: Weighed,
    settled: bool,
    /// What it claimed when another line claimed the same; empty while nobody did.
    contested: Vec<Claimed>,
}

/// Explains many lines together; the answers come by date and id.
///
/// `own_names` are the company's own names, for transfers between own accounts. `rejected` says for a
/// line's id which targets the founder refused.
pub fn match_all(
    book: &Book,
    lines: &[Line],
    own_names: &[String],
    rejected: &dyn Fn(&str, &Target) -> bool,
) -> Vec<Outcome> {
    let mut order: Vec<&Line> = lines.iter().collect();
    order.sort_by(|a, b| a.place().cmp(&b.place()));
    let mut spent = Spent::default();
    let mut work: Vec<Work<'_>> = order
        .iter()
        .map(|line| {
            let reading = Reading::new(book, line);
            let weighed = book.weigh(&reading, &spent, &|target| rejected(&line.id, target));
            Work { reading, weighed, settled: false, contested: Vec::new() }
        })
        .collect();
    let mut blocked: BTreeSet<Claimed> = BTreeSet::new();
    loop {
        let round = Round::of(&work, &mut blocked);
        if round.winners.is_empty() && round.contested.is_empty() {
            break;
        }
        for at in &round.contested {
            work[*at].contested = claims(&work[*at]);
        }
        for at in &round.winners {
            let day = work[*at].reading.line.date;
            for claimed in claims(&work[*at]) {
                spend(&mut spent, claimed, day);
            }
            work[*at].settled = true;
        }
        for work in work.iter_mut().filter(|w| !w.settled) {
            if work.weighed.looked_at.iter().any(|claimed| round.settled.contains(claimed)) {
                let line = work.reading.line;
                work.weighed = book.weigh(&work.reading, &spent, &|target| rejected(&line.id, target));
            }
            if !work.contested.is_empty() {
                work.weighed.contest();
            }
        }
    }
    let mut outcomes: Vec<Outcome> = work
        .iter()
        .map(|work| Outcome {
            line: work.reading.line.id.clone(),
            explanation: book.told(&work.reading, &work.weighed),
        })
        .collect();
    say_contests(&work, &mut outcomes);
    transfer::add_transfers(&order, &mut outcomes, own_names, rejected);
    outcomes
}

/// What one round decides.
#[derive(Default)]
struct Round {
    winners: BTreeSet<usize>,
    contested: BTreeSet<usize>,
    settled: BTreeSet<Claimed>,
}

impl Round {
    /// A line wins if nobody claims any of what it claims on as good a ground. What is contested stays
    /// so: a weaker claim must not profit from the quarrel of two better ones.
    fn of(work: &[Work<'_>], blocked: &mut BTreeSet<Claimed>) -> Round {
        let claimants: Vec<(usize, Ground, Vec<Claimed>)> = work
            .iter()
            .enumerate()
            .filter(|(_, w)| !w.settled)
            .filter_map(|(at, w)| {
                let (subject, ground) = w.weighed.claim()?;
                Some((at, ground, subject.claims()))
            })
            .collect();
        let mut round = Round::default();
        let mut losers: BTreeSet<usize> = BTreeSet::new();
        // A contest can reach further: a line that loses one of two invoices drags the other in.
        loop {
            let before = (round.contested.len(), losers.len());
            let mut wanted: BTreeMap<Claimed, Vec<(usize, Ground)>> = BTreeMap::new();
            for (at, ground, claims) in &claimants {
                if claims.iter().any(|claimed| blocked.contains(claimed)) {
                    round.contested.insert(*at);
                }
                for claimed in claims {
                    wanted.entry(*claimed).or_default().push((*at, *ground));
                }
            }
            for claims in wanted.values() {
                let top = claims.iter().map(|(_, ground)| *ground).max();
                let holders = claims.iter().filter(|(_, ground)| Some(*ground) == top).count();
                for (at, ground) in claims {
                    if Some(*ground) == top && holders > 1 {
                        round.contested.insert(*at);
                    } else if Some(*ground) != top {
                        losers.insert(*at);
                    }
                }
            }
            for (_, _, claims) in claimants.iter().filter(|(at, ..)| round.contested.contains(at)) {
                blocked.extend(claims);
            }
            if before == (round.contested.len(), losers.len()) {
                break;
            }
        }
        for (at, _, claims) in &claimants {
            if !losers.contains(at) && !round.contested.contains(at) {
                round.winners.insert(*at);
                round.settled.extend(claims);
            }
        }
        round
    }
}

fn claims(work: &Work<'_>) -> Vec<Claimed> {
    work.weighed.claim().map(|(subject, _)| subject.claims()).unwrap_or_default()
}

fn spend(spent: &mut Spent, claimed: Claimed, day: chrono::NaiveDate) {
    match claimed {
        Claimed::Invoice(at) => {
            spent.invoices.insert(at, day);
        }
        Claimed::Recorded(at) => {
            spent.undeposited.insert(at);
        }
        Claimed::Transit(at) => {
            spent.in_transit.insert(at);
        }
    }
}

/// Says of contested lines which other line wants the same; the later ones look like second payments.
fn say_contests(work: &[Work<'_>], outcomes: &mut [Outcome]) {
    let mut rivals: BTreeMap<Claimed, Vec<usize>> = BTreeMap::new();
    for (at, work) in work.iter().enumerate() {
        for claimed in &work.contested {
            rivals.entry(*claimed).or_default().push(at);
        }
    }
    let days: Vec<chrono::NaiveDate> = work.iter().map(|w| w.reading.line.date).collect();
    for (at, work) in work.iter().enumerate().filter(|(_, w)| !w.contested.is_empty()) {
        let others: BTreeSet<usize> = work
            .contested
            .iter()
            .filter_map(|c| rivals.get(c))
            .flatten()
            .copied()
            .filter(|o| *o != at)
            .collect();
        let explanation = &mut outcomes[at].explanation;
        let (Some(other), Some(best)) = (others.first(), &explanation.best) else { continue };
        let what = list_text(&best.numbers);
        let day = day_text(days[*other], days[at]);
        if *other < at && explanation.kind == Kind::Full {
            explanation.kind = Kind::Duplicate;
            explanation.headline = format!("The line of {day} pays {what} as well. Second payment?");
        }
        explanation.why_asked = Some(format!("The line of {day} explains {what} as well."));
    }
}
