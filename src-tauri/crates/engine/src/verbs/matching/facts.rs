//! What matching is told, read from the store; kept until the books change.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::Duration;
use purser_core::fact::{FactKind, Observed};
use purser_core::matching::{
    Book, Customer, Facts, History, InTransit, Line, OpenInvoice, PaidInvoice, Target, Undeposited,
};
use purser_store::tables::lines::BankLine;
use purser_store::tables::{Conn, allocations, batches, customers, invoices, lines, payments, provider};

use crate::books::Books;
use crate::error::ApiError;
use crate::ingest::observed;
use crate::profile::Profile;

/// How far back habits are looked at, in days.
const HABIT_DAYS: i64 = 400;
/// How far back a second payment of an invoice is recognised, in days.
const SECOND_PAYMENT_DAYS: i64 = 90;
/// Most paid invoices that are looked at for second payments.
const PAID_MAX: i64 = 5000;
/// Most earlier payments of one customer that make a habit.
const HABITS_MAX: usize = 12;

/// The book of everything that a line may pay, as of a sequence of the store.
#[derive(Default)]
pub struct Cache(Mutex<Option<(u64, Arc<Snapshot>)>>);

/// One picture of what lines may pay.
pub struct Snapshot {
    /// The indexes.
    pub book: Book,
    /// Refused pairings.
    pub rejected: std::collections::HashSet<(String, String)>,
    /// The company's own names.
    pub own_names: Vec<String>,
}

impl Snapshot {
    /// Whether the founder refused to pair a line with a target.
    pub fn is_rejected(&self, line: &str, target: &Target) -> bool {
        self.rejected.contains(&(line.to_owned(), target_key(target)))
    }
}

/// How a refused target is kept.
pub(super) fn target_key(target: &Target) -> String {
    match target {
        Target::Invoices(ids) => format!("invoices:{}", ids.join("+")),
        Target::Undeposited(id) => format!("payment:{id}"),
        Target::OwnLine(id) => format!("transfer:{id}"),
        Target::InTransit(id) => format!("refund:{id}"),
    }
}

/// The snapshot for the books as they are, from the cache where nothing changed.
pub(super) fn snapshot(books: &Books) -> Result<Arc<Snapshot>, ApiError> {
    let sequence = books.store.sequence();
    let mut cached = books.matching.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((at, snapshot)) = cached.as_ref()
        && *at == sequence
    {
        return Ok(Arc::clone(snapshot));
    }
    let now = books.clock.now();
    let snapshot = Arc::new(books.read(|tx| {
        let profile = Profile::load(tx)?;
        load(tx, &profile, profile.day(now))
    })?);
    *cached = Some((sequence, Arc::clone(&snapshot)));
    Ok(snapshot)
}

/// Reads everything that a line may pay.
pub(super) fn load(conn: &Conn, profile: &Profile, today: chrono::NaiveDate) -> Result<Snapshot, ApiError> {
    let open = invoices::open(conn)?;
    let mut habits: HashMap<i64, History> = HashMap::new();
    for habit in allocations::habits(conn, today - Duration::days(HABIT_DAYS))? {
        let history = habits.entry(habit.customer).or_default();
        if history.days_late.len() < HABITS_MAX {
            history.days_late.push(habit.days_late);
            history.usual_shortfall.push(habit.fee);
        }
    }
    let customers = customers::with_aliases(conn)?
        .into_iter()
        .map(|(customer, aliases)| Customer {
            history: habits.remove(&customer.key).unwrap_or_default(),
            id: customer.id,
            name: customer.name,
            aliases,
        })
        .collect();
    let paid = invoices::paid_since(conn, today - Duration::days(SECOND_PAYMENT_DAYS), PAID_MAX)?
        .into_iter()
        .map(|invoice| PaidInvoice {
            number: invoice.shown().to_owned(),
            paid_on: invoice.paid_on.unwrap_or(invoice.issued),
            id: invoice.id,
            reference: invoice.reference,
            customer: invoice.customer_id,
            total: invoice.total,
        })
        .collect();
    let facts = Facts {
        invoices: open
            .into_iter()
            .map(|invoice| OpenInvoice {
                number: invoice.shown().to_owned(),
                id: invoice.id,
                reference: invoice.reference,
                customer: invoice.customer_id,
                issued: invoice.issued,
                due: invoice.due,
                total: invoice.total,
                open: invoice.open,
            })
            .collect(),
        customers,
        paid,
        undeposited: undeposited(conn)?,
        in_transit: in_transit(conn)?,
    };
    Ok(Snapshot {
        book: Book::new(facts),
        rejected: lines::rejections(conn)?.into_iter().collect(),
        own_names: vec![profile.name.clone()],
    })
}

fn undeposited(conn: &Conn) -> Result<Vec<Undeposited>, ApiError> {
    let mut all = Vec::new();
    for payment in payments::undeposited(conn)? {
        let mut references = vec![payment.reference.clone()];
        for allocation in allocations::of_funds(conn, "payment", &payment.id)? {
            if let Some(invoice) =
                allocation.invoice.map(|key| invoices::by_keys(conn, &[key])).transpose()?
            {
                for invoice in invoice {
                    references.push(invoice.shown().to_owned());
                    references.push(invoice.reference.clone());
                }
            }
        }
        references.retain(|reference| !reference.is_empty());
        all.push(Undeposited {
            id: payment.id,
            number: payment.number,
            customer: payment.customer_id,
            amount: payment.amount,
            received_on: payment.received_on,
            references,
        });
    }
    Ok(all)
}

fn in_transit(conn: &Conn) -> Result<Vec<InTransit>, ApiError> {
    let sent = batches::all_in_transit(conn)?;
    let mut all = provider_payouts(conn)?;
    all.extend(sent.into_iter().map(|item| InTransit {
        id: item.id.clone(),
        what: "refund".to_owned(),
        amount: -item.amount,
        sent_on: item.sent_on,
        texts: vec![item.payee_name, item.id],
    }));
    Ok(all)
}

/// Payouts of providers that the bank has not shown.
fn provider_payouts(conn: &Conn) -> Result<Vec<InTransit>, ApiError> {
    let mut all = Vec::new();
    for coming in provider::underway(conn)? {
        // A payout whose own state was not told yet cannot be recognised by its words.
        let told = observed(conn, &coming.source, FactKind::Payout, coming.fact)?;
        let Some(Observed::Payout(told)) = told else { continue };
        let mut texts = told.traces;
        texts.extend([coming.source.to_uppercase(), coming.id.clone()]);
        all.push(InTransit {
            id: coming.id,
            what: "payout".to_owned(),
            amount: coming.amount,
            sent_on: told.created.date_naive(),
            texts,
        });
    }
    Ok(all)
}

/// A stored line as matching reads it.
pub(super) fn line(line: &BankLine) -> Line {
    Line {
        date: line.occurred_on,
        id: line.id.clone(),
        amount: line.amount,
        payer: line.payer.clone(),
        description: line.description.clone(),
        account: line.account_name.clone(),
    }
}
