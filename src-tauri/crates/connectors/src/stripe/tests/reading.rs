//! Backfill, events, late items, absence.

use purser_core::fact::{FactKind, InvoiceStatus, Observed};
use serde_json::{Value, json};

use super::account::*;
use crate::source::Source;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// An account that was read to its end, with the cursor at `NOON`.
fn settled(account: &Account) -> (crate::stripe::StripeSource, String) {
    let source = account.source();
    let (_, cursor) = account.read_all(&source, None, NOON);
    account.asked();
    (source, cursor)
}

#[test]
fn the_past_is_read_page_by_page_what_is_owed_first() {
    let account = Account::new();
    for index in 0..250 {
        account.add("customers", customer(&format!("cus_{index}"), NOON - 9 * DAY));
    }
    account.add("invoices", invoice("in_1", NOON - 8 * DAY, "open"));
    account.add("balance_transactions", movement("txn_1", NOON - 7 * DAY));
    let source = account.source();
    let (facts, cursor) = account.read_all(&source, None, NOON);
    assert_eq!(facts.len(), 252);
    assert!(facts.iter().all(|fact| fact.read.is_ok()));
    let order: Vec<FactKind> = facts.iter().map(|fact| fact.kind).collect();
    assert!(order.is_sorted(), "customers, then invoices, then the money");
    let ids: std::collections::BTreeSet<_> = facts.iter().map(|fact| &fact.external_id).collect();
    assert_eq!(ids.len(), 252, "nothing twice, nothing lost");
    let asked = account.asked();
    assert!(asked.iter().all(|asked| asked.version == crate::stripe::VERSION));
    assert!(asked.iter().all(|asked| asked.authorization == format!("Bearer {READ_KEY}")));
    assert!(asked.iter().any(|asked| asked.what.contains("/v1/subscriptions?status=all")));
    let (again, _) = account.read_all(&source, Some(cursor), NOON + 60);
    assert!(again.is_empty(), "{:?}", kinds(&again));
}

#[test]
fn c_1_a_poll_that_finds_nothing_new_costs_two_requests() {
    for filled in [false, true] {
        let account = Account::new();
        if filled {
            account.event("evt_1", "customer.created", NOON - HOUR, "cus_1");
            account.add("customers", customer("cus_1", NOON - HOUR));
            account.add("balance_transactions", movement("txn_1", NOON - HOUR));
        }
        let (source, mut cursor) = settled(&account);
        for minute in 1..120 {
            let polled = source.poll(Some(&cursor), at(NOON + minute * 60)).unwrap();
            assert!(polled.facts.is_empty());
            let asked = account.asked();
            assert!(asked.len() <= 2, "minute {minute}: {asked:?}");
            cursor = polled.next_cursor;
        }
    }
}

#[test]
fn c_1_events_say_which_objects_to_fetch_and_their_own_bodies_are_not_believed() {
    let account = Account::new();
    account.event("evt_0", "customer.created", NOON - HOUR, "cus_0");
    let (source, cursor) = settled(&account);
    account.add("invoices", invoice("in_1", NOON + 10, "paid"));
    account.add(
        "invoice_payments",
        json!({"id": "inpay_1", "invoice": "in_1", "amount_paid": 1000, "currency": "usd",
        "status": "paid", "payment": {"type": "charge", "charge": "ch_1"}, "created": NOON + 11}),
    );
    account.add("balance_transactions", movement("txn_1", NOON + 11));
    for (index, kind) in ["invoice.created", "invoice.finalized", "invoice.paid"].iter().enumerate() {
        account.event(&format!("evt_{}", index + 1), kind, NOON + 12, "in_1");
    }
    account.event("evt_9", "price.created", NOON + 12, "price_1");
    let (facts, _) = account.read_all(&source, Some(cursor), NOON + 60);
    let expected =
        [(FactKind::Invoice, "in_1"), (FactKind::InvoicePayment, "inpay_1"), (FactKind::Movement, "txn_1")];
    assert_eq!(kinds(&facts), expected.map(|(kind, id)| (kind, id.to_owned())));
    let Ok(fact) = &facts[0].read else { panic!("readable") };
    let Observed::Invoice(read) = &fact.observed else { panic!("an invoice") };
    assert_eq!(read.status, InvoiceStatus::Paid, "not the stale status of the event's body");
    let fetched = account.asked().iter().filter(|asked| asked.what == "GET /v1/invoices/in_1").count();
    assert_eq!(fetched, 1, "three events, one object");
}

#[test]
fn more_events_than_a_page_holds_are_all_read() {
    let account = Account::new();
    account.event("evt_first", "customer.created", NOON - HOUR, "cus_gone");
    let (source, cursor) = settled(&account);
    for index in 0..230 {
        let id = format!("cus_{index:03}");
        account.add("customers", customer(&id, NOON + index));
        account.event(&format!("evt_{index:03}"), "customer.created", NOON + index, &id);
    }
    let (facts, cursor) = account.read_all(&source, Some(cursor), NOON + 300);
    assert_eq!(facts.len(), 230);
    let (again, _) = account.read_all(&source, Some(cursor), NOON + 301);
    assert!(again.is_empty());
}

#[test]
fn c_1_what_becomes_visible_up_to_48_hours_late_is_found() {
    let account = Account::new();
    let (source, mut cursor) = settled(&account);
    for day in 0..3 {
        let now = NOON + day * DAY;
        account.event(&format!("evt_{day}"), "customer.created", now - 5, "cus_none");
        (_, cursor) = account.read_all(&source, Some(cursor), now);
    }
    let now = NOON + 3 * DAY;
    account.add("customers", customer("cus_late", now - 40 * HOUR));
    account.add_late("events", event("evt_late", "customer.created", now - 40 * HOUR, "cus_late"));
    account.add_late("balance_transactions", movement("txn_late", now - 47 * HOUR));
    let mut found = Vec::new();
    for half_hour in 0..4 {
        let (facts, next) = account.read_all(&source, Some(cursor), now + half_hour * HOUR / 2);
        found.extend(kinds(&facts));
        cursor = next;
    }
    assert!(found.contains(&(FactKind::Customer, "cus_late".to_owned())), "{found:?}");
    assert!(found.contains(&(FactKind::Movement, "txn_late".to_owned())), "{found:?}");
    let (again, _) = account.read_all(&source, Some(cursor), now + 3 * HOUR);
    assert!(again.is_empty(), "and only once: {:?}", kinds(&again));
}

#[test]
fn c_1_after_so_long_that_a_late_event_may_be_gone_everything_is_read_anew() {
    let account = Account::new();
    account.add("customers", customer("cus_1", NOON - 90 * DAY));
    let (source, cursor) = settled(&account);
    account.add("customers", customer("cus_2", NOON + DAY));
    let (facts, _) = account.read_all(&source, Some(cursor.clone()), NOON + 28 * DAY);
    assert!(facts.is_empty(), "no event, no list: {:?}", kinds(&facts));
    let (facts, _) = account.read_all(&source, Some(cursor), NOON + 28 * DAY + 1);
    assert_eq!(facts.len(), 2, "an event of the overlap before the last call is kept no longer");
}

/// Reads the first page of the customers, of whom there are more than a page holds, and returns where reading stands.
fn first_page(account: &Account, source: &crate::stripe::StripeSource) -> String {
    for index in 0..150 {
        account.add("customers", customer(&format!("cus_{index:03}"), NOON - 9 * DAY));
    }
    let polled = source.poll(None, at(NOON)).unwrap();
    assert_eq!((polled.facts.len(), polled.has_more), (100, true));
    polled.next_cursor
}

#[test]
fn a_past_that_stopped_at_an_object_that_is_gone_goes_on() {
    let account = Account::new();
    let source = account.source();
    let cursor = first_page(&account, &source);
    // The last one that was read is deleted.
    account.state.lock().unwrap().lists.get_mut("/v1/customers").unwrap().remove(99);
    let (facts, cursor) = account.read_all(&source, Some(cursor), NOON + 60);
    let ids: std::collections::BTreeSet<_> = facts.iter().map(|fact| &fact.external_id).collect();
    assert_eq!(ids.len(), 149, "the list is read from its beginning once more");
    let (again, _) = account.read_all(&source, Some(cursor), NOON + 120);
    assert!(again.is_empty(), "{:?}", kinds(&again));
}

#[test]
fn a_past_whose_pages_are_always_refused_ends_with_the_refusal() {
    let account = Account::new();
    let source = account.source();
    let mut cursor = first_page(&account, &source);
    for time in 0..10 {
        // Each page after the first is refused, whatever it goes on from.
        account.script(missing(400));
        match source.poll(Some(&cursor), at(NOON + time * 60)) {
            Ok(polled) => cursor = polled.next_cursor,
            Err(error) => {
                assert!(error.to_string().contains("customers"), "{error}");
                assert!(time > 0, "once is no reason to give up");
                return;
            }
        }
    }
    panic!("the same page is read for ever");
}

#[test]
fn what_is_read_again_hour_by_hour_goes_on_where_an_event_is_gone() {
    let account = Account::new();
    for index in 0..150 {
        account.event(&format!("evt_{index:03}"), "price.created", NOON - HOUR + index, "price_1");
        account.add("balance_transactions", movement(&format!("txn_{index:03}"), NOON - HOUR + index));
    }
    let source = account.source();
    let mut cursor = None;
    for _ in 0..100 {
        let polled = source.poll(cursor.as_deref(), at(NOON)).unwrap();
        let stage: serde_json::Value = serde_json::from_str(&polled.next_cursor).unwrap();
        for (feed, list) in [("events", "/v1/events"), ("movements", "/v1/balance_transactions")] {
            // What a page of the overlap ended with is gone before the next one is asked for; once each.
            let after = stage["stage"]["live"][feed]["spans"][0]["after"].as_str();
            let mut state = account.state.lock().unwrap();
            if let Some(items) = state.lists.get_mut(list).filter(|items| items.len() >= 150) {
                items.retain(|item| item["id"].as_str() != after);
            }
        }
        cursor = Some(polled.next_cursor);
        if !polled.has_more {
            let lists = &account.state.lock().unwrap().lists;
            assert_eq!((lists["/v1/events"].len(), lists["/v1/balance_transactions"].len()), (149, 149));
            return;
        }
    }
    panic!("reading does not end");
}

#[test]
fn an_anchor_that_left_the_list_loses_nothing() {
    let account = Account::new();
    account.event("evt_old", "customer.created", NOON - HOUR, "cus_none");
    let (source, cursor) = settled(&account);
    account.state.lock().unwrap().lists.remove("/v1/events");
    account.add("customers", customer("cus_new", NOON + 5));
    account.event("evt_new", "customer.created", NOON + 5, "cus_new");
    let (facts, _) = account.read_all(&source, Some(cursor), NOON + 60);
    assert_eq!(kinds(&facts), [(FactKind::Customer, "cus_new".to_owned())]);
}

#[test]
fn an_object_that_cannot_be_read_is_kept_and_stops_nothing() {
    let account = Account::new();
    account.add("customers", customer("cus_1", NOON - DAY));
    account.add("customers", json!({"id": "cus_odd", "name": 7, "created": NOON - DAY}));
    account.add("customers", json!({"name": "nobody"}));
    account.add("invoices", invoice("in_odd", NOON - DAY, "melted"));
    account.add("invoices", invoice("in_1", NOON - DAY, "open"));
    let (facts, _) = account.read_all(&account.source(), None, NOON);
    let unreadable: Vec<&str> =
        facts.iter().filter(|fact| fact.read.is_err()).map(|fact| fact.external_id.as_str()).collect();
    assert_eq!(facts.len(), 5);
    assert_eq!(unreadable.len(), 3, "{unreadable:?}");
    let odd = facts.iter().find(|fact| fact.external_id == "in_odd").unwrap();
    assert!(String::from_utf8_lossy(&odd.payload).contains("melted"), "the raw object is there");
    assert!(odd.read.as_ref().unwrap_err().reason.contains("melted"));
}

#[test]
fn an_invoice_of_many_lines_is_read_whole() {
    let account = Account::new();
    let line = |index: i64| json!({"id": format!("il_{index}"), "amount": 100, "currency": "usd"});
    let mut long = invoice("in_long", NOON - DAY, "open");
    long["total"] = json!(25_000);
    long["pre_payment_credit_notes_amount"] = json!(1_200);
    long["post_payment_credit_notes_amount"] = json!(300);
    long["lines"] = json!({"data": (0..10).map(line).collect::<Vec<_>>(), "has_more": true});
    account.add("invoices", long);
    for index in (0..250).rev() {
        account.add("invoices/in_long/lines", line(index));
    }
    let (facts, _) = account.read_all(&account.source(), None, NOON);
    let Ok(fact) = &facts[0].read else { panic!("{:?}", facts[0].read) };
    let Observed::Invoice(read) = &fact.observed else { panic!("an invoice") };
    assert_eq!(read.lines.len(), 250, "and no line for a rest");
    assert_eq!((read.credited.minor(), read.credited_after.minor()), (1_200, 300));
    assert!(read.lines_complete);
}

#[test]
fn a_discount_of_an_item_is_read_with_its_coupon() {
    use purser_core::fact::{DiscountAmount, Percent};
    let account = Account::new();
    let price = json!({"id": "price_1", "currency": "usd", "unit_amount": 4_900,
        "recurring": {"interval": "month", "interval_count": 1}});
    let item = |id: &str, discounts: Value| json!({"id": id, "subscription": "sub_1", "price": price, "discounts": discounts});
    account.add(
        "subscriptions",
        json!({"id": "sub_1", "customer": "cus_1", "status": "active", "created": NOON - DAY, "discounts": [],
            "items": {"data": [item("si_1", json!(["di_1"])), item("si_2", json!([]))], "has_more": false}}),
    );
    let whole = json!({"id": "di_1", "source": {"type": "coupon",
        "coupon": {"percent_off": 20, "duration": "forever"}}});
    account.add("subscription_items", item("si_2", json!([])));
    account.add("subscription_items", item("si_1", json!([whole])));
    let (facts, _) = account.read_all(&account.source(), None, NOON);
    let fact = facts.iter().find(|fact| fact.kind == FactKind::Subscription).unwrap();
    let Observed::Subscription(read) = &fact.read.as_ref().unwrap().observed else {
        panic!("a subscription")
    };
    let amounts: Vec<_> = read
        .items
        .iter()
        .map(|item| item.discounts.iter().map(|discount| discount.amount).collect::<Vec<_>>())
        .collect();
    assert_eq!(amounts, [vec![DiscountAmount::Percent(Percent { millionths: 200_000 })], Vec::new()]);
    let asked: Vec<String> = account.asked().into_iter().map(|asked| asked.what).collect();
    let items: Vec<&String> = asked.iter().filter(|what| what.contains("/v1/subscription_items")).collect();
    assert_eq!(items.len(), 1, "one request for the items of one subscription: {asked:?}");
    assert!(items[0].contains("data.discounts.source.coupon"), "{items:?}");
    let too_deep = |what: &&String| what.split("expand").skip(1).any(|path| path.matches('.').count() > 3);
    assert_eq!(asked.iter().find(too_deep), None, "Stripe expands four levels, data among them");
}

#[test]
fn a_subscription_without_discounts_of_its_items_is_one_request() {
    let account = Account::new();
    let price =
        json!({"id": "price_1", "currency": "usd", "unit_amount": 4_900, "recurring": {"interval": "month"}});
    account.add(
        "subscriptions",
        json!({"id": "sub_1", "customer": "cus_1", "status": "active", "created": NOON - DAY,
            "items": {"data": [{"id": "si_1", "price": price, "discounts": []}], "has_more": false}}),
    );
    account.read_all(&account.source(), None, NOON);
    assert!(account.asked().iter().all(|asked| !asked.what.contains("subscription_items")));
}

#[test]
fn the_balance_is_the_sum_of_what_can_and_what_cannot_be_paid_out_yet() {
    let account = Account::new();
    account.script(wiremock::ResponseTemplate::new(200).set_body_json(json!({"object": "balance",
        "available": [{"amount": 500, "currency": "usd"}, {"amount": 7, "currency": "eur"}],
        "pending": [{"amount": -20, "currency": "usd"}]})));
    let seen = account.source().balance(at(NOON)).unwrap().unwrap();
    let Observed::Balance(balance) = seen.read.unwrap().observed else { panic!("a balance") };
    let total: Vec<String> = balance.total.iter().map(ToString::to_string).collect();
    assert_eq!(total, ["0.07 EUR", "4.80 USD"]);
}
