//! Exchange rates: decimal, exact, and rounded once where money is converted.

use std::fmt;

use crate::currency::Currency;
use crate::money::{Money, MoneyError};

/// Most digits of a rate: enough for a coin in a weak currency, and every product fits 128 bits.
const DIGITS_MAX: usize = 15;
/// Most decimals of a rate.
const DECIMALS_MAX: usize = 12;

/// What one unit of a currency is worth in another: `1 EUR = 1.0899 USD`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    /// The currency that is converted.
    from: Currency,
    /// The currency that it becomes.
    to: Currency,
    /// The rate times ten to the power of `decimals`; positive.
    digits: u64,
    decimals: u32,
}

/// Why a text is no rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RateError {
    /// Not a positive decimal number.
    #[error(
        "“{0}” is not a rate. Write how much one unit is worth, such as 1.0899: at most 15 digits, 12 of them decimals"
    )]
    NotARate(String),
    /// A rate between a currency and itself.
    #[error("{0} needs no rate to {0}")]
    SameCurrency(Currency),
    /// The amount is not in the rate's currency, or the product is too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl Rate {
    /// Reads `1.0899`: how much of `to` one unit of `from` is worth.
    pub fn parse(text: &str, from: Currency, to: Currency) -> Result<Rate, RateError> {
        let bad = || RateError::NotARate(text.chars().take(40).collect());
        if from == to {
            return Err(RateError::SameCurrency(from));
        }
        let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let fraction = fraction.trim_end_matches('0');
        let digits = format!("{whole}{fraction}");
        let plain = !whole.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let significant = digits.trim_start_matches('0');
        if !plain || significant.is_empty() || significant.len() > DIGITS_MAX || fraction.len() > DECIMALS_MAX
        {
            return Err(bad());
        }
        let digits = significant.parse().map_err(|_| bad())?;
        Ok(Rate { from, to, digits, decimals: u32::try_from(fraction.len()).map_err(|_| bad())? })
    }

    /// The rate that makes `value` of `given`, to ten digits, rounded half to even: for the record of an exchange
    /// whose value was stated. `None` where an amount is not positive or the rate is beyond what is kept.
    pub fn between(given: Money, value: Money) -> Option<Rate> {
        if !given.is_positive() || !value.is_positive() || given.currency() == value.currency() {
            return None;
        }
        // value/scale(to) ÷ given/scale(from), with as many decimals as leave ten significant digits.
        let above = value.minor().checked_mul(given.currency().scale())?;
        let below = given.minor().checked_mul(value.currency().scale())?;
        for decimals in (0..=DECIMALS_MAX as u32).rev() {
            let Some(scaled) = above.checked_mul(10i128.pow(decimals)) else { continue };
            let digits = half_even(scaled, below);
            if (1..10_000_000_000).contains(&digits) {
                let digits = u64::try_from(digits).ok()?;
                return Some(Rate { from: given.currency(), to: value.currency(), digits, decimals }.short());
            }
        }
        None
    }

    /// Without zeros at its end.
    fn short(mut self) -> Rate {
        while self.decimals > 0 && self.digits.is_multiple_of(10) {
            self.digits /= 10;
            self.decimals -= 1;
        }
        self
    }

    /// The currency that is converted.
    pub fn from(&self) -> Currency {
        self.from
    }

    /// The currency that it becomes.
    pub fn to(&self) -> Currency {
        self.to
    }

    /// What an amount is worth, rounded once, half to even. An amount of `to` is converted back by the same rate.
    pub fn convert(&self, amount: Money) -> Result<Money, RateError> {
        let too_large = || MoneyError::TooLarge(amount.to_string());
        let product =
            |parts: [i128; 3]| parts.into_iter().try_fold(1i128, i128::checked_mul).ok_or_else(too_large);
        let tens = 10i128.checked_pow(self.decimals).ok_or_else(too_large)?;
        let digits = i128::from(self.digits);
        let (above, below, becomes) = if amount.currency() == self.from {
            let above = product([amount.minor(), digits, self.to.scale()])?;
            (above, product([tens, self.from.scale(), 1])?, self.to)
        } else if amount.currency() == self.to {
            let above = product([amount.minor(), tens, self.from.scale()])?;
            (above, product([digits, self.to.scale(), 1])?, self.from)
        } else {
            return Err(MoneyError::CurrencyMismatch(amount.currency(), self.from).into());
        };
        Ok(Money::new(half_even(above, below), becomes))
    }

    /// The number alone: `1.0899`.
    pub fn decimal(&self) -> String {
        let decimals = self.decimals as usize;
        let padded = format!("{:0>width$}", self.digits, width = decimals + 1);
        let (whole, fraction) = padded.split_at(padded.len() - decimals);
        if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
    }
}

/// `1 EUR = 1.0899 USD`.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1 {} = {} {}", self.from, self.decimal(), self.to)
    }
}

/// A quotient rounded to the nearest whole number, a half to the even one. `below` is positive.
fn half_even(above: i128, below: i128) -> i128 {
    let (whole, rest) = (above.div_euclid(below), above.rem_euclid(below));
    match (rest * 2).cmp(&below) {
        std::cmp::Ordering::Less => whole,
        std::cmp::Ordering::Greater => whole + 1,
        std::cmp::Ordering::Equal => whole + (whole & 1),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn eur(minor: i128) -> Money {
        Money::new(minor, Currency::EUR)
    }

    fn usd(minor: i128) -> Money {
        Money::new(minor, Currency::USD)
    }

    #[test]
    fn a_conversion_is_rounded_once_half_to_even() {
        let rate = |text| Rate::parse(text, Currency::EUR, Currency::USD).unwrap();
        for (given, text, value) in [
            (89_000, "1.0899", 97_001),
            (100, "1.005", 100),
            (100, "1.015", 102),
            (100, "1.0050001", 101),
            (-100, "1.005", -100),
            (-100, "1.015", -102),
            (1, "0.000000000001", 0),
        ] {
            assert_eq!(rate(text).convert(eur(given)).unwrap(), usd(value), "{given} at {text}");
        }
        let yen = Currency::from_code("JPY").unwrap();
        let rate = Rate::parse("162.35", Currency::EUR, yen).unwrap();
        assert_eq!(rate.convert(eur(1_000)).unwrap(), Money::new(1_624, yen), "no decimals in yen");
        assert_eq!(rate.convert(Money::new(16_235, yen)).unwrap(), eur(10_000), "and back");
        assert!(rate.convert(usd(1)).is_err());
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        for text in
            ["", "0", "0.000", "-1", "1,09", "1.0e3", ".5", "1.0000000000001", "1234567890123456", "NaN"]
        {
            assert!(Rate::parse(text, Currency::EUR, Currency::USD).is_err(), "{text}");
        }
        assert!(Rate::parse("1", Currency::EUR, Currency::EUR).is_err());
        let rate = Rate::parse("01.08990", Currency::EUR, Currency::USD).unwrap();
        assert_eq!(rate.to_string(), "1 EUR = 1.0899 USD");
        assert_eq!(Rate::parse("162", Currency::EUR, Currency::USD).unwrap().decimal(), "162");
    }

    proptest! {
        #[test]
        fn the_rate_of_a_stated_value_gives_it_back(given in 1i128..100_000_000, value in 1i128..100_000_000) {
            let rate = Rate::between(eur(given), usd(value)).unwrap();
            let back = rate.convert(eur(given)).unwrap();
            // Ten digits of a rate carry nine digits of an amount.
            prop_assert!((back.minor() - value).abs() <= 1, "{rate}: {given} -> {back}, not {value}");
        }
    }
}
