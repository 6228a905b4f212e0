//! Money out as the application interface shows and takes it: one function per method.

use chrono::{DateTime, SecondsFormat, Utc};
use purser_core::outbox::{Delivery, EffectState};
use purser_core::text::{counted, visible};
use purser_core::{Currency, Money};
use purser_store::AuditRow;
use purser_store::ReadTx;
use purser_store::tables::approvals::{self as rows, ApprovalState};
use purser_store::tables::batches::{self, Batch as Stored, BatchState};
use purser_store::tables::connections;
use purser_store::tables::effects::{self, Effect};
use purser_store::tables::{Conn, accounts, ledger};

use super::amend::find;
use super::envelope::{Live, live_items, seal};
use super::propose::RailName;
use super::{charge, decide, pause, propose, refund};
use crate::api::types::{
    Amount, Approve, Batch, BatchItem, Batches, Done, EffectResolve, EffectRow, HistoryLine, Leaving, Outbox,
    RefundPropose,
};
use crate::books::Books;
use crate::error::ApiError;
use crate::outbox::{self, Answer, Carrier};
use crate::verbs::who;

/// Batches listed at most.
const BATCHES_MAX: u32 = 200;
/// Effects listed at most: waiting ones of each state, and ended ones.
const WAITING_MAX: u32 = 500;
const ENDED_MAX: u32 = 100;
/// History lines at most.
const HISTORY_MAX: u32 = 50;

/// `batches`: newest first.
pub fn batches(books: &Books, needs_passphrase: bool) -> Result<Batches, ApiError> {
    let now = books.clock.now();
    books.read(|tx| {
        let stored = batches::newest(tx, BATCHES_MAX)?;
        let mut batches = Vec::with_capacity(stored.len());
        for batch in &stored {
            batches.push(show(tx, batch, now, needs_passphrase, history(tx, batch)?)?);
        }
        Ok(Batches { batches })
    })
}

/// `batch`: the envelope.
pub fn batch(books: &Books, id: &str, needs_passphrase: bool) -> Result<Batch, ApiError> {
    let now = books.clock.now();
    books.read(|tx| {
        let batch = find(tx, id)?;
        show(tx, &batch, now, needs_passphrase, history(tx, &batch)?)
    })
}

/// `refund_propose`: proposes a refund, of a card payment by its provider, else by payment file, and shows its envelope.
pub fn propose_refund(
    books: &Books,
    actor: &str,
    input: &RefundPropose,
    needs_passphrase: bool,
) -> Result<Batch, ApiError> {
    let (number, amount) = (input.payment.clone(), input.amount.clone());
    let proposed = books.decide(actor, move |tx, moment| {
        let batch = match charge::find(tx, number.trim())? {
            Some(taken) => charge::propose_charge_refund(tx, moment, &taken, &amount)?,
            None => refund::propose_refund(tx, moment, &number, &amount, RailName::payment_file())?,
        };
        let mut shown = show(tx, &batch, moment.at, needs_passphrase, Vec::new())?;
        let text = format!("Proposed by {}, seal {}", moment.actor, short_seal(&shown.digest));
        shown.history.push(HistoryLine { at: moment.stamp(), text });
        moment.keep_reply(tx, &shown)?;
        Ok(shown)
    })?;
    crash_point!("batch.proposed");
    Ok(proposed)
}

/// `approve`. The caller has checked the passphrase; the dispatcher is to be notified.
pub fn approve(books: &Books, actor: &str, input: &Approve) -> Result<Done, ApiError> {
    let (id, digest, process) = (input.batch.clone(), input.digest.clone(), books.process.to_string());
    let (until, now) = books.decide(actor, move |tx, moment| {
        let seconds = moment.profile.undo_seconds;
        Ok((decide::approve(tx, moment, &process, &id, &digest, seconds)?, moment.at))
    })?;
    crash_point!("approval.approved");
    let paused = books.read(|tx| Ok(pause::paused_since(tx)?))?.is_some();
    let say = match (paused, seconds_left(until, now)) {
        (true, _) => "Approved. It leaves once you release what is paused.".to_owned(),
        (false, 0) => "Approved. It leaves now.".to_owned(),
        (false, seconds) => {
            format!("Leaves in {seconds} s. Closing Purser now sends nothing and asks again.")
        }
    };
    Ok(done(books, say))
}

/// `approval_undo`.
pub fn undo_approval(books: &Books, actor: &str, batch: &str) -> Result<Done, ApiError> {
    let id = batch.to_owned();
    let back = books.decide(actor, move |tx, moment| decide::undo(tx, moment, &id))?;
    crash_point!("approval.undone");
    Ok(done(books, format!("Taken back. {} waits for you again; nothing was sent.", back.title)))
}

/// `batch_reject`.
pub fn reject(books: &Books, actor: &str, batch: &str) -> Result<Done, ApiError> {
    let id = batch.to_owned();
    let say = books.decide(actor, move |tx, moment| decide::reject(tx, moment, &id))?;
    Ok(done(books, format!("{say}.")))
}

/// `effect_resolve`. The dispatcher is to be notified.
pub fn resolve(books: &Books, actor: &str, input: &EffectResolve) -> Result<Done, ApiError> {
    let (id, answer) = (input.id.clone(), Answer::parse(&input.answer)?);
    let say = books.decide(actor, move |tx, moment| outbox::resolve(tx, moment, &id, answer))?;
    crash_point!("outbox.resolved");
    Ok(done(books, format!("{say}.")))
}

/// `pause_all`.
pub fn pause_all(books: &Books, actor: &str) -> Result<Done, ApiError> {
    let waiting = books.decide(actor, pause::pause_all)?;
    Ok(done(
        books,
        format!("Paused. Nothing leaves; {} wait{}.", effects_words(waiting), plural_verb(waiting)),
    ))
}

/// `resume_all`. The dispatcher is to be notified.
pub fn resume_all(books: &Books, actor: &str) -> Result<Done, ApiError> {
    let waiting = books.decide(actor, pause::release_all)?;
    Ok(done(books, format!("Released. {} leave{} in order.", effects_words(waiting), plural_verb(waiting))))
}

fn effects_words(count: u32) -> String {
    counted(count, "effect", "effects")
}

fn plural_verb(count: u32) -> &'static str {
    if count == 1 { "s" } else { "" }
}

fn done(books: &Books, say: String) -> Done {
    Done { sequence: books.store.sequence(), say, undo: None }
}

/// What is approved and inside its undo window, next one first.
pub fn leaving(conn: &Conn, now: DateTime<Utc>) -> Result<Vec<Leaving>, ApiError> {
    let mut leaving = Vec::new();
    for approval in rows::in_window(conn)? {
        if let Some(batch) = batches::by_key(conn, approval.batch)? {
            leaving.push(leaves(conn, &batch, approval.undo_until, now)?);
        }
    }
    Ok(leaving)
}

fn leaves(
    conn: &Conn,
    batch: &Stored,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Leaving, ApiError> {
    Ok(Leaving {
        batch: batch.id.clone(),
        title: visible(&batch.title),
        amount: propose::total(conn, batch)?.into(),
        leaves_at: rfc3339(until),
        seconds_left: seconds_left(until, now),
    })
}

/// How many effects wait to leave: everything approved or needing no approval that was not sent.
pub fn waiting(conn: &Conn) -> Result<u32, ApiError> {
    let mut count = 0;
    for state in [EffectState::Queued, EffectState::Sending, EffectState::Unknown] {
        count += effects::count(conn, state)?;
    }
    Ok(count)
}

/// `outbox`: what was not sent, oldest first, then what ended last. `carriers` are the names of the rails and
/// channels that exist ([`crate::outbox::Dispatcher::carriers`]).
pub fn outbox(books: &Books, carriers: &[String]) -> Result<Outbox, ApiError> {
    let now = books.clock.now();
    books.read(|tx| {
        let paused = pause::paused_since(tx)?;
        let accounts = outbox::carriers(&connections::all(tx)?);
        let mut waiting = Vec::new();
        for state in [EffectState::Held, EffectState::Queued, EffectState::Sending, EffectState::Unknown] {
            waiting.extend(effects::in_state(tx, state, WAITING_MAX)?);
        }
        waiting.sort_by_key(|effect| effect.key);
        let ended = effects::ended(tx, ENDED_MAX)?;
        let rows = waiting.iter().chain(&ended).map(|effect| {
            let carried = carried_by(effect, carriers, &accounts);
            let waits_for = waits_for(tx, effect, &carried, paused.is_some(), now)?;
            Ok(show_effect(effect, waits_for))
        });
        Ok(Outbox { effects: rows.collect::<Result<_, ApiError>>()?, paused_since: paused.map(rfc3339) })
    })
}

/// Why an effect waits; empty when it does not.
fn waits_for(
    conn: &Conn,
    effect: &Effect,
    carried: &Result<(), String>,
    paused: bool,
    now: DateTime<Utc>,
) -> Result<String, ApiError> {
    Ok(match effect.state {
        EffectState::Held => match effect.not_before {
            Some(until) => format!("Leaves in {} s", seconds_left(until, now)),
            None => held_for(conn, effect)?,
        },
        EffectState::Queued if paused => "Paused until you release it".to_owned(),
        EffectState::Queued => match carried {
            Err(why) => why.clone(),
            Ok(()) => match effect.next_try_at.filter(|at| *at > now) {
                Some(at) => format!("Tried again in {} s", seconds_left(at, now)),
                None => "Leaves in a moment".to_owned(),
            },
        },
        EffectState::Unknown if effect.delivery == Delivery::Neither => {
            "Your answer: nobody can be asked whether it arrived".to_owned()
        }
        EffectState::Unknown => "Looked up before anything is sent again".to_owned(),
        EffectState::Sending | EffectState::Sent | EffectState::Failed | EffectState::Cancelled => {
            String::new()
        }
    })
}

/// Whether a rail or an account carries an effect, or what it waits for.
fn carried_by(effect: &Effect, rails: &[String], accounts: &[Carrier]) -> Result<(), String> {
    if rails.contains(&effect.via) {
        return Ok(());
    }
    match accounts.iter().find(|carrier| carrier.name == effect.via) {
        Some(Carrier { trouble: None, .. }) => Ok(()),
        Some(Carrier { trouble: Some(trouble), .. }) => Err(trouble.clone()),
        None => Err(match effect.via.split(':').next() {
            Some(outbox::EMAIL) => "A mail account: connect one under Settings, Connections".to_owned(),
            Some(outbox::SLACK) => "A Slack webhook: connect one under Settings, Connections".to_owned(),
            _ => format!("Nothing here carries {} yet", effect.via),
        }),
    }
}

fn held_for(conn: &Conn, effect: &Effect) -> Result<String, ApiError> {
    let item = effect.batch_item.map(|key| batches::item_by_key(conn, key)).transpose()?.flatten();
    let batch = item.map(|item| batches::by_key(conn, item.batch)).transpose()?.flatten();
    let reason = batch.and_then(|batch| batch.void_reason);
    Ok(reason.map_or_else(|| "Your approval".to_owned(), |why| format!("Your approval: {why}")))
}

fn show_effect(effect: &Effect, waits_for: String) -> EffectRow {
    EffectRow {
        id: effect.id.clone(),
        kind: effect.kind.clone(),
        title: visible(&effect.title),
        state: effect.state.as_str().to_owned(),
        waits_for: visible(&waits_for),
        delivery: effect.delivery.as_str().to_owned(),
        since: rfc3339(effect.created_at),
        attempts: effect.attempts,
        has_preview: crate::verbs::messages::is_message(&effect.kind),
        error: effect.last_error.as_deref().map(visible),
        provider_id: effect.provider_id.as_deref().map(visible),
        amount: effect.amount.map(Amount::from),
    }
}

fn show(
    tx: &Conn,
    batch: &Stored,
    now: DateTime<Utc>,
    needs_passphrase: bool,
    history: Vec<HistoryLine>,
) -> Result<Batch, ApiError> {
    let live = live_items(tx, batch)?;
    let total = Money::sum(live.iter().map(|one| one.item.amount), batch.currency)?;
    let approval = rows::newest(tx, batch.key)?.filter(|approval| approval.state == ApprovalState::Window);
    let leaving = approval.map(|approval| leaves(tx, batch, approval.undo_until, now)).transpose()?;
    let balance = balance(tx, &batch.source_account, batch.currency)?;
    // What was booked already is no longer in the balance that is shown.
    let unbooked = live.iter().filter(|one| one.item.entry.is_none()).map(|one| one.item.amount);
    let after = balance.sub(Money::sum(unbooked, batch.currency)?)?;
    let open = matches!(batch.state, BatchState::Proposed | BatchState::Approved);
    Ok(Batch {
        id: batch.id.clone(),
        kind: batch.kind.clone(),
        title: visible(&batch.title),
        state: batch.state.as_str().to_owned(),
        revision: batch.revision,
        frozen_at: rfc3339(batch.frozen_at),
        rail: batch.rail_title.clone(),
        source: visible(&source_name(tx, batch)?),
        source_account: batch.source_account.clone(),
        balance: balance.into(),
        balance_after: if open { after.into() } else { balance.into() },
        total: total.into(),
        items: live.iter().map(show_item).collect(),
        held: batch.held.iter().map(|held| visible(held)).collect(),
        digest: seal(batch, &live).digest(),
        expires_at: rfc3339(batch.expires_at),
        leaving,
        void_reason: batch.void_reason.as_deref().map(visible),
        history,
        needs_passphrase,
    })
}

fn show_item(one: &Live) -> BatchItem {
    BatchItem {
        id: one.item.id.clone(),
        payee: visible(&one.item.payee_name),
        text: visible(&one.item.text),
        amount: one.item.amount.into(),
        destination: visible(&one.item.destination_shown),
        state: one.item.state.as_str().to_owned(),
    }
}

/// What the founder calls the account that a batch leaves: a real one by its name, a provider's balance as that.
fn source_name(conn: &Conn, batch: &Stored) -> Result<String, ApiError> {
    let account = batch.source_account.as_str();
    if account == format!("Assets:{}:{}", batch.rail_title, batch.currency) {
        return Ok(format!("{} balance, {}", batch.rail_title, batch.currency));
    }
    let real = accounts::real(conn)?.into_iter().find(|real| real.account.as_str() == account);
    Ok(real.map_or_else(|| account.to_owned(), |real| real.name))
}

/// A real account's balance, minus what is on its way out of it already.
fn balance(conn: &Conn, account: &str, currency: Currency) -> Result<Money, ApiError> {
    Ok(ledger::balance_of(conn, account, currency)?)
}

fn history(tx: &ReadTx<'_>, batch: &Stored) -> Result<Vec<HistoryLine>, ApiError> {
    let mut rows = tx.audit_of(&propose::subject(batch), HISTORY_MAX)?;
    rows.reverse();
    Ok(rows.iter().map(|row| HistoryLine { at: row.at.clone(), text: said(row) }).collect())
}

/// An audit row of a batch in words.
fn said(row: &AuditRow) -> String {
    let detail: serde_json::Value = serde_json::from_str(&row.detail).unwrap_or_default();
    let why = detail["why"].as_str().map(|why| format!(": {why}")).unwrap_or_default();
    let seal = detail["seal"].as_str().map(short_seal).unwrap_or_default();
    let text = match row.action.as_str() {
        "batch.propose" => format!("Proposed by {}, seal {seal}", who(&row.actor)),
        "batch.revise" => format!("Proposed anew, seal {seal}{why}"),
        "batch.approve" => format!("Approved by {}, seal {seal}", who(&row.actor)),
        "batch.undo" => format!("Taken back by {}", who(&row.actor)),
        "batch.reject" => format!("Rejected by {}", who(&row.actor)),
        "batch.release" => "Undo window over, released to the rail".to_owned(),
        "batch.void" => format!("Void{why}"),
        "batch.put_away" => format!("Put away by {}", who(&row.actor)),
        other => other.to_owned(),
    };
    visible(&text)
}

/// First and last 8 characters of a seal in groups of four.
fn short_seal(seal: &str) -> String {
    match (seal.get(..4), seal.get(4..8), seal.get(56..60), seal.get(60..64)) {
        (Some(a), Some(b), Some(c), Some(d)) => format!("{a} {b} … {c} {d}"),
        _ => seal.to_owned(),
    }
}

/// Whole seconds until a time, rounded up so that the last second is shown.
fn seconds_left(until: DateTime<Utc>, now: DateTime<Utc>) -> u32 {
    let millis = (until - now).num_milliseconds().max(0);
    u32::try_from((millis + 999) / 1000).unwrap_or(u32::MAX)
}

fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
