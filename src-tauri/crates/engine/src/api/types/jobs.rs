//! Jobs, their runs, and what was missed.

use super::*;

wire_enum! {
    /// How a job is, derived from its history.
    pub enum JobHealth {
        /// Fine.
        Healthy,
        /// It needed several attempts, or failed lately.
        Warning,
        /// Its last run failed.
        Error,
    }

    /// What a run is.
    pub enum JobRunState {
        /// Waits for its turn or its next attempt.
        Queued,
        /// At work.
        Running,
        /// Done.
        Succeeded,
        /// Given up.
        Failed,
        /// Not done, by a rule.
        Skipped,
        /// Stopped by the founder.
        Cancelled,
    }
}

wire! {
    /// A run as a bar.
    pub struct RunBar {
        /// Its number.
        pub number: i64,
        /// What it is.
        pub state: JobRunState,
        /// Attempts that were begun.
        pub attempts: u32,
        /// How long its last attempt took, in milliseconds.
        pub took_ms: Option<i64>,
    }

    /// A job as a row.
    pub struct JobRow {
        /// Its name for ever.
        pub name: String,
        /// Its name on screen.
        pub title: String,
        /// The schedule as it is typed.
        pub schedule: String,
        /// The schedule in words, with its zone.
        pub words: String,
        /// The zone's name.
        pub time_zone: String,
        /// `active` or `paused`.
        pub state: String,
        /// Since when it is paused, RFC 3339.
        pub paused_at: Option<String>,
        /// What it needs of the founder before it can run.
        pub needs: Option<String>,
        /// How it is.
        pub health: JobHealth,
        /// When its last run was over, RFC 3339.
        pub last_run: Option<String>,
        /// What became of it.
        pub last_status: Option<JobRunState>,
        /// What it said.
        pub last_result: String,
        /// Its error.
        pub last_error: Option<String>,
        /// When it runs next, RFC 3339.
        pub next_run: Option<String>,
        /// Its last 20 runs, oldest first.
        pub bars: Vec<RunBar>,
        /// Number of the run that is at work or waits for another attempt.
        pub open: Option<JobOpen>,
    }

    /// A run that is not over.
    pub struct JobOpen {
        /// Its key.
        pub key: i64,
        /// Its number.
        pub number: i64,
        /// `running`, or `queued` before its next attempt.
        pub state: JobRunState,
        /// Not before, RFC 3339.
        pub due_at: String,
    }

    /// What waits elsewhere (JS-04).
    pub struct JobCounters {
        /// Jobs whose last run failed.
        pub failed_jobs: u32,
        /// Batches of money out that wait for the founder.
        pub pending_payouts: u32,
        /// Effects with an unknown end.
        pub unknown_effects: u32,
    }

    /// The jobs, those that fail first.
    pub struct Jobs {
        /// One each.
        pub rows: Vec<JobRow>,
        /// Runs that ended today.
        pub runs_today: u32,
        /// What waits elsewhere.
        pub counters: JobCounters,
        /// The hours in which they rest; none where they do not.
        pub rest: Option<JobsRest>,
    }

    /// Which days.
    pub struct AnalyticsInput {
        /// So many days up to today, 1 to 366.
        pub days: u32,
    }

    /// What the automation did over some days (JS-12).
    pub struct AutomationAnalytics {
        /// The first day that is counted (of UTC); later than asked for where nothing ran before.
        pub from: String,
        /// One a job that has a run in these days, those that failed most first.
        pub jobs: Vec<JobAnalytics>,
        /// All of them together.
        pub all: JobAnalytics,
        /// What was sent, by kind.
        pub sent: Vec<SentCount>,
        /// Bank lines that were booked without the founder.
        pub lines_alone: u32,
        /// Bank lines that the founder decided.
        pub lines_decided: u32,
    }

    /// What became of a job's runs.
    pub struct JobAnalytics {
        /// The job; empty for all of them.
        pub job: String,
        /// Its name on screen.
        pub title: String,
        /// Runs that were begun and are over.
        pub runs: u32,
        /// Of these, how many succeeded.
        pub succeeded: u32,
        /// And in percent, such as `99.8`, rounded down, so that a failure never reads `100.0`; none without runs.
        pub percent: Option<String>,
        /// Runs that failed.
        pub failed: u32,
        /// Runs that needed more than one attempt.
        pub again: u32,
        /// Times that were not run, by a rule or by the founder.
        pub skipped: u32,
        /// How long a run took on average, in milliseconds.
        pub usual_ms: Option<i64>,
        /// How long the longest took.
        pub longest_ms: i64,
    }

    /// So many effects of a kind left.
    pub struct SentCount {
        /// In words, such as `Emails`.
        pub what: String,
        /// How many.
        pub count: u32,
    }

    /// The daily stretch in which no job begins by itself (JS-09), on the company's clock.
    pub struct JobsRest {
        /// When it begins, such as `03:00`.
        pub from: String,
        /// When it is over; the next day where it is not after `from`.
        pub until: String,
        /// Whether it is now.
        pub now: bool,
    }

    /// Sets that stretch.
    pub struct JobsRestSet {
        /// When it begins, such as `03:00`; empty, as `until`, for none.
        pub from: String,
        /// When it is over.
        pub until: String,
    }

    /// One name.
    pub struct ByName {
        /// The name.
        pub name: String,
    }

    /// What the founder should know of a job.
    pub struct JobRunbook {
        /// What it does.
        pub what: String,
        /// When it runs, as the program has it.
        pub when: String,
        /// What it changes.
        pub affects: String,
        /// What to do when it fails.
        pub troubleshoot: String,
        /// How to do the same by hand.
        pub manual: String,
        /// How to take back what it did.
        pub rollback: String,
    }

    /// One job, opened.
    pub struct JobDetail {
        /// Its row.
        pub row: JobRow,
        /// `skip`, `latest_once`, `all`.
        pub catch_up: String,
        /// In words.
        pub catch_up_words: String,
        /// How often it is tried again, in words.
        pub retries: String,
        /// How long an attempt may take, in words.
        pub time_out: String,
        /// Whether it rests while everything is paused.
        pub sends: bool,
        /// The next five times, RFC 3339.
        pub next: Vec<String>,
        /// Whether the founder changed its schedule.
        pub changed: bool,
        /// The schedule as the program has it.
        pub own_schedule: String,
        /// Its last 50 runs, newest first.
        pub runs: Vec<RunRow>,
        /// What the founder should know of it.
        pub runbook: JobRunbook,
    }

    /// A run.
    pub struct RunRow {
        /// Its key.
        pub key: i64,
        /// The job's name.
        pub job: String,
        /// The job's name on screen.
        pub title: String,
        /// 1, 2, 3… of this job.
        pub number: i64,
        /// What it is.
        pub state: JobRunState,
        /// Why it ran, in words.
        pub cause: String,
        /// The time of the schedule that it is for, RFC 3339.
        pub planned_for: String,
        /// Not before, RFC 3339.
        pub due_at: String,
        /// When it began, RFC 3339.
        pub started_at: Option<String>,
        /// When it was over, RFC 3339.
        pub ended_at: Option<String>,
        /// How long its last attempt took, in milliseconds.
        pub took_ms: Option<i64>,
        /// Attempts that were begun.
        pub attempts: u32,
        /// What it said.
        pub result: String,
        /// The code of its error.
        pub error_code: Option<String>,
    }

    /// Which runs.
    pub struct RunsFilter {
        /// A job's name; empty for all.
        pub job: String,
    }

    /// The runs' keys, newest first.
    pub struct RunsIndex {
        /// Keys.
        pub keys: Vec<i64>,
    }

    /// Which lines of a run.
    pub struct RunLogInput {
        /// The job.
        pub name: String,
        /// The run's number; 0 for its newest.
        pub number: i64,
    }

    /// A line of a run.
    pub struct LogLine {
        /// 1, 2, 3…
        pub index: i64,
        /// RFC 3339.
        pub at: String,
        /// `info`, `warning`, `error`.
        pub level: String,
        /// What it says.
        pub text: String,
    }

    /// What a run said.
    pub struct RunLog {
        /// The run; none where the job never ran.
        pub run: Option<RunRow>,
        /// Its lines in order.
        pub lines: Vec<LogLine>,
    }

    /// Run a job now.
    pub struct JobRun {
        /// Its name.
        pub name: String,
        /// Answer when it is over, at most this many seconds later; 0 answers at once.
        pub wait_seconds: u32,
    }

    /// When a job is to run. Empty fields go back to what the program has.
    pub struct JobSchedule {
        /// Its name.
        pub name: String,
        /// `every 5 min`, or five cron fields.
        pub schedule: String,
        /// A zone of the IANA list; empty follows the company.
        pub zone: String,
        /// `skip`, `latest_once`, `all`; empty as the program has it.
        pub catch_up: String,
    }

    /// What a schedule would mean.
    pub struct SchedulePreview {
        /// In words.
        pub words: String,
        /// The next five times, RFC 3339.
        pub next: Vec<String>,
        /// Why it cannot be.
        pub problem: Option<String>,
    }

    /// Times that a job missed.
    pub struct MissedRow {
        /// Its key.
        pub key: i64,
        /// The job.
        pub job: String,
        /// Its name on screen.
        pub title: String,
        /// How many times passed.
        pub missed: u64,
        /// The first, RFC 3339.
        pub first_at: String,
        /// The last, RFC 3339.
        pub last_at: String,
        /// What is done about them: `skip`, `latest_once`, `all`.
        pub decided: String,
        /// Whether the founder decided it.
        pub by_founder: bool,
    }

    /// An absence of more than four hours.
    pub struct Away {
        /// When the program last looked at the clock, RFC 3339.
        pub from: String,
        /// When it looked again, RFC 3339.
        pub until: String,
        /// What it came to, in one sentence.
        pub say: String,
        /// By job.
        pub rows: Vec<MissedRow>,
    }

    /// The last absence that the founder has not seen.
    pub struct AwayFound {
        /// It; none when nothing was missed or it was seen.
        pub away: Option<Away>,
    }

    /// What is to be done about missed times.
    pub struct MissedDecide {
        /// Key of the row.
        pub key: i64,
        /// `skip`, `latest_once`, `all`.
        pub catch_up: String,
    }

    /// The folder whose statements are imported.
    pub struct WatchedFolder {
        /// The folder; empty for none.
        pub folder: String,
        /// The account that they are of; empty for the only one.
        pub account: String,
    }

    /// What goes on around the jobs, counted (JS-04).
    pub struct Counters {
        /// Subscriptions whose last payment failed; absent where no provider tells of any.
        pub failed_payments: Option<u32>,
        /// Batches that wait for approval.
        pub payouts_proposed: u32,
        /// Providers' payouts that the bank has not shown.
        pub payouts_underway: u32,
        /// Money at providers that waits for its reason.
        pub cards_waiting: u32,
        /// Messages and payments that wait to leave, or whose end is not known.
        pub outbox_waiting: u32,
    }
}
