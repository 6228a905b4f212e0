//! Customers and invoices from tables.

use serde_json::{Value, json};

use crate::world::{World, choice, text};

#[test]
fn the_same_tables_again_change_nothing() {
    let world = World::new();
    let customers = ["Alder Works,ap@alder.example,cus_alder,scale,US,2026-01-05", "Birch Foods,,,,,"];
    let invoices = [
        "A-1,Alder Works,ap@alder.example,100.00,USD,2026-11-02,2026-11-16,",
        "A-2,Birch Foods,,50.00,USD,2026-11-03,,",
        "A-3,New Customer,new@customer.example,7.00,USD,2026-11-03,,",
    ];
    assert_eq!(world.customers(&customers)["new"], 2);
    assert_eq!(world.invoices(&invoices)["new"], 3);
    let (before, entries) = (world.balances(), world.journal_total());
    let again = world.customers(&customers);
    assert_eq!(
        (&again["new"], &again["known"], &again["import"]),
        (&json!(0), &json!(2), &Value::Null),
        "{again}"
    );
    let again = world.invoices(&invoices);
    assert_eq!(
        (&again["new"], &again["known"], &again["import"]),
        (&json!(0), &json!(3), &Value::Null),
        "{again}"
    );
    assert_eq!((world.balances(), world.journal_total()), (before, entries));
    let all = world.ok("customers", json!({"text": ""}));
    assert_eq!(
        all["customers"].as_array().unwrap().len(),
        3,
        "the new customer came with its invoice, once: {all}"
    );
    assert_eq!(world.balance("Assets:Receivable"), 15_700);
    assert_eq!(world.balance("Income:Sales") + world.balance("Income"), -15_700, "{:?}", world.balances());
}

#[test]
fn an_invoice_that_contradicts_the_books_keeps_the_whole_table_out() {
    let world = World::new();
    world.invoices(&["A-1,Alder Works,,100.00,USD,2026-11-02,2026-11-16,"]);
    let before = world.balances();
    for changed in [
        "A-1,Alder Works,,101.00,USD,2026-11-02,2026-11-16,",
        "A-1,Alder Works,,100.00,USD,2026-11-03,2026-11-16,",
        "A-1,Alder Works,,100.00,USD,2026-11-02,2026-11-17,",
        "A-1,Alder Works,,100.00,EUR,2026-11-02,2026-11-16,",
    ] {
        let refused = world.invoices(&["A-2,Alder Works,,5.00,USD,2026-11-03,,", changed]);
        assert_eq!(
            (&refused["new"], &refused["rejected"][0]["line"]),
            (&json!(0), &json!(3)),
            "{changed}: {refused}"
        );
        assert!(text(&refused["rejected"][0]["reason"]).contains("A-1"), "{refused}");
        assert_eq!(world.balances(), before, "{changed}");
        assert_eq!(world.code("invoice", json!({"number": "A-2"})), "invoice_unknown");
    }
    let twice =
        world.invoices(&["B-1,Alder Works,,5.00,USD,2026-11-03,,", "B-1,Alder Works,,6.00,USD,2026-11-03,,"]);
    assert_eq!((&twice["new"], &twice["rejected"][0]["line"]), (&json!(0), &json!(3)), "{twice}");
}

#[test]
fn an_invoice_of_another_customer_under_a_known_number_is_refused() {
    let world = World::new();
    world.invoices(&["A-1,Alder Works,,100.00,USD,2026-11-02,2026-11-16,"]);
    let refused = world.invoices(&["A-1,Birch Foods,,100.00,USD,2026-11-02,2026-11-16,"]);
    assert_eq!((&refused["new"], &refused["known"]), (&json!(0), &json!(0)), "{refused}");
    assert_eq!(refused["rejected"][0]["line"], 2, "{refused}");
}

#[test]
fn an_invoice_from_before_the_books_is_an_opening_receivable_and_no_income() {
    let world = World::new();
    let opening = world.balance("Equity:Opening");
    world.invoices(&["A-0,Alder Works,,400.00,USD,2026-08-20,2026-09-20,"]);
    assert_eq!(world.balance("Assets:Receivable"), 40_000);
    assert_eq!(world.balance("Equity:Opening"), opening - 40_000);
    assert!(!world.balances().keys().any(|name| name.starts_with("Income")), "{:?}", world.balances());
    world.statement(&["T1,2026-11-10,400.00,USD,ALDER WORKS,"]);
    world.confirm("T1", "invoices", &["A-0"], "none");
    assert_eq!(world.invoice("A-0").1, 0);
    assert_eq!(world.balance("Assets:Receivable"), 0);
}

#[test]
fn an_import_of_invoices_stays_while_one_is_paid_and_goes_and_comes_again_after() {
    let world = World::new();
    let rows = [
        "A-1,Alder Works,,100.00,USD,2026-11-02,2026-11-16,",
        "A-2,Alder Works,,50.00,USD,2026-11-02,2026-11-16,",
    ];
    let before = world.balances();
    let imported = world.invoices(&rows);
    let undo = json!({"id": imported["import"]});
    world.statement(&["T1,2026-11-10,100.00,USD,ALDER WORKS,"]);
    world.confirm("T1", "invoices", &["A-1"], "none");
    let refused = world.refused("import_undo", undo.clone());
    assert_eq!(refused.code, "import_in_use");
    assert!(refused.message.contains("A-1"), "{refused}");
    assert_eq!(world.invoice("A-2").1, 5_000, "none of it was taken back");
    world.ok("match_undo", json!({"id": "T1"}));
    world.ok("import_undo", undo);
    assert_eq!(world.invoice("A-1"), ("void".to_owned(), 0));
    assert_eq!(world.code("match_confirm", choice("T1", "invoices", &["A-1"], "none")), "invoice_settled");
    assert_eq!(world.balance("Assets:Receivable"), 0);
    let again = world.invoices(&rows);
    assert_eq!((&again["new"], &again["known"]), (&json!(2), &json!(0)), "{again}");
    assert_eq!(world.balance("Assets:Receivable"), 15_000);
    world.confirm("T1", "invoices", &["A-1"], "none");
    assert_eq!(world.invoice("A-1").1, 0);
    assert_ne!(world.balances(), before);
}

#[test]
fn an_import_of_customers_is_taken_back_but_for_those_in_use() {
    let world = World::new();
    let imported = world.customers(&["Alder Works,,cus_alder,,,", "Birch Foods,,cus_birch,,,"]);
    world.ok("payment_record", crate::world::payment("cus_birch", "5.00", "cash"));
    let done = world.ok("import_undo", json!({"id": imported["import"]}));
    assert!(text(&done["say"]).contains("1 customers are in use"), "{done}");
    let left = world.ok("customers", json!({"text": ""}));
    assert_eq!(left["customers"].as_array().unwrap().len(), 1, "{left}");
    assert_eq!(world.credit("Birch"), 500);
}

#[test]
fn customers_are_listed_by_key_and_exported_without_a_limit() {
    let world = World::new();
    let rows: Vec<String> = (0..620).map(|at| format!("Customer {at:04},,,,,")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    assert_eq!(world.customers(&rows)["new"], 620);
    let index = world.ok("customers_index", json!({"text": ""}));
    let keys = index["keys"].as_array().unwrap();
    assert_eq!((keys.len(), &index["total"]), (620, &json!(620)));
    let page = world.ok("customers_rows", json!({"keys": keys[600..]}));
    let names: Vec<String> = page.as_array().unwrap().iter().map(|row| text(&row["name"])).collect();
    assert_eq!((names.len(), names[0].as_str(), names[19].as_str()), (20, "Customer 0600", "Customer 0619"));
    assert_eq!(world.code("customers_rows", json!({"keys": keys[..501]})), "page");
    let some = world.ok("customers_index", json!({"text": "mer 061"}));
    assert_eq!((some["keys"].as_array().unwrap().len(), &some["total"]), (10, &json!(620)));
    let path = world.folder().join("customers-out.csv");
    let export = json!({"list": "customers", "state": "", "text": "", "sort": "", "path": path});
    let written = world.call_as(purser_engine::api::Kind::Command, None, "export_list", export).unwrap();
    let csv = std::fs::read_to_string(text(&written["path"])).unwrap();
    assert_eq!(csv.lines().count(), 621);
    assert!(csv.lines().last().unwrap().contains("Customer 0619"), "{csv}");
}

#[test]
fn a_wrong_account_or_file_says_what_there_is() {
    let world = World::new();
    let path = world.file("date,amount,payer\n");
    let ask = |account: &str, path: &std::path::Path| {
        let input =
            json!({"path": path, "account": account, "format": "auto", "mapping": null, "skip_bad": false});
        world.refused("import_statement", input).message
    };
    let said = ask("Nope", &path);
    assert!(said.starts_with("There is no account “Nope”. ") && said.contains("Mercury"), "{said}");
    let said = ask("Mercury", &world.folder().join("gone.csv"));
    assert!(
        said.contains("there is no file") && said.contains("gone.csv") && said.contains("as they were"),
        "{said}"
    );
    let said = ask("Mercury", world.folder());
    assert!(said.contains("it is a folder"), "{said}");
    std::fs::write(&path, b"PK\x03\x04 rest").unwrap();
    let said = ask("Mercury", &path);
    assert!(said.contains("a spreadsheet") && said.contains("Export the same as CSV"), "{said}");
}

#[test]
fn customers_are_found_by_name_and_by_email() {
    let world = World::new();
    world.customers(&[
        "Alder Works,Office@Alder.example,,,,",
        "Birch Foods,ada@birch.example,,,,",
        "Adamant,hello@adamant.example,,,,",
        "Nadal Sports,,,,,",
    ]);
    let found = |words: &str| -> Vec<String> {
        let keys = world.ok("customers_index", json!({"text": words}))["keys"].clone();
        let rows = world.ok("customers_rows", json!({"keys": keys}));
        let names: Vec<String> = rows.as_array().unwrap().iter().map(|row| text(&row["name"])).collect();
        let searched = world.ok("customers", json!({"text": words}))["customers"].clone();
        let same: Vec<String> = searched.as_array().unwrap().iter().map(|row| text(&row["name"])).collect();
        assert_eq!(names, same, "both ways find the same");
        names
    };
    assert_eq!(found("ada"), ["Adamant", "Birch Foods", "Nadal Sports"], "a name that begins so is first");
    assert_eq!(found("office@ALDER"), ["Alder Works"]);
    assert_eq!(found("@birch.example"), ["Birch Foods"]);
    assert_eq!(found("nobody@"), Vec::<String>::new());
    assert_eq!(found("").len(), 4);
}
