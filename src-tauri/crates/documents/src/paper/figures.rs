//! Amounts and dates as a paper shows them, in English.

use chrono::{Datelike, NaiveDate};
use purser_core::Money;

/// `2,500.00`, with U+2212 in front where negative, and all the decimals of the currency.
pub fn amount_grouped(amount: Money) -> String {
    let plain = amount.decimal();
    let digits = plain.trim_start_matches('-');
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut out = String::with_capacity(plain.len() + 8);
    if amount.is_negative() {
        out.push('\u{2212}');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// `$2,500.00`, `€2,500.00`, `CAD 2,500.00`: a symbol only where it means one currency in this program.
pub fn amount_with_symbol(amount: Money) -> String {
    let grouped = amount_grouped(amount);
    let (sign, digits) = match grouped.strip_prefix('\u{2212}') {
        Some(digits) => ("\u{2212}", digits),
        None => ("", grouped.as_str()),
    };
    let currency = amount.currency();
    let symbol = match currency.code() {
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        "INR" => "₹",
        code => return format!("{code} {sign}{digits}"),
    };
    format!("{sign}{symbol}{digits}")
}

/// `16 November 2026`.
pub fn date_long(date: NaiveDate) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = MONTHS[date.month0() as usize];
    format!("{} {month} {}", date.day(), date.year())
}

#[cfg(test)]
mod tests {
    use purser_core::Currency;

    use super::*;

    #[test]
    fn amounts_are_grouped_with_their_symbol() {
        for (minor, code, expected) in [
            (250_000, "USD", "$2,500.00"),
            (-250_000, "EUR", "\u{2212}€2,500.00"),
            (123_456_789, "GBP", "£1,234,567.89"),
            (99, "USD", "$0.99"),
            (1_234_567, "JPY", "¥1,234,567"),
            (100, "CAD", "CAD 1.00"),
            (-1_000_000, "BTC", "BTC \u{2212}0.01000000"),
        ] {
            let amount = Money::new(minor, Currency::from_code(code).unwrap());
            assert_eq!(amount_with_symbol(amount), expected);
        }
    }

    #[test]
    fn dates_are_written_out() {
        assert_eq!(date_long("2026-11-06".parse().unwrap()), "6 November 2026");
    }
}
