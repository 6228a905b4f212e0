//! One name read from a bank's text against one customer's name.

use super::names::{self, Name};

/// Banks cut names at 18 (older ACH and card files) to 35 characters (SWIFT, SEPA).
const CUT_LETTERS: std::ops::RangeInclusive<usize> = 18..=35;
/// Letters that a cut or short form must keep before it says anything.
pub(super) const PREFIX_LETTERS_MIN: usize = 6;
/// Edits per hundred letters under which two names are one name mistyped: one letter in eight.
const TYPO_PER_HUNDRED: usize = 12;
/// Shorter names differ in one letter too easily (`Alta`, `Alva`).
const TYPO_LETTERS_MIN: usize = 7;

/// How well a payer's text fits a customer, weakest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(super) enum Level {
    /// Nothing in common.
    #[default]
    None,
    /// Shares a word and no more.
    Word,
    /// Probably theirs: mistyped, shortened, with other words, or shared by two customers.
    Close,
    /// Their name as far as the bank let it through.
    Cut,
    /// Their name; the legal form is missing or the words are in another order.
    Equal,
    /// Their name with its legal form.
    Whole,
    /// A name that the founder confirmed for them.
    Alias,
}

impl Level {
    /// Whether it is as good as the name itself.
    pub fn is_strong(self) -> bool {
        self >= Level::Cut
    }
}

/// What was found, for the sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Finding {
    /// Nothing.
    #[default]
    Nothing,
    /// A confirmed alias.
    Alias,
    /// The name and its legal form.
    Name,
    /// One of the two has no legal form.
    NoForm,
    /// Different legal forms.
    OtherForm,
    /// The same name, but of stop words.
    CommonWords,
    /// The whole name in the memo.
    InMemo,
    /// A one-word name in the memo.
    WordInMemo,
    /// A name in the memo that goes on.
    GoesOn,
    /// The same words in another order.
    OtherOrder,
    /// Cut by the bank at so many letters.
    Cut(usize),
    /// The beginning, but not cut by a bank.
    Beginning,
    /// The name and words that say nothing.
    Padded,
    /// The name among other words.
    Around,
    /// Initial and surname.
    Initial,
    /// Mistyped in so many letters.
    Typo(usize),
    /// Only the first word.
    FirstWord,
    /// Only this word of the name.
    OneWord(usize),
    /// Another customer's name fits better.
    BetterElsewhere,
}

impl Finding {
    /// In words. `source` is the bank's text, `name` the customer's.
    pub fn sentence(self, source: &str, name: Option<&Name>) -> String {
        match self {
            Finding::Nothing => "Nothing in common".into(),
            Finding::Alias => format!("You confirmed “{source}” for them"),
            Finding::Name => "Their name".into(),
            Finding::NoForm => "Their name, without the legal form".into(),
            Finding::OtherForm => "Their name, but with another legal form".into(),
            Finding::CommonWords => "Their name, but made of words that many carry".into(),
            Finding::InMemo => "Their name is in the memo".into(),
            Finding::WordInMemo => "A word of the memo is their name".into(),
            Finding::GoesOn => "Their name, with other words after it".into(),
            Finding::OtherOrder => "Their name, in another order".into(),
            Finding::Cut(letters) => format!("Their name, cut at {letters} letters"),
            Finding::Beginning => "The beginning of their name".into(),
            Finding::Padded => "Their name, and words that say nothing".into(),
            Finding::Around => "Their name, with other words around it".into(),
            Finding::Initial => "Initial and last name".into(),
            Finding::Typo(1) => "Their name but for 1 letter".into(),
            Finding::Typo(edits) => format!("Their name but for {edits} letters"),
            Finding::FirstWord => "Only the first word of the name".into(),
            Finding::OneWord(at) => match name.and_then(|name| name.words.get(at)) {
                Some(word) => format!("Only “{word}” of the name"),
                None => "Only one word of the name".into(),
            },
            Finding::BetterElsewhere => "The name fits another customer better".into(),
        }
    }
}

/// Compares a name read from a text of `letters` letters; `tagged` says that the memo announced it, so
/// that anything may follow it.
pub(super) fn compare(read: &Name, name: &Name, letters: usize, tagged: bool) -> (Level, Finding) {
    let telling = !name.telling.is_empty();
    if read.squashed == name.squashed {
        return match (telling, read.legal == name.legal, read.legal.is_empty() || name.legal.is_empty()) {
            (true, true, _) => (Level::Whole, Finding::Name),
            (true, false, true) => (Level::Equal, Finding::NoForm),
            (true, false, false) => (Level::Close, Finding::OtherForm),
            (false, ..) => (Level::Close, Finding::CommonWords),
        };
    }
    if !telling {
        return (Level::None, Finding::Nothing);
    }
    let starts = read.words.starts_with(&name.words);
    let rest = read.words.get(name.words.len()..).unwrap_or_default();
    if tagged && starts {
        return match rest.first() {
            Some(word) if !names::is_noise(word) => (Level::Close, Finding::GoesOn),
            _ => (Level::Equal, Finding::InMemo),
        };
    }
    if read.words.len() > 1 && read.has_words_of(name) {
        return (Level::Equal, Finding::OtherOrder);
    }
    if let Some(found) = beginning(read, name, letters) {
        return found;
    }
    if starts && rest.iter().all(|word| names::is_noise(word)) {
        return (Level::Equal, Finding::Padded);
    }
    if read.words.windows(name.words.len()).any(|words| words == name.words) {
        return (Level::Close, Finding::Around);
    }
    if initial_and_surname(read, name) {
        return (Level::Close, Finding::Initial);
    }
    if let Some(edits) = mistyped(read, name) {
        return (Level::Close, Finding::Typo(edits));
    }
    let mut shared = name.telling.iter().filter(|at| read.words.contains(&name.words[**at]));
    match (shared.next(), shared.next()) {
        (Some(0), None) => (Level::Word, Finding::FirstWord),
        (Some(at), _) => (Level::Word, Finding::OneWord(*at)),
        _ => (Level::None, Finding::Nothing),
    }
}

/// The beginning of the customer's name: cut by the bank, or a short form.
fn beginning(read: &Name, name: &Name, letters: usize) -> Option<(Level, Finding)> {
    let begins = name.whole.starts_with(&read.whole) || name.squashed.starts_with(&read.squashed);
    if !begins || read.whole.len() < PREFIX_LETTERS_MIN || read.whole.len() >= name.whole.len() {
        return None;
    }
    // At least one telling word must be there, whole or as the beginning of the only one.
    let first = name.distinctive().next()?;
    let begun = read.words.len() == 1 && first.starts_with(&read.whole);
    if !begun && !read.whole.contains(first) {
        return None;
    }
    // A short form ends with a word; only a bank ends inside one.
    let last = read.words.last()?;
    let inside_a_word = !read.legal.is_empty() || !name.words.contains(last);
    let cut = CUT_LETTERS.contains(&letters) && read.words.len() > 1 && inside_a_word;
    Some(if cut { (Level::Cut, Finding::Cut(letters)) } else { (Level::Close, Finding::Beginning) })
}

/// `J Holloway` and `James Holloway`, in either order.
fn initial_and_surname(read: &Name, name: &Name) -> bool {
    let short = |n: &Name| n.words.len() == 2 && n.words.iter().any(|w| w.len() == 1);
    if !(short(read) || short(name)) || name.words.len() > 3 || read.words.len() > 3 {
        return false;
    }
    let surname = read.words.iter().max_by_key(|w| w.len()).filter(|w| w.len() >= 3);
    let Some(surname) = surname.filter(|surname| name.words.contains(surname)) else { return false };
    let initial = |word: &String| (word != surname).then(|| word.bytes().next()).flatten();
    read.words
        .iter()
        .filter_map(initial)
        .any(|letter| name.words.iter().filter_map(initial).any(|l| l == letter))
}

/// The number of edits between two long names that are nearly equal.
fn mistyped(read: &Name, name: &Name) -> Option<usize> {
    let longest = read.squashed.len().max(name.squashed.len());
    if longest < TYPO_LETTERS_MIN {
        return None;
    }
    read.edits(name, (longest * TYPO_PER_HUNDRED / 100).max(1))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("KESTREL LOGISTICS INTERNATIONAL LLC", Level::Whole, Finding::Name)]
    #[case("Kestrel Logistics Intl", Level::Equal, Finding::NoForm)]
    #[case("KESTREL LOGISTICS INTE", Level::Cut, Finding::Cut(22))]
    #[case("KESTREL LOGISTICS INTERNATIONAL LL", Level::Cut, Finding::Cut(34))]
    #[case("KESTREL LOGISTICS", Level::Close, Finding::Beginning)]
    #[case("KESTREL LOGIST", Level::Close, Finding::Beginning)]
    #[case("KESTREL LOGISTICS INTERNATIONAL INC", Level::Close, Finding::OtherForm)]
    #[case("INTERNATIONAL KESTREL LOGISTICS", Level::Equal, Finding::OtherOrder)]
    #[case("KESTREL LOGISTICS INTERNATIONAL 00123", Level::Equal, Finding::Padded)]
    #[case("KESTREL LOGISTICS INTERNATIONAL POLAND", Level::Close, Finding::Around)]
    #[case("KESTERL LOGISTICS INTERNATIONAL", Level::Close, Finding::Typo(1))]
    #[case("KESTREL LABS", Level::Word, Finding::FirstWord)]
    #[case("DELTA LOGISTICS", Level::Word, Finding::OneWord(1))]
    #[case("INTERNATIONAL SERVICES", Level::None, Finding::Nothing)]
    fn a_name_is_compared_with_kestrel_logistics(
        #[case] text: &str,
        #[case] level: Level,
        #[case] finding: Finding,
    ) {
        let name = names::spellings("Kestrel Logistics International LLC").remove(0);
        let read = names::spellings(text).remove(0);
        assert_eq!(compare(&read, &name, text.len(), false), (level, finding), "{text}");
    }

    #[rstest]
    #[case("James Holloway", "J HOLLOWAY", true)]
    #[case("James Holloway", "HOLLOWAY J", true)]
    #[case("J. Holloway", "JAMES HOLLOWAY", true)]
    #[case("James Holloway", "P HOLLOWAY", false)]
    #[case("James Holloway", "J HOLLOWELL", false)]
    fn an_initial_stands_for_a_first_name(#[case] name: &str, #[case] text: &str, #[case] expected: bool) {
        let (name, read) = (names::spellings(name).remove(0), names::spellings(text).remove(0));
        assert_eq!(compare(&read, &name, text.len(), false).1 == Finding::Initial, expected);
    }
}
