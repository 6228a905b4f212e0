//! What changed recurring revenue between two times, customer by customer (rule C-15): start + new + reactivation +
//! expansion − contraction − churn = end, to the cent.

use std::collections::BTreeMap;

use super::{Left, Mrr};
use crate::currency::Currency;
use crate::money::{Money, MoneyError};

/// How what a customer pays a month changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ChangeKind {
    /// They paid nothing before, ever.
    New,
    /// They paid nothing, but once did.
    Reactivation,
    /// They pay more.
    Expansion,
    /// They pay less.
    Contraction,
    /// They pay nothing any more.
    Churn,
}

/// What changed for one customer in one currency.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// The customer's id.
    pub customer: String,
    /// How.
    pub kind: ChangeKind,
    /// A month before.
    pub before: Money,
    /// A month after.
    pub after: Money,
}

impl Change {
    /// By how much recurring revenue changed.
    pub fn amount(&self) -> Result<Money, MoneyError> {
        self.after.sub(self.before)
    }
}

/// What one customer pays a month in one currency.
#[derive(Default)]
struct Pays {
    before: i128,
    after: i128,
    /// A subscription of theirs had ended before.
    ended_before: bool,
}

/// The customers whose month is another one, by currency, kind and customer.
pub fn changes(before: &[Mrr], after: &[Mrr]) -> Result<Vec<Change>, MoneyError> {
    let mut all: BTreeMap<(Currency, &str), Pays> = BTreeMap::new();
    for part in before.iter().flat_map(|sum| &sum.parts) {
        let pays = all.entry((part.amount.currency(), &part.customer)).or_default();
        pays.before = plus(pays.before, part.amount)?;
        pays.ended_before |= part.left == Some(Left::Ended);
    }
    for part in after.iter().flat_map(|sum| &sum.parts) {
        let pays = all.entry((part.amount.currency(), &part.customer)).or_default();
        pays.after = plus(pays.after, part.amount)?;
    }
    let mut changes: Vec<Change> = all
        .into_iter()
        .filter_map(|((currency, customer), pays)| {
            let kind = kind_of(&pays)?;
            let (before, after) = (Money::new(pays.before, currency), Money::new(pays.after, currency));
            Some(Change { customer: customer.to_owned(), kind, before, after })
        })
        .collect();
    changes.sort_by(|a, b| {
        let key = |change: &Change| (change.before.currency(), change.kind);
        key(a).cmp(&key(b)).then_with(|| a.customer.cmp(&b.customer))
    });
    Ok(changes)
}

fn kind_of(pays: &Pays) -> Option<ChangeKind> {
    match (pays.before, pays.after) {
        (before, after) if before == after => None,
        (0, _) if pays.ended_before => Some(ChangeKind::Reactivation),
        (0, _) => Some(ChangeKind::New),
        (_, 0) => Some(ChangeKind::Churn),
        (before, after) if after > before => Some(ChangeKind::Expansion),
        _ => Some(ChangeKind::Contraction),
    }
}

fn plus(sum: i128, money: Money) -> Result<i128, MoneyError> {
    sum.checked_add(money.minor()).ok_or_else(|| MoneyError::TooLarge(format!("{sum} + {money}")))
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;
    use crate::fact::{Cycle, CycleUnit};
    use crate::metrics::Part;

    pub fn part(customer: &str, minor: i128, left: Option<Left>) -> Part {
        let money = |minor| Money::new(minor, Currency::USD);
        Part {
            subscription: format!("sub of {customer}"),
            customer: customer.to_owned(),
            price: "price".to_owned(),
            name: "Pro".to_owned(),
            quantity: 1,
            cycle: Cycle { unit: CycleUnit::Month, count: 1 },
            gross: money(minor),
            discount: money(0),
            amount: money(minor),
            left,
            discount_unknown: false,
            past_due: false,
        }
    }

    pub fn sum(parts: Vec<Part>) -> Vec<Mrr> {
        let minor = parts.iter().map(|part| part.amount.minor()).sum();
        vec![Mrr { amount: Money::new(minor, Currency::USD), parts }]
    }

    #[rstest]
    #[case::begins(&[], &[part("c", 900, None)], Some(ChangeKind::New))]
    #[case::trial_ends(&[part("c", 0, Some(Left::Trial))], &[part("c", 900, None)], Some(ChangeKind::New))]
    #[case::comes_back(&[part("c", 0, Some(Left::Ended))], &[part("c", 900, None)], Some(ChangeKind::Reactivation))]
    #[case::pays_more(&[part("c", 900, None)], &[part("c", 900, None), part("c", 100, None)], Some(ChangeKind::Expansion))]
    #[case::pays_less(&[part("c", 900, None)], &[part("c", 500, None)], Some(ChangeKind::Contraction))]
    #[case::leaves(&[part("c", 900, None)], &[part("c", 0, Some(Left::Ended))], Some(ChangeKind::Churn))]
    #[case::moves_to_another_plan(&[part("c", 900, None)], &[part("c", 0, Some(Left::Ended)), part("c", 900, None)], None)]
    #[case::is_not_told_of_any_more(&[part("c", 900, None)], &[], Some(ChangeKind::Churn))]
    #[case::stays_in_its_trial(&[part("c", 0, Some(Left::Trial))], &[part("c", 0, Some(Left::Trial))], None)]
    fn a_customer(#[case] before: &[Part], #[case] after: &[Part], #[case] kind: Option<ChangeKind>) {
        let found = changes(&sum(before.to_vec()), &sum(after.to_vec())).unwrap();
        assert_eq!(found.first().map(|change| change.kind), kind);
        assert_eq!(found.len(), usize::from(kind.is_some()));
    }

    #[test]
    fn a_customer_who_changes_currency_leaves_one_and_is_new_in_the_other() {
        let euros = Part { amount: Money::new(800, Currency::EUR), ..part("c", 800, None) };
        let after = vec![Mrr { amount: euros.amount, parts: vec![euros] }];
        let found = changes(&sum(vec![part("c", 900, None)]), &after).unwrap();
        let kinds: Vec<_> = found.iter().map(|change| (change.before.currency(), change.kind)).collect();
        assert!(kinds.contains(&(Currency::USD, ChangeKind::Churn)), "{kinds:?}");
        assert!(kinds.contains(&(Currency::EUR, ChangeKind::New)), "{kinds:?}");
    }

    proptest! {
        #[test]
        fn the_changes_lead_from_the_start_to_the_end(
            before in prop::collection::vec((0u8..6, 0i128..5_000), 0..20),
            after in prop::collection::vec((0u8..6, 0i128..5_000), 0..20),
        ) {
            let of = |rows: &[(u8, i128)]| {
                sum(rows.iter().map(|(who, minor)| part(&format!("c{who}"), *minor, None)).collect())
            };
            let (start, end) = (of(&before), of(&after));
            let moved: i128 =
                changes(&start, &end).unwrap().iter().map(|change| change.amount().unwrap().minor()).sum();
            prop_assert_eq!(start[0].amount.minor() + moved, end[0].amount.minor());
        }
    }
}
