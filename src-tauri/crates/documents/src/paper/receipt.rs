//! The receipt of a payment.

use chrono::NaiveDate;
use purser_core::Money;

use super::canvas::{Align, Canvas, Ink, ROW_PADDING, Style};
use super::fonts::{Fonts, Weight};
use super::{
    LINES_MAX, PageSize, PaperError, Party, Rendered, amount_grouped, amount_in_words, amount_with_symbol,
    date_long,
};

/// Everything a receipt says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The paper.
    pub page: PageSize,
    /// Who received.
    pub company: Party,
    /// The receipt's number.
    pub number: String,
    /// The day the money was received.
    pub date: NaiveDate,
    /// Who paid.
    pub payer: Party,
    /// What was received.
    pub amount: Money,
    /// How, as it follows the amount in words: `by check no. 4471`. May be empty.
    pub paid_by: String,
    /// What it was for.
    pub lines: Vec<ReceiptLine>,
    /// The sum of the lines.
    pub total: Money,
    /// Sentences at the end: what is still open, thanks, whom to ask.
    pub notes: Vec<String>,
    /// The fixed words.
    pub words: ReceiptWords,
}

/// One thing that the money was for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptLine {
    /// Such as `Invoice NB-202609-0091`.
    pub text: String,
    /// Its part of the amount.
    pub amount: Money,
}

/// The fixed words of a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptWords {
    /// What the paper is.
    pub title: String,
    /// Above the payer.
    pub received_from: String,
    /// Above the lines.
    pub what_for: String,
    /// Above the amounts.
    pub amount: String,
    /// Before the total; the currency follows.
    pub total: String,
}

impl Default for ReceiptWords {
    fn default() -> ReceiptWords {
        ReceiptWords {
            title: "Receipt".into(),
            received_from: "Received from".into(),
            what_for: "For".into(),
            amount: "Amount".into(),
            total: "Total received".into(),
        }
    }
}

const NAME: Style = Style::new(16.0, Weight::SemiBold, Ink::Text);
const TITLE: Style = Style::new(13.0, Weight::SemiBold, Ink::Text);
const SMALL: Style = Style::new(9.5, Weight::Regular, Ink::Secondary);
const PAYER: Style = Style::new(12.0, Weight::SemiBold, Ink::Text);
const AMOUNT: Style = Style::new(28.0, Weight::SemiBold, Ink::Text);
const BODY: Style = Style::new(10.5, Weight::Regular, Ink::Text);
const STRONG: Style = Style::new(10.5, Weight::SemiBold, Ink::Text);

/// Room for the amounts at the right of a table.
const AMOUNT_WIDTH: f32 = 120.0;

/// Sets a receipt.
pub fn render_receipt(receipt: &Receipt, fonts: &Fonts) -> Result<Rendered, PaperError> {
    if receipt.lines.len() > LINES_MAX {
        return Err(PaperError::TooLong { lines: receipt.lines.len() });
    }
    let mut canvas = Canvas::new(receipt.page, fonts);
    heading(
        &mut canvas,
        &receipt.company,
        &receipt.words.title,
        &[&receipt.number, &date_long(receipt.date)],
    );
    payer_and_amount(&mut canvas, receipt);
    table(&mut canvas, receipt);
    canvas.gap(34.0);
    for note in &receipt.notes {
        let width = canvas.right() - canvas.left();
        canvas.paragraph(canvas.left(), width, note, SMALL);
    }
    canvas.finish(&format!("{} {}", receipt.words.title, receipt.number), &receipt.company.name)
}

/// The company at the left; what the paper is, its number and dates at the right.
pub(super) fn heading(canvas: &mut Canvas<'_>, company: &Party, title: &str, facts: &[&str]) {
    let (left, right, top) = (canvas.left(), canvas.right(), canvas.y);
    let width = right - left;
    // The title's baseline is the name's.
    let title_top = top + (NAME.size - TITLE.size) * 1.1;
    canvas.text_at(right, title_top, title, TITLE, Align::Right);
    let facts: Vec<(&str, Style)> = facts.iter().map(|fact| (*fact, SMALL)).collect();
    let facts_end = canvas.column_right(right, width * 0.36, top + NAME.leading(), &facts);
    let mut texts = vec![(company.name.as_str(), NAME)];
    texts.extend(company.lines.iter().map(|line| (line.as_str(), SMALL)));
    canvas.flow_beside(left, width * 0.6, &texts, facts_end);
}

fn payer_and_amount(canvas: &mut Canvas<'_>, receipt: &Receipt) {
    let (left, width) = (canvas.left(), canvas.right() - canvas.left());
    canvas.gap(38.0);
    canvas.paragraph(left, width, &receipt.words.received_from, SMALL);
    canvas.paragraph(left, width, &receipt.payer.name, PAYER);
    for line in &receipt.payer.lines {
        canvas.paragraph(left, width, line, SMALL);
    }
    canvas.gap(28.0);
    canvas.paragraph(left, width, &amount_with_symbol(receipt.amount), AMOUNT);
    let sentence = amount_sentence(receipt);
    if !sentence.is_empty() {
        canvas.paragraph(left, width, &sentence, SMALL);
    }
    canvas.gap(26.0);
}

/// “Two thousand five hundred dollars, by check no. 4471”.
fn amount_sentence(receipt: &Receipt) -> String {
    let how = receipt.paid_by.trim();
    match amount_in_words(receipt.amount) {
        Some(words) if how.is_empty() => words,
        Some(words) => format!("{words}, {how}"),
        None => {
            let mut letters = how.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
    }
}

fn table(canvas: &mut Canvas<'_>, receipt: &Receipt) {
    table_head(canvas, receipt);
    let text_width = canvas.right() - canvas.left() - AMOUNT_WIDTH;
    let last = receipt.lines.len().saturating_sub(1);
    for (index, line) in receipt.lines.iter().enumerate() {
        let lines = canvas.wrap(&line.text, BODY, text_width);
        let height = row_height(lines.len());
        // The total never stands alone on a page.
        let with_total = if index == last { row_height(1) } else { 0.0 };
        if !canvas.has_room(height + with_total) {
            canvas.new_page();
            table_head(canvas, receipt);
        }
        canvas.row(&lines, &amount_grouped(line.amount), BODY);
        canvas.rule(canvas.y, Ink::Hairline);
    }
    let label = format!("{}, {}", receipt.words.total, receipt.total.currency());
    let lines = canvas.wrap(&label, STRONG, text_width);
    canvas.row(&lines, &amount_grouped(receipt.total), STRONG);
}

fn table_head(canvas: &mut Canvas<'_>, receipt: &Receipt) {
    let (left, right, top) = (canvas.left(), canvas.right(), canvas.y);
    canvas.text_at(left, top, &receipt.words.what_for, SMALL, Align::Left);
    canvas.text_at(right, top, &receipt.words.amount, SMALL, Align::Right);
    canvas.y = top + SMALL.leading() + 6.0;
    canvas.rule(canvas.y, Ink::Rule);
}

fn row_height(lines: usize) -> f32 {
    BODY.leading() * lines as f32 + 2.0 * ROW_PADDING
}
