//! Bank statements: every line once, all or nothing, and back again as a whole.

use serde_json::json;

use crate::world::{World, text};

#[test]
fn twins_of_one_day_are_both_kept_and_the_same_file_again_is_known() {
    let world = World::new();
    let rows = [",2026-11-02,50.00,USD,ANNA,COFFEE", ",2026-11-02,50.00,USD,ANNA,COFFEE"];
    let first = world.statement(&rows);
    assert_eq!(
        (&first["read"], &first["new"], &first["known"]),
        (&json!(2), &json!(2), &json!(0)),
        "{first}"
    );
    assert_eq!(world.balance("Assets:Bank:Mercury"), 110_000);
    let entries = world.journal_total();
    let again = world.statement(&rows);
    assert_eq!(
        (&again["new"], &again["known"], &again["import"]),
        (&json!(0), &json!(2), &json!(null)),
        "{again}"
    );
    let third = world.statement(&[rows[0], rows[0], rows[0]]);
    assert_eq!((&third["new"], &third["known"]), (&json!(1), &json!(2)), "a third twin is new: {third}");
    assert_eq!(world.journal_total(), entries + 1);
    assert_eq!(world.balance("Assets:Bank:Mercury"), 115_000);
}

#[test]
fn a_changed_amount_under_a_known_id_is_refused_with_its_line_and_nothing_is_imported() {
    let world = World::new();
    world.statement(&["T1,2026-11-02,50.00,USD,ANNA,COFFEE"]);
    let before = world.balances();
    for (changed, said) in [
        ("T1,2026-11-02,51.00,USD,ANNA,COFFEE", "51.00"),
        ("T1,2026-11-03,50.00,USD,ANNA,COFFEE", "2026-11-03"),
    ] {
        let refused = world.statement(&["T2,2026-11-04,7.00,USD,BEN,TEA", changed]);
        assert_eq!((&refused["new"], &refused["import"]), (&json!(0), &json!(null)), "{refused}");
        assert_eq!(refused["rejected"].as_array().unwrap().len(), 1, "{refused}");
        assert_eq!(refused["rejected"][0]["line"], 3);
        let reason = text(&refused["rejected"][0]["reason"]);
        assert!(reason.contains("T1") && reason.contains(said) && reason.contains("50.00"), "{reason}");
        assert!(text(&refused["done"]["say"]).contains("was not imported"), "{refused}");
        assert_eq!(world.balances(), before);
        assert_eq!(world.code("match_line", json!({"id": "T2"})), "transaction_unknown");
    }
}

#[test]
fn a_line_dated_far_ahead_is_refused_and_one_of_the_next_working_days_is_not() {
    let world = World::new();
    // The world's clock stands on 17 November.
    let next = "T1,2026-11-24,5.00,USD,ANNA,COFFEE";
    let refused =
        world.statement(&[next, "T2,2026-11-25,5.00,USD,ANNA,COFFEE", "T3,2031-11-02,5.00,USD,ANNA,COFFEE"]);
    assert_eq!((&refused["new"], &refused["import"]), (&json!(0), &json!(null)), "{refused}");
    let lines: Vec<u64> =
        refused["rejected"].as_array().unwrap().iter().map(|row| row["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [3, 4], "{refused}");
    let reason = text(&refused["rejected"][1]["reason"]);
    assert!(reason.contains("2031-11-02") && reason.contains("7 days after today"), "{reason}");
    assert_eq!(world.statement(&[next])["new"], 1);
}

#[test]
fn a_bad_row_keeps_the_whole_file_out_and_skipping_it_takes_the_rest() {
    let world = World::new();
    let rows = [
        "T1,2026-11-02,50.00,USD,ANNA,COFFEE",
        "T2,2026-11-31,7.00,USD,BEN,TEA",
        "T3,2026-11-03,seven,USD,BEN,TEA",
    ];
    let refused = world.statement(&rows);
    assert_eq!((&refused["read"], &refused["new"], &refused["import"]), (&json!(3), &json!(0), &json!(null)));
    let lines: Vec<u64> =
        refused["rejected"].as_array().unwrap().iter().map(|row| row["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [3, 4], "{refused}");
    assert_eq!(world.balance("Assets:Bank:Mercury"), 100_000);
    let taken = world.statement_into("Mercury", &rows, true);
    assert_eq!((&taken["new"], taken["rejected"].as_array().unwrap().len()), (&json!(1), 2), "{taken}");
    assert_eq!(world.balance("Assets:Bank:Mercury"), 105_000);
}

#[test]
fn an_import_is_undone_as_a_whole_with_what_its_lines_paid_and_can_come_again() {
    let world = World::owing();
    let before = world.balances();
    let reference = World::reference(1);
    let pays = format!("T1,2026-11-10,1000.00,USD,ALDER WORKS,{reference}");
    let rows = [pays.as_str(), "T2,2026-11-11,-84.00,USD,GITHUB INC,TEAM", "T3,2026-11-11,5.00,USD,?,?"];
    for turn in 0..2 {
        let imported = world.statement(&rows);
        assert_eq!(imported["new"], 3, "turn {turn}: {imported}");
        assert_eq!(world.match_apply(), 1);
        world.ok("match_file", json!({"line": "T2", "account": "Expenses:Software", "remember": false}));
        assert_eq!(world.invoice("NB-202611-0001"), ("paid".to_owned(), 0));
        assert_ne!(world.balances(), before);
        let import = json!({"id": imported["import"]});
        if turn == 0 {
            world.ok("import_undo", import.clone());
        } else {
            world.ok("undo", json!({"id": imported["done"]["undo"]}));
        }
        assert_eq!(world.balances(), before, "turn {turn}");
        assert_eq!(world.invoice("NB-202611-0001").1, 100_000);
        assert_eq!(world.line_state("T1"), "undone");
        assert_eq!(world.code("import_undo", import), "import_undone");
        assert_eq!(
            world.code("match_confirm", crate::world::choice("T1", "invoices", &["NB-202611-0001"], "none")),
            "line_booked"
        );
        assert_eq!(world.match_apply(), 0, "what was taken back is not matched");
    }
    let listed = world.ok("imports", json!({}));
    let statements: Vec<bool> = listed["imports"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["kind"] == "statement")
        .map(|row| row["undone"].as_bool().unwrap())
        .collect();
    assert_eq!(statements, [true, true]);
}

#[test]
fn lines_from_before_the_books_are_part_of_the_opening_balance_where_there_is_one() {
    let world = World::new();
    let early = "T1,2026-08-31,50.00,USD,ANNA,COFFEE";
    let refused = world.statement(&[early, "T2,2026-09-01,1.00,USD,ANNA,COFFEE"]);
    assert_eq!((&refused["new"], &refused["rejected"][0]["line"]), (&json!(0), &json!(2)), "{refused}");
    assert!(text(&refused["rejected"][0]["reason"]).contains("opening balance"), "{refused}");
    world.account("Empty", "bank", "", "");
    let taken = world.statement_into("Empty", &[early], false);
    assert_eq!(taken["new"], 1, "an account that opened with nothing takes its whole past: {taken}");
    assert_eq!(world.balance("Assets:Bank:Empty"), 5_000);
}

#[test]
fn a_line_of_another_currency_is_refused_and_says_where_it_belongs() {
    let world = World::new();
    let row = "T1,2026-11-02,50.00,EUR,ANNA,COFFEE";
    let refused = world.statement(&[row]);
    assert_eq!((&refused["new"], &refused["rejected"][0]["line"]), (&json!(0), &json!(2)), "{refused}");
    let reason = text(&refused["rejected"][0]["reason"]);
    assert!(reason.contains("EUR") && reason.contains("USD"), "{reason}");
    world.account("Wise", "bank", "EUR", "10.00");
    assert_eq!(world.statement_into("Wise", &[row], false)["new"], 1);
    assert_eq!(world.balances().get("Assets:Bank:Wise EUR"), Some(&6_000));
    assert_eq!(world.balance("Assets:Bank:Mercury"), 100_000);
}

#[test]
fn a_line_of_nothing_is_kept_and_books_nothing() {
    let world = World::new();
    let entries = world.journal_total();
    let row = "T1,2026-11-02,0.00,USD,BANK,INTEREST RATE NOTICE";
    let imported = world.statement(&[row]);
    assert_eq!(imported["new"], 1, "{imported}");
    assert_eq!(world.journal_total(), entries);
    assert_eq!(world.line_state("T1"), "filed");
    assert_eq!(world.statement(&[row])["known"], 1);
    assert_eq!(world.match_apply(), 0);
    assert_eq!(world.code("match_undo", json!({"id": "T1"})), "line_open", "there is nothing to take back");
    world.ok("import_undo", json!({"id": imported["import"]}));
    assert_eq!(world.statement(&[row])["new"], 1);
}

#[test]
fn two_accounts_may_use_the_same_transaction_id() {
    let world = World::new();
    world.account("Savings", "bank", "", "");
    let row = "T1,2026-11-02,50.00,USD,ANNA,COFFEE";
    let other = "T1,2026-11-03,20.00,USD,BANK,INTEREST";
    assert_eq!(world.statement(&[row])["new"], 1);
    let second = world.statement_into("Savings", &[other], false);
    assert_eq!(second["new"], 1, "{second}");
    assert_eq!(world.statement(&[row])["known"], 1);
    assert_eq!(world.statement_into("Savings", &[other], false)["known"], 1);
    assert_eq!(world.balance("Assets:Bank:Mercury"), 105_000);
    assert_eq!(world.balance("Assets:Bank:Savings"), 2_000);
    for (line, account) in [("T1", "Expenses:Food"), ("Savings:T1", "Income:Interest")] {
        world.ok("match_file", json!({"line": line, "account": account, "remember": false}));
    }
    assert_eq!(world.balance("Income:Interest"), -2_000);
    world.ok("import_undo", json!({"id": second["import"]}));
    assert_eq!((world.balance("Assets:Bank:Savings"), world.balance("Income:Interest")), (0, 0));
    assert_eq!(world.line_state("T1"), "filed", "the other account's line stays as it is");
}

#[test]
fn a_file_that_cannot_be_read_or_placed_says_why() {
    let world = World::new();
    let path = world.file("id,date,amount\nT1,2026-11-02,1.00\n");
    let input = |path: &std::path::Path, account: &str, format: &str| json!({"path": path, "account": account, "format": format, "mapping": null, "skip_bad": false});
    assert_eq!(world.code("import_statement", input(&path, "Mercury", "camt053")), "format");
    assert_eq!(world.code("import_statement", input(&path, "Venus", "auto")), "account_unknown");
    assert_eq!(
        world.code("import_statement", input(&world.folder().join("gone.csv"), "Mercury", "auto")),
        "file_read"
    );
    assert_eq!(
        world.code("import_statement", input(&world.file("nothing of use"), "Mercury", "auto")),
        "statement_columns"
    );
    world.account("Savings", "bank", "", "");
    assert_eq!(world.code("import_statement", input(&path, "", "auto")), "account_needed");
}
