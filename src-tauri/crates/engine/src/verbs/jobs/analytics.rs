//! `automation_analytics`: what the jobs came to over some days, and what was done without the founder (JS-12).

use std::collections::BTreeMap;

use chrono::{Days, NaiveTime};
use purser_core::schedule::RunState;
use purser_store::tables::job_days::{self, Ended};
use purser_store::tables::{effects, lines};

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

/// Days that one answer may span.
const DAYS_MAX: u32 = 366;

/// `automation_analytics`.
pub fn analytics(caller: &Caller<'_>, input: AnalyticsInput) -> Result<AutomationAnalytics, ApiError> {
    if !(1..=DAYS_MAX).contains(&input.days) {
        return Err(ApiError::usage("days", format!("Analytics cover 1 to {DAYS_MAX} days.")));
    }
    let scheduler = caller.program.scheduler()?;
    let books = scheduler.books();
    let today = books.clock.now().date_naive();
    let asked = today.checked_sub_days(Days::new(u64::from(input.days - 1))).unwrap_or(today);
    books.read(|tx| {
        let since = asked.and_time(NaiveTime::MIN).and_utc();
        let (decided, alone) = lines::deciders_since(tx, &crate::books::stamp(since))?;
        let mut all = Tally::default();
        let mut by_job: BTreeMap<String, Tally> = BTreeMap::new();
        for ended in job_days::since(tx, asked)? {
            all.add(&ended);
            by_job.entry(ended.job.clone()).or_default().add(&ended);
        }
        // A job that this program does not have any more keeps its name.
        let title =
            |name: &str| scheduler.job(name).map_or_else(|_| name.to_owned(), |job| job.title.to_owned());
        let mut jobs: Vec<JobAnalytics> =
            by_job.iter().map(|(name, tally)| tally.shown(name, title(name))).collect();
        jobs.sort_by_key(|row| (std::cmp::Reverse((row.failed, row.runs)), row.title.clone()));
        let first = job_days::first(tx)?.unwrap_or_default();
        Ok(AutomationAnalytics {
            from: asked.to_string().max(first),
            jobs,
            all: all.shown("", "All jobs".to_owned()),
            sent: sent(effects::sent_since(tx, since)?),
            lines_alone: alone,
            lines_decided: decided,
        })
    })
}

/// Runs that are counted together.
#[derive(Default)]
struct Tally {
    succeeded: u32,
    failed: u32,
    again: u32,
    skipped: u32,
    took_ms: i64,
    longest_ms: i64,
}

impl Tally {
    fn add(&mut self, ended: &Ended) {
        match ended.state {
            RunState::Succeeded => self.succeeded += ended.runs,
            RunState::Failed => self.failed += ended.runs,
            _ => {
                self.skipped += ended.runs;
                return;
            }
        }
        self.again += ended.again;
        self.took_ms += ended.took_ms;
        self.longest_ms = self.longest_ms.max(ended.longest_ms);
    }

    fn shown(&self, name: &str, title: String) -> JobAnalytics {
        let runs = self.succeeded + self.failed;
        JobAnalytics {
            job: name.to_owned(),
            title,
            runs,
            succeeded: self.succeeded,
            percent: tenths(self.succeeded, runs),
            failed: self.failed,
            again: self.again,
            skipped: self.skipped,
            usual_ms: self.took_ms.checked_div(i64::from(runs)),
            longest_ms: self.longest_ms,
        }
    }
}

/// A share in percent, to a tenth, rounded down.
fn tenths(part: u32, whole: u32) -> Option<String> {
    let tenths = (u64::from(part) * 1_000).checked_div(u64::from(whole))?;
    Some(format!("{}.{}", tenths / 10, tenths % 10))
}

/// The kinds of one family together, such as `email.receipt` and `email.report`.
fn sent(kinds: Vec<(String, u32)>) -> Vec<SentCount> {
    let mut families: BTreeMap<&str, u32> = BTreeMap::new();
    for (kind, count) in &kinds {
        let family = kind.split_once('.').map_or(kind.as_str(), |(family, _)| family);
        *families.entry(family).or_default() += count;
    }
    let words = |family| match family {
        "email" => "Emails",
        "money" => "Payments and refunds",
        "provider" => "Notes to a provider",
        "slack" => "Chat messages",
        "webhook" => "Posts to your application",
        other => other,
    };
    families.into_iter().map(|(family, count)| SentCount { what: words(family).to_owned(), count }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn js_12_a_share_never_looks_better_than_it_is() {
        let shown = |part, whole| tenths(part, whole).unwrap_or_default();
        assert_eq!([shown(9_999, 10_000), shown(1, 3), shown(3, 3)], ["99.9", "33.3", "100.0"]);
        assert_eq!(tenths(0, 0), None);
    }
}
