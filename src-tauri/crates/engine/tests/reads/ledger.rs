//! The journal and what it says of itself.

use serde_json::{Value, json};

use crate::{Desk, cents, list};

fn index(desk: &Desk, account: &str, from: &str, to: &str, text: &str) -> Vec<i64> {
    let filter = json!({"account": account, "from": from, "to": to, "text": text});
    list(&desk.ok("journal_index", filter)["keys"]).iter().map(|key| key.as_i64().unwrap()).collect()
}

fn rows(desk: &Desk, keys: &[i64]) -> Vec<Value> {
    list(&desk.ok("journal_rows", json!({"keys": keys}))["rows"]).clone()
}

#[test]
fn the_journal_is_newest_first_and_filters_by_account_days_words_amount_and_number() {
    let desk = Desk::demo();
    let all = index(&desk, "", "", "", "");
    let shown = rows(&desk, &all[..all.len().min(500)]);
    let order: Vec<(&str, i64)> =
        shown.iter().map(|row| (row["date"].as_str().unwrap(), row["key"].as_i64().unwrap())).collect();
    assert!(order.is_sorted_by(|one, other| one > other), "newest first");
    assert_eq!(all.len() as i64, *all.iter().max().unwrap(), "every entry once");

    let of_rent = index(&desk, "Expenses:Rent", "", "", "");
    assert_eq!(of_rent.len(), 3);
    assert_eq!(index(&desk, "Expenses:Re", "", "", ""), of_rent, "the beginning of a name");
    assert!(index(&desk, "Expenses", "", "", "").len() > of_rent.len(), "the accounts below");
    assert!(index(&desk, "Assets:Nothing", "", "", "").is_empty());

    let november = index(&desk, "", "2026-11-01", "2026-11-30", "");
    assert!(rows(&desk, &november).iter().all(|row| row["date"].as_str().unwrap().starts_with("2026-11")));
    assert_eq!(index(&desk, "Expenses:Rent", "2026-11-01", "2026-11-30", "").len(), 1);

    for text in ["4785", "4,785.00", "$4,785", "4785.00 usd"] {
        let found = index(&desk, "", "", "", text);
        assert!(found.len() >= 3, "{text}: {found:?}");
        let one = &rows(&desk, &found)[0];
        assert!(one["amount"]["amount"] == "4785.00" || one["amount"]["amount"] == "4800.00", "{one}");
    }
    assert!(index(&desk, "", "", "", "kestrel logistics").len() >= 4);
    assert_eq!(index(&desk, "", "", "", "#7"), [7]);
    assert!(index(&desk, "", "", "", "7").contains(&7));
    assert_eq!(index(&desk, "Expenses:Rent", "2026-11-01", "", "rent").len(), 1);
    assert!(index(&desk, "", "", "", "no such words").is_empty());
    assert_eq!(
        desk.code("journal_index", json!({"account": "", "from": "17 Nov", "to": "", "text": ""})),
        "date"
    );
}

#[test]
fn the_parts_of_every_amount_add_up_to_it() {
    let desk = Desk::demo();
    for key in index(&desk, "", "", "", "") {
        let entry = desk.ok("entry", json!({"id": key.to_string()}));
        let parts: i64 = list(&entry["why"]).iter().map(|part| cents(&part["amount"])).sum();
        assert_eq!(parts, cents(&entry["row"]["amount"]), "{entry:#}");
        assert_eq!(list(&entry["postings"]).iter().map(|posting| cents(&posting["amount"])).sum::<i64>(), 0);
        assert_eq!(entry["seal"].as_str().unwrap().len(), 9);
        for posting in list(&entry["postings"]) {
            let note = posting["note"].as_str().unwrap();
            let item_account = ["Receivable", "Suspense", "Undeposited"]
                .iter()
                .any(|name| posting["account"].as_str().unwrap().ends_with(name));
            assert!(!item_account || (note.len() > 3 && !note.contains("0192")), "{posting}");
        }
    }
}

#[test]
fn an_entry_says_what_was_received_what_a_bank_kept_and_shows_its_raw_line() {
    let desk = Desk::demo();
    let fee = index(&desk, "Expenses:Fees:Bank", "", "", "NB-202610-0105");
    let entry = desk.ok("entry", json!({"id": fee[0].to_string()}));
    let why: Vec<(&str, i64)> = list(&entry["why"])
        .iter()
        .map(|part| (part["text"].as_str().unwrap(), cents(&part["amount"])))
        .collect();
    assert_eq!(why.iter().map(|(_, amount)| *amount).collect::<Vec<_>>(), [478_500, 1_500], "{why:?}");
    assert!(why[0].0.contains("KESTREL LOGISTICS INTE") && why[0].0.contains("NB-202610-0105"), "{why:?}");
    assert!(entry["raw"].as_str().unwrap().contains("MRC-1020-01"), "{entry:#}");
    assert_eq!(entry["by"], "by you");
    assert_eq!(entry["row"]["to"], "Suspense, Fees:Bank");
    assert_eq!(entry["row"]["from"], "Receivable");
    assert_eq!(desk.code("entry", json!({"id": "999999"})), "entry_unknown");
    assert_eq!(desk.code("entry", json!({"id": "x"})), "entry_unknown");
}

#[test]
fn a_reversal_and_its_entry_point_at_each_other() {
    let desk = Desk::demo();
    let undone = desk.ok("match_undo", json!({"id": "MRC-0901-01"}));
    assert!(undone["say"].as_str().unwrap().contains("Taken back"));
    let newest = index(&desk, "", "", "", "").into_iter().max().unwrap();
    let reversal = desk.ok("entry", json!({"id": newest.to_string()}));
    let original = reversal["reverses"].as_i64().unwrap();
    let entry = desk.ok("entry", json!({"id": original.to_string()}));
    assert_eq!(entry["reversed_by"].as_i64(), Some(newest));
    assert_eq!(entry["row"]["reversed"], true);
    assert_eq!(reversal["why"][0]["route"], format!("/ledger/journal/{original}"));
    assert_eq!(desk.ok("verify", json!({}))["ok"], true);
}

#[test]
fn balances_now_are_those_recomputed_for_today_and_sum_to_nothing() {
    let desk = Desk::demo();
    let now = desk.ok("balances", json!({"as_of": ""}));
    assert_eq!(now["as_of"], "2026-11-17");
    let recomputed = desk.ok("balances", json!({"as_of": "2026-12-31"}));
    assert_eq!(now["rows"], recomputed["rows"]);
    let sum =
        |balances: &Value| list(&balances["totals"]).iter().map(|row| cents(&row["balance"])).sum::<i64>();
    assert_eq!(sum(&now), 0);
    let before = desk.ok("balances", json!({"as_of": "2026-09-30"}));
    assert_eq!(sum(&before), 0);
    assert_ne!(before["rows"], now["rows"]);
    let roots: Vec<&str> = list(&now["totals"]).iter().map(|row| row["account"].as_str().unwrap()).collect();
    assert_eq!(roots, ["Assets", "Liabilities", "Equity", "Income", "Expenses"]);
}

#[test]
fn categories_are_what_a_line_can_be_filed_under_the_most_used_first() {
    let desk = Desk::demo();
    let named = desk.ok("categories", json!({}));
    let names: Vec<&str> = list(&named["accounts"]).iter().map(|name| name.as_str().unwrap()).collect();
    assert!(names[..6].contains(&"Expenses:Software"), "{names:?}");
    for kept in
        ["Assets:Receivable", "Liabilities:Suspense", "Assets:Bank:Mercury", "Assets:Cash", "Equity:Opening"]
    {
        assert!(!names.contains(&kept), "{kept}");
    }
    let refused = json!({"line": "MRC-1112-03", "account": "Assets:Receivable", "remember": false});
    assert_eq!(desk.code("match_file", refused), "not_a_category");
}

#[test]
fn the_audit_chain_is_listed_searched_and_read() {
    let desk = Desk::demo();
    let all = desk.ok("audit_index", json!({"text": ""}));
    let keys = list(&all["keys"]).clone();
    assert!(keys.first().unwrap().as_i64() > keys.last().unwrap().as_i64());
    let rows = desk.ok("audit_rows", json!({"keys": keys}));
    let row = list(&rows).iter().find(|row| row["action"] == "match.file").unwrap();
    assert!(row["detail"].as_str().unwrap().contains("entry "), "{row}");
    assert_eq!(row["seal"].as_str().unwrap().len(), 8);
    let filed = desk.ok("audit_index", json!({"text": "match.file"}));
    assert!(list(&filed["keys"]).len() >= 10 && list(&filed["keys"]).len() < keys.len());
    assert_eq!(desk.code("audit_rows", json!({"keys": vec![1; 501]})), "keys");
}

#[test]
fn the_palette_finds_what_needs_you_first_and_then_records() {
    let desk = Desk::demo();
    let found = |text: &str| {
        let found = desk.ok("search", json!({"text": text}));
        let found: Vec<(String, String)> = list(&found["found"])
            .iter()
            .map(|each| {
                (each["kind"].as_str().unwrap().to_owned(), each["route"].as_str().unwrap().to_owned())
            })
            .collect();
        assert!(found.len() <= 20);
        found
    };
    let kestrel = found("kest");
    assert_eq!(kestrel[0], ("decision".to_owned(), "/money-in/match/MRC-1116-01".to_owned()), "{kestrel:?}");
    assert_eq!(kestrel.iter().filter(|(kind, _)| kind == "customer").count(), 2);
    for (text, kind, route) in [
        ("NB-202610-0118", "invoice", "/money-in/invoices/NB-202610-0118"),
        ("nb-202610-01", "invoice", "/money-in/invoices/NB-202610-0128"),
        ("NB10421181", "invoice", "/money-in/invoices/NB-202610-0118"),
        ("0118", "invoice", "/money-in/invoices/NB-202610-0118"),
        ("coastline", "line", "/money-in/match/MRC-1116-07"),
        ("FT8841", "decision", "/money-in/match/MRC-1115-01"),
        ("4,785", "invoice", "/money-in/invoices/NB-202610-0119"),
        ("#7", "entry", "/ledger/journal/7"),
        ("P-2026", "payment", "/money-in/payments/P-202611-0001"),
    ] {
        let all = found(text);
        assert!(all.contains(&(kind.to_owned(), route.to_owned())), "{text}: {all:?}");
    }
    assert_eq!(found("  "), []);
    assert_eq!(found("zzzz"), []);
}

#[test]
fn an_undo_token_is_good_once() {
    let desk = Desk::demo();
    let filed = desk
        .ok("match_file", json!({"line": "MRC-1112-03", "account": "Expenses:Office", "remember": false}));
    let token = json!({"id": filed["undo"]});
    let said = desk.ok("undo", token.clone());
    assert!(said["say"].as_str().unwrap().contains("Taken back"), "{said}");
    assert_eq!(desk.code("undo", token), "undo_used");
    assert_eq!(desk.code("undo", json!({"id": "nothing"})), "undo_unknown");
    assert_eq!(desk.ok("verify", json!({}))["ok"], true);
}
