//! Effects against the records of those who received them: none lost, none doubled.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::company::{Company, FOUNDER};
use crate::founder::{Founder, text};

/// Each payment that was recorded by hand of a customer with an address has one receipt in its mailbox, each report came to the founder
/// once, and no other mail came. One that was interrupted may have come, or not: the founder was asked.
pub fn mails(company: &Company, founder: &Founder) -> Vec<String> {
    let mut came: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut found = Vec::new();
    let mut ids = BTreeSet::new();
    for mail in company.sandbox.mails() {
        let subject = mail.header("Subject").unwrap_or_default();
        let receipt = subject.strip_prefix("Receipt ").and_then(|rest| rest.split(' ').next());
        let report = mail.message.split("revenue-").nth(1).and_then(|rest| rest.get(..10));
        match receipt.or(report) {
            Some(what) => {
                for to in &mail.to {
                    *came.entry((what.to_owned(), to.clone())).or_default() += 1;
                }
            }
            None => found.push(format!("a mail that nobody asked for: {subject}")),
        }
        let id = mail.header("Message-ID").unwrap_or_default();
        if !ids.insert(id.clone()) {
            found.push(format!("{subject} came twice as {id}"));
        }
    }
    let open = open_questions(company);
    let receipts = founder.recorded.values().filter(|recorded| recorded.mailed).map(|recorded| {
        let to = company.sandbox.customer_email(&recorded.customer).unwrap_or_default();
        (recorded.receipt.clone(), to)
    });
    let reports = company.schedule.report_days().into_iter().map(|day| (day, FOUNDER.to_owned()));
    for mail in receipts.chain(reports) {
        let times = came.remove(&mail).unwrap_or(0);
        let (what, to) = mail;
        let is_open = open.iter().any(|subject| subject.contains(&what));
        if times > 1 || (times == 0 && !is_open) {
            found.push(format!("the mail of {what} came to {to} {times} times"));
        }
    }
    found.extend(came.into_keys().map(|(what, to)| format!("the mail of {what} to {to} is of nothing")));
    found
}

/// What the mails say that were interrupted and have no answer yet.
fn open_questions(company: &Company) -> Vec<String> {
    let outbox = company.ok("outbox", json!({}));
    let unknown = outbox["effects"].as_array().unwrap().iter().filter(|effect| effect["state"] == "unknown");
    unknown
        .map(|effect| company.ok("message_preview", json!({"id": effect["id"]})))
        .map(|preview| format!("{} {}", preview["subject"], preview["attachments"]))
        .collect()
}

/// Messages that were interrupted are not sent again by themselves, and each is one question to the founder.
pub fn interrupted(company: &Company) -> Vec<String> {
    let outbox = company.ok("outbox", json!({}));
    let effects = outbox["effects"].as_array().unwrap().iter();
    let unknown: Vec<&Value> =
        effects.filter(|effect| effect["state"] == "unknown" && effect["delivery"] == "neither").collect();
    if unknown.is_empty() {
        return Vec::new();
    }
    let queue = company.ok("attention", json!({}));
    let asked = |effect: &Value| {
        let subject = format!("effect:{}", text(&effect["id"]));
        queue.as_array().unwrap().iter().filter(|item| item["subject"] == subject.as_str()).count()
    };
    let silent = unknown.into_iter().filter(|effect| asked(effect) != 1);
    silent.map(|effect| format!("asked {} times: {effect}", asked(effect))).collect()
}

/// What has not left after days in which nothing went wrong, and does not wait for the founder.
pub fn waiting(company: &Company) -> Vec<String> {
    let outbox = company.ok("outbox", json!({}));
    let effects = outbox["effects"].as_array().unwrap().iter();
    let is_explained = |effect: &Value| match text(&effect["state"]).as_str() {
        "sent" | "cancelled" => true,
        // What Stripe refused for good is the founder's, and audited with what was proposed.
        "failed" => effect["kind"] == "money.refund",
        "unknown" => effect["delivery"] == "neither",
        _ => false,
    };
    effects.filter(|effect| !is_explained(effect)).map(|effect| format!("still here: {effect}")).collect()
}

/// How often the card processor was told of each invoice that it is paid.
pub fn told(company: &Company) -> BTreeMap<String, usize> {
    let mut told = BTreeMap::new();
    for request in company.sandbox.requests() {
        let words = request.effect.as_deref().and_then(|effect| effect.strip_prefix("invoice "));
        if let Some(invoice) = words.and_then(|words| words.strip_suffix(" paid out of band")) {
            *told.entry(invoice.to_owned()).or_default() += 1;
        }
    }
    told
}

/// What was done at the card processor by request: each invoice that was settled elsewhere was told once, no other was,
/// and no refund was asked for under two keys.
pub fn requests(company: &Company) -> Vec<String> {
    let mut found = Vec::new();
    let mut told = told(company);
    for invoice in settled_elsewhere(company) {
        match told.remove(&invoice) {
            Some(1) => {}
            times => {
                let times = times.unwrap_or(0);
                found.push(format!("{invoice} was settled elsewhere and told {times} times"));
            }
        }
    }
    found.extend(told.into_keys().map(|invoice| format!("{invoice} is told to be paid, and is not")));
    // What is done was done under one key, and nobody asks for it under another one afterwards.
    let mut done: BTreeMap<String, String> = BTreeMap::new();
    for request in company.sandbox.requests().into_iter().filter(|request| request.method == "POST") {
        // After a kept answer of 500 the same key goes on as key.2.
        let key = request.idempotency_key.unwrap_or_default();
        let stem = key.split('.').next().unwrap_or_default().to_owned();
        // An invoice is named in the path, a refund by the payment that it is for.
        let payment = request.body.split('&').find(|field| field.contains("purser_payout"));
        let what = format!("{} {}", request.path, payment.unwrap_or_default());
        match done.get(&what) {
            Some(before) if *before != stem => {
                found.push(format!("{what} was done under {before}, and asked for under {stem} again"));
            }
            _ => {}
        }
        if let Some(effect) = request.effect {
            done.insert(what, stem);
            if !effect.ends_with(" paid out of band") && !effect.starts_with("refund ") {
                found.push(format!("nobody asked for this: {effect}"));
            }
        }
    }
    found
}

/// Invoices that the truth knows as paid in full by bank, cash or check.
pub fn settled_elsewhere(company: &Company) -> Vec<String> {
    let owed: BTreeSet<String> = company
        .sandbox
        .balances(None)
        .into_iter()
        .filter(|balance| balance.account.group() == "receivable")
        .filter_map(|balance| Some(balance.account.item()?.to_owned()))
        .collect();
    let mut settled = BTreeSet::new();
    for entry in company.sandbox.entries() {
        if matches!(entry.why, "bank transfer" | "payment by hand") {
            let invoices = entry.postings.iter().filter(|(account, _)| account.group() == "receivable");
            settled.extend(invoices.filter_map(|(account, _)| account.item().map(str::to_owned)));
        }
    }
    settled.difference(&owed).cloned().collect()
}
