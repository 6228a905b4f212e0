//! Who paid: the bank's text against the customers' names and confirmed aliases.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;

use super::facts::Customer;
use super::names::{self, Name};
use super::words::quoted;

/// Banks cut names at 18 (older ACH and card files) to 35 characters (SWIFT, SEPA).
const CUT_LETTERS: std::ops::RangeInclusive<usize> = 18..=35;
/// Letters that a cut or short form must keep before it says anything.
const PREFIX_LETTERS_MIN: usize = 6;
/// Edits per hundred letters under which two names are one name mistyped: one in ten letters.
const TYPO_PER_HUNDRED: usize = 12;
/// Shorter names differ in one letter too easily (`Alta`, `Alva`).
const TYPO_LETTERS_MIN: usize = 7;
/// Customers compared per line; the rarest words choose them.
const COMPARED_MAX: usize = 48;
/// A word that more customers carry chooses nobody.
const COMMON_WORD: usize = 64;
/// Shortest word for which a slip is looked up.
const SLIP_WORD_MIN: usize = 6;

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

/// A customer's fit, in words.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Fit {
    pub level: Level,
    pub sentence: String,
    pub quote: String,
}

/// What a line says about its payer.
#[derive(Debug, Default)]
pub(super) struct Payers {
    /// By customer, only those with something in common.
    pub fits: BTreeMap<usize, Fit>,
    /// The payer's text as the bank wrote it; empty for none.
    pub text: String,
}

impl Payers {
    /// A customer's level.
    pub fn level(&self, customer: Option<usize>) -> Level {
        customer.and_then(|c| self.fits.get(&c)).map_or(Level::None, |fit| fit.level)
    }

    /// The one customer whose name it is.
    pub fn named(&self) -> Option<usize> {
        self.fits.iter().find(|(_, fit)| fit.level.is_strong()).map(|(customer, _)| *customer)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The payer field.
    Field,
    /// After a tag such as `/NAME/` or `B/O` in the memo.
    Tagged,
}

struct Source {
    raw: String,
    names: Vec<Name>,
    place: Place,
}

/// Customers' names, by what a payer's text may show of them.
#[derive(Debug, Default)]
pub(super) struct NameIndex {
    names: Vec<Vec<Name>>,
    by_squash: HashMap<String, BTreeSet<usize>>,
    by_alias: HashMap<String, BTreeSet<usize>>,
    by_word: BTreeMap<String, BTreeSet<usize>>,
    by_slip: HashMap<String, BTreeSet<String>>,
}

impl NameIndex {
    /// Indexes customers by their place in the slice.
    pub fn new(customers: &[Customer]) -> NameIndex {
        let mut index = NameIndex::default();
        for (at, customer) in customers.iter().enumerate() {
            let names = names::spellings(&customer.name);
            for name in &names {
                index.by_squash.entry(name.squashed()).or_default().insert(at);
                for word in name.words.iter().filter(|w| w.len() >= 2) {
                    if index.by_word.entry(word.clone()).or_default().insert(at)
                        && word.len() >= SLIP_WORD_MIN
                    {
                        for slip in slips(word) {
                            index.by_slip.entry(slip).or_default().insert(word.clone());
                        }
                    }
                }
            }
            for alias in customer.aliases.iter().flat_map(|alias| names::spellings(alias)) {
                index.by_alias.entry(alias.squashed_whole()).or_default().insert(at);
            }
            index.names.push(names);
        }
        index
    }

    /// Reads who paid out of a payer field and a memo.
    pub fn read(&self, payer: &str, memo: &str) -> Payers {
        let mut sources = Vec::new();
        let mut source = |raw: &str, place| {
            let names = names::spellings(raw);
            if !names.is_empty() {
                sources.push(Source { raw: raw.trim().to_string(), names, place });
            }
        };
        source(payer, Place::Field);
        for tagged in tagged_names(memo) {
            source(tagged, Place::Tagged);
        }
        let memo_words = names::memo_words(memo);
        let mut fits: BTreeMap<usize, Fit> = BTreeMap::new();
        for customer in self.comparable(&sources, &memo_words) {
            let mut best = self.in_memo(customer, &memo_words);
            for source in &sources {
                let fit = self.fit(customer, source);
                if fit.level > best.level || (fit.level == best.level && best.sentence.is_empty()) {
                    best = fit;
                }
            }
            if best.level > Level::None {
                fits.insert(customer, best);
            }
        }
        only_the_best_is_strong(&mut fits);
        Payers { fits, text: quoted(payer) }
    }

    /// Customers that share a whole name, an alias or a telling word with the text.
    fn comparable(&self, sources: &[Source], memo_words: &[String]) -> Vec<usize> {
        let mut chosen: BTreeSet<usize> = BTreeSet::new();
        let mut words: BTreeSet<&str> = memo_words.iter().map(String::as_str).collect();
        for name in sources.iter().flat_map(|s| &s.names) {
            chosen.extend(self.by_squash.get(&name.squashed()).into_iter().flatten().take(COMPARED_MAX));
            chosen.extend(self.by_alias.get(&name.squashed_whole()).into_iter().flatten().take(COMPARED_MAX));
            words.extend(name.words.iter().map(String::as_str));
        }
        let mut postings: Vec<&BTreeSet<usize>> = words
            .iter()
            .filter(|word| names::is_distinctive(word))
            .filter_map(|word| self.by_word.get(*word))
            .filter(|customers| customers.len() <= COMMON_WORD)
            .collect();
        // The last word of a cut name is the beginning of a word.
        for name in sources.iter().flat_map(|s| &s.names) {
            if let Some(last) = name.words.last().filter(|w| w.len() >= 4) {
                let begins = self.by_word.range::<str, _>((Bound::Excluded(last.as_str()), Bound::Unbounded));
                let begins = begins.take_while(|(word, _)| word.starts_with(last.as_str())).take(8);
                postings.extend(begins.map(|(_, customers)| customers).filter(|c| c.len() <= COMMON_WORD));
            }
        }
        if chosen.is_empty() && postings.is_empty() {
            for word in sources.iter().flat_map(|s| &s.names).flat_map(|n| n.distinctive()) {
                postings.extend(self.misspelt(word).filter_map(|meant| self.by_word.get(meant)));
            }
        }
        postings.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        for customers in postings {
            if chosen.len() >= COMPARED_MAX {
                break;
            }
            chosen.extend(customers);
        }
        chosen.into_iter().take(COMPARED_MAX + COMMON_WORD).collect()
    }

    fn misspelt<'a>(&'a self, word: &str) -> impl Iterator<Item = &'a String> {
        let keys = if word.len() >= SLIP_WORD_MIN { slips(word) } else { Vec::new() };
        keys.into_iter().filter_map(|key| self.by_slip.get(&key)).flatten()
    }

    /// The whole name inside the memo.
    fn in_memo(&self, customer: usize, memo_words: &[String]) -> Fit {
        for name in &self.names[customer] {
            let telling = name.distinctive().count();
            if telling == 0 || name.words.len() > memo_words.len() {
                continue;
            }
            let Some(at) = memo_words.windows(name.words.len()).position(|w| w == name.words.as_slice())
            else {
                continue;
            };
            let next = memo_words.get(at + name.words.len());
            let with_form = !name.legal.is_empty() && next.is_some_and(|w| names::is_legal_form(w));
            let letters: usize = name.words.iter().map(String::len).sum();
            let strong = with_form || (name.words.len() >= 2 && letters >= PREFIX_LETTERS_MIN + 2);
            let (level, sentence) = if strong {
                (Level::Equal, "Their name is in the memo")
            } else {
                (Level::Close, "A word of the memo is their name")
            };
            return Fit { level, sentence: sentence.into(), quote: name.words.join(" ").to_uppercase() };
        }
        Fit::default()
    }

    fn fit(&self, customer: usize, source: &Source) -> Fit {
        let mut best = Fit::default();
        for read in &source.names {
            if self.by_alias.get(&read.squashed_whole()).is_some_and(|all| all.contains(&customer)) {
                return Fit {
                    level: Level::Alias,
                    sentence: format!("You confirmed “{}” for them", quoted(&source.raw)),
                    quote: quoted(&source.raw),
                };
            }
            for name in &self.names[customer] {
                let (level, sentence) = compare(read, name, source);
                if level > best.level {
                    best = Fit { level, sentence, quote: quoted(&source.raw) };
                }
            }
        }
        best
    }
}

/// A name read from a bank's text against a customer's.
fn compare(read: &Name, name: &Name, source: &Source) -> (Level, String) {
    let say = |level, text: &str| (level, text.to_string());
    let telling = name.distinctive().count() > 0;
    let (read_squash, name_squash) = (read.squashed(), name.squashed());
    if read_squash == name_squash {
        return match (telling, read.legal == name.legal, read.legal.is_empty() || name.legal.is_empty()) {
            (true, true, _) => say(Level::Whole, "Their name"),
            (true, false, true) => say(Level::Equal, "Their name, without the legal form"),
            (true, false, false) => say(Level::Close, "Their name, but with another legal form"),
            (false, ..) => say(Level::Close, "Their name, but made of words that many carry"),
        };
    }
    if !telling {
        return say(Level::None, "");
    }
    if source.place == Place::Tagged && read.words.starts_with(&name.words) {
        let rest = &read.words[name.words.len()..];
        if rest.first().is_none_or(|w| names::is_noise(w)) {
            return say(Level::Equal, "Their name is in the memo");
        }
        return say(Level::Close, "Their name, with other words after it");
    }
    let sorted = |n: &Name| n.words.iter().cloned().collect::<BTreeSet<_>>();
    if read.words.len() > 1 && read.words.len() == name.words.len() && sorted(read) == sorted(name) {
        return say(Level::Equal, "Their name, in another order");
    }
    if let Some(found) = beginning(read, name, source) {
        return found;
    }
    if read.words.starts_with(&name.words)
        && read.words[name.words.len()..].iter().all(|w| names::is_noise(w))
    {
        return say(Level::Equal, "Their name, and words that say nothing");
    }
    if name.words.len() <= read.words.len() && read.words.windows(name.words.len()).any(|w| w == name.words) {
        return say(Level::Close, "Their name, with other words around it");
    }
    if initial_and_surname(read, name) {
        return say(Level::Close, "Initial and last name");
    }
    if let Some(edits) = mistyped(&read_squash, &name_squash) {
        let letters = if edits == 1 { "1 letter".to_string() } else { format!("{edits} letters") };
        return (Level::Close, format!("Their name but for {letters}"));
    }
    let shared: Vec<&str> = name.distinctive().filter(|word| read.words.iter().any(|w| w == word)).collect();
    match shared.first() {
        Some(word) if name.words.first().is_some_and(|first| first == word) && shared.len() == 1 => {
            say(Level::Word, "Only the first word of the name")
        }
        Some(word) => (Level::Word, format!("Only “{word}” of the name")),
        None => say(Level::None, ""),
    }
}

/// The beginning of the customer's name: cut by the bank, or a short form.
fn beginning(read: &Name, name: &Name, source: &Source) -> Option<(Level, String)> {
    let (read_whole, name_whole) = (read.squashed_whole(), name.squashed_whole());
    let begins = name_whole.starts_with(&read_whole) || name.squashed().starts_with(&read.squashed());
    let enough = read_whole.len() >= PREFIX_LETTERS_MIN && read_whole.len() < name_whole.len();
    // At least one telling word must be there, whole or as the beginning of the only one.
    let telling = name.distinctive().next().is_some_and(|first| {
        read_whole.contains(first) || (read.words.len() == 1 && first.starts_with(&read_whole))
    });
    if !begins || !enough || !telling {
        return None;
    }
    let letters = source.raw.chars().count();
    let ends_inside_a_word = !name.words.iter().any(|w| Some(w) == read.words.last());
    let whole_words = read.words.len() > 1;
    // A short form ends with a word; only a bank ends inside one.
    let cut = CUT_LETTERS.contains(&letters) && whole_words && (ends_inside_a_word || !read.legal.is_empty());
    Some(if cut {
        (Level::Cut, format!("Their name, cut at {letters} letters"))
    } else {
        (Level::Close, "The beginning of their name".into())
    })
}

fn initial_and_surname(read: &Name, name: &Name) -> bool {
    let surname = |n: &Name| n.words.iter().max_by_key(|w| w.len()).filter(|w| w.len() >= 3).cloned();
    let initials = |n: &Name, surname: &str| {
        n.words.iter().filter(|w| *w != surname).filter_map(|w| w.chars().next()).collect::<BTreeSet<_>>()
    };
    let short = |n: &Name| n.words.len() == 2 && n.words.iter().any(|w| w.len() == 1);
    if !(short(read) || short(name)) || name.words.len() > 3 || read.words.len() > 3 {
        return false;
    }
    match (surname(read), surname(name)) {
        (Some(a), Some(b)) if a == b => !initials(read, &a).is_disjoint(&initials(name, &b)),
        _ => false,
    }
}

/// The number of edits between two long names that are nearly equal.
fn mistyped(read: &str, name: &str) -> Option<usize> {
    let longest = read.len().max(name.len());
    let allowed = longest * TYPO_PER_HUNDRED / 100;
    if longest < TYPO_LETTERS_MIN || read.len().abs_diff(name.len()) > allowed.max(1) {
        return None;
    }
    let edits = strsim::osa_distance(read, name);
    (edits <= allowed.max(1)).then_some(edits)
}

/// Two customers cannot both be the payer: the best name wins, equal ones are all only close.
fn only_the_best_is_strong(fits: &mut BTreeMap<usize, Fit>) {
    let top = fits.values().map(|fit| fit.level).max().unwrap_or_default();
    let holders = fits.values().filter(|fit| fit.level == top).count();
    for fit in fits.values_mut().filter(|fit| fit.level.is_strong()) {
        if fit.level < top {
            fit.level = Level::Close;
            fit.sentence = "The name fits another customer better".into();
        } else if holders > 1 {
            fit.level = Level::Close;
            fit.sentence = format!("{}, but {holders} customers fit it", fit.sentence);
        }
    }
}

/// Names that a memo announces: `/NAME/NORDHAVN A/S`, `B/O ATLAS FREIGHT`, `ORIG CO NAME:KESTREL`.
fn tagged_names(memo: &str) -> Vec<&str> {
    const TAGS: [&str; 11] = [
        "/NAME/",
        "B/O ",
        "B/O:",
        "ORIG CO NAME:",
        "ORIG:",
        "IND NAME:",
        "BY ORDER OF ",
        "NAAM:",
        "NAME:",
        "FROM:",
        " FROM ",
    ];
    let bounded = memo.char_indices().nth(crate::text::MEMO_CHARS).map_or(memo, |(end, _)| &memo[..end]);
    let upper = bounded.to_ascii_uppercase();
    let mut found = Vec::new();
    for tag in TAGS {
        if let Some(at) = upper.find(tag) {
            let rest = &bounded[at + tag.len()..];
            let end = rest.char_indices().nth(70).map_or(rest.len(), |(end, _)| end);
            found.push(&rest[..end]);
        }
    }
    found
}

fn slips(word: &str) -> Vec<String> {
    let mut keys: Vec<String> =
        word.char_indices().map(|(at, c)| format!("{}{}", &word[..at], &word[at + c.len_utf8()..])).collect();
    keys.push(word.to_string());
    keys
}
