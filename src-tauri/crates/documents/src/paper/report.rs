//! A report: headed sections of labelled figures.

use super::canvas::{Canvas, Ink, ROW_PADDING, Style};
use super::fonts::{Fonts, Weight};
use super::receipt::heading;
use super::{LINES_MAX, PageSize, PaperError, Party, Rendered};

/// Everything a report says. Every figure comes as its text: what it is and how it is written is the caller's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The paper.
    pub page: PageSize,
    /// Whose report it is.
    pub company: Party,
    /// What it is.
    pub title: String,
    /// Under the title at the right: the period, when it was made.
    pub facts: Vec<String>,
    /// The parts in order.
    pub sections: Vec<ReportSection>,
    /// Sentences at the end.
    pub notes: Vec<String>,
}

/// A part of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportSection {
    /// Its heading.
    pub title: String,
    /// Its lines.
    pub rows: Vec<ReportRow>,
}

/// A line of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// What.
    pub text: String,
    /// How much, as it is printed.
    pub value: String,
    /// Whether it sums up the lines before it.
    pub sum: bool,
}

const SECTION: Style = Style::new(12.0, Weight::SemiBold, Ink::Text);
const SMALL: Style = Style::new(9.5, Weight::Regular, Ink::Secondary);
const BODY: Style = Style::new(10.5, Weight::Regular, Ink::Text);
const STRONG: Style = Style::new(10.5, Weight::SemiBold, Ink::Text);
/// Room for the figures at the right.
const VALUE_WIDTH: f32 = 150.0;

/// Sets a report.
pub fn render_report(report: &Report, fonts: &Fonts) -> Result<Rendered, PaperError> {
    let rows: usize = report.sections.iter().map(|section| section.rows.len() + 1).sum();
    if rows > LINES_MAX {
        return Err(PaperError::TooLong { lines: rows });
    }
    let mut canvas = Canvas::new(report.page, fonts);
    let facts: Vec<&str> = report.facts.iter().map(String::as_str).collect();
    heading(&mut canvas, &report.company, &report.title, &facts);
    canvas.gap(20.0);
    for section in &report.sections {
        set(&mut canvas, section);
    }
    canvas.gap(30.0);
    for note in &report.notes {
        let width = canvas.right() - canvas.left();
        canvas.paragraph(canvas.left(), width, note, SMALL);
    }
    canvas.finish(&report.title, &report.company.name)
}

fn set(canvas: &mut Canvas<'_>, section: &ReportSection) {
    // A heading never stands alone at the end of a page.
    if !canvas.has_room(24.0 + SECTION.leading() + 2.0 * row_height(1)) {
        canvas.new_page();
    } else {
        canvas.gap(24.0);
    }
    let width = canvas.right() - canvas.left();
    canvas.paragraph(canvas.left(), width, &section.title, SECTION);
    canvas.gap(4.0);
    canvas.rule(canvas.y, Ink::Rule);
    for row in &section.rows {
        let style = if row.sum { STRONG } else { BODY };
        let lines = canvas.wrap(&row.text, style, width - VALUE_WIDTH);
        if !canvas.has_room(row_height(lines.len())) {
            canvas.new_page();
        }
        canvas.row(&lines, &row.value, style);
        canvas.rule(canvas.y, Ink::Hairline);
    }
}

fn row_height(lines: usize) -> f32 {
    BODY.leading() * lines as f32 + 2.0 * ROW_PADDING
}
