//! How a job is, derived from its history and from nothing else (X13).

use serde::{Deserialize, Serialize};

use super::RunState;

/// How many of the last runs are looked at.
const LOOKED_AT: usize = 5;

/// How a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Its last runs succeeded at once, or it never ran.
    Healthy,
    /// It needed several attempts, is trying again, or failed lately and succeeded since.
    Warning,
    /// Its last run failed.
    Error,
}

impl Health {
    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Health::Healthy => "healthy",
            Health::Warning => "warning",
            Health::Error => "error",
        }
    }
}

/// A run that is over or waits for its next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    /// What became of it.
    pub state: RunState,
    /// Attempts that were begun.
    pub attempts: u32,
}

/// The health after these runs, newest first. What was skipped or cancelled says nothing.
pub fn health(newest_first: &[Past]) -> Health {
    let trying_again = newest_first.iter().any(|run| run.state == RunState::Queued && run.attempts > 0);
    let told: Vec<&Past> = newest_first
        .iter()
        .filter(|run| matches!(run.state, RunState::Succeeded | RunState::Failed))
        .take(LOOKED_AT)
        .collect();
    if told.first().is_some_and(|run| run.state == RunState::Failed) {
        return Health::Error;
    }
    let stumbled = told.first().is_some_and(|run| run.attempts > 1)
        || told.iter().any(|run| run.state == RunState::Failed);
    if trying_again || stumbled { Health::Warning } else { Health::Healthy }
}
