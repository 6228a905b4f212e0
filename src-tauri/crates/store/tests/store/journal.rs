//! The journal's reads: what they give, and that none of them walks through a growing table.

use purser_core::{Account, Money, booking};
use purser_store::tables::journal::{self, Filter};
use purser_store::tables::ledger::NewEntry;
use purser_store::{Options, ReadTx, Store, StoreError};

use crate::checking::{book, day, fill, usd, write};
use crate::toy::{at, draft, key};

/// Tables that stay small however long a company lives; the last one is of the index of texts.
const SMALL: [&str; 4] = ["account", "balance", "series", "main.entry_text_config"];

fn store() -> Store {
    let store = Store::memory_with(Options::new(at(1, 9)).with_trace()).unwrap();
    fill(&store);
    write(&store, |tx| {
        let bank = Account::known("Assets:Bank:Mercury");
        let many: Vec<NewEntry> = (0..3_000)
            .map(|n| booking::opening_balance(&bank, usd(100 + n), day(1 + (n % 28) as u32)).unwrap().into())
            .collect();
        book(tx, "many", &many);
    });
    store.analyze().unwrap();
    store
}

fn read<T>(store: &Store, f: impl FnOnce(&ReadTx<'_>) -> Result<T, StoreError>) -> T {
    store.read(f).unwrap()
}

#[test]
fn no_read_of_the_journal_walks_through_a_growing_table() {
    let store = store();
    let before = store.statements_seen();
    read(&store, |tx| {
        let amounts = [usd(11_500)];
        let (from, to) = (Some(day(5)), Some(day(9)));
        for filter in [
            Filter::default(),
            Filter { from, to, ..Filter::default() },
            Filter { account: "Assets:Receivable", ..Filter::default() },
            Filter { account: "Assets:Bank:Mercury", ..Filter::default() },
            Filter { account: "Assets:B", from, to, ..Filter::default() },
            Filter { after: Some(2_000), ..Filter::default() },
            Filter { account: "Assets:B", after: Some(2_000), ..Filter::default() },
            Filter { text: "opening", account: "Equity", ..Filter::default() },
            Filter { text: "ope", from, to, after: Some(2_000), ..Filter::default() },
            Filter { text: "op", ..Filter::default() },
            Filter { text: "115.00", amounts: &amounts, number: Some(4), ..Filter::default() },
        ] {
            journal::index(tx, &filter)?;
        }
        journal::total(tx)?;
        journal::rows(tx, &[1, 2, 3])?;
        journal::page(tx, Some((day(2), 5)), 100, 50)?;
        journal::first_day(tx)?;
        journal::used_accounts(tx)?;
        journal::lines_of_account(tx, 1, purser_core::Currency::USD)?;
        journal::audit_index(tx, "match")?;
        journal::audit_rows(tx, &[1, 2])?;
        journal::audit_line(tx, 1)?;
        journal::items_of_amount(tx, &amounts, 5)?;
        journal::numbers_beginning(tx, "NB-2026", 5)?;
        journal::payments_beginning(tx, "P-", 5)?;
        journal::latest_payments_of(tx, 1, 2)?;
        journal::lines_with(tx, "atlas", 5)?;
        Ok(())
    });
    let seen: Vec<String> = store.statements_seen().into_iter().filter(|sql| !before.contains(sql)).collect();
    assert!(seen.len() > 20, "{seen:#?}");
    let mut walks = Vec::new();
    for sql in seen.iter().filter(|sql| sql.trim_start().starts_with("SELECT")) {
        for step in store.explain(sql).unwrap() {
            let small = SMALL.iter().any(|table| {
                step.detail.split(' ').nth(1).is_some_and(|name| name == *table || name == &table[..1])
            });
            if step.is_full_scan() && !small {
                walks.push(format!("{} in {sql}", step.detail));
            }
        }
    }
    assert!(walks.is_empty(), "{walks:#?}");
}

/// Every page of a filter, joined.
fn whole(store: &Store, filter: &Filter<'_>) -> Vec<i64> {
    let mut filter = filter.clone();
    let mut keys = Vec::new();
    loop {
        let page = read(store, |tx| journal::index(tx, &filter));
        assert!(page.keys.len() == journal::PAGE_KEYS || !page.more, "a page that is not full is the last");
        keys.extend(page.keys);
        filter.after = keys.last().copied();
        if !page.more {
            let all = Filter { after: None, whole: true, ..filter.clone() };
            assert_eq!(
                read(store, |tx| journal::index(tx, &all)),
                journal::Keys { keys: keys.clone(), more: false }
            );
            return keys;
        }
    }
}

/// Entries with their days and accounts, straight from the tables, newest day first.
fn naive(store: &Store) -> Vec<(String, i64, String)> {
    read(store, |tx| {
        let mut statement = tx.prepare(
            "SELECT e.occurred_on, e.number, a.name FROM entry e JOIN posting p ON p.entry = e.number
             JOIN account a ON a.key = p.account ORDER BY 1 DESC, 2 DESC",
        )?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    })
}

fn numbers(rows: &[(String, i64, String)], fits: impl Fn(&str, &str) -> bool) -> Vec<i64> {
    let mut numbers: Vec<i64> =
        rows.iter().filter(|(day, _, account)| fits(day, account)).map(|row| row.1).collect();
    numbers.dedup();
    numbers
}

#[test]
fn the_pages_of_every_filter_are_what_the_tables_say_in_the_order_of_days() {
    let store = store();
    let rows = naive(&store);
    let all = whole(&store, &Filter::default());
    assert_eq!(all.len(), 3_009);
    assert_eq!(all, numbers(&rows, |_, _| true));
    for account in ["Assets:Bank:Mercury", "Assets:B", "Assets", "Equity", "Liabilities:Suspense", "Nowhere"]
    {
        let found = whole(&store, &Filter { account, ..Filter::default() });
        assert_eq!(found, numbers(&rows, |_, name| name.starts_with(account)), "{account}");
        let (from, to) = (Some(day(3)), Some(day(9)));
        let found = whole(&store, &Filter { account, from, to, ..Filter::default() });
        let in_days = |on: &str| ("2026-11-03"..="2026-11-09").contains(&on);
        assert_eq!(found, numbers(&rows, |on, name| in_days(on) && name.starts_with(account)), "{account}");
    }
    let days = Filter { from: Some(day(3)), to: Some(day(3)), ..Filter::default() };
    assert_eq!(whole(&store, &days), numbers(&rows, |on, _| on == "2026-11-03"));
    let within = whole(&store, &Filter { text: "OPENING", account: "Equity", ..Filter::default() });
    assert_eq!(within, numbers(&rows, |_, name| name.starts_with("Equity")));
}

#[test]
fn a_piece_of_a_line_an_amount_and_an_account_are_found_in_the_order_of_days() {
    let store = store();
    write(&store, |tx| {
        let bank = Account::known("Assets:Bank:Mercury");
        let lines = ["ŁÓDŹ Software", "GitHub \"Pro\" — seats", "xyxz", "50% of 7*", "zu früh"];
        let entries = lines
            .iter()
            .zip([28, 3, 17, 3, 9])
            .map(|(text, on)| booking::bank_line(&bank, "l1", usd(-4_321), day(on), text).unwrap().into());
        book(tx, "lines", &entries.collect::<Vec<NewEntry>>());
    });
    let fits = |text: &str, amounts: &[Money]| whole(&store, &Filter { text, amounts, ..Filter::default() });
    for (text, expected) in [
        ("łódź", vec![3_010]),
        ("\"pro\" —", vec![3_011]),
        ("xyz", vec![]),
        ("yxz", vec![3_012]),
        ("7*", vec![3_013]),
        ("0% of", vec![3_013]),
        ("FRÜH", vec![3_014]),
        ("ub \"pr", vec![3_011]),
        ("nowhere at all", vec![]),
    ] {
        assert_eq!(fits(text, &[]), expected, "{text}");
    }
    assert_eq!(fits("43.21", &[usd(4_321)]), [3_010, 3_012, 3_014, 3_013, 3_011], "either sign, by day");
    // More than a page has, from all three: amounts of 1.07 are balances of the books, too.
    let rows = naive(&store);
    let opening =
        numbers(&rows, |_, _| true).into_iter().filter(|number| *number == 1 || (10..3_010).contains(number));
    assert_eq!(fits("opening", &[]), opening.collect::<Vec<_>>());
    assert_eq!(fits("suspense", &[]), numbers(&rows, |_, name| name == "Liabilities:Suspense"));
    let (from, to) = (Some(day(3)), Some(day(3)));
    let in_a_day = whole(&store, &Filter { text: "seats", from, to, ..Filter::default() });
    assert_eq!((in_a_day, fits("17", &[])), (vec![3_011], vec![]));
    let other = Filter { text: "seats", from: Some(day(4)), ..Filter::default() };
    assert_eq!(whole(&store, &other), [] as [i64; 0]);
}

#[test]
fn what_was_rolled_back_is_not_found() {
    let store = store();
    let refused: Result<(), StoreError> = store.write(purser_store::WriteClass::Decision, |tx| {
        let bank = Account::known("Assets:Bank:Mercury");
        book(tx, "line", &[booking::bank_line(&bank, "l1", usd(1), day(2), "Vanished").unwrap().into()]);
        Err(StoreError::RowMissing)
    });
    assert_eq!(refused, Err(StoreError::RowMissing));
    assert_eq!(whole(&store, &Filter { text: "vanish", ..Filter::default() }), [] as [i64; 0]);
    let mut report = purser_store::VerifyReport::default();
    read(&store, |tx| purser_store::tables::check::verify_ledger(tx, &mut report));
    assert!(report.findings.iter().all(|finding| finding.check != "entry_texts"), "{:?}", report.findings);
}

#[test]
fn books_from_before_get_the_days_of_their_postings_and_the_letters_of_their_lines() {
    let folder = tempfile::tempdir().unwrap();
    let (path, backups) = (folder.path().join("books.db"), folder.path().join("backups"));
    let migrations = purser_store::embedded_migrations();
    let mut options = Options::new(at(1, 9)).with_migrations(migrations[..11].to_vec());
    options.backups_dir = Some(backups);
    let store = Store::create(&path, &key(), options.clone()).unwrap();
    write(&store, |tx| {
        tx.audit(draft("before")).unwrap();
        tx.execute_batch(
            "INSERT INTO account (key, name) VALUES (1, 'Assets:Bank:Mercury'), (2, 'Equity:Opening');
             INSERT INTO entry (number, kind, occurred_on, booked_at, text, actor, audit)
             SELECT value, 'opening', CASE value WHEN 2 THEN '1969-12-30' ELSE '2026-11-0' || value END, 'x',
                    'ŁÓDŹ ' || value, 'founder', (SELECT max(seq) FROM audit)
             FROM json_each('[1, 2, 3]');
             INSERT INTO posting (entry, idx, account, currency, amount)
             SELECT number, 0, 1, 'USD', 100 * number FROM entry UNION ALL SELECT number, 1, 2, 'USD', -100 * number FROM entry;
             INSERT INTO fact (source, kind, external_id, content_hash, payload, compressed, translation, state)
             VALUES ('s', 'bank_line', 'T1', zeroblob(16), x'78', 0, 1, 'booked');
             INSERT INTO import (id, kind, file, at, rows_read, rows_new, rows_known) VALUES ('m', 'statement', 'f', 'x', 1, 1, 0);
             INSERT INTO bank_line (id, account, external_id, occurred_on, amount, currency, payer, description, fact, import, state)
             VALUES ('T1', 1, 'T1', '2026-11-02', 100, 'USD', 'A', 'B', 1, 1, 'open');",
        )
        .unwrap();
    });
    store.close().unwrap();
    let store = Store::open(&path, &key(), options.with_migrations(migrations.to_vec())).unwrap();
    for filter in [
        Filter { text: "łódź", ..Filter::default() },
        Filter { account: "Equity", ..Filter::default() },
        Filter { text: "x", amounts: &[usd(100), usd(200), usd(300)], ..Filter::default() },
    ] {
        assert_eq!(whole(&store, &filter), [3, 1, 2], "{filter:?}");
    }
    let mut report = purser_store::VerifyReport::default();
    read(&store, |tx| purser_store::tables::check::verify_ledger(tx, &mut report));
    let found: Vec<&str> = report.findings.iter().map(|finding| finding.check).collect();
    assert!(!found.contains(&"posting_days") && !found.contains(&"entry_texts"), "{:?}", report.findings);
    let kept = store.write(purser_store::WriteClass::Decision, |tx| {
        tx.audit(draft("after"))?;
        tx.execute("UPDATE posting SET amount = 1", [])?;
        Ok::<_, StoreError>(())
    });
    assert!(kept.unwrap_err().to_string().contains("never changed"), "the rebuilt table keeps its rules");
    let sums = |store: &Store| {
        read(store, |tx| {
            let sql = "SELECT state, lines FROM line_sum WHERE lines <> 0";
            Ok(tx.query_row(sql, [], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?)
        })
    };
    assert_eq!(sums(&store), ("open".to_owned(), 1), "a line that was copied is not counted twice");
    write(&store, |tx| {
        tx.audit(draft("moves")).unwrap();
        tx.execute("UPDATE bank_line SET state = 'filed'", []).unwrap();
    });
    assert_eq!(sums(&store), ("filed".to_owned(), 1));
    for refused in ["UPDATE bank_line SET state = 'lost'", "UPDATE fact SET state = 'lost'"] {
        let kept = store.write(purser_store::WriteClass::Decision, move |tx| {
            tx.audit(draft("refused"))?;
            tx.execute(refused, [])?;
            Ok::<_, StoreError>(())
        });
        assert_eq!(kept.unwrap_err().code(), "constraint", "{refused}");
    }
}

#[test]
fn pages_give_every_entry_once_by_day_and_nothing_that_came_later() {
    let store = store();
    let last = read(&store, journal_total);
    write(&store, |tx| {
        let bank = Account::known("Assets:Bank:Mercury");
        book(tx, "later", &[booking::opening_balance(&bank, usd(7), day(4)).unwrap().into()]);
    });
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = read(&store, |tx| journal::page(tx, after, last, 500));
        let Some(end) = page.last() else { break };
        after = Some((end.occurred_on, end.number));
        assert!(page.iter().all(|entry| entry.postings.len() >= 2));
        seen.extend(page.into_iter().map(|entry| (entry.occurred_on, entry.number)));
    }
    assert!(seen.is_sorted_by(|one, other| one < other));
    assert_eq!(seen.len() as i64, last);
}

fn journal_total(tx: &ReadTx<'_>) -> Result<i64, StoreError> {
    journal::total(tx)
}

#[test]
fn an_index_skips_what_does_not_fit_and_rows_keep_the_order_asked_for() {
    let store = store();
    let rows = read(&store, |tx| journal::rows(tx, &[9, 2, 77_777, 6]));
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [9, 2, 6]);
    assert_eq!(rows[0].reversed_by, None);
    assert_eq!(rows[1].sides.len(), 3);
    let reversed = read(&store, |tx| journal::rows(tx, &[8]));
    assert_eq!(reversed[0].reversed_by, Some(9));
    let lines = read(&store, |tx| journal::lines_of_account(tx, 1, purser_core::Currency::USD));
    assert_eq!((lines.sum, lines.count), (usd(10_600), 2));
    assert_eq!((lines.unexplained, lines.unexplained_count), (usd(-900), 1));
    assert_eq!(lines.last_on.as_deref(), Some("2026-11-10"));
}
