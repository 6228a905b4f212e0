//! The daily revenue report (RA-02): what came in yesterday, as a paper.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use purser_core::attention::Severity;
use purser_core::matching::money_text;
use purser_core::schedule::{CatchUp, Retry};
use purser_core::{Currency, Money};
use purser_documents::paper::{Report, ReportRow, ReportSection};
use purser_store::tables::invoices;
use purser_store::tables::revenue::{self, ByWay};

use crate::books::write_private;
use crate::error::ApiError;
use crate::jobs::{Job, Outcome, Runbook, Trouble, Work, nothing_needed};
use crate::profile::Profile;
use crate::verbs::papers;

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
            what: "Adds up yesterday: money by the way it came, income as it was booked, what is open and overdue. Written as PDF into `papers/`.",
            affects: "One file in `papers/` for each day. Running it again writes the same file again.",
            troubleshoot: "A report without figures means that no payment and no statement of that day is in the books yet. The bank's lines often come a day late: import them and run it again.",
            manual: "`purser jobs run revenue-report`",
            rollback: "Delete the file. Nothing else was changed.",
        },
    }
}

/// The figures of a day.
struct Figures {
    recorded: Vec<ByWay>,
    transferred: Vec<ByWay>,
    income: Vec<ByWay>,
    open: Vec<(Money, usize)>,
    overdue: Vec<(Money, usize)>,
}

fn act(work: &Work) -> Result<Outcome, Trouble> {
    let books = work.books();
    let profile = books.profile()?;
    let day = profile.day(work.planned_for()) - TimeDelta::days(1);
    let figures = books.read(|tx| read(tx, &profile, day))?;
    let report = compose(&profile, day, &figures)?;
    let rendered = papers::report(&report)?;
    let file = format!("revenue-{day}.pdf");
    let path = books.papers_folder().join(&file);
    write_private(&path, &rendered.pdf)?;
    work.say(format!("{} ({} KB)", path.display(), rendered.pdf.len() / 1024));
    let came: BTreeMap<Currency, Money> = totals(figures.recorded.iter().chain(&figures.transferred))?;
    let amounts: Vec<String> = came.values().map(|amount| money_text(*amount)).collect();
    let came = if amounts.is_empty() {
        "nothing came in".to_owned()
    } else {
        format!("{} came in", amounts.join(" and "))
    };
    let count: i64 = figures.recorded.iter().chain(&figures.transferred).map(|way| way.count).sum();
    Ok(Outcome::say(format!("{}: {came}.", papers::long_day(day))).count("payments", count))
}

fn read(tx: &purser_store::ReadTx<'_>, profile: &Profile, day: NaiveDate) -> Result<Figures, ApiError> {
    let open = invoices::open(tx)?;
    let today = day + TimeDelta::days(1);
    let sum = |overdue: bool| -> Result<Vec<(Money, usize)>, ApiError> {
        let mut sums: BTreeMap<Currency, (Money, usize)> = BTreeMap::new();
        for invoice in open.iter().filter(|invoice| !overdue || invoice.due < today) {
            let currency = invoice.open.currency();
            let (sum, count) = sums.entry(currency).or_insert((Money::zero(currency), 0));
            (*sum, *count) = (sum.add(invoice.open)?, *count + 1);
        }
        if sums.is_empty() {
            sums.insert(profile.currency, (Money::zero(profile.currency), 0));
        }
        Ok(sums.into_values().collect())
    };
    Ok(Figures {
        recorded: revenue::recorded_on(tx, day)?,
        transferred: revenue::transferred_on(tx, day)?,
        income: revenue::income_on(tx, day)?,
        open: sum(false)?,
        overdue: sum(true)?,
    })
}

fn totals<'a>(ways: impl Iterator<Item = &'a ByWay>) -> Result<BTreeMap<Currency, Money>, ApiError> {
    let mut sums = BTreeMap::new();
    for way in ways {
        let sum = sums.entry(way.amount.currency()).or_insert(Money::zero(way.amount.currency()));
        *sum = sum.add(way.amount)?;
    }
    Ok(sums)
}

fn compose(profile: &Profile, day: NaiveDate, figures: &Figures) -> Result<Report, ApiError> {
    let row = |text: String, amount: Money| ReportRow { text, value: money_text(amount), sum: false };
    let counted = |name: String, way: &ByWay, one: &str, many: &str| {
        let what = if way.count == 1 { one } else { many };
        row(format!("{name}, {} {what}", way.count), way.amount)
    };
    let mut came: Vec<ReportRow> =
        figures.recorded.iter().map(|way| counted(method(&way.way), way, "payment", "payments")).collect();
    came.extend(
        figures
            .transferred
            .iter()
            .map(|way| counted(format!("Transfers to {}", way.way), way, "line", "lines")),
    );
    let sums = totals(figures.recorded.iter().chain(&figures.transferred))?;
    came.extend(summed("Came in", &sums, profile.currency));
    let mut income: Vec<ReportRow> =
        figures.income.iter().map(|way| row(way.way.clone(), way.amount)).collect();
    income.extend(summed("Booked as income", &totals(figures.income.iter())?, profile.currency));
    let invoices = |text: &str, sums: &[(Money, usize)]| -> Vec<ReportRow> {
        sums.iter().map(|(sum, count)| row(format!("{text}, {count}"), *sum)).collect()
    };
    let mut owed = invoices("Open invoices", &figures.open);
    owed.extend(invoices("of these overdue", &figures.overdue));
    Ok(Report {
        page: papers::page_of(profile.currency),
        company: purser_documents::paper::Party { name: profile.name.clone(), lines: Vec::new() },
        title: "Revenue".to_owned(),
        facts: vec![papers::long_day(day)],
        sections: vec![
            ReportSection { title: "Money that came in".to_owned(), rows: came },
            ReportSection { title: "Income of the day".to_owned(), rows: income },
            ReportSection { title: "What customers owe".to_owned(), rows: owed },
        ],
        notes: vec![
            "As the books were when this was made; a bank's lines may come a day late.".to_owned(),
            "Subscriptions and MRR are not known: no billing provider is connected.".to_owned(),
        ],
    })
}

/// One sum per currency; a zero of the base currency where there is nothing.
fn summed(text: &str, sums: &BTreeMap<Currency, Money>, base: Currency) -> Vec<ReportRow> {
    let row = |amount: Money| ReportRow { text: text.to_owned(), value: money_text(amount), sum: true };
    if sums.is_empty() { vec![row(Money::zero(base))] } else { sums.values().map(|sum| row(*sum)).collect() }
}

fn method(method: &str) -> String {
    let word = crate::verbs::payments::method_word(method);
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
