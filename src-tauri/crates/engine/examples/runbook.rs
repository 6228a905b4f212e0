//! Writes the runbook of every job into the README, between its markers: `make runbook`.

use std::process::ExitCode;

use purser_engine::jobs::{markdown, markers};

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("runbook: name the README");
        return ExitCode::from(2);
    };
    match write(&path) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("runbook: {path} was not written: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(path: &str) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let (begin, end) = markers();
    let (head, rest) = text.split_once(begin).ok_or_else(|| format!("it has no line {begin}"))?;
    let (_, tail) = rest.split_once(end).ok_or_else(|| format!("it has no line {end}"))?;
    std::fs::write(path, format!("{head}{begin}\n\n{}{end}{tail}", markdown()))
        .map_err(|error| error.to_string())
}
