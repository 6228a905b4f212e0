//! Text that strangers wrote: bounded, and made visible where it could deceive.

/// Longest name that is kept, in characters (security.md 2).
pub const NAME_CHARS: usize = 200;
/// Longest memo that is kept, in characters (security.md 2).
pub const MEMO_CHARS: usize = 1000;

/// A number with commas, as sentences say it: `80,000`.
pub fn grouped(number: impl ToString) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        let is_break = place > 0 && (digits.len() - place).is_multiple_of(3);
        if is_break && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 line`, `80,000 lines`.
pub fn counted(number: impl ToString, one: &str, many: &str) -> String {
    let number = number.to_string();
    let noun = if number == "1" { one } else { many };
    format!("{} {noun}", grouped(number))
}

/// Cuts text to `limit` characters, on a character boundary.
pub fn bounded(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect()
}

/// Whether a character could change how the text around it is read: control, bidi, invisible.
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}')
}

/// The text with every deceptive character written as `[U+202E]`: for approval screens,
/// where the founder must see exactly what will be sent.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_deceptive(c) {
            out.push_str(&format!("[U+{:04X}]", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

/// One line without deceptive characters: they become single spaces. For journal lines and titles.
pub fn one_line(text: &str, limit: usize) -> String {
    let spaced: String = text.chars().map(|c| if is_deceptive(c) { ' ' } else { c }).collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    bounded(&words.join(" "), limit)
}

/// With a capital first letter.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A name as it is compared: transliterated to ASCII, lower case, letters and digits with single spaces.
pub fn folded(text: &str) -> String {
    let ascii = deunicode::deunicode(text).to_ascii_lowercase();
    let spaced: String = ascii.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bidi_and_control_characters_are_shown_not_obeyed() {
        assert_eq!(visible("pay \u{202E}abc\n"), "pay [U+202E]abc[U+000A]");
        assert_eq!(visible("Łódź 東京"), "Łódź 東京");
    }

    #[test]
    fn counts_are_read_by_people() {
        for (number, shown) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (80_000, "80,000"), (-123_456, "-123,456")]
        {
            assert_eq!(grouped(number), shown);
        }
        assert_eq!(
            (counted(1, "line", "lines"), counted(1_234_567, "line", "lines")),
            ("1 line".into(), "1,234,567 lines".into())
        );
        assert_eq!(counted(0, "line", "lines"), "0 lines");
    }

    #[test]
    fn a_journal_line_is_one_line() {
        assert_eq!(one_line("  a\n\tb\u{200B}c  ", 10), "a b c");
        assert_eq!(one_line(&"é".repeat(50), 10).chars().count(), 10);
    }

    #[test]
    fn names_are_compared_without_case_accents_and_punctuation() {
        assert_eq!(folded("ŁÓDŹ Sp. z o.o."), folded("Lodz sp z o o"));
    }
}
