//! What a provider or a bank changes after it was booked: withdrawn, credited, given up, paid after all, taken back.

use chrono::Duration;
use purser_core::fact::*;
use serde_json::json;

use crate::refunds::approve;
use crate::teller::*;
use crate::world::{payment as payment_form, text};

#[test]
fn what_was_given_up_and_is_paid_after_all_is_earned_as_if_it_had_been_paid_at_once() {
    for days in [0, 20, 40] {
        let scene = Scene::new();
        scene.tell([unpaid(InvoiceStatus::Open)]);
        scene.tell([unpaid(InvoiceStatus::Uncollectible)]);
        assert_eq!(scene.world.balance("Expenses:BadDebt"), 0, "nothing of it was earned before");
        assert_eq!(scene.world.invoice("A-0001"), ("written_off".to_owned(), 0));
        assert_eq!(scene.world.balance("Liabilities:SalesTax"), 0);
        assert_eq!(scene.world.balance("Liabilities:DeferredRevenue"), 0);
        scene.world.advance(Duration::days(days));
        scene.tell([invoice(), payment(), charge(0), sale()]);
        scene.tell([]);
        assert_eq!(scene.world.balance("Assets:Receivable"), 0);
        assert_eq!(scene.world.balance("Liabilities:SalesTax"), -2_000);
        scene.world.advance(Duration::days(80 - days));
        scene.tell([]);
        assert_eq!(scene.world.balance("Income:Sales"), -10_000, "after {days} days");
        assert_eq!(scene.world.balance("Liabilities:DeferredRevenue"), 0, "after {days} days");
        assert!(scene.world.invoice("A-0001").0.starts_with("paid"));
        assert_eq!(scene.world.ok("verify", json!({}))["ok"], true);
    }
    // The founder may take it back first.
    let scene = Scene::new();
    scene.tell([unpaid(InvoiceStatus::Open)]);
    scene.tell([unpaid(InvoiceStatus::Uncollectible)]);
    scene.world.ok("invoice_write_off_undo", json!({"number": "A-0001"}));
    assert_eq!(scene.world.balance("Liabilities:DeferredRevenue"), -10_000);
    scene.tell([invoice(), payment(), charge(0), sale()]);
    assert_eq!(scene.world.balance("Liabilities:DeferredRevenue"), -10_000);
    assert_eq!(scene.world.balance("Assets:Receivable"), 0);
}

/// What a company that owes the invoice does with it, and what must stand when its provider withdraws it after that.
#[test]
fn an_invoice_that_its_provider_withdraws_leaves_nothing_behind_whatever_was_done_with_it_here() {
    let void = || {
        let voided = Some(day(16));
        Observed::Invoice(Invoice { status: InvoiceStatus::Void, voided, paid: None, ..billed() })
    };
    let scene = |open: Invoice| {
        let scene = Scene::new();
        scene.tell([Observed::Invoice(open)]);
        scene
    };
    let open = || Invoice { status: InvoiceStatus::Open, paid: None, ..billed() };
    let is_clean = |scene: &Scene, what: &str| {
        for account in [
            "Assets:Receivable",
            "Liabilities:DeferredRevenue",
            "Liabilities:SalesTax",
            "Income:Sales",
            "Expenses:BadDebt",
        ] {
            assert_eq!(scene.world.balance(account), 0, "{what}: {account}");
        }
        scene.world.advance(Duration::days(80));
        scene.tell([]);
        assert_eq!(scene.world.balance("Income:Sales"), 0, "{what}: nothing is earned of it later");
        let verified = scene.world.ok("verify", json!({}));
        assert_eq!(verified["ok"], true, "{what}: {verified}");
    };

    let untouched = scene(open());
    untouched.tell([void()]);
    is_clean(&untouched, "untouched");

    let written_off = scene(open());
    written_off.world.ok("invoice_write_off", json!({"number": "A-0001", "reason": "gone"}));
    written_off.tell([void()]);
    is_clean(&written_off, "written off");

    let given_up = scene(open());
    given_up.tell([unpaid(InvoiceStatus::Uncollectible)]);
    given_up.tell([void()]);
    is_clean(&given_up, "given up at the provider");
    assert_eq!(given_up.world.invoice("A-0001").0, "void");

    let with_credit = Invoice { from_balance: usd(2_000), due_amount: usd(10_000), ..open() };
    let with_credit = scene(with_credit);
    with_credit.tell([void()]);
    is_clean(&with_credit, "paid in part by credit");
    assert_eq!(with_credit.world.balance("Liabilities:CustomerCredit"), 0);

    // Money that paid it here is its customer's, and the founder hears of it.
    for by in ["line", "payment"] {
        let paid = scene(open());
        let mut check = payment_form("Alder Works", "120.00", "check");
        check["allocations"] = json!([{"invoice": "A-0001", "amount": "120.00"}]);
        if by == "payment" {
            paid.world.ok("payment_record", check);
        } else {
            paid.world.statement(&["T1,2026-11-10,120.00,USD,ALDER WORKS,A-0001"]);
            paid.world.confirm("T1", "invoices", &["A-0001"], "none");
        }
        assert_eq!(paid.world.balance("Assets:Receivable"), 0);
        paid.tell([void()]);
        assert_eq!(paid.world.balance("Liabilities:CustomerCredit"), -12_000, "{by}");
        assert_eq!(paid.world.credit("Alder Works"), 12_000, "{by}");
        assert!(paid.asked().contains(&"void_paid".to_owned()), "{by}: {:?}", paid.asked());
        is_clean(&paid, by);
        if by == "line" {
            paid.world.ok("match_undo", json!({"id": "T1"}));
            assert_eq!(paid.world.balance("Liabilities:CustomerCredit"), 0);
            assert_eq!(paid.world.balance("Liabilities:Suspense"), -12_000);
        }
    }

    // It is the provider's to withdraw.
    let ours = scene(open());
    assert_eq!(ours.world.code("invoice_void", json!({"number": "A-0001"})), "invoice_of_provider");
    ours.tell([void()]);
    is_clean(&ours, "refused here");
}

#[test]
fn what_is_underway_when_the_books_begin_arrives_or_comes_back_without_a_trace() {
    // The books begin on 1 September; the payout left the day before.
    let payout = |status| {
        Observed::Payout(Payout {
            id: "po_1".into(),
            amount: usd(50_000),
            status,
            created: day(-62),
            arrival: day(-60),
            traces: vec![],
            movement: Some("txn_po".into()),
            returned_by: None,
            failure: String::new(),
        })
    };
    let left = || movement("txn_po", MovementKind::Payout, "po_1", -50_000, 0, -62);
    let before = || movement("txn_old", MovementKind::Sale, "ch_old", 60_000, 0, -70);
    for steps in [
        vec![vec![before(), payout(PayoutStatus::InTransit), left()]],
        vec![vec![before(), left()], vec![payout(PayoutStatus::InTransit)]],
    ] {
        let scene = Scene::new();
        for step in steps {
            scene.tell(step);
        }
        assert_eq!(scene.world.balance("Assets:InTransit:In"), 50_000);
        assert_eq!(scene.world.balance("Assets:Stripe:USD"), 10_000);
        assert_eq!(scene.world.balance("Equity:Opening"), -100_000 - 60_000);
        scene.tell([
            payout(PayoutStatus::Failed),
            movement("txn_back", MovementKind::PayoutReturned, "po_1", 50_000, 0, -55),
        ]);
        assert_eq!(scene.world.balance("Assets:InTransit:In"), 0);
        assert_eq!(scene.world.balance("Assets:Stripe:USD"), 60_000);
        assert_eq!(scene.world.ok("verify", json!({}))["ok"], true);
    }

    // A dispute of before that is won after, and refunds of payments of before.
    let scene = Scene::new();
    let dispute = Observed::Dispute(Dispute { created: day(-70), ..disputed(DisputeStatus::Won) });
    let old = |id: &str, kind, source: &str, amount| movement(id, kind, source, amount, 0, -70);
    scene.tell([charge(0), old("txn_1", MovementKind::Sale, "ch_1", 12_000), dispute]);
    scene.tell([old("txn_2", MovementKind::DisputeTaken, "du_1", -12_000)]);
    scene.tell([movement("txn_3", MovementKind::DisputeReturned, "du_1", 12_000, 0, 3)]);
    assert_eq!(scene.world.balance("Assets:Disputes"), 0);
    assert_eq!(scene.world.balance("Equity:Opening"), -112_000);
    scene.tell([refund_of("re_1", 6_000), movement("txn_4", MovementKind::Refund, "re_1", -6_000, 0, 4)]);
    assert_eq!(scene.world.balance("Income:Refunds"), 6_000);
    assert_eq!(scene.world.balance("Liabilities:Suspense"), 0);
    scene.tell([movement("txn_5", MovementKind::RefundReturned, "re_1", 6_000, 0, 5)]);
    assert_eq!((scene.world.balance("Income:Refunds"), scene.world.balance("Liabilities:Suspense")), (0, 0));
    assert_eq!(scene.world.ok("verify", json!({}))["ok"], true);
}

#[test]
fn a_refund_of_a_payment_that_the_founder_gave_to_something_takes_it_back_from_there() {
    let scene = || {
        let scene = Scene::new();
        scene.tell([charge(0), sale()]);
        assert_eq!(scene.world.balance("Liabilities:Suspense"), -12_000);
        scene
    };
    let give_back = |scene: &Scene, number: i128, amount: i128| {
        let (id, txn) = (format!("re_{number}"), format!("txn_r{number}"));
        scene.tell([refund_of(&id, amount), movement(&txn, MovementKind::Refund, &id, -amount, 0, 16)]);
        assert_eq!(scene.world.balance("Liabilities:Suspense"), 0);
    };

    // An invoice of 100.00 with 8.88 of tax; the rest became credit, and goes back first.
    let one = scene();
    let customer = json!({"id": "", "name": "Workshop Guest", "email": "", "address": "", "country": ""});
    let customer = one.world.ok("customer_save", customer)["id"].clone();
    let line = json!({"text": "Workshop", "quantity": 1, "price": "100.00", "tax_percent": "8.88"});
    let form = json!({"customer": customer, "currency": "USD", "issued": "", "due": "", "issue": true, "lines": [line]});
    let number = one.world.ok("invoice_create", form)["number"].clone();
    one.world.ok("charge_resolve", json!({"id": "ch_1", "to": "invoice", "target": number}));
    assert_eq!(one.world.credit("Workshop Guest"), 1_112);
    give_back(&one, 1, 1_000);
    assert_eq!((one.world.credit("Workshop Guest"), one.world.balance("Income:Refunds")), (112, 0));
    give_back(&one, 2, 5_000);
    assert_eq!(one.world.credit("Workshop Guest"), 0);
    assert_eq!(one.world.balance("Liabilities:SalesTax"), -888 + 399);
    let back = movement("txn_back", MovementKind::RefundReturned, "re_2", 5_000, 0, 16);
    one.tell([refund_of("re_2", 5_000), back]);
    assert_eq!((one.world.credit("Workshop Guest"), one.world.balance("Liabilities:SalesTax")), (112, -888));
    give_back(&one, 3, 3);
    give_back(&one, 4, 10_997);
    assert_eq!((one.world.credit("Workshop Guest"), one.world.balance("Liabilities:SalesTax")), (0, 0));
    assert_eq!(one.world.balance("Income:Refunds"), 10_000);
    assert_eq!(one.world.ok("verify", json!({}))["ok"], true);

    // One of the provider's own invoices: what was paid ahead goes back first.
    let theirs = scene();
    theirs.tell([unpaid(InvoiceStatus::Open)]);
    theirs.world.ok("charge_resolve", json!({"id": "ch_1", "to": "invoice", "target": "A-0001"}));
    give_back(&theirs, 1, 6_000);
    assert_eq!(theirs.world.balance("Liabilities:DeferredRevenue"), -5_000);
    assert_eq!(
        (theirs.world.balance("Income:Refunds"), theirs.world.balance("Liabilities:SalesTax")),
        (0, -1_000)
    );

    // An income without an invoice.
    let filed = scene();
    filed.world.ok("charge_resolve", json!({"id": "ch_1", "to": "category", "target": "Income:Sales"}));
    give_back(&filed, 1, 6_000);
    assert_eq!(
        (filed.world.balance("Income:Sales"), filed.world.balance("Income:Refunds")),
        (-12_000, 6_000)
    );
}

#[test]
fn a_payment_that_the_customers_bank_takes_back_is_owed_again() {
    let sold = || [payment(), charge(0), sale()];
    let back = || movement("txn_back", MovementKind::SaleReturned, "ch_1", -12_000, 0, 16);
    let steps: [fn() -> Vec<Vec<Observed>>; 4] = [
        // One entry settled it; two; all of it told at once; and never settled.
        || vec![vec![invoice(), payment(), charge(0), sale()]],
        || vec![vec![payment(), charge(0), sale()], vec![invoice()]],
        || vec![],
        || vec![vec![charge(0), sale()], vec![unpaid(InvoiceStatus::Open)]],
    ];
    for (at, steps) in steps.into_iter().enumerate() {
        let scene = Scene::new();
        let steps = steps();
        let all_at_once = steps.is_empty();
        for step in steps {
            scene.tell(step);
        }
        if all_at_once {
            scene.tell(std::iter::once(invoice()).chain(sold()).chain([back()]));
        } else {
            scene.tell([back()]);
        }
        assert_eq!(scene.world.balance("Assets:Receivable"), 12_000, "{at}");
        assert_eq!(scene.world.balance("Liabilities:Suspense"), 0, "{at}");
        assert_eq!(scene.world.balance("Assets:Stripe:USD"), -378, "{at}");
        assert_eq!(scene.world.invoice("A-0001").1, 12_000, "{at}");
        assert_eq!(scene.asked(), ["payment_returned"], "{at}");
        assert_eq!(scene.world.ok("verify", json!({}))["ok"], true, "{at}");
        // Another payment of the same invoice settles it.
        scene.tell([
            Observed::InvoicePayment(InvoicePayment {
                id: "inpay_2".into(),
                invoice: "in_1".into(),
                by: PaidBy::Charge("ch_2".into()),
                paid: Some(usd(12_000)),
                paid_at: Some(day(16)),
                cancelled: false,
            }),
            second_charge(),
            movement("txn_9", MovementKind::Sale, "ch_2", 12_000, 0, 16),
        ]);
        assert_eq!(scene.world.balance("Assets:Receivable"), 0, "{at}");
        assert_eq!(scene.world.ok("verify", json!({}))["ok"], true, "{at}");
    }
}

#[test]
fn credit_notes_take_off_what_is_owed_and_what_they_gave_back_elsewhere_is_asked_about() {
    let open = |credited| {
        let status = InvoiceStatus::Open;
        Observed::Invoice(Invoice { status, credited: usd(credited), paid: None, ..billed() })
    };
    for steps in
        [vec![6_000], vec![0, 6_000], vec![0, 3_001, 6_000], vec![9_000, 6_000], vec![6_000, 0, 6_000]]
    {
        let scene = Scene::new();
        for credited in &steps {
            scene.tell([open(*credited)]);
        }
        assert_eq!(scene.world.invoice("A-0001").1, 6_000, "{steps:?}");
        assert_eq!(scene.world.balance("Liabilities:SalesTax"), -1_000, "{steps:?}");
        assert_eq!(scene.world.balance("Liabilities:DeferredRevenue"), -5_000, "{steps:?}");
        let half = |one: Observed| match one {
            Observed::InvoicePayment(one) => {
                Observed::InvoicePayment(InvoicePayment { paid: Some(usd(6_000)), ..one })
            }
            Observed::Charge(one) => Observed::Charge(Charge { amount: usd(6_000), ..one }),
            other => other,
        };
        let paid = Observed::Invoice(Invoice { credited: usd(6_000), ..billed() });
        scene.tell([
            paid,
            half(payment()),
            half(charge(0)),
            movement("txn_1", MovementKind::Sale, "ch_1", 6_000, 0, 16),
        ]);
        assert_eq!(scene.world.balance("Assets:Receivable"), 0, "{steps:?}");
        assert_eq!(scene.world.balance("Liabilities:Suspense"), 0, "{steps:?}");
        // The other half is given back: no cent of tax is left.
        scene
            .tell([refund_of("re_1", 6_000), movement("txn_2", MovementKind::Refund, "re_1", -6_000, 0, 16)]);
        for account in ["Liabilities:SalesTax", "Liabilities:DeferredRevenue"] {
            assert_eq!(scene.world.balance(account), 0, "{steps:?} {account}");
        }
        assert_eq!(scene.asked(), [""; 0], "{steps:?}");
        assert_eq!(scene.world.ok("verify", json!({}))["ok"], true, "{steps:?}");
    }

    // Withdrawn, nothing of it is left.
    let scene = Scene::new();
    scene.tell([open(6_000)]);
    let void =
        Invoice { status: InvoiceStatus::Void, voided: Some(day(16)), credited: usd(6_000), ..billed() };
    scene.tell([Observed::Invoice(void)]);
    for account in
        ["Liabilities:SalesTax", "Liabilities:DeferredRevenue", "Assets:Receivable", "Income:Refunds"]
    {
        assert_eq!(scene.world.balance(account), 0, "{account}");
    }

    let scene = Scene::new();
    scene.tell([
        Observed::Invoice(Invoice { credited_after: usd(2_000), ..billed() }),
        payment(),
        charge(0),
        sale(),
    ]);
    assert_eq!(scene.asked(), ["credit_note"]);
    scene.tell([invoice()]);
    assert_eq!(scene.asked(), [""; 0], "the credit note was withdrawn");

    let scene = Scene::new();
    let from_balance = Invoice { from_balance: usd(2_000), due_amount: usd(10_000), ..billed() };
    scene.tell([Observed::Invoice(from_balance)]);
    assert_eq!(scene.asked(), ["unknown_credit"]);
}

#[test]
fn of_a_payment_by_hand_beside_a_credit_note_no_cent_of_tax_is_left_once_it_is_given_back() {
    let scene = Scene::new();
    let status = InvoiceStatus::Open;
    // Half a cent of tax is in the credit note, and half a cent more than whole ones in the rest.
    scene.tell([Observed::Invoice(Invoice { status, credited: usd(3), paid: None, ..billed() })]);
    let mut check = payment_form("Alder Works", "119.97", "check");
    check["allocations"] = json!([{"invoice": "A-0001", "amount": "119.97"}]);
    let recorded = scene.world.ok("payment_record", check);
    for amount in ["50.00", ""] {
        let refund = json!({"payment": recorded["payment"], "amount": amount});
        let batch = text(&scene.world.ok("refund_propose", refund)["id"]);
        approve(&scene.world, &batch);
        scene.world.advance(Duration::seconds(11));
        scene.world.step();
    }
    assert_eq!(scene.world.balance("Liabilities:SalesTax"), 0);
    let net = ["Liabilities:DeferredRevenue", "Income:Sales", "Income:Refunds"];
    assert_eq!(net.map(|account| scene.world.balance(account)).into_iter().sum::<i64>(), 0);
}

#[test]
fn mi_02_what_a_credit_note_settles_beside_a_payment_by_hand_is_told_too() {
    let scene = Scene::new();
    let open = |credited| {
        Observed::Invoice(Invoice {
            status: InvoiceStatus::Open,
            credited: usd(credited),
            paid: None,
            ..billed()
        })
    };
    scene.tell([open(0)]);
    let mut check = payment_form("Alder Works", "60.00", "check");
    check["allocations"] = json!([{"invoice": "A-0001", "amount": "60.00"}]);
    scene.world.ok("payment_record", check);
    assert_eq!(scene.asked(), Vec::<String>::new(), "a part is not paid");
    scene.tell([open(6_000)]);
    assert_eq!(scene.world.balance("Assets:Receivable"), 0);
    assert_eq!(scene.asked(), ["tell_provider"], "its provider still asks for the rest");
    scene.tell([open(0)]);
    assert_eq!(scene.world.balance("Assets:Receivable"), 6_000);
    assert_eq!(scene.asked(), Vec::<String>::new());
}

#[test]
fn a_lost_dispute_whose_money_is_given_back_takes_its_loss_back() {
    let dispute = |status| Observed::Dispute(disputed(status));
    let back = || movement("txn_3", MovementKind::DisputeReturned, "du_1", 12_000, 0, 15);
    for steps in [
        vec![vec![dispute(DisputeStatus::Won), back()]],
        vec![vec![back()], vec![dispute(DisputeStatus::Won)]],
        vec![vec![dispute(DisputeStatus::Won)], vec![back()]],
        vec![vec![back()]],
    ] {
        let scene = Scene::new();
        let taken = movement("txn_2", MovementKind::DisputeTaken, "du_1", -12_000, 1_500, 10);
        scene.tell([invoice(), payment(), charge(0), sale(), dispute(DisputeStatus::Open), taken]);
        scene.tell([dispute(DisputeStatus::Lost)]);
        assert_eq!(scene.world.balance("Expenses:Chargebacks"), 10_000);
        for step in steps {
            scene.tell(step);
        }
        assert_eq!(scene.world.balance("Expenses:Chargebacks"), 0);
        assert_eq!(scene.world.balance("Liabilities:SalesTax"), -2_000);
        assert_eq!(scene.world.balance("Assets:Disputes"), 0);
        assert_eq!(scene.world.balance("Expenses:Fees:Disputes"), 1_500);
    }
}

#[test]
fn the_tax_of_refunds_is_exact_where_one_between_came_back() {
    let scene = Scene::new();
    scene.tell([invoice(), payment(), charge(0), sale()]);
    scene.world.advance(Duration::days(24));
    let mut left = 12_000;
    for (number, amount) in [4, 4, 4, 4].into_iter().enumerate() {
        let (id, txn) = (format!("re_{number}"), format!("txn_r{number}"));
        scene.tell([refund_of(&id, amount), movement(&txn, MovementKind::Refund, &id, -amount, 0, 40)]);
        if number != 1 {
            left -= amount;
        }
    }
    scene.tell([movement("txn_back", MovementKind::RefundReturned, "re_1", 4, 0, 40)]);
    scene.tell([
        refund_of("re_rest", left),
        movement("txn_rest", MovementKind::Refund, "re_rest", -left, 0, 40),
    ]);
    assert_eq!(scene.world.balance("Liabilities:SalesTax"), 0);
    assert_eq!(scene.world.balance("Income:Refunds"), 4_918);
    assert_eq!(scene.world.balance("Liabilities:DeferredRevenue"), 0);
}
