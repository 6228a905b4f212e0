//! Amounts and counts in sentences for the founder.

use purser_core::Money;

/// An amount in a sentence: `$5,871.30`, `−$88.00`, `2,352.00 SEK`.
pub fn money(amount: Money) -> String {
    let decimal = amount.abs().decimal();
    let (whole, fraction) = decimal.split_once('.').map_or((decimal.as_str(), ""), |(w, f)| (w, f));
    let mut digits = String::with_capacity(decimal.len() + 4);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            digits.push(',');
        }
        digits.push(digit);
    }
    if !fraction.is_empty() {
        digits.push('.');
        digits.push_str(fraction);
    }
    let sign = if amount.is_negative() { "\u{2212}" } else { "" };
    match amount.currency().code() {
        "USD" => format!("{sign}${digits}"),
        "EUR" => format!("{sign}€{digits}"),
        "GBP" => format!("{sign}£{digits}"),
        code => format!("{sign}{digits} {code}"),
    }
}

/// `1 payee`, `12 payees`.
pub fn payees(count: usize) -> String {
    if count == 1 { "1 payee".to_owned() } else { format!("{count} payees") }
}

#[cfg(test)]
mod tests {
    use purser_core::Currency;

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
