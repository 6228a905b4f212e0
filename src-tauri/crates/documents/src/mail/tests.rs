use super::*;
use crate::torture;

fn a_receipt(text: &str) -> Receipt {
    Receipt {
        company: "Northbeam Analytics".into(),
        number: "R-202611-0001".into(),
        customer: text.into(),
        amount: "USD 588.00".into(),
        date: "17 November 2026".into(),
        how: format!("by wire, {text}"),
        lines: vec![Line::new("Invoice NB-1", "USD 500.00"), Line::new(text, "USD 88.00")],
        after: String::new(),
        thanks: "Thank you.".into(),
    }
}

/// Every mail that can carry a customer's text.
fn mails(text: &str) -> Vec<Words> {
    let items = vec![Line::new(text, text)];
    vec![
        receipt(&a_receipt(text)).unwrap(),
        report(&Report {
            company: text.into(),
            title: "Daily report".into(),
            summary: text.into(),
            sections: vec![(text.into(), items.clone())],
            note: String::new(),
        })
        .unwrap(),
        alert(&Alert {
            company: "Northbeam".into(),
            severity: "high".into(),
            title: text.into(),
            items,
            more: String::new(),
        })
        .unwrap(),
    ]
}

#[test]
fn a_receipt_says_who_paid_what_for_what() {
    let words = receipt(&a_receipt("Łódź Software Sp. z o.o.")).unwrap();
    assert_eq!(words.subject, "Receipt R-202611-0001 from Northbeam Analytics");
    for part in ["USD 588.00", "Łódź Software Sp. z o.o.", "17 November 2026", "Invoice NB-1", "USD 500.00"]
    {
        assert!(words.html.contains(part), "{part} is missing in {}", words.html);
        assert!(words.text.contains(part), "{part} is missing in {}", words.text);
    }
    assert!(!words.text.contains("\n\n\n"), "{}", words.text);
}

#[test]
fn a_mail_loads_nothing_and_runs_nothing() {
    for words in mails("plain") {
        let page = words.html.to_lowercase();
        for forbidden in ["<script", "http:", "https:", "//", "src=", "url(", "@import", "{{", "{%"] {
            let found =
                page.find(forbidden).map(|at| &page[at.saturating_sub(60)..(at + 40).min(page.len())]);
            // The one address that stands in every page names a vocabulary and is fetched by nobody.
            assert!(
                found
                    .is_none_or(|near| near.contains("www.w3.org") || near.contains("schemas-microsoft-com")),
                "{forbidden}: {found:?}"
            );
        }
    }
}

#[test]
fn nobody_s_text_becomes_markup_a_line_or_a_template() {
    let plain: Vec<usize> = mails("x").iter().map(|words| words.html.matches('<').count()).collect();
    let lines: Vec<usize> = mails("x").iter().map(|words| words.text.lines().count()).collect();
    for text in torture::corpus() {
        if one_line(&text, 100).is_empty() {
            continue;
        }
        for (at, words) in mails(&text).into_iter().enumerate() {
            assert_eq!(words.html.matches('<').count(), plain[at], "{text:?} made a tag");
            assert_eq!(words.text.lines().count(), lines[at], "{text:?} made a line:\n{}", words.text);
            assert!(!words.subject.contains(['\n', '\r']) && !words.subject.is_empty(), "{text:?}");
            assert!(!words.html.contains("49"), "{text:?} was calculated");
        }
    }
}

#[test]
fn a_variable_without_a_value_is_an_error() {
    let error = templates::fill("receipt", minijinja::context! { company => "Northbeam" }).unwrap_err();
    assert!(error.to_string().contains("undefined"), "{error}");
}
