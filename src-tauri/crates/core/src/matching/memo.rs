//! A bank's text reduced to letters and digits, each knowing where it came from.
//!
//! Banks put spaces into references, drop dashes, wrap at 27 columns, and people type O for 0. So
//! references are looked for in the letters and digits alone; what stood between them is kept as a
//! [`Gap`], because `INV-1, 0` must not read as `INV-10`.

use unicode_normalization::char::decompose_compatible;

use crate::text;

/// Longest text that is looked at, in characters: hostile memos must stay cheap (security.md 2).
const SCAN_CHARS: usize = text::MEMO_CHARS + text::NAME_CHARS;
/// Separators in a row that still join two parts of one reference; more is a column gap.
const GAP_CHARS: usize = 3;

/// Words after which a bare number is an invoice's number.
const INVOICE_WORDS: [&str; 18] = [
    "INV",
    "INVOICE",
    "INVOICES",
    "INVS",
    "FACT",
    "FACTUUR",
    "FACTUURNR",
    "FACTURE",
    "FACTURA",
    "FATTURA",
    "FAKTURA",
    "FAKTURANR",
    "RECHNUNG",
    "RECHNUNGSNR",
    "RECHNR",
    "RGNR",
    "RENR",
    "BILL",
];
/// Words after which a bare number may be one.
const NUMBER_WORDS: [&str; 10] =
    ["RG", "RNR", "NR", "NO", "NUMBER", "NUMMER", "FV", "KID", "REF", "REFERENCE"];
/// Words that join numbers.
const JOINING_WORDS: [&str; 5] = ["AND", "UND", "EN", "NR", "NO"];
/// Words back from a number that are looked at.
const WORDS_BACK: usize = 5;

/// What stood before a letter or digit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Gap {
    /// Nothing.
    None,
    /// Separators that may stand inside a reference: space, dash, slash, dot, colon, hash, line break.
    Soft,
    /// Anything else, or the border between memo and payer.
    Hard,
}

/// What stands before a bare number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Announced {
    /// Nothing of the kind.
    Not,
    /// A word such as `no` or `ref`.
    AsNumber,
    /// A word such as `invoice`.
    AsInvoice,
}

/// One letter or digit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glyph {
    /// Upper case, with O read as 0 and I, L read as 1.
    pub folded: u8,
    /// Upper case.
    pub raw: u8,
    /// What stood before it.
    pub gap: Gap,
    /// The last separator before it; 0 without one.
    pub mark: char,
    field: usize,
    start: usize,
    end: usize,
}

/// A run of letters and digits without a gap: `from..to` in glyphs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub from: usize,
    pub to: usize,
}

/// Text prepared for the search of references.
#[derive(Debug)]
pub(super) struct Memo {
    text: String,
    pub glyphs: Vec<Glyph>,
}

/// O reads as 0, I and L as 1; both sides of a comparison are folded.
pub(super) fn fold(raw: u8) -> u8 {
    match raw {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    }
}

impl Memo {
    /// Prepares texts; a reference never crosses from one to the next.
    pub fn of(fields: &[&str]) -> Memo {
        let mut memo = Memo { text: String::new(), glyphs: Vec::new() };
        let mut left = SCAN_CHARS;
        for (field_at, field) in fields.iter().enumerate() {
            let mut gap = Gap::Hard;
            let mut run = 0;
            let mut mark = '\0';
            for c in field.chars().take(left) {
                left -= 1;
                let start = memo.text.len();
                memo.text.push(c);
                if text::is_deceptive(c) && !c.is_control() {
                    continue; // Invisible: neither a letter nor a gap.
                }
                let before = memo.glyphs.len();
                decompose_compatible(c, |part| {
                    if let Some(raw) = plain(part) {
                        let end = memo.text.len();
                        memo.glyphs.push(Glyph {
                            folded: fold(raw),
                            raw,
                            gap,
                            mark,
                            field: field_at,
                            start,
                            end,
                        });
                        (gap, run, mark) = (Gap::None, 0, '\0');
                    }
                });
                if memo.glyphs.len() == before && !is_accent(c) {
                    run += 1;
                    mark = c;
                    gap = gap.max(if is_soft(c) && run <= GAP_CHARS { Gap::Soft } else { Gap::Hard });
                }
            }
            memo.text.push('\n');
        }
        memo
    }

    /// Whether something stands directly before glyph `at`, and what.
    pub fn adjacent_before(&self, at: usize) -> Option<u8> {
        let glyph = self.glyphs.get(at)?;
        (glyph.gap == Gap::None && at > 0).then(|| self.glyphs[at - 1].raw)
    }

    /// Whether something stands directly after the glyph before `to`, and what.
    pub fn adjacent_after(&self, to: usize) -> Option<u8> {
        self.glyphs.get(to).filter(|g| g.gap == Gap::None).map(|g| g.raw)
    }

    /// Whether a field ends at `to`.
    pub fn field_ends(&self, to: usize) -> bool {
        match (to.checked_sub(1).and_then(|last| self.glyphs.get(last)), self.glyphs.get(to)) {
            (Some(last), Some(next)) => next.field != last.field,
            _ => true,
        }
    }

    /// The text that glyphs `from..to` came from.
    pub fn quote(&self, from: usize, to: usize) -> &str {
        match (self.glyphs.get(from), to.checked_sub(1).and_then(|last| self.glyphs.get(last))) {
            (Some(first), Some(last)) if first.start <= last.end => &self.text[first.start..last.end],
            _ => "",
        }
    }

    /// The words of the text.
    pub fn tokens(&self) -> Vec<Token> {
        let mut tokens: Vec<Token> = Vec::new();
        for (at, glyph) in self.glyphs.iter().enumerate() {
            match tokens.last_mut() {
                Some(token) if glyph.gap == Gap::None => token.to = at + 1,
                _ => tokens.push(Token { from: at, to: at + 1 }),
            }
        }
        tokens
    }

    /// What announces the number at `at`: the word before it, over other numbers, as in
    /// `invoices 131, 132 and 133`.
    pub fn announced(&self, at: usize) -> Announced {
        let mut end = at;
        let mut found = Announced::Not;
        for _ in 0..WORDS_BACK {
            let mut start = end;
            while start > 0 && (start == end || self.glyphs[start].gap == Gap::None) {
                start -= 1;
            }
            if start == end {
                break;
            }
            let word: Vec<u8> = self.glyphs[start..end].iter().map(|g| g.raw).collect();
            let is_one_of = |words: &[&str]| words.iter().any(|w| w.as_bytes() == word);
            if is_one_of(&INVOICE_WORDS) {
                return Announced::AsInvoice;
            }
            if is_one_of(&NUMBER_WORDS) {
                found = Announced::AsNumber;
            }
            if !word.iter().all(u8::is_ascii_digit) && !is_one_of(&JOINING_WORDS) {
                break;
            }
            end = start;
        }
        found
    }
}

/// A character as one upper-case ASCII letter or digit, if it looks like one.
fn plain(c: char) -> Option<u8> {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric().then(|| c.to_ascii_uppercase() as u8);
    }
    if !c.is_alphanumeric() {
        return None;
    }
    // Letters of other scripts that read as one Latin letter: a Cyrillic О in a reference.
    let latin = deunicode::deunicode_char(c)?;
    match latin.as_bytes() {
        [one] if one.is_ascii_alphanumeric() => Some(one.to_ascii_uppercase()),
        _ => None,
    }
}

fn is_accent(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

fn is_soft(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '-' | '/' | '.' | '_' | ':' | '#' | '\'' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{AD}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        Memo::of(&[text]).glyphs.iter().map(|g| g.folded as char).collect()
    }

    #[test]
    fn letters_that_look_alike_fold_to_one_digit() {
        assert_eq!(folded("NB1O42 I187"), "NB10421187");
        assert_eq!(folded("nb-1042/118l"), "NB10421181");
        assert_eq!(folded("ＮＢ１０４２"), "NB1042");
        assert_eq!(folded("NB1\u{200B}042\u{41E}"), "NB10420");
    }

    #[test]
    fn a_gap_is_soft_hard_or_none() {
        let gaps = |t: &str| Memo::of(&[t]).glyphs.iter().map(|g| g.gap).collect::<Vec<_>>();
        assert_eq!(gaps("A-1"), [Gap::Hard, Gap::Soft]);
        assert_eq!(gaps("A, 1"), [Gap::Hard, Gap::Hard]);
        assert_eq!(gaps("A1"), [Gap::Hard, Gap::None]);
        assert_eq!(gaps("A    1"), [Gap::Hard, Gap::Hard]);
        assert_eq!(Memo::of(&["A", "1"]).glyphs[1].gap, Gap::Hard);
    }

    #[test]
    fn quotes_are_the_original_text() {
        let memo = Memo::of(&["Réf: NB1O42 I187 é"]);
        let start = memo.glyphs.iter().position(|g| g.raw == b'N').unwrap();
        assert_eq!(memo.quote(start, start + 10), "NB1O42 I187");
    }

    #[test]
    fn a_number_after_the_word_invoice_is_recognised() {
        let memo = Memo::of(&["ATLAS INV 0131, 0132 REST 7"]);
        let at = |needle: u8, nth: usize| {
            memo.glyphs.iter().enumerate().filter(|(_, g)| g.raw == needle).nth(nth).unwrap().0
        };
        assert_eq!(memo.announced(at(b'0', 0)), Announced::AsInvoice);
        assert_eq!(memo.announced(at(b'7', 0)), Announced::Not);
        let list = Memo::of(&["Rechnung Nr. 131, 132 und 133; ref 55"]);
        let found: Vec<Announced> = list.tokens().iter().map(|t| list.announced(t.from)).collect();
        assert_eq!(found[2..6], [Announced::AsInvoice; 4], "131, 132, und, 133");
        assert_eq!(found[7], Announced::AsNumber, "55");
    }

    #[test]
    fn hostile_length_is_cut() {
        assert!(Memo::of(&[&"A1".repeat(50_000)]).glyphs.len() <= SCAN_CHARS);
    }
}
