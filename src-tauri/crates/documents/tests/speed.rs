//! How fast: not part of an ordinary run. `cargo nextest run -p purser-documents --release --run-ignored only
//! --no-capture --test speed` prints the figures; the bounds hold only for optimised code.
#![allow(clippy::unwrap_used, clippy::float_arithmetic, missing_docs)]

use std::time::Instant;

use purser_core::{Currency, Money};
use purser_documents::paper::{Fonts, PageSize, Party, Receipt, ReceiptLine, ReceiptWords, render_receipt};
use purser_documents::statement::{Defaults, parse_csv};

/// Bounds are promises about the program as it is shipped.
fn bound(name: &str, seconds: f64, most: f64) {
    println!("{name}: {seconds:.3} s");
    if !cfg!(debug_assertions) {
        assert!(seconds < most, "{name} took {seconds:.3} s, more than {most} s");
    }
}

#[test]
#[ignore = "a measurement"]
fn a_statement_of_100_000_lines() {
    let mut text = String::from("id,date,amount,currency,payer,description\n");
    for row in 0..100_000 {
        let day = row % 28 + 1;
        text.push_str(&format!(
            "t{row},2026-03-{day:02},{}.50,USD,Payer {row} GmbH,\"Invoice NB-{row}, thank you\"\n",
            row % 5000
        ));
    }
    let start = Instant::now();
    let statement = parse_csv(text.as_bytes(), None, &Defaults { currency: Some(Currency::USD) }).unwrap();
    bound("100,000 lines", start.elapsed().as_secs_f64(), 1.0);
    assert_eq!(statement.rows.len(), 100_000);
}

#[test]
#[ignore = "a measurement"]
fn a_hundred_receipts() {
    let fonts = Fonts::new(Vec::new());
    let amount = Money::new(250_000, Currency::USD);
    let party =
        |name: &str| Party { name: name.into(), lines: vec!["41 Elm Avenue, Concord, NH 03301".into()] };
    let start = Instant::now();
    let mut bytes = 0;
    for number in 0..100 {
        let receipt = Receipt {
            page: PageSize::A4,
            company: party("Northbeam Analytics, Inc."),
            number: format!("R-202611-{number:04}"),
            date: "2026-11-16".parse().unwrap(),
            payer: party("Łódź Software Sp. z o.o."),
            amount,
            paid_by: "by check no. 4471".into(),
            lines: vec![ReceiptLine { text: format!("Invoice NB-{number}"), amount }; 3],
            total: amount,
            notes: vec!["Thank you. Questions: billing@northbeam.example".into()],
            words: ReceiptWords::default(),
        };
        bytes += render_receipt(&receipt, &fonts).unwrap().pdf.len();
    }
    bound("100 receipts", start.elapsed().as_secs_f64(), 1.0);
    assert!(bytes / 100 < 40_000, "{} bytes each", bytes / 100);
}
