use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::currency::Currency;
use crate::metrics::Left;
use crate::metrics::changes::changes;
use crate::metrics::changes::tests::{part, sum};

/// The picture of the reports: 39,842 + 2,310 + 198 + 884 − 402 − 1,546 = 41,286.
fn october() -> Flow {
    Flow {
        start: 3_984_200,
        new: 231_000,
        reactivation: 19_800,
        expansion: 88_400,
        contraction: 40_200,
        churn: 154_600,
        end: 4_128_600,
        customers_at_start: 181,
        customers_left: 5,
        customers_at_end: 187,
    }
}

/// Tenths of a percent.
fn tenths(ratio: Option<Ratio>) -> Option<i128> {
    ratio.map(|ratio| ratio.rounded(1_000).unwrap())
}

fn whole(ratio: Option<Ratio>) -> Option<i128> {
    ratio.map(|ratio| ratio.rounded(1).unwrap())
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn c_15_logo_churn_is_who_left_of_who_paid_at_the_start() {
    // 5 / 181 = 2.76 %
    assert_eq!(tenths(october().logo_churn()), Some(28));
}

#[test]
fn c_15_gross_mrr_churn_is_contraction_and_churn_of_the_start() {
    // 1,948 / 39,842 = 4.89 %
    assert_eq!(tenths(october().gross_churn()), Some(49));
}

#[test]
fn c_15_net_retention_has_expansion_but_neither_the_new_nor_who_is_back() {
    // (39,842 + 884 − 402 − 1,546) / 39,842 = 97.33 %
    assert_eq!(tenths(october().net_retention()), Some(973));
    let others = Flow { new: 1, reactivation: 1, end: 1, ..october() };
    assert_eq!(others.net_retention(), october().net_retention());
}

#[test]
fn c_15_gross_retention_is_the_net_one_without_expansion() {
    // (39,842 − 402 − 1,546) / 39,842 = 95.11 %
    assert_eq!(tenths(october().gross_retention()), Some(951));
    assert_eq!(Flow { expansion: 0, ..october() }.net_retention(), october().gross_retention());
}

#[test]
fn c_15_the_quick_ratio_is_what_came_for_each_unit_that_went() {
    // (2,310 + 884 + 198) / (402 + 1,546) = 1.741
    assert_eq!(october().quick_ratio().unwrap().rounded(10).unwrap(), 17);
    assert_eq!(october().quick_ratio().unwrap().rounded(1_000).unwrap(), 1_741);
}

#[test]
fn c_15_arpa_is_recurring_revenue_for_each_customer_at_the_end() {
    // 41,286 / 187 = 220.7807
    assert_eq!(whole(october().revenue_per_customer()), Some(22_078));
}

#[test]
fn c_15_ltv_is_arpa_times_margin_by_the_churn_of_a_month() {
    let margin = Ratio::new(9, 10);
    let value = |months| whole(october().lifetime_value(margin, months).unwrap());
    // 220.7807 × 0.9 × 181 / 5 = 7,193.04
    assert_eq!(value(Ratio::new(1, 1)), Some(719_304));
    // The same churn in three months is a third of it in each: customers stay three times as long.
    assert_eq!(value(Ratio::new(3, 1)), Some(2_157_911));
    assert_eq!(value(None), None);
    assert_eq!(october().lifetime_value(None, Ratio::new(1, 1)).unwrap(), None);
}

#[test]
fn c_15_gross_margin_is_income_less_fees_of_income() {
    let usd = |minor| Money::new(minor, Currency::USD);
    let margin = |income, fees| tenths(gross_margin(usd(income), usd(fees)).unwrap());
    assert_eq!(margin(10_000, 310), Some(969));
    assert_eq!(margin(10_000, 0), Some(1_000));
    assert_eq!(margin(100, 150), Some(-500), "a margin can be less than nothing");
    assert_eq!(margin(0, 5), None);
    assert_eq!(margin(-5, 5), None, "more was given back than earned");
    assert!(gross_margin(usd(1), Money::zero(Currency::EUR)).is_err(), "currencies are never mixed");
}

#[test]
fn c_15_what_would_divide_by_nothing_has_no_value() {
    let nothing = Flow::default();
    let ratios = [
        nothing.logo_churn(),
        nothing.gross_churn(),
        nothing.net_retention(),
        nothing.gross_retention(),
        nothing.quick_ratio(),
        nothing.revenue_per_customer(),
        nothing.lifetime_value(Ratio::new(1, 1), Ratio::new(1, 1)).unwrap(),
    ];
    assert_eq!(ratios, [None; 7]);
    // Nobody left and nothing was lost: churn is nothing, and what divides by it has no value.
    let calm = Flow { customers_left: 0, contraction: 0, churn: 0, ..october() };
    assert_eq!(tenths(calm.logo_churn()), Some(0));
    assert_eq!(calm.quick_ratio(), None);
    assert_eq!(calm.lifetime_value(Ratio::new(1, 1), Ratio::new(1, 1)).unwrap(), None);
}

#[rstest]
#[case::calendar_month("2026-09-30", "2026-10-31", Some((1, 1)))]
#[case::february("2026-01-31", "2026-02-28", Some((1, 1)))]
#[case::leap_february("2024-01-31", "2024-02-29", Some((1, 1)))]
#[case::from_the_middle("2026-09-14", "2026-10-14", Some((1, 1)))]
#[case::quarter("2026-06-30", "2026-09-30", Some((3, 1)))]
#[case::year("2025-12-31", "2026-12-31", Some((12, 1)))]
#[case::month_so_far("2026-10-31", "2026-11-17", Some((17 * 12, 365)))]
#[case::a_day("2026-11-16", "2026-11-17", Some((12, 365)))]
#[case::no_day("2026-11-17", "2026-11-17", None)]
#[case::backwards("2026-11-17", "2026-11-16", None)]
fn c_15_a_span_has_so_many_months(
    #[case] from: &str,
    #[case] to: &str,
    #[case] months: Option<(i128, i128)>,
) {
    assert_eq!(months_between(day(from), day(to)), months.and_then(|(n, d)| Ratio::new(n, d)));
}

#[test]
fn c_15_a_ratio_is_rounded_half_away_from_zero() {
    for (numerator, denominator, tenths_of_percent) in
        [(1, 2_000, 1), (-1, 2_000, -1), (1, 2_001, 0), (2, 3, 667), (-2, 3, -667), (0, 7, 0), (7, 7, 1_000)]
    {
        let ratio = Ratio::new(numerator, denominator).unwrap();
        assert_eq!(ratio.rounded(1_000).unwrap(), tenths_of_percent, "{ratio:?}");
    }
    assert!(Ratio::new(i128::MAX, 1).unwrap().rounded(10).is_err());
}

#[test]
fn c_15_customers_are_those_who_pay_and_currencies_are_never_mixed() {
    let (ended, free) = (part("a", 0, Some(Left::Ended)), part("b", 0, None));
    let start = sum(vec![ended, free, part("c", 500, None), part("c", 400, None), part("d", 100, None)]);
    assert_eq!(start[0].customers(), 2, "c counts once, who pays nothing does not");
    let euros = |minor| {
        let mut parts = vec![part("e", minor, None)];
        parts[0].amount = Money::new(minor, Currency::EUR);
        Mrr { amount: parts[0].amount, parts }
    };
    let (before, after) = (vec![start[0].clone(), euros(70)], vec![euros(50)]);
    let found = changes(&before, &after).unwrap();
    let dollars = Flow::between(before.first(), None, &found).unwrap();
    assert_eq!((dollars.churn, dollars.customers_left, dollars.contraction), (1_000, 2, 0));
    let euros = Flow::between(before.last(), after.last(), &found).unwrap();
    assert_eq!((euros.churn, euros.customers_left, euros.contraction), (0, 0, 20));
}

proptest! {
    #[test]
    fn c_15_ratios_of_any_flow_keep_their_bounds(
        before in prop::collection::vec((0u8..9, 0i128..5_000), 0..20),
        after in prop::collection::vec((0u8..9, 0i128..5_000), 0..20),
    ) {
        let of = |rows: &[(u8, i128)]| {
            sum(rows.iter().map(|(who, minor)| part(&format!("c{who}"), *minor, None)).collect())
        };
        let (start, end) = (of(&before), of(&after));
        let found = changes(&start, &end).unwrap();
        let flow = Flow::between(start.first(), end.first(), &found).unwrap();
        let came = flow.new + flow.expansion + flow.reactivation;
        prop_assert_eq!(flow.start + came - flow.contraction - flow.churn, flow.end);
        let begun = found.iter().filter(|change| change.before.is_zero()).count() as i128;
        prop_assert_eq!(flow.customers_at_start + begun - flow.customers_left, flow.customers_at_end);

        prop_assert_eq!(flow.net_retention().is_none(), flow.start == 0, "n/a where nothing was there");
        let millionths = |ratio: Option<Ratio>| ratio.map_or(0, |ratio| ratio.rounded(1_000_000).unwrap());
        let (net, gross) = (millionths(flow.net_retention()), millionths(flow.gross_retention()));
        prop_assert!(gross <= net, "GRR {gross} is more than NRR {net}");
        for share in [gross, millionths(flow.gross_churn()), millionths(flow.logo_churn())] {
            prop_assert!((0..=1_000_000).contains(&share), "{share}");
        }
        if flow.start > 0 {
            prop_assert!((gross + millionths(flow.gross_churn()) - 1_000_000).abs() <= 1, "what stays and what goes");
        }
    }

    #[test]
    fn c_15_ltv_of_a_longer_span_with_the_same_monthly_churn_is_the_same(
        left in 1i128..50, months in 1i128..24, end in 0i128..10_000_000, customers in 1i128..500,
    ) {
        let flow = |months: i128| Flow {
            end, customers_at_start: 5_000, customers_left: left * months, customers_at_end: customers, ..Flow::default()
        };
        let value = |months| {
            let value = flow(months).lifetime_value(Ratio::new(97, 100), Ratio::new(months, 1)).unwrap();
            value.unwrap().rounded(1).unwrap()
        };
        prop_assert_eq!(value(1), value(months));
    }
}
