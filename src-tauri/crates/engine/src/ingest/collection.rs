//! An open invoice that its provider collects by itself: what the founder has to do about it (MI-04, TS-41, TS-45).
//!
//! The question follows from the invoice's newest state and from what is owed here, so that it does not matter in which
//! order things are told. While the provider tries again nobody is asked.

use purser_core::attention::{Attention, DONE, Severity};
use purser_core::fact::{self, Collection, CollectionNext, FactKind, Observed};
use purser_core::text::one_line;
use purser_store::WriteTx;
use purser_store::tables::invoices::{self, Invoice};
use purser_store::tables::provider::{self, Object};
use purser_store::tables::{Conn, attention};
use serde::{Deserialize, Serialize};

use super::billing::KnownInvoice;
use super::page::{Page, detail, set_detail};
use super::sources::{observed, title_of};
use crate::books::Moment;
use crate::error::ApiError;
use crate::profile::Profile;

/// The provider has given up collecting.
const GIVEN_UP: &str = "collection_given_up";
/// The customer has to confirm the payment with their bank.
const CONFIRM: &str = "payment_confirmation";
/// Longest address of a provider's page in a sentence, and longest sentence with one.
const PAGE_CHARS: usize = 400;
const REASON_CHARS: usize = 700;

/// What was asked of an invoice last: what the founder has answered is not asked again for the same attempt.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asked {
    kind: String,
    attempts: u32,
}

impl Page<'_> {
    /// Looks at what an invoice of the provider's asks for, once the page is booked.
    pub(super) fn look_at_collection(&self, invoice: &str) -> Result<(), ApiError> {
        let Some(object) = self.object(FactKind::Invoice, invoice)? else { return Ok(()) };
        look_at(self.tx, self.moment, self.source.name(), object, |object| self.observed(object))
    }
}

/// Looks at an invoice after a decision that may have settled it, or opened it again. The caller writes the audit row.
pub(crate) fn look(tx: &WriteTx<'_>, moment: &Moment, invoice: i64) -> Result<(), ApiError> {
    let Some((source, object)) = provider::of_invoice(tx, invoice)? else { return Ok(()) };
    look_at(tx, moment, &source, object, |object| observed(tx, &source, FactKind::Invoice, object.fact))
}

fn look_at(
    tx: &WriteTx<'_>,
    moment: &Moment,
    source: &str,
    mut object: Object,
    seen: impl FnOnce(&Object) -> Result<Option<Observed>, ApiError>,
) -> Result<(), ApiError> {
    let Some(mut known) = detail::<KnownInvoice>(&object)? else { return Ok(()) };
    let Some(invoice) = known.id.as_deref().map(|id| invoices::by_id(tx, id)).transpose()?.flatten() else {
        return Ok(());
    };
    let is_owed = invoice.open.is_positive();
    // Most invoices are paid at once, and nothing was ever asked of them: what they say need not be read again.
    if !is_owed && known.asked.is_none() {
        return Ok(());
    }
    let seen = if is_owed { seen(&object)? } else { None };
    let wanted = match seen {
        Some(Observed::Invoice(seen)) => question(source, &invoice, &seen),
        _ => None,
    };
    let subject = format!("invoice:{}", invoice.id);
    let asked = wanted.as_ref().map(|(asked, _)| asked.clone());
    for kind in [GIVEN_UP, CONFIRM] {
        if asked.as_ref().is_none_or(|asked| asked.kind != kind) {
            attention::resolve(tx, &subject, Some(kind), moment.at)?;
        }
    }
    if let Some((asked, words)) = wanted {
        let stands = attention::title_of(tx, &subject, &asked.kind)?.is_some();
        if stands || known.asked.as_ref() != Some(&asked) {
            let item = Attention {
                kind: asked.kind,
                subject,
                severity: Severity::High,
                title: words.title,
                reason: words.reason,
                amount: Some(invoice.open),
                since: moment.at,
                due: None,
                actions: vec![DONE.into(), "snooze".into()],
                route: format!("/money-in/invoices/{}", invoice.shown()),
            };
            attention::raise(tx, &moment.id(), &item)?;
        }
    }
    if known.asked != asked {
        known.asked = asked;
        set_detail(&mut object, &known)?;
        provider::put(tx, source, &object, &moment.stamp())?;
    }
    Ok(())
}

struct Words {
    title: String,
    reason: String,
}

/// What is to be asked of an invoice that is open here.
fn question(source: &str, invoice: &Invoice, seen: &fact::Invoice) -> Option<(Asked, Words)> {
    let collection = seen.collection.as_ref()?;
    let (title, number) = (title_of(source), invoice.shown());
    let who = &invoice.customer_name;
    let page = match one_line(&collection.page, PAGE_CHARS) {
        page if page.is_empty() => "its page".to_owned(),
        page => format!("its page {page}"),
    };
    let (kind, words) = match collection.next {
        CollectionNext::Arrival | CollectionNext::Retry(_) => return None,
        CollectionNext::Nothing => {
            let why = match collection.failure.as_str() {
                "" => format!("{title} does not say why"),
                why => why.to_owned(),
            };
            let what = format!("Ask for another card, send {page}, or write it off");
            (
                GIVEN_UP,
                Words {
                    title: format!("{who}'s card was declined for {number}: {title} tries no more"),
                    reason: format!("{why}. {what}"),
                },
            )
        }
        CollectionNext::Confirmation => (
            CONFIRM,
            Words {
                title: format!("{who} has to confirm the payment of {number} with the bank"),
                reason: format!(
                    "Until then the bank pays nothing (3-D Secure). Send {page}, where it can be confirmed"
                ),
            },
        ),
    };
    let words = Words { title: words.title, reason: one_line(&words.reason, REASON_CHARS) };
    Some((Asked { kind: kind.to_owned(), attempts: collection.attempts }, words))
}

/// How far a provider has come in collecting one of its invoices.
pub(crate) struct Collected {
    source: String,
    collection: Box<Collection>,
}

impl Collected {
    /// What comes next, a sentence without its full stop; empty where that is not worth a word.
    pub fn next(&self, profile: &Profile) -> String {
        let title = title_of(&self.source);
        match self.collection.next {
            CollectionNext::Arrival => String::new(),
            CollectionNext::Retry(at) => {
                format!("{title} tries again on {}", profile.day(at).format("%-d %b"))
            }
            CollectionNext::Confirmation => "The customer has to confirm it with their bank".to_owned(),
            CollectionNext::Nothing => format!("{title} tries no more"),
        }
    }

    /// Where its customer can pay or confirm it; empty where nobody knows.
    pub fn page(&self) -> &str {
        &self.collection.page
    }

    /// What came of the last attempt, and what comes next.
    pub fn words(&self, profile: &Profile) -> String {
        let parts = [self.collection.failure.clone(), self.next(profile)];
        parts.into_iter().filter(|part| !part.is_empty()).map(|part| part + ".").collect::<Vec<_>>().join(" ")
    }
}

/// Of an invoice of ours; nothing where no provider collects it.
pub(crate) fn of_invoice(conn: &Conn, invoice: i64) -> Result<Option<Collected>, ApiError> {
    match provider::of_invoice(conn, invoice)? {
        Some((source, object)) => of_object(conn, &source, &object),
        None => Ok(None),
    }
}

/// Of an invoice of the provider's.
pub(crate) fn of_object(conn: &Conn, source: &str, object: &Object) -> Result<Option<Collected>, ApiError> {
    let Some(Observed::Invoice(seen)) = observed(conn, source, FactKind::Invoice, object.fact)? else {
        return Ok(None);
    };
    Ok(seen.collection.map(|collection| Collected { source: source.to_owned(), collection }))
}
