//! The jobs that there are. One file each, and one line here.

mod backup;
mod copies;
mod logs;
mod receipts;
mod recognition;
mod rematch;
mod revenue;
mod statements;
mod stripe;
mod tie_out;
mod verify;

pub(crate) use statements::{SETTING as WATCHED_SETTING, Watched};

use super::Job;

/// Every job, in the order of the README.
///
/// To add one: a file here with a function that gives the [`Job`], a `mod` line and a line below. A poll of a provider
/// runs `every 1 min` with `Retry::NONE` (the next minute is the next try), reads its connections with
/// `ingest::read`, says with [`super::Outcome::news`] whether it found something, and is named in the `after` of the jobs that wait for it. Then generate the README's runbook: `make runbook`.
pub fn all() -> Vec<Job> {
    vec![
        stripe::poll(),
        statements::job(),
        rematch::job(),
        receipts::job(),
        revenue::job(),
        recognition::job(),
        tie_out::job(),
        stripe::balance(),
        verify::job(),
        backup::job(),
        copies::job(),
        logs::job(),
    ]
}
