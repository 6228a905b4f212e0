//! Just enough of Rust's grammar to tell code from text: what stands in comments is no code, what stands in
//! string literals is data.

/// What a Rust file says, in three voices.
#[derive(Default)]
pub struct RustSource {
    /// The code, with comments and the insides of string literals left out. Lines keep their numbers.
    pub code: String,
    /// The insides of string literals, with the line each begins on.
    pub literals: Vec<(usize, String)>,
}

/// Takes a file apart. What follows the first `#[cfg(test)]` line belongs to the tests and is left out.
pub fn without_tests(text: &str) -> RustSource {
    let end = text.find("\n#[cfg(test)]").unwrap_or(text.len());
    scan(&text[..end])
}

fn scan(text: &str) -> RustSource {
    let mut source = RustSource::default();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let taken = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment_length(rest)
        } else if let Some(hashes) = raw_string_hashes(rest, &source.code) {
            let open = rest.find('"').unwrap_or(0) + 1;
            let close = format!("\"{}", "#".repeat(hashes));
            let inside = rest[open..].find(&close).unwrap_or(rest.len() - open);
            source.literal(&rest[open..open + inside]);
            (open + inside + close.len()).min(rest.len())
        } else if first == '"' {
            let inside = string_length(&rest[1..]);
            source.literal(&rest[1..1 + inside]);
            (inside + 2).min(rest.len())
        } else if first == '\'' {
            let length = char_literal_length(rest);
            source.code.push_str(if length > 1 { "' '" } else { "'" });
            length
        } else {
            source.code.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        // Keep the line numbers right: what was left out may span lines.
        let line_breaks = rest[..taken].matches('\n').count();
        source.code.extend(std::iter::repeat_n('\n', line_breaks));
        rest = &rest[taken..];
    }
    source
}

impl RustSource {
    fn literal(&mut self, inside: &str) {
        let line = self.code.matches('\n').count() + 1;
        self.code.push_str("\"\"");
        self.literals.push((line, inside.to_owned()));
    }
}

fn block_comment_length(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0_usize);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// `r"`, `r#"`, `br##"` and so on: how many hashes close it. Not the `r` at the end of a longer word.
fn raw_string_hashes(text: &str, before: &str) -> Option<usize> {
    if before.chars().next_back().is_some_and(|last| last.is_alphanumeric() || last == '_') {
        return None;
    }
    let after = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let hashes = after.chars().take_while(|each| *each == '#').count();
    after[hashes..].starts_with('"').then_some(hashes)
}

/// How far the inside of a string literal reaches, up to the closing quote.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, each) in text.char_indices() {
        match each {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at,
            _ => {}
        }
    }
    text.len()
}

/// The length of `'x'` or `'\n'`; 1 for a lifetime.
fn char_literal_length(text: &str) -> usize {
    let mut inside = text[1..].char_indices();
    match inside.next() {
        Some((_, '\\')) => {
            inside.next();
            text[1..].char_indices().skip(2).find(|(_, each)| *each == '\'').map_or(1, |(at, _)| at + 2)
        }
        Some((_, _)) => match inside.next() {
            Some((at, '\'')) => at + 2,
            _ => 1,
        },
        None => 1,
    }
}

#[test]
fn comments_and_literals_are_told_from_code() {
    let text = "let a = \"std::fs // no\"; // std::net\nlet b = r#\"Stripe \"quoted\"\"#; /* x /* y */ z */ let c: &'a str = 'x'.into();\nend";
    let source = without_tests(text);
    assert_eq!(source.code, "let a = \"\"; \nlet b = \"\";  let c: &'a str = ' '.into();\nend");
    assert_eq!(source.literals, [(1, "std::fs // no".to_owned()), (2, "Stripe \"quoted\"".to_owned())]);
}

#[test]
fn a_quote_as_character_opens_no_string() {
    let source = without_tests("match c { '\"' => 1, '\\'' => 2, '\\\\' => 3, _ => \"four\" }");
    assert_eq!(source.literals, [(1, "four".to_owned())]);
}

#[test]
fn the_tests_of_a_file_are_left_out() {
    assert_eq!(without_tests("one\n#[cfg(test)]\nmod tests { stripe }").code, "one");
}
