//! A founder who is never wrong: knows from the simulation what each transfer was meant to pay, and does with Purser
//! what a founder does. What the books do not know yet waits for another day.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Duration, Utc};
use purser_sandbox::{BankLine, HandPayment, Transfer};
use serde_json::{Value, json};

use crate::cards::Cards;
use crate::company::{ACCOUNTS, Company};
use crate::dice::Dice;
use crate::effects;
use crate::journal::cents;
use crate::refunds::Refunds;

/// Statements are asked for with so many days that were seen before.
const OVERLAP_DAYS: i64 = 12;

/// What the founder remembers.
pub struct Founder {
    dice: Dice,
    /// Bank lines of each statement that the program was given.
    given: BTreeMap<&'static str, Given>,
    /// Lines that are explained.
    explained: BTreeSet<String>,
    /// What was recorded by hand: the simulation's id, and ours.
    pub recorded: BTreeMap<String, Recorded>,
    /// Cash that lies in the box.
    deposited: BTreeSet<String>,
    /// Lines whose explanation is taken back after so many looks, to be explained again.
    doubts: BTreeMap<String, u64>,
    /// How many were.
    pub doubted: usize,
    pub refunds: Refunds,
    pub cards: Cards,
    /// Invoices of which the card processor was told that they are paid.
    told: BTreeSet<String>,
    /// Why something could not be done at the last try.
    pub stuck: BTreeMap<String, String>,
    /// What the program did not say when it should have.
    pub wrong: Vec<String>,
}

/// What a statement held when the program was last given it.
#[derive(Default)]
struct Given {
    lines: usize,
    until: Option<DateTime<Utc>>,
}

/// A payment that was recorded by hand.
pub struct Recorded {
    pub number: String,
    pub receipt: String,
    /// The simulation's id of the customer.
    pub customer: String,
    /// Whether the books knew an address to send its receipt to by then: a customer may be told of two days late.
    pub mailed: bool,
}

impl Founder {
    pub fn new(seed: u64) -> Founder {
        Founder {
            dice: Dice::new(seed ^ 0x666F_756E_6465_7221),
            given: BTreeMap::new(),
            explained: BTreeSet::new(),
            recorded: BTreeMap::new(),
            deposited: BTreeSet::new(),
            doubts: BTreeMap::new(),
            doubted: 0,
            refunds: Refunds::default(),
            cards: Cards::default(),
            told: BTreeSet::new(),
            stuck: BTreeMap::new(),
            wrong: Vec::new(),
        }
    }

    /// Everything that can be done now.
    pub fn work(&mut self, company: &mut Company) {
        self.stuck.clear();
        if let Some(path) = self.statement(company, "eur") {
            import(company, &path, "eur");
        }
        for payment in company.sandbox.hand_payments() {
            self.record(company, &payment);
        }
        self.doubt(company);
        company.ok("match_run", json!({"apply": true}));
        let lines = company.sandbox.bank_lines();
        let transfers = company.sandbox.transfers();
        for line in lines.iter().filter(|line| line.description != "OPENING DEPOSIT") {
            if !self.explained.contains(&line.id) {
                self.explain(company, line, &transfers);
            }
        }
        self.wrong.extend(effects::interrupted(company));
        answer(company, &mut self.dice);
        self.refunds.work(company, &mut self.dice, &self.recorded);
        self.cards.work(company, &mut self.dice);
    }

    /// Puts the newest days of a statement, some of which are known, where the program finds them; nothing where no line
    /// is new.
    pub fn statement(&mut self, company: &Company, currency: &'static str) -> Option<PathBuf> {
        let statement = company.sandbox.statement_csv(currency);
        let given = self.given.entry(currency).or_default();
        let lines = statement.lines().count();
        if lines == given.lines {
            return None;
        }
        let from = given.until.map(|until| (until - Duration::days(OVERLAP_DAYS)).date_naive().to_string());
        *given = Given { lines, until: Some(company.sandbox.now()) };
        let mut rows = statement.lines();
        let head = rows.next().unwrap_or_default();
        let recent: Vec<&str> = rows
            .filter(|row| {
                row.split(',').nth(1).is_some_and(|day| from.as_deref().is_none_or(|from| day >= from))
            })
            .filter(|row| !row.ends_with("OPENING DEPOSIT"))
            .collect();
        if recent.is_empty() {
            return None;
        }
        let path = company.watched().join(format!("{currency}.csv"));
        std::fs::write(&path, format!("{head}\n{}\n", recent.join("\n"))).unwrap();
        Some(path)
    }

    /// What the card processor was told just now is true in the books.
    pub fn listen(&mut self, company: &Company) {
        for invoice in effects::told(company).into_keys() {
            if !self.told.insert(invoice.clone()) {
                continue;
            }
            let number = company.sandbox.invoice_number(&invoice).unwrap_or_default();
            let open = company.ok("invoice", json!({"number": number}))["row"]["open"]["amount"].clone();
            if cents(&text(&open)) != 0 {
                self.wrong.push(format!(
                    "the card processor was told that {number} is paid while {open} of it is open"
                ));
            }
        }
    }

    /// Takes explanations back that were doubted; what the card processor was told meanwhile has to be asked about.
    fn doubt(&mut self, company: &Company) {
        let all = std::mem::take(&mut self.doubts);
        for (line, looks) in all {
            match looks {
                0 => self.take_back(company, &line),
                looks => {
                    self.doubts.insert(line, looks - 1);
                }
            }
        }
    }

    fn take_back(&mut self, company: &Company, line: &str) {
        if !self.explained.remove(line) {
            return;
        }
        company.ok("match_undo", json!({"id": line}));
        self.doubted += 1;
        let told = effects::told(company);
        let queue = company.ok("attention", json!({}));
        let outbox = company.ok("outbox", json!({}));
        let transfers = company.sandbox.transfers();
        let settled = transfers
            .iter()
            .filter(|transfer| transfer.line_id == line)
            .flat_map(|transfer| &transfer.settles);
        for (invoice, _) in settled.filter(|(invoice, _)| told.contains_key(invoice)) {
            let number = company.sandbox.invoice_number(invoice).unwrap_or_default();
            let is_asked = queue
                .as_array()
                .unwrap()
                .iter()
                .any(|item| item["kind"] == "tell_provider" && text(&item["title"]).contains(&number));
            // What the program has no answer to is looked up first.
            let in_doubt = outbox["effects"]
                .as_array()
                .unwrap()
                .iter()
                .any(|effect| effect["state"] == "unknown" && text(&effect["title"]).contains(&number));
            if !is_asked && !in_doubt {
                self.wrong.push(format!("{number} is open again, the card processor was told that it is paid, and nobody was asked"));
            }
        }
    }

    fn record(&mut self, company: &Company, payment: &HandPayment) {
        if !self.recorded.contains_key(&payment.id) {
            let Some(number) = company.sandbox.invoice_number(&payment.invoice) else { return };
            let Ok(invoice) = company.call("invoice", json!({"number": number})) else {
                self.stuck.insert(payment.id.clone(), format!("invoice {number} is not in the books"));
                return;
            };
            let amount = decimal(payment.amount_minor);
            let form = json!({
                "customer": payment.customer, "amount": amount, "currency": payment.currency.to_uppercase(),
                "method": payment.method, "received_on": "",
                "reference": payment.check_number.clone().unwrap_or_default(), "note": "",
                "allocations": [{"invoice": number, "amount": amount}], "proof": "", "email_receipt": true
            });
            match company.call("payment_record", form) {
                Ok(done) => {
                    let recorded = Recorded {
                        number: text(&done["payment"]),
                        receipt: text(&done["receipt"]),
                        customer: payment.customer.clone(),
                        mailed: !text(&invoice["email"]).is_empty(),
                    };
                    self.recorded.insert(payment.id.clone(), recorded);
                }
                Err(error) => {
                    self.stuck.insert(payment.id.clone(), format!("{} {error}", error.code));
                    return;
                }
            }
        }
        if payment.method == "cash" && self.deposited.insert(payment.id.clone()) {
            let (_, _, cash, _) = account_of(payment.currency);
            let number = &self.recorded[&payment.id].number;
            company.ok("payment_deposit", json!({"payment": number, "account": cash}));
        }
    }

    fn explain(&mut self, company: &Company, line: &BankLine, transfers: &[Transfer]) {
        let Ok(desk) = company.call("match_line", json!({"id": line.id})) else {
            self.stuck.insert(line.id.clone(), "it is not in the books".to_owned());
            return;
        };
        let transfer = transfers.iter().find(|transfer| transfer.line_id == line.id);
        if transfer.is_some_and(|transfer| !transfer.settles.is_empty())
            && !company.is_calm()
            && self.dice.once_in(6)
        {
            self.doubts.insert(line.id.clone(), self.dice.below(4));
        }
        if matches!(text(&desk["line"]["state"]).as_str(), "booked" | "filed" | "transfer") {
            self.explained.insert(line.id.clone());
            return;
        }
        let done = match () {
            () if line.amount_minor < 0 => match Refunds::payout_of(company, &line.id) {
                Some(payout) => company.call("match_confirm", choice(line, "refund", &[payout])),
                None => company.call("match_file", filing(line)),
            },
            () if line.payer == "STRIPE" => payout_of(company, line)
                .map(|payout| choice(line, "refund", &[payout]))
                .map_or_else(|| Ok(Value::Null), |choice| company.call("match_confirm", choice)),
            () => match transfer {
                Some(transfer) if transfer.settles.is_empty() => {
                    company.call("match_credit", json!({"line": line.id, "customer": transfer.customer}))
                }
                Some(transfer) => company.call("match_confirm", settling(company, line, transfer)),
                None => match self.check_of(company, line) {
                    Some(number) => company.call("match_confirm", choice(line, "payment", &[number])),
                    None => return,
                },
            },
        };
        match done {
            Ok(_) => {
                self.explained.insert(line.id.clone());
            }
            Err(error) => {
                self.stuck.insert(line.id.clone(), format!("{} {error}", error.code));
            }
        }
    }

    /// The recorded check that a line is the deposit of.
    fn check_of(&mut self, company: &Company, line: &BankLine) -> Option<String> {
        let payments = company.sandbox.hand_payments();
        let check = payments.iter().find(|payment| payment.line_id.as_deref() == Some(&line.id));
        let number =
            check.and_then(|check| self.recorded.get(&check.id)).map(|recorded| recorded.number.clone());
        if number.is_none() {
            self.stuck.insert(line.id.clone(), "nobody knows what it is".to_owned());
        }
        number
    }
}

fn import(company: &Company, path: &Path, currency: &str) {
    let (_, account, ..) = account_of(currency);
    let imported = company.ok(
        "import_statement",
        json!({"path": path, "account": account, "format": "auto", "mapping": null, "skip_bad": false}),
    );
    assert_eq!(imported["rejected"], json!([]), "{imported}");
    std::fs::remove_file(path).unwrap();
}

/// Questions that only a founder can answer, not always at once: a receipt without an answer is looked for where it
/// should have arrived. Whether a report came does not matter to this one.
fn answer(company: &Company, dice: &mut Dice) {
    let outbox = company.ok("outbox", json!({}));
    for effect in outbox["effects"].as_array().unwrap() {
        let id = text(&effect["id"]);
        let answer = match text(&effect["state"]).as_str() {
            "unknown" if effect["kind"] == "email.receipt" => {
                if !company.is_calm() && dice.once_in(2) {
                    continue;
                }
                let preview = company.ok("message_preview", json!({"id": id}));
                let subject = text(&preview["subject"]);
                let mails = company.sandbox.mails();
                let arrived = mails.iter().any(|mail| mail.header("Subject").as_deref() == Some(&subject));
                if arrived { "sent" } else { "again" }
            }
            "failed" if ["email.", "webhook."].iter().any(|kind| text(&effect["kind"]).starts_with(kind)) => {
                "again"
            }
            _ => continue,
        };
        company.ok("effect_resolve", json!({"id": id, "answer": answer}));
    }
}

fn filing(line: &BankLine) -> Value {
    let fee = line.payer.is_empty();
    let account = if fee { "Expenses:Fees:Bank" } else { "Expenses:Software" };
    json!({"line": line.id, "account": account, "remember": !fee})
}

/// Which invoices a transfer settles. What a bank on the way kept stays open.
fn settling(company: &Company, line: &BankLine, transfer: &Transfer) -> Value {
    let numbers: Vec<String> =
        transfer.settles.iter().filter_map(|(invoice, _)| company.sandbox.invoice_number(invoice)).collect();
    let mut choice = choice(line, "invoices", &numbers);
    if transfer.short_minor > 0 {
        choice["difference"] = json!("open");
    }
    choice
}

fn choice(line: &BankLine, kind: &str, targets: &[String]) -> Value {
    json!({"line": line.id, "kind": kind, "targets": targets, "amounts": [], "difference": "none"})
}

/// The payout that a line is the arrival of, as the simulation knows it.
fn payout_of(company: &Company, line: &BankLine) -> Option<String> {
    let arrived = company.sandbox.entries().into_iter().find(|entry| {
        let amount = entry.postings.iter().map(|(_, amount)| *amount).max();
        entry.why == "payout arrived"
            && (entry.at, entry.currency, amount) == (line.at, line.account, Some(line.amount_minor))
    });
    arrived.map(|entry| entry.reference)
}

fn account_of(currency: &str) -> (&'static str, &'static str, &'static str, &'static str) {
    ACCOUNTS
        .into_iter()
        .find(|(each, ..)| *each == currency)
        .unwrap_or_else(|| panic!("no account in {currency}"))
}

pub fn decimal(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
