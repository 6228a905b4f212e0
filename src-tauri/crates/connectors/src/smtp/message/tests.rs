use chrono::DateTime;
use purser_documents::torture;

use super::*;

fn letter<'a>(name: &'a str, subject: &'a str, text: &'a str) -> Letter<'a> {
    Letter {
        key: "receipt:R-202611-0001",
        to: "ap@alder.example",
        to_name: name,
        reply_to: "billing@northbeam.example",
        subject,
        html: text,
        text,
        attachments: vec![("../receipt 1.pdf".into(), "application/pdf", b"%PDF-1.7 bytes".to_vec())],
        date: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
    }
}

fn frozen(letter: &Letter<'_>) -> MailRequest {
    MailRequest::from_bytes(&letter.freeze().unwrap()).unwrap()
}

#[test]
fn the_same_letter_gives_the_same_bytes_and_no_name_of_this_machine() {
    let one = letter("Alder Works", "Receipt", "Thank you");
    assert_eq!(one.freeze().unwrap(), one.freeze().unwrap());
    let from: Mailbox = "Northbeam <billing@northbeam.example>".parse().unwrap();
    let mail = frozen(&one).under_letterhead(&from, one.key);
    let id = message_id(one.key, "northbeam.example");
    assert!(mail.contains(&format!("Message-ID: {id}\r\n")), "{mail}");
    assert!(mail.starts_with("From: Northbeam <billing@northbeam.example>\r\n"), "{mail}");
    assert_ne!(id, message_id("receipt:R-202611-0002", "northbeam.example"));
    if let Ok(host) = std::fs::read_to_string("/etc/hostname")
        && host.trim().len() > 3
    {
        assert!(!mail.contains(host.trim()), "{mail}");
    }
}

#[test]
fn what_is_shown_is_what_is_sent() {
    let shown =
        frozen(&letter("Łódź Software", "Quittung für Ünal", "1 = 1\n\nŁódź — 東京 \u{202f}end.")).shown();
    assert_eq!(shown.subject, "Quittung für Ünal");
    assert!(shown.to.contains("Łódź Software") && shown.to.contains("<ap@alder.example>"), "{}", shown.to);
    assert_eq!(shown.text, "1 = 1\n\nŁódź — 東京 \u{202f}end.");
    assert_eq!(shown.html, shown.text);
    assert_eq!(shown.attachments, ["receipt-1.pdf"]);
}

#[test]
fn nobody_s_name_or_subject_becomes_a_header() {
    let names = |request: &MailRequest| -> Vec<String> {
        let head = request.message.split("\r\n\r\n").next().unwrap();
        let lines = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
        lines.map(|line| line.split(':').next().unwrap().to_owned()).collect()
    };
    let plain = names(&frozen(&letter("Alder", "Receipt", "x")));
    assert!(plain.contains(&"To".to_owned()) && plain.contains(&"Auto-Submitted".to_owned()), "{plain:?}");
    assert!(!plain.iter().any(|name| name.starts_with("List-")), "C-19: no mail is marketing, {plain:?}");
    for text in torture::corpus() {
        let request = frozen(&letter(&text, &text, &text));
        assert_eq!(names(&request), plain, "{text:?} made a header");
        assert_eq!(request.to, "ap@alder.example");
        assert!(request.message.is_ascii());
        let long = request.message.split("\r\n").map(str::len).max().unwrap();
        assert!(long <= 998, "{text:?} made a line of {long} bytes");
        assert!(
            !request.message.replace("\r\n", "").contains(['\r', '\n']),
            "{text:?} left a bare line break"
        );
    }
}

#[test]
fn an_address_that_is_none_is_refused() {
    for to in ["", "nobody", "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example"] {
        assert!(Letter { to, ..letter("x", "x", "x") }.freeze().is_err(), "{to:?}");
    }
}
