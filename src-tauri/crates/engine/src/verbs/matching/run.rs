//! A matching run: explains every open line, books what is certain, brings the queue up to date.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use purser_core::attention::{Attention, Severity};
use purser_core::matching::{Explanation, Kind, Outcome, State, Target, match_all, money_text};
use purser_core::text::{counted, one_line};
use purser_core::{Account, Money};
use purser_store::WriteTx;
use purser_store::tables::lines::{self, BankLine, LineState};
use purser_store::tables::{Conn, attention, rules};
use serde_json::json;

use super::facts::{self, Snapshot};
use super::{booked, desk, exchange, plan};
use crate::api::Caller;
use crate::api::types::*;
use crate::books::{Books, Moment};
use crate::error::ApiError;

/// Hours after which a line that nothing fits is an alarm (X11).
const ALARM_HOURS: i64 = 48;
/// With more open lines than this a single decision brings only its own line up to date.
const REFRESH_MAX: usize = 3000;
/// Who the audit names for what a run books.
const ACTOR: &str = "policy:matching";

/// Everything a run knows of the open lines.
struct Work {
    lines: Vec<BankLine>,
    outcomes: HashMap<String, Explanation>,
}

fn explain(snapshot: &Snapshot, open: Vec<BankLine>) -> Work {
    let read: Vec<_> = open.iter().map(facts::line).collect();
    let outcomes = match_all(&snapshot.book, &read, &snapshot.own_names, &|line, target| {
        snapshot.is_rejected(line, target)
    });
    let outcomes = outcomes.into_iter().map(|Outcome { line, explanation }| (line, explanation)).collect();
    Work { lines: open, outcomes }
}

/// `match_run`.
pub fn run(caller: &Caller<'_>, input: MatchRunInput) -> Result<MatchRun, ApiError> {
    run_books(&caller.books()?, input.apply)
}

/// Explains every open line; with `book_certain` what is certain is booked.
pub(crate) fn run_books(books: &Books, book_certain: bool) -> Result<MatchRun, ApiError> {
    let work = explain(&*facts::snapshot(books)?, books.read(|tx| Ok(lines::unexplained(tx)?))?);
    let results = books.read(|tx| {
        work.lines.iter().map(|line| result(tx, line, work.outcomes.get(&line.id))).collect::<Result<_, _>>()
    })?;
    let is_certain = !work.lines.is_empty() && book_certain;
    let booked = if is_certain { apply(books, work)? } else { 0 };
    refresh_all(books)?;
    Ok(MatchRun { results, booked })
}

/// Books what is certain: matches and own transfers in the one ranking that weighed them against each other, then
/// remembered payees. One transaction.
fn apply(books: &Books, work: Work) -> Result<u32, ApiError> {
    books.decide(ACTOR, move |tx, moment| {
        let mut count = 0;
        for line in &work.lines {
            let certain = work.outcomes.get(&line.id).filter(|e| e.state == State::Matched);
            let Some(best) = certain.and_then(|explanation| explanation.best.as_ref()) else { continue };
            // Both lines of a transfer say so; it is booked at the one that came in.
            let lines = match best.target {
                Target::OwnLine(_) if line.amount.is_negative() => continue,
                Target::OwnLine(_) => 2,
                _ => 1,
            };
            let choice = choice_of(&line.id, &best.target, &best.numbers);
            count += lines * u32::from(book(tx, moment, &choice)?);
        }
        for line in &work.lines {
            if !moves_our_own(work.outcomes.get(&line.id)) {
                count += u32::from(file_by_rule(tx, moment, &line.id)?);
            }
        }
        Ok(count)
    })
}

/// Whether a line may be money of ours on its way: a line of another account of ours or a refund has exactly its
/// amount. A remembered payee must not file that away unseen.
fn moves_our_own(explanation: Option<&Explanation>) -> bool {
    let best = explanation.and_then(|explanation| explanation.best.as_ref());
    best.is_some_and(|best| matches!(best.target, Target::OwnLine(_) | Target::InTransit(_)))
}

/// Books a certain choice; false where the books changed meanwhile and it no longer fits.
fn book(tx: &WriteTx<'_>, moment: &Moment, choice: &MatchChoice) -> Result<bool, ApiError> {
    match plan::plan(tx, choice) {
        Ok(plan) if plan.difference.is_zero() => {
            booked::book(tx, moment, &plan, "match.auto")?;
            Ok(true)
        }
        Ok(_) => Ok(false),
        Err(error) if error.code.starts_with("store") => Err(error),
        Err(error) => {
            tracing::info!(line = %choice.line, code = %error.code, "a certain match no longer fits");
            Ok(false)
        }
    }
}

fn file_by_rule(tx: &WriteTx<'_>, moment: &Moment, id: &str) -> Result<bool, ApiError> {
    let Some(line) = lines::by_id(tx, id)?.filter(|line| line.state.is_unexplained()) else {
        return Ok(false);
    };
    let Some(rule) = rules::find(tx, &line.payer, line.amount.is_negative())? else { return Ok(false) };
    booked::file(tx, moment, &line, &Account::new(&rule.account)?, Some(&rule.id))?;
    Ok(true)
}

fn choice(line: &str, kind: &str, targets: Vec<String>) -> MatchChoice {
    MatchChoice {
        line: line.to_owned(),
        kind: kind.to_owned(),
        targets,
        amounts: Vec::new(),
        difference: Difference::None,
        exchange: None,
    }
}

fn choice_of(line: &str, target: &Target, numbers: &[String]) -> MatchChoice {
    match target {
        Target::Invoices(_) => choice(line, "invoices", numbers.to_vec()),
        Target::Undeposited(id) => choice(line, "payment", vec![id.clone()]),
        Target::OwnLine(id) => choice(line, "transfer", vec![id.clone()]),
        Target::InTransit(id) => choice(line, "refund", vec![id.clone()]),
    }
}

/// Choices of the lines that wait for one nod.
pub(super) fn ready_choices(books: &Books) -> Result<Vec<MatchChoice>, ApiError> {
    let work = explain(&*facts::snapshot(books)?, books.read(|tx| Ok(lines::unexplained(tx)?))?);
    let ready = work.lines.iter().filter(|line| line.state == LineState::Ready);
    Ok(ready
        .filter_map(|line| {
            let explanation = work.outcomes.get(&line.id).filter(|explanation| explanation.is_ready())?;
            let best = explanation.best.as_ref()?;
            Some(choice_of(&line.id, &best.target, &best.numbers))
        })
        .collect())
}

/// The best explanation of one line.
pub(super) fn best_choice(books: &Books, id: &str) -> Result<MatchChoice, ApiError> {
    let snapshot = facts::snapshot(books)?;
    let line =
        books.read(|tx| Ok(lines::by_id(tx, id)?))?.ok_or_else(|| ApiError::unknown("transaction", id))?;
    let explanation = snapshot.book.explain(&facts::line(&line), &|target| snapshot.is_rejected(id, target));
    let best = explanation.best.ok_or_else(|| {
        ApiError::failed(
            "nothing_suggested",
            "Nothing is suggested for this line, so nothing can be refused.",
        )
    })?;
    Ok(choice_of(id, &best.target, &best.numbers))
}

/// Brings every open line up to date after a decision, where there are not too many of them.
pub(super) fn refresh(books: &Books) -> Result<(), ApiError> {
    let open = books.read(|tx| Ok(lines::unexplained_count(tx)?))?;
    if usize::try_from(open).unwrap_or(usize::MAX) > REFRESH_MAX {
        return Ok(());
    }
    refresh_all(books)
}

/// Brings one line up to date, and the others where there are not too many of them.
pub(super) fn refresh_line(books: &Books, id: &str) -> Result<(), ApiError> {
    let open = books.read(|tx| Ok(lines::unexplained_count(tx)?))?;
    if usize::try_from(open).unwrap_or(usize::MAX) <= REFRESH_MAX {
        return refresh_all(books);
    }
    let snapshot = facts::snapshot(books)?;
    let line = books.read(|tx| Ok(lines::by_id(tx, id)?))?;
    let Some(line) = line.filter(|line| line.state.is_unexplained()) else { return Ok(()) };
    let explanation = snapshot.book.explain(&facts::line(&line), &|target| snapshot.is_rejected(id, target));
    let outcomes = HashMap::from([(line.id.clone(), explanation)]);
    write_back(books, Work { lines: vec![line], outcomes })
}

fn refresh_all(books: &Books) -> Result<(), ApiError> {
    let work = explain(&*facts::snapshot(books)?, books.read(|tx| Ok(lines::unexplained(tx)?))?);
    write_back(books, work)
}

/// Writes state, headline and attention of lines whose explanation changed.
fn write_back(books: &Books, work: Work) -> Result<(), ApiError> {
    let fresh: Vec<(BankLine, LineState, String, Option<Explanation>)> = work
        .lines
        .into_iter()
        .map(|line| {
            let explanation = work.outcomes.get(&line.id).cloned();
            let ready = explanation.as_ref().is_some_and(Explanation::is_ready) && line.amount.is_positive();
            let headline = match &explanation {
                Some(explanation) if line.amount.is_positive() || explanation.best.is_some() => {
                    explanation.headline.clone()
                }
                _ => "Wants a category".to_owned(),
            };
            let state = if ready { LineState::Ready } else { LineState::Open };
            (line, state, headline, explanation)
        })
        .collect();
    let changed =
        fresh.iter().any(|(line, state, headline, _)| line.state != *state || line.headline != *headline);
    if !changed && books.read(outgoing_is_current)? {
        return Ok(());
    }
    books.ingest(ACTOR, move |tx, moment| {
        let mut touched = 0;
        for (line, state, headline, explanation) in &fresh {
            if line.state == *state && line.headline == *headline {
                continue;
            }
            // The line may have been booked since it was explained.
            let still_open = lines::by_id(tx, &line.id)?.is_some_and(|line| line.state.is_unexplained());
            if !still_open {
                continue;
            }
            touched += 1;
            lines::set_state(tx, &line.id, *state, headline, None)?;
            queue(tx, moment, line, *state, headline, explanation.as_ref())?;
        }
        queue_outgoing(tx, moment)?;
        tx.audit(moment.audit("match.explain", "lines", json!({"changed": touched})))?;
        Ok(())
    })
}

/// One item per line of money that came in and needs the founder.
fn queue(
    tx: &WriteTx<'_>,
    moment: &Moment,
    line: &BankLine,
    state: LineState,
    headline: &str,
    explanation: Option<&Explanation>,
) -> Result<(), ApiError> {
    let subject = booked::subject(&line.id);
    if state == LineState::Ready || !line.amount.is_positive() {
        attention::resolve(tx, &subject, None, moment.at)?;
        return Ok(());
    }
    let payer = one_line(&line.payer, 60);
    let who = match explanation.and_then(|e| e.best.as_ref()).map(|best| best.customer.as_str()) {
        Some(id) if !id.is_empty() => desk::customer_name(tx, id)?,
        _ => payer.clone(),
    };
    let kind = explanation.map_or(Kind::None, |explanation| explanation.kind);
    let gap = explanation
        .and_then(|e| e.best.as_ref())
        .and_then(|best| best.difference)
        .map(|d: Money| money_text(d.abs()));
    let title = match (kind, gap) {
        (Kind::Short | Kind::Partial, Some(gap)) => format!("{who} paid {gap} short"),
        (Kind::Over, Some(gap)) => format!("{who} paid {gap} too much"),
        (Kind::Duplicate, _) => format!("{who} paid the same invoice twice"),
        (Kind::Fx, _) => format!("{who} paid in another currency"),
        (Kind::None, _) if payer.is_empty() => "Transfer with no name and no reference".to_owned(),
        (Kind::None, _) => format!("Nothing fits the transfer from {payer}"),
        _ => format!("{who}: {headline}"),
    };
    let reason = match kind {
        Kind::None => memo_quoted(line),
        _ => explanation.and_then(|e| e.why_asked.clone()).unwrap_or_else(|| headline.to_owned()),
    };
    let since = midnight(line);
    let due = (kind == Kind::None).then(|| since + Duration::hours(ALARM_HOURS));
    let item = Attention {
        kind: if kind == Kind::None { "unmatched_line" } else { "match_line" }.to_owned(),
        subject: subject.clone(),
        severity: if kind == Kind::None { Severity::High } else { Severity::Medium },
        title: one_line(&title, 160),
        reason: one_line(&reason, 300),
        amount: Some(line.amount),
        since,
        due,
        actions: ["confirm", "reject", "file", "snooze"].map(str::to_owned).to_vec(),
        route: format!("/money-in/match/{}", line.id),
    };
    let other = if kind == Kind::None { "match_line" } else { "unmatched_line" };
    attention::resolve(tx, &subject, Some(other), moment.at)?;
    attention::raise(tx, &moment.id(), &item)?;
    Ok(())
}

/// The bank's own words: where nothing fits they are all that there is to go by.
fn memo_quoted(line: &BankLine) -> String {
    let memo = one_line(&line.description, 120);
    if memo.is_empty() { "The bank wrote no memo".to_owned() } else { format!("“{memo}”") }
}

fn midnight(line: &BankLine) -> DateTime<Utc> {
    line.occurred_on.and_time(chrono::NaiveTime::MIN).and_utc()
}

/// Whether the queue counts the payments out as they are.
fn outgoing_is_current(tx: &purser_store::ReadTx<'_>) -> Result<bool, ApiError> {
    let (count, _) = lines::outgoing_unexplained(tx)?;
    let title = attention::title_of(tx, "lines:out", "file_lines")?;
    Ok(title == (count > 0).then(|| outgoing_title(count)))
}

fn outgoing_title(count: i64) -> String {
    counted(count, "payment out wants a category", "payments out want a category")
}

/// Money that left is one item together: filing is routine, not many decisions.
fn queue_outgoing(tx: &WriteTx<'_>, moment: &Moment) -> Result<(), ApiError> {
    let (count, sums) = lines::outgoing_unexplained(tx)?;
    if count == 0 {
        attention::resolve(tx, "lines:out", None, moment.at)?;
        return Ok(());
    }
    let base = moment.profile.currency;
    let amount = sums.into_iter().find(|sum| sum.currency() == base);
    let title = outgoing_title(count);
    let item = Attention {
        kind: "file_lines".to_owned(),
        subject: "lines:out".to_owned(),
        severity: Severity::Low,
        title,
        reason: "File each once; Purser remembers the payee".to_owned(),
        amount: amount.map(|sum| sum.abs()),
        since: moment.at,
        due: None,
        actions: vec!["file".to_owned()],
        route: "/money-in/match".to_owned(),
    };
    attention::raise(tx, &moment.id(), &item)?;
    Ok(())
}

/// A line of `purser match --json`.
fn result(conn: &Conn, line: &BankLine, explanation: Option<&Explanation>) -> Result<MatchResult, ApiError> {
    let best = explanation.and_then(|explanation| explanation.best.as_ref());
    let invoices = |candidate: &purser_core::matching::Candidate| match candidate.target {
        Target::Invoices(_) => candidate.numbers.clone(),
        _ => Vec::new(),
    };
    let zero = Money::zero(line.amount.currency());
    let confidence = explanation.map_or(0, |explanation| explanation.confidence);
    let mut reasons: Vec<String> = best
        .map(|best| {
            best.evidence.iter().map(|piece| format!("{}: {}", piece.kind.as_str(), piece.sentence)).collect()
        })
        .unwrap_or_default();
    let proposed = match (explanation.map(|explanation| explanation.kind), best) {
        (Some(Kind::Fx), Some(best)) => exchange::proposed(conn, line, best.open)?,
        _ => None,
    };
    reasons.extend(proposed.as_ref().map(|proposed| format!("Rate: {}", proposed.sentence)));
    reasons.extend(explanation.and_then(|explanation| explanation.why_asked.clone()));
    let difference = best.and_then(|best| best.difference).unwrap_or(zero);
    Ok(MatchResult {
        transaction: line.id.clone(),
        state: explanation.map_or("unmatched", |explanation| explanation.state.as_str()).to_owned(),
        invoices: best.map(invoices).unwrap_or_default(),
        confidence: format!("{}.{:02}", confidence / 100, confidence % 100),
        reasons,
        alternatives: explanation
            .map(|e| e.alternatives.iter().map(invoices).filter(|list| !list.is_empty()).collect())
            .unwrap_or_default(),
        difference: proposed.map_or(difference, |proposed| proposed.difference).decimal(),
        kind: explanation.map_or("none", |explanation| explanation.kind.as_str()).to_owned(),
    })
}
