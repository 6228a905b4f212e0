//! The books as JSON, for tests in other processes.

use super::{Account, Balance, Entry, Truth};
use serde_json::{Value, json};

impl Truth {
    /// `[{account, group, item, currency, amount_minor}]`, debit positive, now or at the end of a second.
    pub fn balances_json(&self, at: Option<i64>) -> Value {
        let balances = at.map_or_else(|| self.balances(), |at| self.balances_at(at));
        Value::Array(balances.iter().map(balance_json).collect())
    }

    /// The entries from a number on: `[{number, at, currency, why, reference, postings: [{account, amount_minor}]}]`.
    pub fn entries_json(&self, from: usize, limit: usize) -> Value {
        let page = self.entries.iter().enumerate().skip(from).take(limit);
        Value::Array(page.map(|(number, entry)| entry_json(number, entry)).collect())
    }
}

fn balance_json(balance: &Balance) -> Value {
    json!({
        "account": balance.account.to_string(),
        "group": balance.account.group(),
        "item": balance.account.item(),
        "currency": balance.currency,
        "amount_minor": balance.amount_minor,
    })
}

fn entry_json(number: usize, entry: &Entry) -> Value {
    let postings: Vec<Value> = entry.postings.iter().map(posting_json).collect();
    json!({
        "number": number,
        "at": entry.at,
        "currency": entry.currency,
        "why": entry.why,
        "reference": entry.reference,
        "postings": postings,
    })
}

fn posting_json((account, amount_minor): &(Account, i64)) -> Value {
    json!({ "account": account.to_string(), "amount_minor": amount_minor })
}
