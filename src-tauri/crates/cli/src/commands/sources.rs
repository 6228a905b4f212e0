//! Reading sources, and the reports that are made of what they told.

use std::process::ExitCode;

use purser_engine::api::method;
use purser_engine::api::types::*;
use purser_engine::error::{ApiError, EXIT_FAILED};

use crate::args::{Charge, Report};
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
        format!("{}{}", print::table(&rows, 0), report.say)
    })?;
    let failed = report.sources.iter().any(|source| source.error.is_some());
    Ok(if failed { ExitCode::from(EXIT_FAILED) } else { ExitCode::SUCCESS })
}

/// `purser report`.
pub fn report(context: &mut Context, report: Report) -> Result<ExitCode, ApiError> {
    let Report::Metrics { from, to } = report;
    let metrics = context.call::<method::metrics>(&MetricsInput { from, to })?;
    context.show(&metrics, || {
        let mut text = String::new();
        let days = metrics.from.iter().map(|day| (day, &metrics.start)).chain([(&metrics.to, &metrics.end)]);
        for (day, sums) in days {
            if sums.is_empty() {
                text.push_str(&format!("{day}: no subscription is known.\n"));
            }
            for sum in sums {
                text.push_str(&format!(
                    "{day}: MRR {} {}, ARR {} {}, {} customers\n",
                    sum.mrr.amount, sum.mrr.currency, sum.arr.amount, sum.arr.currency, sum.customers
                ));
                let rows: Vec<Vec<String>> = sum.parts.iter().map(line).collect();
                text.push_str(&print::table(&rows, 0));
            }
        }
        for flow in &metrics.flows {
            text.push_str(&flow_line(flow));
        }
        text.push_str(&print::table(&metrics.changes.iter().map(change_line).collect::<Vec<_>>(), 0));
        text.trim_end().to_owned()
    })
}

/// `USD: 39842.00, new +2310.00 (9), … = 41286.00`.
fn flow_line(flow: &RecurringFlow) -> String {
    let steps = flow.steps.iter().map(|step| {
        let sign = if step.amount.amount.starts_with('-') { "" } else { "+" };
        format!(", {} {sign}{} ({})", step.kind, step.amount.amount, step.count)
    });
    let steps: String = steps.collect();
    format!("{}: {}{steps} = {}\n", flow.end.currency, flow.start.amount, flow.end.amount)
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
