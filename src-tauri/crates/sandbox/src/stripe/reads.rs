//! Lists and retrievals.

use super::error::ApiError;
use super::list::{LIMIT_AT_MOST, Page, Range, envelope, known, table};
use super::{expand, render};
use crate::http::{Ask, Form};
use crate::time::DAY;
use crate::world::World;
use crate::world::events::Event;
use serde_json::Value;

/// Events are listed and retrieved for so long (C-1).
const EVENTS_DAYS: i64 = 30;
const EVENT_TYPES_AT_MOST: usize = 20;

pub(crate) fn answer(world: &World, ask: &Ask) -> Result<Value, ApiError> {
    let form = Form::parse(&ask.query).with_at_most("limit", world.config.page_at_most, LIMIT_AT_MOST);
    let words = ask.words();
    let body = match words[1..] {
        ["balance"] => render::balance(world),
        ["invoices", id, "lines"] => invoice_lines(world, &form, id)?,
        [resource] => list(world, &form, resource, &ask.path)?,
        [resource, id] => retrieve(world, &form, resource, id)?,
        _ => return Err(ApiError::no_such_url(&ask.method, &ask.path)),
    };
    expand::expanded(world, &form, body)
}

/// An object by an id that says its own kind.
pub(crate) fn by_id(world: &World, id: &str) -> Option<Value> {
    match id.split('_').next()? {
        render::COUPON => Some(render::coupon(world)),
        "di" => {
            let mut rows = world.subscriptions.rows().iter();
            rows.find(|row| row.discount.as_deref() == Some(id)).map(|row| render::discount(world, row))
        }
        "cus" => world.customers.get(id).map(render::customer),
        "prod" => world.products.get(id).map(|row| render::product(world, row)),
        "price" => world.prices.get(id).map(|row| render::price(world, row)),
        "sub" => world.subscriptions.get(id).map(|row| render::subscription(world, row)),
        "in" => world.invoices.get(id).map(|row| render::invoice(world, row)),
        "inpay" => world.invoice_payments.get(id).map(|row| render::invoice_payment(world, row)),
        "pi" => world.intents.get(id).map(|row| render::intent(world, row)),
        "ch" => world.charges.get(id).map(|row| render::charge(world, row)),
        "re" => world.refunds.get(id).map(|row| render::refund(world, row)),
        "du" => world.disputes.get(id).map(|row| render::dispute(world, row)),
        "txn" => {
            let row = world.movements.get(id).filter(|row| row.visible_at <= world.now);
            row.map(|row| render::movement(world, row))
        }
        "po" => world.payouts.get(id).map(|row| render::payout(world, row)),
        "evt" => {
            let event = world.events.position(id).map(|at| &world.events.rows()[at])?;
            listed(world, event).then(|| render::event(world, event))
        }
        _ => None,
    }
}

fn listed(world: &World, event: &Event) -> bool {
    event.visible_at <= world.now && world.now - event.created <= EVENTS_DAYS * DAY
}

fn retrieve(world: &World, form: &Form, resource: &str, id: &str) -> Result<Value, ApiError> {
    if let Some(param) = form.unknown(&["expand"]) {
        return Err(ApiError::unknown_parameter(param));
    }
    let (prefix, kind) = match resource {
        "customers" => ("cus_", "customer"),
        "coupons" => (render::COUPON, "coupon"),
        "products" => ("prod_", "product"),
        "prices" => ("price_", "price"),
        "subscriptions" => ("sub_", "subscription"),
        "invoices" => ("in_", "invoice"),
        "invoice_payments" => ("inpay_", "invoice_payment"),
        "payment_intents" => ("pi_", "payment_intent"),
        "charges" => ("ch_", "charge"),
        "refunds" => ("re_", "refund"),
        "disputes" => ("du_", "dispute"),
        "balance_transactions" => ("txn_", "balance transaction"),
        "payouts" => ("po_", "payout"),
        "events" => ("evt_", "event"),
        _ => return Err(ApiError::no_such_url("GET", &format!("/v1/{resource}/{id}"))),
    };
    let found = if id.starts_with(prefix) { by_id(world, id) } else { None };
    found.ok_or_else(|| ApiError::missing(kind, id, "id", 404))
}

/// Whether a filter is absent or equal.
fn is(filter: Option<&str>, value: &str) -> bool {
    filter.is_none_or(|wanted| wanted == value)
}

fn list(world: &World, form: &Form, resource: &str, url: &str) -> Result<Value, ApiError> {
    let one = |name: &str| form.one(name);
    let of_customer = |customer: usize| is(one("customer"), &world.customers[customer].id);
    let of_charge = |charge: usize| {
        is(one("charge"), &world.charges[charge].id)
            && is(one("payment_intent"), &world.intents[world.charges[charge].intent].id)
    };
    match resource {
        "events" => events(world, form, url),
        "customers" => {
            known(form, &["created", "email"])?;
            table(
                form,
                url,
                "customer",
                &world.customers,
                |row| is(one("email"), &row.email),
                render::customer,
            )
        }
        "coupons" => {
            known(form, &["created"])?;
            Ok(envelope(url, vec![render::coupon(world)], false))
        }
        "products" => {
            known(form, &["created", "active"])?;
            let wanted = |_: &_| one("active") != Some("false");
            table(form, url, "product", &world.products, wanted, |row| render::product(world, row))
        }
        "prices" => {
            known(form, &["created", "active", "product", "type", "currency"])?;
            let wanted = |row: &crate::world::objects::Price| {
                let kind = if row.interval.is_some() { "recurring" } else { "one_time" };
                one("active") != Some("false")
                    && is(one("product"), &world.products[row.product].id)
                    && is(one("type"), kind)
                    && is(one("currency"), row.currency)
            };
            table(form, url, "price", &world.prices, wanted, |row| render::price(world, row))
        }
        "subscriptions" => {
            known(form, &["created", "customer", "price", "status"])?;
            let wanted = |row: &crate::world::objects::Subscription| {
                let status = match one("status") {
                    None => row.ended_at.is_none(),
                    Some("all") => true,
                    Some("ended") => row.ended_at.is_some(),
                    Some(status) => status == row.status,
                };
                status && of_customer(row.customer) && is(one("price"), &world.prices[row.price].id)
            };
            let render = |row: &_| render::subscription(world, row);
            table(form, url, "subscription", &world.subscriptions, wanted, render)
        }
        // Each has one, which stands in it too.
        "subscription_items" => {
            known(form, &["subscription"])?;
            let id = one("subscription").ok_or_else(|| ApiError::missing_parameter("subscription"))?;
            let row = world.subscriptions.get(id);
            let row = row.ok_or_else(|| ApiError::missing("subscription", id, "subscription", 404))?;
            Ok(render::subscription(world, row)["items"].take())
        }
        "invoices" => {
            known(form, &["created", "customer", "subscription", "status", "collection_method", "due_date"])?;
            let due = Range::read(form, "due_date")?;
            let any_due = form.one("due_date").is_none() && form.inside("due_date").next().is_none();
            let wanted = |row: &crate::world::objects::Invoice| {
                let method = if row.due.is_some() { "send_invoice" } else { "charge_automatically" };
                let subscription = row.subscription.map_or("", |at| world.subscriptions[at].id.as_str());
                of_customer(row.customer)
                    && is(one("subscription"), subscription)
                    && is(one("status"), row.status)
                    && is(one("collection_method"), method)
                    && (any_due || row.due.is_some_and(|at| due.holds(at)))
            };
            table(form, url, "invoice", &world.invoices, wanted, |row| render::invoice(world, row))
        }
        "invoice_payments" => {
            known(form, &["created", "invoice", "status", "payment"])?;
            let wanted = |row: &crate::world::objects::InvoicePayment| {
                let kind = if row.intent.is_some() { "payment_intent" } else { "payment_record" };
                let intent = row.intent.map_or("", |at| world.intents[at].id.as_str());
                is(one("invoice"), &world.invoices[row.invoice].id)
                    && is(one("status"), row.status)
                    && is(one("payment[type]"), kind)
                    && is(one("payment[payment_intent]"), intent)
            };
            let render = |row: &_| render::invoice_payment(world, row);
            table(form, url, "invoice_payment", &world.invoice_payments, wanted, render)
        }
        "payment_intents" => {
            known(form, &["created", "customer"])?;
            let wanted = |row: &crate::world::objects::Intent| of_customer(row.customer);
            table(form, url, "payment_intent", &world.intents, wanted, |row| render::intent(world, row))
        }
        "charges" => {
            known(form, &["created", "customer", "payment_intent"])?;
            let wanted = |row: &crate::world::objects::Charge| {
                of_customer(row.customer) && is(one("payment_intent"), &world.intents[row.intent].id)
            };
            table(form, url, "charge", &world.charges, wanted, |row| render::charge(world, row))
        }
        "refunds" => {
            known(form, &["created", "charge", "payment_intent"])?;
            let wanted = |row: &crate::world::objects::Refund| of_charge(row.charge);
            table(form, url, "refund", &world.refunds, wanted, |row| render::refund(world, row))
        }
        "disputes" => {
            known(form, &["created", "charge", "payment_intent"])?;
            let wanted = |row: &crate::world::objects::Dispute| of_charge(row.charge);
            table(form, url, "dispute", &world.disputes, wanted, |row| render::dispute(world, row))
        }
        "balance_transactions" => {
            known(form, &["created", "currency", "payout", "source", "type"])?;
            let wanted = |row: &crate::world::objects::Movement| {
                let payout = row.payout.map_or("", |at| world.payouts[at].id.as_str());
                row.visible_at <= world.now
                    && is(one("currency"), row.currency)
                    && is(one("payout"), payout)
                    && is(one("source"), row.source.as_deref().unwrap_or_default())
                    && is(one("type"), row.kind)
            };
            table(form, url, "balance transaction", &world.movements, wanted, |row| {
                render::movement(world, row)
            })
        }
        "payouts" => {
            known(form, &["created", "arrival_date", "status"])?;
            let arrives = Range::read(form, "arrival_date")?;
            let wanted = |row: &crate::world::objects::Payout| {
                arrives.holds(row.arrives) && is(one("status"), row.status)
            };
            table(form, url, "payout", &world.payouts, wanted, |row| render::payout(world, row))
        }
        _ => Err(ApiError::no_such_url("GET", url)),
    }
}

fn events(world: &World, form: &Form, url: &str) -> Result<Value, ApiError> {
    known(form, &["created", "type", "types"])?;
    let created = Range::read(form, "created")?;
    let types = form.many("types");
    if types.len() > EVENT_TYPES_AT_MOST {
        let message =
            format!("You may only list up to {EVENT_TYPES_AT_MOST} types, you gave {}.", types.len());
        return Err(ApiError::invalid(message, "types"));
    }
    if form.one("type").is_some() && !types.is_empty() {
        return Err(ApiError::invalid("You may pass either type or types, not both.", "types"));
    }
    let of_type = |kind: &str| {
        (types.is_empty() || types.iter().any(|wanted| covers(wanted, kind)))
            && form.one("type").is_none_or(|wanted| covers(wanted, kind))
    };
    let page = Page::read(form, "event", |id| world.events.position(id))?;
    let wanted = |event: &Event| listed(world, event) && created.holds(event.created) && of_type(event.kind);
    let (found, more) = page.cut(world.events.rows(), wanted);
    Ok(envelope(url, found.into_iter().map(|event| render::event(world, event)).collect(), more))
}

/// `charge.*` covers `charge.refunded`.
fn covers(wanted: &str, kind: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(prefix) => kind.starts_with(prefix),
        None => wanted == kind,
    }
}

fn invoice_lines(world: &World, form: &Form, id: &str) -> Result<Value, ApiError> {
    known(form, &[])?;
    let invoice = world.invoices.get(id).ok_or_else(|| ApiError::missing("invoice", id, "invoice", 404))?;
    let page = Page::read(form, "line item", |line| invoice.lines.iter().rposition(|each| each.id == line))?;
    let (found, more) = page.cut(&invoice.lines, |_| true);
    let data = found.into_iter().map(|line| render::line(world, invoice, line)).collect();
    Ok(envelope(&format!("/v1/invoices/{id}/lines"), data, more))
}
