//! Papers: receipts, invoices and reports as PDF.
//!
//! The caller decides every word, amount and date; this module sets them. The same input and the
//! same fonts give the same bytes, so that a paper can be stored and compared by its hash.
//!
//! Text is shaped (joined scripts, marks, right-to-left runs) with the shipped font, and run by run
//! with the system's fonts where the shipped one has no glyph. A character that no font has is
//! printed as its code, `[U+6771]`, and reported.
// Positions on a page are floats; money never is.
#![allow(clippy::float_arithmetic)]

mod canvas;
mod figures;
mod fonts;
mod invoice;
mod pdf;
mod receipt;
mod report;
mod shape;
mod words;
mod wrap;

pub use figures::{amount_grouped, amount_with_symbol, date_long};
pub use fonts::{Fonts, system_font_folders};
pub use invoice::{
    InvoiceLine, InvoicePaper, InvoiceWords, PaymentBlock, PaymentRow, SummaryRow, render_invoice,
};
pub use receipt::{Receipt, ReceiptLine, ReceiptWords, render_receipt};
pub use report::{Report, ReportRow, ReportSection, render_report};
pub use words::amount_in_words;

/// The size of the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PageSize {
    /// 210 × 297 mm.
    #[default]
    A4,
    /// 8.5 × 11 inches.
    Letter,
}

impl PageSize {
    /// Width and height in points.
    fn points(self) -> (f32, f32) {
        match self {
            PageSize::A4 => (595.28, 841.89),
            PageSize::Letter => (612.0, 792.0),
        }
    }
}

/// A company or customer as it stands on a paper.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Party {
    /// The name.
    pub name: String,
    /// Address, tax id and the like, a line each.
    pub lines: Vec<String>,
}

/// A finished paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// How many pages it has.
    pages: usize,
    /// Characters that no font has, in order; printed as their codes.
    pub missing_glyphs: Vec<char>,
}

impl Rendered {
    /// How many pages it has.
    pub fn pages(&self) -> usize {
        self.pages
    }
}

/// Why a paper could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaperError {
    /// A paper may have this many lines; beyond it, something else is wrong.
    #[error("The paper has {lines} lines; {limit} is the most that is printed. Split it into several", limit = LINES_MAX)]
    TooLong {
        /// Its lines.
        lines: usize,
    },
    /// A text beside others is longer than the page; nothing is ever cut off silently.
    #[error("A number, date or way to pay is too long for the page. Shorten it")]
    DoesNotFit,
    /// The PDF library refused.
    #[error("The paper could not be written as PDF: {0}. Report this with the paper's number")]
    Pdf(String),
}

/// Most lines of a table on one paper.
pub const LINES_MAX: usize = 2000;
