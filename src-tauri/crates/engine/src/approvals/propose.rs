//! Proposing: a batch is written, frozen and put before the founder in one transaction.

use chrono::{DateTime, Duration, DurationRound, Utc};
use purser_connectors::instruction::{destination_fingerprint, masked};
use purser_connectors::{PaymentInstruction, Rail, file_rail};
use purser_core::attention::{Attention, Severity};
use purser_core::outbox::Delivery;
use purser_core::text::{MEMO_CHARS, NAME_CHARS, bounded};
use purser_core::{Account, Currency, Money};
use purser_store::WriteTx;
use purser_store::tables::batches::{self, Batch, BatchItem, BatchState, ItemState, RefundSplit};
use purser_store::tables::effects::{self, NewEffect};
use purser_store::tables::{Conn, attention};
use serde_json::json;

use super::envelope::envelope;
use super::words;
use crate::books::Moment;
use crate::error::ApiError;

/// Hours until a proposal without an answer is void.
pub const EXPIRY_HOURS: i64 = 24;
/// Payments of one batch at most.
const ITEMS_MAX: usize = 1_000;

/// What a batch keeps of its rail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RailName {
    /// Stable name.
    pub name: String,
    /// On screen.
    pub title: String,
    /// What it can do against sending twice.
    pub delivery: Delivery,
}

impl RailName {
    /// Of a rail.
    pub fn of(rail: &dyn Rail) -> RailName {
        RailName { name: rail.name().to_owned(), title: rail.title().to_owned(), delivery: rail.delivery() }
    }

    /// The payment file.
    pub fn payment_file() -> RailName {
        RailName {
            name: file_rail::NAME.to_owned(),
            title: file_rail::TITLE.to_owned(),
            delivery: Delivery::Keyed,
        }
    }
}

/// A batch to be proposed.
#[derive(Debug, Clone)]
pub struct BatchDraft {
    /// `refund`…
    pub kind: String,
    /// How it leaves.
    pub rail: RailName,
    /// The account that the money leaves.
    pub source_account: Account,
    /// What is held back, with reason.
    pub held: Vec<String>,
    /// At least one.
    pub items: Vec<ItemDraft>,
}

/// A payment to be proposed.
#[derive(Debug, Clone)]
pub struct ItemDraft {
    /// The payee's id.
    pub payee: String,
    /// The payee's name.
    pub payee_name: String,
    /// What for.
    pub text: String,
    /// How much.
    pub amount: Money,
    /// The full destination; on screen it is masked.
    pub destination: String,
    /// How it is booked, for a refund.
    pub refund: Option<RefundSplit>,
}

/// Proposes a batch: rows, frozen requests, audit and the founder's attention item together.
pub fn propose(tx: &WriteTx<'_>, moment: &Moment, draft: &BatchDraft) -> Result<Batch, ApiError> {
    let currency = currency_of(draft)?;
    let mut batch = Batch {
        key: 0,
        id: moment.id(),
        kind: draft.kind.clone(),
        title: title_of(
            &draft.kind,
            draft.items.iter().map(|i| (i.payee_name.as_str(), i.amount)),
            currency,
        )?,
        state: BatchState::Proposed,
        revision: 1,
        rail: draft.rail.name.clone(),
        rail_title: draft.rail.title.clone(),
        source_account: draft.source_account.as_str().to_owned(),
        currency,
        held: draft.held.clone(),
        frozen_at: moment.at,
        expires_at: expiry(moment.at),
        void_reason: None,
    };
    batch.key = batches::insert(tx, &batch)?;
    for item in &draft.items {
        add_item(tx, moment, &batch, draft.rail.delivery, item)?;
    }
    crash_point!("batch.proposing");
    audit_revision(tx, moment, &batch, "batch.propose", None)?;
    ask(tx, moment, &batch, "Unanswered, nothing is paid")?;
    Ok(batch)
}

/// The end of an approval's worth, in whole seconds: exactly what its digest covers.
pub(crate) fn expiry(now: DateTime<Utc>) -> DateTime<Utc> {
    let end = now + Duration::hours(EXPIRY_HOURS);
    end.duration_trunc(Duration::seconds(1)).unwrap_or(end)
}

fn currency_of(draft: &BatchDraft) -> Result<Currency, ApiError> {
    let refused = |why: &str| Err(ApiError::usage("batch", format!("Nothing was proposed: {why}.")));
    let Some(first) = draft.items.first() else { return refused("the list is empty") };
    if draft.items.len() > ITEMS_MAX {
        return refused("the list has more than 1,000 payments");
    }
    if draft.items.iter().any(|item| !item.amount.is_positive()) {
        return refused("every amount must be more than nothing");
    }
    if draft.items.iter().any(|item| item.amount.currency() != first.amount.currency()) {
        return refused("all payments of a batch have one currency");
    }
    Ok(first.amount.currency())
}

/// `Refund $60.00 to Nordhavn A/S`, `Refund $120.00 to 2 payees`.
pub(crate) fn title_of<'a>(
    kind: &str,
    items: impl Iterator<Item = (&'a str, Money)>,
    currency: Currency,
) -> Result<String, ApiError> {
    let items: Vec<(&str, Money)> = items.collect();
    let total = Money::sum(items.iter().map(|(_, amount)| *amount), currency)?;
    let verb = if kind == "refund" { "Refund" } else { "Pay" };
    let to = match items.as_slice() {
        [(name, _)] => purser_core::text::one_line(name, NAME_CHARS),
        many => words::payees(many.len()),
    };
    Ok(format!("{verb} {} to {to}", words::money(total)))
}

fn add_item(
    tx: &WriteTx<'_>,
    moment: &Moment,
    batch: &Batch,
    delivery: Delivery,
    draft: &ItemDraft,
) -> Result<(), ApiError> {
    let mut item = BatchItem {
        key: 0,
        id: moment.id(),
        batch: batch.key,
        payee: draft.payee.clone(),
        payee_name: bounded(&draft.payee_name, NAME_CHARS),
        text: bounded(&draft.text, MEMO_CHARS),
        amount: draft.amount,
        destination_shown: masked(&bounded(&draft.destination, MEMO_CHARS)),
        destination_fingerprint: destination_fingerprint(&bounded(&draft.destination, MEMO_CHARS)),
        state: ItemState::Proposed,
        entry: None,
    };
    item.key = batches::insert_item(tx, &item)?;
    if let Some(split) = &draft.refund {
        batches::set_refund(tx, item.key, split)?;
    }
    freeze(tx, moment, batch, &item, delivery, &bounded(&draft.destination, MEMO_CHARS))
}

/// Freezes the request of an item as a new effect, held until an approval releases it.
pub(crate) fn freeze(
    tx: &WriteTx<'_>,
    moment: &Moment,
    batch: &Batch,
    item: &BatchItem,
    delivery: Delivery,
    destination: &str,
) -> Result<(), ApiError> {
    let instruction = PaymentInstruction {
        id: item.id.clone(),
        on: moment.today().to_string(),
        from: batch.source_account.clone(),
        to: item.payee_name.clone(),
        destination: destination.to_owned(),
        money: item.amount,
        text: item.text.clone(),
    };
    let request = instruction.to_bytes().map_err(|error| {
        ApiError::failed("freeze", format!("The payment cannot be written down: {error}."))
    })?;
    let id = moment.id();
    let verb = if batch.kind == "refund" { "Refund" } else { "Pay" };
    let name = purser_core::text::one_line(&item.payee_name, NAME_CHARS);
    let effect = NewEffect {
        idempotency_key: id.clone(),
        id,
        kind: format!("money.{}", batch.kind),
        via: batch.rail.clone(),
        title: format!("{verb} {} to {name}", words::money(item.amount)),
        delivery,
        request,
        amount: Some(item.amount),
        batch_item: Some(item.key),
        created_at: moment.at,
    };
    effects::insert(tx, &effect)?;
    Ok(())
}

/// Puts a proposed batch before the founder.
pub(crate) fn ask(tx: &WriteTx<'_>, moment: &Moment, batch: &Batch, reason: &str) -> Result<(), ApiError> {
    let item = Attention {
        kind: "approve_batch".into(),
        subject: subject(batch),
        severity: Severity::High,
        title: batch.title.clone(),
        reason: reason.to_owned(),
        amount: Some(total(tx, batch)?),
        since: moment.at,
        due: Some(batch.expires_at),
        actions: vec!["approve".into(), "reject".into()],
        route: route(batch),
    };
    Ok(attention::raise(tx, &moment.id(), &item)?)
}

/// The sum of the items that are part of the batch.
pub(crate) fn total(conn: &Conn, batch: &Batch) -> Result<Money, ApiError> {
    let items = batches::items(conn, batch.key)?;
    let live = items.iter().filter(|item| item.state != ItemState::Void).map(|item| item.amount);
    Ok(Money::sum(live, batch.currency)?)
}

/// The audit row of a revision, with its seal.
pub(crate) fn audit_revision(
    tx: &WriteTx<'_>,
    moment: &Moment,
    batch: &Batch,
    action: &str,
    why: Option<&str>,
) -> Result<(), ApiError> {
    let envelope = envelope(tx, batch)?;
    let detail = json!({
        "title": batch.title,
        "revision": batch.revision,
        "seal": envelope.digest(),
        "payments": envelope.items.len(),
        "total": total(tx, batch)?.to_string(),
        "why": why,
    });
    tx.audit(moment.audit(action, subject(batch), detail))?;
    Ok(())
}

pub(crate) fn subject(batch: &Batch) -> String {
    format!("batch:{}", batch.id)
}

pub(crate) fn route(batch: &Batch) -> String {
    format!("/payouts/batches/{}", batch.id)
}
