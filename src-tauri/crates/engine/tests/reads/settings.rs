//! Company, accounts, rules, security, backups and verification.

use purser_store::rusqlite::Connection;
use serde_json::{Value, json};

use crate::{Desk, call_on, cents, list, start};

#[test]
fn the_company_is_saved_field_by_field_and_what_the_books_depend_on_stays() {
    let (desk, _) = Desk::company();
    let mut company = desk.ok("company", json!({}));
    assert_eq!(
        (company["invoice_prefix"].as_str(), company["undo_seconds"].as_u64()),
        (Some("NA"), Some(10))
    );
    company["email"] = json!("billing@northbeam.example");
    company["invoice_prefix"] = json!("nb");
    let saved = desk.ok("company_save", company.clone());
    assert_eq!(saved["say"], "Saved: email, invoice prefix.");
    assert_eq!(desk.ok("company", json!({}))["invoice_prefix"], "NB");
    company["invoice_prefix"] = json!("NB");
    assert_eq!(desk.ok("company_save", company.clone())["say"], "Nothing was changed.");
    for (field, value, code) in [
        ("currency", json!("EUR"), "company_fixed"),
        ("books_start", json!("2026-01-01"), "company_fixed"),
        ("zone", json!("Moon/Base"), "zone"),
        ("name", json!("  "), "company_name"),
        ("invoice_prefix", json!("N"), "company_prefix"),
        ("undo_seconds", json!(301), "company_undo"),
        ("email", json!("nobody"), "company_email"),
    ] {
        let mut wrong = company.clone();
        wrong[field] = value;
        assert_eq!(desk.code("company_save", wrong), code, "{field}");
    }
}

#[test]
fn an_account_comes_with_its_opening_entry_and_its_name_stands_once() {
    let (desk, _) = Desk::company();
    let form = |name: &str, kind: &str, opening: &str| json!({"name": name, "kind": kind, "currency": "", "opening": opening});
    desk.ok("account_add", form("Cash", "cash", "50.00"));
    desk.ok("account_add", form("Till", "cash", ""));
    desk.ok("account_add", json!({"name": "Wise", "kind": "bank", "currency": "EUR", "opening": "-12.50"}));
    assert_eq!(desk.code("account_add", form("mercury", "bank", "")), "account_exists");
    assert_eq!(desk.code("account_add", form("X", "safe", "")), "account_kind");
    let rows = desk.ok("accounts", json!({}));
    let shown: Vec<(&str, &str, i64)> = list(&rows)
        .iter()
        .map(|row| {
            (row["name"].as_str().unwrap(), row["ledger_account"].as_str().unwrap(), cents(&row["balance"]))
        })
        .collect();
    let expected = [
        ("Cash", "Assets:Cash", 5_000),
        ("Mercury", "Assets:Bank:Mercury", 100_000),
        ("Till", "Assets:Cash:Till", 0),
        ("Wise", "Assets:Bank:Wise", -1_250),
    ];
    assert_eq!(shown, expected);
    assert_eq!(desk.ok("verify", json!({}))["ok"], true);
}

#[test]
fn a_forgotten_payee_is_remembered_again_by_undo() {
    let desk = Desk::demo();
    let before = desk.ok("rules", json!({}));
    let rule = list(&before).iter().find(|rule| rule["account"] == "Expenses:Rent").unwrap().clone();
    assert_eq!(rule["used"], 2, "the first was filed by hand");
    let done = desk.ok("rule_delete", json!({"id": rule["id"]}));
    assert_eq!(list(&desk.ok("rules", json!({}))).len(), list(&before).len() - 1);
    desk.ok("undo", json!({"id": done["undo"]}));
    assert_eq!(desk.ok("rules", json!({})), before);
    assert_eq!(desk.code("rule_delete", json!({"id": "x"})), "rule_unknown");
    let aliases = desk.ok("aliases", json!({}));
    let alias = &list(&aliases)[0];
    desk.ok("alias_delete", json!({"id": alias["id"]}));
    assert_eq!(list(&desk.ok("aliases", json!({}))).len(), list(&aliases).len() - 1);
}

#[test]
fn a_backup_is_written_listed_and_remembered() {
    let (desk, _) = Desk::company();
    let written = desk.ok("backup", json!({"path": ""}));
    let path = written["path"].as_str().unwrap();
    assert!(path.contains("purser-northbeam-analytics-2026-11-17-090000.purser-backup"), "{path}");
    assert_eq!(written["bytes"].as_u64(), Some(std::fs::metadata(path).unwrap().len()));
    let listed = desk.ok("backups", json!({}));
    assert_eq!(list(&listed)[0]["path"], written["path"]);
    assert_eq!(desk.ok("status", json!({}))["backup_at"], "2026-11-17T14:00:00.000000Z");
    assert_eq!(desk.code("backup", json!({"path": path})), "store_exists");
    let elsewhere = tempfile::tempdir().unwrap();
    let other = desk.ok("backup", json!({"path": elsewhere.path()}));
    assert!(other["path"].as_str().unwrap().starts_with(elsewhere.path().to_str().unwrap()));
}

#[test]
fn books_that_were_changed_from_outside_are_found_and_become_a_critical_decision() {
    let desk = Desk::demo();
    let path = desk.folder.path().join("books.db");
    let key = key_of(&desk);
    desk.program.close().unwrap();
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch(&format!("PRAGMA key = \"x'{key}'\"; PRAGMA foreign_keys = OFF")).unwrap();
    conn.execute_batch(
        "DROP TRIGGER posting_is_never_changed; UPDATE posting SET amount = amount * 2 WHERE entry = 3",
    )
    .unwrap();
    drop(conn);
    let program = start(desk.folder.path(), None);
    let verified = call_on(&program, "verify", json!({})).unwrap();
    assert_eq!(verified["ok"], false);
    let problems: Vec<String> = list(&verified["problems"]).iter().map(Value::to_string).collect();
    assert!(
        problems.iter().any(|problem| problem.contains("entry 3: ") && problem.contains("sealed")),
        "{problems:?}"
    );
    assert!(problems.iter().any(|problem| problem.contains("trigger was changed")), "{problems:?}");
    let queue = call_on(&program, "attention", json!({})).unwrap();
    let item = list(&queue).iter().find(|item| item["kind"] == "verify_failed").unwrap();
    assert_eq!(item["severity"], "critical");
    let status = call_on(&program, "status", json!({})).unwrap();
    assert!(status["verify_problem"].is_string());
}

/// The store's raw key, hex, out of the demo's vault.
fn key_of(desk: &Desk) -> String {
    use secrecy::ExposeSecret;
    desk.program.vault().unwrap().get("store-key").unwrap().unwrap().expose_secret().to_owned()
}

#[test]
fn security_says_where_the_key_is_and_what_the_chain_ends_with() {
    let (desk, _) = Desk::company();
    let security = desk.ok("security", json!({}));
    assert_eq!(security["vault"], "passphrase_file");
    assert_eq!(security["approval_passphrase"], true, "a passphrase vault asks for its own");
    assert!(security["encryption"].as_str().unwrap().contains("SQLCipher"));
    assert_eq!(security["audit_head"].as_str().unwrap().chars().count(), 17);
    for secret in ["another long one", ""] {
        let given = json!({"present": crate::PASSPHRASE, "secret": secret});
        assert_eq!(desk.code("approval_passphrase_set", given), "approval_passphrase_is_the_books");
    }
}
