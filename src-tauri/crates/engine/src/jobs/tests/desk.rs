//! A company in memory, a clock that stands, and jobs that do as they are told.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration as Time;

use chrono::{DateTime, Duration, Utc};
use purser_core::Currency;
use purser_core::attention::Severity;
use purser_core::schedule::{CatchUp, Retry, RunState};
use purser_store::Store;
use purser_store::tables::attention::{self, Queued};
use purser_store::tables::job_runs::{self, Line, Run};
use purser_store::tables::jobs::{self, Missed};
use purser_store::tables::settings;
use serde_json::json;

use crate::books::Books;
use crate::clock::{Clock, Ids, ManualClock};
use crate::error::ApiError;
use crate::jobs::{Job, Outcome, Runbook, Scheduler, Services, Step, Trouble, Work, nothing_needed};
use crate::outbox::Dispatcher;
use crate::profile::{self, Profile};
use crate::vault::MemoryVault;

/// Times that a job ran for, in the order in which it did.
pub(super) type Ran = Arc<Mutex<Vec<DateTime<Utc>>>>;

/// A time of UTC such as `2026-11-17 09:00`.
pub(super) fn utc(text: &str) -> DateTime<Utc> {
    let full = if text.len() == 16 { format!("{text}:00") } else { text.to_owned() };
    DateTime::parse_from_rfc3339(&format!("{}Z", full.replace(' ', "T"))).unwrap().to_utc()
}

/// A job that does something every day at 08:00.
pub(super) fn job(
    name: &'static str,
    act: impl Fn(&Work) -> Result<Outcome, Trouble> + Send + Sync + 'static,
) -> Job {
    Job {
        name,
        title: name,
        schedule: "0 8 * * *",
        catch_up: CatchUp::LatestOnce,
        retry: Retry::NONE,
        time_out: Time::from_secs(30),
        jitter_seconds: 0,
        sends: false,
        after: &[],
        severity: Severity::Medium,
        needs: nothing_needed,
        act: Box::new(act),
        runbook: Runbook { what: "w", affects: "a", troubleshoot: "t", manual: "m", rollback: "r" },
    }
}

/// A job that remembers the times it ran for.
pub(super) fn remembering(name: &'static str) -> (Job, Ran) {
    let ran = Ran::default();
    let kept = Arc::clone(&ran);
    let job = job(name, move |work| {
        kept.lock().unwrap().push(work.planned_for());
        Ok(Outcome::say("done"))
    });
    (job, ran)
}

/// A job that fails as often as it is told, then succeeds.
pub(super) fn failing(name: &'static str, times: u32) -> Job {
    let left = AtomicU32::new(times);
    job(name, move |_| {
        let failed = left.try_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        match failed {
            Ok(_) => Err(ApiError::failed("disk_full", "The disk is full.").into()),
            Err(_) => Ok(Outcome::say("done")),
        }
    })
}

/// The company on 17 November 2026, 07:00 UTC.
pub(super) struct Desk {
    pub(super) clock: Arc<ManualClock>,
    pub(super) scheduler: Arc<Scheduler>,
    books: Books,
    _folder: tempfile::TempDir,
}

impl Desk {
    pub(super) fn new(jobs: Vec<Job>) -> Desk {
        let clock = Arc::new(ManualClock::at(utc("2026-11-17 07:00")));
        let folder = tempfile::tempdir().unwrap();
        let books = Books {
            store: Store::memory().unwrap(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: Arc::new(Ids::seeded(1)),
            folder: folder.path().to_owned(),
            process: "first".into(),
            matching: Arc::default(),
            request: None,
        };
        found(&books, chrono_tz::UTC);
        let scheduler = Arc::new(scheduler(&books, jobs));
        let desk = Desk { clock, scheduler, books, _folder: folder };
        assert_eq!(desk.step(), [], "nothing is due at first");
        desk
    }

    /// The process dies and another one starts, with jobs of its own.
    pub(super) fn restart(&mut self, process: &str, jobs: Vec<Job>) {
        self.books.process = process.into();
        self.scheduler = Arc::new(scheduler(&self.books, jobs));
    }

    /// The company moves to another zone.
    pub(super) fn move_to(&self, zone: chrono_tz::Tz) {
        found(&self.books, zone);
    }

    pub(super) fn step(&self) -> Vec<Step> {
        self.scheduler.step().unwrap()
    }

    /// The states that runs of a job came to in a step.
    pub(super) fn states(&self, name: &str) -> Vec<RunState> {
        self.step().into_iter().filter(|step| step.job == name).map(|step| step.state).collect()
    }

    /// Moves the clock to a time and lets everything run that is due.
    pub(super) fn at(&self, text: &str) -> Vec<Step> {
        let by = utc(text) - self.clock.now();
        self.clock.advance(by);
        self.step()
    }

    pub(super) fn pass(&self, by: Duration) -> Vec<Step> {
        self.clock.advance(by);
        self.step()
    }

    pub(super) fn books(&self) -> &Books {
        &self.books
    }

    pub(super) fn next(&self, name: &str) -> Option<DateTime<Utc>> {
        self.books.read(|tx| Ok(jobs::plans(tx)?.remove(name))).unwrap().and_then(|plan| plan.next_run)
    }

    /// Runs of a job, newest first.
    pub(super) fn runs(&self, name: &str) -> Vec<Run> {
        self.books.read(|tx| Ok(job_runs::newest_of(tx, name, 1_000)?)).unwrap()
    }

    pub(super) fn lines(&self, run: &Run) -> Vec<Line> {
        let key = run.key;
        self.books.read(|tx| Ok(job_runs::lines(tx, key, 0, 1_000)?)).unwrap()
    }

    pub(super) fn queue(&self) -> Vec<Queued> {
        self.books.read(|tx| Ok(attention::queue(tx, self.clock.now())?)).unwrap()
    }

    pub(super) fn missed(&self) -> Vec<Missed> {
        self.books.read(|tx| Ok(jobs::missed_since(tx, utc("2020-01-01 00:00"), 1_000)?)).unwrap()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.books.store.verify().unwrap().is_clean());
        }
    }
}

fn scheduler(books: &Books, jobs: Vec<Job>) -> Scheduler {
    let dispatcher = Arc::new(Dispatcher::new(books.clone(), Vec::new()));
    let services = Services { books: books.clone(), vault: Arc::new(MemoryVault::new()), dispatcher };
    Scheduler::new(services, jobs)
}

fn found(books: &Books, zone: chrono_tz::Tz) {
    let company = Profile {
        name: "Northbeam".to_owned(),
        address: String::new(),
        tax_id: String::new(),
        email: String::new(),
        currency: Currency::USD,
        books_start: "2026-09-01".parse().unwrap(),
        zone,
        invoice_prefix: "NB".to_owned(),
        terms_days: 14,
        undo_seconds: 10,
        demo: false,
    };
    let at = books.clock.now();
    let kept: Result<(), ApiError> = books.store.write(purser_store::WriteClass::Decision, move |tx| {
        settings::set(tx, profile::SETTING, &company)?;
        tx.audit(purser_store::AuditDraft {
            at,
            actor: "founder".to_owned(),
            action: "company.save".to_owned(),
            subject: "company".to_owned(),
            detail: json!({}),
        })?;
        Ok(())
    });
    kept.unwrap();
}
