//! Money: whole minor units with a currency. No floats anywhere near it.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::currency::{Currency, UnknownCurrency};

/// An amount in minor units of its currency (cents of USD, satoshi of BTC).
///
/// Arithmetic is checked and refuses to mix currencies. In JSON it is
/// `{"amount":"-1234.50","currency":"USD"}`: a decimal string, never a number.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i128,
    currency: Currency,
}

/// What can be wrong with an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The text is not a decimal number.
    #[error("“{0}” is not an amount. Write it as digits with a decimal point, such as 1234.50")]
    NotANumber(String),
    /// More decimals than the currency has: rounding would invent or lose money.
    #[error("{text} has more decimals than {currency} has ({exponent}). Nothing was rounded")]
    TooPrecise {
        /// The amount as it was written.
        text: String,
        /// The currency whose exponent was exceeded.
        currency: Currency,
        /// Decimals that the currency has.
        exponent: u8,
    },
    /// The number does not fit the ledger's 64-bit column.
    #[error("{0} is too large to be booked")]
    TooLarge(String),
    /// Two currencies in one sum.
    #[error("{0} and {1} cannot be added up; convert one of them first")]
    CurrencyMismatch(Currency, Currency),
    /// The currency code is unknown.
    #[error(transparent)]
    UnknownCurrency(#[from] UnknownCurrency),
}

impl Money {
    /// `minor` whole minor units.
    pub const fn new(minor: i128, currency: Currency) -> Money {
        Money { minor, currency }
    }

    /// Nothing, in a currency.
    pub const fn zero(currency: Currency) -> Money {
        Money { minor: 0, currency }
    }

    /// Reads `1234.5`, `-12`, `+3.00`, `1234,50` is refused: separators are the caller's business.
    ///
    /// Trailing zeros beyond the exponent are harmless; any other digit there is an error.
    pub fn parse(text: &str, currency: Currency) -> Result<Money, MoneyError> {
        let shown = || text.chars().take(40).collect::<String>();
        let trimmed = text.trim();
        let (negative, digits) = match trimmed.as_bytes().first() {
            Some(b'-') => (true, &trimmed[1..]),
            Some(b'+') => (false, &trimmed[1..]),
            _ => match trimmed.strip_prefix('\u{2212}') {
                Some(rest) => (true, rest),
                None => (false, trimmed),
            },
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if !plain(whole) || !plain(fraction) || (whole.is_empty() && fraction.is_empty()) {
            return Err(MoneyError::NotANumber(shown()));
        }
        let exponent = usize::from(currency.exponent());
        let significant = fraction.trim_end_matches('0');
        if significant.len() > exponent {
            return Err(MoneyError::TooPrecise { text: shown(), currency, exponent: currency.exponent() });
        }
        let padded = format!("{whole}{significant:0<exponent$}");
        // An absurdly long number must not reach the integer parser's own error text.
        if padded.trim_start_matches('0').len() > 30 {
            return Err(MoneyError::TooLarge(shown()));
        }
        let minor: i128 = if padded.is_empty() {
            0
        } else {
            padded.parse().map_err(|_| MoneyError::NotANumber(shown()))?
        };
        Ok(Money { minor: if negative { -minor } else { minor }, currency })
    }

    /// Whole minor units.
    pub const fn minor(&self) -> i128 {
        self.minor
    }

    /// Minor units as the store keeps them; an amount beyond 64 bits is refused, never cut.
    pub fn minor_i64(&self) -> Result<i64, MoneyError> {
        i64::try_from(self.minor).map_err(|_| MoneyError::TooLarge(self.to_string()))
    }

    /// The currency.
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Whether it is exactly nothing.
    pub const fn is_zero(&self) -> bool {
        self.minor == 0
    }

    /// Whether it is more than nothing.
    pub const fn is_positive(&self) -> bool {
        self.minor > 0
    }

    /// Whether it is less than nothing.
    pub const fn is_negative(&self) -> bool {
        self.minor < 0
    }

    /// Without its sign.
    pub const fn abs(&self) -> Money {
        Money { minor: self.minor.abs(), currency: self.currency }
    }

    /// Sum; mixed currencies and overflow are errors.
    pub fn add(&self, other: Money) -> Result<Money, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch(self.currency, other.currency));
        }
        let minor =
            self.minor.checked_add(other.minor).ok_or_else(|| MoneyError::TooLarge(self.to_string()))?;
        Ok(Money { minor, currency: self.currency })
    }

    /// Difference; mixed currencies and overflow are errors.
    pub fn sub(&self, other: Money) -> Result<Money, MoneyError> {
        self.add(-other)
    }

    /// The smaller of two amounts of one currency.
    pub fn lesser(&self, other: Money) -> Result<Money, MoneyError> {
        Ok(if self.sub(other)?.is_positive() { other } else { *self })
    }

    /// The greater of two amounts of one currency.
    pub fn greater(&self, other: Money) -> Result<Money, MoneyError> {
        Ok(if self.sub(other)?.is_negative() { other } else { *self })
    }

    /// Sum of many amounts in one currency.
    pub fn sum(amounts: impl IntoIterator<Item = Money>, currency: Currency) -> Result<Money, MoneyError> {
        amounts.into_iter().try_fold(Money::zero(currency), |sum, amount| sum.add(amount))
    }

    /// Splits by weights so that the parts add up to the whole: each part is rounded towards zero, and
    /// the units left over go to the largest remainders, the earlier part first among equals.
    ///
    /// The weights' sum must fit 64 bits. Without any positive weight the whole goes to the first part; no parts gives no parts.
    pub fn split(&self, weights: &[u64]) -> Vec<Money> {
        let total: u128 = weights.iter().map(|w| u128::from(*w)).sum();
        if weights.is_empty() {
            return Vec::new();
        }
        if total == 0 {
            let mut parts = vec![Money::zero(self.currency); weights.len()];
            parts[0] = *self;
            return parts;
        }
        let whole = self.minor.unsigned_abs();
        // whole × weight may pass 128 bits for absurd inputs: divide first, then spread the rest.
        let (each, rest) = (whole / total, whole % total);
        let mut parts: Vec<u128> = Vec::with_capacity(weights.len());
        let mut remainders: Vec<(u128, usize)> = Vec::with_capacity(weights.len());
        for (index, weight) in weights.iter().enumerate() {
            let weight = u128::from(*weight);
            let share = rest * weight;
            parts.push(each * weight + share / total);
            remainders.push((share % total, index));
        }
        let mut left = whole - parts.iter().sum::<u128>();
        remainders.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        for (_, index) in remainders {
            if left == 0 {
                break;
            }
            parts[index] += 1;
            left -= 1;
        }
        let sign = if self.minor < 0 { -1 } else { 1 };
        parts.into_iter().map(|part| Money::new(sign * part as i128, self.currency)).collect()
    }

    /// The amount as a plain decimal string with all the currency's decimals: `-1234.50`.
    pub fn decimal(&self) -> String {
        let exponent = usize::from(self.currency.exponent());
        let digits = self.minor.unsigned_abs().to_string();
        let sign = if self.minor < 0 { "-" } else { "" };
        if exponent == 0 {
            return format!("{sign}{digits}");
        }
        let padded = format!("{digits:0>width$}", width = exponent + 1);
        let (whole, fraction) = padded.split_at(padded.len() - exponent);
        format!("{sign}{whole}.{fraction}")
    }
}

impl std::ops::Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money { minor: -self.minor, currency: self.currency }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[derive(Serialize, Deserialize)]
struct MoneyWire {
    amount: String,
    currency: Currency,
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        MoneyWire { amount: self.decimal(), currency: self.currency }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = MoneyWire::deserialize(deserializer)?;
        Money::parse(&wire.amount, wire.currency).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn usd(minor: i128) -> Money {
        Money::new(minor, Currency::USD)
    }

    #[test]
    fn amounts_are_read_exactly_or_refused() {
        for (text, minor) in [
            ("0", 0),
            ("12", 1200),
            ("12.5", 1250),
            ("-1234.50", -123450),
            ("\u{2212}3.00", -300),
            ("+0.01", 1),
            (".5", 50),
            ("7.", 700),
            ("1.5000", 150),
            (" 8.10 ", 810),
        ] {
            assert_eq!(Money::parse(text, Currency::USD).unwrap().minor(), minor, "{text}");
        }
        for text in ["", "-", ".", "1,5", "1.2.3", "1e3", "0x1", "NaN", "١٢", "1 000", "--1", "1.005"] {
            assert!(Money::parse(text, Currency::USD).is_err(), "{text}");
        }
        let jpy = Currency::from_code("JPY").unwrap();
        assert_eq!(Money::parse("1200", jpy).unwrap().decimal(), "1200");
        assert!(matches!(Money::parse("1.5", jpy), Err(MoneyError::TooPrecise { .. })));
        assert!(matches!(Money::parse(&"9".repeat(60), Currency::USD), Err(MoneyError::TooLarge(_))));
    }

    #[test]
    fn currencies_never_mix() {
        let euro = Money::new(100, Currency::EUR);
        assert!(matches!(usd(100).add(euro), Err(MoneyError::CurrencyMismatch(_, _))));
    }

    #[test]
    fn narrowing_to_the_store_is_checked() {
        assert_eq!(usd(i128::from(i64::MAX)).minor_i64().unwrap(), i64::MAX);
        assert!(usd(i128::from(i64::MAX) + 1).minor_i64().is_err());
    }

    #[test]
    fn json_carries_strings() {
        let json = serde_json::to_string(&usd(-5)).unwrap();
        assert_eq!(json, r#"{"amount":"-0.05","currency":"USD"}"#);
        assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), usd(-5));
        assert!(serde_json::from_str::<Money>(r#"{"amount":1.5,"currency":"USD"}"#).is_err());
    }

    #[test]
    fn largest_remainder_gives_the_odd_cent_to_the_earlier_of_equals() {
        let parts: Vec<i128> = usd(100).split(&[1, 1, 1]).iter().map(Money::minor).collect();
        assert_eq!(parts, [34, 33, 33]);
        let months: Vec<i128> = usd(-1000).split(&[31, 28, 31]).iter().map(Money::minor).collect();
        assert_eq!(months, [-345, -311, -344]);
    }

    proptest! {
        #[test]
        fn a_split_loses_no_cent(minor in -10_000_000_000i128..10_000_000_000, weights in prop::collection::vec(0u64..1_000_000, 1..40)) {
            let parts = usd(minor).split(&weights);
            prop_assert_eq!(Money::sum(parts.iter().copied(), Currency::USD).unwrap(), usd(minor));
            for part in &parts {
                prop_assert!(part.minor() == 0 || part.minor().signum() == minor.signum());
            }
        }

        #[test]
        fn decimal_text_round_trips(minor in any::<i64>(), coin in 0usize..4) {
            let currency = [Currency::USD, Currency::BTC, Currency::from_code("JPY").unwrap(), Currency::from_code("BHD").unwrap()][coin];
            let money = Money::new(i128::from(minor), currency);
            prop_assert_eq!(Money::parse(&money.decimal(), currency).unwrap(), money);
        }
    }
}
