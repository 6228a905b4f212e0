//! The index of the journal's lines against the lines.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use super::Findings;
use crate::error::StoreError;
use crate::tables::journal::{JournalLine, number_at};
use crate::tables::{Conn, day};

const CHECK: &str = "entry_texts";

/// A sum over every three letters of every line that the index shares exactly if it has all of them at their places
/// and nothing else: a secret number of the letters times one of the place. Two different lists agree by chance once
/// in 2⁶⁴ runs.
#[derive(Default)]
pub(super) struct Letters {
    secret: RandomState,
    weights: HashMap<String, u64>,
    sum: u128,
}

impl Letters {
    pub(super) fn add(&mut self, line: &JournalLine) {
        let (place, letters) = line.letters();
        let at = u128::from(self.secret.hash_one(place));
        for three in letters {
            let weight = self.weight(three);
            self.sum = self.sum.wrapping_add(at * u128::from(weight));
        }
    }

    fn weight(&mut self, letters: &str) -> u64 {
        if let Some(weight) = self.weights.get(letters) {
            return *weight;
        }
        let weight = self.secret.hash_one(letters);
        self.weights.insert(letters.to_owned(), weight);
        weight
    }
}

/// Every letter of the index, told with its place.
fn each(conn: &Conn, mut told: impl FnMut(&str, i64)) -> Result<u64, StoreError> {
    let mut statement = conn.prepare("SELECT term, doc FROM entry_text_letters")?;
    let mut rows = statement.query([])?;
    let mut looked_at = 0;
    while let Some(row) = rows.next()? {
        told(row.get_ref(0)?.as_str().unwrap_or_default(), row.get(1)?);
        looked_at += 1;
    }
    Ok(looked_at)
}

/// The index against the letters of the lines.
pub(super) fn check(conn: &Conn, lines: &Letters, findings: &mut Findings<'_>) -> Result<(), StoreError> {
    let (mut sum, mut current, mut weight) = (0_u128, String::new(), 0);
    let looked_at = each(conn, |letters, place| {
        // The index tells its letters in their order.
        if letters != current {
            letters.clone_into(&mut current);
            weight = lines.secret.hash_one(letters);
        }
        sum = sum.wrapping_add(u128::from(lines.secret.hash_one(place)) * u128::from(weight));
    })?;
    if sum != lines.sum {
        name_entry(conn, &lines.secret, findings)?;
    }
    findings.checked(CHECK, looked_at);
    Ok(())
}

/// The slow way, once it is known that they disagree: the first entry of the journal that the index has wrong.
fn name_entry(conn: &Conn, secret: &RandomState, findings: &mut Findings<'_>) -> Result<(), StoreError> {
    let mut places: HashMap<i64, u64> = HashMap::new();
    each(conn, |letters, place| {
        let sum = places.entry(place).or_default();
        *sum = sum.wrapping_add(secret.hash_one(letters));
    })?;
    let mut statement = conn.prepare("SELECT occurred_on, number, text FROM entry ORDER BY number")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (on, number): (String, i64) = (row.get(0)?, row.get(1)?);
        let Ok(on) = day(&on) else { continue };
        let line = JournalLine::of(on, number, row.get_ref(2)?.as_str().unwrap_or_default());
        let (place, letters) = line.letters();
        let sum = letters.iter().fold(0_u64, |sum, three| sum.wrapping_add(secret.hash_one(*three)));
        if sum == places.get(&place).copied().unwrap_or_default() {
            places.remove(&place);
        } else {
            places.insert(place, 0);
        }
    }
    if let Some(place) = places.into_keys().min() {
        let sentence = "the index by which the journal is searched does not have its line as it is.";
        findings.find(CHECK, format!("entry {}", number_at(place)), sentence);
    }
    Ok(())
}
