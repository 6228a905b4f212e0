//! An invoice was settled by bank, cash, check, or a card payment that the founder gave it: its provider and the founder's
//! application are told (MI-02).
//!
//! A provider that issued an invoice goes on asking for its money until it hears that it was “paid out of band”. The
//! founder's application activates what was bought when it gets `payment.settled`, in a signed post. What the
//! provider settled by card it tells itself, to both; an application that missed it is told by hand (TS-42).

use chrono::{DateTime, Duration, Utc};
use purser_connectors::{stripe, webhook};
use purser_core::attention::{Attention, DONE, Severity};
use purser_core::fact::{FactKind, InvoiceStatus, Observed};
use purser_core::invoice::Stage;
use purser_core::matching::money_text;
use purser_core::outbox::{Delivery, EffectState};
use purser_core::text::{NAME_CHARS, one_line};
use purser_store::WriteTx;
use purser_store::tables::allocations::{self, Allocation};
use purser_store::tables::connections::{self, Connection};
use purser_store::tables::effects::{self, Effect, NewEffect};
use purser_store::tables::invoices::{self, Invoice};
use purser_store::tables::{Conn, attention, customers, payments, provider};
use serde_json::json;

use crate::books::Moment;
use crate::connections::may_write;
use crate::error::ApiError;
use crate::ingest::{collection, observed, title_of};
use crate::outbox::enqueue;

/// The effect that tells a provider.
const PAID_OUTSIDE: &str = "provider.paid_outside";
/// The effects that tell the founder's application.
const SETTLED: &str = "webhook.payment_settled";
const REVERSED: &str = "webhook.payment_reversed";
/// Before the key of what is told to be true no more.
const BACK: &str = "reversed:";
/// The decision of a founder whose provider cannot be told, or was told what is not true any more.
const TELL: &str = "tell_provider";
/// Why something is not told any more.
const OPEN_AGAIN: &str = "the invoice is open again";
/// Times that one invoice is settled and opened again at most.
const ROUNDS_MAX: u32 = 1_000;

/// Looks at invoices after a decision that may have settled them or opened them again, and queues or takes back what
/// is to be told. Looking twice changes nothing. The caller writes the audit row.
pub(crate) fn look(
    tx: &WriteTx<'_>,
    moment: &Moment,
    decided: impl IntoIterator<Item = i64>,
) -> Result<(), ApiError> {
    let mut keys: Vec<i64> = decided.into_iter().collect();
    keys.sort_unstable();
    keys.dedup();
    let connected = connections::all(tx)?;
    for invoice in invoices::by_keys(tx, &keys)? {
        let settled = settled_by(tx, &invoice)?;
        tell_provider(tx, moment, &connected, &invoice, settled.is_some())?;
        tell_application(tx, moment, &connected, &invoice, settled.as_ref())?;
        collection::look(tx, moment, invoice.key)?;
    }
    Ok(())
}

/// Whether the founder's application is connected.
pub(crate) fn has_application(conn: &Conn) -> Result<bool, ApiError> {
    Ok(connections::all(conn)?.iter().any(|row| row.provider == webhook::NAME))
}

/// Tells the application by hand that an invoice is paid, whatever paid it: one that did not activate what was bought
/// gets the same post under a new id (TS-42). Whether it was queued; not where one is still on its way. The caller
/// writes the audit row.
pub(crate) fn tell(tx: &WriteTx<'_>, moment: &Moment, invoice: &Invoice) -> Result<bool, ApiError> {
    let refused = |code: &str, why: &str| Err(ApiError::failed(code, format!("Nothing was sent: {why}.")));
    if !has_application(tx)? {
        return refused(
            "no_application",
            "no application is connected. Connect one under Settings, Connections",
        );
    }
    let Some(by) = paid_by(tx, invoice)? else {
        return refused("invoice_not_paid", &format!("{} is not paid", invoice.shown()));
    };
    let latest = latest(tx, &format!("settled:{}", invoice.id))?;
    if let Some(effect) = latest.effect.as_ref().filter(|_| !latest.reversed) {
        match effect.state {
            EffectState::Held | EffectState::Queued | EffectState::Sending | EffectState::Unknown => {
                return Ok(false);
            }
            // What certainly did not arrive is told by the new post.
            EffectState::Failed => drop_failed(tx, moment, effect, "it is told again")?,
            EffectState::Sent | EffectState::Cancelled => {}
        }
    }
    queue_settled(tx, moment, invoice, latest.next_key, &by, None)?;
    Ok(true)
}

/// Looks at what an effect told, once it is known what became of it. The invoice may be open again by then: what did not
/// arrive is not sent any more, and what did is put right.
pub(crate) fn told(tx: &WriteTx<'_>, moment: &Moment, effect: &Effect) -> Result<(), ApiError> {
    let stem = effect.idempotency_key.rsplit_once(':').map_or("", |(stem, _)| stem);
    let invoice = match effect.kind.as_str() {
        PAID_OUTSIDE => {
            let theirs = stem.strip_prefix(&provider_stem(&effect.via, "")).unwrap_or_default();
            provider::invoice_behind(tx, &effect.via, theirs)?
        }
        SETTLED => stem.strip_prefix("settled:").map(str::to_owned),
        _ => None,
    };
    let invoice = invoice.map(|id| invoices::by_id(tx, &id)).transpose()?.flatten();
    let Some(invoice) = invoice else { return Ok(()) };
    if settled_by(tx, &invoice)?.is_some() {
        return Ok(());
    }
    let connected = connections::all(tx)?;
    match effect.kind.as_str() {
        PAID_OUTSIDE => tell_provider(tx, moment, &connected, &invoice, false),
        _ => tell_application(tx, moment, &connected, &invoice, None),
    }
}

/// The provider says that an invoice is paid. Where it is settled here too, nobody needs to tell anything any more.
pub(crate) fn provider_knows(tx: &WriteTx<'_>, moment: &Moment, invoice: &str) -> Result<(), ApiError> {
    let is_open = invoices::by_id(tx, invoice)?.is_some_and(|invoice| invoice.open.is_positive());
    if is_open { Ok(()) } else { agreed(tx, moment, invoice) }
}

/// The provider says that an invoice was paid elsewhere. Where Purser has ever tried to say so, and the invoice is open
/// here, that telling arrived after all, however it was left.
pub(crate) fn provider_was_told(
    tx: &WriteTx<'_>,
    moment: &Moment,
    source: &str,
    invoice: &str,
) -> Result<(), ApiError> {
    let Some(invoice) = invoices::by_id(tx, invoice)?.filter(|invoice| invoice.open.is_positive()) else {
        return Ok(());
    };
    let Some((_, object)) = provider::of_invoice(tx, invoice.key)? else { return Ok(()) };
    let latest = latest(tx, &provider_stem(source, &object.external_id))?;
    match latest.effect {
        Some(effect) if effect.attempts > 0 => ask_to_correct(tx, moment, source, &invoice),
        _ => Ok(()),
    }
}

/// The allocation that settles an invoice and that its provider cannot know of; nothing while it is open.
fn settled_by(tx: &WriteTx<'_>, invoice: &Invoice) -> Result<Option<Allocation>, ApiError> {
    if invoice.open.is_positive() {
        return Ok(None);
    }
    let paid = allocations::of_invoice(tx, invoice.key)?;
    for row in paid.into_iter().rev().filter(|row| row.undone_by.is_none()) {
        match row.funds_kind.as_str() {
            "line" | "payment" => return Ok(Some(row)),
            "charge" if is_by_hand(tx, invoice, &row.funds_id)? => return Ok(Some(row)),
            _ => {}
        }
    }
    Ok(None)
}

/// The allocation that paid an invoice last, whatever it was paid with; nothing while it is open or where it is lost.
fn paid_by(tx: &WriteTx<'_>, invoice: &Invoice) -> Result<Option<Allocation>, ApiError> {
    if invoice.stage != Stage::Issued || invoice.open.is_positive() || invoice.written_off {
        return Ok(None);
    }
    let paid = allocations::of_invoice(tx, invoice.key)?;
    Ok(paid.into_iter().rfind(|row| row.undone_by.is_none()))
}

/// Whether it was the founder who gave a card payment to an invoice: its provider would have told of a payment of this
/// invoice by this charge.
fn is_by_hand(tx: &WriteTx<'_>, invoice: &Invoice, charge: &str) -> Result<bool, ApiError> {
    let Some((source, object)) = provider::of_invoice(tx, invoice.key)? else { return Ok(true) };
    let intent = provider::get(tx, &source, FactKind::Charge.as_str(), charge)?.map(|charge| charge.owner);
    let by = [Some(format!("charge:{charge}")), intent];
    let payments = provider::parts(tx, &source, FactKind::InvoicePayment.as_str(), &object.external_id)?;
    Ok(!payments.into_iter().any(|payment| by.contains(&Some(payment.owner))))
}

/// The provider and the books agree on an invoice.
fn agreed(tx: &WriteTx<'_>, moment: &Moment, invoice: &str) -> Result<(), ApiError> {
    attention::resolve(tx, &subject(invoice), Some(TELL), moment.at)?;
    Ok(())
}

fn tell_provider(
    tx: &WriteTx<'_>,
    moment: &Moment,
    connected: &[Connection],
    invoice: &Invoice,
    settled: bool,
) -> Result<(), ApiError> {
    let Some((source, object)) = provider::of_invoice(tx, invoice.key)? else { return Ok(()) };
    let theirs = &object.external_id;
    let latest = latest(tx, &provider_stem(&source, theirs))?;
    if !settled {
        return match take_back(tx, moment, latest.effect.as_ref())? {
            // In doubt it is looked up at the provider, and then [`told`] knows.
            Left::Nothing | Left::InDoubt => agreed(tx, moment, &invoice.id),
            Left::ThereAlready => ask_to_correct(tx, moment, &source, invoice),
        };
    }
    let seen = observed(tx, &source, FactKind::Invoice, object.fact)?;
    let knows = matches!(seen, Some(Observed::Invoice(seen)) if seen.status != InvoiceStatus::Open);
    if knows || latest.is_live() {
        // It may have been opened here meanwhile, and both agree again.
        return agreed(tx, moment, &invoice.id);
    }
    if !connected.iter().any(|row| row.provider == source && may_write(row)) {
        return ask(
            tx,
            moment,
            invoice,
            &format!(
                "{} still asks for the money, and Purser has no key that may tell it. Mark the invoice as paid there, or \
             connect a write key",
                title_of(&source)
            ),
        );
    }
    let request = stripe::pay_outside(theirs).map_err(|error| {
        ApiError::failed(
            "freeze",
            format!("What is told to {} cannot be written down: {error}.", title_of(&source)),
        )
    })?;
    let title = format!("Tell {} that {} is paid", title_of(&source), invoice.shown());
    queue(tx, moment, PAID_OUTSIDE, &source, latest.next_key, title, request, Some(undo_end(moment)))
}

fn tell_application(
    tx: &WriteTx<'_>,
    moment: &Moment,
    connected: &[Connection],
    invoice: &Invoice,
    settled: Option<&Allocation>,
) -> Result<(), ApiError> {
    let latest = latest(tx, &format!("settled:{}", invoice.id))?;
    let is_connected = connected.iter().any(|row| row.provider == webhook::NAME);
    match settled {
        Some(by) if is_connected && !latest.is_live() => {
            // That it was open again is not true any more: nobody is to send that now.
            let back = effects::by_idempotency_key(tx, &format!("{BACK}{}", latest.last_key))?;
            if let Some(back) = back.filter(|back| back.state == EffectState::Failed) {
                drop_failed(tx, moment, &back, "the invoice is settled again")?;
            }
            queue_settled(tx, moment, invoice, latest.next_key, by, Some(undo_end(moment)))
        }
        Some(_) => Ok(()),
        // What it was told by hand is still true.
        None if paid_by(tx, invoice)?.is_some() => Ok(()),
        None => {
            match take_back(tx, moment, latest.effect.as_ref())? {
                // Told once more by hand, it may have arrived the first time.
                Left::Nothing if !latest.arrived_before => return Ok(()),
                Left::InDoubt => give_up(tx, moment, latest.effect.as_ref())?,
                Left::Nothing | Left::ThereAlready => {}
            }
            if latest.reversed {
                return Ok(());
            }
            let key = format!("{BACK}{}", latest.last_key);
            let request = event(tx, moment, invoice, &key, "payment.reversed", "")?;
            let title = format!("Tell your application that {} is open again", invoice.shown());
            queue(tx, moment, REVERSED, webhook::NAME, key, title, request, Some(undo_end(moment)))
        }
    }
}

/// What failed is not to be sent again, and nobody is asked about it any more.
fn drop_failed(tx: &WriteTx<'_>, moment: &Moment, effect: &Effect, why: &str) -> Result<(), ApiError> {
    effects::change(tx, effect.key, EffectState::Failed, EffectState::Cancelled, moment.at, Some(why))?;
    attention::resolve(tx, &format!("effect:{}", effect.id), None, moment.at)?;
    Ok(())
}

fn queue_settled(
    tx: &WriteTx<'_>,
    moment: &Moment,
    invoice: &Invoice,
    key: String,
    by: &Allocation,
    not_before: Option<DateTime<Utc>>,
) -> Result<(), ApiError> {
    let method = match by.funds_kind.as_str() {
        "payment" => payments::by_number(tx, &by.funds_id)?.map(|payment| payment.method),
        "charge" => Some("card".to_owned()),
        "credit" => Some("credit".to_owned()),
        _ => None,
    };
    let method = method.unwrap_or_else(|| "bank_transfer".to_owned());
    let request = event(tx, moment, invoice, &key, "payment.settled", &method)?;
    let title = format!("Tell your application that {} is paid", invoice.shown());
    queue(tx, moment, SETTLED, webhook::NAME, key, title, request, not_before)
}

/// When the undo of a decision of now has passed.
fn undo_end(moment: &Moment) -> DateTime<Utc> {
    moment.at + Duration::seconds(i64::from(moment.profile.undo_seconds))
}

/// An application cannot be asked whether a post arrived. Posted again, it would come after the news that it is not true
/// any more, which puts right what may have arrived.
fn give_up(tx: &WriteTx<'_>, moment: &Moment, effect: Option<&Effect>) -> Result<(), ApiError> {
    let Some(effect) = effect.filter(|effect| effect.state == EffectState::Unknown) else { return Ok(()) };
    effects::change(
        tx,
        effect.key,
        EffectState::Unknown,
        EffectState::Cancelled,
        moment.at,
        Some(OPEN_AGAIN),
    )?;
    attention::resolve(tx, &format!("effect:{}", effect.id), None, moment.at)?;
    Ok(())
}

/// Whether something that the application is told before of the same invoice is still on its way: in the wrong order it
/// would believe what is not true any more.
pub(crate) fn must_wait(tx: &WriteTx<'_>, effect: &Effect) -> Result<bool, ApiError> {
    let key = &effect.idempotency_key;
    let before = match effect.kind.as_str() {
        REVERSED => key.strip_prefix(BACK).map(str::to_owned),
        SETTLED => key.rsplit_once(':').and_then(|(stem, round)| {
            let round: u32 = round.parse().ok()?;
            Some(format!("{BACK}{stem}:{}", round.checked_sub(1)?))
        }),
        _ => None,
    };
    let before = before.map(|key| effects::by_idempotency_key(tx, &key)).transpose()?.flatten();
    let states = [EffectState::Queued, EffectState::Sending, EffectState::Unknown];
    Ok(before.is_some_and(|before| states.contains(&before.state)))
}

/// The body of a post. Names of fields are never changed: applications read them.
fn event(
    tx: &WriteTx<'_>,
    moment: &Moment,
    invoice: &Invoice,
    key: &str,
    kind: &str,
    method: &str,
) -> Result<Vec<u8>, ApiError> {
    let customer = customers::by_key(tx, invoice.customer)?.unwrap_or_default();
    let body = json!({
        "id": key,
        "type": kind,
        "created": moment.stamp(),
        "invoice": {
            "id": invoice.id,
            "number": invoice.number,
            "reference": invoice.reference,
            "total": invoice.total,
            "provider_id": provider::of_invoice(tx, invoice.key)?.map(|(_, object)| object.external_id),
        },
        "customer": {
            "id": customer.id,
            "external_id": customer.external_id,
            "email": customer.email,
            "name": customer.name,
        },
        "payment": { "method": method },
    });
    Ok(body.to_string().into_bytes())
}

/// The last of several effects that tell the same thing.
struct Latest {
    effect: Option<Effect>,
    /// Whether it was told since that it is not true any more.
    reversed: bool,
    /// Whether the same was told before it, which was never said to be true no more: by hand it is told twice.
    arrived_before: bool,
    last_key: String,
    next_key: String,
}

impl Latest {
    /// Whether it was told, or is about to be. What failed or was dropped is the founder's to send again.
    fn is_live(&self) -> bool {
        let is_told = self.effect.as_ref().is_some_and(|effect| effect.state != EffectState::Cancelled);
        !self.reversed && (is_told || self.arrived_before)
    }
}

/// Keys are counted, so that an invoice that is settled, opened and settled again is told each time.
fn latest(tx: &WriteTx<'_>, stem: &str) -> Result<Latest, ApiError> {
    let mut latest = Latest {
        effect: None,
        reversed: false,
        arrived_before: false,
        last_key: String::new(),
        next_key: format!("{stem}:1"),
    };
    for round in 2..=ROUNDS_MAX {
        let Some(effect) = effects::by_idempotency_key(tx, &latest.next_key)? else { break };
        let arrived = latest.effect.as_ref().is_some_and(|before| before.state == EffectState::Sent);
        latest.arrived_before = !latest.reversed && (latest.arrived_before || arrived);
        latest.reversed = effects::by_idempotency_key(tx, &format!("{BACK}{}", latest.next_key))?.is_some();
        latest.effect = Some(effect);
        latest.last_key = std::mem::replace(&mut latest.next_key, format!("{stem}:{round}"));
    }
    Ok(latest)
}

/// What is left of something that is to be taken back.
enum Left {
    Nothing,
    /// It is on its way, or nobody knows whether it arrived.
    InDoubt,
    ThereAlready,
}

fn take_back(tx: &WriteTx<'_>, moment: &Moment, effect: Option<&Effect>) -> Result<Left, ApiError> {
    let Some(effect) = effect else { return Ok(Left::Nothing) };
    Ok(match effect.state {
        // What failed is certainly not there, and the founder is not to send it again.
        state @ (EffectState::Queued | EffectState::Held | EffectState::Failed) => {
            effects::change(tx, effect.key, state, EffectState::Cancelled, moment.at, Some(OPEN_AGAIN))?;
            attention::resolve(tx, &format!("effect:{}", effect.id), None, moment.at)?;
            Left::Nothing
        }
        EffectState::Sending | EffectState::Unknown => Left::InDoubt,
        EffectState::Sent => Left::ThereAlready,
        EffectState::Cancelled => Left::Nothing,
    })
}

/// Queued; what a decision causes not before its undo has passed.
#[allow(clippy::too_many_arguments)]
fn queue(
    tx: &WriteTx<'_>,
    moment: &Moment,
    kind: &str,
    via: &str,
    key: String,
    title: String,
    request: Vec<u8>,
    not_before: Option<DateTime<Utc>>,
) -> Result<(), ApiError> {
    let new = NewEffect {
        id: moment.id(),
        kind: kind.to_owned(),
        via: via.to_owned(),
        title: one_line(&title, NAME_CHARS),
        delivery: Delivery::Keyed,
        request,
        idempotency_key: key,
        amount: None,
        batch_item: None,
        created_at: moment.at,
    };
    let queued = enqueue(tx, &new)?;
    Ok(effects::hold_until(tx, queued, not_before)?)
}

fn ask_to_correct(
    tx: &WriteTx<'_>,
    moment: &Moment,
    source: &str,
    invoice: &Invoice,
) -> Result<(), ApiError> {
    let reason = format!(
        "{} was told that it is paid, and it is open here again. Correct it there, or match its payment once more",
        title_of(source)
    );
    ask(tx, moment, invoice, &reason)
}

fn ask(tx: &WriteTx<'_>, moment: &Moment, invoice: &Invoice, reason: &str) -> Result<(), ApiError> {
    let item = Attention {
        kind: TELL.into(),
        subject: subject(&invoice.id),
        severity: Severity::Medium,
        title: format!("{}: {} and its provider do not agree", invoice.shown(), money_text(invoice.total)),
        reason: reason.to_owned(),
        amount: Some(invoice.total),
        since: moment.at,
        due: None,
        actions: vec![DONE.into(), "snooze".into()],
        route: format!("/money-in/invoices/{}", invoice.shown()),
    };
    Ok(attention::raise(tx, &moment.id(), &item)?)
}

/// What the keys of the effects that tell a provider of one of its invoices begin with.
fn provider_stem(source: &str, theirs: &str) -> String {
    format!("{source}:paid:{theirs}")
}

fn subject(invoice: &str) -> String {
    format!("invoice:{invoice}")
}
