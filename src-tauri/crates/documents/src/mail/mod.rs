//! Mail: subject, HTML and text from the templates in `assets/mail`.
//!
//! The MJML is turned into HTML first and filled in afterwards, so that no customer's text ever meets the MJML parser.
//! Every text that is filled in is one line without deceptive characters; HTML escapes it. A variable that a template
//! names and the data lacks is an error, never a gap.

mod templates;

use minijinja::Value;
use purser_core::text::one_line;

/// Longest text that is filled in, in characters (security.md 2: memos 1,000).
const TEXT_CHARS: usize = 1_000;

/// A mail's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// One line.
    pub subject: String,
    /// A whole HTML page that loads nothing.
    pub html: String,
    /// The same as plain text.
    pub text: String,
}

/// A label and what stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    label: String,
    value: String,
}

impl Line {
    /// A line; both texts are brought onto one line each.
    pub fn new(label: &str, value: &str) -> Line {
        Line { label: clean(label), value: clean(value) }
    }
}

/// What a receipt's mail says.
#[derive(Debug, Clone, Default)]
pub struct Receipt {
    /// The company.
    pub company: String,
    /// The receipt's number.
    pub number: String,
    /// Who paid.
    pub customer: String,
    /// How much, as it is shown.
    pub amount: String,
    /// The day, as it is shown.
    pub date: String,
    /// By what means, such as `by wire, FT-2211`.
    pub how: String,
    /// What it was for.
    pub lines: Vec<Line>,
    /// What is still open, in one sentence, or nothing.
    pub after: String,
    /// Thanks, and where to ask.
    pub thanks: String,
}

/// What a report's mail says.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The company.
    pub company: String,
    /// Such as `Daily report, 17 November 2026`.
    pub title: String,
    /// The day in one sentence.
    pub summary: String,
    /// Titles with their lines.
    pub sections: Vec<(String, Vec<Line>)>,
    /// What the figures are and are not.
    pub note: String,
}

/// What an alert's mail says.
#[derive(Debug, Clone, Default)]
pub struct Alert {
    /// The company.
    pub company: String,
    /// `critical`, `high`…
    pub severity: String,
    /// What it is about, for all of them.
    pub title: String,
    /// Each with its reason, the first few.
    pub items: Vec<Line>,
    /// How many more there are, in words, or nothing.
    pub more: String,
}

/// A template and its data do not fit: a mistake in the program.
#[derive(Debug, thiserror::Error)]
#[error("the mail template {template} cannot be filled in: {why}")]
pub struct MailError {
    /// Which.
    pub template: &'static str,
    /// Why.
    pub why: String,
}

/// The mail of a receipt; its PDF is attached by the caller.
pub fn receipt(receipt: &Receipt) -> Result<Words, MailError> {
    let Receipt { company, number, customer, amount, date, how, lines, after, thanks } = receipt;
    let [company, number, customer, amount, date, how, after, thanks] =
        [company, number, customer, amount, date, how, after, thanks].map(|text| clean(text));
    templates::fill(
        "receipt",
        minijinja::context! { company, number, customer, amount, date, how, after, thanks, lines => listed(lines) },
    )
}

/// The mail of a report.
pub fn report(report: &Report) -> Result<Words, MailError> {
    let Report { company, title, summary, sections, note } = report;
    let [company, title, summary, note] = [company, title, summary, note].map(|text| clean(text));
    let sections: Vec<_> = sections
        .iter()
        .map(|(title, lines)| minijinja::context! { title => clean(title), lines => listed(lines) })
        .collect();
    templates::fill("report", minijinja::context! { company, title, summary, sections, note })
}

/// The mail of an alert to the founder.
pub fn alert(alert: &Alert) -> Result<Words, MailError> {
    let Alert { company, severity, title, items, more } = alert;
    let [company, severity, title, more] = [company, severity, title, more].map(|text| clean(text));
    templates::fill("alert", minijinja::context! { company, severity, title, more, items => listed(items) })
}

fn listed(lines: &[Line]) -> Value {
    lines
        .iter()
        .map(|line| minijinja::context! { label => line.label.as_str(), value => line.value.as_str() })
        .collect()
}

fn clean(text: &str) -> String {
    one_line(text, TEXT_CHARS)
}

#[cfg(test)]
mod tests;
