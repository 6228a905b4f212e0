//! Invoices that will not be paid.

use serde_json::json;

use crate::world::{World, choice, payment, text};

/// 1,000.00 and 8.875 % of tax for Alder Works, issued.
fn taxed(world: &World) -> String {
    let line = json!({"text": "Scale plan", "quantity": 1, "price": "1000.00", "tax_percent": "8.875"});
    let form = json!({"customer": "Alder Works", "currency": "USD", "issued": "2026-11-02", "due": "", "lines": [line], "issue": true});
    text(&world.ok("invoice_create", form)["number"])
}

#[test]
fn the_rest_of_an_invoice_is_lost_and_its_tax_no_longer_owed() {
    let world = World::owing();
    let number = taxed(&world);
    let mut form = payment("cus_alder", "88.76", "cash");
    form["allocations"] = json!([{"invoice": number, "amount": "88.76"}]);
    world.ok("payment_record", form);
    let before = world.balances();
    assert_eq!(world.invoice(&number).1, 99_999);

    let done = world.ok("invoice_write_off", json!({"number": number, "reason": "bankrupt"}));
    // 999.99 in the proportion 1,000.00 : 88.75, the odd cent to the larger remainder.
    assert_eq!(world.balance("Expenses:BadDebt"), 91_848);
    assert_eq!(world.balance("Liabilities:SalesTax"), -8_875 + 8_151);
    assert_eq!(world.invoice(&number), ("written_off".to_owned(), 0));
    for (name, input, code) in [
        ("invoice_write_off", json!({"number": number, "reason": ""}), "invoice_settled"),
        ("invoice_void", json!({"number": number}), "invoice_written_off"),
    ] {
        assert_eq!(world.code(name, input), code);
    }
    let paid = world.ok("invoices_index", json!({"state": "paid", "text": number}));
    assert_eq!(paid["keys"], json!([]), "what was given up was not paid");
    let given_up = world.ok("invoices_index", json!({"state": "written_off", "text": ""}));
    assert_eq!(given_up["keys"].as_array().unwrap().len(), 1);

    world.ok("undo", json!({"id": done["undo"]}));
    assert_eq!(world.balances(), before);
    assert_eq!(world.invoice(&number).1, 99_999);
    world.ok("invoice_write_off", json!({"number": number, "reason": ""}));
    world.ok("invoice_write_off_undo", json!({"number": number}));
    assert_eq!(world.balances(), before);
    assert_eq!(world.code("invoice_write_off_undo", json!({"number": number})), "not_written_off");
}

#[test]
fn money_that_comes_after_all_needs_the_write_off_taken_back() {
    let world = World::owing();
    world.ok("invoice_write_off", json!({"number": "NB-202611-0001", "reason": ""}));
    assert_eq!(world.balance("Expenses:BadDebt"), 100_000);
    world.statement(&[&format!("T1,2026-11-10,1000.00,USD,ALDER WORKS,{}", World::reference(1))]);
    assert_eq!(world.match_apply(), 0);
    let input = choice("T1", "invoices", &["NB-202611-0001"], "none");
    assert_eq!(world.code("match_confirm", input), "invoice_written_off");
    world.ok("invoice_write_off_undo", json!({"number": "NB-202611-0001"}));
    assert_eq!(world.match_apply(), 1);
}

#[test]
fn an_import_with_a_written_off_invoice_stays() {
    let world = World::owing();
    world.ok("invoice_write_off", json!({"number": "NB-202611-0004", "reason": ""}));
    let imports = world.ok("imports", json!({}));
    let of_invoices =
        imports["imports"].as_array().unwrap().iter().find(|row| row["kind"] == "invoices").unwrap();
    assert_eq!(world.code("import_undo", json!({"id": of_invoices["id"]})), "import_in_use");
}
