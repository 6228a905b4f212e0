//! What the report says.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate};
use purser_core::entry::EntryKind;
use purser_core::matching::money_text;
use purser_core::text::capitalised;
use purser_core::{Currency, Money};
use purser_documents::paper::{Party, Report, ReportRow, ReportSection};
use purser_store::tables::revenue::{AtProvider, ByWay};

use super::figures::{Figures, Plans, totals};
use crate::error::ApiError;
use crate::profile::Profile;
use crate::verbs::papers;

/// `$1,588.00 came in`.
pub(super) fn came(figures: &Figures) -> Result<String, ApiError> {
    let amounts: Vec<String> = figures.came()?.values().map(|amount| money_text(*amount)).collect();
    Ok(match amounts.is_empty() {
        true => "nothing came in".to_owned(),
        false => format!("{} came in", amounts.join(" and ")),
    })
}

/// The whole report.
pub(super) fn compose(profile: &Profile, day: NaiveDate, figures: &Figures) -> Result<Report, ApiError> {
    let section = |title: &str, rows| ReportSection { title: title.to_owned(), rows };
    let mut sections = vec![section("Money that came in", money_in(profile, figures)?)];
    for (title, changes) in &figures.providers {
        if !changes.is_empty() {
            sections.push(section(&format!("At {title}"), at_provider(changes)?));
        }
    }
    sections.push(section("Income of the day", income(profile, figures)?));
    if let Some(plans) = &figures.plans {
        sections.push(section("Subscriptions", subscriptions(profile, plans)?));
    }
    sections.push(section("What customers owe", owed(figures)));
    Ok(Report {
        page: papers::page_of(profile.currency),
        company: Party { name: profile.name.clone(), lines: Vec::new() },
        title: "Revenue".to_owned(),
        facts: vec![papers::long_day(day)],
        sections,
        notes: notes(profile, figures),
    })
}

fn row(text: impl Into<String>, amount: Money) -> ReportRow {
    ReportRow { text: text.into(), value: money_text(amount), sum: false }
}

fn counted(name: &str, count: i64, one: &str, many: &str, amount: Money) -> ReportRow {
    row(format!("{name}, {count} {}", if count == 1 { one } else { many }), amount)
}

fn money_in(profile: &Profile, figures: &Figures) -> Result<Vec<ReportRow>, ApiError> {
    let by_hand = |way: &ByWay| counted(&method(&way.way), way.count, "payment", "payments", way.amount);
    let mut rows: Vec<ReportRow> = figures.recorded.iter().map(by_hand).collect();
    rows.extend(
        figures
            .transferred
            .iter()
            .map(|way| counted(&format!("Transfers to {}", way.way), way.count, "line", "lines", way.amount)),
    );
    for (title, amount, count) in figures.charged()? {
        rows.push(counted(&format!("Cards through {title}"), count, "payment", "payments", amount));
    }
    rows.extend(summed("Came in", &figures.came()?, profile.currency));
    Ok(rows)
}

/// From what customers paid to what is left, by currency; what went to the bank is no loss and stands below.
fn at_provider(changes: &[AtProvider]) -> Result<Vec<ReportRow>, ApiError> {
    let mut by_currency: BTreeMap<Currency, Vec<&AtProvider>> = BTreeMap::new();
    for change in changes {
        by_currency.entry(change.net.currency()).or_default().push(change);
    }
    let mut rows = Vec::new();
    for (currency, changes) in by_currency {
        let (sent, kept): (Vec<&AtProvider>, Vec<&AtProvider>) =
            changes.into_iter().partition(|change| change.kind == EntryKind::ProviderPayout);
        let (mut fees, mut left) = (Money::zero(currency), Money::zero(currency));
        for change in kept {
            let gross = change.net.add(change.fees)?;
            (fees, left) = (fees.add(change.fees)?, left.add(change.net)?);
            if !gross.is_zero() {
                rows.push(row(format!("{}, {}", kind_words(change.kind), change.count), gross));
            }
        }
        if !fees.is_zero() {
            rows.push(row("Fees", -fees));
        }
        rows.push(ReportRow { sum: true, ..row("Left of it", left) });
        for change in sent {
            let count = change.count;
            rows.push(counted("Sent to the bank", count, "payout", "payouts", -change.net));
        }
    }
    Ok(rows)
}

fn kind_words(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Charge => "Card payments",
        EntryKind::Refund => "Refunds",
        EntryKind::Dispute => "Contested payments",
        EntryKind::Reversal => "Taken back in the books",
        _ => "Other movements",
    }
}

fn income(profile: &Profile, figures: &Figures) -> Result<Vec<ReportRow>, ApiError> {
    let mut rows: Vec<ReportRow> =
        figures.income.iter().map(|way| row(way.way.clone(), way.amount)).collect();
    let sums = totals(figures.income.iter().map(|way| way.amount))?;
    rows.extend(summed("Booked as income", &sums, profile.currency));
    Ok(rows)
}

fn subscriptions(profile: &Profile, plans: &Plans) -> Result<Vec<ReportRow>, ApiError> {
    let mut rows = Vec::new();
    for (name, sums) in [("New", &plans.begun), ("Cancelled", &plans.cancelled)] {
        let monthly = |count: usize, amount: Money| ReportRow {
            text: format!("{name}, {count}"),
            value: format!("{} a month", money_text(amount)),
            sum: false,
        };
        if sums.is_empty() {
            rows.push(monthly(0, Money::zero(profile.currency)));
        }
        rows.extend(sums.iter().map(|(amount, count)| monthly(*count, *amount)));
    }
    for (now, before) in &plans.recurring {
        let change = now.sub(*before)?;
        if !change.is_zero() {
            let sign = if change.is_negative() { "" } else { "+" };
            let value = format!("{sign}{}", money_text(change));
            rows.push(ReportRow { text: "Change of MRR on the day".to_owned(), value, sum: false });
        }
        rows.push(ReportRow { sum: true, ..row("MRR at the end of the day", *now) });
    }
    if plans.recurring.is_empty() {
        rows.push(ReportRow { sum: true, ..row("MRR at the end of the day", Money::zero(profile.currency)) });
    }
    Ok(rows)
}

fn owed(figures: &Figures) -> Vec<ReportRow> {
    let invoices = |text: &'static str, sums: &[(Money, usize)]| -> Vec<ReportRow> {
        sums.iter().map(|(sum, count)| row(format!("{text}, {count}"), *sum)).collect()
    };
    let mut rows = invoices("Open invoices", &figures.open);
    rows.extend(invoices("of these overdue", &figures.overdue));
    rows
}

fn notes(profile: &Profile, figures: &Figures) -> Vec<String> {
    let told = match &figures.plans {
        None => "Subscriptions and MRR are not known: no billing provider is connected.".to_owned(),
        Some(plans) => {
            let at = DateTime::parse_from_rfc3339(&plans.told_at).ok();
            let at = at.map(|at| at.with_timezone(&profile.zone).format("%-d %B %Y, %H:%M").to_string());
            let names: Vec<&str> = figures.providers.iter().map(|(title, _)| title.as_str()).collect();
            format!("As {} told it last: {}.", names.join(" and "), at.unwrap_or_default())
        }
    };
    vec!["As the books were when this was made; a bank's lines may come a day late.".to_owned(), told]
}

/// One sum per currency; a zero of the base currency where there is nothing.
fn summed(text: &str, sums: &BTreeMap<Currency, Money>, base: Currency) -> Vec<ReportRow> {
    let sum = |amount: Money| ReportRow { sum: true, ..row(text, amount) };
    if sums.is_empty() { vec![sum(Money::zero(base))] } else { sums.values().map(|one| sum(*one)).collect() }
}

fn method(method: &str) -> String {
    capitalised(crate::verbs::payments::method_word(method))
}
