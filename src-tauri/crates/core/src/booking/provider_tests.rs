use chrono::DateTime;
use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::booking::billed::{
    Billed, BilledLine, Earlier, bad_debt, from_balance, invoice_finalised, recognise,
};
use crate::booking::{Allocation, Funds, allocate};
use crate::currency::Currency;

fn usd(minor: i128) -> Money {
    Money::new(minor, Currency::USD)
}

fn eur(minor: i128) -> Money {
    Money::new(minor, Currency::EUR)
}

fn on() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 17).unwrap()
}

fn till() -> Till {
    Till {
        balance: Account::known("Assets:Card:USD"),
        fees: Account::known("Expenses:Fees:Card"),
        reserve: Account::known("Assets:Card:Reserve"),
    }
}

fn moved(kind: MovementKind, amount: i128, fee: i128) -> Movement {
    let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    Movement {
        id: "m".into(),
        kind,
        word: "word".into(),
        amount: usd(amount),
        fee: usd(fee),
        net: usd(amount - fee),
        source: Some("source".into()),
        created: at,
        available: at,
        exchange_rate: None,
        text: String::new(),
    }
}

fn book(kind: MovementKind, amount: i128, fee: i128, cause: &Cause) -> Option<Entry> {
    movement(&till(), &moved(kind, amount, fee), cause, on(), "t").unwrap()
}

fn sale(gross: Money, invoices: &[(&str, Money)]) -> Cause {
    let invoices = invoices.iter().map(|(id, part)| ((*id).to_owned(), *part)).collect();
    Cause::Sale { charge: "ch".into(), gross, invoices }
}

fn line(id: &str, net: i128, deferred: bool) -> BilledLine {
    BilledLine { id: id.into(), income: Account::known("Income:Sales"), net: usd(net), deferred }
}

fn billed(lines: &[BilledLine], tax: i128) -> Option<Entry> {
    let billed = Billed { invoice: "i", customer: "c", on: on(), text: "t".into(), lines, tax: usd(tax) };
    invoice_finalised(&billed).unwrap()
}

fn taken(unearned: &[(&str, i128)], earned: i128, tax: i128) -> TakenBack {
    TakenBack {
        credit: None,
        unearned: unearned.iter().map(|(id, amount)| ((*id).to_owned(), usd(*amount))).collect(),
        earned: usd(earned),
        tax: usd(tax),
    }
}

fn shown(entry: &Entry) -> String {
    let postings = entry.postings().iter().map(|p| match &p.item {
        Some(item) => format!("{}[{item}] {}", p.account, p.amount),
        None => format!("{} {}", p.account, p.amount),
    });
    postings.collect::<Vec<_>>().join(" | ").replace(" USD", "")
}

/// Every row of the table of bookings that a provider of card payments can reach.
#[rstest]
#[case("invoice 100 + 20 tax finalised", billed(&[line("l", 10_000, false)], 2_000),
    "Assets:Receivable[invoice:i] 120.00 | Income:Sales -100.00 | Liabilities:SalesTax -20.00")]
#[case("annual, prepaid", billed(&[line("l", 10_000, true)], 2_000),
    "Assets:Receivable[invoice:i] 120.00 | Liabilities:DeferredRevenue[invoice_line:l] -100.00 | Liabilities:SalesTax -20.00")]
#[case("two lines of one income, one deferred", billed(&[line("a", 100, false), line("b", 200, false), line("l", 300, true)], 0),
    "Assets:Receivable[invoice:i] 6.00 | Income:Sales -3.00 | Liabilities:DeferredRevenue[invoice_line:l] -3.00")]
#[case("a downgrade below nothing becomes credit", billed(&[line("l", -3_000, false)], -600),
    "Liabilities:CustomerCredit[customer:c] -36.00 | Income:Sales 30.00 | Liabilities:SalesTax 6.00")]
#[case("a month of it", recognise("l", &Account::known("Income:Sales"), usd(833), on(), "t").ok(),
    "Liabilities:DeferredRevenue[invoice_line:l] 8.33 | Income:Sales -8.33")]
#[case("credit pays a part", from_balance("i", "c", usd(2_000), on(), "t").ok(),
    "Liabilities:CustomerCredit[customer:c] 20.00 | Assets:Receivable[invoice:i] -20.00")]
#[case("paid by card, fee 3.78", book(MovementKind::Sale, 12_000, 378, &sale(usd(12_000), &[("i", usd(12_000))])),
    "Assets:Card:USD 116.22 | Expenses:Fees:Card 3.78 | Assets:Receivable[invoice:i] -120.00")]
#[case("charge without invoice", book(MovementKind::Sale, 12_000, 378, &sale(usd(12_000), &[])),
    "Assets:Card:USD 116.22 | Expenses:Fees:Card 3.78 | Liabilities:Suspense[charge:ch] -120.00")]
#[case("a charge that an invoice takes in part", book(MovementKind::Sale, 12_000, 378, &sale(usd(12_000), &[("i", usd(7_000))])),
    "Assets:Card:USD 116.22 | Expenses:Fees:Card 3.78 | Assets:Receivable[invoice:i] -70.00 | Liabilities:Suspense[charge:ch] -50.00")]
#[case("its invoice comes later", allocate(&Allocation { funds: Funds::Charge("ch".into()), invoice: "i", received: usd(12_000), fee: usd(0), over: None, on: on(), text: "t".into() }).ok(),
    "Liabilities:Suspense[charge:ch] 120.00 | Assets:Receivable[invoice:i] -120.00")]
#[case("paid in euro, kept in dollars", book(MovementKind::Sale, 13_000, 400, &sale(eur(12_000), &[("i", eur(12_000))])),
    "Assets:Card:USD 126.00 | Expenses:Fees:Card 4.00 | Assets:Receivable[invoice:i] -120.00 EUR | Equity:Conversion -130.00 | Equity:Conversion 120.00 EUR")]
#[case("a debit that the customer's bank took back", book(MovementKind::SaleReturned, -12_000, 0, &sale(usd(-12_000), &[("i", usd(-12_000))])),
    "Assets:Card:USD -120.00 | Assets:Receivable[invoice:i] 120.00")]
#[case("refund 60", book(MovementKind::Refund, -6_000, 0, &Cause::Refund(taken(&[], 5_000, 1_000))),
    "Assets:Card:USD -60.00 | Income:Refunds 50.00 | Liabilities:SalesTax 10.00")]
#[case("refund, unearned first", book(MovementKind::Refund, -6_000, 0, &Cause::Refund(taken(&[("l", 4_000)], 1_000, 1_000))),
    "Assets:Card:USD -60.00 | Liabilities:DeferredRevenue[invoice_line:l] 40.00 | Income:Refunds 10.00 | Liabilities:SalesTax 10.00")]
#[case("failed refund", book(MovementKind::RefundReturned, 6_000, 0, &Cause::RefundReturned(taken(&[("l", 4_000)], 1_000, 1_000))),
    "Assets:Card:USD 60.00 | Liabilities:DeferredRevenue[invoice_line:l] -40.00 | Income:Refunds -10.00 | Liabilities:SalesTax -10.00")]
#[case("refund of a charge without invoice", book(MovementKind::Refund, -6_000, 0, &Cause::RefundOfUnexplained { charge: "ch".into(), gross: usd(6_000) }),
    "Assets:Card:USD -60.00 | Liabilities:Suspense[charge:ch] 60.00")]
#[case("which came back", book(MovementKind::RefundReturned, 6_000, 0, &Cause::UnexplainedReturned { charge: "ch".into(), gross: usd(6_000) }),
    "Assets:Card:USD 60.00 | Liabilities:Suspense[charge:ch] -60.00")]
#[case("dispute opened", book(MovementKind::DisputeTaken, -12_000, 1_500, &Cause::Dispute { dispute: "d".into(), gross: usd(12_000) }),
    "Assets:Card:USD -135.00 | Expenses:Fees:Disputes 15.00 | Assets:Disputes[dispute:d] 120.00")]
#[case("dispute lost", dispute_lost("d", &taken(&[], 10_000, 2_000), on(), "t").ok(),
    "Expenses:Chargebacks 100.00 | Liabilities:SalesTax 20.00 | Assets:Disputes[dispute:d] -120.00")]
#[case("dispute won", book(MovementKind::DisputeReturned, 12_000, 0, &Cause::Dispute { dispute: "d".into(), gross: usd(-12_000) }),
    "Assets:Card:USD 120.00 | Assets:Disputes[dispute:d] -120.00")]
#[case("dispute won, its fee given back", book(MovementKind::DisputeReturned, 12_000, -1_500, &Cause::Dispute { dispute: "d".into(), gross: usd(-12_000) }),
    "Assets:Card:USD 135.00 | Expenses:Fees:Disputes -15.00 | Assets:Disputes[dispute:d] -120.00")]
#[case("payout", book(MovementKind::Payout, -50_000, 0, &Cause::Payout("po".into())),
    "Assets:Card:USD -500.00 | Assets:InTransit:In[payout:po] 500.00")]
#[case("instant payout with its fee", book(MovementKind::Payout, -50_000, 500, &Cause::Payout("po".into())),
    "Assets:Card:USD -505.00 | Expenses:Fees:Card 5.00 | Assets:InTransit:In[payout:po] 500.00")]
#[case("its deposit", payout_arrived("l", "po", usd(50_000), on(), "t").ok(),
    "Liabilities:Suspense[bank_line:l] 500.00 | Assets:InTransit:In[payout:po] -500.00")]
#[case("payout failed", book(MovementKind::PayoutReturned, 50_000, 0, &Cause::Payout("po".into())),
    "Assets:Card:USD 500.00 | Assets:InTransit:In[payout:po] -500.00")]
#[case("the provider's fee", book(MovementKind::Fee, -700, 0, &Cause::Plain),
    "Assets:Card:USD -7.00 | Expenses:Fees:Card 7.00")]
#[case("kept aside", book(MovementKind::Reserve, -9_000, 0, &Cause::Plain),
    "Assets:Card:USD -90.00 | Assets:Card:Reserve 90.00")]
#[case("paid in", book(MovementKind::TopUp, 9_000, 0, &Cause::Plain),
    "Assets:Card:USD 90.00 | Assets:InTransit:Out[payout:m] -90.00")]
#[case("a gift", book(MovementKind::Donation, -100, 0, &Cause::Plain),
    "Assets:Card:USD -1.00 | Expenses:Donations 1.00")]
#[case("nobody knows what", book(MovementKind::Unexplained("why".into()), 4_200, 10, &Cause::Plain),
    "Assets:Card:USD 41.90 | Expenses:Fees:Card 0.10 | Liabilities:Suspense[charge:m] -42.00")]
#[case("a refund that its movement does not agree with", book(MovementKind::Refund, -6_100, 0, &Cause::Refund(taken(&[], 6_000, 0))),
    "Assets:Card:USD -61.00 | Income:Refunds 60.00 | Liabilities:Suspense[charge:m] 1.00")]
#[case("before the books begin", book(MovementKind::Sale, 12_000, 378, &Cause::BeforeTheBooks),
    "Assets:Card:USD 116.22 | Equity:Opening -116.22")]
#[case("bad debt", bad_debt("i", &taken(&[("l", 300)], 500, 160), on(), "t").ok(),
    "Liabilities:DeferredRevenue[invoice_line:l] 3.00 | Expenses:BadDebt 5.00 | Liabilities:SalesTax 1.60 | Assets:Receivable[invoice:i] -9.60")]
fn books_as_the_table_says(#[case] name: &str, #[case] entry: Option<Entry>, #[case] expected: &str) {
    assert_eq!(shown(&entry.unwrap()), expected, "{name}");
}

#[test]
fn where_no_money_moves_nothing_is_booked() {
    assert_eq!(billed(&[], 0), None);
    assert_eq!(billed(&[line("l", 0, false)], 0), None, "a free month");
    assert_eq!(book(MovementKind::Fee, 0, 0, &Cause::Plain), None);
}

#[test]
fn a_failed_refund_undoes_exactly_what_the_refund_did() {
    let back = taken(&[("l", 4_000)], 1_000, 1_000);
    let refund = book(MovementKind::Refund, -6_000, 0, &Cause::Refund(back.clone())).unwrap();
    let failed = book(MovementKind::RefundReturned, 6_000, 0, &Cause::RefundReturned(back)).unwrap();
    for (gone, back) in refund.postings().iter().zip(failed.postings()) {
        assert_eq!((&gone.account, &gone.item, gone.amount), (&back.account, &back.item, -back.amount));
    }
}

/// With a piece more, or less.
fn counted(earlier: Earlier, back: &TakenBack, times: i128) -> Earlier {
    let of = |before: Money, piece: Money| usd(before.minor() + times * piece.minor());
    Earlier { amount: of(earlier.amount, back.total().unwrap()), tax: of(earlier.tax, back.tax) }
}

#[test]
fn partial_refunds_add_up_to_the_invoice_s_tax() {
    let invoice = (usd(10_000), usd(1_999));
    let mut earlier = Earlier::share(usd(0), invoice);
    let mut earned = 0;
    for part in [3_333, 3_333, 5_333] {
        let back = TakenBack::of(usd(part), &earlier, invoice, &[]).unwrap();
        assert_eq!(back.total().unwrap(), usd(part));
        earlier = counted(earlier, &back, 1);
        earned += back.earned.minor();
    }
    assert_eq!((earned, earlier.tax), (10_000, usd(1_999)));
}

#[test]
fn what_is_not_earned_yet_is_taken_back_first() {
    let waiting = [("a".to_owned(), usd(3_000)), ("b".to_owned(), usd(4_000))];
    let invoice = (usd(10_000), usd(2_000));
    let back = TakenBack::of(usd(6_000), &Earlier::share(usd(0), invoice), invoice, &waiting).unwrap();
    assert_eq!(back, taken(&[("a", 3_000), ("b", 2_000)], 0, 1_000));
    let earlier = Earlier::share(usd(6_000), invoice);
    let more = TakenBack::of(usd(6_000), &earlier, invoice, &[("b".into(), usd(2_000))]);
    assert_eq!(more.unwrap(), taken(&[("b", 2_000)], 3_000, 1_000));
}

fn any_movement() -> impl Strategy<Value = (Movement, Cause)> {
    let kinds = vec![
        MovementKind::Sale,
        MovementKind::SaleReturned,
        MovementKind::Refund,
        MovementKind::RefundReturned,
        MovementKind::DisputeTaken,
        MovementKind::DisputeReturned,
        MovementKind::Payout,
        MovementKind::PayoutReturned,
        MovementKind::Fee,
        MovementKind::Reserve,
        MovementKind::TopUp,
        MovementKind::Donation,
        MovementKind::Unexplained("why".into()),
    ];
    let cause = (0usize..9, 0i128..2_000_000, 0i128..500_000, any::<bool>()).prop_map(
        |(which, gross, part, foreign)| {
            let currency = if foreign { Currency::EUR } else { Currency::USD };
            let money = |minor| Money::new(minor, currency);
            let back = TakenBack {
                credit: None,
                unearned: vec![("l".into(), money(part))],
                earned: money(gross),
                tax: money(gross / 5),
            };
            match which {
                0 => sale(money(gross), &[("i", money(part))]),
                1 => sale(money(-gross), &[]),
                2 => Cause::Refund(back),
                3 => Cause::RefundReturned(back),
                4 => Cause::RefundOfUnexplained { charge: "ch".into(), gross: money(gross) },
                5 => Cause::Dispute { dispute: "d".into(), gross: money(gross) },
                6 => Cause::Payout("po".into()),
                7 => Cause::BeforeTheBooks,
                _ => Cause::Plain,
            }
        },
    );
    (prop::sample::select(kinds), -2_000_000i128..2_000_000, -5_000i128..5_000, cause)
        .prop_map(|(kind, amount, fee, cause)| (moved(kind, amount, fee), cause))
}

proptest! {
    /// Whatever happens at the provider and whatever is known of it: the books hold what the provider holds.
    #[test]
    fn the_provider_s_account_is_the_sum_of_its_nets(all in prop::collection::vec(any_movement(), 1..40)) {
        let mut nets = usd(0);
        let mut booked = usd(0);
        for (moved, cause) in &all {
            nets = nets.add(moved.net).unwrap();
            // `check` has refused what does not balance per currency.
            let Some(entry) = movement(&till(), moved, cause, on(), "t").unwrap() else {
                prop_assert!(moved.net.is_zero());
                continue;
            };
            for posting in entry.postings().iter().filter(|p| p.account == till().balance) {
                booked = booked.add(posting.amount).unwrap();
            }
        }
        prop_assert_eq!(nets, booked);
    }

    #[test]
    fn an_invoice_owes_what_its_lines_and_tax_add_up_to(
        nets in prop::collection::vec((-100_000i128..1_000_000, any::<bool>()), 0..12), tax in -1_000i128..100_000
    ) {
        let lines: Vec<BilledLine> =
            nets.iter().enumerate().map(|(i, (net, deferred))| line(&format!("l{i}"), *net, *deferred)).collect();
        let total: i128 = nets.iter().map(|(net, _)| net).sum::<i128>() + tax;
        if let Some(entry) = billed(&lines, tax) {
            let owed: i128 = entry.postings().iter()
                .filter(|p| p.account.as_str() == RECEIVABLE || p.account.as_str() == crate::account::CUSTOMER_CREDIT)
                .map(|p| p.amount.minor()).sum();
            prop_assert_eq!(owed, total);
        }
    }

    #[test]
    fn what_is_taken_back_adds_up(amount in 0i128..10_000, earlier in 0i128..10_000, net in 0i128..20_000, tax in 0i128..5_000, waiting in 0i128..20_000) {
        let invoice = (usd(net), usd(tax));
        let earlier = Earlier::share(usd(earlier), invoice);
        let back = TakenBack::of(usd(amount), &earlier, invoice, &[("l".into(), usd(waiting))]).unwrap();
        prop_assert_eq!(back.total().unwrap(), usd(amount));
        prop_assert!(!back.tax.is_negative());
    }

    /// Whichever pieces came back in between: neither part is overdrawn, and the last piece leaves nothing.
    #[test]
    fn pieces_that_come_back_leave_no_cent_elsewhere(
        net in 0i128..500,
        tax in 0i128..200,
        pieces in prop::collection::vec((1i128..50, any::<bool>()), 0..12),
    ) {
        let invoice = (usd(net), usd(tax));
        let mut earlier = Earlier::share(usd(0), invoice);
        let mut out: Vec<TakenBack> = Vec::new();
        let last = (net + tax, false);
        for (piece, comes_back) in pieces.into_iter().chain([last]) {
            let piece = piece.min(net + tax - earlier.amount.minor());
            let back = TakenBack::of(usd(piece), &earlier, invoice, &[]).unwrap();
            prop_assert_eq!(back.total().unwrap(), usd(piece));
            prop_assert!(!back.tax.is_negative() && !back.earned.is_negative());
            earlier = counted(earlier, &back, 1);
            prop_assert!(earlier.tax.minor() <= tax && earlier.amount.minor() - earlier.tax.minor() <= net);
            out.push(back);
            if comes_back {
                let first = out.remove(0);
                earlier = counted(earlier, &first, -1);
            }
        }
        prop_assert_eq!((earlier.amount, earlier.tax), (usd(net + tax), usd(tax)));
    }
}
