//! A job with what the founder set of it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use purser_core::schedule::{CatchUp, Schedule};
use purser_store::StoreError;
use purser_store::tables::jobs::JobSetting;

use super::Job;

/// A job as it is to be run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Effective {
    /// When.
    pub schedule: Schedule,
    /// In which zone.
    pub zone: Tz,
    /// What happens with missed times.
    pub catch_up: CatchUp,
    /// Since when it is paused.
    pub paused_at: Option<DateTime<Utc>>,
    /// Whether the founder changed anything but the pause.
    pub changed: bool,
}

impl Effective {
    /// The job with its setting, in the company's zone where no other is set.
    pub(crate) fn of(job: &Job, setting: &JobSetting, company: Tz) -> Result<Effective, StoreError> {
        let text = setting.schedule.as_deref().unwrap_or(job.schedule);
        let schedule = Schedule::parse(text)
            .map_err(|error| StoreError::Damaged(format!("the job {}: {error}", job.name)))?;
        let zone = match &setting.zone {
            Some(name) => name
                .parse()
                .map_err(|_| StoreError::Damaged(format!("the job {} has the zone {name}", job.name)))?,
            None => company,
        };
        Ok(Effective {
            schedule,
            zone,
            catch_up: setting.catch_up.unwrap_or(job.catch_up),
            paused_at: setting.paused.as_ref().map(|(at, _)| *at),
            changed: setting.schedule.is_some() || setting.zone.is_some() || setting.catch_up.is_some(),
        })
    }

    /// By what it is planned: another one makes the plan anew.
    pub(crate) fn planned_as(&self) -> String {
        match self.schedule {
            Schedule::Cron(_) => format!("{} {}", self.schedule, self.zone.name()),
            Schedule::Every(_) => self.schedule.to_string(),
        }
    }
}
