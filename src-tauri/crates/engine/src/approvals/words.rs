//! Amounts and counts in sentences for the founder.

pub use purser_core::matching::money_text as money;
use purser_core::text::counted;

/// `1 payee`, `12 payees`.
pub fn payees(count: usize) -> String {
    counted(count, "payee", "payees")
}

#[cfg(test)]
mod tests {
    use purser_core::{Currency, Money};

    use super::*;

    #[test]
    fn amounts_read_as_the_founder_writes_them() {
        for (minor, code, shown) in [
            (587_130, "USD", "$5,871.30"),
            (-8_800, "USD", "\u{2212}$88.00"),
            (5, "USD", "$0.05"),
            (123_456_789, "EUR", "€1,234,567.89"),
            (235_200, "SEK", "2,352.00 SEK"),
            (1_200, "JPY", "1,200 JPY"),
            (100_000, "USD", "$1,000.00"),
        ] {
            assert_eq!(money(Money::new(minor, Currency::from_code(code).unwrap())), shown);
        }
    }
}
