//! Reading the ledger: the journal's index and rows, sums of accounts, the audit chain, and the palette.
//!
//! An index gives keys only and comes from SQL indexes; rows are read for the keys in sight.

mod accounts;
mod audit;
mod find;
mod index;
mod rows;
mod texts;
mod touching;

pub use accounts::{AccountLines, lines_of_account, used_accounts};
pub use audit::{AuditLine, audit_index, audit_line, audit_rows};
pub use find::{
    LineFound, items_of_amount, latest_payments_of, lines_with, numbers_beginning, payments_beginning,
};
pub use index::{Filter, Keys, PAGE_KEYS, index, total};
pub use rows::{JournalRow, PageEntry, first_day, page, rows};
pub(crate) use texts::{JournalLine, number_at, write_lines};

/// Most keys that one call reads rows for.
pub const KEYS_MAX: usize = 500;

/// Whether a text holds words that are in lower case already, whatever the text's own case.
fn contains(text: &str, words: &str) -> bool {
    if text.is_ascii() && words.is_ascii() {
        let (text, words) = (text.as_bytes(), words.as_bytes());
        return words.is_empty() || text.windows(words.len()).any(|part| part.eq_ignore_ascii_case(words));
    }
    text.to_lowercase().contains(words)
}

#[cfg(test)]
mod tests {
    use super::contains;

    #[test]
    fn words_are_found_whatever_their_case_and_alphabet() {
        for (text, words) in
            [("GitHub Inc", "hub i"), ("ŁÓDŹ Software", "łódź"), ("anything", ""), ("x", "x")]
        {
            assert!(contains(text, words), "{words} in {text}");
        }
        for (text, words) in [("Git", "github"), ("", "a"), ("Lodz", "łódź")] {
            assert!(!contains(text, words), "{words} in {text}");
        }
    }
}
