//! Reading sources, and the reports that are made of what they told.

use std::process::ExitCode;

use purser_engine::api::method;
use purser_engine::api::types::*;
use purser_engine::error::{ApiError, EXIT_FAILED};

use crate::args::{Charge, Report, YesNo};
use crate::context::Context;
use crate::print;

/// `purser sync`.
pub fn sync(
    context: &mut Context,
    providers: Vec<String>,
    again_hours: Option<u32>,
) -> Result<ExitCode, ApiError> {
    let report = context.call::<method::sync>(&SyncInput { providers, again_hours })?;
    context.show(&report, || {
        let mut rows = Vec::new();
        for source in &report.sources {
            for kind in &source.kinds {
                let counts =
                    format!("{} new, {} known, {} unreadable", kind.new, kind.known, kind.unreadable);
                rows.push(vec![source.id.clone(), kind.kind.replace('_', " "), counts]);
            }
            let troubles = source.error.iter().chain(&source.differences);
            rows.extend(troubles.map(|text| vec![source.id.clone(), "trouble".to_owned(), text.clone()]));
        }
        let table = if rows.is_empty() { String::new() } else { print::table(&rows, 0) + "\n" };
        format!("{table}{}", report.say)
    })?;
    let failed = report.sources.iter().any(|source| source.error.is_some());
    Ok(if failed { ExitCode::from(EXIT_FAILED) } else { ExitCode::SUCCESS })
}

/// `purser report`.
pub fn report(context: &mut Context, report: Report) -> Result<ExitCode, ApiError> {
    match report {
        Report::Metrics { from, to } => {
            let metrics = context.call::<method::metrics>(&MetricsInput { from, to })?;
            context.show(&metrics, || metrics_text(&metrics))
        }
        Report::Rules { past_due: Some(answer) } => {
            let rules = MetricsSave { past_due_counts: answer == YesNo::Yes };
            let done = context.call::<method::metrics_save>(&rules)?;
            context.show(&done, || done.say.clone())
        }
        Report::Rules { past_due: None } => {
            let metrics = context.call::<method::metrics>(&MetricsInput { from: None, to: None })?;
            let rules = MetricsSave { past_due_counts: metrics.past_due_counts };
            context.show(&rules, || past_due_line(rules.past_due_counts).to_owned())
        }
    }
}

fn past_due_line(counts: bool) -> &'static str {
    if counts { "Past-due subscriptions count." } else { "Past-due subscriptions do not count." }
}

fn metrics_text(metrics: &Metrics) -> String {
    let mut lines = Vec::new();
    let days = metrics.from.iter().map(|day| (day, &metrics.start)).chain([(&metrics.to, &metrics.end)]);
    for (day, sums) in days {
        if sums.is_empty() {
            lines.push(format!("{day}: no subscription is known."));
        }
        for sum in sums {
            lines.push(format!(
                "{day}: MRR {} {}, ARR {} {}, {} customers",
                sum.mrr.amount, sum.mrr.currency, sum.arr.amount, sum.arr.currency, sum.customers
            ));
            lines.push(print::table(&sum.parts.iter().map(line).collect::<Vec<_>>(), 0));
        }
    }
    lines.extend(metrics.flows.iter().map(flow_line));
    for row in &metrics.ratios {
        lines.push(format!("{}, from the end of the first day to the end of the last:", row.currency));
        lines.push(print::table(&ratio_lines(row), 0));
    }
    lines.push(print::table(&metrics.changes.iter().map(change_line).collect::<Vec<_>>(), 0));
    lines.push(past_due_line(metrics.past_due_counts).to_owned());
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

/// Each ratio with what it is made of; `n/a` where it would divide by nothing.
fn ratio_lines(row: &RecurringRatios) -> Vec<Vec<String>> {
    let percent = |value: &Option<String>| value.as_ref().map(|value| format!("{value} %"));
    let money = |value: &Option<Amount>| value.as_ref().map(print::amount);
    let (income, fees) = (print::amount(&row.income), print::amount(&row.fees));
    [
        (
            "Logo churn",
            percent(&row.logo_churn),
            format!("{} left of {} customers at the start", row.customers_left, row.customers_at_start),
        ),
        ("Gross MRR churn", percent(&row.gross_churn), "(contraction + churn) / start".to_owned()),
        (
            "NRR",
            percent(&row.net_retention),
            "(start + expansion − contraction − churn) / start, reactivation is not in it".to_owned(),
        ),
        ("GRR", percent(&row.gross_retention), "NRR without expansion".to_owned()),
        (
            "Quick ratio",
            row.quick_ratio.clone(),
            "(new + expansion + reactivation) / (contraction + churn)".to_owned(),
        ),
        ("ARPA", money(&row.revenue_per_customer), "MRR / customers at the end, a month".to_owned()),
        (
            "Gross margin",
            percent(&row.gross_margin),
            format!("(income {income} − fees {fees}) / income; no other cost is known"),
        ),
        (
            "LTV",
            money(&row.lifetime_value),
            "ARPA × gross margin / logo churn a month; churn of other spans is divided by their months"
                .to_owned(),
        ),
    ]
    .into_iter()
    .map(|(name, value, how)| vec![name.to_owned(), value.unwrap_or_else(|| "n/a".to_owned()), how])
    .collect()
}

/// `USD: 39842.00, new +2310.00 (9), … = 41286.00`.
fn flow_line(flow: &RecurringFlow) -> String {
    let steps = flow.steps.iter().map(|step| {
        let sign = if step.amount.amount.starts_with('-') { "" } else { "+" };
        format!(", {} {sign}{} ({})", step.kind, step.amount.amount, step.count)
    });
    let steps: String = steps.collect();
    format!("{}: {}{steps} = {}", flow.end.currency, flow.start.amount, flow.end.amount)
}

fn change_line(change: &RecurringChange) -> Vec<String> {
    vec![
        change.customer_name.clone(),
        change.kind.clone(),
        change.text.clone(),
        format!("{} {}", change.amount.amount, change.amount.currency),
    ]
}

/// `purser charge`.
pub fn charge(context: &mut Context, charge: Charge) -> Result<ExitCode, ApiError> {
    match charge {
        Charge::List => {
            let waiting = context.call::<method::charges_waiting>(&Nothing {})?;
            context.show(&waiting, || {
                let rows: Vec<Vec<String>> = waiting.rows.iter().map(charge_line).collect();
                if rows.is_empty() {
                    "Nothing waits for its invoice.".to_owned()
                } else {
                    print::table(&rows, 0)
                }
            })
        }
        Charge::Resolve { id, invoice, credit, category } => {
            let reasons = [("invoice", invoice), ("credit", credit), ("category", category)];
            let chosen = reasons.into_iter().find_map(|(to, target)| Some((to.to_owned(), target?)));
            let (to, target) = chosen.unwrap_or_default();
            let done = context.call::<method::charge_resolve>(&ChargeResolve { id, to, target })?;
            context.show(&done, || done.say.clone())
        }
    }
}

fn charge_line(row: &ChargeRow) -> Vec<String> {
    vec![
        row.id.clone(),
        row.on.clone(),
        row.customer_name.clone(),
        row.text.clone(),
        format!("{} {}", row.amount.amount, row.amount.currency),
    ]
}

fn line(part: &RecurringPart) -> Vec<String> {
    let name = if part.name.is_empty() { &part.price } else { &part.name };
    let note = match &part.left_out {
        Some(why) => format!("left out: {why}"),
        None if part.discount_unknown => "a discount is not known".to_owned(),
        None => format!("{} less {}", part.gross.amount, part.discount.amount),
    };
    vec![
        part.subscription.clone(),
        part.customer.clone(),
        format!("{} × {name}, every {}", part.quantity, part.every),
        part.amount.amount.clone(),
        note,
    ]
}
