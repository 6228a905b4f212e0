//! The report as a mail: once for each day, however often the job runs.

use chrono::NaiveDate;
use purser_connectors::smtp::Letter;
use purser_core::text::{capitalised, one_line};
use purser_documents::mail;
use purser_documents::paper::Report;
use serde_json::json;

use crate::books::Moment;
use crate::error::ApiError;
use crate::jobs::Work;
use crate::outbox::alerts::{Mailbox, Notifications};
use crate::outbox::post::{Post, post};
use crate::verbs::papers;

/// The kind of the effect.
const KIND: &str = "email.report";

/// What became of the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mailed {
    /// It is in the outbox now.
    Queued,
    /// It was decided before.
    Before,
    /// The founder does not want it.
    Unwanted,
    /// No mail account is connected, or nobody's address is known.
    Nowhere,
}

impl Mailed {
    /// For the run's log.
    pub fn words(self) -> &'static str {
        match self {
            Mailed::Queued => "The report is in the outbox as an email to you.",
            Mailed::Before => "The report of this day was mailed before.",
            Mailed::Unwanted => "Not mailed: reports by email are switched off in Settings, Notifications.",
            Mailed::Nowhere => {
                "Not mailed: no mail account is connected, or neither the company nor the notifications name an address."
            }
        }
    }

    pub fn is_new(self) -> bool {
        self == Mailed::Queued
    }
}

/// Queues the mail, complete and fixed now.
pub(super) fn queue(
    work: &Work,
    day: NaiveDate,
    report: &Report,
    came: &str,
    pdf: Vec<u8>,
) -> Result<Mailed, ApiError> {
    let books = work.books();
    let own = books.profile()?.email;
    let (wanted, mailbox) = books.read(|tx| {
        let setting = Notifications::load(tx)?;
        Ok((setting.reports, setting.mailbox(tx, &own)?))
    })?;
    let Some(mailbox) = mailbox else { return Ok(Mailed::Nowhere) };
    if !wanted {
        return Ok(Mailed::Unwanted);
    }
    let words = mail::report(&mail::Report {
        company: report.company.name.clone(),
        title: format!("{}, {}", report.title, papers::long_day(day)),
        summary: format!("{}.", capitalised(came)),
        sections: report.sections.iter().map(|section| (section.title.clone(), lines(section))).collect(),
        note: report.notes.join(" "),
    })
    .map_err(|error| ApiError::failed("mail_template", error.to_string()))?;
    let queued = books.decide(&work.actor(), move |tx, moment| {
        let subject = format!("report:revenue:{day}");
        let message = Post {
            kind: KIND,
            subject: &subject,
            recipient: &mailbox.to,
            via: &mailbox.via,
            title: format!("Email the revenue report of {} to you", papers::long_day(day)),
            key: subject.clone(),
        };
        let queued =
            post(tx, moment, message, |key| freeze(key, &mailbox, &words, day, pdf.clone(), moment))?;
        if queued.is_some() {
            tx.audit(moment.audit("report.queue", subject, json!({ "to": one_line(&mailbox.to, 200) })))?;
        }
        Ok(queued.is_some())
    })?;
    Ok(if queued { Mailed::Queued } else { Mailed::Before })
}

fn lines(section: &purser_documents::paper::ReportSection) -> Vec<mail::Line> {
    section.rows.iter().map(|row| mail::Line::new(&row.text, &row.value)).collect()
}

fn freeze(
    key: &str,
    mailbox: &Mailbox,
    words: &mail::Words,
    day: NaiveDate,
    pdf: Vec<u8>,
    moment: &Moment,
) -> Result<Vec<u8>, ApiError> {
    let letter = Letter {
        key,
        to: &mailbox.to,
        to_name: "",
        reply_to: "",
        subject: &words.subject,
        html: &words.html,
        text: &words.text,
        attachments: vec![(format!("revenue-{day}.pdf"), "application/pdf", pdf)],
        date: moment.at,
    };
    letter.freeze().map_err(|sentence| {
        ApiError::failed(
            "mail",
            format!("The report was not mailed: {sentence} Correct the address in Settings, Notifications."),
        )
    })
}
