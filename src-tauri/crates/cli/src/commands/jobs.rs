//! Jobs: the dashboard's verbs.

use std::path::PathBuf;
use std::process::ExitCode;

use purser_engine::api::method;
use purser_engine::api::types::*;
use purser_engine::error::{ApiError, EXIT_FAILED};
use serde_json::json;

use crate::args::Jobs as JobsCommand;
use crate::context::Context;
use crate::print;

/// How long `jobs run` waits for the end, in seconds.
const WAIT_SECONDS: u32 = 3600;

/// `purser jobs …`.
pub fn jobs(context: &mut Context, command: JobsCommand) -> Result<ExitCode, ApiError> {
    match command {
        JobsCommand::List => list(context),
        JobsCommand::Show { name } => show(context, name),
        JobsCommand::Run { name, no_wait } => run(context, name, no_wait),
        JobsCommand::Pause { name } => {
            let done = context.call::<method::job_pause>(&ByName { name })?;
            said(context, &done)
        }
        JobsCommand::Resume { name } => {
            let done = context.call::<method::job_resume>(&ByName { name })?;
            said(context, &done)
        }
        JobsCommand::Cancel { name } => {
            let done = context.call::<method::job_cancel>(&ByName { name })?;
            said(context, &done)
        }
        JobsCommand::Schedule { name, schedule, zone, catch_up } => {
            schedule_of(context, name, schedule, zone, catch_up)
        }
        JobsCommand::Analytics { days } => analytics(context, days),
        JobsCommand::Rest { hours } => rest(context, hours),
        JobsCommand::Logs { name, run, last } => logs(context, name, run, last),
        JobsCommand::Copies { folder, off } => copies(context, folder, off),
        JobsCommand::Watch { folder, account, off } => watch(context, folder, account, off),
    }
}

fn said(context: &Context, done: &Done) -> Result<ExitCode, ApiError> {
    context.show(done, || done.say.clone())
}

fn list(context: &mut Context) -> Result<ExitCode, ApiError> {
    let jobs = context.call::<method::jobs>(&Nothing {})?;
    let value: Vec<_> = jobs
        .rows
        .iter()
        .map(|row| {
            json!({"name": row.name, "schedule": row.schedule, "time_zone": row.time_zone, "state": row.state,
                "health": row.health, "last_run": row.last_run, "last_status": row.last_status,
                "last_error": row.last_error, "next_run": row.next_run})
        })
        .collect();
    context.show(&value, || {
        let mut table = vec![
            vec!["NAME", "STATE", "HEALTH", "SCHEDULE", "LAST", "", "NEXT"]
                .into_iter()
                .map(str::to_owned)
                .collect(),
        ];
        table.extend(jobs.rows.iter().map(cells));
        print::table(&table, 0)
    })
}

fn word(value: impl serde::Serialize) -> String {
    json!(value).as_str().unwrap_or_default().to_owned()
}

fn short(time: Option<&String>) -> String {
    time.map_or_else(|| "-".to_owned(), |time| time.get(..16).unwrap_or(time).replace('T', " "))
}

fn cells(row: &JobRow) -> Vec<String> {
    let next = if row.needs.is_some() { "not set up".to_owned() } else { short(row.next_run.as_ref()) };
    vec![
        row.name.clone(),
        row.state.clone(),
        word(row.health),
        row.words.clone(),
        short(row.last_run.as_ref()),
        row.last_status.map(word).unwrap_or_default(),
        next,
    ]
}

fn show(context: &mut Context, name: String) -> Result<ExitCode, ApiError> {
    let detail = context.call::<method::job>(&ByName { name })?;
    context.show(&detail, || {
        let row = &detail.row;
        let mut facts = vec![
            ("Job", format!("{} ({})", row.title, row.name)),
            ("Schedule", format!("{}  ({} {})", row.words, row.schedule, row.time_zone)),
            ("State", row.state.clone()),
            ("Health", word(row.health)),
            ("After sleep", detail.catch_up_words.clone()),
            ("Retries", detail.retries.clone()),
            ("Time-out", detail.time_out.clone()),
            ("Last", format!("{} {}", short(row.last_run.as_ref()), row.last_result)),
            ("Next five", detail.next.iter().map(|at| short(Some(at))).collect::<Vec<_>>().join(", ")),
            ("What", detail.runbook.what.clone()),
            ("Changes", detail.runbook.affects.clone()),
            ("If it fails", detail.runbook.troubleshoot.clone()),
            ("By hand", detail.runbook.manual.clone()),
            ("Taking back", detail.runbook.rollback.clone()),
        ];
        if let Some(needs) = &row.needs {
            facts.insert(3, ("Needs", needs.clone()));
        }
        let facts: Vec<Vec<String>> =
            facts.into_iter().map(|(label, value)| vec![format!("{label}:"), value]).collect();
        let runs: Vec<Vec<String>> = detail.runs.iter().take(10).map(run_cells).collect();
        format!("{}\n\n{}", print::table(&facts, 0), print::table(&runs, 0)).trim_end().to_owned()
    })
}

fn run_cells(run: &RunRow) -> Vec<String> {
    let at = run.ended_at.as_ref().or(run.started_at.as_ref()).unwrap_or(&run.due_at);
    vec![format!("#{}", run.number), short(Some(at)), word(run.state), run.result.clone()]
}

fn run(context: &mut Context, name: String, no_wait: bool) -> Result<ExitCode, ApiError> {
    let wait_seconds = if no_wait { 0 } else { WAIT_SECONDS };
    let run = context.call::<method::job_run>(&JobRun { name, wait_seconds })?;
    context.show(&run, || match run.state {
        JobRunState::Queued if run.attempts > 0 => {
            format!("{}: {} It is tried again at {}.", run.title, run.result, short(Some(&run.due_at)))
        }
        JobRunState::Queued => format!("{} is queued.", run.title),
        JobRunState::Running => format!("{} is at work.", run.title),
        state => format!("{} {}: {}", run.title, word(state), run.result),
    })?;
    let failed = run.state == JobRunState::Failed || (run.state == JobRunState::Queued && run.attempts > 0);
    Ok(if failed { ExitCode::from(EXIT_FAILED) } else { ExitCode::SUCCESS })
}

fn analytics(context: &mut Context, days: u32) -> Result<ExitCode, ApiError> {
    let found = context.call::<method::automation_analytics>(&AnalyticsInput { days })?;
    context.show(&found, || {
        let head = ["JOB", "RUNS", "SUCCEEDED", "FAILED", "AGAIN", "SKIPPED", "USUAL", "LONGEST"];
        let mut table = vec![head.map(str::to_owned).to_vec()];
        let milliseconds = |ms: i64| format!("{ms} ms");
        table.extend(found.jobs.iter().chain([&found.all]).map(|row| {
            vec![
                if row.job.is_empty() { row.title.clone() } else { row.job.clone() },
                row.runs.to_string(),
                row.percent.as_ref().map_or_else(|| "-".to_owned(), |percent| format!("{percent} %")),
                row.failed.to_string(),
                row.again.to_string(),
                row.skipped.to_string(),
                row.usual_ms.map_or_else(|| "-".to_owned(), milliseconds),
                milliseconds(row.longest_ms),
            ]
        }));
        let mut said = vec![format!("Since {} (UTC)", found.from), print::table(&table, 0)];
        said.extend(found.sent.iter().map(|sent| format!("{}: {}", sent.what, sent.count)));
        let lines = found.lines_alone + found.lines_decided;
        said.push(format!("Bank lines booked without you: {} of {lines}", found.lines_alone));
        said.join("\n")
    })
}

fn rest(context: &mut Context, hours: Option<String>) -> Result<ExitCode, ApiError> {
    let Some(hours) = hours else {
        let rest = context.call::<method::jobs>(&Nothing {})?.rest;
        return context.show(&rest, || match &rest {
            None => "Jobs do not rest.".to_owned(),
            Some(rest) => {
                let now = if rest.now { " They rest now." } else { "" };
                format!("Jobs rest from {} to {}.{now}", rest.from, rest.until)
            }
        });
    };
    let (from, until) = match hours.trim() {
        "off" => ("", ""),
        hours => hours.split_once('-').unwrap_or((hours, "")),
    };
    let input = JobsRestSet { from: from.to_owned(), until: until.to_owned() };
    let done = context.call::<method::jobs_rest>(&input)?;
    said(context, &done)
}

fn schedule_of(
    context: &mut Context,
    name: String,
    schedule: Option<String>,
    zone: Option<String>,
    catch_up: Option<String>,
) -> Result<ExitCode, ApiError> {
    let Some(schedule) = schedule else {
        let detail = context.call::<method::job>(&ByName { name })?;
        let value = json!({"name": detail.row.name, "schedule": detail.row.schedule,
            "time_zone": detail.row.time_zone, "catch_up": detail.catch_up, "words": detail.row.words,
            "next": detail.next});
        return context.show(&value, || format!("{}\n{}", detail.row.words, detail.next.join("\n")));
    };
    let schedule = if schedule == "default" { String::new() } else { schedule };
    let input = JobSchedule {
        name,
        schedule,
        zone: zone.unwrap_or_default(),
        catch_up: catch_up.unwrap_or_default(),
    };
    let done = context.call::<method::job_schedule>(&input)?;
    said(context, &done)
}

fn logs(context: &mut Context, name: String, number: Option<i64>, last: usize) -> Result<ExitCode, ApiError> {
    let log = context.call::<method::run_log>(&RunLogInput { name, number: number.unwrap_or(0) })?;
    let from = log.lines.len().saturating_sub(last);
    if context.json {
        for line in &log.lines[from..] {
            print::json(line)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let Some(run) = &log.run else {
        print::text("It never ran.")?;
        return Ok(ExitCode::SUCCESS);
    };
    let mut rows = vec![format!("Run {}  {}  {}", run.number, word(run.state), run.result)];
    rows.extend(log.lines[from..].iter().map(|line| {
        let time = line.at.get(11..19).unwrap_or(&line.at);
        let mark = if line.level == "info" { String::new() } else { format!("{}: ", line.level) };
        format!("{time}  {mark}{}", line.text)
    }));
    print::text(&rows.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn copies(context: &mut Context, folder: Option<PathBuf>, off: bool) -> Result<ExitCode, ApiError> {
    let path = match (folder, off) {
        (_, true) => String::new(),
        (Some(folder), false) => context.path(&folder)?,
        (None, false) => {
            let chosen = context.call::<method::backup_copies>(&Nothing {})?;
            return context.show(&chosen, || match chosen.path.as_str() {
                "" => "Nightly backups are not copied to another folder.".to_owned(),
                path => path.to_owned(),
            });
        }
    };
    let done = context.call::<method::backup_copies_save>(&ByPath { path })?;
    said(context, &done)
}

fn watch(
    context: &mut Context,
    folder: Option<PathBuf>,
    account: Option<String>,
    off: bool,
) -> Result<ExitCode, ApiError> {
    let folder = match (folder, off) {
        (_, true) => String::new(),
        (Some(folder), false) => context.path(&folder)?,
        (None, false) => {
            let watched = context.call::<method::watched_folder>(&Nothing {})?;
            return context.show(&watched, || match watched.folder.as_str() {
                "" => "No folder is watched.".to_owned(),
                folder => format!("{folder}, statements of {}", watched.account),
            });
        }
    };
    let input = WatchedFolder { folder, account: account.unwrap_or_default() };
    let done = context.call::<method::watched_folder_save>(&input)?;
    said(context, &done)
}
