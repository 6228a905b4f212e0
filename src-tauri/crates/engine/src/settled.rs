//! An invoice was settled by bank, cash or check: its provider and the founder's application are told (MI-02).
//!
//! A provider that issued an invoice goes on asking for its money until it hears that it was “paid out of band”. The
//! founder's application activates what was bought when it gets `payment.settled`, in a signed post. What is settled
//! by card is told by the provider itself, to both.

use chrono::Duration;
use purser_connectors::{stripe, webhook};
use purser_core::attention::{Attention, Severity};
use purser_core::fact::{FactKind, InvoiceStatus, Observed};
use purser_core::matching::money_text;
use purser_core::outbox::{Delivery, EffectState};
use purser_core::text::{NAME_CHARS, one_line};
use purser_store::WriteTx;
use purser_store::tables::allocations::{self, Allocation};
use purser_store::tables::connections::{self, Connection};
use purser_store::tables::effects::{self, Effect, NewEffect};
use purser_store::tables::invoices::{self, Invoice};
use purser_store::tables::{attention, customers, payments, provider};
use serde_json::{Value, json};

use crate::books::Moment;
use crate::connections::may_write;
use crate::error::ApiError;
use crate::ingest::{observed, title_of};
use crate::outbox::enqueue;

/// The effect that tells a provider.
const PAID_OUTSIDE: &str = "provider.paid_outside";
/// The effects that tell the founder's application.
const SETTLED: &str = "webhook.payment_settled";
const REVERSED: &str = "webhook.payment_reversed";
/// The decision of a founder whose provider cannot be told, or was told what is not true any more.
const TELL: &str = "tell_provider";
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
        let paid = allocations::of_invoice(tx, invoice.key)?;
        let ours = paid
            .iter()
            .rev()
            .find(|row| row.undone_by.is_none() && matches!(row.funds_kind.as_str(), "line" | "payment"));
        let settled = ours.filter(|_| !invoice.open.is_positive());
        tell_provider(tx, moment, &connected, &invoice, settled.is_some())?;
        tell_application(tx, moment, &connected, &invoice, settled)?;
    }
    Ok(())
}

/// The provider and the books agree on an invoice: nobody needs to tell anything any more.
pub(crate) fn provider_knows(tx: &WriteTx<'_>, moment: &Moment, invoice: &str) -> Result<(), ApiError> {
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
    let latest = latest(tx, &format!("{source}:paid:{theirs}"))?;
    if !settled {
        provider_knows(tx, moment, &invoice.id)?;
        return match take_back(tx, moment, latest.effect.as_ref())? {
            Left::Nothing => Ok(()),
            Left::ThereAlready => ask(
                tx,
                moment,
                invoice,
                &format!(
                    "{} was told that it is paid, and it is open here again. Correct it there, or match its payment once more",
                    title_of(&source)
                ),
            ),
        };
    }
    let seen = observed(tx, &source, FactKind::Invoice, object.fact)?;
    let knows = matches!(seen, Some(Observed::Invoice(seen)) if seen.status != InvoiceStatus::Open);
    if knows || latest.is_live() {
        // It may have been opened here meanwhile, and both agree again.
        return provider_knows(tx, moment, &invoice.id);
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
    queue(tx, moment, PAID_OUTSIDE, &source, latest.next_key, title, request)
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
    let told = |kind: &str, key: &str, method: &str| -> Result<Vec<u8>, ApiError> {
        let event = event(tx, moment, invoice, key, kind, method)?;
        Ok(event.to_string().into_bytes())
    };
    match settled {
        Some(by) if is_connected && !latest.is_live() => {
            let method = match by.funds_kind.as_str() {
                "payment" => payments::by_number(tx, &by.funds_id)?.map(|payment| payment.method),
                _ => None,
            };
            let method = method.unwrap_or_else(|| "bank_transfer".to_owned());
            let request = told("payment.settled", &latest.next_key, &method)?;
            let title = format!("Tell your application that {} is paid", invoice.shown());
            queue(tx, moment, SETTLED, webhook::NAME, latest.next_key, title, request)
        }
        Some(_) => Ok(()),
        None => match take_back(tx, moment, latest.effect.as_ref())? {
            Left::Nothing => Ok(()),
            Left::ThereAlready => {
                let key = format!("reversed:{}", latest.last_key);
                if effects::by_idempotency_key(tx, &key)?.is_some() {
                    return Ok(());
                }
                let request = told("payment.reversed", &key, "")?;
                let title = format!("Tell your application that {} is open again", invoice.shown());
                queue(tx, moment, REVERSED, webhook::NAME, key, title, request)
            }
        },
    }
}

/// The body of a post. Names of fields are never changed: applications read them.
fn event(
    tx: &WriteTx<'_>,
    moment: &Moment,
    invoice: &Invoice,
    key: &str,
    kind: &str,
    method: &str,
) -> Result<Value, ApiError> {
    let customer = customers::by_key(tx, invoice.customer)?.unwrap_or_default();
    Ok(json!({
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
    }))
}

/// The last of several effects that tell the same thing.
struct Latest {
    effect: Option<Effect>,
    last_key: String,
    next_key: String,
}

impl Latest {
    /// Whether it was told, or is about to be. What failed or was dropped is the founder's to send again.
    fn is_live(&self) -> bool {
        self.effect.as_ref().is_some_and(|effect| effect.state != EffectState::Cancelled)
    }
}

/// Keys are counted, so that an invoice that is settled, opened and settled again is told each time.
fn latest(tx: &WriteTx<'_>, stem: &str) -> Result<Latest, ApiError> {
    let mut latest = Latest { effect: None, last_key: String::new(), next_key: format!("{stem}:1") };
    for round in 2..=ROUNDS_MAX {
        let Some(effect) = effects::by_idempotency_key(tx, &latest.next_key)? else { break };
        let was_reversed =
            effects::by_idempotency_key(tx, &format!("reversed:{}", latest.next_key))?.is_some();
        latest.effect = Some(effect).filter(|_| !was_reversed);
        latest.last_key = std::mem::replace(&mut latest.next_key, format!("{stem}:{round}"));
    }
    Ok(latest)
}

/// What is left of something that is to be taken back.
enum Left {
    Nothing,
    ThereAlready,
}

fn take_back(tx: &WriteTx<'_>, moment: &Moment, effect: Option<&Effect>) -> Result<Left, ApiError> {
    let Some(effect) = effect else { return Ok(Left::Nothing) };
    let why = Some("the invoice is open again");
    for state in [EffectState::Queued, EffectState::Held] {
        if effect.state == state
            && effects::change(tx, effect.key, state, EffectState::Cancelled, moment.at, why)?
        {
            return Ok(Left::Nothing);
        }
    }
    let there = matches!(effect.state, EffectState::Sent | EffectState::Sending | EffectState::Unknown);
    Ok(if there { Left::ThereAlready } else { Left::Nothing })
}

/// Queued, not before the undo of the decision has passed.
fn queue(
    tx: &WriteTx<'_>,
    moment: &Moment,
    kind: &str,
    via: &str,
    key: String,
    title: String,
    request: Vec<u8>,
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
    let after = moment.at + Duration::seconds(i64::from(moment.profile.undo_seconds));
    Ok(effects::hold_until(tx, queued, Some(after))?)
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
        actions: vec![],
        route: format!("/money-in/invoices/{}", invoice.shown()),
    };
    Ok(attention::raise(tx, &moment.id(), &item)?)
}

fn subject(invoice: &str) -> String {
    format!("invoice:{invoice}")
}
