//! Text from outside: bounded, on one line, and with nothing invisible in it.

/// Longest name of a person or company that is kept.
pub const NAME_CHARS_MAX: usize = 200;
/// Longest memo that is kept.
pub const MEMO_CHARS_MAX: usize = 1000;

/// Whether a character changes how its neighbours are shown without showing itself: control and
/// format characters, bidirectional overrides, zero-width spaces, line and paragraph separators.
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{00ad}'
                | '\u{034f}'
                | '\u{061c}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Writes every invisible character as `\u{202e}`, a line break as `\n`, a tab as `\t` and a
/// backslash as `\\`, so that what is printed can be read back exactly and stays on one line.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            c if is_invisible(c) => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// A text on one line: runs of white space and control characters become one space.
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || c.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The first `limit` characters, and whether anything was cut.
pub fn bounded(text: &str, limit: usize) -> (&str, bool) {
    match text.char_indices().nth(limit) {
        Some((end, _)) => (&text[..end], true),
        None => (text, false),
    }
}

/// A short quotation of a text for an error message: escaped, at most `limit` characters.
pub fn quoted(text: &str, limit: usize) -> String {
    let (head, cut) = bounded(text.trim(), limit);
    let more = if cut { "…" } else { "" };
    format!("“{}{more}”", escaped(head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_invisible_survives_escaping() {
        for text in crate::torture::corpus() {
            let shown = escaped(&text);
            assert!(!shown.chars().any(is_invisible), "{shown}");
            assert!(!shown.contains('\n'));
        }
    }

    #[test]
    fn escaping_is_injective_where_it_matters() {
        assert_eq!(escaped("a\u{202e}b"), "a\\u{202e}b");
        assert_ne!(escaped("a\nb"), escaped("a\\nb"));
    }

    #[test]
    fn one_line_joins_what_was_broken() {
        assert_eq!(one_line("  a\r\n\tb \u{0} c\u{a0}"), "a b c");
    }

    #[test]
    fn bounds_count_characters_not_bytes() {
        assert_eq!(bounded("東京都", 2), ("東京", true));
        assert_eq!(bounded("東京", 2), ("東京", false));
    }
}
