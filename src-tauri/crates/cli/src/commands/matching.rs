//! `purser match`.

use std::process::ExitCode;

use purser_engine::api::method;
use purser_engine::api::types::*;
use purser_engine::error::ApiError;
use serde_json::{Number, Value, json};

use crate::args::{Match, MatchDecision};
use crate::context::Context;
use crate::print;

/// `purser match`, and its decisions.
pub fn run(context: &mut Context, arguments: Match) -> Result<ExitCode, ApiError> {
    let done = match arguments.decision {
        None => return explain(context, arguments.apply),
        Some(MatchDecision::Confirm {
            transaction,
            targets,
            difference,
            rate,
            value,
            table_rate,
            source,
        }) => {
            let said = rate.is_some() || value.is_some() || table_rate;
            let exchange = said.then(|| ExchangeChoice {
                rate: rate.unwrap_or_default(),
                value: value.unwrap_or_default(),
                source: source.unwrap_or_default(),
            });
            let choice = MatchChoice {
                difference: difference_of(difference.as_deref())?,
                exchange,
                ..choice(transaction, targets)
            };
            context.call::<method::match_confirm>(&choice)?
        }
        Some(MatchDecision::Reject { transaction, targets }) => {
            context.call::<method::match_reject>(&choice(transaction, targets))?
        }
        Some(MatchDecision::Undo { transaction }) => {
            context.call::<method::match_undo>(&ById { id: transaction })?
        }
        Some(MatchDecision::File { transaction, account, once }) => {
            context.call::<method::match_file>(&FileLine { line: transaction, account, remember: !once })?
        }
    };
    context.show(&done, || done.say.clone())
}

/// A payment number means the recorded payment, everything else invoices.
fn choice(line: String, targets: Vec<String>) -> MatchChoice {
    let is_payment = targets.len() == 1 && targets[0].starts_with("P-");
    let kind = if is_payment { "payment" } else { "invoices" };
    MatchChoice {
        line,
        kind: kind.to_owned(),
        targets,
        amounts: Vec::new(),
        difference: Difference::None,
        exchange: None,
    }
}

fn difference_of(word: Option<&str>) -> Result<Difference, ApiError> {
    Ok(match word {
        None => Difference::None,
        Some("fee") => Difference::Fee,
        Some("open") => Difference::Open,
        Some("credit") => Difference::Credit,
        Some("over") => Difference::Over,
        Some("fx") => Difference::Fx,
        Some(other) => {
            return Err(ApiError::usage(
                "difference",
                format!("“{other}” is no place for a difference: fee, open, credit, over or fx."),
            ));
        }
    })
}

fn explain(context: &mut Context, apply: bool) -> Result<ExitCode, ApiError> {
    let run = context.call::<method::match_run>(&MatchRunInput { apply })?;
    if context.json {
        for result in &run.results {
            print::json(&line(result))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let row = |result: &MatchResult| {
        vec![
            result.transaction.clone(),
            result.state.clone(),
            result.kind.clone(),
            result.invoices.join(" "),
            result.difference.clone(),
        ]
    };
    print::text(&print::table(&run.results.iter().map(row).collect::<Vec<_>>(), 1))?;
    if apply {
        print::text(&format!("{} lines booked.", run.booked))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The fixed shape of a line of `purser match --json`.
fn line(result: &MatchResult) -> Value {
    let confidence: Value = result.confidence.parse::<Number>().map_or(Value::Null, Value::Number);
    json!({
        "transaction": result.transaction, "state": result.state, "invoices": result.invoices,
        "confidence": confidence, "reasons": result.reasons, "alternatives": result.alternatives,
        "difference": result.difference, "kind": result.kind,
    })
}
