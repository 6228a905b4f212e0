//! Real exports of banks, collected by another project. They are not part of this repository:
//! where they are absent, the tests say so and pass.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::{Path, PathBuf};

use purser_core::Currency;
use purser_documents::statement::{
    AmountColumns, Confidence, Defaults, Mapping, Statement, guess_mapping, parse_csv,
};

const FOLDER: &str = "../shared/data/statements/bank2ynab+bank2ynab/test/test-data";

fn file(name: &str) -> Option<Vec<u8>> {
    let root: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3)?.to_owned();
    let path = root.join(FOLDER).join(name);
    match std::fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            println!("skipped: {}: {error}", path.display());
            None
        }
    }
}

fn defaults(currency: &str) -> Defaults {
    Defaults { currency: Some(Currency::from_code(currency).unwrap()) }
}

/// Reads a file with its own guess.
fn guessed(bytes: &[u8], currency: &str) -> (Statement, Confidence, Mapping) {
    let guess = guess_mapping(bytes, &defaults(currency)).unwrap();
    let mapping = guess.mapping.unwrap_or_else(|| panic!("no layout was found: {:?}", guess.problems));
    let statement = parse_csv(bytes, Some(&mapping), &defaults(currency)).unwrap();
    (statement, guess.confidence, mapping)
}

fn sum(statement: &Statement) -> i128 {
    statement.rows.iter().map(|row| row.amount.minor()).sum()
}

/// Cents of a text that has digits, one comma or point and perhaps a minus sign: the test's own arithmetic.
fn cents(text: &str) -> i128 {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let value: i128 = digits.parse().unwrap();
    if text.contains('-') { -value } else { value }
}

fn lines(bytes: &[u8]) -> Vec<String> {
    bytes
        .split(|byte| *byte == b'\n')
        .map(|line| line.iter().map(|byte| char::from(*byte)).collect::<String>().trim_end().to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}

/// The sum of one column by cutting lines at the separator, quotation marks removed.
fn plain_sum(bytes: &[u8], separator: &str, column: usize, skip: usize) -> i128 {
    lines(bytes)
        .iter()
        .skip(skip)
        .map(|line| cents(line.split(separator).nth(column).unwrap().trim_matches('"')))
        .sum()
}

#[test]
fn n26_with_an_iso_date_and_the_currency_in_the_heading() {
    let Some(bytes) = file("20171001-20171106.csv") else { return };
    let (statement, confidence, _) = guessed(&bytes, "USD");
    assert_eq!(statement.rows.len(), 1);
    let row = &statement.rows[0];
    assert_eq!(row.amount.to_string(), "-59.99 EUR", "the heading says EUR, whatever the account's currency");
    assert_eq!((row.date.to_string().as_str(), row.payer.as_str()), ("2017-10-01", "NINTENDO OF EUROPE"));
    assert!(confidence.currency > 90 && confidence.date > 90);
}

#[test]
fn bunq_in_dutch_and_english_with_decimal_commas_inside_quotes() {
    for name in ["2018-04-14_10-52-13_bunq-transactieoverzicht.csv", "2019-03-02_11-50-46_bunq-statement.csv"]
    {
        let Some(bytes) = file(name) else { return };
        let (statement, _, _) = guessed(&bytes, "EUR");
        let all = lines(&bytes);
        assert_eq!(statement.rows.len(), all.len() - 1, "{name}");
        // Quotes and commas together: cut at `","` instead.
        assert_eq!(sum(&statement), plain_sum(&bytes, "\",\"", 1, 1), "{name}");
        assert!(
            statement.rows.iter().all(|row| !row.payer.is_empty() && !row.description.is_empty()),
            "{name}"
        );
        assert!(statement.rejected.is_empty());
    }
}

#[test]
fn sparkasse_with_two_digit_years_between_points() {
    let Some(bytes) = file("20180226-1000594757-umsatz.CSV") else { return };
    let (statement, _, _) = guessed(&bytes, "USD");
    let row = &statement.rows[0];
    assert_eq!(
        (row.date.to_string().as_str(), row.amount.to_string().as_str()),
        ("2018-02-22", "-36.99 EUR")
    );
    assert_eq!(row.payer, "Vodafone Kabel DeutschlandGmbH");
    assert!(row.description.contains("132587495"), "the customer number is in {}", row.description);
}

#[test]
fn lufthansa_card_in_a_legacy_encoding() {
    let Some(bytes) = file("umsatz-1234________1234-20180227.CSV") else { return };
    let (statement, confidence, _) = guessed(&bytes, "USD");
    let row = &statement.rows[0];
    assert_eq!((row.date.to_string().as_str(), row.amount.to_string().as_str()), ("2018-02-20", "-5.00 EUR"));
    assert!(row.description.starts_with("AMREST STARBUCKS"));
    assert!(confidence.encoding < 100 || std::str::from_utf8(&bytes).is_ok());
}

#[test]
fn ocbc_with_a_preamble_two_columns_and_continued_descriptions() {
    let Some(bytes) = file("TransactionHistory_20180418043121.csv") else { return };
    let (statement, _, mapping) = guessed(&bytes, "USD");
    assert!(mapping.continuation);
    assert!(matches!(mapping.columns.amount, AmountColumns::DebitCredit { .. }));
    let dated: Vec<String> =
        lines(&bytes).into_iter().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).collect();
    assert_eq!(statement.rows.len(), dated.len());
    let expected: i128 = dated
        .iter()
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            if cells[3].is_empty() { cents(cells[4]) } else { -cents(cells[3]) }
        })
        .sum();
    assert_eq!(sum(&statement), expected);
    assert!(statement.rows.iter().all(|row| row.amount.currency().code() == "SGD"));
    assert_eq!(statement.rows[0].description, "DEBIT PURCHASE 15/04/18 66-6666 UBER EATS AN2GO HELP.UBERh");
    assert!(statement.rejected.is_empty(), "{:?}", statement.rejected);
}

#[test]
fn raiffeisen_without_a_header_signed_flagged_and_inverted() {
    let names = ["test_raiffeisen_02.csv", "test_row_format_CD_flag.csv", "test_row_format_neg_inflow.csv"];
    let mut sums = Vec::new();
    for name in names {
        let Some(bytes) = file(name) else { return };
        let (statement, _, mapping) = guessed(&bytes, "EUR");
        // Line 71 of each file is “A null transaction, just to confuse things”, and the lines from 72 on of
        // the one with flags have a currency where the flag belongs.
        let confusing: &[usize] = if name.contains("CD_flag") { &[71, 72, 73, 74] } else { &[71] };
        let all: Vec<String> = lines(&bytes)
            .into_iter()
            .enumerate()
            .filter(|(index, _)| !confusing.contains(&(index + 1)))
            .map(|(_, line)| line)
            .collect();
        assert_eq!(statement.rows.len(), all.len(), "{name}: {:?}", statement.rejected);
        assert_eq!(statement.rejected.iter().map(|row| row.line as usize).collect::<Vec<_>>(), confusing);
        let expected: i128 = all
            .iter()
            .map(|line| {
                // The description is quoted in one file and holds no separator in any.
                let cells: Vec<&str> = line.split(';').collect();
                let amount = cents(cells[3]);
                if cells[4] == "O" { -amount } else { amount }
            })
            .sum();
        assert_eq!(sum(&statement), expected, "{name}");
        sums.push(if name.contains("CD_flag") { continue } else { expected });
        if name.contains("neg_inflow") {
            let inverted = Mapping { inverted: true, ..mapping };
            let statement = parse_csv(&bytes, Some(&inverted), &defaults("EUR")).unwrap();
            assert_eq!(sum(&statement), -expected);
        }
    }
    assert!(sums.iter().all(|sum| *sum == sums[0]), "the same account twice: {sums:?}");
}

#[test]
fn tabs_with_money_out_and_in_side_by_side() {
    let Some(bytes) = file("test_delimiter_tab.csv") else { return };
    let (statement, _, mapping) = guessed(&bytes, "EUR");
    assert!(matches!(mapping.columns.amount, AmountColumns::DebitCredit { .. }));
    let all: Vec<Vec<u8>> = bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty() && !line.starts_with(b"\tA null") && !line.starts_with(b"A null"))
        .map(<[u8]>::to_vec)
        .collect();
    assert_eq!(statement.rows.len(), all.len(), "{:?}", statement.rejected);
    assert_eq!(statement.rejected.iter().map(|row| row.line).collect::<Vec<_>>(), [71]);
    let expected: i128 = all
        .iter()
        .map(|line| {
            let text: String = line.iter().map(|byte| char::from(*byte)).collect();
            let cells: Vec<String> = text.split('\t').map(|cell| cell.trim().to_owned()).collect();
            let of = |cell: &String| if cell.is_empty() { 0 } else { cents(cell) };
            of(&cells[3]) - of(&cells[4])
        })
        .sum();
    // Nothing in the file says which of its two amount columns is money out.
    assert_eq!(sum(&statement).abs(), expected.abs());
}

#[test]
fn easybank_with_pipes_and_a_line_above_the_rows() {
    let Some(bytes) = file("kta_ei.dat") else { return };
    let (statement, _, _) = guessed(&bytes, "EUR");
    let rows: Vec<String> = lines(&bytes).into_iter().filter(|line| line.starts_with('|')).collect();
    assert_eq!(statement.rows.len(), rows.len(), "{:?}", statement.rejected);
    let expected: i128 = rows.iter().map(|line| cents(line.split('|').nth(4).unwrap())).sum();
    assert_eq!(sum(&statement), expected);
    assert_eq!(statement.rows[0].date.to_string(), "2019-03-11");
}

#[test]
fn a_single_row_without_a_header_and_with_a_month_by_name() {
    let Some(bytes) = file("statement_1.csv") else { return };
    let (statement, confidence, _) = guessed(&bytes, "GBP");
    assert_eq!(statement.rows.len(), 1);
    assert_eq!(statement.rows[0].date.to_string(), "2018-02-10");
    assert_eq!(statement.rows[0].amount.minor().abs(), 2059);
    assert!(confidence.amount < 60, "a positive card amount may be money out: it has to be confirmed");
}

#[test]
fn an_anonymised_file_with_impossible_dates_is_refused_row_by_row() {
    let Some(bytes) = file("TH_20180101-20180523_page_1.csv") else { return };
    let guess = guess_mapping(&bytes, &defaults("CZK")).unwrap();
    assert!(guess.mapping.is_none(), "its dates are in the year 1111");
    assert!(!guess.problems.is_empty());
}

/// Every sample has its test here: a new one is named until somebody says how it is read.
#[test]
fn no_sample_is_without_its_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).unwrap().join(FOLDER);
    let Ok(found) = std::fs::read_dir(&root) else {
        println!("skipped: {} is not here", root.display());
        return;
    };
    let tested = include_str!("bank_files.rs");
    let names: Vec<String> =
        found.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert!(names.len() >= 13, "{names:?}");
    let without: Vec<&String> =
        names.iter().filter(|name| !tested.contains(&format!("\"{name}\""))).collect();
    assert!(without.is_empty(), "{without:?}");
}
