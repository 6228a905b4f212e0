//! The receipt: what it says, its number, its PDF and its mail.

use chrono::NaiveDate;
use purser_connectors::smtp::Letter;
use purser_core::Money;
use purser_core::allocation::Spread;
use purser_core::invoice::document_number;
use purser_core::text::{capitalised, one_line};
use purser_documents::mail;
use purser_documents::paper::amount_in_words;
use purser_store::WriteTx;
use purser_store::tables::Conn;
use purser_store::tables::customers::Customer;
use purser_store::tables::invoices::Invoice;
use purser_store::tables::series;

use super::form::method_word;
use crate::api::types::{PaperLine, ReceiptPaper};
use crate::books::Moment;
use crate::error::ApiError;
use crate::outbox::post::{Post, post};
use crate::outbox::{EMAIL, EMAIL_RECEIPT};
use crate::profile::Profile;
use crate::verbs::papers;

/// What a receipt is filled with.
pub(super) struct Filled<'a> {
    pub profile: &'a Profile,
    pub customer: &'a Customer,
    pub number: &'a str,
    pub amount: Money,
    pub method: &'a str,
    pub reference: &'a str,
    pub received_on: NaiveDate,
    pub open: &'a [Invoice],
    pub spread: &'a Spread,
}

fn series_name(month: NaiveDate) -> String {
    format!("receipt:{}", month.format("%Y%m"))
}

/// The number that the next receipt of a month will most likely get.
pub(super) fn next_receipt_number(conn: &Conn, month: NaiveDate) -> Result<String, ApiError> {
    Ok(document_number("R", month, series::peek(conn, &series_name(month))?))
}

/// Gives the next receipt number of a month.
pub(super) fn take_receipt_number(tx: &WriteTx<'_>, month: NaiveDate) -> Result<String, ApiError> {
    Ok(document_number("R", month, series::next(tx, &series_name(month))?))
}

/// The paper's words.
pub(super) fn compose(filled: &Filled<'_>) -> Result<ReceiptPaper, ApiError> {
    let Filled { profile, customer, amount, spread, .. } = filled;
    let mut company_lines = papers::lines(&profile.address);
    company_lines.extend(papers::lines(&profile.tax_id));
    let mut lines: Vec<PaperLine> = spread
        .applied
        .iter()
        .map(|(invoice, part)| PaperLine { text: format!("Invoice {invoice}"), amount: (*part).into() })
        .collect();
    if spread.rest.is_positive() {
        lines.push(PaperLine { text: "Credit for your next invoice".to_owned(), amount: spread.rest.into() });
    }
    let how = how(filled.method, filled.reference);
    let amount_words = match amount_in_words(*amount) {
        Some(words) => format!("{words}, {how}"),
        None => capitalised(&how),
    };
    let thanks = match profile.email.as_str() {
        "" => "Thank you.".to_owned(),
        email => format!("Thank you. Questions: {email}"),
    };
    Ok(ReceiptPaper {
        company: profile.name.clone(),
        company_lines,
        number: filled.number.to_owned(),
        date: filled.received_on.to_string(),
        received_from: customer.name.clone(),
        customer_lines: papers::lines(&customer.address),
        amount: (*amount).into(),
        amount_words,
        lines,
        after: still_open(filled)?,
        thanks,
    })
}

/// How it came, as it follows the amount in words.
fn how(method: &str, reference: &str) -> String {
    match one_line(reference, 60) {
        reference if reference.is_empty() => format!("by {}", method_word(method)),
        reference if method == "check" => format!("by check no. {reference}"),
        reference => format!("by {}, {reference}", method_word(method)),
    }
}

/// What the customer still owes, in one sentence; empty when nothing.
fn still_open(filled: &Filled<'_>) -> Result<String, ApiError> {
    let mut parts = Vec::new();
    let mut sum = Money::zero(filled.amount.currency());
    for invoice in filled.open {
        let paid = filled.spread.applied.iter().find(|(number, _)| number == invoice.shown());
        let left = invoice.open.sub(paid.map_or(Money::zero(sum.currency()), |(_, part)| *part))?;
        if left.is_positive() {
            sum = sum.add(left)?;
            parts.push(format!("{}, due {}", invoice.shown(), papers::long_day(invoice.due)));
        }
    }
    let shown = papers::shown(sum);
    Ok(match parts.len() {
        0 => String::new(),
        1..=3 => format!("Open after this payment: {shown} ({}).", parts.join("; ")),
        count => format!("Open after this payment: {shown} on {count} invoices."),
    })
}

/// The PDF of a composed receipt.
pub(super) fn render(paper: &ReceiptPaper, filled: &Filled<'_>) -> Result<papers::Rendered, ApiError> {
    papers::receipt(paper, filled.received_on, filled.amount, &how(filled.method, filled.reference))
}

/// The key under which a receipt's mail is sent, once.
pub(crate) fn mail_key(receipt: &str) -> String {
    format!("receipt:{receipt}")
}

/// Queues the receipt's mail with its PDF: complete, and fixed now. It waits until a mail account is connected.
pub(super) fn queue_mail(
    tx: &WriteTx<'_>,
    moment: &Moment,
    filled: &Filled<'_>,
    paper: &ReceiptPaper,
    pdf: &[u8],
) -> Result<(), ApiError> {
    let customer = filled.customer;
    let words = mail::receipt(&mail::Receipt {
        company: paper.company.clone(),
        number: paper.number.clone(),
        customer: paper.received_from.clone(),
        amount: papers::shown(filled.amount),
        date: papers::long_day(filled.received_on),
        how: how(filled.method, filled.reference),
        lines: paper
            .lines
            .iter()
            .map(|line| {
                mail::Line::new(&line.text, &format!("{} {}", line.amount.amount, line.amount.currency))
            })
            .collect(),
        after: paper.after.clone(),
        thanks: paper.thanks.clone(),
    })
    .map_err(|error| ApiError::failed("mail_template", error.to_string()))?;
    let subject = format!("receipt:{}", paper.number);
    let message = Post {
        kind: EMAIL_RECEIPT,
        subject: &subject,
        recipient: &customer.email,
        via: EMAIL,
        title: format!("Email receipt {} to {}", paper.number, one_line(&customer.name, 80)),
        key: mail_key(&paper.number),
    };
    post(tx, moment, message, |key| {
        let letter = Letter {
            key,
            to: &customer.email,
            to_name: &customer.name,
            reply_to: &filled.profile.email,
            subject: &words.subject,
            html: &words.html,
            text: &words.text,
            attachments: vec![(format!("receipt-{}.pdf", paper.number), "application/pdf", pdf.to_vec())],
            date: moment.at,
        };
        letter.freeze().map_err(|sentence| {
            let name = one_line(&customer.name, 80);
            let say = format!("Nothing was recorded: the receipt for {name} cannot be mailed. {sentence} Correct the customer, or record it without an email.");
            ApiError::usage("receipt_email", say)
        })
    })?;
    Ok(())
}
