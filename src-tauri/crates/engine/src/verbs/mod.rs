//! Every verb of the application interface, by area: the list is `api/methods.rs`.

pub mod approvals;
pub mod charges;
pub mod connections;
pub(crate) mod export;
pub mod files;
pub mod host;
pub mod invoices;
pub mod jobs;
pub mod ledger;
pub mod matching;
pub mod messages;
pub mod metrics;
pub mod moved;
pub(crate) mod papers;
pub mod payments;
pub mod search;
pub mod settings;
pub mod sync;
pub mod today;
pub mod tray;
pub mod undo;

use purser_store::tables::{Sort, SortBy};

use crate::error::ApiError;

/// Most rows that one call of a list may ask for.
pub const PAGE_ROWS: usize = 500;

/// The keys of a page, bounded.
pub(crate) fn page(keys: &[i64]) -> Result<&[i64], ApiError> {
    if keys.len() > PAGE_ROWS {
        return Err(ApiError::usage(
            "page",
            format!("A page has at most {PAGE_ROWS} rows, {} were asked for.", keys.len()),
        ));
    }
    Ok(keys)
}

/// The order that a list is asked for, such as `-number`; `day` is what the list calls its day.
pub(crate) fn sort(text: &str, day: &str) -> Result<Sort, ApiError> {
    let (ascending, name) = match text.strip_prefix('-') {
        Some(name) => (false, name),
        None => (true, text),
    };
    let by = match name {
        "" => return Ok(Sort::default()),
        "number" => SortBy::Number,
        "customer" => SortBy::Customer,
        name if name == day => SortBy::Day,
        other => {
            let shown = purser_core::text::one_line(other, 30);
            return Err(ApiError::usage(
                "sort",
                format!(
                    "The list is not sorted by “{shown}”. It can be sorted by number, customer or {day}."
                ),
            ));
        }
    };
    Ok(Sort { by, ascending })
}

/// An actor of the audit in words for a screen.
pub(crate) fn who(actor: &str) -> String {
    match actor.split_once(':') {
        None if actor.starts_with("founder") => actor.replacen("founder", "you", 1),
        Some(("policy", policy)) => format!("the {policy} rule"),
        Some(("job", job)) => format!("the {job} job"),
        _ => actor.to_owned(),
    }
}

/// Why a folder cannot be one that the founder chose for Purser to read or to write: it has to be there, by its whole
/// path, and outside of the data folder (`inside` says why). Nothing where it can.
pub(crate) fn unfit_folder(
    books: &crate::books::Books,
    path: &std::path::Path,
    inside: &str,
) -> Option<String> {
    let own = |path: &std::path::Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if !path.is_absolute() {
        Some("write its whole path".to_owned())
    } else if !path.is_dir() {
        Some("it is no folder".to_owned())
    } else if own(path).starts_with(own(&books.folder)) {
        Some(format!("it is inside the data folder, {inside}"))
    } else {
        None
    }
}
