//! What a provider tells late, or after everything was earned, comes to the same books.

use chrono::Duration;
use purser_core::fact::*;
use serde_json::json;

use crate::teller::*;

#[test]
fn money_whose_charge_is_told_later_waits_in_suspense_and_then_pays_its_invoice() {
    let scene = Scene::new();
    scene.tell([invoice(), payment(), sale()]);
    assert_eq!(scene.world.balance("Liabilities:Suspense"), -12_000);
    assert_eq!(scene.world.balance("Assets:Receivable"), 12_000);
    assert_eq!(scene.asked(), ["unexplained_movement"]);
    scene.tell([charge(0)]);
    assert_eq!(scene.world.balance("Liabilities:Suspense"), 0);
    assert_eq!(scene.world.balance("Assets:Receivable"), 0);
    assert_eq!(scene.world.balance("Assets:Stripe:USD"), 11_622);
    assert_eq!(scene.world.balance("Expenses:Fees:Stripe"), 378);
    assert!(scene.asked().is_empty());
    let entries = scene.world.journal_total();
    scene.tell([charge(0), sale()]);
    assert_eq!(scene.world.journal_total(), entries, "told again, it changes nothing");
}

#[test]
fn a_refund_that_is_told_after_its_money_left_takes_back_what_it_takes_back() {
    let scene = Scene::new();
    scene.tell([invoice(), payment(), charge(0), sale()]);
    scene.world.advance(Duration::days(24));
    scene.tell([movement("txn_2", MovementKind::Refund, "re_1", -6_000, 0, 40)]);
    assert_eq!(scene.world.balance("Liabilities:Suspense"), 6_000);
    scene.tell([charge(6_000), refund(6_000, RefundStatus::Succeeded)]);
    assert_eq!(scene.world.balance("Liabilities:Suspense"), 0);
    assert_eq!(scene.world.balance("Liabilities:SalesTax"), -1_000);
    assert!(scene.asked().is_empty());
}

#[test]
fn a_refund_that_comes_back_after_its_months_are_over_is_earned_at_once() {
    let scene = || {
        let scene = Scene::new();
        scene.tell([invoice(), payment(), charge(0), sale()]);
        scene.world.advance(Duration::days(24));
        let left = movement("txn_2", MovementKind::Refund, "re_1", -12_000, 0, 40);
        scene.tell([charge(12_000), refund(12_000, RefundStatus::Succeeded), left]);
        assert_eq!(scene.world.balance("Income:Sales"), -4_918, "30 of 61 days");
        assert_eq!(scene.world.balance("Liabilities:DeferredRevenue"), 0);
        // December goes by with nothing left to earn.
        scene.world.advance(Duration::days(35));
        scene.tell([]);
        scene
    };
    // It came back in January, or in December and January had begun when it was told.
    for day in [75, 55] {
        let scene = scene();
        let came_back = movement("txn_3", MovementKind::RefundReturned, "re_1", 12_000, 0, day);
        scene.tell([charge(0), refund(12_000, RefundStatus::Failed), came_back]);
        assert_eq!(scene.world.balance("Liabilities:DeferredRevenue"), 0);
        assert_eq!(scene.world.balance("Income:Sales"), -10_000);
        assert_eq!(scene.world.balance("Income:Refunds"), 0);
    }
}

#[test]
fn an_invoice_that_is_told_after_the_refund_of_its_payment_comes_to_the_same_books() {
    let sold = || [payment(), charge(6_000), sale()];
    let given_back = || {
        [
            refund(6_000, RefundStatus::Succeeded),
            movement("txn_2", MovementKind::Refund, "re_1", -6_000, 0, 10),
        ]
    };
    let came_back = || movement("txn_3", MovementKind::RefundReturned, "re_1", 6_000, 0, 12);
    for returned in [false, true] {
        let mut balances = Vec::new();
        for late in [false, true] {
            let scene = Scene::new();
            scene.tell(if late { vec![] } else { vec![invoice()] });
            scene.tell(sold());
            scene.tell(given_back());
            scene.tell(returned.then(came_back));
            if late {
                assert_eq!(
                    scene.world.balance("Liabilities:Suspense"),
                    if returned { -12_000 } else { -6_000 }
                );
                scene.tell([invoice()]);
            }
            assert_eq!(scene.world.balance("Liabilities:Suspense"), 0);
            assert_eq!(scene.world.balance("Assets:Receivable"), 0);
            assert_eq!(scene.world.balance("Liabilities:SalesTax"), if returned { -2_000 } else { -1_000 });
            scene.world.advance(Duration::days(80));
            scene.tell([]);
            assert_eq!(scene.world.ok("verify", json!({}))["ok"], true);
            balances.push(scene.world.balances());
        }
        assert_eq!(balances[0], balances[1]);
    }
}

#[test]
fn a_refund_that_is_seen_coming_back_before_it_is_seen_leaving_leaves_nothing_behind() {
    let left = || movement("txn_2", MovementKind::Refund, "re_1", -12_000, 0, 40);
    let came_back = || movement("txn_3", MovementKind::RefundReturned, "re_1", 12_000, 0, 42);
    // The second after a while; both in one page, the newest first; and the refund itself last of all.
    let told = || refund(12_000, RefundStatus::Failed);
    for steps in [
        vec![vec![told(), came_back()], vec![left()]],
        vec![vec![told(), came_back(), left()]],
        vec![vec![came_back()], vec![left()], vec![told()]],
    ] {
        let scene = Scene::new();
        scene.tell([invoice(), payment(), charge(0), sale()]);
        scene.world.advance(Duration::days(29));
        for step in steps {
            scene.tell(step);
        }
        assert_eq!(scene.world.balance("Liabilities:Suspense"), 0);
        assert_eq!(scene.world.balance("Income:Refunds"), 0);
        assert_eq!(scene.world.balance("Liabilities:SalesTax"), -2_000);
        assert_eq!(scene.world.balance("Assets:Stripe:USD"), 11_622);
        assert_eq!(scene.asked(), ["refund_returned"], "it needs another way to the customer");
        scene.world.advance(Duration::days(40));
        scene.tell([]);
        assert_eq!(scene.world.balance("Income:Sales"), -10_000);
        assert_eq!(scene.world.balance("Liabilities:DeferredRevenue"), 0);
    }
}

#[test]
fn a_payment_that_is_seen_taken_back_before_it_is_seen_coming_is_owed() {
    let back = || movement("txn_back", MovementKind::SaleReturned, "ch_1", -12_000, 0, 16);
    // The money after a while; both in one page, the newest first; and what it paid last of all.
    for steps in [
        vec![vec![invoice(), payment(), charge(0), back()], vec![sale()]],
        vec![vec![invoice(), payment(), charge(0), back(), sale()]],
        vec![vec![charge(0), back()], vec![sale()], vec![invoice(), payment()]],
    ] {
        let scene = Scene::new();
        for step in steps {
            scene.tell(step);
        }
        assert_eq!(scene.world.balance("Assets:Receivable"), 12_000);
        assert_eq!(scene.world.balance("Liabilities:Suspense"), 0);
        assert_eq!(scene.world.balance("Assets:Stripe:USD"), -378);
        assert_eq!(scene.asked(), ["payment_returned"]);
        assert_eq!(scene.world.ok("verify", json!({}))["ok"], true);
    }
}

#[test]
fn a_lost_dispute_is_all_chargeback_whenever_it_is_seen() {
    let lost = |status| Observed::Dispute(disputed(status));
    for days in [0, 20] {
        let scene = Scene::new();
        let taken = movement("txn_2", MovementKind::DisputeTaken, "du_1", -12_000, 1_500, 10);
        scene.tell([invoice(), payment(), charge(0), sale(), lost(DisputeStatus::Open), taken]);
        scene.world.advance(Duration::days(days));
        scene.tell([lost(DisputeStatus::Lost)]);
        assert_eq!(scene.world.balance("Expenses:Chargebacks"), 10_000);
        assert_eq!(scene.world.balance("Liabilities:SalesTax"), 0);
        assert_eq!(scene.world.balance("Assets:Disputes"), 0);
    }
}
