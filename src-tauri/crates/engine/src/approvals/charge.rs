//! Refunds of card payments: the provider that took the money gives it back (TS-44).
//!
//! Nothing is booked when its rail takes one: the provider tells of the refund as of any other, and that is booked once.

use purser_connectors::stripe;
use purser_core::attention::{Attention, DONE, Severity};
use purser_core::fact::{Charge, DisputeStatus, FactKind, Observed, Refund, RefundStatus};
use purser_core::outbox::Delivery;
use purser_core::text::one_line;
use purser_core::{Account, Money};
use purser_store::WriteTx;
use purser_store::tables::batches::{self, Batch, ItemState};
use purser_store::tables::charge_refunds::{self, ChargeRefund};
use purser_store::tables::provider::{self, Object};
use purser_store::tables::{Conn, attention, connections};

use super::ending::{by_key, settle_state, settled};
use super::envelope::Live;
use super::propose::{BatchDraft, ItemDraft, RailName, propose, route, subject};
use super::words;
use crate::books::Moment;
use crate::connections::may_write;
use crate::error::ApiError;
use crate::ingest::{observed, title_of};

/// The decision about a refund that came back and was made elsewhere.
const RETURNED: &str = "refund_returned";

/// A charge as its provider told it last.
pub(crate) struct Taken {
    /// The source that told it.
    pub source: String,
    /// What it told.
    pub charge: Charge,
}

/// The charge of a provider's id; `None` where no provider told of one.
pub(crate) fn find(conn: &Conn, id: &str) -> Result<Option<Taken>, ApiError> {
    let Some((source, object)) = provider::charge(conn, id)? else { return Ok(None) };
    match observed(conn, &source, FactKind::Charge, object.fact)? {
        Some(Observed::Charge(charge)) => Ok(Some(Taken { source, charge })),
        _ => Ok(None),
    }
}

/// Proposes to give back a charge, or a part of it (`amount` as text; all that is left when empty).
pub(crate) fn propose_charge_refund(
    tx: &WriteTx<'_>,
    moment: &Moment,
    taken: &Taken,
    amount: &str,
) -> Result<Batch, ApiError> {
    let Taken { source, charge } = taken;
    if !charge.captured {
        let say = format!("Nothing was proposed: {} took no money.", charge.id);
        return Err(ApiError::failed("charge_not_taken", say));
    }
    if contested(tx, taken)? {
        let say = format!(
            "Nothing was proposed: the customer's bank contests {}, and a refund would give the money back twice. \
             Answer or accept the dispute at {}.",
            charge.id,
            title_of(source)
        );
        return Err(ApiError::failed("charge_disputed", say));
    }
    let left = left(tx, taken, None)?;
    let amount =
        if amount.trim().is_empty() { left } else { Money::parse(amount, charge.amount.currency())? };
    if !amount.is_positive() || amount.sub(left)?.is_positive() {
        return Err(too_much(charge, left));
    }
    let rail = rail(tx, source)?;
    let customer = match &charge.customer {
        Some(id) => provider::customer_behind(tx, id)?,
        None => None,
    };
    let (payee, payee_name) =
        customer.unwrap_or_else(|| (charge.id.clone(), format!("The payer of {}", charge.id)));
    let account = format!("Assets:{}:{}", title_of(source), amount.currency());
    let account = Account::new(&account)
        .map_err(|error| ApiError::failed("account", format!("Nothing was proposed: {error}.")))?;
    let day = moment.profile.day(charge.created);
    let batch = propose(
        tx,
        moment,
        &BatchDraft {
            kind: "refund".into(),
            rail,
            source_account: account,
            held: Vec::new(),
            items: vec![ItemDraft {
                payee,
                payee_name,
                text: format!("Refund of the card payment {} of {day}", charge.id),
                amount,
                destination: stripe::refund_destination(&charge.id),
                refund: None,
            }],
        },
    )?;
    for item in batches::items(tx, batch.key)? {
        charge_refunds::add(tx, item.key, source, &charge.id)?;
    }
    Ok(batch)
}

/// How much of a charge can be given back now; nothing of one that is contested or took nothing.
pub(crate) fn refundable(conn: &Conn, taken: &Taken) -> Result<Money, ApiError> {
    let zero = Money::zero(taken.charge.amount.currency());
    if !taken.charge.captured || contested(conn, taken)? {
        return Ok(zero);
    }
    let left = left(conn, taken, None)?;
    Ok(if left.is_negative() { zero } else { left })
}

/// Why refunds of charges cannot leave any more: contested, or given back elsewhere, meanwhile.
pub(crate) fn ground_gone(conn: &Conn, live: &[Live]) -> Result<Option<String>, ApiError> {
    for one in live {
        let Some((_, id)) = charge_refunds::of_item(conn, one.item.key)? else { continue };
        if matches!(one.item.state, ItemState::Sent | ItemState::Settled) {
            continue;
        }
        let Some(taken) = find(conn, &id)? else { continue };
        let name = &one.item.payee_name;
        if contested(conn, &taken)? {
            return Ok(Some(format!("{name}: the customer's bank contests {id}")));
        }
        let left = left(conn, &taken, Some(one.item.key))?;
        if one.item.amount.sub(left)?.is_positive() {
            return Ok(Some(format!("{name}: of {id} only {} is left to give back", words::money(left))));
        }
    }
    Ok(None)
}

/// What a charge still holds: neither given back at the provider nor promised here. `except` is an item that is asked for.
fn left(conn: &Conn, taken: &Taken, except: Option<i64>) -> Result<Money, ApiError> {
    let Taken { source, charge } = taken;
    let mut told = Vec::new();
    for object in owned(conn, taken, FactKind::Refund)? {
        if let Some(Observed::Refund(refund)) = observed(conn, source, FactKind::Refund, object.fact)?
            && !came_back(refund.status)
        {
            told.push(refund);
        }
    }
    let currency = charge.amount.currency();
    let given = Money::sum(told.iter().map(|refund| refund.amount), currency)?;
    let given = if charge.refunded.sub(given)?.is_positive() { charge.refunded } else { given };
    let is_told =
        |one: &ChargeRefund| one.refund.as_ref().is_some_and(|id| told.iter().any(|refund| refund.id == *id));
    let promised = charge_refunds::of_charge(conn, source, &charge.id)?
        .into_iter()
        .filter(|one| Some(one.item) != except && !is_told(one))
        .map(|one| one.amount);
    Ok(charge.amount.sub(given)?.sub(Money::sum(promised, currency)?)?)
}

/// Whether the money of a charge is, or may be, taken by the customer's bank. An inquiry takes nothing yet.
fn contested(conn: &Conn, taken: &Taken) -> Result<bool, ApiError> {
    let mut known = false;
    for object in owned(conn, taken, FactKind::Dispute)? {
        if let Some(Observed::Dispute(dispute)) =
            observed(conn, &taken.source, FactKind::Dispute, object.fact)?
        {
            known = true;
            if matches!(
                dispute.status,
                DisputeStatus::Open | DisputeStatus::UnderReview | DisputeStatus::Lost
            ) {
                return Ok(true);
            }
        }
    }
    // The charge says so before its dispute was told.
    Ok(taken.charge.disputed && !known)
}

fn owned(conn: &Conn, taken: &Taken, kind: FactKind) -> Result<Vec<Object>, ApiError> {
    let owner = format!("charge:{}", taken.charge.id);
    Ok(provider::owned(conn, &taken.source, kind.as_str(), &owner)?)
}

fn came_back(status: RefundStatus) -> bool {
    matches!(status, RefundStatus::Failed | RefundStatus::Cancelled)
}

fn too_much(charge: &Charge, left: Money) -> ApiError {
    let message = if left.is_positive() {
        format!(
            "Nothing was proposed: at most {} of {} can be given back; the rest was given back or promised already.",
            words::money(left),
            charge.id
        )
    } else {
        format!("Nothing was proposed: all of {} was given back or promised already.", charge.id)
    };
    ApiError::usage("refund_amount", message)
}

/// The rail of a source that is connected with a key that may write.
fn rail(conn: &Conn, source: &str) -> Result<RailName, ApiError> {
    let title = title_of(source);
    let all = connections::all(conn)?;
    match all.iter().find(|row| row.provider == source) {
        None => Err(ApiError::founder(
            "not_connected",
            format!("Nothing was proposed: {title} is not connected. Connect it in Settings, Connections."),
        )),
        Some(row) if !may_write(row) => Err(ApiError::founder(
            "no_write_key",
            format!(
                "Nothing was proposed: {title} is connected without a key that may write. Add a restricted write key \
                 in Settings, Connections, or give the money back at {title}."
            ),
        )),
        Some(_) => {
            Ok(RailName { name: source.to_owned(), title: title.to_owned(), delivery: Delivery::Keyed })
        }
    }
}

/// A provider told of a refund: where it is one of ours, it is confirmed, or the founder hears that it came back. One
/// that was made at the provider itself is one question too.
pub(crate) fn refund_told(
    tx: &WriteTx<'_>,
    moment: &Moment,
    source: &str,
    told: &Refund,
) -> Result<(), ApiError> {
    let charge = told.charge.as_deref().unwrap_or_default();
    if !came_back(told.status) {
        given_back_again(tx, moment, source, told)?;
    }
    if !charge_refunds::is_ours(tx, source, charge, &told.id)? {
        return returned_elsewhere(tx, moment, source, told);
    }
    let ours = charge_refunds::of_charge(tx, source, charge)?;
    let Some(one) = ours.into_iter().find(|one| one.refund.as_deref() == Some(told.id.as_str())) else {
        return Ok(());
    };
    match (came_back(told.status), one.state) {
        (false, ItemState::Sent) => settled(tx, moment, &one.id, true),
        (true, ItemState::Sent | ItemState::Settled) => returned(tx, moment, source, &one, told),
        _ => Ok(()),
    }
}

/// The rail took a refund that its provider had told of already: a lookup found it after a time-out.
pub(crate) fn told_already(
    tx: &WriteTx<'_>,
    moment: &Moment,
    item: i64,
    refund: &str,
) -> Result<(), ApiError> {
    let Some((source, _)) = charge_refunds::of_item(tx, item)? else { return Ok(()) };
    let Some(object) = provider::get(tx, &source, FactKind::Refund.as_str(), refund)? else { return Ok(()) };
    match observed(tx, &source, FactKind::Refund, object.fact)? {
        Some(Observed::Refund(told)) => refund_told(tx, moment, &source, &told),
        _ => Ok(()),
    }
}

fn returned(
    tx: &WriteTx<'_>,
    moment: &Moment,
    source: &str,
    one: &ChargeRefund,
    told: &Refund,
) -> Result<(), ApiError> {
    batches::set_item_state(tx, one.item, ItemState::Failed)?;
    settle_state(tx, moment, one.batch)?;
    let batch = by_key(tx, one.batch)?;
    // It can have been told before anybody knew that it was ours.
    attention::resolve(tx, &refund_subject(told), Some(RETURNED), moment.at)?;
    let item = Attention {
        kind: "payout_failed".into(),
        subject: subject(&batch),
        severity: Severity::High,
        title: format!("Refund {} to {} came back", words::money(one.amount), one.payee_name),
        reason: why_returned(source, told),
        amount: Some(one.amount),
        since: moment.at,
        due: None,
        actions: vec!["reject".into()],
        route: route(&batch),
    };
    Ok(attention::raise(tx, &moment.id(), &item)?)
}

/// A refund that nobody proposed here came back, or did not after all.
fn returned_elsewhere(
    tx: &WriteTx<'_>,
    moment: &Moment,
    source: &str,
    told: &Refund,
) -> Result<(), ApiError> {
    if told.status != RefundStatus::Failed {
        attention::resolve(tx, &refund_subject(told), Some(RETURNED), moment.at)?;
        return Ok(());
    }
    let item = Attention {
        kind: RETURNED.into(),
        subject: refund_subject(told),
        severity: Severity::High,
        title: format!("A refund of {} came back", words::money(told.amount)),
        reason: why_returned(source, told),
        amount: Some(told.amount),
        since: moment.at,
        due: None,
        actions: vec![DONE.into(), "snooze".into()],
        route: "/money-in/payments".into(),
    };
    Ok(attention::raise(tx, &moment.id(), &item)?)
}

/// What came back before was given back another time.
fn given_back_again(tx: &WriteTx<'_>, moment: &Moment, source: &str, told: &Refund) -> Result<(), ApiError> {
    let Some(charge) = &told.charge else { return Ok(()) };
    for object in provider::owned(tx, source, FactKind::Refund.as_str(), &format!("charge:{charge}"))? {
        if let Some(Observed::Refund(before)) = observed(tx, source, FactKind::Refund, object.fact)?
            && before.created < told.created
        {
            attention::resolve(tx, &refund_subject(&before), Some(RETURNED), moment.at)?;
        }
    }
    Ok(())
}

fn why_returned(source: &str, told: &Refund) -> String {
    let (title, id) = (title_of(source), &told.id);
    let why = if told.failure.is_empty() { String::new() } else { format!(": {}", told.failure) };
    let say = format!(
        "{title} could not give it back ({id}{why}). The money is back in the balance there; agree with the customer \
         on another way"
    );
    one_line(&say, 300)
}

fn refund_subject(told: &Refund) -> String {
    format!("refund:{}", told.id)
}
