//! The auditor: reads the exported journal with a reader of its own, knows its own names for the accounts, and compares
//! with the simulation's books, account by account, currency by currency, item by item, to the cent.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use purser_sandbox::Account;
use serde_json::{Value, json};

use crate::cards;
use crate::company::Company;
use crate::effects;
use crate::founder::{Founder, text};
use crate::journal;
use crate::posts;

/// The books as they are exported.
const JOURNAL: &str = "journal.csv";

/// A kind of account of the simulation's, a currency, and what it is about; empty where it is about one thing only.
type Place = (String, String, String);

/// What does not agree.
pub fn audit(company: &mut Company, founder: &Founder) -> Vec<String> {
    let mut found = Vec::new();
    found.extend(company.sandbox.broken_identities().into_iter().map(|one| format!("the simulation: {one}")));
    let verified = company.ok("verify", json!({}));
    if verified["ok"] != true {
        found.push(format!("verify: {verified}"));
    }
    found.extend(accounts(company));
    found.extend(recurring(company));
    found.extend(effects::mails(company, founder));
    found.extend(effects::waiting(company));
    found.extend(effects::requests(company));
    found.extend(effects::interrupted(company));
    found.extend(founder.refunds.audit(company));
    found.extend(founder.cards.audit(company));
    found.extend(posts::audit(company));
    found.extend(company.schedule.audit(company));
    found.extend(questions(company));
    found.extend(founder.wrong.iter().cloned());
    found.extend(founder.stuck.iter().map(|(what, why)| format!("{what} was never done: {why}")));
    found
}

/// Every account against the simulation's.
fn accounts(company: &mut Company) -> Vec<String> {
    let path = company.path(JOURNAL);
    company.ok("export", json!({"format": "csv", "path": path}));
    let postings = journal::read(&std::fs::read_to_string(&path).unwrap());
    let names = Names::of(company);
    let mut found = Vec::new();
    let mut ours: BTreeMap<Place, i64> = BTreeMap::new();
    for ((account, currency, (kind, id)), sum) in journal::sums(&postings) {
        match names.place(&account, &kind, &id) {
            Some((group, item)) => *ours.entry((group.to_owned(), currency, item)).or_default() += sum,
            None => found.push(format!("{account} {kind} {id} holds {sum} {currency}, and nobody knows why")),
        }
    }
    let mut theirs: BTreeMap<Place, i64> = BTreeMap::new();
    for balance in company.sandbox.balances(None) {
        let group = balance.account.group();
        let item = balance.account.item().filter(|_| !WITHOUT_ITEMS.contains(&group)).unwrap_or_default();
        let place = (group.to_owned(), balance.currency.to_uppercase(), item.to_owned());
        *theirs.entry(place).or_default() += balance.amount_minor;
    }
    let places: BTreeSet<&Place> = ours.keys().chain(theirs.keys()).collect();
    for place in places {
        let (here, there) = (ours.get(place).copied().unwrap_or(0), theirs.get(place).copied().unwrap_or(0));
        if here != there {
            let (group, currency, item) = place;
            found.push(format!("{group} {item} {currency}: the books say {here}, the truth is {there}"));
        }
    }
    found
}

/// Groups of the simulation's whose things have no name that both sides know.
const WITHOUT_ITEMS: [&str; 2] = ["income", "check_in_hand"];

/// Whose things have which names.
struct Names {
    /// Our invoice's id: the card processor's.
    invoices: BTreeMap<String, String>,
    /// Our customer's id: the card processor's.
    customers: BTreeMap<String, String>,
}

impl Names {
    fn of(company: &Company) -> Names {
        let theirs = company.sandbox.entries();
        let known = |group: &str| -> BTreeSet<String> {
            let accounts = theirs.iter().flat_map(|entry| &entry.postings).map(|(account, _)| account);
            let of_group = accounts.filter(|account| account.group() == group);
            of_group.filter_map(|account| account.item()).map(str::to_owned).collect()
        };
        let numbers: BTreeMap<String, String> = known("receivable")
            .into_iter()
            .filter_map(|id| Some((company.sandbox.invoice_number(&id)?, id)))
            .collect();
        let index = company.ok("invoices_index", json!({"state": "all", "text": "", "sort": ""}));
        let rows = company.ok("invoices_rows", json!({"keys": index["keys"]}));
        let invoices = rows
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|row| Some((text(&row["id"]), numbers.get(&text(&row["number"]))?.clone())))
            .collect();
        let emails: BTreeMap<String, String> = known("customer_credit")
            .into_iter()
            .filter_map(|id| Some((company.sandbox.customer_email(&id)?, id)))
            .collect();
        let index = company.ok("customers_index", json!({"text": ""}));
        let rows = company.ok("customers_rows", json!({"keys": index["keys"]}));
        let customers = rows
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|row| Some((text(&row["id"]), emails.get(&text(&row["email"]))?.clone())))
            .collect();
        Names { invoices, customers }
    }

    /// The simulation's group and thing of one of our accounts; nothing for what should hold nothing.
    fn place(&self, account: &str, kind: &str, id: &str) -> Option<(&'static str, String)> {
        let of =
            |names: &BTreeMap<String, String>| names.get(id).cloned().unwrap_or_else(|| format!("our {id}"));
        let (group, item) = match account {
            "Assets:Receivable" => ("receivable", of(&self.invoices)),
            "Liabilities:CustomerCredit" => ("customer_credit", of(&self.customers)),
            "Liabilities:DeferredRevenue" => ("deferred", id.to_owned()),
            "Assets:InTransit:Out" => ("payment_on_its_way", id.to_owned()),
            "Assets:InTransit:In" => ("payout_on_its_way", id.to_owned()),
            "Assets:Disputes" => ("disputed", id.to_owned()),
            "Liabilities:Suspense" if kind == "charge" => ("charge_without_invoice", id.to_owned()),
            "Assets:Undeposited" => ("check_in_hand", String::new()),
            "Liabilities:SalesTax" => ("sales_tax", String::new()),
            "Income:Sales" => ("income", String::new()),
            "Income:Refunds" => ("refunds", String::new()),
            "Expenses:Chargebacks" => ("chargebacks", String::new()),
            "Expenses:BadDebt" => ("bad_debt", String::new()),
            "Expenses:Fees:Stripe" => ("processor_fees", String::new()),
            "Expenses:Fees:Disputes" => ("dispute_fees", String::new()),
            "Expenses:Fees:Bank" => ("bank_fees", String::new()),
            "Expenses:Software" => ("expenses", String::new()),
            "Equity:Opening" => ("opening", String::new()),
            name if name.starts_with("Assets:Stripe:") => ("processor", String::new()),
            name if name.starts_with("Assets:Bank:") => ("bank", String::new()),
            name if name.starts_with("Assets:Cash") => ("cash", String::new()),
            _ => return None,
        };
        Some((group, item))
    }
}

/// Recurring revenue. The simulation knows a year of it, unrounded; ours is a month, each subscription rounded by itself,
/// so it may be half a unit of each off.
fn recurring(company: &Company) -> Vec<String> {
    let metrics = company.ok("metrics", json!({"from": null, "to": null}));
    let mut ours: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for sum in metrics["end"].as_array().unwrap() {
        let paying =
            sum["parts"].as_array().unwrap().iter().filter(|part| part["left_out"].is_null()).count() as i64;
        let month = journal::cents(&text(&sum["mrr"]["amount"]));
        ours.insert(text(&sum["mrr"]["currency"]), (month, paying));
    }
    let mut found = Vec::new();
    for row in company.sandbox.recurring() {
        let (month, paying) = ours.remove(&row.currency.to_uppercase()).unwrap_or_default();
        let apart = (month * 12 - row.annual_minor).abs();
        if apart > 6 * paying || u64::try_from(paying) != Ok(row.subscriptions) {
            found.push(format!(
                "recurring {}: the books say {month} a month of {paying}, the truth is {} a year of {}",
                row.currency, row.annual_minor, row.subscriptions
            ));
        }
    }
    found
}

/// What is left in the founder's queue has a reason in the world, and what the world has a reason for is there.
fn questions(company: &Company) -> Vec<String> {
    let queue = company.ok("attention", json!({}));
    let mut asked: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for item in queue.as_array().unwrap() {
        let kind = text(&item["kind"]);
        if !EXPLAINED.contains(&kind.as_str()) {
            found.push(format!("asked: {kind} {}: {}", item["title"], item["reason"]));
        }
        *asked.entry(kind).or_default() += 1;
    }
    // A card payment is given a day to find its invoice, and is asked for by an hourly job.
    let then = company.sandbox.now() - Duration::hours(26);
    for (kind, group) in [("dispute_open", "disputed"), ("charge_without_invoice", "charge_without_invoice")]
    {
        let held = |at| -> BTreeSet<String> {
            let accounts = company.sandbox.balances(at).into_iter().map(|balance| balance.account);
            accounts.filter(|account| account.group() == group).map(|account| account.to_string()).collect()
        };
        let (now, before) = (held(None), held(Some(then)));
        let (least, most) = (now.intersection(&before).count(), now.len());
        let here = asked.get(kind).copied().unwrap_or(0);
        if here < least || here > most {
            found.push(format!("{kind} is asked {here} times, the truth has {least} to {most}"));
        }
    }
    let counted = [
        ("refund_returned", cards::returned(company)),
        ("payment_returned", taken_back(company, then)),
        ("unknown_credit", unknown_credit(company, then)),
    ];
    for (kind, (least, most)) in counted {
        let here = asked.get(kind).copied().unwrap_or(0);
        if here < least || here > most {
            found.push(format!("{kind} is asked {here} times, the truth has {least} to {most}"));
        }
    }
    found.extend(uncollected(company, queue.as_array().unwrap()));
    found
}

/// Debits that were taken back: at least those until `then`, and at most all of them, are a question each.
fn taken_back(company: &Company, then: DateTime<Utc>) -> (usize, usize) {
    let entries = company.sandbox.entries().into_iter().filter(|entry| entry.why == "debit taken back");
    let times: Vec<i64> = entries.map(|entry| entry.at).collect();
    (times.iter().filter(|at| **at <= then.timestamp()).count(), times.len())
}

/// Credit that was given at the card processor is heard of when it pays, and asked about once a customer. Where that invoice
/// was voided later, the question may stand or never have been asked.
fn unknown_credit(company: &Company, then: DateTime<Utc>) -> (usize, usize) {
    let balances = company.sandbox.balances(None);
    let owes = |account: &Account| balances.iter().any(|row| row.account == *account && row.amount_minor > 0);
    let (mut least, mut most) = (BTreeSet::new(), BTreeSet::new());
    for entry in company.sandbox.entries().into_iter().filter(|entry| entry.why == "credit pays an invoice") {
        for (account, _) in entry.postings.into_iter().filter(|(one, _)| one.group() == "customer_credit") {
            if entry.at <= then.timestamp() && owes(&account) {
                least.insert(account.clone());
            }
            most.insert(account);
        }
    }
    (least.len(), most.len())
}

/// Invoices that the card processor does not go on collecting are asked about, each once by its number, and no others
/// (TS-41, TS-45).
fn uncollected(company: &Company, queue: &[Value]) -> Option<String> {
    let kind = |to_confirm: bool| if to_confirm { COLLECTION[1] } else { COLLECTION[0] }.to_owned();
    let mut truth: Vec<(String, String)> =
        company.sandbox.uncollected().into_iter().map(|row| (kind(row.to_confirm), row.number)).collect();
    let number = |item: &Value| text(&item["route"]).rsplit('/').next().unwrap_or_default().to_owned();
    let asked = queue.iter().map(|item| (text(&item["kind"]), number(item)));
    let mut asked: Vec<_> = asked.filter(|(kind, _)| COLLECTION.contains(&kind.as_str())).collect();
    truth.sort_unstable();
    asked.sort_unstable();
    (asked != truth).then(|| format!("of what is not collected is asked {asked:?}, the truth is {truth:?}"))
}

/// What is asked of an invoice that the card processor collects: it has given up, or its customer has to confirm.
const COLLECTION: [&str; 2] = ["collection_given_up", "payment_confirmation"];

/// Questions that stay until the founder or the world has decided.
const EXPLAINED: [&str; 9] = [
    "dispute_open",
    "charge_without_invoice",
    "provider_payout_failed",
    "refund_returned",
    "payment_returned",
    "unknown_credit",
    "effect_unknown",
    COLLECTION[0],
    COLLECTION[1],
];

/// Keeps both journals of a run that failed; where.
pub fn keep(company: &Company, seed: u64) -> String {
    let place = std::env::temp_dir().join(format!("purser-sim-seed-{seed}"));
    std::fs::create_dir_all(&place).unwrap();
    std::fs::copy(company.path(JOURNAL), place.join("books.csv")).unwrap();
    let mut truth = String::new();
    for entry in company.sandbox.entries() {
        let at = DateTime::from_timestamp(entry.at, 0).unwrap_or_default();
        let postings: Vec<String> =
            entry.postings.iter().map(|(account, amount)| format!("{account} {amount}")).collect();
        let (why, reference, currency) = (entry.why, entry.reference, entry.currency);
        truth.push_str(&format!("{at} {why} {reference} {currency}: {}\n", postings.join(", ")));
    }
    std::fs::write(place.join("truth.txt"), truth).unwrap();
    format!("both journals are kept in {}", place.display())
}

/// What happened in a run, in numbers: a run in which nothing happened proves nothing.
pub fn lived(company: &Company, founder: &Founder) -> String {
    let truth = company.sandbox.entries();
    let of = |why: &str| truth.iter().filter(|entry| entry.why == why).count();
    let requests = company.sandbox.requests();
    let stuck = requests.iter().filter(|request| request.method == "POST" && request.fault.is_some()).count();
    let (proposed, paid) = founder.refunds.counts();
    let (cards, given_back) = founder.cards.counts(company);
    format!(
        "{} refunds at Stripe ({} failed later), {} invoices voided, {} given up ({} paid after all), {} credited, {} paid in part by credit, {} not collected, {} debits taken back, \
         {} disputes lost ({} given back after all), {} invoices told ({} matches taken back, {stuck} tellings stuck), \
         {paid} of {proposed} payments out, {given_back} of {cards} card payments given back, {} posts, {} mails, \
         {} lives",
        of("refund"),
        of("refund failed"),
        of("invoice voided"),
        of("bad debt"),
        of("owed again"),
        of("credit note"),
        of("credit pays an invoice"),
        company.sandbox.uncollected().len(),
        of("debit taken back"),
        of("dispute lost"),
        of("dispute reinstated"),
        effects::told(company).len(),
        founder.doubted,
        posts::accepted(company),
        company.sandbox.mails().len(),
        company.lives(),
    )
}
