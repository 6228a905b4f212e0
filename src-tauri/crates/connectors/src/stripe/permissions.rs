//! What a restricted key must be allowed, checked with the cheapest request there is (C-2, security.md 7).
//!
//! A read is tried by a page of one. A write is tried on an object that cannot exist: Stripe looks at what the key may do
//! before it looks for the object, so that the answer says whether the key may write, and nothing is done.

use super::client::Client;
use super::kinds::field;
use super::source::wait;
use crate::source::SourceError;

/// A permission of a restricted key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Need {
    /// Its name where keys are made.
    pub name: &'static str,
    /// A path that only answers where it is granted.
    path: &'static str,
    /// What is asked or sent there.
    fields: &'static [(&'static str, &'static str)],
    /// Asked of the key that may write.
    pub write: bool,
}

/// Whether it is granted.
#[derive(Clone, PartialEq, Debug)]
pub struct Permission {
    /// What is needed.
    pub need: Need,
    /// Why it is not there.
    pub missing: Option<SourceError>,
}

const NEEDS: [Need; 17] = [
    list("Events", "/v1/events"),
    list("Customers", "/v1/customers"),
    list("Prices", "/v1/prices"),
    list("Coupons", "/v1/coupons"),
    list("Subscriptions", "/v1/subscriptions"),
    read("Subscription items", "/v1/subscription_items", &[("subscription", "sub_purser_may_read")]),
    list("Invoices", "/v1/invoices"),
    list("Invoice payments", "/v1/invoice_payments"),
    list("PaymentIntents", "/v1/payment_intents"),
    list("Charges", "/v1/charges"),
    list("Refunds", "/v1/refunds"),
    list("Disputes", "/v1/disputes"),
    list("Payouts", "/v1/payouts"),
    read("Balance", "/v1/balance", &[]),
    list("Balance transactions", "/v1/balance_transactions"),
    write("Refunds", "/v1/refunds", &[("charge", "ch_purser_may_write")]),
    write("Invoices", "/v1/invoices/in_purser_may_write/pay", &[("paid_out_of_band", "true")]),
];

const fn list(name: &'static str, path: &'static str) -> Need {
    read(name, path, &[("limit", "1")])
}

const fn read(
    name: &'static str,
    path: &'static str,
    fields: &'static [(&'static str, &'static str)],
) -> Need {
    Need { name, path, fields, write: false }
}

const fn write(
    name: &'static str,
    path: &'static str,
    fields: &'static [(&'static str, &'static str)],
) -> Need {
    Need { name, path, fields, write: true }
}

/// Everything that is needed.
pub fn needs() -> &'static [Need] {
    &NEEDS
}

/// Tries each permission; those of the write key only where there is one. `once` is a word that no other check has: an
/// answer that Stripe kept would say what the key was allowed then.
///
/// Errors: the key is not accepted at all, or Stripe cannot be reached.
pub fn check_permissions(client: &Client, once: &str) -> Result<Vec<Permission>, SourceError> {
    let (client, once) = (client.clone(), once.to_owned());
    wait(async move {
        let mut all = Vec::new();
        for need in NEEDS.into_iter().filter(|need| !need.write || client.can_write()) {
            let fields: Vec<_> = need.fields.iter().map(|(name, value)| field(name, *value)).collect();
            let asked = if need.write {
                let key = format!("may-write-{}-{once}", need.name.to_lowercase());
                client.try_post(need.path, &fields, &key).await
            } else {
                client.get(need.path, &fields).await.map(|_| ())
            };
            let missing = match asked {
                Ok(()) => None,
                // The key may: what it asked for is not there.
                Err(SourceError::Refused { code, .. }) if code == "resource_missing" => None,
                Err(error @ SourceError::NotAllowed { .. }) => Some(error),
                Err(error) => return Err(error),
            };
            all.push(Permission { need, missing });
        }
        Ok(all)
    })
}
