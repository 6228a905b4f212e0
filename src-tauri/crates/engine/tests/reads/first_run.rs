//! First run, unlocking and restoring.

use serde_json::json;

use crate::{Desk, PASSPHRASE, call_on, cents, company_form, list, start};

#[test]
fn a_company_is_founded_with_its_account_and_a_code_that_is_kept_nowhere() {
    let (desk, code) = Desk::company();
    assert_eq!(code.split('-').count(), 7, "{code}");
    assert_eq!(desk.ok("host_state", json!({}))["state"], "open");
    assert_eq!(cents(&list(&desk.ok("accounts", json!({})))[0]["balance"]), 100_000);
    assert_eq!(
        desk.ok("journal_index", json!({"account": "", "from": "", "to": "", "text": ""}))["total"],
        1
    );
    assert_eq!(desk.code("create_company", company_form()), "company_exists");
    assert_eq!(desk.code("open_demo", json!({})), "company_exists");
    desk.program.close().unwrap();
    for name in desk.files() {
        let bytes = std::fs::read(desk.folder.path().join(&name)).unwrap_or_default();
        let plain = code.replace('-', "");
        for secret in [code.as_bytes(), plain.as_bytes()] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret), "the code stands in {name}");
        }
    }
}

#[test]
fn a_form_that_cannot_be_leaves_the_folder_as_it_was() {
    let desk = Desk::empty();
    for (field, value, code) in [
        ("company", " ", "company_name"),
        ("currency", "XXQ", "currency"),
        ("books_start", "yesterday", "date"),
        ("zone", "Atlantis", "zone"),
        ("opening", "1.234", "amount"),
        ("account", "A/B", "account_name"),
    ] {
        let mut form = company_form();
        form[field] = json!(value);
        assert_eq!(desk.code("create_company", form), code, "{field}");
        assert_eq!(desk.files(), Vec::<String>::new(), "{field}");
    }
}

#[test]
fn a_founding_that_fails_in_the_middle_leaves_nothing_half_made() {
    let desk = Desk::empty();
    // A folder where the store's unfinished file has to go.
    std::fs::create_dir(desk.folder.path().join("books.db.creating")).unwrap();
    assert!(desk.call("create_company", company_form()).is_err());
    assert_eq!(desk.files(), ["books.db.creating"]);
    std::fs::remove_dir(desk.folder.path().join("books.db.creating")).unwrap();
    desk.ok("create_company", company_form());
}

#[test]
fn locked_books_open_with_the_passphrase() {
    let (desk, _) = Desk::company();
    desk.program.close().unwrap();
    let program = start(desk.folder.path(), None);
    assert_eq!(call_on(&program, "host_state", json!({})).unwrap()["state"], "needs_passphrase");
    assert!(call_on(&program, "unlock", json!({"secret": "wrong"})).is_err());
    assert_eq!(call_on(&program, "company", json!({})).unwrap_err().code, "locked");
    call_on(&program, "unlock", json!({"secret": PASSPHRASE})).unwrap();
    assert_eq!(call_on(&program, "company", json!({})).unwrap()["name"], "Northbeam Analytics");
}

#[test]
fn the_recovery_code_opens_the_books_without_the_vault() {
    let (desk, code) = Desk::company();
    desk.program.close().unwrap();
    let program = start(desk.folder.path(), None);
    let typo = format!("{}0", &code[..code.len() - 1]);
    let refused = call_on(&program, "unlock_with_recovery_code", json!({"secret": typo}));
    assert!(refused.is_err() || typo == code);
    call_on(&program, "unlock_with_recovery_code", json!({"secret": code.to_lowercase()})).unwrap();
    assert_eq!(call_on(&program, "company", json!({})).unwrap()["name"], "Northbeam Analytics");
}

#[test]
fn a_backup_is_restored_on_another_machine_paused_and_with_its_code() {
    let (desk, code) = Desk::company();
    let outside = tempfile::tempdir().unwrap();
    let path = outside.path().join("away.purser-backup");
    desk.ok("backup", json!({"path": path}));
    let before = desk.ok("security", json!({}))["store_id"].clone();
    let there = Desk::empty();
    let form = |code: &str| json!({"path": path, "recovery_code": code, "passphrase": "a new passphrase"});
    assert_eq!(there.code("restore", form("")), "recovery_code_needed");
    assert_eq!(there.code("restore", form("ABCD")), "recovery_code_typo");
    let torn = outside.path().join("torn.purser-backup");
    let mut bytes = std::fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&torn, bytes).unwrap();
    let mut broken = form(&code);
    broken["path"] = json!(torn);
    there.code("restore", broken);
    assert!(there.files().is_empty(), "a restore that failed leaves nothing: {:?}", there.files());
    let done = there.ok("restore", form(&code));
    assert!(done["say"].as_str().unwrap().contains("paused"), "{done}");
    assert_ne!(there.ok("security", json!({}))["store_id"], before, "a fork has another identity");
    assert!(there.ok("status", json!({}))["paused_since"].is_string());
    let queue = there.ok("attention", json!({}));
    assert!(list(&queue).iter().any(|item| item["kind"] == "restored"), "{queue:#}");
    assert_eq!(there.ok("verify", json!({}))["ok"], true);
    assert_eq!(there.code("restore", form(&code)), "books_open");
    // The code goes on to open the new store.
    there.program.close().unwrap();
    let program = start(there.folder.path(), None);
    call_on(&program, "unlock_with_recovery_code", json!({"secret": code})).unwrap();
}

#[test]
fn books_that_cannot_be_opened_are_put_aside_by_a_restore() {
    let (desk, code) = Desk::company();
    let outside = tempfile::tempdir().unwrap();
    let path = outside.path().join("away.purser-backup");
    desk.ok("backup", json!({"path": path}));
    desk.program.close().unwrap();
    let store = desk.folder.path().join("books.db");
    std::fs::write(&store, vec![7; 8192]).unwrap();
    let program = start(desk.folder.path(), Some(PASSPHRASE));
    assert_ne!(call_on(&program, "host_state", json!({})).unwrap()["state"], "open");
    let form = json!({"path": path, "recovery_code": code, "passphrase": PASSPHRASE});
    let done = call_on(&program, "restore", form).unwrap();
    assert!(done["say"].as_str().unwrap().contains("before-restore-"), "{done}");
    let kept = desk.files().into_iter().find(|name| name.starts_with("before-restore-")).unwrap();
    assert_eq!(std::fs::read(desk.folder.path().join(kept)).unwrap(), vec![7; 8192]);
    assert_eq!(call_on(&program, "company", json!({})).unwrap()["name"], "Northbeam Analytics");
}
