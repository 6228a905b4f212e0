//! Amounts, days and counts as sentences say them.

use chrono::NaiveDate;

use crate::currency::Currency;
use crate::money::Money;
use crate::text;

/// Longest piece of a stranger's text inside a sentence.
const QUOTE_CHARS: usize = 48;

/// An amount in a sentence: `$1,234.50`, `−€3.00`, `2,352.00 SEK`.
pub fn money_text(money: Money) -> String {
    let sign = if money.is_negative() { "\u{2212}" } else { "" };
    let decimal = money.decimal();
    let digits = decimal.trim_start_matches('-');
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let mut grouped = text::grouped(whole);
    if let Some(fraction) = fraction {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    match symbol(money.currency()) {
        Some(symbol) => format!("{sign}{symbol}{grouped}"),
        None => format!("{sign}{grouped} {}", money.currency()),
    }
}

fn symbol(currency: Currency) -> Option<&'static str> {
    match currency.code() {
        "USD" => Some("$"),
        "EUR" => Some("€"),
        "GBP" => Some("£"),
        _ => None,
    }
}

/// `part` of `whole` in percent with two decimals, rounded half up: `0.31 %`.
pub(super) fn percent_text(part: i128, whole: i128) -> Option<String> {
    if whole == 0 {
        return None;
    }
    let (part, whole) = (part.unsigned_abs(), whole.unsigned_abs());
    let doubled = part.checked_mul(20_000)?.checked_add(whole)?;
    let hundredths = doubled / whole.checked_mul(2)?;
    Some(format!("{}.{:02} %", hundredths / 100, hundredths % 100))
}

/// `1 day`, `3 days`.
pub(super) fn days_text(days: i64) -> String {
    if days.abs() == 1 { "1 day".into() } else { format!("{} days", days.abs()) }
}

/// `17 Nov`, and with the year when it is another year than `near`'s.
pub(super) fn day_text(day: NaiveDate, near: NaiveDate) -> String {
    use chrono::Datelike;
    if day.year() == near.year() {
        day.format("%-d %b").to_string()
    } else {
        day.format("%-d %b %Y").to_string()
    }
}

/// `two`, `three`… `9` and more as digits.
pub(super) fn count_text(count: usize) -> String {
    const WORDS: [&str; 9] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight"];
    WORDS.get(count).map_or_else(|| count.to_string(), |word| (*word).to_string())
}

/// `a`, `a and b`, `a, b and c`; more than four are counted.
pub(super) fn list_text(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] if items.len() <= 4 => format!("{} and {last}", rest.join(", ")),
        [first, second, ..] => format!("{first}, {second} and {} more", items.len() - 2),
    }
}

/// A stranger's words, safe inside a sentence.
pub(super) fn quoted(raw: &str) -> String {
    text::one_line(raw, QUOTE_CHARS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_carry_the_symbol_people_know_or_the_code() {
        let code = |c: &str| Currency::from_code(c).unwrap();
        for (minor, currency, expected) in [
            (123_450, "USD", "$1,234.50"),
            (-300, "EUR", "\u{2212}€3.00"),
            (100, "GBP", "£1.00"),
            (235_200, "SEK", "2,352.00 SEK"),
            (1_234_567, "JPY", "1,234,567 JPY"),
            (1_950_000, "BTC", "0.01950000 BTC"),
            (99, "USD", "$0.99"),
            (100_000_000, "USD", "$1,000,000.00"),
        ] {
            assert_eq!(money_text(Money::new(minor, code(currency))), expected);
        }
    }

    #[test]
    fn percents_are_rounded_half_up_without_floats() {
        for (part, whole, expected) in
            [(1500, 480_000, "0.31 %"), (1, 3, "33.33 %"), (5, 1_000, "0.50 %"), (1, 20_000, "0.01 %")]
        {
            assert_eq!(percent_text(part, whole).as_deref(), Some(expected));
        }
        assert_eq!(percent_text(1, 0), None);
    }

    #[test]
    fn lists_and_counts_read_as_people_write_them() {
        let items = |n: usize| (1..=n).map(|i| format!("N{i}")).collect::<Vec<_>>();
        assert_eq!(list_text(&items(1)), "N1");
        assert_eq!(list_text(&items(2)), "N1 and N2");
        assert_eq!(list_text(&items(4)), "N1, N2, N3 and N4");
        assert_eq!(list_text(&items(7)), "N1, N2 and 5 more");
        assert_eq!(crate::text::capitalised(&count_text(3)), "Three");
        assert_eq!(count_text(12), "12");
        assert_eq!(days_text(1), "1 day");
    }
}
