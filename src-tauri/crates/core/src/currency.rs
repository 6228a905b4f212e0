//! Currencies: ISO 4217 and the few coins that Purser books.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A currency: its code and the number of decimal digits of its minor unit.
///
/// ISO 4217 exponents for fiat; BTC 8, USDC 6, ETH 9 for coins (rule C-20: ETH is kept in
/// gwei so that a whole ledger fits 64 bits, the chain's exact wei stay with the transfer).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: [u8; 4],
    exponent: u8,
}

/// A code that is neither ISO 4217 nor a coin that Purser knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a currency Purser knows. Use an ISO 4217 code such as USD or EUR, or BTC, ETH, USDC")]
pub struct UnknownCurrency(pub String);

const COINS: [(&str, u8); 3] = [("BTC", 8), ("ETH", 9), ("USDC", 6)];

impl Currency {
    /// US dollar, two decimals.
    pub const USD: Currency = Currency { code: *b"USD\0", exponent: 2 };
    /// Euro, two decimals.
    pub const EUR: Currency = Currency { code: *b"EUR\0", exponent: 2 };
    /// Pound sterling, two decimals.
    pub const GBP: Currency = Currency { code: *b"GBP\0", exponent: 2 };
    /// Bitcoin in satoshi, eight decimals.
    pub const BTC: Currency = Currency { code: *b"BTC\0", exponent: 8 };

    /// Looks a code up, upper or lower case.
    pub fn from_code(code: &str) -> Result<Currency, UnknownCurrency> {
        let upper = code.trim().to_ascii_uppercase();
        let unknown = || UnknownCurrency(code.chars().take(12).collect());
        let exponent = match COINS.iter().find(|(coin, _)| *coin == upper) {
            Some((_, exponent)) => *exponent,
            None => {
                let iso = iso_currency::Currency::from_code(&upper).ok_or_else(unknown)?;
                // Codes without a minor unit (XAU, XXX) are no money that can be booked.
                u8::try_from(iso.exponent().ok_or_else(unknown)?).map_err(|_| unknown())?
            }
        };
        let mut bytes = [0u8; 4];
        bytes[..upper.len()].copy_from_slice(upper.as_bytes());
        Ok(Currency { code: bytes, exponent })
    }

    /// The code, such as `USD`.
    pub fn code(&self) -> &str {
        let end = self.code.iter().position(|b| *b == 0).unwrap_or(4);
        std::str::from_utf8(&self.code[..end]).unwrap_or("???")
    }

    /// Decimal digits of the minor unit: 2 for USD, 0 for JPY, 8 for BTC.
    pub fn exponent(&self) -> u8 {
        self.exponent
    }

    /// Minor units in one major unit: 100 for USD.
    pub fn scale(&self) -> i128 {
        10i128.pow(u32::from(self.exponent))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;
    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Currency::from_code(code)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Currency::from_code(&code).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_follow_iso_4217_and_the_coin_table() {
        for (code, exponent) in
            [("USD", 2), ("JPY", 0), ("BHD", 3), ("ISK", 0), ("BTC", 8), ("ETH", 9), ("usdc", 6)]
        {
            assert_eq!(Currency::from_code(code).unwrap().exponent(), exponent, "{code}");
        }
        assert_eq!(Currency::from_code("eur").unwrap(), Currency::EUR);
    }

    #[test]
    fn codes_that_are_no_money_are_refused() {
        for code in ["", "US", "DOLLAR", "XAU", "XXX", "U$D", "ÜSD"] {
            assert!(Currency::from_code(code).is_err(), "{code}");
        }
    }
}
