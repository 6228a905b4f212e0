//! Who paid: the bank's text against all customers' names and confirmed aliases.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::compare::{Finding, Level, PREFIX_LETTERS_MIN, compare};
use super::facts::Customer;
use super::names::{self, Name};
use super::words::quoted;
use crate::text;

/// Customers compared per line; the rarest words choose them.
const COMPARED_MAX: usize = 48;
/// A word that more customers carry chooses nobody.
const COMMON_WORD: usize = 64;
/// Shortest word for which a slip is looked up.
const SLIP_WORD_MIN: usize = 6;
/// Shortest word that may be the beginning of a longer one.
const BEGUN_WORD_MIN: usize = 4;
/// Words that a begun one is tried as.
const BEGUN_WORDS: usize = 8;
/// Letters of a name that a memo announces.
const TAGGED_CHARS: usize = 70;

/// A customer's fit.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Fit {
    pub level: Level,
    finding: Finding,
    /// Which of the line's texts; the memo itself without one.
    source: Option<usize>,
    /// Which spelling of the customer's name.
    spelling: usize,
    /// How many customers it fits as well.
    shared: usize,
}

/// What a line says about its payer.
#[derive(Debug, Default)]
pub(super) struct Payers {
    /// By customer, only those with something in common.
    pub fits: BTreeMap<usize, Fit>,
    /// The payer's text as the bank wrote it; empty for none.
    pub text: String,
    sources: Vec<String>,
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

struct Source {
    names: Vec<Name>,
    letters: usize,
    /// After a tag such as `/NAME/` or `B/O` in the memo.
    tagged: bool,
}

/// Customers' names, by what a payer's text may show of them.
#[derive(Debug, Default)]
pub(super) struct NameIndex {
    names: Vec<Vec<Name>>,
    by_squash: HashMap<String, Vec<usize>>,
    by_alias: HashMap<String, Vec<usize>>,
    by_word: HashMap<String, Vec<usize>>,
    /// All words in order, for words that are only begun.
    words: Vec<String>,
    by_slip: HashMap<String, Vec<String>>,
}

impl NameIndex {
    /// Indexes customers by their place in the slice.
    pub fn new(customers: &[Customer]) -> NameIndex {
        let mut index = NameIndex::default();
        for (at, customer) in customers.iter().enumerate() {
            let names = names::spellings(&customer.name);
            for name in &names {
                note(&mut index.by_squash, &name.squashed, at);
                for word in name.words.iter().filter(|w| w.len() >= 2) {
                    note(&mut index.by_word, word, at);
                }
            }
            for alias in customer.aliases.iter().flat_map(|alias| names::spellings(alias)) {
                note(&mut index.by_alias, &alias.whole, at);
            }
            index.names.push(names);
        }
        index.words = index.by_word.keys().cloned().collect();
        index.words.sort_unstable();
        for word in index.words.iter().filter(|w| w.len() >= SLIP_WORD_MIN) {
            for slip in slips(word) {
                index.by_slip.entry(slip).or_default().push(word.clone());
            }
        }
        index
    }

    /// Reads who paid out of a payer field and a memo.
    pub fn read(&self, payer: &str, memo: &str) -> Payers {
        let mut sources = Vec::new();
        let mut texts = Vec::new();
        let mut source = |raw: &str, tagged| {
            let names = names::spellings(raw);
            if !names.is_empty() {
                texts.push(quoted(raw));
                sources.push(Source { names, letters: raw.trim().chars().count(), tagged });
            }
        };
        source(payer, false);
        for tagged in tagged_names(memo) {
            source(tagged, true);
        }
        let memo_words = names::memo_words(memo);
        let mut fits: BTreeMap<usize, Fit> = BTreeMap::new();
        for customer in self.comparable(&sources, &memo_words) {
            let mut best = self.in_memo(customer, &memo_words);
            for (at, source) in sources.iter().enumerate() {
                let fit = self.fit(customer, at, source);
                if fit.level > best.level {
                    best = fit;
                }
            }
            if best.level > Level::None {
                fits.insert(customer, best);
            }
        }
        only_the_best_is_strong(&mut fits);
        Payers { fits, text: quoted(payer), sources: texts }
    }

    /// A customer's fit in words, and the text it speaks of.
    pub fn sentence(&self, payers: &Payers, customer: usize) -> Option<(String, String)> {
        let fit = payers.fits.get(&customer)?;
        let name = self.names.get(customer).and_then(|names| names.get(fit.spelling));
        let source = fit.source.and_then(|at| payers.sources.get(at)).cloned();
        let quote = source.or_else(|| name.map(|n| n.words.join(" ").to_uppercase())).unwrap_or_default();
        let mut sentence = fit.finding.sentence(&quote, name);
        if fit.shared > 1 {
            sentence = format!("{sentence}, but {} customers fit it", fit.shared);
        }
        Some((sentence, quote))
    }

    /// Customers that share a whole name, an alias or a telling word with the text.
    fn comparable(&self, sources: &[Source], memo_words: &[String]) -> Vec<usize> {
        let read = || sources.iter().flat_map(|source| &source.names);
        let mut chosen: Vec<usize> = Vec::new();
        for name in read() {
            chosen.extend(self.by_squash.get(&name.squashed).into_iter().flatten().take(COMPARED_MAX));
            chosen.extend(self.by_alias.get(&name.whole).into_iter().flatten().take(COMPARED_MAX));
        }
        let mut words: Vec<&str> = memo_words.iter().map(String::as_str).collect();
        words.extend(read().flat_map(|name| name.words.iter().map(String::as_str)));
        words.sort_unstable();
        words.dedup();
        let rare = |customers: &&Vec<usize>| customers.len() <= COMMON_WORD;
        let telling = words.iter().filter(|word| names::is_distinctive(word));
        let mut postings: Vec<&Vec<usize>> =
            telling.filter_map(|word| self.by_word.get(*word)).filter(rare).collect();
        for begun in read().filter_map(|name| name.words.last()) {
            postings.extend(self.begun(begun).filter_map(|word| self.by_word.get(word)).filter(rare));
        }
        if chosen.is_empty() && postings.is_empty() {
            for word in read().flat_map(Name::distinctive) {
                postings.extend(self.misspelt(word).filter_map(|meant| self.by_word.get(meant)).filter(rare));
            }
        }
        postings.sort_unstable_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        for customers in postings {
            if chosen.len() >= COMPARED_MAX {
                break;
            }
            chosen.extend(customers);
        }
        chosen.sort_unstable();
        chosen.dedup();
        chosen
    }

    /// The words that the last word of a cut name may be the beginning of.
    fn begun<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a String> {
        let from = self.words.partition_point(|other| other.as_str() <= word);
        let enough = word.len() >= BEGUN_WORD_MIN;
        self.words[from..].iter().take_while(move |other| enough && other.starts_with(word)).take(BEGUN_WORDS)
    }

    fn misspelt<'a>(&'a self, word: &str) -> impl Iterator<Item = &'a String> {
        let keys = if word.len() >= SLIP_WORD_MIN { slips(word) } else { Vec::new() };
        keys.into_iter().filter_map(|key| self.by_slip.get(&key)).flatten()
    }

    /// The whole name inside the memo.
    fn in_memo(&self, customer: usize, memo_words: &[String]) -> Fit {
        for (spelling, name) in self.names[customer].iter().enumerate() {
            if name.telling.is_empty() {
                continue;
            }
            let Some(at) = memo_words.windows(name.words.len()).position(|w| w == name.words.as_slice())
            else {
                continue;
            };
            let next = memo_words.get(at + name.words.len());
            let with_form = !name.legal.is_empty() && next.is_some_and(|w| names::is_legal_form(w));
            let long = name.words.len() >= 2 && name.squashed.len() >= PREFIX_LETTERS_MIN + 2;
            let (level, finding) = if with_form || long {
                (Level::Equal, Finding::InMemo)
            } else {
                (Level::Close, Finding::WordInMemo)
            };
            return Fit { level, finding, source: None, spelling, shared: 1 };
        }
        Fit::default()
    }

    fn fit(&self, customer: usize, at: usize, source: &Source) -> Fit {
        let mut best = Fit::default();
        for read in &source.names {
            if self.by_alias.get(&read.whole).is_some_and(|all| all.contains(&customer)) {
                return Fit {
                    level: Level::Alias,
                    finding: Finding::Alias,
                    source: Some(at),
                    spelling: 0,
                    shared: 1,
                };
            }
            for (spelling, name) in self.names[customer].iter().enumerate() {
                let (level, finding) = compare(read, name, source.letters, source.tagged);
                if level > best.level {
                    best = Fit { level, finding, source: Some(at), spelling, shared: 1 };
                }
            }
        }
        best
    }
}

/// Two customers cannot both be the payer: the best name wins, equal ones are all only close.
fn only_the_best_is_strong(fits: &mut BTreeMap<usize, Fit>) {
    // A confirmed alias that is exactly another customer's name leaves both possible.
    let top = fits.values().map(|fit| fit.level).max().unwrap_or_default().min(Level::Whole);
    let holders = fits.values().filter(|fit| fit.level >= top).count();
    for fit in fits.values_mut().filter(|fit| fit.level.is_strong()) {
        if fit.level < top {
            fit.level = Level::Close;
            fit.finding = Finding::BetterElsewhere;
        } else if holders > 1 {
            fit.level = Level::Close;
            fit.shared = holders;
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
    let bounded = memo.char_indices().nth(text::MEMO_CHARS).map_or(memo, |(end, _)| &memo[..end]);
    let upper = bounded.to_ascii_uppercase();
    let mut found: BTreeSet<&str> = BTreeSet::new();
    for tag in TAGS {
        if let Some(at) = upper.find(tag) {
            let rest = &bounded[at + tag.len()..];
            let end = rest.char_indices().nth(TAGGED_CHARS).map_or(rest.len(), |(end, _)| end);
            found.insert(&rest[..end]);
        }
    }
    found.into_iter().collect()
}

fn note(index: &mut HashMap<String, Vec<usize>>, key: &str, customer: usize) {
    let customers = match index.get_mut(key) {
        Some(customers) => customers,
        None => index.entry(key.to_string()).or_default(),
    };
    if customers.last() != Some(&customer) {
        customers.push(customer);
    }
}

/// A word and everything it is with one letter left out.
fn slips(word: &str) -> Vec<String> {
    let left_out = word.char_indices().map(|(at, c)| [&word[..at], &word[at + c.len_utf8()..]].concat());
    left_out.chain([word.to_string()]).collect()
}
