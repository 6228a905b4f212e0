//! Orders to the bank: money that goes back.

use crate::client::company;
use chrono::TimeDelta;

#[tokio::test]
async fn an_order_goes_back_with_its_tax_and_never_more_than_was_paid() {
    let (sandbox, _client) = company(81, 60).await;
    let payments = sandbox.hand_payments();
    let check = payments.iter().find(|row| row.method == "check" && row.amount_minor > 2).unwrap();
    // What was paid ahead goes back before what was earned.
    let net = || {
        ["refunds", "deferred"].map(|group| sandbox.group_balance(group, check.currency)).iter().sum::<i64>()
    };
    let (before, paid) = (net(), check.amount_minor);
    let tax_before = sandbox.group_balance("sales_tax", check.currency);
    assert!(!sandbox.order("a", &check.id, paid + 1), "more than was paid");
    assert!(!sandbox.order("a", "hand_unknown", 1));
    assert!(sandbox.order("a", &check.id, paid - 1) && sandbox.order("b", &check.id, 1));
    assert!(!sandbox.order("a", &check.id, 1), "nothing is left");
    let orders = sandbox.orders();
    let tax: i64 = orders.iter().map(|order| order.tax_minor).sum();
    assert_eq!(sandbox.group_balance("sales_tax", check.currency) - tax_before, tax);
    assert_eq!(net() - before, paid - tax);
    assert_eq!(sandbox.group_balance("payment_on_its_way", check.currency), -paid);
    sandbox.advance(sandbox.now() + TimeDelta::days(7)).unwrap();
    assert_eq!(sandbox.group_balance("payment_on_its_way", check.currency), 0);
    let lines = sandbox.bank_lines();
    let of_orders = sandbox.orders().into_iter().filter_map(|order| order.line_id);
    let left: i64 = of_orders.map(|id| lines.iter().find(|line| line.id == id).unwrap().amount_minor).sum();
    assert_eq!(left, -paid);
    assert_eq!(sandbox.broken_identities(), Vec::<String>::new());
}
