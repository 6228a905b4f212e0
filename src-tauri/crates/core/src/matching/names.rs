//! Company names as they are compared: without accents, legal forms and words that say nothing.

use unicode_normalization::UnicodeNormalization;

use crate::text;

/// Longest name that is compared, in characters.
const NAME_CHARS: usize = text::NAME_CHARS;
/// Most words of one name that are compared.
const WORDS_MAX: usize = 16;

/// Legal forms, as their letters stand after folding (`Sp. z o.o.` is `spzoo`).
const LEGAL_FORMS: [&str; 62] = [
    "llc",
    "lc",
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "co",
    "company",
    "ltd",
    "limited",
    "plc",
    "llp",
    "lp",
    "pllc",
    "pc",
    "pty",
    "pte",
    "gmbh",
    "mbh",
    "ag",
    "kg",
    "ohg",
    "ug",
    "kgaa",
    "ev",
    "eg",
    "se",
    "sa",
    "sas",
    "sasu",
    "sarl",
    "eurl",
    "sl",
    "slu",
    "srl",
    "srls",
    "spa",
    "bv",
    "nv",
    "vof",
    "cv",
    "ab",
    "as",
    "asa",
    "aps",
    "oy",
    "oyj",
    "oue",
    "ou",
    "uab",
    "sia",
    "doo",
    "dd",
    "sro",
    "kft",
    "zrt",
    "nyrt",
    "spzoo",
    "spk",
    "spj",
    "ooo",
    "kk",
];

/// Forms that are the same form under another spelling.
const SAME_FORM: [(&str, &str); 4] =
    [("incorporated", "inc"), ("corporation", "corp"), ("company", "co"), ("limited", "ltd")];

/// Words that half of all payers carry: never evidence by themselves.
const STOP_WORDS: [&str; 72] = [
    "consulting",
    "consultants",
    "services",
    "service",
    "solutions",
    "group",
    "holding",
    "holdings",
    "international",
    "global",
    "partners",
    "company",
    "payment",
    "payments",
    "invoice",
    "invoices",
    "transfer",
    "wire",
    "bank",
    "the",
    "of",
    "for",
    "from",
    "to",
    "by",
    "ref",
    "reference",
    "online",
    "deposit",
    "credit",
    "incoming",
    "ach",
    "sepa",
    "swift",
    "fedwire",
    "zelle",
    "pymt",
    "pmt",
    "inv",
    "bill",
    "billing",
    "account",
    "accounts",
    "payable",
    "mr",
    "mrs",
    "ms",
    "dr",
    "herr",
    "frau",
    "enterprises",
    "enterprise",
    "industries",
    "systems",
    "technologies",
    "technology",
    "tech",
    "software",
    "digital",
    "media",
    "studio",
    "studios",
    "design",
    "labs",
    "agency",
    "trading",
    "management",
    "associates",
    "ventures",
    "capital",
    "usa",
    "europe",
];

/// Titles before a person's name.
const TITLES: [&str; 8] = ["mr", "mrs", "ms", "miss", "dr", "herr", "frau", "prof"];

/// Words between two names of one company.
const CONNECTORS: [&str; 6] = ["and", "und", "et", "og", "och", "en"];

/// Abbreviations that banks and forms use.
const ABBREVIATIONS: [(&str, &str); 16] = [
    ("intl", "international"),
    ("int", "international"),
    ("grp", "group"),
    ("svcs", "services"),
    ("svc", "service"),
    ("mfg", "manufacturing"),
    ("mgmt", "management"),
    ("assoc", "associates"),
    ("tech", "technology"),
    ("technologies", "technology"),
    ("bros", "brothers"),
    ("dept", "department"),
    ("natl", "national"),
    ("hldgs", "holdings"),
    ("hldg", "holding"),
    ("cons", "consulting"),
];

/// Letters and digits of a name, counted: two names that differ in few letters differ in few counts.
type Letters = [u8; 36];

/// A name prepared for comparison.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Name {
    /// Words without the legal form.
    pub words: Vec<String>,
    /// The legal form's letters; empty without one.
    pub legal: String,
    /// The words without spaces: `a b logistics` and `AB Logistics` are one name.
    pub squashed: String,
    /// The same with the legal form.
    pub whole: String,
    /// Places of the words that tell this name from others.
    pub telling: Vec<usize>,
    sorted: Vec<String>,
    letters: Letters,
}

impl Name {
    fn new(words: Vec<String>, legal: String) -> Name {
        let squashed = words.concat();
        let whole = format!("{squashed}{legal}");
        let telling = (0..words.len()).filter(|at| is_distinctive(&words[*at])).collect();
        let mut sorted = words.clone();
        sorted.sort_unstable();
        let mut letters = [0u8; 36];
        for byte in squashed.bytes() {
            let at = match byte {
                b'a'..=b'z' => usize::from(byte - b'a'),
                b'0'..=b'9' => usize::from(byte - b'0') + 26,
                _ => continue,
            };
            letters[at] = letters[at].saturating_add(1);
        }
        Name { words, legal, squashed, whole, telling, sorted, letters }
    }

    /// The words that tell this name from others.
    pub fn distinctive(&self) -> impl Iterator<Item = &str> {
        self.telling.iter().map(|at| self.words[*at].as_str())
    }

    /// Whether both have the same words in whatever order.
    pub fn has_words_of(&self, other: &Name) -> bool {
        self.sorted == other.sorted
    }

    /// The number of edits between two names, if it can be at most `allowed`.
    pub fn edits(&self, other: &Name, allowed: usize) -> Option<usize> {
        let apart: usize =
            self.letters.iter().zip(&other.letters).map(|(a, b)| usize::from(a.abs_diff(*b))).sum();
        // One edit changes at most two counts; counting spares nearly every real comparison.
        if apart > 2 * allowed || self.squashed.len().abs_diff(other.squashed.len()) > allowed {
            return None;
        }
        let edits = strsim::osa_distance(&self.squashed, &other.squashed);
        (edits <= allowed).then_some(edits)
    }
}

/// Whether a word tells one company from another.
pub(super) fn is_distinctive(word: &str) -> bool {
    word.len() >= 2
        && !word.bytes().all(|b| b.is_ascii_digit())
        && !STOP_WORDS.contains(&word)
        && !LEGAL_FORMS.contains(&word)
}

/// The ways a name may be spelt without accents: `Müller` as `muller` and as `mueller`.
pub(super) fn spellings(raw: &str) -> Vec<Name> {
    let bounded = normal(raw, NAME_CHARS);
    let mut all = vec![split(&text::folded(&bounded))];
    if let Some(german) = umlauts_written_out(&bounded) {
        let other = split(&text::folded(&german));
        if other != all[0] {
            all.push(other);
        }
    }
    all.retain(|name| !name.words.is_empty());
    all
}

/// The words of a longer text, in the same form as a name's words.
pub(super) fn memo_words(raw: &str) -> Vec<String> {
    let bounded = normal(raw, text::MEMO_CHARS);
    joined_initials(&text::folded(&bounded), usize::MAX)
}

/// Whether a word is a legal form.
pub(super) fn is_legal_form(word: &str) -> bool {
    LEGAL_FORMS.contains(&word)
}

/// Whether a word after a name adds nothing: a legal form, a stop word, a number.
pub(super) fn is_noise(word: &str) -> bool {
    !is_distinctive(word) || word.bytes().filter(u8::is_ascii_digit).count() * 2 >= word.len()
}

fn normal(raw: &str, limit: usize) -> String {
    let bounded = text::bounded(raw, limit);
    if bounded.is_ascii() { bounded } else { bounded.nfkc().collect() }
}

fn split(folded: &str) -> Name {
    let mut words = joined_initials(folded, WORDS_MAX);
    while words.len() > 1 && TITLES.contains(&words[0].as_str()) {
        words.remove(0);
    }
    let mut legal: Vec<String> = Vec::new();
    while words.len() > 1 && words.last().is_some_and(|w| is_legal_form(w)) {
        legal.extend(words.pop());
    }
    let legal = legal.into_iter().rev().map(|form| same_form(&form).to_string()).collect();
    Name::new(words, legal)
}

fn same_form(form: &str) -> &str {
    SAME_FORM.iter().find(|(long, _)| *long == form).map_or(form, |(_, short)| short)
}

/// Splits folded text into words, joins single letters (`a s` is `as`, `sp z oo` is `spzoo`), writes
/// abbreviations out and drops connectors.
fn joined_initials(folded: &str, limit: usize) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut letters_open = false;
    for word in folded.split(' ').filter(|w| !w.is_empty()) {
        let letter = word.len() == 1 && word.bytes().all(|b| b.is_ascii_alphabetic());
        match words.last_mut() {
            Some(last) if letter && letters_open => last.push_str(word),
            _ if CONNECTORS.contains(&word) => {}
            _ => words.push(abbreviation(word).to_string()),
        }
        letters_open = letter;
        if words.len() >= limit {
            break;
        }
    }
    polish_form(&mut words);
    words
}

/// `sp zoo` and `sp z oo` are one legal form.
fn polish_form(words: &mut Vec<String>) {
    let mut at = 0;
    while at + 1 < words.len() {
        let parts = match (words[at].as_str(), words[at + 1].as_str(), words.get(at + 2).map(String::as_str))
        {
            ("sp", "z", Some("oo")) => 3,
            ("sp", "zoo", _) => 2,
            _ => 0,
        };
        if parts > 0 {
            words.splice(at..at + parts, ["spzoo".to_string()]);
        }
        at += 1;
    }
}

fn abbreviation(word: &str) -> &str {
    ABBREVIATIONS.iter().find(|(short, _)| *short == word).map_or(word, |(_, long)| long)
}

fn umlauts_written_out(text: &str) -> Option<String> {
    let written = |c: char| match c {
        'ä' | 'Ä' | 'æ' | 'Æ' => Some("ae"),
        'ö' | 'Ö' | 'ø' | 'Ø' => Some("oe"),
        'ü' | 'Ü' => Some("ue"),
        'å' | 'Å' => Some("aa"),
        _ => None,
    };
    text.chars().any(|c| written(c).is_some()).then(|| {
        text.chars().fold(String::new(), |mut out, c| {
            match written(c) {
                Some(letters) => out.push_str(letters),
                None => out.push(c),
            }
            out
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_into_words_and_legal_form() {
        for (raw, words, legal) in [
            ("Kestrel Logistics International LLC", "kestrel logistics international", "llc"),
            ("NORDHAVN A/S", "nordhavn", "as"),
            ("Łódź Paliwa Sp. z o.o.", "lodz paliwa", "spzoo"),
            ("Lodz Paliwa Sp. z oo", "lodz paliwa", "spzoo"),
            ("Van der Meer B.V.", "van der meer", "bv"),
            ("Brightwell Dental Grp", "brightwell dental group", ""),
            ("Smith & Sons, Inc.", "smith sons", "inc"),
            ("SMITH AND SONS INCORPORATED", "smith sons", "inc"),
            ("J.P. Morgan", "jp morgan", ""),
            ("Möbel Krüger GmbH & Co. KG", "mobel kruger", "gmbhcokg"),
            ("SA", "sa", ""),
        ] {
            let name = spellings(raw).remove(0);
            assert_eq!((name.words.join(" ").as_str(), name.legal.as_str()), (words, legal), "{raw}");
        }
    }

    #[test]
    fn umlauts_have_two_spellings() {
        let all: Vec<String> = spellings("Müller Söhne").into_iter().map(|name| name.squashed).collect();
        assert_eq!(all, ["mullersohne", "muellersoehne"]);
        assert_eq!(spellings("Mueller").len(), 1);
        assert!(spellings("  ·· ").is_empty());
    }

    #[test]
    fn words_that_every_payer_carries_are_not_distinctive() {
        for word in ["consulting", "services", "payment", "invoice", "gmbh", "42", "x"] {
            assert!(!is_distinctive(word), "{word}");
        }
        assert!(is_distinctive("kestrel"));
    }
}
