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

/// The rows of a written CSV, without its header; the demo has no line break inside a field.
fn rows(path: &std::path::Path) -> Vec<String> {
    std::fs::read_to_string(path).unwrap().lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn a_list_is_written_as_it_is_on_screen_filtered_and_in_its_order() {
    let desk = Desk::demo();
    let outside = tempfile::tempdir().unwrap();
    let path = outside.path().join("list.csv");
    let write = |list: &str, state: &str, text: &str, sort: &str| {
        let input = json!({"list": list, "state": state, "text": text, "sort": sort, "path": path});
        desk.ok("export_list", input);
        rows(&path)
    };
    for (state, sort) in [("all", ""), ("open", "number"), ("overdue", "-customer"), ("paid", "issued")] {
        let index = desk.ok("invoices_index", json!({"state": state, "text": "", "sort": sort}));
        let shown = desk.ok("invoices_rows", json!({"keys": index["keys"]}));
        let numbers: Vec<&str> = list(&shown).iter().map(|row| row["number"].as_str().unwrap()).collect();
        let written = write("invoices", state, "", sort);
        let first: Vec<&str> = written.iter().map(|row| row.split(',').next().unwrap()).collect();
        assert_eq!(first, numbers, "{state} by {sort}");
        assert!(!numbers.is_empty(), "{state}");
    }
    let kestrel = write("invoices", "all", "kestrel", "");
    assert!(kestrel.len() >= 3 && kestrel.iter().all(|row| row.contains("Kestrel")), "{kestrel:?}");
    let columns = kestrel[0].split(',').rev().take(3).collect::<Vec<_>>();
    assert_eq!(columns[2], "USD", "amounts stand beside their currency: {}", kestrel[0]);
    assert!(columns[1].parse::<f64>().is_ok(), "a decimal amount: {}", kestrel[0]);
    let payments = write("payments", "all", "", "number");
    assert_eq!(payments.len(), 2, "{payments:?}");
    let lines = write("lines", "", "ONLINE PYMT", "");
    assert!(lines.iter().any(|row| row.contains("ONLINE PYMT 992 FT8841") && row.ends_with(",1290.00")));
    assert!(write("customers", "", "kestrel", "").len() >= 2);
    assert_eq!(
        desk.code(
            "export_list",
            json!({"list": "wishes", "state": "", "text": "", "sort": "", "path": path})
        ),
        "export_list"
    );
    let unsorted = json!({"list": "invoices", "state": "", "text": "", "sort": "total", "path": path});
    assert_eq!(desk.code("export_list", unsorted), "sort");
}

#[test]
fn the_lists_are_sorted_by_what_an_index_answers_and_refuse_the_rest() {
    let desk = Desk::demo();
    let column = |list_name: &str, sort: &str, field: &str| -> Vec<String> {
        let index = desk.ok(&format!("{list_name}_index"), json!({"state": "all", "text": "", "sort": sort}));
        let rows = desk.ok(&format!("{list_name}_rows"), json!({"keys": index["keys"]}));
        list(&rows).iter().map(|row| row[field].as_str().unwrap().to_owned()).collect()
    };
    for (name, sort, field) in [
        ("invoices", "number", "number"),
        ("invoices", "issued", "issued"),
        ("payments", "number", "number"),
        ("payments", "received", "received_on"),
    ] {
        let up = column(name, sort, field);
        let mut sorted = up.clone();
        sorted.sort();
        assert_eq!(up, sorted, "{name} by {sort}");
        let mut down = column(name, &format!("-{sort}"), field);
        down.reverse();
        assert_eq!(down, sorted, "{name} by -{sort}");
    }
    let customers: Vec<String> =
        column("invoices", "customer", "customer").iter().map(|name| name.to_lowercase()).collect();
    assert!(customers.is_sorted(), "{customers:?}");
    assert_eq!(desk.code("payments_index", json!({"state": "all", "text": "", "sort": "amount"})), "sort");
}
