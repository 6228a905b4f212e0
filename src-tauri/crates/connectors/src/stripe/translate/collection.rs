//! How far Stripe has come in collecting an open invoice by itself (MI-04, TS-41, TS-45).

use purser_core::fact::{Collection, CollectionNext};
use purser_core::text::one_line;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{text, time};
use crate::source::Unreadable;

/// Longest reason of a failure, in characters.
const FAILURE_CHARS: usize = 160;

/// What an invoice that is collected says of it.
pub(super) struct WireCollection {
    pub attempt_count: u32,
    pub next_payment_attempt: Option<i64>,
    pub payments: Vec<WireAttempt>,
    pub hosted_invoice_url: Option<String>,
}

/// A payment of the invoice, made or attempted.
#[derive(Deserialize)]
pub(super) struct WireAttempt {
    status: String,
    payment: WireMeans,
}

#[derive(Deserialize)]
struct WireMeans {
    payment_intent: Option<WireIntent>,
}

/// Its id alone says nothing: that is what a key gets which may not read intents.
#[derive(Deserialize)]
#[serde(untagged)]
enum WireIntent {
    Whole { status: String, last_payment_error: Option<WireError> },
    Other(IgnoredAny),
}

#[derive(Deserialize)]
struct WireError {
    code: Option<String>,
    decline_code: Option<String>,
    message: Option<String>,
}

/// Stripe's own message is written for whoever pays; the code says why.
const FAILURES: [(&str, &str); 17] = [
    ("insufficient_funds", "The card has too little money"),
    ("withdrawal_count_limit_exceeded", "The card is over its limit"),
    ("card_velocity_exceeded", "The card is over its limit"),
    ("expired_card", "The card has expired"),
    ("lost_card", "The card was reported lost"),
    ("stolen_card", "The card was reported stolen"),
    ("pickup_card", "The card was taken out of use"),
    ("invalid_account", "The card's account does not exist any more"),
    ("incorrect_number", "The card's number is wrong"),
    ("incorrect_cvc", "The card's security code is wrong"),
    ("card_not_supported", "The card does not take this kind of payment"),
    ("currency_not_supported", "The card does not take this currency"),
    ("fraudulent", "The payment looks like fraud to Stripe"),
    ("do_not_honor", "The customer's bank declined it and does not say why"),
    ("generic_decline", "The customer's bank declined it and does not say why"),
    (CONFIRM, "The customer's bank wants the customer to confirm it"),
    ("payment_intent_authentication_failure", "The customer did not confirm it with their bank"),
];

/// The customer's bank declines what its customer does not confirm.
const CONFIRM: &str = "authentication_required";

impl WireError {
    /// The closer one of the two codes.
    fn code(&self) -> &str {
        self.decline_code.as_deref().or(self.code.as_deref()).unwrap_or_default()
    }

    fn words(&self) -> String {
        match FAILURES.iter().find(|(code, _)| *code == self.code()) {
            Some((_, words)) => (*words).to_owned(),
            None => {
                let said = one_line(self.message.as_deref().unwrap_or_default(), FAILURE_CHARS);
                said.trim_end_matches('.').to_owned()
            }
        }
    }
}

/// Of an open invoice that was tried to be collected.
pub(super) fn collection(wire: WireCollection) -> Result<Collection, Unreadable> {
    // An intent that was replaced is cancelled with its payment.
    let mut open = wire.payments.into_iter().filter(|payment| payment.status == "open");
    let (status, error) = match open.find_map(|payment| payment.payment.payment_intent) {
        Some(WireIntent::Whole { status, last_payment_error }) => (status, last_payment_error),
        Some(WireIntent::Other(_)) | None => (String::new(), None),
    };
    let retry = wire.next_payment_attempt.map(time).transpose()?;
    let next = match (status.as_str(), retry) {
        // A debit of a bank account takes days, and Stripe plans no attempt meanwhile.
        ("processing" | "requires_capture" | "succeeded", _) => CollectionNext::Arrival,
        ("requires_action", _) => CollectionNext::Confirmation,
        _ if error.as_ref().is_some_and(|error| error.code() == CONFIRM) => CollectionNext::Confirmation,
        (_, Some(at)) => CollectionNext::Retry(at),
        (_, None) => CollectionNext::Nothing,
    };
    let failure = error.map(|error| error.words()).unwrap_or_default();
    let page = text(wire.hosted_invoice_url);
    Ok(Collection { attempts: wire.attempt_count.max(1), next, failure, page })
}
