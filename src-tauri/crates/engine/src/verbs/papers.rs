//! Papers as PDF: receipts and invoices, and the words on them.

use chrono::NaiveDate;
use purser_core::{Currency, Money};

use std::path::Path;
use std::sync::OnceLock;

use purser_documents::paper::{
    Fonts, InvoiceLine, InvoicePaper, InvoiceWords, PageSize, PaperError, Party, PaymentBlock, PaymentRow,
    Receipt, ReceiptLine, ReceiptWords, Report, SummaryRow, render_invoice, render_receipt, render_report,
    system_font_folders,
};

use crate::api::types::{Amount, InvoiceDetail, ReceiptPaper};
use crate::error::ApiError;

/// Fonts are parsed once, when the first paper is made.
fn fonts() -> &'static Fonts {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    FONTS.get_or_init(|| {
        let home = std::env::var_os("HOME");
        Fonts::new(system_font_folders(home.as_deref().map(Path::new)))
    })
}

/// Letter where letters are: in the United States and Canada, told by the currency.
pub(crate) fn page_of(currency: Currency) -> PageSize {
    if matches!(currency.code(), "USD" | "CAD") { PageSize::Letter } else { PageSize::A4 }
}

/// A paper as PDF.
pub(crate) struct Rendered {
    /// The bytes.
    pub pdf: Vec<u8>,
    /// Characters that no font had; they stand in the paper as their code.
    pub missing_glyphs: String,
}

/// The PDF of a receipt. `paid_by` follows the amount in words.
pub(crate) fn receipt(
    paper: &ReceiptPaper,
    date: NaiveDate,
    amount: Money,
    paid_by: &str,
) -> Result<Rendered, ApiError> {
    let lines = paper
        .lines
        .iter()
        .map(|line| Ok(ReceiptLine { text: line.text.clone(), amount: Money::try_from(&line.amount)? }))
        .collect::<Result<_, ApiError>>()?;
    let notes = [&paper.after, &paper.thanks].into_iter().filter(|note| !note.is_empty()).cloned().collect();
    let receipt = Receipt {
        page: page_of(amount.currency()),
        company: Party { name: paper.company.clone(), lines: paper.company_lines.clone() },
        number: paper.number.clone(),
        date,
        payer: Party { name: paper.received_from.clone(), lines: paper.customer_lines.clone() },
        amount,
        paid_by: paid_by.to_owned(),
        lines,
        total: amount,
        notes,
        words: ReceiptWords::default(),
    };
    finished(render_receipt(&receipt, fonts()))
}

/// The PDF of a report.
pub(crate) fn report(report: &Report) -> Result<Rendered, ApiError> {
    finished(render_report(report, fonts()))
}

fn finished(rendered: Result<purser_documents::paper::Rendered, PaperError>) -> Result<Rendered, ApiError> {
    let rendered =
        rendered.map_err(|error| ApiError::failed("paper", format!("The paper was not made. {error}.")))?;
    Ok(Rendered { pdf: rendered.pdf, missing_glyphs: rendered.missing_glyphs.iter().collect() })
}

/// The PDF of an invoice.
pub(crate) fn invoice(detail: &InvoiceDetail) -> Result<Rendered, ApiError> {
    let total = Money::try_from(&detail.row.total)?;
    let summary = |label: &str, amount: &Amount| -> Result<SummaryRow, ApiError> {
        Ok(SummaryRow { label: label.to_owned(), amount: Money::try_from(amount)? })
    };
    let day = |text: &str| text.parse::<NaiveDate>().map(long_day).unwrap_or_else(|_| text.to_owned());
    let mut rows = Vec::new();
    if !Money::try_from(&detail.tax)?.is_zero() {
        rows = vec![summary("Net", &detail.net)?, summary("Tax", &detail.tax)?];
    }
    let lines = detail
        .lines
        .iter()
        .map(|line| {
            Ok(InvoiceLine {
                text: line.text.clone(),
                quantity: line.quantity.to_string(),
                price: Money::try_from(&line.price)?,
                amount: Money::try_from(&line.amount)?,
            })
        })
        .collect::<Result<_, ApiError>>()?;
    let payment: Vec<PaymentRow> = detail
        .instructions
        .iter()
        .map(|fact| PaymentRow {
            label: fact.label.clone(),
            value: fact.value.clone(),
            strong: fact.label == "Reference",
        })
        .collect();
    let (name, address) = detail
        .customer_lines
        .split_first()
        .map_or((String::new(), Vec::new()), |(name, rest)| (name.clone(), rest.to_vec()));
    let paper = InvoicePaper {
        page: page_of(total.currency()),
        company: Party { name: detail.company.clone(), lines: detail.company_lines.clone() },
        number: detail.row.number.clone(),
        bill_to: Party { name, lines: address },
        facts: vec![("Issued".to_owned(), day(&detail.row.issued)), ("Due".to_owned(), day(&detail.row.due))],
        lines,
        summary: rows,
        total: summary("Total due", &detail.row.total)?,
        payment: match payment.is_empty() {
            true => Vec::new(),
            false => vec![PaymentBlock { title: "Pay by transfer".to_owned(), rows: payment }],
        },
        notes: Vec::new(),
        words: InvoiceWords::default(),
    };
    finished(render_invoice(&paper, fonts()))
}

/// The lines of a text that are not empty.
pub(crate) fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| purser_core::text::one_line(line, 200)).filter(|line| !line.is_empty()).collect()
}

/// `16 November 2026`.
pub(crate) fn long_day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

pub(crate) use purser_core::matching::money_text as shown;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_shown_with_symbol_or_code_and_grouping() {
        for (minor, currency, text) in [
            (123_450, Currency::USD, "$1,234.50"),
            (-5, Currency::EUR, "\u{2212}€0.05"),
            (100_000_000, Currency::GBP, "£1,000,000.00"),
            (1_950_000, Currency::BTC, "0.01950000 BTC"),
            (999, Currency::from_code("JPY").unwrap(), "999 JPY"),
        ] {
            assert_eq!(shown(Money::new(minor, currency)), text);
        }
    }
}
