//! Cash application over many lines.

use super::world::*;
use crate::matching::*;

fn run(lines: &[Line]) -> Vec<(String, &'static str, &'static str, String)> {
    match_all(&book(), lines, &["Northbeam Analytics".into()], &|_, _| false)
        .into_iter()
        .map(|o| {
            (o.line, o.explanation.state.as_str(), o.explanation.kind.as_str(), best_text(&o.explanation))
        })
        .collect()
}

fn check(lines: &[Line], expected: &[(&str, &str, &str, &str)]) {
    let found = run(lines);
    let short: Vec<(&str, &str, &str, &str)> =
        found.iter().map(|(a, b, c, d)| (a.as_str(), *b, *c, d.as_str())).collect();
    assert_eq!(short, expected);
    let mut backwards = lines.to_vec();
    backwards.reverse();
    assert_eq!(run(&backwards), found, "the order of the lines does not matter");
}

#[test]
fn what_one_line_settles_is_gone_for_the_next() {
    check(
        &[
            line("a", "11-10", "49.00", "MONTHLY LTD", "NB10421358"),
            line("b", "11-11", "49.00", "MONTHLY LTD", ""),
        ],
        &[("a", "matched", "full", "NB-202610-0116"), ("b", "matched", "full", "NB-202611-0117")],
    );
}

#[test]
fn two_lines_that_explain_one_invoice_both_ask() {
    check(
        &[
            line("a", "11-10", "948.00", "SILVERBIRCH PARTNERS LLC", "NB10421307"),
            line("b", "11-12", "948.00", "SILVERBIRCH PARTNERS LLC", "NB10421307"),
        ],
        &[("a", "suggested", "full", "NB-202611-0110"), ("b", "suggested", "duplicate", "NB-202611-0110")],
    );
}

#[test]
fn a_reference_beats_a_name_and_the_other_line_is_a_second_payment() {
    check(
        &[
            line("a", "11-10", "948.00", "SILVERBIRCH PARTNERS LLC", ""),
            line("b", "11-12", "948.00", "", "NB10421307"),
        ],
        &[("a", "suggested", "duplicate", "NB-202611-0110"), ("b", "matched", "full", "NB-202611-0110")],
    );
}

#[test]
fn a_weaker_claim_does_not_profit_from_a_contest() {
    check(
        &[
            line("a", "11-10", "948.00", "", "NB10421307"),
            line("b", "11-11", "948.00", "", "NB10421307"),
            line("c", "11-12", "948.00", "SILVERBIRCH PARTNERS LLC", ""),
        ],
        &[
            ("a", "suggested", "full", "NB-202611-0110"),
            ("b", "suggested", "duplicate", "NB-202611-0110"),
            ("c", "suggested", "duplicate", "NB-202611-0110"),
        ],
    );
}

#[test]
fn two_equal_lines_and_two_equal_invoices_stay_a_tie() {
    check(
        &[line("a", "11-10", "49.00", "MONTHLY LTD", ""), line("b", "11-10", "49.00", "MONTHLY LTD", "")],
        &[("a", "suggested", "full", "NB-202610-0116"), ("b", "suggested", "full", "NB-202610-0116")],
    );
}

#[test]
fn a_contested_part_blocks_the_whole_sum() {
    check(
        &[
            line("a", "11-10", "1176.00", "", "NB10421270 NB10421288"),
            line("b", "11-11", "588.00", "", "NB10421288"),
            line("c", "11-12", "588.00", "", "NB10421270"),
        ],
        &[
            ("a", "suggested", "combined", "NB-202611-0107+NB-202611-0108"),
            ("b", "suggested", "duplicate", "NB-202611-0108"),
            ("c", "suggested", "duplicate", "NB-202611-0107"),
        ],
    );
}

#[test]
fn a_recorded_payment_has_one_bank_line() {
    check(
        &[line("a", "11-13", "640.00", "", "NB10421382"), line("b", "11-20", "640.00", "RECORDER CORP", "")],
        &[("a", "matched", "full", "payment:pay-1"), ("b", "suggested", "duplicate", "NB-202610-0090")],
    );
}

fn on(mut line: Line, account: &str) -> Line {
    line.account = account.into();
    line
}

#[test]
fn a_transfer_between_own_accounts_is_one_movement() {
    check(
        &[
            on(line("a", "11-10", "-2000.00", "", "TRANSFER TO SAVINGS"), "Checking"),
            on(line("b", "11-11", "2000.00", "", "FROM CHECKING"), "Savings"),
        ],
        &[("a", "matched", "full", "line:b"), ("b", "matched", "full", "line:a")],
    );
}

#[test]
fn opposite_amounts_alone_are_no_transfer() {
    check(
        &[
            on(line("a", "11-10", "-2000.00", "OFFICE RENT", ""), "Checking"),
            on(line("b", "11-11", "2000.00", "SOMEBODY", ""), "Savings"),
        ],
        &[("a", "suggested", "full", "line:b"), ("b", "suggested", "full", "line:a")],
    );
}

#[test]
fn the_word_transfer_in_a_strangers_payment_is_no_transfer_of_ones_own() {
    check(
        &[
            on(line("a", "11-10", "-2000.00", "OFFICE RENT", "BANK TRANSFER"), "Checking"),
            on(line("b", "11-11", "2000.00", "ZEBRA LTD", "WIRE TRANSFER"), "Savings"),
        ],
        &[("a", "suggested", "full", "line:b"), ("b", "suggested", "full", "line:a")],
    );
}

#[test]
fn our_own_name_on_both_lines_is_a_transfer() {
    check(
        &[
            on(line("a", "11-10", "-2000.00", "NORTHBEAM ANALYTICS", ""), "Checking"),
            on(line("b", "11-12", "2000.00", "Northbeam Analytics LLC", ""), "Savings"),
        ],
        &[("a", "matched", "full", "line:b"), ("b", "matched", "full", "line:a")],
    );
}

#[test]
fn ambiguous_transfers_are_never_certain() {
    let lines = [
        on(line("a", "11-10", "-2000.00", "", "TRANSFER"), "Checking"),
        on(line("b", "11-11", "2000.00", "", "TRANSFER"), "Savings"),
        on(line("c", "11-11", "2000.00", "", "TRANSFER"), "Reserve"),
    ];
    let found = own_transfers(&lines, &[]);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|transfer| !transfer.certain));
    assert!(run(&lines).iter().all(|(_, state, ..)| *state == "suggested"));
}

#[test]
fn a_payment_with_a_reference_is_no_transfer() {
    check(
        &[
            on(line("a", "11-10", "-948.00", "", "TRANSFER"), "Checking"),
            on(line("b", "11-11", "948.00", "", "NB10421307"), "Savings"),
        ],
        &[("a", "unmatched", "none", "-"), ("b", "matched", "full", "NB-202611-0110")],
    );
}

#[test]
fn a_rejected_pair_stays_rejected_in_a_run() {
    let lines = [line("a", "11-10", "948.00", "", "NB10421307")];
    let refused = Target::Invoices(vec!["id:NB-202611-0110".into()]);
    let found = match_all(&book(), &lines, &[], &|line, target| line == "a" && *target == refused);
    assert_eq!(found[0].explanation.state, State::Unmatched);
}
