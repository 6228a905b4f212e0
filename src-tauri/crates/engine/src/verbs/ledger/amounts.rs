//! Amounts as people type them into a filter: `4785`, `4,785.00`, `$4 785`, `4.785,00 EUR`.

use purser_core::{Currency, Money};
use purser_store::StoreError;
use purser_store::tables::{Conn, ledger};

/// The currencies that the books have postings in.
pub(crate) fn currencies_in_use(conn: &Conn) -> Result<Vec<Currency>, StoreError> {
    let mut currencies: Vec<Currency> =
        ledger::balances(conn)?.into_iter().map(|balance| balance.amount.currency()).collect();
    currencies.sort_unstable();
    currencies.dedup();
    Ok(currencies)
}

/// What a text may mean as an amount, without its sign; nothing where it is no number.
pub(crate) fn amounts_in(text: &str, currencies: &[Currency]) -> Vec<Money> {
    let (digits, named) = without_currency(text);
    let mut amounts: Vec<Money> = Vec::new();
    for reading in readings(&digits) {
        for currency in currencies.iter().filter(|c| named.as_deref().is_none_or(|code| c.code() == code)) {
            if let Ok(amount) = Money::parse(&reading, *currency)
                && !amount.is_zero()
                && amount.minor_i64().is_ok()
                && !amounts.contains(&amount)
            {
                amounts.push(amount);
            }
        }
    }
    amounts
}

/// The text without sign, symbol and code; and the code, if one was written.
fn without_currency(text: &str) -> (String, Option<String>) {
    let bare = text.trim().trim_start_matches(['+', '-', '\u{2212}']);
    let bare = bare.trim_start_matches(['$', '€', '£', '¥']).trim_end_matches(['€', '£', '¥']);
    let letters: String = bare.chars().filter(char::is_ascii_alphabetic).collect();
    let rest = bare.trim_matches(|c: char| c.is_ascii_alphabetic() || c.is_whitespace());
    let named = (!letters.is_empty()).then(|| letters.to_ascii_uppercase());
    (rest.trim_start_matches(['+', '-', '\u{2212}', '$']).to_owned(), named)
}

/// The text as plain decimal numbers: with its last separator as the decimal point, and without one.
fn readings(text: &str) -> Vec<String> {
    let plain = |c: char| c.is_ascii_digit() || is_separator(c);
    if !text.chars().any(|c| c.is_ascii_digit()) || !text.chars().all(plain) {
        return Vec::new();
    }
    let mut readings = Vec::new();
    if let Some(place) = text.rfind(['.', ',']) {
        let (whole, fraction) = (&text[..place], &text[place + 1..]);
        let other = if text[place..].starts_with('.') { ',' } else { '.' };
        // 1.234.567 has no decimals: a decimal point stands only once.
        let only_point = !whole.contains(&text[place..=place]) && !fraction.contains(is_separator);
        if let Some(whole) = ungrouped(&whole.replace(other, " ")).filter(|_| only_point) {
            readings.push(format!("{whole}.{fraction}"));
        }
    }
    if let Some(whole) = ungrouped(text) {
        readings.push(whole);
    }
    readings
}

fn is_separator(c: char) -> bool {
    matches!(c, '.' | ',' | ' ' | '\'' | '\u{a0}' | '\u{202f}')
}

/// Digits without separators, which must stand before groups of three.
fn ungrouped(text: &str) -> Option<String> {
    let mut groups = text.split(is_separator);
    let first = groups.next()?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.is_empty() || first.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    Some(digits)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("4785", &["4785.00 USD", "4785.00 EUR"])]
    #[case("4,785.00", &["4785.00 USD", "4785.00 EUR"])]
    #[case("$4,785", &["4785.00 USD", "4785.00 EUR"])]
    #[case("4.785,00", &["4785.00 USD", "4785.00 EUR"])]
    #[case("4785,5", &["4785.50 USD", "4785.50 EUR"])]
    #[case("4 785.10 eur", &["4785.10 EUR"])]
    #[case("EUR 12", &["12.00 EUR"])]
    #[case("-1,234,567", &["1234567.00 USD", "1234567.00 EUR"])]
    #[case("\u{2212}$0.01", &["0.01 USD", "0.01 EUR"])]
    #[case(".5", &["0.50 USD", "0.50 EUR"])]
    #[case("1,2,3", &[])]
    #[case("NB-202611-0118", &[])]
    #[case("0", &[])]
    #[case("kestrel", &[])]
    #[case("", &[])]
    #[case("99999999999999999999999", &[])]
    #[case("12 GBP", &[])]
    fn an_amount_is_read_as_people_write_it(#[case] text: &str, #[case] expected: &[&str]) {
        let found = amounts_in(text, &[Currency::USD, Currency::EUR]);
        assert_eq!(found.iter().map(Money::to_string).collect::<Vec<_>>(), expected, "{text}");
    }
}
