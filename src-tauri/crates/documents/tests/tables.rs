//! Lists of customers and invoices as CSV.
#![allow(clippy::unwrap_used, missing_docs)]

use proptest::prelude::*;
use purser_documents::statement::RejectedRow;
use purser_documents::tables::{Column, TableError, parse_customers, parse_invoices, read_table};
use purser_documents::torture;

fn reasons(rejected: &[RejectedRow]) -> Vec<(u32, &str)> {
    rejected.iter().map(|row| (row.line, row.reason.as_str())).collect()
}

#[test]
fn customers_are_read_with_only_a_name_required() {
    let table = parse_customers(
        "\u{feff}Email;NAME;shoe size;signed_up;country\nap@x.example;Łódź Sp.;43;2026-01-31;pl\n;Ünal;;;\n"
            .as_bytes(),
    )
    .unwrap();
    assert_eq!(table.ignored_columns, ["shoe size"]);
    assert!(table.rejected.is_empty(), "{:?}", table.rejected);
    assert_eq!(table.rows[0].country.as_deref(), Some("PL"));
    assert_eq!(table.rows[0].signed_up.unwrap().to_string(), "2026-01-31");
    assert_eq!((table.rows[1].line, table.rows[1].name.as_str(), &table.rows[1].email), (3, "Ünal", &None));
}

#[test]
fn bad_customers_are_told_by_line() {
    let long = "n".repeat(201);
    let text = format!(
        "name,email,external_id,country\n,a@b.co,1,US\nB,nonsense,2,US\nC,,1,Germany\nD,,9,US\nE,,9,US\n{long},,3,\nF,,4\n"
    );
    let table = parse_customers(text.as_bytes()).unwrap();
    assert_eq!(table.rows.len(), 1);
    assert_eq!(
        reasons(&table.rejected),
        [
            (2, "Line 2 has no name: write it"),
            (3, "“nonsense” on line 3 is not an e-mail address: write one such as name@company.example"),
            (4, "The country “Germany” on line 4 is not a code of two letters: write US, DE, GB and so on"),
            (6, "Line 6 has the external_id “9” of line 5: give each customer its own"),
            (7, "The name on line 7 has 201 characters: shorten it to 200"),
            (
                8,
                "Line 8 has 3 columns, the header has 4: put texts that contain the separator in quotation marks, or complete the row"
            ),
        ]
    );
}

#[test]
fn invoices_are_checked_as_invoices() {
    let text = "number,customer,email,amount,currency,issued,due,reference\n\
        INV-1,Acme,ap@acme.example,1200.00,USD,2026-10-01,2026-10-31,ADV1\n\
        inv-1,Acme,,1.00,USD,2026-10-01,,\n\
        INV-2,Acme,,0,USD,2026-10-01,,\n\
        INV-3,Acme,,-5,USD,2026-10-01,,\n\
        INV-4,Acme,,5.001,USD,2026-10-01,,\n\
        INV-5,Acme,,5,,2026-10-01,,\n\
        INV-6,Acme,,5,ZZZ,2026-10-01,,\n\
        INV-7,Acme,,5,USD,01/10/2026,,\n\
        INV-8,Acme,,5,USD,2026-10-02,2026-10-01,\n\
        INV-9,Acme,,5,USD,,,\n\
        INV-10,東京,,500,jpy,2026-10-01,2026-10-01,\n";
    let table = parse_invoices(text.as_bytes()).unwrap();
    assert_eq!(table.rows.iter().map(|row| row.number.as_str()).collect::<Vec<_>>(), ["INV-1", "INV-10"]);
    assert_eq!(table.rows[1].amount.to_string(), "500 JPY");
    assert_eq!(
        reasons(&table.rejected),
        [
            (3, "Line 3 has the number “inv-1” of line 2: an invoice number may stand in the file once"),
            (4, "The amount on line 4 is 0.00 USD: an invoice needs more than zero"),
            (5, "The amount on line 5 is -5.00 USD: an invoice needs more than zero"),
            (6, "The amount on line 6: 5.001 has more decimals than USD has (2). Nothing was rounded"),
            (7, "Line 7 does not say its currency: write it there, such as USD"),
            (8, "The currency “ZZZ” on line 8 is unknown: use a code such as USD, EUR or BTC"),
            (9, "“01/10/2026” on line 9 is not a date for issued: write it as 2026-11-16"),
            (10, "Line 10 is due on 2026-10-01, before it was issued on 2026-10-02: correct one of them"),
            (11, "Line 11 has no issued date: write it"),
        ]
    );
}

#[test]
fn a_header_that_is_missing_something_says_what() {
    let error = parse_invoices(b"number,customer,amount\n1,2,3\n").unwrap_err();
    assert_eq!(
        error.to_string(),
        "The header on line 1 has no column “currency”, “issued”. It has “number”, “customer”, “amount”; the columns are number,customer,email,amount,currency,issued,due,reference"
    );
    assert!(matches!(
        parse_customers(b"\n \n").unwrap_err(),
        TableError::ColumnsMissing { .. } | TableError::Empty { .. }
    ));
    assert!(matches!(parse_customers(b"").unwrap_err(), TableError::Empty { .. }));
    assert!(matches!(parse_customers(b"name,Name\n").unwrap_err(), TableError::ColumnTwice { line: 1, .. }));
}

#[test]
fn hostile_names_arrive_as_one_line_or_are_refused() {
    for text in torture::corpus() {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["name", "external_id"]).unwrap();
        writer.write_record([text.as_str(), "1"]).unwrap();
        let bytes = writer.into_inner().unwrap();
        let table = parse_customers(&bytes).unwrap();
        assert_eq!(table.rows.len() + table.rejected.len(), 1, "{text:?}");
        for row in &table.rows {
            assert!(!row.name.contains(char::is_control), "{text:?} became {:?}", row.name);
        }
    }
}

#[test]
fn other_tables_use_the_same_reader() {
    let columns =
        [Column { name: "tier", required: true }, Column { name: "base_rate_percent", required: true }];
    let table = read_table(b"TIER,base_rate_percent\ngold,12.5\n\n,3\n", &columns, |cells| {
        Ok((cells.required("tier", 20)?, cells.raw("base_rate_percent").to_owned()))
    })
    .unwrap();
    assert_eq!(table.rows, [("gold".to_owned(), "12.5".to_owned())]);
    assert_eq!(reasons(&table.rejected), [(4, "Line 4 has no tier: write it")]);
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), header in any::<bool>()) {
        let mut all = if header { b"number,customer,amount,currency,issued\n".to_vec() } else { Vec::new() };
        all.extend(bytes);
        let _ = parse_customers(&all);
        let _ = parse_invoices(&all);
    }
}
