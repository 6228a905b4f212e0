//! Amounts as banks write them: grouping, decimal comma or point, signs in front, behind and in brackets.

use purser_core::{Currency, Money};

use super::mapping::DecimalMark;

/// Why a text is no amount, as the rest of a sentence about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BadAmount(pub(super) String);

/// An amount's text taken apart: sign, the digits with their marks, and a currency if it is written there.
struct Taken<'a> {
    negative: bool,
    digits: &'a str,
    /// An ISO code or a symbol that stood beside the digits.
    unit: &'a str,
}

/// Reads an amount.
pub(super) fn parse(text: &str, mark: DecimalMark, currency: Currency) -> Result<Money, BadAmount> {
    if mark == DecimalMark::Plain {
        return Money::parse(text, currency).map_err(|error| BadAmount(error.to_string()));
    }
    let bad = |why: &str| BadAmount(format!("{} {why}", crate::text::quoted(text, 40)));
    let taken = take_apart(text).ok_or_else(|| bad("is not an amount"))?;
    if !unit_fits(taken.unit, currency) {
        return Err(bad(&format!("is not in {currency}, the currency of this row")));
    }
    let decimal = match mark {
        DecimalMark::Comma => ',',
        DecimalMark::Point | DecimalMark::Plain | DecimalMark::Auto => '.',
    };
    let mut plain = String::with_capacity(taken.digits.len() + 1);
    if taken.negative {
        plain.push('-');
    }
    let (whole, fraction) = taken.digits.split_once(decimal).unwrap_or((taken.digits, ""));
    ungroup(whole, &mut plain)
        .ok_or_else(|| bad("is not an amount: its digits are not grouped in threes"))?;
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        let other = if decimal == '.' { "point" } else { "comma" };
        return Err(bad(&format!(
            "is not an amount: it has something after the decimal {other} that is no digit"
        )));
    }
    if !fraction.is_empty() {
        plain.push('.');
        plain.push_str(fraction);
    }
    Money::parse(&plain, currency).map_err(|error| BadAmount(error.to_string()))
}

/// What all the amounts of a file say together about the decimal mark.
#[derive(Debug, Default)]
pub(super) struct AmountEvidence {
    point: Option<u32>,
    comma: Option<u32>,
    /// The first amount such as `1,000` that has two readings.
    ambiguous: Option<(u32, String)>,
}

/// The decimal mark cannot be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AmountDoubt {
    /// Every amount with a mark could be read two ways.
    Ambiguous { line: u32, text: String },
    /// Two lines need different marks.
    Conflict { point_line: u32, comma_line: u32 },
}

impl AmountEvidence {
    /// Takes one amount of the file into account.
    pub(super) fn see(&mut self, line: u32, text: &str, currency: Option<Currency>) {
        let Some(taken) = take_apart(text) else { return };
        let bytes = taken.digits.as_bytes();
        let Some(last) = bytes.iter().rposition(|b| matches!(b, b'.' | b',')) else { return };
        let mark = bytes[last];
        let marks = bytes.iter().filter(|b| **b == mark).count();
        let other = if mark == b'.' { b',' } else { b'.' };
        let decimals = bytes.len() - last - 1;
        let is_decimal = if bytes.contains(&other) && marks == 1 {
            true
        } else if marks > 1 {
            // 1.234.567 or, mixed, 1,234.567.890: what repeats can only group.
            false
        } else if decimals != 3 || last == 0 || last > 3 || bytes[0] == b'0' {
            true
        } else {
            let exponent = currency.map_or(2, |currency| currency.exponent());
            if exponent == 0 || (exponent < 3 && bytes[bytes.len() - 1] != b'0') {
                // A third decimal that counts would be less than a cent: the mark groups.
                false
            } else {
                if self.ambiguous.is_none() {
                    self.ambiguous = Some((line, text.chars().take(40).collect()));
                }
                return;
            }
        };
        let slot = if (mark == b'.') == is_decimal { &mut self.point } else { &mut self.comma };
        slot.get_or_insert(line);
    }

    /// The mark to read the file with.
    pub(super) fn mark(&self) -> Result<DecimalMark, AmountDoubt> {
        match (self.point, self.comma, &self.ambiguous) {
            (Some(point_line), Some(comma_line), _) => Err(AmountDoubt::Conflict { point_line, comma_line }),
            (Some(_), None, _) => Ok(DecimalMark::Point),
            (None, Some(_), _) => Ok(DecimalMark::Comma),
            (None, None, Some((line, text))) => {
                Err(AmountDoubt::Ambiguous { line: *line, text: text.clone() })
            }
            (None, None, None) => Ok(DecimalMark::Point),
        }
    }
}

/// Whether a text looks like an amount with one of the marks.
pub(super) fn looks_like_amount(text: &str) -> bool {
    let Some(taken) = take_apart(text) else { return false };
    let reads = |decimal: char| {
        let (whole, fraction) = taken.digits.split_once(decimal).unwrap_or((taken.digits, ""));
        ungroup(whole, &mut String::new()).is_some() && fraction.bytes().all(|b| b.is_ascii_digit())
    };
    reads('.') || reads(',')
}

/// Whether the text has a sign, in front, behind or as brackets.
pub(super) fn is_negative(text: &str) -> bool {
    take_apart(text).is_some_and(|taken| taken.negative)
}

/// The ISO code written beside the digits, if there is one.
fn unit_fits(unit: &str, currency: Currency) -> bool {
    match unit {
        "" | "$" => true,
        "€" => currency.code() == "EUR",
        "£" => matches!(currency.code(), "GBP" | "EGP" | "FKP" | "GIP" | "SHP"),
        "¥" | "￥" => matches!(currency.code(), "JPY" | "CNY"),
        "kr" | "kr." => matches!(currency.code(), "SEK" | "NOK" | "DKK" | "ISK"),
        "Kč" => currency.code() == "CZK",
        "zł" => currency.code() == "PLN",
        "US$" => currency.code() == "USD",
        code => code.eq_ignore_ascii_case(currency.code()),
    }
}

fn take_apart(text: &str) -> Option<Taken<'_>> {
    let mut rest = text.trim();
    let mut negative = false;
    if let Some(inner) = rest.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        negative = true;
        rest = inner.trim();
    }
    let mut sign = |rest: &mut &str| {
        for (mark, minus) in [("-", true), ("\u{2212}", true), ("\u{2013}", true), ("+", false)] {
            if let Some(tail) = rest.strip_prefix(mark) {
                (*rest, negative) = (tail.trim_start(), negative || minus);
                return true;
            }
            if let Some(head) = rest.strip_suffix(mark) {
                (*rest, negative) = (head.trim_end(), negative || minus);
                return true;
            }
        }
        false
    };
    let signed = sign(&mut rest);
    let first = rest.find(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '\u{2212}'))?;
    let last = rest.rfind(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-'))?;
    let (before, after) = (rest[..first].trim(), rest[last + 1..].trim());
    let mut digits = rest.get(first..=last)?;
    // One more sign may stand between the unit and the digits: € -5,00.
    if !signed {
        sign(&mut digits);
    }
    let unit = match (before, after) {
        (unit, "") | ("", unit) => unit,
        _ => return None,
    };
    let (unit, direction) = match unit.to_ascii_uppercase().as_str() {
        "CR" => ("", Some(false)),
        "DR" => ("", Some(true)),
        _ => (unit, None),
    };
    if let Some(out) = direction {
        negative = negative || out;
    }
    let plausible = unit.is_empty()
        || (unit.chars().count() <= 4
            && unit.chars().all(|c| c.is_alphabetic() || matches!(c, '$' | '€' | '£' | '¥' | '￥' | '.')));
    let has_digit = digits.bytes().any(|b| b.is_ascii_digit());
    (plausible && has_digit).then_some(Taken { negative, digits, unit })
}

/// Digits in groups of three (or, in India, of two before the last three), appended without marks.
fn ungroup(whole: &str, out: &mut String) -> Option<()> {
    if whole.bytes().all(|b| b.is_ascii_digit()) {
        out.push_str(if whole.is_empty() { "0" } else { whole });
        return Some(());
    }
    let mut used = None;
    let is_group_mark =
        |c: char| matches!(c, '.' | ',' | ' ' | '\'' | '’' | '\u{a0}' | '\u{202f}' | '\u{2009}');
    for c in whole.chars().filter(|c| !c.is_ascii_digit()) {
        if !is_group_mark(c) || used.is_some_and(|mark| mark != c) {
            return None;
        }
        used = Some(c);
    }
    let mark = used?;
    let groups: Vec<&str> = whole.split(mark).collect();
    for (index, group) in groups.iter().enumerate() {
        let (first, last) = (index == 0, index + 1 == groups.len());
        let fits = match group.len() {
            3 => true,
            1 => first,
            2 => !last,
            _ => false,
        };
        if !fits {
            return None;
        }
        out.push_str(group);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, mark: DecimalMark) -> Result<String, BadAmount> {
        parse(text, mark, Currency::EUR).map(|money| money.decimal())
    }

    #[test]
    fn amounts_are_read_with_their_marks() {
        use DecimalMark::{Comma, Point};
        for (text, mark, expected) in [
            ("1,234.50", Point, "1234.50"),
            ("1.234,50", Comma, "1234.50"),
            ("-1.234.567,89", Comma, "-1234567.89"),
            ("1 234,50", Comma, "1234.50"),
            ("1\u{202f}234,50", Comma, "1234.50"),
            ("1'234.50", Point, "1234.50"),
            ("12,34,567.80", Point, "1234567.80"),
            ("123.45-", Point, "-123.45"),
            ("(123.45)", Point, "-123.45"),
            ("\u{2212}3,00", Comma, "-3.00"),
            ("€ 12,00", Comma, "12.00"),
            ("€ -12,00", Comma, "-12.00"),
            ("-€12,00", Comma, "-12.00"),
            ("12,00 EUR", Comma, "12.00"),
            ("EUR 12.00", Point, "12.00"),
            ("12.00 CR", Point, "12.00"),
            ("12.00 DR", Point, "-12.00"),
            ("+5", Point, "5.00"),
            (",5", Comma, "0.50"),
            ("1000", Comma, "1000.00"),
        ] {
            assert_eq!(read(text, mark).as_deref(), Ok(expected), "{text} {mark:?}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        use DecimalMark::{Comma, Point};
        for (text, mark) in [
            ("", Point),
            ("-", Point),
            ("abc", Point),
            ("1,2,3.4", Point),
            ("1.234,50", Point),
            ("1,234.50", Comma),
            ("12,34.5", Point),
            ("12.345", Point),
            ("1.2.3", Point),
            ("USD 12.00", Point),
            ("£12.00", Point),
            ("12.00 of 13", Point),
            ("1e5", Point),
            ("--5", Point),
            ("- -5", Point),
            ("17.09.2026", Point),
            ("٣.٥", Point),
        ] {
            assert!(read(text, mark).is_err(), "{text} {mark:?} gave {:?}", read(text, mark));
        }
    }

    #[test]
    fn all_rows_together_tell_the_decimal_mark() {
        let mark = |texts: &[&str], currency: &str| {
            let mut evidence = AmountEvidence::default();
            for (index, text) in texts.iter().enumerate() {
                evidence.see(index as u32 + 2, text, Currency::from_code(currency).ok());
            }
            evidence.mark()
        };
        assert_eq!(mark(&["1,230", "5,60"], "EUR"), Ok(DecimalMark::Comma));
        assert_eq!(mark(&["1,234.50"], "EUR"), Ok(DecimalMark::Point));
        assert_eq!(mark(&["1,234"], "EUR"), Ok(DecimalMark::Point), "less than a cent does not exist");
        assert_eq!(mark(&["1,234"], "JPY"), Ok(DecimalMark::Point));
        assert_eq!(mark(&["12", "-7"], "EUR"), Ok(DecimalMark::Point));
        assert_eq!(mark(&["1.234.567"], "EUR"), Ok(DecimalMark::Comma));
        assert_eq!(mark(&["1,000"], "EUR"), Err(AmountDoubt::Ambiguous { line: 2, text: "1,000".into() }));
        assert_eq!(mark(&["1,234"], "BHD"), Err(AmountDoubt::Ambiguous { line: 2, text: "1,234".into() }));
        assert_eq!(
            mark(&["1,23", "1.23"], "EUR"),
            Err(AmountDoubt::Conflict { point_line: 3, comma_line: 2 })
        );
        assert_eq!(
            mark(&["1,234", "5,60"], "EUR"),
            Err(AmountDoubt::Conflict { point_line: 2, comma_line: 3 })
        );
        assert_eq!(mark(&["0.500", "1.000"], "BHD"), Ok(DecimalMark::Point));
    }

    proptest! {
        #[test]
        fn grouped_text_reads_back_to_the_same_cents(minor in -1_000_000_000_000i64..1_000_000_000_000, comma in any::<bool>()) {
            let money = Money::new(i128::from(minor), Currency::EUR);
            let plain = money.decimal();
            let (whole, fraction) = plain.trim_start_matches('-').split_once('.').unwrap();
            let mut grouped = String::new();
            for (index, digit) in whole.chars().enumerate() {
                if index > 0 && (whole.len() - index) % 3 == 0 {
                    grouped.push(if comma { '.' } else { ',' });
                }
                grouped.push(digit);
            }
            let sign = if minor < 0 { "-" } else { "" };
            let text = format!("{sign}{grouped}{}{fraction}", if comma { ',' } else { '.' });
            let mark = if comma { DecimalMark::Comma } else { DecimalMark::Point };
            prop_assert_eq!(parse(&text, mark, Currency::EUR).unwrap(), money);
        }

        #[test]
        fn no_text_panics(text in ".{0,30}") {
            let _ = parse(&text, DecimalMark::Point, Currency::EUR);
            let _ = parse(&text, DecimalMark::Comma, Currency::EUR);
            let _ = looks_like_amount(&text);
            AmountEvidence::default().see(1, &text, None);
        }
    }
}
