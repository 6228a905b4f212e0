//! The journal's reads: what they give, and that none of them walks through a growing table.

use purser_core::{Account, booking};
use purser_store::tables::journal::{self, Filter};
use purser_store::tables::ledger::NewEntry;
use purser_store::{Options, ReadTx, Store, StoreError};

use crate::checking::{book, day, fill, usd, write};
use crate::toy::at;

/// Tables that stay small however long a company lives.
const SMALL: [&str; 3] = ["account", "balance", "series"];

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

#[test]
fn many_entries_of_an_account_come_in_the_same_order_as_few() {
    let store = store();
    let all = read(&store, |tx| journal::index(tx, &Filter::default()));
    assert_eq!(all.len(), 3_009);
    let bank = read(&store, |tx| {
        journal::index(tx, &Filter { account: "Assets:Bank:Mercury", ..Filter::default() })
    });
    let in_order: Vec<i64> = all.iter().copied().filter(|number| bank.contains(number)).collect();
    assert_eq!(bank, in_order);
    let days = Filter { from: Some(day(3)), to: Some(day(3)), ..Filter::default() };
    let third = read(&store, |tx| journal::index(tx, &days));
    assert!(third.len() > 100 && third.is_sorted_by(|one, other| one > other));
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
