//! References that a memo misses: mistyped, cut off, or nobody's.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::memo::{Gap, Memo};
use super::reference::{KEY_CHARS_MAX, Named, SHARED_MAX, SOLID_DIGITS, scheme};
use crate::invoice::reference_is_valid;

/// Digits that the beginning of a cut reference must keep to be evidence.
const CUT_DIGITS_MIN: usize = 5;
/// Letters with which our numbers and references begin.
const PREFIX_LETTERS: std::ops::RangeInclusive<usize> = 2..=6;
/// Digits of a number that is looked at at all.
const STATED_DIGITS_MAX: usize = 16;

/// A reference that is nearly one of ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Near {
    pub named: Named,
    pub label: String,
    pub quote: String,
}

/// A number that begins like ours and is nobody's: something paid long ago, withdrawn, or not ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Unknown {
    /// The piece of the memo.
    pub quote: String,
    /// Whether a wrong check digit says that it was mistyped.
    pub wrong_check: bool,
}

/// What a memo says that is no whole reference.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Missed {
    /// Everything that is one digit off: wrong, missing, doubled or swapped.
    pub near: Vec<Near>,
    /// Only the beginning, where the memo ends.
    pub cut: Option<Near>,
    /// Nobody's.
    pub unknown: Option<Unknown>,
}

/// Whether the references under a prefix carry check digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Checks {
    /// There are only other numbers.
    NoReferences,
    /// All do.
    All,
    /// Some do not: they came from another system.
    NotAll,
}

/// A reference as it is compared with a mistyped one.
#[derive(Clone, Debug)]
struct Slip {
    named: Named,
    label: String,
    folded: String,
}

/// All references and numbers, as something is compared with them that is not quite one.
#[derive(Debug, Default)]
pub(super) struct SlipIndex {
    /// Whole, in order; nothing where several carry it.
    sorted: BTreeMap<Vec<u8>, Option<(Named, String)>>,
    prefixes: BTreeMap<Vec<u8>, Checks>,
    /// With one digit left out.
    slips: HashMap<Vec<u8>, Vec<Slip>>,
    /// Last groups of digits.
    ends: HashSet<Vec<u8>>,
}

impl SlipIndex {
    /// Adds a reference or number, as it is written and folded.
    pub fn add(&mut self, named: Named, label: &str, raw: &[u8], folded: &[u8]) {
        match self.sorted.entry(folded.to_vec()) {
            Entry::Vacant(slot) => {
                slot.insert(Some((named, label.to_string())));
            }
            Entry::Occupied(mut slot) => {
                if slot.get().as_ref().is_some_and(|(other, _)| *other != named) {
                    slot.insert(None);
                }
            }
        }
        let end: Vec<u8> = label.bytes().rev().take_while(u8::is_ascii_digit).collect();
        self.ends.insert(end.into_iter().rev().collect());
        let letters = raw.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        if !PREFIX_LETTERS.contains(&letters) || !raw[letters..].iter().all(u8::is_ascii_digit) {
            return;
        }
        let checks = match scheme(raw) {
            None => Checks::NoReferences,
            Some(_) if is_checked(&raw[letters..]) => Checks::All,
            Some(_) => Checks::NotAll,
        };
        let known = self.prefixes.entry(folded[..letters].to_vec()).or_insert(checks);
        *known = checks.max(*known);
        if checks == Checks::All {
            let slip = Slip { named, label: label.to_string(), folded: ascii(folded) };
            for at in letters..folded.len() {
                let slips = self.slips.entry(without(folded, at)).or_default();
                if slips.len() < SHARED_MAX * SHARED_MAX {
                    slips.push(slip.clone());
                }
            }
        }
    }

    /// Reads what a memo says outside the places that whole references have taken.
    pub fn read(&self, memo: &Memo, taken: &[(usize, usize)]) -> Missed {
        let free = |from: &usize| !taken.iter().any(|(a, b)| (*a..*b).contains(from));
        let starts: Vec<usize> = (0..memo.glyphs.len())
            .filter(|from| {
                memo.adjacent_before(*from).is_none() && memo.glyphs[*from].raw.is_ascii_alphabetic()
            })
            .filter(free)
            .collect();
        for from in &starts {
            let near = self.near(memo, *from);
            if !near.is_empty() {
                return Missed { near, ..Missed::default() };
            }
        }
        let cut = if taken.is_empty() { self.cut(memo) } else { None };
        if cut.is_some() {
            return Missed { cut, ..Missed::default() };
        }
        let unknown = starts.iter().find_map(|from| self.unknown(memo, *from));
        Missed { unknown, ..Missed::default() }
    }

    /// References that differ in one digit from what stands at `from`. References given out one after
    /// the other are close to each other, so there may be several; the amount then says which.
    fn near(&self, memo: &Memo, from: usize) -> Vec<Near> {
        for (prefix, _) in self.prefixes_at(memo, from).filter(|(_, checks)| **checks >= Checks::All) {
            if let Some((to, text)) = shaped(memo, from, prefix.len()) {
                let quote = memo.quote(from, to);
                let near = |(named, label)| Near { named, label, quote: quote.to_string() };
                return self.nearest(&text, prefix.len()).into_iter().map(near).collect();
            }
        }
        Vec::new()
    }

    /// One digit wrong, missing, extra or swapped; a text whose own check digit is right is no slip.
    fn nearest(&self, text: &[u8], split: usize) -> BTreeMap<Named, String> {
        let mut found: BTreeMap<Named, String> = BTreeMap::new();
        let digits = text.len() - split;
        if is_checked(&text[split..]) {
            return found;
        }
        let typed = ascii(text);
        let mut note = |key: &[u8]| {
            for slip in self.slips.get(key).into_iter().flatten() {
                if found.len() < SHARED_MAX && strsim::osa_distance(&slip.folded, &typed) == 1 {
                    found.insert(slip.named, slip.label.clone());
                }
            }
        };
        if digits == 7 {
            note(text);
        }
        if digits >= 8 {
            (split..text.len()).for_each(|at| {
                let left = without(text, at);
                note(&left);
                // One digit too many: the reference itself has one digit left out twice.
                if digits == 9 {
                    (split..left.len()).for_each(|at| note(&without(&left, at)));
                }
            });
        }
        found
    }

    /// The one key that begins with what a field of the memo ends in.
    fn cut(&self, memo: &Memo) -> Option<Near> {
        for to in (1..=memo.glyphs.len()).filter(|to| memo.field_ends(*to)) {
            let mut best = None;
            for from in (to.saturating_sub(KEY_CHARS_MAX)..to).rev() {
                let piece = &memo.glyphs[from..to];
                let digits = piece.iter().filter(|g| g.raw.is_ascii_digit()).count();
                let starts = memo.adjacent_before(from).is_none();
                if starts && digits >= CUT_DIGITS_MIN && piece.iter().any(|g| g.raw.is_ascii_alphabetic()) {
                    let text: Vec<u8> = piece.iter().map(|g| g.folded).collect();
                    best = self.only_beginning(&text).map(|(named, label)| (from, named, label)).or(best);
                }
                if memo.glyphs[from].gap == Gap::Hard {
                    break;
                }
            }
            if let Some((from, named, label)) = best {
                return Some(Near { named, label, quote: memo.quote(from, to).to_string() });
            }
        }
        None
    }

    fn beginning_with(&self, text: &[u8]) -> impl Iterator<Item = &Option<(Named, String)>> {
        let from = text.to_vec();
        let longer = self.sorted.range(from.clone()..).take_while(move |(key, _)| key.starts_with(&from));
        longer.filter(|(key, _)| key.len() > text.len()).map(|(_, entry)| entry)
    }

    fn only_beginning(&self, text: &[u8]) -> Option<(Named, String)> {
        let mut all = self.beginning_with(text);
        let only = all.next()?.clone()?;
        all.next().is_none().then_some(only)
    }

    /// A number at `from` that begins like ours and is nobody's.
    fn unknown(&self, memo: &Memo, from: usize) -> Option<Unknown> {
        let (prefix, checks) = self.prefixes_at(memo, from).last()?;
        let whole = shaped(memo, from, prefix.len()).filter(|(_, text)| text.len() - prefix.len() == 8);
        let (to, text) = match whole.filter(|_| *checks >= Checks::All) {
            Some(reference) => reference,
            None => stated(memo, from, prefix.len())?,
        };
        let digits = &text[prefix.len()..];
        let last = (from..to).rev().find(|at| memo.glyphs[*at].gap != Gap::None).unwrap_or(from);
        let end: Vec<u8> = memo.glyphs[last..to].iter().map(|g| g.raw).filter(u8::is_ascii_digit).collect();
        let ours = self.sorted.contains_key(&text)
            || self.ends.contains(&end)
            || (memo.field_ends(to) && self.beginning_with(&text).next().is_some());
        let wrong_check = *checks == Checks::All && digits.len() == 8 && !is_checked(digits);
        (!ours).then(|| Unknown { quote: memo.quote(from, to).to_string(), wrong_check })
    }

    /// Our prefixes that stand at `from`, shortest first.
    fn prefixes_at(&self, memo: &Memo, from: usize) -> impl Iterator<Item = (&Vec<u8>, &Checks)> {
        PREFIX_LETTERS.filter_map(move |length| {
            let glyphs = memo.glyphs.get(from..from + length)?;
            let joined = glyphs[1..].iter().all(|g| g.gap == Gap::None);
            let text: Vec<u8> = glyphs.iter().map(|g| g.folded).collect();
            self.prefixes.get_key_value(&text).filter(|_| joined)
        })
    }
}

/// A text of our references' shape at `from`: prefix and 7 to 9 digits, and where it ends.
fn shaped(memo: &Memo, from: usize, prefix: usize) -> Option<(usize, Vec<u8>)> {
    let glyphs = memo.glyphs.get(from..)?;
    let mut to = prefix;
    while let Some(glyph) = glyphs.get(to).filter(|g| g.folded.is_ascii_digit() && g.gap != Gap::Hard) {
        let complete = (7..=9).contains(&(to - prefix));
        if to - prefix >= 10 || (complete && glyph.gap == Gap::Soft) {
            break;
        }
        to += 1;
    }
    let glued = glyphs.get(to).is_some_and(|g| g.gap == Gap::None);
    if glued || !(7..=9).contains(&(to - prefix)) {
        return None;
    }
    let typed = glyphs[prefix..to].iter().filter(|g| g.raw.is_ascii_digit()).count();
    (typed >= SOLID_DIGITS).then(|| (from + to, glyphs[..to].iter().map(|g| g.folded).collect()))
}

/// A number at `from`: a prefix and digits in one piece or in groups with dashes and slashes.
fn stated(memo: &Memo, from: usize, prefix: usize) -> Option<(usize, Vec<u8>)> {
    let glyphs = memo.glyphs.get(from..)?;
    let grouped = |at: usize| match glyphs[at].gap {
        Gap::None => true,
        Gap::Soft => at == prefix || matches!(glyphs[at].mark, '-' | '/' | '.' | '_'),
        Gap::Hard => false,
    };
    let mut to = prefix;
    while to < glyphs.len()
        && to - prefix < STATED_DIGITS_MAX
        && glyphs[to].raw.is_ascii_digit()
        && grouped(to)
    {
        to += 1;
    }
    let glued = glyphs.get(to).is_some_and(|g| g.gap == Gap::None);
    (to > prefix && !glued).then(|| (from + to, glyphs[..to].iter().map(|g| g.folded).collect()))
}

fn is_checked(digits: &[u8]) -> bool {
    std::str::from_utf8(digits).is_ok_and(reference_is_valid)
}

fn ascii(bytes: &[u8]) -> String {
    bytes.iter().map(|b| char::from(*b)).collect()
}

fn without(text: &[u8], at: usize) -> Vec<u8> {
    let mut left = text.to_vec();
    left.remove(at);
    left
}
