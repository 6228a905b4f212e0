//! Bank lines and what they pay (MI-30, MI-33, MI-34).

mod booked;
mod desk;
mod exchange;
mod facts;
mod plan;
mod run;
mod words;

use chrono::Duration;
use purser_core::matching::Target;
use purser_core::{Currency, Money};
use purser_store::tables::lines::{self, BankLine, LineState};
use purser_store::tables::{batches, customers, invoices, payments, rules};
use purser_store::{ReadTx, WriteTx};
use serde_json::json;

use crate::api::Caller;
use crate::api::types::*;
use crate::books::{Books, Moment, stamp};
use crate::error::ApiError;
use crate::profile::Profile;

pub(crate) use booked::{credit_is_there, take_back};
pub use desk::line;
pub use facts::Cache;
pub use run::run;
pub(crate) use run::run_books;

/// Days for which booked lines stay in the list.
const BOOKED_DAYS: i64 = 7;
/// Most booked lines in the list.
const BOOKED_MAX: i64 = 500;

/// `match_index`.
pub fn index(caller: &Caller<'_>, input: ByText) -> Result<MatchIndex, ApiError> {
    let books = caller.books()?;
    let since = stamp(books.clock.now() - Duration::days(BOOKED_DAYS));
    books.read(|tx| {
        let base = Profile::load(tx)?.currency;
        let wanted = |keys: Vec<(i64, i64, String)>| filtered(tx, keys, &input.text);
        let needs = wanted(lines::index(tx, LineState::Open)?)?;
        let ready = wanted(lines::index(tx, LineState::Ready)?)?;
        let booked: Vec<BankLine> = lines::decided_since(tx, &since, BOOKED_MAX)?
            .into_iter()
            .filter(|line| line.decided_by.as_deref().is_some_and(|by| !by.starts_with("founder")))
            .filter(|line| fits(line, &input.text))
            .collect();
        let came =
            booked.iter().filter(|l| l.amount.currency() == base && l.amount.is_positive()).map(|l| l.amount);
        Ok(MatchIndex {
            needs_you_sum: incoming(&needs, base).into(),
            needs_you: needs.into_iter().map(|(key, _, _)| key).collect(),
            ready: ready.into_iter().map(|(key, _, _)| key).collect(),
            booked_sum: Money::sum(came, base)?.into(),
            booked: booked.iter().map(|line| line.key).collect(),
        })
    })
}

/// What came in, in the base currency.
fn incoming(rows: &[(i64, i64, String)], base: Currency) -> Money {
    let minor = rows
        .iter()
        .filter(|(_, amount, code)| *amount > 0 && code == base.code())
        .map(|row| i128::from(row.1));
    Money::new(minor.sum(), base)
}

/// Rows whose line fits the text. Without text nothing has to be read.
fn filtered(
    tx: &ReadTx<'_>,
    rows: Vec<(i64, i64, String)>,
    text: &str,
) -> Result<Vec<(i64, i64, String)>, ApiError> {
    if text.trim().is_empty() {
        return Ok(rows);
    }
    let mut kept = Vec::new();
    for chunk in rows.chunks(crate::verbs::PAGE_ROWS) {
        let keys: Vec<i64> = chunk.iter().map(|row| row.0).collect();
        let found = lines::by_keys(tx, &keys)?;
        kept.extend(
            chunk
                .iter()
                .filter(|row| found.iter().any(|line| line.key == row.0 && fits(line, text)))
                .cloned(),
        );
    }
    Ok(kept)
}

fn fits(line: &BankLine, text: &str) -> bool {
    let text = text.trim().to_lowercase();
    let amount = text.replace([',', '$', '€', '£', ' '], "");
    text.is_empty()
        || line.payer.to_lowercase().contains(&text)
        || line.description.to_lowercase().contains(&text)
        || line.id.to_lowercase().contains(&text)
        || line.occurred_on.to_string().contains(&text)
        || (!amount.is_empty() && line.amount.abs().decimal().starts_with(&amount))
}

/// `match_rows`.
pub fn rows(caller: &Caller<'_>, input: ByKeys) -> Result<Vec<LineRow>, ApiError> {
    let keys = crate::verbs::page(&input.keys)?;
    let books = caller.books()?;
    let today = books.today()?;
    books.read(|tx| Ok(lines::by_keys(tx, keys)?.iter().map(|line| desk::row(line, today)).collect()))
}

/// `match_preview`.
pub fn preview(caller: &Caller<'_>, input: MatchChoice) -> Result<MatchPreview, ApiError> {
    caller.books()?.read(|tx| match plan::plan(tx, &input) {
        Ok(plan) => plan.preview(),
        Err(error) => {
            let line = lines::by_id(tx, &input.line)?
                .ok_or_else(|| ApiError::unknown("transaction", &input.line))?;
            let zero = Amount::from(Money::zero(line.amount.currency()));
            Ok(MatchPreview {
                received: line.amount.into(),
                open: zero.clone(),
                difference: zero,
                postings: Vec::new(),
                then: Vec::new(),
                button: String::new(),
                problem: Some(error.message),
            })
        }
    })
}

/// Books a founder's choice and offers to take it back.
fn confirm_in(tx: &WriteTx<'_>, moment: &Moment, choice: &MatchChoice) -> Result<(String, String), ApiError> {
    let plan = plan::plan(tx, choice)?;
    booked::book(tx, moment, &plan, "match.confirm")?;
    booked::learn(tx, moment, &plan)?;
    let say = format!("{}.", plan.booked_as());
    let undo = moment.offer_undo(tx, &json!({"kind": "match", "id": choice.line}), &say)?;
    Ok((say, undo))
}

fn done(books: &Books, (say, undo): (String, String)) -> Done {
    Done { sequence: books.store.sequence(), say, undo: Some(undo) }
}

/// `match_confirm`.
pub fn confirm(caller: &Caller<'_>, input: MatchChoice) -> Result<Done, ApiError> {
    let books = caller.books()?;
    let answer = books.decide(&caller.actor, move |tx, moment| confirm_in(tx, moment, &input))?;
    run::refresh(&books)?;
    Ok(done(&books, answer))
}

/// `match_confirm_ready`: one nod for every line that has one good explanation.
pub fn confirm_ready(caller: &Caller<'_>, _input: Nothing) -> Result<Done, ApiError> {
    let books = caller.books()?;
    let choices = run::ready_choices(&books)?;
    let count = choices.len();
    books.decide(&caller.actor, move |tx, moment| {
        for choice in &choices {
            confirm_in(tx, moment, choice)?;
        }
        Ok(())
    })?;
    run::refresh(&books)?;
    let say = if count == 1 { "Booked 1 line.".to_owned() } else { format!("Booked {count} lines.") };
    Ok(Done { sequence: books.store.sequence(), say, undo: None })
}

/// `match_reject`: this pairing never comes back. Without targets the best explanation is meant.
pub fn reject(caller: &Caller<'_>, input: MatchChoice) -> Result<Done, ApiError> {
    let books = caller.books()?;
    let choice = match input.targets.is_empty() {
        true => run::best_choice(&books, &input.line)?,
        false => input,
    };
    let line = choice.line.clone();
    let answer = books.decide(&caller.actor, move |tx, moment| {
        let target = target_of(tx, &choice)?;
        lines::reject(tx, &choice.line, &facts::target_key(&target), &moment.stamp())?;
        let detail = json!({"kind": choice.kind, "targets": choice.targets});
        tx.audit(moment.audit("match.reject", booked::subject(&choice.line), detail))?;
        let say = format!("Not {}.", choice.targets.join(", "));
        let undo = moment.offer_undo(tx, &json!({"kind": "match_reject", "id": choice.line}), &say)?;
        Ok((say, undo))
    })?;
    run::refresh_line(&books, &line)?;
    Ok(done(&books, answer))
}

fn target_of(tx: &WriteTx<'_>, choice: &MatchChoice) -> Result<Target, ApiError> {
    let first = choice.targets.first().cloned().unwrap_or_default();
    Ok(match choice.kind.as_str() {
        "payment" => {
            let payment =
                payments::by_number(tx, &first)?.ok_or_else(|| ApiError::unknown("payment", &first))?;
            Target::Undeposited(payment.id)
        }
        "transfer" => Target::OwnLine(first),
        "refund" => {
            batches::item(tx, &first)?.ok_or_else(|| ApiError::unknown("payment", &first))?;
            Target::InTransit(first)
        }
        _ => {
            let mut found = Vec::with_capacity(choice.targets.len());
            for number in &choice.targets {
                let invoice =
                    invoices::by_number(tx, number)?.ok_or_else(|| ApiError::unknown("invoice", number))?;
                found.push((invoice.due, invoice.shown().to_owned(), invoice.id));
            }
            found.sort();
            Target::Invoices(found.into_iter().map(|(_, _, id)| id).collect())
        }
    })
}

/// Forgets what the founder refused for a line.
pub(crate) fn take_back_rejection(tx: &WriteTx<'_>, moment: &Moment, line: &str) -> Result<String, ApiError> {
    lines::forget_rejections(tx, line)?;
    tx.audit(moment.audit("match.reject_undo", booked::subject(line), json!({})))?;
    Ok("The line asks again.".to_owned())
}

/// `match_undo`.
pub fn undo_line(caller: &Caller<'_>, input: ById) -> Result<Done, ApiError> {
    let books = caller.books()?;
    let line = input.id.clone();
    let say = books.decide(&caller.actor, move |tx, moment| take_back(tx, moment, &input.id))?;
    run::refresh_line(&books, &line)?;
    Ok(Done { sequence: books.store.sequence(), say, undo: None })
}

/// Brings lines up to date after something was taken back.
pub(crate) fn refresh(books: &Books) -> Result<(), ApiError> {
    run::refresh(books)
}

fn unexplained(tx: &WriteTx<'_>, id: &str) -> Result<BankLine, ApiError> {
    let line = lines::by_id(tx, id)?.ok_or_else(|| ApiError::unknown("transaction", id))?;
    if line.state.is_unexplained() {
        return Ok(line);
    }
    Err(ApiError::failed(
        "line_booked",
        format!("This line is booked already: {}. Undo that first.", line.booked_as),
    ))
}

/// `match_file`.
pub fn file(caller: &Caller<'_>, input: FileLine) -> Result<Done, ApiError> {
    let books = caller.books()?;
    let answer = books.decide(&caller.actor, move |tx, moment| {
        let account = super::ledger::check_category(tx, &input.account)?;
        let line = unexplained(tx, &input.line)?;
        let say = booked::file(tx, moment, &line, &account, None)?;
        if input.remember {
            let outgoing = line.amount.is_negative();
            let since = moment.today().to_string();
            rules::remember(tx, &moment.id(), &line.payer, outgoing, account.as_str(), &since)?;
        }
        let undo = moment.offer_undo(tx, &json!({"kind": "match", "id": line.id}), &say)?;
        Ok((format!("{say}."), undo))
    })?;
    Ok(done(&books, answer))
}

/// `match_credit`.
pub fn credit(caller: &Caller<'_>, input: CreditLine) -> Result<Done, ApiError> {
    let books = caller.books()?;
    let answer = books.decide(&caller.actor, move |tx, moment| {
        let line = unexplained(tx, &input.line)?;
        if !line.amount.is_positive() {
            return Err(ApiError::usage("money_out", "Money that left is no customer's credit."));
        }
        let customer = customers::named(tx, &input.customer)?
            .pop()
            .ok_or_else(|| ApiError::unknown("customer", &input.customer))?;
        let say = booked::credit(tx, moment, &line, &customer)?;
        let undo = moment.offer_undo(tx, &json!({"kind": "match", "id": line.id}), &say)?;
        Ok((format!("{say}."), undo))
    })?;
    Ok(done(&books, answer))
}
