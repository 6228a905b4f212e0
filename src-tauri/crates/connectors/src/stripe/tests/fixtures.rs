//! Stripe's own fixtures, read in place beside the repository.

use purser_core::fact::{
    CollectionNext, DisputeStatus, FactKind, InvoiceStatus, MovementKind, Observed, PayoutStatus,
};
use serde_json::{Value, json};

use crate::stripe::translate;
use crate::stripe::translate::movement_types;

/// The resources, or nothing where the file is not there.
fn resources() -> Option<Value> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let path = root.join("../shared/data/openapi/stripe-fixtures3.json");
    match std::fs::read(&path) {
        Ok(bytes) => Some(serde_json::from_slice::<Value>(&bytes).unwrap()["resources"].take()),
        Err(error) => {
            println!("skipped: Stripe's fixtures are not beside the repository ({error})");
            None
        }
    }
}

fn read(kind: FactKind, value: &Value) -> Observed {
    translate(kind, value.to_string().as_bytes()).unwrap_or_else(|error| panic!("{kind:?}: {error}")).observed
}

#[test]
fn every_object_of_the_fixtures_is_read() {
    let Some(all) = resources() else { return };
    let Observed::Customer(customer) = read(FactKind::Customer, &all["customer"]) else { panic!() };
    assert_eq!((customer.id.as_str(), customer.deleted), ("cus_QXg1o8vcGmoR32", false));
    let Observed::Customer(gone) = read(FactKind::Customer, &all["deleted_customer"]) else { panic!() };
    assert!(gone.deleted);

    let Observed::Subscription(subscription) = read(FactKind::Subscription, &all["subscription"]) else {
        panic!()
    };
    assert_eq!(subscription.items.len(), 1);
    let item = &subscription.items[0];
    assert_eq!(item.unit.unwrap().picos, 2_000 * 1_000_000_000_000);
    assert_eq!((item.quantity, item.metered, item.currency.code()), (1, false, "USD"));
    assert!(subscription.collection_paused, "the fixture is paused");

    let Observed::Invoice(invoice) = read(FactKind::Invoice, &all["invoice"]) else { panic!() };
    assert_eq!(invoice.status, InvoiceStatus::Draft);
    assert_eq!(invoice.total.to_string(), "10.00 USD");
    assert_eq!((invoice.tax.is_zero(), invoice.lines.len()), (true, 1));
    assert_eq!(invoice.lines[0].net.to_string(), "10.00 USD");

    let Observed::Charge(charge) = read(FactKind::Charge, &all["charge"]) else { panic!() };
    assert_eq!((charge.amount.to_string().as_str(), charge.captured), ("1.00 USD", false));
    assert_eq!(charge.movement.as_deref(), Some("txn_1PgaxNB7WZ01zgkWEV3TLf40"));

    let Observed::Movement(movement) = read(FactKind::Movement, &all["balance_transaction"]) else {
        panic!()
    };
    assert_eq!((movement.kind, movement.net.to_string().as_str()), (MovementKind::Sale, "1.00 USD"));

    let Observed::Refund(refund) = read(FactKind::Refund, &all["refund"]) else { panic!() };
    assert_eq!(refund.charge.as_deref(), Some("ch_1PgafuB7WZ01zgkWXYmPNZs8"));

    let Observed::Dispute(dispute) = read(FactKind::Dispute, &all["dispute"]) else { panic!() };
    assert_eq!(dispute.status, DisputeStatus::Inquiry);
    assert_eq!(dispute.evidence_due.map(|due| due.timestamp()), Some(1_723_679_999));

    let Observed::Payout(payout) = read(FactKind::Payout, &all["payout"]) else { panic!() };
    assert_eq!((payout.status, payout.amount.to_string().as_str()), (PayoutStatus::InTransit, "11.00 USD"));

    let Observed::Balance(balance) = read(FactKind::Balance, &all["balance"]) else { panic!() };
    assert_eq!(balance.total.len(), 1);
}

/// The fixture of an invoice payment was filled by a machine (`"currency": "currency"`): it must be refused with its
/// reason, and be read once its fields are real.
#[test]
fn a_fixture_that_holds_no_real_values_is_unreadable_and_says_why() {
    let Some(all) = resources() else { return };
    let mut payment = all["invoice_payment"].clone();
    assert!(translate(FactKind::InvoicePayment, payment.to_string().as_bytes()).is_err());
    payment["payment"]["payment_intent"] = json!("pi_1");
    let error = translate(FactKind::InvoicePayment, payment.to_string().as_bytes()).unwrap_err();
    assert!(error.reason.contains("unknown status"), "{error}");
    payment["status"] = json!("paid");
    payment["amount_paid"] = json!(1_200);
    let error = translate(FactKind::InvoicePayment, payment.to_string().as_bytes()).unwrap_err();
    assert!(error.reason.contains("not a currency"), "{error}");
    payment["currency"] = json!("usd");
    let Observed::InvoicePayment(read) = read(FactKind::InvoicePayment, &payment) else { panic!() };
    assert_eq!(read.paid.unwrap().to_string(), "12.00 USD");
}

#[test]
fn every_documented_type_of_movement_is_named_once() {
    let names = movement_types();
    let unique: std::collections::BTreeSet<_> = names.iter().collect();
    assert_eq!(unique.len(), names.len());
    for must in [
        "charge",
        "payment",
        "refund",
        "refund_failure",
        "payout",
        "payout_failure",
        "payout_cancel",
        "stripe_fee",
        "stripe_fx_fee",
        "adjustment",
        "reserve_transaction",
        "topup",
        "transfer",
        "advance",
    ] {
        assert!(names.contains(&must), "{must}");
    }
}

fn movement(kind: &str, category: Option<&str>, source: &str, amount: i64) -> MovementKind {
    let payload = json!({"id": "txn_1", "type": kind, "reporting_category": category, "amount": amount, "fee": 0,
        "net": amount, "currency": "usd", "source": source, "created": 1, "available_on": 1});
    let Observed::Movement(movement) = read(FactKind::Movement, &payload) else { panic!() };
    movement.kind
}

#[test]
fn adjustments_are_told_apart_and_unknown_types_have_a_reason() {
    for (category, source, amount, expected) in [
        (Some("dispute"), "dp_1", -12_000, MovementKind::DisputeTaken),
        (Some("dispute_reversal"), "dp_1", 12_000, MovementKind::DisputeReturned),
        (None, "dp_1", -12_000, MovementKind::DisputeTaken),
        (None, "du_1", 12_000, MovementKind::DisputeReturned),
        (Some("refund_failure"), "re_1", 500, MovementKind::RefundReturned),
    ] {
        assert_eq!(movement("adjustment", category, source, amount), expected, "{category:?} {source}");
    }
    for (kind, word) in [("adjustment", "does not say"), ("transfer", "connected"), ("teleport", "teleport")]
    {
        let MovementKind::Unexplained(why) = movement(kind, None, "x_1", 5) else { panic!("{kind}") };
        assert!(why.contains(word), "{why}");
    }
}

#[test]
fn a_movement_whose_net_does_not_add_up_is_refused() {
    let payload = json!({"id": "txn_1", "type": "charge", "amount": 100, "fee": 3, "net": 98, "currency": "usd",
        "created": 1, "available_on": 1});
    let error = translate(FactKind::Movement, payload.to_string().as_bytes()).unwrap_err();
    assert!(error.reason.contains("98"), "{error}");
}

#[test]
fn an_invoice_s_lines_discounts_tax_and_balance_are_read() {
    let payload = json!({"id": "in_1", "number": "A-7", "customer": {"id": "cus_1", "object": "customer"}, "status": "paid",
    "currency": "usd", "total": 11_000, "total_excluding_tax": 9_200, "total_taxes": [{"amount": 1_800, "tax_behavior": "exclusive"}],
    "amount_due": 10_000, "amount_paid": 10_000, "starting_balance": -1_500, "ending_balance": -500, "created": 1,
    "effective_at": 2, "parent": {"type": "subscription_details", "subscription_details": {"subscription": "sub_1"}},
    "lines": {"has_more": false, "data": [
        {"id": "il_1", "amount": 10_000, "currency": "usd", "discount_amounts": [{"amount": 1_000, "discount": "di_1"}],
         "period": {"start": 100, "end": 31_536_100}, "taxes": [{"amount": 1_800, "tax_behavior": "exclusive"}],
         "parent": {"subscription_item_details": {"subscription": "sub_1"}}, "pricing": {"price_details": {"price": "price_1"}}},
    ]}});
    let Observed::Invoice(invoice) = read(FactKind::Invoice, &payload) else { panic!() };
    assert_eq!(invoice.customer, "cus_1");
    assert_eq!(
        (invoice.net.minor(), invoice.tax.minor(), invoice.from_balance.minor()),
        (9_200, 1_800, 1_000)
    );
    assert_eq!(invoice.subscription.as_deref(), Some("sub_1"));
    assert_eq!(invoice.finalised.map(|at| at.timestamp()), Some(2));
    let nets: Vec<i128> = invoice.lines.iter().map(|line| line.net.minor()).collect();
    assert_eq!(nets, [9_000, 200], "shipping stands in no line");
    assert_eq!(invoice.lines[0].price.as_deref(), Some("price_1"));
    let mut inclusive = payload;
    inclusive["lines"]["data"][0]["taxes"][0]["tax_behavior"] = json!("inclusive");
    let Observed::Invoice(invoice) = read(FactKind::Invoice, &inclusive) else { panic!() };
    assert_eq!(invoice.lines[0].net.minor(), 7_200);
}

#[test]
fn discounts_are_read_with_their_coupon_or_marked_as_unknown() {
    use purser_core::fact::{DiscountAmount, Percent};
    let price = json!({"id": "price_1", "currency": "isk", "unit_amount_decimal": "150050.5",
        "recurring": {"interval": "year", "interval_count": 2}});
    let payload = json!({"id": "sub_1", "customer": "cus_1", "status": "past_due", "created": 5, "items": {"data": [
            {"id": "si_1", "price": price, "quantity": 3}]},
        "discounts": ["di_closed",
            {"id": "di_1", "start": 5, "source": {"type": "coupon", "coupon": {"percent_off": 25.5, "duration": "forever"}}},
            {"id": "di_2", "source": {"coupon": {"amount_off": 500, "currency": "usd", "duration": "once"}}},
            {"id": "di_3", "source": {"coupon": "Z4OV52SU"}},
            {"id": "di_4", "coupon": {"percent_off": 33.3333333, "duration": "repeating"}}]});
    let Observed::Subscription(read) = read(FactKind::Subscription, &payload) else { panic!() };
    let amounts: Vec<DiscountAmount> = read.discounts.iter().map(|discount| discount.amount).collect();
    let off = purser_core::Money::new(500, purser_core::Currency::USD);
    assert_eq!(
        amounts,
        [
            DiscountAmount::Unknown,
            DiscountAmount::Percent(Percent { millionths: 255_000 }),
            DiscountAmount::Off(off),
            DiscountAmount::Unknown,
            DiscountAmount::Percent(Percent { millionths: 333_333 }),
        ]
    );
    assert!(read.discounts[2].once);
    assert_eq!(
        read.items[0].unit.unwrap().picos,
        1_500_505_000_000_000,
        "1,500.505 ISK, whose minor unit is one"
    );
    assert_eq!(read.items[0].cycle.count, 2);
}

#[test]
fn ts_41_ts_45_what_comes_next_of_an_invoice_is_read_from_its_intent() {
    let next = |change: &dyn Fn(&mut Value)| {
        let mut invoice = json!({"id": "in_1", "status": "open", "currency": "usd", "total": 1200, "amount_due": 1200,
            "created": 1, "collection_method": "charge_automatically", "attempted": true, "attempt_count": 4,
            "next_payment_attempt": null, "payments": {"data": [{"status": "open", "payment": {"type": "payment_intent",
            "payment_intent": {"id": "pi_1", "status": "requires_payment_method",
            "last_payment_error": {"code": "card_declined", "decline_code": "expired_card"}}}}]}});
        change(&mut invoice);
        let Observed::Invoice(read) = read(FactKind::Invoice, &invoice) else { panic!() };
        read.collection.map(|collection| (collection.next, collection.failure))
    };
    let intent = |invoice: &mut Value, value: Value| {
        invoice["payments"]["data"][0]["payment"]["payment_intent"] = value;
    };
    let is = |seen: Option<(CollectionNext, String)>, next: CollectionNext| assert_eq!(seen.unwrap().0, next);
    assert_eq!(next(&|_| ()), Some((CollectionNext::Nothing, "The card has expired".to_owned())));
    is(next(&|one| intent(one, json!("pi_1"))), CollectionNext::Nothing);
    is(next(&|one| intent(one, json!({"id": "pi_1", "status": "processing"}))), CollectionNext::Arrival);
    is(
        next(&|one| intent(one, json!({"id": "pi_1", "status": "requires_action"}))),
        CollectionNext::Confirmation,
    );
    let off_session = json!({"id": "pi_1", "status": "requires_payment_method",
        "last_payment_error": {"code": "authentication_required"}});
    is(next(&|one| intent(one, off_session.clone())), CollectionNext::Confirmation);
    let at = chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    is(next(&|one| one["next_payment_attempt"] = json!(1_800_000_000)), CollectionNext::Retry(at));
    for (field, value) in
        [("status", json!("paid")), ("collection_method", json!("send_invoice")), ("attempted", json!(false))]
    {
        assert_eq!(next(&|one| one[field] = value.clone()), None, "{field}");
    }
}
