//! Reading sources, and the reports that are made of what they told.

use std::process::ExitCode;

use purser_engine::api::method;
use purser_engine::api::types::*;
use purser_engine::error::{ApiError, EXIT_FAILED};

use crate::args::Report;
use crate::context::Context;
use crate::print;

/// `purser sync`.
pub fn sync(context: &mut Context, providers: Vec<String>) -> Result<ExitCode, ApiError> {
    let report = context.call::<method::sync>(&SyncInput { providers })?;
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
        text.trim_end().to_owned()
    })
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
