//! A founder who is never wrong: knows from the simulation what each transfer was meant to pay, and does with Purser
//! what a founder does. What the books do not know yet waits for another day.

use std::collections::{BTreeMap, BTreeSet};

use purser_sandbox::{BankLine, HandPayment, Transfer};
use serde_json::{Value, json};

use crate::company::{ACCOUNTS, Company};

/// Statements are asked for with so many days that were seen before.
const OVERLAP_DAYS: i64 = 12;

/// What the founder remembers.
#[derive(Default)]
pub struct Founder {
    /// Lines that are explained.
    explained: BTreeSet<String>,
    /// What was recorded by hand: the simulation's id, and ours.
    pub recorded: BTreeMap<String, Recorded>,
    /// Cash that lies in the box.
    deposited: BTreeSet<String>,
    /// Why something could not be done at the last try.
    pub stuck: BTreeMap<String, String>,
}

/// A payment that was recorded by hand.
pub struct Recorded {
    pub number: String,
    pub receipt: String,
    /// The simulation's id of the customer.
    pub customer: String,
}

impl Founder {
    /// Everything that can be done now.
    pub fn work(&mut self, company: &mut Company) {
        self.stuck.clear();
        import(company);
        for payment in company.sandbox.hand_payments() {
            self.record(company, &payment);
        }
        company.ok("match_run", json!({"apply": true}));
        let lines = company.sandbox.bank_lines();
        let transfers = company.sandbox.transfers();
        for line in lines.iter().filter(|line| line.description != "OPENING DEPOSIT") {
            if !self.explained.contains(&line.id) {
                self.explain(company, line, &transfers);
            }
        }
        answer(company);
    }

    fn record(&mut self, company: &Company, payment: &HandPayment) {
        if !self.recorded.contains_key(&payment.id) {
            let Some(number) = company.sandbox.invoice_number(&payment.invoice) else { return };
            if company.call("invoice", json!({"number": number})).is_err() {
                self.stuck.insert(payment.id.clone(), format!("invoice {number} is not in the books"));
                return;
            }
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
        if matches!(text(&desk["line"]["state"]).as_str(), "booked" | "filed" | "transfer") {
            self.explained.insert(line.id.clone());
            return;
        }
        let done = match () {
            () if line.amount_minor < 0 => company.call("match_file", filing(line)),
            () if line.payer == "STRIPE" => payout_of(company, line)
                .map(|payout| choice(line, "refund", &[payout]))
                .map_or_else(|| Ok(Value::Null), |choice| company.call("match_confirm", choice)),
            () => match transfers.iter().find(|transfer| transfer.line_id == line.id) {
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

/// The newest days of both statements, some of which are known.
fn import(company: &mut Company) {
    let from = (company.sandbox.now() - chrono::Duration::days(OVERLAP_DAYS)).date_naive().to_string();
    for (currency, account, _, _) in ACCOUNTS {
        let statement = company.sandbox.statement_csv(currency);
        let mut rows = statement.lines();
        let head = rows.next().unwrap_or_default();
        let recent: Vec<&str> = rows
            .filter(|row| row.split(',').nth(1).is_some_and(|day| day >= from.as_str()))
            .filter(|row| !row.ends_with("OPENING DEPOSIT"))
            .collect();
        if recent.is_empty() {
            continue;
        }
        let path = company.path("csv");
        std::fs::write(&path, format!("{head}\n{}\n", recent.join("\n"))).unwrap();
        let imported = company.ok(
            "import_statement",
            json!({"path": path, "account": account, "format": "auto", "mapping": null, "skip_bad": false}),
        );
        assert_eq!(imported["rejected"], json!([]), "{imported}");
        std::fs::remove_file(&path).unwrap();
    }
}

/// Questions that only a founder can answer: a mail without an answer is looked for where it should have arrived.
fn answer(company: &Company) {
    let outbox = company.ok("outbox", json!({}));
    for effect in outbox["effects"].as_array().unwrap() {
        let id = text(&effect["id"]);
        let answer = match text(&effect["state"]).as_str() {
            "unknown" if effect["kind"] == "email.receipt" => {
                let title = text(&effect["title"]);
                let arrived = company.sandbox.mails().iter().any(|mail| {
                    let subject = mail.header("Subject").unwrap_or_default();
                    subject.split(' ').nth(1).is_some_and(|receipt| title.contains(receipt))
                });
                if arrived { "sent" } else { "again" }
            }
            "failed" if effect["kind"] == "email.receipt" => "again",
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

fn decimal(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
