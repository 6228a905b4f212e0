//! Exports of the ledger, re-read by hledger and beancount where they are installed.
//!
//! With PURSER_PEERS_REQUIRED set, a missing program fails the test instead of skipping it.
//! PURSER_BEAN_PYTHON names a Python that has beancount 3.
#![allow(clippy::unwrap_used, clippy::inconsistent_digit_grouping, missing_docs)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use chrono::{Days, NaiveDate};
use purser_core::{Currency, Money};
use purser_documents::export::{
    ExportAccount, ExportBalance, ExportEntry, ExportError, ExportFormat, ExportHead, ExportPosting,
    Exporter, export,
};
use purser_documents::torture;

fn currency(code: &str) -> Currency {
    Currency::from_code(code).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn account(name: &str, codes: &[&str]) -> ExportAccount {
    let currencies = codes.iter().map(|code| currency(code)).collect();
    ExportAccount { name: name.into(), currencies, opened: day("2025-12-31") }
}

fn posting(account: &str, minor: i128, code: &str, item: Option<&str>) -> ExportPosting {
    let amount = Money::new(minor, currency(code));
    ExportPosting { account: account.into(), amount, item: item.map(str::to_owned) }
}

fn head() -> ExportHead {
    ExportHead {
        company: "Northbeam \"Analytics\", Inc.\n2026-01-01 Forged".into(),
        audit_head: "9f2c…".into(),
        accounts: vec![
            account("Assets:Bank:Mercury", &["USD"]),
            account("Assets:Bank:Sparkasse Köln", &["EUR", "JPY"]),
            account("Assets:Cash", &["USD"]),
            account("Assets:Cash:Petty cash", &["USD"]),
            account("Assets:Crypto:BTC", &["BTC", "ETH", "USDC"]),
            account("Assets:Receivable", &[]),
            account("Equity:Conversion", &[]),
            account("Equity:Opening", &[]),
            account("Income:Sales", &[]),
            account("Expenses:Fees:東京", &["JPY", "USD"]),
        ],
    }
}

/// A little business in six currencies, with the whole torture corpus as its texts.
fn entries() -> Vec<ExportEntry> {
    let mut entries = Vec::new();
    let mut add =
        |text: &str, memo: Option<&str>, tags: Vec<(String, String)>, postings: Vec<ExportPosting>| {
            let number = entries.len() as i64 + 1;
            let date = day("2026-01-01") + Days::new(number as u64 / 3);
            entries.push(ExportEntry {
                number,
                date,
                text: text.into(),
                memo: memo.map(Into::into),
                tags,
                postings,
            });
        };
    add(
        "Opening",
        None,
        vec![],
        vec![
            posting("Assets:Bank:Mercury", 10_000_00, "USD", None),
            posting("Assets:Bank:Sparkasse Köln", 5_000_01, "EUR", None),
            posting("Assets:Bank:Sparkasse Köln", 120_000, "JPY", None),
            posting("Assets:Cash", 50_00, "USD", None),
            posting("Assets:Cash:Petty cash", 7_77, "USD", None),
            posting("Assets:Crypto:BTC", 1_00000001, "BTC", None),
            posting("Assets:Crypto:BTC", 2_000000003, "ETH", None),
            posting("Assets:Crypto:BTC", 3_000005, "USDC", None),
            posting("Equity:Opening", -10_057_77, "USD", None),
            posting("Equity:Opening", -5_000_01, "EUR", None),
            posting("Equity:Opening", -120_000, "JPY", None),
            posting("Equity:Opening", -1_00000001, "BTC", None),
            posting("Equity:Opening", -2_000000003, "ETH", None),
            posting("Equity:Opening", -3_000005, "USDC", None),
        ],
    );
    add(
        "Tokyo fee",
        None,
        vec![],
        vec![
            posting("Expenses:Fees:東京", 501, "JPY", None),
            posting("Assets:Bank:Sparkasse Köln", -501, "JPY", None),
        ],
    );
    // A currency that no account of the chart names.
    add(
        "Reykjavik",
        None,
        vec![],
        vec![posting("Assets:Receivable", 9_000, "ISK", None), posting("Income:Sales", -9_000, "ISK", None)],
    );
    for (index, text) in torture::corpus().iter().enumerate() {
        let minor = 100 + index as i128;
        let tags = vec![
            (text.clone(), text.clone()),
            ("date".into(), "2020-01-01".into()),
            ("source".into(), text.clone()),
            ("source".into(), "twice".into()),
        ];
        add(
            text,
            Some(text),
            tags,
            vec![
                posting("Assets:Receivable", minor, "USD", Some(text)),
                posting("Income:Sales", -minor, "USD", None),
            ],
        );
    }
    entries
}

fn balances(entries: &[ExportEntry]) -> Vec<ExportBalance> {
    sums(entries)
        .into_iter()
        .map(|((account, code), minor)| ExportBalance { account, amount: Money::new(minor, currency(&code)) })
        .collect()
}

fn sums(entries: &[ExportEntry]) -> BTreeMap<(String, String), i128> {
    let mut sums = BTreeMap::new();
    for posting in entries.iter().flat_map(|entry| &entry.postings) {
        let key = (posting.account.clone(), posting.amount.currency().code().to_owned());
        *sums.entry(key).or_insert(0) += posting.amount.minor();
    }
    sums
}

fn exported(format: ExportFormat) -> String {
    let (entries, mut out) = (entries(), Vec::new());
    let summary = export(format, &mut out, &head(), entries.clone(), &balances(&entries)).unwrap();
    assert_eq!(summary.entries, entries.len() as u64);
    assert_eq!(summary.postings, entries.iter().map(|entry| entry.postings.len() as u64).sum::<u64>());
    String::from_utf8(out).unwrap()
}

/// Runs a program on a file holding `text`; none, said or as a failure, where it is not installed.
fn peer(program: &str, arguments: &[&str], name: &str, text: &str) -> Option<(bool, String, String)> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::write(&file, text).unwrap();
    let arguments: Vec<String> =
        arguments.iter().map(|argument| argument.replace("FILE", file.to_str().unwrap())).collect();
    match Command::new(program).args(&arguments).env("LC_ALL", "C.UTF-8").env("PYTHONUTF8", "1").output() {
        Ok(output) => {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            Some((output.status.success(), text(&output.stdout), text(&output.stderr)))
        }
        Err(error) => {
            assert!(std::env::var_os("PURSER_PEERS_REQUIRED").is_none(), "{program} is required: {error}");
            println!("skipped: {program} could not be started: {error}");
            None
        }
    }
}

fn keep(name: &str, text: &str) {
    if let Some(folder) = std::env::var_os("PURSER_EXPORTS") {
        std::fs::write(Path::new(&folder).join(name), text).unwrap();
    }
}

#[test]
fn hledger_accepts_the_journal_and_reads_the_same_balances() {
    let journal = exported(ExportFormat::Hledger);
    keep("books.journal", &journal);
    let Some((good, _, errors)) =
        peer("hledger", &["-f", "FILE", "check", "--strict"], "books.journal", &journal)
    else {
        return;
    };
    assert!(good, "{errors}");
    let arguments = ["-f", "FILE", "balance", "--flat", "--no-total", "-E", "-O", "csv", "--layout", "bare"];
    let (good, table, errors) = peer("hledger", &arguments, "books.journal", &journal).unwrap();
    assert!(good, "{errors}");
    let mut read = BTreeMap::new();
    for row in csv::Reader::from_reader(table.as_bytes()).records() {
        let row = row.unwrap();
        let minor = Money::parse(&row[2], currency(&row[1])).unwrap().minor();
        read.insert((row[0].to_owned(), row[1].to_owned()), minor);
    }
    for ((account, code), minor) in sums(&entries()) {
        let found = read.get(&(account.clone(), code.clone()));
        assert_eq!(found.copied().unwrap_or(0), minor, "{account} {code} in\n{table}");
    }
}

#[test]
fn no_text_forges_an_entry_a_date_or_a_tag_in_hledger() {
    let journal = exported(ExportFormat::Hledger);
    let Some((good, json, errors)) =
        peer("hledger", &["-f", "FILE", "print", "-O", "json"], "books.journal", &journal)
    else {
        return;
    };
    assert!(good, "{errors}");
    let read: serde_json::Value = serde_json::from_str(&json).unwrap();
    let read = read.as_array().unwrap();
    let entries = entries();
    assert_eq!(read.len(), entries.len() + 1, "one more for the balances");
    let by_code: BTreeMap<String, &serde_json::Value> =
        read.iter().map(|entry| (entry["tcode"].as_str().unwrap().to_owned(), entry)).collect();
    for entry in &entries {
        let found = by_code[&entry.number.to_string()];
        assert_eq!(found["tdate"], entry.date.to_string());
        assert_eq!(found["tdate2"], serde_json::Value::Null);
        assert_eq!(found["tstatus"], "Unmarked");
        let postings = found["tpostings"].as_array().unwrap();
        assert_eq!(postings.len(), entry.postings.len(), "entry {}", entry.number);
        for (posting, own) in postings.iter().zip(&entry.postings) {
            assert_eq!(posting["pdate"], serde_json::Value::Null, "entry {}: {:?}", entry.number, entry.text);
            assert_eq!(posting["paccount"], own.account);
            let names: Vec<&str> =
                posting["ptags"].as_array().unwrap().iter().map(|tag| tag[0].as_str().unwrap()).collect();
            assert!(names.iter().filter(|name| **name == "item").count() <= 1, "{names:?}");
        }
        let names: Vec<&str> =
            found["ttags"].as_array().unwrap().iter().map(|tag| tag[0].as_str().unwrap()).collect();
        let expected = entry.tags.len() + usize::from(entry.memo.is_some());
        assert_eq!(names.len(), expected, "entry {} {:?}: {names:?}", entry.number, entry.text);
        assert!(!names.contains(&"date"), "{names:?}");
    }
}

const READ_BEANCOUNT: &str = r#"
import json, sys
from beancount import loader
from beancount.core import data
entries, errors, options = loader.load_file(sys.argv[1])
sums = {}
for entry in entries:
    if isinstance(entry, data.Transaction):
        for posting in entry.postings:
            key = posting.account + " " + posting.units.currency
            sums[key] = str((0 if key not in sums else __import__("decimal").Decimal(sums[key])) + posting.units.number)
print(json.dumps({
    "errors": [str(error.message) for error in errors],
    "transactions": [[e.meta["number"], str(e.date), e.narration, e.meta.get("memo"), len(e.postings)] for e in entries if isinstance(e, data.Transaction)],
    "balances": sum(isinstance(e, data.Balance) for e in entries),
    "title": options["title"],
    "sums": sums,
}))
"#;

#[test]
fn beancount_accepts_the_file_and_reads_the_same_entries() {
    let ledger = exported(ExportFormat::Beancount);
    keep("books.beancount", &ledger);
    let python = std::env::var("PURSER_BEAN_PYTHON").unwrap_or_else(|_| "python3".into());
    let Some((good, json, errors)) =
        peer(&python, &["-c", READ_BEANCOUNT, "FILE"], "books.beancount", &ledger)
    else {
        return;
    };
    if !good && errors.contains("No module named 'beancount'") {
        assert!(std::env::var_os("PURSER_PEERS_REQUIRED").is_none(), "beancount is required: {errors}");
        println!("skipped: {python} has no beancount");
        return;
    }
    assert!(good, "{errors}");
    let read: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(read["errors"], serde_json::json!([]));
    let entries = entries();
    let transactions = read["transactions"].as_array().unwrap();
    assert_eq!(transactions.len(), entries.len());
    let mut by_number: BTreeMap<&str, &serde_json::Value> = BTreeMap::new();
    for transaction in transactions {
        by_number.insert(transaction[0].as_str().unwrap(), transaction);
    }
    for entry in &entries {
        let found = by_number[entry.number.to_string().as_str()];
        assert_eq!(found[1], entry.date.to_string());
        assert_eq!(
            found[2],
            purser_documents::text::escaped(&entry.text),
            "the visible text reads back exactly"
        );
        assert_eq!(found[4], entry.postings.len());
    }
    let all = sums(&entries);
    assert_eq!(read["balances"], all.len());
    let found = read["sums"].as_object().unwrap();
    assert_eq!(found.len(), all.len(), "no two accounts became one");
    let mut expected: Vec<String> =
        all.iter().map(|((_, code), minor)| Money::new(*minor, currency(code)).to_string()).collect();
    let mut read_back: Vec<String> = found
        .iter()
        .map(|(key, value)| {
            let code = key.rsplit(' ').next().unwrap();
            Money::parse(value.as_str().unwrap(), currency(code)).unwrap().to_string()
        })
        .collect();
    expected.sort();
    read_back.sort();
    assert_eq!(read_back, expected);
}

#[test]
fn a_wrong_balance_is_caught_by_the_programs_too() {
    let journal = exported(ExportFormat::Hledger);
    let wrong = journal.replace("= 10000.00 USD", "= 10000.01 USD");
    assert_ne!(wrong, journal);
    if let Some((good, _, _)) = peer("hledger", &["-f", "FILE", "check", "--strict"], "books.journal", &wrong)
    {
        assert!(!good, "an assertion that is a cent off must fail");
    }
}

#[test]
fn the_csv_has_a_row_a_posting_and_no_formula() {
    let text = exported(ExportFormat::Csv);
    keep("books.csv", &text);
    let entries = entries();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(
        reader.headers().unwrap().iter().collect::<Vec<_>>().join(","),
        "entry,date,text,memo,tags,account,amount,currency,item"
    );
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let postings: Vec<(&ExportEntry, &ExportPosting)> =
        entries.iter().flat_map(|entry| entry.postings.iter().map(move |posting| (entry, posting))).collect();
    assert_eq!(rows.len(), postings.len());
    assert_eq!(text.lines().count(), postings.len() + 1, "each row is one line");
    for (row, (entry, posting)) in rows.iter().zip(postings) {
        assert_eq!(row[0], entry.number.to_string());
        assert_eq!(&row[5], posting.account);
        assert_eq!(row[6], posting.amount.decimal());
        for text in [&row[2], &row[3], &row[4], &row[8]] {
            let dangerous = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\u{ff1d}']);
            assert!(!dangerous, "{text:?}");
            assert!(!text.chars().any(purser_documents::text::is_invisible));
        }
    }
}

#[test]
fn an_export_checks_what_it_writes() {
    let begin = || Exporter::begin(ExportFormat::Hledger, Vec::new(), &head()).unwrap();
    let entry = |postings: Vec<ExportPosting>| ExportEntry {
        number: 7,
        date: day("2026-01-01"),
        text: "x".into(),
        memo: None,
        tags: vec![],
        postings,
    };
    let mercury = |minor| posting("Assets:Bank:Mercury", minor, "USD", None);
    let error =
        begin().entry(&entry(vec![mercury(5), posting("Income:Sales", -4, "USD", None)])).unwrap_err();
    assert_eq!(error.to_string(), "Entry 7 does not balance: 0.01 USD is left over. Run purser verify");
    let error =
        begin().entry(&entry(vec![mercury(5), posting("Income:Sales", -5, "EUR", None)])).unwrap_err();
    assert!(matches!(error, ExportError::NotBalanced { .. }), "currencies do not make up for each other");
    let error = begin().entry(&entry(vec![posting("Assets:Nowhere", 0, "USD", None)])).unwrap_err();
    assert!(matches!(error, ExportError::UnknownAccount { .. }));
    let error = begin().entry(&entry(vec![posting("Assets:Bank:Mercury", 0, "EUR", None)])).unwrap_err();
    assert!(matches!(error, ExportError::WrongCurrency { .. }));
    let early = ExportEntry { date: day("2025-01-01"), ..entry(vec![mercury(0)]) };
    assert!(matches!(begin().entry(&early).unwrap_err(), ExportError::BeforeOpening { .. }));
    let mut exporter = begin();
    exporter.entry(&entry(vec![mercury(5), posting("Income:Sales", -5, "USD", None)])).unwrap();
    let said =
        [ExportBalance { account: "Assets:Bank:Mercury".into(), amount: Money::new(5, Currency::USD) }];
    let error = exporter.finish(&said).unwrap_err();
    assert_eq!(
        error.to_string(),
        "The balance of “Income:Sales” is 0.00 USD, but its entries add up to -0.05 USD. Run purser verify"
    );
}

#[test]
fn an_empty_ledger_is_a_valid_export() {
    for format in [ExportFormat::Hledger, ExportFormat::Beancount, ExportFormat::Csv] {
        let mut out = Vec::new();
        let summary = export(format, &mut out, &head(), Vec::new(), &[]).unwrap();
        assert_eq!((summary.entries, summary.last_date), (0, None));
        assert!(!out.is_empty());
    }
}
