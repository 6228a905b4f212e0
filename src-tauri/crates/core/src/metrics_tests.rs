use chrono::Duration;
use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::fact::{Package, Percent};

fn at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn usd(minor: i128) -> Money {
    Money::new(minor, Currency::USD)
}

fn item(minor: i128, unit: CycleUnit, count: u32, quantity: u64) -> PlanItem {
    PlanItem {
        id: "item".into(),
        price: "price".into(),
        name: "Pro".into(),
        unit: Some(UnitPrice::whole(usd(minor))),
        currency: Currency::USD,
        quantity,
        package: None,
        metered: false,
        cycle: Cycle { unit, count },
        discounts: vec![],
    }
}

fn subscription(items: Vec<PlanItem>) -> Subscription {
    Subscription {
        id: "s".into(),
        customer: "c".into(),
        status: SubscriptionStatus::Active,
        items,
        items_complete: true,
        discounts: vec![],
        started: at() - Duration::days(100),
        trial_end: None,
        canceled: None,
        ended: None,
        collection_paused: false,
    }
}

fn discount(amount: DiscountAmount) -> Discount {
    Discount { id: "d".into(), amount, once: false, starts: Some(at() - Duration::days(50)), ends: None }
}

fn percent(millionths: u32) -> DiscountAmount {
    DiscountAmount::Percent(Percent { millionths })
}

fn sum(subscription: &Subscription) -> i128 {
    sum_with(subscription, Rules::default())
}

fn sum_with(subscription: &Subscription, rules: Rules) -> i128 {
    let all = mrr(std::slice::from_ref(subscription), at(), rules).unwrap();
    assert!(all.len() <= 1);
    all.first().map_or(0, |mrr| mrr.amount.minor())
}

#[rstest]
#[case("a month", 4_900, CycleUnit::Month, 1, 1, 4_900)]
#[case("three seats", 1_000, CycleUnit::Month, 1, 3, 3_000)]
#[case("a year is a twelfth", 12_000, CycleUnit::Year, 1, 1, 1_000)]
#[case("two years", 24_000, CycleUnit::Year, 2, 1, 1_000)]
#[case("a quarter", 3_000, CycleUnit::Month, 3, 1, 1_000)]
#[case("a week is 52 twelfths", 1_200, CycleUnit::Week, 1, 1, 5_200)]
#[case("a day is 365 twelfths", 120, CycleUnit::Day, 1, 1, 3_650)]
#[case("half a cent to even, down", 6, CycleUnit::Year, 1, 1, 0)]
#[case("half a cent to even, up", 18, CycleUnit::Year, 1, 1, 2)]
#[case("rounded once, not per seat", 100, CycleUnit::Year, 1, 12, 100)]
fn c_15_prices_are_normalised_to_a_month(
    #[case] name: &str,
    #[case] minor: i128,
    #[case] unit: CycleUnit,
    #[case] count: u32,
    #[case] quantity: u64,
    #[case] expected: i128,
) {
    assert_eq!(sum(&subscription(vec![item(minor, unit, count, quantity)])), expected, "{name}");
}

#[rstest]
#[case(SubscriptionStatus::Active, 4_900)]
#[case(SubscriptionStatus::PastDue, 4_900)]
#[case(SubscriptionStatus::Trialing, 0)]
#[case(SubscriptionStatus::Unpaid, 0)]
#[case(SubscriptionStatus::Incomplete, 0)]
#[case(SubscriptionStatus::Paused, 0)]
#[case(SubscriptionStatus::Ended, 0)]
fn c_15_active_and_past_due_count(#[case] status: SubscriptionStatus, #[case] expected: i128) {
    let mut one = subscription(vec![item(4_900, CycleUnit::Month, 1, 1)]);
    one.status = status;
    assert_eq!(sum(&one), expected, "{status:?}");
}

#[test]
fn past_due_can_be_switched_off_and_says_why_it_adds_nothing() {
    let mut one = subscription(vec![item(4_900, CycleUnit::Month, 1, 1)]);
    one.status = SubscriptionStatus::PastDue;
    let rules = Rules { past_due_counts: false };
    assert_eq!(sum_with(&one, rules), 0);
    assert_eq!(parts_of(&one, at(), rules).unwrap()[0].left, Some(Left::NotPaid));
}

#[test]
fn trials_ends_and_beginnings_are_those_of_the_time_asked_for() {
    let mut one = subscription(vec![item(4_900, CycleUnit::Month, 1, 1)]);
    one.trial_end = Some(at() + Duration::days(1));
    assert_eq!(sum(&one), 0, "the trial runs until tomorrow");
    one.trial_end = Some(at() - Duration::days(1));
    assert_eq!(sum(&one), 4_900, "the trial ended yesterday");
    one.canceled = Some(at() - Duration::days(2));
    assert_eq!(sum(&one), 4_900, "called off, but it runs to the end of its period");
    one.ended = Some(at() + Duration::days(3));
    one.status = SubscriptionStatus::Ended;
    assert_eq!(sum(&one), 4_900, "seen from before its end");
    one.ended = Some(at());
    assert_eq!(sum(&one), 0);
    one.ended = None;
    one.status = SubscriptionStatus::Active;
    one.started = at() + Duration::seconds(1);
    assert_eq!(sum(&one), 0, "begins in a second");
}

#[test]
fn running_discounts_are_taken_off_and_gifts_of_one_invoice_are_not() {
    let mut one = subscription(vec![item(10_000, CycleUnit::Month, 1, 1)]);
    one.discounts = vec![discount(percent(255_000))];
    assert_eq!(sum(&one), 7_450, "25.5 % off");
    one.discounts.push(discount(DiscountAmount::Off(usd(1_000))));
    assert_eq!(sum(&one), 6_450, "and then 10.00 off");
    one.discounts = vec![discount(DiscountAmount::Off(usd(20_000)))];
    assert_eq!(sum(&one), 0, "never below nothing");

    let mut free_month = discount(percent(1_000_000));
    free_month.once = true;
    one.discounts = vec![free_month.clone()];
    assert_eq!(sum(&one), 10_000, "a free month to keep a customer is not lost revenue");
    free_month.once = false;
    free_month.starts = Some(at() - Duration::days(10));
    free_month.ends = Some(at() + Duration::days(20));
    one.discounts = vec![free_month.clone()];
    assert_eq!(sum(&one), 10_000, "one month by its dates");
    free_month.ends = Some(at() + Duration::days(80));
    one.discounts = vec![free_month.clone()];
    assert_eq!(sum(&one), 0, "three months free is what they pay");
    free_month.ends = Some(at());
    one.discounts = vec![free_month];
    assert_eq!(sum(&one), 10_000, "over");
}

#[test]
fn an_amount_off_is_taken_once_from_the_items_together() {
    let mut one =
        subscription(vec![item(3_000, CycleUnit::Month, 1, 1), item(5_000, CycleUnit::Month, 1, 1)]);
    one.discounts = vec![discount(DiscountAmount::Off(usd(4_000)))];
    let parts = parts_of(&one, at(), Rules::default()).unwrap();
    let amounts: Vec<_> = parts.iter().map(|part| (part.discount.minor(), part.amount.minor())).collect();
    assert_eq!(amounts, [(3_000, 0), (1_000, 4_000)]);
}

#[test]
fn an_annual_amount_off_counts_by_the_year() {
    let mut one = subscription(vec![item(120_000, CycleUnit::Year, 1, 1)]);
    one.discounts = vec![discount(DiscountAmount::Off(usd(12_000)))];
    assert_eq!(sum(&one), 9_000);
}

#[test]
fn a_discount_of_an_item_is_taken_off_that_item_alone() {
    let mut items = vec![item(10_000, CycleUnit::Month, 1, 1), item(5_000, CycleUnit::Month, 1, 1)];
    items[0].discounts = vec![discount(percent(200_000))];
    let mut one = subscription(items);
    assert_eq!(sum(&one), 8_000 + 5_000);
    one.discounts = vec![discount(percent(100_000))];
    assert_eq!(sum(&one), 7_200 + 4_500, "what the whole subscription gets comes off what is left");
    one.items[0].discounts = vec![discount(DiscountAmount::Unknown)];
    let unknown: Vec<bool> =
        parts_of(&one, at(), Rules::default()).unwrap().iter().map(|part| part.discount_unknown).collect();
    assert_eq!(unknown, [true, false], "an id alone marks the part that it belongs to");
}

#[test]
fn what_cannot_be_known_adds_nothing_or_is_marked() {
    let mut metered = item(100, CycleUnit::Month, 1, 1);
    metered.metered = true;
    let mut tiered = item(0, CycleUnit::Month, 1, 1);
    tiered.unit = None;
    let mut one = subscription(vec![metered, tiered, item(500, CycleUnit::Month, 1, 1)]);
    one.discounts = vec![discount(DiscountAmount::Unknown)];
    let parts = parts_of(&one, at(), Rules::default()).unwrap();
    assert_eq!(
        parts.iter().map(|part| part.left).collect::<Vec<_>>(),
        [Some(Left::Metered), Some(Left::PriceUnknown), None]
    );
    assert!(parts[2].discount_unknown && parts[2].amount == usd(500));
}

#[test]
fn packages_and_prices_below_a_cent_are_exact() {
    let mut one = item(1_000, CycleUnit::Month, 1, 25);
    one.package = Some(Package { size: 10, round_up: true });
    assert_eq!(sum(&subscription(vec![one.clone()])), 3_000);
    one.package = Some(Package { size: 10, round_up: false });
    assert_eq!(sum(&subscription(vec![one])), 2_000);
    let mut tiny = item(0, CycleUnit::Month, 1, 1_000);
    tiny.unit = Some(UnitPrice { picos: UnitPrice::SCALE / 4, currency: Currency::USD });
    assert_eq!(sum(&subscription(vec![tiny])), 250, "a quarter of a cent for each of a thousand");
}

#[test]
fn currencies_stay_apart() {
    let mut euro = item(700, CycleUnit::Month, 1, 1);
    euro.currency = Currency::EUR;
    euro.unit = Some(UnitPrice::whole(Money::new(700, Currency::EUR)));
    let all = [subscription(vec![euro]), subscription(vec![item(500, CycleUnit::Month, 1, 1)])];
    let sums: Vec<String> =
        mrr(&all, at(), Rules::default()).unwrap().iter().map(|one| one.amount.to_string()).collect();
    assert_eq!(sums, ["7.00 EUR", "5.00 USD"]);
}

proptest! {
    #[test]
    fn the_sum_is_that_of_its_parts_whatever_the_order(
        prices in prop::collection::vec((0i128..1_000_000, 0usize..4, 1u32..13, 0u64..100, 0u32..1_000_000), 0..20)
    ) {
        let units = [CycleUnit::Day, CycleUnit::Week, CycleUnit::Month, CycleUnit::Year];
        let mut all: Vec<Subscription> = prices.iter().enumerate().map(|(index, (minor, unit, count, quantity, off))| {
            let mut one = subscription(vec![item(*minor, units[*unit], *count, *quantity)]);
            one.id = format!("s{index}");
            one.discounts = vec![discount(percent(*off))];
            one
        }).collect();
        let forward = mrr(&all, at(), Rules::default()).unwrap();
        all.reverse();
        prop_assert_eq!(&forward, &mrr(&all, at(), Rules::default()).unwrap());
        for sum in &forward {
            let parts = Money::sum(sum.parts.iter().map(|part| part.amount), Currency::USD).unwrap();
            prop_assert_eq!(sum.amount, parts);
            for part in &sum.parts {
                prop_assert_eq!(part.gross.sub(part.discount).unwrap(), part.amount);
                prop_assert!(!part.amount.is_negative() && !part.discount.is_negative());
            }
        }
    }
}
