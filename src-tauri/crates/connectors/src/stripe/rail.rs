//! Writing: refunds, and invoices that were settled elsewhere. Frozen bytes come from the outbox, with a key for ever.
//!
//! Every refund carries its key in its metadata, so that it can be found whatever became of the request. Stripe keeps
//! the answer of a key for a day, its own faults (status 500) included: a kept fault is looked up, and then asked again
//! under a key of the next generation (C-2).

use purser_core::outbox::{Delivery, Outcome};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::client::{Client, Fields, Written, without_keys};
use super::kinds::field;
use super::money::amount;
use super::{NAME, TITLE};
use crate::instruction::PaymentInstruction;
use crate::net::wait_for;
use crate::rail::Rail;

/// How often a kept fault is passed by with a new key.
const GENERATIONS_MAX: u32 = 3;
/// Pages that are looked through for a refund of one charge.
const PAGES_MAX: usize = 10;
/// Where the key stands in the metadata.
const KEY_FIELD: &str = "purser_key";
/// Before the id of the charge in a payment instruction's destination.
const DESTINATION: &str = "stripe:";

/// Writes to one account. Needs the key that may write.
#[derive(Clone)]
pub struct StripeRail {
    client: Client,
}

impl StripeRail {
    /// A rail on a connection.
    pub fn new(client: Client) -> StripeRail {
        StripeRail { client }
    }
}

/// The destination of a [`PaymentInstruction`] that gives back a charge (`ch_…`) or an intent (`pi_…`).
pub fn refund_destination(charge: &str) -> String {
    format!("{DESTINATION}{charge}")
}

/// The frozen bytes of “this invoice was paid outside of Stripe”. Field names are never changed.
pub fn pay_outside(invoice: &str) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&PayOutside { pay_outside: invoice.to_owned() })
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PayOutside {
    pay_outside: String,
}

/// What is asked for.
#[derive(Clone, PartialEq, Debug)]
enum Order {
    Refund { field: &'static str, charge: String, amount: i64, payout: String },
    PayOutside { invoice: String },
}

impl Order {
    fn read(request: &[u8]) -> Result<Order, String> {
        if let Ok(order) = serde_json::from_slice::<PayOutside>(request) {
            return if is_id(&order.pay_outside, "in_") {
                Ok(Order::PayOutside { invoice: order.pay_outside })
            } else {
                Err("it names no invoice of Stripe's".to_owned())
            };
        }
        let instruction = PaymentInstruction::from_bytes(request)
            .map_err(|_| "it is neither a refund nor a settled invoice".to_owned())?;
        let charge = instruction.destination.strip_prefix(DESTINATION).unwrap_or_default().to_owned();
        let field = match () {
            () if is_id(&charge, "ch_") || is_id(&charge, "py_") => "charge",
            () if is_id(&charge, "pi_") => "payment_intent",
            () => return Err("it names no charge of Stripe's".to_owned()),
        };
        let amount = amount(instruction.money)
            .filter(|amount| *amount > 0)
            .ok_or_else(|| format!("{} cannot be refunded in Stripe's units", instruction.money))?;
        Ok(Order::Refund { field, charge, amount, payout: instruction.id })
    }

    fn path(&self) -> String {
        match self {
            Order::Refund { .. } => "/v1/refunds".to_owned(),
            Order::PayOutside { invoice } => format!("/v1/invoices/{invoice}/pay"),
        }
    }

    /// The same bytes for the same order, however often it is sent.
    fn form(&self, key: &str) -> Fields {
        match self {
            Order::Refund { field: name, charge, amount, payout } => vec![
                field(name, charge.as_str()),
                field("amount", amount.to_string()),
                field(&format!("metadata[{KEY_FIELD}]"), key),
                field("metadata[purser_payout]", payout.as_str()),
            ],
            Order::PayOutside { .. } => vec![field("paid_out_of_band", "true")],
        }
    }
}

impl Rail for StripeRail {
    fn name(&self) -> &str {
        NAME
    }

    fn title(&self) -> &str {
        TITLE
    }

    fn delivery(&self) -> Delivery {
        Delivery::Keyed
    }

    fn send(&self, key: &str, request: &[u8]) -> Outcome {
        let order = match Order::read(request) {
            Ok(order) => order,
            Err(why) => return Outcome::Refused(why),
        };
        let (client, key) = (self.client.clone(), key.to_owned());
        answered(wait_for(async move { carry(&client, &key, &order).await }))
    }

    fn look_up(&self, key: &str, request: &[u8]) -> Outcome {
        let order = match Order::read(request) {
            Ok(order) => order,
            Err(why) => return Outcome::Refused(why),
        };
        let (client, key) = (self.client.clone(), key.to_owned());
        answered(wait_for(async move { find(&client, &key, &order).await }))
    }
}

/// A program fault while a request was on its way says nothing about the request.
fn answered(outcome: std::io::Result<Outcome>) -> Outcome {
    outcome.unwrap_or_else(|error| Outcome::NoAnswer(error.to_string()))
}

async fn carry(client: &Client, key: &str, order: &Order) -> Outcome {
    let (path, form) = (order.path(), order.form(key));
    for generation in 1..=GENERATIONS_MAX {
        let wire_key = if generation == 1 { key.to_owned() } else { format!("{key}.{generation}") };
        let (status, replayed, body) = match client.post(&path, &form, &wire_key).await {
            Written::Answer(status, replayed, body) => (status, replayed, body),
            Written::NotSent(why) => return Outcome::NotSent(why),
            Written::NoAnswer(why) => return Outcome::NoAnswer(why),
        };
        match status {
            200..=299 => return accepted(&body),
            500..=599 if replayed => match find(client, key, order).await {
                Outcome::NotSent(_) => {}
                found => return found,
            },
            401 | 403 => return Outcome::NotSent("Stripe does not let this key do it".to_owned()),
            429 => return Outcome::NotSent("Stripe asks us to slow down".to_owned()),
            409 => return Outcome::NoAnswer("Stripe is still at work on the same request".to_owned()),
            400..=499 => return refused(client, key, order, status, &body).await,
            _ => return Outcome::NoAnswer(format!("Stripe answered with status {status}")),
        }
    }
    Outcome::NoAnswer("Stripe answered with a fault of its own again and again".to_owned())
}

/// A refusal is final, unless what was wanted is there already.
async fn refused(client: &Client, key: &str, order: &Order, status: u16, body: &Value) -> Outcome {
    if let found @ Outcome::Accepted(_) = find(client, key, order).await {
        return found;
    }
    let words = body["error"]["message"].as_str().unwrap_or("it gave no reason");
    let words = purser_core::text::one_line(&without_keys(words), 200);
    Outcome::Refused(format!("Stripe refused it (status {status}): {words}"))
}

fn accepted(body: &Value) -> Outcome {
    match body["id"].as_str() {
        Some(id) => Outcome::Accepted(id.to_owned()),
        None => Outcome::NoAnswer("Stripe's answer cannot be read".to_owned()),
    }
}

/// Looks for what was sent: a refund by its metadata, a settled invoice by its state.
async fn find(client: &Client, key: &str, order: &Order) -> Outcome {
    match order {
        Order::PayOutside { invoice } => {
            match client.get_as_writer(&format!("/v1/invoices/{invoice}"), &[]).await {
                Ok(value) if value["status"] == "paid" => Outcome::Accepted(invoice.clone()),
                Ok(value) if value["status"].is_string() => {
                    Outcome::NotSent("the invoice is not settled at Stripe".to_owned())
                }
                Ok(_) => Outcome::NoAnswer("Stripe's answer cannot be read".to_owned()),
                Err(error) => Outcome::NoAnswer(error.to_string()),
            }
        }
        Order::Refund { field: name, charge, .. } => find_refund(client, key, name, charge).await,
    }
}

async fn find_refund(client: &Client, key: &str, name: &str, charge: &str) -> Outcome {
    let mut after: Option<String> = None;
    for _ in 0..PAGES_MAX {
        let mut fields = vec![field(name, charge), field("limit", "100")];
        fields.extend(after.take().map(|id| field("starting_after", id)));
        let page = match client.get_as_writer("/v1/refunds", &fields).await {
            Ok(page) => page,
            Err(error) => return Outcome::NoAnswer(error.to_string()),
        };
        let Some(items) = page["data"].as_array() else {
            return Outcome::NoAnswer("Stripe's answer cannot be read".to_owned());
        };
        if let Some(found) = items.iter().find(|item| item["metadata"][KEY_FIELD] == key) {
            return accepted(found);
        }
        after = items.last().and_then(|item| item["id"].as_str()).map(str::to_owned);
        if page["has_more"].as_bool() != Some(true) || after.is_none() {
            return Outcome::NotSent("Stripe has no such refund of this charge".to_owned());
        }
    }
    Outcome::NoAnswer("the charge has more refunds than can be looked through".to_owned())
}

fn is_id(text: &str, start: &str) -> bool {
    text.strip_prefix(start).is_some_and(|rest| {
        !rest.is_empty()
            && text.len() <= 255
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}
