//! Stripe's minor units, which are not everywhere those of ISO 4217 (rule C-20).

use purser_core::{Currency, Money};

use crate::source::Unreadable;

/// Amounts without decimals.
const NO_DECIMALS: [&str; 15] =
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"];
/// Amounts with three decimals.
const THREE_DECIMALS: [&str; 5] = ["BHD", "JOD", "KWD", "OMR", "TND"];

/// Decimals of the amounts Stripe writes; ISK and UGX have two there and none in ISO 4217.
fn decimals(currency: Currency) -> u32 {
    let code = currency.code();
    if NO_DECIMALS.contains(&code) {
        0
    } else if THREE_DECIMALS.contains(&code) {
        3
    } else {
        2
    }
}

/// The currency of one of Stripe's lower-case codes.
pub(super) fn currency(code: &str) -> Result<Currency, Unreadable> {
    Currency::from_code(code).map_err(|error| Unreadable::new(error.to_string()))
}

/// An amount of Stripe's as money.
///
/// Errors: an unknown currency, or a fraction that the currency does not have.
pub(super) fn money(amount: i64, code: &str) -> Result<Money, Unreadable> {
    let currency = currency(code)?;
    let minor = rescaled(i128::from(amount), currency).ok_or_else(|| {
        Unreadable::new(format!("{amount} is not a whole number of {code}'s smallest units"))
    })?;
    Ok(Money::new(minor, currency))
}

/// Money as an amount of Stripe's; `None` where it does not fit.
pub(super) fn amount(money: Money) -> Option<i64> {
    let theirs = 10i128.checked_pow(decimals(money.currency()))?;
    let product = money.minor().checked_mul(theirs)?;
    let ours = money.currency().scale();
    (product % ours == 0).then(|| i64::try_from(product / ours).ok()).flatten()
}

/// From Stripe's units to the ledger's; `None` where a fraction would be lost.
pub(super) fn rescaled(amount: i128, currency: Currency) -> Option<i128> {
    let theirs = 10i128.checked_pow(decimals(currency))?;
    let product = amount.checked_mul(currency.scale())?;
    (product % theirs == 0).then_some(product / theirs)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(1099, "usd", "10.99")]
    #[case(-5, "eur", "-0.05")]
    #[case(1200, "jpy", "1200")]
    #[case(500, "krw", "500")]
    #[case(5124, "bhd", "5.124")]
    #[case(5120, "kwd", "5.120")]
    #[case(150_000, "isk", "1500")]
    #[case(500_000, "ugx", "5000")]
    #[case(700, "mga", "700.00")]
    #[case(1_000, "huf", "10.00")]
    #[case(1_000, "twd", "10.00")]
    fn c_20_amounts_follow_stripe_s_own_table(
        #[case] minor: i64,
        #[case] code: &str,
        #[case] expected: &str,
    ) {
        let money = money(minor, code).unwrap();
        assert_eq!(money.decimal(), expected, "{code}");
        assert_eq!(amount(money), Some(minor), "and back: {code}");
    }

    #[test]
    fn a_fraction_that_the_currency_does_not_have_is_refused_not_rounded() {
        assert!(money(150_050, "isk").is_err());
        assert!(money(100, "currency").is_err());
        assert!(money(i64::MAX, "usd").is_ok());
    }
}
