//! Payments recorded by hand, their receipts, and commands that are repeated.

use chrono::Duration;
use purser_engine::api::{Kind, Request};
use serde_json::{Value, json};

use crate::world::{World, cents, payment, text};

fn receipts(world: &World) -> Vec<Value> {
    let outbox = world.ok("outbox", json!({}));
    outbox["effects"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|effect| effect["kind"] == "email.receipt")
        .cloned()
        .collect()
}

#[test]
fn mi_37_a_payment_pays_several_invoices_and_the_rest_becomes_credit() {
    let world = World::owing();
    let mut form = payment("cus_cedar", "600.00", "check");
    form["allocations"] = json!([
        {"invoice": "NB-202611-0005", "amount": "200.00"}, {"invoice": "NB-202611-0004", "amount": "250.00"}
    ]);
    world.ok("payment_record", form);
    assert_eq!((world.invoice("NB-202611-0004").1, world.invoice("NB-202611-0005").1), (5_000, 0));
    assert_eq!((world.credit("Cedar"), world.balance("Assets:Undeposited")), (15_000, 60_000));
    world.ok("payment_record", payment("cus_birch", "600.00", "cash"));
    assert_eq!(
        (world.invoice("NB-202611-0002").1, world.invoice("NB-202611-0003").1),
        (0, 57_600),
        "oldest first"
    );
}

#[test]
fn mi_38_the_receipt_is_a_pdf_and_its_mail_waits_once() {
    let world = World::owing();
    let recorded = world.ok("payment_record", payment("cus_alder", "1000.00", "check"));
    let pdf = std::fs::read(text(&recorded["receipt_path"])).unwrap();
    assert!(pdf.starts_with(b"%PDF-") && pdf.len() > 2_000, "{} bytes", pdf.len());
    let mails = receipts(&world);
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!((&mails[0]["delivery"], &mails[0]["state"]), (&json!("neither"), &json!("queued")));
    assert!(text(&mails[0]["waits_for"]).len() > 3, "{mails:?}");
    world.step();
    assert_eq!(receipts(&world).len(), 1);
    assert_eq!(receipts(&world)[0]["state"], "queued", "there is no mail yet, and it is not lost");
    let mut quiet = payment("cus_alder", "1.00", "cash");
    quiet["email_receipt"] = json!(false);
    world.ok("payment_record", quiet);
    world.ok("payment_record", payment("cus_cedar", "1.00", "cash"));
    assert_eq!(receipts(&world).len(), 1, "nobody asked, and nobody has an address");
}

#[test]
fn bl_18_numbers_have_no_gaps_whatever_fails_in_between() {
    let world = World::owing();
    let mut seen = Vec::new();
    for turn in 0..3 {
        let recorded = world.ok("payment_record", payment("cus_birch", "10.00", "cash"));
        seen.push((text(&recorded["payment"]), text(&recorded["receipt"])));
        world.refused("payment_record", payment("cus_birch", "-1.00", "cash"));
        world.refused("payment_record", payment("nobody", "1.00", "cash"));
        if turn == 1 {
            world.ok("undo", json!({"id": recorded["done"]["undo"]}));
        }
    }
    let payments: Vec<&str> = seen.iter().map(|(payment, _)| payment.as_str()).collect();
    assert_eq!(payments, ["P-202611-0001", "P-202611-0002", "P-202611-0003"]);
    let last: Vec<&str> = seen.iter().map(|(_, receipt)| &receipt[receipt.len() - 4..]).collect();
    assert_eq!(last, ["0001", "0002", "0003"], "{seen:?}");
}

#[test]
fn a_payment_can_be_taken_back_later_by_its_number_and_only_once() {
    let world = World::owing();
    let before = world.balances();
    let recorded = world.ok("payment_record", payment("cus_alder", "1200.00", "check"));
    let detail = world.ok("payment", json!({"number": recorded["payment"]}));
    let undo = json!({"id": detail["undo"]});
    world.ok("undo", undo.clone());
    assert_eq!(world.balances(), before);
    let detail = world.ok("payment", json!({"number": recorded["payment"]}));
    assert_eq!((&detail["row"]["state"], &detail["undo"]), (&json!("undone"), &json!(null)));
    assert_eq!(world.code("undo", undo), "payment_state");
    assert_eq!(world.code("undo", json!({"id": recorded["done"]["undo"]})), "payment_state");
    assert_eq!(world.code("undo", json!({"id": "payment:P-000000-0000"})), "payment_unknown");
}

#[test]
fn an_undone_payment_is_reversed_and_its_mail_is_cancelled() {
    let world = World::owing();
    let before = world.balances();
    let recorded = world.ok("payment_record", payment("cus_alder", "1200.00", "check"));
    assert_eq!(world.credit("Alder"), 20_000);
    let undo = json!({"id": recorded["done"]["undo"]});
    world.ok("undo", undo.clone());
    assert_eq!(world.balances(), before);
    assert_eq!((world.invoice("NB-202611-0001").1, world.credit("Alder")), (100_000, 0));
    let mails = receipts(&world);
    assert!(mails.iter().all(|mail| mail["state"] == "cancelled"), "{mails:?}");
    let detail = world.ok("payment", json!({"number": recorded["payment"]}));
    assert_eq!(detail["row"]["state"], "undone");
    assert_eq!(cents(&detail["refundable"]), 0);
    assert_eq!(world.code("undo", undo), "undo_used");
}

#[test]
fn a_payment_that_was_deposited_or_whose_credit_was_spent_stays() {
    let world = World::owing();
    world.account("Cash", "cash", "", "");
    let cash = world.ok("payment_record", payment("cus_alder", "1000.00", "cash"));
    let deposit = |account: &str| json!({"payment": cash["payment"], "account": account});
    assert_eq!(world.code("payment_deposit", deposit("Mercury")), "deposit_bank");
    world.ok("payment_deposit", deposit("Cash"));
    assert_eq!((world.balance("Assets:Cash"), world.balance("Assets:Undeposited")), (100_000, 0));
    assert_eq!(world.code("payment_deposit", deposit("Cash")), "payment_state");
    assert_eq!(world.code("undo", json!({"id": cash["done"]["undo"]})), "payment_state");

    let wire = world.ok("payment_record", payment("cus_birch", "1276.00", "wire"));
    assert_eq!(world.credit("Birch"), 10_000);
    world.statement(&[
        "T1,2026-11-17,1276.00,USD,BIRCH FOODS,WIRE",
        "T2,2026-11-17,50.00,USD,BIRCH FOODS,REST",
    ]);
    assert_eq!(world.match_apply(), 1);
    let undo = json!({"id": wire["done"]["undo"]});
    assert_eq!(world.code("undo", undo.clone()), "payment_state");
    world.invoices(&["NB-202611-0009,Birch Foods,,150.00,USD,2026-11-05,2026-11-19,"]);
    world.confirm("T2", "invoices", &["NB-202611-0009"], "credit");
    world.ok("match_undo", json!({"id": "T1"}));
    assert_eq!(world.code("undo", undo.clone()), "credit_spent");
    world.ok("match_undo", json!({"id": "T2"}));
    world.ok("undo", undo);
    assert_eq!((world.invoice("NB-202611-0002").1, world.credit("Birch")), (58_800, 0));
}

#[test]
fn a_repeated_command_gets_the_first_answer_and_does_nothing() {
    let world = World::owing();
    let record = |id: Option<&str>, again: bool, amount: &str| {
        let request = Request { id: id.map(str::to_owned), again };
        world.call_as(Kind::Command, Some(request), "payment_record", payment("cus_birch", amount, "cash"))
    };
    let first = record(Some("r-1"), false, "10.00").unwrap();
    let (entries, mails) = (world.journal_total(), receipts(&world).len());
    assert_eq!(record(Some("r-1"), false, "10.00").unwrap()["payment"], first["payment"]);
    assert_eq!(record(Some("r-1"), false, "10.00").unwrap()["receipt_path"], first["receipt_path"]);
    assert_eq!(
        record(None, false, "10.00").unwrap()["payment"],
        first["payment"],
        "the same within 24 hours"
    );
    let said = text(&record(None, false, "10.00").unwrap()["done"]["say"]);
    assert!(said.starts_with("Nothing new was done") && said.contains("--again"), "{said}");
    assert!(!text(&record(Some("r-1"), false, "10.00").unwrap()["done"]["say"]).contains("--again"));
    assert_eq!((world.journal_total(), receipts(&world).len()), (entries, mails));
    assert_eq!(record(Some("r-1"), false, "11.00").unwrap_err().code, "request_id_used");
    assert_eq!(world.journal_total(), entries);
    let second = record(None, true, "10.00").unwrap();
    assert_ne!(second["payment"], first["payment"], "again is meant");
    let third = record(Some("r-2"), false, "10.00").unwrap();
    assert_ne!(third["payment"], second["payment"], "another id is another command");
    world.advance(Duration::hours(25));
    let fourth = record(None, false, "10.00").unwrap();
    assert_ne!(fourth["payment"], third["payment"], "a day later it is another payment");
    assert_eq!(record(Some("r-1"), false, "10.00").unwrap()["payment"], first["payment"], "an id is kept");
}

#[test]
fn a_payment_that_was_taken_back_is_recorded_again_without_asking_for_it() {
    let world = World::owing();
    let record = || {
        let request = Request { id: None, again: false };
        world
            .call_as(Kind::Command, Some(request), "payment_record", payment("cus_birch", "10.00", "cash"))
            .unwrap()
    };
    let first = record();
    assert_eq!(record()["payment"], first["payment"]);
    world.ok("undo", json!({"id": first["done"]["undo"]}));
    let second = record();
    assert_ne!(second["payment"], first["payment"], "{second}");
    assert_eq!(record()["payment"], second["payment"], "which is the answer from now on");
    world.ok("undo", json!({"id": format!("payment:{}", text(&second["payment"]))}));
    assert_ne!(record()["payment"], second["payment"], "taken back by its name too");
}

#[test]
fn a_failed_command_leaves_its_request_id_free() {
    let world = World::owing();
    let record = |amount: &str| {
        let request = Request { id: Some("r-1".to_owned()), again: false };
        world.call_as(Kind::Command, Some(request), "payment_record", payment("cus_birch", amount, "cash"))
    };
    assert_eq!(record("0.00").unwrap_err().code, "form_amount");
    assert_eq!(record("5.00").unwrap()["payment"], "P-202611-0001");
}

#[test]
fn a_form_that_cannot_be_names_its_field() {
    let world = World::owing();
    for (field, value, code) in [
        ("customer", json!(""), "form_customer"),
        ("customer", json!("Nobody"), "form_customer"),
        ("amount", json!(""), "form_amount"),
        ("amount", json!("0"), "form_amount"),
        ("amount", json!("-5.00"), "form_amount"),
        ("amount", json!("1.005"), "form_amount"),
        ("amount", json!("99999999999999999999999"), "form_amount"),
        ("currency", json!("XXQ"), "form_currency"),
        ("method", json!("barter"), "form_method"),
        ("received_on", json!("2026-11-18"), "form_received_on"),
        ("received_on", json!("2026-08-31"), "form_received_on"),
        ("received_on", json!("yesterday"), "form_received_on"),
        ("allocations", json!([{"invoice": "NB-202611-0001", "amount": "5.00"}]), "form_allocations"),
        ("allocations", json!([{"invoice": "NB-202611-0002", "amount": "11.00"}]), "form_allocations"),
        ("proof", json!("/no/such/file.pdf"), "file_read"),
    ] {
        let mut form = payment("cus_birch", "10.00", "cash");
        form[field] = value.clone();
        assert_eq!(world.code("payment_record", form.clone()), code, "{field} {value}");
        if field != "proof" {
            let problems = world.ok("payment_preview", form)["problems"].clone();
            assert!(
                problems.as_array().unwrap().iter().any(|problem| problem["field"] == field),
                "{field} {value}: {problems}"
            );
        }
    }
    let mut form = payment("cus_birch", "10.00", "cash");
    form["proof"] = json!(world.file("no picture"));
    assert_eq!(world.code("payment_record", form), "proof_kind");
    assert_eq!(world.call("payment_record", json!({"customer": "cus_birch"})).unwrap_err().code, "input");
}

#[test]
fn a_payment_in_another_currency_pays_no_invoice_of_this_one() {
    let world = World::owing();
    let mut form = payment("cus_alder", "1000.00", "wire");
    form["currency"] = json!("EUR");
    world.ok("payment_record", form);
    assert_eq!(world.invoice("NB-202611-0001").1, 100_000);
    assert_eq!(world.balances().get("Liabilities:CustomerCredit EUR"), Some(&-100_000));
}

#[test]
fn a_draft_is_kept_while_typing_and_the_audit_stays_for_decisions() {
    let world = World::owing();
    let rows = || world.ok("audit_index", json!({"text": ""}))["keys"].as_array().map_or(0, Vec::len);
    let before = rows();
    for typed in ["1", "10", "10.00"] {
        world.ok("payment_draft_save", payment("cus_birch", typed, "cash"));
    }
    assert_eq!(world.ok("payment_draft", json!({}))["amount"], "10.00");
    assert_eq!(rows(), before, "typing decides nothing");
    world.ok("payment_record", payment("cus_birch", "10.00", "cash"));
    assert_eq!(world.ok("payment_draft", json!({}))["amount"], "", "what was recorded does not come back");
    assert_eq!(rows(), before + 1);
    world.ok("payment_draft_save", payment("cus_birch", "7.00", "cash"));
    world.ok("payment_draft_save", payment("", "", "cash"));
    assert_eq!(world.ok("payment_draft", json!({}))["amount"], "");
}

#[test]
fn who_is_unknown_is_asked_for_by_the_nearest_name() {
    let world = World::owing();
    let said = world.refused("payment_record", payment("Alde", "10.00", "cash")).message;
    assert!(said.contains("There is no customer “Alde”. Is it “Alder"), "{said}");
    let said = world.refused("payment_record", payment("Zzz", "10.00", "cash")).message;
    assert!(said.contains("list of customers"), "{said}");
    let said = world.refused("payment_record", payment("cus_birch", "99999999999999999999", "cash")).message;
    assert!(said.contains("too large"), "{said}");
    let said = world.refused("payment_record", payment("cus_birch", "10.00", "goats")).message;
    assert!(said.contains("cash, check, wire"), "{said}");
}
