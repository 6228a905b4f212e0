//! Recording: what a send or a lookup showed, its booking and what the founder must know, in one transaction.

use chrono::{Duration, NaiveDate};
use purser_core::Money;
use purser_core::attention::{Attention, Severity};
use purser_core::booking::billed::unearned_first;
use purser_core::booking::{self, Refund};
use purser_core::outbox::{
    ATTEMPTS_MAX, Delivery, EffectState, Outcome, after_lookup, after_send, retry_after_seconds,
};
use purser_store::WriteTx;
use purser_store::tables::approvals::{self, ApprovalState};
use purser_store::tables::batches::{self, BatchItem, BatchState, ItemState};
use purser_store::tables::effects::{self, Effect, SendResult};
use purser_store::tables::ledger::NewEntry;
use purser_store::tables::{allocations, attention, charge_refunds, deferrals, invoices, ledger};
use serde_json::json;

use crate::approvals::{ask_once_more, settle_state, told_already, void, words};
use crate::books::Moment;
use crate::deferred;
use crate::error::ApiError;
use crate::settled;

/// What was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tried {
    /// The request was sent.
    Send,
    /// The provider was asked.
    LookUp,
    /// The founder said what happened.
    Founder,
    /// The account did not work, so that nothing was tried after all.
    Blocked,
}

/// Which halves of a record to write. Ordinary code always writes both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    Both,
    WithoutBooking,
}

/// Records an outcome and returns the state that the effect has from now on; `None` where it was not in flight.
pub(crate) fn record(
    tx: &WriteTx<'_>,
    moment: &Moment,
    key: i64,
    tried: Tried,
    outcome: &Outcome,
    half: Half,
) -> Result<Option<EffectState>, ApiError> {
    let effect = effects::by_key(tx, key)?.ok_or_else(|| ApiError::unknown("effect", &key.to_string()))?;
    let (from, mut to) = match tried {
        Tried::Send => (EffectState::Sending, after_send(outcome, effect.delivery, effect.attempts)),
        Tried::Blocked => (EffectState::Sending, EffectState::Queued),
        Tried::LookUp | Tried::Founder => (EffectState::Unknown, after_lookup(outcome)),
    };
    // A restored store asks about payments that nobody approved in it: they wait for the founder again.
    if to == EffectState::Queued && !may_leave(tx, &effect)? {
        to = if is_open(tx, &effect)? { EffectState::Held } else { EffectState::Cancelled };
    }
    let result = result_of(moment, &effect, tried, outcome, to);
    if !effects::record(tx, key, from, to, moment.at, &result)? {
        return Ok(None);
    }
    crash_point!("outbox.recording");
    let detail = json!({
        "kind": effect.kind,
        "title": effect.title,
        "state": to.as_str(),
        "provider_id": result.provider_id,
        "error": result.error,
    });
    let audit = moment.audit(action(tried), format!("effect:{}", effect.id), detail);
    match item_of(tx, &effect)? {
        Some(item) => {
            let entry = (to == EffectState::Sent && half == Half::Both)
                .then(|| entry_of(tx, moment, &item))
                .transpose()?
                .flatten();
            let booked = ledger::book(tx, audit, entry.as_slice())?;
            if let Some(number) = booked.numbers.first() {
                batches::set_item_sent(tx, item.key, *number)?;
            }
            after_money(tx, moment, &effect, &item, to, outcome)?;
            if let Some(id) = &result.provider_id {
                told_already(tx, moment, item.key, id)?;
            }
        }
        None => {
            tx.audit(audit)?;
        }
    }
    tell_founder(tx, moment, &effect, to, &result)?;
    settled::told(tx, moment, &effect)?;
    // What is not true any more was not left to be sent again.
    Ok(effects::by_key(tx, key)?.map(|effect| effect.state))
}

/// Books a payment that was recorded as sent without its booking: the other half of a planted bug.
pub(crate) fn book_late(tx: &WriteTx<'_>, moment: &Moment, key: i64) -> Result<(), ApiError> {
    let effect = effects::by_key(tx, key)?.ok_or_else(|| ApiError::unknown("effect", &key.to_string()))?;
    let Some(item) = item_of(tx, &effect)? else { return Ok(()) };
    let Some(entry) = entry_of(tx, moment, &item)? else { return Ok(()) };
    let audit = moment.audit("effect.book", format!("effect:{}", effect.id), json!({}));
    let booked = ledger::book(tx, audit, &[entry])?;
    if let Some(number) = booked.numbers.first() {
        batches::set_item_sent(tx, item.key, *number)?;
    }
    settle_state(tx, moment, item.batch)
}

fn action(tried: Tried) -> &'static str {
    match tried {
        Tried::Send => "effect.send",
        Tried::Blocked => "effect.blocked",
        Tried::LookUp => "effect.look_up",
        Tried::Founder => "effect.resolve",
    }
}

fn result_of(
    moment: &Moment,
    effect: &Effect,
    tried: Tried,
    outcome: &Outcome,
    to: EffectState,
) -> SendResult {
    let mut result = SendResult::default();
    match outcome {
        Outcome::Accepted(id) => result.provider_id = Some(id.clone()),
        Outcome::Refused(why) | Outcome::NotSent(why) | Outcome::NoAnswer(why) => {
            result.error = Some(purser_core::text::one_line(why, 400));
        }
    }
    let wait = |times: u32| {
        let seconds = i64::try_from(retry_after_seconds(effect.delivery, times)).unwrap_or(900);
        Some(moment.at + Duration::seconds(seconds))
    };
    match (tried, to) {
        // Certainly not there: what the founder or the provider cleared up goes at once, a busy rail later.
        (Tried::Send, EffectState::Queued) => result.next_try_at = wait(effect.attempts),
        (Tried::Blocked, _) => result.uncount_attempt = true,
        (Tried::LookUp, EffectState::Unknown) => {
            result.next_try_at = wait(effect.lookups + 1);
            result.count_lookup = true;
        }
        _ => {}
    }
    result
}

/// Whether a queued effect would have an approval: always, except money without a released one.
fn may_leave(tx: &WriteTx<'_>, effect: &Effect) -> Result<bool, ApiError> {
    let Some(item) = item_of(tx, effect)? else { return Ok(true) };
    let approval = approvals::newest(tx, item.batch)?;
    Ok(approval.is_some_and(|approval| approval.state == ApprovalState::Released))
}

/// Whether the batch of a payment has not ended.
fn is_open(tx: &WriteTx<'_>, effect: &Effect) -> Result<bool, ApiError> {
    let Some(item) = item_of(tx, effect)? else { return Ok(true) };
    let batch = batches::by_key(tx, item.batch)?;
    Ok(batch.is_some_and(|batch| matches!(batch.state, BatchState::Proposed | BatchState::Approved)))
}

fn item_of(tx: &WriteTx<'_>, effect: &Effect) -> Result<Option<BatchItem>, ApiError> {
    let Some(key) = effect.batch_item else { return Ok(None) };
    let item = batches::item_by_key(tx, key)?;
    item.map_or_else(|| Err(ApiError::unknown("payment", &effect.id)), |item| Ok(Some(item)))
}

/// The booking of a payment that the rail took. What a provider gives back of its own balance has none: the provider
/// tells of it, and that is booked.
fn entry_of(tx: &WriteTx<'_>, moment: &Moment, item: &BatchItem) -> Result<Option<NewEntry>, ApiError> {
    crash_point!("outbox.booking");
    if charge_refunds::of_item(tx, item.key)?.is_some() {
        return Ok(None);
    }
    let split = batches::refund_of(tx, item.key)?.ok_or_else(|| {
        ApiError::failed("refund_split", "The refund was not booked: its split is missing.")
    })?;
    let text = format!("Refund {} to {}, {}", words::money(item.amount), item.payee_name, item.text);
    let (unearned, revenue) =
        unearned_first(split.revenue, &waiting_of(tx, &split.payment, moment.today())?)?;
    deferred::take(tx, &unearned, moment.today())?;
    let entry = booking::refund_submitted(&Refund {
        payout: &item.id,
        customer: &split.customer,
        credit: split.credit,
        revenue,
        unearned,
        tax: split.tax,
        on: moment.today(),
        text: purser_core::text::one_line(&text, 300),
    })?;
    Ok(Some(entry.into()))
}

/// What waits to be earned on a day of the invoices that a recorded payment paid, by line.
fn waiting_of(tx: &WriteTx<'_>, payment: &str, on: NaiveDate) -> Result<Vec<(String, Money)>, ApiError> {
    let mut waiting = Vec::new();
    for allocation in allocations::of_funds(tx, "payment", payment)? {
        let Some(key) = allocation.invoice else { continue };
        for invoice in invoices::by_keys(tx, &[key])? {
            waiting.extend(deferred::waiting(&deferrals::to_come_of(tx, &invoice.id)?, on)?);
        }
    }
    Ok(waiting)
}

/// Brings item and batch into line with the effect.
fn after_money(
    tx: &WriteTx<'_>,
    moment: &Moment,
    effect: &Effect,
    item: &BatchItem,
    to: EffectState,
    outcome: &Outcome,
) -> Result<(), ApiError> {
    let state = match to {
        EffectState::Sent => ItemState::Sent,
        EffectState::Failed | EffectState::Cancelled => ItemState::Failed,
        EffectState::Unknown => ItemState::Unknown,
        EffectState::Held => ItemState::Proposed,
        EffectState::Queued | EffectState::Sending => ItemState::Approved,
    };
    batches::set_item_state(tx, item.key, state)?;
    settle_state(tx, moment, item.batch)?;
    if to == EffectState::Failed {
        let why = match outcome {
            Outcome::Refused(why) | Outcome::NotSent(why) | Outcome::NoAnswer(why) => why.as_str(),
            Outcome::Accepted(_) => "",
        };
        raise_failed(tx, moment, effect, item, why)?;
    }
    reopen(tx, moment, item.batch)
}

/// A batch of a restored store, once every payment of it was looked up: it waits for the founder again, or,
/// where a part of it had left, the rest is void.
fn reopen(tx: &WriteTx<'_>, moment: &Moment, batch: i64) -> Result<(), ApiError> {
    let states: Vec<ItemState> = batches::items(tx, batch)?.into_iter().map(|item| item.state).collect();
    let in_doubt =
        |state: &ItemState| matches!(state, ItemState::Unknown | ItemState::Sending | ItemState::Approved);
    if !states.contains(&ItemState::Proposed) || states.iter().any(in_doubt) {
        return Ok(());
    }
    let Some(batch) = batches::by_key(tx, batch)? else { return Ok(()) };
    if !matches!(batch.state, BatchState::Proposed | BatchState::Approved) {
        return Ok(());
    }
    if states.iter().all(|state| matches!(state, ItemState::Proposed | ItemState::Void)) {
        return ask_once_more(tx, moment, &batch, "The books were restored; it had not left before");
    }
    void(tx, moment, &batch, "The books were restored; this part had not left before")
}

fn raise_failed(
    tx: &WriteTx<'_>,
    moment: &Moment,
    effect: &Effect,
    item: &BatchItem,
    why: &str,
) -> Result<(), ApiError> {
    let Some(batch) = batches::by_key(tx, item.batch)? else { return Ok(()) };
    let failed = Attention {
        kind: "payout_failed".into(),
        subject: format!("batch:{}", batch.id),
        severity: Severity::High,
        title: format!("{} was not paid", effect.title),
        reason: purser_core::text::one_line(why, 300),
        amount: Some(item.amount),
        since: moment.at,
        due: None,
        actions: vec!["reject".into()],
        route: format!("/payouts/batches/{}", batch.id),
    };
    Ok(attention::raise(tx, &moment.id(), &failed)?)
}

/// Raises or resolves what the founder must say about an effect.
fn tell_founder(
    tx: &WriteTx<'_>,
    moment: &Moment,
    effect: &Effect,
    to: EffectState,
    result: &SendResult,
) -> Result<(), ApiError> {
    let subject = format!("effect:{}", effect.id);
    let unanswered = effect.lookups + u32::from(result.count_lookup) >= ATTEMPTS_MAX;
    let ask = match to {
        EffectState::Unknown => effect.delivery == Delivery::Neither || unanswered,
        EffectState::Failed => effect.batch_item.is_none(),
        _ => false,
    };
    if !ask {
        if to != EffectState::Unknown {
            attention::resolve(tx, &subject, None, moment.at)?;
        }
        return Ok(());
    }
    Ok(raise_question(tx, moment, effect, to, result.error.as_deref().unwrap_or_default())?)
}

/// Asks the founder what became of an effect: one item, however often it is asked.
pub(crate) fn raise_question(
    tx: &WriteTx<'_>,
    moment: &Moment,
    effect: &Effect,
    to: EffectState,
    why: &str,
) -> Result<(), purser_store::StoreError> {
    let (kind, title, reason, actions): (_, _, _, &[&str]) = if to == EffectState::Failed {
        ("effect_failed", format!("{} was not sent", effect.title), why.to_owned(), &["again", "drop"])
    } else {
        let reason = "It was interrupted while it was sent, and nobody can be asked whether it arrived";
        let reason = if why.is_empty() { reason.to_owned() } else { format!("{reason}: {why}") };
        ("effect_unknown", format!("{}: sent or not?", effect.title), reason, &["sent", "again", "drop"])
    };
    let item = Attention {
        kind: kind.into(),
        subject: format!("effect:{}", effect.id),
        severity: if effect.batch_item.is_some() { Severity::Critical } else { Severity::Medium },
        title,
        reason,
        amount: effect.amount,
        since: moment.at,
        due: None,
        actions: actions.iter().map(|action| (*action).to_owned()).collect(),
        route: "/automations/outbox".into(),
    };
    attention::raise(tx, &moment.id(), &item)
}
