//! How a payment is spread over invoices, and what is left of it.

use chrono::NaiveDate;

use crate::money::{Money, MoneyError};

/// An invoice that may be paid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Payable {
    /// Invoice id.
    pub invoice: String,
    /// Due date: the oldest is paid first.
    pub due: NaiveDate,
    /// What is open.
    pub open: Money,
}

/// One payment's spread.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spread {
    /// Invoice id and amount, none of them zero.
    pub applied: Vec<(String, Money)>,
    /// What no invoice took.
    pub rest: Money,
}

/// Why an allocation that the founder typed cannot be booked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AllocationError {
    /// An amount is negative.
    #[error("An amount below zero cannot be applied to an invoice")]
    Negative,
    /// More than is open.
    #[error("{applied} is more than the {open} that is open on {invoice}")]
    MoreThanOpen {
        /// The invoice.
        invoice: String,
        /// What was typed.
        applied: Money,
        /// What is open.
        open: Money,
    },
    /// More than was paid.
    #[error("The amounts add up to {applied}, but {paid} was paid")]
    MoreThanPaid {
        /// The sum that was typed.
        applied: Money,
        /// The payment.
        paid: Money,
    },
    /// The invoice is not among those that may be paid.
    #[error("{0} has nothing open for this customer in this currency")]
    NotOpen(String),
    /// Named twice.
    #[error("{0} is named twice")]
    Twice(String),
    /// Amounts that cannot be added.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// Pays the oldest first; ties by invoice id, so that the result does not depend on the order given.
pub fn oldest_first(paid: Money, payables: &[Payable]) -> Result<Spread, MoneyError> {
    let mut order: Vec<&Payable> = payables.iter().collect();
    order.sort_by(|a, b| a.due.cmp(&b.due).then_with(|| a.invoice.cmp(&b.invoice)));
    in_order(paid, order.into_iter())
}

/// Pays in the order given.
pub fn in_order<'a>(paid: Money, payables: impl Iterator<Item = &'a Payable>) -> Result<Spread, MoneyError> {
    let mut rest = paid;
    let mut applied = Vec::new();
    for payable in payables {
        let part = rest.lesser(payable.open)?;
        if part.is_positive() {
            rest = rest.sub(part)?;
            applied.push((payable.invoice.clone(), part));
        }
    }
    Ok(Spread { applied, rest })
}

/// Checks amounts that the founder chose; zero amounts are left out, the rest is returned.
pub fn chosen(
    paid: Money,
    payables: &[Payable],
    amounts: &[(String, Money)],
) -> Result<Spread, AllocationError> {
    let mut applied: Vec<(String, Money)> = Vec::new();
    let mut sum = Money::zero(paid.currency());
    for (invoice, amount) in amounts {
        let payable = payables
            .iter()
            .find(|p| p.invoice == *invoice)
            .ok_or_else(|| AllocationError::NotOpen(invoice.clone()))?;
        if amount.is_negative() {
            return Err(AllocationError::Negative);
        }
        if applied.iter().any(|(done, _)| done == invoice) {
            return Err(AllocationError::Twice(invoice.clone()));
        }
        if amount.sub(payable.open)?.is_positive() {
            return Err(AllocationError::MoreThanOpen {
                invoice: invoice.clone(),
                applied: *amount,
                open: payable.open,
            });
        }
        sum = sum.add(*amount)?;
        if !amount.is_zero() {
            applied.push((invoice.clone(), *amount));
        }
    }
    let rest = paid.sub(sum)?;
    if rest.is_negative() {
        return Err(AllocationError::MoreThanPaid { applied: sum, paid });
    }
    Ok(Spread { applied, rest })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::currency::Currency;

    fn usd(minor: i128) -> Money {
        Money::new(minor, Currency::USD)
    }

    fn payable(invoice: &str, day: u32, open: i128) -> Payable {
        Payable {
            invoice: invoice.into(),
            due: NaiveDate::from_ymd_opt(2026, 11, day).unwrap(),
            open: usd(open),
        }
    }

    #[test]
    fn the_oldest_invoice_is_paid_first_and_the_rest_is_kept() {
        let payables = [payable("b", 2, 120_000), payable("a", 1, 120_000), payable("c", 30, 120_000)];
        let spread = oldest_first(usd(250_000), &payables).unwrap();
        assert_eq!(
            spread.applied,
            [("a".into(), usd(120_000)), ("b".into(), usd(120_000)), ("c".into(), usd(10_000))]
        );
        assert_eq!(oldest_first(usd(370_000), &payables).unwrap().rest, usd(10_000));
    }

    #[test]
    fn chosen_amounts_are_held_against_what_is_open_and_what_was_paid() {
        let payables = [payable("a", 1, 100), payable("b", 2, 100)];
        let pick = |amounts: &[(&str, i128)]| {
            let amounts: Vec<_> = amounts.iter().map(|(i, m)| ((*i).to_string(), usd(*m))).collect();
            chosen(usd(150), &payables, &amounts)
        };
        assert_eq!(pick(&[("a", 100), ("b", 0)]).unwrap().rest, usd(50));
        assert!(matches!(pick(&[("a", 101)]), Err(AllocationError::MoreThanOpen { .. })));
        assert!(matches!(pick(&[("a", 100), ("b", 51)]), Err(AllocationError::MoreThanPaid { .. })));
        assert!(matches!(pick(&[("a", -1)]), Err(AllocationError::Negative)));
        assert!(matches!(pick(&[("x", 1)]), Err(AllocationError::NotOpen(_))));
        assert!(matches!(pick(&[("a", 1), ("a", 1)]), Err(AllocationError::Twice(_))));
    }

    proptest! {
        #[test]
        fn a_spread_loses_no_cent_and_overpays_nothing(paid in 0i128..1_000_000, opens in prop::collection::vec(0i128..100_000, 0..12)) {
            let payables: Vec<Payable> = opens.iter().enumerate().map(|(i, open)| payable(&format!("i{i}"), 1 + (i as u32 * 7) % 28, *open)).collect();
            let spread = oldest_first(usd(paid), &payables).unwrap();
            let sum = Money::sum(spread.applied.iter().map(|(_, m)| *m), Currency::USD).unwrap();
            prop_assert_eq!(sum.add(spread.rest).unwrap(), usd(paid));
            for (invoice, amount) in &spread.applied {
                let open = payables.iter().find(|p| p.invoice == *invoice).unwrap().open;
                prop_assert!(amount.minor() <= open.minor());
            }
        }
    }
}
