//! One customer opened.

use serde_json::json;

use crate::{Desk, cents, list};

#[test]
fn a_customer_opens_with_address_open_invoices_payments_and_a_history_in_order() {
    let desk = Desk::demo();
    let found = desk.ok("customers", json!({"text": "kestrel logistics"}));
    let row = &list(&found["customers"])[0];
    let address = "9 Quay Road\nBoston, MA";
    let form = json!({"id": row["id"], "name": row["name"], "email": row["email"], "address": address, "country": "us"});
    desk.ok("customer_save", form);
    let one = desk.ok("customer", json!({"id": row["id"]}));
    assert_eq!(&one["row"], row, "the pane and the list say the same");
    assert_eq!((one["address"].as_str(), one["country"].as_str()), (Some(address), Some("US")));
    let open: i64 = list(&one["open"]).iter().map(|invoice| cents(&invoice["open"])).sum();
    assert_eq!(open, cents(&row["open"]));
    assert_eq!(list(&one["open"]).len() as u64, row["open_count"].as_u64().unwrap());
    let events = list(&one["events"]);
    let at: Vec<&str> = events.iter().map(|event| event["at"].as_str().unwrap()).collect();
    assert!(at.is_sorted_by(|newer, older| newer >= older), "{at:?}");
    for kind in ["invoice", "transfer"] {
        assert!(events.iter().any(|event| event["kind"] == kind), "no {kind} in {events:#?}");
    }
    assert_eq!(desk.code("customer", json!({"id": "nobody"})), "customer_unknown");
}

#[test]
fn a_receipt_by_email_stands_in_the_history_with_its_state() {
    let desk = Desk::demo();
    let found = desk.ok("customers", json!({"text": "fathom"}));
    let id = list(&found["customers"])[0]["id"].as_str().unwrap().to_owned();
    let form = json!({"customer": id, "amount": "10.00", "currency": "USD", "method": "check", "received_on": "",
                      "reference": "1", "note": "", "allocations": [], "proof": "", "email_receipt": true});
    let recorded = desk.ok("payment_record", form);
    let one = desk.ok("customer", json!({"id": id}));
    let payments: Vec<&str> =
        list(&one["payments"]).iter().map(|row| row["number"].as_str().unwrap()).collect();
    assert_eq!(payments[0], recorded["payment"].as_str().unwrap());
    let mails: Vec<&str> = list(&one["events"])
        .iter()
        .filter(|event| event["kind"] == "mail")
        .map(|event| event["text"].as_str().unwrap())
        .collect();
    assert_eq!(mails, [format!("Receipt {} by email: queued", recorded["receipt"].as_str().unwrap())]);
}
