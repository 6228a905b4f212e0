//! References and invoice numbers inside a memo (MI-30, X14, TS-25): found whole, misread, cut or mistyped.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::memo::{Gap, Memo};
use crate::invoice::reference_is_valid;

/// Most references that one memo may name. More is a remittance list or an attack: each hit stays
/// evidence, none makes a match automatic.
pub(super) const MAX_NAMED: usize = 8;
/// Shortest key: `INV1`. Shorter ones are in every memo.
const KEY_CHARS_MIN: usize = 4;
/// Longest key that is indexed; longer numbers are cut by banks anyway.
const KEY_CHARS_MAX: usize = 35;
/// From this many digits on a key is unmistakable: it may be glued to words and broken by spaces.
const SOLID_DIGITS: usize = 6;
/// Bare numbers from this length on name an invoice without a word such as `invoice` before them.
const BARE_DIGITS: usize = 10;
/// Most things that are kept for one reference. A reference on every invoice of a customer names none of them.
const SHARED_MAX: usize = 6;
/// Digits that the beginning of a cut reference must keep to be evidence.
const CUT_DIGITS_MIN: usize = 5;

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

/// A reference of our shape that is nobody's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Unknown {
    /// The piece of the memo.
    pub quote: String,
    /// Whether its check digit is right: then it is a reference we gave out, not a slip.
    pub valid: bool,
}

/// A reference that is nearly one of ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Near {
    pub named: Named,
    pub label: String,
    pub quote: String,
}

/// A bare number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Number {
    pub digits: String,
    /// Whether a word such as `invoice` stands before it.
    pub announced: bool,
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

/// A reference as it is compared with a mistyped one.
#[derive(Clone, Debug)]
struct Slip {
    named: Named,
    label: String,
    folded: String,
}

/// All references and numbers, folded.
#[derive(Debug, Default)]
pub(super) struct ReferenceIndex {
    keys: HashMap<Vec<u8>, Vec<Key>>,
    lengths: Vec<usize>,
    first: HashSet<u8>,
    sorted: BTreeMap<Vec<u8>, Option<(Named, String)>>,
    /// Folded letters of our own references.
    prefixes: BTreeSet<Vec<u8>>,
    /// Digits of our references with one left out, per prefix.
    slips: HashMap<Vec<u8>, Vec<Slip>>,
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
            self.prefixes.insert(folded[..split].to_vec());
            let slip = Slip { named, label: label.clone(), folded: ascii(&folded) };
            for at in split..folded.len() {
                self.slips.entry(without(&folded, at)).or_default().push(slip.clone());
            }
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
        match self.sorted.entry(folded.clone()) {
            std::collections::btree_map::Entry::Vacant(slot) => {
                slot.insert(Some((named, label.clone())));
            }
            std::collections::btree_map::Entry::Occupied(mut slot) => {
                if slot.get().as_ref().is_some_and(|(other, _)| *other != named) {
                    slot.insert(None);
                }
            }
        }
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
        let (near, unknown) = self.slipped(memo, &taken);
        let cut = if hits.is_empty() && near.is_empty() { self.cut(memo) } else { None };
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

    /// References of our shape that are not in the index: a slip of one of ours, or nobody's.
    fn slipped(&self, memo: &Memo, taken: &[(usize, usize)]) -> (Vec<Near>, Option<Unknown>) {
        let mut unknown = None;
        for from in 0..memo.glyphs.len() {
            if taken.iter().any(|(a, b)| (*a..*b).contains(&from)) {
                continue;
            }
            for prefix in &self.prefixes {
                let Some((to, text)) = shaped(memo, from, prefix) else { continue };
                let quote = memo.quote(from, to).to_string();
                let digits = text.len() - prefix.len();
                let near = self.nearest(&text, prefix.len());
                if !near.is_empty() {
                    let near = near.into_iter();
                    return (
                        near.map(|(named, label)| Near { named, label, quote: quote.clone() }).collect(),
                        None,
                    );
                }
                if digits == 8 {
                    let valid = std::str::from_utf8(&text[prefix.len()..]).is_ok_and(reference_is_valid);
                    unknown.get_or_insert(Unknown { quote, valid });
                }
            }
        }
        (Vec::new(), unknown)
    }

    /// References that differ from `text` in one digit: wrong, missing, extra or swapped. A text whose
    /// own check digit is right is no slip. References given out one after the other are close to each
    /// other, so there may be several; the amount then says which.
    fn nearest(&self, text: &[u8], split: usize) -> BTreeMap<Named, String> {
        let digits = &text[split..];
        let mut found: BTreeMap<Named, String> = BTreeMap::new();
        if std::str::from_utf8(digits).is_ok_and(reference_is_valid) {
            return found;
        }
        let typed = ascii(text);
        let note = |found: &mut BTreeMap<Named, String>, key: &[u8]| {
            for slip in self.slips.get(key).into_iter().flatten() {
                if found.len() < SHARED_MAX && strsim::osa_distance(&slip.folded, &typed) == 1 {
                    found.insert(slip.named, slip.label.clone());
                }
            }
        };
        if digits.len() == 7 {
            note(&mut found, text);
        }
        for at in split..text.len() {
            let left = without(text, at);
            if digits.len() == 8 {
                note(&mut found, &left);
            } else if digits.len() == 9 {
                let keys = self.keys.get(&left).into_iter().flatten();
                found.extend(keys.take(SHARED_MAX).map(|key| (key.named, key.label.clone())));
            }
        }
        found
    }

    /// The one key that begins with what the memo ends in.
    fn cut(&self, memo: &Memo) -> Option<Near> {
        for to in (1..=memo.glyphs.len()).filter(|to| memo.field_ends(*to)) {
            let mut from = to - 1;
            let mut best = None;
            loop {
                let piece = &memo.glyphs[from..to];
                let digits = piece.iter().filter(|g| g.raw.is_ascii_digit()).count();
                let starts = memo.glyphs[from].gap != Gap::None || from == 0;
                if starts && digits >= CUT_DIGITS_MIN && piece.iter().any(|g| g.raw.is_ascii_alphabetic()) {
                    let text: Vec<u8> = piece.iter().map(|g| g.folded).collect();
                    best = self.only_with_prefix(&text).map(|(named, label)| (from, named, label)).or(best);
                }
                if from == 0 || memo.glyphs[from].gap == Gap::Hard || to - from >= KEY_CHARS_MAX {
                    break;
                }
                from -= 1;
            }
            if let Some((from, named, label)) = best {
                return Some(Near { named, label, quote: memo.quote(from, to).to_string() });
            }
        }
        None
    }

    fn only_with_prefix(&self, text: &[u8]) -> Option<(Named, String)> {
        let mut with_prefix = self
            .sorted
            .range(text.to_vec()..)
            .take_while(|(key, _)| key.starts_with(text))
            .filter(|(key, _)| key.len() > text.len())
            .map(|(_, entry)| entry);
        let only = with_prefix.next()?.clone()?;
        with_prefix.next().is_none().then_some(only)
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
            self.digits >= BARE_DIGITS || (self.bare && check_digit.is_some()) || memo.after_number_word(from)
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
fn scheme(raw: &[u8]) -> Option<usize> {
    let split = raw.len().checked_sub(8)?;
    let shaped = (2..=6).contains(&split)
        && raw[..split].iter().all(u8::is_ascii_alphabetic)
        && raw[split..].iter().all(u8::is_ascii_digit);
    shaped.then_some(split)
}

/// A text of our shape at `from`: the prefix and 7 to 9 digits, and where it ends.
fn shaped(memo: &Memo, from: usize, prefix: &[u8]) -> Option<(usize, Vec<u8>)> {
    let glyphs = memo.glyphs.get(from..)?;
    if glyphs.len() < prefix.len() + 7 || !prefix.iter().zip(glyphs).all(|(p, g)| *p == g.folded) {
        return None;
    }
    if glyphs[1..prefix.len()].iter().any(|g| g.gap != Gap::None) || memo.adjacent_before(from).is_some() {
        return None;
    }
    let mut to = prefix.len();
    let mut spaced_end = None;
    while to < glyphs.len() && to - prefix.len() < 10 && glyphs[to].folded.is_ascii_digit() {
        if glyphs[to].gap == Gap::Hard {
            break;
        }
        if glyphs[to].gap == Gap::Soft && (7..=9).contains(&(to - prefix.len())) {
            spaced_end = Some(to);
            break;
        }
        to += 1;
    }
    let end = spaced_end.unwrap_or(to);
    let glued = glyphs.get(end).is_some_and(|g| g.gap == Gap::None);
    if glued || !(7..=9).contains(&(end - prefix.len())) {
        return None;
    }
    let typed = glyphs[prefix.len()..end].iter().filter(|g| g.raw.is_ascii_digit()).count();
    (typed >= SOLID_DIGITS).then(|| (from + end, glyphs[..end].iter().map(|g| g.folded).collect()))
}

fn ascii(bytes: &[u8]) -> String {
    bytes.iter().map(|b| char::from(*b)).collect()
}

fn without(text: &[u8], at: usize) -> Vec<u8> {
    let mut left = text.to_vec();
    left.remove(at);
    left
}

fn numbers(memo: &Memo) -> Vec<Number> {
    let digits_only = |from: usize, to: usize| memo.glyphs[from..to].iter().all(|g| g.raw.is_ascii_digit());
    memo.tokens()
        .into_iter()
        .filter(|t| (3..=BARE_DIGITS).contains(&(t.to - t.from)) && digits_only(t.from, t.to))
        .filter(|t| !goes_on(memo, t.from, t.to) || memo.glyphs[t.from].mark == '-')
        .take(16)
        .map(|t| Number {
            digits: memo.glyphs[t.from..t.to].iter().map(|g| char::from(g.raw)).collect(),
            announced: memo.after_number_word(t.from),
        })
        .collect()
}
