//! The audit chain as a list.

use purser_store::tables::journal::{self, AuditLine};
use serde_json::Value;

use super::words::short_hash;
use super::{FILTER_CHARS, keys_of};
use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

/// Characters of a row's particulars.
const DETAIL_CHARS: usize = 300;

/// `audit_index`.
pub fn audit_index(caller: &Caller<'_>, input: ByText) -> Result<AuditIndex, ApiError> {
    let text = purser_core::text::bounded(&input.text, FILTER_CHARS);
    caller.books()?.read(|tx| Ok(AuditIndex { keys: journal::audit_index(tx, &text)? }))
}

/// `audit_rows`.
pub fn audit_rows(caller: &Caller<'_>, input: ByKeys) -> Result<Vec<AuditRow>, ApiError> {
    let keys = keys_of(&input)?;
    caller.books()?.read(|tx| Ok(journal::audit_rows(tx, keys)?.into_iter().map(shown).collect()))
}

fn shown(line: AuditLine) -> AuditRow {
    AuditRow {
        key: line.seq,
        at: line.at,
        actor: line.actor,
        action: line.action,
        subject: line.subject,
        detail: detail_words(&line.detail),
        seal: short_hash(&line.hash, 8, "").chars().take(8).collect(),
    }
}

/// The particulars on one line: `invoice NB-1, fee 15.00 USD, entries 7 to 9`.
fn detail_words(detail: &str) -> String {
    let words = match serde_json::from_str(detail) {
        Ok(Value::Object(fields)) => {
            let parts: Vec<String> =
                fields.iter().filter_map(|(name, value)| field_words(name, value)).collect();
            parts.join(", ")
        }
        _ => detail.to_owned(),
    };
    purser_core::text::one_line(&words, DETAIL_CHARS)
}

fn field_words(name: &str, value: &Value) -> Option<String> {
    let said = match value {
        Value::Null => return None,
        Value::Object(entries) if name == "sealed" => {
            let number = |field| entries.get(field).and_then(Value::as_i64).unwrap_or(0);
            return Some(match (number("first"), number("count")) {
                (first, 1) => format!("entry {first}"),
                (first, count) => format!("entries {first} to {}", first + count - 1),
            });
        }
        Value::Object(money) if money.contains_key("amount") && money.contains_key("currency") => {
            format!("{} {}", plain(&money["amount"]), plain(&money["currency"]))
        }
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(" "),
        other => plain(other),
    };
    (!said.is_empty()).then(|| format!("{} {said}", name.replace('_', " ")))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particulars_are_read_as_words() {
        let detail = serde_json::json!({
            "invoice": "NB-1", "fee": {"amount": "15.00", "currency": "USD"}, "rejected": ["a", "b"],
            "why": null, "sealed": {"first": 7, "count": 3, "digest": "00"}
        });
        assert_eq!(
            detail_words(&detail.to_string()),
            "invoice NB-1, fee 15.00 USD, rejected a b, entries 7 to 9"
        );
        assert_eq!(detail_words("not json"), "not json");
    }
}
