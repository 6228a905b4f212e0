//! Receipts and invoices as PDF.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use purser_core::{Currency, Money};
use purser_documents::paper::{
    Fonts, InvoiceLine, InvoicePaper, InvoiceWords, PageSize, PaperError, Party, PaymentBlock, PaymentRow,
    Receipt, ReceiptLine, ReceiptWords, Rendered, SummaryRow, render_invoice, render_receipt,
    system_font_folders,
};
use purser_documents::torture;

fn system_fonts() -> &'static Fonts {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    FONTS.get_or_init(|| Fonts::new(system_font_folders(None)))
}

fn shipped_fonts() -> Fonts {
    Fonts::new(Vec::new())
}

fn money(text: &str, code: &str) -> Money {
    Money::parse(text, Currency::from_code(code).unwrap()).unwrap()
}

fn party(name: &str, lines: &[&str]) -> Party {
    Party { name: name.into(), lines: lines.iter().map(|line| (*line).into()).collect() }
}

fn receipt() -> Receipt {
    let line = |text: &str, amount| ReceiptLine { text: text.into(), amount: money(amount, "USD") };
    Receipt {
        page: PageSize::A4,
        company: party(
            "Northbeam Analytics, Inc.",
            &["228 Harbor Street, Portland, ME 04101", "EIN 84-2231907"],
        ),
        number: "R-202611-0031".into(),
        date: "2026-11-16".parse().unwrap(),
        payer: party("Brightwell Dental Group", &["41 Elm Avenue, Concord, NH 03301"]),
        amount: money("2500.00", "USD"),
        paid_by: "by check no. 4471".into(),
        lines: vec![
            line("Invoice NB-202609-0091", "1200.00"),
            line("Invoice NB-202610-0104", "1200.00"),
            line("Credit for your next invoice", "100.00"),
        ],
        total: money("2500.00", "USD"),
        notes: vec![
            "Open after this payment: $1,200.00 (NB-202611-0133, due 30 November).".into(),
            "Thank you. Questions: billing@northbeam.example".into(),
        ],
        words: ReceiptWords::default(),
    }
}

fn invoice() -> InvoicePaper {
    let line = |text: &str, quantity: &str, price, amount| InvoiceLine {
        text: text.into(),
        quantity: quantity.into(),
        price: money(price, "EUR"),
        amount: money(amount, "EUR"),
    };
    let row =
        |label: &str, value: &str, strong| PaymentRow { label: label.into(), value: value.into(), strong };
    InvoicePaper {
        page: PageSize::A4,
        company: party(
            "Northbeam Analytics GmbH",
            &["Hafenstraße 228, 20457 Hamburg", "USt-IdNr. DE123456789"],
        ),
        number: "NB-202611-0139".into(),
        bill_to: party(
            "Łódź Software Sp. z o.o.",
            &["ul. Piotrkowska 104", "90-926 Łódź", "VAT PL7250018312"],
        ),
        facts: vec![
            ("Issued".into(), "12 November 2026".into()),
            ("Due".into(), "26 November 2026".into()),
            ("Supplied".into(), "November 2026".into()),
        ],
        lines: vec![
            line("Scale plan, 12 Nov 2026 to 11 Nov 2027", "1", "3588.00", "3588.00"),
            line("Extra seats", "6", "72.00", "432.00"),
            line("Onboarding, two hours", "2", "90.00", "180.00"),
        ],
        summary: vec![
            SummaryRow { label: "Net".into(), amount: money("4200.00", "EUR") },
            SummaryRow { label: "VAT 19 % on 4,200.00".into(), amount: money("798.00", "EUR") },
        ],
        total: SummaryRow { label: "Total due, EUR".into(), amount: money("4998.00", "EUR") },
        payment: vec![
            PaymentBlock {
                title: "Pay by transfer".into(),
                rows: vec![
                    row("", "Sparkasse Hamburg", false),
                    row("IBAN", "DE02 1203 0000 0000 2020 51", false),
                    row("BIC", "BYLADEM1001", false),
                    row("Reference", "NB10421393", true),
                ],
            },
            PaymentBlock {
                title: "Or by card".into(),
                rows: vec![row("", "pay.northbeam.example/NB10421393", false)],
            },
        ],
        notes: vec!["Thank you. Questions: billing@northbeam.example".into()],
        words: InvoiceWords::default(),
    }
}

/// Runs a program of poppler on a PDF; none, with the reason printed, where it is not installed.
fn poppler(program: &str, arguments: &[&str], pdf: &Path) -> Option<Vec<u8>> {
    match Command::new(program).args(arguments).arg(pdf).arg("-").output() {
        Ok(output) => {
            assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
            Some(output.stdout)
        }
        Err(error) => {
            println!("skipped: {program} (poppler-utils) could not be started: {error}");
            None
        }
    }
}

fn text_of(rendered: &Rendered) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paper.pdf");
    std::fs::write(&path, &rendered.pdf).unwrap();
    Some(String::from_utf8(poppler("pdftotext", &["-layout"], &path)?).unwrap())
}

/// With PURSER_PAPERS set to a folder, papers are kept there to be looked at.
fn keep(name: &str, rendered: &Rendered) {
    if let Some(folder) = std::env::var_os("PURSER_PAPERS").map(PathBuf::from) {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.pdf")), &rendered.pdf).unwrap();
    }
}

fn assert_says(rendered: &Rendered, texts: &[&str]) {
    let Some(said) = text_of(rendered) else { return };
    for text in texts {
        assert!(said.contains(text), "“{text}” is missing from:\n{said}");
    }
}

#[test]
fn a_receipt_says_what_it_was_given() {
    let rendered = render_receipt(&receipt(), &shipped_fonts()).unwrap();
    keep("receipt", &rendered);
    assert_eq!((rendered.pages(), rendered.missing_glyphs.len()), (1, 0));
    assert!(rendered.pdf.len() < 40_000, "{} bytes", rendered.pdf.len());
    assert_says(
        &rendered,
        &[
            "Northbeam Analytics, Inc.",
            "228 Harbor Street, Portland, ME 04101",
            "EIN 84-2231907",
            "R-202611-0031",
            "16 November 2026",
            "Brightwell Dental Group",
            "$2,500.00",
            "Two thousand five hundred dollars, by check no. 4471",
            "Invoice NB-202609-0091",
            "1,200.00",
            "Total received, USD",
            "due 30 November",
        ],
    );
}

#[test]
fn an_invoice_says_what_it_was_given() {
    let rendered = render_invoice(&invoice(), &shipped_fonts()).unwrap();
    keep("invoice", &rendered);
    assert!(rendered.pdf.len() < 40_000, "{} bytes", rendered.pdf.len());
    assert_says(
        &rendered,
        &[
            "NB-202611-0139",
            "Łódź Software Sp. z o.o.",
            "USt-IdNr. DE123456789",
            "VAT PL7250018312",
            "26 November 2026",
            "Extra seats",
            "VAT 19 % on 4,200.00",
            "4,998.00",
            "DE02 1203 0000 0000 2020 51",
            "NB10421393",
        ],
    );
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let first = render_receipt(&receipt(), &shipped_fonts()).unwrap();
    for _ in 0..3 {
        assert_eq!(render_receipt(&receipt(), &shipped_fonts()).unwrap(), first);
    }
    let fonts = shipped_fonts();
    render_invoice(&invoice(), &fonts).unwrap();
    assert_eq!(render_receipt(&receipt(), &fonts).unwrap(), first, "what was set before does not matter");
    let other = Receipt { number: "R-202611-0032".into(), ..receipt() };
    assert_ne!(render_receipt(&other, &fonts).unwrap().pdf, first.pdf);
}

#[test]
fn european_names_need_no_system_font() {
    let names = [
        "Łódź Software Sp. z o.o.",
        "Ünal Çelik",
        "Ελλάδα Α.Ε.",
        "Владимир Ильин",
        "Đặng Thị Ngọc",
        "e\u{301}te\u{301}",
    ];
    for name in names {
        let paper = Receipt { payer: party(name, &[]), ..receipt() };
        let rendered = render_receipt(&paper, &shipped_fonts()).unwrap();
        assert!(rendered.missing_glyphs.is_empty(), "{name}: {:?}", rendered.missing_glyphs);
        let shown = name.replace("e\u{301}", "é");
        assert_says(&rendered, &[&shown]);
    }
}

#[test]
fn names_in_other_scripts_use_a_system_font_or_are_told() {
    let lines = [
        "東京株式会社",
        "서울 주식회사",
        "שלום בע״מ",
        "شركة النور",
        "ขอนแก่น",
        "Marks: m\u{301} x\u{308}\u{304}",
        "🧾 emoji 👩\u{200d}👩",
    ];
    let paper = Receipt { payer: party("東京タワー Co., Ltd.", &lines), ..receipt() };
    let rendered = render_receipt(&paper, system_fonts()).unwrap();
    keep("scripts", &rendered);
    println!("no font here has {:?}", rendered.missing_glyphs);
    assert!(rendered.pdf.len() < 80_000, "{} bytes", rendered.pdf.len());
    let Some(said) = text_of(&rendered) else { return };
    for c in "東京株式会社".chars() {
        let code = format!("[U+{:04X}]", u32::from(c));
        assert_eq!(rendered.missing_glyphs.contains(&c), said.contains(&code), "{c} is either there or told");
        assert!(said.contains(c) || said.contains(&code));
    }
}

#[test]
fn without_a_font_a_name_is_printed_as_codes() {
    let paper = Receipt { payer: party("東京", &[]), ..receipt() };
    let rendered = render_receipt(&paper, &shipped_fonts()).unwrap();
    assert_eq!(rendered.missing_glyphs, ['京', '東']);
    assert_says(&rendered, &["[U+6771][U+4EAC]"]);
}

#[test]
fn long_lists_run_over_pages_with_their_head_and_number() {
    let lines: Vec<ReceiptLine> = (1..=70)
        .map(|number| ReceiptLine {
            text: format!("Invoice NB-2026-{number:04}"),
            amount: money("10.00", "USD"),
        })
        .collect();
    let paper = Receipt { lines, total: money("700.00", "USD"), ..receipt() };
    let rendered = render_receipt(&paper, &shipped_fonts()).unwrap();
    keep("long", &rendered);
    assert!(rendered.pages() >= 3);
    assert!(rendered.pdf.len() < 40_000, "{} bytes", rendered.pdf.len());
    let count = format!("Page {0} of {0}", rendered.pages());
    assert_says(&rendered, &["Invoice NB-2026-0001", "Invoice NB-2026-0070", "Page 1 of", &count, "700.00"]);
    if let Some(said) = text_of(&rendered) {
        assert_eq!(said.matches("Invoice NB-2026-").count(), 70);
        for page in said.split('\u{c}').filter(|page| !page.trim().is_empty()) {
            assert!(page.contains("Amount"), "each page has the table's head: {page}");
        }
    }
    let mut endless = receipt();
    endless.lines = vec![endless.lines[0].clone(); 2001];
    assert_eq!(render_receipt(&endless, &shipped_fonts()), Err(PaperError::TooLong { lines: 2001 }));
}

#[test]
fn long_names_wrap_and_lose_nothing() {
    let long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft und Söhne, \
        Filiale Wien-Floridsdorf, Abteilung für besondere Angelegenheiten, z. Hd. Frau Magistra Untermüller";
    let paper = Receipt {
        page: PageSize::Letter,
        company: party(long, &[long]),
        payer: party(&"W".repeat(200), &[]),
        lines: vec![ReceiptLine { text: long.into(), amount: money("123456789012.34", "USD") }],
        ..receipt()
    };
    let rendered = render_receipt(&paper, &shipped_fonts()).unwrap();
    keep("wrapped", &rendered);
    let Some(said) = text_of(&rendered) else { return };
    assert_eq!(said.matches('W').count(), 200 + 3, "200 in the payer's name, 3 in Wien");
    assert!(said.contains("123,456,789,012.34"));
}

#[test]
fn a_row_taller_than_a_page_goes_on_and_loses_nothing() {
    let text = "Ж".repeat(9000);
    let paper = Receipt { lines: vec![ReceiptLine { text, amount: money("1.00", "USD") }], ..receipt() };
    let rendered = render_receipt(&paper, &shipped_fonts()).unwrap();
    assert!(rendered.pages() >= 3, "{} pages", rendered.pages());
    // Only what lies on the page is extracted when the page's box is given.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paper.pdf");
    std::fs::write(&path, &rendered.pdf).unwrap();
    let visible = ["-x", "0", "-y", "0", "-W", "595", "-H", "841", "-nopgbrk"];
    if let Some(said) = poppler("pdftotext", &visible, &path) {
        assert_eq!(String::from_utf8(said).unwrap().matches('Ж').count(), 9000);
    }
}

#[test]
fn what_fits_no_page_is_refused() {
    let paper = Receipt { number: "9".repeat(9000), ..receipt() };
    assert_eq!(render_receipt(&paper, &shipped_fonts()), Err(PaperError::DoesNotFit));
}

#[test]
fn hostile_texts_are_set_as_one_visible_text() {
    let fonts = shipped_fonts();
    let lines: Vec<ReceiptLine> = torture::corpus()
        .into_iter()
        .map(|text| ReceiptLine { text, amount: money("1.00", "USD") })
        .collect();
    let rendered = render_receipt(&Receipt { lines, ..receipt() }, &fonts).unwrap();
    keep("torture", &rendered);
    assert_says(
        &rendered,
        &["[U+202E]", "[U+000A]", "<script>alert(1)</script>", "<!channel>", "=HYPERLINK"],
    );
    for text in torture::corpus() {
        let paper = Receipt {
            company: party(&text, &[&text]),
            number: text.chars().take(60).collect(),
            payer: party(&text, &[&text]),
            paid_by: text.clone(),
            notes: vec![text.clone()],
            ..receipt()
        };
        render_receipt(&paper, &fonts).unwrap();
    }
}

#[test]
fn coins_have_no_words_and_all_their_decimals() {
    let paper = Receipt {
        amount: money("0.01", "BTC"),
        lines: vec![ReceiptLine { text: "Invoice NB-1".into(), amount: money("0.01", "BTC") }],
        total: money("0.01", "BTC"),
        paid_by: "on the Bitcoin chain".into(),
        ..receipt()
    };
    let rendered = render_receipt(&paper, &shipped_fonts()).unwrap();
    assert_says(&rendered, &["BTC 0.01000000", "On the Bitcoin chain", "Total received, BTC"]);
}
