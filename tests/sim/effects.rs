//! Effects against the records of those who received them: none lost, none doubled.

use std::collections::BTreeMap;

use serde_json::json;

use crate::company::Company;
use crate::founder::Founder;

/// Each payment that was recorded by hand has one receipt in its customer's mailbox, and no other mail came.
pub fn mails(company: &Company, founder: &Founder) -> Vec<String> {
    let mut came: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for mail in company.sandbox.mails() {
        let subject = mail.header("Subject").unwrap_or_default();
        match subject.strip_prefix("Receipt ").and_then(|rest| rest.split(' ').next()) {
            Some(receipt) => *came.entry(receipt.to_owned()).or_default() += 1,
            None => found.push(format!("a mail that nobody asked for: {subject}")),
        }
    }
    for recorded in founder.recorded.values() {
        match came.remove(&recorded.receipt) {
            Some(1) => {}
            times => found.push(format!(
                "receipt {} of {} came {} times",
                recorded.receipt,
                recorded.customer,
                times.unwrap_or(0)
            )),
        }
    }
    found.extend(came.into_keys().map(|receipt| format!("receipt {receipt} is of no payment")));
    found
}

/// What has not left after days in which nothing went wrong.
pub fn waiting(company: &Company) -> Vec<String> {
    let outbox = company.ok("outbox", json!({}));
    let effects = outbox["effects"].as_array().unwrap().iter();
    effects.filter(|effect| effect["state"] != "sent").map(|effect| format!("still here: {effect}")).collect()
}

/// What was done at the card processor by request.
pub fn requests(company: &Company) -> Vec<String> {
    let acted = company.sandbox.requests().into_iter().filter_map(|request| request.effect);
    acted.map(|effect| format!("nobody asked for this: {effect}")).collect()
}
