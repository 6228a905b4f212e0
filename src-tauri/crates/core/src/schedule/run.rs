//! One run of a job: one list of states (X13).

use serde::{Deserialize, Serialize};

/// What a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Waits for its turn, or for its next attempt.
    Queued,
    /// At work.
    Running,
    /// Done.
    Succeeded,
    /// Given up after its last attempt.
    Failed,
    /// Not done, by a rule that is said with it.
    Skipped,
    /// Not done, or not to its end, because the founder stopped it.
    Cancelled,
}

impl RunState {
    /// Every state with its name in the store.
    pub const ALL: [(RunState, &'static str); 6] = [
        (RunState::Queued, "queued"),
        (RunState::Running, "running"),
        (RunState::Succeeded, "succeeded"),
        (RunState::Failed, "failed"),
        (RunState::Skipped, "skipped"),
        (RunState::Cancelled, "cancelled"),
    ];

    /// The name in the store.
    pub fn as_str(self) -> &'static str {
        RunState::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }

    /// The state of a name.
    pub fn parse(name: &str) -> Option<RunState> {
        RunState::ALL.iter().find(|(_, known)| *known == name).map(|(state, _)| *state)
    }

    /// Whether nothing more comes.
    pub fn is_over(self) -> bool {
        !matches!(self, RunState::Queued | RunState::Running)
    }

    /// Whether the step is one of the machine's. A running run goes back to the queue when an attempt failed and
    /// another one is left, or when its process died.
    pub fn can_become(self, next: RunState) -> bool {
        match self {
            RunState::Queued => {
                matches!(next, RunState::Running | RunState::Skipped | RunState::Cancelled | RunState::Failed)
            }
            RunState::Running => {
                matches!(
                    next,
                    RunState::Queued
                        | RunState::Succeeded
                        | RunState::Failed
                        | RunState::Skipped
                        | RunState::Cancelled
                )
            }
            _ => false,
        }
    }
}
