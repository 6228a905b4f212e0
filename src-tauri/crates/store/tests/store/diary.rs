//! The diary: written without an audit row, and nothing but the diary.

use chrono::{DateTime, Duration, TimeZone, Utc};
use purser_core::schedule::{CatchUp, RunState};
use purser_store::tables::job_runs::{self, Ending, LINES_MAX, Level, NewRun, RUNS_KEPT};
use purser_store::tables::jobs::{self, JobPlan, JobSetting, NewMissed};
use purser_store::{AuditDraft, Store, StoreError, WriteClass, WriteTx};
use rstest::rstest;

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 17, 9, 0, 0).unwrap()
}

fn diary<T: Send + 'static>(
    store: &Store,
    f: impl FnOnce(&WriteTx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    store.write(WriteClass::Diary, f)
}

fn queued(job: &str) -> NewRun {
    NewRun {
        job: job.to_owned(),
        cause: "schedule".to_owned(),
        cause_of: String::new(),
        planned_for: now(),
        due_at: now(),
        queued_at: now(),
        skipped: None,
    }
}

fn add(store: &Store, job: &'static str) -> i64 {
    diary(store, move |tx| job_runs::add(tx, &queued(job))).unwrap()
}

fn ending(state: RunState) -> Ending {
    Ending {
        state,
        at: now(),
        took_ms: Some(5),
        result: "done".to_owned(),
        counts: "{}".to_owned(),
        error_code: None,
    }
}

#[test]
fn the_diary_needs_no_audit_row_and_counts_its_own_commits() {
    let store = Store::memory().unwrap();
    let (sequence, diary_before) = (store.sequence(), store.diary());
    let key = add(&store, "backup");
    assert_eq!((store.sequence(), store.diary()), (sequence, diary_before + 1));
    let run = store.read(|tx| job_runs::by_key(tx, key)).unwrap().unwrap();
    assert_eq!((run.job.as_str(), run.number, run.state), ("backup", 1, RunState::Queued));
    assert!(store.verify().unwrap().is_clean());
}

#[rstest]
#[case("INSERT INTO setting (name, value) VALUES ('x', '1')")]
#[case("UPDATE attention SET resolved_at = NULL")]
#[case("DELETE FROM effect")]
#[case("INSERT INTO job_setting (name) VALUES ('x')")]
#[case(
    "INSERT INTO audit (seq, at, actor, action, subject, detail, prev_hash, hash) VALUES (9, '', '', '', '', '{}', '', '')"
)]
#[case("UPDATE meta SET value = '9'")]
#[case("DROP TABLE job_log")]
#[case("PRAGMA user_version = 9")]
fn the_diary_changes_nothing_but_the_diary(#[case] sql: &'static str) {
    let store = Store::memory().unwrap();
    // The same statement prepared before, by somebody who may.
    let warm = store.write(WriteClass::Decision, move |tx| {
        tx.prepare_cached(sql).map(|_| ()).ok();
        Ok::<_, StoreError>(())
    });
    assert!(warm.is_ok());
    let refused = diary(&store, move |tx| {
        tx.prepare_cached(sql)?.execute([])?;
        Ok(())
    });
    assert_eq!(refused.unwrap_err().code(), "forbidden_statement", "{sql}");
    let refused = diary(&store, |tx| {
        tx.audit(AuditDraft {
            at: now(),
            actor: "job:x".to_owned(),
            action: "job.x".to_owned(),
            subject: "job".to_owned(),
            detail: serde_json::Value::Null,
        })
    });
    assert_eq!(refused.unwrap_err().code(), "forbidden_statement");
    add(&store, "still writes");
}

#[test]
fn what_is_not_the_diary_s_still_needs_its_audit_row_afterwards() {
    let store = Store::memory().unwrap();
    add(&store, "backup");
    let silent = store.write(WriteClass::Decision, |tx| {
        tx.execute("INSERT INTO setting (name, value) VALUES ('x', '1')", [])?;
        Ok::<_, StoreError>(())
    });
    assert_eq!(silent, Err(StoreError::Unaudited));
}

#[test]
fn one_run_of_a_job_is_at_work_at_a_time() {
    let store = Store::memory().unwrap();
    let (first, second, other) = (add(&store, "backup"), add(&store, "backup"), add(&store, "verify"));
    let claim = |key| diary(&store, move |tx| job_runs::claim(tx, key, "p1", now())).unwrap();
    assert!(claim(first));
    assert!(!claim(first), "it is in hand");
    assert!(!claim(second), "another run of the job is at work");
    assert!(claim(other), "another job is free");
    assert!(diary(&store, move |tx| job_runs::finish(tx, first, &ending(RunState::Succeeded))).unwrap());
    assert!(!diary(&store, move |tx| job_runs::finish(tx, first, &ending(RunState::Failed))).unwrap());
    assert!(claim(second));
    let open = store.read(|tx| job_runs::open(tx)).unwrap();
    assert_eq!(open.iter().map(|run| run.key).collect::<Vec<_>>(), [second, other]);
}

#[test]
fn an_attempt_that_failed_waits_and_is_counted() {
    let store = Store::memory().unwrap();
    let key = add(&store, "backup");
    let later = now() + Duration::minutes(5);
    diary(&store, move |tx| {
        job_runs::claim(tx, key, "p1", now())?;
        let failed = Ending { error_code: Some("disk_full".to_owned()), ..ending(RunState::Failed) };
        job_runs::requeue(tx, key, later, &failed)?;
        job_runs::claim(tx, key, "p2", later)
    })
    .unwrap();
    let run = store.read(|tx| job_runs::by_key(tx, key)).unwrap().unwrap();
    assert_eq!(
        (run.attempts, run.state, run.due_at, run.started_at),
        (2, RunState::Running, later, Some(now()))
    );
    assert_eq!((run.error_code.as_deref(), run.process.as_deref()), (Some("disk_full"), Some("p2")));
}

#[test]
fn runs_and_lines_are_bounded_and_the_newest_are_kept() {
    let store = Store::memory().unwrap();
    let kept = diary(&store, |tx| {
        let mut last = 0;
        for _ in 0..RUNS_KEPT + 20 {
            last = job_runs::add(tx, &queued("poll"))?;
            job_runs::log(tx, last, now(), Level::Info, "said \u{202E}this\n")?;
            job_runs::finish(tx, last, &ending(RunState::Succeeded))?;
        }
        for line in 0..LINES_MAX + 50 {
            job_runs::log(tx, last, now(), Level::Warning, &format!("line {line} {}", "x".repeat(2_000)))?;
        }
        Ok(last)
    })
    .unwrap();
    let (runs, lines, orphans) = store
        .read(|tx| {
            let orphans: i64 = tx.query_row(
                "SELECT count(*) FROM job_log WHERE run NOT IN (SELECT key FROM job_run)",
                [],
                |row| row.get(0),
            )?;
            Ok::<_, StoreError>((
                job_runs::newest_of(tx, "poll", 1_000)?,
                job_runs::lines(tx, kept, 0, 10_000)?,
                orphans,
            ))
        })
        .unwrap();
    assert_eq!((runs.len(), runs[0].number, orphans), (RUNS_KEPT as usize, i64::from(RUNS_KEPT) + 20, 0));
    assert_eq!(lines.len(), LINES_MAX as usize);
    assert_eq!(lines[0].text, "said [U+202E]this[U+000A]");
    assert_eq!(lines.last().unwrap().text, "More was said than is kept.");
    assert!(lines.iter().all(|line| line.text.chars().count() <= 500));
    assert!(store.verify().unwrap().is_clean());
}

#[test]
fn settings_plans_and_missed_times_come_back_as_they_were_kept() {
    let store = Store::memory().unwrap();
    let setting = JobSetting {
        schedule: Some("0 8 * * *".to_owned()),
        zone: Some("America/New_York".to_owned()),
        catch_up: Some(CatchUp::All),
        paused: Some((now(), "founder".to_owned())),
    };
    let kept = setting.clone();
    store
        .write(WriteClass::Decision, move |tx| {
            jobs::set(tx, "backup", &kept)?;
            tx.audit(AuditDraft {
                at: now(),
                actor: "founder".to_owned(),
                action: "job.pause".to_owned(),
                subject: "job:backup".to_owned(),
                detail: serde_json::Value::Null,
            })
        })
        .unwrap();
    let plan = JobPlan { next_run: Some(now()), planned_as: "0 8 * * * UTC".to_owned(), planned_at: now() };
    let missed = NewMissed {
        job: "backup".to_owned(),
        away: (now() - Duration::hours(72), now()),
        missed: 3,
        between: (now() - Duration::hours(70), now() - Duration::hours(1)),
        decided: CatchUp::LatestOnce,
    };
    let (plan_kept, missed_kept) = (plan.clone(), missed.clone());
    let key = diary(&store, move |tx| {
        jobs::set_plan(tx, "backup", &plan_kept)?;
        jobs::see_clock(tx, now())?;
        jobs::add_missed(tx, &missed_kept)
    })
    .unwrap();
    store
        .read(|tx| {
            assert_eq!(jobs::settings(tx)?.get("backup"), Some(&setting));
            assert_eq!(jobs::plans(tx)?.get("backup"), Some(&plan));
            assert_eq!(jobs::clock_seen(tx)?, Some(now()));
            let found = jobs::missed_since(tx, now() - Duration::hours(1), 10)?;
            assert_eq!((found.len(), &found[0].what, found[0].by_founder), (1, &missed, false));
            assert!(jobs::missed_since(tx, now() + Duration::hours(1), 10)?.is_empty());
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!(diary(&store, |tx| jobs::see_missed(tx, now())).unwrap(), 1);
    let seen = store.read(|tx| jobs::missed_by_key(tx, key)).unwrap().unwrap();
    assert_eq!(seen.seen_at, Some(now()));
    assert_eq!(diary(&store, |tx| jobs::forget_missed(tx, now() + Duration::hours(1))).unwrap(), 1);
}
