//! Amounts in English words, as on a check.

use purser_core::Money;

/// Names of a currency and its hundredth: one, several; empty where it has none.
struct Names {
    code: &'static str,
    unit: (&'static str, &'static str),
    hundredth: (&'static str, &'static str),
}

const fn names(
    code: &'static str,
    unit: (&'static str, &'static str),
    hundredth: (&'static str, &'static str),
) -> Names {
    Names { code, unit, hundredth }
}

const CURRENCIES: [Names; 16] = [
    names("USD", ("dollar", "dollars"), ("cent", "cents")),
    names("EUR", ("euro", "euros"), ("cent", "cents")),
    names("GBP", ("pound", "pounds"), ("penny", "pence")),
    names("CAD", ("Canadian dollar", "Canadian dollars"), ("cent", "cents")),
    names("AUD", ("Australian dollar", "Australian dollars"), ("cent", "cents")),
    names("NZD", ("New Zealand dollar", "New Zealand dollars"), ("cent", "cents")),
    names("SGD", ("Singapore dollar", "Singapore dollars"), ("cent", "cents")),
    names("HKD", ("Hong Kong dollar", "Hong Kong dollars"), ("cent", "cents")),
    names("CHF", ("Swiss franc", "Swiss francs"), ("centime", "centimes")),
    names("JPY", ("yen", "yen"), ("", "")),
    names("SEK", ("Swedish krona", "Swedish kronor"), ("öre", "öre")),
    names("NOK", ("Norwegian krone", "Norwegian kroner"), ("øre", "øre")),
    names("DKK", ("Danish krone", "Danish kroner"), ("øre", "øre")),
    names("INR", ("Indian rupee", "Indian rupees"), ("paisa", "paise")),
    names("MXN", ("Mexican peso", "Mexican pesos"), ("centavo", "centavos")),
    names("PLN", ("zloty", "zlotys"), ("grosz", "groszy")),
];

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const GROUPS: [&str; 5] = ["", " thousand", " million", " billion", " trillion"];

/// “Two thousand five hundred dollars and ten cents”; none for currencies without English names here
/// and for amounts of a quadrillion and more.
pub fn amount_in_words(amount: Money) -> Option<String> {
    let code = amount.currency();
    let names = CURRENCIES.iter().find(|names| names.code == code.code())?;
    let scale = amount.currency().scale().unsigned_abs();
    let minor = amount.minor().unsigned_abs();
    let (units, hundredths) = (minor / scale, minor % scale);
    let mut text = String::new();
    if units > 0 || hundredths == 0 {
        text = counted(units, names.unit)?;
    }
    if hundredths > 0 {
        if !text.is_empty() {
            text.push_str(" and ");
        }
        text.push_str(&counted(hundredths, names.hundredth)?);
    }
    if amount.is_negative() {
        text.insert_str(0, "minus ");
    }
    let mut letters = text.chars();
    let first = letters.next()?;
    Some(first.to_uppercase().chain(letters).collect())
}

fn counted(number: u128, (one, several): (&str, &str)) -> Option<String> {
    let name = if number == 1 { one } else { several };
    Some(format!("{} {name}", number_in_words(number)?))
}

fn number_in_words(number: u128) -> Option<String> {
    if number == 0 {
        return Some(SMALL[0].to_owned());
    }
    let mut parts = Vec::new();
    let mut rest = number;
    for group in GROUPS {
        let three = usize::try_from(rest % 1000).ok()?;
        if three > 0 {
            parts.push(format!("{}{group}", below_thousand(three)));
        }
        rest /= 1000;
    }
    if rest > 0 {
        return None;
    }
    parts.reverse();
    Some(parts.join(" "))
}

fn below_thousand(number: usize) -> String {
    let (hundreds, rest) = (number / 100, number % 100);
    let tail = match rest {
        0 => String::new(),
        1..20 => SMALL[rest].to_owned(),
        _ if rest.is_multiple_of(10) => TENS[rest / 10].to_owned(),
        _ => format!("{}-{}", TENS[rest / 10], SMALL[rest % 10]),
    };
    match (hundreds, tail.is_empty()) {
        (0, _) => tail,
        (_, true) => format!("{} hundred", SMALL[hundreds]),
        (_, false) => format!("{} hundred {tail}", SMALL[hundreds]),
    }
}

#[cfg(test)]
mod tests {
    use purser_core::Currency;

    use super::*;

    fn words(minor: i128, code: &str) -> Option<String> {
        amount_in_words(Money::new(minor, Currency::from_code(code).unwrap()))
    }

    #[test]
    fn amounts_are_spelled_as_on_a_check() {
        for (minor, code, expected) in [
            (250_000, "USD", "Two thousand five hundred dollars"),
            (100, "USD", "One dollar"),
            (101, "USD", "One dollar and one cent"),
            (50, "EUR", "Fifty cents"),
            (0, "EUR", "Zero euros"),
            (121_013, "GBP", "One thousand two hundred ten pounds and thirteen pence"),
            (1_000_001, "JPY", "One million one yen"),
            (-4_299, "CHF", "Minus forty-two Swiss francs and ninety-nine centimes"),
            (
                99_999_999_999_999_999,
                "USD",
                "Nine hundred ninety-nine trillion nine hundred ninety-nine billion nine hundred ninety-nine million nine hundred ninety-nine thousand nine hundred ninety-nine dollars and ninety-nine cents",
            ),
        ] {
            assert_eq!(words(minor, code).as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_cannot_be_spelled_is_left_out() {
        assert_eq!(words(1, "BTC"), None);
        assert_eq!(words(100_000_000_000_000_000, "USD"), None);
    }
}
