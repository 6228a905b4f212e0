//! The demo company: interesting, consistent, and gone without a trace.

use std::collections::BTreeSet;

use serde_json::json;

use crate::{Desk, cents, list};

#[test]
fn the_demo_opens_with_about_nine_decisions_of_different_kinds_and_books_that_agree() {
    let desk = Desk::demo();
    let queue = desk.ok("attention", json!({}));
    for item in list(&queue) {
        println!("{} · {} · {} · {}", item["kind"], item["title"], item["reason"], item["amount"]["amount"]);
    }
    assert!((8..=11).contains(&list(&queue).len()), "{} decisions", list(&queue).len());
    let titles: Vec<&str> = list(&queue).iter().map(|item| item["title"].as_str().unwrap()).collect();
    for said in [
        "$15.00 short",
        "no name and no reference",
        "same invoice twice",
        "2 payments out want a category",
        "Refund",
    ] {
        assert!(titles.iter().any(|title| title.contains(said)), "{said} in {titles:#?}");
    }
    let unknown = list(&queue).iter().find(|item| item["kind"] == "unmatched_line").unwrap();
    let reason = unknown["reason"].as_str().unwrap();
    assert!(reason.starts_with('“') && reason.contains("48 h"), "the memo and when it is an alarm: {reason}");
    let labels: Vec<&str> =
        list(&unknown["facts"]).iter().map(|fact| fact["label"].as_str().unwrap()).collect();
    assert!(labels.starts_with(&["Received", "In"]), "{labels:?}");
    let kinds: BTreeSet<&str> = list(&queue).iter().map(|item| item["kind"].as_str().unwrap()).collect();
    assert!(kinds.len() >= 4, "{kinds:?}");
    let verified = desk.ok("verify", json!({}));
    assert_eq!(verified["ok"], true, "{verified:#}");
    let status = desk.ok("status", json!({}));
    assert_eq!((status["demo"].as_bool(), status["today"].as_str()), (Some(true), Some("2026-11-17")));
    assert_eq!(status["counts"]["today"].as_u64(), Some(list(&queue).len() as u64));
}

/// What the first page says of the demo, in `demoBody`.
const TEXTS: &str = include_str!("../../../../../ui/src/shared/text.ts");

#[test]
fn the_door_of_the_first_run_says_of_the_demo_what_is_true() {
    let desk = Desk::demo();
    let door = TEXTS.lines().find(|line| line.contains("demoBody:")).unwrap();
    let queue = desk.ok("attention", json!({}));
    let words = ["seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"];
    let in_words = |count: usize| words[count - 7];
    assert!(list(&queue).len() > 1 && door.contains("open decisions"), "the door says {door}");
    let company = desk.ok("company", json!({}));
    let start: chrono::NaiveDate = company["books_start"].as_str().unwrap().parse().unwrap();
    let days = (crate::now().date_naive() - start).num_days();
    let weeks = format!("{} weeks of payments", in_words(usize::try_from((days + 3) / 7).unwrap()));
    assert!(door.contains(&weeks), "there are {weeks}; the door says {door}");
    let refunds = list(&queue).iter().filter(|item| item["kind"] == "approve_batch").count();
    assert_eq!((refunds, door.contains("a refund to approve")), (1, true));
}

#[test]
fn the_statement_of_the_demo_ends_yesterday_and_ties_out_to_the_cent() {
    let desk = Desk::demo();
    let tie_out = desk.ok("tie_out", json!({}));
    let rows = list(&tie_out["rows"]);
    let names: Vec<&str> = rows.iter().map(|row| row["account"].as_str().unwrap()).collect();
    assert_eq!(names, ["Mercury", "Savings"], "a cash box has no statement");
    assert_eq!(rows[0]["last_line_on"], "2026-11-16");
    assert_eq!(rows[0]["count"], 68);
    for row in rows {
        assert_eq!(cents(&row["unexplained"]), 0, "{row}");
        assert_eq!(cents(&row["bank_says"]), cents(&row["opening"]) + cents(&row["lines"]), "{row}");
    }
    assert!(rows[0]["suspense_count"].as_u64().unwrap() > 5);
}

#[test]
fn a_deleted_demo_leaves_a_folder_in_which_a_company_can_be_founded() {
    let desk = Desk::demo();
    desk.ok("delete_demo", json!({}));
    assert_eq!(desk.files(), Vec::<String>::new());
    assert_eq!(desk.ok("host_state", json!({}))["state"], "no_company");
    desk.ok("create_company", crate::company_form());
    assert_eq!(desk.code("delete_demo", json!({})), "not_demo");
}
