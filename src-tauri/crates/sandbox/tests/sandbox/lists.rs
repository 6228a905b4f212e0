//! Lists: cursors, filters, events and what is expanded.

use crate::client::{Answer, company, started, text};
use chrono::TimeDelta;
use purser_sandbox::{FaultRates, SandboxConfig};
use std::collections::{BTreeMap, BTreeSet};

fn ids(page: &Answer) -> Vec<String> {
    page.body["data"].as_array().unwrap().iter().map(|row| text(&row["id"]).to_owned()).collect()
}

#[tokio::test]
async fn paging_sees_each_object_once_while_new_ones_appear() {
    let (sandbox, client) = company(21, 20).await;
    for path in ["/v1/events", "/v1/charges", "/v1/balance_transactions", "/v1/invoices"] {
        let before: BTreeSet<String> =
            client.all(path).await.iter().map(|row| text(&row["id"]).to_owned()).collect();
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = client.get(&format!("{path}?limit=37{cursor}")).await;
            seen.extend(ids(&page));
            if page.body["has_more"] == false {
                break;
            }
            cursor = format!("&starting_after={}", seen.last().unwrap());
            sandbox.advance(sandbox.now() + TimeDelta::minutes(9)).unwrap();
        }
        let unique: BTreeSet<String> = seen.iter().cloned().collect();
        assert_eq!(unique.len(), seen.len(), "{path}: something came twice");
        assert_eq!(unique, before, "{path}: what was there is seen, what came later is not in these pages");
    }
}

#[tokio::test]
async fn ending_before_gives_what_is_new_next_to_the_cursor() {
    let (sandbox, client) = company(22, 20).await;
    let newest = ids(&client.get("/v1/events?limit=1").await).remove(0);
    sandbox.advance(sandbox.now() + TimeDelta::days(2)).unwrap();
    let (mut cursor, mut caught) = (newest.clone(), Vec::new());
    loop {
        let page = client.get(&format!("/v1/events?limit=5&ending_before={cursor}")).await;
        let mut oldest_first = ids(&page);
        oldest_first.reverse();
        cursor = oldest_first.last().unwrap_or(&cursor).clone();
        caught.extend(oldest_first);
        if page.body["has_more"] == false {
            break;
        }
    }
    let mut all: Vec<String> =
        client.all("/v1/events").await.iter().map(|row| text(&row["id"]).to_owned()).collect();
    all.truncate(all.iter().position(|id| *id == newest).unwrap());
    all.reverse();
    assert!(caught.len() > 10);
    assert_eq!(caught, all);
}

#[tokio::test]
async fn filters_choose() {
    let (sandbox, client) = company(23, 40).await;
    let now = sandbox.now().timestamp();
    let (from, to) = (now - 20 * 86_400, now - 10 * 86_400);
    let window = client.all(&format!("/v1/charges?created[gte]={from}&created[lt]={to}")).await;
    let all = client.all("/v1/charges").await;
    let inside = |at: i64| at >= from && at < to;
    let expected: Vec<_> =
        all.iter().filter(|row| inside(row["created"].as_i64().unwrap())).cloned().collect();
    assert!(!expected.is_empty() && expected.len() < all.len());
    assert_eq!(window, expected);
    let types = client.all("/v1/events?types[]=payout.paid&types[]=charge.failed").await;
    assert!(types.iter().all(|row| row["type"] == "payout.paid" || row["type"] == "charge.failed"));
    assert!(types.iter().any(|row| row["type"] == "payout.paid"));
    let open = client.all("/v1/invoices?status=open").await;
    assert!(open.iter().all(|row| row["status"] == "open") && !open.is_empty());
    let customer = text(&open[0]["customer"]);
    let theirs = client.all(&format!("/v1/invoices?customer={customer}")).await;
    assert!(theirs.iter().all(|row| row["customer"] == customer) && !theirs.is_empty());
    let refunds = client.all("/v1/balance_transactions?type=refund").await;
    assert!(refunds.iter().all(|row| row["type"] == "refund") && !refunds.is_empty());
}

#[tokio::test]
async fn events_leave_the_list_after_thirty_days() {
    let (sandbox, client) = company(24, 45).await;
    let oldest = sandbox.now().timestamp() - 30 * 86_400;
    let events = client.all("/v1/events").await;
    assert!(events.iter().all(|row| row["created"].as_i64().unwrap() >= oldest));
    let event = text(&events.last().unwrap()["id"]).to_owned();
    assert_eq!(client.get(&format!("/v1/events/{event}")).await.status, 200);
    sandbox.advance(sandbox.now() + TimeDelta::days(2)).unwrap();
    assert_eq!(client.get(&format!("/v1/events/{event}")).await.status, 404);
}

#[tokio::test]
async fn late_events_come_below_the_newest_and_within_two_days() {
    let faults = FaultRates { late_events_per_mille: 100, ..FaultRates::default() };
    let (sandbox, client) =
        started(SandboxConfig { history_days: 20, faults, ..SandboxConfig::new(25) }).await;
    let list = async || -> Vec<(String, i64)> {
        let rows = client.all("/v1/events").await;
        rows.iter().map(|row| (text(&row["id"]).to_owned(), row["created"].as_i64().unwrap())).collect()
    };
    let (before, then) = (list().await, sandbox.now().timestamp());
    sandbox.advance(sandbox.now() + TimeDelta::hours(49)).unwrap();
    let known: BTreeSet<_> = before.iter().collect();
    let after = list().await;
    let late: Vec<_> = after.iter().filter(|row| row.1 <= then && !known.contains(row)).collect();
    assert!(late.len() > 5, "{} events came late", late.len());
    assert!(late.iter().all(|row| then - row.1 < 48 * 3600), "{late:?}");
}

#[tokio::test]
async fn twins_and_swaps_are_events_of_one_second() {
    let faults =
        FaultRates { twin_events_per_mille: 100, swapped_events_per_mille: 500, ..FaultRates::default() };
    let (_sandbox, client) =
        started(SandboxConfig { history_days: 20, faults, ..SandboxConfig::new(26) }).await;
    let events = client.all("/v1/events").await;
    let mut bodies = BTreeMap::<String, u32>::new();
    let mut places = BTreeMap::new();
    for (place, event) in events.iter().enumerate() {
        *bodies.entry(format!("{}{}{}", event["type"], event["created"], event["data"])).or_default() += 1;
        places.insert((text(&event["type"]), text(&event["data"]["object"]["id"])), place);
    }
    let twins = bodies.values().filter(|times| **times == 2).count();
    assert!(twins > 10, "{twins} twins");
    // Newest first: the payment should stand before the creation.
    let swapped = places.iter().filter(|((kind, id), place)| {
        *kind == "invoice.paid"
            && places.get(&("invoice.created", *id)).is_some_and(|created| *place > created)
    });
    let swapped = swapped.count();
    assert!(swapped > 3, "{swapped} swaps");
    let times: Vec<_> = events.iter().map(|row| row["created"].as_i64().unwrap()).collect();
    assert!(times.is_sorted_by(|newer, older| newer >= older));
}

#[tokio::test]
async fn ids_are_expanded_into_objects() {
    let (_sandbox, client) = company(27, 20).await;
    let page = client
        .get("/v1/charges?expand[]=data.balance_transaction&expand[]=data.payment_intent.customer")
        .await;
    let charge = page.body["data"].as_array().unwrap().iter().find(|row| row["paid"] == true).unwrap();
    assert_eq!(charge["balance_transaction"]["object"], "balance_transaction");
    assert_eq!(charge["payment_intent"]["customer"]["object"], "customer");
    let paid = client
        .get("/v1/invoice_payments?status=paid&expand[]=data.payment.payment_intent.latest_charge")
        .await;
    assert_eq!(paid.body["data"][0]["payment"]["payment_intent"]["latest_charge"]["object"], "charge");
    let invoices = client.get("/v1/invoices?status=paid&expand[]=data.payments").await;
    assert_eq!(invoices.body["data"][0]["payments"]["object"], "list");
    for path in [
        "/v1/charges?expand[]=data.nothing",
        "/v1/invoices?expand[]=data.payments.data.payment.payment_intent",
        "/v1/subscriptions?expand[]=data.items.data.discounts.source.coupon",
    ] {
        let wrong = client.get(path).await;
        let kind = wrong.body["error"]["type"].as_str();
        assert_eq!((wrong.status, kind), (400, Some("invalid_request_error")), "{path}");
    }
    let one = format!("/v1/invoices/{}", text(&invoices.body["data"][0]["id"]));
    let one = client.get(&format!("{one}?expand[]=payments.data.payment.payment_intent")).await;
    assert_eq!(one.status, 200, "four: {}", one.body);
}

#[tokio::test]
async fn bad_questions_are_refused_with_reasons() {
    let (_sandbox, client) = company(28, 5).await;
    for (path, status, param) in [
        ("/v1/charges?limit=0", 400, "limit"),
        ("/v1/charges?limit=101", 400, "limit"),
        ("/v1/charges?colour=red", 400, "colour"),
        ("/v1/charges?starting_after=ch_nothing", 400, "starting_after"),
        ("/v1/charges?created[gte]=soon", 400, "created"),
        ("/v1/charges/ch_nothing", 404, "id"),
        ("/v1/charges/cus_wrong", 404, "id"),
    ] {
        let answer = client.get(path).await;
        assert_eq!((answer.status, answer.body["error"]["param"].as_str()), (status, Some(param)), "{path}");
    }
    assert_eq!(client.get("/v1/unicorns").await.status, 404);
    assert_eq!(client.get("/elsewhere").await.status, 404);
}

#[tokio::test]
async fn an_event_shows_its_object_as_it_was_then() {
    let (_sandbox, client) = company(29, 20).await;
    let created = client.all("/v1/events?type=invoice.created").await;
    let first = &created.last().unwrap()["data"]["object"];
    let now = client.get(&format!("/v1/invoices/{}", text(&first["id"]))).await.body;
    assert_eq!((first["status"].as_str(), first["number"].as_str()), (Some("draft"), None));
    assert_ne!(now["status"], "draft");
    assert!(now["number"].is_string());
}

#[tokio::test]
async fn discounts_are_taken_off_each_line_before_tax() {
    let (_sandbox, client) = company(30, 60).await;
    let path = "/v1/subscriptions?status=all&expand[]=data.discounts.source.coupon";
    let discounted: Vec<_> =
        client.all(path).await.into_iter().filter(|row| row["discounts"][0].is_object()).collect();
    assert!(discounted.len() > 2, "{}", discounted.len());
    assert_eq!(discounted[0]["discounts"][0]["source"]["coupon"]["percent_off"], 20);
    for subscription in &discounted {
        let path = format!("/v1/invoices?subscription={}", text(&subscription["id"]));
        for invoice in client.all(&path).await {
            let number = |name: &str| invoice[name].as_i64().unwrap();
            let off = invoice["total_discount_amounts"][0]["amount"].as_i64().unwrap();
            assert_eq!(number("subtotal") - off, number("total_excluding_tax"), "{invoice}");
            let tax: i64 = invoice["total_taxes"]
                .as_array()
                .unwrap()
                .iter()
                .map(|tax| tax["amount"].as_i64().unwrap())
                .sum();
            assert_eq!(number("total_excluding_tax") + tax, number("total"), "{invoice}");
            if number("subtotal") > 0 && invoice["lines"]["data"].as_array().unwrap().len() == 1 {
                assert_eq!(off, (number("subtotal") * 20 + 50) / 100, "{invoice}");
            }
        }
    }
    assert_eq!(client.get("/v1/coupons").await.body["data"][0]["id"], "FOUNDING20");
}

#[tokio::test]
async fn pages_can_be_smaller_than_was_asked_for() {
    let config = SandboxConfig { customers: 80, history_days: 20, page_at_most: 7, ..SandboxConfig::new(27) };
    let (_sandbox, client) = started(config).await;
    let page = client.get("/v1/charges?limit=100").await;
    assert_eq!((ids(&page).len(), &page.body["has_more"]), (7, &true.into()));
    assert_eq!(ids(&client.get("/v1/charges?limit=3").await).len(), 3, "fewer stay fewer");
    assert!(client.all("/v1/charges").await.len() > 14);
}

#[tokio::test]
async fn late_balance_transactions_are_hidden_for_two_days_at_most() {
    let faults = FaultRates { late_movements_per_mille: 500, ..FaultRates::default() };
    let config = SandboxConfig { customers: 80, history_days: 20, faults, ..SandboxConfig::new(28) };
    let (sandbox, client) = started(config).await;
    let then = sandbox.now().timestamp();
    let path = format!("/v1/balance_transactions?created[lte]={then}");
    let seen: BTreeSet<String> =
        client.all(&path).await.iter().map(|row| text(&row["id"]).to_owned()).collect();
    sandbox.advance(sandbox.now() + TimeDelta::hours(48)).unwrap();
    let late: Vec<String> = client
        .all(&path)
        .await
        .iter()
        .map(|row| text(&row["id"]).to_owned())
        .filter(|id| !seen.contains(id))
        .collect();
    assert!(!late.is_empty() && !seen.is_empty());
    assert_eq!(client.get(&format!("/v1/balance_transactions/{}", late[0])).await.status, 200);
    assert_eq!(sandbox.broken_identities(), Vec::<String>::new());
}
