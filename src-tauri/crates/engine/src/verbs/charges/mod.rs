//! Money at providers that waits in Suspense: what it is, and what the founder is asked of it after a day.
//!
//! Most of it explains itself: the invoice of a charge is told minutes later. What still waits a day later is one
//! decision each.

mod resolve;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use purser_core::Money;
use purser_core::attention::{Attention, Severity};
use purser_core::fact::{FactKind, Observed};
use purser_core::matching::money_text;
use purser_core::text::one_line;
use purser_store::tables::provider::{self, Waiting};
use purser_store::tables::{Conn, attention, customers, invoices};
use serde_json::json;

use crate::api::Caller;
use crate::api::types::*;
use crate::approvals::charge::{self, Taken};
use crate::books::Books;
use crate::error::ApiError;
use crate::ingest::{observed, title_of};
use crate::profile::Profile;
use crate::verbs::invoices::list;

pub use resolve::resolve;
pub(crate) use resolve::take_back;

/// The kind of the decision.
const KIND: &str = "charge_without_invoice";
/// The kind that the ingest raises at once, of a movement that nobody can explain.
const UNEXPLAINED: &str = "unexplained_movement";
/// So long a charge may wait for its invoice before the founder is asked.
const PATIENCE: Duration = Duration::days(1);
/// Rows that are shown, and looked at in one go.
const ROWS_MAX: u32 = 500;

/// What is known of money that waits.
struct Told {
    created: DateTime<Utc>,
    text: String,
    customer: Option<String>,
    /// Of a charge.
    taken: Option<Taken>,
}

/// `charges_waiting`.
pub fn waiting(caller: &Caller<'_>, _input: Nothing) -> Result<ChargesWaiting, ApiError> {
    let books = caller.books()?;
    let now = books.clock.now();
    books.read(|tx| {
        let profile = Profile::load(tx)?;
        let mut rows = Vec::new();
        for found in provider::waiting(tx, ROWS_MAX)? {
            rows.push(row(tx, &profile, profile.day(now), &found)?);
        }
        rows.sort_by(|one: &ChargeRow, other| (&one.on, &one.id).cmp(&(&other.on, &other.id)));
        Ok(ChargesWaiting { rows })
    })
}

fn row(conn: &Conn, profile: &Profile, today: NaiveDate, found: &Waiting) -> Result<ChargeRow, ApiError> {
    let told = told(conn, found)?;
    let customer = match told.as_ref().and_then(|told| told.customer.as_deref()) {
        Some(external_id) => provider::customer_behind(conn, external_id)?,
        None => None,
    };
    let mut open = Vec::new();
    if let Some((id, _)) = &customer
        && let Some(customer) = customers::by_id(conn, id)?
    {
        let theirs = invoices::open_of(conn, customer.key, found.amount.currency())?;
        open = theirs.iter().map(|invoice| list::row(invoice, today)).collect();
    }
    let taken = told.as_ref().and_then(|told| told.taken.as_ref());
    let refundable = taken.map(|taken| charge::refundable(conn, taken)).transpose()?;
    let refundable = refundable.unwrap_or_else(|| Money::zero(found.amount.currency()));
    Ok(ChargeRow {
        id: found.object.external_id.clone(),
        title: title_of(&found.source).to_owned(),
        is_charge: found.object.kind == FactKind::Charge.as_str(),
        on: told.as_ref().map(|told| profile.day(told.created).to_string()).unwrap_or_default(),
        text: told.as_ref().map(|told| one_line(&told.text, 200)).unwrap_or_default(),
        amount: found.amount.into(),
        refundable: refundable.into(),
        entry: found.object.entry,
        customer_id: customer.as_ref().map(|(id, _)| id.clone()),
        customer_name: customer.map(|(_, name)| name).unwrap_or_default(),
        open,
    })
}

fn told(conn: &Conn, found: &Waiting) -> Result<Option<Told>, ApiError> {
    let Some(kind) = FactKind::parse(&found.object.kind) else { return Ok(None) };
    Ok(match observed(conn, &found.source, kind, found.object.fact)? {
        Some(Observed::Charge(one)) => Some(Told {
            created: one.created,
            text: one.text.clone(),
            customer: one.customer.clone(),
            taken: Some(Taken { source: found.source.clone(), charge: one }),
        }),
        Some(Observed::Movement(one)) => {
            Some(Told { created: one.created, text: one.text, customer: None, taken: None })
        }
        _ => None,
    })
}

/// Subject and kind of the decision that money waits for. A movement that nobody can explain was one from the start.
fn asked_as(object: &provider::Object) -> (String, &'static str) {
    let id = &object.external_id;
    if object.kind == FactKind::Charge.as_str() {
        (format!("charge:{id}"), KIND)
    } else {
        (format!("movement:{id}"), UNEXPLAINED)
    }
}

/// Asks the founder of what waits longer than a day, and stops asking of what found its reason; how many wait so long.
pub(crate) fn ask(books: &Books, actor: &str) -> Result<usize, ApiError> {
    let now = books.clock.now();
    let look = books.read(|tx| look(tx, now))?;
    let count = look.late;
    if look.new.is_empty() && look.settled.is_empty() {
        return Ok(count);
    }
    books.decide(actor, move |tx, moment| {
        for item in &look.new {
            attention::raise(tx, &moment.id(), item)?;
        }
        for (subject, kind) in &look.settled {
            attention::resolve(tx, subject, Some(kind), moment.at)?;
        }
        let detail = json!({ "asked": look.new.len(), "settled": look.settled.len() });
        tx.audit(moment.audit("charges.look", "charges", detail))?;
        Ok(())
    })?;
    Ok(count)
}

/// What is to be asked, and what no more.
struct Look {
    late: usize,
    new: Vec<Attention>,
    settled: Vec<(String, &'static str)>,
}

fn look(conn: &Conn, now: DateTime<Utc>) -> Result<Look, ApiError> {
    let found = provider::waiting(conn, ROWS_MAX)?;
    let is_whole = found.len() < ROWS_MAX as usize;
    let mut look = Look { late: 0, new: Vec::new(), settled: Vec::new() };
    let mut waits = Vec::with_capacity(found.len());
    for found in &found {
        let told = told(conn, found)?;
        // A debit that its bank has not answered yet names its invoice once it has.
        let is_pending =
            told.as_ref().and_then(|told| told.taken.as_ref()).is_some_and(|taken| !taken.charge.captured);
        let since = told.filter(|_| !is_pending).map_or(now, |told| told.created);
        let (subject, kind) = asked_as(&found.object);
        if kind == KIND && now - since > PATIENCE {
            look.late += 1;
            if !attention::has(conn, &subject)? {
                look.new.push(asked(found, subject.clone(), since));
            }
        }
        waits.push(subject);
    }
    // Beyond what is looked at nobody knows what still waits.
    for kind in [KIND, UNEXPLAINED].into_iter().filter(|_| is_whole) {
        let open = attention::subjects(conn, kind)?.into_iter();
        look.settled.extend(open.filter(|subject| !waits.contains(subject)).map(|subject| (subject, kind)));
    }
    Ok(look)
}

fn asked(found: &Waiting, subject: String, since: DateTime<Utc>) -> Attention {
    let (source, amount) = (title_of(&found.source), money_text(found.amount.abs()));
    let (title, reason) = if found.amount.is_positive() {
        let reason = format!("{source} names none for it, and it waits in Suspense for more than a day");
        (format!("A card payment of {amount} has no invoice"), reason)
    } else {
        let reason = format!("{source} gave it back, and its payment was filed under what is no income");
        (format!("{amount} of a card payment was given back"), reason)
    };
    Attention {
        kind: KIND.to_owned(),
        subject,
        severity: Severity::Medium,
        title,
        reason,
        amount: Some(found.amount.abs()),
        since,
        due: None,
        actions: vec!["open".to_owned(), "snooze".to_owned()],
        route: format!("/money-in/cards/{}", found.object.external_id),
    }
}
