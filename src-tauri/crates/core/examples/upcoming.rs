//! Prints the next times of schedules, for comparison with other programs: a line in, a line out.
//!
//! In: `fields<TAB>zone<TAB>RFC 3339<TAB>count`. Out: the times in UTC, separated by spaces.

use std::io::{BufRead, Write};
use std::process::ExitCode;

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use purser_core::schedule::Schedule;

fn main() -> ExitCode {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let answered = line.map_err(|error| error.to_string()).and_then(|line| answer(&line));
        let written = match answered {
            Ok(times) => writeln!(out, "{times}").map_err(|error| error.to_string()),
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            eprintln!("upcoming: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn answer(line: &str) -> Result<String, String> {
    let parts: Vec<&str> = line.split('\t').collect();
    let [fields, zone, after, count] = parts[..] else { return Err(format!("four parts, not: {line}")) };
    let schedule = Schedule::parse(fields).map_err(|error| error.to_string())?;
    let zone: Tz = zone.parse().map_err(|_| format!("no zone: {zone}"))?;
    let after: DateTime<Utc> = after.parse().map_err(|_| format!("no time: {after}"))?;
    let count = count.parse().map_err(|_| format!("no count: {count}"))?;
    let times = schedule.upcoming(after, zone, count);
    let shown: Vec<String> =
        times.into_iter().map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)).collect();
    Ok(shown.join(" "))
}
