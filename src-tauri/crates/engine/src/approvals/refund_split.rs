//! How a refund divides into credit, revenue and tax. Pure.

use purser_core::Money;
use purser_core::booking::billed::Earlier;
use purser_core::money::MoneyError;
use purser_store::tables::batches::RefundSplit;

/// What of a payment one invoice got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Out of the payment, without what a bank kept.
    pub received: Money,
    /// The invoice's net, without what credit notes took off it.
    pub net: Money,
    /// The invoice's tax, likewise.
    pub tax: Money,
}

/// What is known of a payment that is to be given back.
#[derive(Debug, Clone, PartialEq)]
pub struct Refundable {
    /// The payment's id.
    pub payment: String,
    /// Its number.
    pub number: String,
    /// The customer's id.
    pub customer: String,
    /// The customer's name.
    pub customer_name: String,
    /// All of the payment.
    pub paid: Money,
    /// What of it became the customer's credit.
    pub credit: Money,
    /// The customer's credit that is open now and not promised to another refund.
    pub credit_open: Money,
    /// What invoices got.
    pub parts: Vec<Part>,
    /// Refunds of this payment that were proposed or sent.
    pub earlier: Vec<RefundSplit>,
}

impl Refundable {
    /// Net and tax of what invoices got. Each part is split by its invoice, so that no cent is lost.
    fn earned(&self) -> Result<(Money, Money), MoneyError> {
        let zero = Money::zero(self.paid.currency());
        let (mut net, mut tax) = (zero, zero);
        for part in &self.parts {
            let shares = part.received.split(&[weight(part.net), weight(part.tax)]);
            net = net.add(shares.first().copied().unwrap_or(zero))?;
            tax = tax.add(shares.get(1).copied().unwrap_or(zero))?;
        }
        Ok((net, tax))
    }

    fn given(&self, part: impl Fn(&RefundSplit) -> Money) -> Result<Money, MoneyError> {
        Money::sum(self.earlier.iter().map(part), self.paid.currency())
    }

    /// Credit of this payment that can still be given back.
    fn credit_left(&self) -> Result<Money, MoneyError> {
        let zero = Money::zero(self.paid.currency());
        let left = self.credit.sub(self.given(|split| split.credit)?)?.lesser(self.credit_open)?;
        Ok(if left.is_negative() { zero } else { left })
    }

    /// How much can be given back: what was paid, minus earlier refunds, minus credit that was used since.
    pub fn left(&self) -> Result<Money, MoneyError> {
        let (net, tax) = self.earned()?;
        let given = self.given(|split| split.revenue)?.add(self.given(|split| split.tax)?)?;
        let left = self.credit_left()?.add(net)?.add(tax)?.sub(given)?;
        let all = self.given(|s| s.credit)?.add(given)?;
        left.lesser(self.paid.sub(all)?)
    }
}

/// Splits a refund: the customer's credit from this payment first, the rest by the invoices' net and tax.
///
/// The tax of all refunds together follows the whole refunded so far, so that partial refunds add up to the cent.
/// The caller has compared the amount with [`Refundable::left`].
pub fn split(payment: &Refundable, amount: Money) -> Result<RefundSplit, MoneyError> {
    let credit = amount.lesser(payment.credit_left()?)?;
    let rest = amount.sub(credit)?;
    let (revenue_before, tax_before) = (payment.given(|s| s.revenue)?, payment.given(|s| s.tax)?);
    let earlier = Earlier { amount: revenue_before.add(tax_before)?, tax: tax_before };
    let tax = earlier.tax_of_next(rest, payment.earned()?)?;
    Ok(RefundSplit {
        payment: payment.payment.clone(),
        customer: payment.customer.clone(),
        credit,
        revenue: rest.sub(tax)?,
        tax,
    })
}

/// An amount as a weight; invoices' nets and taxes are never negative.
fn weight(amount: Money) -> u64 {
    u64::try_from(amount.minor()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use purser_core::Currency;

    use super::*;

    fn usd(minor: i128) -> Money {
        Money::new(minor, Currency::USD)
    }

    fn payment(paid: i128, credit: i128, parts: &[(i128, i128, i128)]) -> Refundable {
        Refundable {
            payment: "p".into(),
            number: "P-1".into(),
            customer: "c".into(),
            customer_name: "Nordhavn A/S".into(),
            paid: usd(paid),
            credit: usd(credit),
            credit_open: usd(credit),
            parts: parts
                .iter()
                .map(|(received, net, tax)| Part { received: usd(*received), net: usd(*net), tax: usd(*tax) })
                .collect(),
            earlier: Vec::new(),
        }
    }

    fn parts_of(payment: &Refundable, amount: i128) -> (i128, i128, i128) {
        let split = split(payment, usd(amount)).unwrap();
        (split.credit.minor(), split.revenue.minor(), split.tax.minor())
    }

    #[test]
    fn a_refund_takes_the_customers_credit_first_then_revenue_and_tax_by_the_invoice() {
        for (what, paid, amount, expected) in [
            ("refund 60 of 120", payment(12_000, 0, &[(12_000, 10_000, 2_000)]), 6_000, (0, 5_000, 1_000)),
            ("all of it", payment(12_000, 0, &[(12_000, 10_000, 2_000)]), 12_000, (0, 10_000, 2_000)),
            ("the excess of 130", payment(13_000, 1_000, &[(12_000, 10_000, 2_000)]), 1_000, (1_000, 0, 0)),
            (
                "excess and more",
                payment(13_000, 1_000, &[(12_000, 10_000, 2_000)]),
                7_000,
                (1_000, 5_000, 1_000),
            ),
            ("an odd cent", payment(1_199, 0, &[(1_199, 999, 200)]), 1, (0, 1, 0)),
            (
                "two invoices",
                payment(10_000, 0, &[(6_000, 5_000, 1_000), (4_000, 4_000, 0)]),
                5_000,
                (0, 4_500, 500),
            ),
            ("a fee kept on the way", payment(1_485, 0, &[(1_485, 1_500, 0)]), 1_485, (0, 1_485, 0)),
        ] {
            assert_eq!(parts_of(&paid, amount), expected, "{what}");
        }
    }

    #[test]
    fn refunds_in_pieces_give_back_exactly_the_tax_that_was_collected() {
        let mut paid = payment(13_339, 440, &[(9_999, 8_333, 1_666), (2_900, 2_437, 463)]);
        let (net, tax) = paid.earned().unwrap();
        for amount in [1, 439, 1, 777, 3_333, 3_333, 1_999, 1, 2] {
            let next = split(&paid, usd(amount)).unwrap();
            let sum = next.credit.add(next.revenue).unwrap().add(next.tax).unwrap();
            assert_eq!(sum, usd(amount), "a piece adds up");
            paid.earlier.push(next);
        }
        let rest = paid.left().unwrap();
        paid.earlier.push(split(&paid, rest).unwrap());
        assert!(paid.left().unwrap().is_zero());
        assert_eq!(paid.given(|s| s.credit).unwrap(), usd(440));
        assert_eq!(paid.given(|s| s.revenue).unwrap(), net);
        assert_eq!(paid.given(|s| s.tax).unwrap(), tax);
    }

    #[test]
    fn a_voided_piece_in_between_leaves_no_part_overdrawn() {
        let parts = [(9_999, 8_333, 1_666)];
        for voided in 0..4 {
            let mut paid = payment(9_999, 0, &parts);
            for amount in [3, 4, 5, 6] {
                paid.earlier.push(split(&paid, usd(amount)).unwrap());
            }
            paid.earlier.remove(voided);
            let rest = paid.left().unwrap();
            paid.earlier.push(split(&paid, rest).unwrap());
            let (net, tax) = paid.earned().unwrap();
            assert_eq!(paid.given(|s| s.revenue).unwrap(), net, "without piece {voided}");
            assert_eq!(paid.given(|s| s.tax).unwrap(), tax, "without piece {voided}");
        }
    }

    #[test]
    fn credit_that_was_used_since_cannot_be_given_back() {
        let mut paid = payment(13_000, 1_000, &[(12_000, 10_000, 2_000)]);
        paid.credit_open = usd(300);
        assert_eq!(paid.left().unwrap(), usd(12_300));
        assert_eq!(parts_of(&paid, 12_300), (300, 10_000, 2_000));
    }
}
