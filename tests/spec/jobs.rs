//! Jobs through the application interface: what each does, what is missed, what the founder may change.

use chrono::Duration;
use purser_core::schedule::RunState;
use purser_engine::jobs::Step;
use serde_json::{Value, json};

use crate::world::{World, text};

fn step(world: &World) -> Vec<Step> {
    world.program().scheduler().unwrap().step().unwrap()
}

/// Runs a job now and waits for its end.
fn run(world: &World, name: &str) -> Value {
    world.ok("job_run", json!({"name": name, "wait_seconds": 60}))
}

fn row(world: &World, name: &str) -> Value {
    let jobs = world.ok("jobs", json!({}));
    jobs["rows"].as_array().unwrap().iter().find(|row| row["name"] == name).unwrap().clone()
}

fn queue(world: &World, kind: &str) -> Vec<Value> {
    let queue = world.ok("attention", json!({}));
    queue.as_array().unwrap().iter().filter(|item| item["kind"] == kind).cloned().collect()
}

#[test]
fn js_01_js_08_a_quiet_day_runs_every_job_that_can_and_none_fails() {
    let world = World::owing();
    step(&world);
    let mut ran = Vec::new();
    for _ in 0..48 {
        world.advance(Duration::minutes(30));
        ran.extend(step(&world));
    }
    for name in ["match", "receipts", "revenue-report", "tie-out", "verify", "backup", "logs"] {
        let states: Vec<RunState> =
            ran.iter().filter(|step| step.job == name).map(|step| step.state).collect();
        assert!(!states.is_empty(), "{name} never ran");
        assert!(states.iter().all(|state| *state == RunState::Succeeded), "{name}: {states:?}");
    }
    let daily = ran.iter().filter(|step| step.job == "backup").count();
    assert_eq!(daily, 1, "once a day");
    let jobs = world.ok("jobs", json!({}));
    assert!(jobs["rows"].as_array().unwrap().iter().all(|row| row["health"] == "healthy"), "{jobs:#}");
    assert_eq!(jobs["counters"]["failed_jobs"], 0);
    let backups = world.ok("backups", json!({}));
    assert_eq!(backups.as_array().unwrap().len(), 1);
    let status = world.ok("status", json!({}));
    assert!(status["verified_at"].as_str().is_some() && status["backup_at"].as_str().is_some(), "{status}");
    let today = world.ok("today", json!({}));
    let titles: Vec<&str> =
        today["ran"].as_array().unwrap().iter().map(|ran| ran["text"].as_str().unwrap()).collect();
    assert!(titles.contains(&"Nightly backup") && titles.contains(&"Prove the books"), "{titles:?}");
}

#[test]
fn js_03_js_07_the_rows_of_the_jobs_say_when_in_words_and_the_next_five_times() {
    let world = World::new();
    step(&world);
    let backup = row(&world, "backup");
    assert_eq!(
        (&backup["schedule"], &backup["words"], &backup["time_zone"], &backup["state"]),
        (&json!("0 4 * * *"), &json!("Every day at 04:00 UTC"), &json!("UTC"), &json!("active"))
    );
    assert_eq!(backup["next_run"], "2026-11-18T04:00:00.000000Z");
    assert_eq!(backup["last_run"], Value::Null);
    let detail = world.ok("job", json!({"name": "backup"}));
    assert_eq!(detail["next"].as_array().unwrap().len(), 5);
    assert_eq!(detail["retries"], "3, after 1 minute, 5 minutes and 25 minutes");
    assert!(text(&detail["runbook"]["troubleshoot"]).contains("disk"), "{detail}");
    assert_eq!(world.code("job", json!({"name": "bakcup"})), "job_unknown");
}

#[test]
fn in_01_backups_older_than_thirty_days_go_and_the_newest_stays() {
    let world = World::new();
    step(&world);
    let mut removed = 0;
    for _ in 0..40 {
        world.advance(Duration::days(1));
        for done in step(&world).into_iter().filter(|step| step.job == "backup") {
            assert_eq!(done.state, RunState::Succeeded);
            removed += 1;
        }
    }
    assert_eq!(removed, 40);
    let kept = world.ok("backups", json!({}));
    assert_eq!(kept.as_array().unwrap().len(), 31, "today's and those of thirty days");
}

#[test]
fn in_01_backups_are_copied_to_another_disk_and_what_it_missed_comes_after() {
    let world = World::new();
    step(&world);
    assert_eq!(world.code("job_run", json!({"name": "backup-copies", "wait_seconds": 1})), "job_needs");
    let inside = world.folder().join("copies");
    std::fs::create_dir(&inside).unwrap();
    for path in [inside.as_path(), std::path::Path::new("copies"), std::path::Path::new("/nowhere/at/all")] {
        assert_eq!(world.code("backup_copies_save", json!({"path": path})), "backup_copies", "{path:?}");
    }
    let disk = tempfile::tempdir().unwrap();
    let drive = disk.path().join("drive");
    std::fs::create_dir(&drive).unwrap();
    world.ok("backup_copies_save", json!({"path": drive}));
    let copies = || {
        let names = std::fs::read_dir(&drive).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| name.to_string_lossy().starts_with("auto-")).count()
    };
    run(&world, "backup");
    let ran = step(&world);
    assert!(ran.iter().any(|step| step.job == "backup-copies"), "it follows a backup: {ran:?}");
    assert_eq!(copies(), 1);
    // The drive is not mounted: an empty folder on this disk is not taken for it.
    let away = disk.path().join("away");
    std::fs::rename(&drive, &away).unwrap();
    std::fs::create_dir(&drive).unwrap();
    for _ in 0..3 {
        world.advance(Duration::days(1));
        step(&world);
    }
    assert_eq!(copies(), 0);
    let failed = run(&world, "backup-copies");
    assert!(text(&failed["result"]).contains("may not be mounted"), "{failed}");
    world.advance(Duration::hours(2));
    step(&world);
    assert_eq!(queue(&world, "job_failed").len(), 1, "it is asked once");
    std::fs::remove_dir_all(&drive).unwrap();
    std::fs::rename(&away, &drive).unwrap();
    std::fs::write(drive.join(".purser-copy.part"), "cut off").unwrap();
    let back = run(&world, "backup-copies");
    assert_eq!(back["result"], "3 backups copied and read back.");
    assert_eq!((copies(), queue(&world, "job_failed").len()), (4, 0));
    assert_eq!(run(&world, "backup-copies")["result"], "Every backup is there.");
    for _ in 0..40 {
        world.advance(Duration::days(1));
        step(&world);
    }
    assert_eq!(copies(), 31, "today's and those of thirty days");
    let newest = world.ok("backups", json!({}))[0]["path"].clone();
    let name = std::path::Path::new(newest.as_str().unwrap()).file_name().unwrap().to_owned();
    assert_eq!(std::fs::read(newest.as_str().unwrap()).unwrap(), std::fs::read(drive.join(name)).unwrap());
    world.ok("backup_copies_save", json!({"path": ""}));
    assert_eq!(copies(), 31, "what is there stays");
}

#[test]
fn ts_50_a_backup_that_fails_is_tried_again_asked_about_once_and_mended() {
    let world = World::new();
    step(&world);
    // A file where the folder should be.
    let folder = world.folder().join("backups");
    std::fs::write(&folder, "in the way").unwrap();
    let first = run(&world, "backup");
    assert_eq!((&first["state"], &first["attempts"]), (&json!("queued"), &json!(1)), "{first}");
    assert!(queue(&world, "job_failed").is_empty());
    assert_eq!(row(&world, "backup")["health"], "warning");
    for _ in 0..6 {
        world.advance(Duration::minutes(10));
        step(&world);
    }
    let asked = queue(&world, "job_failed");
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(asked[0]["title"], "Nightly backup failed after 4 attempts");
    assert_eq!(asked[0]["route"], "/automations/jobs/backup");
    let backup = row(&world, "backup");
    assert_eq!((&backup["health"], &backup["last_status"]), (&json!("error"), &json!("failed")));
    let status = world.ok("status", json!({}));
    assert_eq!((&status["counts"]["jobs"], &status["counts"]["outbox"]), (&json!(1), &json!(0)));
    let first = &world.ok("jobs", json!({}))["rows"][0];
    assert_eq!(first["name"], "backup", "what fails is sorted to the top");
    let log = world.ok("run_log", json!({"name": "backup", "number": 0}));
    let levels: Vec<&str> =
        log["lines"].as_array().unwrap().iter().map(|line| line["level"].as_str().unwrap()).collect();
    assert_eq!(levels.iter().filter(|level| **level == "warning").count(), 3, "{log:#}");
    assert_eq!(levels.last(), Some(&"error"));
    std::fs::remove_file(&folder).unwrap();
    assert_eq!(run(&world, "backup")["state"], "succeeded");
    assert!(queue(&world, "job_failed").is_empty(), "the question is gone");
    assert_eq!(row(&world, "backup")["health"], "warning", "it failed lately");
}

#[test]
fn the_night_after_somebody_changed_the_books_the_founder_is_asked() {
    let world = World::owing();
    step(&world);
    assert_eq!(run(&world, "verify")["state"], "succeeded");
    assert_eq!(run(&world, "tie-out")["state"], "succeeded");
    assert!(queue(&world, "tie_out").is_empty() && queue(&world, "verify_failed").is_empty());
}

/// A folder beside the data folder.
fn watched(world: &World) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    world.ok("watched_folder_save", json!({"folder": folder.path(), "account": ""}));
    step(world);
    folder
}

const HEADER: &str = "id,date,amount,currency,payer,description";

#[test]
fn a_statement_that_is_put_into_the_watched_folder_is_imported_once_and_matched() {
    let world = World::owing();
    assert_eq!(row(&world, "statements")["next_run"], Value::Null, "nothing to watch");
    assert_eq!(world.code("job_run", json!({"name": "statements", "wait_seconds": 9})), "job_needs");
    let folder = watched(&world);
    let reference = World::reference(1);
    let file = folder.path().join("november.csv");
    std::fs::write(&file, format!("{HEADER}\nT1,2026-11-10,1000.00,USD,ALDER WORKS,{reference}\n")).unwrap();
    world.advance(Duration::minutes(5));
    let steps = step(&world);
    let names: Vec<&str> = steps.iter().map(|step| step.job.as_str()).collect();
    assert!(names.contains(&"statements") && names.contains(&"match"), "{names:?}");
    assert_eq!(world.invoice("NB-202611-0001"), ("paid".to_owned(), 0), "the match job ran after it");
    let entries = world.journal_total();
    for _ in 0..3 {
        world.advance(Duration::minutes(5));
        step(&world);
    }
    assert_eq!(world.journal_total(), entries, "once");
    // The bank's next file repeats the old line.
    let more = format!(
        "{HEADER}\nT1,2026-11-10,1000.00,USD,ALDER WORKS,{reference}\nT2,2026-11-11,-5.00,USD,SHOP,\n"
    );
    std::fs::write(&file, more).unwrap();
    world.advance(Duration::minutes(5));
    step(&world);
    assert_eq!(world.journal_total(), entries + 1, "only what is new");
    assert!(file.exists(), "files stay where they are");
}

#[test]
fn a_bad_statement_is_one_question_until_it_is_corrected_or_taken_away() {
    let world = World::owing();
    let folder = watched(&world);
    let bad = folder.path().join("bad.csv");
    std::fs::write(&bad, format!("{HEADER}\nT1,2026-11-10,ten,USD,ALDER,\n")).unwrap();
    std::fs::write(folder.path().join("good.csv"), format!("{HEADER}\nT2,2026-11-10,5.00,USD,ALDER,\n"))
        .unwrap();
    for _ in 0..3 {
        world.advance(Duration::minutes(5));
        let done = step(&world);
        assert!(done.iter().all(|step| step.state == RunState::Succeeded), "{done:?}");
    }
    let asked = queue(&world, "statement_refused");
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert!(
        text(&asked[0]["title"]).contains("bad.csv") && text(&asked[0]["reason"]).contains("line 2"),
        "{asked:?}"
    );
    assert_eq!(world.line_state("T2"), "open", "the good file is in");
    std::fs::write(&bad, format!("{HEADER}\nT1,2026-11-10,10.00,USD,ALDER,\n")).unwrap();
    world.advance(Duration::minutes(5));
    step(&world);
    assert!(queue(&world, "statement_refused").is_empty());
    assert_eq!(world.line_state("T1"), "open");
    std::fs::write(folder.path().join("worse.csv"), "nonsense").unwrap();
    world.advance(Duration::minutes(5));
    step(&world);
    assert_eq!(queue(&world, "statement_refused").len(), 1);
    std::fs::remove_file(folder.path().join("worse.csv")).unwrap();
    world.advance(Duration::minutes(5));
    step(&world);
    assert!(queue(&world, "statement_refused").is_empty(), "taken away");
}

#[test]
fn js_08_a_watched_folder_that_vanishes_is_a_failed_job_and_comes_back() {
    let world = World::owing();
    let folder = watched(&world);
    let moved = folder.path().with_extension("moved");
    std::fs::rename(folder.path(), &moved).unwrap();
    world.advance(Duration::minutes(5));
    step(&world);
    assert_eq!(queue(&world, "job_failed")[0]["subject"], "job:statements");
    std::fs::rename(&moved, folder.path()).unwrap();
    world.advance(Duration::minutes(5));
    step(&world);
    assert!(queue(&world, "job_failed").is_empty());
}

#[test]
fn the_data_folder_cannot_be_watched() {
    let world = World::new();
    for (folder, why) in [
        (world.folder().display().to_string(), "inside the data folder"),
        ("statements".to_owned(), "whole path"),
        (world.folder().join("nowhere").display().to_string(), "no folder"),
    ] {
        let error = world.refused("watched_folder_save", json!({"folder": folder, "account": ""}));
        assert!(error.message.contains(why), "{folder}: {error}");
    }
}

#[test]
fn the_daily_report_is_written_for_the_day_before_and_counts_each_way_once() {
    let world = World::owing();
    step(&world);
    world.ok("payment_record", crate::world::payment("cus_alder", "1000.00", "cash"));
    let reference = World::reference(2);
    world.statement(&[
        &format!("T1,2026-11-17,588.00,USD,BIRCH FOODS,{reference}"),
        "T2,2026-11-17,7.00,USD,NOBODY,",
    ]);
    world.match_apply();
    world.advance(Duration::hours(23));
    let ran = step(&world);
    assert!(
        ran.iter().any(|step| step.job == "revenue-report" && step.state == RunState::Succeeded),
        "{ran:?}"
    );
    let log = world.ok("run_log", json!({"name": "revenue-report", "number": 0}));
    assert_eq!(log["run"]["result"], "17 November 2026: $1,588.00 came in.", "{log:#}");
    let pdf = world.folder().join("papers/revenue-2026-11-17.pdf");
    assert!(std::fs::read(&pdf).unwrap().starts_with(b"%PDF"), "{}", pdf.display());
    assert_eq!(
        world.ok("outbox", json!({}))["effects"].as_array().unwrap().len(),
        1,
        "the receipt alone: no mail is set up"
    );
}

#[test]
fn a_receipt_that_is_missing_in_its_folder_is_written_again_as_it_was() {
    let world = World::owing();
    let recorded = world.ok("payment_record", crate::world::payment("cus_alder", "1000.00", "cash"));
    let path = std::path::PathBuf::from(text(&recorded["receipt_path"]));
    let before = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let ran = run(&world, "receipts");
    assert!(text(&ran["result"]).starts_with("1 receipt written again"), "{ran}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert!(text(&run(&world, "receipts")["result"]).starts_with("1 receipts in place"));
}

#[test]
fn c_18_after_three_days_away_the_founder_sees_what_was_missed_and_nothing_ran_twice() {
    let world = World::owing();
    step(&world);
    assert_eq!(world.ok("away", json!({}))["away"], Value::Null);
    // A minute more, so that also what begins a little after its time has begun.
    world.advance(Duration::hours(72) + Duration::minutes(1));
    let ran = step(&world);
    for name in ["backup", "verify", "tie-out", "revenue-report", "match", "receipts", "logs"] {
        assert_eq!(ran.iter().filter(|step| step.job == name).count(), 1, "{name} made up for once: {ran:?}");
    }
    let away = world.ok("away", json!({}))["away"].clone();
    let missed: u64 =
        away["rows"].as_array().unwrap().iter().map(|row| row["missed"].as_u64().unwrap()).sum();
    assert!(
        text(&away["say"]).starts_with(&format!("{missed} runs were missed: 7 jobs caught up once")),
        "{away}"
    );
    let report = away["rows"].as_array().unwrap().iter().find(|row| row["job"] == "revenue-report").unwrap();
    assert_eq!(report["missed"], 3);
    world.ok("missed_decide", json!({"key": report["key"], "catch_up": "all"}));
    let more = step(&world);
    assert_eq!(more.len(), 2, "the two days that were not reported: {more:?}");
    for day in ["17", "18", "19"] {
        let pdf = world.folder().join(format!("papers/revenue-2026-11-{day}.pdf"));
        assert!(pdf.exists(), "{}", pdf.display());
    }
    world.ok("away_seen", json!({}));
    assert_eq!(world.ok("away", json!({}))["away"], Value::Null);
}

#[test]
fn js_05_pausing_rescheduling_and_undoing_through_the_interface() {
    let world = World::new();
    step(&world);
    let done = world.ok("job_pause", json!({"name": "backup"}));
    assert_eq!(
        (&row(&world, "backup")["state"], &row(&world, "backup")["next_run"]),
        (&json!("paused"), &Value::Null)
    );
    world.ok("undo", json!({"id": done["undo"]}));
    step(&world);
    assert_eq!(row(&world, "backup")["state"], "active");
    let input =
        json!({"name": "backup", "schedule": "30 2 * * *", "zone": "America/New_York", "catch_up": ""});
    let preview = world.ok("job_schedule_preview", input.clone());
    assert_eq!(
        (&preview["words"], &preview["problem"]),
        (&json!("Every day at 02:30 New York time"), &Value::Null)
    );
    assert_eq!(preview["next"][0], "2026-11-18T07:30:00.000000Z");
    world.ok("job_schedule", input);
    assert_eq!(row(&world, "backup")["next_run"], "2026-11-18T07:30:00.000000Z");
    let bad = json!({"name": "backup", "schedule": "often", "zone": "", "catch_up": ""});
    assert!(text(&world.ok("job_schedule_preview", bad.clone())["problem"]).contains("every 5 min"));
    assert_eq!(world.code("job_schedule", bad), "schedule");
    world.ok("job_schedule", json!({"name": "backup", "schedule": "", "zone": "", "catch_up": ""}));
    assert_eq!(row(&world, "backup")["schedule"], "0 4 * * *");
}

#[test]
fn js_06_js_11_runs_are_listed_newest_first_with_what_they_said() {
    let world = World::new();
    run(&world, "verify");
    run(&world, "logs");
    run(&world, "verify");
    let keys = world.ok("runs_index", json!({"job": ""}))["keys"].clone();
    let rows = world.ok("runs_rows", json!({"keys": keys}));
    let names: Vec<(&str, i64)> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["job"].as_str().unwrap(), row["number"].as_i64().unwrap()))
        .collect();
    assert_eq!(names, [("verify", 2), ("logs", 1), ("verify", 1)]);
    assert_eq!(rows[0]["cause"], "Started by you");
    assert_eq!(world.ok("runs_index", json!({"job": "logs"}))["keys"].as_array().unwrap().len(), 1);
    let log = world.ok("run_log", json!({"name": "verify", "number": 1}));
    assert!(text(&log["lines"][1]["text"]).starts_with("In order:"), "{log}");
    assert_eq!(world.code("run_log", json!({"name": "verify", "number": 9})), "run_unknown");
}

#[test]
fn js_08_a_run_that_died_with_its_process_goes_on_after_a_restart() {
    let mut world = World::owing();
    step(&world);
    world.advance(Duration::hours(20));
    world.restart();
    let ran = step(&world);
    assert!(ran.iter().any(|step| step.job == "backup" && step.state == RunState::Succeeded), "{ran:?}");
    assert_eq!(world.ok("jobs", json!({}))["counters"]["failed_jobs"], 0);
}

#[test]
fn js_09_the_hours_of_rest_are_shown_kept_and_taken_back() {
    let world = World::new();
    step(&world);
    assert_eq!(world.ok("jobs", json!({}))["rest"], Value::Null);
    let done = world.ok("jobs_rest", json!({"from": "03:00", "until": "04:30"}));
    assert_eq!(done["say"], "Jobs rest from 03:00 to 04:30.");
    let backup = || row(&world, "backup")["next_run"].clone();
    // The night's backup is due at four, and begins when the hours are over.
    world.advance(Duration::hours(19) + Duration::minutes(10));
    assert!(step(&world).iter().all(|step| step.job != "backup"), "04:10");
    assert_eq!(backup(), "2026-11-18T04:30:00.000000Z");
    assert_eq!(world.ok("jobs", json!({}))["rest"], json!({"from": "03:00", "until": "04:30", "now": true}));
    world.ok("undo", json!({"id": done["undo"]}));
    assert!(step(&world).iter().any(|step| step.job == "backup"));
    assert_eq!(world.ok("jobs", json!({}))["rest"], Value::Null);
    assert_eq!(world.code("jobs_rest", json!({"from": "3 am", "until": "4 am"})), "rest");
}

#[test]
fn js_12_analytics_count_every_run_also_when_it_is_not_listed_any_more() {
    let world = World::owing();
    step(&world);
    for _ in 0..24 {
        world.advance(Duration::hours(1));
        step(&world);
    }
    run(&world, "verify");
    let found = world.ok("automation_analytics", json!({"days": 2}));
    let of = |name: &str| {
        let rows = found["jobs"].as_array().unwrap();
        rows.iter().find(|row| row["job"] == name).unwrap_or_else(|| panic!("{name}: {found:#}")).clone()
    };
    let hourly = of("match");
    assert_eq!((&hourly["percent"], &hourly["failed"]), (&json!("100.0"), &json!(0)));
    let listed = world.ok("runs_index", json!({"job": "match"}))["keys"].as_array().unwrap().len();
    assert_eq!(hourly["runs"], listed, "all of them are still listed");
    assert_eq!(of("verify")["runs"], 2, "the night's and the founder's");
    let runs: u64 = found["jobs"].as_array().unwrap().iter().map(|row| row["runs"].as_u64().unwrap()).sum();
    assert_eq!(found["all"]["runs"], runs);
    assert_eq!(found["from"], "2026-11-17");
    world.advance(Duration::days(400));
    assert_eq!(world.ok("automation_analytics", json!({"days": 30}))["all"]["percent"], Value::Null);
    assert_eq!(world.code("automation_analytics", json!({"days": 0})), "days");
}
