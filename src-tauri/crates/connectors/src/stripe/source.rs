//! Reading: the past by its lists, then what happens by events, in pages that can be asked for twice.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use purser_core::fact::{Fact, FactKind};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::task::JoinSet;

use super::client::Fields;
use super::cursor::{Cursor, Feed, OVERLAP_SECONDS, RESTARTS_MAX, Span, Stage};
use super::kinds::{BACKFILL, field, item_fields, kind_of_event, list_fields, list_path, object_fields};
use super::{Client, NAME, TITLE, TRANSLATION, translate};
use crate::net::wait_for;
use crate::source::{Observation, Polled, RateSeen, Source, SourceError, Unreadable};

/// Items of one page of a list: what Stripe gives at most (C-1).
const PAGE_ITEMS: usize = 100;
/// Pages of one object's inner list at most.
const INNER_PAGES_MAX: usize = 50;
/// For so long a cursor may stay as it is while nothing happens.
const IDLE_SECONDS: i64 = 3600;
/// Objects fetched at the same time.
const FETCHES_AT_ONCE: usize = 8;

/// Reads one account.
#[derive(Clone)]
pub struct StripeSource {
    client: Client,
}

impl StripeSource {
    /// A source on a connection.
    pub fn new(client: Client) -> StripeSource {
        StripeSource { client }
    }

    /// The connection.
    pub fn client(&self) -> &Client {
        &self.client
    }
}

impl Source for StripeSource {
    fn name(&self) -> &str {
        NAME
    }

    fn title(&self) -> &str {
        TITLE
    }

    fn translation(&self) -> i64 {
        TRANSLATION
    }

    fn translate(&self, kind: FactKind, payload: &[u8]) -> Result<Fact, Unreadable> {
        translate(kind, payload)
    }

    fn poll(&self, cursor: Option<&str>, now: DateTime<Utc>) -> Result<Polled, SourceError> {
        let reader = Reader { client: self.client.clone(), now };
        // A cursor that cannot be read, or is too old, means reading everything once more: what is known enters once.
        let cursor = cursor
            .and_then(|text| serde_json::from_str::<Cursor>(text).ok())
            .filter(|cursor| !cursor.is_too_old(now))
            .unwrap_or_else(|| Cursor::start(now));
        wait(async move { reader.poll(cursor).await })
    }

    fn again(&self, cursor: &str, since: Option<DateTime<Utc>>, now: DateTime<Utc>) -> String {
        let again = match (serde_json::from_str::<Cursor>(cursor), since) {
            (Ok(stands), Some(since)) => stands.again(since),
            _ => Cursor::start(now),
        };
        serde_json::to_string(&again).unwrap_or_default()
    }

    fn balance(&self, now: DateTime<Utc>) -> Result<Option<Observation>, SourceError> {
        let client = self.client.clone();
        wait(async move {
            let value = client.get(list_path(FactKind::Balance), &[]).await?;
            let mut seen = observe(FactKind::Balance, &value);
            seen.external_id = now.timestamp().to_string();
            Ok(Some(seen))
        })
    }

    fn rate(&self) -> Option<RateSeen> {
        self.client.rate()
    }
}

/// Waits for a request; a runtime that cannot start is as good as no network.
pub(super) fn wait<T: Send + 'static>(
    future: impl Future<Output = Result<T, SourceError>> + Send + 'static,
) -> Result<T, SourceError> {
    wait_for(future).unwrap_or_else(|error| {
        Err(SourceError::Unreachable { source_title: TITLE.to_owned(), why: error.to_string() })
    })
}

/// A page of a list.
struct Page {
    items: Vec<Value>,
    has_more: bool,
}

impl Page {
    /// Ids and times, for the cursor. An item without them cannot be asked for again and is not counted.
    fn marks(&self) -> Vec<(String, i64)> {
        let mark = |item: &Value| Some((item["id"].as_str()?.to_owned(), item["created"].as_i64()?));
        self.items.iter().filter_map(mark).collect()
    }
}

pub(super) struct Reader {
    pub client: Client,
    pub now: DateTime<Utc>,
}

impl Reader {
    async fn poll(&self, cursor: Cursor) -> Result<Polled, SourceError> {
        let asked_before = cursor.polled_at;
        let before = cursor.stage.clone();
        let (facts, stage, has_more) = match cursor.stage {
            Stage::Backfill { step, after, restarts, since } => {
                self.backfill(step, after, restarts, since).await?
            }
            Stage::Live { mut events, mut movements } => {
                let (facts, has_more) = self.live(&mut events, &mut movements, asked_before).await?;
                (facts, Stage::Live { events, movements }, has_more)
            }
        };
        // A cursor that says nothing new need not be written again each minute.
        let idle = facts.is_empty() && stage == before && self.now.timestamp() - asked_before < IDLE_SECONDS;
        let next = Cursor { polled_at: if idle { asked_before } else { self.now.timestamp() }, stage };
        let next_cursor =
            serde_json::to_string(&next).map_err(|error| strange("cursor", &error.to_string()))?;
        Ok(Polled { facts, next_cursor, has_more })
    }

    /// One page of the past. Where the object to go on from is gone, a deleted draft, its kind is read from the
    /// beginning: what is known enters once.
    async fn backfill(
        &self,
        step: usize,
        after: Option<String>,
        restarts: u8,
        since: i64,
    ) -> Result<(Vec<Observation>, Stage, bool), SourceError> {
        let Some(kind) = BACKFILL.get(step).copied() else {
            let feed = || Box::new(Feed::since(since - OVERLAP_SECONDS));
            return Ok((Vec::new(), Stage::Live { events: feed(), movements: feed() }, true));
        };
        let may_restart = after.is_some() && restarts < RESTARTS_MAX;
        let mut fields = list_fields(kind);
        fields.extend(after.map(|id| field("starting_after", id)));
        let page = match self.list(list_path(kind), fields).await {
            Err(error) if may_restart && is_gone(&error) => {
                let stage = Stage::Backfill { step, after: None, restarts: restarts + 1, since };
                return Ok((Vec::new(), stage, true));
            }
            listed => listed?,
        };
        let last = page.items.last().and_then(|item| item["id"].as_str()).map(str::to_owned);
        let (step, after, restarts) = match last {
            Some(last) if page.has_more => (step, Some(last), restarts),
            _ => (step + 1, None, 0),
        };
        let facts = self.observe_whole(kind, page.items).await?;
        Ok((facts, Stage::Backfill { step, after, restarts, since }, true))
    }

    /// What happened since. Finding nothing new costs two requests at most.
    async fn live(
        &self,
        events: &mut Feed,
        movements: &mut Feed,
        asked_before: i64,
    ) -> Result<(Vec<Observation>, bool), SourceError> {
        let now = self.now.timestamp();
        if let Some(span) = events.spans.first() {
            let page = match self.list("/v1/events", span_fields(span)).await {
                Err(error) if is_gone(&error) && events.restart_span() => return Ok((Vec::new(), true)),
                listed => listed?,
            };
            events.take_span(&page.marks(), page.has_more);
            return Ok((self.objects_of(&page.items).await?, true));
        }
        if let Some(span) = movements.spans.first() {
            let page = match self.list(list_path(FactKind::Movement), span_fields(span)).await {
                Err(error) if is_gone(&error) && movements.restart_span() => return Ok((Vec::new(), true)),
                listed => listed?,
            };
            movements.take_span(&page.marks(), page.has_more);
            return Ok((observe_all(FactKind::Movement, &page.items), true));
        }
        let happened = self.forward("/v1/events", events, asked_before).await?;
        if happened.items.is_empty() {
            // Nothing happened: a good moment to see whether something became visible late. It takes the place of the
            // other list, which is read by the next call.
            if let Some(has_more) = self.pass("/v1/events", events, now).await? {
                return Ok((Vec::new(), has_more));
            }
            if let Some(has_more) = self.pass(list_path(FactKind::Movement), movements, now).await? {
                return Ok((Vec::new(), has_more));
            }
        }
        let mut facts = self.objects_of(&happened.items).await?;
        let moved = self.forward(list_path(FactKind::Movement), movements, asked_before).await?;
        facts.extend(observe_all(FactKind::Movement, &moved.items));
        let unread = !events.spans.is_empty() || !movements.spans.is_empty();
        Ok((facts, happened.has_more || moved.has_more || unread))
    }

    /// What a list holds beyond the newest item that was taken in.
    async fn forward(&self, path: &str, feed: &mut Feed, asked_before: i64) -> Result<Page, SourceError> {
        let now = self.now.timestamp();
        if let Some(anchor) = feed.anchor(now).map(str::to_owned) {
            match self.list(path, vec![field("ending_before", anchor)]).await {
                Err(error) if is_gone(&error) => {}
                Err(error) => return Err(error),
                Ok(page) => {
                    for (id, created) in page.marks().iter().rev() {
                        feed.take(id, *created);
                    }
                    return Ok(page);
                }
            }
        }
        // There is no item to go on from, or it is not there any more: everything since the last call is read again.
        feed.reopen(asked_before - OVERLAP_SECONDS);
        let fields = feed.spans.first().map(span_fields).unwrap_or_default();
        let page = self.list(path, fields).await?;
        feed.take_span(&page.marks(), page.has_more);
        Ok(page)
    }

    /// One page of a pass over the overlap, where one is due: whether to go on at once.
    async fn pass(&self, path: &str, feed: &mut Feed, now: i64) -> Result<Option<bool>, SourceError> {
        let Some(fields) = feed.due_pass(now).map(span_fields) else { return Ok(None) };
        let page = match self.list(path, fields).await {
            Err(error) if is_gone(&error) && feed.restart_pass() => return Ok(Some(true)),
            listed => listed?,
        };
        feed.take_pass(&page.marks(), page.has_more, now);
        Ok(Some(true))
    }

    /// The objects that events speak of, fetched anew: the events' own copies may be of another version and out of
    /// order (C-1).
    async fn objects_of(&self, events: &[Value]) -> Result<Vec<Observation>, SourceError> {
        let mut wanted: BTreeSet<(FactKind, String)> = BTreeSet::new();
        for event in events {
            let kind = event["type"].as_str().and_then(kind_of_event);
            let id = event["data"]["object"]["id"].as_str().filter(|id| is_id(id));
            if let (Some(kind), Some(id)) = (kind, id) {
                wanted.insert((kind, id.to_owned()));
            }
        }
        let wanted: Vec<_> = wanted.into_iter().collect();
        let mut found = Vec::new();
        for some in wanted.chunks(FETCHES_AT_ONCE) {
            let mut fetches = JoinSet::new();
            for (kind, id) in some.iter().cloned() {
                let reader = Reader { client: self.client.clone(), now: self.now };
                fetches.spawn(async move { reader.object(kind, &id).await });
            }
            while let Some(fetched) = fetches.join_next().await {
                found.extend(fetched.map_err(|error| strange("objects", &error.to_string()))??);
            }
        }
        found.sort_by(|a, b| (a.kind, &a.external_id).cmp(&(b.kind, &b.external_id)));
        found.dedup_by(|a, b| a.kind == b.kind && a.external_id == b.external_id);
        Ok(found)
    }

    /// One object, with what belongs to it.
    async fn object(&self, kind: FactKind, id: &str) -> Result<Vec<Observation>, SourceError> {
        let path = format!("{}/{id}", list_path(kind));
        let value = match self.client.get(&path, &object_fields(kind)).await {
            Ok(value) => value,
            // Drafts can be deleted: then there is nothing to say of them any more.
            Err(SourceError::Refused { status: 404, .. }) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut found = self.observe_whole(kind, vec![value.clone()]).await?;
        let paid = |field: &str| value[field].as_i64().is_some_and(|amount| amount > 0);
        match kind {
            FactKind::Invoice if paid("amount_paid") => {
                found.extend(self.all_of(FactKind::InvoicePayment, "invoice", id).await?);
            }
            FactKind::Charge if paid("amount_refunded") => {
                found.extend(self.all_of(FactKind::Refund, "charge", id).await?);
            }
            _ => {}
        }
        Ok(found)
    }

    /// Everything of a kind that belongs to one object.
    async fn all_of(&self, kind: FactKind, owner: &str, id: &str) -> Result<Vec<Observation>, SourceError> {
        let items = self.pages(list_path(kind), vec![field(owner, id)], None).await?;
        Ok(observe_all(kind, &items))
    }

    /// Observes objects after their inner lists were completed: an answer holds the first ten lines only.
    async fn observe_whole(
        &self,
        kind: FactKind,
        items: Vec<Value>,
    ) -> Result<Vec<Observation>, SourceError> {
        let mut found = Vec::with_capacity(items.len());
        for mut value in items {
            self.complete(kind, &mut value).await?;
            found.push(observe(kind, &value));
        }
        Ok(found)
    }

    /// What an answer leaves out is fetched: lines and items beyond the first ten, and the coupons behind the discounts of a
    /// subscription's items. `data.items.data.discounts.source.coupon` lies deeper than the four levels that Stripe
    /// expands, in the items' own list it does not.
    async fn complete(&self, kind: FactKind, value: &mut Value) -> Result<(), SourceError> {
        let Some(id) = value["id"].as_str().filter(|id| is_id(id)).map(str::to_owned) else { return Ok(()) };
        if kind == FactKind::Invoice && is_being_collected(value) {
            value["payments"] = self.attempts(&id).await?;
        }
        let (inner, path, fields) = match kind {
            FactKind::Invoice => ("lines", format!("/v1/invoices/{id}/lines"), Vec::new()),
            FactKind::Subscription => ("items", "/v1/subscription_items".to_owned(), item_fields(&id)),
            _ => return Ok(()),
        };
        let again = kind == FactKind::Subscription && has_discounted_item(value);
        if value[inner]["has_more"].as_bool() != Some(true) && !again {
            return Ok(());
        }
        let Some(data) = value[inner]["data"].as_array_mut() else { return Ok(()) };
        if again {
            data.clear();
        }
        let last = data.last().and_then(|item| item["id"].as_str()).map(str::to_owned);
        let rest = self.pages(&path, fields, last).await?;
        data.extend(rest);
        value[inner]["has_more"] = Value::Bool(false);
        Ok(())
    }

    /// The payments of an invoice with their intents, which alone say what an attempt ended in (TS-45). In a list of
    /// invoices they lie one level deeper than Stripe expands. A key that may not read intents gets their ids.
    async fn attempts(&self, invoice: &str) -> Result<Value, SourceError> {
        let (path, of_invoice) = (list_path(FactKind::InvoicePayment), field("invoice", invoice));
        let whole = vec![of_invoice.clone(), field("expand[]", "data.payment.payment_intent")];
        let mut payments = match self.pages(path, whole, None).await {
            Err(SourceError::NotAllowed { .. }) => self.pages(path, vec![of_invoice], None).await?,
            listed => listed?,
        };
        for payment in &mut payments {
            // With it anybody could go on with the payment: no secret is kept.
            let intent = payment.pointer_mut("/payment/payment_intent").and_then(Value::as_object_mut);
            intent.and_then(|intent| intent.remove("client_secret"));
        }
        Ok(serde_json::json!({ "data": payments, "has_more": false }))
    }

    /// All pages of a list after an item.
    async fn pages(
        &self,
        path: &str,
        fields: Fields,
        mut after: Option<String>,
    ) -> Result<Vec<Value>, SourceError> {
        let mut all = Vec::new();
        for _ in 0..INNER_PAGES_MAX {
            let mut asked = fields.clone();
            asked.extend(after.take().map(|id| field("starting_after", id)));
            let page = self.list(path, asked).await?;
            after = page.items.last().and_then(|item| item["id"].as_str()).map(str::to_owned);
            all.extend(page.items);
            if !page.has_more || after.is_none() {
                return Ok(all);
            }
        }
        Err(strange(path, "the list does not end"))
    }

    async fn list(&self, path: &str, mut fields: Fields) -> Result<Page, SourceError> {
        fields.push(field("limit", PAGE_ITEMS.to_string()));
        let mut value = self.client.get(path, &fields).await?;
        let has_more = value["has_more"].as_bool().unwrap_or(false);
        match value["data"].take() {
            Value::Array(items) => Ok(Page { items, has_more }),
            _ => Err(strange(path, "there is no list in it")),
        }
    }
}

/// Whether an item of a subscription that runs has discounts of its own; they stand there by their ids.
fn has_discounted_item(subscription: &Value) -> bool {
    let over = matches!(subscription["status"].as_str(), Some("canceled" | "incomplete_expired"));
    let mut items = subscription["items"]["data"].as_array().into_iter().flatten();
    !over && items.any(|item| item["discounts"].as_array().is_some_and(|discounts| !discounts.is_empty()))
}

/// Whether Stripe has tried to collect an invoice that is still owed.
fn is_being_collected(invoice: &Value) -> bool {
    invoice["status"] == "open"
        && invoice["collection_method"] == "charge_automatically"
        && invoice["attempted"] == true
}

/// Whether Stripe may refuse because the item that a page goes on from is not there any more.
fn is_gone(error: &SourceError) -> bool {
    matches!(error, SourceError::Refused { status: 400 | 404, .. })
}

fn span_fields(span: &Span) -> Fields {
    let mut fields = vec![field("created[gte]", span.from.to_string())];
    fields.extend(span.to.map(|to| field("created[lt]", to.to_string())));
    fields.extend(span.after.clone().map(|id| field("starting_after", id)));
    fields
}

fn observe_all(kind: FactKind, items: &[Value]) -> Vec<Observation> {
    items.iter().map(|item| observe(kind, item)).collect()
}

/// Keeps an object as it came, and reads it.
pub(super) fn observe(kind: FactKind, value: &Value) -> Observation {
    let payload = value.to_string().into_bytes();
    match value["id"].as_str() {
        Some(id) => {
            Observation { kind, external_id: id.to_owned(), read: translate(kind, &payload), payload }
        }
        None if kind == FactKind::Balance => {
            Observation { kind, external_id: String::new(), read: translate(kind, &payload), payload }
        }
        None => {
            let digest = hex::encode(&Sha256::digest(&payload)[..8]);
            let read = Err(Unreadable::new("it has no id"));
            Observation { kind, external_id: format!("without-id-{digest}"), read, payload }
        }
    }
}

/// Whether a text can be an id and stand in an address.
pub(super) fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 255
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

fn strange(what: &str, why: &str) -> SourceError {
    SourceError::Strange {
        source_title: TITLE.to_owned(),
        what: what.trim_start_matches("/v1/").replace('_', " "),
        why: why.to_owned(),
    }
}
