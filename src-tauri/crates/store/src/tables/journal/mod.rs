//! Reading the ledger: the journal's index and rows, sums of accounts, the audit chain, and the palette.
//!
//! An index gives keys only and comes from SQL indexes; rows are read for the keys in sight.

mod accounts;
mod audit;
mod find;
mod index;
mod rows;
mod touching;

pub use accounts::{AccountLines, lines_of_account, used_accounts};
pub use audit::{AuditLine, audit_index, audit_line, audit_rows};
pub use find::{
    LineFound, items_of_amount, latest_payments_of, lines_with, numbers_beginning, payments_beginning,
};
pub use index::{Filter, Keys, PAGE_KEYS, index, total};
pub use rows::{JournalRow, PageEntry, first_day, page, rows};

/// Most keys that one call reads rows for.
pub const KEYS_MAX: usize = 500;
