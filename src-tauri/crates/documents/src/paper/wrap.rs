//! Lines that fit a width.

use super::fonts::{Fonts, Weight};
use super::shape::shape;

/// Cuts printable text into lines of at most `width_em` ems: at spaces, behind hyphens and between
/// ideographs, and inside a word only where the word alone is too long.
pub(super) fn wrap(text: &str, weight: Weight, tabular: bool, width_em: f32, fonts: &Fonts) -> Vec<String> {
    let measure = |text: &str| shape(text, weight, tabular, fonts).width_em;
    if measure(text) <= width_em {
        return vec![text.trim().to_owned()];
    }
    let mut lines: Vec<String> = Vec::new();
    let (mut line, mut used) = (String::new(), 0.0f32);
    for piece in pieces(text) {
        let width = measure(piece.trim_end());
        let full = measure(piece);
        if used + width <= width_em {
            line.push_str(piece);
            used += full;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            used = 0.0;
        }
        if width <= width_em {
            line.push_str(piece);
            used = full;
        } else {
            // A word longer than a line: as many letters as fit.
            for c in piece.chars() {
                let more = measure(c.encode_utf8(&mut [0; 4]));
                if used + more > width_em && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                line.push(c);
                used += more;
            }
        }
    }
    if !line.trim().is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines.iter().map(|line| line.trim().to_owned()).collect()
}

/// The smallest parts that a line may be cut between.
fn pieces(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut previous: Option<char> = None;
    for (at, c) in text.char_indices() {
        let breaks = previous.is_some_and(|before| {
            (before == ' ' && c != ' ')
                || (matches!(before, '-' | '/' | '–' | '—') && c.is_alphanumeric())
                || (is_ideograph(before) && is_ideograph(c))
                || (is_ideograph(c) && before.is_alphanumeric())
                || (is_ideograph(before) && c.is_alphanumeric())
        });
        if breaks {
            parts.push(&text[start..at]);
            start = at;
        }
        previous = Some(c);
    }
    parts.push(&text[start..]);
    parts
}

fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c), 0x2e80..=0x2fff | 0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff | 0x20000..=0x323af)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_nothing_is_lost() {
        let fonts = Fonts::new(Vec::new());
        let texts = [
            "a few short words that need more than one line",
            &"x".repeat(300),
            "a word and then-hyphenated-very-long-words-without-any-space-in-them 12345678901234567890",
        ];
        for text in texts {
            let lines = wrap(text, Weight::Regular, false, 12.0, &fonts);
            assert!(lines.len() > 1);
            for line in &lines {
                let width = shape(line, Weight::Regular, false, &fonts).width_em;
                assert!(width <= 12.1, "{line} is {width} ems wide");
            }
            let letters = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            assert_eq!(letters(&lines.concat()), letters(text));
        }
    }

    #[test]
    fn an_empty_text_is_one_empty_line() {
        assert_eq!(wrap("", Weight::Regular, false, 5.0, &Fonts::new(Vec::new())), [""]);
    }
}
