//! A thousand receipts as PDF.

use purser_core::{Currency, Money};
use purser_documents::paper::{
    Fonts, PageSize, Party, Receipt, ReceiptLine, ReceiptWords, render_receipt, system_font_folders,
};

use crate::figures::{Took, grouped, median, ms, per_second};
use crate::table::Row;

const RECEIPTS: usize = 1_000;
const RUNS: usize = 3;
const BYTES_MAX: usize = 40_000;
/// Names of the kind that customers have.
const PAYERS: [&str; 5] =
    ["Kestrel Freight LLC", "Łódź Software Sp. z o.o.", "Ünal Tekstil A.Ş.", "Καράβι ΑΕ", "Дунав Принт ООД"];

fn receipt(number: usize) -> Receipt {
    let party = |name: &str| Party {
        name: name.to_owned(),
        lines: vec!["41 Elm Avenue".to_owned(), "Concord, NH 03301".to_owned()],
    };
    let amount = |minor: i128| Money::new(minor, Currency::USD);
    let lines: Vec<ReceiptLine> = (0..1 + number % 4)
        .map(|at| ReceiptLine {
            text: format!("Invoice NB-202611-{:04}", number + at),
            amount: amount(49_900 + at as i128),
        })
        .collect();
    let total = Money::sum(lines.iter().map(|line| line.amount), Currency::USD).unwrap();
    Receipt {
        page: if number.is_multiple_of(2) { PageSize::Letter } else { PageSize::A4 },
        company: party("Northbeam Analytics, Inc."),
        number: format!("R-202611-{number:04}"),
        date: "2026-11-16".parse().unwrap(),
        payer: party(PAYERS[number % PAYERS.len()]),
        amount: total,
        paid_by: "by check no. 4471".to_owned(),
        lines,
        total,
        notes: vec!["Thank you. Questions: billing@northbeam.example".to_owned()],
        words: ReceiptWords::default(),
    }
}

pub fn rows() -> Vec<Row> {
    let home = std::env::var_os("HOME");
    let fonts = Fonts::new(system_font_folders(home.as_deref().map(std::path::Path::new)));
    let receipts: Vec<Receipt> = (0..RECEIPTS).map(receipt).collect();
    let mut largest = 0;
    let runs = (0..RUNS).map(|_| {
        Took::of(|| {
            for each in &receipts {
                largest = largest.max(render_receipt(each, &fonts).unwrap().pdf.len());
            }
        })
    });
    let runs: Vec<Took> = runs.collect();
    let took = median(runs.iter().map(|run| run.wall).collect());
    let processor = median(runs.iter().map(|run| run.thread).collect());
    let rate = per_second(RECEIPTS, took);
    let measured = format!("{}/s, largest {:.1} kB", grouped(rate), largest as f64 / 1000.0);
    let met = rate >= 100.0 && largest <= BYTES_MAX;
    let row = Row::judged("6 1,000 receipts as PDF", measured, "≥ 100/s, ≤ 40 kB each", met);
    vec![row.note(format!("one thread; {} on the processor", ms(processor)))]
}
