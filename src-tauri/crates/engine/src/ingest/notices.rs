//! What only the founder can decide, or must know, of what a provider told.

use purser_connectors::Unreadable;
use purser_core::account::CUSTOMER_CREDIT;
use purser_core::attention::{Attention, DONE, Severity};
use purser_core::fact::{Charge, Dispute, DisputeStatus, FactKind, Invoice, Movement, MovementKind, Payout};
use purser_core::matching::money_text;
use purser_core::text::{grouped, one_line};
use purser_core::{Item, ItemKind, Money};
use purser_store::tables::customers::Customer;
use purser_store::tables::invoices;
use purser_store::tables::{attention, facts};

use super::page::Page;
use crate::error::ApiError;

/// Objects that cannot be read: one item for all of a kind, which goes once everything of the kind was read.
pub(super) fn unreadable(page: &Page<'_>, kind: FactKind, why: Option<&Unreadable>) -> Result<(), ApiError> {
    let (count, last) = facts::unreadable_count(page.tx, page.source.name(), kind.as_str())?;
    if count == 0 {
        attention::resolve(page.tx, &unreadable_subject(page, kind), Some("unreadable"), page.moment.at)?;
        return Ok(());
    }
    let why = match (why, last) {
        (Some(why), _) => why.clone(),
        // Others of the kind were read: what is left is told with the reason of its last one.
        (None, Some(last)) => {
            let payload = facts::payload(page.tx, last)?.unwrap_or_default();
            let Err(why) = page.source.translate(kind, &payload) else { return Ok(()) };
            why
        }
        (None, None) => return Ok(()),
    };
    let (title, noun) = (page.source.title(), noun(kind, count));
    raise(
        page,
        Attention {
            kind: "unreadable".into(),
            subject: unreadable_subject(page, kind),
            severity: Severity::Medium,
            title: format!("{} {noun} of {title} cannot be read", grouped(count)),
            reason: format!(
                "They are kept and will be read again after an update; until then the books lack them. The last one: {}",
                one_line(&why.reason, 240)
            ),
            amount: None,
            since: page.moment.at,
            due: None,
            actions: vec![],
            route: "/settings/connections".into(),
        },
    )
}

fn unreadable_subject(page: &Page<'_>, kind: FactKind) -> String {
    format!("source:{}:{}", page.source.name(), kind.as_str())
}

/// Money that nobody can explain waits in Suspense.
pub(super) fn unexplained(page: &Page<'_>, seen: &Movement) -> Result<(), ApiError> {
    let title = page.source.title();
    let reason = match &seen.kind {
        MovementKind::Unexplained(why) => format!("It waits in Suspense: {why}"),
        _ => format!("It waits in Suspense: what it belongs to ({}) was not told", one_line(&seen.word, 60)),
    };
    raise(
        page,
        Attention {
            kind: "unexplained_movement".into(),
            subject: format!("movement:{}", seen.id),
            severity: Severity::Medium,
            title: format!("{} at {title} need an explanation", money_text(seen.amount.abs())),
            reason: one_line(&reason, 300),
            amount: Some(seen.amount.abs()),
            since: seen.created,
            due: None,
            actions: vec!["open".into(), "snooze".into()],
            route: format!("/money-in/cards/{}", seen.id),
        },
    )
}

/// What moved was explained after all.
pub(super) fn explained(page: &Page<'_>, seen: &Movement) -> Result<(), ApiError> {
    let subject = format!("movement:{}", seen.id);
    attention::resolve(page.tx, &subject, Some("unexplained_movement"), page.moment.at)?;
    Ok(())
}

/// A contested payment can be answered until a day.
pub(super) fn dispute(page: &Page<'_>, seen: &Dispute) -> Result<(), ApiError> {
    let subject = format!("dispute:{}", seen.id);
    if !matches!(seen.status, DisputeStatus::Open | DisputeStatus::Inquiry) {
        attention::resolve(page.tx, &subject, Some("dispute_open"), page.moment.at)?;
        return Ok(());
    }
    raise(
        page,
        Attention {
            kind: "dispute_open".into(),
            subject,
            severity: Severity::High,
            title: format!("A payment of {} is contested", money_text(seen.amount)),
            reason: one_line(
                &format!(
                    "The customer's bank says: {}. Answer with evidence at {}, or the money is lost",
                    seen.reason.replace('_', " "),
                    page.source.title()
                ),
                300,
            ),
            amount: Some(seen.amount),
            since: seen.created,
            due: seen.evidence_due,
            actions: vec![],
            route: "/money-in/payments".into(),
        },
    )
}

/// A payout did not reach the bank.
pub(super) fn payout_failed(page: &Page<'_>, seen: &Payout) -> Result<(), ApiError> {
    let why = if seen.failure.is_empty() { "the bank did not take it" } else { &seen.failure };
    let title = page.source.title();
    raise(
        page,
        Attention {
            kind: "provider_payout_failed".into(),
            subject: format!("payout:{}", seen.id),
            severity: Severity::High,
            title: format!("A payout of {} did not arrive", money_text(seen.amount.abs())),
            reason: one_line(
                &format!("{why}. Check the bank account at {title}; the money is back there"),
                300,
            ),
            amount: Some(seen.amount.abs()),
            since: seen.created,
            due: None,
            actions: vec![DONE.into(), "snooze".into()],
            route: "/settings/connections".into(),
        },
    )
}

/// Credit notes gave money back of a paid invoice. What went back as a refund is booked when it is told of; what became
/// balance at the provider, or went elsewhere, nobody tells in a way that can be booked.
pub(super) fn credited_after(page: &Page<'_>, seen: &Invoice) -> Result<(), ApiError> {
    let subject = format!("credit_note:{}", seen.id);
    if !seen.credited_after.is_positive() {
        attention::resolve(page.tx, &subject, Some("credit_note"), page.moment.at)?;
        return Ok(());
    }
    let (title, number) = (page.source.title(), seen.number.as_deref().unwrap_or(&seen.id));
    raise(
        page,
        Attention {
            kind: "credit_note".into(),
            subject,
            severity: Severity::Medium,
            title: format!("Credit notes of {} on {number}, which was paid", money_text(seen.credited_after)),
            reason: one_line(
                &format!(
                    "Refunds are booked. What they put on the customer's balance at {title}, or gave back elsewhere, is \
                     not in the books"
                ),
                300,
            ),
            amount: Some(seen.credited_after),
            since: page.moment.at,
            due: None,
            actions: vec![DONE.into(), "snooze".into()],
            route: "/money-in/invoices".into(),
        },
    )
}

/// A provider took credit of a customer that the books have never seen given.
pub(super) fn unknown_credit(page: &Page<'_>, customer: &Customer, seen: &Invoice) -> Result<(), ApiError> {
    let item = Item::new(ItemKind::Customer, customer.id.as_str());
    let debt = page.open(CUSTOMER_CREDIT, &item, seen.currency())?;
    // A debt that the provider will collect stands there too, and is no credit.
    if !debt.is_positive() || !seen.from_balance.is_positive() {
        return Ok(());
    }
    let title = page.source.title();
    raise(
        page,
        Attention {
            kind: "unknown_credit".into(),
            subject: format!("customer:{}", customer.id),
            severity: Severity::Medium,
            title: format!(
                "{} used {} of credit that the books do not know",
                customer.name,
                money_text(debt)
            ),
            reason: one_line(
                &format!(
                    "{title} took it off {}. Credit that was given at {title} is not told of: the customer's credit is \
                     too low by it",
                    seen.number.as_deref().unwrap_or(&seen.id)
                ),
                300,
            ),
            amount: Some(debt),
            since: page.moment.at,
            due: None,
            actions: vec![DONE.into(), "snooze".into()],
            route: format!("/customers/{}", customer.id),
        },
    )
}

/// A customer's bank took a payment back without a dispute: a debit that failed, for example.
pub(super) fn sale_returned(page: &Page<'_>, seen: &Charge) -> Result<(), ApiError> {
    let title = page.source.title();
    let why = if seen.failure.is_empty() { String::new() } else { format!(": {}", seen.failure) };
    let reason = format!("{title} says that {} failed{why}. What it paid is owed again", seen.id);
    raise(
        page,
        Attention {
            kind: "payment_returned".into(),
            subject: format!("charge:{}", seen.id),
            severity: Severity::High,
            title: format!("A payment of {} was taken back by the customer's bank", money_text(seen.amount)),
            reason: one_line(&reason, 300),
            amount: Some(seen.amount),
            since: page.moment.at,
            due: None,
            actions: vec![DONE.into(), "snooze".into()],
            route: "/money-in/payments".into(),
        },
    )
}

/// An invoice that was paid here was withdrawn by its provider.
pub(super) fn void_was_paid(
    page: &Page<'_>,
    invoice: &invoices::Invoice,
    paid: Money,
) -> Result<(), ApiError> {
    let title = page.source.title();
    raise(
        page,
        Attention {
            kind: "void_paid".into(),
            subject: format!("invoice:{}", invoice.id),
            severity: Severity::Medium,
            title: format!(
                "{} was withdrawn at {title}, and {} had paid it",
                invoice.shown(),
                money_text(paid)
            ),
            reason: one_line(
                &format!(
                    "The money is the credit of {} now: give it back, or let it pay another invoice",
                    invoice.customer_name
                ),
                300,
            ),
            amount: Some(paid),
            since: page.moment.at,
            due: None,
            actions: vec![DONE.into(), "snooze".into()],
            route: format!("/money-in/invoices/{}", invoice.shown()),
        },
    )
}

fn raise(page: &Page<'_>, item: Attention) -> Result<(), ApiError> {
    Ok(attention::raise(page.tx, &page.moment.id(), &item)?)
}

fn noun(kind: FactKind, count: i64) -> String {
    let one = kind.as_str().replace('_', " ");
    if count == 1 { one } else { format!("{one}s") }
}
