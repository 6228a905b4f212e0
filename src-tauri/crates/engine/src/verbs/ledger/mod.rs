//! The journal, balances, tie-out and audit.

mod amounts;
mod audit;
mod balances;
mod categories;
mod entry;
mod journal;
mod payouts;
mod tie_out;
mod why;
mod words;

pub(crate) use amounts::{amounts_in, currencies_in_use};
pub use audit::{audit_index, audit_rows};
pub use balances::balances;
pub use categories::categories;
pub(crate) use categories::check_category;
pub use entry::entry;
pub use journal::{index, rows};
pub use payouts::{provider_payouts_index, provider_payouts_rows};
pub use tie_out::tie_out;
pub(crate) use tie_out::tie_out_rows;
pub(crate) use words::{day_words, item_words, short_hash};

use purser_store::tables::journal::KEYS_MAX;

use crate::api::types::ByKeys;
use crate::error::ApiError;

/// Longest filter that is looked at, in characters.
const FILTER_CHARS: usize = 200;

/// The keys of a window of rows; more of them than a window shows are a fault of the caller.
fn keys_of(input: &ByKeys) -> Result<&[i64], ApiError> {
    if input.keys.len() > KEYS_MAX {
        return Err(ApiError::usage("keys", format!("At most {KEYS_MAX} rows are given at once.")));
    }
    Ok(&input.keys)
}
