//! Planted damage in the books turns the check of the ledger red, and the row is named.

use chrono::NaiveDate;
use purser_core::account::{Account, INCOME};
use purser_core::booking::{self, Funds, IssuedInvoice};
use purser_core::{Currency, Money};
use purser_store::rusqlite::Connection;
use purser_store::tables::allocations::{self, Allocation};
use purser_store::tables::check::verify_ledger;
use purser_store::tables::facts::{NewFact, Payload};
use purser_store::tables::invoices::NewInvoice;
use purser_store::tables::ledger::{self, NewEntry};
use purser_store::tables::lines::{LineState, NewLine};
use purser_store::tables::payments::Payment;
use purser_store::tables::{accounts, blobs, customers, facts, imports, invoices, lines, payments, series};
use purser_store::{AuditDraft, Options, Store, StoreError, VerifyReport, WriteClass, WriteTx};
use rstest::rstest;

use crate::toy::{at, key, raw};

pub fn day(of: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, of).unwrap()
}

pub fn usd(minor: i128) -> Money {
    Money::new(minor, Currency::USD)
}

fn draft(action: &str) -> AuditDraft {
    AuditDraft {
        at: at(17, 9),
        actor: "founder".to_owned(),
        action: action.to_owned(),
        subject: "test".to_owned(),
        detail: serde_json::json!({}),
    }
}

pub fn book(tx: &WriteTx<'_>, action: &str, entries: &[NewEntry]) -> Vec<i64> {
    ledger::book(tx, draft(action), entries).unwrap().numbers
}

pub fn write(store: &Store, f: impl FnOnce(&WriteTx<'_>) + Send + 'static) {
    store
        .write(WriteClass::Decision, move |tx| {
            f(tx);
            Ok::<(), StoreError>(())
        })
        .unwrap();
}

/// Entries 1 to 9: opening · two invoices · two bank lines in one import · an allocation with a fee ·
/// a recorded payment · a filing and its reversal (8 and 9).
struct Books {
    folder: tempfile::TempDir,
}

impl Books {
    fn make() -> Books {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("books.db"), &key(), Options::new(at(1, 9))).unwrap();
        fill(&store);
        store.close().unwrap();
        Books { folder }
    }

    fn store(&self) -> Store {
        Store::open(&self.folder.path().join("books.db"), &key(), Options::new(at(18, 9))).unwrap()
    }

    /// Runs SQL behind the store's back, without the triggers and without the foreign keys.
    fn tamper(&self, sql: &str) {
        let conn: Connection = raw(&self.folder.path().join("books.db"));
        let triggers: Vec<String> = conn
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert!(triggers.len() >= 6, "{triggers:?}");
        conn.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        for name in triggers {
            conn.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
        }
        conn.execute_batch(sql).unwrap();
        assert!(conn.changes() > 0, "the damage changed nothing: {sql}");
    }

    fn check(&self) -> VerifyReport {
        let mut report = VerifyReport::default();
        self.store().read(|tx| verify_ledger(tx, &mut report)).unwrap();
        report
    }
}

/// Writes the entries that [`Books`] describes.
pub fn fill(store: &Store) {
    write(store, opening);
    write(store, |tx| invoice(tx, "i1", 10_000, 2_000));
    write(store, |tx| invoice(tx, "i2", 8_000, 0));
    write(store, statement);
    write(store, matched);
    write(store, payment);
    write(store, filed_and_taken_back);
}

fn opening(tx: &WriteTx<'_>) {
    let bank = Account::bank("Mercury").unwrap();
    let entry = booking::opening_balance(&bank, usd(50_000), day(1)).unwrap();
    book(tx, "account.add", &[entry.into()]);
    accounts::add_real(tx, &bank, "Mercury", "bank", usd(50_000), day(1)).unwrap();
    let customer =
        customers::Customer { id: "c1".into(), name: "Atlas Freight".into(), ..Default::default() };
    customers::add(tx, &customer, None).unwrap();
}

fn invoice(tx: &WriteTx<'_>, id: &str, net: i128, tax: i128) {
    let count = series::next(tx, "invoice:NB:202611").unwrap();
    let number = format!("NB-202611-{count:04}");
    let new = NewInvoice {
        id,
        number: Some(&number),
        reference: "",
        customer: 1,
        net: usd(net),
        tax: usd(tax),
        issued: day(2),
        due: day(16),
        created_at: "2026-11-02T09:00:00.000000Z",
        import: None,
        lines: &[],
    };
    invoices::add(tx, &new).unwrap();
    let income = [(Account::known(INCOME), usd(net))];
    let issued = IssuedInvoice {
        id,
        number: &number,
        customer: "Atlas Freight",
        issued: day(2),
        income: &income,
        tax: usd(tax),
    };
    book(tx, "invoice.issue", &[booking::invoice_issued(&issued).unwrap().into()]);
}

fn statement(tx: &WriteTx<'_>) {
    let account = accounts::key_of(tx, "Assets:Bank:Mercury").unwrap().unwrap();
    let import = imports::begin(tx, "m1", "statement", "nov.csv", Some(account), "x").unwrap();
    let mut entries = Vec::new();
    for (id, amount, payer) in [("l1", 11_500, "ATLAS FREIGHT"), ("l2", -900, "GITHUB")] {
        let payload = Payload::of(format!("{id},{amount}").as_bytes()).unwrap();
        let fact = NewFact {
            source: "statement:1",
            kind: "bank_line",
            external_id: id,
            payload: &payload,
            translation: 1,
            state: "booked",
        };
        let line = NewLine {
            id,
            account,
            external_id: id,
            occurred_on: day(10),
            amount: usd(amount),
            payer,
            description: "",
            fact: facts::keep(tx, &fact).unwrap(),
            import,
        };
        lines::add(tx, &line).unwrap();
        let bank = Account::known("Assets:Bank:Mercury");
        entries.push(booking::bank_line(&bank, id, usd(amount), day(10), payer).unwrap().into());
    }
    book(tx, "import.statement", &entries);
}

fn matched(tx: &WriteTx<'_>) {
    let entry = booking::allocate(&booking::Allocation {
        funds: Funds::Line("l1".into()),
        invoice: "i1",
        received: usd(11_500),
        fee: usd(500),
        over: None,
        on: day(10),
        text: "Atlas Freight pays NB-202611-0001".into(),
    });
    let numbers = book(tx, "match.confirm", &[entry.unwrap().into()]);
    lines::set_state(tx, "l1", LineState::Matched, "NB-202611-0001", Some(("founder", "x"))).unwrap();
    allocate(tx, 1, ("line", "l1"), usd(12_000), usd(500), numbers[0]);
}

fn allocate(tx: &WriteTx<'_>, invoice: i64, funds: (&str, &str), amount: Money, fee: Money, entry: i64) {
    let row = Allocation {
        key: 0,
        invoice: Some(invoice),
        customer: 1,
        funds_kind: funds.0.into(),
        funds_id: funds.1.into(),
        amount,
        fee,
        over: usd(0),
        on: day(10),
        entry,
        undone_by: None,
    };
    allocations::add(tx, &row).unwrap();
}

fn payment(tx: &WriteTx<'_>) {
    let count = series::next(tx, "payment:202611").unwrap();
    let pdf = blobs::keep(tx, "application/pdf", b"%PDF-").unwrap();
    let row = Payment {
        key: 0,
        id: "p1".into(),
        number: format!("P-202611-{count:04}"),
        customer: 1,
        customer_id: String::new(),
        customer_name: String::new(),
        amount: usd(3_000),
        method: "check".into(),
        received_on: day(11),
        reference: "204".into(),
        note: String::new(),
        proof: None,
        proof_name: String::new(),
        receipt: "R-202611-0001".into(),
        paper: "{}".into(),
        pdf,
        state: "undeposited".into(),
        recorded_by: "founder".into(),
        recorded_at: "x".into(),
    };
    payments::add(tx, &row).unwrap();
    let entry = booking::allocate(&booking::Allocation {
        funds: Funds::Payment("p1".into()),
        invoice: "i2",
        received: usd(3_000),
        fee: usd(0),
        over: None,
        on: day(11),
        text: "P-202611-0001".into(),
    });
    let numbers = book(tx, "payment.record", &[entry.unwrap().into()]);
    allocate(tx, 2, ("payment", "p1"), usd(3_000), usd(0), numbers[0]);
}

fn filed_and_taken_back(tx: &WriteTx<'_>) {
    let category = Account::known("Expenses:Software");
    let entry = booking::file_line("l2", &category, usd(-900), day(10), "GITHUB").unwrap();
    let numbers = book(tx, "match.file", &[entry.into()]);
    let reversal = ledger::reversal(tx, numbers[0], day(10), "taken back").unwrap();
    book(tx, "match.undo", &[reversal]);
}

fn red(report: &VerifyReport) -> Vec<(&str, &str, &str)> {
    report.findings.iter().map(|f| (f.check, f.place.as_str(), f.sentence.as_str())).collect()
}

#[test]
fn untouched_books_are_clean_and_the_report_says_what_was_looked_at() {
    let report = Books::make().check();
    assert_eq!(red(&report), []);
    for (check, count) in [
        ("entries", 9),
        ("postings", 20),
        ("allocations", 2),
        ("invoices", 2),
        ("bank_lines", 2),
        ("payments", 1),
        ("tie_out", 1),
    ] {
        let found = report.checks.iter().find(|(name, _)| *name == check).map(|(_, count)| *count);
        assert_eq!(found, Some(count), "{check}: {:?}", report.checks);
    }
}

const SALES: &str = "(SELECT key FROM account WHERE name = 'Income:Sales')";
const TAX: &str = "(SELECT key FROM account WHERE name = 'Liabilities:SalesTax')";

#[rstest]
#[case::one_amount(
    "UPDATE posting SET amount = amount + 1 WHERE entry = 2 AND idx = 0",
    "entry_balance",
    "entry 2",
    "debits exceed credits by 0.01 USD."
)]
#[case::both_sides(
    "UPDATE posting SET amount = amount * 2 WHERE entry = 3",
    "entry_seals",
    "entry 3",
    "sealed"
)]
#[case::swapped_accounts(&format!("UPDATE posting SET account = CASE account WHEN {SALES} THEN {TAX} ELSE {SALES} END WHERE entry = 2 AND idx > 0"), "entry_seals", "entry 2", "sealed")]
#[case::text("UPDATE entry SET text = 'Something else' WHERE number = 6", "entry_seals", "entry 6", "sealed")]
#[case::day(
    "UPDATE entry SET occurred_on = '2026-10-31' WHERE number = 6",
    "entry_seals",
    "entry 6",
    "sealed"
)]
#[case::kind("UPDATE entry SET kind = 'gift' WHERE number = 6", "entry_form", "entry 6", "gift")]
#[case::one_of_an_import(
    "UPDATE entry SET text = 'x' WHERE number = 5",
    "entry_seals",
    "entries 4 to 5",
    "sealed"
)]
#[case::who_booked(
    "UPDATE entry SET actor = 'nobody' WHERE number = 7",
    "entry_seals",
    "entry 7",
    "who booked it"
)]
#[case::entry_removed(
    "DELETE FROM posting WHERE entry = 6; DELETE FROM entry WHERE number = 6",
    "entry_numbers",
    "entry 6",
    "missing"
)]
#[case::last_entry_removed(
    "DELETE FROM posting WHERE entry = 9; DELETE FROM entry WHERE number = 9",
    "entry_seals",
    "entry 9",
    "covers 1 entries"
)]
#[case::entry_without_postings(
    "DELETE FROM posting WHERE entry = 6",
    "entry_form",
    "entry 6",
    "fewer than two"
)]
#[case::postings_without_entry("DELETE FROM entry WHERE number = 6", "entry_numbers", "entry 6", "missing")]
#[case::entry_added(
    "INSERT INTO entry SELECT 10, kind, occurred_on, booked_at, text, actor, NULL, audit FROM entry WHERE number = 7; INSERT INTO posting SELECT 10, idx, account, currency, amount, item_kind, item_id, day FROM posting WHERE entry = 7",
    "entry_seals",
    "entry 10",
    "no row of the audit chain"
)]
#[case::last_audit_row(
    "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)",
    "entry_seals",
    "entry 9",
    "no row of the audit chain"
)]
#[case::item_moved(
    "UPDATE posting SET item_id = 'i2' WHERE entry = 6 AND item_id = 'i1'",
    "entry_seals",
    "entry 6",
    "sealed"
)]
#[case::item_lost(
    "UPDATE posting SET item_kind = NULL, item_id = NULL WHERE entry = 6 AND item_id = 'i1'",
    "entry_items",
    "entry 6",
    "Assets:Receivable"
)]
#[case::item_where_none_belongs(
    "UPDATE posting SET item_kind = 'invoice', item_id = 'i1' WHERE entry = 1 AND idx = 0",
    "entry_items",
    "entry 1",
    "holds no items"
)]
#[case::item_unknown(
    "UPDATE open_item SET item_id = 'i9' WHERE item_id = 'i2'",
    "item_names",
    "invoice i9",
    "does not exist"
)]
#[case::reversal_changed(
    "UPDATE posting SET amount = amount * 2 WHERE entry = 9",
    "reversals",
    "entry 9",
    "entry 8"
)]
#[case::open_item(
    "UPDATE open_item SET amount = amount - 1 WHERE item_id = 'i2'",
    "open_items",
    "invoice NB-202611-0002",
    "50.00 USD"
)]
#[case::open_item_removed(
    "DELETE FROM open_item WHERE item_id = 'l2'",
    "open_items",
    "the bank line of 2026-11-10 GITHUB (l2)",
    "9.00 USD"
)]
#[case::balance(
    "UPDATE balance SET amount = amount + 1 WHERE account = 1",
    "balances",
    "the balance of Assets:Bank:Mercury",
    "606.01 USD"
)]
#[case::balance_count(
    "UPDATE balance SET postings = postings + 1 WHERE account = 1",
    "balances",
    "the balance of Assets:Bank:Mercury",
    "postings"
)]
#[case::balance_removed(
    "DELETE FROM balance WHERE account = 1",
    "balances",
    "the balance of Assets:Bank:Mercury",
    "none is kept"
)]
#[case::account_renamed(
    "UPDATE account SET name = 'Assets:Bank:Other' WHERE key = 1",
    "entry_seals",
    "entry 1",
    "sealed"
)]
#[case::allocation(
    "UPDATE allocation SET amount = amount - 1 WHERE key = 1",
    "allocations",
    "allocation 1 (entry 6)",
    "119.99 USD of NB-202611-0001"
)]
#[case::allocation_fee(
    "UPDATE allocation SET fee = 0 WHERE key = 1",
    "allocations",
    "allocation 1 (entry 6)",
    "fee"
)]
#[case::allocation_to_another(
    "UPDATE allocation SET invoice = 2 WHERE key = 1",
    "allocations",
    "allocation 1 (entry 6)",
    "0.00 USD by the ledger"
)]
#[case::allocation_undone(
    "UPDATE allocation SET undone_by = 9 WHERE key = 1",
    "allocations",
    "allocation 1 (entry 6)",
    "not in both"
)]
#[case::invoice_total(
    "UPDATE invoice SET total = 9000, net = 9000 WHERE id = 'i2'",
    "invoices",
    "invoice NB-202611-0002",
    "80.00 USD was booked"
)]
#[case::invoice_void(
    "UPDATE invoice SET stage = 'void' WHERE id = 'i2'",
    "invoices",
    "invoice NB-202611-0002",
    "50.00 USD is open"
)]
#[case::invoice_removed(
    "DELETE FROM invoice WHERE id = 'i2'",
    "invoice_series",
    "invoice NB-202611-0002",
    "missing"
)]
#[case::line_state(
    "UPDATE bank_line SET state = 'filed' WHERE id = 'l2'",
    "bank_lines",
    "the bank line of 2026-11-10 GITHUB (l2)",
    "it is filed"
)]
#[case::line_amount(
    "UPDATE bank_line SET amount = -901 WHERE id = 'l2'",
    "tie_out",
    "the account Mercury",
    "605.99 USD"
)]
#[case::payment_state(
    "UPDATE payment SET state = 'deposited' WHERE id = 'p1'",
    "payments",
    "payment P-202611-0001",
    "30.00 USD"
)]
#[case::payment_removed(
    "DELETE FROM allocation WHERE key = 2; DELETE FROM payment WHERE id = 'p1'",
    "invoice_series",
    "payment P-202611-0001",
    "missing"
)]
#[case::day_sum_amount(
    "UPDATE day_sum SET amount = amount + 1 WHERE account = 1 AND day = '2026-11-10'",
    "day_sums",
    "Assets:Bank:Mercury on 2026-11-10",
    "106.01 USD"
)]
#[case::day_sum_count(
    "UPDATE day_sum SET postings = 1 WHERE account = 1 AND day = '2026-11-10'",
    "day_sums",
    "Assets:Bank:Mercury on 2026-11-10",
    "the postings are 2"
)]
#[case::day_sum_removed(
    "DELETE FROM day_sum WHERE account = 1 AND day = '2026-11-10'",
    "day_sums",
    "Assets:Bank:Mercury on 2026-11-10",
    "0.00 USD is kept over 0 postings"
)]
#[case::line_sum_amount(
    "UPDATE line_sum SET amount = amount - 5 WHERE state = 'open'",
    "line_sums",
    "the open lines of Assets:Bank:Mercury",
    "-9.05 USD"
)]
#[case::line_sum_removed(
    "DELETE FROM line_sum WHERE state = 'matched'",
    "line_sums",
    "the matched lines of Assets:Bank:Mercury",
    "none is kept"
)]
#[case::posting_day(
    "UPDATE posting SET day = day + 1 WHERE entry = 4 AND idx = 0",
    "posting_days",
    "entry 4",
    "another day"
)]
#[case::text_missing(
    "INSERT INTO entry_text (entry_text, rowid, text)
     SELECT 'delete', unixepoch(occurred_on) / 86400 * 1099511627776 + number, lower(text) FROM entry WHERE number = 6",
    "entry_texts",
    "entry 6",
    "does not have its line"
)]
#[case::text_of_another_day(
    "INSERT INTO entry_text (rowid, text)
     SELECT (unixepoch(occurred_on) / 86400 + 1) * 1099511627776 + number, lower(text) FROM entry WHERE number = 3",
    "entry_texts",
    "entry 3",
    "does not have its line"
)]
#[case::text_of_nothing(
    "INSERT INTO entry_text (rowid, text) VALUES (20000 * 1099511627776 + 77, 'planted')",
    "entry_texts",
    "entry 77",
    "does not have its line"
)]
#[case::opening(
    "UPDATE account SET opening_minor = 1 WHERE key = 1",
    "tie_out",
    "the account Mercury",
    "606.00 USD"
)]
fn damage_is_found_and_named(
    #[case] sql: &str,
    #[case] check: &str,
    #[case] place: &str,
    #[case] says: &str,
) {
    let books = Books::make();
    books.tamper(sql);
    let report = books.check();
    let found = red(&report);
    let fits = |(c, p, s): &(&str, &str, &str)| *c == check && *p == place && s.contains(says);
    assert!(found.iter().any(fits), "{found:#?}");
}

#[test]
fn books_from_before_the_kept_sums_get_them_with_what_they_hold() {
    let books = Books::make();
    let conn: Connection = raw(&books.folder.path().join("books.db"));
    conn.execute_batch(
        "DROP TRIGGER bank_line_comes; DROP TRIGGER bank_line_moves; DROP TABLE day_sum; DROP TABLE line_sum;
         CREATE INDEX bank_line_sums ON bank_line (account);",
    )
    .unwrap();
    conn.execute_batch(include_str!("../../../../../migrations/0008_kept_sums.sql")).unwrap();
    drop(conn);
    assert_eq!(red(&books.check()), []);
}

#[test]
fn a_gap_in_the_numbers_that_purser_gave_is_found_unless_an_import_fills_it() {
    let books = Books::make();
    let store = books.store();
    write(&store, |tx| invoice(tx, "i3", 100, 0));
    store.close().unwrap();
    books.tamper("UPDATE invoice SET number = 'OLD-2' WHERE id = 'i2'");
    let found = books.check();
    let gap = ("invoice_series", "invoice NB-202611-0002");
    assert!(red(&found).iter().any(|(check, place, _)| (*check, *place) == gap), "{found:#?}");
    books.tamper_again("UPDATE invoice SET number = 'NB-202611-0002', import = 1 WHERE id = 'i2'");
    assert!(books.check().findings.iter().all(|finding| finding.check != "invoice_series"));
}

impl Books {
    fn tamper_again(&self, sql: &str) {
        raw(&self.folder.path().join("books.db")).execute_batch(sql).unwrap();
    }
}

#[test]
fn the_check_can_be_ended_by_its_caller() {
    let books = Books::make();
    let store = books.store();
    write(&store, |tx| {
        let bank = Account::known("Assets:Bank:Mercury");
        let entry = booking::opening_balance(&bank, usd(1), day(3)).unwrap();
        let many: Vec<NewEntry> = std::iter::repeat_n(NewEntry::from(entry), 5_000).collect();
        book(tx, "many", &many);
    });
    let mut report = VerifyReport::default();
    let mut told = Vec::new();
    let ended: Result<(), StoreError> = store.read(|tx| {
        purser_store::tables::check::verify_ledger_with(tx, &mut report, |done| {
            told.push(done);
            std::ops::ControlFlow::Break(())
        })
    });
    assert!(matches!(ended, Err(StoreError::Cancelled)));
    assert_eq!(told, [4096]);
}

#[rstest]
#[case(
    "INSERT INTO exchange VALUES (6, 89000, 'EUR', 97000, 'USD', '1.08988764', 'x', '2026-11-17T09:00:00Z')",
    "exchanges",
    "something else by the ledger"
)]
#[case(
    "INSERT INTO write_off (invoice, net, tax, reason, at, entry) SELECT key, 100, 20, '', '2026-11-17', 6 FROM invoice LIMIT 1",
    "write_offs",
    "differ from the ledger"
)]
fn an_exchange_or_a_write_off_that_no_entry_books_is_found(
    #[case] damage: &str,
    #[case] check: &str,
    #[case] said: &str,
) {
    let books = Books::make();
    books.tamper(damage);
    let report = books.check();
    let found = format!("{report:?}");
    assert!(found.contains(check) && found.contains(said), "{found}");
}
