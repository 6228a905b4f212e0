//! The desk of one line: what came in, why the founder is asked, what it may pay.

use chrono::NaiveDate;
use purser_core::Money;
use purser_core::matching::{Candidate as Found, Explanation, Kind, Mark as Fit, Target, money_text};
use purser_store::tables::lines::{self, BankLine, LineState};
use purser_store::tables::{Conn, allocations, batches, customers, facts as raw, invoices, payments, rules};

use super::{exchange, facts};
use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

/// Days after which an unexplained line is an alarm (X11).
const ALARM_DAYS: i64 = 2;

/// A line as a row of the list.
pub(super) fn row(line: &BankLine, today: NaiveDate) -> LineRow {
    let state = match line.state {
        LineState::Open => "open",
        LineState::Ready => "ready",
        LineState::Matched => "booked",
        LineState::Filed => "filed",
        LineState::Transfer => "transfer",
        LineState::Undone => "undone",
    };
    let waits = line.state == LineState::Open && line.amount.is_positive();
    LineRow {
        key: line.key,
        id: line.id.clone(),
        payer: purser_core::text::one_line(&line.payer, 200),
        description: purser_core::text::one_line(&line.description, 1000),
        date: line.occurred_on.to_string(),
        amount: line.amount.into(),
        account: line.account_name.clone(),
        state: state.to_owned(),
        headline: if line.state.is_unexplained() { line.headline.clone() } else { line.booked_as.clone() },
        alarm: waits && (today - line.occurred_on).num_days() >= ALARM_DAYS,
    }
}

/// `match_line`.
pub fn line(caller: &Caller<'_>, input: ById) -> Result<MatchDesk, ApiError> {
    let books = caller.books()?;
    let today = books.today()?;
    let snapshot = facts::snapshot(&books)?;
    books.read(|tx| {
        let line = lines::by_id(tx, &input.id)?.ok_or_else(|| ApiError::unknown("transaction", &input.id))?;
        let payload = raw::payload(tx, line.fact)?.unwrap_or_default();
        let mut desk = MatchDesk {
            line: row(&line, today),
            raw: purser_core::text::visible(&String::from_utf8_lossy(&payload)),
            why_asked: String::new(),
            candidates: Vec::new(),
            booked: None,
            rule_account: None,
        };
        if !line.state.is_unexplained() {
            desk.booked = Some(booked(tx, &line)?);
            return Ok(desk);
        }
        let explanation = snapshot.book.explain(&facts::line(&line), &|t| snapshot.is_rejected(&line.id, t));
        let mut candidates = found(tx, &line, &explanation)?;
        candidates.extend(transfers(tx, &line, &snapshot)?);
        candidates.truncate(5);
        for (place, candidate) in candidates.iter_mut().enumerate() {
            candidate.key = (place + 1).to_string();
        }
        desk.why_asked = why(&line, &explanation, &candidates);
        desk.candidates = candidates;
        let rule = rules::find(tx, &line.payer, line.amount.is_negative())?;
        desk.rule_account = rule.map(|rule| rule.account);
        Ok(desk)
    })
}

fn why(line: &BankLine, explanation: &Explanation, candidates: &[Candidate]) -> String {
    match &explanation.why_asked {
        // An invoice is never looked for: what is missing is what it was for.
        _ if candidates.is_empty() && line.amount.is_negative() => {
            "Money that left wants a category; the payee is not known yet.".to_owned()
        }
        Some(why) => why.clone(),
        None if candidates.is_empty() => "Nothing fits.".to_owned(),
        None => "It came after the last matching run.".to_owned(),
    }
}

fn found(conn: &Conn, line: &BankLine, explanation: &Explanation) -> Result<Vec<Candidate>, ApiError> {
    let all = explanation.best.iter().chain(&explanation.alternatives);
    all.map(|found| candidate(conn, line, found, explanation.kind)).collect()
}

fn candidate(conn: &Conn, line: &BankLine, found: &Found, kind: Kind) -> Result<Candidate, ApiError> {
    let (kind_word, title, sub, targets) = describe(conn, found)?;
    let zero = Money::zero(line.amount.currency());
    let proposed = match kind {
        Kind::Fx => exchange::proposed(conn, line, found.open)?,
        _ => None,
    };
    let difference = proposed.as_ref().map_or(found.difference.unwrap_or(zero), |p| p.difference);
    let credit = match &found.target {
        Target::Invoices(_) if !found.customer.is_empty() => {
            let credit = crate::approvals::credit_free(conn, &found.customer, difference)?;
            credit.is_positive().then_some(credit)
        }
        _ => None,
    };
    let mut choices = Vec::new();
    if matches!(found.target, Target::Invoices(_)) {
        let first = if kind == Kind::Fx { Difference::Fx } else { Difference::Fee };
        if difference.is_negative() {
            choices = vec![first, Difference::Ask, Difference::Open];
            if credit.is_some() {
                choices.push(Difference::Credit);
            }
        } else if difference.is_positive() {
            choices = vec![Difference::Over];
            if kind == Kind::Fx {
                choices.push(Difference::Fx);
            }
        }
    }
    let mut evidence: Vec<Evidence> = found.evidence.iter().map(evidence_line).collect();
    if let Some(proposed) = &proposed {
        match evidence.iter_mut().find(|piece| piece.kind == "Amount") {
            Some(piece) => *piece = proposed.evidence(),
            None => evidence.push(proposed.evidence()),
        }
    }
    Ok(Candidate {
        key: String::new(),
        kind: kind_word.to_owned(),
        title,
        sub,
        open: found.open.into(),
        difference: difference.into(),
        targets,
        evidence,
        choices,
        credit: credit.map(Amount::from),
        exchange: proposed.map(|proposed| proposed.on_the_wire),
    })
}

fn evidence_line(piece: &purser_core::matching::Evidence) -> Evidence {
    Evidence {
        mark: match piece.mark {
            Fit::Fits => Mark::Fits,
            Fit::Partly => Mark::Partly,
            Fit::Not => Mark::Not,
        },
        kind: piece.kind.as_str().to_owned(),
        sentence: piece.sentence.clone(),
        quote: piece.quote.clone(),
        route: String::new(),
    }
}

/// Kind, title, second line and targets of a candidate.
fn describe(conn: &Conn, found: &Found) -> Result<(&'static str, String, String, Vec<String>), ApiError> {
    Ok(match &found.target {
        Target::Invoices(ids) => {
            let mut names = String::new();
            let mut subs = Vec::new();
            let mut numbers = Vec::new();
            for id in ids {
                let Some(invoice) = invoices::by_id(conn, id)? else { continue };
                names.clone_from(&invoice.customer_name);
                subs.push(format!("{}, due {}", invoice.shown(), invoice.due.format("%-d %b")));
                numbers.push(invoice.shown().to_owned());
            }
            ("invoices", names, subs.join(" · "), numbers)
        }
        Target::Undeposited(id) => match payments::by_number(conn, id)? {
            Some(payment) => {
                let sub = format!("{}, recorded {}", payment.number, payment.received_on.format("%-d %b"));
                ("payment", payment.customer_name, sub, vec![payment.number])
            }
            None => ("payment", String::new(), String::new(), Vec::new()),
        },
        Target::OwnLine(id) => ("transfer", "Own transfer".to_owned(), id.clone(), vec![id.clone()]),
        Target::InTransit(id) => match batches::item(conn, id)? {
            Some(item) => ("refund", item.payee_name, item.text, vec![item.id]),
            None => ("refund", format!("Payout {id}"), "on its way to the bank".to_owned(), vec![id.clone()]),
        },
    })
}

/// The other sides of a transfer between own accounts.
fn transfers(conn: &Conn, line: &BankLine, snapshot: &facts::Snapshot) -> Result<Vec<Candidate>, ApiError> {
    let partners = lines::opposite(conn, line, 20)?;
    let all: Vec<_> = partners.iter().chain(std::iter::once(line)).map(facts::line).collect();
    let mut candidates = Vec::new();
    for pair in purser_core::matching::own_transfers(&all, &snapshot.own_names) {
        let other = if pair.into == line.id { &pair.out } else { &pair.into };
        let is_ours = pair.into == line.id || pair.out == line.id;
        let target = Target::OwnLine(other.clone());
        let Some(partner) = partners.iter().find(|partner| partner.id == *other) else { continue };
        if !is_ours || snapshot.is_rejected(&line.id, &target) {
            continue;
        }
        candidates.push(Candidate {
            key: String::new(),
            kind: "transfer".to_owned(),
            title: format!("Own transfer with {}", partner.account_name),
            sub: format!("{} on {}", money_text(partner.amount), partner.occurred_on.format("%-d %b")),
            open: line.amount.into(),
            difference: Money::zero(line.amount.currency()).into(),
            targets: vec![partner.id.clone()],
            evidence: vec![
                evidence(
                    Mark::Fits,
                    "Amount",
                    format!("Exactly the opposite amount in {}", partner.account_name),
                ),
                evidence(Mark::Fits, "Time", days_words(pair.days)),
            ],
            choices: Vec::new(),
            credit: None,
            exchange: None,
        });
    }
    Ok(candidates)
}

fn days_words(days: i64) -> String {
    match days {
        0 => "The same day".to_owned(),
        1 => "One day later".to_owned(),
        days if days < 0 => "It arrived a day before it left, by the banks’ dates".to_owned(),
        days => format!("{days} days later"),
    }
}

fn evidence(mark: Mark, kind: &str, sentence: String) -> Evidence {
    Evidence { mark, kind: kind.to_owned(), sentence, quote: String::new(), route: String::new() }
}

fn booked(conn: &Conn, line: &BankLine) -> Result<BookedLine, ApiError> {
    let mut entries: Vec<i64> =
        allocations::of_funds(conn, "line", &line.id)?.iter().map(|row| row.entry).collect();
    entries.extend(lines::bookings(conn, &line.id)?.iter().map(|booking| booking.entry));
    entries.sort_unstable();
    let by = line.decided_by.clone().unwrap_or_default();
    Ok(BookedLine {
        text: line.booked_as.clone(),
        by: crate::verbs::who(&by),
        at: line.decided_at.clone().unwrap_or_default(),
        undoable: line.state != LineState::Undone && !entries.is_empty(),
        entries,
    })
}

/// The customer's name of a candidate, for titles.
pub(super) fn customer_name(conn: &Conn, id: &str) -> Result<String, ApiError> {
    Ok(customers::named(conn, id)?.pop().map(|customer| customer.name).unwrap_or_default())
}
