//! Stripe every minute, and its balance every day (MI-04, JS-01, C-1).

use std::time::Duration;

use purser_connectors::stripe;
use purser_core::attention::Severity;
use purser_core::schedule::{CatchUp, Retry};
use purser_core::text::counted;
use purser_store::tables::{Conn, connections};

use crate::error::ApiError;
use crate::ingest::{self, Compare, Reading};
use crate::jobs::{Job, Outcome, Runbook, Trouble, Work};

/// Reading the past of a large account takes hours the first time.
const TIME_OUT: Duration = Duration::from_secs(6 * 3600);

pub(super) fn poll() -> Job {
    Job {
        name: "stripe",
        title: "Read Stripe",
        schedule: "every 1 min",
        catch_up: CatchUp::LatestOnce,
        // The next minute is the next try.
        retry: Retry::NONE,
        time_out: TIME_OUT,
        jitter_seconds: 0,
        sends: false,
        after: &[],
        severity: Severity::Medium,
        needs,
        act: Box::new(|work| act(work, Compare::WhileAsked)),
        runbook: Runbook {
            what: "Asks Stripe what happened: the whole past the first time, then events with an overlap of 48 hours, because some become visible late. After more than 28 days offline everything is read once more.",
            affects: "Customers, invoices, charges, refunds, disputes and payouts in the books, with their entries. Nothing changes at Stripe.",
            troubleshoot: "Connections says what is wrong. A refused key is one decision: enter a new one there. Without network, or when Stripe is down, it goes on by itself at the next minute. What cannot be read is kept and is one decision.",
            manual: "`purser sync stripe`, or `purser jobs run stripe`",
            rollback: "Nothing to take back: it only repeats what Stripe says, and reading it twice changes nothing.",
        },
    }
}

pub(super) fn balance() -> Job {
    Job {
        name: "stripe-balance",
        title: "Compare with Stripe",
        schedule: "15 3 * * *",
        catch_up: CatchUp::LatestOnce,
        retry: Retry { again: 2, first_seconds: 300, factor: 6 },
        time_out: TIME_OUT,
        jitter_seconds: 30,
        sends: false,
        after: &[],
        severity: Severity::Medium,
        needs,
        act: Box::new(|work| act(work, Compare::Always)),
        runbook: Runbook {
            what: "Reads Stripe to the end and compares the balance that Stripe says it keeps with the books, currency by currency.",
            affects: "The queue: a difference is one decision per currency, and goes when both agree again.",
            troubleshoot: "A difference right after a busy minute goes with the next run. One that stays means that a movement is missing or was read wrongly: Ledger, Tie-out shows both sides, the journal of the account its newest movements.",
            manual: "`purser jobs run stripe-balance`",
            rollback: "Nothing to take back.",
        },
    }
}

fn needs(conn: &Conn) -> Result<Option<String>, ApiError> {
    let connected = connections::all(conn)?.iter().any(|row| row.provider == stripe::NAME);
    Ok((!connected).then(|| "Connect Stripe first: Settings, Connections.".to_owned()))
}

fn act(work: &Work, compare: Compare) -> Result<Outcome, Trouble> {
    let (books, vault) = (work.books(), &work.services().vault);
    let rows = books.read(|tx| Ok(connections::all(tx)?))?;
    let mut all = Reading::default();
    for row in rows.iter().filter(|row| row.provider == stripe::NAME) {
        let go_on = || work.check();
        let read = ingest::read(books, vault.as_ref(), &work.actor(), row, compare, None, &go_on)?;
        let reading = read.unwrap_or_default();
        // The connection shows it, and asks where only the founder can mend it.
        if let Some(problem) = reading.problem {
            return Err(trouble(ApiError::failed(problem.cause.code(), problem.sentence), compare));
        }
        for (kind, count) in &reading.synced.counts {
            if count.unreadable > 0 {
                work.warn(format!("{} of {} could not be read.", count.unreadable, kind.as_str()));
            }
        }
        for apart in &reading.differences {
            work.warn(format!("{} there, {} in the books", apart.provider, apart.books));
        }
        all.synced.add(&reading.synced.counts);
        all.differences.extend(reading.differences);
    }
    let came = all.synced.came();
    let mut say = match came {
        0 => "Nothing new.".to_owned(),
        many => counted(many, "new fact.", "new facts."),
    };
    if compare == Compare::Always {
        say.push_str(match all.differences.len() {
            0 => " The balance agrees.",
            _ => " The balance differs. You were asked.",
        });
    }
    Ok(Outcome::say(say).count("new", came).news(came > 0))
}

/// A poll is tried again in a minute anyhow; the comparison of the day is tried some minutes later.
fn trouble(error: ApiError, compare: Compare) -> Trouble {
    Trouble { again: compare == Compare::Always, ..Trouble::asked(error) }
}
