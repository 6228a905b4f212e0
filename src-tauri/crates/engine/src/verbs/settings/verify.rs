//! `verify`: the file, the audit chain, and every balance, item and paper of the books.

use std::ops::ControlFlow;

use purser_core::attention::{Attention, Severity};
use purser_store::VerifyReport;
use purser_store::tables::check::verify_ledger_with;
use purser_store::tables::{attention, journal, settings};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::api::types::*;
use crate::api::{Caller, Errand};
use crate::books::Books;
use crate::error::ApiError;
use crate::verbs::ledger::short_hash;

/// The setting that remembers the last verification.
const VERIFY_LAST: &str = "verify.last";

/// The last verification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct VerifyLast {
    /// RFC 3339.
    at: String,
    /// Whether everything agreed.
    ok: bool,
    /// The first disagreement.
    problem: Option<String>,
}

/// `verify`: the result is remembered, and a disagreement goes into the queue.
pub fn verify(caller: &Caller<'_>, _input: Nothing) -> Result<Verified, ApiError> {
    verify_books(&caller.books()?, &caller.errand())
}

/// Proves the books, for whoever asked.
pub(crate) fn verify_books(books: &Books, errand: &Errand) -> Result<Verified, ApiError> {
    let head = books.store.audit_head()?;
    let report = examine(errand, books)?;
    let verified = Verified {
        ok: report.is_clean(),
        entries: looked_at(&report, "entries"),
        postings: looked_at(&report, "postings"),
        items: looked_at(&report, "open_items"),
        audit_rows: looked_at(&report, "audit_chain"),
        audit_head: short_hash(&head.hash, 8, "…"),
        problems: problems(&report),
    };
    remember(errand, books, &verified)?;
    Ok(verified)
}

fn examine(errand: &Errand, books: &Books) -> Result<VerifyReport, ApiError> {
    let task = books.ids.next(books.clock.now());
    let total = books.read(|tx| Ok(journal::total(tx)?.unsigned_abs()))?;
    let progress = |done: u64, finished: bool| {
        (errand.progress)(Progress {
            task: task.clone(),
            what: "Verifying the books".to_owned(),
            done,
            total,
            unit: "entries".to_owned(),
            finished,
        });
    };
    progress(0, false);
    let mut report = books.store.verify()?;
    errand.check_cancelled()?;
    let checked: Result<(), ApiError> = books.read(|tx| {
        Ok(verify_ledger_with(tx, &mut report, |done| {
            progress(done, false);
            if errand.check_cancelled().is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?)
    });
    progress(total, true);
    checked?;
    Ok(report)
}

fn looked_at(report: &VerifyReport, check: &str) -> u64 {
    report.checks.iter().find(|(name, _)| *name == check).map_or(0, |(_, count)| *count)
}

/// The first finding of each check as a sentence: `entry 20418: debits exceed credits by 0.01 USD.`
fn problems(report: &VerifyReport) -> Vec<String> {
    let mut checks: Vec<&str> = Vec::new();
    let mut problems = Vec::new();
    for finding in &report.findings {
        if !checks.contains(&finding.check) {
            checks.push(finding.check);
            problems.push(format!("{}: {}", finding.place, finding.sentence));
        }
    }
    problems
}

fn remember(errand: &Errand, books: &Books, verified: &Verified) -> Result<(), ApiError> {
    let (ok, entries, problems) = (verified.ok, verified.entries, verified.problems.clone());
    books.decide(&errand.actor, move |tx, moment| {
        let problem = problems.first().cloned();
        settings::set(tx, VERIFY_LAST, &VerifyLast { at: moment.stamp(), ok, problem: problem.clone() })?;
        match problem {
            None => {
                attention::resolve(tx, "books", Some("verify_failed"), moment.at)?;
            }
            Some(problem) => {
                let item = Attention {
                    kind: "verify_failed".to_owned(),
                    subject: "books".to_owned(),
                    severity: Severity::Critical,
                    title: "The books do not agree with themselves".to_owned(),
                    reason: problem,
                    amount: None,
                    since: moment.at,
                    due: None,
                    actions: vec!["verify".to_owned(), "restore".to_owned()],
                    route: "/ledger/tie-out".to_owned(),
                };
                attention::raise(tx, &moment.id(), &item)?;
            }
        }
        let detail = json!({ "ok": ok, "entries": entries, "problems": problems });
        tx.audit(moment.audit("books.verify", "books", detail))?;
        Ok(())
    })
}
