//! The daily revenue report (RA-02): what came in yesterday and what recurs, as a paper and as a mail to the founder.

mod figures;
mod letter;
mod words;

use std::time::Duration;

use chrono::TimeDelta;
use purser_core::attention::Severity;
use purser_core::schedule::{CatchUp, Retry};

use crate::books::write_private;
use crate::jobs::{Job, Outcome, Runbook, Trouble, Work, nothing_needed};
use crate::verbs::papers;
use figures::Figures;

pub(super) fn job() -> Job {
    Job {
        name: "revenue-report",
        title: "Daily revenue report",
        schedule: "0 8 * * *",
        catch_up: CatchUp::LatestOnce,
        retry: Retry::THRICE,
        time_out: Duration::from_secs(300),
        jitter_seconds: 0,
        sends: false,
        after: &[],
        severity: Severity::Medium,
        needs: nothing_needed,
        act: Box::new(act),
        runbook: Runbook {
            what: "Adds up yesterday: money by the way it came, what providers kept and gave back, income as it was booked, new and cancelled subscriptions, recurring revenue, what is open and overdue. Written as PDF into `papers/`, and mailed to you where a mail account is connected.",
            affects: "One file in `papers/` and one mail for each day. Running it again writes the same file again and mails nothing.",
            troubleshoot: "A report without figures means that no payment and no statement of that day is in the books yet. The bank's lines often come a day late: import them and run it again. No mail: look at Settings, Notifications, whether reports are mailed and to whom, and at Automations, Outbox.",
            manual: "`purser jobs run revenue-report`",
            rollback: "Delete the file. A mail that waits in the outbox can be cancelled there; one that left cannot.",
        },
    }
}

fn act(work: &Work) -> Result<Outcome, Trouble> {
    let books = work.books();
    let profile = books.profile()?;
    let day = profile.day(work.planned_for()) - TimeDelta::days(1);
    let figures = books.read(|tx| Figures::read(tx, &profile, day))?;
    let report = words::compose(&profile, day, &figures)?;
    let rendered = papers::report(&report)?;
    let file = format!("revenue-{day}.pdf");
    let path = books.papers_folder().join(&file);
    write_private(&path, &rendered.pdf)?;
    work.say(format!("{} ({} KB)", path.display(), rendered.pdf.len() / 1024));
    let came = words::came(&figures)?;
    let mailed = letter::queue(work, day, &report, &came, rendered.pdf)?;
    work.say(mailed.words());
    let say = format!("{}: {came}.", papers::long_day(day));
    Ok(Outcome::say(say).count("payments", figures.payments()).count("mails", u32::from(mailed.is_new())))
}
