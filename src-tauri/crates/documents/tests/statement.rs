//! Statements as CSV: Purser's own columns, layouts of banks, and files that must be refused.
#![allow(clippy::unwrap_used, missing_docs)]

use proptest::prelude::*;
use purser_core::Currency;
use purser_documents::decode::TextEncoding;
use purser_documents::statement::{
    AmountColumns, ColumnRef, Columns, DateStyle, DecimalMark, Defaults, Header, Mapping, Separator,
    Statement, StatementError, guess_mapping, parse_csv,
};

const EURO: Defaults = Defaults { currency: Some(Currency::EUR) };
const NOTHING: Defaults = Defaults { currency: None };

fn own(text: &str) -> Statement {
    parse_csv(text.as_bytes(), None, &EURO).unwrap()
}

fn reasons(statement: &Statement) -> Vec<(u32, &str)> {
    statement.rejected.iter().map(|row| (row.line, row.reason.as_str())).collect()
}

fn name(name: &str) -> ColumnRef {
    ColumnRef::Name(name.into())
}

#[test]
fn own_columns_are_read_in_any_order_and_case() {
    let statement = own("Payer,AMOUNT,extra,Date,id,Currency,Description\n\
         Łódź Sp. z o.o.,-12.50,x,2026-11-16,t1,usd,\"Invoice, NB-1\"\n");
    assert_eq!(statement.ignored_columns, ["extra"]);
    assert!(statement.rejected.is_empty());
    let row = &statement.rows[0];
    assert_eq!((row.line, row.external_id.as_deref()), (2, Some("t1")));
    assert_eq!(row.date.to_string(), "2026-11-16");
    assert_eq!(row.amount.to_string(), "-12.50 USD");
    assert_eq!((row.payer.as_str(), row.description.as_str()), ("Łódź Sp. z o.o.", "Invoice, NB-1"));
    assert_eq!(row.raw, "Łódź Sp. z o.o.,-12.50,x,2026-11-16,t1,usd,\"Invoice, NB-1\"");
}

#[test]
fn only_date_and_amount_are_required() {
    let statement = own("date,amount\n2026-11-16,0\n");
    assert_eq!(statement.rows[0].amount.to_string(), "0.00 EUR", "a zero amount is kept");
    assert_eq!(statement.rows[0].external_id, None);
    let error = parse_csv(b"date,text\n2026-11-16,x\n", None, &EURO).unwrap_err();
    assert_eq!(
        error.to_string(),
        "The file has no column “amount”. The columns on line 1 are “date”, “text”. Choose the columns for this bank's files, or correct the header"
    );
    let error = parse_csv(b"date,amount,Amount\n2026-11-16,1,2\n", None, &EURO).unwrap_err();
    assert!(matches!(error, StatementError::ColumnTwice { line: 1, .. }), "{error}");
}

#[test]
fn each_bad_row_names_its_line_and_what_to_do() {
    let text = "id,date,amount,currency,payer,description\n\
        1,2026-11-16,10.00,USD,A,ok\n\
        2,16.11.2026,10.00,USD,A,date\n\
        3,2026-11-16,10.005,USD,A,decimals\n\
        4,2026-11-16,\"1,000.00\",USD,A,grouping\n\
        5,2026-11-16,10.00,XXX,A,currency\n\
        6,2026-11-16,10.00,USD,A\n\
        7,2026-11-16,10.00,USD,A,x,y\n\
        8,,10.00,USD,A,no date\n\
        9,2026-11-16,,USD,A,no amount\n\
        10,2026-11-16,1e3,USD,A,float\n\
        11,2026-11-16,99999999999999999999,USD,A,large\n\
        1,2026-11-16,11.00,USD,A,same id\n\
        12,2026-11-16,10.00,USD,A,ok,,\n";
    let statement = own(text);
    assert_eq!(statement.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 14]);
    assert_eq!(statement.rejected_count, 11);
    let expected = [
        (3, "“16.11.2026” on line 3 is not a date: write it as 2026-11-16"),
        (4, "The amount on line 4: 10.005 has more decimals than USD has (2). Nothing was rounded"),
        (
            5,
            "The amount on line 5: “1,000.00” is not an amount. Write it as digits with a decimal point, such as 1234.50",
        ),
        (6, "The currency “XXX” on line 6 is unknown: use a code such as USD, EUR or BTC"),
        (
            7,
            "Line 7 has 5 columns, the header has 6: put texts that contain the separator in quotation marks, or complete the row",
        ),
        (
            8,
            "Line 8 has 7 columns, the header has 6: put texts that contain the separator in quotation marks, or complete the row",
        ),
        (9, "Line 9 has no date: write it, or delete the line if it is no transaction"),
        (10, "Line 10 has no amount: write it, or delete the line if it is no transaction"),
        (
            11,
            "The amount on line 11: “1e3” is not an amount. Write it as digits with a decimal point, such as 1234.50",
        ),
        (12, "The amount on line 12: 99999999999999999999.00 USD is too large to be booked"),
        (
            13,
            "Line 13 has the id “1” of line 2 but says something else: give it its own id, or read the file without the id column",
        ),
    ];
    assert_eq!(reasons(&statement), expected);
}

#[test]
fn the_very_same_row_twice_is_left_to_the_ledger_which_knows_it() {
    let statement = own("id,date,amount\n1,2026-11-16,10\n1,2026-11-16,10\n");
    assert_eq!(statement.rows.len(), 2);
    assert!(statement.rejected.is_empty());
}

#[test]
fn line_numbers_hold_behind_quoted_line_breaks_and_blank_lines() {
    let statement =
        own("date,amount,description\r\n\r\n2026-11-16,1.00,\"two\r\nlines\"\r\n\r\n2026-11-17,x,\r\n");
    assert_eq!(statement.rows[0].line, 3);
    assert_eq!(statement.rows[0].description, "two lines");
    assert_eq!(statement.rejected[0].line, 6);
}

#[test]
fn a_stray_quotation_mark_is_told_with_its_line() {
    let statement = own("date,amount,description\n2026-11-16,1.00,\"open\n2026-11-17,2.00,lost\n");
    assert!(statement.rows.is_empty());
    assert_eq!(
        reasons(&statement),
        [(2, "The quotation mark that is opened on line 2 is never closed: close it, or delete it")]
    );
    let mut long = String::from("date,amount,description\n2026-11-16,1.00,\"open\n");
    for _ in 0..60 {
        long.push_str("2026-11-17,2.00,lost\n");
    }
    long.push_str("x\"\n");
    assert!(own(&long).rejected[0].reason.starts_with("Lines 2 to 63 are one row"));
}

#[test]
fn long_texts_are_cut_with_a_note_and_the_raw_row_is_kept() {
    let payer = "p".repeat(250);
    let memo = "m".repeat(1200);
    let statement = own(&format!("date,amount,payer,description\n2026-11-16,1,{payer},{memo}\n"));
    let row = &statement.rows[0];
    assert_eq!((row.payer.len(), row.description.len()), (200, 1000));
    assert!(row.raw.contains(&payer) && row.raw.contains(&memo));
    assert_eq!(statement.notes[0].text, "The payer on line 2 has 250 characters; the first 200 are kept");
    assert_eq!(statement.notes.len(), 2);
}

#[test]
fn nul_is_rejected_and_control_characters_become_spaces() {
    let statement = own("date,amount,payer\n2026-11-16,1,a\u{0}b\n2026-11-16,2,a\u{1b}[31mb\u{7}\n");
    assert!(statement.rejected[0].reason.starts_with("Line 2 holds a NUL character"));
    assert_eq!(statement.rows[0].payer, "a [31mb");
}

#[test]
fn a_file_without_a_currency_asks_for_one() {
    let error = parse_csv(b"date,amount\n2026-11-16,1\n", None, &NOTHING).unwrap_err();
    assert_eq!(error, StatementError::NoCurrency);
    let mixed =
        parse_csv(b"date,amount,currency\n2026-11-16,1,USD\n2026-11-16,1,\n", None, &NOTHING).unwrap();
    assert_eq!((mixed.rows.len(), mixed.rejected.len()), (1, 1));
}

#[test]
fn nothing_to_read_is_an_error_and_only_a_header_is_not() {
    for empty in ["", "\n\n", "  ", "\u{feff}"] {
        assert_eq!(parse_csv(empty.as_bytes(), None, &EURO).unwrap_err(), StatementError::Empty);
    }
    assert!(own("date,amount\n").rows.is_empty());
}

#[test]
fn a_file_beyond_the_limit_is_refused_before_it_is_read() {
    let huge = vec![b'a'; 64 * 1024 * 1024 + 1];
    let error = parse_csv(&huge, None, &EURO).unwrap_err();
    assert_eq!(error, StatementError::TooLarge { megabytes: 65 });
}

fn bank() -> Mapping {
    Mapping {
        columns: Columns {
            id: None,
            date: name("Buchungstag"),
            amount: AmountColumns::Signed { column: name("betrag (EUR)") },
            currency: None,
            payer: vec![name("Name")],
            description: vec![name("Zweck 1"), ColumnRef::Number(5)],
        },
        date: DateStyle::Auto,
        decimal: DecimalMark::Auto,
        ..Mapping::purser()
    }
}

#[test]
fn a_bank_layout_finds_its_header_below_junk_in_any_encoding() {
    let text = "Kontoauszug;\"Konto 123\"\n\nBuchungstag;Name;Betrag (EUR);Zweck 1;Zweck 2\n\
        01.02.2026;Müller & Söhne;1.234,50;Rechnung;NB-1\n13.02.2026;X;-7,00;;\nSumme;;1.227,50;;\n";
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let windows: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let mapping = Mapping { footer_rows: 1, ..bank() };
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), TextEncoding::Auto),
        (utf16, TextEncoding::Auto),
        (windows.clone(), TextEncoding::Named("windows-1252".into())),
        (windows, TextEncoding::Named("iso-8859-15".into())),
    ] {
        let mapping = Mapping { encoding, ..mapping.clone() };
        let statement = parse_csv(&bytes, Some(&mapping), &EURO).unwrap();
        assert_eq!(statement.rows.len(), 2, "{:?}", statement.rejected);
        let row = &statement.rows[0];
        assert_eq!((row.line, row.date.to_string().as_str()), (4, "2026-02-01"));
        assert_eq!((row.payer.as_str(), row.description.as_str()), ("Müller & Söhne", "Rechnung NB-1"));
        assert_eq!(row.amount.minor(), 123_450);
        assert_eq!(statement.rows[1].amount.minor(), -700);
        let skipped: Vec<(u32, &str)> =
            statement.skipped.iter().map(|lines| (lines.line, lines.why)).collect();
        assert_eq!(skipped, [(1, "above the header"), (6, "footer")]);
    }
    // Without the footer rule the total is told, never imported and never dropped.
    let statement = parse_csv(text.as_bytes(), Some(&bank()), &EURO).unwrap();
    assert_eq!(statement.rejected[0].line, 6);
}

#[test]
fn two_readings_of_a_date_or_amount_are_a_question() {
    let file = |rows: &str| format!("Buchungstag;Name;Betrag (EUR);Zweck 1;Zweck 2\n{rows}");
    let parse = |rows: &str| parse_csv(file(rows).as_bytes(), Some(&bank()), &EURO);
    assert_eq!(
        parse("03/04/2026;A;1,50;;\n").unwrap_err(),
        StatementError::AmbiguousDates { line: 2, text: "03/04/2026".into() }
    );
    assert_eq!(parse("03/04/2026;A;1,50;;\n14/04/2026;A;1,50;;\n").unwrap().rows.len(), 2);
    assert!(matches!(
        parse("14/04/2026;A;1,50;;\n04/14/2026;A;1,50;;\n").unwrap_err(),
        StatementError::MixedDates { first_line: 2, second_line: 3 }
    ));
    assert!(matches!(
        parse("14.04.2026;A;1.000;;\n").unwrap_err(),
        StatementError::AmbiguousAmounts { line: 2, .. }
    ));
    let asked = Mapping { date: DateStyle::Mdy, decimal: DecimalMark::Comma, ..bank() };
    let rows = parse_csv(file("03/04/2026;A;1.000;;\n").as_bytes(), Some(&asked), &EURO).unwrap().rows;
    assert_eq!((rows[0].date.to_string().as_str(), rows[0].amount.minor()), ("2026-03-04", 100_000));
}

#[test]
fn debit_and_credit_columns_have_the_right_sign_however_banks_write_them() {
    let mapping = |inverted| Mapping {
        columns: Columns {
            amount: AmountColumns::DebitCredit { debit: name("out"), credit: name("in") },
            ..Mapping::purser().columns
        },
        inverted,
        ..Mapping::purser()
    };
    let sums = |rows: &str, inverted| -> Vec<i128> {
        let text = format!("date,out,in,currency,id,payer,description\n{rows}");
        let statement = parse_csv(text.as_bytes(), Some(&mapping(inverted)), &EURO).unwrap();
        assert!(statement.rejected.is_empty(), "{:?}", statement.rejected);
        statement.rows.iter().map(|row| row.amount.minor()).collect()
    };
    let rest = ",,,,";
    assert_eq!(sums(&format!("2026-01-01,5.00,{rest}\n2026-01-02,,7.00{rest}\n"), false), [-500, 700]);
    assert_eq!(sums(&format!("2026-01-01,-5.00,{rest}\n2026-01-02,0.00,7.00{rest}\n"), false), [-500, 700]);
    // Among positive debits a negative one is a reversal.
    assert_eq!(sums(&format!("2026-01-01,5.00,{rest}\n2026-01-02,-5.00,{rest}\n"), false), [-500, 500]);
    assert_eq!(sums(&format!("2026-01-01,5.00,{rest}\n"), true), [500]);
    let both =
        format!("date,out,in,currency,id,payer,description\n2026-01-01,5,7{rest}\n2026-01-01,,{rest}\n");
    let statement = parse_csv(both.as_bytes(), Some(&mapping(false)), &EURO).unwrap();
    assert_eq!(
        reasons(&statement),
        [
            (2, "Line 2 has money out and money in at once: split it into two lines"),
            (3, "Line 3 has no amount: write it, or delete the line if it is no transaction"),
        ]
    );
}

#[test]
fn flags_decide_the_sign_and_unknown_flags_are_told() {
    let mapping = Mapping {
        header: Header::None,
        separator: Separator::Pipe,
        columns: Columns {
            id: None,
            date: ColumnRef::Number(1),
            amount: AmountColumns::Flagged {
                column: ColumnRef::Number(2),
                flag: ColumnRef::Number(3),
                out: vec!["D".into()],
                r#in: vec!["C".into()],
            },
            currency: None,
            payer: vec![],
            description: vec![],
        },
        ..Mapping::purser()
    };
    let text = b"2026-01-01|5.00|d\n2026-01-01|-5.00|D\n2026-01-01|5.00|C\n2026-01-01|5.00|Q\n2026-01-01|-5.00|C\n2026-01-01\n";
    let statement = parse_csv(text, Some(&mapping), &EURO).unwrap();
    let amounts: Vec<i128> = statement.rows.iter().map(|row| row.amount.minor()).collect();
    assert_eq!(amounts, [-500, -500, 500]);
    assert_eq!(
        reasons(&statement),
        [
            (4, "“Q” on line 4 says neither money in nor money out: choose what it means"),
            (5, "Line 5 says money in (“C”) with a negative amount: correct the sign or the flag"),
            (
                6,
                "Line 6 has 1 column, but its date and amount need 3: complete it, or delete it if it is no transaction"
            ),
        ]
    );
}

#[test]
fn mappings_survive_the_store() {
    let mapping = bank();
    let json = serde_json::to_string(&mapping).unwrap();
    assert_eq!(serde_json::from_str::<Mapping>(&json).unwrap(), mapping);
    let short = r#"{"columns":{"date":"Date","amount":{"kind":"signed","column":3}}}"#;
    let mapping: Mapping = serde_json::from_str(short).unwrap();
    assert_eq!(mapping.columns.amount, AmountColumns::Signed { column: ColumnRef::Number(3) });
    assert!(serde_json::from_str::<Mapping>(r#"{"columns":{"date":"Date","amuont":1}}"#).is_err());
}

#[test]
fn a_guess_shows_what_it_is_unsure_of() {
    let guess =
        guess_mapping(b"Date;Details;Amount\n03/04/2026;Coffee;-3,50\n05/06/2026;Tea;-2,50\n", &NOTHING)
            .unwrap();
    assert!(guess.mapping.is_some());
    assert!(guess.confidence.date < 50 && guess.confidence.currency == 0);
    assert_eq!(guess.problems.len(), 2, "{:?}", guess.problems);
    let none = guess_mapping(b"hello\nworld\n", &NOTHING).unwrap();
    assert!(none.mapping.is_none() && !none.problems.is_empty());
}

#[test]
fn a_guess_leaves_totals_out_and_says_so() {
    let text = "Date,Name,Amount USD\n2026-01-01,A,1.00\n2026-01-02,B,2.00\nTotal,,3.00\n";
    let guess = guess_mapping(text.as_bytes(), &NOTHING).unwrap();
    let mapping = guess.mapping.unwrap();
    assert_eq!(mapping.footer_rows, 1);
    assert_eq!(guess.preview.len(), 2);
    assert_eq!(guess.preview[0].amount.to_string(), "1.00 USD");
    assert!(guess.problems[0].contains("from line 4"), "{:?}", guess.problems);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse_csv(&bytes, None, &EURO);
        let _ = parse_csv(&bytes, Some(&bank()), &EURO);
        let _ = guess_mapping(&bytes, &NOTHING);
    }

    #[test]
    fn no_table_like_text_panics(text in "(date|amount|[0-9.,/\"\n;\r\t| -]|é|2026-01-0[1-9]){0,60}", header in any::<bool>()) {
        let text = if header { format!("date,amount,payer\n{text}") } else { text };
        if let Ok(statement) = parse_csv(text.as_bytes(), None, &EURO) {
            let known = statement.rows.len() + statement.rejected.len();
            prop_assert!(known <= text.lines().count() + text.matches('\r').count());
        }
        let _ = guess_mapping(text.as_bytes(), &EURO);
    }

    #[test]
    fn what_was_written_is_what_is_read(rows in prop::collection::vec((any::<i32>(), "[a-zA-Zé\", \n;']{0,20}", 1u32..28), 0..30)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["date", "amount", "description"]).unwrap();
        for (minor, text, day) in &rows {
            let amount = purser_core::Money::new(i128::from(*minor), Currency::EUR).decimal();
            writer.write_record([&format!("2026-01-{day:02}"), &amount, text]).unwrap();
        }
        let statement = parse_csv(&writer.into_inner().unwrap(), None, &EURO).unwrap();
        prop_assert_eq!(statement.rows.len(), rows.len());
        for (row, (minor, text, _)) in statement.rows.iter().zip(&rows) {
            prop_assert_eq!(row.amount.minor(), i128::from(*minor));
            prop_assert_eq!(row.description.split_whitespace().collect::<Vec<_>>(), text.split_whitespace().collect::<Vec<_>>());
        }
    }
}
