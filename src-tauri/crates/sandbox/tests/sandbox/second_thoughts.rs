//! What changes after it was billed or booked, as the processor shows it.

use super::client::{started, text};
use chrono::TimeDelta;
use purser_sandbox::SandboxConfig;

#[tokio::test]
async fn what_is_voided_given_up_credited_taken_back_or_given_back_says_so() {
    let config = SandboxConfig {
        customers: 150,
        declines_per_mille: 300,
        left_open_per_mille: 1000,
        voids_per_mille: 200,
        given_up_per_mille: 400,
        credit_notes_per_mille: 300,
        credits_per_mille: 300,
        returned_debits_per_mille: 100,
        disputes_per_mille: 300,
        reinstated_per_mille: 700,
        ..SandboxConfig::new(90)
    };
    let (sandbox, client) = started(config).await;
    sandbox.advance(sandbox.now() + TimeDelta::days(120)).unwrap();
    assert_eq!(sandbox.broken_identities(), Vec::<String>::new());
    let [mut voided, mut given_up, mut after_all, mut credited, mut from_balance] = [0; 5];
    for invoice in client.all("/v1/invoices").await {
        let (status, times) = (text(&invoice["status"]), &invoice["status_transitions"]);
        let number = |name: &str| invoice[name].as_i64().unwrap();
        let was_given_up = times["marked_uncollectible_at"].is_number();
        assert_eq!(status == "void", times["voided_at"].is_number(), "{invoice}");
        assert!(status != "uncollectible" || was_given_up, "{invoice}");
        if ["void", "uncollectible"].contains(&status) {
            assert!(invoice["next_payment_attempt"].is_null(), "{invoice}");
        }
        let credit = number("pre_payment_credit_notes_amount");
        if status != "draft" {
            let balance = number("ending_balance") - number("starting_balance");
            assert_eq!(number("amount_due"), number("total") - credit - balance, "{invoice}");
            from_balance += i32::from(balance > 0);
            assert_eq!(number("amount_remaining"), number("amount_due") - number("amount_paid"), "{invoice}");
        }
        voided += i32::from(status == "void");
        given_up += i32::from(status == "uncollectible");
        after_all += i32::from(status == "paid" && was_given_up);
        credited += i32::from(status == "paid" && credit > 0);
    }
    assert!(
        voided > 2 && given_up > 2 && after_all > 2 && credited > 2,
        "{voided} {given_up} {after_all} {credited}"
    );
    assert!(from_balance > 2, "{from_balance}");
    let taken_back = sandbox.entries().iter().filter(|entry| entry.why == "debit taken back").count();
    let charges = client.all("/v1/charges").await;
    let returned = charges.iter().filter(|charge| charge["failure_balance_transaction"].is_string());
    assert!(taken_back > 2 && returned.clone().count() == taken_back, "{taken_back}");
    assert!(returned.clone().all(|charge| charge["status"] == "failed"));
    let given_back = sandbox.entries().iter().filter(|entry| entry.why == "dispute reinstated").count();
    let disputes = client.all("/v1/disputes").await;
    let won = disputes.iter().filter(|dispute| dispute["status"] == "won");
    let movements = |dispute: &serde_json::Value| dispute["balance_transactions"].as_array().unwrap().len();
    assert!(given_back > 2 && won.clone().count() >= given_back, "{given_back}");
    assert!(won.clone().all(|dispute| movements(dispute) == 2));
}
