//! What an approval is bound to: a digest over everything the founder was shown (invariant 5).

use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};

use crate::money::Money;

/// One payment as it was shown, and as its outbox row must still be when it is sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApprovedItem {
    /// Id of the item.
    pub id: String,
    /// The payee's id.
    pub payee: String,
    /// The payee's name.
    pub payee_name: String,
    /// Fingerprint of the full destination, never the masked text.
    pub destination_fingerprint: String,
    /// How much.
    pub amount: Money,
    /// SHA-256 of the frozen request bytes, hex.
    pub request_digest: String,
}

/// Everything that an approval covers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Envelope {
    /// The batch.
    pub batch: String,
    /// Its revision.
    pub revision: u32,
    /// The rail.
    pub rail: String,
    /// The account the money leaves.
    pub source_account: String,
    /// After this the approval is worth nothing.
    pub expires_at: DateTime<Utc>,
    /// Items, in any order: the digest sorts them by id.
    pub items: Vec<ApprovedItem>,
}

impl Envelope {
    /// SHA-256 over a length-prefixed encoding of every field, hex. Length prefixes keep two different
    /// envelopes from having the same bytes, whatever names and texts contain.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        let mut field = |text: &str| {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        };
        field("purser approval 1");
        field(&self.batch);
        field(&self.revision.to_string());
        field(&self.rail);
        field(&self.source_account);
        field(&self.expires_at.to_rfc3339_opts(SecondsFormat::Secs, true));
        field(&self.items.len().to_string());
        let mut items: Vec<&ApprovedItem> = self.items.iter().collect();
        items.sort_by(|a, b| a.id.cmp(&b.id));
        for item in items {
            field(&item.id);
            field(&item.payee);
            field(&item.payee_name);
            field(&item.destination_fingerprint);
            field(&item.amount.to_string());
            field(&item.request_digest);
        }
        hex::encode(hash.finalize())
    }
}

/// SHA-256 of some bytes, hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::currency::Currency;

    fn envelope() -> Envelope {
        let item = |id: &str, amount| ApprovedItem {
            id: id.into(),
            payee: format!("payee-{id}"),
            payee_name: "Marta Lindqvist".into(),
            destination_fingerprint: "f1".into(),
            amount: Money::new(amount, Currency::USD),
            request_digest: "d1".into(),
        };
        Envelope {
            batch: "b".into(),
            revision: 1,
            rail: "file".into(),
            source_account: "Assets:Bank:Mercury".into(),
            expires_at: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
            items: vec![item("1", 98_625), item("2", 100)],
        }
    }

    #[test]
    fn any_change_of_what_was_shown_changes_the_digest() {
        let shown = envelope().digest();
        type Change = Box<dyn Fn(&mut Envelope)>;
        let changes: Vec<(&str, Change)> = vec![
            ("batch", Box::new(|e| e.batch.push('x'))),
            ("revision", Box::new(|e| e.revision += 1)),
            ("rail", Box::new(|e| e.rail = "ach".into())),
            ("source", Box::new(|e| e.source_account.push('x'))),
            ("expiry", Box::new(|e| e.expires_at += chrono::Duration::seconds(1))),
            ("payee id", Box::new(|e| e.items[0].payee.push('x'))),
            ("payee name", Box::new(|e| e.items[0].payee_name.push('x'))),
            ("destination", Box::new(|e| e.items[0].destination_fingerprint.push('x'))),
            ("amount", Box::new(|e| e.items[0].amount = Money::new(95_125, Currency::USD))),
            ("currency", Box::new(|e| e.items[0].amount = Money::new(98_625, Currency::EUR))),
            ("request", Box::new(|e| e.items[1].request_digest.push('x'))),
            (
                "one item less",
                Box::new(|e| {
                    e.items.pop();
                }),
            ),
            (
                "text moved between fields",
                Box::new(|e| {
                    e.items[0].payee.push('M');
                    e.items[0].payee_name.remove(0);
                }),
            ),
        ];
        for (what, change) in changes {
            let mut other = envelope();
            change(&mut other);
            assert_ne!(other.digest(), shown, "{what}");
        }
    }

    #[test]
    fn the_order_of_items_does_not_matter() {
        let mut other = envelope();
        other.items.reverse();
        assert_eq!(other.digest(), envelope().digest());
    }
}
