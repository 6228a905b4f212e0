//! References and invoice numbers inside a memo (MI-30, X14, TS-25): found whole, misread, cut or mistyped.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::memo::{Announced, Gap, Memo};
use super::slips::{Missed, Near, SlipIndex, Unknown};
use crate::invoice::reference_is_valid;

/// Most references that one memo may name. More is a remittance list or an attack: each hit stays
/// evidence, none makes a match automatic.
pub(super) const MAX_NAMED: usize = 8;
/// Shortest key: `INV1`. Shorter ones are in every memo.
const KEY_CHARS_MIN: usize = 4;
/// Longest key that is indexed; longer numbers are cut by banks anyway.
pub(super) const KEY_CHARS_MAX: usize = 35;
/// From this many digits on a key is unmistakable: it may be glued to words and broken by spaces.
pub(super) const SOLID_DIGITS: usize = 6;
/// Bare numbers from this length on name an invoice without a word such as `invoice` before them.
const BARE_DIGITS: usize = 10;
/// Most things that are kept for one reference. A reference on every invoice of a customer names none of them.
pub(super) const SHARED_MAX: usize = 6;

/// What a reference in a memo names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Named {
    /// An open invoice, by its place in the book.
    Open(usize),
    /// A recorded payment, by its place in the book.
    Recorded(usize),
    /// A paid invoice, by its place in the book.
    Paid(usize),
}

#[derive(Clone, Debug)]
struct Key {
    named: Named,
    /// As people write it.
    label: String,
    /// Upper case, not folded.
    raw: Vec<u8>,
    /// Whether the original has a separator before the glyph at this place.
    breaks: Vec<bool>,
    digits: usize,
    numeric: bool,
    /// Only the digits of a reference whose letters the bank dropped.
    bare: bool,
}

/// A reference found in a memo.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Hit {
    pub named: Named,
    /// The reference or number as people write it.
    pub label: String,
    /// The piece of the memo.
    pub quote: String,
    /// Letters that were read as others, such as `O as 0`.
    pub misread: Vec<String>,
    /// Whether it stands for this alone: not a short bare number, not shared by several invoices.
    pub certain: bool,
    /// Whether several open invoices carry it.
    pub shared: bool,
    /// `Some(right)` for references of our scheme.
    pub check_digit: Option<char>,
    from: usize,
    to: usize,
}

/// A bare number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Number {
    pub digits: String,
    /// What stands before it.
    pub announced: Announced,
}

/// Everything of reference kind that a memo says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Scan {
    /// One per thing named, in the order of the memo.
    pub hits: Vec<Hit>,
    /// Everything that is one digit off: wrong, missing, doubled or swapped.
    pub near: Vec<Near>,
    /// Only the beginning, where the memo ends.
    pub cut: Option<Near>,
    /// Our shape, but nobody's.
    pub unknown: Option<Unknown>,
    /// Bare numbers, for the ends of invoice numbers.
    pub numbers: Vec<Number>,
    /// More references than [`MAX_NAMED`].
    pub flood: bool,
}

/// All references and numbers, folded.
#[derive(Debug, Default)]
pub(super) struct ReferenceIndex {
    keys: HashMap<Vec<u8>, Vec<Key>>,
    lengths: Vec<usize>,
    first: HashSet<u8>,
    slips: SlipIndex,
}

impl ReferenceIndex {
    /// Adds a reference or number; what is too short or has no digit is no evidence and is left out.
    pub fn add(&mut self, named: Named, label: &str) {
        let memo = Memo::of(&[label]);
        let raw: Vec<u8> = memo.glyphs.iter().map(|g| g.raw).collect();
        let folded: Vec<u8> = memo.glyphs.iter().map(|g| g.folded).collect();
        let digits = raw.iter().filter(|b| b.is_ascii_digit()).count();
        let numeric = digits == raw.len();
        let short = if numeric { raw.len() < KEY_CHARS_MIN - 1 } else { raw.len() < KEY_CHARS_MIN };
        if short || raw.len() > KEY_CHARS_MAX || digits == 0 {
            return;
        }
        let breaks = memo.glyphs.iter().enumerate().map(|(i, g)| i > 0 && g.gap != Gap::None).collect();
        let label = label.trim().to_string();
        if let Some(split) = scheme(&raw) {
            let bare = Key {
                named,
                label: label.clone(),
                raw: raw[split..].to_vec(),
                breaks: vec![false; raw.len() - split],
                digits: raw.len() - split,
                numeric: true,
                bare: true,
            };
            self.insert(folded[split..].to_vec(), bare);
        }
        self.slips.add(named, &label, &raw, &folded);
        self.insert(folded, Key { named, label, raw, breaks, digits, numeric, bare: false });
    }

    fn insert(&mut self, folded: Vec<u8>, key: Key) {
        if let Err(place) = self.lengths.binary_search(&folded.len()) {
            self.lengths.insert(place, folded.len());
        }
        self.first.extend(folded.first());
        let keys = self.keys.entry(folded).or_default();
        let known = keys.iter().any(|other| other.named == key.named && other.bare == key.bare);
        if !known && keys.len() < SHARED_MAX {
            keys.push(key);
        }
    }

    /// Reads a memo.
    pub fn scan(&self, memo: &Memo) -> Scan {
        let (mut hits, flood) = self.whole(memo);
        let taken: Vec<(usize, usize)> = hits.iter().map(|h| (h.from, h.to)).collect();
        let Missed { near, cut, unknown } = self.slips.read(memo, &taken);
        let mut seen = BTreeSet::new();
        hits.sort_by_key(|h| (!h.certain, h.from, h.named));
        hits.retain(|h| seen.insert(h.named));
        hits.sort_by_key(|h| (h.from, h.named));
        Scan { hits, near, cut, unknown, numbers: numbers(memo), flood }
    }

    fn whole(&self, memo: &Memo) -> (Vec<Hit>, bool) {
        let folded: Vec<u8> = memo.glyphs.iter().map(|g| g.folded).collect();
        let mut hits: Vec<Hit> = Vec::new();
        let mut named: BTreeSet<Named> = BTreeSet::new();
        for from in 0..folded.len() {
            if !self.first.contains(&folded[from]) {
                continue;
            }
            let reach = memo.glyphs[from + 1..].iter().position(|g| g.gap == Gap::Hard);
            let limit = reach.map_or(folded.len(), |steps| from + 1 + steps);
            for length in self.lengths.iter().take_while(|length| from + **length <= limit) {
                let to = from + length;
                let Some(keys) = self.keys.get(&folded[from..to]) else { continue };
                let before = hits.len();
                for key in keys.iter().filter(|key| key.stands_at(memo, from, to)) {
                    named.insert(key.named);
                    hits.push(key.hit(memo, from, to));
                }
                settle_shared(&mut hits[before..]);
            }
            if named.len() > MAX_NAMED {
                return (outermost(hits), true);
            }
        }
        (outermost(hits), false)
    }
}

impl Key {
    /// Whether this key stands at `from..to` as itself and not as a part of something longer.
    fn stands_at(&self, memo: &Memo, from: usize, to: usize) -> bool {
        let glyphs = &memo.glyphs[from..to];
        let solid = self.digits >= SOLID_DIGITS;
        let typed = glyphs.iter().filter(|g| g.raw.is_ascii_digit()).count();
        // Words made of O, I and L are words: at least half of the digits must have been typed as digits.
        if typed * 2 < self.digits || (self.numeric && typed < glyphs.len() && !solid) {
            return false;
        }
        let joined = glyphs.iter().enumerate().skip(1).all(|(at, glyph)| {
            let between_classes = self.raw[at].is_ascii_digit() != self.raw[at - 1].is_ascii_digit();
            glyph.gap == Gap::None || solid || between_classes || self.breaks[at]
        });
        let before = match memo.adjacent_before(from) {
            None => true,
            Some(_) if self.numeric || !solid => false,
            Some(other) => other.is_ascii_alphabetic() || self.raw[0].is_ascii_alphabetic(),
        };
        let after = match memo.adjacent_after(to) {
            None => true,
            Some(_) if self.numeric || !solid => false,
            Some(other) => other.is_ascii_alphabetic(),
        };
        joined && before && after && (solid && !self.numeric || !goes_on(memo, from, to))
    }

    fn hit(&self, memo: &Memo, from: usize, to: usize) -> Hit {
        let mut misread: Vec<String> = Vec::new();
        for (glyph, raw) in memo.glyphs[from..to].iter().zip(&self.raw) {
            let pair = format!("{} as {}", char::from(glyph.raw), char::from(*raw));
            if glyph.raw != *raw && !misread.contains(&pair) {
                misread.push(pair);
            }
        }
        let tail = std::str::from_utf8(&self.raw[self.raw.len().saturating_sub(8)..]).unwrap_or_default();
        let ours = scheme(&self.raw).is_some() || (self.bare && self.raw.len() == 8);
        let check_digit = if ours && reference_is_valid(tail) { tail.chars().last() } else { None };
        let certain = if self.numeric {
            self.digits >= BARE_DIGITS
                || (self.bare && check_digit.is_some())
                || memo.announced(from) != Announced::Not
        } else {
            true
        };
        Hit {
            named: self.named,
            label: self.label.clone(),
            quote: memo.quote(from, to).to_string(),
            misread,
            certain,
            shared: false,
            check_digit,
            from,
            to,
        }
    }
}

/// Where one text names several open invoices, the ones written exactly so are meant; if several
/// remain, none is certain.
fn settle_shared(hits: &mut [Hit]) {
    let open = |h: &Hit| matches!(h.named, Named::Open(_));
    let several = hits.iter().filter(|h| open(h)).count() > 1;
    let literal = hits.iter().filter(|h| open(h) && h.misread.is_empty()).count();
    if several {
        for hit in hits.iter_mut().filter(|h| open(h)) {
            if literal != 1 || !hit.misread.is_empty() {
                hit.certain = false;
                hit.shared = true;
            }
        }
    }
}

/// Whether a short or bare number goes on after a dash or dot: `INV-1-2026`, `1290.00`, `12-1290`.
fn goes_on(memo: &Memo, from: usize, to: usize) -> bool {
    let continues = |at: usize| {
        memo.glyphs.get(at).is_some_and(|g| {
            g.gap == Gap::Soft && matches!(g.mark, '-' | '.' | '_') && g.raw.is_ascii_digit()
        })
    };
    let preceded = from > 0
        && memo.glyphs[from].gap == Gap::Soft
        && matches!(memo.glyphs[from].mark, '-' | '.' | '_')
        && memo.glyphs[from - 1].raw.is_ascii_digit();
    let cents = memo.glyphs.get(to).is_some_and(|g| g.mark == ',' && g.raw.is_ascii_digit());
    continues(to)
        || preceded
        || (cents && to + 2 <= memo.glyphs.len() && memo.glyphs[from].raw.is_ascii_digit())
}

/// Hits that are not inside a longer one: `INV-1` inside `INV-1-B` is not meant.
fn outermost(hits: Vec<Hit>) -> Vec<Hit> {
    let spans: BTreeSet<(usize, usize)> = hits.iter().map(|h| (h.from, h.to)).collect();
    let inside = |h: &Hit| spans.iter().any(|(a, b)| *a <= h.from && h.to <= *b && (b - a) > (h.to - h.from));
    let kept: Vec<bool> = hits.iter().map(|h| !inside(h)).collect();
    hits.into_iter().zip(kept).filter_map(|(hit, keep)| keep.then_some(hit)).collect()
}

/// The number of letters of a reference of our scheme (2 to 6 letters and 8 digits), X14.
pub(super) fn scheme(raw: &[u8]) -> Option<usize> {
    let split = raw.len().checked_sub(8)?;
    let shaped = (2..=6).contains(&split)
        && raw[..split].iter().all(u8::is_ascii_alphabetic)
        && raw[split..].iter().all(u8::is_ascii_digit);
    shaped.then_some(split)
}

/// Bare numbers, which may be the ends of invoice numbers.
fn numbers(memo: &Memo) -> Vec<Number> {
    let digits_only = |from: usize, to: usize| memo.glyphs[from..to].iter().all(|g| g.raw.is_ascii_digit());
    memo.tokens()
        .into_iter()
        .filter(|t| (3..=BARE_DIGITS).contains(&(t.to - t.from)) && digits_only(t.from, t.to))
        .filter(|t| !goes_on(memo, t.from, t.to) || memo.glyphs[t.from].mark == '-')
        .take(16)
        .map(|t| Number {
            digits: memo.glyphs[t.from..t.to].iter().map(|g| char::from(g.raw)).collect(),
            announced: memo.announced(t.from),
        })
        .collect()
}
