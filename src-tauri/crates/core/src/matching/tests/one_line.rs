//! One line against the company: what it pays, how sure, and what is said about it.

use rstest::rstest;

use super::world::*;
use crate::matching::*;

/// Payer, memo, amount, day → state, kind, best candidate, a piece of what is said.
fn check(payer: &str, memo: &str, amount: &str, date: &str, expected: (&str, &str, &str), said: &str) {
    let explanation = book().explain(&line("t1", date, amount, payer, memo), &nothing);
    let found = (explanation.state.as_str(), explanation.kind.as_str(), best_text(&explanation));
    let text = all_text(&explanation);
    assert_eq!((found.0, found.1, found.2.as_str()), expected, "{payer:?} {memo:?} {amount} {date}\n{text}");
    assert!(text.contains(said), "{said:?} is not in\n{text}");
    assert_eq!(explanation.why_asked.is_none(), explanation.state == State::Matched, "{text}");
    match explanation.state {
        State::Matched => assert!(explanation.confidence >= 95),
        State::Suggested => assert!((1..95).contains(&explanation.confidence)),
        State::Unmatched => assert_eq!(explanation.confidence, 0),
    }
}

#[rstest]
// MI-30, X14, TS-25: the reference, however the bank wrote it.
#[case::reference_and_exact("KESTREL LOGISTICS INTE", "WIRE REF NB10421181 OCT", "4800.00", "11-16", ("matched", "full", "NB-202610-0118"), "Check digit is right")]
#[case::reference_without_payer("", "NB10421181", "4800.00", "11-16", ("matched", "full", "NB-202610-0118"), "Pays NB-202610-0118")]
#[case::reference_paid_by_a_stranger("HOLDING OF SOMEONE", "FOR NB10421181", "4800.00", "11-16", ("matched", "full", "NB-202610-0118"), "“HOLDING OF SOMEONE” is not their name")]
#[case::reference_with_spaces("", "NB 1042 1181", "4800.00", "11-16", ("matched", "full", "NB-202610-0118"), "NB10421181 is in the memo")]
#[case::reference_with_dashes_and_slashes("", "nb-1042/1181", "4800.00", "11-16", ("matched", "full", "NB-202610-0118"), "")]
#[case::reference_with_letters_for_digits("", "NB1O42 I181", "4800.00", "11-16", ("matched", "full", "NB-202610-0118"), "NB1O42 I181 reads as NB10421181 (O as 0 and I as 1). Check digit is right")]
#[case::reference_with_small_l("", "nb1042ll81", "4800.00", "11-16", ("matched", "full", "NB-202610-0118"), "(L as 1)")]
#[case::reference_glued_to_words("", "SVWZ+RechnungNB10421181EREF", "4800.00", "11-16", ("matched", "full", "NB-202610-0118"), "")]
#[case::reference_wrapped_by_the_statement("", "PAYMENT FOR SERVICES NB1042\n1181", "4800.00", "11-16", ("matched", "full", "NB-202610-0118"), "")]
#[case::reference_in_full_width_letters("", "ＮＢ１０４２１１８１", "4800.00", "11-16", ("matched", "full", "NB-202610-0118"), "")]
#[case::reference_with_a_hidden_character("", "NB1042\u{200B}1181", "4800.00", "11-16", ("matched", "full", "NB-202610-0118"), "")]
#[case::reference_in_the_payer_field("NB10421181", "", "4800.00", "11-16", ("matched", "full", "NB-202610-0118"), "")]
#[case::reference_without_its_letters("", "10421181", "4800.00", "11-16", ("matched", "full", "NB-202610-0118"), "Check digit is right")]
#[case::invoice_number("", "Invoice NB-202610-0118", "4800.00", "11-16", ("matched", "full", "NB-202610-0118"), "NB-202610-0118 is in the memo")]
#[case::invoice_number_without_dashes("", "NB2026100118", "4800.00", "11-16", ("matched", "full", "NB-202610-0118"), "")]
#[case::reference_and_number_of_one_invoice("", "NB10421181 NB-202610-0118", "4800.00", "11-16", ("matched", "full", "NB-202610-0118"), "")]
#[case::short_number("", "Payment INV-1", "120.00", "11-16", ("matched", "full", "INV-1"), "")]
#[case::short_number_with_a_hash("", "inv #10 thanks", "130.00", "11-16", ("matched", "full", "INV-10"), "")]
#[case::bare_number_after_the_word_invoice("SERIES NUMBERS LTD", "invoice 20260042", "812.00", "11-16", ("matched", "full", "20260042"), "")]
#[case::partly_paid_invoice_is_paid_in_full("HALFWAY LTD", "NB10421420", "200.00", "11-16", ("matched", "full", "NB-202611-0124"), "")]
// A prefix of another number, a number inside a longer one.
#[case::inv_1_is_not_in_inv_10("", "INV-10", "120.00", "11-16", ("suggested", "short", "INV-10"), "The amount is not exact")]
#[case::inv_1_is_not_in_inv_1_2026("", "INV-1-2026", "120.00", "11-16", ("suggested", "full", "INV-1"), "Same amount as INV-1, and nothing else")]
#[case::a_reference_inside_a_longer_number("", "NB104211810", "4800.00", "11-16", ("suggested", "full", "NB-202610-0118"), "one digit off")]
#[case::a_bare_number_can_be_anything("", "POS 1043 LONDON", "95.00", "11-16", ("suggested", "full", "1043"), "a bare number can be anything")]
#[case::an_amount_is_no_number("", "TOTAL 1043.00", "95.00", "11-16", ("suggested", "full", "1043"), "no name and no reference")]
// A reference that is nearly right.
#[case::one_digit_wrong_but_the_payer_is_theirs("ATLAS FREIGHT LLC", "NB10421254", "3600.00", "11-16", ("matched", "full", "NB-202610-0131"), "NB10421254 is one digit off NB10421253")]
#[case::two_digits_swapped("ATLAS FREIGHT LLC", "NB10422153", "3600.00", "11-16", ("matched", "full", "NB-202610-0131"), "one digit off")]
#[case::one_digit_wrong_and_no_payer("", "NB10421254", "3600.00", "11-16", ("suggested", "full", "NB-202610-0131"), "its check digit is wrong")]
#[case::a_valid_reference_that_is_nobodys("ATLAS FREIGHT LLC", "NB10429995", "3600.00", "11-16", ("suggested", "full", "NB-202610-0131"), "The reference NB10429995 is nobody's")]
#[case::memo_cut_inside_the_reference("ATLAS FREIGHT LLC", "PAYMENT OF INVOICE NB104212", "3600.00", "11-16", ("matched", "full", "NB-202610-0131"), "Exact")]
#[case::end_of_the_number_after_the_word_invoice("ATLAS FREIGHT LLC", "ATLAS INV 0131", "3600.00", "11-16", ("matched", "full", "NB-202610-0131"), "0131 is the end of NB-202610-0131")]
#[case::end_of_the_number_settles_which("MONTHLY LTD", "inv 0117", "49.00", "11-16", ("matched", "full", "NB-202611-0117"), "0117 is the end of NB-202611-0117")]
// Numbers that are nobody's, or somebody else's.
#[case::number_of_ours_that_is_nobodys("ATLAS FREIGHT LLC", "NB-202609-0044", "3600.00", "11-16", ("suggested", "full", "NB-202610-0131"), "The reference NB-202609-0044 is nobody's")]
#[case::another_invoice_announced("ATLAS FREIGHT LLC", "INVOICE 55012", "3600.00", "11-16", ("suggested", "full", "NB-202610-0131"), "The memo speaks of invoice 55012")]
#[case::a_year_is_no_invoice("ATLAS FREIGHT LLC", "INVOICE 11/2026", "3600.00", "11-16", ("matched", "full", "NB-202610-0131"), "")]
#[case::the_amount_is_no_invoice("ATLAS FREIGHT LLC", "INVOICE 3600", "3600.00", "11-16", ("matched", "full", "NB-202610-0131"), "")]
#[case::the_payers_own_numbers_say_nothing("ATLAS FREIGHT LLC", "PO 4711 CUST 0099213", "3600.00", "11-16", ("matched", "full", "NB-202610-0131"), "")]
// The amount does not fit.
#[case::ts22_short_by_the_usual_fee("KESTREL LOGISTICS INTE", "WIRE REF NB1O42 I181 OCT", "4785.00", "11-16", ("suggested", "short", "NB-202610-0118"), "The amount is not exact, and another open invoice has exactly this amount.")]
#[case::short_by_a_fee("", "NB10421307", "933.00", "11-16", ("suggested", "short", "NB-202611-0110"), "$15.00 short of NB-202611-0110")]
#[case::short_by_one_cent("SILVERBIRCH PARTNERS LLC", "NB10421307", "947.99", "11-16", ("suggested", "short", "NB-202611-0110"), "$0.01 short")]
#[case::over_by_one_cent("SILVERBIRCH PARTNERS LLC", "NB10421307", "948.01", "11-16", ("suggested", "over", "NB-202611-0110"), "$0.01 more than NB-202611-0110")]
#[case::a_part("SILVERBIRCH PARTNERS LLC", "NB10421307 first half", "474.00", "11-16", ("suggested", "partial", "NB-202611-0110"), "$474.00 stays open")]
#[case::ts26_paid_twice_in_one("SILVERBIRCH PARTNERS LLC", "NB10421307", "1896.00", "11-16", ("suggested", "over", "NB-202611-0110"), "$948.00 more")]
#[case::right_amount_for_another_reference("BRIGHTWELL DENTAL GRP", "NB10421307", "588.00", "11-16", ("suggested", "partial", "NB-202611-0110"), "The memo names NB10421307")]
// The payer's name and an amount that only one invoice has.
#[case::name_and_amount("Silverbirch Partners LLC", "Consulting", "948.00", "11-16", ("matched", "full", "NB-202611-0110"), "Their name")]
#[case::name_cut_by_the_bank("SILVERBIRCH PARTNERS LL", "", "948.00", "11-16", ("matched", "full", "NB-202611-0110"), "Their name, cut at 23 letters")]
#[case::name_without_legal_form("Silverbirch Partners", "", "948.00", "11-16", ("matched", "full", "NB-202611-0110"), "")]
#[case::name_in_another_order("PARTNERS SILVERBIRCH LLC", "", "948.00", "11-16", ("matched", "full", "NB-202611-0110"), "in another order")]
#[case::abbreviated_name("BRIGHTWELL DENTAL GRP", "SUBSCR", "588.00", "11-16", ("matched", "full", "NB-202611-0106"), "")]
#[case::polish_name("LODZ PALIWA SPOLKA", "", "410.00", "11-16", ("suggested", "full", "NB-202611-0113"), "Their name, with other words around it")]
#[case::polish_legal_form("Lodz Paliwa Sp.z o.o.", "", "410.00", "11-16", ("matched", "full", "NB-202611-0113"), "")]
#[case::umlauts_written_out("MUELLER UND SOEHNE GMBH", "", "777.00 EUR", "11-16", ("matched", "full", "NB-202611-0112"), "")]
#[case::umlauts_dropped("MULLER & SOHNE GMBH", "", "777.00 EUR", "11-16", ("matched", "full", "NB-202611-0112"), "")]
#[case::name_announced_in_the_memo("", "/NAME/NORDHAVN A/S /REMI/THANKS", "2352.00", "11-16", ("matched", "full", "NB-202611-0109"), "Their name is in the memo")]
#[case::name_in_the_memo("", "Wire in Silverbirch Partners November", "948.00", "11-16", ("matched", "full", "NB-202611-0110"), "Their name is in the memo")]
#[case::two_words_joined("SILVERBIRCHPARTNERS LLC", "", "948.00", "11-16", ("matched", "full", "NB-202611-0110"), "")]
#[case::title_before_a_name("MR JAMES HOLLOWAY", "", "348.00", "11-17", ("suggested", "duplicate", "NB-202611-0099"), "was paid on 3 Nov")]
// The name is not enough.
#[case::mistyped_name("SILVERBRICH PARTNERS LLC", "", "948.00", "11-16", ("suggested", "full", "NB-202611-0110"), "Their name but for 1 letter")]
#[case::short_form_of_the_name("SILVERBIRCH", "", "948.00", "11-16", ("suggested", "full", "NB-202611-0110"), "The beginning of their name")]
#[case::another_legal_form("ATLAS FREIGHT GMBH", "", "3600.00", "11-16", ("suggested", "full", "NB-202610-0131"), "another legal form")]
#[case::words_after_the_name("ATLAS FREIGHT DENMARK", "", "3600.00", "11-16", ("suggested", "full", "NB-202610-0131"), "with other words around it")]
#[case::only_the_first_word("ATLAS COPCO", "", "3600.00", "11-16", ("suggested", "full", "NB-202610-0131"), "Only the first word of the name")]
#[case::stop_words_are_no_evidence("OMEGA CONSULTING SERVICES", "payment invoice", "250.00", "11-16", ("suggested", "full", "NB-202611-0114"), "is not their name")]
#[case::a_name_of_stop_words("CONSULTING SERVICES LLC", "", "250.00", "11-16", ("suggested", "full", "NB-202611-0114"), "words that many carry")]
#[case::two_customers_of_one_name("TWIN PEAKS BAKERY", "", "71.50", "11-16", ("suggested", "full", "NB-202611-0125"), "2 customers fit it")]
#[case::which_acme("ACME", "", "120.00", "11-16", ("suggested", "full", "INV-1"), "2 customers fit it")]
#[case::this_acme("ACME GMBH", "", "120.00", "11-16", ("matched", "full", "INV-1"), "Their name")]
#[case::not_that_acme("ACME LLC", "", "120.00", "11-16", ("suggested", "full", "INV-1"), "another legal form")]
// Amount alone, ties.
#[case::amount_alone("", "ONLINE PYMT 992 FT8841", "3600.00", "11-16", ("suggested", "full", "NB-202610-0131"), "The bank gives no name and no reference")]
#[case::amount_alone_under_a_strange_name("ZEBRA MEDIA", "", "3600.00", "11-16", ("suggested", "full", "NB-202610-0131"), "Only the amount fits")]
#[case::amount_tie("", "ONLINE PYMT", "49.00", "11-16", ("suggested", "full", "NB-202610-0116"), "Three equal explanations: three invoices of this amount")]
#[case::two_invoices_of_one_customer("MONTHLY LTD", "", "49.00", "11-16", ("suggested", "full", "NB-202610-0116"), "Two equal explanations: two invoices of this amount")]
#[case::one_invoice_or_two("VAN DER MEER BV", "NORTHBEAM FACTUUR", "2400.00", "11-16", ("suggested", "full", "NB-202611-0103"), "Two equal explanations: one invoice, or two of $1,200.00")]
#[case::nothing_fits("", "ONLINE PYMT 992 FT8841", "1290.00", "11-15", ("unmatched", "none", "-"), "Nothing fits")]
#[case::no_line_without_money("KESTREL LABS INC", "NB10421204", "0.00", "11-15", ("unmatched", "none", "-"), "")]
// Several invoices.
#[case::two_references("COPPERLINE STUDIO", "NB1042 1270 / NB1042 1288", "1176.00", "11-16", ("matched", "combined", "NB-202611-0107+NB-202611-0108"), "Exactly their sum")]
#[case::two_references_without_payer("", "NB10421288,NB10421270", "1176.00", "11-16", ("matched", "combined", "NB-202611-0107+NB-202611-0108"), "")]
#[case::two_references_and_short("", "NB10421288 NB10421270", "1161.00", "11-16", ("suggested", "short", "NB-202611-0107+NB-202611-0108"), "$15.00 short")]
#[case::two_references_of_two_customers("", "NB10421288 NB10421307", "1536.00", "11-16", ("suggested", "combined", "NB-202611-0110+NB-202611-0108"), "The invoices belong to different customers")]
#[case::sum_without_references("COPPERLINE STUDIO", "", "1176.00", "11-16", ("suggested", "combined", "NB-202611-0107+NB-202611-0108"), "The memo does not name the invoices")]
#[case::three_invoices_by_sum("TRIOLET AB", "", "700.70", "11-16", ("suggested", "combined", "NB-202611-0127+NB-202611-0128+NB-202611-0129"), "")]
#[case::one_named_but_the_sum_of_two("TRIOLET AB", "NB10421446", "300.30", "11-16", ("suggested", "combined", "NB-202611-0127+NB-202611-0128"), "")]
#[case::same_amount_but_the_reference_decides("COPPERLINE STUDIO", "NB10421288", "588.00", "11-16", ("matched", "full", "NB-202611-0108"), "")]
#[case::a_part_under_a_short_name("SILVERBIRCH", "", "474.00", "11-16", ("suggested", "partial", "NB-202611-0110"), "$474.00 stays open")]
// Days.
#[case::before_issue("FUTURA OY", "NB10421403", "333.00", "11-16", ("suggested", "full", "NB-202611-0122"), "4 days before it was issued")]
#[case::long_after_with_the_reference("", "NB10421411", "511.00", "11-16", ("matched", "full", "NB-202605-0123"), "169 days after the due date")]
#[case::long_after_with_the_name("OLDEBT INC", "", "511.00", "11-16", ("suggested", "full", "NB-202605-0123"), "It came long after the usual days")]
// TS-26, already paid.
#[case::second_payment_by_reference("J HOLLOWAY", "NB10421245", "348.00", "11-17", ("suggested", "duplicate", "NB-202611-0099"), "NB-202611-0099 is already paid. Second payment?")]
#[case::second_payment_by_name("JAMES HOLLOWAY", "", "348.00", "11-17", ("suggested", "duplicate", "NB-202611-0099"), "was paid on 3 Nov")]
#[case::paid_too_long_ago("JAMES HOLLOWAY", "", "77.00", "11-17", ("unmatched", "none", "-"), "")]
// TS-22, TS-31, MI-35: another currency.
#[case::fx_by_reference("EUROTRADE SARL", "NB10421399", "890.00 EUR", "11-16", ("suggested", "fx", "NB-202611-0121"), "€890.00 for $1,000.00: the rate decides")]
#[case::fx_of_the_same_number("EUROTRADE SARL", "NB10421399", "1000.00 EUR", "11-16", ("suggested", "fx", "NB-202611-0121"), "The invoice is in USD")]
#[case::fx_by_name("EUROTRADE SARL", "", "890.00 EUR", "11-16", ("suggested", "fx", "NB-202611-0121"), "")]
// A recorded payment and its bank line.
#[case::recorded_wire_by_reference("", "NB10421382", "640.00", "11-13", ("matched", "full", "payment:pay-1"), "The bank line of P-0007")]
#[case::recorded_wire_by_name("RECORDER CORP", "", "640.00", "11-10", ("matched", "full", "payment:pay-1"), "2 days before it was recorded")]
#[case::recorded_wire_by_amount_alone("", "DEPOSIT", "640.00", "11-13", ("suggested", "full", "payment:pay-1"), "no name and no reference")]
#[case::recorded_too_long_ago("RECORDER CORP", "", "640.00", "11-30", ("suggested", "duplicate", "NB-202610-0090"), "already paid")]
// Under way.
#[case::payout_arrives("", "STRIPE TRANSFER ST-Q8", "5080.44", "11-16", ("matched", "full", "transit:po-1"), "The payout of 13 Nov")]
#[case::payout_by_amount_alone("", "DEPOSIT", "5080.44", "11-16", ("suggested", "full", "transit:po-1"), "Only the amount fits")]
#[case::our_payout_leaves("MARTA LINDQVIST", "COMMISSION", "-951.25", "11-14", ("matched", "full", "transit:ap-1"), "")]
#[case::our_refund_leaves("", "REFUND TINY MART", "-60.00", "11-16", ("matched", "full", "transit:rf-1"), "The refund of 14 Nov")]
#[case::money_out_never_pays_an_invoice("KESTREL LOGISTICS INTE", "NB10421181", "-4800.00", "11-16", ("unmatched", "none", "-"), "")]
fn a_line_is_explained(
    #[case] payer: &str,
    #[case] memo: &str,
    #[case] amount: &str,
    #[case] date: &str,
    #[case] expected: (&str, &str, &str),
    #[case] said: &str,
) {
    check(payer, memo, amount, date, expected, said);
}

#[test]
fn a_rejected_target_never_comes_back() {
    let line = line("t1", "11-16", "4800.00", "KESTREL LOGISTICS INTE", "NB10421181");
    let refused = Target::Invoices(vec!["id:NB-202610-0118".into()]);
    let explanation = book().explain(&line, &|target| *target == refused);
    assert_ne!(explanation.state, State::Matched);
    let all = explanation.best.iter().chain(&explanation.alternatives);
    assert!(all.clone().count() > 0, "the other invoice of that amount is still there");
    assert!(all.into_iter().all(|candidate| candidate.target != refused));
}

#[test]
fn a_confirmed_alias_is_as_good_as_the_name() {
    let mut facts = facts();
    facts.invoices.retain(|invoice| invoice.number != "NB-202611-0119");
    let book = Book::new(facts);
    let explanation = book.explain(&line("t1", "11-16", "4800.00", "KLI HOLDCO TREASURY", ""), &nothing);
    assert_eq!(explanation.state, State::Matched);
    assert!(all_text(&explanation).contains("You confirmed “KLI HOLDCO TREASURY” for them"));
}

#[test]
fn an_alias_that_is_another_customers_name_settles_nothing() {
    let mut facts = facts();
    facts.customers.iter_mut().find(|c| c.id == "atlas").unwrap().aliases =
        vec!["Silverbirch Partners LLC".into()];
    let book = Book::new(facts);
    let explanation = book.explain(&line("t1", "11-16", "948.00", "SILVERBIRCH PARTNERS LLC", ""), &nothing);
    assert_eq!((explanation.state, best_text(&explanation).as_str()), (State::Suggested, "NB-202611-0110"));
    assert!(all_text(&explanation).contains("but 2 customers fit it"));
}

#[test]
fn references_without_check_digits_have_no_slips() {
    let numbered = |at: u32| {
        invoice(&format!("A-{at}"), &format!("ADV{at:08}"), "c", &format!("{at}.00"), "11-01", "12-01")
    };
    let customers = vec![customer("c", "Calder Works Ltd")];
    let book = Book::new(Facts { invoices: vec![numbered(41), numbered(42)], customers, ..Facts::default() });
    let explain = |memo: &str, amount: &str| {
        book.explain(&line("t1", "11-16", amount, "CALDER WORKS LTD", memo), &nothing)
    };
    assert_eq!(explain("ADV00000042", "42.00").state, State::Matched);
    let other = explain("ADV00000043", "42.00");
    assert_eq!(other.state, State::Suggested, "the reference of another, perhaps older invoice");
    assert!(all_text(&other).contains("nothing open or lately paid has it"));
}

#[test]
fn everything_open_at_once_is_found_beyond_four_invoices() {
    let numbered = |at: u32| {
        invoice(&format!("A-20{at:02}"), "", "c", &format!("{}.00", 10 + at * at), "11-01", "12-01")
    };
    let customers = vec![customer("c", "Calder Works Ltd")];
    let invoices: Vec<OpenInvoice> = (1..=6).map(numbered).collect();
    let book = Book::new(Facts { invoices, customers, ..Facts::default() });
    let explanation = book.explain(&line("t1", "11-16", "151.00", "CALDER WORKS LTD", ""), &nothing);
    assert_eq!((explanation.state, explanation.kind), (State::Suggested, Kind::Combined));
    assert_eq!(explanation.best.unwrap().numbers.len(), 6);
}

#[test]
fn a_hostile_memo_with_every_reference_stays_a_question() {
    let book = book();
    let memo: String = book.invoices().iter().map(|i| format!("{} ", i.reference)).collect();
    let explanation = book.explain(&line("t1", "11-16", "4800.00", "", &memo), &nothing);
    assert_eq!(explanation.state, State::Suggested);
    assert!(explanation.alternatives.len() <= ALTERNATIVES);
    assert!(all_text(&explanation).contains("too many invoices"), "{}", all_text(&explanation));
}
