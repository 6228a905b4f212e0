//! The frame of the window, the queue, and the Today screen.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use purser_core::attention::{self as queue, DONE};
use purser_core::schedule::RunState;
use purser_core::text::{grouped, one_line, visible};
use purser_core::{Currency, Money};
use purser_store::tables::attention::{self, Queued};
use purser_store::tables::invoices::{self, Invoice};
use purser_store::tables::{accounts, job_runs, ledger, lines, settings};
use purser_store::{ReadTx, WriteTx};

use crate::api::Caller;
use crate::api::types::*;
use crate::approvals::{paused_since, view};
use crate::books::{Moment, stamp};
use crate::error::ApiError;
use crate::jobs::Scheduler;
use crate::profile::Profile;
use crate::verbs::ledger::day_words;

/// Seconds that one decision takes, for the estimate.
const DECISION_SECONDS: usize = 30;
/// Days of the cash line.
const CASH_DAYS: i64 = 90;

/// `status`: what every screen shows.
pub fn status(caller: &Caller<'_>, _input: Nothing) -> Result<Status, ApiError> {
    let books = caller.books()?;
    let now = books.clock.now();
    let sequence = books.store.sequence();
    books.read(|tx| {
        let profile = Profile::load(tx)?;
        let decisions = attention::queue(tx, now)?;
        let verified: Option<serde_json::Value> = settings::get(tx, "verify.last")?;
        let text = |key: &str| {
            verified.as_ref().and_then(|v| v.get(key)).and_then(|v| v.as_str()).map(str::to_owned)
        };
        Ok(Status {
            company: profile.name.clone(),
            demo: profile.demo,
            currency: profile.currency.code().to_owned(),
            zone: profile.zone.name().to_owned(),
            today: profile.day(now).to_string(),
            counts: counts(&decisions),
            outbox_queued: view::waiting(tx)?,
            leaving: view::leaving(tx, now)?,
            verified_at: text("at"),
            verify_problem: text("problem"),
            backup_at: settings::get(tx, "backup.last")?,
            paused_since: paused_since(tx)?.map(stamp),
            imported_at: settings::get(tx, "import.last")?,
            sequence,
        })
    })
}

fn counts(decisions: &[Queued]) -> Counts {
    let count = |prefix: &str| {
        u32::try_from(decisions.iter().filter(|d| d.item.route.starts_with(prefix)).count())
            .unwrap_or(u32::MAX)
    };
    Counts {
        today: u32::try_from(decisions.len()).unwrap_or(u32::MAX),
        matching: count("/money-in/match"),
        payments: count("/money-in/payments"),
        cards: count("/money-in/cards"),
        payouts: count("/payouts"),
        outbox: count("/automations/outbox"),
        jobs: count("/automations/jobs"),
        settings: count("/settings"),
    }
}

/// The queue in its order.
pub(super) fn ordered(
    tx: &ReadTx<'_>,
    profile: &Profile,
    now: DateTime<Utc>,
) -> Result<Vec<Queued>, ApiError> {
    let queued = attention::queue(tx, now)?;
    let mut items: Vec<queue::Attention> = queued.iter().map(|queued| queued.item.clone()).collect();
    queue::order(&mut items, now, profile.currency);
    let mut ids: std::collections::HashMap<(String, String), String> =
        queued.into_iter().map(|q| ((q.item.subject.clone(), q.item.kind.clone()), q.id)).collect();
    Ok(items
        .into_iter()
        .filter_map(|item| {
            let id = ids.remove(&(item.subject.clone(), item.kind.clone()))?;
            Some(Queued { id, item })
        })
        .collect())
}

/// Decisions whose subject is read for more facts; the rest of a long queue is opened on its own screen.
const OPENED_MAX: usize = 20;

/// The queue as the screen shows it.
fn decisions(tx: &ReadTx<'_>, profile: &Profile, now: DateTime<Utc>) -> Result<Vec<Decision>, ApiError> {
    let today = profile.day(now);
    let queued = ordered(tx, profile, now)?.into_iter().enumerate();
    queued
        .map(|(place, queued)| {
            let facts = if place < OPENED_MAX { facts(tx, &queued.item, today)? } else { Vec::new() };
            Ok(decision(queued, facts, now))
        })
        .collect()
}

/// What an opened item says beside its title: of a bank line its day, account and memo.
fn facts(tx: &ReadTx<'_>, item: &queue::Attention, today: NaiveDate) -> Result<Vec<Fact>, ApiError> {
    let fact = |label: &str, value: String| Fact { label: label.to_owned(), value };
    if let Some(id) = item.subject.strip_prefix("line:")
        && let Some(line) = lines::by_id(tx, id)?
    {
        let memo = one_line(&line.description, 200);
        let mut facts =
            vec![fact("Received", day_words(line.occurred_on, today)), fact("In", line.account_name)];
        facts.extend((!line.payer.is_empty()).then(|| fact("From", one_line(&line.payer, 80))));
        facts.extend((!memo.is_empty()).then(|| fact("Memo", memo)));
        return Ok(facts);
    }
    // The amount stands beside the title already.
    Ok(vec![fact("Since", day_words(item.since.date_naive(), today))])
}

/// The cause, and for a line that nothing fits when it becomes an alarm (X11).
fn reason(item: &queue::Attention, now: DateTime<Utc>) -> String {
    let Some(due) = item.due.filter(|_| item.kind == "unmatched_line") else { return item.reason.clone() };
    let alarm = if now < due { "becomes an alarm at 48 h" } else { "unexplained for more than 48 h" };
    format!("{}; {alarm}", item.reason.trim_end_matches('.'))
}

fn decision(queued: Queued, facts: Vec<Fact>, now: DateTime<Utc>) -> Decision {
    let Queued { id, item } = queued;
    let reason = reason(&item, now);
    Decision {
        id,
        kind: item.kind,
        severity: item.severity.into(),
        // Customers write into both, and they are shown where nothing else makes hidden characters visible.
        title: visible(&item.title),
        reason: visible(&reason),
        amount: item.amount.map(|amount| amount.abs().into()),
        since: stamp(item.since),
        due: item.due.map(stamp),
        actions: item.actions,
        subject: item.subject,
        facts,
        route: item.route,
    }
}

/// `attention`.
pub fn attention(caller: &Caller<'_>, _input: Nothing) -> Result<Vec<Decision>, ApiError> {
    let books = caller.books()?;
    let now = books.clock.now();
    books.read(|tx| {
        let profile = Profile::load(tx)?;
        decisions(tx, &profile, now)
    })
}

/// `today`.
pub fn today(caller: &Caller<'_>, _input: Nothing) -> Result<Today, ApiError> {
    let books = caller.books()?;
    let scheduler = caller.program.scheduler()?;
    let now = books.clock.now();
    books.read(|tx| {
        let profile = Profile::load(tx)?;
        let (base, today) = (profile.currency, profile.day(now));
        let decisions = decisions(tx, &profile, now)?;
        let at_stake = sum_of(decisions.iter().filter_map(|d| d.amount.clone()), base)?;
        let others =
            decisions.iter().filter(|d| d.amount.as_ref().is_some_and(|a| a.currency != base.code())).count();
        let (cash, cash_parts) = cash(tx, base)?;
        let open = invoices::open(tx)?;
        let in_base: Vec<&Invoice> = open.iter().filter(|invoice| invoice.open.currency() == base).collect();
        let overdue = in_base.iter().filter(|invoice| invoice.due < today).map(|invoice| invoice.open);
        Ok(Today {
            minutes: u32::try_from((decisions.len() * DECISION_SECONDS).div_ceil(60)).unwrap_or(u32::MAX),
            at_stake: at_stake.into(),
            other_currencies: u32::try_from(others).unwrap_or(u32::MAX),
            decisions,
            cash_line: cash_line(tx, base, today, cash)?,
            cash: cash.into(),
            cash_parts,
            owed: Money::sum(in_base.iter().map(|invoice| invoice.open), base)?.into(),
            owed_count: u32::try_from(in_base.len()).unwrap_or(u32::MAX),
            overdue: Money::sum(overdue, base)?.into(),
            week: week(&in_base, today),
            ran: ran(tx, &scheduler, profile.zone, now)?,
        })
    })
}

/// What decisions are about, as far as it is in the base currency.
pub(super) fn sum_of(amounts: impl Iterator<Item = Amount>, base: Currency) -> Result<Money, ApiError> {
    let mut sum = Money::zero(base);
    for amount in amounts.filter(|amount| amount.currency == base.code()) {
        sum = sum.add(Money::try_from(&amount)?)?;
    }
    Ok(sum)
}

/// Usable cash and its parts; accounts in other currencies are parts, but not in the sum.
fn cash(tx: &ReadTx<'_>, base: Currency) -> Result<(Money, Vec<CashPart>), ApiError> {
    let mut sum = Money::zero(base);
    let mut parts = Vec::new();
    for account in accounts::real(tx)? {
        let balance = ledger::balance_of(tx, account.account.as_str(), account.opening.currency())?;
        if balance.currency() == base {
            sum = sum.add(balance)?;
        }
        parts.push(CashPart {
            name: account.name,
            account: account.account.to_string(),
            amount: balance.into(),
        });
    }
    Ok((sum, parts))
}

/// Cash at the end of each of the last days, backwards from today by what moved on each day.
fn cash_line(
    tx: &ReadTx<'_>,
    base: Currency,
    today: NaiveDate,
    now: Money,
) -> Result<Vec<CashPoint>, ApiError> {
    let since = today - Duration::days(CASH_DAYS);
    let mut moved = ledger::cash_moves(tx, base, since)?;
    let mut balance = now;
    // What is dated after today is in the balance but in none of the days shown.
    for (_, amount) in moved.iter().filter(|(day, _)| *day > today) {
        balance = balance.sub(*amount)?;
    }
    moved.retain(|(day, _)| *day <= today);
    let mut points = Vec::new();
    for back in 0..=CASH_DAYS {
        let day = today - Duration::days(back);
        points.push(CashPoint { date: day.to_string(), amount: balance.into() });
        for (_, amount) in moved.iter().filter(|(moved_on, _)| *moved_on == day) {
            balance = balance.sub(*amount)?;
        }
    }
    points.reverse();
    Ok(points)
}

/// What falls due in the next days, at most five facts.
fn week(open: &[&Invoice], today: NaiveDate) -> Vec<WeekFact> {
    let until = today + Duration::days(7);
    let mut facts: Vec<WeekFact> = Vec::new();
    let mut due: Vec<&&Invoice> = open.iter().filter(|i| i.due >= today && i.due <= until).collect();
    due.sort_by(|a, b| (a.due, &a.number).cmp(&(b.due, &b.number)));
    for invoice in due.into_iter().take(5) {
        facts.push(WeekFact {
            date: invoice.due.to_string(),
            text: format!("{} is due", invoice.shown()),
            amount: Some(invoice.open.into()),
        });
    }
    facts
}

/// What ran today, newest first: the last run of each job, and from the audit what the founder had done for long.
fn ran(tx: &ReadTx<'_>, scheduler: &Scheduler, zone: Tz, now: DateTime<Utc>) -> Result<Vec<Ran>, ApiError> {
    let today = now.with_timezone(&zone).date_naive();
    let mut ran = ran_by_jobs(tx, scheduler, zone, today)?;
    ran.extend(ran_by_hand(tx, zone, today)?);
    ran.sort_by(|a, b| b.at.cmp(&a.at));
    // A job's run and what it wrote into the audit are one.
    let mut seen = std::collections::HashSet::new();
    ran.retain(|one| seen.insert(one.text.clone()));
    ran.truncate(RAN_MAX);
    Ok(ran)
}

/// The last run of each job that came to an end today.
fn ran_by_jobs(
    tx: &ReadTx<'_>,
    scheduler: &Scheduler,
    zone: Tz,
    today: NaiveDate,
) -> Result<Vec<Ran>, ApiError> {
    let mut ran = Vec::new();
    for job in scheduler.jobs() {
        let runs = job_runs::newest_of(tx, job.name, RUNS_LOOKED_AT)?;
        let last = runs.iter().find(|run| matches!(run.state, RunState::Succeeded | RunState::Failed));
        let Some((run, at)) = last.and_then(|run| Some((run, run.ended_at?))) else { continue };
        if at.with_timezone(&zone).date_naive() == today {
            let (text, failed) = (job.title.to_owned(), run.state == RunState::Failed);
            ran.push(Ran {
                at: stamp(at),
                text,
                result: run.result.trim_end_matches('.').to_owned(),
                failed,
            });
        }
    }
    Ok(ran)
}

/// From the audit. Lines that were booked one after the other are one run.
fn ran_by_hand(tx: &ReadTx<'_>, zone: Tz, today: NaiveDate) -> Result<Vec<Ran>, ApiError> {
    let mut ran: Vec<Ran> = Vec::new();
    let mut booked: Option<(String, usize)> = None;
    for row in tx.audit_page(None, 300)? {
        let Ok(at) = DateTime::parse_from_rfc3339(&row.at) else { continue };
        if at.with_timezone(&zone).date_naive() < today || ran.len() >= RAN_MAX {
            break;
        }
        if BOOKED_ALONE.contains(&row.action.as_str()) && row.actor.starts_with("policy:") {
            let (newest, count) = booked.unwrap_or((row.at, 0));
            booked = Some((newest, count + 1));
            continue;
        }
        ran.extend(booked.take().map(matched));
        if !row.actor.starts_with("job:") {
            ran.extend(ran_row(row));
        }
    }
    ran.extend(booked.map(matched));
    Ok(ran)
}

/// Runs of a job in which its last one that came to an end is looked for.
const RUNS_LOOKED_AT: u32 = 20;
/// Most lines of what ran today.
const RAN_MAX: usize = 8;
/// What a matching run writes into the audit for each line that it books.
const BOOKED_ALONE: [&str; 2] = ["match.auto", "match.file"];

fn matched((at, count): (String, usize)) -> Ran {
    Ran {
        at,
        text: "Match transfers".to_owned(),
        result: format!("{} booked", grouped(count)),
        failed: false,
    }
}

/// An audit row of something that ran by itself or for long; nothing for a decision.
fn ran_row(row: purser_store::AuditRow) -> Option<Ran> {
    let detail: serde_json::Value = serde_json::from_str(&row.detail).unwrap_or_default();
    let number = |key: &str| detail.get(key).and_then(serde_json::Value::as_i64).unwrap_or_default();
    let (text, result) = match row.action.as_str() {
        "import.finish" => {
            let file = detail.get("file").and_then(|f| f.as_str()).unwrap_or("Statement");
            (format!("Import of {file}"), format!("{} new", number("new")))
        }
        "books.verify" => ("Books verified".to_owned(), "in order".to_owned()),
        "books.backup" => ("Backup".to_owned(), "verified".to_owned()),
        _ => return None,
    };
    let failed = row.action == "books.verify" && detail.get("ok") == Some(&serde_json::Value::Bool(false));
    let result = if failed { "does not agree".to_owned() } else { result };
    Some(Ran { at: row.at, text, result, failed })
}

/// `snooze`.
pub fn snooze(caller: &Caller<'_>, input: Snooze) -> Result<Done, ApiError> {
    let books = caller.books()?;
    let until = match input.until.as_str() {
        "" => None,
        text => Some(
            DateTime::parse_from_rfc3339(text)
                .map_err(|_| {
                    ApiError::usage("until", format!("“{text}” is not a time such as 2026-11-18T09:00:00Z."))
                })?
                .with_timezone(&Utc),
        ),
    };
    let say = books.decide(&caller.actor, move |tx, moment| {
        let until = until.unwrap_or_else(|| tomorrow_nine(&moment.profile, moment.at));
        if !attention::snooze(tx, &input.id, until)? {
            return Err(ApiError::unknown("decision", &input.id));
        }
        tx.audit(moment.audit(
            "attention.snooze",
            format!("attention:{}", input.id),
            serde_json::json!({"until": stamp(until)}),
        ))?;
        Ok(format!("Asks again {}.", until.with_timezone(&moment.profile.zone).format("%-d %b %H:%M")))
    })?;
    Ok(Done { sequence: books.store.sequence(), say, undo: None })
}

/// `attention_done`: the founder did elsewhere what only they could do.
pub fn done(caller: &Caller<'_>, input: ById) -> Result<Done, ApiError> {
    let books = caller.books()?;
    let (say, undo) = books.decide(&caller.actor, move |tx, moment| {
        let item =
            attention::by_id(tx, &input.id)?.ok_or_else(|| ApiError::unknown("decision", &input.id))?.item;
        if !item.actions.iter().any(|action| action == DONE) {
            let say = format!("“{}” goes by itself once it is decided. Nothing was changed.", item.title);
            return Err(ApiError::failed("not_done_by_hand", say));
        }
        attention::close(tx, &input.id, moment.at)?;
        let detail = serde_json::json!({"title": item.title, "about": item.subject});
        tx.audit(moment.audit("attention.done", format!("attention:{}", input.id), detail))?;
        let say = format!("Done: {}.", item.title);
        let undo = moment.offer_undo(tx, &serde_json::json!({"kind": "attention", "id": input.id}), &say)?;
        Ok((say, undo))
    })?;
    Ok(Done { sequence: books.store.sequence(), say, undo: Some(undo) })
}

/// Puts a decision that was done back into the queue.
pub(crate) fn ask_again(tx: &WriteTx<'_>, moment: &Moment, id: &str) -> Result<String, ApiError> {
    attention::open_again(tx, id)?;
    tx.audit(moment.audit("attention.ask_again", format!("attention:{id}"), serde_json::json!({})))?;
    Ok("It is in the queue again.".to_owned())
}

/// Tomorrow 09:00 in the company's zone; where that hour does not exist, the first one after it.
fn tomorrow_nine(profile: &Profile, now: DateTime<Utc>) -> DateTime<Utc> {
    let day = profile.day(now) + Duration::days(1);
    let nine = day.and_hms_opt(9, 0, 0).unwrap_or_default();
    let local = nine.and_local_timezone(profile.zone);
    local.earliest().map_or_else(|| nine.and_utc(), |time| time.with_timezone(&Utc))
}
