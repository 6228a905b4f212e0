//! What a restricted key must be allowed, checked with the cheapest read there is (C-2, security.md 7).

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

const NEEDS: [Need; 14] = [
    read("Events", "/v1/events"),
    read("Customers", "/v1/customers"),
    read("Prices", "/v1/prices"),
    read("Coupons", "/v1/coupons"),
    read("Subscriptions", "/v1/subscriptions"),
    read("Invoices", "/v1/invoices"),
    read("Charges", "/v1/charges"),
    read("Refunds", "/v1/refunds"),
    read("Disputes", "/v1/disputes"),
    read("Payouts", "/v1/payouts"),
    read("Balance", "/v1/balance"),
    read("Balance transactions", "/v1/balance_transactions"),
    write("Refunds", "/v1/refunds"),
    write("Invoices", "/v1/invoices"),
];

const fn read(name: &'static str, path: &'static str) -> Need {
    Need { name, path, write: false }
}

const fn write(name: &'static str, path: &'static str) -> Need {
    Need { name, path, write: true }
}

/// Everything that is needed. Of the writing ones only a read can be tried: a key that may write may read.
pub fn needs() -> &'static [Need] {
    &NEEDS
}

/// Tries each permission; those of the write key only where there is one.
///
/// Errors: the key is not accepted at all, or Stripe cannot be reached.
pub fn check_permissions(client: &Client) -> Result<Vec<Permission>, SourceError> {
    let client = client.clone();
    wait(async move {
        let mut all = Vec::new();
        for need in NEEDS.into_iter().filter(|need| !need.write || client.can_write()) {
            let one = if need.path == "/v1/balance" { vec![] } else { vec![field("limit", "1")] };
            let asked = if need.write {
                client.get_as_writer(need.path, &one).await
            } else {
                client.get(need.path, &one).await
            };
            let missing = match asked {
                Ok(_) => None,
                Err(error @ SourceError::NotAllowed { .. }) => Some(error),
                Err(error) => return Err(error),
            };
            all.push(Permission { need, missing });
        }
        Ok(all)
    })
}
