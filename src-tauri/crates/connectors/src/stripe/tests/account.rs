//! A made-up account behind Stripe's list and object addresses.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use purser_core::fact::FactKind;
use secrecy::SecretString;
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::source::{Observation, Polled, Source};
use crate::stripe::{Client, Config, StripeSource};

pub const READ_KEY: &str = "rk_test_canary_read";
pub const WRITE_KEY: &str = "rk_test_canary_write";
/// Noon of some day.
pub const NOON: i64 = 1_800_014_400;

pub fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

/// What the account holds, and what it was asked.
pub struct State {
    /// Whether its write key may write. No object can be written: there is none of that name.
    pub may_write: bool,
    /// What every write is answered, whoever asks.
    pub to_writes: Option<u16>,
    /// Lists by path, newest first.
    pub lists: HashMap<String, Vec<Value>>,
    /// Answers that come before the lists are looked at.
    pub scripted: VecDeque<ResponseTemplate>,
    /// Method, path with query, idempotency key and authorization of each request.
    pub asked: Vec<Asked>,
}

#[derive(Clone, Debug)]
pub struct Asked {
    pub what: String,
    pub key: Option<String>,
    pub authorization: String,
    pub version: String,
    pub body: String,
}

#[derive(Clone)]
pub struct Account {
    pub state: Arc<Mutex<State>>,
    pub server: Arc<MockServer>,
    _runtime: Arc<tokio::runtime::Runtime>,
}

impl Account {
    pub fn new() -> Account {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let state = Arc::new(Mutex::new(State {
            may_write: true,
            to_writes: None,
            lists: HashMap::new(),
            scripted: VecDeque::new(),
            asked: Vec::new(),
        }));
        let answers = Answers(Arc::clone(&state));
        let server = runtime.block_on(async {
            let server = MockServer::start().await;
            Mock::given(any()).respond_with(answers).mount(&server).await;
            server
        });
        Account { state, server: Arc::new(server), _runtime: Arc::new(runtime) }
    }

    pub fn config(&self) -> Config {
        let mut config = Config::new(Some(&self.server.uri()), SecretString::from(READ_KEY)).unwrap();
        config.timeout = Duration::from_secs(5);
        config.first_pause = Duration::from_millis(1);
        config.rate_per_second = 10_000;
        config.with_write_key(SecretString::from(WRITE_KEY))
    }

    pub fn client(&self) -> Client {
        Client::new(self.config()).unwrap()
    }

    pub fn source(&self) -> StripeSource {
        StripeSource::new(self.client())
    }

    /// Puts an object on top of its list.
    pub fn add(&self, list: &str, object: Value) {
        self.state.lock().unwrap().lists.entry(format!("/v1/{list}")).or_default().insert(0, object);
    }

    /// Puts an object where its time belongs: it became visible late.
    pub fn add_late(&self, list: &str, object: Value) {
        let mut state = self.state.lock().unwrap();
        let items = state.lists.entry(format!("/v1/{list}")).or_default();
        let place = items.iter().position(|item| item["created"].as_i64() <= object["created"].as_i64());
        items.insert(place.unwrap_or(items.len()), object);
    }

    pub fn event(&self, id: &str, kind: &str, created: i64, object: &str) {
        self.add("events", event(id, kind, created, object));
    }

    pub fn script(&self, answer: ResponseTemplate) {
        self.state.lock().unwrap().scripted.push_back(answer);
    }

    /// What was asked since the last look.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.state.lock().unwrap().asked)
    }

    /// Polls until nothing more waits.
    pub fn read_all(
        &self,
        source: &StripeSource,
        cursor: Option<String>,
        now: i64,
    ) -> (Vec<Observation>, String) {
        let mut cursor = cursor;
        let mut facts = Vec::new();
        for _ in 0..500 {
            let Polled { facts: page, next_cursor, has_more } =
                source.poll(cursor.as_deref(), at(now)).unwrap();
            facts.extend(page);
            cursor = Some(next_cursor);
            if !has_more {
                return (facts, cursor.unwrap());
            }
        }
        panic!("reading does not end");
    }
}

pub fn event(id: &str, kind: &str, created: i64, object: &str) -> Value {
    json!({"id": id, "object": "event", "type": kind, "created": created,
           "data": {"object": {"id": object, "status": "stale"}}})
}

pub fn customer(id: &str, created: i64) -> Value {
    json!({"id": id, "object": "customer", "name": format!("Customer {id}"), "created": created})
}

pub fn movement(id: &str, created: i64) -> Value {
    json!({"id": id, "object": "balance_transaction", "type": "charge", "amount": 1000, "fee": 59, "net": 941,
           "currency": "usd", "source": "ch_1", "created": created, "available_on": created})
}

pub fn invoice(id: &str, created: i64, status: &str) -> Value {
    json!({"id": id, "object": "invoice", "number": "A-1", "customer": "cus_1", "status": status, "currency": "usd",
           "total": 1000, "amount_due": 1000, "amount_paid": if status == "paid" { 1000 } else { 0 },
           "created": created, "status_transitions": {"finalized_at": created},
           "lines": {"data": [{"id": "il_1", "amount": 1000, "currency": "usd"}], "has_more": false}})
}

pub fn kinds(facts: &[Observation]) -> Vec<(FactKind, String)> {
    facts.iter().map(|fact| (fact.kind, fact.external_id.clone())).collect()
}

struct Answers(Arc<Mutex<State>>);

impl Respond for Answers {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut state = self.0.lock().unwrap();
        let header = |name: &str| {
            request.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let query = request.url.query().map(|query| format!("?{query}")).unwrap_or_default();
        state.asked.push(Asked {
            what: format!("{} {}{query}", request.method, request.url.path()),
            key: request.headers.get("idempotency-key").map(|key| key.to_str().unwrap().to_owned()),
            authorization: header("authorization"),
            version: header("stripe-version"),
            body: String::from_utf8_lossy(&request.body).into_owned(),
        });
        if let Some(scripted) = state.scripted.pop_front() {
            return scripted;
        }
        if request.method.as_str() == "POST" {
            return match state.to_writes {
                Some(status) => ResponseTemplate::new(status).set_body_json(json!({"object": "refund"})),
                None if state.may_write => missing(404),
                None => ResponseTemplate::new(403).set_body_json(json!({"error": {"message":
                    "The provided key does not have the required permissions for this endpoint."}})),
            };
        }
        let fields: HashMap<String, String> =
            request.url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        answer(&state, request.url.path(), &fields)
    }
}

fn answer(state: &State, path: &str, fields: &HashMap<String, String>) -> ResponseTemplate {
    if let Some((list, id)) = path.rsplit_once('/')
        && list != "/v1"
        && let Some(items) = state.lists.get(list)
    {
        return match items.iter().find(|item| item["id"] == id) {
            Some(item) => ResponseTemplate::new(200).set_body_json(item),
            None => missing(404),
        };
    }
    let empty = Vec::new();
    let all = state.lists.get(path).unwrap_or(&empty);
    let number = |name: &str| fields.get(name).and_then(|text| text.parse::<i64>().ok());
    let fits = |item: &&Value| {
        let created = item["created"].as_i64().unwrap_or_default();
        number("created[gte]").is_none_or(|from| created >= from)
            && number("created[lt]").is_none_or(|to| created < to)
            && ["invoice", "charge", "payment_intent", "subscription"]
                .iter()
                .all(|owner| fields.get(*owner).is_none_or(|id| item[*owner] == **id))
    };
    let items: Vec<&Value> = all.iter().filter(fits).collect();
    let limit = usize::try_from(number("limit").unwrap_or(10)).unwrap();
    let place = |id: &str| items.iter().position(|item| item["id"] == id);
    let (page, has_more): (Vec<&Value>, bool) =
        match (fields.get("starting_after"), fields.get("ending_before")) {
            (Some(after), _) => match place(after) {
                Some(at) => {
                    (items.iter().skip(at + 1).take(limit).copied().collect(), items.len() > at + 1 + limit)
                }
                None => return missing(400),
            },
            (_, Some(before)) => match place(before) {
                // The page next to the item, still newest first.
                Some(at) => (items[at.saturating_sub(limit)..at].to_vec(), at > limit),
                None => return missing(400),
            },
            _ => (items.iter().take(limit).copied().collect(), items.len() > limit),
        };
    ResponseTemplate::new(200).set_body_json(json!({"object": "list", "data": page, "has_more": has_more}))
}

pub fn missing(status: u16) -> ResponseTemplate {
    let error = json!({"error": {"type": "invalid_request_error", "code": "resource_missing", "message": "No such thing"}});
    ResponseTemplate::new(status).set_body_json(error)
}
