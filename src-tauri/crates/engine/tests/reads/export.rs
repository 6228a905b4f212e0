//! The ledger as files of other programs.

use serde_json::json;

use crate::{Desk, list};

#[test]
fn the_whole_ledger_is_exported_in_three_formats_with_the_audit_head_and_nothing_half_written() {
    let desk = Desk::demo();
    let outside = tempfile::tempdir().unwrap();
    let total =
        desk.ok("journal_index", json!({"account": "", "from": "", "to": "", "text": ""}))["total"].clone();
    for (format, name, holds) in [
        ("hledger", "books.journal", "Assets:Bank:Mercury"),
        ("beancount", "books.beancount", "Assets:Bank:Mercury"),
        ("csv", "books.csv", "Assets:Bank:Mercury"),
    ] {
        let path = outside.path().join(name);
        let written = desk.ok("export", json!({"format": format, "path": path}));
        assert!(written["say"].as_str().unwrap().starts_with(&format!("{total} entries")), "{written}");
        assert!(written["say"].as_str().unwrap().contains("in clear"));
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(written["bytes"].as_u64(), Some(text.len() as u64));
        assert!(text.contains(holds) && text.contains("KESTREL LOGISTICS INTE"), "{format}");
    }
    let newest = desk.ok("audit_index", json!({"text": "books.export"}));
    assert_eq!(list(&newest["keys"]).len(), 3, "each export is in the audit");
    let left: Vec<_> =
        std::fs::read_dir(outside.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
    assert_eq!(desk.code("export", json!({"format": "quickbooks", "path": ""})), "export_format");
    let nowhere = outside.path().join("books.csv").join("inside.csv");
    assert_eq!(desk.code("export", json!({"format": "csv", "path": nowhere})), "file_write");
}

#[cfg(unix)]
#[test]
fn an_export_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::demo();
    let written = desk.ok("export", json!({"format": "hledger", "path": ""}));
    let about = std::fs::metadata(written["path"].as_str().unwrap()).unwrap();
    assert_eq!(about.permissions().mode() & 0o777, 0o600);
}
