//! An invoice.

use purser_core::Money;

use super::canvas::{Align, Canvas, Ink, ROW_PADDING, Style};
use super::fonts::{Fonts, Weight};
use super::receipt::heading;
use super::{LINES_MAX, PageSize, PaperError, Party, Rendered, amount_grouped};

/// Everything an invoice says (rule C-14 lists what must be on it).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoicePaper {
    /// The paper.
    pub page: PageSize,
    /// Who sends it, with address and tax id.
    pub company: Party,
    /// Its number.
    pub number: String,
    /// Who is to pay, with address and tax id.
    pub bill_to: Party,
    /// Dates and references with their labels: issued, due, date of supply.
    pub facts: Vec<(String, String)>,
    /// What is billed.
    pub lines: Vec<InvoiceLine>,
    /// Between the lines and the total: net sum, a row per tax rate, what was paid already.
    pub summary: Vec<SummaryRow>,
    /// The row of the total: its label with the currency, and what is to be paid.
    pub total: SummaryRow,
    /// How to pay.
    pub payment: Vec<PaymentBlock>,
    /// Sentences at the end: reverse charge, exemption, thanks.
    pub notes: Vec<String>,
    /// The fixed words.
    pub words: InvoiceWords,
}

/// One position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceLine {
    /// What it is.
    pub text: String,
    /// How many, with a unit if there is one.
    pub quantity: String,
    /// For one.
    pub price: Money,
    /// For all.
    pub amount: Money,
}

/// A label and an amount below the positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryRow {
    /// Such as `VAT 19 % on 100.00`.
    pub label: String,
    /// The amount.
    pub amount: Money,
}

/// One way to pay.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PaymentBlock {
    /// Such as `Pay by transfer`.
    pub title: String,
    /// Its rows.
    pub rows: Vec<PaymentRow>,
}

/// One row of a way to pay.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PaymentRow {
    /// Such as `Account`; may be empty.
    pub label: String,
    /// Such as the account's number.
    pub value: String,
    /// Whether the value stands out: the reference to be written on the transfer.
    pub strong: bool,
}

/// The fixed words of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceWords {
    /// What the paper is: `Invoice`, `Credit note`.
    pub title: String,
    /// Above the customer.
    pub bill_to: String,
    /// Above the positions.
    pub item: String,
    /// Above the quantities.
    pub quantity: String,
    /// Above the prices.
    pub price: String,
    /// Above the amounts.
    pub amount: String,
}

impl Default for InvoiceWords {
    fn default() -> InvoiceWords {
        InvoiceWords {
            title: "Invoice".into(),
            bill_to: "Bill to".into(),
            item: "Item".into(),
            quantity: "Qty".into(),
            price: "Price".into(),
            amount: "Amount".into(),
        }
    }
}

const SMALL: Style = Style::new(9.5, Weight::Regular, Ink::Secondary);
const BODY: Style = Style::new(10.0, Weight::Regular, Ink::Text);
const STRONG: Style = Style::new(10.0, Weight::SemiBold, Ink::Text);
const CUSTOMER: Style = Style::new(11.0, Weight::SemiBold, Ink::Text);

/// Widths of the columns right of the text.
const QUANTITY_WIDTH: f32 = 62.0;
const PRICE_WIDTH: f32 = 84.0;
const AMOUNT_WIDTH: f32 = 92.0;

/// How much closer the rows of the summary are.
const SUMMARY_TIGHTER: f32 = 8.0;

/// Sets an invoice.
pub fn render_invoice(invoice: &InvoicePaper, fonts: &Fonts) -> Result<Rendered, PaperError> {
    let lines = invoice.lines.len() + invoice.summary.len();
    if lines > LINES_MAX {
        return Err(PaperError::TooLong { lines });
    }
    let mut canvas = Canvas::new(invoice.page, fonts);
    heading(&mut canvas, &invoice.company, &invoice.words.title, &[&invoice.number]);
    customer_and_facts(&mut canvas, invoice);
    positions(&mut canvas, invoice);
    payment(&mut canvas, &invoice.payment);
    canvas.gap(22.0);
    for note in &invoice.notes {
        let width = canvas.right() - canvas.left();
        canvas.paragraph(canvas.left(), width, note, SMALL);
    }
    canvas.finish(&format!("{} {}", invoice.words.title, invoice.number), &invoice.company.name)
}

/// The customer at the left, up to three facts beside each other at the right, further ones below.
fn customer_and_facts(canvas: &mut Canvas<'_>, invoice: &InvoicePaper) {
    canvas.gap(34.0);
    let (left, right, top) = (canvas.left(), canvas.right(), canvas.y);
    let width = right - left;
    let mut end = top;
    let per_row = invoice.facts.len().clamp(1, 3);
    let fact_width = 105.0;
    let mut row_top = top;
    for row in invoice.facts.chunks(per_row) {
        let mut row_end = row_top;
        for (index, (label, value)) in row.iter().enumerate() {
            let x = right - fact_width * (per_row - index) as f32 + 6.0;
            let texts = [(label.as_str(), SMALL), (value.as_str(), BODY.figures())];
            row_end = row_end.max(canvas.column(x, fact_width - 10.0, row_top, &texts));
        }
        row_top = row_end + 6.0;
        end = end.max(row_end);
    }
    let mut texts = vec![(invoice.words.bill_to.as_str(), SMALL), (invoice.bill_to.name.as_str(), CUSTOMER)];
    texts.extend(invoice.bill_to.lines.iter().map(|line| (line.as_str(), SMALL)));
    canvas.flow_beside(left, width * 0.4, &texts, end);
    canvas.gap(28.0);
}

fn positions(canvas: &mut Canvas<'_>, invoice: &InvoicePaper) {
    positions_head(canvas, &invoice.words);
    let columns = QUANTITY_WIDTH + PRICE_WIDTH + AMOUNT_WIDTH;
    let text_width = canvas.right() - canvas.left() - columns;
    let after_last = row_height(invoice.summary.len() + 1) + 12.0;
    let last = invoice.lines.len().saturating_sub(1);
    for (index, line) in invoice.lines.iter().enumerate() {
        let lines = canvas.wrap(&line.text, BODY, text_width);
        // The sum stays with the last position.
        let kept = if index == last { after_last } else { 0.0 };
        if !canvas.has_room(row_height(lines.len()) + kept) {
            canvas.new_page();
            positions_head(canvas, &invoice.words);
        }
        let (right, top) = (canvas.right(), canvas.y + ROW_PADDING);
        canvas.text_at(right - PRICE_WIDTH - AMOUNT_WIDTH, top, &line.quantity, BODY.figures(), Align::Right);
        canvas.text_at(right - AMOUNT_WIDTH, top, &amount_grouped(line.price), BODY.figures(), Align::Right);
        canvas.row(&lines, &amount_grouped(line.amount), BODY);
        canvas.rule(canvas.y, Ink::Hairline);
    }
    let label_width = canvas.right() - canvas.left() - AMOUNT_WIDTH;
    for summary in &invoice.summary {
        let lines = canvas.wrap(&summary.label, BODY, label_width);
        canvas.make_room(row_height(lines.len()));
        canvas.row(&lines, &amount_grouped(summary.amount), BODY);
        // Sums belong together more than positions do.
        canvas.gap(-SUMMARY_TIGHTER);
    }
    if !invoice.summary.is_empty() {
        canvas.gap(SUMMARY_TIGHTER);
        canvas.rule(canvas.y, Ink::Hairline);
    }
    let lines = canvas.wrap(&invoice.total.label, STRONG, label_width);
    canvas.make_room(row_height(lines.len()));
    canvas.row(&lines, &amount_grouped(invoice.total.amount), STRONG);
}

fn positions_head(canvas: &mut Canvas<'_>, words: &InvoiceWords) {
    let (left, right, top) = (canvas.left(), canvas.right(), canvas.y);
    canvas.text_at(left, top, &words.item, SMALL, Align::Left);
    canvas.text_at(right - PRICE_WIDTH - AMOUNT_WIDTH, top, &words.quantity, SMALL, Align::Right);
    canvas.text_at(right - AMOUNT_WIDTH, top, &words.price, SMALL, Align::Right);
    canvas.text_at(right, top, &words.amount, SMALL, Align::Right);
    canvas.y = top + SMALL.leading() + 6.0;
    canvas.rule(canvas.y, Ink::Rule);
}

fn row_height(lines: usize) -> f32 {
    BODY.leading() * lines as f32 + 2.0 * ROW_PADDING
}

/// Ways to pay, two beside each other.
fn payment(canvas: &mut Canvas<'_>, blocks: &[PaymentBlock]) {
    for pair in blocks.chunks(2) {
        canvas.gap(22.0);
        let rows = pair.iter().map(|block| block.rows.len()).max().unwrap_or(0);
        canvas.make_room(SMALL.leading() * (rows + 1) as f32);
        let (left, width, top) = (canvas.left(), canvas.right() - canvas.left(), canvas.y);
        let mut end = top;
        for (index, block) in pair.iter().enumerate() {
            let (x, own_width) =
                if index == 0 { (left, width * 0.5) } else { (left + width * 0.54, width * 0.46) };
            end = end.max(payment_block(canvas, block, x, own_width - 10.0, top));
        }
        canvas.y = end;
    }
}

fn payment_block(canvas: &mut Canvas<'_>, block: &PaymentBlock, x: f32, width: f32, top: f32) -> f32 {
    const LABEL_WIDTH: f32 = 62.0;
    let value_style = Style::new(9.5, Weight::Regular, Ink::Text).figures();
    let strong_style = Style::new(9.5, Weight::SemiBold, Ink::Text).figures();
    let mut y = canvas.column(x, width, top, &[(block.title.as_str(), SMALL)]) + 1.0;
    for row in &block.rows {
        let style = if row.strong { strong_style } else { value_style };
        if row.label.is_empty() {
            y = canvas.column(x, width, y, &[(row.value.as_str(), style)]);
        } else {
            let label_end = canvas.column(x, LABEL_WIDTH - 4.0, y, &[(row.label.as_str(), SMALL)]);
            let texts = [(row.value.as_str(), style)];
            y = label_end.max(canvas.column(x + LABEL_WIDTH, width - LABEL_WIDTH, y, &texts));
        }
    }
    y
}
