//! What bank lines pay: what is certain is booked, what is not is asked, and everything can be taken back.

use serde_json::json;

use crate::world::{World, choice, payment, text};

fn alder(id: &str, amount: &str) -> String {
    format!("{id},2026-11-10,{amount},USD,ALDER WORKS,{}", World::reference(1))
}

#[test]
fn mi_30_a_certain_match_is_booked_once() {
    let world = World::owing();
    world.statement(&[&alder("T1", "1000.00")]);
    let said = world.explained("T1");
    assert_eq!((&said["state"], &said["kind"]), (&json!("matched"), &json!("full")), "{said}");
    assert_eq!(said["invoices"], json!(["NB-202611-0001"]));
    assert_eq!(world.invoice("NB-202611-0001").1, 100_000, "explaining books nothing");
    assert_eq!(world.match_apply(), 1);
    assert_eq!(world.invoice("NB-202611-0001"), ("paid".to_owned(), 0));
    assert_eq!(world.balance("Liabilities:Suspense"), 0);
    let entries = world.journal_total();
    assert_eq!(world.match_apply(), 0);
    assert_eq!(world.journal_total(), entries);
    let desk = world.ok("match_line", json!({"id": "T1"}));
    assert_eq!(desk["booked"]["by"], "the matching rule", "{desk}");
    let refused = world.refused("match_confirm", choice("T1", "invoices", &["NB-202611-0002"], "none"));
    assert_eq!(refused.code, "line_booked");
    assert!(refused.message.contains("NB-202611-0001"), "{refused}");
    assert_eq!(
        world.code("match_file", json!({"line": "T1", "account": "Expenses:Food", "remember": true})),
        "line_booked"
    );
    assert_eq!(world.code("match_credit", json!({"line": "T1", "customer": "cus_birch"})), "line_booked");
}

#[test]
fn mi_33_a_tie_is_never_booked_without_the_founder() {
    let world = World::owing();
    world.statement(&["T1,2026-11-10,588.00,USD,BIRCH FOODS,PAYMENT"]);
    let said = world.explained("T1");
    assert_eq!(said["state"], "suggested", "{said}");
    assert_eq!(world.match_apply(), 0);
    world.ok("match_confirm_ready", json!({}));
    assert_eq!((world.invoice("NB-202611-0002").1, world.invoice("NB-202611-0003").1), (58_800, 58_800));
    let queue = world.ok("attention", json!({}));
    assert!(queue.as_array().unwrap().iter().any(|item| item["subject"] == "line:T1"), "{queue}");
    world.confirm("T1", "invoices", &["NB-202611-0003"], "none");
    assert_eq!((world.invoice("NB-202611-0002").1, world.invoice("NB-202611-0003").1), (58_800, 0));
    let queue = world.ok("attention", json!({}));
    assert!(!queue.as_array().unwrap().iter().any(|item| item["subject"] == "line:T1"), "{queue}");
}

#[test]
fn mi_34_a_short_payment_goes_where_the_founder_says_fee_open_or_credit() {
    let world = World::owing();
    world.statement(&[&alder("T1", "985.00"), "T2,2026-11-09,50.00,USD,ALDER WORKS,ADVANCE"]);
    assert_eq!(world.explained("T1")["kind"], "short");
    assert_eq!(world.match_apply(), 0);
    let before = world.balances();

    world.confirm("T1", "invoices", &["NB-202611-0001"], "fee");
    assert_eq!(world.invoice("NB-202611-0001").1, 0);
    assert_eq!(world.balance("Expenses:Fees:Bank"), 1_500);
    world.ok("match_undo", json!({"id": "T1"}));
    assert_eq!(world.balances(), before);

    world.confirm("T1", "invoices", &["NB-202611-0001"], "open");
    assert_eq!(world.invoice("NB-202611-0001").1, 1_500);
    world.ok("match_undo", json!({"id": "T1"}));
    assert_eq!(world.balances(), before);

    let credit = choice("T1", "invoices", &["NB-202611-0001"], "credit");
    assert_eq!(world.code("match_confirm", credit.clone()), "credit_short");
    world.ok("match_credit", json!({"line": "T2", "customer": "cus_alder"}));
    assert_eq!(world.credit("Alder"), 5_000);
    world.ok("match_confirm", credit);
    assert_eq!((world.invoice("NB-202611-0001").1, world.credit("Alder")), (0, 3_500));
    assert_eq!(world.code("match_undo", json!({"id": "T2"})), "credit_spent", "its credit pays an invoice");
    world.ok("match_undo", json!({"id": "T1"}));
    assert_eq!((world.invoice("NB-202611-0001").1, world.credit("Alder")), (100_000, 5_000));
    world.ok("match_undo", json!({"id": "T2"}));
    assert_eq!(world.balances(), before);
}

#[test]
fn too_much_becomes_the_customers_credit() {
    let world = World::owing();
    world.statement(&[&alder("T1", "1030.00")]);
    assert_eq!(world.explained("T1")["kind"], "over");
    assert_eq!(world.match_apply(), 0);
    world.confirm("T1", "invoices", &["NB-202611-0001"], "over");
    assert_eq!((world.invoice("NB-202611-0001").1, world.credit("Alder")), (0, 3_000));
    assert_eq!(world.balance("Liabilities:CustomerCredit"), -3_000);
}

#[test]
fn several_named_invoices_are_paid_by_one_line() {
    let world = World::owing();
    let memo = format!("{} {}", World::reference(4), World::reference(5));
    world.statement(&[&format!("T1,2026-11-10,500.00,USD,CEDAR LABS,{memo}")]);
    let said = world.explained("T1");
    assert_eq!((&said["state"], &said["kind"]), (&json!("matched"), &json!("combined")), "{said}");
    assert_eq!(world.match_apply(), 1);
    assert_eq!((world.invoice("NB-202611-0004").1, world.invoice("NB-202611-0005").1), (0, 0));
}

#[test]
fn a_line_is_split_over_invoices_by_the_founders_amounts() {
    let world = World::owing();
    world.statement(&["T1,2026-11-10,400.00,USD,CEDAR LABS,"]);
    let usd = |amount: &str| json!({"amount": amount, "currency": "USD"});
    let mut split = choice("T1", "invoices", &["NB-202611-0004", "NB-202611-0005"], "open");
    split["amounts"] = json!([usd("250.00")]);
    assert_eq!(world.code("match_confirm", split.clone()), "amounts");
    split["amounts"] = json!([usd("199.00"), usd("201.00")]);
    assert_eq!(world.code("match_confirm", split.clone()), "amounts", "more than is open");
    split["amounts"] = json!([usd("250.00"), usd("150.00")]);
    let preview = world.ok("match_preview", split.clone());
    assert_eq!(preview["problem"], json!(null), "{preview}");
    world.ok("match_confirm", split);
    assert_eq!((world.invoice("NB-202611-0004").1, world.invoice("NB-202611-0005").1), (5_000, 5_000));
    world.ok("match_undo", json!({"id": "T1"}));
    assert_eq!((world.invoice("NB-202611-0004").1, world.invoice("NB-202611-0005").1), (30_000, 20_000));
}

#[test]
fn mi_37_a_recorded_wire_and_its_bank_line_are_one_payment() {
    let world = World::owing();
    let recorded = world.ok("payment_record", payment("cus_alder", "1000.00", "wire"));
    let number = text(&recorded["payment"]);
    assert_eq!(world.invoice("NB-202611-0001").1, 0);
    assert_eq!(world.balance("Assets:Undeposited"), 100_000);
    world.statement(&["T1,2026-11-17,1000.00,USD,ALDER WORKS,WIRE"]);
    assert_eq!(world.match_apply(), 1);
    assert_eq!(world.ok("payment", json!({"number": number}))["row"]["state"], "deposited");
    assert_eq!((world.balance("Assets:Undeposited"), world.balance("Assets:Bank:Mercury")), (0, 200_000));
    assert_eq!((world.balance("Liabilities:CustomerCredit"), world.balance("Liabilities:Suspense")), (0, 0));
    world.ok("match_undo", json!({"id": "T1"}));
    assert_eq!(world.ok("payment", json!({"number": number}))["row"]["state"], "undeposited");
    assert_eq!(world.balance("Assets:Undeposited"), 100_000);
    world.confirm("T1", "payment", &[&number], "none");
    assert_eq!(world.balance("Assets:Undeposited"), 0);
}

#[test]
fn an_own_transfer_is_two_lines_that_meet() {
    let world = World::new();
    world.account("Savings", "bank", "", "");
    let before = world.balances();
    world.statement(&["OUT,2026-11-09,-500.00,USD,NORTHBEAM ANALYTICS,TRANSFER TO SAVINGS"]);
    world.statement_into(
        "Savings",
        &["IN,2026-11-10,500.00,USD,NORTHBEAM ANALYTICS,TRANSFER FROM MERCURY"],
        false,
    );
    assert_eq!(world.match_apply(), 2);
    assert_eq!(
        (world.line_state("OUT"), world.line_state("IN")),
        ("transfer".to_owned(), "transfer".to_owned())
    );
    assert_eq!(
        (world.balance("Assets:Bank:Mercury"), world.balance("Assets:Bank:Savings")),
        (50_000, 50_000)
    );
    assert_eq!(world.balance("Liabilities:Suspense"), 0);
    world.ok("match_undo", json!({"id": "IN"}));
    for line in ["OUT", "IN"] {
        assert_ne!(world.line_state(line), "transfer", "{line}");
    }
    world.confirm("OUT", "transfer", &["IN"], "none");
    assert_eq!(
        (world.line_state("OUT"), world.line_state("IN")),
        ("transfer".to_owned(), "transfer".to_owned())
    );
    assert_ne!(world.balances(), before);
}

#[test]
fn a_payees_category_is_remembered_and_applied_by_the_next_run() {
    let world = World::new();
    world.statement(&["T1,2026-11-02,-84.00,USD,GITHUB INC,TEAM"]);
    assert_eq!(world.match_apply(), 0);
    world.ok("match_file", json!({"line": "T1", "account": "Expenses:Software", "remember": true}));
    world.statement(&[
        "T2,2026-11-09,-84.00,USD,GITHUB INC,TEAM",
        "T3,2026-11-09,84.00,USD,GITHUB INC,MONEY BACK",
    ]);
    assert_eq!(world.match_apply(), 1, "money in from the payee is something else");
    assert_eq!((world.line_state("T2"), world.balance("Expenses:Software")), ("filed".to_owned(), 16_800));
    let rules = world.ok("rules", json!({}));
    assert_eq!((rules.as_array().unwrap().len(), &rules[0]["used"]), (1, &json!(1)), "{rules}");
    world.ok("match_undo", json!({"id": "T2"}));
    assert_eq!(world.balance("Expenses:Software"), 8_400);
    world.ok("rule_delete", json!({"id": rules[0]["id"]}));
    assert_eq!(world.match_apply(), 0, "forgotten");
    assert_eq!(
        world.code("match_file", json!({"line": "T2", "account": "Assets:Receivable", "remember": true})),
        "not_a_category"
    );
}

#[test]
fn what_the_founder_rejected_never_comes_back() {
    let mut world = World::owing();
    world.statement(&[&alder("T1", "1000.00")]);
    let rejected = world.ok("match_reject", choice("T1", "invoices", &["NB-202611-0001"], "none"));
    for turn in ["at once", "after a restart", "after another decision"] {
        assert_eq!(world.match_apply(), 0, "{turn}");
        let said = world.explained("T1");
        assert!(!said["invoices"].as_array().unwrap().contains(&json!("NB-202611-0001")), "{turn}: {said}");
        match turn {
            "at once" => world.restart(),
            _ => drop(world.ok("payment_record", payment("cus_birch", "588.00", "cash"))),
        }
    }
    world.ok("undo", json!({"id": rejected["undo"]}));
    assert_eq!(world.match_apply(), 1, "taken back, it is certain again");
    assert_eq!(world.code("undo", json!({"id": rejected["undo"]})), "undo_used");
}

#[test]
fn undo_gives_back_the_invoice_and_every_balance() {
    let world = World::owing();
    world.statement(&[&alder("T1", "1000.00"), "T2,2026-11-10,-9.00,USD,CAFE,"]);
    let before = world.balances();
    world.match_apply();
    let done = world.ok("match_file", json!({"line": "T2", "account": "Expenses:Food", "remember": false}));
    world.ok("undo", json!({"id": done["undo"]}));
    world.ok("match_undo", json!({"id": "T1"}));
    assert_eq!(world.balances(), before);
    assert_eq!(world.invoice("NB-202611-0001").1, 100_000);
    assert_eq!(world.code("match_undo", json!({"id": "T1"})), "line_open");
    assert_eq!(world.match_apply(), 1, "what was undone can be booked again");
}

#[test]
fn a_confirmed_payers_name_is_the_customers_from_then_on() {
    let world = World::owing();
    world.statement(&["T1,2026-11-10,1000.00,USD,QX HOLDING 77,"]);
    assert_eq!(world.match_apply(), 0, "a stranger with the right amount");
    world.confirm("T1", "invoices", &["NB-202611-0001"], "none");
    let aliases = world.ok("aliases", json!({}));
    assert_eq!(aliases[0]["customer"], "Alder Works", "{aliases}");
    world.invoices(&["NB-202611-0006,Alder Works,,250.00,USD,2026-11-05,2026-11-19,"]);
    world.statement(&["T2,2026-11-12,250.00,USD,QX HOLDING 77,"]);
    assert_eq!(world.match_apply(), 1);
    assert_eq!(world.invoice("NB-202611-0006").1, 0);
}

#[test]
fn choices_that_cannot_be_are_refused_and_book_nothing() {
    let world = World::owing();
    world.account("Wise", "bank", "EUR", "");
    world.statement(&[&alder("T1", "1000.00"), "T2,2026-11-10,-1000.00,USD,ALDER WORKS,"]);
    world.statement_into("Wise", &["E1,2026-11-10,1000.00,EUR,ALDER WORKS,"], false);
    for (line, kind, targets, code) in [
        ("T9", "invoices", vec!["NB-202611-0001"], "transaction_unknown"),
        ("T1", "invoices", vec!["NB-9"], "invoice_unknown"),
        ("T1", "invoices", vec![], "target"),
        ("T1", "invoices", vec!["NB-202611-0004", "NB-202611-0004"], "target"),
        ("T1", "gift", vec!["NB-202611-0001"], "target"),
        ("T1", "payment", vec!["P-9"], "payment_unknown"),
        ("T1", "transfer", vec!["T2"], "not_a_transfer"),
        ("T1", "refund", vec!["x"], "payout_unknown"),
        ("T2", "invoices", vec!["NB-202611-0001"], "money_out"),
        ("E1", "invoices", vec!["NB-202611-0001"], "match_currency"),
    ] {
        let input = choice(line, kind, &targets, "none");
        assert_eq!(world.code("match_confirm", input.clone()), code, "{line} {kind} {targets:?}");
        if line != "T9" {
            assert!(world.ok("match_preview", input)["problem"].is_string(), "{line} {kind} {targets:?}");
        }
    }
    assert_eq!(world.code("match_credit", json!({"line": "T2", "customer": "cus_alder"})), "money_out");
    assert_eq!(world.code("match_credit", json!({"line": "T1", "customer": "cus_none"})), "customer_unknown");
}

#[test]
fn a_rival_explanation_of_one_line_blocks_both_sides_of_a_transfer() {
    let world = World::owing();
    world.account("Savings", "bank", "", "");
    // The texts say a transfer, but what came in also carries the reference of an open invoice of another amount.
    world.statement(&["OUT,2026-11-09,-500.00,USD,NORTHBEAM ANALYTICS,TRANSFER TO SAVINGS"]);
    let memo = format!("TRANSFER FROM MERCURY {}", World::reference(1));
    world.statement_into("Savings", &[&format!("IN,2026-11-10,500.00,USD,ALDER WORKS,{memo}")], false);
    let run = world.ok("match_run", json!({"apply": true}));
    assert_eq!(run["booked"], 0, "{run}");
    for line in ["OUT", "IN"] {
        assert_eq!(world.line_state(line), "open", "{line}");
        assert_eq!(world.explained(line)["state"], "suggested", "{line}");
    }
    world.ok("match_reject", choice("IN", "invoices", &["NB-202611-0001"], "none"));
    let said = world.explained("OUT");
    assert_eq!(world.line_state("OUT"), "open", "{said}");
}

#[test]
fn a_remembered_payee_does_not_file_away_half_a_transfer() {
    let world = World::new();
    world.account("Savings", "bank", "", "");
    world.statement(&["T1,2026-11-02,-20.00,USD,NORTHBEAM ANALYTICS,FEE"]);
    world.ok("match_file", json!({"line": "T1", "account": "Expenses:Fees:Bank", "remember": true}));
    // Two lines fit one: which of them it is only the founder knows, and no rule decides it.
    world.statement(&[
        "OUT1,2026-11-09,-500.00,USD,NORTHBEAM ANALYTICS,TRANSFER TO SAVINGS",
        "OUT2,2026-11-09,-500.00,USD,NORTHBEAM ANALYTICS,TRANSFER TO SAVINGS",
        "T2,2026-11-09,-20.00,USD,NORTHBEAM ANALYTICS,FEE",
    ]);
    world.statement_into(
        "Savings",
        &["IN1,2026-11-10,500.00,USD,NORTHBEAM ANALYTICS,TRANSFER FROM MERCURY"],
        false,
    );
    assert_eq!(world.match_apply(), 1, "the fee by its rule, and nothing else");
    for (line, state) in [("OUT1", "open"), ("OUT2", "open"), ("IN1", "open"), ("T2", "filed")] {
        assert_eq!(world.line_state(line), state, "{line}");
    }
    assert_eq!(world.balance("Expenses:Fees:Bank"), 4_000);
}
