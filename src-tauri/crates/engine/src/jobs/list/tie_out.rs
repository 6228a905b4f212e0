//! Every day: does the ledger have what the bank's lines add up to?

use std::time::Duration;

use purser_core::Money;
use purser_core::attention::{Attention, Severity};
use purser_core::matching::money_text;
use purser_core::schedule::{CatchUp, Retry};
use purser_store::tables::attention;
use serde_json::json;

use crate::api::types::TieOutRow;
use crate::books::Moment;
use crate::error::ApiError;
use crate::jobs::{Job, Outcome, Runbook, Trouble, Work, nothing_needed};
use crate::verbs::ledger;

/// The kind of the decision that a difference is.
const KIND: &str = "tie_out";

pub(super) fn job() -> Job {
    Job {
        name: "tie-out",
        title: "Bank tie-out",
        schedule: "30 3 * * *",
        catch_up: CatchUp::LatestOnce,
        retry: Retry { again: 1, first_seconds: 300, factor: 1 },
        time_out: Duration::from_secs(600),
        jitter_seconds: 20,
        sends: false,
        after: &[],
        severity: Severity::Medium,
        needs: nothing_needed,
        act: Box::new(act),
        runbook: Runbook {
            what: "Compares each bank account: opening balance and statement lines on one side, the ledger on the other.",
            affects: "The queue: a difference is one decision per account, and goes when the account agrees again.",
            troubleshoot: "A difference means that something was booked on the account without a line. Ledger, Tie-out shows both sides; the journal of the account shows the entry.",
            manual: "Ledger, Tie-out in the window, or `purser jobs run tie-out`",
            rollback: "Nothing to take back.",
        },
    }
}

fn act(work: &Work) -> Result<Outcome, Trouble> {
    let rows = work.books().read(ledger::tie_out_rows)?;
    let mut off = Vec::new();
    for row in &rows {
        let gap = Money::try_from(&row.unexplained).map_err(ApiError::from)?;
        if !gap.is_zero() {
            work.warn(format!("{}: {} unexplained", row.account, money_text(gap)));
            off.push((row.clone(), gap));
        }
    }
    let (accounts, differ) = (rows.len(), off.len());
    let is_asked = work.books().read(|tx| Ok(attention::queue(tx, work.books().clock.now())?))?;
    if differ > 0 || is_asked.iter().any(|queued| queued.item.kind == KIND) {
        work.books().decide(&work.actor(), move |tx, moment| {
            for row in rows {
                let subject = format!("account:{}", row.account);
                match off.iter().find(|(other, _)| other.account == row.account) {
                    Some((_, gap)) => {
                        attention::raise(tx, &moment.id(), &asked(&row, *gap, subject, moment))?
                    }
                    None => {
                        attention::resolve(tx, &subject, Some(KIND), moment.at)?;
                    }
                }
            }
            tx.audit(moment.audit("tie_out.check", "accounts", json!({ "differ": differ })))?;
            Ok(())
        })?;
    }
    let say = match (accounts, differ) {
        (0, _) => "There is no bank account yet.".to_owned(),
        (1, 0) => "The account agrees.".to_owned(),
        (accounts, 0) => format!("All {accounts} accounts agree."),
        (accounts, 1) => format!("1 of {accounts} accounts differs. You were asked."),
        (accounts, differ) => format!("{differ} of {accounts} accounts differ. You were asked."),
    };
    Ok(Outcome::say(say).count("accounts", accounts).count("differ", differ))
}

fn asked(row: &TieOutRow, gap: Money, subject: String, moment: &Moment) -> Attention {
    Attention {
        kind: KIND.to_owned(),
        subject,
        severity: Severity::High,
        title: format!("{} does not agree with its statement", row.account),
        reason: format!(
            "The lines say {} {}, the ledger {} {}",
            row.bank_says.amount, row.bank_says.currency, row.ledger_says.amount, row.ledger_says.currency
        ),
        amount: Some(gap),
        since: moment.at,
        due: None,
        actions: vec!["open".to_owned()],
        route: "/ledger/tie-out".to_owned(),
    }
}
