//! What the desk shows, word for word.

use super::world::*;
use crate::matching::*;

fn sentences(explanation: &Explanation) -> Vec<(Mark, &'static str, String)> {
    let best = explanation.best.as_ref().unwrap();
    best.evidence.iter().map(|e| (e.mark, e.kind.as_str(), e.sentence.clone())).collect()
}

#[test]
fn the_desk_of_a_short_wire_reads_as_drawn() {
    let memo = "WIRE REF NB1O42 I181 OCT";
    let explanation =
        book().explain(&line("t1", "11-16", "4785.00", "KESTREL LOGISTICS INTE", memo), &nothing);
    assert_eq!(explanation.headline, "$15.00 short of NB-202610-0118");
    assert_eq!(
        explanation.why_asked.as_deref(),
        Some("The amount is not exact, and another open invoice has exactly this amount.")
    );
    let expected = [
        (
            Mark::Fits,
            "Reference",
            "NB1O42 I181 reads as NB10421181 (O as 0 and I as 1). Check digit is right",
        ),
        (Mark::Partly, "Amount", "$15.00 short (0.31 %)"),
        (Mark::Fits, "Payer", "Their name, cut at 22 letters"),
        (Mark::Fits, "Time", "2 days after the due date; they usually pay 1 to 5 days late"),
        (Mark::Fits, "History", "Their last 3 payments were each $15.00 short"),
    ];
    let expected: Vec<_> = expected.into_iter().map(|(m, k, s)| (m, k, s.to_string())).collect();
    assert_eq!(sentences(&explanation), expected);
    assert_eq!(explanation.best.as_ref().unwrap().evidence[0].quote, "NB1O42 I181");
    let difference = explanation.best.as_ref().unwrap().difference;
    assert_eq!(difference, Some(money("-15.00", "USD")), "negative is short");
    let rival = &explanation.alternatives.iter().find(|c| c.customer == "labs").unwrap().evidence;
    let rival: Vec<&str> = rival.iter().map(|e| e.sentence.as_str()).collect();
    assert_eq!(rival[..3], ["The memo names NB10421181", "Exact", "Only the first word of the name"]);
}

#[test]
fn ready_means_one_nod_is_enough() {
    let book = book();
    let ready = |payer: &str, memo: &str, amount: &str| {
        book.explain(&line("t1", "11-16", amount, payer, memo), &nothing).is_ready()
    };
    assert!(ready("SILVERBIRCH PARTNERS LLC", "", "948.00"), "matched");
    assert!(ready("SILVERBRICH PARTNERS LLC", "", "948.00"), "a mistyped name");
    assert!(ready("COPPERLINE STUDIO", "", "1176.00"), "a sum without references");
    assert!(!ready("", "", "3600.00"), "amount alone");
    assert!(!ready("MONTHLY LTD", "", "49.00"), "a tie");
    assert!(!ready("", "NB10421307", "933.00"), "short");
    assert!(!ready("J HOLLOWAY", "NB10421245", "348.00"), "already paid");
    assert!(!ready("ZEBRA", "", "1.23"), "nothing");
}

#[test]
fn strangers_texts_in_sentences_are_one_clean_line() {
    let payer = "EVIL\u{202E}\nNAME\t".to_string() + &"X".repeat(300);
    let explanation = book().explain(&line("t1", "11-16", "3600.00", &payer, ""), &nothing);
    let text = all_text(&explanation);
    assert!(!text.contains('\u{202E}') && !text.contains('\n'), "{text}");
    assert!(text.len() < 2_000);
}

#[test]
fn json_words_are_those_of_the_command_line() {
    let explanation = book().explain(&line("t1", "11-16", "948.00", "", "NB10421307"), &nothing);
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["state"], "matched");
    assert_eq!(json["kind"], "full");
    assert_eq!(json["best"]["difference"]["amount"], "0.00");
    assert_eq!(json["confidence"], 98);
    let back: Explanation = serde_json::from_value(json).unwrap();
    assert_eq!(back, explanation);
}
